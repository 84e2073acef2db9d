//! CSV bytes to record batches.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ScalarValue;
use lang::{Error, ErrorKind, Result};

use super::options::CsvOptions;
use super::records::Records;
use super::tokenizer::{Tokenizer, Wanted};
use crate::mode::{Mode, corrupt_column, expect_not_only_corrupt, malformed};
use crate::parse::EachText;
use crate::scan::{DecodeRequest, Decoder, RECORD_LIMIT, Step, where_missing};
use crate::value::{parse_column, strings};

/// The mark that some programs write at the start of UTF-8 files.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Decodes one CSV file or range.
pub(super) struct CsvDecoder {
    options: Arc<CsvOptions>,
    schema: SchemaRef,
    /// For every column of the batch: the slot of its cells, or none for the corrupt record column.
    slots: Vec<Option<usize>>,
    wanted: Wanted,
    /// How many cells a record has, where that is looked at.
    expected: Option<usize>,
    /// For every slot what stands for a cell that a record is too short for.
    defaults: Vec<Option<ScalarValue>>,
    /// The names of the wanted columns, to compare a header with.
    names: Vec<String>,
    batch_size: usize,
    at_start: bool,
    header: bool,
    records: Records,
}

impl CsvDecoder {
    pub(super) fn new(options: Arc<CsvOptions>, request: &DecodeRequest) -> Result<Self> {
        let corrupt = corrupt_column(&request.file_schema, &options.corrupt_name)?;
        expect_not_only_corrupt(&request.columns, corrupt)?;
        // The corrupt record column is not in the file: columns behind it stand one place earlier there.
        let place = |column: usize| column - usize::from(corrupt.is_some_and(|c| c < column));
        let data: Vec<usize> = request.columns.iter().copied().filter(|c| Some(*c) != corrupt).collect();
        let data_columns = request.file_schema.fields().len() - usize::from(corrupt.is_some());
        let whole = data_columns > 0 && (data.len() == data_columns || !options.column_pruning);
        let default =
            |column: &usize| request.defaults.get(request.file_schema.field(*column).name()).cloned();
        let defaults: Vec<_> = data.iter().map(default).collect();
        let mut slot = 0..;
        let slots =
            request.columns.iter().map(|c| if Some(*c) == corrupt { None } else { slot.next() }).collect();
        Ok(CsvDecoder {
            schema: request.schema(),
            slots,
            wanted: Wanted {
                count: whole || defaults.iter().any(Option::is_some),
                positions: data.iter().map(|column| place(*column)).collect(),
            },
            expected: whole.then_some(data_columns),
            defaults,
            names: data.iter().map(|column| request.file_schema.field(*column).name().clone()).collect(),
            batch_size: request.batch_size,
            at_start: request.at_start,
            header: request.at_start && options.header,
            records: Records::default(),
            options,
        })
    }

    /// Skips what stands before the first record; answers how many bytes, or `None` to wait for more.
    fn skip_start(&mut self, data: &[u8], last: bool) -> Result<Option<usize>> {
        if !last && data.len() < BYTE_ORDER_MARK.len() {
            return Ok(None);
        }
        let mark = if data.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        if !self.header {
            self.at_start = false;
            return Ok(Some(mark));
        }
        let data = &data[mark..];
        let wanted = Wanted { count: true, ..self.wanted.clone() };
        let tokenizer = Tokenizer { options: &self.options, wanted: &wanted };
        self.records.reset(wanted.positions.len());
        let consumed = tokenizer.read(data, last, 1, &mut self.records);
        if self.records.rows() == 0 && !last {
            return Ok(None);
        }
        if self.records.rows() == 1 && !self.options.enforce_schema {
            self.expect_names(data)?;
        }
        (self.at_start, self.header) = (false, false);
        Ok(Some(mark + consumed))
    }

    /// Compares the header with the schema, case aside.
    fn expect_names(&self, data: &[u8]) -> Result<()> {
        for (slot, name) in self.names.iter().enumerate() {
            let cell = String::from_utf8_lossy(self.records.cell(data, 0, slot).unwrap_or_default());
            if !cell.eq_ignore_ascii_case(name) {
                let header = String::from_utf8_lossy(self.records.line(data, 0)).into_owned();
                let reason = format!(
                    "CSV header does not conform to the schema. Header: {header}. Schema: {}. Expected: {name} but found: {cell}",
                    self.names.join(", ")
                );
                return Err(crate::error::unreadable("", &reason));
            }
        }
        Ok(())
    }

    fn batch(&mut self, data: &[u8]) -> Result<RecordBatch> {
        let (batch, bad) = self.all(data)?;
        if self.options.mode != Mode::DropMalformed || !bad.contains(&true) {
            return Ok(batch);
        }
        let keep = BooleanArray::from_iter(bad.iter().map(|bad| Some(!bad)));
        filter_record_batch(&batch, &keep)
            .map_err(|e| Error::internal(format!("dropping malformed records: {e}")))
    }

