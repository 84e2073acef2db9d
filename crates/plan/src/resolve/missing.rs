//! Columns that a clause refers to although the projection below dropped them.
//!
//! `SELECT a FROM t ORDER BY b` sorts by a column that is not in the output: the projection is built again with `b`
//! added, invisibly.

use std::sync::Arc;

use datafusion::logical_expr::Expr;
use functions::Argument;
use lang::ir;
use lang::{Error, Result};

use super::aggregate::Aggregation;
use super::project::{contains_aggregate, windows_and_projection};
use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver};

/// How a relation was built, for building it again with more columns.
#[derive(Debug)]
pub(crate) enum Rebuild {
    Project { input: Box<Resolved>, output: Vec<(Expr, Column)> },
    Aggregate(Box<Aggregation>),
}

impl Resolver<'_> {
    /// Resolves `exprs` over `child`; what its output lacks is looked for below and added as invisible columns.
    pub(super) fn with_missing(
        &self,
        child: Resolved,
        exprs: &[&ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<(Resolved, Vec<Argument>)> {
        let scope = Scope::new(&[&child], query, outer)?;
        let mut resolved = Vec::with_capacity(exprs.len());
        let mut missing = Vec::new();
        for (index, expr) in exprs.iter().enumerate() {
            match self.expression(expr, &scope) {
                Ok(argument) if !contains_aggregate(&argument.expr) => resolved.push(Some(argument)),
                Ok(_) if child.rebuild.is_none() => return Err(Error::analysis("MISSING_GROUP_BY")),
                Err(error) if child.rebuild.is_none() || !is_missing(&error) => return Err(error),
                _ => {
                    resolved.push(None);
                    missing.push(index);
                }
            }
        }
        let Some(rebuild) = child.rebuild.clone().filter(|_| !missing.is_empty()) else {
            return Ok((child, resolved.into_iter().flatten().collect()));
        };
        let wanted: Vec<&ir::Expr> = missing.iter().map(|i| exprs[*i]).collect();
        let (child, found) = self.rebuilt(&child, &rebuild, &wanted, query, outer)?;
        for (index, argument) in missing.into_iter().zip(found) {
            resolved[index] = Some(argument);
        }
        Ok((child, resolved.into_iter().flatten().collect()))
    }

    /// `child` built again with a column for each of `exprs`, and references to those columns.
    fn rebuilt(
        &self,
        child: &Resolved,
        rebuild: &Rebuild,
        exprs: &[&ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<(Resolved, Vec<Argument>)> {
        let mut found = Vec::with_capacity(exprs.len());
        let (plan, again) = match rebuild {
            Rebuild::Project { input, output } => {
                let mut scope = Scope::new(&[input.as_ref()], query, outer)?;
                scope.aliases = visible(child);
                let mut output = output.clone();
                let known = output.len();
                for expr in exprs {
                    let argument = substitute(self.expression(expr, &scope)?, &output[..known])?;
                    if contains_aggregate(&argument.expr) {
                        return Err(Error::analysis("MISSING_GROUP_BY"));
                    }
                    found.push(self.hidden_output(argument, &mut output));
                }
                (
                    windows_and_projection(input.plan.clone(), &output)?,
                    Rebuild::Project { input: input.clone(), output },
                )
            }
            Rebuild::Aggregate(aggregation) => {
                let mut aggregation = aggregation.clone();
                let groups = aggregation.groups.clone();
                let input = aggregation.input.clone();
                let mut scope = Scope::new(&[&input], query, outer)?;
                if aggregation.sets.is_some() {
                    scope =
                        scope.with_grouping(&groups, super::aggregate::grouping_id_field(groups.len()))?;
                }
                scope.aliases = visible(child);
                for expr in exprs {
                    let argument = self.expression(expr, &scope)?;
                    let known = aggregation.output.clone();
                    let (expr, marked) = split_known(argument.expr.clone(), &known)?;
                    let lifted = join_known(aggregation.lift(expr, argument.name())?, &known, marked)?;
                    found.push(
                        self.hidden_output(Argument { expr: lifted, ..argument }, &mut aggregation.output),
                    );
                }
                (aggregation.build()?, Rebuild::Aggregate(aggregation))
            }
        };
        let mut rebuilt = Resolved { plan, rebuild: Some(Arc::new(again)), ..child.clone() };
        rebuilt.columns = super::refresh(&rebuilt.plan, rebuilt.columns);
        Ok((rebuilt, found))
    }

    /// Adds an invisible output column and refers to it.
    fn hidden_output(&self, argument: Argument, output: &mut Vec<(Expr, Column)>) -> Argument {
        if let Some((_, column)) = output.iter().find(|(expr, _)| *expr == argument.expr) {
            return Argument { expr: column.expr(), ..argument };
        }
        let column = match &argument.expr {
            Expr::Column(c) => {
                Column { id: c.name.clone(), field: Arc::clone(&argument.field), qualifier: Vec::new() }
            }
            _ => self.fresh_column(&argument.field, Vec::new()),
        };
        let reference = Argument { expr: column.expr(), ..argument.clone() };
        output.push((argument.expr, column));
        reference
    }
}

/// The output columns of `child` as aliases: an expression below may use them too.
fn visible(child: &Resolved) -> Vec<Argument> {
    child
        .columns
        .iter()
        .map(|c| Argument { expr: c.expr(), field: Arc::clone(&c.field), keyword: None })
        .collect()
}

/// Replaces references to output columns by what they are computed from.
fn substitute(argument: Argument, output: &[(Expr, Column)]) -> Result<Argument> {
    let expr = replace(argument.expr, |e| match e {
        Expr::Column(c) => {
            output.iter().find(|(_, column)| column.id == c.name).map(|(expr, _)| expr.clone())
        }
        _ => None,
    })?;
    Ok(Argument { expr, ..argument })
}

const KNOWN: &str = "__output_";

/// Hides references to output columns from [`Aggregation::lift`], which knows the input's columns only.
fn split_known(expr: Expr, output: &[(Expr, Column)]) -> Result<(Expr, bool)> {
    let mut marked = false;
    let expr = replace(expr, |e| match e {
        Expr::Column(c) => output
            .iter()
            .position(|(source, column)| {
                column.id == c.name && !matches!(source, Expr::Column(s) if s.name == c.name)
            })
            .map(|index| {
                marked = true;
                Expr::Placeholder(datafusion::logical_expr::expr::Placeholder::new_with_field(
                    format!("{KNOWN}{index}"),
                    None,
                ))
            }),
        _ => None,
    })?;
    Ok((expr, marked))
}

fn join_known(expr: Expr, output: &[(Expr, Column)], marked: bool) -> Result<Expr> {
    if !marked {
        return Ok(expr);
    }
    replace(expr, |e| match e {
        Expr::Placeholder(p) => {
            let index: Option<usize> = p.id.strip_prefix(KNOWN).and_then(|i| i.parse().ok());
            index.and_then(|i| output.get(i)).map(|(source, _)| source.clone())
        }
        _ => None,
    })
}

fn replace(expr: Expr, mut with: impl FnMut(&Expr) -> Option<Expr>) -> Result<Expr> {
    use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
    expr.transform_down(|e| {
        Ok(match with(&e) {
            Some(replacement) => Transformed::new(replacement, true, TreeNodeRecursion::Jump),
            None => Transformed::no(e),
        })
    })
    .map(|t| t.data)
    .map_err(super::planning)
}

fn is_missing(error: &Error) -> bool {
    error.condition().starts_with("UNRESOLVED_COLUMN")
        || error.condition() == "CANNOT_RESOLVE_DATAFRAME_COLUMN"
        || error.condition() == "UNSUPPORTED_GROUPING_EXPRESSION"
}
