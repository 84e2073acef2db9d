//! PIVOT: one output column for each value of the pivot column and each aggregate.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlanBuilder, lit, when};
use functions::Argument;
use lang::ir::{self, ExprKind, Grouping};
use lang::{Error, Result};

use super::literal::scalar_argument;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver, planning};

/// `spark.sql.pivotMaxValues`
const MAX_VALUES: usize = 10_000;

impl Resolver<'_> {
    pub(super) fn pivot(
        &self,
        aggregate: &ir::Aggregate,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let Some(pivot) = &aggregate.pivot else { return Err(Error::internal("a pivot has a pivot")) };
        let input = self.relation(&aggregate.input, query, outer)?;
        let scope = Scope::new(&[&input], query, outer)?;
        let columns: Vec<Argument> =
            pivot.columns.iter().map(|c| self.expression(c, &scope)).collect::<Result<_>>()?;
        let values = self.pivot_values(&input, &columns, pivot, &scope)?;
        let grouping = self.pivot_groups(aggregate, &input, &columns, &scope)?;
        let mut items: Vec<Argument> = grouping.clone();
        for (parts, name) in &values {
            let matching = self.matching(&columns, parts, &scope)?;
            for item in &aggregate.aggregates {
                let resolved = self.named(item, &scope)?;
                super::python_aggregate::refuse_in_pivot(&resolved.expr)?;
                let aliased = matches!(item.kind, ExprKind::Alias { .. });
                let output = match (aggregate.aggregates.len(), aliased) {
                    (1, false) => name.clone(),
                    (1, true) if aggregate.groups_in_output => name.clone(),
                    _ => format!("{name}_{}", resolved.name()),
                };
                let expr = filtered_aggregates(resolved.expr.clone(), &matching)?;
                // A cell that no row falls into is NULL, whatever its aggregate says of no rows.
                let rows = filtered_aggregates(self.call("count", Vec::new(), &scope)?.expr, &matching)?;
                let expr = when(rows.gt(lit(0i64)), expr).end().map_err(planning)?;
                let field = Arc::new(resolved.field.as_ref().clone().with_name(&output).with_nullable(true));
                items.push(Argument { expr, field, keyword: None });
            }
        }
        drop(scope);
        let groups = grouping.into_iter().map(|g| g.expr).collect();
        self.aggregate_by(input, groups, items)
    }

    /// Whether a row has these values in the pivot columns.
    fn matching(&self, columns: &[Argument], parts: &[Argument], scope: &Scope<'_>) -> Result<DfExpr> {
        let mut all: Option<DfExpr> = None;
        for (column, part) in columns.iter().zip(parts) {
            let equal = self.call("<=>", vec![column.clone(), part.clone()], scope)?.expr;
            all = Some(match all {
                Some(all) => all.and(equal),
                None => equal,
            });
        }
        all.ok_or_else(|| Error::internal("a pivot has columns"))
    }

    /// The values and their names: given ones, or all distinct ones in order.
    fn pivot_values(
        &self,
        input: &Resolved,
        columns: &[Argument],
        pivot: &ir::Pivot,
        scope: &Scope<'_>,
    ) -> Result<Vec<(Vec<Argument>, String)>> {
        if pivot.values.is_empty() {
            let [column] = columns else {
                return Err(Error::unsupported("a pivot on several columns without values"));
            };
            return self.distinct_values(input, column);
        }
        let mut values = Vec::with_capacity(pivot.values.len());
        for (parts, name) in &pivot.values {
            if parts.len() != columns.len() {
                return Err(Error::unsupported("pivot values that are not as many as the pivot columns"));
            }
            let resolved: Vec<Argument> =
                parts.iter().map(|p| self.expression(p, scope)).collect::<Result<_>>()?;
            let shown = match (name, parts.as_slice()) {
                (Some(name), _) => name.clone(),
                (None, [part]) => self.shown(&self.constant_value(part, scope)?)?,
                (None, parts) => {
                    let shown = |p: &ir::Expr| self.shown(&self.constant_value(p, scope)?);
                    let all = parts.iter().map(shown).collect::<Result<Vec<_>>>()?;
                    format!("{{{}}}", all.join(", "))
                }
            };
            values.push((resolved, shown));
        }
        Ok(values)
    }

    fn distinct_values(&self, input: &Resolved, column: &Argument) -> Result<Vec<(Vec<Argument>, String)>> {
        let key = column.expr.clone().alias("value");
        let sort = functions::definition::column("value").sort(true, true);
        let plan = LogicalPlanBuilder::from(input.plan.clone())
            .project(vec![key])
            .and_then(|b| b.distinct())
            .and_then(|b| b.sort(vec![sort]))
            .and_then(|b| b.limit(0, Some(MAX_VALUES + 1)))
            .and_then(|b| b.build())
            .map_err(planning)?;
        let mut values = Vec::new();
        for batch in self.collect(plan)? {
            for row in 0..batch.num_rows() {
                let value = ScalarValue::try_from_array(batch.column(0), row).map_err(planning)?;
                let name = if value.is_null() { "null".to_string() } else { self.shown(&value)? };
                values.push((vec![scalar_argument(value)], name));
            }
        }
        if values.len() > MAX_VALUES {
            return Err(Error::analysis("PIVOT_TOO_MANY_VALUES").with("limit", MAX_VALUES.to_string()));
        }
        Ok(values)
    }

    pub(super) fn shown(&self, value: &ScalarValue) -> Result<String> {
        let array = value.to_array().map_err(planning)?;
        let mut strings = functions::value::to_strings(&array, &self.environment.context().time_zone)?;
        Ok(strings.pop().unwrap_or_default())
    }

    /// DataFrames name the groups; SQL's PIVOT groups by every column that the pivot does not use.
    fn pivot_groups(
        &self,
        aggregate: &ir::Aggregate,
        input: &Resolved,
        columns: &[Argument],
        scope: &Scope<'_>,
    ) -> Result<Vec<Argument>> {
        if let Grouping::By(exprs) = &aggregate.grouping
            && aggregate.groups_in_output
        {
            return exprs.iter().map(|e| self.named(e, scope)).collect();
        }
        let mut used: Vec<String> = columns
            .iter()
            .flat_map(|column| column.expr.column_refs().into_iter().map(|c| c.name.clone()))
            .collect();
        for item in &aggregate.aggregates {
            used.extend(self.expression(item, scope)?.expr.column_refs().iter().map(|c| c.name.clone()));
        }
        Ok(input
            .columns
            .iter()
            .filter(|c| !used.contains(&c.id))
            .map(|c| super::attribute::column_argument(c, c.name()))
            .collect())
    }
}

/// Every aggregate in `expr` looks at matching rows only.
fn filtered_aggregates(expr: DfExpr, matching: &DfExpr) -> Result<DfExpr> {
    use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
    expr.transform_down(|e| {
        Ok(match e {
            DfExpr::AggregateFunction(mut function) => {
                let filter = match function.params.filter.take() {
                    Some(filter) => filter.and(matching.clone()),
                    None => matching.clone(),
                };
                function.params.filter = Some(Box::new(filter));
                Transformed::new(DfExpr::AggregateFunction(function), true, TreeNodeRecursion::Jump)
            }
            other => Transformed::no(other),
        })
    })
    .map(|t| t.data)
    .map_err(planning)
}
