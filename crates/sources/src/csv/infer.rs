//! Column names and types from the records themselves.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use functions::types::to_field;
use lang::{DataType, Result};

use super::CsvFormat;
use super::decoder::{BYTE_ORDER_MARK, too_long};
use super::options::CsvOptions;
use super::records::Records;
use super::tokenizer::{Tokenizer, Wanted};
use crate::path::LeafFile;
use crate::scan::fold::{Fold, fold};
use crate::scan::{Chunks, RecordFormat};
use crate::store::Store;
use crate::value::{decimal, number};

/// Records looked at in one go.
const ROWS: usize = 8192;

/// The schema of CSV files: names from the first record, types from all of them if the options ask for it.
///
/// # Errors
/// Files that cannot be read.
pub(crate) async fn infer(store: &Store, files: &[LeafFile], options: &Arc<CsvOptions>) -> Result<SchemaRef> {
    let Some(first) = first_record(store, files, options).await? else {
        return Ok(Arc::new(Schema::empty()));
    };
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
    let start = |at_start: bool| ColumnTypes::new(Arc::clone(options), width, at_start);
    let found = fold(store, files, boundary, start).await?;
    let mut types = vec![DataType::Null; width];
    for part in found {
        for (so_far, found) in types.iter_mut().zip(part.types) {
            *so_far = common_type(so_far.clone(), found);
        }
    }
    Ok(types.into_iter().map(|t| if t == DataType::Null { DataType::STRING } else { t }).collect())
}

/// The cells of the first record of the first file that has one.
async fn first_record(
    store: &Store,
    files: &[LeafFile],
    options: &CsvOptions,
) -> Result<Option<Vec<Option<String>>>> {
    for file in files {
        let failed = |e| crate::error::in_file(e, &file.path);
        let meta = &file.meta;
        let mut chunks =
            Chunks::open(Arc::clone(&store.object), meta.location.clone(), meta.size, None, b'\n')
                .await
                .map_err(failed)?;
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
    wanted: Wanted,
    types: Vec<DataType>,
    records: Records,
    at_start: bool,
    header: bool,
}

impl ColumnTypes {
    fn new(options: Arc<CsvOptions>, width: usize, at_start: bool) -> Self {
        ColumnTypes {
            wanted: Wanted { count: false, ..Wanted::all(width) },
            types: vec![DataType::Null; width],
            records: Records::default(),
            header: at_start && options.header,
            at_start,
            options,
        }
    }
}

impl Fold for ColumnTypes {
    fn take(&mut self, data: &[u8], last: bool) -> Result<usize> {
        let mark = if self.at_start && data.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let data = &data[mark..];
        self.records.reset(self.types.len());
        let tokenizer = Tokenizer { options: &self.options, wanted: &self.wanted };
        let consumed = tokenizer.read(data, last, ROWS, &mut self.records);
        let rows = self.records.rows();
        if rows == 0 {
            return Ok(if consumed > 0 { mark + consumed } else { 0 });
        }
        let first = usize::from(self.header);
        (self.at_start, self.header) = (false, false);
        for (slot, so_far) in self.types.iter_mut().enumerate() {
            for row in first..rows {
                if *so_far == DataType::STRING {
                    break;
                }
                match self.records.cell(data, row, slot) {
                    Some(cell) if !cell.is_empty() && cell != self.options.null_value => {
                        widen(so_far, cell, &self.options);
                    }
                    _ => {}
                }
            }
        }
        Ok(mark + consumed)
    }
}

/// Widens a column's type until it holds `cell` too.
fn widen(so_far: &mut DataType, cell: &[u8], options: &CsvOptions) {
    // What the type already holds needs no new object.
    let holds = match so_far {
        DataType::Integer => number::integer(cell).is_some_and(|v| i32::try_from(v).is_ok()),
        DataType::Long => number::integer(cell).is_some(),
        DataType::Double => options.formats.double(cell).is_some(),
        DataType::Date => options.formats.strict_date(cell).is_some(),
        DataType::Timestamp => options.formats.timestamp(cell).is_some(),
        DataType::Boolean => number::boolean(cell).is_some(),
        _ => false,
    };
    if !holds {
        let found = type_of(cell, so_far, options);
        *so_far = common_type(so_far.clone(), found);
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
    if rung <= 5 && options.formats.timestamp(cell).is_some() {
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
