//! Column names and types from the records themselves.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, StringArray};
use arrow::datatypes::{Field, Schema, SchemaRef};
use functions::types::to_field;
use lang::{DataType, Result};

use super::CsvFormat;
use super::decoder::{BYTE_ORDER_MARK, too_long};
use super::options::CsvOptions;
use super::records::Records;
use super::tokenizer::{Tokenizer, Wanted};
use crate::path::LeafFile;
use crate::sample::Sampler;
use crate::scan::fold::{Fold, Start, fold};
use crate::scan::{Chunks, RecordFormat};
use crate::store::Store;
use crate::value::{decimal, number};

/// Records looked at in one go: few enough that their cells stay in the processor's cache.
const ROWS: usize = 1024;

/// The schema of CSV files: names from the first record, types from all of them if the options ask for it.
///
/// # Errors
/// Files that cannot be read.
pub(crate) async fn infer(store: &Store, files: &[LeafFile], options: &Arc<CsvOptions>) -> Result<SchemaRef> {
    let Some(first) = first_record(store, files, options).await? else {
        return Ok(Arc::new(Schema::empty()));
    };
    options.sampling.expect_some()?;
    let names = names(&first, options);
    let types = if options.infer_schema {
        types(store, files, options, names.len()).await?
    } else {
        vec![DataType::STRING; names.len()]
    };
    let fields: Vec<Field> = names.iter().zip(&types).map(|(name, t)| to_field(name, t, true)).collect();
    Ok(Arc::new(Schema::new(fields)))
}

async fn types(
    store: &Store,
    files: &[LeafFile],
    options: &Arc<CsvOptions>,
    width: usize,
) -> Result<Vec<DataType>> {
    let boundary = CsvFormat { options: Arc::clone(options) }.boundary();
    let start = |start: Start| ColumnTypes::new(Arc::clone(options), width, start);
    let found = fold(store, files, boundary, options.encoding, start).await?;
    let mut types = vec![DataType::Null; width];
    for part in found {
        for (so_far, found) in types.iter_mut().zip(part.types) {
            *so_far = common_type(so_far.clone(), found);
        }
    }
    Ok(types.into_iter().map(|t| if t == DataType::Null { DataType::STRING } else { t }).collect())
}

/// The schema of texts, one record each: what [`infer`] says of files.
///
/// # Errors
/// A first record with too many cells.
pub(crate) fn infer_texts(texts: &[StringArray], options: &Arc<CsvOptions>) -> Result<SchemaRef> {
    let Some(first) = first_text(texts, options) else { return Ok(Arc::new(Schema::empty())) };
    let cells = read_first(first.as_bytes(), true, options)?.unwrap_or_default();
    options.sampling.expect_some()?;
    let names = names(&cells, options);
    let start = Start { at_file_start: false, piece: 0 };
    let mut columns = ColumnTypes::new(Arc::clone(options), names.len(), start);
    if options.infer_schema {
        let header = options.header.then_some(first);
        texts.iter().for_each(|texts| columns.take_texts(texts, header));
    }
    let types = columns.types.into_iter().map(|t| if t == DataType::Null { DataType::STRING } else { t });
    let fields: Vec<Field> = names.iter().zip(types).map(|(name, t)| to_field(name, &t, true)).collect();
    Ok(Arc::new(Schema::new(fields)))
}

/// The first text that is a record.
pub(crate) fn first_text<'a>(texts: &'a [StringArray], options: &CsvOptions) -> Option<&'a str> {
    let wanted = Wanted::all(0);
    let tokenizer = Tokenizer { options, wanted: &wanted };
    let mut records = Records::default();
    let mut all = texts.iter().flat_map(|texts| texts.iter().flatten());
    all.find(|text| tokenizer.read_text(text.as_bytes(), 0, text.len(), &mut records))
}

/// How much of a file Spark reads in one task, and so the size from which files count as equally large.
const SPLIT_BYTES: u64 = 128 << 20;

/// The files in the order in which Spark looks for the first record: it deals out large pieces first. Records over several lines
/// are read file by file.
fn in_reading_order<'a>(files: &'a [LeafFile], options: &CsvOptions) -> Vec<&'a LeafFile> {
    let mut files: Vec<&LeafFile> = files.iter().collect();
    if !options.multi_line {
        files.sort_by_key(|file| Reverse(file.meta.size.min(SPLIT_BYTES)));
    }
    files
}

/// The cells of the first record of the first file that has one.
async fn first_record(
    store: &Store,
    files: &[LeafFile],
    options: &CsvOptions,
) -> Result<Option<Vec<Option<String>>>> {
    for file in in_reading_order(files, options) {
        let failed = |e| crate::error::in_file(e, &file.path);
        let meta = &file.meta;
        let mut chunks =
            Chunks::open(Arc::clone(&store.object), meta.location.clone(), meta.size, None, b'\n')
                .await
                .map_err(failed)?
                .with_encoding(options.encoding);
        let (mut buffer, mut last) = (Vec::new(), false);
        while !last {
            last = !chunks.fill(&mut buffer).await.map_err(failed)?;
            let data = buffer.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&buffer);
            if let Some(cells) = read_first(data, last, options)? {
                return Ok(Some(cells));
            }
        }
    }
    Ok(None)
}

