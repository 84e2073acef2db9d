//! Rows as Arrow IPC streams of bounded size, as clients read them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use arrow_ipc::writer::StreamWriter;
use bytes::Bytes;
use lang::{Error, Result};

/// What one message carries at most, unless a single row is larger: Spark's own limit.
pub(crate) const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Rows in one IPC stream: schema, one batch, end.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub rows: usize,
    pub data: Bytes,
}

/// Puts batches into the shape that clients expect: the session's time zone on timestamps, bounded size.
pub(crate) struct Encoder {
    schema: SchemaRef,
    max_rows: Option<usize>,
}

impl Encoder {
    pub fn new(schema: &SchemaRef, time_zone: &str, max_rows: Option<usize>) -> Self {
        let schema = Arc::new(Schema::new(zoned_fields(schema.fields(), time_zone)));
        Encoder { schema, max_rows }
    }

    /// The IPC streams for `batches`, which are joined and cut so that each is large but bounded.
    pub fn encode(&self, batches: &[RecordBatch]) -> Result<Vec<Encoded>> {
        let batches = batches.iter().map(|batch| self.conform(batch)).collect::<Result<Vec<_>>>()?;
        let joined = match batches.as_slice() {
            [only] => only.clone(),
            many => concat_batches(&self.schema, many).map_err(internal)?,
        };
        let step = self.rows_for_each(&joined);
        (0..joined.num_rows().max(1))
            .step_by(step)
            .map(|start| self.stream(&joined.slice(start, step.min(joined.num_rows() - start))))
            .collect()
    }

    /// One stream without rows: an empty result still tells its schema.
    pub fn empty(&self) -> Result<Encoded> {
        self.stream(&RecordBatch::new_empty(Arc::clone(&self.schema)))
    }

    fn conform(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let columns =
            batch.columns().iter().zip(self.schema.fields()).map(|(column, field)| with_type(column, field));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options).map_err(internal)
    }

    fn rows_for_each(&self, batch: &RecordBatch) -> usize {
        let bytes = batch_bytes(batch).max(1);
        let by_bytes = (batch.num_rows() as u128 * MAX_BATCH_BYTES as u128 / bytes as u128).max(1);
        usize::try_from(by_bytes).unwrap_or(usize::MAX).min(self.max_rows.unwrap_or(usize::MAX)).max(1)
    }

    fn stream(&self, batch: &RecordBatch) -> Result<Encoded> {
        let mut data = Vec::with_capacity(batch_bytes(batch) + 1024);
        let mut writer = StreamWriter::try_new(&mut data, &self.schema).map_err(internal)?;
        writer.write(batch).map_err(internal)?;
        writer.finish().map_err(internal)?;
        drop(writer);
        Ok(Encoded { rows: batch.num_rows(), data: data.into() })
    }
}

/// All batches in one IPC stream, for answers that travel inside a plan.
pub(crate) fn one_stream(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Bytes> {
    let mut data = Vec::new();
    let mut writer = StreamWriter::try_new(&mut data, schema).map_err(internal)?;
    for batch in batches {
        writer.write(batch).map_err(internal)?;
    }
    writer.finish().map_err(internal)?;
    drop(writer);
    Ok(data.into())
}

/// Several IPC streams of one schema as a single stream.
pub(crate) fn join_streams(streams: &[Arc<[u8]>]) -> Result<Arc<[u8]>> {
    let malformed = |error: arrow::error::ArrowError| {
        crate::decode::invalid(format!("the local relation is no Arrow IPC stream: {error}"))
    };
    let mut schema = None;
    let mut batches = Vec::new();
    for stream in streams {
        let (own, rows) = plan::read_stream(stream).map_err(malformed)?;
        schema.get_or_insert(own);
        batches.extend(rows);
    }
    let schema = schema.ok_or_else(|| crate::decode::missing("ChunkedCachedLocalRelation.dataHashes"))?;
    Ok(Arc::from(one_stream(&schema, &batches)?.as_ref()))
}

/// Bytes that the rows of a batch take, slices counted as slices.
pub(crate) fn batch_bytes(batch: &RecordBatch) -> usize {
    let column_bytes = |column: &ArrayRef| {
        column.to_data().get_slice_memory_size().unwrap_or_else(|_| column.get_array_memory_size())
    };
    batch.columns().iter().map(column_bytes).sum()
}

fn with_type(column: &ArrayRef, field: &FieldRef) -> Result<ArrayRef> {
    match column.data_type() == field.data_type() {
        true => Ok(Arc::clone(column)),
        false => cast(column, field.data_type()).map_err(internal),
    }
}

fn zoned_fields(fields: &Fields, time_zone: &str) -> Fields {
    fields.iter().map(|field| zoned_field(field, time_zone)).collect()
}

fn zoned_field(field: &FieldRef, time_zone: &str) -> FieldRef {
    let zoned = zoned(field.data_type(), time_zone);
    Arc::new(Field::clone(field).with_data_type(zoned))
}

fn zoned(data_type: &DataType, time_zone: &str) -> DataType {
    match data_type {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some(time_zone.into())),
        DataType::List(field) => DataType::List(zoned_field(field, time_zone)),
        DataType::LargeList(field) => DataType::LargeList(zoned_field(field, time_zone)),
        DataType::FixedSizeList(field, size) => DataType::FixedSizeList(zoned_field(field, time_zone), *size),
        DataType::Map(field, sorted) => DataType::Map(zoned_field(field, time_zone), *sorted),
        DataType::Struct(fields) => DataType::Struct(zoned_fields(fields, time_zone)),
        other => other.clone(),
    }
}

