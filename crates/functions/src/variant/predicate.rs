//! `is_variant_null` and `is_valid_variant`.

use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::Expr;
use lang::Result;

use super::binary::View;
use super::column::{Variants, expect_variant};
use super::value::Value;
use crate::Call;
use crate::scalar::{apply, apply_field};

/// `is_variant_null(v)`: true for the null of JSON, false for SQL's.
pub(super) fn is_variant_null(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let field = Field::new("is_variant_null", DataType::Boolean, false);
    Ok(apply_field("is_variant_null", field, vec![expect_variant(call, 0)?], |input| {
        let variants = Variants::of(&input.column(0)?)?;
        let answers = (0..variants.len()).map(|row| match variants.get(row) {
            None => Ok(Some(false)),
            Some(variant) => Ok(Some(matches!(variant.view()?, View::Null))),
        });
        Ok(Arc::new(answers.collect::<Result<BooleanArray>>()?))
    }))
}

/// `is_valid_variant(v)`: whether all bytes can be read.
pub(super) fn is_valid_variant(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("is_valid_variant", DataType::Boolean, vec![expect_variant(call, 0)?], |input| {
        let variants = Variants::of(&input.column(0)?)?;
        let answers =
            (0..variants.len()).map(|row| variants.get(row).map(|variant| Value::read(&variant).is_ok()));
        Ok(Arc::new(answers.collect::<BooleanArray>()))
    }))
}
