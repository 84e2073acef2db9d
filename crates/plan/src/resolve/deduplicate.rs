//! `distinct` and `dropDuplicates`.

use std::sync::Arc;

use datafusion::logical_expr::{Distinct, Expr, LogicalPlan, LogicalPlanBuilder};
use lang::ir::Relation;
use lang::{Error, Result};

use super::project::{projection, under_id};
use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver, planning};

impl Resolver<'_> {
    pub(super) fn deduplicate(
        &self,
        input: &Relation,
        columns: &[String],
        within_watermark: bool,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        if within_watermark {
            return Err(Error::unsupported("dropDuplicatesWithinWatermark"));
        }
        let input = self.relation(input, query, outer)?;
        if columns.is_empty() {
            super::set_operation::check_comparable(input.columns.iter().map(|c| c.field.as_ref()))?;
            let exprs = input.columns.iter().map(|c| under_id(normalized(c), &c.id)).collect();
            let plan = LogicalPlan::Distinct(Distinct::All(Arc::new(projection(input.plan.clone(), exprs)?)));
            return Ok(Resolved::new(plan, input.columns.clone(), &[&input]));
        }
        let mut keys: Vec<Column> = Vec::new();
        for name in columns {
            let matches: Vec<&Column> =
                input.columns.iter().filter(|c| self.same_name(c.name(), name)).collect();
            if matches.is_empty() {
                let scope = Scope::new(&[&input], query, outer)?;
                return Err(self.unresolved_column(std::slice::from_ref(name), &scope));
            }
            keys.extend(matches.into_iter().cloned());
        }
        super::set_operation::check_comparable(keys.iter().map(|c| c.field.as_ref()))?;
        self.first_by(input, &keys)
    }

    /// One row (the first seen) for each key.
    fn first_by(&self, input: Resolved, keys: &[Column]) -> Result<Resolved> {
        let is_key = |c: &Column| keys.iter().any(|k| k.id == c.id);
        let exprs =
            input.plan.schema().columns().into_iter().map(|c| match keys.iter().find(|k| k.id == c.name) {
                Some(key) => under_id(normalized(key), &key.id),
                None => Expr::Column(c),
            });
        let plan = projection(input.plan.clone(), exprs.collect())?;
        let groups: Vec<Expr> = keys.iter().map(Column::expr).collect();
        let rest: Vec<&Column> = input.columns.iter().filter(|c| !is_key(c)).collect();
        let firsts: Vec<Expr> = rest
            .iter()
            .map(|c| datafusion::functions_aggregate::expr_fn::first_value(c.expr(), Vec::new()))
            .collect();
        let names: Vec<String> = firsts.iter().map(|e| e.schema_name().to_string()).collect();
        let plan = LogicalPlanBuilder::from(plan)
            .aggregate(groups, firsts)
            .and_then(|b| b.build())
            .map_err(planning)?;
        let mut exprs = Vec::with_capacity(input.columns.len());
        for column in &input.columns {
            let expr = match rest.iter().position(|c| c.id == column.id) {
                Some(index) => functions::definition::column(&names[index]),
                None => column.expr(),
            };
            exprs.push(under_id(expr, &column.id));
        }
        Ok(Resolved::new(projection(plan, exprs)?, input.columns.clone(), &[&input]))
    }
}

/// The column with floats that are equal made the same.
fn normalized(column: &Column) -> Expr {
    functions::float::normalized(column.expr(), &column.field)
}
