//! Finds a table's columns in files that have them under other names: column mapping by name and by id.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr_adapter::{PhysicalExprAdapter, PhysicalExprAdapterFactory};
use lang::{DataType as SparkType, StructField, StructType};

use crate::error::external;
use crate::schema::{COLUMN_ID, metadata_of, physical_name};
use crate::state::{Mapping, State};

/// Metadata of Parquet's fields: their id.
pub(crate) const FIELD_ID: &str = "PARQUET:field_id";

/// A column as the log knows it.
#[derive(Debug, Clone)]
struct Known {
    name: String,
    physical: String,
    id: Option<String>,
    data_type: SparkType,
}

impl Known {
    fn new(field: &StructField) -> Self {
        Known {
            name: field.name.clone(),
            physical: physical_name(field),
            id: metadata_of(field, COLUMN_ID).map(|id| id.to_string()),
            data_type: field.data_type.clone(),
        }
    }

    fn of(schema: &StructType) -> Vec<Known> {
        schema.fields.iter().map(Known::new).collect()
    }
}

/// Fits files to a table whose columns are mapped; what names alone do not settle is the inner one's business.
#[derive(Debug)]
pub(crate) struct MappedFactory {
    columns: Vec<Known>,
    mapping: Mapping,
    inner: Arc<dyn PhysicalExprAdapterFactory>,
}

impl MappedFactory {
    pub(crate) fn new(state: &State, inner: Arc<dyn PhysicalExprAdapterFactory>) -> Self {
        let columns = state.data_fields().into_iter().map(Known::new).collect();
        MappedFactory { columns, mapping: state.mapping, inner }
    }
}

impl PhysicalExprAdapterFactory for MappedFactory {
    fn create(&self, table: SchemaRef, file: SchemaRef) -> DataFusionResult<Arc<dyn PhysicalExprAdapter>> {
        let fields: Fields = file
            .fields()
            .iter()
            .enumerate()
            .map(|(place, field)| match find(&self.columns, field, self.mapping) {
                Some(known) => renamed(field, known, self.mapping),
                // A column of another life of the table, which must not be taken for one of that name.
                None => Arc::new(field.as_ref().clone().with_name(format!("\u{0}{place}"))),
            })
            .collect();
        let renamed = Arc::new(Schema::new(fields));
        let inner = self.inner.create(table, Arc::clone(&renamed))?;
        Ok(Arc::new(Mapped { file, renamed, inner }))
    }
}

/// The column that a field of a file is.
fn find<'a>(columns: &'a [Known], field: &Field, mapping: Mapping) -> Option<&'a Known> {
    let by_id = || {
        let id = field.metadata().get(FIELD_ID)?;
        columns.iter().find(|known| known.id.as_ref() == Some(id))
    };
    let by_name = || columns.iter().find(|known| known.physical == *field.name());
    match mapping {
        Mapping::Id => by_id().or_else(by_name),
        Mapping::Name | Mapping::None => by_name(),
    }
}

/// A field of a file under the names that users see, at every level.
fn renamed(field: &FieldRef, known: &Known, mapping: Mapping) -> FieldRef {
    let data_type = renamed_type(field.data_type(), &known.data_type, mapping);
    Arc::new(field.as_ref().clone().with_name(&known.name).with_data_type(data_type))
}

fn renamed_type(data_type: &DataType, known: &SparkType, mapping: Mapping) -> DataType {
    match (data_type, known) {
        (DataType::Struct(fields), SparkType::Struct(schema)) => {
            let columns = Known::of(schema);
            let fields = fields.iter().map(|field| match find(&columns, field, mapping) {
                Some(known) => renamed(field, known, mapping),
                None => Arc::new(field.as_ref().clone().with_name(format!("\u{0}{}", field.name()))),
            });
            DataType::Struct(fields.collect())
        }
        (DataType::List(element), SparkType::Array { element: known, .. }) => {
            DataType::List(retyped(element, renamed_type(element.data_type(), known, mapping)))
        }
        (DataType::Map(entries, sorted), SparkType::Map { key, value, .. }) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                let pair = vec![
                    retyped(&pair[0], renamed_type(pair[0].data_type(), key, mapping)),
                    retyped(&pair[1], renamed_type(pair[1].data_type(), value, mapping)),
                ];
                DataType::Map(retyped(entries, DataType::Struct(pair.into())), *sorted)
            }
            _ => data_type.clone(),
        },
        _ => data_type.clone(),
    }
}

