//! Names that expressions compute: `IDENTIFIER(expression)`.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use functions::types;
use lang::ir::{Deferred, Expr, Statement};
use lang::{Error, ParseContext, Result};

use crate::operation::Operation;
use crate::session::Session;

impl Session {
    /// The statement with its names computed.
    ///
    /// # Errors
    /// `NOT_A_CONSTANT_STRING`, and those of reading the text.
    pub(super) async fn undeferred(
        self: &Arc<Self>,
        deferred: Deferred,
        operation: &Arc<Operation>,
    ) -> Result<Statement> {
        let mut identifiers = Vec::with_capacity(deferred.identifiers.len());
        for expr in deferred.identifiers {
            identifiers.push(self.identifier(expr, &deferred.text, operation).await?);
        }
        let context = ParseContext {
            named: deferred.named,
            positional: deferred.positional,
            identifiers,
            ..self.parse_context()
        };
        lang::parse_statement_in(&deferred.text, &context)
    }

    async fn identifier(
        self: &Arc<Self>,
        expr: Expr,
        text: &str,
        operation: &Arc<Operation>,
    ) -> Result<String> {
        let span = expr.span;
        let refused = |condition: &str| {
            let shown = text.get(span.start as usize..span.end as usize).unwrap_or(text);
            Error::analysis(format!("NOT_A_CONSTANT_STRING.{condition}"))
                .with("name", "IDENTIFIER")
                .with("expr", format!("\"{shown}\""))
        };
        let (field, value) = match self.evaluate(expr, operation).await {
            Ok(value) => value,
            Err(error) if error.condition().starts_with("UNRESOLVED_COLUMN") => {
                return Err(refused("NOT_CONSTANT"));
            }
            Err(error) => return Err(error),
        };
        let data_type = types::from_field(&field);
        match (&data_type, value) {
            (lang::DataType::String { .. }, ScalarValue::Utf8(Some(name))) => Ok(name),
            (lang::DataType::String { .. }, _) => Err(refused("NULL")),
            (other, _) => Err(refused("WRONG_TYPE").with("dataType", other.simple_string())),
        }
    }
}
