//! Schemas of file tables: what the user or the files say, split into file columns and partition columns.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::{DataType as Arrow, Field, FieldRef, Fields, Schema, SchemaRef};
use datafusion::datasource::table_schema::TableSchema;
use functions::types::from_field;
use lang::{DataType, Error, Result, StructType};

use crate::path::Partitions;

/// The columns of a table and how users see them.
#[derive(Debug)]
pub(crate) struct TableColumns {
    pub columns: TableSchema,
    pub schema: SchemaRef,
    pub places: Vec<usize>,
}

impl TableColumns {
    /// Partition columns that the files have too stay where the files have them; the others come last, then the hidden
    /// ones: those that are the same for all rows of a file, and those that the reader makes.
    pub(crate) fn new(
        data: &Schema,
        partitions: &Partitions,
        of_files: Vec<FieldRef>,
        of_rows: Vec<FieldRef>,
    ) -> Self {
        let mut partition_fields: Vec<FieldRef> = partitions.fields();
        partition_fields.extend(of_files);
        let partition_of =
            |name: &str| partition_fields.iter().position(|p| p.name().eq_ignore_ascii_case(name));
        let file_fields: Vec<FieldRef> =
            data.fields().iter().filter(|field| partition_of(field.name()).is_none()).cloned().collect();
        let (mut places, mut next) = (Vec::new(), 0..);
        for field in data.fields() {
            match partition_of(field.name()) {
                Some(partition) => places.push(file_fields.len() + partition),
                None => places.extend(next.next()),
            }
        }
        for place in file_fields.len()..file_fields.len() + partition_fields.len() + of_rows.len() {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let columns = TableSchema::builder(Arc::new(Schema::new(file_fields)))
            .with_table_partition_cols(partition_fields)
            .with_virtual_columns(of_rows)
            .build();
        let all = columns.table_schema();
        let seen: Fields = places.iter().map(|place| Arc::clone(&all.fields()[*place])).collect();
        TableColumns { schema: Arc::new(Schema::new(seen)), columns, places }
    }
}

/// The user's schema without partition columns, every field nullable: files promise nothing.
///
/// # Errors
/// `COLUMN_ALREADY_EXISTS`; char and varchar, which Spark does not take here.
pub(crate) fn user_schema(schema: &StructType, partitions: &Partitions) -> Result<Schema> {
    expect_unique(schema.fields.iter().map(|field| field.name.as_str()))?;
    if schema.fields.iter().any(|field| has_char(&field.data_type)) {
        return Err(Error::analysis("UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING"));
    }
    let is_partition =
        |name: &str| partitions.columns.iter().any(|(column, _)| column.eq_ignore_ascii_case(name));
    let data = StructType::new(schema.fields.iter().filter(|f| !is_partition(&f.name)).cloned().collect());
    let fields = functions::types::to_fields(&data);
    Ok(Schema::new(fields.iter().map(nullable).collect::<Fields>()))
}

fn has_char(data_type: &DataType) -> bool {
    match data_type {
        DataType::Char(_) | DataType::Varchar(_) => true,
        DataType::Array { element, .. } => has_char(element),
        DataType::Map { key, value, .. } => has_char(key) || has_char(value),
        DataType::Struct(inner) => inner.fields.iter().any(|field| has_char(&field.data_type)),
        _ => false,
    }
}

/// The field, nullable at every level.
pub(crate) fn nullable(field: &FieldRef) -> FieldRef {
    let data_type = match field.data_type() {
        Arrow::List(element) => Arrow::List(nullable(element)),
        Arrow::Struct(fields) => Arrow::Struct(fields.iter().map(nullable).collect()),
        Arrow::Map(entries, sorted) => match entries.data_type() {
            Arrow::Struct(pair) if pair.len() == 2 => {
                let key = pair[0].as_ref().clone().with_data_type(nullable(&pair[0]).data_type().clone());
                let pair = Arrow::Struct(vec![Arc::new(key), nullable(&pair[1])].into());
                Arrow::Map(Arc::new(entries.as_ref().clone().with_data_type(pair)), *sorted)
            }
            _ => field.data_type().clone(),
        },
        other => other.clone(),
    };
    Arc::new(field.as_ref().clone().with_data_type(data_type).with_nullable(true))
}

/// # Errors
/// `COLUMN_ALREADY_EXISTS` for names that are equal but for case.
pub(crate) fn expect_unique<'a>(names: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name.to_lowercase()) {
            return Err(Error::analysis("COLUMN_ALREADY_EXISTS")
                .with("columnName", format!("`{}`", name.to_lowercase())));
        }
    }
    Ok(())
}

/// # Errors
/// `UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE` for the first column whose type the format does not have.
pub(crate) fn expect_types(format: &str, fields: &Fields, supports: impl Fn(&Field) -> bool) -> Result<()> {
    match fields.iter().find(|field| !supports(field)) {
        Some(field) => Err(Error::analysis("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE")
            .with("format", format)
            .with("columnName", format!("`{}`", field.name()))
            .with("columnType", format!("\"{}\"", from_field(field).sql()))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partition_columns_come_last_unless_files_have_them() {
        let field = |name: &str, t: Arrow| Field::new(name, t, true);
        let data = Schema::new(vec![field("P", Arrow::Utf8), field("a", Arrow::Utf8)]);
        let partitions = Partitions {
            columns: vec![("p".to_string(), DataType::Integer), ("q".to_string(), DataType::STRING)],
            ..Partitions::default()
        };
        let table = TableColumns::new(&data, &partitions, Vec::new(), Vec::new());
        let seen: Vec<_> =
            table.schema.fields().iter().map(|f| (f.name().as_str(), f.data_type().clone())).collect();
        assert_eq!(seen, [("p", Arrow::Int32), ("a", Arrow::Utf8), ("q", Arrow::Utf8)]);
        assert_eq!(table.places, [1, 0, 2]);
    }

    #[test]
    fn names_that_differ_in_case_are_equal() {
        assert!(expect_unique(["a", "b"].into_iter()).is_ok());
        assert!(expect_unique(["a", "A"].into_iter()).is_err());
    }
}
