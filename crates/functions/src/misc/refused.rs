//! Functions of Spark's that need what there is not: geometries, and the measures of metric views.

use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use crate::Call;

/// `st_asbinary`, `st_geogfromwkb`, `st_geomfromwkb`, `st_setsrid`, `st_srid`
///
/// # Errors
/// Always.
pub(super) fn geospatial(call: &Call<'_>) -> Result<Expr> {
    Err(Error::unsupported(format!("the function {}: the types GEOMETRY and GEOGRAPHY", call.name)))
}

/// `measure`
///
/// # Errors
/// Always.
pub(super) fn measure(_: &Call<'_>) -> Result<Expr> {
    Err(Error::unsupported("the function measure: metric views"))
}
