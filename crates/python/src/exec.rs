//! Python functions over relations, as an operator.

use std::fmt;
use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::Schema;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{
    EquivalenceProperties, LexRequirement, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
    PhysicalSortRequirement,
};
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, Partitioning, PlanProperties,
};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use plan::contract::{PythonAccumulated, PythonForm, PythonOrder};

use crate::answers::Answers;
use crate::conversation::Conversation;
use crate::error;
use crate::feed::{Feed, Keep};
use crate::generated::Generated;
use crate::kept::Kept;
use crate::node::Node;
use crate::pool::Pool;
use crate::seats::Seats;
use crate::work::{Sent, Work};

/// Batches of answers that may wait for whoever reads them.
const ANSWERS_AHEAD: usize = 2;

/// One conversation with a worker for each partition.
#[derive(Debug)]
struct PythonExec {
    work: Arc<Work>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    pool: Arc<Pool>,
    seats: Arc<Seats>,
    /// Whether workers of other operators make the rows.
    is_fed_by_workers: bool,
    /// Profiles, where functions are profiled.
    accumulated: Option<PythonAccumulated>,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

impl PythonExec {
    fn new(work: Arc<Work>, inputs: Vec<Arc<dyn ExecutionPlan>>, pool: Arc<Pool>) -> Self {
        let properties = if keeps_rows(&work) { beside(&work, &inputs[0]) } else { own(&work, &inputs) };
        let is_fed_by_workers = inputs.iter().any(has_workers);
        let metrics = ExecutionPlanMetricsSet::new();
        PythonExec {
            seats: Seats::new(),
            is_fed_by_workers,
            accumulated: work.is_profiled.then(|| PythonAccumulated::register(&metrics)),
            metrics,
            properties: Arc::new(properties),
            work,
            inputs,
            pool,
        }
    }

    fn has_groups(&self) -> bool {
        match self.work.form {
            PythonForm::Map | PythonForm::Iterate => false,
            PythonForm::Table => {
                let single = self.work.table.as_ref().is_some_and(|table| table.single_partition);
                single || self.work.inputs.iter().any(|input| !input.keys.is_empty())
            }
            _ => true,
        }
    }

    fn kept(&self, schema: arrow::datatypes::SchemaRef, context: &TaskContext) -> Kept {
        let consumer = MemoryConsumer::new(format!("rows that wait for {}", self.work.name));
        Kept::new(schema, consumer.register(context.memory_pool()))
    }

