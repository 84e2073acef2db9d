//! Spark types as Arrow fields and back.
//!
//! Types that Arrow lacks travel as field metadata under `spark.type` (their DDL text), user-defined types under
//! `spark.udt` (their Python class), column metadata under `spark.metadata` (JSON).

use arrow::datatypes::{DataType as Arrow, Field, Fields, IntervalUnit, TimeUnit};
use std::sync::Arc;

use lang::{DataType, DayTimeField, StructField, StructType, YearMonthField};

/// Field metadata key: the Spark type's DDL text where the Arrow type alone does not tell it.
pub const TYPE_KEY: &str = "spark.type";
/// Field metadata key: Spark's column metadata, a JSON object.
pub const METADATA_KEY: &str = "spark.metadata";

/// Field metadata key: the Python class of a user-defined type and, in further lines, its pickled code.
pub const UDT_KEY: &str = "spark.udt";

/// The Arrow type that carries values of a Spark type.
pub fn to_arrow(data_type: &DataType) -> Arrow {
    match data_type {
        DataType::Null => Arrow::Null,
        DataType::Boolean => Arrow::Boolean,
        DataType::Byte => Arrow::Int8,
        DataType::Short => Arrow::Int16,
        DataType::Integer => Arrow::Int32,
        DataType::Long => Arrow::Int64,
        DataType::Float => Arrow::Float32,
        DataType::Double => Arrow::Float64,
        DataType::Decimal { precision, scale } => Arrow::Decimal128(*precision, *scale),
        DataType::String { .. } | DataType::Char(_) | DataType::Varchar(_) => Arrow::Utf8,
        DataType::Binary => Arrow::Binary,
        DataType::Date => Arrow::Date32,
        DataType::Time { .. } => Arrow::Time64(TimeUnit::Nanosecond),
        DataType::Timestamp => Arrow::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        DataType::TimestampNtz => Arrow::Timestamp(TimeUnit::Microsecond, None),
        DataType::YearMonthInterval { .. } => Arrow::Interval(IntervalUnit::YearMonth),
        DataType::DayTimeInterval { .. } => Arrow::Duration(TimeUnit::Microsecond),
        DataType::CalendarInterval => Arrow::Interval(IntervalUnit::MonthDayNano),
        DataType::Array { element, contains_null } => {
            Arrow::List(Arc::new(to_field("element", element, *contains_null)))
        }
        DataType::Map { key, value, value_contains_null } => {
            let entries = vec![to_field("key", key, false), to_field("value", value, *value_contains_null)];
            Arrow::Map(Arc::new(Field::new("entries", Arrow::Struct(entries.into()), false)), false)
        }
        DataType::Struct(s) => Arrow::Struct(to_fields(s)),
        DataType::Variant => Arrow::Struct(variant_fields()),
        DataType::Udt { sql_type, .. } => to_arrow(sql_type),
    }
}

/// The parts of a variant; the mark on the second is the one that Spark's clients look for.
fn variant_fields() -> Fields {
    let mark = [("variant".to_string(), "true".to_string())].into();
    Fields::from(vec![
        Field::new("value", Arrow::Binary, false),
        Field::new("metadata", Arrow::Binary, false).with_metadata(mark),
    ])
}

/// Whether a struct of these fields is a variant.
fn is_variant(fields: &Fields) -> bool {
    let marked =
        |f: &Field| f.name() == "metadata" && f.metadata().get("variant").is_some_and(|v| v == "true");
    fields.len() == 2 && fields.iter().any(|f| marked(f)) && fields.iter().any(|f| f.name() == "value")
}

/// The Arrow field for a column of a Spark type.
pub fn to_field(name: &str, data_type: &DataType, nullable: bool) -> Field {
    let field = Field::new(name, to_arrow(data_type), nullable);
    if let DataType::Udt { class, serialized, .. } = data_type {
        let text = format!("{class}\n{}", serialized.as_deref().unwrap_or_default());
        return field.with_metadata([(UDT_KEY.to_string(), text)].into());
    }
    let needs_text = match data_type {
        DataType::String { collation } => collation.is_some(),
        DataType::Char(_) | DataType::Varchar(_) => true,
        DataType::Time { precision } => *precision != 6,
        DataType::YearMonthInterval { .. } => *data_type != DataType::YEAR_MONTH,
        DataType::DayTimeInterval { .. } => *data_type != DataType::DAY_TIME,
        _ => false,
    };
    if needs_text { field.with_metadata([(TYPE_KEY.to_string(), data_type.sql())].into()) } else { field }
}

/// The Arrow fields of a Spark struct, column metadata included.
pub fn to_fields(schema: &StructType) -> Fields {
    schema
        .fields
        .iter()
        .map(|f| {
            let mut field = to_field(&f.name, &f.data_type, f.nullable);
            if !f.metadata.is_empty() {
                let mut metadata = field.metadata().clone();
                metadata.insert(METADATA_KEY.to_string(), f.metadata.clone());
                field.set_metadata(metadata);
            }
            field
        })
        .collect()
}

