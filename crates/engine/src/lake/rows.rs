//! Rows on their way into a table: constraints, conditions, what stays of rows that are replaced.

use std::sync::Arc;

use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit};
use functions::error::from_datafusion;
use lang::Result;
use plan::lake::{LakeRead, LakeTable};

use crate::environment::Analyzed;
use crate::operation::Operation;
use crate::session::Session;

impl Session {
    /// The rows, which keep the constraints: a name and the SQL text of each.
    pub(super) async fn checked(
        self: &Arc<Self>,
        analyzed: Analyzed,
        checks: Vec<(String, lang::ir::Expr)>,
        operation: &Arc<Operation>,
    ) -> Result<Analyzed> {
        if checks.is_empty() {
            return Ok(analyzed);
        }
        let rows = analyzed.resolved.clone();
        let (resolved, opened) =
            self.resolve(operation, move |resolver| resolver.keeping(rows, &checks)).await?;
        let mut analyzed = Analyzed { resolved, ..analyzed };
        analyzed.opened.extend(opened);
        Ok(analyzed)
    }

    /// A condition over the columns of a table's provider.
    pub(super) async fn lake_condition(
        self: &Arc<Self>,
        table: &Arc<dyn LakeTable>,
        condition: &lang::ir::Expr,
        operation: &Arc<Operation>,
    ) -> Result<Expr> {
        let provider = table.provider(&LakeRead::default())?;
        let condition = condition.clone();
        let resolving =
            self.resolve(operation, move |resolver| resolver.condition_over(provider, &condition));
        Ok(resolving.await?.0)
    }
}

/// The rows of some files for which a condition is not true.
pub(super) fn remaining(
    table: &Arc<dyn LakeTable>,
    files: Vec<u32>,
    condition: &Expr,
) -> Result<LogicalPlan> {
    let provider = table.provider(&LakeRead { located: false, files: Some(files) })?;
    LogicalPlanBuilder::scan("remaining", provider_as_source(provider), None)
        .and_then(|rows| rows.filter(condition.clone().is_true().not_eq(lit(true))))
        .and_then(LogicalPlanBuilder::build)
        .map_err(from_datafusion)
}

/// Constraints by their names, read from their texts.
pub(super) fn parsed(checks: &[(String, String)]) -> Result<Vec<(String, lang::ir::Expr)>> {
    checks.iter().map(|(name, text)| Ok((name.clone(), lang::parse_expression(text)?))).collect()
}