    /// What goes to the worker of a partition, and what becomes of its answers.
    fn parts(
        &self,
        mut inputs: Vec<SendableRecordBatchStream>,
        context: &TaskContext,
    ) -> Result<(Feed, Answers)> {
        let missing = || DataFusionError::Internal("an input of a Python function is missing".to_string());
        let work = || Arc::clone(&self.work);
        let rows = || Answers::Rows(work());
        let last = inputs.pop().ok_or_else(missing)?;
        let schema = self.inputs[0].schema();
        let output = || self.schema();
        let beside = |keep: Keep| -> Result<(Keep, Kept)> {
            let kept = match keep {
                Keep::Rows => Arc::clone(&schema),
                Keep::Keys => Arc::new(schema.project(&self.work.inputs[0].keys)?),
            };
            Ok((keep, self.kept(kept, context)))
        };
        let first_columns = || -> Result<Kept> {
            let values: Vec<usize> = (0..self.work.inputs[0].values).collect();
            Ok(self.kept(Arc::new(schema.project(&values)?), context))
        };
        Ok(match self.work.form {
            PythonForm::Map => (Feed::Rows { work: work(), input: last, kept: None }, rows()),
            PythonForm::Iterate => {
                let kept = first_columns()?;
                let feed = Feed::Rows { work: work(), input: last, kept: Some(kept.clone()) };
                (feed, Answers::Beside(work(), kept, output()))
            }
            PythonForm::Table => {
                let kept = first_columns()?;
                let feed = Feed::Rows { work: work(), input: last, kept: Some(kept.clone()) };
                (feed, Answers::Table(work(), Generated::new(kept)))
            }
            PythonForm::Group => (Feed::Groups { work: work(), input: last, kept: None }, rows()),
            PythonForm::Aggregate | PythonForm::Window => {
                let keep = if self.work.form == PythonForm::Window { Keep::Rows } else { Keep::Keys };
                let (keep, kept) = beside(keep)?;
                let feed = Feed::Groups { work: work(), input: last, kept: Some((keep, kept.clone())) };
                (feed, Answers::Beside(work(), kept, output()))
            }
            PythonForm::Cogroup => {
                let left = inputs.pop().ok_or_else(missing)?;
                (Feed::Cogroups { work: work(), left, right: last }, rows())
            }
        })
    }
}

/// Whether the output are rows of the input, one by one, with columns beside theirs.
fn keeps_rows(work: &Work) -> bool {
    work.form == PythonForm::Iterate
}

fn has_workers(plan: &Arc<dyn ExecutionPlan>) -> bool {
    plan.downcast_ref::<PythonExec>().is_some() || plan.children().into_iter().any(has_workers)
}

/// What is known of rows that functions make.
fn own(work: &Work, inputs: &[Arc<dyn ExecutionPlan>]) -> PlanProperties {
    let partitions = inputs.iter().map(|i| i.output_partitioning().partition_count()).min().unwrap_or(1);
    PlanProperties::new(
        EquivalenceProperties::new(Arc::clone(&work.output)),
        Partitioning::UnknownPartitioning(partitions),
        EmissionType::Incremental,
        inputs[0].boundedness(),
    )
}

/// What is known of the input's rows with further columns: their order and their partitions stay.
fn beside(work: &Work, input: &Arc<dyn ExecutionPlan>) -> PlanProperties {
    let values = work.inputs[0].values;
    let kept = input.schema().fields().iter().take(values).cloned().collect::<Vec<_>>();
    let results = work.output.fields().iter().skip(values).cloned();
    let schema = Arc::new(Schema::new(kept.into_iter().chain(results).collect::<Vec<_>>()));
    let is_kept = |expr: &Arc<dyn PhysicalExpr>| collect_columns(expr).iter().all(|c| c.index() < values);
    let orderings = input.equivalence_properties().oeq_class().iter();
    let orderings = orderings.map(|o| o.iter().take_while(|sort| is_kept(&sort.expr)).cloned().collect());
    let orderings: Vec<Vec<PhysicalSortExpr>> = orderings.collect();
    let are_kept = match input.output_partitioning() {
        Partitioning::Hash(keys, _) => keys.iter().all(is_kept),
        Partitioning::Range(_) => values == input.schema().fields().len(),
        _ => true,
    };
    let partitioning = match input.output_partitioning() {
        partitioning if are_kept => partitioning.clone(),
        other => Partitioning::UnknownPartitioning(other.partition_count()),
    };
    PlanProperties::new(
        EquivalenceProperties::new_with_orderings(schema, orderings),
        partitioning,
        EmissionType::Incremental,
        input.boundedness(),
    )
}

fn column(sent: &Sent, place: usize) -> Arc<dyn PhysicalExpr> {
    Arc::new(Column::new(&sent.ids[place], place))
}

fn distribution(sent: &Sent) -> Distribution {
    match sent.keys.as_slice() {
        [] => Distribution::SinglePartition,
        keys => Distribution::KeyPartitioned(keys.iter().map(|key| column(sent, *key)).collect()),
    }
}

/// Groups have to be in one piece: sorted by the keys, NULLs first as Spark sorts them.
fn ordering(sent: &Sent) -> Option<OrderingRequirements> {
    let by_key = |key: &usize| (*key, SortOptions { descending: false, nulls_first: true });
    let by_order = |order: &PythonOrder| {
        let options = SortOptions { descending: order.descending, nulls_first: order.nulls_first };
        (order.column, options)
    };
    let by = sent.keys.iter().map(by_key).chain(sent.order.iter().map(by_order));
    let sorted = by.map(|(place, options)| PhysicalSortRequirement::new(column(sent, place), Some(options)));
    LexRequirement::new(sorted).map(OrderingRequirements::new)
}

impl DisplayAs for PythonExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PythonExec: form={:?}, function={}", self.work.form, self.work.name)
    }
}

