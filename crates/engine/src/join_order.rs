//! Which side of a join is read row by row, and so in whose order its rows come.
//!
//! Spark keeps the smaller side in memory, the right one if both are alike and always the optional one of an outer join, and
//! goes through the other. DataFusion decides by other sizes and never changes an outer join for the sake of order. Where
//! all sides of a plan's joins are known to have few rows, that costs nothing either way, so Spark's order it is.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use datafusion::common::JoinType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::join_selection::JoinSelection;
use datafusion::physical_plan::joins::{CrossJoinExec, HashJoinExec, NestedLoopJoinExec};
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

use crate::numbered::numbered;

/// Sides with more rows are left to DataFusion.
const FEW_ROWS: usize = 10_000;

/// DataFusion's choice of sides, after Spark's where there are few rows.
#[derive(Debug, Default)]
pub(crate) struct SparkSides(JoinSelection);

impl PhysicalOptimizerRule for SparkSides {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut joins = Joins::default();
        joins.look(&plan);
        if !joins.any || !joins.small {
            return self.0.optimize(plan, config);
        }
        let plan = plan.transform_up(|node| {
            Ok(match in_order(&node)? {
                Some(swapped) => Transformed::yes(swapped),
                None => Transformed::no(node),
            })
        })?;
        let mut config = config.clone();
        config.optimizer.join_reordering = false;
        let plan = self.0.optimize(plan.data, &config)?;
        // Last, for nothing is known of the sizes of numbered rows.
        let numbered = plan.transform_up(|node| {
            Ok(match through_in_order(&node)? {
                Some(join) => Transformed::yes(join),
                None => Transformed::no(node),
            })
        })?;
        Ok(numbered.data)
    }

    fn name(&self) -> &str {
        self.0.name()
    }

    fn schema_check(&self) -> bool {
        self.0.schema_check()
    }
}

/// What joins a plan has.
struct Joins {
    any: bool,
    small: bool,
}

impl Default for Joins {
    fn default() -> Self {
        Joins { any: false, small: true }
    }
}

impl Joins {
    fn look(&mut self, plan: &Arc<dyn ExecutionPlan>) {
        let children = plan.children();
        if children.len() == 2 && is_join(plan) {
            self.any = true;
            self.small &= children.iter().all(|side| size(side).is_some());
        }
        children.into_iter().for_each(|child| self.look(child));
    }
}

fn is_join(plan: &Arc<dyn ExecutionPlan>) -> bool {
    plan.downcast_ref::<HashJoinExec>().is_some()
        || plan.downcast_ref::<CrossJoinExec>().is_some()
        || plan.downcast_ref::<NestedLoopJoinExec>().is_some()
}

/// A join with its sides exchanged, where its rows come in Spark's order then. A hash join keeps its left side and goes
/// through the right one; the others go through the left one.
fn in_order(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let keeps_right = |left, right| matches!((size(left), size(right)), (Some(l), Some(r)) if r <= l);
    if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        let swaps = match join.join_type() {
            JoinType::Inner => keeps_right(join.left(), join.right()),
            JoinType::Left => true,
            _ => false,
        };
        let swaps = swaps && !join.null_aware;
        return swaps.then(|| join.swap_inputs(*join.partition_mode())).transpose();
    }
    if let Some(join) = plan.downcast_ref::<CrossJoinExec>() {
        return (!keeps_right(join.left(), join.right())).then(|| join.swap_inputs()).transpose();
    }
    if let Some(join) = plan.downcast_ref::<NestedLoopJoinExec>()
        && *join.join_type() == JoinType::Inner
    {
        return (!keeps_right(join.left(), join.right())).then(|| join.swap_inputs()).transpose();
    }
    Ok(None)
}

/// An outer join that goes through its right side so that rows without a partner stay in their place among the others.
fn through_in_order(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(join) = plan.downcast_ref::<HashJoinExec>() else { return Ok(None) };
    if *join.join_type() != JoinType::Right || join.right().output_ordering().is_some() {
        return Ok(None);
    }
    let visible = join.left().schema().fields().len() + join.right().schema().fields().len();
    let projection = match join.projection.as_deref() {
        Some(projection) => projection.to_vec(),
        None => (0..visible).collect(),
    };
    let sides = vec![Arc::clone(join.left()), numbered(Arc::clone(join.right()))];
    join.builder().with_new_children(sides)?.with_projection(Some(projection)).build_exec().map(Some)
}

/// The bytes of a relation by Spark's reckoning; `None` where its rows are many or nobody knows how many.
fn size(plan: &Arc<dyn ExecutionPlan>) -> Option<usize> {
    let statistics = StatisticsContext::new().compute(plan.as_ref(), &StatisticsArgs::new()).ok()?;
    let rows = *statistics.num_rows.get_value()?;
    (rows <= FEW_ROWS).then(|| rows * row_size(&plan.schema()))
}

/// Spark's sizes of types, whatever the values.
fn row_size(schema: &Schema) -> usize {
    const OVERHEAD: usize = 8;
    OVERHEAD + schema.fields().iter().map(|field| value_size(field.data_type())).sum::<usize>()
}

fn value_size(data_type: &DataType) -> usize {
    match data_type {
        DataType::Null | DataType::Boolean | DataType::Int8 => 1,
        DataType::Int16 => 2,
        DataType::Int32 | DataType::Float32 | DataType::Date32 => 4,
        DataType::Decimal128(precision, _) if *precision > 18 => 16,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => 20,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => 100,
        DataType::List(element) => value_size(element.data_type()),
        DataType::Struct(fields) => fields.iter().map(|field| value_size(field.data_type())).sum(),
        DataType::Map(entries, _) => value_size(entries.data_type()),
        _ => 8,
    }
}
