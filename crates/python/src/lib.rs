//! Runs Python functions in worker processes.
//!
//! ```text
//!  plan ──PythonScalar──► SeparateCalls ──┐                        Pool ──► Worker ══socket══► bootstrap.py
//!       │                                 ▼                         ▲                          └─ pyspark.worker
//!       └───────────────────────────────► Node ──► PythonExec ──conversation
//!                  feed: rows, groups, cogroups ──► frames ──► worker ──► answers: rows, columns beside rows
//! ```
//!
//! Nouns: a *function* is one Python function as the client pickled it, over arguments of known types; a *chain* is scalar
//! functions inside each other; *work* is functions over a relation in one of the forms of `plan::contract::PythonForm`;
//! a *conversation* is one worker at work on one partition, and has a *seat* among those of its operator; a *worker* is
//! one Python process, which runs PySpark's own worker module; the *pool* holds the idle ones.
//!
//! Guarantees
//! - User code never runs inside the server, and never before there are rows; functions on whole partitions run on empty
//!   ones too, and table functions and data sources are asked about a call when it is resolved.
//! - Dropping an evaluation (interrupted query, lost client) kills the process that works on it.
//! - A worker that raises, exits or breaks the protocol fails its own query only, and is not used again.
//! - A conversation goes on as fast as both sides take what the other says: what waits for its results is in the
//!   engine's memory pool, of a group there is one batch, of cogroups one group.
//! - An operator has as many workers as there are cores, and more only where the plan could not go on without.
//! - A process serves sessions only that agree in executable, module path, time zone and environment.
//!
//! Does not
//! - keep state for groups, write to data sources or hand filters down to them.
//!
//! Where to start: [`Workers`], then for scalar functions the [`SeparateCalls`] rule and `chain.rs`, for all of them
//! `work.rs`, `exec.rs` and `conversation.rs`; `bootstrap.py` is the other end of the socket.

mod analysis;
mod answers;
mod chain;
mod cogroup;
mod conversation;
mod error;
mod eval_type;
mod exec;
mod feed;
mod frames;
mod generated;
mod groups;
mod kept;
mod module;
mod node;
mod pickle;
mod pool;
mod process;
mod protocol;
mod seats;
mod separate;
mod source;
mod task;
mod type_json;
mod work;
mod worker;

use std::pin::Pin;
use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::logical_expr::{Extension, LogicalPlan, ScalarUDF};
use datafusion::physical_planner::ExtensionPlanner;
use functions::error::from_datafusion;
use lang::Result;
use lang::ir::PythonFunction;
use plan::contract::{
    Python, PythonAnalysis, PythonQuestion, PythonReader, PythonRows, PythonScalar, PythonSession,
    PythonSourceRequest,
};

pub use crate::separate::SeparateCalls;

use crate::exec::PythonPlanner;
use crate::node::Node;
use crate::pool::Pool;
use crate::work::Work;

/// The worker processes of one engine.
#[derive(Debug, Default)]
pub struct Workers {
    pool: Arc<Pool>,
}

impl Workers {
    /// No process is started before a function is called with rows.
    pub fn new() -> Self {
        Workers::default()
    }

    /// The rule that makes nodes of calls of scalar functions; an optimizer's last one.
    pub fn separate_calls(&self) -> SeparateCalls {
        SeparateCalls::new(Arc::clone(&self.pool))
    }
}

impl Python for Workers {
    fn scalar(
        &self,
        name: &str,
        function: &Arc<PythonFunction>,
        arguments: &[FieldRef],
        session: &PythonSession,
    ) -> Result<Arc<ScalarUDF>> {
        let scalar = PythonScalar::new(name, function, arguments, session);
        chain::check(&scalar)?;
        Ok(Arc::new(ScalarUDF::new_from_impl(scalar)))
    }

    fn rows(&self, rows: &PythonRows, session: &PythonSession) -> Result<LogicalPlan> {
        let work = Work::new(rows, session)?;
        let inputs = rows.inputs.iter().map(|input| input.plan.clone()).collect();
        let node = Node::new(work, inputs, Arc::clone(&self.pool)).map_err(from_datafusion)?;
        Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
    }

    fn analyze(
        &self,
        question: PythonQuestion,
        session: &PythonSession,
    ) -> Pin<Box<dyn Future<Output = Result<PythonAnalysis>> + Send>> {
        Box::pin(analysis::analyze(Arc::clone(&self.pool), question, session.clone()))
    }

    fn source(
        &self,
        request: PythonSourceRequest,
        session: &PythonSession,
    ) -> Pin<Box<dyn Future<Output = Result<PythonReader>> + Send>> {
        Box::pin(source::read(Arc::clone(&self.pool), request, session.clone()))
    }

    fn planner(&self) -> Option<Arc<dyn ExtensionPlanner + Send + Sync>> {
        Some(Arc::new(PythonPlanner))
    }
}

#[cfg(test)]
mod tests;
