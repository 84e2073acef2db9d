//! Literals as typed constants.

use std::sync::Arc;

use arrow::array::{ArrayRef, StructArray, new_empty_array};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType as Arrow, Field, IntervalMonthDayNano};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use functions::{Argument, types};
use lang::ir::{CastMode, Literal};
use lang::{DataType, Result};

use super::{Resolver, planning};

impl Resolver<'_> {
    pub(super) fn literal(&self, literal: &Literal) -> Result<Argument> {
        if let Literal::TimestampText(text) = literal {
            let string = string_argument(text);
            let to = types::to_field("t", &DataType::Timestamp, false);
            let expr = functions::cast::cast(&string, &to, CastMode::Ansi, self.environment.context())?;
            let name = format!("TIMESTAMP '{text}'");
            return Ok(Argument { expr, field: Arc::new(to.with_name(name)), keyword: None });
        }
        let (value, data_type) = scalar(literal)?;
        let name = display(literal, self.environment.context().time_zone.as_ref())?;
        let field = types::to_field(&name, &data_type, value.is_null());
        Ok(Argument { expr: Expr::Literal(value, None), field: Arc::new(field), keyword: None })
    }
}

/// A string constant as an argument.
pub(super) fn string_argument(text: &str) -> Argument {
    let value = ScalarValue::Utf8(Some(text.to_string()));
    let field = Arc::new(Field::new(text, Arrow::Utf8, false));
    Argument { expr: Expr::Literal(value, None), field, keyword: None }
}

/// A scalar constant as an argument, named by its value.
pub(super) fn scalar_argument(value: ScalarValue) -> Argument {
    let field = Arc::new(Field::new(value.to_string(), value.data_type(), value.is_null()));
    Argument { expr: Expr::Literal(value, None), field, keyword: None }
}

/// A literal where its name does not matter.
pub(super) fn unnamed(literal: &Literal) -> Result<Argument> {
    let (value, data_type) = scalar(literal)?;
    let field = types::to_field("", &data_type, value.is_null());
    Ok(Argument { expr: Expr::Literal(value, None), field: Arc::new(field), keyword: None })
}

/// The value and Spark type of a literal.
pub(super) fn scalar(literal: &Literal) -> Result<(ScalarValue, DataType)> {
    let value = match literal {
        Literal::Null(data_type) => {
            let value = ScalarValue::try_from(&types::to_arrow(data_type)).map_err(planning)?;
            return Ok((value, data_type.clone()));
        }
        Literal::Boolean(v) => (ScalarValue::Boolean(Some(*v)), DataType::Boolean),
        Literal::Byte(v) => (ScalarValue::Int8(Some(*v)), DataType::Byte),
        Literal::Short(v) => (ScalarValue::Int16(Some(*v)), DataType::Short),
        Literal::Integer(v) => (ScalarValue::Int32(Some(*v)), DataType::Integer),
        Literal::Long(v) => (ScalarValue::Int64(Some(*v)), DataType::Long),
        Literal::Float(v) => (ScalarValue::Float32(Some(*v)), DataType::Float),
        Literal::Double(v) => (ScalarValue::Float64(Some(*v)), DataType::Double),
        Literal::Decimal { value, precision, scale } => (
            ScalarValue::Decimal128(Some(*value), *precision, *scale),
            DataType::Decimal { precision: *precision, scale: *scale },
        ),
        Literal::String(v) => (ScalarValue::Utf8(Some(v.clone())), DataType::STRING),
        Literal::TimestampText(v) => (ScalarValue::Utf8(Some(v.clone())), DataType::STRING),
        Literal::Binary(v) => (ScalarValue::Binary(Some(v.clone())), DataType::Binary),
        Literal::Date(v) => (ScalarValue::Date32(Some(*v)), DataType::Date),
        Literal::Time { value_ns, precision } => {
            (ScalarValue::Time64Nanosecond(Some(*value_ns)), DataType::Time { precision: *precision })
        }
        Literal::Timestamp(v) => {
            (ScalarValue::TimestampMicrosecond(Some(*v), Some("UTC".into())), DataType::Timestamp)
        }
        Literal::TimestampNtz(v) => {
            (ScalarValue::TimestampMicrosecond(Some(*v), None), DataType::TimestampNtz)
        }
        Literal::YearMonthInterval { months, data_type } => {
            (ScalarValue::IntervalYearMonth(Some(*months)), data_type.clone())
        }
        Literal::DayTimeInterval { micros, data_type } => {
            (ScalarValue::DurationMicrosecond(Some(*micros)), data_type.clone())
        }
        Literal::CalendarInterval { months, days, micros } => (
            ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(*months, *days, micros * 1000))),
            DataType::CalendarInterval,
        ),
        Literal::Array { element_type, values } => return array(element_type, values),
        Literal::Map { key_type, value_type, keys, values } => {
            return map(key_type, value_type, keys, values);
        }
        Literal::Struct { data_type, values } => return structure(data_type, values),
    };
    Ok(value)
}

