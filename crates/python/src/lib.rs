//! Runs Python functions in worker processes.
//!
//! ```text
//!  plan ──Function──► AsyncFuncExec ──batch──► Pool ──lease──► Worker ══socket══► bootstrap.py
//!                                               │                                 └─ pyspark.worker
//!                                               └─ idle workers, by what they were started with
//! ```
//!
//! Nouns: a *function* is one Python function as the client pickled it, over arguments of known types; a *task* is what
//! a worker must be told to run it; a *worker* is one Python process, which runs PySpark's own worker module; the *pool*
//! holds the idle ones and limits how many there are.
//!
//! Guarantees
//! - User code never runs inside the server, and never before there are rows.
//! - Dropping an evaluation (interrupted query, lost client) kills the process that works on it.
//! - A worker that raises, exits or breaks the protocol fails its own query only, and is not used again.
//! - One frame of rows is under way per worker; workers and idle workers are limited in number, idle ones in time.
//! - A process serves sessions only that agree in executable, module path, time zone and environment.
//!
//! Does not
//! - run iterator, grouped, aggregate, window or table functions; they are refused by name;
//! - tell functions their partition: `TaskContext` is there, with partition 0;
//! - profile functions.
//!
//! Where to start: [`Workers`], the [`SeparateCalls`] rule for plans that call functions, then `function.rs` and `worker.rs`; `bootstrap.py` is the other end of the socket.

mod error;
mod eval_type;
mod function;
mod pool;
mod process;
mod protocol;
mod separate;
mod task;
mod type_json;
mod worker;

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::logical_expr::ScalarUDF;
use datafusion::logical_expr::async_udf::AsyncScalarUDF;
use lang::Result;
use lang::ir::PythonFunction;
use plan::contract::{Python, PythonSession};

pub use crate::separate::SeparateCalls;

use crate::function::Function;
use crate::pool::Pool;
use crate::task::Task;

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
}

impl Python for Workers {
    fn scalar(
        &self,
        name: &str,
        function: &Arc<PythonFunction>,
        arguments: &[FieldRef],
        session: &PythonSession,
    ) -> Result<Arc<ScalarUDF>> {
        let task = Task::new(name, function, arguments, session)?;
        let function = Function::new(name, function, task, Arc::clone(&self.pool));
        Ok(Arc::new(AsyncScalarUDF::new(Arc::new(function)).into_scalar_udf()))
    }
}

#[cfg(test)]
mod tests;
