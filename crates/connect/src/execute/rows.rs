//! Result rows as responses: batches that are ready are joined, so that small ones do not cost a message each.

use std::time::Duration;

use arrow::array::RecordBatch;
use bytes::Bytes;
use engine::{ObservedMetrics, Rows};
use futures::StreamExt as _;
use lang::{Error, Result};
use spark_connect_proto as proto;
use spark_connect_proto::execute_plan_response::{ArrowBatch, ResponseType};

use super::run::Run;
use crate::encode;
use crate::encode::arrow::{Encoded, Encoder, MAX_BATCH_BYTES, batch_bytes};

/// Rows of a command's answer that travel inside a plan; more than this is refused.
const MAX_INLINE_BYTES: usize = 64 * 1024 * 1024;
/// Batches are joined until a message has this much. Each message is in memory several times on its way (rows, encoded,
/// kept for a client that lost it, copied into the stream), so it is worth little to make them larger.
const MESSAGE_BYTES: usize = 1024 * 1024;
/// How long rows wait for more rows to share a message with.
const LINGER: Duration = Duration::from_millis(1);
/// Clients may ask for chunks no smaller than this.
const MIN_CHUNK_BYTES: usize = 1024;

/// How arrow batches that are too large for one message are sent.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Chunking {
    /// The client puts chunks together again.
    pub allowed: bool,
    pub preferred_bytes: Option<i64>,
}

impl Chunking {
    fn chunk_bytes(self) -> Option<usize> {
        let preferred = self.preferred_bytes.and_then(|bytes| usize::try_from(bytes).ok());
        let valid = preferred.filter(|bytes| (MIN_CHUNK_BYTES..=MAX_BATCH_BYTES).contains(bytes));
        self.allowed.then_some(valid.unwrap_or(MAX_BATCH_BYTES))
    }
}

/// Sends rows as they come: the schema with the first batch.
pub(super) async fn send(run: &Run, mut rows: Rows) -> Result<()> {
    let max_rows = run.session.conf().get_explicit("spark.sql.execution.arrow.maxRecordsPerBatch");
    let max_rows = max_rows.and_then(|text| text.parse().ok()).filter(|rows: &usize| *rows > 0);
    let time_zone = run.session.conf().get("spark.sql.session.timeZone").unwrap_or_else(|| "UTC".to_string());
    let encoder = Encoder::new(&rows.arrow_schema, &time_zone, max_rows);
    let mut sender = Sender { run, schema: Some(encode::schema(&rows.schema)), offset: 0 };
    loop {
        let (ready, more) = next_batches(run, &mut rows).await?;
        if !ready.is_empty() {
            for encoded in encoder.encode(&ready)? {
                sender.batch(encoded).await;
            }
        }
        if !more {
            break;
        }
    }
    if sender.schema.is_some() {
        sender.batch(encoder.empty()?).await;
    }
    Ok(())
}

/// At least one batch, unless the rows have ended, and those that follow soon, up to one message's worth.
async fn next_batches(run: &Run, rows: &mut Rows) -> Result<(Vec<RecordBatch>, bool)> {
    let mut batches = Vec::new();
    let mut bytes = 0;
    while bytes < MESSAGE_BYTES {
        let next = rows.stream.next();
        // A client that has read everything waits for rows: what is there goes out soon, even if it is little.
        let next = match batches.is_empty() || !run.buffer().is_idle() {
            true => next.await,
            false => match tokio::time::timeout(LINGER, next).await {
                Ok(next) => next,
                Err(_) => return Ok((batches, true)),
            },
        };
        let Some(batch) = next else { return Ok((batches, false)) };
        let batch = batch.map_err(functions::error::from_datafusion)?;
        if batch.num_rows() > 0 {
            bytes += batch_bytes(&batch);
            batches.push(batch);
        }
    }
    Ok((batches, true))
}

struct Sender<'a> {
    run: &'a Run,
    /// Goes out with the first batch.
    schema: Option<proto::DataType>,
    offset: i64,
}

impl Sender<'_> {
    async fn batch(&mut self, encoded: Encoded) {
        let rows = encoded.rows as i64;
        let chunks = chunks(&encoded.data, self.run.chunking.chunk_bytes());
        let count = self.run.chunking.allowed.then_some(chunks.len() as i64);
        for (index, data) in chunks.into_iter().enumerate() {
            let batch = ArrowBatch {
                row_count: rows,
                data,
                start_offset: Some(self.offset),
                chunk_index: count.map(|_| index as i64),
                num_chunks_in_batch: count,
            };
            let response = proto::ExecutePlanResponse {
                schema: self.schema.take(),
                response_type: Some(ResponseType::ArrowBatch(batch)),
                ..self.run.response()
            };
            self.run.buffer().push(response).await;
        }
        self.offset += rows;
    }
}

fn chunks(data: &Bytes, chunk_bytes: Option<usize>) -> Vec<Bytes> {
    let step = chunk_bytes.unwrap_or(data.len()).max(1);
    (0..data.len()).step_by(step).map(|start| data.slice(start..(start + step).min(data.len()))).collect()
}

pub(super) fn observed_message(metrics: &ObservedMetrics) -> proto::execute_plan_response::ObservedMetrics {
    proto::execute_plan_response::ObservedMetrics {
        name: metrics.name.clone(),
        keys: metrics.keys.clone(),
        values: metrics.values.iter().map(encode::literal).collect(),
        plan_id: metrics.plan_id,
        root_error_idx: None,
        errors: Vec::new(),
    }
}

/// The rows of a command as a local relation, to be sent inside a plan.
pub(super) async fn inline(mut rows: Rows) -> Result<proto::LocalRelation> {
    let mut batches = Vec::new();
    let mut bytes = 0;
    while let Some(batch) = rows.stream.next().await {
        let batch = batch.map_err(functions::error::from_datafusion)?;
        bytes += batch_bytes(&batch);
        if bytes > MAX_INLINE_BYTES {
            return Err(Error::unsupported(format!(
                "a command that answers more than {MAX_INLINE_BYTES} bytes"
            )));
        }
        batches.push(batch);
    }
    let schema = crate::decode::json_type::write(&lang::DataType::Struct(rows.schema));
    let data = encode::arrow::one_stream(&rows.arrow_schema, &batches)?;
    Ok(proto::LocalRelation { data: Some(data), schema: Some(schema) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_cut_into_chunks_of_the_wanted_size() {
        let data = Bytes::from(vec![7u8; 2500]);
        let sizes = |bytes| chunks(&data, bytes).iter().map(Bytes::len).collect::<Vec<_>>();
        assert_eq!(sizes(Some(1024)), [1024, 1024, 452]);
        assert_eq!(sizes(None), [2500]);
    }

    #[test]
    fn chunk_sizes_out_of_range_are_replaced() {
        let size = |allowed, preferred_bytes| Chunking { allowed, preferred_bytes }.chunk_bytes();
        assert_eq!(size(true, Some(2048)), Some(2048));
        assert_eq!(size(true, Some(1)), Some(MAX_BATCH_BYTES));
        assert_eq!(size(true, None), Some(MAX_BATCH_BYTES));
        assert_eq!(size(false, Some(2048)), None);
    }
}
