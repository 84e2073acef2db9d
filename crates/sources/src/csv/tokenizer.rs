//! Finds records and cells.

use memchr::{memchr, memchr2, memmem};

use super::options::CsvOptions;
use super::records::Records;

/// Which cells of a record are wanted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Ascending positions in the record; the index here is the slot in [`Records`].
    pub positions: Vec<usize>,
    /// Whether to look at all cells, to count them.
    pub count: bool,
}

impl Wanted {
    /// All cells up to `width`, counted.
    pub(super) fn all(width: usize) -> Self {
        Wanted { positions: (0..width).collect(), count: true }
    }

    /// The slot of a cell, given that cells are asked for in order.
    #[inline]
    pub(super) fn slot(&self, next: usize, position: usize) -> Option<usize> {
        (self.positions.get(next) == Some(&position)).then_some(next)
    }

    #[inline]
    pub(super) fn is_done(&self, next: usize) -> bool {
        !self.count && next >= self.positions.len()
    }
}

/// Where a record ends and where the next one starts.
struct Line {
    end: usize,
    next: usize,
}

/// Splits bytes into records and records into cells.
#[derive(Debug)]
pub(super) struct Tokenizer<'a> {
    pub options: &'a CsvOptions,
    pub wanted: &'a Wanted,
}

impl Tokenizer<'_> {
    /// Reads up to `limit` complete records; answers how many bytes they took, skipped lines included.
    pub(super) fn read(&self, data: &[u8], last: bool, limit: usize, records: &mut Records) -> usize {
        if self.options.multi_line {
            return self.read_multi_line(data, 0, last, limit, records);
        }
        let mut position = 0;
        while records.rows() < limit {
            let Some(line) = self.line(data, position, last) else { break };
            if !self.is_skipped(&data[position..line.end]) {
                records.begin();
                let count = self.cells(data, position, line.end, records);
                records.end(position, line.end, count);
            }
            position = line.next;
        }
        position
    }

    /// Like [`Self::read`], of those records that `takes` chooses. It is asked about every line, those that are no records
    /// too, and told which are; records of several lines are one.
    pub(super) fn read_some(
        &self,
        data: &[u8],
        last: bool,
        limit: usize,
        records: &mut Records,
        mut takes: impl FnMut(bool) -> bool,
    ) -> usize {
        let mut position = 0;
        while records.rows() < limit {
            if self.options.multi_line {
                let (rows, aside) = (records.rows(), records.aside.len());
                let next = self.read_multi_line(data, position, last, rows + 1, records);
                if records.rows() == rows {
                    return next;
                }
                if !takes(true) {
                    records.take_back(aside);
                }
                position = next;
                continue;
            }
            let Some(line) = self.line(data, position, last) else { break };
            let is_record = !self.is_skipped(&data[position..line.end]);
            if takes(is_record) && is_record {
                self.read_text(data, position, line.end, records);
            }
            position = line.next;
        }
        position
    }

    /// Reads the one record that `data[start..end]` is; answers whether it is one.
    pub(super) fn read_text(&self, data: &[u8], start: usize, end: usize, records: &mut Records) -> bool {
        if self.is_skipped(&data[start..end]) {
            return false;
        }
        records.begin();
        let count = self.cells(data, start, end, records);
        records.end(start, end, count);
        true
    }

    /// The line at `position`; `None` if its end is not in the data yet.
    fn line(&self, data: &[u8], position: usize, last: bool) -> Option<Line> {
        let rest = &data[position..];
        let separator = self.options.line_separator.as_deref();
        let found = match separator {
            None => memchr2(b'\n', b'\r', rest),
            Some([single]) => memchr(*single, rest),
            Some(separator) => memmem::find(rest, separator),
        };
        let Some(found) = found.map(|index| position + index) else {
            let end = data.len();
            return (last && position < end).then_some(Line { end, next: end });
        };
        let next = match (separator, data[found], data.get(found + 1)) {
            (Some(separator), ..) => found + separator.len(),
            (None, b'\r', Some(b'\n')) => found + 2,
            // A line feed may follow in the next chunk.
            (None, b'\r', None) if !last => return None,
            _ => found + 1,
        };
        Some(Line { end: found, next })
    }

    /// Blank lines and comments are no records.
    fn is_skipped(&self, line: &[u8]) -> bool {
        let blank = line.first().is_none_or(|first| *first <= b' ') && line.iter().all(|byte| *byte <= b' ');
        blank || (self.options.comment.is_some() && line.first() == self.options.comment.as_ref())
    }

    /// The cells of a line; answers how many there are, or at least as many as are wanted.
    fn cells(&self, data: &[u8], start: usize, end: usize, records: &mut Records) -> usize {
        let options = self.options;
        match options.separator.as_slice() {
            [separator] if !options.trim_leading && !options.trim_trailing => {
                self.simple_cells(data, start, end, *separator, records)
            }
            _ if options.quote.is_some_and(|quote| memchr(quote, &data[start..end]).is_some()) => {
                self.quoted_cells(data, start, end, records).count
            }
            _ => self.plain_cells(data, start, end, records),
        }
    }

    /// The cells of a line in the usual dialect: a separator of one byte, blanks kept.
    fn simple_cells(
        &self,
        data: &[u8],
        start: usize,
        end: usize,
        separator: u8,
        records: &mut Records,
    ) -> usize {
        let quote = self.options.quote;
        let (mut cell, mut position, mut next) = (start, 0, 0);
        while !self.wanted.is_done(next) {
            let slot = self.wanted.slot(next, position);
            let over = if cell < end && Some(data[cell]) == quote {
                self.simple_quoted(data, cell + 1, end, separator, slot, records)
            } else {
                let over = find(data, cell, end, separator);
                if let Some(slot) = slot {
                    records.set(slot, cell, over);
                }
                over
            };
            next += usize::from(slot.is_some());
            position += 1;
            if over >= end {
                break;
            }
            cell = over + 1;
        }
        position
    }

    /// The cells of a line without quotes; answers how many there are, or at least as many as are wanted.
    fn plain_cells(&self, data: &[u8], start: usize, end: usize, records: &mut Records) -> usize {
        match self.options.separator.as_slice() {
            [separator] => self.split_plain(data, start, end, records, 1, |rest| {
                rest.iter().position(|byte| byte == separator)
            }),
            separator => {
                let finder = memmem::Finder::new(separator);
                self.split_plain(data, start, end, records, separator.len(), |rest| finder.find(rest))
            }
        }
    }

    #[inline]
    fn split_plain(
        &self,
        data: &[u8],
        start: usize,
        end: usize,
        records: &mut Records,
        separator_length: usize,
        find: impl Fn(&[u8]) -> Option<usize>,
    ) -> usize {
        let (mut cell, mut position, mut next) = (start, 0, 0);
        let trim = self.options.trim_leading || self.options.trim_trailing;
        while !self.wanted.is_done(next) {
            let found = find(&data[cell..end]);
            let cell_end = found.map_or(end, |length| cell + length);
            if let Some(slot) = self.wanted.slot(next, position) {
                let (from, to) = if trim { self.trim(data, cell, cell_end) } else { (cell, cell_end) };
                records.set(slot, from, to);
                next += 1;
            }
            position += 1;
            if found.is_none() {
                break;
            }
            cell = cell_end + separator_length;
        }
        position
    }

    /// A cell's bounds without the blanks that the options ignore.
    pub(super) fn trim(&self, data: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
        if self.options.trim_leading {
            while start < end && data[start] <= b' ' {
                start += 1;
            }
        }
        if self.options.trim_trailing {
            while end > start && data[end - 1] <= b' ' {
                end -= 1;
            }
        }
        (start, end)
    }

    fn read_multi_line(
        &self,
        data: &[u8],
        mut position: usize,
        last: bool,
        limit: usize,
        records: &mut Records,
    ) -> usize {
        while records.rows() < limit && position < data.len() {
            if let Some(length) = self.newline(data, position, data.len()) {
                position += length;
                continue;
            }
            if self.options.comment == Some(data[position]) {
                match self.line(data, position, last) {
                    Some(line) => position = line.next,
                    None => break,
                }
                continue;
            }
            let aside = records.aside.len();
            records.begin();
            let row = self.quoted_cells(data, position, data.len(), records);
            // Without the line's end in sight, the next chunk may change how the last cell reads.
            if row.end == data.len() && !last {
                records.undo(aside);
                break;
            }
            records.end(position, row.end, row.count);
            position = row.end + self.newline(data, row.end, data.len()).unwrap_or(0);
        }
        position
    }

    /// The length of the line break at `position`, if there is one.
    #[inline]
    pub(super) fn newline(&self, data: &[u8], position: usize, end: usize) -> Option<usize> {
        let byte = *data[..end].get(position)?;
        match self.options.line_separator.as_deref() {
            Some(separator) => data[position..end].starts_with(separator).then_some(separator.len()),
            None if byte == b'\n' => Some(1),
            None if byte == b'\r' => Some(if data[..end].get(position + 1) == Some(&b'\n') { 2 } else { 1 }),
            None => None,
        }
    }
}

