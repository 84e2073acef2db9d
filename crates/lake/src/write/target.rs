//! What a table is to be while rows are written for it.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use functions::types::{to_field, to_fields};
use lang::ir::Options;
use lang::{DataType as SparkType, Error, Result, StructField, StructType};
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use plan::lake::CHANGE_TYPE_COLUMN;

use crate::schema::{COLUMN_ID, metadata_of, physical, physical_name};
use crate::state::Mapping;

/// The bytes of a file when no property says otherwise.
const FILE_BYTES: u64 = 128 << 20;
/// The most rows of a row group.
const GROUP_ROWS: usize = 1 << 20;
/// The most bytes of a row group, Spark's default.
const GROUP_BYTES: usize = 128 << 20;
/// Columns with statistics when no property says otherwise.
const INDEXED: i64 = 32;

/// How rows of a table are written.
#[derive(Debug)]
pub(crate) struct Target {
    /// The rows that come in: the table's columns in its order, in Spark's Arrow types.
    pub rows: SchemaRef,
    /// The same columns with what must not be NULL in them.
    pub required: Fields,
    /// The places of the partition columns, in their order, with the names the log has for them.
    pub partitions: Vec<(usize, String)>,
    /// The places of the other columns.
    pub data: Vec<usize>,
    /// The columns of the files, under their names there.
    pub files: SchemaRef,
    /// How many of them have statistics.
    pub indexed: usize,
    pub file_bytes: u64,
    pub compression: Compression,
    pub extension: &'static str,
}

impl Target {
    /// # Errors
    /// Types that Delta tables do not have; codecs and properties that are none.
    pub(crate) fn new(
        full: &StructType,
        partition_by: &[String],
        mapping: Mapping,
        properties: &Options,
        conf: &Options,
    ) -> Result<Self> {
        expect_types(full)?;
        let required = to_fields(full);
        let rows = Arc::new(Schema::new(plain(&required)));
        let place = |name: &String| full.fields.iter().position(|field| field.name == *name);
        let key = |field: &StructField| match mapping {
            Mapping::None => field.name.clone(),
            _ => physical_name(field),
        };
        let partitions: Vec<_> =
            partition_by.iter().filter_map(place).map(|place| (place, key(&full.fields[place]))).collect();
        let data: Vec<usize> = (0..full.fields.len())
            .filter(|place| !partitions.iter().any(|(partition, _)| partition == place))
            .collect();
        let of_files = StructType::new(data.iter().map(|place| full.fields[*place].clone()).collect());
        let fields = match mapping {
            Mapping::None => plain(&to_fields(&physical(&of_files))),
            _ => plain(&with_ids(&of_files)),
        };
        let indexed = number(properties, "delta.dataSkippingNumIndexedCols", INDEXED)?;
        let (compression, extension) = codec(properties, conf)?;
        Ok(Target {
            rows,
            required,
            partitions,
            indexed: usize::try_from(indexed).unwrap_or(usize::MAX),
            data,
            files: Arc::new(Schema::new(fields)),
            file_bytes: file_bytes(properties)?,
            compression,
            extension,
        })
    }

    /// The same for the rows of the change feed: one more column tells what has happened to a row.
    pub(crate) fn of_changes(&self) -> Self {
        let kind: FieldRef = Arc::new(Field::new(CHANGE_TYPE_COLUMN, DataType::Utf8, true));
        let with_kind = |schema: &Schema| {
            let fields = schema.fields().iter().cloned().chain([Arc::clone(&kind)]);
            Arc::new(Schema::new(fields.collect::<Fields>()))
        };
        let mut data = self.data.clone();
        data.push(self.rows.fields().len());
        Target {
            rows: with_kind(&self.rows),
            required: self.required.iter().cloned().chain([Arc::clone(&kind)]).collect(),
            partitions: self.partitions.clone(),
            data,
            files: with_kind(&self.files),
            indexed: 0,
            file_bytes: self.file_bytes,
            compression: self.compression,
            extension: self.extension,
        }
    }

    pub(crate) fn writer_properties(&self) -> WriterProperties {
        let (key, text) = sources::parquet_footer(&self.files);
        WriterProperties::builder()
            .set_key_value_metadata(Some(vec![KeyValue::new(key.to_string(), text)]))
            .set_compression(self.compression)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            .set_created_by(format!("firesteel {}", env!("CARGO_PKG_VERSION")))
            .build()
    }
}

/// Fields without what Parquet's writer would keep of the metadata, ids aside; all may be null, as Spark writes them.
fn plain(fields: &Fields) -> Fields {
    fields.iter().map(|field| plain_field(field, true)).collect()
}

