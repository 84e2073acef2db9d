//! ORC files: from their ends to their stripes.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use datafusion::error::DataFusionError;
use functions::datetime::zone::Zone;
use futures::{StreamExt, TryStreamExt};
use lang::{Error, Result};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use prost::Message;

use super::codec::Codec;
use super::column::{Columns, child};
use super::proto::{Footer, PostScript, Stripe, StripeFooter, Type, stream};
use super::types::malformed;
use crate::error::{external, from_datafusion};
use crate::scan::{Batches, DecodeRequest, Defaults};

/// Bytes read at once from a file's end.
const TAIL: u64 = 64 << 10;
/// The most bytes a part of the metadata may have.
const METADATA_LIMIT: u64 = 256 << 20;

/// A file whose end is read.
pub(super) struct OrcFile {
    store: Arc<dyn ObjectStore>,
    path: Path,
    codec: Codec,
    pub footer: Footer,
}

impl OrcFile {
    /// # Errors
    /// Files that cannot be read or are not ORC.
    pub(super) async fn open(
        store: Arc<dyn ObjectStore>,
        path: Path,
        size: u64,
    ) -> Result<Self, DataFusionError> {
        if size < 4 {
            return Err(external(malformed("a file that is too short")));
        }
        let start = size.saturating_sub(TAIL);
        let mut tail = store.get_range(&path, start..size).await?;
        let (script, length) = post_script(&tail).map_err(external)?;
        let codec = Codec::in_file(script.compression).map_err(external)?;
        let (footer, below) = (script.footer_length, length + script.footer_length);
        if footer > METADATA_LIMIT || below > size {
            return Err(external(malformed("its footer")));
        }
        if below > tail.len() as u64 {
            tail = store.get_range(&path, size - below..size).await?;
        }
        let end = tail.len() - length as usize;
        let footer = codec.unpack(&tail[end - footer as usize..end]);
        let footer = footer.and_then(|data| Footer::decode(data.as_slice()).ok());
        let footer = footer.ok_or_else(|| external(malformed("its footer")))?;
        if footer.encryption.is_some() {
            return Err(external(Error::unsupported("encrypted ORC files")));
        }
        Ok(OrcFile { store, path, codec, footer })
    }

    /// Reads the wanted columns, stripe after stripe.
    pub(super) fn batches(self, request: DecodeRequest) -> Batches {
        let (schema, defaults) = (request.schema(), Arc::clone(&request.defaults));
        let file = Arc::new(self);
        let stripes = futures::stream::iter(0..file.footer.stripes.len());
        let read = stripes.then(move |index| {
            let (file, schema, defaults) = (Arc::clone(&file), Arc::clone(&schema), Arc::clone(&defaults));
            async move { file.stripe(index, &schema, &defaults).await }
        });
        let size = request.batch_size.max(1);
        let cut = move |batch: RecordBatch| {
            let starts = (0..batch.num_rows()).step_by(size);
            let pieces: Vec<_> =
                starts.map(|start| Ok(batch.slice(start, size.min(batch.num_rows() - start)))).collect();
            futures::stream::iter(pieces)
        };
        read.map_ok(cut).try_flatten().boxed()
    }