fn elements(data_type: &DataType, values: &[Literal]) -> Result<ArrayRef> {
    let arrow = types::to_arrow(data_type);
    if values.is_empty() {
        return Ok(new_empty_array(&arrow));
    }
    let scalars: Vec<ScalarValue> = values
        .iter()
        .map(|v| scalar(v).and_then(|(value, _)| value.cast_to(&arrow).map_err(planning)))
        .collect::<Result<_>>()?;
    ScalarValue::iter_to_array(scalars).map_err(planning)
}

fn array(element_type: &DataType, values: &[Literal]) -> Result<(ScalarValue, DataType)> {
    let items = elements(element_type, values)?;
    let contains_null = items.null_count() > 0;
    let field = Arc::new(types::to_field("element", element_type, contains_null));
    let list = arrow::array::ListArray::new(field, OffsetBuffer::from_lengths([items.len()]), items, None);
    let data_type = DataType::Array { element: Box::new(element_type.clone()), contains_null };
    Ok((ScalarValue::List(Arc::new(list)), data_type))
}

fn map(
    key: &DataType,
    value: &DataType,
    keys: &[Literal],
    values: &[Literal],
) -> Result<(ScalarValue, DataType)> {
    let (keys, values) = (elements(key, keys)?, elements(value, values)?);
    let data_type = DataType::Map {
        key: Box::new(key.clone()),
        value: Box::new(value.clone()),
        value_contains_null: values.null_count() > 0,
    };
    let Arrow::Map(entries_field, _) = types::to_arrow(&data_type) else {
        return Err(lang::Error::internal("a map type is a map"));
    };
    let Arrow::Struct(fields) = entries_field.data_type().clone() else {
        return Err(lang::Error::internal("map entries are a struct"));
    };
    let length = keys.len();
    let entries = StructArray::new(fields, vec![keys, values], None);
    let map = arrow::array::MapArray::new(
        entries_field,
        OffsetBuffer::from_lengths([length]),
        entries,
        None,
        false,
    );
    Ok((ScalarValue::Map(Arc::new(map)), data_type))
}

fn structure(data_type: &DataType, values: &[Literal]) -> Result<(ScalarValue, DataType)> {
    let DataType::Struct(schema) = data_type else {
        return Err(lang::Error::internal("a struct literal has a struct type"));
    };
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (field, value) in schema.fields.iter().zip(values) {
        arrays.push(elements(&field.data_type, std::slice::from_ref(value))?);
    }
    let array = StructArray::try_new_with_length(types::to_fields(schema), arrays, None, 1)
        .map_err(|e| lang::Error::internal(e.to_string()))?;
    Ok((ScalarValue::Struct(Arc::new(array)), data_type.clone()))
}

/// How Spark prints a literal as a column name.
fn display(literal: &Literal, time_zone: &str) -> Result<String> {
    Ok(match literal {
        Literal::Null(_) => "NULL".into(),
        Literal::String(v) => v.clone(),
        Literal::Boolean(v) => v.to_string(),
        Literal::Byte(v) => v.to_string(),
        Literal::Short(v) => v.to_string(),
        Literal::Integer(v) => v.to_string(),
        Literal::Long(v) => v.to_string(),
        Literal::Binary(v) => format!("X'{}'", v.iter().map(|b| format!("{b:02X}")).collect::<String>()),
        Literal::Decimal { value, scale, .. } => {
            let mut text = String::new();
            functions::cast::format_number::write_decimal_scientific(*value, *scale, &mut text);
            text
        }
        Literal::Date(_) => format!("DATE '{}'", shown(literal, time_zone)?),
        Literal::Timestamp(_) => format!("TIMESTAMP '{}'", shown(literal, time_zone)?),
        Literal::TimestampNtz(_) => format!("TIMESTAMP_NTZ '{}'", shown(literal, time_zone)?),
        Literal::Time { .. } => format!("TIME '{}'", shown(literal, time_zone)?),
        Literal::Array { values, .. } => format!("array({})", displays(values, time_zone)?),
        Literal::Struct { data_type: DataType::Struct(schema), values } => {
            let mut parts = Vec::new();
            for (field, value) in schema.fields.iter().zip(values) {
                parts.push(format!("{} AS {}", display(value, time_zone)?, field.name));
            }
            format!("struct({})", parts.join(", "))
        }
        Literal::Map { keys, values, .. } => {
            let mut parts = Vec::new();
            for (key, value) in keys.iter().zip(values) {
                parts.push(format!("{}, {}", display(key, time_zone)?, display(value, time_zone)?));
            }
            format!("map({})", parts.join(", "))
        }
        _ => shown(literal, time_zone)?,
    })
}

fn displays(values: &[Literal], time_zone: &str) -> Result<String> {
    Ok(values.iter().map(|v| display(v, time_zone)).collect::<Result<Vec<_>>>()?.join(", "))
}

/// The value as `show()` prints it.
fn shown(literal: &Literal, time_zone: &str) -> Result<String> {
    let (value, _) = scalar(literal)?;
    let array = value.to_array().map_err(planning)?;
    let mut strings = functions::value::to_strings(&array, time_zone)?;
    Ok(strings.pop().unwrap_or_default())
}
