//! Functions of formats that Firesteel does not read inside of values: Avro and Protobuf.

use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use crate::Call;

/// # Errors
/// Always, by the function's name.
pub(super) fn refused(call: &Call<'_>) -> Result<Expr> {
    Err(Error::unsupported(format!("the function {}", call.name)))
}