fn internal(error: arrow::error::ArrowError) -> Error {
    Error::internal(format!("encoding rows: {error}"))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray, StructArray, TimestampMicrosecondArray};
    use arrow::datatypes::TimeUnit;
    use arrow_ipc::reader::StreamReader;

    use super::*;

    fn rows(encoded: &Encoded) -> RecordBatch {
        let mut reader = StreamReader::try_new(encoded.data.as_ref(), None).expect("stream");
        let batch = reader.next().expect("one batch").expect("reads");
        assert!(reader.next().is_none());
        batch
    }

    fn strings(count: usize, size: usize) -> RecordBatch {
        let schema = Arc::new(Schema::new(vec![Field::new("s", DataType::Utf8, false)]));
        let array = StringArray::from_iter_values((0..count).map(|_| "x".repeat(size)));
        RecordBatch::try_new(schema, vec![Arc::new(array)]).expect("batch")
    }

    #[test]
    fn large_batches_are_cut_and_small_ones_joined() {
        let large = strings(100, 200_000);
        let encoder = Encoder::new(&large.schema(), "UTC", None);
        let parts = encoder.encode(std::slice::from_ref(&large)).expect("encodes");
        assert!(parts.len() > 3, "{}", parts.len());
        assert!(parts.iter().all(|part| part.data.len() <= MAX_BATCH_BYTES + 4096));
        assert_eq!(parts.iter().map(|part| part.rows).sum::<usize>(), 100);
        let small = strings(3, 10);
        let parts = encoder.encode(&[small.clone(), small]).expect("encodes");
        assert_eq!(parts.iter().map(|part| part.rows).collect::<Vec<_>>(), [6]);
        assert_eq!(rows(&parts[0]).num_rows(), 6);
    }

    #[test]
    fn the_row_limit_is_respected() {
        let batch = strings(10, 5);
        let encoder = Encoder::new(&batch.schema(), "UTC", Some(4));
        let parts = encoder.encode(&[batch]).expect("encodes");
        assert_eq!(parts.iter().map(|part| part.rows).collect::<Vec<_>>(), [4, 4, 2]);
    }

    #[test]
    fn batches_without_columns_keep_their_rows() {
        let schema = Arc::new(Schema::empty());
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(3));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), vec![], &options).expect("batch");
        let parts = Encoder::new(&schema, "UTC", None).encode(&[batch]).expect("encodes");
        assert_eq!(rows(&parts[0]).num_rows(), 3);
    }

    #[test]
    fn timestamps_show_the_session_time_zone_at_any_depth() {
        let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let inner = Fields::from(vec![Field::new("t", utc.clone(), true)]);
        let schema = Arc::new(Schema::new(vec![
            Field::new("s", DataType::Struct(inner.clone()), true),
            Field::new("id", DataType::Int64, true),
        ]));
        let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![1, 2]).with_timezone("UTC"));
        let column = StructArray::new(inner, vec![times], None);
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![Arc::new(column), Arc::new(Int64Array::from(vec![1, 2]))],
        );
        let encoder = Encoder::new(&schema, "Europe/Berlin", None);
        let parts = encoder.encode(&[batch.expect("batch")]).expect("encodes");
        let DataType::Struct(fields) = rows(&parts[0]).schema().field(0).data_type().clone() else {
            panic!("a struct")
        };
        assert_eq!(
            fields[0].data_type(),
            &DataType::Timestamp(TimeUnit::Microsecond, Some("Europe/Berlin".into()))
        );
    }

    #[test]
    fn uploaded_pieces_become_one_stream() {
        let batch = strings(2, 4);
        let piece: Arc<[u8]> =
            Arc::from(one_stream(&batch.schema(), std::slice::from_ref(&batch)).expect("encodes").as_ref());
        let joined = join_streams(&[Arc::clone(&piece), piece]).expect("joins");
        let reader = StreamReader::try_new(joined.as_ref(), None).expect("stream");
        assert_eq!(reader.map(|b| b.expect("reads").num_rows()).sum::<usize>(), 4);
        assert!(join_streams(&[Arc::from(&b"no arrow"[..])]).is_err());
    }
}
