//! `df.transpose()`: rows become columns; the rows are collected now, because they name the columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::logical_expr::LogicalPlanBuilder;
use lang::ir::Expr;
use lang::{Error, Result};

use super::super::attribute::column_argument;
use super::super::project::{projection, under_id};
use super::super::scope::{Query, Scope};
use super::super::{Resolved, Resolver, planning};

/// `spark.sql.transposeMaxValues`
const MAX_ROWS: usize = 500;

impl Resolver<'_> {
    pub(super) fn transpose(&self, input: Resolved, index: Option<&Expr>, query: &Query) -> Result<Resolved> {
        let scope = Scope::new(&[&input], query, None)?;
        let index = match index {
            Some(expr) => self.expression(expr, &scope)?,
            None => match input.columns.first() {
                Some(first) => column_argument(first, first.name()),
                None => return Ok(input),
            },
        };
        drop(scope);
        let others: Vec<_> = input.columns.iter().filter(|c| c.expr() != index.expr).collect();
        let mut common = DataType::Null;
        for column in &others {
            common = functions::coercion::common_type(&common, column.field.data_type(), false).ok_or_else(
                || {
                    Error::analysis("TRANSPOSE_NO_LEAST_COMMON_TYPE")
                        .with("dt1", functions::types::from_arrow(&common).sql())
                        .with("dt2", functions::types::from_field(&column.field).sql())
                },
            )?;
        }
        let context = self.environment.context();
        let mut exprs = vec![functions::cast::implicit(&index, &DataType::Utf8, context)?.alias("index")];
        for column in &others {
            let value = functions::cast::implicit(&column_argument(column, column.name()), &common, context)?;
            exprs.push(under_id(value, &column.id));
        }
        let plan = LogicalPlanBuilder::from(projection(input.plan.clone(), exprs)?)
            .filter(functions::definition::column("index").is_not_null())
            .and_then(|b| b.sort(vec![functions::definition::column("index").sort(true, true)]))
            .and_then(|b| b.limit(0, Some(MAX_ROWS + 1)))
            .and_then(|b| b.build())
            .map_err(planning)?;
        let schema = Arc::new(plan.schema().as_arrow().clone());
        let rows = arrow::compute::concat_batches(&schema, &self.collect(plan)?)
            .map_err(|e| Error::internal(e.to_string()))?;
        if rows.num_rows() > MAX_ROWS {
            return Err(Error::analysis("TRANSPOSE_EXCEED_ROW_LIMIT")
                .with("maxValues", MAX_ROWS.to_string())
                .with("config", "spark.sql.transposeMaxValues"));
        }
        let names: Vec<&str> = others.iter().map(|c| c.name()).collect();
        self.batch(turned(&rows, &names, &common).map_err(|e| Error::internal(e.to_string()))?)
    }
}

/// Column `r` of the result holds row `r` of the input.
fn turned(
    rows: &RecordBatch,
    names: &[&str],
    common: &DataType,
) -> Result<RecordBatch, arrow::error::ArrowError> {
    let labels = arrow::compute::cast(rows.column(0), &DataType::Utf8)?;
    let labels = labels
        .as_any()
        .downcast_ref::<StringArray>()
        .cloned()
        .unwrap_or_else(|| StringArray::from(Vec::<&str>::new()));
    let mut fields = vec![Field::new("key", DataType::Utf8, false)];
    let mut columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from(names.to_vec()))];
    for row in 0..rows.num_rows() {
        let values: Vec<ArrayRef> = rows.columns()[1..].iter().map(|c| c.slice(row, 1)).collect();
        let column = match values.is_empty() {
            true => arrow::array::new_empty_array(common),
            false => arrow::compute::concat(&values.iter().map(AsRef::as_ref).collect::<Vec<_>>())?,
        };
        fields.push(Field::new(labels.value(row), column.data_type().clone(), true));
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}
