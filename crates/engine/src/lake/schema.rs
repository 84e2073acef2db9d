//! How a query's columns and a table's become one schema.

use lang::{DataType, Error, Result, StructField, StructType};

/// The table's schema with what the data has more: new columns come last, new members at the end of their structs.
///
/// # Errors
/// `DELTA_FAILED_TO_MERGE_FIELDS`
pub(super) fn merged(table: &StructType, data: &StructType) -> Result<StructType> {
    let same = |a: &StructField, b: &StructField| a.name.eq_ignore_ascii_case(&b.name);
    let mut fields = Vec::with_capacity(table.fields.len());
    for known in &table.fields {
        let mut field = known.clone();
        if let Some(new) = data.fields.iter().find(|new| same(new, known)) {
            field.data_type =
                merged_type(&known.data_type, &new.data_type).ok_or_else(|| failed(known, new))?;
        }
        fields.push(field);
    }
    for new in data.fields.iter().filter(|new| !table.fields.iter().any(|known| same(new, known))) {
        fields.push(StructField { nullable: true, ..new.clone() });
    }
    Ok(StructType::new(fields))
}

fn failed(known: &StructField, new: &StructField) -> Error {
    Error::analysis("DELTA_FAILED_TO_MERGE_FIELDS")
        .with("currentField", known.name.as_str())
        .with("updateField", new.name.as_str())
}

/// `None` where the types do not go together. Types do not widen but for the small integers, which files keep alike.
fn merged_type(table: &DataType, data: &DataType) -> Option<DataType> {
    use DataType as T;
    Some(match (table, data) {
        (table, data) if table == data => table.clone(),
        (table, T::Null) => table.clone(),
        (T::Null, data) => data.clone(),
        (T::Struct(table), T::Struct(data)) => T::Struct(merged(table, data).ok()?),
        (T::Array { element: table, .. }, T::Array { element: data, .. }) => {
            T::Array { element: Box::new(merged_type(table, data)?), contains_null: true }
        }
        (T::Map { key: table_key, value: table, .. }, T::Map { key: data_key, value: data, .. }) => T::Map {
            key: Box::new(merged_type(table_key, data_key)?),
            value: Box::new(merged_type(table, data)?),
            value_contains_null: true,
        },
        (T::String { .. } | T::Char(_) | T::Varchar(_), T::String { .. } | T::Char(_) | T::Varchar(_)) => {
            table.clone()
        }
        (T::Short | T::Integer, T::Byte) | (T::Integer, T::Short) => table.clone(),
        _ => return None,
    })
}

/// Whether the second has columns, or members of structs, that the first has not.
pub(super) fn has_more(table: &StructType, data: &StructType) -> bool {
    data.fields.iter().any(|new| {
        match table.fields.iter().find(|known| known.name.eq_ignore_ascii_case(&new.name)) {
            None => true,
            Some(known) => type_has_more(&known.data_type, &new.data_type),
        }
    })
}

fn type_has_more(table: &DataType, data: &DataType) -> bool {
    use DataType as T;
    match (table, data) {
        (T::Struct(table), T::Struct(data)) => has_more(table, data),
        (T::Array { element: table, .. }, T::Array { element: data, .. }) => type_has_more(table, data),
        (T::Map { value: table, .. }, T::Map { value: data, .. }) => type_has_more(table, data),
        _ => false,
    }
}

/// What Delta says of data with other columns than the table.
pub(super) fn mismatch(id: &str, table: &StructType, data: &StructType) -> Error {
    let details = format!(
        "The table ({id}) has other columns; to add those of the data set the option mergeSchema to true.\nTable schema:\n{}\n\nData schema:\n{}",
        tree(table),
        tree(data)
    );
    Error::analysis("DELTA_METADATA_MISMATCH").with("details", details)
}

/// `root` and a line for each field, as printSchema shows it.
fn tree(schema: &StructType) -> String {
    let lines: Vec<_> = schema
        .fields
        .iter()
        .map(|f| format!("-- {}: {} (nullable = {})", f.name, f.data_type.simple_string(), f.nullable))
        .collect();
    format!("root\n {}", lines.join("\n "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(fields: &[(&str, DataType)]) -> StructType {
        StructType::new(fields.iter().map(|(n, t)| StructField::new(*n, t.clone(), true)).collect())
    }

    #[test]
    fn new_columns_come_last() {
        let table =
            schema(&[("a", DataType::Long), ("s", DataType::Struct(schema(&[("x", DataType::Long)])))]);
        let inner = schema(&[("y", DataType::STRING), ("X", DataType::Long)]);
        let data = schema(&[("b", DataType::Date), ("S", DataType::Struct(inner)), ("A", DataType::Long)]);
        let all = merged(&table, &data).expect("merges");
        assert_eq!(
            DataType::Struct(all).simple_string(),
            "struct<a:bigint,s:struct<x:bigint,y:string>,b:date>"
        );
        assert!(has_more(&table, &data));
        let other = schema(&[("a", DataType::Integer)]);
        assert_eq!(merged(&table, &other).expect_err("differs").condition(), "DELTA_FAILED_TO_MERGE_FIELDS");
    }
}
