//! Hints: those about partitions do what they say, those about joins advise the optimizer, and ours decides from statistics.

use lang::ir::{Expr, ExprKind, Literal, Relation, SortOrder};
use lang::{Error, Result};

use super::repartition::{Wanted, coalesced, not_positive};
use super::scope::{Query, Scope};
use super::{Resolved, Resolver};
use crate::exchange::Routing;

impl Resolver<'_> {
    /// Rows are what they are without the hint; their partitions may be others.
    ///
    /// # Errors
    /// Parameters of a partitioning hint that are no columns and no number.
    pub(super) fn hint(
        &self,
        input: &Relation,
        name: &str,
        parameters: &[Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        let name = name.to_uppercase();
        match name.as_str() {
            "COALESCE" => match parameters {
                [number] => match whole_number(number)? {
                    Some(partitions) => coalesced(input, partitions),
                    None => Err(without_number(&name)),
                },
                _ => Err(without_number(&name)),
            },
            "REPARTITION" | "REPARTITION_BY_RANGE" | "REBALANCE" => {
                self.partitioning_hint(input, &name, parameters, query, outer)
            }
            _ => Ok(input),
        }
    }

    fn partitioning_hint(
        &self,
        input: Resolved,
        name: &str,
        parameters: &[Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let number = parameters.first().map(whole_number).transpose()?.flatten();
        let keys = parameters.iter().skip(usize::from(number.is_some()));
        let keys = keys.map(|key| self.hinted_column(name, key)).collect::<Result<Vec<_>>>()?;
        let exactly = number.map_or(Wanted::Any, Wanted::Exactly);
        match name {
            "REPARTITION_BY_RANGE" if !keys.is_empty() => {
                let keys: Vec<Expr> = keys.into_iter().map(ascending).collect();
                self.distributed(input, &keys, exactly, query, outer)
            }
            // Only adaptive execution knows what is out of balance.
            "REBALANCE" if !self.is_adaptive() => {
                self.expect_columns(&input, &keys, query, outer)?;
                Ok(input)
            }
            "REBALANCE" => {
                let wanted = number.map_or(Wanted::Any, Wanted::AtMost);
                self.distributed(input, &keys, wanted, query, outer)
            }
            _ if keys.is_empty() => self.exchanged(input, Routing::RoundRobin, exactly),
            _ => self.distributed(input, &keys, exactly, query, outer),
        }
    }

    /// A parameter as a column; `df.hint` has their names as texts.
    fn hinted_column(&self, hint: &str, parameter: &Expr) -> Result<Expr> {
        match &parameter.kind {
            ExprKind::Literal(Literal::String(name)) => Ok(Expr::column(name.as_str())),
            ExprKind::Attribute { .. } => Ok(parameter.clone()),
            _ => Err(Error::analysis("_LEGACY_ERROR_TEMP_1047")
                .with("hintName", hint)
                .with("invalidParams", format!("\"{}\"", self.constant(parameter)?.name()))),
        }
    }

    fn expect_columns(
        &self,
        input: &Resolved,
        columns: &[Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<()> {
        let scope = Scope::new(&[input], query, outer)?;
        columns.iter().try_for_each(|column| self.expression(column, &scope).map(drop))
    }
}

/// `n` of `REPARTITION(n)`
fn whole_number(parameter: &Expr) -> Result<Option<usize>> {
    let ExprKind::Literal(Literal::Integer(number)) = parameter.kind else { return Ok(None) };
    match usize::try_from(number) {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(not_positive(number)),
    }
}

fn ascending(expr: Expr) -> Expr {
    ExprKind::SortOrder(Box::new(SortOrder { expr, descending: false, nulls_first: true })).into()
}

fn without_number(hint: &str) -> Error {
    Error::analysis("_LEGACY_ERROR_TEMP_1048").with("hintName", hint)
}
