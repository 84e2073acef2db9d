//! A variant value being built, and its encoding.

use std::borrow::Cow;
use std::collections::HashMap;

use lang::{Error, Result, RuntimeClass};

use super::binary::{ARRAY, MAX_DEPTH, OBJECT, PRIMITIVE, SHORT_TEXT, Variant, View, malformed, primitive};

/// Spark's limit for the bytes of a value and of its keys.
const SIZE_LIMIT: usize = 128 * 1024 * 1024;

/// A value of any type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Boolean(bool),
    Long(i64),
    Float(f32),
    Double(f64),
    Decimal(i128, u8),
    Date(i32),
    Timestamp(i64),
    TimestampNtz(i64),
    Text(Cow<'a, str>),
    Binary(Cow<'a, [u8]>),
    Array(Vec<Value<'a>>),
    /// In the order in which keys are numbered; names must not repeat.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// The whole value that stands at a place.
    pub(crate) fn read(variant: &Variant<'a>) -> Result<Self> {
        Value::nested(variant, 0)
    }

    fn nested(variant: &Variant<'a>, depth: usize) -> Result<Self> {
        if depth > MAX_DEPTH {
            return Err(malformed());
        }
        Ok(match variant.view()? {
            View::Null => Value::Null,
            View::Boolean(value) => Value::Boolean(value),
            View::Long(value) => Value::Long(value),
            View::Float(value) => Value::Float(value),
            View::Double(value) => Value::Double(value),
            View::Decimal(value, scale) => Value::Decimal(value, scale),
            View::Date(value) => Value::Date(value),
            View::Timestamp(value) => Value::Timestamp(value),
            View::TimestampNtz(value) => Value::TimestampNtz(value),
            View::Text(text) => Value::Text(Cow::Borrowed(text)),
            View::Binary(bytes) => Value::Binary(Cow::Borrowed(bytes)),
            View::Array(elements) => {
                let values = (0..elements.len()).map(|i| Value::nested(&elements.get(i)?, depth + 1));
                Value::Array(values.collect::<Result<_>>()?)
            }
            View::Object(fields) => {
                let values = (0..fields.len()).map(|index| {
                    let (name, value) = fields.get(index)?;
                    Ok((Cow::Borrowed(name), Value::nested(&value, depth + 1)?))
                });
                Value::Object(values.collect::<Result<_>>()?)
            }
        })
    }
}

/// Writes values; the buffers are used again for each.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    pub(crate) value: Vec<u8>,
    pub(crate) metadata: Vec<u8>,
    ids: HashMap<String, usize>,
    keys: Vec<String>,
}

impl Encoder {
    /// Fills [`Encoder::value`] and [`Encoder::metadata`].
    ///
    /// # Errors
    /// `VARIANT_DUPLICATE_KEY`, `VARIANT_SIZE_LIMIT`
    pub(crate) fn encode(&mut self, value: &Value<'_>, function: &str) -> Result<()> {
        self.value.clear();
        self.metadata.clear();
        self.ids.clear();
        self.keys.clear();
        self.write(value)?;
        self.write_metadata();
        if self.value.len() > SIZE_LIMIT || self.metadata.len() > SIZE_LIMIT {
            return Err(Error::runtime(RuntimeClass::Other, "VARIANT_SIZE_LIMIT")
                .with("sizeLimit", "128.0 MiB")
                .with("functionName", format!("`{function}`")));
        }
        Ok(())
    }

    fn write_metadata(&mut self) {
        let bytes = self.keys.iter().map(String::len).sum::<usize>();
        let width = width(bytes.max(self.keys.len()));
        self.metadata.push(1 | ((width - 1) as u8) << 6);
        push_unsigned(&mut self.metadata, self.keys.len(), width);
        let mut offset = 0;
        for key in &self.keys {
            push_unsigned(&mut self.metadata, offset, width);
            offset += key.len();
        }
        push_unsigned(&mut self.metadata, offset, width);
        self.keys.iter().for_each(|key| self.metadata.extend_from_slice(key.as_bytes()));
    }

    fn key(&mut self, name: &str) -> usize {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.keys.len();
        self.ids.insert(name.to_string(), id);
        self.keys.push(name.to_string());
        id
    }

    fn primitive(&mut self, kind: u8, bytes: &[u8]) {
        self.value.push((kind << 2) | PRIMITIVE);
        self.value.extend_from_slice(bytes);
    }

    fn write(&mut self, value: &Value<'_>) -> Result<()> {
        match value {
            Value::Null => self.primitive(primitive::NULL, &[]),
            Value::Boolean(true) => self.primitive(primitive::TRUE, &[]),
            Value::Boolean(false) => self.primitive(primitive::FALSE, &[]),
            Value::Long(value) => self.long(*value),
            Value::Float(value) => self.primitive(primitive::FLOAT, &value.to_le_bytes()),
            Value::Double(value) => self.primitive(primitive::DOUBLE, &value.to_le_bytes()),
            Value::Decimal(value, scale) => self.decimal(*value, *scale),
            Value::Date(value) => self.primitive(primitive::DATE, &value.to_le_bytes()),
            Value::Timestamp(value) => self.primitive(primitive::TIMESTAMP, &value.to_le_bytes()),
            Value::TimestampNtz(value) => self.primitive(primitive::TIMESTAMP_NTZ, &value.to_le_bytes()),
            Value::Text(text) if text.len() < 64 => {
                self.value.push(((text.len() as u8) << 2) | SHORT_TEXT);
                self.value.extend_from_slice(text.as_bytes());
            }
            Value::Text(text) => self.long_bytes(primitive::LONG_TEXT, text.as_bytes()),
            Value::Binary(bytes) => self.long_bytes(primitive::BINARY, bytes),
            Value::Array(elements) => self.array(elements)?,
            Value::Object(fields) => self.object(fields)?,
        }
        Ok(())
    }

    fn long(&mut self, value: i64) {
        if let Ok(value) = i8::try_from(value) {
            self.primitive(primitive::INT8, &value.to_le_bytes());
        } else if let Ok(value) = i16::try_from(value) {
            self.primitive(primitive::INT16, &value.to_le_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            self.primitive(primitive::INT32, &value.to_le_bytes());
        } else {
            self.primitive(primitive::INT64, &value.to_le_bytes());
        }
    }

    fn decimal(&mut self, value: i128, scale: u8) {
        let fits = |digits: u8| scale <= digits && value.unsigned_abs() < 10u128.pow(digits.into());
        let (kind, width) = match (fits(9), fits(18)) {
            (true, _) => (primitive::DECIMAL4, 4),
            (_, true) => (primitive::DECIMAL8, 8),
            _ => (primitive::DECIMAL16, 16),
        };
        self.primitive(kind, &[scale]);
        self.value.extend_from_slice(&value.to_le_bytes()[..width]);
    }

    fn long_bytes(&mut self, kind: u8, bytes: &[u8]) {
        self.primitive(kind, &(bytes.len() as u32).to_le_bytes());
        self.value.extend_from_slice(bytes);
    }

    fn array(&mut self, elements: &[Value<'_>]) -> Result<()> {
        let start = self.value.len();
        let mut offsets = Vec::with_capacity(elements.len() + 1);
        for element in elements {
            offsets.push(self.value.len() - start);
            self.write(element)?;
        }
        let size = self.value.len() - start;
        offsets.push(size);
        let (is_large, offset_width) = (elements.len() > 255, width(size));
        let mut header = vec![ARRAY | (((offset_width - 1) as u8) << 2) | (u8::from(is_large) << 4)];
        push_unsigned(&mut header, elements.len(), if is_large { 4 } else { 1 });
        offsets.iter().for_each(|offset| push_unsigned(&mut header, *offset, offset_width));
        self.value.splice(start..start, header);
        Ok(())
    }

    fn object(&mut self, fields: &[(Cow<'_, str>, Value<'_>)]) -> Result<()> {
        let start = self.value.len();
        let mut entries = Vec::with_capacity(fields.len());
        for (name, value) in fields {
            let id = self.key(name);
            entries.push((name.as_ref(), id, self.value.len() - start));
            self.write(value)?;
        }
        let size = self.value.len() - start;
        // Java compares strings by their UTF-16 units.
        entries.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
        if let Some(pair) = entries.windows(2).find(|pair| pair[0].1 == pair[1].1) {
            return Err(Error::runtime(RuntimeClass::Other, "VARIANT_DUPLICATE_KEY").with("key", pair[0].0));
        }
        let largest = entries.iter().map(|(_, id, _)| *id).max().unwrap_or(0);
        let (is_large, id_width, offset_width) = (fields.len() > 255, width(largest), width(size));
        let widths = (((id_width - 1) as u8) << 4) | (((offset_width - 1) as u8) << 2);
        let mut header = vec![OBJECT | widths | (u8::from(is_large) << 6)];
        push_unsigned(&mut header, fields.len(), if is_large { 4 } else { 1 });
        entries.iter().for_each(|(_, id, _)| push_unsigned(&mut header, *id, id_width));
        entries.iter().for_each(|(_, _, offset)| push_unsigned(&mut header, *offset, offset_width));
        push_unsigned(&mut header, size, offset_width);
        self.value.splice(start..start, header);
        Ok(())
    }
}

/// How many bytes an integer needs.
fn width(value: usize) -> usize {
    match value {
        0..=0xFF => 1,
        0x100..=0xFFFF => 2,
        0x1_0000..=0xFF_FFFF => 3,
        _ => 4,
    }
}

fn push_unsigned(out: &mut Vec<u8>, value: usize, width: usize) {
    out.extend_from_slice(&value.to_le_bytes()[..width]);
}
