//! Reads Spark's variant encoding: a dictionary of keys (metadata) and a tree of values that refer to it.
//!
//! The layout is that of the variant encoding specification of Apache Parquet: the low two bits of a value's first byte
//! tell primitive, short string, object and array apart, the others are a type or sizes.

use lang::{Error, Result, RuntimeClass};

/// Deeper nesting is malformed; texts cannot nest deeper than this either.
pub(crate) const MAX_DEPTH: usize = 1000;

pub(super) const PRIMITIVE: u8 = 0;
pub(super) const SHORT_TEXT: u8 = 1;
pub(super) const OBJECT: u8 = 2;
pub(super) const ARRAY: u8 = 3;

/// The types of primitive values, by their number in the encoding.
pub(super) mod primitive {
    pub const NULL: u8 = 0;
    pub const TRUE: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const INT8: u8 = 3;
    pub const INT16: u8 = 4;
    pub const INT32: u8 = 5;
    pub const INT64: u8 = 6;
    pub const DOUBLE: u8 = 7;
    pub const DECIMAL4: u8 = 8;
    pub const DECIMAL8: u8 = 9;
    pub const DECIMAL16: u8 = 10;
    pub const DATE: u8 = 11;
    pub const TIMESTAMP: u8 = 12;
    pub const TIMESTAMP_NTZ: u8 = 13;
    pub const FLOAT: u8 = 14;
    pub const BINARY: u8 = 15;
    pub const LONG_TEXT: u8 = 16;
}

/// A value in an encoded variant: the keys, and the bytes from its first one on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variant<'a> {
    pub(crate) metadata: &'a [u8],
    pub(crate) value: &'a [u8],
}

/// What one value is; containers are not opened yet.
#[derive(Debug, Clone, Copy)]
pub(crate) enum View<'a> {
    Null,
    Boolean(bool),
    Long(i64),
    Float(f32),
    Double(f64),
    /// Unscaled value and scale.
    Decimal(i128, u8),
    /// Days since the epoch.
    Date(i32),
    /// Microseconds since the epoch.
    Timestamp(i64),
    TimestampNtz(i64),
    Text(&'a str),
    Binary(&'a [u8]),
    Array(Elements<'a>),
    Object(Fields<'a>),
}

/// `MALFORMED_VARIANT`
pub(crate) fn malformed() -> Error {
    Error::runtime(RuntimeClass::Other, "MALFORMED_VARIANT")
}

/// An unsigned little-endian integer of up to four bytes.
fn unsigned(bytes: &[u8], at: usize, width: usize) -> Result<usize> {
    let end = at.checked_add(width).ok_or_else(malformed)?;
    let bytes = bytes.get(at..end).ok_or_else(malformed)?;
    Ok(bytes.iter().rev().fold(0, |value, byte| (value << 8) | usize::from(*byte)))
}

fn fixed<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N]> {
    bytes.get(at..at + N).and_then(|bytes| bytes.try_into().ok()).ok_or_else(malformed)
}

fn text(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| malformed())
}

impl<'a> Variant<'a> {
    pub(crate) fn new(metadata: &'a [u8], value: &'a [u8]) -> Self {
        Variant { metadata, value }
    }

    /// What stands here.
    ///
    /// # Errors
    /// `MALFORMED_VARIANT`, `UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT`
    pub(crate) fn view(&self) -> Result<View<'a>> {
        let header = *self.value.first().ok_or_else(malformed)?;
        let info = header >> 2;
        match header & 3 {
            SHORT_TEXT => {
                let bytes = self.value.get(1..1 + usize::from(info)).ok_or_else(malformed)?;
                Ok(View::Text(text(bytes)?))
            }
            OBJECT => Fields::open(self, info).map(View::Object),
            ARRAY => Elements::open(self, info).map(View::Array),
            _ => self.primitive(info),
        }
    }

    fn primitive(&self, info: u8) -> Result<View<'a>> {
        let value = self.value;
        Ok(match info {
            primitive::NULL => View::Null,
            primitive::TRUE => View::Boolean(true),
            primitive::FALSE => View::Boolean(false),
            primitive::INT8 => View::Long(i8::from_le_bytes(fixed(value, 1)?).into()),
            primitive::INT16 => View::Long(i16::from_le_bytes(fixed(value, 1)?).into()),
            primitive::INT32 => View::Long(i32::from_le_bytes(fixed(value, 1)?).into()),
            primitive::INT64 => View::Long(i64::from_le_bytes(fixed(value, 1)?)),
            primitive::FLOAT => View::Float(f32::from_le_bytes(fixed(value, 1)?)),
            primitive::DOUBLE => View::Double(f64::from_le_bytes(fixed(value, 1)?)),
            primitive::DECIMAL4 => self.decimal(i32::from_le_bytes(fixed(value, 2)?).into(), 9)?,
            primitive::DECIMAL8 => self.decimal(i64::from_le_bytes(fixed(value, 2)?).into(), 18)?,
            primitive::DECIMAL16 => self.decimal(i128::from_le_bytes(fixed(value, 2)?), 38)?,
            primitive::DATE => View::Date(i32::from_le_bytes(fixed(value, 1)?)),
            primitive::TIMESTAMP => View::Timestamp(i64::from_le_bytes(fixed(value, 1)?)),
            primitive::TIMESTAMP_NTZ => View::TimestampNtz(i64::from_le_bytes(fixed(value, 1)?)),
            primitive::BINARY => View::Binary(self.long_bytes()?),
            primitive::LONG_TEXT => View::Text(text(self.long_bytes()?)?),
            unknown => {
                return Err(Error::runtime(RuntimeClass::Other, "UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT")
                    .with("id", unknown.to_string()));
            }
        })
    }

    fn decimal(&self, unscaled: i128, digits: u8) -> Result<View<'a>> {
        let scale = self.value[1];
        let fits = scale <= digits && unscaled.unsigned_abs() < 10u128.pow(digits.into());
        if fits { Ok(View::Decimal(unscaled, scale)) } else { Err(malformed()) }
    }

    fn long_bytes(&self) -> Result<&'a [u8]> {
        let length = unsigned(self.value, 1, 4)?;
        self.value.get(5..5 + length).ok_or_else(malformed)
    }

    /// How many bytes the value takes.
    pub(crate) fn size(&self) -> Result<usize> {
        let header = *self.value.first().ok_or_else(malformed)?;
        Ok(match self.view()? {
            View::Null | View::Boolean(_) => 1,
            View::Long(_) => 1 + (1 << ((header >> 2) - primitive::INT8)),
            View::Date(_) | View::Float(_) => 5,
            View::Double(_) | View::Timestamp(_) | View::TimestampNtz(_) => 9,
            View::Decimal(..) => 2 + (4 << ((header >> 2) - primitive::DECIMAL4)),
            View::Text(text) if header & 3 == SHORT_TEXT => 1 + text.len(),
            View::Text(text) => 5 + text.len(),
            View::Binary(bytes) => 5 + bytes.len(),
            View::Array(elements) => elements.size()?,
            View::Object(fields) => fields.elements.size()?,
        })
    }

    /// The key of that number.
    fn key(&self, id: usize) -> Result<&'a str> {
        let header = *self.metadata.first().ok_or_else(malformed)?;
        let width = usize::from(header >> 6) + 1;
        let count = unsigned(self.metadata, 1, width)?;
        if id >= count {
            return Err(malformed());
        }
        let start = 1 + (count + 2) * width;
        let from = unsigned(self.metadata, 1 + (id + 1) * width, width)?;
        let to = unsigned(self.metadata, 1 + (id + 2) * width, width)?;
        let range = start.saturating_add(from)..start.saturating_add(to);
        text(self.metadata.get(range).ok_or_else(malformed)?)
    }
}

