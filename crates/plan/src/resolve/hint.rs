//! Hints advise the optimizer, and ours decides from statistics; but what Spark refuses in them is refused.

use lang::ir::{Expr, ExprKind, Literal, Relation};
use lang::{Error, Result};

use super::scope::{Query, Scope};
use super::{Resolved, Resolver};

impl Resolver<'_> {
    /// Rows are what they are without the hint.
    ///
    /// # Errors
    /// Columns of a partitioning hint that there are not, and a COALESCE without its number.
    pub(super) fn hint(
        &self,
        input: &Relation,
        name: &str,
        parameters: &[Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        match name.to_uppercase().as_str() {
            "COALESCE" if !matches!(parameters, [number] if is_number(number)) => {
                return Err(Error::analysis("_LEGACY_ERROR_TEMP_1048").with("hintName", "COALESCE"));
            }
            "REPARTITION" | "REPARTITION_BY_RANGE" | "REBALANCE" => {
                let scope = Scope::new(&[&input], query, outer)?;
                for column in parameters.iter().filter(|parameter| !is_number(parameter)) {
                    self.expression(&as_column(column), &scope)?;
                }
            }
            _ => {}
        }
        Ok(input)
    }
}

fn is_number(parameter: &Expr) -> bool {
    matches!(parameter.kind, ExprKind::Literal(Literal::Integer(_)))
}

/// `df.hint` has names of columns as texts.
fn as_column(parameter: &Expr) -> Expr {
    match &parameter.kind {
        ExprKind::Literal(Literal::String(name)) => Expr::column(name.as_str()),
        _ => parameter.clone(),
    }
}
