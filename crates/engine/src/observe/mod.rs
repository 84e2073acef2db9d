//! `df.observe`: rows pass and are aggregated by the way.
//!
//! ```text
//! input ──► exec.rs ──────────────────► rows, as they are
//!               └──► tap.rs ──► plan of the metrics ──► one row ──► value.rs ──► ObservedMetrics
//! ```
//!
//! The nouns: an [`Observed`] is one observation of one running plan; a tap is where the plan of its metrics reads what
//! passes; the metrics are an ordinary aggregation, planned as any other.
//!
//! # Guarantees
//! - Rows pass unchanged, in their order and partitions; the metrics follow at most a batch behind.
//! - The last partition ends only when the metrics are known, and fails when they fail.
//! - Rows that nobody asks for (a limit above) are not seen, as in Spark.
//!
//! # Where to start
//! `exec.rs`.

mod exec;
mod planner;
mod tap;
mod value;

use std::sync::Arc;

use datafusion::common::runtime::SpawnedTask;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use functions::error::from_datafusion;
use futures::future::{BoxFuture, Shared};
use futures::{FutureExt, TryStreamExt};
use lang::ir::Literal;
use lang::{Error, Result};
use parking_lot::Mutex;
use plan::contract::PythonAccumulated;

use crate::concatenate::concatenated;
use crate::edge::Edge;
use crate::execute::ObservedMetrics;
use crate::one_input::OneInput;
pub(crate) use planner::ObservePlanner;
use tap::{Sender, Tap};
pub(crate) use value::only_row;

/// One observation of one plan.
#[derive(Debug)]
pub(crate) struct Observed {
    name: String,
    plan_id: i64,
    edge: Edge,
    /// The aggregation, reading from `tap`.
    metrics: Arc<dyn ExecutionPlan>,
    tap: Arc<Tap>,
    state: Mutex<State>,
}

/// The values of the metrics; whoever waits for them may give up.
type Values = Shared<BoxFuture<'static, Result<Vec<Literal>>>>;

#[derive(Debug, Default)]
struct State {
    /// Set when the first partition begins.
    values: Option<Values>,
    /// What partitions that begin get a copy of.
    sender: Option<Sender>,
    /// Partitions that have not ended, once one has begun.
    open: usize,
}

impl Observed {
    /// Where a partition that begins puts its rows; the first of `partitions` starts the aggregation.
    fn begin(self: &Arc<Self>, partitions: usize, context: &Arc<TaskContext>) -> Result<Option<Sender>> {
        let mut state = self.state.lock();
        if state.values.is_none() {
            state.open = partitions;
            state.sender = Some(self.tap.open());
            state.values = Some(self.start(context)?);
        }
        Ok(state.sender.clone())
    }

    fn start(&self, context: &Arc<TaskContext>) -> Result<Values> {
        let rows = concatenated(&self.metrics, context).map_err(from_datafusion)?;
        let rows = self.edge.stream(rows);
        let task = SpawnedTask::spawn(async move {
            let batches: Vec<_> = rows.try_collect().await.map_err(from_datafusion)?;
            value::only_row(&batches)
        });
        let values =
            task.map(|done| done.unwrap_or_else(|e| Err(Error::internal(format!("observing: {e}")))));
        Ok(values.boxed().shared())
    }

    /// One partition has no more rows; whether it was the last one.
    fn end(&self) -> bool {
        let mut state = self.state.lock();
        state.open = state.open.saturating_sub(1);
        state.open == 0
    }

    /// The metrics of what has passed, when the rows have ended or nobody reads them any more.
    async fn result(&self) -> Result<Vec<Literal>> {
        let values = {
            let mut state = self.state.lock();
            state.sender = None;
            state.values.clone()
        };
        match values {
            Some(values) => values.await,
            None => Err(Error::internal("nothing was observed")),
        }
    }

    async fn metrics(&self) -> Result<ObservedMetrics> {
        let keys = self.edge.schema.fields.iter().map(|field| field.name.clone()).collect();
        Ok(ObservedMetrics {
            name: self.name.clone(),
            plan_id: self.plan_id,
            keys,
            values: self.result().await?,
        })
    }
}

/// What the observations in these plans saw, the latest of each name, and what Python workers counted. The plans end here,
/// so that whatever they still hold on to is let go.
///
/// # Errors
/// Those of the metrics' aggregates.
pub(crate) async fn collect(plans: Vec<Arc<dyn ExecutionPlan>>) -> Result<Vec<ObservedMetrics>> {
    let mut found: Vec<Arc<Observed>> = Vec::new();
    plans.iter().for_each(|plan| find(plan, &mut found));
    let mut all: Vec<ObservedMetrics> = Vec::new();
    let accumulated: Vec<Literal> =
        plans.iter().flat_map(|plan| PythonAccumulated::of(plan.as_ref())).map(Literal::Binary).collect();
    drop(plans);
    if !accumulated.is_empty() {
        let name = PythonAccumulated::NAME.to_string();
        all.push(ObservedMetrics { name, plan_id: 0, keys: Vec::new(), values: accumulated });
    }
    for observed in found {
        let metrics = observed.metrics().await?;
        all.retain(|earlier| earlier.name != metrics.name);
        all.push(metrics);
    }
    Ok(all)
}

/// Those that have begun.
fn find(plan: &Arc<dyn ExecutionPlan>, found: &mut Vec<Arc<Observed>>) {
    if let Some(node) = plan.downcast_ref::<OneInput<Arc<Observed>>>()
        && node.operator().state.lock().values.is_some()
        && !found.iter().any(|known| Arc::ptr_eq(known, node.operator()))
    {
        found.push(Arc::clone(node.operator()));
    }
    for child in plan.children() {
        find(child, found);
    }
}
