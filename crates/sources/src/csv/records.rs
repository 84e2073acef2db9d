//! Where the cells of a batch of records are.

/// Marks a span in the side buffer.
const ASIDE: u32 = 1 << 31;
/// The length of a cell that is null.
const NULL: u32 = u32::MAX;

/// A piece of text: in the data or, if it had to be rewritten, in the side buffer.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    length: u32,
}

/// Records as spans, row by row, `width` cells each.
#[derive(Debug, Default)]
pub(super) struct Records {
    width: usize,
    cells: Vec<Span>,
    /// Rewritten texts.
    pub aside: Vec<u8>,
    /// Start and end of each record in the data.
    lines: Vec<(u32, u32)>,
    /// How many cells each record had; filled only when cells are counted.
    pub counts: Vec<usize>,
}

impl Records {
    pub(super) fn reset(&mut self, width: usize) {
        self.width = width;
        self.cells.clear();
        self.aside.clear();
        self.lines.clear();
        self.counts.clear();
    }

    pub(super) fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Starts a record, all cells null.
    pub(super) fn begin(&mut self) {
        self.cells.resize(self.cells.len() + self.width, Span { start: 0, length: NULL });
    }

    /// Ends the record begun last.
    pub(super) fn end(&mut self, start: usize, end: usize, count: usize) {
        self.lines.push((start as u32, end as u32));
        self.counts.push(count);
    }

    /// Takes back the record begun last and what it put aside.
    pub(super) fn undo(&mut self, aside: usize) {
        self.cells.truncate(self.cells.len() - self.width);
        self.aside.truncate(aside);
    }

    /// Takes back the record ended last and what it put aside.
    pub(super) fn take_back(&mut self, aside: usize) {
        self.undo(aside);
        self.lines.pop();
        self.counts.pop();
    }

    /// Sets a cell of the record begun last. An empty one stays null.
    #[inline]
    pub(super) fn set(&mut self, slot: usize, start: usize, end: usize) {
        if end > start {
            let index = self.cells.len() - self.width + slot;
            self.cells[index] = Span { start: start as u32, length: (end - start) as u32 };
        }
    }

    /// Sets a cell to what the side buffer holds from `start` on, empty or not.
    pub(super) fn set_aside(&mut self, slot: usize, start: usize) {
        let index = self.cells.len() - self.width + slot;
        let length = (self.aside.len() - start) as u32;
        self.cells[index] = Span { start: start as u32 | ASIDE, length };
    }

    /// A cell's text; `None` when it is null.
    #[inline]
    pub(super) fn cell<'a>(&'a self, data: &'a [u8], row: usize, slot: usize) -> Option<&'a [u8]> {
        let span = self.cells[row * self.width + slot];
        if span.length == NULL {
            return None;
        }
        let (source, start) = if span.start & ASIDE == 0 {
            (data, span.start)
        } else {
            (self.aside.as_slice(), span.start & !ASIDE)
        };
        Some(&source[start as usize..(start + span.length) as usize])
    }

    /// A record's raw text.
    pub(super) fn line<'a>(&self, data: &'a [u8], row: usize) -> &'a [u8] {
        let (start, end) = self.lines[row];
        &data[start as usize..end as usize]
    }
}
