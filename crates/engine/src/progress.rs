//! How far a running statement has come, read from its plan's metrics on demand.

use std::sync::Arc;

use datafusion::physical_plan::metrics::MetricValue;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

/// A snapshot of a statement's work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    pub stages: Vec<StageProgress>,
    pub inflight_tasks: i64,
}

/// A part of a plan between two exchanges; a task is one of its partitions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StageProgress {
    pub id: i64,
    pub tasks: i64,
    pub completed_tasks: i64,
    pub input_bytes: i64,
    pub done: bool,
}

/// Reads the metrics of `plans`; costs one walk over each.
pub(crate) fn snapshot(plans: &[Arc<dyn ExecutionPlan>]) -> Progress {
    let mut stages = Vec::new();
    for plan in plans {
        collect_stages(plan, &mut stages);
    }
    for (id, stage) in stages.iter_mut().enumerate() {
        stage.id = id as i64;
        stage.done = stage.completed_tasks == stage.tasks;
    }
    let inflight_tasks = stages.iter().map(|s| s.tasks - s.completed_tasks).sum();
    Progress { stages, inflight_tasks }
}

/// Adds the stage that `root` ends and, before it, the stages it reads from.
fn collect_stages(root: &Arc<dyn ExecutionPlan>, stages: &mut Vec<StageProgress>) {
    let mut stage = StageProgress {
        tasks: root.output_partitioning().partition_count() as i64,
        ..StageProgress::default()
    };
    let mut finished = None;
    let mut inside = vec![root];
    while let Some(node) = inside.pop() {
        read_metrics(node.as_ref(), &mut stage, &mut finished);
        for child in node.children() {
            // An exchange changes how many partitions there are: what lies below is a stage of its own.
            if is_exchange(node.as_ref()) { collect_stages(child, stages) } else { inside.push(child) }
        }
    }
    stage.completed_tasks = finished.unwrap_or(0).min(stage.tasks);
    stages.push(stage);
}

fn is_exchange(node: &dyn ExecutionPlan) -> bool {
    matches!(
        node.name(),
        "ExchangeExec"
            | "RepartitionExec"
            | "CoalescePartitionsExec"
            | "ConcatenateExec"
            | "SortPreservingMergeExec"
    )
}

/// The topmost node that counts at all decides how many partitions are finished; leaves tell the bytes.
fn read_metrics(node: &dyn ExecutionPlan, stage: &mut StageProgress, finished: &mut Option<i64>) {
    let Some(metrics) = node.metrics() else { return };
    let mut ended = 0;
    let mut counts = false;
    for metric in metrics.iter() {
        match metric.value() {
            MetricValue::EndTimestamp(end) => {
                counts = true;
                ended += i64::from(end.value().is_some());
            }
            MetricValue::Count { name, count } if name == "bytes_scanned" => {
                stage.input_bytes += count.value() as i64;
            }
            _ => {}
        }
    }
    if counts && finished.is_none() {
        *finished = Some(ended);
    }
}
