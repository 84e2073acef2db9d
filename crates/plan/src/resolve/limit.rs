//! LIMIT, OFFSET and tail.

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{LogicalPlanBuilder, lit};
use lang::ir::{self, Relation};
use lang::{Error, Result};

use super::expression::pointing_at;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver, planning};

impl Resolver<'_> {
    pub(super) fn limit(
        &self,
        input: &Relation,
        limit: &ir::Expr,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let count = self.row_count(limit, "limit", query)?;
        self.limited(self.relation(input, query, outer)?, 0, Some(count))
    }

    pub(super) fn offset(
        &self,
        input: &Relation,
        offset: &ir::Expr,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let count = self.row_count(offset, "offset", query)?;
        self.limited(self.relation(input, query, outer)?, count, None)
    }

    /// The last rows: needs the number of all rows, so the input runs once to count.
    pub(super) fn tail(
        &self,
        input: &Relation,
        limit: &ir::Expr,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let wanted = self.row_count(limit, "tail", query)?;
        let input = self.relation(input, query, outer)?;
        let total = self.count_rows(&input)?;
        self.limited(input, total.saturating_sub(wanted), None)
    }

    fn count_rows(&self, input: &Resolved) -> Result<usize> {
        let count = datafusion::functions_aggregate::expr_fn::count(lit(1i64));
        let plan = LogicalPlanBuilder::from(input.plan.clone())
            .aggregate(Vec::<datafusion::logical_expr::Expr>::new(), vec![count])
            .and_then(|b| b.build())
            .map_err(planning)?;
        let batches = self.collect(plan)?;
        let value = batches
            .first()
            .map(|b| ScalarValue::try_from_array(b.column(0), 0))
            .transpose()
            .map_err(planning)?;
        match value {
            Some(ScalarValue::Int64(Some(n))) => Ok(n as usize),
            _ => Err(Error::internal("count yields one number")),
        }
    }

    pub(super) fn limited(&self, mut input: Resolved, skip: usize, fetch: Option<usize>) -> Result<Resolved> {
        let plan = std::mem::take(&mut input.plan);
        input.plan =
            LogicalPlanBuilder::from(plan).limit(skip, fetch).and_then(|b| b.build()).map_err(planning)?;
        input.rebuild = None;
        Ok(input)
    }

    /// A non-negative constant.
    fn row_count(&self, expr: &ir::Expr, name: &str, query: &Query) -> Result<usize> {
        let nothing = self.one_row()?;
        let scope = Scope::new(&[&nothing], query, None)?;
        let value = self.constant_value(expr, &scope)?;
        pointing_at(expr, || checked(value, name))
    }
}

/// The value of LIMIT or OFFSET as a count.
fn checked(value: ScalarValue, name: &str) -> Result<usize> {
    if value.is_null() {
        return Err(Error::analysis("INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL").with("name", name));
    }
    if !functions::types::is_integral(&value.data_type()) {
        return Err(Error::analysis("INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE")
            .with("name", name)
            .with("dataType", functions::types::from_arrow(&value.data_type()).sql()));
    }
    match value.cast_to(&DataType::Int64).map_err(planning)? {
        ScalarValue::Int64(Some(n)) if n >= 0 => Ok(n as usize),
        other => Err(Error::analysis("INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE")
            .with("expr", format!("\"{other}\""))
            .with("name", name)
            .with("v", other.to_string())),
    }
}
