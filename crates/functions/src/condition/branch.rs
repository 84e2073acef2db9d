//! One type for all branches of a conditional.

use arrow::datatypes::Field;
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use crate::operator::comparison::arrow_target;
use crate::{Argument, Call, cast, coercion, types};

/// Branches of one type, and the field of that type.
pub(super) struct Unified {
    pub exprs: Vec<Expr>,
    pub field: Field,
}

/// The branches, cast to their common type.
///
/// # Errors
/// `DATATYPE_MISMATCH.DATA_DIFF_TYPES` when they have none.
pub(super) fn unified(call: &Call<'_>, branches: &[&Argument]) -> Result<Unified> {
    let fields = branches.iter().map(|branch| branch.field.as_ref());
    let Some(common) = coercion::common_field(fields, call.context.ansi) else {
        return Err(differing(call, branches));
    };
    // A string column keeps its layout; constants follow it.
    let layout = arrow_target(branches, &types::from_field(&common));
    let field = match types::is_string(common.data_type()) && types::is_string(&layout) {
        true => common.with_data_type(layout),
        false => common,
    };
    let exprs = branches.iter().map(|branch| cast_branch(call, branch, &field)).collect::<Result<_>>()?;
    Ok(Unified { exprs, field })
}

fn cast_branch(call: &Call<'_>, branch: &Argument, target: &Field) -> Result<Expr> {
    cast::implicit_to(branch, target, call.context)
}

pub(super) fn differing(call: &Call<'_>, branches: &[&Argument]) -> Error {
    let names: Vec<_> =
        branches.iter().map(|b| format!("\"{}\"", types::from_field(&b.field).sql())).collect();
    Error::analysis("DATATYPE_MISMATCH.DATA_DIFF_TYPES")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("functionName", format!("`{}`", call.name))
        .with("dataType", format!("[{}]", names.join(", ")))
}
