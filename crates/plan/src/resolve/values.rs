//! `VALUES`: inline rows.
//!
//! Rows of nothing but constants become one Arrow batch, which costs planning nothing, however many there are. Others
//! stay expressions that the plan evaluates.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::ScalarValue;
use datafusion::common::metadata::FieldMetadata;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use functions::Argument;
use lang::ir::{self, ExprKind, Literal};
use lang::{Error, Result};

use super::attribute::quoted;
use super::project::projection;
use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver, literal, planning};

impl Resolver<'_> {
    /// `VALUES`: the columns are `col1`, `col2` …, each of the rows' common type.
    pub(super) fn values(
        &self,
        rows: &[Vec<ir::Expr>],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let nothing = self.one_row()?;
        let scope = Scope::new(&[&nothing], query, outer)?;
        let width = rows.first().map_or(0, Vec::len);
        let mut resolved: Vec<Vec<Argument>> = Vec::with_capacity(rows.len());
        for row in rows {
            if row.len() != width {
                return Err(Error::analysis("INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH")
                    .with("expectedNumCols", width.to_string())
                    .with("actualNumCols", row.len().to_string()));
            }
            resolved.push(row.iter().map(|e| self.inline_value(e, &scope)).collect::<Result<_>>()?);
        }
        let fields: Result<Vec<Field>> =
            (0..width).map(|column| self.column_field(&resolved, column)).collect();
        let schema = Schema::new(fields?);
        let exprs = self.of_one_type(&resolved, &schema)?;
        match constants(&exprs, &schema)? {
            Some(columns) => {
                let batch = RecordBatch::try_new(Arc::new(schema), columns)
                    .map_err(|error| Error::internal(error.to_string()))?;
                self.batch(batch)
            }
            None => self.computed_rows(exprs, &schema),
        }
    }

    /// One value. Nobody asks for the name of a constant here.
    fn inline_value(&self, expr: &ir::Expr, scope: &Scope<'_>) -> Result<Argument> {
        match &expr.kind {
            ExprKind::Literal(constant) if !matches!(constant, Literal::TimestampText(_)) => {
                literal::unnamed(constant)
            }
            _ => self.expression(expr, scope),
        }
    }

    /// The name, common type and nullability of a column.
    fn column_field(&self, rows: &[Vec<Argument>], column: usize) -> Result<Field> {
        let name = format!("col{}", column + 1);
        let mut common = DataType::Null;
        for row in rows {
            let next = row[column].data_type();
            if *next == common {
                continue;
            }
            let context = self.environment.context();
            common = functions::coercion::common_type(&common, next, context.ansi)
                .filter(|_| !mixes_text(&common, next))
                .ok_or_else(|| {
                    Error::analysis("INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE")
                        .with("colName", quoted(std::slice::from_ref(&name)))
                })?;
        }
        let nullable = rows.iter().any(|row| row[column].nullable());
        // What Spark knows beyond Arrow's type (units of intervals) stays where all values agree.
        let mut known = rows.iter().map(|row| &row[column]).filter(|a| *a.data_type() != DataType::Null);
        let metadata = known.next().map(|first| first.field.metadata()).filter(|m| !m.is_empty());
        let metadata = metadata.filter(|metadata| known.all(|a| a.field.metadata() == *metadata));
        Ok(Field::new(name, common, nullable).with_metadata(metadata.cloned().unwrap_or_default()))
    }

    /// The rows' expressions, each cast to its column's type.
    fn of_one_type(&self, rows: &[Vec<Argument>], schema: &Schema) -> Result<Vec<Vec<Expr>>> {
        let context = self.environment.context();
        let cast = |(argument, field): (&Argument, &Arc<Field>)| {
            functions::cast::implicit(argument, field.data_type(), context)
        };
        rows.iter().map(|row| row.iter().zip(schema.fields()).map(cast).collect()).collect()
    }

    fn computed_rows(&self, rows: Vec<Vec<Expr>>, schema: &Schema) -> Result<Resolved> {
        let plan = LogicalPlanBuilder::values(rows).and_then(|b| b.build()).map_err(planning)?;
        let columns: Vec<Column> =
            schema.fields().iter().map(|field| self.fresh_column(field, Vec::new())).collect();
        let named = plan
            .schema()
            .fields()
            .iter()
            .zip(&columns)
            .map(|(plain, column)| {
                // The plan too has to know what Arrow does not.
                let metadata =
                    (!column.field.metadata().is_empty()).then(|| FieldMetadata::from(column.field.as_ref()));
                functions::definition::column(plain.name()).alias_with_metadata(&column.id, metadata)
            })
            .collect();
        Ok(Resolved::new(projection(plan, named)?, columns, &[]))
    }
}

/// Whether one of the types is text and the other is not: inline rows are not cast to and from texts.
fn mixes_text(left: &DataType, right: &DataType) -> bool {
    *left != DataType::Null
        && *right != DataType::Null
        && functions::types::is_string(left) != functions::types::is_string(right)
}

/// The rows as columns, if they are made of nothing but constants of the columns' types.
fn constants(rows: &[Vec<Expr>], schema: &Schema) -> Result<Option<Vec<ArrayRef>>> {
    if schema.fields().is_empty() || !rows.iter().flatten().all(|expr| matches!(expr, Expr::Literal(..))) {
        return Ok(None);
    }
    let mut columns = Vec::with_capacity(schema.fields().len());
    for (index, field) in schema.fields().iter().enumerate() {
        let null = ScalarValue::try_from(field.data_type()).map_err(planning)?;
        let values = rows.iter().map(|row| match &row[index] {
            Expr::Literal(value, _) if !value.is_null() => value.clone(),
            _ => null.clone(),
        });
        let column = ScalarValue::iter_to_array(values).map_err(planning)?;
        if column.data_type() != field.data_type() || column.null_count() > 0 && !field.is_nullable() {
            return Ok(None);
        }
        columns.push(column);
    }
    Ok(Some(columns))
}
