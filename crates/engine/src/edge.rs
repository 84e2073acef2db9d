//! From the plan's batches to what clients see: Spark's names and Arrow types.
//!
//! Inside a plan columns have opaque names and physical types (string views, dictionaries); outside they have the names of
//! [`Resolved::columns`], which may repeat, and exactly the Arrow types of their Spark types.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, LargeListArray, ListArray, MapArray, RecordBatch, RecordBatchOptions,
    StructArray,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use functions::error::from_datafusion;
use functions::types;
use futures::StreamExt;
use lang::{Result, StructType};
use plan::Resolved;

/// How one relation's batches become edge batches.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    /// The schema users see.
    pub(crate) schema: StructType,
    pub(crate) arrow_schema: SchemaRef,
    /// The plan's columns that are needed, each once.
    ids: Vec<String>,
    /// For each output column, its place among `ids`.
    places: Vec<usize>,
}

impl Edge {
    pub(crate) fn new(resolved: &Resolved) -> Self {
        let schema = resolved.schema();
        let arrow_schema = Arc::new(Schema::new(types::to_fields(&schema)));
        let mut ids: Vec<String> = Vec::with_capacity(resolved.columns.len());
        let mut known: HashMap<&str, usize> = HashMap::with_capacity(resolved.columns.len());
        let mut places = Vec::with_capacity(resolved.columns.len());
        for column in &resolved.columns {
            places.push(*known.entry(column.id.as_str()).or_insert_with(|| {
                ids.push(column.id.clone());
                ids.len() - 1
            }));
        }
        Edge { schema, arrow_schema, ids, places }
    }

    /// The plan with exactly the needed columns, so that the optimizer prunes all others.
    pub(crate) fn project(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        let fields = plan.schema().fields();
        let exact =
            fields.len() == self.ids.len() && fields.iter().zip(&self.ids).all(|(f, id)| f.name() == id);
        if exact {
            return Ok(plan);
        }
        let columns = self.ids.iter().map(|id| functions::definition::column(id));
        LogicalPlanBuilder::from(plan).project(columns).and_then(|b| b.build()).map_err(from_datafusion)
    }

    /// Batches of the projected plan as edge batches.
    pub(crate) fn stream(&self, input: SendableRecordBatchStream) -> SendableRecordBatchStream {
        let edge = self.clone();
        let batches = input.map(move |batch| edge.batch(&batch?).map_err(Into::into));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.arrow_schema), batches))
    }

    fn batch(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let fields = self.arrow_schema.fields();
        let columns =
            self.places.iter().zip(fields).map(|(place, f)| conform(batch.column(*place), f.data_type()));
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let columns = columns.collect::<Result<_, _>>()?;
        RecordBatch::try_new_with_options(Arc::clone(&self.arrow_schema), columns, &options)
    }
}

/// `array` as exactly `target`. Nested types are taken apart, since they may differ in nothing but the names of their fields.
fn conform(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, ArrowError> {
    if array.data_type() == target {
        return Ok(Arc::clone(array));
    }
    match (array.data_type(), target) {
        (DataType::List(_), DataType::List(field)) => {
            let list = array.as_list::<i32>();
            let values = conform(list.values(), field.data_type())?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, values, nulls)?))
        }
        (DataType::LargeList(_), DataType::LargeList(field)) => {
            let list = array.as_list::<i64>();
            let values = conform(list.values(), field.data_type())?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            Ok(Arc::new(LargeListArray::try_new(Arc::clone(field), offsets, values, nulls)?))
        }
        (DataType::Struct(_), DataType::Struct(fields))
            if array.as_struct().num_columns() == fields.len() =>
        {
            let parts = array.as_struct();
            let columns = parts.columns().iter().zip(fields).map(|(c, f)| conform(c, f.data_type()));
            let columns = columns.collect::<Result<Vec<_>, _>>()?;
            let (length, nulls) = (parts.len(), parts.nulls().cloned());
            Ok(Arc::new(StructArray::try_new_with_length(fields.clone(), columns, nulls, length)?))
        }
        (DataType::Map(..), DataType::Map(entries, ordered)) => {
            let map = array.as_map();
            let inner: ArrayRef = Arc::new(map.entries().clone());
            let inner = conform(&inner, entries.data_type())?.as_struct().clone();
            let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
            Ok(Arc::new(MapArray::try_new(Arc::clone(entries), offsets, inner, nulls, *ordered)?))
        }
        _ => cast_with_options(array, target, &CastOptions { safe: false, ..CastOptions::default() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int32Array, StringArray, StringViewArray};
    use arrow::datatypes::{Field, Int32Type};

    #[test]
    fn views_become_plain_strings() {
        let views: ArrayRef = Arc::new(StringViewArray::from(vec![Some("a"), None]));
        let plain = conform(&views, &DataType::Utf8).expect("castable");
        assert_eq!(plain.as_string::<i32>(), &StringArray::from(vec![Some("a"), None]));
    }

    #[test]
    fn nested_types_keep_their_values_under_other_field_names() {
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None]);
        let target = DataType::List(Arc::new(Field::new("element", DataType::Int32, true)));
        let list: ArrayRef = Arc::new(list);
        let out = conform(&list, &target).expect("same values");
        assert_eq!(out.data_type(), &target);
        assert_eq!(
            out.as_list::<i32>().value(0).as_primitive::<Int32Type>(),
            &Int32Array::from(vec![Some(1), None])
        );
        assert!(out.is_null(1));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let wide: ArrayRef = Arc::new(arrow::array::Int64Array::from(vec![i64::MAX]));
        assert!(conform(&wide, &DataType::Int32).is_err());
    }
}