    async fn stripe(
        &self,
        index: usize,
        schema: &SchemaRef,
        defaults: &Defaults,
    ) -> Result<RecordBatch, DataFusionError> {
        let stripe = &self.footer.stripes[index];
        let rows = usize::try_from(stripe.rows).map_err(|_| external(malformed("a stripe")))?;
        let pairs = self.pairs(schema);
        let mut wanted = Vec::new();
        pairs.iter().flatten().for_each(|id| descendants(&self.footer.types, *id, &mut wanted));
        let columns = match wanted.is_empty() {
            true => None,
            false => Some(self.streams(stripe, &wanted).await?),
        };
        let arrays = schema.fields().iter().zip(&pairs).map(|(field, id)| -> Result<ArrayRef> {
            match (id, &columns) {
                (Some(id), Some((footer, streams))) => {
                    let columns = Columns {
                        types: &self.footer.types,
                        encodings: &footer.columns,
                        streams,
                        zone: Zone::find(&footer.time_zone).unwrap_or(Zone::UTC),
                        julian: self.footer.calendar != 2,
                    };
                    columns.column(*id, field, rows)
                }
                _ => match defaults.get(field.name()) {
                    Some(value) => value.to_array_of_size(rows).map_err(from_datafusion),
                    None => Ok(arrow::array::new_null_array(field.data_type(), rows)),
                },
            }
        });
        let arrays = arrays.collect::<Result<Vec<_>>>().map_err(external)?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)
            .map_err(|e| external(Error::internal(format!("ORC columns make no batch: {e}"))))
    }

    /// For each field of the schema its column in the file.
    fn pairs(&self, schema: &SchemaRef) -> Vec<Option<u32>> {
        let root = self.footer.types.first();
        // Hive once wrote columns without their names.
        let nameless = root.is_some_and(|root| {
            !root.names.is_empty()
                && root.names.iter().enumerate().all(|(i, name)| *name == format!("_col{i}"))
        });
        let find = |(place, name): (usize, &str)| {
            let root = root?;
            child(root, name).or_else(|| root.subtypes.get(place).copied().filter(|_| nameless))
        };
        let fields = schema.fields().iter().map(|field| field.name().as_str()).enumerate();
        fields.map(find).collect()
    }

    /// A stripe's footer, and the streams of some of its columns.
    async fn streams(
        &self,
        stripe: &Stripe,
        wanted: &[u32],
    ) -> Result<(StripeFooter, HashMap<(u32, u32), Vec<u8>>), DataFusionError> {
        let wrong = |what: &str| external(malformed(what));
        if stripe.footer_length > METADATA_LIMIT {
            return Err(wrong("a stripe's footer"));
        }
        let end =
            stripe.offset.checked_add(stripe.index_length).and_then(|at| at.checked_add(stripe.data_length));
        let end = end.ok_or_else(|| wrong("a stripe"))?;
        let footer = self.store.get_range(&self.path, end..end + stripe.footer_length).await?;
        let footer = self.codec.unpack(&footer).and_then(|data| StripeFooter::decode(data.as_slice()).ok());
        let footer = footer.ok_or_else(|| wrong("a stripe's footer"))?;
        let (mut keys, mut ranges, mut position) = (Vec::new(), Vec::new(), stripe.offset);
        for found in &footer.streams {
            let next = position.checked_add(found.length).filter(|next| *next <= end);
            let next = next.ok_or_else(|| wrong("a stream"))?;
            if is_data(found.kind()) && wanted.contains(&found.column()) && found.length > 0 {
                keys.push((found.column(), found.kind()));
                ranges.push(position..next);
            }
            position = next;
        }
        let data: Vec<Bytes> = self.store.get_ranges(&self.path, &ranges).await?;
        let unpacked = keys.into_iter().zip(data).map(|(key, data)| {
            let data = self.codec.unpack(&data).ok_or_else(|| wrong("a packed stream"))?;
            Ok::<_, DataFusionError>((key, data))
        });
        Ok((footer.clone(), unpacked.collect::<Result<_, _>>()?))
    }
}

fn is_data(kind: u32) -> bool {
    matches!(kind, stream::PRESENT | stream::DATA | stream::LENGTH | stream::DICTIONARY | stream::SECONDARY)
}

/// A column and all below it.
fn descendants(types: &[Type], id: u32, out: &mut Vec<u32>) {
    // A list of types that makes no tree was refused before; it must not hang here either.
    if out.len() > types.len() {
        return;
    }
    out.push(id);
    if let Some(found) = types.get(id as usize) {
        found.subtypes.iter().for_each(|id| descendants(types, *id, out));
    }
}

/// The last part of a file, and its length with the byte that tells it.
fn post_script(tail: &[u8]) -> Result<(PostScript, u64)> {
    let wrong = || malformed("its end");
    let length = usize::from(*tail.last().ok_or_else(wrong)?);
    let start = tail.len().checked_sub(length + 1).ok_or_else(wrong)?;
    let script = PostScript::decode(&tail[start..tail.len() - 1]).map_err(|_| wrong())?;
    if script.magic != "ORC" {
        return Err(malformed("a file without ORC's mark"));
    }
    Ok((script, length as u64 + 1))
}
