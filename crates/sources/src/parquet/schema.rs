//! Parquet's Arrow schemas as the Arrow schemas that carry Spark's types.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, TimeUnit};
use functions::types::{METADATA_KEY, TYPE_KEY, from_field, to_arrow, to_field};
use lang::{DataType as Spark, Error, Result};

use super::spark_schema;

/// The schema with Spark's types, every field nullable.
///
/// # Errors
/// Types that Spark has not.
pub(super) fn normalize(schema: &Schema) -> Result<Schema> {
    let schema = spark_schema::restore(schema);
    let fields =
        schema.fields().iter().map(|field| normal_field(field, field.name())).collect::<Result<Fields>>()?;
    Ok(Schema::new(fields))
}

fn normal_field(field: &Field, name: &str) -> Result<FieldRef> {
    Ok(Arc::new(Field::new(name, normal_type(field)?, true).with_metadata(spark_metadata(field))))
}

/// Spark's part of a field's metadata. Columns of char and varchar are strings once they are in files.
fn spark_metadata(field: &Field) -> HashMap<String, String> {
    let limited = matches!(from_field(field), Spark::Char(_) | Spark::Varchar(_));
    let keep = |key: &str| key == METADATA_KEY || (key == TYPE_KEY && !limited);
    field.metadata().iter().filter(|(key, _)| keep(key)).map(|(k, v)| (k.clone(), v.clone())).collect()
}

fn normal_type(field: &Field) -> Result<DataType> {
    Ok(match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::Timestamp(_, zone) => {
            DataType::Timestamp(TimeUnit::Microsecond, zone.as_ref().map(|_| Arc::from("UTC")))
        }
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => DataType::List(normal_field(element, "element")?),
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|f| normal_field(f, f.name())).collect::<Result<Fields>>()?)
        }
        DataType::Map(entries, _) => {
            let DataType::Struct(fields) = entries.data_type() else { return Err(strange(field)) };
            let [key, value] = fields.as_ref() else { return Err(strange(field)) };
            let key = Arc::new(Field::new("key", normal_type(key)?, false));
            let entry = DataType::Struct(vec![key, normal_field(value, "value")?].into());
            DataType::Map(Arc::new(Field::new("entries", entry, false)), false)
        }
        DataType::Dictionary(_, value) => normal_type(&Field::new("", value.as_ref().clone(), true))?,
        DataType::Union(..) | DataType::RunEndEncoded(..) => return Err(strange(field)),
        _ => to_arrow(&from_field(field)),
    })
}

fn strange(field: &Field) -> Error {
    Error::unsupported(format!("the Parquet type {} of column {}", field.data_type(), field.name()))
}

/// The schema with views for its top-level strings and binaries.
pub(crate) fn with_views(schema: &Schema) -> Schema {
    let fields: Fields = schema
        .fields()
        .iter()
        .map(|field| {
            let view = match field.data_type() {
                DataType::Utf8 => DataType::Utf8View,
                DataType::Binary => DataType::BinaryView,
                _ => return Arc::clone(field),
            };
            Arc::new(field.as_ref().clone().with_data_type(view))
        })
        .collect();
    Schema::new(fields)
}

/// All fields of all schemas, in the order met; types must agree or widen.
///
/// # Errors
/// `CANNOT_MERGE_SCHEMAS`
pub(crate) fn merge(schemas: Vec<Schema>) -> Result<Schema> {
    let mut merged: Vec<FieldRef> = Vec::new();
    for schema in &schemas {
        merged = merge_fields(&merged, schema.fields())?;
    }
    Ok(Schema::new(merged))
}

fn merge_fields(left: &[FieldRef], right: &Fields) -> Result<Vec<FieldRef>> {
    let mut merged = left.to_vec();
    for field in right {
        match merged.iter_mut().find(|known| known.name().eq_ignore_ascii_case(field.name())) {
            Some(known) => {
                *known = Arc::new(known.as_ref().clone().with_data_type(merge_types(known, field)?))
            }
            None => merged.push(Arc::clone(field)),
        }
    }
    Ok(merged)
}

fn merge_types(left: &Field, right: &Field) -> Result<DataType> {
    match (left.data_type(), right.data_type()) {
        (a, b) if a == b => Ok(a.clone()),
        (DataType::Struct(a), DataType::Struct(b)) => Ok(DataType::Struct(merge_fields(a, b)?.into())),
        (DataType::List(a), DataType::List(b)) => {
            Ok(DataType::List(Arc::new(a.as_ref().clone().with_data_type(merge_types(a, b)?))))
        }
        _ => {
            Err(Error::analysis("CANNOT_MERGE_SCHEMAS").with("left", shown(left)).with("right", shown(right)))
        }
    }
}

fn shown(field: &Field) -> String {
    let field = to_field(field.name(), &from_field(field), true);
    format!("{} {}", field.name(), from_field(&field).sql())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(fields: &[(&str, DataType)]) -> Schema {
        Schema::new(fields.iter().map(|(name, t)| Field::new(*name, t.clone(), false)).collect::<Vec<_>>())
    }

    #[test]
    fn types_become_those_of_spark() {
        let found = normalize(&schema(&[
            ("u", DataType::UInt32),
            ("t", DataType::Timestamp(TimeUnit::Nanosecond, Some("+00:00".into()))),
            ("s", DataType::LargeUtf8),
        ]));
        let fields = found.map(|s| s.fields().to_vec()).unwrap_or_default();
        assert_eq!(fields[0].data_type(), &DataType::Int64);
        assert_eq!(fields[1].data_type(), &DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())));
        assert_eq!(fields[2].data_type(), &DataType::Utf8);
        assert!(fields.iter().all(|field| field.is_nullable()));
    }

    #[test]
    fn schemas_merge_by_name() {
        let left = schema(&[("a", DataType::Int32)]);
        let right = schema(&[("A", DataType::Int32), ("b", DataType::Utf8)]);
        assert_eq!(merge(vec![left.clone(), right]).map(|s| s.fields().len()).unwrap_or_default(), 2);
        assert!(merge(vec![left, schema(&[("a", DataType::Utf8)])]).is_err());
    }
}
