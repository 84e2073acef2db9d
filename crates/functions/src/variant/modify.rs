//! `variant_insert`, `variant_set`, `variant_array_append`, `variant_delete`, `variant_strip_nulls` and their `try_`
//! forms.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::cast::expect_castable;
use super::column::{VariantBuilder, Variants, expect_variant, variant_field};
use super::edit::{self, Change};
use super::get::Paths;
use super::value::Value;
use crate::scalar::{Body, Input, apply_field};
use crate::{Call, expect};

/// `variant_insert(v, path, value)`
pub(super) fn variant_insert(call: &Call<'_>) -> Result<Expr> {
    three(call, "variant_insert", |input| changed(input, Change::Insert, "variant_insert", true))
}

/// `try_variant_insert(v, path, value)`
pub(super) fn try_variant_insert(call: &Call<'_>) -> Result<Expr> {
    three(call, "try_variant_insert", |input| changed(input, Change::Insert, "try_variant_insert", false))
}

/// `variant_array_append(v, path, value)`
pub(super) fn variant_array_append(call: &Call<'_>) -> Result<Expr> {
    three(call, "variant_array_append", |input| changed(input, Change::Append, "variant_array_append", true))
}

/// `try_variant_array_append(v, path, value)`
pub(super) fn try_variant_array_append(call: &Call<'_>) -> Result<Expr> {
    three(call, "try_variant_array_append", |input| {
        changed(input, Change::Append, "try_variant_array_append", false)
    })
}

/// `variant_set(v, path, value[, create_if_missing])`
pub(super) fn variant_set(call: &Call<'_>) -> Result<Expr> {
    set(call, "variant_set", |input| set_run(input, "variant_set", true))
}

/// `try_variant_set(v, path, value[, create_if_missing])`
pub(super) fn try_variant_set(call: &Call<'_>) -> Result<Expr> {
    set(call, "try_variant_set", |input| set_run(input, "try_variant_set", false))
}

fn three(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let arguments = vec![expect_variant(call, 0)?, path(call, 1)?, expect_castable(call, 2)?];
    Ok(apply_field(name, variant_field(name), arguments, body))
}

fn set(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(3..=4)?;
    let create = flag(call, 3)?;
    let arguments = vec![expect_variant(call, 0)?, path(call, 1)?, expect_castable(call, 2)?, lit(create)];
    Ok(apply_field(name, variant_field(name), arguments, body))
}

/// A path is text; Spark casts nothing else.
fn path(call: &Call<'_>, index: usize) -> Result<Expr> {
    expect::only_string(call, index)
}

/// The constant boolean at `index`, true when it is absent; NULL stays NULL.
fn flag(call: &Call<'_>, index: usize) -> Result<ScalarValue> {
    if index >= call.arguments.len() {
        return Ok(ScalarValue::Boolean(Some(true)));
    }
    match call.arguments[index].data_type() {
        DataType::Boolean => {
            expect::constant(call, index)?.ok_or_else(|| expect::non_foldable(call, index, "BOOLEAN"))
        }
        DataType::Null => Ok(ScalarValue::Boolean(None)),
        _ => Err(call.unexpected_type(index, "\"BOOLEAN\"")),
    }
}

fn set_run(input: &Input, name: &str, fails: bool) -> Result<ArrayRef> {
    let create = input.raw(3);
    let create = arrow::array::AsArray::as_boolean(create).iter().next().flatten();
    match create {
        Some(create) => changed(input, Change::Set { create }, name, fails),
        None => {
            let mut builder = VariantBuilder::default();
            (0..input.rows).for_each(|_| builder.append_null());
            builder.finish()
        }
    }
}

fn changed(input: &Input, change: Change, name: &str, fails: bool) -> Result<ArrayRef> {
    let (variants, news) = (Variants::of(input.raw(0))?, Variants::of(input.raw(2))?);
    let paths = Paths::of(input, 1, |text| invalid_path(text, name))?;
    let mut builder = VariantBuilder::default();
    for row in 0..input.rows {
        let variant = variants.get(input.position(0, row));
        let new = news.get(input.position(2, row));
        let (Some(variant), Some(path), Some(new)) = (variant, paths.get(row)?, new) else {
            builder.append_null();
            continue;
        };
        if path.0.is_empty() && change != Change::Append {
            return Err(invalid_path("$", name));
        }
        let mut value = Value::read(&variant)?;
        match edit::change(&mut value, &path, Value::read(&new)?, change, name) {
            Ok(()) => builder.append(&value, name)?,
            Err(error) if !fails && is_forgiven(&error) => builder.append_null(),
            Err(error) => return Err(error),
        }
    }
    builder.finish()
}

fn is_forgiven(error: &Error) -> bool {
    matches!(error.condition(), "VARIANT_DUPLICATE_KEY" | "VARIANT_PATH_TYPE_MISMATCH")
}

fn invalid_path(path: &str, function: &str) -> Error {
    Error::runtime(RuntimeClass::Other, "INVALID_VARIANT_PATH")
        .with("path", path)
        .with("functionName", format!("`{function}`"))
}

/// `variant_delete(v, path, …)`: NULL paths are skipped.
pub(super) fn variant_delete(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=usize::MAX)?;
    let mut arguments = vec![expect_variant(call, 0)?];
    for index in 1..call.arguments.len() {
        arguments.push(path(call, index)?);
    }
    Ok(apply_field("variant_delete", variant_field("variant_delete"), arguments, |input| {
        let variants = Variants::of(input.raw(0))?;
        let paths: Vec<_> = (1..input.len())
            .map(|index| Paths::of(input, index, |text| invalid_path(text, "variant_delete")))
            .collect::<Result<_>>()?;
        let mut builder = VariantBuilder::default();
        for row in 0..input.rows {
            let Some(variant) = variants.get(input.position(0, row)) else {
                builder.append_null();
                continue;
            };
            let mut value = Value::read(&variant)?;
            for path in &paths {
                match path.get(row)? {
                    Some(path) if path.0.is_empty() => return Err(invalid_path("$", "variant_delete")),
                    Some(path) => edit::delete(&mut value, &path),
                    None => {}
                }
            }
            builder.append(&value, "variant_delete")?;
        }
        builder.finish()
    }))
}

/// `variant_strip_nulls(v[, include_arrays])`
pub(super) fn variant_strip_nulls(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let arguments = vec![expect_variant(call, 0)?, lit(flag(call, 1)?)];
    Ok(apply_field("variant_strip_nulls", variant_field("variant_strip_nulls"), arguments, |input| {
        let variants = Variants::of(input.raw(0))?;
        let arrays = arrow::array::AsArray::as_boolean(input.raw(1)).iter().next().flatten();
        let mut builder = VariantBuilder::default();
        for row in 0..input.rows {
            match (variants.get(input.position(0, row)), arrays) {
                (Some(variant), Some(arrays)) => {
                    let mut value = Value::read(&variant)?;
                    edit::strip_nulls(&mut value, arrays);
                    builder.append(&value, "variant_strip_nulls")?;
                }
                _ => builder.append_null(),
            }
        }
        builder.finish()
    }))
}
