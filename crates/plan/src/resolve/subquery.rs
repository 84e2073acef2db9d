//! Subquery expressions: scalar, EXISTS and IN; correlated ones refer to the enclosing scope.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::Spans;
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Subquery as DfSubquery};
use functions::{Argument, Call};
use lang::ir::{Relation, Subquery};
use lang::{Error, Result};

use super::attribute::column_argument;
use super::scope::Scope;
use super::{Resolved, Resolver, planning};

impl Resolver<'_> {
    pub(super) fn subquery(&self, subquery: &Subquery, scope: &Scope<'_>) -> Result<Argument> {
        match subquery {
            Subquery::Scalar(relation) => self.scalar_subquery(relation, scope),
            Subquery::Exists { relation } => {
                let inner = self.relation(relation, scope.query, Some(scope))?;
                if is_one_row(&inner.plan) {
                    return self.typed(datafusion::logical_expr::lit(true), "exists()", scope);
                }
                let exists = Expr::Exists(Exists::new(embed(inner.exact()?), false));
                self.typed(exists, "exists()", scope)
            }
            Subquery::In { values, relation } => self.in_subquery(values, relation, scope),
            Subquery::Table { .. } => Err(Error::unsupported("a table argument outside a table function")),
        }
    }

    fn scalar_subquery(&self, relation: &Relation, scope: &Scope<'_>) -> Result<Argument> {
        let inner = self.relation(relation, scope.query, Some(scope))?;
        let [column] = inner.columns.as_slice() else {
            return Err(Error::analysis(
                "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
            )
            .with("number", inner.columns.len().to_string()));
        };
        let name = format!("scalarsubquery({})", if is_correlated(&inner.plan) { column.name() } else { "" });
        let field = column.field.as_ref().clone().with_name(name).with_nullable(true);
        let plan = match column.field.is_nullable() || is_one_row(&inner.plan) {
            true => inner.exact()?,
            false => self.nullable_column(&inner, scope)?,
        };
        let expr = Expr::ScalarSubquery(embed(plan));
        Ok(Argument { expr, field: Arc::new(field), keyword: None })
    }

    /// A column without NULLs, as one that may be NULL: no row is NULL to the enclosing query, and DataFusion
    /// believes the subquery's own column.
    fn nullable_column(&self, inner: &Resolved, scope: &Scope<'_>) -> Result<LogicalPlan> {
        let inside = Scope::new(&[inner], scope.query, Some(scope))?;
        let [column] = inner.columns.as_slice() else { return Err(Error::internal("one column")) };
        let call = |name: &str, arguments: Vec<Argument>| {
            let definition =
                functions::registry::find(name).ok_or_else(|| Error::internal(format!("no {name}")))?;
            let call = Call {
                name,
                arguments,
                distinct: false,
                filter: None,
                order_by: Vec::new(),
                ignore_nulls: None,
                context: self.environment.context(),
            };
            self.build(definition, &call, name, &inside)
        };
        let list = call("array", vec![column_argument(column, column.name())])?;
        let first = self.typed(datafusion::logical_expr::lit(0i32), "0", &inside)?;
        let item = call("get", vec![list, first])?;
        super::project::projection(inner.exact()?, vec![item.expr.alias(self.fresh("scalar"))])
    }

    fn in_subquery(
        &self,
        values: &[lang::ir::Expr],
        relation: &Relation,
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        let inner = self.relation(relation, scope.query, Some(scope))?;
        if inner.columns.len() != values.len() {
            return Err(Error::analysis("DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH")
                .with("leftLength", values.len().to_string())
                .with("rightLength", inner.columns.len().to_string()));
        }
        if is_correlated(&inner.plan) && is_one_row(&inner.plan) {
            return Err(Error::unsupported("IN with a correlated subquery that aggregates without GROUP BY"));
        }
        let mut lefts = Vec::new();
        let mut rights = Vec::new();
        for (value, column) in values.iter().zip(&inner.columns) {
            let (left, right) = (self.expression(value, scope)?, column_argument(column, column.name()));
            let common = self.common_type(&left, &right)?;
            lefts.push(functions::cast::implicit(&left, &common, self.environment.context())?);
            rights.push((
                functions::cast::implicit(&right, &common, self.environment.context())?,
                column.id.clone(),
            ));
        }
        match (lefts.len(), lefts.pop()) {
            (1, Some(left)) => {
                let (right, id) = rights.remove(0);
                let right = if right == functions::definition::column(&id) {
                    right
                } else {
                    right.alias(self.fresh("in"))
                };
                let plan = super::project::projection(inner.exact()?, vec![right])?;
                let expr = Expr::InSubquery(InSubquery::new(Box::new(left), embed(plan), false));
                self.typed(expr, "(IN ())", scope)
            }
            (_, Some(left)) => {
                lefts.push(left);
                self.tuple_in_subquery(&inner, lefts, rights.into_iter().map(|(e, _)| e).collect(), scope)
            }
            _ => Err(Error::internal("IN has a value")),
        }
    }

    /// `(a, b) IN (SELECT x, y …)` as EXISTS; right while no value is NULL, so nullable ones are refused.
    fn tuple_in_subquery(
        &self,
        inner: &Resolved,
        lefts: Vec<Expr>,
        rights: Vec<Expr>,
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        let mut condition: Option<Expr> = None;
        for (left, right) in lefts.into_iter().zip(rights) {
            let Expr::Column(column) = left else {
                return Err(Error::unsupported("IN with several values that are not plain columns"));
            };
            let field = scope.schema.field_with_unqualified_name(&column.name).map_err(planning)?;
            let outer = Expr::OuterReferenceColumn(Arc::clone(field), column);
            let equal = outer.eq(right);
            condition = Some(match condition {
                Some(c) => c.and(equal),
                None => equal,
            });
        }
        let condition = condition.ok_or_else(|| Error::internal("IN has values"))?;
        let plan = LogicalPlanBuilder::from(inner.exact()?).filter(condition).and_then(|b| b.build());
        let exists = Expr::Exists(Exists::new(embed(plan.map_err(planning)?), false));
        self.typed(exists, "(IN ())", scope)
    }

    /// The common type of two values that are compared.
    pub(super) fn common_type(&self, left: &Argument, right: &Argument) -> Result<DataType> {
        functions::coercion::common_type(left.data_type(), right.data_type(), self.environment.context().ansi)
            .ok_or_else(|| {
                Error::analysis("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES")
                    .with("sqlExpr", format!("\"({} = {})\"", left.name(), right.name()))
                    .with("left", format!("\"{}\"", functions::types::from_field(&left.field).sql()))
                    .with("right", format!("\"{}\"", functions::types::from_field(&right.field).sql()))
            })
    }
}

/// A plan as a subquery, its references to the enclosing query collected.
pub(super) fn embed(plan: LogicalPlan) -> DfSubquery {
    let outer_ref_columns = plan.all_out_ref_exprs();
    DfSubquery { subquery: Arc::new(plan), outer_ref_columns, spans: Spans::new() }
}

/// Whether the plan aggregates everything into one row, whatever its input holds.
fn is_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => is_one_row(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => is_one_row(&alias.input),
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
        _ => false,
    }
}

pub(super) fn is_correlated(plan: &LogicalPlan) -> bool {
    !plan.all_out_ref_exprs().is_empty()
}
