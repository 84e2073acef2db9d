//! `df.freqItems`: for each column, the values that are frequent.

use lang::Result;

use super::super::attribute::column_argument;
use super::super::scope::Query;
use super::super::{Resolved, Resolver};
use super::requirement::{require, shown};

/// More counters than that are not kept.
const LEAST_SUPPORT: f64 = 1e-4;

impl Resolver<'_> {
    /// One row: for each column the array of the values that make up at least `support` of the rows.
    pub(super) fn freq_items(
        &self,
        input: Resolved,
        columns: &[String],
        support: f64,
        query: &Query,
    ) -> Result<Resolved> {
        require((LEAST_SUPPORT..=1.0).contains(&support), || {
            format!("Support must be in [1e-4, 1], but got {}.", shown(support))
        })?;
        let size = (1.0 / support) as i64;
        let chosen =
            if columns.is_empty() { Vec::new() } else { self.chosen(&input, columns, query, |_| true)? };
        let items = chosen
            .into_iter()
            .map(|column| functions::frequent_items(&column_argument(column, column.name()), size))
            .collect();
        self.global_aggregate(input.clone(), items)
    }
}
