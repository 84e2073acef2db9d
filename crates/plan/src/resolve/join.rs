//! Joins of every type; USING and NATURAL; lateral ones.

use std::sync::Arc;

use arrow::datatypes::Field;
use datafusion::common::JoinType as DfJoinType;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit};
use functions::Argument;
use lang::ir::{self, JoinCondition, JoinType};
use lang::{Error, Result};

use super::attribute::{column_argument, quoted};
use super::project::{projection, under_id};
use super::scope::{Query, Scope};
use super::subquery::{embed, is_correlated};
use super::{Column, Resolved, Resolver, planning};

impl Resolver<'_> {
    pub(super) fn join(&self, join: &ir::Join, query: &Query, outer: Option<&Scope<'_>>) -> Result<Resolved> {
        let left = self.relation(&join.left, query, outer)?;
        if join.lateral
            && join.condition == JoinCondition::None
            && matches!(join.join_type, JoinType::Inner | JoinType::Cross | JoinType::LeftOuter)
            && let Some(call) = self.table_call(&join.right)
        {
            return self.beside(left, &call, query, outer);
        }
        let right = if join.lateral {
            let scope = Scope::new(&[&left], query, outer)?;
            let right = self.relation(&join.right, query, Some(&scope))?;
            lateral(right)?
        } else {
            self.relation(&join.right, query, outer)?
        };
        match &join.condition {
            JoinCondition::None => {
                let join_type =
                    if join.lateral { of_lateral(join.join_type, &right.plan) } else { join.join_type };
                self.join_on(left, right, join_type, None)
            }
            JoinCondition::On(condition) => {
                let scope = Scope::new(&[&left, &right], query, outer)?;
                let condition = self.condition(condition, &scope, "JOIN")?;
                drop(scope);
                self.join_on(left, right, join.join_type, Some(condition.expr))
            }
            JoinCondition::Using(names) => self.join_using(left, right, join.join_type, names),
            JoinCondition::Natural => {
                let common: Vec<String> = left
                    .columns
                    .iter()
                    .filter(|l| right.columns.iter().any(|r| self.same_name(l.name(), r.name())))
                    .map(|l| l.name().to_string())
                    .collect();
                self.join_using(left, right, join.join_type, &common)
            }
        }
    }

    /// A join on a condition; all columns of both sides come out (of the left only for semi and anti joins).
    pub(super) fn join_on(
        &self,
        left: Resolved,
        right: Resolved,
        join_type: JoinType,
        condition: Option<Expr>,
    ) -> Result<Resolved> {
        let builder = LogicalPlanBuilder::from(left.plan.clone());
        let plan = match (&condition, join_type) {
            (None, JoinType::Inner | JoinType::Cross) => builder.cross_join(right.plan.clone()),
            (None, _) => builder.join_on(right.plan.clone(), to_datafusion(join_type), [lit(true)]),
            (Some(condition), _) => {
                builder.join_on(right.plan.clone(), to_datafusion(join_type), [condition.clone()])
            }
        };
        let plan = plan.and_then(|b| b.build()).map_err(planning)?;
        let mut columns = left.columns.clone();
        let mut hidden = left.hidden.clone();
        if !matches!(join_type, JoinType::LeftSemi | JoinType::LeftAnti) {
            columns.extend(right.columns.iter().cloned());
            hidden.extend(right.hidden.iter().cloned());
        }
        let mut joined = Resolved::new(plan, columns, &[&left, &right]);
        joined.hidden = super::refresh(&joined.plan, hidden);
        Ok(joined)
    }

    /// The key columns come out once, in front; each side's own stay reachable by qualifier.
    fn join_using(
        &self,
        left: Resolved,
        right: Resolved,
        join_type: JoinType,
        names: &[String],
    ) -> Result<Resolved> {
        let mut keys = Vec::with_capacity(names.len());
        let mut condition: Option<Expr> = None;
        for name in names {
            let (l, r) = (self.using_column(&left, name, "left")?, self.using_column(&right, name, "right")?);
            let (left_key, right_key) = (column_argument(&l, name), column_argument(&r, name));
            let common = self.common_type(&left_key, &right_key)?;
            let context = self.environment.context();
            let field = Field::new(name, common.clone(), left_key.nullable() || right_key.nullable());
            let [left_key, right_key] = [&left_key, &right_key].map(|key| {
                functions::cast::implicit(key, &common, context)
                    .map(|expr| functions::float::normalized(expr, &field))
            });
            let equal = left_key?.eq(right_key?);
            condition = Some(match condition {
                Some(c) => c.and(equal),
                None => equal,
            });
            keys.push((l, r));
        }
        let joined = self.join_on(left, right, join_type, condition)?;
        if matches!(join_type, JoinType::LeftSemi | JoinType::LeftAnti) {
            return Ok(joined);
        }
        self.merge_keys(joined, &keys, join_type)
    }

    fn merge_keys(
        &self,
        joined: Resolved,
        keys: &[(Column, Column)],
        join_type: JoinType,
    ) -> Result<Resolved> {
        let is_key = |id: &str| keys.iter().any(|(l, r)| l.id == id || r.id == id);
        let mut output: Vec<(Expr, Column)> = Vec::new();
        for (l, r) in keys {
            output.push(match join_type {
                JoinType::RightOuter => (r.expr(), r.clone()),
                JoinType::FullOuter => {
                    let scope = Scope::new(&[&joined], &EMPTY, None)?;
                    let arguments = vec![column_argument(l, l.name()), column_argument(r, r.name())];
                    let merged: Argument = self.call("coalesce", arguments, &scope)?;
                    let field = merged.field.as_ref().clone().with_name(l.name());
                    (merged.expr, self.fresh_column(&field, Vec::new()))
                }
                _ => (l.expr(), l.clone()),
            });
        }
        let rest = joined.columns.iter().filter(|c| !is_key(&c.id)).map(|c| (c.expr(), c.clone()));
        output.extend(rest);
        let shown = output.len();
        let mut hidden: Vec<Column> = joined.hidden.clone();
        for column in keys.iter().flat_map(|(l, r)| [l, r]) {
            if !output.iter().any(|(_, c)| c.id == column.id) {
                hidden.push(column.clone());
            }
        }
        for column in &hidden {
            if !output.iter().any(|(_, c)| c.id == column.id) {
                output.push((column.expr(), column.clone()));
            }
        }
        let exprs = output.iter().map(|(e, c)| under_id(e.clone(), &c.id)).collect();
        let plan = projection(joined.plan.clone(), exprs)?;
        let columns = output.into_iter().take(shown).map(|(_, c)| c).collect();
        let mut merged = Resolved::new(plan, columns, &[&joined]);
        merged.hidden = super::refresh(&merged.plan, hidden);
        Ok(merged)
    }

    pub(super) fn using_column(&self, side: &Resolved, name: &str, which: &str) -> Result<Column> {
        let matches: Vec<&Column> = side.columns.iter().filter(|c| self.same_name(c.name(), name)).collect();
        match matches.as_slice() {
            [one] => {
                super::collated::expect_binary(&one.field)?;
                Ok((*one).clone())
            }
            [] => {
                let names: Vec<_> = side.columns.iter().map(|c| quoted(&[c.name().to_string()])).collect();
                Err(Error::analysis("UNRESOLVED_USING_COLUMN_FOR_JOIN")
                    .with("colName", quoted(&[name.to_string()]))
                    .with("side", which)
                    .with("suggestion", names.join(", "))
                    .placeless())
            }
            many => Err(Error::analysis("AMBIGUOUS_REFERENCE")
                .with("name", quoted(&[name.to_string()]))
                .with("referenceNames", vec![quoted(&[name.to_string()]); many.len()].join(", "))),
        }
    }
}

