//! Single values: an expression, or a query of at most one row, computed now.

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::ScalarValue;
use functions::error::from_datafusion;
use lang::ir::{CastMode, Expr, ExprKind, Relation, RelationKind};
use lang::{DataType, Error, Result};

use crate::operation::Operation;
use crate::rows;
use crate::session::Session;

/// A value with the field that tells its Spark type.
pub(crate) type Value = (FieldRef, ScalarValue);

impl Session {
    /// The value of an expression that refers to no columns.
    pub(super) async fn evaluate(self: &Arc<Self>, expr: Expr, operation: &Arc<Operation>) -> Result<Value> {
        let values = self.evaluate_row(vec![expr], operation).await?;
        values.into_iter().next().ok_or_else(|| Error::internal("an expression has one value"))
    }

    /// The value of an expression as one of `data_type`.
    pub(super) async fn evaluate_as(
        self: &Arc<Self>,
        expr: Expr,
        data_type: &DataType,
        operation: &Arc<Operation>,
    ) -> Result<Value> {
        self.evaluate(cast_to(expr, data_type), operation).await
    }

    /// The values of several expressions, computed together.
    pub(super) async fn evaluate_row(
        self: &Arc<Self>,
        expressions: Vec<Expr>,
        operation: &Arc<Operation>,
    ) -> Result<Vec<Value>> {
        let source = expressions.iter().find_map(|expr| expr.source.clone());
        let input = Relation::new(RelationKind::OneRow);
        let mut relation = Relation::new(RelationKind::Project { input, expressions });
        relation.source = source;
        match self.single_row(&relation, operation).await? {
            (_, Some(values)) => Ok(values),
            (_, None) => Err(Error::internal("expressions without a row")),
        }
    }

    /// The columns of a query and the values of its one row; `None` when it has no row.
    ///
    /// # Errors
    /// `ROW_SUBQUERY_TOO_MANY_ROWS`
    pub(super) async fn single_row(
        self: &Arc<Self>,
        relation: &Relation,
        operation: &Arc<Operation>,
    ) -> Result<(Vec<FieldRef>, Option<Vec<Value>>)> {
        // Two rows are as wrong as many.
        let limit = Expr::literal(lang::ir::Literal::Integer(2));
        let mut limited = Relation::new(RelationKind::Limit { input: relation.clone(), limit });
        limited.source.clone_from(&relation.source);
        let analyzed = self.analyze(&limited, operation).await?;
        let batch = rows::concatenated(self.rows(analyzed, operation).await?).await?;
        let schema = batch.schema();
        let fields: Vec<FieldRef> = schema.fields().iter().map(Arc::clone).collect();
        if batch.num_rows() > 1 {
            return Err(Error::runtime(lang::RuntimeClass::Other, "ROW_SUBQUERY_TOO_MANY_ROWS"));
        }
        if batch.num_rows() == 0 {
            return Ok((fields, None));
        }
        let values = batch
            .columns()
            .iter()
            .zip(&fields)
            .map(|(column, field)| {
                let value = ScalarValue::try_from_array(column, 0).map_err(from_datafusion)?;
                Ok((Arc::clone(field), value))
            })
            .collect::<Result<_>>()?;
        Ok((fields, Some(values)))
    }
}

/// The expression as a value of `data_type`, or an error where it does not fit.
pub(super) fn cast_to(expr: Expr, data_type: &DataType) -> Expr {
    let (span, source) = (expr.span, expr.source.clone());
    let kind = ExprKind::Cast { expr: Box::new(expr), data_type: data_type.clone(), mode: CastMode::Ansi };
    let mut cast = Expr::new(kind, span);
    cast.source = source;
    cast
}
