//! Writes: one file a task and partition, staged out of sight, made visible at commit.
//!
//! ```text
//!            ┌─ task 0 ─► split by partition values ─► encoder ─► output ─┐
//! FileSink ──┼─ task 1 ─► …                                               ├─ commit ─► visible
//!            └─ task n ─► …                                               ┘  (abort ─► removed)
//! ```
//!
//! The nouns: a [`FileSink`](sink::FileSink) is one write; an [`Encoder`] turns batches into one file's bytes; an output is
//! where they go; a `Stage` (local disks) or `Uploads` (object stores) is where they wait for the commit.
//!
//! # Guarantees
//! Local disks: files are staged in a hidden folder beside the target, `.<name>.<uuid>`, on the same file system.
//! - New targets and overwrites appear by one rename: readers see all of the old or all of the new. A write that fails
//!   or is killed at any moment leaves the old data as it was; a killed one leaves its hidden folder, which the next
//!   write to the same target removes. (Where the file system cannot swap two names at once, an overwrite is two
//!   renames; a kill between them leaves the old data under the hidden name `.<name>.<uuid>.old` and no target.)
//! - Appends, and dynamic overwrites of several partitions, appear file by file (partition by partition): a kill during
//!   the commit leaves those already moved, and nothing half written.
//! - Two writers never mix: names are unique, the last overwrite to commit wins whole, and a writer whose target was
//!   taken away or created meanwhile fails with `CONCURRENT_WRITE` or `PATH_ALREADY_EXISTS`.
//!
//! Object stores: multipart uploads are completed at commit only, one after the other; an overwrite then deletes the old
//! objects. Readers in that window see some of the new objects, and of an overwrite both old and new ones.
//!
//! # Does not
//! Protect against power loss (nothing is synced), write checksums files, know tables.
//!
//! # Where to start
//! [`sink`], then `sink.rs`, `local.rs`, `object.rs`.

mod codec;
mod encoder;
mod local;
mod noop;
mod object;
mod output;
mod partition;
mod sink;
mod task;
mod text;

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef, Fields, Schema, SchemaRef};
use functions::types::from_field;
use lang::ir::SaveMode;
use lang::{Error, Result};
use plan::contract::{Sink, WriteRequest};

pub(crate) use codec::{Codec, Compressor, unavailable as codec_unavailable};
pub(crate) use encoder::{Encoder, FileEncoding};
pub(crate) use text::{Texts, timestamp_patterns};

use crate::avro::write::AvroWriter;
use crate::csv::write::CsvWriter;
use crate::files::session_zone;
use crate::format::Format;
use crate::json::write::JsonWriter;
use crate::option::OptionReader;
use crate::orc::write::OrcWriter;
use crate::parquet::write::ParquetWriter;
use crate::path::Location;
use crate::schema::{expect_types, expect_unique};
use crate::store::Store;
use crate::text::write::TextWriter;
use crate::xml::write::XmlWriter;
use partition::PartitionColumns;
use sink::{FileSink, Place};

/// A write of the `noop` format, which needs no target.
pub(crate) fn noop() -> Arc<dyn Sink> {
    Arc::new(noop::NoopSink)
}

/// Sets up a write; nothing is touched before it is known to be possible.
///
/// # Errors
/// `PATH_ALREADY_EXISTS`; options, types and partition columns that cannot be.
pub(crate) async fn sink(
    request: &WriteRequest,
    schema: SchemaRef,
    target: Location,
    store: Store,
) -> Result<Option<Arc<dyn Sink>>> {
    let format = Format::find(&request.format)?;
    if schema.fields().is_empty() {
        return Err(
            Error::analysis("EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE").with("format", format.shown())
        );
    }
    if format != Format::Csv {
        expect_unique(schema.fields().iter().map(|field| field.name().as_str()))?;
    }
    let zone = session_zone(&request.conf)?;
    let partitions = PartitionColumns::new(&schema, &request.partition_by, zone)?;
    let encoding = encoding(format, request, partitions.data_schema())?;
    let exists = if store.local { local::exists(&target) } else { object::exists(&store, &target).await? };
    match request.mode {
        SaveMode::ErrorIfExists if exists => {
            return Err(Error::analysis("PATH_ALREADY_EXISTS").with("outputPath", target.to_string()));
        }
        SaveMode::Ignore if exists => return Ok(None),
        _ => {}
    }
    let dynamic = request.dynamic_overwrite && !request.partition_by.is_empty();
    let mode = request.mode;
    let place = if store.local {
        Place::Local(local::Stage::create(&target, mode, dynamic)?)
    } else {
        Place::Object(object::Uploads::new(store, target, mode, dynamic))
    };
    let read = OptionReader::new(&request.format, &request.options);
    let session_limit =
        request.conf.get("spark.sql.files.maxRecordsPerFile").and_then(|text| text.parse().ok());
    let most_rows = read.number("maxrecordsperfile", session_limit.unwrap_or(0))?;
    let most_rows = usize::try_from(most_rows).ok().filter(|limit| *limit > 0);
    Ok(Some(Arc::new(FileSink::new(place, encoding, partitions, most_rows))))
}

