//! Plans that read a few rows only.

use std::ops::ControlFlow;

use datafusion::catalog::MemTable;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{LogicalPlan, TableScan};

/// Up to this many rows one core is done before others have started.
const FEW_ROWS: usize = 10_000;

/// Whether all that `plan` reads is in memory, and little.
pub(crate) fn is_small(plan: &LogicalPlan) -> bool {
    let mut rows = 0;
    let mut small = true;
    let walked = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            match scanned_rows(scan, FEW_ROWS - rows) {
                ControlFlow::Continue(read) => rows += read,
                ControlFlow::Break(()) => {
                    small = false;
                    return Ok(TreeNodeRecursion::Stop);
                }
            }
        }
        Ok(TreeNodeRecursion::Continue)
    });
    walked.is_ok() && small
}

/// The rows of a scan; `Break` when they are more than `limit` or unknown.
fn scanned_rows(scan: &TableScan, limit: usize) -> ControlFlow<(), usize> {
    let Ok(provider) = source_as_provider(&scan.source) else { return ControlFlow::Break(()) };
    let Some(table) = provider.downcast_ref::<MemTable>() else { return ControlFlow::Break(()) };
    let mut rows = 0;
    for partition in &table.batches {
        // A table that is being written to is not one of ours.
        let Ok(batches) = partition.try_read() else { return ControlFlow::Break(()) };
        rows += batches.iter().map(|batch| batch.num_rows()).sum::<usize>();
        if rows > limit {
            return ControlFlow::Break(());
        }
    }
    ControlFlow::Continue(rows)
}
