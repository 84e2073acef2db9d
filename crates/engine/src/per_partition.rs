//! Projections and filters whose values depend on the partition: random numbers, row numbers, shuffles.
//!
//! They are wrapped before DataFusion's rules run, so that none of them moves such a call into a scan or another operator.
//! When a partition starts to run, its own copy of the node is made, whose functions are started for that partition.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::push_down_filter::PushDownFilter;
use datafusion::optimizer::push_down_limit::PushDownLimit;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use datafusion::physical_expr::projection::ProjectionExpr;
use datafusion::physical_expr::{OrderingRequirements, PhysicalExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use functions::partition::{bind, depends_on_partition, is_partitioned};

use crate::one_input::given_order;

/// A projection or filter that is bound to each partition it runs in.
#[derive(Debug)]
pub(crate) struct PerPartitionExec {
    /// The node whose functions are not started.
    template: Arc<dyn ExecutionPlan>,
}

impl PerPartitionExec {
    /// The node for one partition.
    fn bound(&self, partition: usize) -> Result<Arc<dyn ExecutionPlan>> {
        if let Some(projection) = self.template.downcast_ref::<ProjectionExec>() {
            let expressions = projection.expr().iter().map(|e| {
                Ok(ProjectionExpr { expr: bind(Arc::clone(&e.expr), partition)?, alias: e.alias.clone() })
            });
            let expressions = expressions.collect::<Result<Vec<_>>>()?;
            return Ok(Arc::new(ProjectionExec::try_new_with_schema_metadata(
                expressions,
                Arc::clone(projection.input()),
                &projection.schema(),
            )?));
        }
        let Some(filter) = self.template.downcast_ref::<FilterExec>() else {
            return Ok(Arc::clone(&self.template));
        };
        let predicate = bind(Arc::clone(filter.predicate()), partition)?;
        Ok(Arc::new(FilterExecBuilder::from(filter).with_predicate(predicate).build()?))
    }
}

impl DisplayAs for PerPartitionExec {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.template.fmt_as(format, f)
    }
}

impl ExecutionPlan for PerPartitionExec {
    fn name(&self) -> &'static str {
        "PerPartitionExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.template.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.template.children()
    }

    /// The values depend on the order of the rows, so nobody may ask for another one below.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false; self.template.children().len()]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        self.template.children().into_iter().map(given_order).collect()
    }

    /// Rows must stay in the partitions they are in.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.template.children().len()]
    }

    /// The first rows of a projection are made of the first rows of its input.
    fn supports_limit_pushdown(&self) -> bool {
        self.template.downcast_ref::<ProjectionExec>().is_some()
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.template.apply_expressions(visit)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let template = Arc::clone(&self.template).replace_children(children, options)?;
        Ok(Arc::new(PerPartitionExec { template }))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.bound(partition)?.execute(partition, context)
    }
}

/// Wraps what depends on the partition; the first rule of the physical optimizer.
#[derive(Debug)]
pub(crate) struct BindToPartitions;

impl PhysicalOptimizerRule for BindToPartitions {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let wrapped = plan.transform_up(|node| {
            if !depends(&node)? {
                return Ok(Transformed::no(node));
            }
            let node: Arc<dyn ExecutionPlan> = Arc::new(PerPartitionExec { template: node });
            Ok(Transformed::yes(node))
        })?;
        Ok(wrapped.data)
    }

    fn name(&self) -> &str {
        "bind_to_partitions"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn depends(node: &Arc<dyn ExecutionPlan>) -> Result<bool> {
    if let Some(filter) = node.downcast_ref::<FilterExec>() {
        return depends_on_partition(filter.predicate());
    }
    let Some(projection) = node.downcast_ref::<ProjectionExec>() else { return Ok(false) };
    for expression in projection.expr() {
        if depends_on_partition(&expression.expr)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// DataFusion's rule that moves limits down, past everything but what depends on the partition: below a limit there is
/// one partition only.
#[derive(Debug, Default)]
pub(crate) struct KeepLimits(PushDownLimit);

impl OptimizerRule for KeepLimits {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        if let LogicalPlan::Limit(limit) = &plan
            && let LogicalPlan::Projection(projection) = limit.input.as_ref()
            && projection.expr.iter().any(is_called_in)
        {
            return Ok(Transformed::no(plan));
        }
        self.0.rewrite(plan, config)
    }
}

/// DataFusion's rule that moves filters down, past all of our nodes but where the filter's value depends on the partition.
#[derive(Debug, Default)]
pub(crate) struct KeepFilters(PushDownFilter);

impl OptimizerRule for KeepFilters {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        if let LogicalPlan::Filter(filter) = &plan
            && matches!(filter.input.as_ref(), LogicalPlan::Extension(_))
            && filter.predicate.is_volatile()
        {
            return Ok(Transformed::no(plan));
        }
        self.0.rewrite(plan, config)
    }
}

/// Whether the expression calls a function that depends on the partition.
fn is_called_in(expr: &Expr) -> bool {
    let depends = |e: &Expr| matches!(e, Expr::ScalarFunction(call) if is_partitioned(&call.func));
    expr.exists(|e| Ok(depends(e))).unwrap_or(false)
}