fn encoding(format: Format, request: &WriteRequest, schema: &SchemaRef) -> Result<Arc<dyn FileEncoding>> {
    let (options, conf) = (&request.options, &request.conf);
    let zone = session_zone(conf)?;
    Ok(match format {
        Format::Parquet => {
            expect_types("Parquet", schema.fields(), |f| is_storable(f.data_type()))?;
            Arc::new(ParquetWriter::new(options, conf, schema)?)
        }
        Format::Csv => {
            expect_types("CSV", schema.fields(), |f| {
                !f.data_type().is_nested() && is_storable(f.data_type())
            })?;
            Arc::new(CsvWriter::new(options, zone, Arc::clone(schema))?)
        }
        Format::Json => {
            expect_types("JSON", schema.fields(), |f| {
                *f.data_type() == DataType::Null || is_text(f.data_type())
            })?;
            Arc::new(JsonWriter::new(options, conf, zone, Arc::clone(schema))?)
        }
        Format::Text => {
            crate::text::TextFormat::expect_schema(schema.fields())?;
            Arc::new(TextWriter::new(options)?)
        }
        Format::Xml => {
            expect_types("XML", schema.fields(), |f| is_storable(f.data_type()))?;
            Arc::new(XmlWriter::new(options, zone)?)
        }
        Format::Orc => {
            expect_types("ORC", schema.fields(), |f| is_storable(f.data_type()))?;
            Arc::new(OrcWriter::new(options, conf, schema)?)
        }
        Format::Avro => {
            expect_types("Avro", schema.fields(), |f| is_storable(f.data_type()))?;
            Arc::new(AvroWriter::new(options, conf, schema)?)
        }
        Format::BinaryFile => return Err(Error::unsupported("writing binary files")),
    })
}

/// Types that files can hold: all but void and calendar intervals, at every level.
fn is_storable(data_type: &DataType) -> bool {
    *data_type != DataType::Null && is_text(data_type)
}

fn is_text(data_type: &DataType) -> bool {
    use arrow::datatypes::IntervalUnit::{DayTime, MonthDayNano};
    let all = |fields: &Fields| fields.iter().all(|field| is_text(field.data_type()));
    match data_type {
        DataType::Interval(DayTime | MonthDayNano) | DataType::Union(..) => false,
        DataType::List(element) | DataType::LargeList(element) => is_text(element.data_type()),
        DataType::Map(entries, _) => is_text(entries.data_type()),
        DataType::Struct(fields) => all(fields),
        _ => true,
    }
}

/// Every field nullable, as Spark writes them; views as plain strings.
fn stored_schema(schema: &Schema) -> SchemaRef {
    let plain = |field: FieldRef| {
        let data_type = match field.data_type() {
            DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
            DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
            _ => return field,
        };
        Arc::new(field.as_ref().clone().with_data_type(data_type))
    };
    let fields: Fields = schema.fields().iter().map(crate::schema::nullable).map(plain).collect();
    Arc::new(Schema::new(fields))
}

/// The Spark type of a field, for errors.
fn sql_type(field: &arrow::datatypes::Field) -> String {
    format!("\"{}\"", from_field(field).sql())
}

/// Removes everything at a path.
///
/// # Errors
/// What the store refuses; a path where nothing is, is no error.
pub(crate) async fn remove(store: &Store, target: &Location) -> Result<()> {
    if store.local { local::remove(target) } else { object::remove(store, target).await }
}
