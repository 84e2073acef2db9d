//! JSON text to record batches.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Fields, Schema, SchemaRef};
use lang::{Error, Result};

use super::columns::{Columns, NONE};
use super::options::JsonOptions;
use super::tape::{Kind, Tape};
use crate::mode::{Mode, corrupt_column, expect_not_only_corrupt, malformed};
use crate::parse::EachText;
use crate::scan::{DecodeRequest, Decoder, Defaults, RECORD_LIMIT, Step, where_missing};
use crate::text::first_line;
use crate::value::strings;

/// The rows of some JSON values under one schema.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub tape: Tape,
    /// The object of each row, if it is one.
    objects: Vec<u32>,
    starts: Vec<u32>,
    /// Where the text of each row's record is.
    texts: Vec<(u32, u32)>,
    bad: Vec<bool>,
    /// What stands for fields that an object has not.
    defaults: Defaults,
}

impl Rows {
    fn clear(&mut self) {
        self.tape.clear();
        self.objects.clear();
        self.starts.clear();
        self.texts.clear();
        self.bad.clear();
    }

    fn len(&self) -> usize {
        self.objects.len()
    }

    /// Adds the rows of the record `data[start..end]`: one for an object, one an element for an array.
    fn add(&mut self, data: &[u8], start: usize, end: usize, options: &JsonOptions) {
        let text = (start as u32, end as u32);
        match self.tape.parse(data, start, end, options.syntax) {
            Ok(None) => {}
            Err(_) => self.push(NONE, text, true),
            Ok(Some(root)) => match self.tape.node(root).kind {
                Kind::Object => self.push(root, text, false),
                Kind::Array => {
                    let elements: Vec<u32> = self.tape.elements(root).collect();
                    if elements.iter().any(|element| self.tape.node(*element).kind != Kind::Object) {
                        return self.push(NONE, text, true);
                    }
                    elements.into_iter().for_each(|element| self.push(element, text, false));
                }
                _ => self.push(NONE, text, true),
            },
        }
    }

    fn push(&mut self, object: u32, text: (u32, u32), bad: bool) {
        self.starts.push(if object == NONE { self.tape.len() } else { object });
        self.objects.push(object);
        self.texts.push(text);
        self.bad.push(bad);
    }

    fn text<'a>(&self, data: &'a [u8], row: usize) -> &'a [u8] {
        let (start, end) = self.texts[row];
        &data[start as usize..end as usize]
    }

    /// The batch, by the mode's rules for malformed records.
    fn batch(&mut self, data: &[u8], schema: &SchemaRef, options: &JsonOptions) -> Result<RecordBatch> {
        let (batch, bad) = self.all(data, schema, options)?;
        if options.mode != Mode::DropMalformed || !bad.contains(&true) {
            return Ok(batch);
        }
        let keep = BooleanArray::from_iter(bad.iter().map(|bad| Some(!bad)));
        filter_record_batch(&batch, &keep)
            .map_err(|e| Error::internal(format!("dropping malformed records: {e}")))
    }

    /// All rows, those to be dropped too, and which are malformed.
    fn all(
        &mut self,
        data: &[u8],
        schema: &SchemaRef,
        options: &JsonOptions,
    ) -> Result<(RecordBatch, Vec<bool>)> {
        let corrupt = corrupt_column(schema, &options.corrupt_name)?;
        let mut bad = std::mem::take(&mut self.bad);
        let wanted: Fields = schema
            .fields()
            .iter()
            .enumerate()
            .filter(|(index, _)| Some(*index) != corrupt)
            .map(|(_, field)| Arc::clone(field))
            .collect();
        let columns = Columns { tape: &self.tape, data, formats: &options.formats, starts: &self.starts };
        let mut arrays: Vec<ArrayRef> = columns.fields(&wanted, &self.objects, &mut bad)?;
        for (array, field) in arrays.iter_mut().zip(&wanted) {
            if let Some(default) = self.defaults.get(field.name()) {
                *array = where_missing(&columns.missing(field.name(), &self.objects), default, array)?;
            }
        }
        if options.mode == Mode::FailFast
            && let Some(row) = bad.iter().position(|bad| *bad)
        {
            return Err(malformed(self.text(data, row)));
        }
        if let Some(index) = corrupt {
            let texts = bad.iter().enumerate().map(|(row, bad)| bad.then(|| self.text(data, row)));
            arrays.insert(index, strings(texts, bad.len())?);
        }
        let row_count = RecordBatchOptions::new().with_row_count(Some(bad.len()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &row_count)
            .map_err(|e| Error::internal(format!("JSON columns make no batch: {e}")))?;
        Ok((batch, bad))
    }
}

