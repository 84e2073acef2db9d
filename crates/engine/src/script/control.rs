//! Branches and loops of a script.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use datafusion::common::ScalarValue;
use functions::error::from_datafusion;
use functions::types;
use lang::ir::{Expr, ExprKind, Literal, Relation, Step, StepKind};
use lang::{DataType, Error, ErrorKind, Result};

use super::frames::Frame;
use super::run::{Flow, Run};
use super::variables::Held;
use crate::rows;

/// What a loop does after a round.
enum Round {
    Again,
    Done(Flow),
}

impl Run<'_> {
    pub(super) async fn control(&mut self, kind: &StepKind) -> Result<Flow> {
        match kind {
            StepKind::If { branches, otherwise, .. } => {
                for (condition, body) in branches {
                    if self.holds(condition).await? {
                        return self.nested(body).await;
                    }
                }
                self.otherwise(otherwise.as_deref()).await
            }
            StepKind::SimpleCase { operand, branches, otherwise } => {
                for (value, body) in branches {
                    let equals = Expr::call("==", vec![operand.clone(), value.clone()]);
                    if self.holds(&equals).await? {
                        return self.nested(body).await;
                    }
                }
                self.otherwise(otherwise.as_deref()).await
            }
            StepKind::While { label, condition, body } => {
                while self.holds(condition).await? {
                    if let Round::Done(flow) = self.round(label.as_ref(), body).await? {
                        return Ok(flow);
                    }
                }
                Ok(Flow::Next)
            }
            StepKind::Repeat { label, body, until } => loop {
                if let Round::Done(flow) = self.round(label.as_ref(), body).await? {
                    return Ok(flow);
                }
                if self.holds(until).await? {
                    return Ok(Flow::Next);
                }
            },
            StepKind::Loop { label, body } => loop {
                if let Round::Done(flow) = self.round(label.as_ref(), body).await? {
                    return Ok(flow);
                }
            },
            StepKind::For { label, variable, query, body } => {
                self.for_each(label.as_ref(), variable.as_ref(), query, body).await
            }
            _ => Err(Error::internal("a step without a meaning")),
        }
    }

    async fn otherwise(&mut self, steps: Option<&[Step]>) -> Result<Flow> {
        match steps {
            Some(steps) => self.nested(steps).await,
            None => Ok(Flow::Next),
        }
    }

    /// Steps in a scope of their own.
    async fn nested(&mut self, steps: &[Step]) -> Result<Flow> {
        let depth = self.operation.frames().depth();
        self.operation.frames().push(Frame::default());
        let flow = self.steps(steps).await;
        if flow.is_ok() {
            self.operation.frames().truncate(depth);
        }
        flow
    }

    /// One round of a loop, and where LEAVE and ITERATE in it lead.
    async fn round(&mut self, label: Option<&String>, body: &[Step]) -> Result<Round> {
        Ok(match self.nested(body).await? {
            Flow::Next => Round::Again,
            Flow::Iterate(to) if label == Some(&to) => Round::Again,
            Flow::Leave(to) if label == Some(&to) => Round::Done(Flow::Next),
            flow => Round::Done(flow),
        })
    }

    /// Whether a condition is true; NULL is not.
    ///
    /// # Errors
    /// `INVALID_BOOLEAN_STATEMENT`
    async fn holds(&mut self, condition: &Expr) -> Result<bool> {
        let (field, value) = self.session.evaluate(condition.clone(), self.operation).await?;
        match (types::from_field(&field), value) {
            (DataType::Boolean, ScalarValue::Boolean(value)) => Ok(value.unwrap_or(false)),
            _ => Err(Error::new(ErrorKind::Analysis, "INVALID_BOOLEAN_STATEMENT")
                .with("invalidStatement", field.name().clone())),
        }
    }

    /// Every row's columns are variables of the body.
    async fn for_each(
        &mut self,
        label: Option<&String>,
        variable: Option<&String>,
        query: &Relation,
        body: &[Step],
    ) -> Result<Flow> {
        let analyzed = self.session.analyze(query, self.operation).await?;
        let batch = rows::concatenated(self.session.rows(analyzed, self.operation).await?).await?;
        for row in 0..batch.num_rows() {
            let depth = self.operation.frames().depth();
            self.operation.frames().push(row_frame(&batch, row, variable)?);
            let round = self.round(label, body).await?;
            self.operation.frames().truncate(depth);
            if let Round::Done(flow) = round {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }
}

/// The columns of a row as variables: by name, and under the name of FOR's variable.
fn row_frame(batch: &RecordBatch, row: usize, variable: Option<&String>) -> Result<Frame> {
    let mut frame = Frame { label: variable.cloned(), ..Frame::default() };
    let schema = batch.schema();
    for (column, field) in batch.columns().iter().zip(schema.fields()) {
        let value = ScalarValue::try_from_array(column as &dyn Array, row).map_err(from_datafusion)?;
        let null = Literal::Null(types::from_field(field));
        let default = Expr::from(ExprKind::Literal(null));
        frame
            .variables
            .insert(field.name().to_lowercase(), Held { field: Arc::clone(field), value, default });
    }
    Ok(frame)
}
