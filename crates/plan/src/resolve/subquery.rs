//! Subquery expressions: scalar, EXISTS and IN; correlated ones refer to the enclosing scope.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::common::Spans;
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::{Expr, LogicalPlan, Subquery as DfSubquery};
use functions::{Argument, Call};
use lang::ir::{Relation, Subquery};
use lang::{Error, Result};

use super::attribute::column_argument;
use super::scope::Scope;
use super::{Resolved, Resolver};

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
        let context = self.environment.context();
        let (mut lefts, mut rights) = (Vec::new(), Vec::new());
        for (value, column) in values.iter().zip(&inner.columns) {
            let (left, right) = (self.expression(value, scope)?, column_argument(column, column.name()));
            super::collated::expect_binary(&left.field)?;
            super::collated::expect_binary(&right.field)?;
            let common = self.common_type(&left, &right)?;
            if !super::sort::orderable(&common) {
                return Err(Error::analysis("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE")
                    .with("sqlExpr", format!("\"({} IN (listquery()))\"", left.name()))
                    .with("functionName", "`insubquery`")
                    .with("dataType", format!("\"{}\"", functions::types::from_field(&left.field).sql())));
            }
            let field = Field::new("", common.clone(), true);
            let key = |side: &Argument| -> Result<Expr> {
                Ok(functions::float::normalized(functions::cast::implicit(side, &common, context)?, &field))
            };
            lefts.push(key(&left)?);
            rights.push(match key(&right)? {
                plain @ Expr::Column(_) => plain,
                cast => cast.alias(self.fresh("in")),
            });
        }
        // Several values travel as one struct; what takes the subquery apart takes the struct apart.
        let left = match (lefts.len(), lefts.pop()) {
            (1, Some(left)) => left,
            (_, Some(left)) => {
                lefts.push(left);
                datafusion::functions::core::expr_fn::r#struct(lefts)
            }
            _ => return Err(Error::internal("IN has a value")),
        };
        let plan = super::project::projection(inner.exact()?, rights)?;
        let expr = Expr::InSubquery(InSubquery::new(Box::new(left), embed(plan), false));
        self.typed(expr, "(IN ())", scope)
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
