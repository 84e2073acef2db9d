//! EXECUTE IMMEDIATE: text that a program has put together, with arguments and targets.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::ScalarValue;
use functions::error::from_datafusion;
use functions::types;
use lang::ir::{ExecuteImmediate, Expr, ExprKind, Statement};
use lang::{DataType, Error, ParseContext, Result};

use super::evaluate::Value;
use super::variables::Held;
use crate::operation::Operation;
use crate::session::Session;

/// What an executed text yields.
enum Outcome {
    Rows(Option<RecordBatch>),
    /// Values for the targets of INTO.
    Values(Vec<ScalarValue>),
}

impl Session {
    pub(super) async fn execute_immediate(
        self: &Arc<Self>,
        immediate: ExecuteImmediate,
        operation: &Arc<Operation>,
    ) -> Result<Option<RecordBatch>> {
        let text = self.immediate_text(&immediate.query, operation).await?;
        let context = self.immediate_context(immediate.using, operation).await?;
        let statement = lang::parse_statement_in(&text, &context)?;
        refuse_script(&statement, &text)?;
        let held = self.targets(&immediate.into, operation)?;
        // The text is not part of the script that runs it: it sees the session's variables only.
        operation.frames().hide(true);
        let outcome = self.immediate_outcome(statement, &text, &held, operation).await;
        operation.frames().hide(false);
        match outcome? {
            Outcome::Rows(rows) => Ok(rows),
            Outcome::Values(values) => {
                self.assign(&immediate.into, values, operation);
                Ok(None)
            }
        }
    }

    async fn immediate_outcome(
        self: &Arc<Self>,
        mut statement: Statement,
        text: &str,
        held: &[Held],
        operation: &Arc<Operation>,
    ) -> Result<Outcome> {
        if let Statement::Deferred(deferred) = statement {
            statement = self.undeferred(*deferred, operation).await?;
        }
        if held.is_empty() {
            return self.boxed_command(statement, operation).await.map(Outcome::Rows);
        }
        match statement {
            Statement::Query(query) => self.row_for(held, query, operation).await.map(Outcome::Values),
            _ => {
                Err(Error::analysis("INVALID_STATEMENT_FOR_EXECUTE_INTO")
                    .with("sqlString", text.to_uppercase()))
            }
        }
    }

    async fn immediate_text(self: &Arc<Self>, query: &Expr, operation: &Arc<Operation>) -> Result<String> {
        let (field, value) = self.evaluate(query.clone(), operation).await?;
        match (types::from_field(&field), value) {
            (DataType::String { .. }, ScalarValue::Utf8(Some(text))) => Ok(text),
            (DataType::String { .. }, _) => {
                let name = match &query.kind {
                    ExprKind::Attribute { name, .. } => crate::catalog::quoted(name),
                    _ => "NULL".to_string(),
                };
                Err(Error::analysis("NULL_QUERY_STRING_EXECUTE_IMMEDIATE").with("varName", name))
            }
            (other, _) => Err(Error::analysis("INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE")
                .with("exprType", format!("\"{}\"", other.sql()))),
        }
    }

    /// The arguments as values: all of them by name, or all by place.
    async fn immediate_context(
        self: &Arc<Self>,
        using: Vec<Expr>,
        operation: &Arc<Operation>,
    ) -> Result<ParseContext> {
        let mut context = self.parse_context();
        if using.is_empty() {
            return Ok(context);
        }
        let names: Vec<Option<String>> = using.iter().map(argument_name).collect();
        let plain = using.into_iter().map(|expr| match expr.kind {
            ExprKind::Alias { expr, .. } => *expr,
            _ => expr,
        });
        let values = self.evaluate_row(plain.collect(), operation).await?;
        let literals = literals(&values)?;
        let mut named = BTreeMap::new();
        for (name, literal) in names.into_iter().zip(literals) {
            match name {
                Some(name) => drop(named.insert(name, literal)),
                None => context.positional.push(literal),
            }
        }
        if !named.is_empty() && !context.positional.is_empty() {
            return Err(Error::analysis("INVALID_QUERY_MIXED_QUERY_PARAMETERS"));
        }
        context.named = named;
        Ok(context)
    }
}

/// A variable stands for itself; anything else needs an alias to have a name.
fn argument_name(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Alias { names, .. } => names.first().cloned(),
        _ => None,
    }
}

fn literals(values: &[Value]) -> Result<Vec<Expr>> {
    let columns = values.iter().map(|(_, value)| value.to_array().map_err(from_datafusion));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let fields: Vec<_> = values.iter().map(|(field, _)| field.as_ref().clone().with_nullable(true)).collect();
    let batch = RecordBatch::try_new(Arc::new(arrow::datatypes::Schema::new(fields)), columns)
        .map_err(|e| Error::internal(e.to_string()))?;
    Ok(crate::observe::only_row(&[batch])?.into_iter().map(Expr::literal).collect())
}

fn refuse_script(statement: &Statement, text: &str) -> Result<()> {
    match statement {
        Statement::Script(_) => {
            Err(Error::analysis("SQL_SCRIPT_IN_EXECUTE_IMMEDIATE").with("sqlString", text.to_uppercase()))
        }
        _ => Ok(()),
    }
}