fn read_first(data: &[u8], last: bool, options: &CsvOptions) -> Result<Option<Vec<Option<String>>>> {
    let mut records = Records::default();
    let read = |width: usize, records: &mut Records| {
        let wanted = Wanted::all(width);
        records.reset(width);
        Tokenizer { options, wanted: &wanted }.read(data, last, 1, records);
    };
    read(0, &mut records);
    let Some(width) = records.counts.first().copied() else { return Ok(None) };
    if width > options.max_columns {
        return Err(too_long(records.line(data, 0)));
    }
    read(width, &mut records);
    if options.max_characters.is_some_and(|limit| {
        (0..width).any(|slot| {
            let cell = records.cell(data, 0, slot).unwrap_or_default();
            String::from_utf8_lossy(cell).chars().count() > limit
        })
    }) {
        return Err(too_long(records.line(data, 0)));
    }
    let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
    Ok(Some((0..width).map(|slot| records.cell(data, 0, slot).map(text)).collect()))
}

/// Spark's names: the header's, with the position behind names that occur twice, `_c<position>` for empty ones.
fn names(first: &[Option<String>], options: &CsvOptions) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for name in first.iter().flatten() {
        *seen.entry(name.to_lowercase()).or_default() += 1;
    }
    first
        .iter()
        .enumerate()
        .map(|(index, name)| match name {
            Some(name) if options.header && !name.is_empty() && name.as_bytes() != options.null_value => {
                if seen[&name.to_lowercase()] > 1 {
                    format!("{name}{index}")
                } else {
                    name.clone()
                }
            }
            _ => format!("_c{index}"),
        })
        .collect()
}

/// The types of the columns of one file or range, as far as read.
struct ColumnTypes {
    options: Arc<CsvOptions>,
    /// The columns that are not strings yet: nothing changes the type of one that is.
    wanted: Wanted,
    types: Vec<DataType>,
    records: Records,
    at_start: bool,
    header: bool,
    sampler: Sampler,
}

impl ColumnTypes {
    fn new(options: Arc<CsvOptions>, width: usize, start: Start) -> Self {
        ColumnTypes {
            wanted: Wanted { count: false, ..Wanted::all(width) },
            types: vec![DataType::Null; width],
            records: Records::default(),
            header: start.at_file_start && options.header,
            at_start: start.at_file_start,
            sampler: options.sampling.sampler(start.piece),
            options,
        }
    }

    fn take_texts(&mut self, texts: &StringArray, header: Option<&str>) {
        let (offsets, data) = (texts.value_offsets(), texts.value_data());
        self.records.reset(self.wanted.positions.len());
        let tokenizer = Tokenizer { options: &self.options, wanted: &self.wanted };
        for row in 0..texts.len() {
            if texts.is_valid(row) && self.sampler.takes() && header != Some(texts.value(row)) {
                tokenizer.read_text(
                    data,
                    offsets[row] as usize,
                    offsets[row + 1] as usize,
                    &mut self.records,
                );
            }
        }
        (0..self.wanted.positions.len()).for_each(|slot| self.look(data, 0, slot));
    }

    /// Widens the type of one column by the records from `row` on.
    fn look(&mut self, data: &[u8], mut row: usize, slot: usize) {
        let cells = Cells { records: &self.records, data, slot, null: &self.options.null_value };
        let so_far = &mut self.types[self.wanted.positions[slot]];
        while *so_far != DataType::STRING {
            row = cells.holding(row, so_far, &self.options);
            let Some(cell) = (row < self.records.rows()).then(|| cells.get(row)) else { return };
            let found = type_of(cell.unwrap_or_default(), so_far, &self.options);
            *so_far = common_type(so_far.clone(), found);
            row += 1;
        }
    }
}

impl Fold for ColumnTypes {
    fn is_done(&self) -> bool {
        self.wanted.positions.is_empty()
    }

