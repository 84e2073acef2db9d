//! The schema of Avro files: that of the first file that has one.

use std::sync::Arc;

use arrow::datatypes::{Schema as ArrowSchema, SchemaRef};
use functions::avro::Schema;
use functions::avro::types::spark_type;
use lang::{DataType, Result};

use super::AvroOptions;
use super::header::{Header, malformed};
use crate::error::in_file;
use crate::path::LeafFile;
use crate::scan::Chunks;
use crate::store::Store;

/// # Errors
/// Files that cannot be read; schemas that Spark has no types for.
pub(crate) async fn infer(store: &Store, files: &[LeafFile], options: &AvroOptions) -> Result<SchemaRef> {
    if let Some(schema) = &options.schema {
        return arrow_schema(schema, options);
    }
    let Some(file) = files.first() else { return Ok(Arc::new(ArrowSchema::empty())) };
    let failed = |e| in_file(e, &file.path);
    let mut chunks =
        Chunks::raw(Arc::clone(&store.object), file.meta.location.clone()).await.map_err(failed)?;
    let (mut buffer, mut last) = (Vec::new(), false);
    loop {
        let header =
            Header::read(&buffer, last).map_err(|e| in_file(crate::error::external(e), &file.path))?;
        if let Some((header, _)) = header {
            return arrow_schema(&header.schema, options);
        }
        last = !chunks.fill(&mut buffer).await.map_err(failed)?;
    }
}

fn arrow_schema(schema: &Schema, options: &AvroOptions) -> Result<SchemaRef> {
    match spark_type(schema, options.stable_names)?.0 {
        DataType::Struct(fields) => Ok(Arc::new(ArrowSchema::new(functions::types::to_fields(&fields)))),
        _ => Err(malformed("the schema is no record")),
    }
}
