//! `to_csv`: a struct as a line.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use arrow::datatypes::{DataType as Arrow, Date32Type, TimestampMicrosecondType};
use datafusion::logical_expr::Expr;
use lang::{DataType as Spark, Error, Result};

use super::tokens::{OPTIONS as SEPARATOR_OPTIONS, Separators};
use crate::cast::format::{Style, to_string_array};
use crate::format::options::{Options, STRING};
use crate::format::text::Texts;
use crate::scalar::{Input, apply};
use crate::{Call, types};

const OPTIONS: &[&str] = &[
    "nullValue",
    "emptyValue",
    "quoteAll",
    "dateFormat",
    "timestampFormat",
    "timestampNTZFormat",
    "timeZone",
    "locale",
];

/// `to_csv(struct[, options])`
pub(in crate::format) fn to_csv(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let argument = &call.arguments[0];
    if !matches!(argument.data_type(), Arrow::Struct(_)) {
        return Err(call.unexpected_type(0, "\"STRUCT\""));
    }
    if let Spark::Struct(schema) = types::from_field(&argument.field) {
        let is_plain = |t: &Spark| match t {
            Spark::Array { element, .. } => is_array_element(element),
            Spark::Map { .. } | Spark::Struct(_) | Spark::Binary | Spark::Variant => false,
            _ => true,
        };
        if let Some(field) = schema.fields.iter().find(|field| !is_plain(&field.data_type)) {
            return Err(Error::unsupported(format!("to_csv of {}", field.data_type.sql())));
        }
    }
    let given = Options::of(call, 1, &[OPTIONS, SEPARATOR_OPTIONS].concat())?;
    Separators::of(&given, true)?;
    Ok(apply("to_csv", STRING, vec![argument.expr.clone(), given.literal()], run))
}

/// What an array may hold: values whose text is that of a cast.
fn is_array_element(element: &Spark) -> bool {
    matches!(
        element,
        Spark::Boolean
            | Spark::Byte
            | Spark::Short
            | Spark::Integer
            | Spark::Long
            | Spark::Float
            | Spark::Double
            | Spark::Decimal { .. }
            | Spark::String { .. }
    )
}

fn run(input: &Input) -> Result<ArrayRef> {
    let given = Options::read(input.constant_string(1).unwrap_or_default());
    let (separators, texts) = (Separators::of(&given, true)?, Texts::new(&given, input.time_zone())?);
    let Spark::Struct(schema) = types::from_field(&input.fields[0]) else {
        return Err(Error::internal("to_csv takes a struct"));
    };
    let structs = input.raw(0).as_struct();
    let columns: Vec<Vec<Option<String>>> = schema
        .fields
        .iter()
        .zip(structs.columns())
        .map(|(field, column)| column_texts(column, &field.data_type, &texts))
        .collect::<Result<_>>()?;
    let (null_text, empty_text) =
        (given.get("nullValue").unwrap_or(""), given.get("emptyValue").unwrap_or("\"\""));
    let quote_all = given.is_on("quoteAll", false);
    let mut builder = StringBuilder::new();
    for row in 0..input.rows {
        if input.is_null(0, row) {
            builder.append_null();
            continue;
        }
        let at = input.position(0, row);
        let mut line = String::new();
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                line.push_str(&separators.separator);
            }
            match &column[at] {
                None => line.push_str(null_text),
                Some(text) if text.is_empty() => line.push_str(empty_text),
                Some(text) => push_field(text, index == 0, quote_all, &separators, &mut line),
            }
        }
        builder.append_value(&line);
    }
    Ok(Arc::new(builder.finish()))
}

/// Every value of a column as text.
fn column_texts(column: &ArrayRef, spark: &Spark, texts: &Texts) -> Result<Vec<Option<String>>> {
    if *spark == Spark::Null {
        return Ok(vec![None; column.len()]);
    }
    if let Some(list) = column.as_list_opt::<i32>()
        && list.values().null_count() > 0
    {
        return Err(Error::unsupported("to_csv of arrays with NULLs"));
    }
    if !matches!(spark, Spark::Date | Spark::Timestamp | Spark::TimestampNtz) {
        let array = to_string_array(column, spark, texts.cast_zone(), Style::Cast)?;
        return Ok(array.iter().map(|text| text.map(str::to_string)).collect());
    }
    let text = |at: usize| {
        if column.is_null(at) {
            return Ok(None);
        }
        let mut text = String::new();
        let micros = || column.as_primitive::<TimestampMicrosecondType>().value(at);
        match spark {
            Spark::Date => texts.write_date(column.as_primitive::<Date32Type>().value(at), &mut text)?,
            Spark::Timestamp => texts.write_timestamp(micros(), &mut text)?,
            _ => texts.write_timestamp_ntz(micros(), &mut text)?,
        }
        Ok(Some(text))
    };
    (0..column.len()).map(text).collect()
}

/// Quotes a field that holds a separator, a quote or a line end, or that would start a comment.
fn push_field(text: &str, first: bool, quote_all: bool, separators: &Separators, line: &mut String) {
    let text = separators.trim(text);
    let special = text.contains(separators.separator.as_str())
        || text.contains([separators.quote, '\n', '\r'])
        || (first && text.len() > 1 && text.starts_with('#'));
    if !special && !quote_all {
        return line.push_str(text);
    }
    line.push(separators.quote);
    for c in text.chars() {
        if c == separators.quote || c == separators.escape {
            line.push(separators.escape);
        }
        line.push(c);
    }
    line.push(separators.quote);
}
