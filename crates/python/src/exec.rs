//! Python functions over relations, as an operator.

use std::fmt;
use std::sync::Arc;

use arrow::compute::SortOptions;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    EquivalenceProperties, LexRequirement, OrderingRequirements, PhysicalExpr, PhysicalSortRequirement,
};
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, Partitioning, PlanProperties,
};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use plan::contract::{PythonForm, PythonOrder};

use crate::answers::Answers;
use crate::conversation;
use crate::error;
use crate::feed::{Feed, Keep};
use crate::generated::Generated;
use crate::kept::Kept;
use crate::node::Node;
use crate::pool::Pool;
use crate::work::{Sent, Work};

/// Batches of answers that may wait for whoever reads them.
const ANSWERS_AHEAD: usize = 2;

/// One conversation with a worker for each partition.
#[derive(Debug)]
struct PythonExec {
    work: Arc<Work>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    pool: Arc<Pool>,
    properties: Arc<PlanProperties>,
}

impl PythonExec {
    fn new(work: Arc<Work>, inputs: Vec<Arc<dyn ExecutionPlan>>, pool: Arc<Pool>) -> Self {
        let partitions = inputs.iter().map(|i| i.output_partitioning().partition_count()).min().unwrap_or(1);
        let first = &inputs[0];
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&work.output)),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            first.boundedness(),
        );
        PythonExec { work, inputs, pool, properties: Arc::new(properties) }
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
        let beside = |keep: Keep| -> Result<(Keep, Kept)> {
            let kept = match keep {
                Keep::Rows => Arc::clone(&schema),
                Keep::Keys => Arc::new(schema.project(&self.work.inputs[0].keys)?),
            };
            Ok((keep, self.kept(kept, context)))
        };
        Ok(match self.work.form {
            PythonForm::Map => (Feed::Rows { work: work(), input: last, kept: None }, rows()),
            PythonForm::Iterate => {
                let (_, kept) = beside(Keep::Rows)?;
                let feed = Feed::Rows { work: work(), input: last, kept: Some(kept.clone()) };
                (feed, Answers::Beside(work(), kept))
            }
            PythonForm::Table => {
                let values: Vec<usize> = (0..self.work.inputs[0].values).collect();
                let kept = self.kept(Arc::new(schema.project(&values)?), context);
                let feed = Feed::Rows { work: work(), input: last, kept: Some(kept.clone()) };
                (feed, Answers::Table(work(), Generated::new(kept)))
            }
            PythonForm::Group => (Feed::Groups { work: work(), input: last, kept: None }, rows()),
            PythonForm::Aggregate | PythonForm::Window => {
                let keep = if self.work.form == PythonForm::Window { Keep::Rows } else { Keep::Keys };
                let (keep, kept) = beside(keep)?;
                let feed = Feed::Groups { work: work(), input: last, kept: Some((keep, kept.clone())) };
                (feed, Answers::Beside(work(), kept))
            }
            PythonForm::Cogroup => {
                let left = inputs.pop().ok_or_else(missing)?;
                (Feed::Cogroups { work: work(), left, right: last }, rows())
            }
        })
    }
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
        // Functions see rows in their order: what sorts them below is not in vain.
        let sorted = self.inputs.iter().map(|input| input.properties().output_ordering().cloned());
        sorted.map(|order| order.map(|o| OrderingRequirements::new(LexRequirement::from(o)))).collect()
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

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let counts = self.inputs.iter().map(|i| i.output_partitioning().partition_count());
        if counts.collect::<std::collections::HashSet<_>>().len() > 1 {
            return Err(DataFusionError::Internal("cogrouped inputs are not partitioned alike".to_string()));
        }
        let inputs = self.inputs.iter().map(|input| input.execute(partition, Arc::clone(&context)));
        let (feed, answers) = self.parts(inputs.collect::<Result<_>>()?, &context)?;
        let mut builder = RecordBatchReceiverStream::builder(Arc::clone(&self.work.output), ANSWERS_AHEAD);
        let (work, pool, receiver) = (Arc::clone(&self.work), Arc::clone(&self.pool), builder.tx());
        builder.spawn(async move {
            let conversation = conversation::run(work, pool, partition, feed, answers, receiver);
            conversation.await.map_err(error::external)
        });
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
