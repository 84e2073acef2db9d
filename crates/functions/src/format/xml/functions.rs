//! `xpath` and its typed forms: what an XPath expression finds in an XML text.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListBuilder, StringBuilder};
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type, Int16Type, Int32Type, Int64Type};
use datafusion::logical_expr::Expr as DfExpr;
use lang::{Error, ErrorKind, Result};

use super::document::{Document, Kind};
use super::xpath::{Expr, Value, evaluate, parse};
use crate::scalar::{Body, Input, apply};
use crate::types::is_string;
use crate::{Call, expect};

/// `xpath(xml, path)`: the values of all nodes; elements have none.
pub(in crate::format) fn xpath(call: &Call<'_>) -> Result<DfExpr> {
    let strings = DataType::List(Arc::new(Field::new("element", DataType::Utf8, true)));
    build(call, "xpath", strings, lists)
}

/// `xpath_boolean(xml, path)`
pub(in crate::format) fn xpath_boolean(call: &Call<'_>) -> Result<DfExpr> {
    build(call, "xpath_boolean", DataType::Boolean, |input| {
        let path = path(input)?;
        input.to_booleans(|row| Ok(found(input, row, path.as_ref())?.map(|(value, _)| value.boolean())))
    })
}

/// `xpath_string(xml, path)`
pub(in crate::format) fn xpath_string(call: &Call<'_>) -> Result<DfExpr> {
    build(call, "xpath_string", DataType::Utf8, |input| {
        let path = path(input)?;
        input.to_strings(|row, out| {
            match found(input, row, path.as_ref())? {
                Some((value, document)) => out.push_str(&value.text(&document)),
                None => out.null(),
            }
            Ok(())
        })
    })
}

macro_rules! numeric {
    ($function:ident, $name:literal, $arrow:ty, $data_type:expr, $convert:expr) => {
        /// The number that is found; integers are cut off, what is no number is 0 for them.
        pub(in crate::format) fn $function(call: &Call<'_>) -> Result<DfExpr> {
            build(call, $name, $data_type, |input| {
                let path = path(input)?;
                let convert: fn(f64) -> _ = $convert;
                input.to_numbers::<$arrow>(|row| {
                    let found = found(input, row, path.as_ref())?;
                    Ok(found.map(|(value, document)| convert(value.number(&document))))
                })
            })
        }
    };
}

numeric!(xpath_short, "xpath_short", Int16Type, DataType::Int16, |n| n as i32 as i16);
numeric!(xpath_int, "xpath_int", Int32Type, DataType::Int32, |n| n as i32);
numeric!(xpath_long, "xpath_long", Int64Type, DataType::Int64, |n| n as i64);
numeric!(xpath_float, "xpath_float", Float32Type, DataType::Float32, |n| n as f32);
numeric!(xpath_double, "xpath_double", Float64Type, DataType::Float64, |n| n);

fn build(call: &Call<'_>, name: &'static str, returns: DataType, body: Body) -> Result<DfExpr> {
    call.expect_arguments(2..=2)?;
    for (index, argument) in call.arguments.iter().enumerate() {
        if !is_string(argument.data_type()) && *argument.data_type() != DataType::Null {
            return Err(call.unexpected_type(index, "\"STRING\""));
        }
    }
    if expect::constant(call, 1)?.is_none() {
        return Err(Error::analysis("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("inputName", "`path`")
            .with("inputType", "\"STRING\"")
            .with("inputExpr", format!("\"{}\"", call.arguments[1].name())));
    }
    Ok(apply(name, returns, vec![expect::string(call, 0)?, expect::string(call, 1)?], body))
}

/// The expression; `None` when it is NULL or empty.
fn path(input: &Input) -> Result<Option<Expr>> {
    let Some(text) = input.constant_string(1).filter(|text| !text.is_empty()) else { return Ok(None) };
    match parse(text) {
        Some(path) => Ok(Some(path)),
        None => Err(failed(format!("Invalid XPath '{text}'"))),
    }
}

/// Spark throws Java's own exceptions here, which have no condition.
fn failed(message: String) -> Error {
    Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT").with_message(message)
}

/// What the expression yields in the text of a row; NULL for an empty text.
fn found(input: &Input, row: usize, path: Option<&Expr>) -> Result<Option<(Value, Document)>> {
    let text = input.strings(0)?.value(row);
    let Some(path) = path.filter(|_| !text.is_empty()) else { return Ok(None) };
    let expression = input.constant_string(1).unwrap_or_default();
    let document =
        Document::parse(text).ok_or_else(|| failed(format!("Error loading expression '{expression}'")))?;
    let value = evaluate(path, &document)
        .map_err(|reason| failed(format!("Invalid XPath '{expression}': {reason}")))?;
    Ok(Some((value, document)))
}

fn lists(input: &Input) -> Result<ArrayRef> {
    let path = path(input)?;
    let element = Field::new("element", DataType::Utf8, true);
    let mut builder = ListBuilder::new(StringBuilder::new()).with_field(element);
    for row in 0..input.rows {
        let found = match input.is_null(0, row) {
            true => None,
            false => found(input, row, path.as_ref())?,
        };
        let Some((value, document)) = found else {
            builder.append(false);
            continue;
        };
        let Value::Nodes(nodes) = value else {
            return Err(failed("Invalid XML document: the expression yields no nodes".to_string()));
        };
        for id in nodes {
            let node = document.node(id);
            match node.kind {
                Kind::Root | Kind::Element => builder.values().append_null(),
                _ => builder.values().append_value(&node.value[..node.first_part]),
            }
        }
        builder.append(true);
    }
    Ok(Arc::new(builder.finish()))
}