/// The Spark type of an Arrow field, its metadata respected.
pub fn from_field(field: &Field) -> DataType {
    if let Some((class, code)) = field.metadata().get(UDT_KEY).and_then(|text| text.split_once('\n')) {
        return DataType::Udt {
            class: class.to_string(),
            serialized: (!code.is_empty()).then(|| code.to_string()),
            sql_type: Box::new(from_arrow(field.data_type())),
        };
    }
    match field.metadata().get(TYPE_KEY).map(|text| lang::parse_data_type(text)) {
        Some(Ok(data_type)) => data_type,
        _ => from_arrow(field.data_type()),
    }
}

/// The Spark type that values of an Arrow type have; types no Spark type corresponds to map to the nearest wider one.
pub fn from_arrow(data_type: &Arrow) -> DataType {
    match data_type {
        Arrow::Null => DataType::Null,
        Arrow::Boolean => DataType::Boolean,
        Arrow::Int8 => DataType::Byte,
        Arrow::Int16 | Arrow::UInt8 => DataType::Short,
        Arrow::Int32 | Arrow::UInt16 => DataType::Integer,
        Arrow::Int64 | Arrow::UInt32 => DataType::Long,
        Arrow::UInt64 => DataType::Decimal { precision: 20, scale: 0 },
        Arrow::Float16 | Arrow::Float32 => DataType::Float,
        Arrow::Float64 => DataType::Double,
        Arrow::Decimal32(p, s)
        | Arrow::Decimal64(p, s)
        | Arrow::Decimal128(p, s)
        | Arrow::Decimal256(p, s) => DataType::Decimal { precision: (*p).min(38), scale: *s },
        Arrow::Utf8 | Arrow::LargeUtf8 | Arrow::Utf8View => DataType::STRING,
        Arrow::Binary | Arrow::LargeBinary | Arrow::BinaryView | Arrow::FixedSizeBinary(_) => {
            DataType::Binary
        }
        Arrow::Date32 | Arrow::Date64 => DataType::Date,
        Arrow::Time32(_) | Arrow::Time64(_) => DataType::Time { precision: 6 },
        Arrow::Timestamp(_, Some(_)) => DataType::Timestamp,
        Arrow::Timestamp(_, None) => DataType::TimestampNtz,
        Arrow::Interval(IntervalUnit::YearMonth) => {
            DataType::YearMonthInterval { start: YearMonthField::Year, end: YearMonthField::Month }
        }
        Arrow::Duration(_) | Arrow::Interval(IntervalUnit::DayTime) => {
            DataType::DayTimeInterval { start: DayTimeField::Day, end: DayTimeField::Second }
        }
        Arrow::Interval(IntervalUnit::MonthDayNano) => DataType::CalendarInterval,
        Arrow::List(f) | Arrow::LargeList(f) | Arrow::ListView(f) | Arrow::LargeListView(f) => array(f),
        Arrow::FixedSizeList(f, _) => array(f),
        Arrow::Map(entries, _) => match entries.data_type() {
            Arrow::Struct(fields) if fields.len() == 2 => DataType::Map {
                key: Box::new(from_field(&fields[0])),
                value: Box::new(from_field(&fields[1])),
                value_contains_null: fields[1].is_nullable(),
            },
            _ => DataType::Null,
        },
        Arrow::Struct(fields) if is_variant(fields) => DataType::Variant,
        Arrow::Struct(fields) => DataType::Struct(from_fields(fields)),
        Arrow::Dictionary(_, value) => from_arrow(value),
        Arrow::RunEndEncoded(_, value) => from_field(value),
        Arrow::Union(..) => DataType::Null,
    }
}

/// A Spark struct from Arrow fields.
pub fn from_fields(fields: &Fields) -> StructType {
    StructType::new(
        fields
            .iter()
            .map(|f| StructField {
                name: f.name().clone(),
                data_type: from_field(f),
                nullable: f.is_nullable(),
                metadata: f.metadata().get(METADATA_KEY).cloned().unwrap_or_default(),
            })
            .collect(),
    )
}

fn array(element: &Field) -> DataType {
    DataType::Array { element: Box::new(from_field(element)), contains_null: element.is_nullable() }
}

/// Whether values of the type are variants or hold some; those have no order and no equality.
pub fn holds_variant(data_type: &Arrow) -> bool {
    match data_type {
        Arrow::Struct(fields) => is_variant(fields) || fields.iter().any(|f| holds_variant(f.data_type())),
        Arrow::List(element) => holds_variant(element.data_type()),
        Arrow::Map(entries, _) => holds_variant(entries.data_type()),
        _ => false,
    }
}

/// `Utf8`, `LargeUtf8` or `Utf8View`.
pub fn is_string(data_type: &Arrow) -> bool {
    matches!(data_type, Arrow::Utf8 | Arrow::LargeUtf8 | Arrow::Utf8View)
}

/// An integer type of Spark.
pub fn is_integral(data_type: &Arrow) -> bool {
    matches!(data_type, Arrow::Int8 | Arrow::Int16 | Arrow::Int32 | Arrow::Int64)
}

/// A numeric type of Spark.
pub fn is_numeric(data_type: &Arrow) -> bool {
    is_integral(data_type) || matches!(data_type, Arrow::Float32 | Arrow::Float64 | Arrow::Decimal128(..))
}
