//! Data types: protobuf to [`lang::DataType`].

use lang::{DataType, DayTimeField, Error, Result, StructField, StructType, YearMonthField};
use spark_connect_proto as proto;
use spark_connect_proto::data_type::Kind;

use super::{invalid, json_type, missing, required};

/// The Spark type a message stands for; unparsed ones are parsed as DDL.
pub(crate) fn data_type(message: &proto::DataType) -> Result<DataType> {
    Ok(match required(&message.kind, "DataType.kind")? {
        Kind::Null(_) => DataType::Null,
        Kind::Binary(_) => DataType::Binary,
        Kind::Boolean(_) => DataType::Boolean,
        Kind::Byte(_) => DataType::Byte,
        Kind::Short(_) => DataType::Short,
        Kind::Integer(_) => DataType::Integer,
        Kind::Long(_) => DataType::Long,
        Kind::Float(_) => DataType::Float,
        Kind::Double(_) => DataType::Double,
        Kind::Decimal(decimal) => decimal_type(decimal.precision, decimal.scale)?,
        Kind::String(string) => DataType::String { collation: collation(&string.collation) },
        Kind::Char(char) => DataType::Char(length(char.length)?),
        Kind::VarChar(varchar) => DataType::Varchar(length(varchar.length)?),
        Kind::Date(_) => DataType::Date,
        Kind::Time(time) => DataType::Time { precision: time_precision(time.precision)? },
        Kind::Timestamp(_) => DataType::Timestamp,
        Kind::TimestampNtz(_) => DataType::TimestampNtz,
        Kind::CalendarInterval(_) => DataType::CalendarInterval,
        Kind::YearMonthInterval(interval) => DataType::YearMonthInterval {
            start: year_month_field(interval.start_field.unwrap_or(0))?,
            end: year_month_field(interval.end_field.or(interval.start_field).unwrap_or(1))?,
        },
        Kind::DayTimeInterval(interval) => DataType::DayTimeInterval {
            start: day_time_field(interval.start_field.unwrap_or(0))?,
            end: day_time_field(interval.end_field.or(interval.start_field).unwrap_or(3))?,
        },
        Kind::Array(array) => DataType::Array {
            element: boxed(&array.element_type, "DataType.Array.element_type")?,
            contains_null: array.contains_null,
        },
        Kind::Map(map) => DataType::Map {
            key: boxed(&map.key_type, "DataType.Map.key_type")?,
            value: boxed(&map.value_type, "DataType.Map.value_type")?,
            value_contains_null: map.value_contains_null,
        },
        Kind::Struct(message) => DataType::Struct(struct_type(message)?),
        Kind::Variant(_) => DataType::Variant,
        Kind::Udt(udt) => user_defined(udt)?,
        Kind::Unparsed(text) => parse_schema_or_type(&text.data_type_string)?,
        Kind::Geometry(_) => return Err(Error::unsupported("the GEOMETRY type")),
        Kind::Geography(_) => return Err(Error::unsupported("the GEOGRAPHY type")),
        Kind::TimestampNtzNanos(_) => return Err(Error::unsupported("TIMESTAMP_NTZ with nanoseconds")),
        Kind::TimestampLtzNanos(_) => return Err(Error::unsupported("TIMESTAMP_LTZ with nanoseconds")),
    })
}

/// A type that must be a struct.
pub(super) fn struct_of(message: &proto::DataType) -> Result<StructType> {
    as_struct(data_type(message)?)
}

/// A struct from what clients write as a schema: DDL columns, a DDL type, or Spark's JSON.
pub(super) fn parse_struct(text: &str) -> Result<StructType> {
    if text.trim_start().starts_with(['{', '"']) {
        return as_struct(json_type::parse(text)?);
    }
    as_struct(parse_schema_or_type(text)?)
}

/// DDL text: columns (`a INT, b STRING`), a type (`array<int>`), or members of a struct (`a: INT`); what is none of them has the
/// error of columns.
pub(crate) fn parse_schema_or_type(text: &str) -> Result<DataType> {
    let columns = match lang::parse_columns(text) {
        Ok(columns) => return Ok(DataType::Struct(columns)),
        Err(error) => error,
    };
    let read = lang::parse_data_type(text);
    read.or_else(|_| lang::parse_data_type(&format!("struct<{}>", text.trim()))).map_err(|_| columns)
}

fn as_struct(data_type: DataType) -> Result<StructType> {
    match data_type {
        DataType::Struct(schema) => Ok(schema),
        other => Err(invalid(format!("a schema must be a struct, found {}", other.sql()))),
    }
}

fn struct_type(message: &proto::data_type::Struct) -> Result<StructType> {
    message.fields.iter().map(struct_field).collect::<Result<Vec<_>>>().map(StructType::new)
}

fn struct_field(field: &proto::data_type::StructField) -> Result<StructField> {
    let field_type = data_type(required(&field.data_type, "DataType.StructField.data_type")?)?;
    let mut decoded = StructField::new(field.name.clone(), field_type, field.nullable);
    decoded.metadata = field.metadata.as_ref().filter(|json| *json != "{}").cloned().unwrap_or_default();
    Ok(decoded)
}

fn boxed(message: &Option<Box<proto::DataType>>, field: &str) -> Result<Box<DataType>> {
    Ok(Box::new(data_type(message.as_ref().ok_or_else(|| missing(field))?)?))
}

fn user_defined(udt: &proto::data_type::Udt) -> Result<DataType> {
    let class = udt.python_class.as_ref().or(udt.jvm_class.as_ref());
    Ok(DataType::Udt {
        class: class.ok_or_else(|| missing("DataType.UDT.python_class"))?.clone(),
        serialized: udt.serialized_python_class.clone(),
        sql_type: boxed(&udt.sql_type, "DataType.UDT.sql_type")?,
    })
}

fn collation(name: &str) -> Option<String> {
    (!name.is_empty() && !name.eq_ignore_ascii_case("UTF8_BINARY")).then(|| name.to_string())
}

pub(super) fn decimal_type(precision: Option<i32>, scale: Option<i32>) -> Result<DataType> {
    let (precision, scale) = (precision.unwrap_or(10), scale.unwrap_or(0));
    if !(1..=38).contains(&precision) || !(0..=precision).contains(&scale) {
        return Err(invalid(format!("DECIMAL({precision},{scale}) is not a type")));
    }
    Ok(DataType::Decimal { precision: precision as u8, scale: scale as i8 })
}

pub(super) fn time_precision(precision: Option<i32>) -> Result<u8> {
    match precision.unwrap_or(6) {
        precision @ 0..=6 => Ok(precision as u8),
        other => Err(invalid(format!("TIME({other}) is not a type"))),
    }
}

fn length(length: i32) -> Result<u32> {
    u32::try_from(length).map_err(|_| invalid(format!("a length of {length} characters")))
}

fn year_month_field(field: i32) -> Result<YearMonthField> {
    match field {
        0 => Ok(YearMonthField::Year),
        1 => Ok(YearMonthField::Month),
        other => Err(invalid(format!("unknown year-month interval field {other}"))),
    }
}

fn day_time_field(field: i32) -> Result<DayTimeField> {
    match field {
        0 => Ok(DayTimeField::Day),
        1 => Ok(DayTimeField::Hour),
        2 => Ok(DayTimeField::Minute),
        3 => Ok(DayTimeField::Second),
        other => Err(invalid(format!("unknown day-time interval field {other}"))),
    }
}
