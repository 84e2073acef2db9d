//! `input_file_name()`, `input_file_block_start()` and `input_file_block_length()`: the file a row was read from.
//!
//! Spark tells what the task at hand reads: the file, as long as nothing between has mixed rows. Here it is the source's
//! hidden column, and everything that may have mixed rows is refused.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{LogicalPlan, lit};
use functions::Argument;
use lang::ir::{self, Literal};
use lang::{Error, Result};

use super::scope::Scope;
use super::{Column, Resolver, planning};
use crate::contract::MEMBER_KEY;

/// The member of the source's struct that a function shows; `None` for other functions.
fn member(name: &str) -> Option<&'static str> {
    match name {
        "input_file_name" => Some("file_path"),
        "input_file_block_start" => Some("file_block_start"),
        "input_file_block_length" => Some("file_block_length"),
        _ => None,
    }
}

impl Resolver<'_> {
    /// The call of one of the functions here; `None` for other names.
    ///
    /// # Errors
    /// `MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION` over rows joined of several sources.
    pub(super) fn input_file(
        &self,
        name: &str,
        function: &ir::Function,
        scope: &Scope<'_>,
    ) -> Result<Option<Argument>> {
        let Some(member) = member(name) else { return Ok(None) };
        if !function.arguments.is_empty() {
            return Err(Error::analysis("WRONG_NUM_ARGS.WITHOUT_SUGGESTION")
                .with("functionName", format!("`{name}`"))
                .with("expectedNum", "0")
                .with("actualNum", function.arguments.len().to_string()));
        }
        let shown = format!("{name}()");
        let mut sources = 0;
        for input in &scope.inputs {
            sources += file_sources(&input.plan)?;
        }
        let value = match sources {
            0 if name == "input_file_name" => lit(""),
            0 => lit(-1i64),
            1 => {
                let column = self.source_column(scope).ok_or_else(|| {
                    Error::unsupported(format!(
                        "{shown} over anything but a source of files and filters of it"
                    ))
                })?;
                get_field(column.expr(), member)
            }
            _ if scope.inputs.iter().any(|input| has_join(&input.plan)) => {
                return Err(Error::analysis("MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION")
                    .with("expr", format!("\"{shown}\"")));
            }
            _ => return Err(Error::unsupported(format!("{shown} over a union of sources"))),
        };
        let value = self.typed(value, &shown, scope)?;
        if sources == 0 || name != "input_file_name" {
            return Ok(Some(value));
        }
        // `_metadata.file_path` writes local files with one slash, this function with three.
        let text = |text: &str| self.literal(&Literal::String(text.into()));
        let arguments = vec![value, text("^file:/")?, text("file:///")?];
        let path = self.call("regexp_replace", arguments, scope)?;
        self.typed(path.expr, &shown, scope).map(Some)
    }

    /// The hidden column of the source, where every row still stands as it was read.
    fn source_column<'s>(&self, scope: &Scope<'s>) -> Option<&'s Column> {
        let [input] = scope.inputs.as_slice() else { return None };
        let mut plan = &input.plan;
        while let LogicalPlan::Projection(_) | LogicalPlan::Filter(_) | LogicalPlan::SubqueryAlias(_) = plan {
            plan = plan.inputs().into_iter().next()?;
        }
        matches!(plan, LogicalPlan::TableScan(_)).then_some(())?;
        input.hidden.iter().find(|column| column.name() == "_metadata")
    }
}

/// How many sources of files there are in a plan.
fn file_sources(plan: &LogicalPlan) -> Result<usize> {
    let mut sources = 0;
    plan.apply(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && scan.source.schema().fields().iter().any(|field| field.metadata().contains_key(MEMBER_KEY))
        {
            sources += 1;
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .map_err(planning)?;
    Ok(sources)
}

/// Whether rows of a plan are put together of several.
fn has_join(plan: &LogicalPlan) -> bool {
    plan.exists(|node| Ok(matches!(node, LogicalPlan::Join(_)))).unwrap_or(false)
}
