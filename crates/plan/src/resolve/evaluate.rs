//! Constant expressions, evaluated while planning.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, LogicalPlan};
use lang::{Error, Result};

use super::project::projection;
use super::{Resolver, planning};

impl Resolver<'_> {
    /// The value of an expression without columns.
    pub(super) fn evaluate(&self, expr: Expr) -> Result<ScalarValue> {
        let input = self.one_row()?;
        let plan = projection(input.plan, vec![expr.alias("value")])?;
        let batches: Vec<RecordBatch> = self.collect(plan)?;
        let array = batches.iter().find(|b| b.num_rows() > 0).map(|b| Arc::clone(b.column(0)));
        let array = array.ok_or_else(|| Error::internal("a constant has a value"))?;
        ScalarValue::try_from_array(&array, 0).map_err(planning)
    }

    /// The rows of a plan, now; only for what needs rows to be planned.
    pub(super) fn collect(&self, plan: LogicalPlan) -> Result<Vec<RecordBatch>> {
        self.environment.collect(self.python_placed(self.decorrelated(plan)?)?)
    }
}