/// Decodes one JSON file or range.
pub(super) struct JsonDecoder {
    options: Arc<JsonOptions>,
    schema: SchemaRef,
    batch_size: usize,
    rows: Rows,
    done: bool,
}

impl JsonDecoder {
    pub(super) fn new(options: Arc<JsonOptions>, request: &DecodeRequest) -> Result<Self> {
        let corrupt = corrupt_column(&request.file_schema, &options.corrupt_name)?;
        expect_not_only_corrupt(&request.columns, corrupt)?;
        Ok(JsonDecoder {
            schema: request.schema(),
            batch_size: request.batch_size,
            rows: Rows { defaults: Arc::clone(&request.defaults), ..Rows::default() },
            done: false,
            options,
        })
    }

    fn lines(&mut self, data: &[u8], last: bool) -> usize {
        let separator = self.options.separator.as_deref();
        let mut position = 0;
        while self.rows.len() < self.batch_size
            && let Some((length, next)) = first_line(&data[position..], separator, last)
        {
            let mark = if data[position..].starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            self.rows.add(data, position + mark, position + length, &self.options);
            position += next;
        }
        position
    }
}

impl Decoder for JsonDecoder {
    fn decode(&mut self, data: &[u8], last: bool) -> Result<Step> {
        let (data, last) =
            if data.len() > RECORD_LIMIT { (&data[..RECORD_LIMIT], false) } else { (data, last) };
        self.rows.clear();
        let consumed = if !self.options.multi_line {
            self.lines(data, last)
        } else if last && !self.done {
            self.done = true;
            let mark = if data.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            self.rows.add(data, mark, data.len(), &self.options);
            data.len()
        } else {
            0
        };
        let batch = if self.rows.len() == 0 {
            None
        } else {
            Some(self.rows.batch(data, &self.schema, &self.options)?)
        };
        Ok(Step { consumed, batch })
    }
}

/// Decodes texts, one JSON value each, as the reader decodes lines: an object is a row, an array a row an element,
/// null and blank texts are none.
///
/// # Errors
/// `MALFORMED_RECORD_IN_PARSING` in mode `FAILFAST`; types that JSON has not.
pub fn decode(texts: &StringArray, schema: &Schema, options: &JsonOptions) -> Result<RecordBatch> {
    let mut rows = Rows::default();
    let offsets = texts.value_offsets();
    let data = texts.value_data();
    for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
        rows.add(data, offsets[row] as usize, offsets[row + 1] as usize, options);
    }
    rows.batch(data, &Arc::new(schema.clone()), options)
}

/// Like [`decode`], with how many rows each text yields; malformed ones are null and count as none when they are to be
/// dropped: the second answer says which rows of the batch stay.
pub(crate) fn decode_each(
    texts: &StringArray,
    schema: &SchemaRef,
    options: &JsonOptions,
) -> Result<EachText> {
    let mut rows = Rows::default();
    let (offsets, data) = (texts.value_offsets(), texts.value_data());
    let mut counts = Vec::with_capacity(texts.len());
    for row in 0..texts.len() {
        let before = rows.len();
        if texts.is_valid(row) {
            rows.add(data, offsets[row] as usize, offsets[row + 1] as usize, options);
        }
        counts.push(rows.len() - before);
    }
    let (batch, bad) = rows.all(data, schema, options)?;
    Ok(EachText::new(batch, counts, &bad, options.mode))
}

#[cfg(test)]
#[path = "decoder_tests.rs"]
mod tests;
