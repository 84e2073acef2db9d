//! EXECUTE IMMEDIATE: text that a program has put together, with arguments and targets.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::LogicalPlan;
use functions::error::from_datafusion;
use functions::types;
use lang::ir::{ExecuteImmediate, Expr, ExprKind, Relation, RelationKind, Statement};
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
        let context = self.immediate_context(&text, immediate.using, operation).await?;
        let statement = lang::parse_statement_in(&text, &context)?;
        refuse_script(&statement, &text)?;
        let held = self.targets(&immediate.into, operation).map_err(unresolved_target)?;
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
        self.expect_parameters(std::slice::from_ref(query), operation).await?;
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

    /// The arguments as values: all of them by name where the text has names, all by place where it has places.
    async fn immediate_context(
        self: &Arc<Self>,
        text: &str,
        using: Vec<Expr>,
        operation: &Arc<Operation>,
    ) -> Result<ParseContext> {
        let mut context = self.parse_context();
        if using.is_empty() {
            return Ok(context);
        }
        let (named, positional) = lang::parameter_styles(text, &context)?;
        if named && positional {
            return Err(Error::analysis("INVALID_QUERY_MIXED_QUERY_PARAMETERS"));
        }
        let names: Vec<Option<String>> = using.iter().map(argument_name).collect();
        let plain: Vec<Expr> = using
            .into_iter()
            .map(|expr| match expr.kind {
                ExprKind::Alias { expr, .. } => *expr,
                _ => expr,
            })
            .collect();
        self.expect_parameters(&plain, operation).await?;
        let values = self.evaluate_row(plain, operation).await?;
        if named && names.iter().any(Option::is_none) {
            let nameless = names.iter().zip(&values).filter(|(name, _)| name.is_none());
            let shown: Vec<_> = nameless.map(|(_, (field, _))| format!("\"{}\"", field.name())).collect();
            return Err(Error::analysis("ALL_PARAMETERS_MUST_BE_NAMED").with("exprs", shown.join(", ")));
        }
        let literals = literals(&values)?;
        if named {
            context.named = names.into_iter().flatten().zip(literals).collect();
        } else {
            context.positional = literals;
        }
        Ok(context)
    }

    /// What stands for a value must have the same one whenever it is asked, and ask no table.
    ///
    /// # Errors
    /// `UNSUPPORTED_EXPR_FOR_PARAMETER`
    async fn expect_parameters(self: &Arc<Self>, exprs: &[Expr], operation: &Arc<Operation>) -> Result<()> {
        let refused = |shown: &str| {
            Error::analysis("UNSUPPORTED_EXPR_FOR_PARAMETER").with("invalidExprSql", format!("\"{shown}\""))
        };
        if exprs.iter().any(|expr| matches!(expr.kind, ExprKind::Subquery(_))) {
            return Err(refused("scalarsubquery()"));
        }
        let source = exprs.iter().find_map(|expr| expr.source.clone());
        let input = Relation::new(RelationKind::OneRow);
        let kind = RelationKind::Project { input, expressions: exprs.to_vec() };
        let mut relation = Relation::new(kind);
        relation.source = source;
        let resolved = self.analyze(&relation, operation).await?.resolved;
        let LogicalPlan::Projection(projection) = &resolved.plan else { return Ok(()) };
        let changing = projection.expr.iter().zip(&resolved.columns).find(|(expr, _)| expr.is_volatile());
        changing.map_or(Ok(()), |(_, column)| Err(refused(column.name())))
    }
}

/// A target of INTO is looked up as a column is.
fn unresolved_target(error: Error) -> Error {
    match error.parameters().get("variableName") {
        Some(name) if error.condition() == "UNRESOLVED_VARIABLE" => {
            Error::analysis("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION").with("objectName", name.as_str())
        }
        _ => error,
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