/// A one in every byte of a word.
const ONES: u64 = u64::from_ne_bytes([1; 8]);
/// The highest bit of every byte of a word.
const HIGHS: u64 = ONES << 7;

/// Where `needle` first stands in `data[start..end]`, else `end`: eight bytes at a time, for cells are short.
#[inline]
fn find(data: &[u8], start: usize, end: usize, needle: u8) -> usize {
    let pattern = ONES * u64::from(needle);
    let mut position = start;
    // What stands behind `end` is looked at too, but not found.
    while let Some(word) = data.get(position..).and_then(<[u8]>::first_chunk::<8>) {
        let differences = u64::from_le_bytes(*word) ^ pattern;
        let zeros = differences.wrapping_sub(ONES) & !differences & HIGHS;
        if zeros != 0 {
            return (position + (zeros.trailing_zeros() / 8) as usize).min(end);
        }
        position += 8;
        if position >= end {
            return end;
        }
    }
    while position < end && data[position] != needle {
        position += 1;
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_wherever_they_stand() {
        let data = b"abcdefghijklmnopqrstuvwxyz,0123456789,";
        for start in 0..data.len() {
            for end in start..=data.len() {
                let expected = data[start..end].iter().position(|b| *b == b',').map_or(end, |i| start + i);
                assert_eq!(find(data, start, end, b','), expected, "{start}..{end}");
            }
        }
    }
}
