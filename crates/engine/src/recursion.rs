//! Recursive CTEs that stop: the anchor and the step of each recursion count, together, levels and rows.
//!
//! DataFusion runs the step until it yields nothing. Before every run it resets the state of the step's operators, so the
//! counts are held by both sides in common: the anchor, which runs once, sets them to zero.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::config::ConfigOptions;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, ReplaceChildrenOptions, replace_children_if_necessary,
};
use datafusion::physical_plan::recursive_query::RecursiveQueryExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PlanProperties,
};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use functions::error::external;
use futures::StreamExt;
use lang::{Error, RuntimeClass};
use plan::RecursionStep;

/// How far a recursion has come.
#[derive(Debug, Default)]
struct Counts {
    levels: AtomicUsize,
    rows: AtomicUsize,
}

/// Which side of a recursion an operator counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Anchor,
    Step,
}

/// One side of a recursion, counted.
#[derive(Debug)]
struct CountedExec {
    input: Arc<dyn ExecutionPlan>,
    side: Side,
    levels: Option<usize>,
    rows: Option<usize>,
    counts: Arc<Counts>,
    properties: Arc<PlanProperties>,
}

impl CountedExec {
    fn new(
        input: Arc<dyn ExecutionPlan>,
        side: Side,
        (levels, rows): (Option<usize>, Option<usize>),
        counts: Arc<Counts>,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            Partitioning::UnknownPartitioning(1),
            input.pipeline_behavior(),
            input.boundedness(),
        );
        CountedExec { input, side, levels, rows, counts, properties: Arc::new(properties) }
    }

    /// Begins a run: the anchor's is the first of a recursion, each of the step's a new level.
    fn begin(&self) -> Result<()> {
        if self.side == Side::Anchor {
            self.counts.levels.store(0, Ordering::Relaxed);
            self.counts.rows.store(0, Ordering::Relaxed);
            return Ok(());
        }
        let level = self.counts.levels.fetch_add(1, Ordering::Relaxed) + 1;
        match self.levels {
            Some(limit) if level > limit => Err(external(
                Error::runtime(RuntimeClass::Other, "RECURSION_LEVEL_LIMIT_EXCEEDED")
                    .with("levelLimit", limit.to_string()),
            )),
            _ => Ok(()),
        }
    }
}

impl Counts {
    fn add(&self, rows: usize, limit: Option<usize>) -> Result<()> {
        let rows = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        match limit {
            Some(limit) if rows > limit => Err(external(
                Error::runtime(RuntimeClass::Other, "RECURSION_ROW_LIMIT_EXCEEDED")
                    .with("rowLimit", limit.to_string()),
            )),
            _ => Ok(()),
        }
    }
}

impl DisplayAs for CountedExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CountedExec: {:?}", self.side)
    }
}

impl ExecutionPlan for CountedExec {
    fn name(&self) -> &'static str {
        "CountedExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::SinglePartition]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input =
            children.pop().ok_or_else(|| DataFusionError::Internal("an input is missing".to_string()))?;
        let counts = Arc::clone(&self.counts);
        Ok(Arc::new(CountedExec::new(input, self.side, (self.levels, self.rows), counts)))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.begin()?;
        let (counts, limit) = (Arc::clone(&self.counts), self.rows);
        let counted = self.input.execute(partition, context)?.map(move |batch| {
            let batch = batch?;
            counts.add(batch.num_rows(), limit)?;
            Ok(batch)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), counted)))
    }
}

/// Plans [`RecursionStep`].
#[derive(Debug)]
pub(crate) struct RecursionPlanner;

#[async_trait]
impl ExtensionPlanner for RecursionPlanner {
    async fn plan_extension(
        &self,
        _planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        _session: &dyn Session,
        _context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(step) = node.as_any().downcast_ref::<RecursionStep>() else { return Ok(None) };
        let [input] = physical_inputs else { return Ok(None) };
        let limits = (step.levels, step.rows);
        Ok(Some(Arc::new(CountedExec::new(Arc::clone(input), Side::Step, limits, Arc::default()))))
    }
}

/// Gives the anchor of each recursion the counts of its step.
#[derive(Debug)]
pub(crate) struct CountTogether;

impl PhysicalOptimizerRule for CountTogether {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| match plan.downcast_ref::<RecursiveQueryExec>() {
            Some(recursion) => Ok(Transformed::yes(counted(recursion, Arc::clone(&plan))?)),
            None => Ok(Transformed::no(plan)),
        })
        .data()
    }

    fn name(&self) -> &str {
        "count_together"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn counted(recursion: &RecursiveQueryExec, plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let step = Arc::clone(recursion.recursive_term());
    let Some(found) = step_below(&step) else { return Ok(plan) };
    let Some(counted) = found.downcast_ref::<CountedExec>() else { return Ok(plan) };
    let anchor = Arc::clone(recursion.static_term());
    let limits = (counted.levels, counted.rows);
    let anchor = CountedExec::new(anchor, Side::Anchor, limits, Arc::clone(&counted.counts));
    replace_children_if_necessary(plan, vec![Arc::new(anchor), step])
}

/// The counted step under what the planner may have put on top of it.
fn step_below(plan: &Arc<dyn ExecutionPlan>) -> Option<Arc<dyn ExecutionPlan>> {
    if plan.downcast_ref::<CountedExec>().is_some_and(|counted| counted.side == Side::Step) {
        return Some(Arc::clone(plan));
    }
    match plan.children()[..] {
        [input] => step_below(input),
        _ => None,
    }
}
