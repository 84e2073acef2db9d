//! Which files may hold rows that a statement is about.

use std::sync::Arc;

use arrow::array::Array;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use functions::error::from_datafusion;
use lang::{Error, Result};
use plan::modify::{ModifySource, put};

use super::Work;
use super::kept::Kept;

impl Work<'_> {
    /// The files whose statistics do not rule the filters out.
    pub(super) async fn files_matching(&self, filters: Vec<Expr>) -> Result<Vec<u32>> {
        let (table, state) = (Arc::clone(&self.table), self.session.planner());
        let matching = tokio::task::spawn_blocking(move || table.files_matching(&filters, state.as_ref()));
        matching.await.map_err(|e| Error::internal(format!("looking for files failed: {e}")))?
    }

    /// Between which values the target's keys lie, if they have a match.
    pub(super) async fn bounds(&self, source: &ModifySource, kept: &Kept) -> Result<Option<Expr>> {
        let Some(bounds) = &source.bounds else { return Ok(None) };
        let plan = put(bounds.plan.clone(), &source.table, &kept.provider(), None)?;
        let batches = self.session.collect(plan, &self.opened, self.operation).await?;
        let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else { return Ok(None) };
        let end =
            |column: usize| ScalarValue::try_from_array(batch.column(column), 0).map_err(from_datafusion);
        let mut all: Option<Expr> = None;
        for (place, key) in bounds.keys.iter().enumerate() {
            if batch.column(place * 2).is_null(0) {
                // Nothing is equal to NULL.
                return Ok(Some(lit(false)));
            }
            let [low, high] = [end(place * 2)?, end(place * 2 + 1)?].map(|value| Expr::Literal(value, None));
            let between = key.clone().gt_eq(low).and(key.clone().lt_eq(high));
            all = Some(match all {
                Some(others) => others.and(between),
                None => between,
            });
        }
        Ok(all)
    }
}