    fn take(&mut self, data: &[u8], last: bool) -> Result<usize> {
        let mark = if self.at_start && data.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let data = &data[mark..];
        self.records.reset(self.wanted.positions.len());
        let tokenizer = Tokenizer { options: &self.options, wanted: &self.wanted };
        let (consumed, first) = if self.sampler.chooses() {
            let (sampler, header) = (&mut self.sampler, &mut self.header);
            let multi_line = self.options.multi_line;
            let consumed = tokenizer.read_some(data, last, ROWS, &mut self.records, |is_record| {
                let is_header = is_record && std::mem::take(header);
                // A header is among the lines that Spark samples, but not among the records of several lines.
                if is_header && multi_line {
                    return false;
                }
                sampler.takes() && !is_header
            });
            (consumed, 0)
        } else {
            (tokenizer.read(data, last, ROWS, &mut self.records), usize::from(self.header))
        };
        if self.records.rows() == 0 {
            return Ok(if consumed > 0 { mark + consumed } else { 0 });
        }
        (self.at_start, self.header) = (false, false);
        for slot in 0..self.wanted.positions.len() {
            self.look(data, first, slot);
        }
        let types = &self.types;
        self.wanted.positions.retain(|column| types[*column] != DataType::STRING);
        Ok(mark + consumed)
    }
}

/// The cells of one column.
struct Cells<'a> {
    records: &'a Records,
    data: &'a [u8],
    slot: usize,
    null: &'a [u8],
}

impl Cells<'_> {
    /// The text of a cell, if it tells something.
    #[inline]
    fn get(&self, row: usize) -> Option<&[u8]> {
        let cell = self.records.cell(self.data, row, self.slot)?;
        (!cell.is_empty() && cell != self.null).then_some(cell)
    }

    /// The first record from `row` on whose cell is not of the type.
    #[inline]
    fn first_other(&self, mut row: usize, holds: impl Fn(&[u8]) -> bool) -> usize {
        let rows = self.records.rows();
        while row < rows && self.get(row).is_none_or(&holds) {
            row += 1;
        }
        row
    }

    fn holding(&self, row: usize, data_type: &DataType, options: &CsvOptions) -> usize {
        let formats = &options.formats;
        match data_type {
            DataType::Integer => self.first_other(row, |cell| {
                number::integer(cell).is_some_and(|value| i32::try_from(value).is_ok())
            }),
            DataType::Long => self.first_other(row, |cell| number::integer(cell).is_some()),
            DataType::Double => self.first_other(row, |cell| formats.double(cell).is_some()),
            DataType::Date => self.first_other(row, |cell| formats.strict_date(cell).is_some()),
            DataType::Timestamp => self.first_other(row, |cell| formats.is_timestamp(cell)),
            DataType::Boolean => self.first_other(row, |cell| number::boolean(cell).is_some()),
            _ => self.first_other(row, |_| false),
        }
    }
}

/// The narrowest type of a cell on Spark's ladder, starting at the rung the column has reached.
fn type_of(cell: &[u8], so_far: &DataType, options: &CsvOptions) -> DataType {
    let rung = match so_far {
        DataType::Null | DataType::Integer => 0,
        DataType::Long => 1,
        DataType::Decimal { .. } => 2,
        DataType::Double => 3,
        DataType::Date => 4,
        DataType::Timestamp => 5,
        _ => 6,
    };
    let integer = number::integer(cell);
    if rung <= 0 && integer.is_some_and(|value| i32::try_from(value).is_ok()) {
        return DataType::Integer;
    }
    if rung <= 1 && integer.is_some() {
        return DataType::Long;
    }
    if rung <= 2
        && !cell.contains(&b',')
        && let Some(digits) = decimal::digits(cell).filter(|digits| digits.scale == 0)
    {
        return DataType::Decimal { precision: digits.precision as u8, scale: 0 };
    }
    if rung <= 3 && options.formats.double(cell).is_some() {
        return DataType::Double;
    }
    if rung <= 4 && options.prefer_date && options.formats.strict_date(cell).is_some() {
        return DataType::Date;
    }
    if rung <= 5 && options.formats.is_timestamp(cell) {
        return DataType::Timestamp;
    }
    if number::boolean(cell).is_some() { DataType::Boolean } else { DataType::STRING }
}

/// The tightest type that holds both.
fn common_type(a: DataType, b: DataType) -> DataType {
    use DataType::{Date, Decimal, Double, Integer, Long, Null, Timestamp};
    match (a, b) {
        (a, b) if a == b => a,
        (Null, other) | (other, Null) => other,
        (Integer, Long) | (Long, Integer) => Long,
        (Double, Integer | Long | Decimal { .. }) | (Integer | Long | Decimal { .. }, Double) => Double,
        (Decimal { precision: p, .. }, Decimal { precision: q, .. }) => {
            Decimal { precision: p.max(q), scale: 0 }
        }
        (Decimal { precision, .. }, Integer) | (Integer, Decimal { precision, .. }) => {
            Decimal { precision: precision.max(10), scale: 0 }
        }
        (Decimal { precision, .. }, Long) | (Long, Decimal { precision, .. }) => {
            Decimal { precision: precision.max(20), scale: 0 }
        }
        (Date, Timestamp) | (Timestamp, Date) => Timestamp,
        _ => DataType::STRING,
    }
}

#[cfg(test)]
#[path = "infer_tests.rs"]
mod tests;
