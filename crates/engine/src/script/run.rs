//! Running a script: blocks and their steps, one after the other.

use std::sync::Arc;

use arrow::array::RecordBatch;
use futures::future::BoxFuture;
use lang::ir::{Block, LocalVariable, Statement, Step, StepKind};
use lang::{Error, Result};

use super::frames::Frame;
use super::handlers::{self, Declared};
use crate::catalog::quoted;
use crate::operation::{Operation, cancelled};
use crate::session::Session;

/// Where a script goes on after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    /// Out of the block or loop of that label.
    Leave(String),
    /// On with the next round of the loop of that label.
    Iterate(String),
}

/// A script that runs.
pub(super) struct Run<'a> {
    pub(super) session: &'a Arc<Session>,
    pub(super) operation: &'a Arc<Operation>,
    /// The rows of the last query or statement that answered with any.
    result: Option<RecordBatch>,
}

impl Session {
    /// The answer is that of the last statement that has one.
    pub(super) async fn run_script(
        self: &Arc<Self>,
        script: &Block,
        operation: &Arc<Operation>,
    ) -> Result<Option<RecordBatch>> {
        let mut run = Run { session: self, operation, result: None };
        let depth = operation.frames().depth();
        let outcome = run.block(script).await;
        operation.frames().truncate(depth);
        outcome?;
        Ok(run.result)
    }
}

impl Run<'_> {
    /// A block: its declarations, its steps, and its handlers where they fail.
    pub(super) fn block<'b>(&'b mut self, block: &'b Block) -> BoxFuture<'b, Result<Flow>> {
        Box::pin(async move {
            let frames = self.operation.frames();
            frames.push(Frame { label: block.label.clone(), ..Frame::default() });
            let depth = frames.depth();
            let mut declared = Vec::new();
            let flow = match self.body(&block.body, &mut declared).await {
                Err(error) => self.handle(error, &declared, depth).await,
                flow => flow,
            };
            self.operation.frames().truncate(depth - 1);
            match flow? {
                Flow::Leave(label) if block.label.as_ref() == Some(&label) => Ok(Flow::Next),
                flow => Ok(flow),
            }
        })
    }

    /// The steps of a block; its handlers are collected as they are declared.
    async fn body<'b>(&mut self, steps: &'b [Step], declared: &mut Vec<Declared<'b>>) -> Result<Flow> {
        for step in steps {
            match &step.kind {
                StepKind::DeclareHandler(handler) => {
                    handlers::check(handler, self.operation.frames())?;
                    declared.push(Declared { handler, steps: &handler.body });
                }
                _ => match self.step(step).await? {
                    Flow::Next => {}
                    flow => return Ok(flow),
                },
            }
        }
        Ok(Flow::Next)
    }

    /// Runs the handler of an error, in the block that declares it; the block ends with it.
    async fn handle(&mut self, error: Error, declared: &[Declared<'_>], depth: usize) -> Result<Flow> {
        let Some(found) = handlers::find(&error, declared) else { return Err(error) };
        self.operation.frames().truncate(depth);
        self.steps(found.steps).await
    }

    /// Steps in a scope that is there already.
    pub(super) fn steps<'b>(&'b mut self, steps: &'b [Step]) -> BoxFuture<'b, Result<Flow>> {
        Box::pin(async move {
            for step in steps {
                match self.step(step).await? {
                    Flow::Next => {}
                    flow => return Ok(flow),
                }
            }
            Ok(Flow::Next)
        })
    }

    async fn step(&mut self, step: &Step) -> Result<Flow> {
        if self.operation.is_interrupted() {
            return Err(cancelled());
        }
        // Loops without anything to wait for must let others run.
        tokio::task::yield_now().await;
        match &step.kind {
            StepKind::Statement(statement) => self.statement(statement).await?,
            StepKind::Block(block) => return self.block(block).await,
            StepKind::DeclareVariable(variable) => self.declare(variable).await?,
            StepKind::DeclareCondition(condition) => self.operation.frames().declare(|frame| {
                frame.conditions.insert(condition.name.clone(), condition.sql_state.clone());
            }),
            StepKind::Leave(label) => return Ok(Flow::Leave(label.clone())),
            StepKind::Iterate(label) => return Ok(Flow::Iterate(label.clone())),
            StepKind::DeclareHandler(_) => return Err(Error::internal("a handler outside a block")),
            control => return self.control(control).await,
        }
        Ok(Flow::Next)
    }

    async fn statement(&mut self, statement: &Statement) -> Result<()> {
        if matches!(statement, Statement::DropVariable { .. }) {
            return Err(Error::analysis("UNSUPPORTED_FEATURE.SQL_SCRIPTING_DROP_TEMPORARY_VARIABLE"));
        }
        if let Some(rows) = self.session.boxed_command(statement.clone(), self.operation).await? {
            self.result = Some(rows);
        }
        Ok(())
    }

    /// A local variable; its default may use those declared before.
    async fn declare(&mut self, variable: &LocalVariable) -> Result<()> {
        let (data_type, default) = (variable.data_type.clone(), variable.default.clone());
        let held = self.session.initial(data_type, default, self.operation).await?;
        let mut taken = None;
        self.operation.frames().declare(|frame| {
            for name in &variable.names {
                if frame.variables.insert(name.to_lowercase(), held.clone()).is_some() {
                    taken = Some(name);
                }
            }
        });
        match taken {
            Some(name) => {
                Err(Error::analysis("VARIABLE_ALREADY_EXISTS").with("variableName", quoted(&[name])))
            }
            None => Ok(()),
        }
    }
}
