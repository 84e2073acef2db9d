//! `from_avro`: encoded values as values of the types that their schema stands for.

use arrow::array::{Array, ArrayRef, StructArray, new_null_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::input::Input as Encoded;
use super::schema::Schema;
use super::types::spark_type;
use super::values::values;
use crate::format::options::nullable;
use crate::scalar::{Input, apply_field};
use crate::types::to_field;
use crate::{Call, expect};

/// `from_avro(data, schema[, options])`: the schema, in JSON, is that the data was written with.
pub(in crate::format) fn from_avro(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    if !expect::is_binary(call.arguments[0].data_type()) && *call.arguments[0].data_type() != DataType::Null {
        return Err(call.unexpected_type(0, "\"BINARY\""));
    }
    let Some((schema, text)) = super::schema(call, 1)? else {
        return Err(super::no_schema(call, 1));
    };
    let given = super::options(call, 2)?;
    let stable_names = super::stable_names(call, &given)?;
    let mode = given.iter().find(|(name, _)| name == "mode").map(|(_, mode)| mode.to_ascii_uppercase());
    let permissive = match mode.as_deref() {
        None | Some("FAILFAST") => false,
        Some("PERMISSIVE") => true,
        Some(mode) => {
            return Err(Error::analysis("PARSE_MODE_UNSUPPORTED")
                .with("funcName", "`from_avro`")
                .with("mode", mode));
        }
    };
    let (found, _) = spark_type(&schema, stable_names)?;
    let found = if permissive { nullable(found) } else { found };
    let arguments = vec![expect::binary(call, 0)?, lit(text), lit(permissive)];
    Ok(apply_field("from_avro", to_field("from_avro", &found, true), arguments, run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let schema = Schema::parse(input.constant_string(1).unwrap_or_default())?;
    let permissive = arrow::array::AsArray::as_boolean(input.raw(2)).value(0);
    let field: &Field = &input.returns;
    let rows = input.bytes(0)?;
    let present = |row: usize| !input.is_null(0, row);
    // What a value left behind that ended too early would stand in the way of the next one.
    let bad: Vec<bool> = match permissive {
        true => {
            let mut probe = values(&schema, field)?;
            let mut bad = Vec::with_capacity(input.rows);
            for row in 0..input.rows {
                let fails = present(row) && probe.read(&mut Encoded::new(rows.value(row))).is_none();
                if fails {
                    probe = values(&schema, field)?;
                }
                bad.push(fails);
            }
            bad
        }
        false => vec![false; input.rows],
    };
    let mut column = values(&schema, field)?;
    for (row, is_bad) in bad.iter().enumerate() {
        if *is_bad || !present(row) {
            column.null();
        } else if column.read(&mut Encoded::new(rows.value(row))).is_none() {
            return Err(malformed());
        }
    }
    let column = column.finish()?;
    Ok(if bad.contains(&true) { with_rows_of_nulls(column, &bad) } else { column })
}

/// A record that makes no sense is a record of nulls.
fn with_rows_of_nulls(column: ArrayRef, bad: &[bool]) -> ArrayRef {
    let Some(structs) = column.as_any().downcast_ref::<StructArray>() else { return column };
    let (fields, columns, nulls) = structs.clone().into_parts();
    let valid = (0..bad.len()).map(|row| bad[row] || nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)));
    let valid: NullBuffer = valid.collect();
    match StructArray::try_new_with_length(fields, columns, Some(valid), bad.len()) {
        Ok(structs) => std::sync::Arc::new(structs),
        Err(_) => new_null_array(column.data_type(), bad.len()),
    }
}

fn malformed() -> Error {
    Error::runtime(RuntimeClass::Other, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION")
        .with("badRecord", "[Avro]")
        .with("failFastMode", "FAILFAST")
}