/// The elements of an array, or the values of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elements<'a> {
    parent: Variant<'a>,
    count: usize,
    offsets: usize,
    offset_width: usize,
    data: usize,
}

impl<'a> Elements<'a> {
    fn open(parent: &Variant<'a>, info: u8) -> Result<Self> {
        let count_width = if info & 4 == 0 { 1 } else { 4 };
        let count = unsigned(parent.value, 1, count_width)?;
        Elements::at(*parent, count, 1 + count_width, usize::from(info & 3) + 1)
    }

    fn at(parent: Variant<'a>, count: usize, offsets: usize, offset_width: usize) -> Result<Self> {
        let data = offsets + (count + 1) * offset_width;
        if data > parent.value.len() {
            return Err(malformed());
        }
        Ok(Elements { parent, count, offsets, offset_width, data })
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    fn offset(&self, index: usize) -> Result<usize> {
        unsigned(self.parent.value, self.offsets + index * self.offset_width, self.offset_width)
    }

    fn size(&self) -> Result<usize> {
        Ok(self.data + self.offset(self.count)?)
    }

    pub(crate) fn get(&self, index: usize) -> Result<Variant<'a>> {
        let from = self.data + self.offset(index)?;
        let value = self.parent.value.get(from..).ok_or_else(malformed)?;
        Ok(Variant { metadata: self.parent.metadata, value })
    }
}

/// The fields of an object, sorted by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    elements: Elements<'a>,
    ids: usize,
    id_width: usize,
}

impl<'a> Fields<'a> {
    fn open(parent: &Variant<'a>, info: u8) -> Result<Self> {
        let count_width = if info & 16 == 0 { 1 } else { 4 };
        let count = unsigned(parent.value, 1, count_width)?;
        let (ids, id_width) = (1 + count_width, usize::from((info >> 2) & 3) + 1);
        let elements = Elements::at(*parent, count, ids + count * id_width, usize::from(info & 3) + 1)?;
        Ok(Fields { elements, ids, id_width })
    }

    pub(crate) fn len(&self) -> usize {
        self.elements.count
    }

    pub(crate) fn name(&self, index: usize) -> Result<&'a str> {
        let parent = &self.elements.parent;
        parent.key(unsigned(parent.value, self.ids + index * self.id_width, self.id_width)?)
    }

    pub(crate) fn get(&self, index: usize) -> Result<(&'a str, Variant<'a>)> {
        Ok((self.name(index)?, self.elements.get(index)?))
    }

    pub(crate) fn find(&self, name: &str) -> Result<Option<Variant<'a>>> {
        for index in 0..self.len() {
            if self.name(index)? == name {
                return self.elements.get(index).map(Some);
            }
        }
        Ok(None)
    }
}
