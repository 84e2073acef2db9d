//! XML text to record batches.

use std::sync::Arc;

use arrow::array::{Array, BooleanArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Fields, SchemaRef};
use lang::{Error, Result};

use super::options::XmlOptions;
use super::records::{Found, next};
use super::tree::Element;
use super::values::{Columns, Value};
use crate::mode::{Mode, corrupt_column, expect_not_only_corrupt, malformed};
use crate::parse::{EachText, TextRows};
use crate::scan::{DecodeRequest, Decoder, Step};
use crate::value::strings;

/// The batch of some records, those to be dropped too, and which are malformed.
fn batch(records: &[&str], schema: &SchemaRef, options: &XmlOptions) -> Result<(RecordBatch, Vec<bool>)> {
    let corrupt = corrupt_column(schema, &options.corrupt_name)?;
    let fields = schema.fields().iter().enumerate().filter(|(index, _)| Some(*index) != corrupt);
    let wanted: Fields = fields.map(|(_, field)| Arc::clone(field)).collect();
    let trees: Vec<Option<Element>> =
        records.iter().map(|text| Element::parse(text, options.ignore_namespace)).collect();
    let mut bad: Vec<bool> = trees.iter().map(Option::is_none).collect();
    let cells: Vec<_> =
        trees.iter().enumerate().map(|(index, tree)| (index, tree.as_ref().map(Value::Element))).collect();
    let mut arrays = Columns { options }.fields(&wanted, &cells, &mut bad)?;
    if options.mode == Mode::FailFast
        && let Some(row) = bad.iter().position(|bad| *bad)
    {
        return Err(malformed(records[row].as_bytes()));
    }
    if let Some(index) = corrupt {
        let texts = bad.iter().zip(records).map(|(bad, text)| bad.then_some(text.as_bytes()));
        arrays.insert(index, strings(texts, bad.len())?);
    }
    let rows = RecordBatchOptions::new().with_row_count(Some(bad.len()));
    let batch = RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &rows)
        .map_err(|e| Error::internal(format!("XML columns make no batch: {e}")))?;
    Ok((batch, bad))
}

/// Decodes one file.
pub(super) struct XmlDecoder {
    options: Arc<XmlOptions>,
    schema: SchemaRef,
    batch_size: usize,
}

impl XmlDecoder {
    pub(super) fn new(options: Arc<XmlOptions>, request: &DecodeRequest) -> Result<Self> {
        let corrupt = corrupt_column(&request.file_schema, &options.corrupt_name)?;
        expect_not_only_corrupt(&request.columns, corrupt)?;
        Ok(XmlDecoder { schema: request.schema(), batch_size: request.batch_size, options })
    }
}

impl Decoder for XmlDecoder {
    fn decode(&mut self, data: &[u8], last: bool) -> Result<Step> {
        let (mut position, mut records) = (0, Vec::new());
        while records.len() < self.batch_size {
            match next(&data[position..], self.options.row_tag.as_bytes(), last) {
                Found::Nothing(useless) => {
                    position += useless;
                    break;
                }
                Found::Record(start, end) => {
                    records.push(String::from_utf8_lossy(&data[position + start..position + end]));
                    position += end;
                }
            }
        }
        if records.is_empty() {
            return Ok(Step { consumed: position, batch: None });
        }
        let texts: Vec<&str> = records.iter().map(|text| text.as_ref()).collect();
        let (batch, bad) = batch(&texts, &self.schema, &self.options)?;
        if self.options.mode != Mode::DropMalformed || !bad.contains(&true) {
            return Ok(Step { consumed: position, batch: Some(batch) });
        }
        let keep = BooleanArray::from_iter(bad.iter().map(|bad| Some(!bad)));
        let kept = filter_record_batch(&batch, &keep)
            .map_err(|e| Error::internal(format!("dropping malformed records: {e}")))?;
        Ok(Step { consumed: position, batch: Some(kept) })
    }
}

/// How texts in a column become rows.
#[derive(Debug)]
pub(crate) struct XmlTexts {
    pub options: Arc<XmlOptions>,
    pub schema: SchemaRef,
}

impl TextRows for XmlTexts {
    fn rows(&self, texts: &StringArray) -> Result<EachText> {
        let records: Vec<&str> = texts.iter().flatten().collect();
        let counts = (0..texts.len()).map(|row| usize::from(texts.is_valid(row))).collect();
        let (batch, bad) = batch(&records, &self.schema, &self.options)?;
        Ok(EachText::new(batch, counts, &bad, self.options.mode))
    }
}
