//! Filters and other conditions.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::{Expr, Filter, LogicalPlan};
use functions::Argument;
use lang::ir::{self, Relation};
use lang::{Error, Result};

use super::project::contains_aggregate;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver, planning};

impl Resolver<'_> {
    pub(super) fn filter(
        &self,
        input: &Relation,
        condition: &ir::Expr,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        let (input, mut conditions) =
            self.with_leading_window(input, vec![condition.clone()], "WHERE", query, outer)?;
        let Some(condition) = conditions.pop() else {
            return Err(Error::internal("a filter has a condition"));
        };
        let found = self.with_missing(input, &[&condition], query, outer);
        let (input, mut found) = found.map_err(|error| match error.condition() {
            "MISSING_GROUP_BY" => Error::analysis("INVALID_WHERE_CONDITION")
                .with("condition", "the condition")
                .with("expressionList", "an aggregate"),
            "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS" => {
                Error::analysis("UNSUPPORTED_GENERATOR.OUTSIDE_SELECT").with("plan", "Filter")
            }
            _ => error,
        })?;
        let Some(condition) = found.pop() else { return Err(Error::internal("a filter has a condition")) };
        let condition = self.boolean(condition, "WHERE")?;
        filtered(input, condition.expr)
    }

    /// A boolean condition without aggregates of its own kind of clause.
    pub(super) fn condition(&self, expr: &ir::Expr, scope: &Scope<'_>, clause: &str) -> Result<Argument> {
        self.boolean(self.expression(expr, scope)?, clause)
    }

    fn boolean(&self, condition: Argument, clause: &str) -> Result<Argument> {
        let windows =
            condition.expr.exists(|e| Ok(matches!(e, Expr::WindowFunction(_)))).map_err(planning)?;
        if windows && clause != "JOIN" {
            return Err(Error::analysis("WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE").with("clauseName", clause));
        }
        if clause != "HAVING" && contains_aggregate(&condition.expr) {
            return Err(Error::analysis("INVALID_WHERE_CONDITION")
                .with("condition", format!("\"{}\"", condition.name()))
                .with("expressionList", condition.name()));
        }
        match condition.data_type() {
            DataType::Boolean => Ok(condition),
            DataType::Null if clause == "HAVING" => {
                let expr =
                    functions::cast::implicit(&condition, &DataType::Boolean, self.environment.context())?;
                Ok(Argument { expr, ..condition })
            }
            _ if clause == "JOIN" => Err(Error::analysis("JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE")
                .with("joinCondition", format!("\"{}\"", condition.name()))
                .with(
                    "conditionType",
                    format!("\"{}\"", functions::types::from_field(&condition.field).sql()),
                )),
            _ => Err(Error::analysis("DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN")
                .with("sqlExpr", format!("\"{}\"", condition.name()))
                .with("filter", format!("\"{}\"", functions::types::from_field(&condition.field).sql()))),
        }
    }
}

/// `input` filtered; its columns stay what they are.
pub(super) fn filtered(mut input: Resolved, condition: Expr) -> Result<Resolved> {
    let plan = std::mem::take(&mut input.plan);
    input.plan = Filter::try_new(condition, Arc::new(plan)).map(LogicalPlan::Filter).map_err(planning)?;
    input.rebuild = None;
    Ok(input)
}