    /// A row for each text that is a record; `header` is none, wherever it occurs.
    pub(super) fn texts(&mut self, texts: &StringArray, header: Option<&str>) -> Result<EachText> {
        let (offsets, data) = (texts.value_offsets(), texts.value_data());
        self.records.reset(self.wanted.positions.len());
        let tokenizer = Tokenizer { options: &self.options, wanted: &self.wanted };
        let mut counts = Vec::with_capacity(texts.len());
        for row in 0..texts.len() {
            let (start, end) = (offsets[row] as usize, offsets[row + 1] as usize);
            let wanted = texts.is_valid(row) && header != Some(texts.value(row));
            counts.push(usize::from(wanted && tokenizer.read_text(data, start, end, &mut self.records)));
        }
        let (batch, bad) = self.all(data)?;
        Ok(EachText::new(batch, counts, &bad, self.options.mode))
    }

    /// All rows, those to be dropped too, and which are malformed.
    fn all(&mut self, data: &[u8]) -> Result<(RecordBatch, Vec<bool>)> {
        let rows = self.records.rows();
        let mut bad = self.wrong_counts(data)?;
        let mut arrays: Vec<Option<ArrayRef>> = Vec::with_capacity(self.slots.len());
        for (slot, field) in self.slots.iter().zip(self.schema.fields()) {
            arrays.push(match slot {
                Some(slot) => {
                    let column = self.column(data, *slot, field.data_type(), &mut bad)?;
                    Some(self.with_default(column, *slot)?)
                }
                None => None,
            });
        }
        if self.options.mode == Mode::FailFast
            && let Some(row) = bad.iter().position(|bad| *bad)
        {
            return Err(malformed(self.records.line(data, row)));
        }
        let columns = arrays
            .into_iter()
            .map(|array| array.map_or_else(|| self.corrupt_records(data, &bad), Ok))
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(|e| Error::internal(format!("CSV columns make no batch: {e}")))?;
        Ok((batch, bad))
    }

    fn column(&self, data: &[u8], slot: usize, data_type: &DataType, bad: &mut [bool]) -> Result<ArrayRef> {
        let null = self.options.null_value.as_slice();
        let cells = (0..bad.len()).map(|row| self.records.cell(data, row, slot));
        if null.is_empty() {
            return parse_column(
                data_type,
                cells.map(|c| c.filter(|t| !t.is_empty())),
                &self.options.formats,
                bad,
            );
        }
        parse_column(data_type, cells.map(|c| c.filter(|t| *t != null)), &self.options.formats, bad)
    }

    /// The column with its default in records that end before it.
    fn with_default(&self, column: ArrayRef, slot: usize) -> Result<ArrayRef> {
        let (Some(Some(default)), Some(place)) = (self.defaults.get(slot), self.wanted.positions.get(slot))
        else {
            return Ok(column);
        };
        let ends_before = |count: &usize| Some(count <= place);
        where_missing(&BooleanArray::from_iter(self.records.counts.iter().map(ends_before)), default, &column)
    }

    /// The raw text of bad records, null for good ones.
    fn corrupt_records(&self, data: &[u8], bad: &[bool]) -> Result<ArrayRef> {
        let line = |row| without_line_end(self.records.line(data, row));
        let lines = bad.iter().enumerate().map(|(row, bad)| bad.then(|| line(row)));
        strings(lines, bad.len())
    }

    /// Marks records with too few or too many cells.
    fn wrong_counts(&self, data: &[u8]) -> Result<Vec<bool>> {
        let rows = self.records.rows();
        self.expect_short_cells(data)?;
        let Some(expected) = self.expected else { return Ok(vec![false; rows]) };
        if let Some(row) = self.records.counts.iter().position(|count| *count > self.options.max_columns) {
            return Err(too_long(self.records.line(data, row)));
        }
        Ok(self.records.counts.iter().map(|count| *count != expected).collect())
    }

    fn expect_short_cells(&self, data: &[u8]) -> Result<()> {
        let Some(limit) = self.options.max_characters else { return Ok(()) };
        for row in 0..self.records.rows() {
            for slot in 0..self.wanted.positions.len() {
                let cell = self.records.cell(data, row, slot).unwrap_or_default();
                if cell.len() > limit && String::from_utf8_lossy(cell).chars().count() > limit {
                    return Err(too_long(self.records.line(data, row)));
                }
            }
        }
        Ok(())
    }
}

impl Decoder for CsvDecoder {
    fn decode(&mut self, data: &[u8], last: bool) -> Result<Step> {
        let (data, last) =
            if data.len() > RECORD_LIMIT { (&data[..RECORD_LIMIT], false) } else { (data, last) };
        if self.at_start {
            let skipped = self.skip_start(data, last)?;
            match skipped {
                None | Some(1..) => return Ok(Step { consumed: skipped.unwrap_or(0), batch: None }),
                Some(0) => {}
            }
        }
        self.records.reset(self.wanted.positions.len());
        let tokenizer = Tokenizer { options: &self.options, wanted: &self.wanted };
        let consumed = tokenizer.read(data, last, self.batch_size, &mut self.records);
        let batch = if self.records.rows() == 0 { None } else { Some(self.batch(data)?) };
        Ok(Step { consumed, batch })
    }
}

/// A record whose last cell ends in a line break that is no separator is shown without it.
fn without_line_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// A record over one of the limits.
pub(super) fn too_long(record: &[u8]) -> Error {
    let record: String = String::from_utf8_lossy(record).chars().take(1000).collect();
    Error::new(ErrorKind::Data, "MALFORMED_CSV_RECORD").with("badRecord", record)
}

#[cfg(test)]
#[path = "decoder_tests.rs"]
mod tests;