fn plain_field(field: &FieldRef, nullable: bool) -> FieldRef {
    let data_type = match field.data_type() {
        DataType::Struct(inner) => DataType::Struct(plain(inner)),
        DataType::List(element) => DataType::List(plain_field(element, true)),
        DataType::Map(entries, sorted) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                let pair = vec![plain_field(&pair[0], false), plain_field(&pair[1], true)];
                let entries = entries.as_ref().clone().with_data_type(DataType::Struct(pair.into()));
                DataType::Map(Arc::new(entries), *sorted)
            }
            _ => field.data_type().clone(),
        },
        other => other.clone(),
    };
    let mut metadata = field.metadata().clone();
    metadata.retain(|key, _| key == crate::mapping::FIELD_ID);
    Arc::new(Field::new(field.name(), data_type, nullable).with_metadata(metadata))
}

/// The fields under their names in files, with their ids.
fn with_ids(schema: &StructType) -> Fields {
    schema
        .fields
        .iter()
        .map(|field| {
            let arrow = Field::new(physical_name(field), type_with_ids(&field.data_type), true);
            match metadata_of(field, COLUMN_ID) {
                Some(id) => {
                    arrow.with_metadata([(crate::mapping::FIELD_ID.to_string(), id.to_string())].into())
                }
                None => arrow,
            }
        })
        .collect()
}

fn type_with_ids(data_type: &SparkType) -> DataType {
    match data_type {
        SparkType::Struct(schema) => DataType::Struct(with_ids(schema)),
        SparkType::Array { element, .. } => {
            DataType::List(Arc::new(Field::new("element", type_with_ids(element), true)))
        }
        SparkType::Map { key, value, .. } => {
            let pair = vec![
                Field::new("key", type_with_ids(key), false),
                Field::new("value", type_with_ids(value), true),
            ];
            DataType::Map(Arc::new(Field::new("entries", DataType::Struct(pair.into()), false)), false)
        }
        other => to_field("value", other, true).data_type().clone(),
    }
}

/// # Errors
/// `DELTA_UNSUPPORTED_DATA_TYPES`
pub(crate) fn expect_types(schema: &StructType) -> Result<()> {
    fn is_kept(data_type: &SparkType) -> bool {
        match data_type {
            SparkType::Null
            | SparkType::CalendarInterval
            | SparkType::YearMonthInterval { .. }
            | SparkType::DayTimeInterval { .. }
            | SparkType::Time { .. }
            | SparkType::Variant
            | SparkType::Udt { .. } => false,
            SparkType::Array { element, .. } => is_kept(element),
            SparkType::Map { key, value, .. } => is_kept(key) && is_kept(value),
            SparkType::Struct(schema) => schema.fields.iter().all(|field| is_kept(&field.data_type)),
            _ => true,
        }
    }
    let refused: Vec<_> = schema
        .fields
        .iter()
        .filter(|field| !is_kept(&field.data_type))
        .map(|field| format!("{}: {}", field.name, field.data_type.simple_string()))
        .collect();
    match refused.is_empty() {
        true => Ok(()),
        false => Err(Error::analysis("DELTA_UNSUPPORTED_DATA_TYPES")
            .with("dataTypeList", format!("[{}]", refused.join(", ")))
            .with("config", "spark.databricks.delta.schema.typeCheck.enabled")),
    }
}

fn number(properties: &Options, key: &str, default: i64) -> Result<i64> {
    let Some(text) = properties.get(key) else { return Ok(default) };
    text.trim().parse().map_err(|_| {
        Error::new(lang::ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
            .with("message", format!("{key} must be a whole number, not {text}"))
    })
}

/// `delta.targetFileSize`: bytes, or with a unit: `128mb`.
fn file_bytes(properties: &Options) -> Result<u64> {
    let Some(text) = properties.get("delta.targetFileSize") else { return Ok(FILE_BYTES) };
    let text = text.trim().to_ascii_lowercase();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" | "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        _ => 0,
    };
    let bytes = digits.trim().parse::<u64>().ok().and_then(|n| n.checked_mul(unit)).filter(|n| *n > 0);
    bytes.ok_or_else(|| {
        Error::new(lang::ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
            .with("message", format!("delta.targetFileSize must be a number of bytes, not {text}"))
    })
}

fn codec(properties: &Options, conf: &Options) -> Result<(Compression, &'static str)> {
    let name = properties
        .get("delta.parquet.compression.codec")
        .or_else(|| conf.get("spark.sql.parquet.compression.codec"))
        .map_or("snappy".to_string(), |name| name.to_ascii_lowercase());
    Ok(match name.as_str() {
        "none" | "uncompressed" => (Compression::UNCOMPRESSED, ".parquet"),
        "snappy" => (Compression::SNAPPY, ".snappy.parquet"),
        "gzip" => (Compression::GZIP(GzipLevel::default()), ".gz.parquet"),
        "zstd" => (Compression::ZSTD(ZstdLevel::default()), ".zstd.parquet"),
        "lz4_raw" => (Compression::LZ4_RAW, ".lz4raw.parquet"),
        "brotli" => (Compression::BROTLI(BrotliLevel::default()), ".br.parquet"),
        other => return Err(Error::unsupported(format!("the Parquet codec {other} for Delta tables"))),
    })
}
