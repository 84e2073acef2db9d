//! Relations without input: tables, files, local rows, ranges, table functions.

use std::sync::Arc;

use lang::ir::{LocalData, ReadSource, RelationKind};
use lang::{Error, Result};
use prost::Message as _;
use spark_connect_proto as proto;
use spark_connect_proto::read::{self, ReadType};

use super::data_type::parse_struct;
use super::{Decoder, count, invalid, options, required};

impl Decoder<'_> {
    pub(super) fn read(&self, read: &proto::Read) -> Result<RelationKind> {
        match required(&read.read_type, "Read.read_type")? {
            ReadType::NamedTable(_) if read.is_streaming => {
                Err(Error::unsupported("reading a table as a stream"))
            }
            ReadType::NamedTable(table) => Ok(RelationKind::Table {
                name: lang::parse_identifier(&table.unparsed_identifier)?,
                options: options(&table.options),
                time_travel: None,
            }),
            ReadType::DataSource(source) => data_source(source, read.is_streaming),
        }
    }

    pub(super) fn local(&self, local: &proto::LocalRelation) -> Result<RelationKind> {
        let schema = local.schema.as_deref().filter(|text| !text.is_empty()).map(parse_struct).transpose()?;
        let arrow_ipc =
            local.data.as_ref().filter(|data| !data.is_empty()).map(|data| Arc::from(data.as_ref()));
        if schema.is_none() && arrow_ipc.is_none() {
            return Err(invalid("a local relation needs data or a schema"));
        }
        Ok(RelationKind::Local(LocalData { arrow_ipc, schema }))
    }

    /// A whole `LocalRelation` message that was uploaded before.
    pub(super) fn cached_local(&self, cached: &proto::CachedLocalRelation) -> Result<RelationKind> {
        let bytes = self.uploaded(&cached.hash)?;
        let local = proto::LocalRelation::decode(bytes.as_ref())
            .map_err(|error| invalid(format!("the cached local relation is malformed: {error}")))?;
        self.local(&local)
    }

    /// Rows and schema uploaded in pieces: each piece is an Arrow IPC stream of its own.
    pub(super) fn chunked_local(&self, chunked: &proto::ChunkedCachedLocalRelation) -> Result<RelationKind> {
        let schema = match &chunked.schema_hash {
            Some(hash) => {
                let bytes = self.uploaded(hash)?;
                let text =
                    std::str::from_utf8(&bytes).map_err(|_| invalid("the cached schema is not UTF-8"))?;
                Some(parse_struct(text)?)
            }
            None => None,
        };
        let pieces =
            chunked.data_hashes.iter().map(|hash| self.uploaded(hash)).collect::<Result<Vec<_>>>()?;
        let arrow_ipc = match pieces.as_slice() {
            [] => None,
            [piece] => Some(Arc::clone(piece)),
            many => Some(crate::encode::arrow::join_streams(many)?),
        };
        Ok(RelationKind::Local(LocalData { arrow_ipc, schema }))
    }

    fn uploaded(&self, hash: &str) -> Result<Arc<[u8]>> {
        let found = self.uploads.cached(hash);
        found.ok_or_else(|| invalid(format!("no artifact cache/{hash} was uploaded in this session")))
    }

    pub(super) fn range(&self, range: &proto::Range) -> Result<RelationKind> {
        if range.step == 0 {
            return Err(invalid("Range.step must not be 0"));
        }
        Ok(RelationKind::Range {
            start: range.start.unwrap_or(0),
            end: range.end,
            step: range.step,
            partitions: range.num_partitions.map(|n| count(n, "Range.num_partitions")).transpose()?,
        })
    }

    pub(super) fn table_function(
        &self,
        function: &proto::UnresolvedTableValuedFunction,
    ) -> Result<RelationKind> {
        Ok(RelationKind::TableFunction {
            name: lang::parse_identifier(&function.function_name)?,
            arguments: self.expressions(&function.arguments)?,
        })
    }
}

fn data_source(source: &read::DataSource, is_streaming: bool) -> Result<RelationKind> {
    if !source.predicates.is_empty() {
        return Err(Error::unsupported("reading with one partition for each predicate"));
    }
    let schema = source.schema.as_deref().filter(|text| !text.is_empty()).map(parse_struct).transpose()?;
    Ok(RelationKind::Source(ReadSource {
        format: source.format.clone().filter(|format| !format.is_empty()),
        schema,
        options: options(&source.options),
        paths: source.paths.clone(),
        is_streaming,
    }))
}
