//! Text to rows: a line or the whole file each.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use lang::{Error, Result};
use memchr::{memchr2, memmem};

use crate::scan::{DecodeRequest, Decoder, Step};
use crate::value::strings;

/// The mark that some programs write at the start of UTF-8 files.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A row a line.
pub(super) struct LineDecoder {
    separator: Option<Vec<u8>>,
    schema: SchemaRef,
    batch_size: usize,
    at_start: bool,
}

/// The complete line at the start of some text: its length, and where the next one starts.
pub(crate) fn first_line(text: &[u8], separator: Option<&[u8]>, last: bool) -> Option<(usize, usize)> {
    let found = match separator {
        None => memchr2(b'\n', b'\r', text),
        Some(separator) => memmem::find(text, separator),
    };
    let rest = || (last && !text.is_empty()).then_some((text.len(), text.len()));
    let Some(end) = found else { return rest() };
    match (separator, text[end], text.get(end + 1)) {
        (Some(separator), ..) => Some((end, end + separator.len())),
        (None, b'\r', Some(b'\n')) => Some((end, end + 2)),
        // A line feed may follow in the next chunk.
        (None, b'\r', None) if !last => None,
        _ => Some((end, end + 1)),
    }
}

impl LineDecoder {
    pub(super) fn new(separator: Option<Vec<u8>>, request: &DecodeRequest) -> Self {
        LineDecoder {
            separator,
            schema: request.schema(),
            batch_size: request.batch_size,
            at_start: request.at_start,
        }
    }
}

impl Decoder for LineDecoder {
    fn decode(&mut self, data: &[u8], last: bool) -> Result<Step> {
        if self.at_start {
            if data.len() < BYTE_ORDER_MARK.len() && !last {
                return Ok(Step::default());
            }
            self.at_start = false;
            if data.starts_with(BYTE_ORDER_MARK) {
                return Ok(Step { consumed: BYTE_ORDER_MARK.len(), batch: None });
            }
        }
        let (mut lines, mut position) = (Vec::with_capacity(self.batch_size), 0);
        while lines.len() < self.batch_size
            && let Some((length, next)) = first_line(&data[position..], self.separator.as_deref(), last)
        {
            lines.push(&data[position..position + length]);
            position += next;
        }
        let batch = if lines.is_empty() { None } else { Some(batch(&self.schema, &lines)?) };
        Ok(Step { consumed: position, batch })
    }
}

/// One row for the whole file.
pub(super) struct WholeDecoder {
    schema: SchemaRef,
    done: bool,
}

impl WholeDecoder {
    pub(super) fn new(request: &DecodeRequest) -> Self {
        WholeDecoder { schema: request.schema(), done: false }
    }
}

impl Decoder for WholeDecoder {
    fn decode(&mut self, data: &[u8], last: bool) -> Result<Step> {
        if !last || self.done || data.is_empty() {
            return Ok(Step::default());
        }
        self.done = true;
        Ok(Step { consumed: data.len(), batch: Some(batch(&self.schema, &[data])?) })
    }
}

/// The rows as a batch of the string column, or of no column.
fn batch(schema: &SchemaRef, rows: &[&[u8]]) -> Result<RecordBatch> {
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|_| strings(rows.iter().map(|row| Some(*row)), rows.len()))
        .collect::<Result<_>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(|e| Error::internal(format!("lines make no batch: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways() {
        for (text, separator, last, expected) in [
            ("a\nb", None, false, Some((1, 2))),
            ("a\r\nb", None, false, Some((1, 3))),
            ("a\rb", None, false, Some((1, 2))),
            ("a\r", None, false, None),
            ("a\r", None, true, Some((1, 2))),
            ("a", None, false, None),
            ("a", None, true, Some((1, 1))),
            ("", None, true, None),
            ("a||b", Some("||"), false, Some((1, 3))),
            ("a\nb", Some("|"), true, Some((3, 3))),
        ] {
            assert_eq!(first_line(text.as_bytes(), separator.map(str::as_bytes), last), expected, "{text:?}");
        }
    }
}
