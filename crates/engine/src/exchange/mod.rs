//! Repartitioning: rows go from the partitions they are in to others, as Spark would send them.
//!
//! ```text
//! input 0 ──► feed.rs ──┬──► queue ──► output 0      feed: which output is each row of a batch for (route.rs)?
//! input 1 ──► feed.rs ──┼──► queue ──► output 1      queue: in memory while there is room, then on disk
//!                       └──► queue ──► output 2      output: the rows of input 0, then those of input 1
//! ```
//!
//! The nouns: an [`Exchange`] is the operator; a feed is the task that empties one partition of the input; a queue leads from
//! one partition of the input to one of the output; demand is what makes feeds go on.
//!
//! # Guarantees
//! - A row goes where Spark sends it: by Murmur3 of its keys, in turn from where Spark begins, or by ranges whose bounds are
//!   Spark's as long as all rows are sampled.
//! - The rows of an output come in the order of the input's partitions and of the rows in them.
//! - What waits is counted against the memory pool and goes to disk when there is no room. Feeds stop while nobody waits
//!   for rows and some are ready.
//!
//! # Does not
//! Know how large Spark's shuffle files would be: partitions that Spark merges because they are small are merged here when
//! all rows together are small, else they are spread over as many partitions as there are cores.
//!
//! # Where to start
//! `feed.rs`.

mod demand;
mod feed;
mod output;
mod planner;
mod queue;
mod range;
mod route;
mod size;

use std::fmt;
use std::sync::Arc;

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::{ExecutionPlan, PlanProperties};
use parking_lot::Mutex;

use crate::concatenate::concatenated;
use crate::one_input::{Operator, in_partitions};
use output::Run;
pub(crate) use planner::{ExchangePlanner, ordering};
use route::Routing;

/// Rows in other partitions.
#[derive(Debug)]
pub(crate) struct Exchange {
    routing: Arc<Routing>,
    /// As many as routing tells apart.
    targets: usize,
    /// As many as there are; fewer where neighbouring targets are merged.
    outputs: usize,
    /// Whether small partitions become one.
    merges: bool,
    state: Mutex<State>,
}

/// Outputs that were asked for.
#[derive(Default)]
struct State {
    run: Option<Arc<Run>>,
    begun: usize,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State({})", self.begun)
    }
}

impl Exchange {
    fn new(routing: Arc<Routing>, targets: usize, outputs: usize, merges: bool) -> Self {
        Exchange { routing, targets, outputs, merges, state: Mutex::default() }
    }
}

impl Operator for Exchange {
    const NAME: &'static str = "ExchangeExec";

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExchangeExec: {}, partitions={}", self.routing, self.outputs)
    }

    fn properties(&self, input: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties> {
        in_partitions(input, self.outputs)
    }

    fn renewed(&self) -> Self {
        Exchange::new(Arc::clone(&self.routing), self.targets, self.outputs, self.merges)
    }

    fn keeps_order(&self) -> bool {
        false
    }

    fn expressions(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        self.routing.expressions()
    }

    /// Nothing begins before the first output is polled. Whoever has an output keeps the feeds running; so does the
    /// operator until all outputs are given out.
    fn execute(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        if self.outputs == 1 {
            return concatenated(input, &context);
        }
        let mut state = self.state.lock();
        let run = match &state.run {
            Some(run) => Arc::clone(run),
            None if state.begun == 0 => Run::new(self, input, &context),
            None => return Err(again()),
        };
        let output = Run::output(&run, partition).ok_or_else(again)?;
        state.begun += 1;
        state.run = (state.begun < self.outputs).then_some(run);
        Ok(output)
    }
}

fn again() -> DataFusionError {
    DataFusionError::Internal("an exchange runs once".to_string())
}