fn retyped(field: &FieldRef, data_type: DataType) -> FieldRef {
    Arc::new(field.as_ref().clone().with_data_type(data_type))
}

/// Rewrites expressions on the table's columns to expressions on one file's columns.
#[derive(Debug)]
struct Mapped {
    file: SchemaRef,
    /// The file's schema under the names that users see.
    renamed: SchemaRef,
    inner: Arc<dyn PhysicalExprAdapter>,
}

impl PhysicalExprAdapter for Mapped {
    fn rewrite(&self, expression: Arc<dyn PhysicalExpr>) -> DataFusionResult<Arc<dyn PhysicalExpr>> {
        let rewritten = self.inner.rewrite(expression)?;
        rewritten.transform_up(|node| Ok(self.of_file(node))).data()
    }
}

impl Mapped {
    fn of_file(&self, node: Arc<dyn PhysicalExpr>) -> Transformed<Arc<dyn PhysicalExpr>> {
        let Some(column) = node.downcast_ref::<Column>() else { return Transformed::no(node) };
        let place = column.index();
        let (Some(own), Some(seen)) = (self.file.fields().get(place), self.renamed.fields().get(place))
        else {
            return Transformed::no(node);
        };
        if seen.name() != column.name() {
            return Transformed::no(node);
        }
        let of_file: Arc<dyn PhysicalExpr> = Arc::new(Column::new(own.name(), place));
        if own.data_type() == seen.data_type() {
            return Transformed::yes(of_file);
        }
        Transformed::yes(Arc::new(Renamed { input: of_file, data_type: seen.data_type().clone() }))
    }
}

/// A value whose members have other names.
#[derive(Debug, Clone)]
struct Renamed {
    input: Arc<dyn PhysicalExpr>,
    data_type: DataType,
}

impl PartialEq for Renamed {
    fn eq(&self, other: &Self) -> bool {
        self.data_type == other.data_type && *self.input == *other.input
    }
}

impl Eq for Renamed {}

impl Hash for Renamed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.input.hash(state);
        self.data_type.hash(state);
    }
}

impl std::fmt::Display for Renamed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "renamed({})", self.input)
    }
}

impl PhysicalExpr for Renamed {
    fn data_type(&self, _: &Schema) -> DataFusionResult<DataType> {
        Ok(self.data_type.clone())
    }

    fn nullable(&self, schema: &Schema) -> DataFusionResult<bool> {
        self.input.nullable(schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> DataFusionResult<ColumnarValue> {
        let array = self.input.evaluate(batch)?.into_array(batch.num_rows())?;
        let renamed = rename(&array, &self.data_type).map_err(|e| external(crate::error::from_arrow(e)))?;
        Ok(ColumnarValue::Array(renamed))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.input]
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> DataFusionResult<Arc<dyn PhysicalExpr>> {
        match children.as_slice() {
            [input] => Ok(Arc::new(Renamed { input: Arc::clone(input), data_type: self.data_type.clone() })),
            _ => datafusion::common::internal_err!("one value is renamed"),
        }
    }

    fn fmt_sql(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// The same values under a type that differs in names, and in Arrow's types for the same values.
pub(crate) fn rename(array: &ArrayRef, data_type: &DataType) -> Result<ArrayRef, arrow::error::ArrowError> {
    if array.data_type() == data_type {
        return Ok(Arc::clone(array));
    }
    let members = |array: &StructArray, fields: &Fields| {
        let columns =
            array.columns().iter().zip(fields).map(|(column, field)| rename(column, field.data_type()));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        StructArray::try_new_with_length(fields.clone(), columns, array.nulls().cloned(), array.len())
    };
    Ok(match (array.data_type(), data_type) {
        (DataType::Struct(_), DataType::Struct(fields)) => Arc::new(members(array.as_struct(), fields)?),
        (DataType::List(_), DataType::List(element)) => {
            let list = array.as_list::<i32>();
            let values = rename(list.values(), element.data_type())?;
            Arc::new(ListArray::try_new(
                Arc::clone(element),
                list.offsets().clone(),
                values,
                list.nulls().cloned(),
            )?)
        }
        (DataType::Map(_, _), DataType::Map(entries, sorted)) => {
            let map = array.as_map();
            let DataType::Struct(fields) = entries.data_type() else { return Ok(Arc::clone(array)) };
            Arc::new(MapArray::try_new(
                Arc::clone(entries),
                map.offsets().clone(),
                members(map.entries(), fields)?,
                map.nulls().cloned(),
                *sorted,
            )?)
        }
        _ => arrow::compute::cast(array, data_type)?,
    })
}
