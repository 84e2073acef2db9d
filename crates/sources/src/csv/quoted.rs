//! Cells of records that contain quotes.

use memchr::{memchr, memchr2, memchr3, memmem};

use super::records::Records;
use super::tokenizer::Tokenizer;

/// What a record turned out to be.
pub(super) struct Row {
    /// Where the record ends: at a line break or at the end of the data.
    pub end: usize,
    /// How many cells it has, or at least as many as are wanted.
    pub count: usize,
}

impl Tokenizer<'_> {
    /// The cells of the record at `start`. Only in multi-line files does a line break before `end` end it.
    pub(super) fn quoted_cells(&self, data: &[u8], start: usize, end: usize, records: &mut Records) -> Row {
        let (mut position, mut count, mut next) = (start, 0, 0);
        loop {
            let slot = self.wanted.slot(next, count);
            // Multi-line records must be read to their end, wanted or not.
            if !self.options.multi_line && self.wanted.is_done(next) {
                return Row { end, count };
            }
            position = self.cell(data, position, end, slot, records);
            next += usize::from(slot.is_some());
            count += 1;
            if !self.at_separator(data, position, end) {
                return Row { end: position, count };
            }
            position += self.options.separator.len();
        }
    }

    /// Reads one cell; answers where it ends: at a separator, a line break or the end.
    fn cell(
        &self,
        data: &[u8],
        start: usize,
        end: usize,
        slot: Option<usize>,
        records: &mut Records,
    ) -> usize {
        let mut first = start;
        if self.options.trim_leading {
            while first < end && data[first] <= b' ' && !self.is_over(data, first, end) {
                first += 1;
            }
        }
        if self.options.quote.is_some() && data[..end].get(first) == self.options.quote.as_ref() {
            return self.quoted_cell(data, first + 1, end, slot, records);
        }
        let over = self.plain_end(data, first, end);
        if let Some(slot) = slot {
            let (from, to) = self.trim(data, start, over);
            records.set(slot, from, to);
        }
        over
    }

    /// Like [`Self::quoted_cell`]; a cell without escapes that its quotes enclose whole is not copied.
    pub(super) fn simple_quoted(
        &self,
        data: &[u8],
        start: usize,
        end: usize,
        separator: u8,
        slot: Option<usize>,
        records: &mut Records,
    ) -> usize {
        let options = self.options;
        let rest = &data[start..end];
        let closing = match (options.quote, options.escape) {
            // Something else than the escape may stand in front of quotes then.
            _ if options.escape_escape.is_some() && options.escape_escape != options.escape => None,
            (Some(quote), Some(escape)) if escape != quote => memchr2(quote, escape, rest),
            (Some(quote), _) => memchr(quote, rest),
            (None, _) => None,
        };
        let over = closing.filter(|at| Some(rest[*at]) == options.quote).map(|at| start + at + 1);
        let Some(over) = over.filter(|over| *over == end || data[*over] == separator) else {
            return self.quoted_cell(data, start, end, slot, records);
        };
        if let Some(slot) = slot {
            if over - 1 > start {
                records.set(slot, start, over - 1);
            } else {
                let aside = records.aside.len();
                records.aside.extend_from_slice(&options.empty_value);
                records.set_aside(slot, aside);
            }
        }
        over
    }

    /// Where the next byte stands that may mean something inside of quotes; line breaks are left to the caller.
    fn next_special(&self, data: &[u8], start: usize, end: usize, quote: u8) -> usize {
        let escape = self.options.escape.unwrap_or(quote);
        let escape_escape = self.options.escape_escape.unwrap_or(quote);
        memchr3(quote, escape, escape_escape, &data[start..end]).map_or(end, |found| start + found)
    }

    /// Reads a cell whose opening quote stands before `start`.
    pub(super) fn quoted_cell(
        &self,
        data: &[u8],
        start: usize,
        end: usize,
        slot: Option<usize>,
        records: &mut Records,
    ) -> usize {
        let options = self.options;
        let (Some(quote), aside) = (options.quote, records.aside.len()) else { return end };
        if start >= end {
            // An opening quote with nothing behind it is a quote.
            records.aside.push(quote);
            match slot {
                Some(slot) => records.set_aside(slot, aside),
                None => records.aside.truncate(aside),
            }
            return end;
        }
        let mut position = start;
        let over = loop {
            let Some(byte) = data[..end].get(position).copied() else { break position };
            let following = data[..end].get(position + 1).copied();
            if options.escape.is_some_and(|e| e == byte) && following == Some(quote) {
                records.aside.push(quote);
                position += 2;
            } else if following.is_some()
                && options.escape_escape == Some(byte)
                && following == options.escape
            {
                records.aside.push(options.escape.unwrap_or(byte));
                position += 2;
            } else if byte == quote
                && following.is_some_and(|next| next == quote || Some(next) == options.escape)
            {
                // One quote of the text; what follows may still be the closing one, or escape one.
                records.aside.push(quote);
                position += 1;
            } else if byte == quote {
                let after = self.skip_blanks(data, position + 1, end);
                if self.is_over(data, after, end) {
                    break after;
                }
                // Not the closing quote after all: the cell reads as if it had none.
                let over = self.plain_end(data, after, end);
                records.aside.insert(aside, quote);
                let rest = if options.trim_trailing { self.trim(data, position, over).1 } else { over };
                records.aside.extend_from_slice(&data[position..rest]);
                break over;
            } else if let Some(length) = self.newline(data, position, end).filter(|_| options.multi_line) {
                match options.line_separator {
                    None => records.aside.push(b'\n'),
                    // A separator of one's own stays what it is.
                    Some(_) => records.aside.extend_from_slice(&data[position..position + length]),
                }
                position += length;
            } else {
                let next = match options.multi_line {
                    true => position + 1,
                    false => self.next_special(data, position + 1, end, quote),
                };
                records.aside.extend_from_slice(&data[position..next]);
                position = next;
            }
        };
        match slot {
            Some(slot) => {
                if records.aside.len() == aside {
                    records.aside.extend_from_slice(&options.empty_value);
                }
                records.set_aside(slot, aside);
            }
            None => records.aside.truncate(aside),
        }
        over
    }

    fn skip_blanks(&self, data: &[u8], start: usize, end: usize) -> usize {
        let mut position = start;
        while position < end && data[position] <= b' ' && !self.is_over(data, position, end) {
            position += 1;
        }
        position
    }

    /// Where an unquoted cell that starts at `start` ends.
    fn plain_end(&self, data: &[u8], start: usize, end: usize) -> usize {
        if self.options.multi_line {
            return (start..end).find(|position| self.is_over(data, *position, end)).unwrap_or(end);
        }
        memmem::find(&data[start..end], &self.options.separator).map_or(end, |length| start + length)
    }

    #[inline]
    fn at_separator(&self, data: &[u8], position: usize, end: usize) -> bool {
        data[position..end].starts_with(&self.options.separator)
    }

    /// Whether a cell ends at `position`.
    #[inline]
    fn is_over(&self, data: &[u8], position: usize, end: usize) -> bool {
        position >= end
            || self.at_separator(data, position, end)
            || (self.options.multi_line && self.newline(data, position, end).is_some())
    }
}
