//! The rows as they are to be: every column by the clause that its row belongs to.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::{Expr, Filter, LogicalPlan, lit};
use lang::{Result, StructField};

use super::assign::null_of;
use super::clause::{Clause, case, is_one_of};
use super::target::{Scanned, declared, shown};
use crate::modify::{ModifyTarget, Rewrite};
use crate::resolve::project::{projection, under_id};
use crate::resolve::scope::{Query, Scope};
use crate::resolve::{Column, Resolved, Resolver, planning};

/// Rows that know their clause.
pub(super) struct Staged {
    plan: LogicalPlan,
    clause: Column,
}

impl Staged {
    /// Without rows of the source that no clause is for.
    pub(super) fn keep_chosen(&mut self) -> Result<()> {
        let plan = std::mem::take(&mut self.plan);
        let condition = self.clause.expr().gt_eq(lit(0));
        self.plan = Filter::try_new(condition, Arc::new(plan)).map(LogicalPlan::Filter).map_err(planning)?;
        Ok(())
    }
}

impl Resolver<'_> {
    /// The rows with the number of their clause.
    pub(super) fn staged(&self, rows: Resolved, clause: Expr) -> Result<Staged> {
        let column = self.fresh_column(&Field::new("clause", DataType::Int32, true), Vec::new());
        let mut exprs: Vec<Expr> = rows.plan.schema().columns().into_iter().map(Expr::Column).collect();
        exprs.push(clause.alias(&column.id));
        Ok(Staged { plan: projection(rows.plan, exprs)?, clause: column })
    }

    /// `new` are columns that the table does not have yet.
    pub(super) fn rewritten(
        &self,
        staged: Staged,
        scanned: &Scanned,
        target: &ModifyTarget,
        new: &[StructField],
        clauses: &[Clause],
    ) -> Result<Rewrite> {
        let clause = staged.clause.expr();
        let mut columns = Vec::with_capacity(target.columns.len() + new.len());
        let mut exprs = Vec::new();
        let fields = target.columns.iter().map(|column| &column.field).chain(new);
        for (place, field) in fields.enumerate() {
            let (old, shown) = match scanned.rows.columns.get(place) {
                Some(column) => (column.expr(), shown(field)),
                None => (null_of(shown(field).data_type())?, shown(field)),
            };
            let column = self.fresh_column(&shown, Vec::new());
            exprs.push(chosen(place, clauses, &clause, old).alias(&column.id));
            columns.push(column);
        }
        let kept = scanned.rows.columns.iter().chain([&staged.clause, &scanned.file, &scanned.row]);
        exprs.extend(kept.map(|column| under_id(column.expr(), &column.id)));
        let mut rows = Resolved::new(projection(staged.plan, exprs)?, columns, &[]);
        rows = self.with_generated(rows, &staged.clause, target, clauses)?;
        rows = self.with_checks(rows, &staged.clause, target, clauses)?;
        rows.plan = self.finished(rows.plan)?;
        Ok(Rewrite {
            columns: rows.columns.clone(),
            clause: staged.clause,
            actions: clauses.iter().map(|clause| clause.action).collect(),
            file: scanned.file.clone(),
            row: scanned.row.clone(),
            old: scanned.rows.columns.clone(),
            rows,
        })
    }

    /// The rows with their generated columns computed of what the others are to be.
    fn with_generated(
        &self,
        mut rows: Resolved,
        clause: &Column,
        target: &ModifyTarget,
        clauses: &[Clause],
    ) -> Result<Resolved> {
        if target.columns.iter().all(|column| column.generated.is_none()) {
            return Ok(rows);
        }
        let query = Query::default();
        let mut replaced = Vec::new();
        {
            let scope = Scope::new(&[&rows], &query, None)?;
            for (place, column) in target.columns.iter().enumerate() {
                let Some(text) = &column.generated else { continue };
                let computing = computing(clauses, place);
                if computing.is_empty() {
                    continue;
                }
                let value = self.expression(&lang::parse_expression(text)?, &scope)?;
                let own = &rows.columns[place];
                let value = self.stored(&value, &own.field, &declared(&column.field), target, &scope)?;
                let expr = case(vec![(is_one_of(&clause.expr(), &computing), value)], own.expr());
                replaced.push((place, expr, self.fresh_column(&own.field, Vec::new())));
            }
        }
        let mut exprs: Vec<Expr> = rows.plan.schema().columns().into_iter().map(Expr::Column).collect();
        exprs.extend(replaced.iter().map(|(_, expr, column)| expr.clone().alias(&column.id)));
        rows.plan = projection(rows.plan, exprs)?;
        for (place, _, column) in replaced {
            rows.columns[place] = column;
        }
        Ok(Resolved::new(rows.plan, rows.columns, &[]))
    }
}

/// The clauses that write rows and do not give the column at `place`.
fn computing(clauses: &[Clause], place: usize) -> Vec<i32> {
    let gives = |clause: &&Clause| clause.values.iter().any(|value| value.place == place);
    clauses.iter().filter(|c| !c.action.deletes() && !gives(c)).map(|c| c.number).collect()
}

/// The value of the column at `place`; clauses with the same value are one branch.
fn chosen(place: usize, clauses: &[Clause], clause: &Expr, old: Expr) -> Expr {
    let mut branches: Vec<(Vec<i32>, &Expr)> = Vec::new();
    for own in clauses {
        let Some(value) = own.values.iter().find(|value| value.place == place) else { continue };
        if value.expr == old {
            continue;
        }
        match branches.iter_mut().find(|(_, expr)| **expr == value.expr) {
            Some((numbers, _)) => numbers.push(own.number),
            None => branches.push((vec![own.number], &value.expr)),
        }
    }
    let branches = branches.into_iter().map(|(numbers, expr)| (is_one_of(clause, &numbers), expr.clone()));
    case(branches.collect(), old)
}
