//! `variant_get` and `try_variant_get`: what a path leads to, as a value of a type.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::logical_expr::Expr;
use lang::{DataType as Spark, Error, Result, RuntimeClass};

use super::cast::{castable, convert};
use super::column::{Variants, expect_variant};
use super::path::Path;
use crate::cast::kernel::{Mode, Options};
use crate::cast::zone::Zone;
use crate::scalar::{Body, Input, apply_field};
use crate::{Call, expect, types};

/// `variant_get(v, path[, type])`: NULL when there is nothing, an error when the cast fails.
pub(super) fn variant_get(call: &Call<'_>) -> Result<Expr> {
    build(call, "variant_get", |input| run(input, Mode::Ansi, "variant_get"))
}

/// `try_variant_get(v, path[, type])`: NULL also when the cast fails.
pub(super) fn try_variant_get(call: &Call<'_>) -> Result<Expr> {
    build(call, "try_variant_get", |input| run(input, Mode::Try, "try_variant_get"))
}

/// `v:a.b[0]`: the path is constant and the answer a variant.
pub(super) fn extract(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    match types::from_field(&call.arguments[0].field) {
        Spark::Variant => build(call, "variant_get", |input| run(input, Mode::Ansi, "variant_get")),
        _ => Err(Error::analysis("COLUMN_IS_NOT_VARIANT_TYPE")),
    }
}

fn build(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let variant = expect_variant(call, 0)?;
    let target = match call.arguments.get(2) {
        None => Spark::Variant,
        Some(argument) => {
            let is_text = types::is_string(argument.data_type());
            let text = if is_text { expect::constant_string(call, 2)? } else { None };
            let text = text.ok_or_else(|| {
                Error::analysis("INVALID_SCHEMA.NON_STRING_LITERAL")
                    .with("inputSchema", format!("\"{}\"", argument.name()))
            })?;
            lang::parse_data_type(&text)?
        }
    };
    if !castable(&target, true) {
        let names: Vec<_> = call.arguments[..2].iter().map(|a| a.name()).collect();
        return Err(Error::analysis("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION")
            .with("sqlExpr", format!("\"{name}({})\"", names.join(", ")))
            .with("srcType", "\"VARIANT\"")
            .with("targetType", format!("\"{}\"", target.sql())));
    }
    let target = crate::format::nullable(target);
    let field = types::to_field(name, &target, true);
    Ok(apply_field(name, field, vec![variant, expect::only_string(call, 1)?], body))
}

fn run(input: &Input, mode: Mode, name: &str) -> Result<ArrayRef> {
    let options = Options { mode, zone: Zone::of(&input.config)? };
    let variants = Variants::of(input.raw(0))?;
    let paths = Paths::of(input, 1, |text| invalid_path(text, name))?;
    let mut found = Vec::with_capacity(input.rows);
    for row in 0..input.rows {
        let variant = variants.get(input.position(0, row));
        let value = match (variant, paths.get(row)?) {
            (Some(variant), Some(path)) => path.follow(variant)?,
            _ => None,
        };
        found.push(value);
    }
    convert(&found, &types::from_field(&input.returns), &options)
}

fn invalid_path(path: &str, function: &str) -> Error {
    Error::runtime(RuntimeClass::Other, "INVALID_VARIANT_GET_PATH")
        .with("path", path)
        .with("functionName", format!("`{function}`"))
}

/// The path argument of each row, parsed once where it is constant.
pub(super) struct Paths<'a, F> {
    input: &'a Input,
    index: usize,
    constant: Option<Arc<Path>>,
    invalid: F,
}

impl<'a, F: Fn(&str) -> Error> Paths<'a, F> {
    pub(super) fn of(input: &'a Input, index: usize, invalid: F) -> Result<Self> {
        let constant = match input.constant_string(index) {
            Some(text) => Some(Arc::new(Path::parse(text).ok_or_else(|| invalid(text))?)),
            None => None,
        };
        Ok(Paths { input, index, constant, invalid })
    }

    /// `None` when the path is NULL.
    pub(super) fn get(&self, row: usize) -> Result<Option<Arc<Path>>> {
        if let Some(path) = &self.constant {
            return Ok(Some(Arc::clone(path)));
        }
        if self.input.is_null(self.index, row) {
            return Ok(None);
        }
        let text = self.input.strings(self.index)?.value(row);
        Path::parse(text).map(|path| Some(Arc::new(path))).ok_or_else(|| (self.invalid)(text))
    }
}
