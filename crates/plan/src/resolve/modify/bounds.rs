//! Between which values the target's rows can have a match at all: most files of a large table are not read then.

use arrow::datatypes::DataType;
use datafusion::functions_aggregate::expr_fn::{max, min};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlanBuilder, Operator};
use lang::Result;

use super::merge::Source;
use super::target::{Scanned, has_subquery};
use crate::modify::Bounds;
use crate::resolve::{Resolver, planning};

impl Resolver<'_> {
    /// The bounds of what equalities of the condition compare the target's columns with.
    pub(super) fn key_bounds(
        &self,
        condition: &Expr,
        scanned: &Scanned,
        source: &Source,
    ) -> Result<Option<Bounds>> {
        let mut keys = Vec::new();
        let mut values = Vec::new();
        for conjunct in split_conjunction(condition) {
            let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) = conjunct else { continue };
            for (own, other) in [(left, right), (right, left)] {
                if let [key] = scanned.filters(own).as_slice()
                    && is_of(other, source)
                    && has_bounds(other, source)
                {
                    keys.push(key.clone());
                    values.push(other.as_ref().clone());
                }
            }
        }
        if keys.is_empty() {
            return Ok(None);
        }
        let ends = values.into_iter().enumerate().flat_map(|(place, value)| {
            [min(value.clone()).alias(format!("min{place}")), max(value).alias(format!("max{place}"))]
        });
        let plan = LogicalPlanBuilder::from(source.rows.plan.clone())
            .aggregate(Vec::<Expr>::new(), ends)
            .and_then(LogicalPlanBuilder::build)
            .map_err(planning)?;
        Ok(Some(Bounds { plan, keys }))
    }
}

/// Whether an expression is about the source alone.
fn is_of(expr: &Expr, source: &Source) -> bool {
    let columns = expr.column_refs();
    !columns.is_empty()
        && columns.iter().all(|column| super::holds(&source.rows, &column.name))
        && !expr.is_volatile()
        && !expr.contains_outer()
        && !has_subquery(expr)
}

/// Whether values of the type have an order that files' statistics know, too.
fn has_bounds(expr: &Expr, source: &Source) -> bool {
    expr.get_type(source.rows.plan.schema()).is_ok_and(|data_type| {
        matches!(
            data_type,
            DataType::Int8
                | DataType::Int16
                | DataType::Int32
                | DataType::Int64
                | DataType::Date32
                | DataType::Timestamp(..)
                | DataType::Decimal128(..)
                | DataType::Utf8
                | DataType::Utf8View
        )
    })
}