static EMPTY: std::sync::LazyLock<Query> = std::sync::LazyLock::new(Query::default);

/// Spark makes generators over nothing but the left side's row part of that side, and forgets that LEFT JOIN keeps rows
/// without a match; a condition, or any clause but the select list, prevents it.
fn of_lateral(join_type: JoinType, right: &LogicalPlan) -> JoinType {
    let mut plan = right;
    let mut generates = false;
    loop {
        plan = match plan {
            LogicalPlan::Subquery(subquery) => &subquery.subquery,
            LogicalPlan::Projection(projection) => &projection.input,
            LogicalPlan::SubqueryAlias(alias) => &alias.input,
            LogicalPlan::Unnest(unnest) => {
                generates = true;
                &unnest.input
            }
            LogicalPlan::EmptyRelation(empty) if empty.produce_one_row && generates => {
                return if join_type == JoinType::LeftOuter { JoinType::Inner } else { join_type };
            }
            _ => return join_type,
        };
    }
}

/// A right side that refers to the left becomes a subquery for the optimizer to decorrelate.
fn lateral(mut right: Resolved) -> Result<Resolved> {
    if is_correlated(&right.plan) {
        let exact = right.exact()?;
        right.plan = LogicalPlan::Subquery(embed(exact));
    }
    right.rebuild = None;
    right.origins = Arc::clone(&right.origins);
    Ok(right)
}

fn to_datafusion(join_type: JoinType) -> DfJoinType {
    match join_type {
        JoinType::Inner | JoinType::Cross => DfJoinType::Inner,
        JoinType::LeftOuter => DfJoinType::Left,
        JoinType::RightOuter => DfJoinType::Right,
        JoinType::FullOuter => DfJoinType::Full,
        JoinType::LeftSemi => DfJoinType::LeftSemi,
        JoinType::LeftAnti => DfJoinType::LeftAnti,
    }
}
