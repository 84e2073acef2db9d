//! `from_xml`: texts as structs.

use arrow::array::ArrayRef;
use datafusion::logical_expr::{Expr, lit};
use lang::{DataType as Spark, Error, Result};

use super::document::Document;
use super::options::{Layout, options};
use super::record::{Cell, RecordReader, check};
use crate::format::json::from_json::{State, malformed, records};
use crate::format::options::{Options, field, schema, spark_type};
use crate::format::text::Texts;
use crate::scalar::{Input, apply_field};
use crate::{Call, expect};

/// `from_xml(text, schema[, options])`
pub(in crate::format) fn from_xml(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let schema = schema(call, 1)?;
    if schema == Spark::Variant {
        return Err(Error::unsupported("from_xml to VARIANT"));
    }
    if !matches!(schema, Spark::Struct(_)) {
        return Err(Error::analysis("DATATYPE_MISMATCH.INVALID_XML_SCHEMA")
            .with("sqlExpr", format!("\"{}\"", call.arguments[0].name()))
            .with("schema", format!("\"{}\"", schema.sql())));
    }
    check(&schema)?;
    let given = options(call, 2)?;
    given.fail_fast("from_xml")?;
    let sensitive = lit(call.context.case_sensitive);
    let arguments = vec![expect::only_string(call, 0)?, given.literal(), sensitive];
    Ok(apply_field("from_xml", field("from_xml", &schema), arguments, run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let given = Options::read(input.constant_string(1).unwrap_or_default());
    let schema = spark_type(&input.returns);
    let Spark::Struct(columns) = &schema else { return Err(Error::internal("from_xml returns a struct")) };
    let reader = RecordReader {
        layout: Layout::of(&given),
        texts: Texts::new(&given, input.time_zone())?,
        case_sensitive: arrow::array::AsArray::as_boolean(input.raw(2)).value(0),
    };
    let strings = input.strings(0)?;
    let rows: Vec<Option<&str>> =
        (0..input.rows).map(|row| (!input.is_null(0, row)).then(|| strings.value(row))).collect();
    let documents: Vec<Option<Document>> =
        rows.iter().map(|row| row.and_then(Document::parse_first)).collect();
    let cells: Vec<Option<Cell<'_>>> = documents
        .iter()
        .map(|document| document.as_ref().and_then(|d| d.element().map(|id| Cell::Element(d, id))))
        .collect();
    let (array, mut states) = reader.records(columns, &cells)?;
    for (row, state) in states.iter_mut().enumerate() {
        if rows[row].is_some() && cells[row].is_none() {
            *state = State::Failed;
        }
    }
    if given.fail_fast("from_xml")? && states.iter().any(|state| *state != State::Good) {
        return Err(malformed("[null]"));
    }
    let corrupt = given.get("columnNameOfCorruptRecord").unwrap_or("_corrupt_record");
    Ok(records(array, columns, corrupt, &rows, &states))
}
