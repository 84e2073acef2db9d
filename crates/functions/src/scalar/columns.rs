//! Columns on their way into and out of a kernel.

use std::fmt::{self, Write};

use arrow::array::{
    ArrowPrimitiveType, BinaryArray, BinaryViewArray, LargeBinaryArray, LargeStringArray, PrimitiveArray,
    StringArray, StringBuilder, StringViewArray,
};
use lang::{Error, ErrorKind, Result};

/// Most bytes that a function may add to the strings of one batch because a number says so: what is built here is in no
/// memory pool.
const MAX_FILLED: usize = 1 << 29;

/// Bytes that are written at once where a text is repeated.
const FILLED_TOGETHER: usize = 4096;

/// Fails when the strings of one batch, `bytes` long together, are longer than memory should hold; to be asked before
/// they are made.
///
/// # Errors
/// `RESULT_TOO_LARGE`
pub(crate) fn check_filled(bytes: usize) -> Result<()> {
    if bytes <= MAX_FILLED {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Resources, "RESULT_TOO_LARGE").with_message(format!(
        "Strings of {bytes} bytes in one batch of rows are too large; {MAX_FILLED} may be."
    )))
}

/// A string column being written.
pub(crate) struct Text {
    pub(super) builder: StringBuilder,
    bytes: usize,
    /// Bytes of [`Text::announce`].
    announced: usize,
    is_null: bool,
}

impl Text {
    pub(super) fn with_capacity(rows: usize) -> Self {
        let builder = StringBuilder::with_capacity(rows, rows.saturating_mul(8));
        Text { builder, bytes: 0, announced: 0, is_null: false }
    }

    pub(crate) fn push_str(&mut self, text: &str) {
        self.bytes += text.len();
        // Past the limit nothing is kept: the row's end reports it.
        if self.bytes <= i32::MAX as usize {
            let _ = self.builder.write_str(text);
        }
    }

    pub(crate) fn push(&mut self, c: char) {
        self.push_str(c.encode_utf8(&mut [0; 4]));
    }

    /// Makes the current row NULL.
    pub(crate) fn null(&mut self) {
        self.is_null = true;
    }

    /// Fails unless `bytes` may be written because a number says so.
    ///
    /// # Errors
    /// `RESULT_TOO_LARGE`
    pub(crate) fn announce(&mut self, bytes: usize) -> Result<()> {
        self.announced = self.announced.saturating_add(bytes);
        check_filled(self.announced)
    }

    /// `count` characters: those of `text` again and again; nothing where it is empty.
    ///
    /// # Errors
    /// `RESULT_TOO_LARGE`, before anything is written.
    pub(crate) fn fill(&mut self, text: &str, count: usize) -> Result<()> {
        let width = text.chars().count();
        if width == 0 || count == 0 {
            return Ok(());
        }
        let (times, rest) = (count / width, count % width);
        self.announce(text.len().saturating_mul(times))?;
        // Short texts are written many at once.
        let together = (FILLED_TOGETHER / text.len()).min(times);
        if together > 1 {
            let piece = text.repeat(together);
            (0..times / together).for_each(|_| self.push_str(&piece));
            self.push_str(&piece[..text.len() * (times % together)]);
        } else {
            (0..times).for_each(|_| self.push_str(text));
        }
        self.push_str(text.char_indices().nth(rest).map_or("", |(end, _)| &text[..end]));
        Ok(())
    }

    /// Whether so much was written that the row can only fail.
    fn is_full(&self) -> bool {
        self.bytes > i32::MAX as usize
    }

    pub(super) fn end_row(&mut self) -> Result<()> {
        if self.is_full() {
            return Err(Error::new(ErrorKind::Resources, "RESULT_TOO_LARGE").with_message(
                "The strings of one batch exceed 2 GiB; lower the batch size or shorten them.",
            ));
        }
        if std::mem::take(&mut self.is_null) {
            self.builder.append_null()
        } else {
            self.builder.append_value("")
        }
        Ok(())
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

/// A string argument in any layout.
#[derive(Clone, Copy)]
pub(crate) struct Strings<'a> {
    pub(super) layout: StringLayout<'a>,
    pub(super) constant: bool,
}

#[derive(Clone, Copy)]
pub(super) enum StringLayout<'a> {
    Utf8(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
}

impl<'a> StringLayout<'a> {
    fn value(&self, position: usize) -> &'a str {
        match self {
            StringLayout::Utf8(array) => array.value(position),
            StringLayout::Large(array) => array.value(position),
            StringLayout::View(array) => array.value(position),
        }
    }
}

impl<'a> Strings<'a> {
    pub(crate) fn value(&self, row: usize) -> &'a str {
        self.layout.value(if self.constant { 0 } else { row })
    }
}

/// A binary or string argument, as bytes.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a> {
    pub(super) layout: BytesLayout<'a>,
    pub(super) constant: bool,
}

#[derive(Clone, Copy)]
pub(super) enum BytesLayout<'a> {
    Binary(&'a BinaryArray),
    Large(&'a LargeBinaryArray),
    View(&'a BinaryViewArray),
    Text(StringLayout<'a>),
}

impl<'a> Bytes<'a> {
    pub(crate) fn value(&self, row: usize) -> &'a [u8] {
        let position = if self.constant { 0 } else { row };
        match &self.layout {
            BytesLayout::Binary(array) => array.value(position),
            BytesLayout::Large(array) => array.value(position),
            BytesLayout::View(array) => array.value(position),
            BytesLayout::Text(layout) => layout.value(position).as_bytes(),
        }
    }
}

/// A numeric argument.
#[derive(Clone, Copy)]
pub(crate) struct Numbers<'a, T: ArrowPrimitiveType> {
    pub(super) array: &'a PrimitiveArray<T>,
    pub(super) constant: bool,
}

impl<T: ArrowPrimitiveType> Numbers<'_, T> {
    pub(crate) fn value(&self, row: usize) -> T::Native {
        self.array.value(if self.constant { 0 } else { row })
    }
}
