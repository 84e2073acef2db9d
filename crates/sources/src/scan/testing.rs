//! Decodes texts in tests: whole, and byte by byte, which must not make a difference.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use lang::Result;

use super::{DecodeRequest, FileFacts, RecordFormat};

/// The rows of `text` as texts, columns joined by `|`, null as `~`.
pub(crate) fn rows(
    format: &dyn RecordFormat,
    schema: &Schema,
    columns: &[usize],
    text: &str,
) -> Result<Vec<String>> {
    let whole = decode(format, schema, columns, text, text.len().max(1))?;
    let pieces = decode(format, schema, columns, text, 1)?;
    assert_eq!(whole, pieces, "chunks of {text:?}");
    Ok(whole)
}

fn decode(
    format: &dyn RecordFormat,
    schema: &Schema,
    columns: &[usize],
    text: &str,
    chunk: usize,
) -> Result<Vec<String>> {
    let request = DecodeRequest {
        file_schema: Arc::new(schema.clone()),
        columns: columns.to_vec(),
        batch_size: 2,
        at_start: true,
        facts: FileFacts::default(),
        defaults: super::Defaults::default(),
    };
    let mut decoder = format.decoder(&request)?;
    let (mut out, mut buffer, mut chunks) = (Vec::new(), Vec::new(), text.as_bytes().chunks(chunk));
    let mut last = false;
    loop {
        let step = decoder.decode(&buffer, last)?;
        buffer.drain(..step.consumed);
        match step.batch {
            Some(batch) => out.extend(show(&batch)),
            None if step.consumed > 0 => {}
            None if last => return Ok(out),
            None => match chunks.next() {
                Some(more) => buffer.extend_from_slice(more),
                None => last = true,
            },
        }
    }
}

/// A batch as texts.
pub(crate) fn show(batch: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::default().with_null("~");
    (0..batch.num_rows())
        .map(|row| {
            let cells = batch.columns().iter().map(|column| {
                ArrayFormatter::try_new(column, &options)
                    .map_or_else(|e| e.to_string(), |f| f.value(row).to_string())
            });
            cells.collect::<Vec<_>>().join("|")
        })
        .collect()
}

/// A schema of nullable columns.
pub(crate) fn schema(fields: &[(&str, arrow::datatypes::DataType)]) -> Schema {
    let fields: Vec<_> =
        fields.iter().map(|(name, t)| arrow::datatypes::Field::new(*name, t.clone(), true)).collect();
    Schema::new(fields)
}
