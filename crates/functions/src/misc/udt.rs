//! `unwrap_udt`: a value of a user-defined type as what it is stored as.

use std::sync::Arc;

use arrow::datatypes::Field;
use datafusion::logical_expr::Expr;
use lang::{DataType, Result};

use crate::scalar::apply_field;
use crate::{Call, types};

/// `unwrap_udt(value)`
pub(super) fn unwrap_udt(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    if !matches!(types::from_field(&argument.field), DataType::Udt { .. }) {
        return Err(call.unexpected_type(0, "\"USERDEFINEDTYPE\""));
    }
    let field = Field::new("unwrap_udt", argument.data_type().clone(), argument.nullable());
    Ok(apply_field("unwrap_udt", field, call.exprs(), |input| Ok(Arc::clone(input.raw(0)))))
}
