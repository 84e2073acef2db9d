//! A physical plan as text: one line an operator, inputs indented below.

use std::fmt::Write as _;
use std::sync::Arc;

use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::streaming::StreamingTableExec;
use datafusion::physical_plan::{ExecutionPlan, displayable};

use crate::cache::PERSISTED;

/// The whole plan; what is read from persisted rows is an `InMemoryTableScan`, as Spark calls it.
pub(crate) fn tree(plan: &Arc<dyn ExecutionPlan>) -> String {
    let mut text = String::new();
    write_tree(plan, 0, &mut text);
    text
}

fn write_tree(plan: &Arc<dyn ExecutionPlan>, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    if reads_persisted(plan) {
        let columns: Vec<_> = plan.schema().fields().iter().map(|field| field.name().clone()).collect();
        // Writing to a string does not fail.
        let _ = writeln!(text, "{indent}InMemoryTableScan [{}]", columns.join(", "));
        return;
    }
    let line = displayable(plan.as_ref()).one_line().to_string();
    let _ = writeln!(text, "{indent}{}", line.trim_end());
    for child in plan.children() {
        write_tree(child, depth + 1, text);
    }
}

/// Whether this is a scan of persisted rows, or such a scan under a projection that names its columns.
fn reads_persisted(plan: &Arc<dyn ExecutionPlan>) -> bool {
    match plan.downcast_ref::<ProjectionExec>() {
        Some(projection) => is_persisted(projection.input()),
        None => is_persisted(plan),
    }
}

fn is_persisted(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let computed = plan.downcast_ref::<DataSourceExec>();
    let computed = computed.and_then(|scan| scan.data_source().downcast_ref::<MemorySourceConfig>());
    let schema = match (computed, plan.downcast_ref::<StreamingTableExec>()) {
        (Some(memory), _) => memory.original_schema(),
        (None, Some(uncomputed)) => Arc::clone(uncomputed.partition_schema()),
        (None, None) => return false,
    };
    schema.fields().first().is_some_and(|field| field.name().starts_with(PERSISTED))
}
