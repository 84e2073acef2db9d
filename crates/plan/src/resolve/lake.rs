//! What writes to tables that keep versions need: constraints on rows, and conditions over a provider's columns.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::logical_expr::Expr;
use lang::ir::{self, Options};
use lang::{Error, Result};

use super::planning;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver};

impl Resolver<'_> {
    /// `table_changes('t', start [, end])`: the change feed of a table, from one version or instant to another.
    ///
    /// # Errors
    /// Arguments that are no constants; those of the table itself.
    pub(super) fn table_changes(
        &self,
        function: &str,
        arguments: &[ir::Expr],
        query: &Query,
    ) -> Result<Resolved> {
        let wrong = || {
            Error::analysis("WRONG_NUM_ARGS.WITHOUT_SUGGESTION")
                .with("functionName", format!("`{function}`"))
                .with("expectedNum", "2 or 3")
                .with("actualNum", arguments.len().to_string())
                .with("docroot", "")
        };
        let mut values = Vec::with_capacity(arguments.len());
        let nothing = self.one_row()?;
        for argument in arguments {
            let argument = self.expression(argument, &Scope::new(&[&nothing], query, None)?)?;
            values.push(self.evaluate(argument.expr)?);
        }
        let (Some(table), 2..=3) = (values.first().and_then(text), values.len()) else { return Err(wrong()) };
        let name = match function {
            "table_changes" => lang::parse_identifier(&table)?,
            _ => vec!["delta".to_string(), table],
        };
        let mut options = Options::from([("readChangeFeed".to_string(), "true".to_string())]);
        for (value, end) in values[1..].iter().zip(["starting", "ending"]) {
            let (kind, given) = match text(value) {
                Some(text) => ("Timestamp", text),
                None => ("Version", number(value).ok_or_else(wrong)?.to_string()),
            };
            options.insert(format!("{end}{kind}"), given);
        }
        self.table_at(&name, &options, None, query, None)
    }

    /// A condition over the columns of a provider, under the names that it has for them.
    ///
    /// # Errors
    /// Unknown columns; conditions that are not boolean.
    pub fn condition_over(&self, provider: Arc<dyn TableProvider>, condition: &ir::Expr) -> Result<Expr> {
        let rows = self.scan(provider, Vec::new())?;
        let query = Query::default();
        let argument = self.expression(condition, &Scope::new(&[&rows], &query, None)?)?;
        if *argument.data_type() != arrow::datatypes::DataType::Boolean {
            return Err(Error::analysis("DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN")
                .with("sqlExpr", format!("\"{}\"", argument.name()))
                .with("filter", format!("\"{}\"", argument.name()))
                .with("type", format!("\"{}\"", functions::types::from_field(&argument.field).sql())));
        }
        let named = argument.expr.transform(|node| {
            let Expr::Column(column) = &node else { return Ok(Transformed::no(node)) };
            Ok(match rows.columns.iter().find(|known| known.id == column.name) {
                Some(known) => {
                    Transformed::yes(Expr::Column(datafusion::common::Column::from_name(known.name())))
                }
                None => Transformed::no(node),
            })
        });
        named.data().map_err(planning)
    }
}

fn text(value: &ScalarValue) -> Option<String> {
    match value {
        ScalarValue::Utf8(text) | ScalarValue::Utf8View(text) | ScalarValue::LargeUtf8(text) => text.clone(),
        _ => None,
    }
}

fn number(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Int8(value) => value.map(i64::from),
        ScalarValue::Int16(value) => value.map(i64::from),
        ScalarValue::Int32(value) => value.map(i64::from),
        ScalarValue::Int64(value) => *value,
        _ => None,
    }
}
