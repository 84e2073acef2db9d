//! Splits batches by the values of partition columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{Fields, Schema, SchemaRef};
use arrow::row::{RowConverter, SortField};
use functions::cast::format::{Style, to_string_array};
use functions::cast::zone::Zone as CastZone;
use functions::datetime::zone::Zone;
use functions::types::from_field;
use lang::{Error, ErrorKind, Result};

use crate::path::name::{DEFAULT_PARTITION, escape};
use crate::schema::expect_unique;

/// Which columns become folders, and which go into the files.
#[derive(Debug, Clone)]
pub(super) struct PartitionColumns {
    schema: SchemaRef,
    partitions: Vec<usize>,
    data: Vec<usize>,
    data_schema: SchemaRef,
    cast_zone: CastZone,
}

/// Rows of one partition: their folder (`a=1/b=x`, empty without partition columns) and their data columns.
pub(super) struct Piece {
    pub folder: Arc<str>,
    pub batch: RecordBatch,
}

impl PartitionColumns {
    /// # Errors
    /// Names that are no columns, nested types, and no column left for the files.
    pub(super) fn new(schema: &SchemaRef, names: &[String], zone: Zone) -> Result<Self> {
        let partitions = names.iter().map(|name| find(schema, name)).collect::<Result<Vec<_>>>()?;
        expect_unique(names.iter().map(String::as_str))?;
        for index in &partitions {
            let field = schema.field(*index);
            if field.data_type().is_nested() {
                return Err(Error::analysis("INVALID_PARTITION_COLUMN_DATA_TYPE")
                    .with("type", super::sql_type(field)));
            }
        }
        let data: Vec<usize> =
            (0..schema.fields().len()).filter(|index| !partitions.contains(index)).collect();
        if data.is_empty() {
            return Err(Error::analysis("ALL_PARTITION_COLUMNS_NOT_ALLOWED"));
        }
        let kept = schema.project(&data).map_err(|e| Error::internal(e.to_string()))?;
        Ok(PartitionColumns {
            schema: called(schema, &partitions, names),
            partitions,
            data,
            data_schema: super::stored_schema(&kept),
            cast_zone: CastZone::parse(&zone.id())?,
        })
    }

    /// The schema of the files.
    pub(super) fn data_schema(&self) -> &SchemaRef {
        &self.data_schema
    }

    pub(super) fn is_partitioned(&self) -> bool {
        !self.partitions.is_empty()
    }

    /// A splitter for one task.
    pub(super) fn splitter(self: &Arc<Self>) -> Result<Splitter> {
        let fields = self
            .partitions
            .iter()
            .map(|i| SortField::new(self.schema.field(*i).data_type().clone()))
            .collect();
        let rows = RowConverter::new(fields).map_err(failed)?;
        Ok(Splitter { columns: Arc::clone(self), rows, folders: HashMap::new() })
    }
}

/// Splits the batches of one task; remembers the folders it has seen.
pub(super) struct Splitter {
    columns: Arc<PartitionColumns>,
    rows: RowConverter,
    folders: HashMap<Box<[u8]>, Arc<str>>,
}

/// How many folder names are remembered.
const REMEMBERED: usize = 100_000;

impl Splitter {
    pub(super) fn split(&mut self, batch: &RecordBatch) -> Result<Vec<Piece>> {
        let data = self.data(batch)?;
        if !self.columns.is_partitioned() {
            return Ok(vec![Piece { folder: Arc::from(""), batch: data }]);
        }
        let keys: Vec<ArrayRef> =
            self.columns.partitions.iter().map(|index| Arc::clone(batch.column(*index))).collect();
        let rows = self.rows.convert_columns(&keys).map_err(failed)?;
        let mut groups: HashMap<&[u8], usize> = HashMap::new();
        let mut members: Vec<Vec<u32>> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let group = *groups.entry(row.data()).or_insert_with(|| {
                members.push(Vec::new());
                members.len() - 1
            });
            members[group].push(index as u32);
        }
        let mut keyed: Vec<(&[u8], usize)> = groups.into_iter().collect();
        keyed.sort_unstable_by_key(|(_, group)| *group);
        let firsts = UInt32Array::from_iter_values(keyed.iter().map(|(_, group)| members[*group][0]));
        let mut texts: Option<Vec<StringArray>> = None;
        let mut pieces = Vec::with_capacity(keyed.len());
        for (key, group) in keyed {
            let folder = match self.folders.get(key) {
                Some(folder) => Arc::clone(folder),
                None => {
                    let texts = match &texts {
                        Some(texts) => texts,
                        None => texts.insert(self.columns.texts(&keys, &firsts)?),
                    };
                    let folder: Arc<str> = self.columns.folder(texts, group).into();
                    if self.folders.len() == REMEMBERED {
                        self.folders.clear();
                    }
                    self.folders.insert(key.into(), Arc::clone(&folder));
                    folder
                }
            };
            let rows = UInt32Array::from(std::mem::take(&mut members[group]));
            let batch = if rows.len() == data.num_rows() {
                data.clone()
            } else {
                take_record_batch(&data, &rows).map_err(failed)?
            };
            pieces.push(Piece { folder, batch });
        }
        Ok(pieces)
    }

    /// The columns that go into the files, under the files' schema.
    fn data(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let columns = &self.columns;
        let arrays = columns
            .data
            .iter()
            .zip(columns.data_schema.fields())
            .map(|(index, field)| {
                let array = batch.column(*index);
                if array.data_type() == field.data_type() {
                    return Ok(Arc::clone(array));
                }
                arrow::compute::cast(array, field.data_type()).map_err(failed)
            })
            .collect::<Result<Vec<_>>>()?;
        RecordBatch::try_new(Arc::clone(&columns.data_schema), arrays).map_err(failed)
    }
}