impl ExecutionPlan for PythonExec {
    fn name(&self) -> &'static str {
        "PythonExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        self.input_distribution_requirements().into_per_child()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        if !self.has_groups() {
            return InputDistributionRequirements::new(vec![Distribution::UnspecifiedDistribution]);
        }
        let each = self.work.inputs.iter().map(distribution).collect();
        match self.work.form {
            PythonForm::Cogroup => InputDistributionRequirements::co_partitioned(each),
            _ => InputDistributionRequirements::new(each),
        }
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        if self.has_groups() {
            return self.work.inputs.iter().map(ordering).collect();
        }
        if self.work.eval_type.is_scalar() {
            return vec![None; self.inputs.len()];
        }
        // Functions see rows in their order: what sorts them below is not in vain.
        let sorted = self.inputs.iter().map(|input| input.properties().output_ordering().cloned());
        sorted.map(|order| order.map(|o| OrderingRequirements::new(LexRequirement::from(o)))).collect()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![keeps_rows(&self.work); self.inputs.len()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![self.has_groups(); self.inputs.len()]
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if children.len() != self.inputs.len() {
            return Err(DataFusionError::Internal("an input is missing".to_string()));
        }
        Ok(Arc::new(PythonExec::new(Arc::clone(&self.work), children, Arc::clone(&self.pool))))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let counts = self.inputs.iter().map(|i| i.output_partitioning().partition_count());
        if counts.collect::<std::collections::HashSet<_>>().len() > 1 {
            return Err(DataFusionError::Internal("cogrouped inputs are not partitioned alike".to_string()));
        }
        let inputs = self.inputs.iter().map(|input| input.execute(partition, Arc::clone(&context)));
        let (feed, answers) = self.parts(inputs.collect::<Result<_>>()?, &context)?;
        let mut builder = RecordBatchReceiverStream::builder(self.schema(), ANSWERS_AHEAD);
        let conversation = Conversation {
            work: Arc::clone(&self.work),
            pool: Arc::clone(&self.pool),
            seats: Arc::clone(&self.seats),
            is_fed_by_workers: self.is_fed_by_workers,
            partition,
            accumulated: self.accumulated.clone(),
        };
        let receiver = builder.tx();
        builder
            .spawn(async move { conversation.run(feed, answers, receiver).await.map_err(error::external) });
        Ok(builder.build())
    }
}

/// Plans Python functions over relations.
#[derive(Debug)]
pub(crate) struct PythonPlanner;

#[async_trait]
impl ExtensionPlanner for PythonPlanner {
    async fn plan_extension(
        &self,
        _planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        _session: &dyn Session,
        _context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<Node>() else { return Ok(None) };
        let inputs = physical_inputs.iter().zip(&node.work.inputs);
        let inputs = inputs.map(|(input, sent)| in_order(input, sent)).collect::<Result<_>>()?;
        Ok(Some(Arc::new(PythonExec::new(Arc::clone(&node.work), inputs, Arc::clone(&node.pool)))))
    }
}

/// The input with exactly the columns that matter, in their order.
fn in_order(input: &Arc<dyn ExecutionPlan>, sent: &Sent) -> Result<Arc<dyn ExecutionPlan>> {
    if sent.is_placed {
        return Ok(Arc::clone(input));
    }
    let schema = input.schema();
    let same = schema.fields().iter().map(|f| f.name()).eq(&sent.ids);
    if same {
        return Ok(Arc::clone(input));
    }
    let columns = sent.ids.iter().map(|id| {
        let place = schema.index_of(id)?;
        Ok((Arc::new(Column::new(id, place)) as Arc<dyn PhysicalExpr>, id.clone()))
    });
    Ok(Arc::new(ProjectionExec::try_new(columns.collect::<Result<Vec<_>>>()?, Arc::clone(input))?))
}
