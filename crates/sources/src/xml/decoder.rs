//! XML text to record batches.

use std::sync::Arc;

use arrow::array::{Array, BooleanArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::{filter_record_batch, nullif};
use arrow::datatypes::{Fields, SchemaRef};
use lang::{Error, Result};

use super::options::XmlOptions;
use super::records::{Found, Outline, is_balanced};
use super::tree::Element;
use super::values::{Columns, Value};
use crate::error::unreadable;
use crate::mode::{Mode, corrupt_column, expect_not_only_corrupt, malformed};
use crate::parse::{EachText, TextRows};
use crate::scan::{DecodeRequest, Decoder, Step};
use crate::value::strings;

/// The batch of some records, those to be dropped too, and which are malformed: `None` stands for one that cannot be
/// found in its document. A record with a wrong value is null as a whole. Malformed ones are shown as `shown` or, without
/// it, as they are.
fn batch(
    records: &[Option<&str>],
    shown: Option<&str>,
    schema: &SchemaRef,
    options: &XmlOptions,
) -> Result<(RecordBatch, Vec<bool>)> {
    let corrupt = corrupt_column(schema, &options.corrupt_name)?;
    let fields = schema.fields().iter().enumerate().filter(|(index, _)| Some(*index) != corrupt);
    let wanted: Fields = fields.map(|(_, field)| Arc::clone(field)).collect();
    let trees: Vec<Option<Element>> =
        records.iter().map(|text| Element::parse((*text)?, options.ignore_namespace)).collect();
    let mut bad: Vec<bool> = trees.iter().map(Option::is_none).collect();
    let cells: Vec<_> =
        trees.iter().enumerate().map(|(index, tree)| (index, tree.as_ref().map(Value::Element))).collect();
    let mut arrays = Columns { options }.fields(&wanted, &cells, &mut bad)?;
    let text = |row: usize| shown.or(records[row]).unwrap_or_default().as_bytes();
    if options.mode == Mode::FailFast
        && let Some(row) = bad.iter().position(|bad| *bad)
    {
        return Err(malformed(text(row)));
    }
    let failed = |e| Error::internal(format!("XML columns make no batch: {e}"));
    if bad.contains(&true) {
        let mask = BooleanArray::from(bad.clone());
        for array in &mut arrays {
            *array = nullif(array.as_ref(), &mask).map_err(failed)?;
        }
    }
    if let Some(index) = corrupt {
        let texts = bad.iter().enumerate().map(|(row, bad)| bad.then(|| text(row)));
        arrays.insert(index, strings(texts, bad.len())?);
    }
    let rows = RecordBatchOptions::new().with_row_count(Some(bad.len()));
    let batch = RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &rows).map_err(failed)?;
    Ok((batch, bad))
}

/// Decodes one file.
pub(super) struct XmlDecoder {
    options: Arc<XmlOptions>,
    schema: SchemaRef,
    batch_size: usize,
    outline: Outline,
    /// Whether the text of the whole document is wanted: that is what malformed records are shown as.
    shows: bool,
    document: Option<String>,
}

impl XmlDecoder {
    pub(super) fn new(options: Arc<XmlOptions>, request: &DecodeRequest) -> Result<Self> {
        let corrupt = corrupt_column(&request.file_schema, &options.corrupt_name)?;
        expect_not_only_corrupt(&request.columns, corrupt)?;
        Ok(XmlDecoder {
            schema: request.schema(),
            batch_size: request.batch_size,
            outline: Outline::default(),
            shows: corrupt.is_some_and(|corrupt| request.columns.contains(&corrupt)),
            document: None,
            options,
        })
    }
}

impl Decoder for XmlDecoder {
    fn decode(&mut self, data: &[u8], last: bool) -> Result<Step> {
        if self.shows && self.document.is_none() {
            if !last {
                return Ok(Step::default());
            }
            self.document = Some(String::from_utf8_lossy(data).into_owned());
        }
        let (mut position, mut records) = (0, Vec::new());
        while records.len() < self.batch_size {
            match self.outline.next(&data[position..], self.options.row_tag.as_bytes(), last) {
                Found::Nothing(useless) => {
                    position += useless;
                    break;
                }
                Found::Malformed => {
                    records.push(None);
                    position = data.len();
                    break;
                }
                Found::Record(start, end) => {
                    let record = &data[position + start..position + end];
                    if !is_balanced(record) {
                        self.outline.stop();
                    }
                    let text = std::str::from_utf8(record);
                    records
                        .push(Some(text.map_err(|e| unreadable("", &format!("a record is no UTF-8: {e}")))?));
                    position += end;
                }
            }
        }
        if records.is_empty() {
            return Ok(Step { consumed: position, batch: None });
        }
        let (batch, bad) = batch(&records, self.document.as_deref(), &self.schema, &self.options)?;
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
        let records: Vec<Option<&str>> = texts.iter().flatten().map(Some).collect();
        let counts = (0..texts.len()).map(|row| usize::from(texts.is_valid(row))).collect();
        let (batch, bad) = batch(&records, None, &self.schema, &self.options)?;
        Ok(EachText::new(batch, counts, &bad, self.options.mode))
    }
}