impl PartitionColumns {
    /// The texts of the partition values in some rows.
    fn texts(&self, keys: &[ArrayRef], rows: &UInt32Array) -> Result<Vec<StringArray>> {
        keys.iter()
            .zip(&self.partitions)
            .map(|(key, index)| {
                let few = arrow::compute::take(key, rows, None).map_err(failed)?;
                to_string_array(&few, &from_field(self.schema.field(*index)), self.cast_zone, Style::Cast)
            })
            .collect()
    }

    fn folder(&self, texts: &[StringArray], row: usize) -> String {
        let parts: Vec<String> = texts
            .iter()
            .zip(&self.partitions)
            .map(|(text, index)| {
                let known = text.is_valid(row) && !text.value(row).is_empty();
                let value = if known { escape(text.value(row)) } else { DEFAULT_PARTITION.to_string() };
                format!("{}={value}", escape(self.schema.field(*index).name()))
            })
            .collect();
        parts.join("/")
    }
}

/// The schema with partition columns called as the user calls them: folders have these names.
fn called(schema: &SchemaRef, partitions: &[usize], names: &[String]) -> SchemaRef {
    let fields = schema.fields().iter().enumerate().map(|(index, field)| {
        match partitions.iter().position(|partition| *partition == index) {
            Some(place) => Arc::new(field.as_ref().clone().with_name(&names[place])),
            None => Arc::clone(field),
        }
    });
    Arc::new(Schema::new(fields.collect::<Fields>()))
}

fn find(schema: &Schema, name: &str) -> Result<usize> {
    schema.fields().iter().position(|field| field.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
        let shown = lang::DataType::Struct(functions::types::from_fields(schema.fields())).simple_string();
        Error::new(ErrorKind::Analysis, "PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA")
            .with("column", format!("`{name}`"))
            .with("schema", shown)
    })
}

fn failed(error: arrow::error::ArrowError) -> Error {
    Error::internal(format!("splitting rows by partition: {error}"))
}

#[cfg(test)]
mod tests {
    use arrow::array::Int32Array;
    use arrow::datatypes::{DataType, Field};

    use super::*;

    #[test]
    fn rows_go_to_their_folders() -> Result<()> {
        let schema = Arc::new(Schema::new(vec![
            Field::new("i", DataType::Int32, true),
            Field::new("p", DataType::Utf8, true),
        ]));
        let texts = StringArray::from(vec![Some("a/b"), None, Some("a/b"), Some("")]);
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![Arc::new(Int32Array::from(vec![1, 2, 3, 4])), Arc::new(texts)],
        )
        .map_err(failed)?;
        let columns = Arc::new(PartitionColumns::new(&schema, &["P".to_string()], Zone::UTC)?);
        let pieces = columns.splitter()?.split(&batch)?;
        let found: Vec<_> = pieces.iter().map(|p| (p.folder.to_string(), p.batch.num_rows())).collect();
        // Folders are named as the write names the columns.
        let hive = format!("P={DEFAULT_PARTITION}");
        assert_eq!(found, [("P=a%2Fb".to_string(), 2), (hive.clone(), 1), (hive, 1)]);
        assert!(PartitionColumns::new(&schema, &["i".to_string(), "p".to_string()], Zone::UTC).is_err());
        assert!(PartitionColumns::new(&schema, &["x".to_string()], Zone::UTC).is_err());
        Ok(())
    }
}
