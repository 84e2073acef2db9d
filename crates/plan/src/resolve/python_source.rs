//! Python data sources: the class plans the read, and its function maps each partition's description to rows.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::MemTable;
use lang::ir::{PythonDataSource, PythonFunction, ReadSource};
use lang::{Error, Result};

use super::{Resolved, Resolver, planning};
use crate::contract::{PythonForm, PythonSourceRequest};

/// PySpark's number for functions that map Arrow batches.
const MAP_ARROW: i32 = 207;

impl Resolver<'_> {
    pub(super) fn python_source(
        &self,
        source: &ReadSource,
        name: &str,
        python: Arc<PythonDataSource>,
    ) -> Result<Resolved> {
        let mut options = source.options.clone();
        match source.paths.as_slice() {
            [] => {}
            [path] => {
                options.insert("path".to_string(), path.clone());
            }
            _ => return Err(Error::unsupported("several paths for a Python data source")),
        }
        let python_version = python.python_version.clone();
        let name = name.to_string();
        let request = PythonSourceRequest {
            name: name.clone(),
            source: python,
            schema: source.schema.clone(),
            options,
        };
        let reader = self.environment.python_source(request)?;
        let schema = Arc::new(Schema::new(vec![Field::new("partition", DataType::Binary, false)]));
        let partitions = reader.partitions.iter().map(|partition| {
            let column: ArrayRef = Arc::new(BinaryArray::from_vec(vec![partition.as_slice()]));
            let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column]);
            Ok(vec![batch.map_err(|e| Error::internal(e.to_string()))?])
        });
        let table = MemTable::try_new(Arc::clone(&schema), partitions.collect::<Result<_>>()?);
        let input = self.scan(Arc::new(table.map_err(planning)?), Vec::new())?;
        let function = Arc::new(PythonFunction {
            eval_type: MAP_ARROW,
            command: reader.command,
            python_version,
            output_type: lang::DataType::Struct(reader.rows),
            deterministic: true,
        });
        let input = self.python_input(&input, &[])?;
        self.python_relation(PythonForm::Map, vec![input], &function, &name)
    }
}
