//! Batches as JSON, an object a line.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{DataType, Field, SchemaRef};
use functions::datetime::zone::Zone;
use lang::ir::Options;
use lang::{Error, Result};

use crate::option::{OptionReader, illegal};
use crate::value::base64;
use crate::write::{Codec, Compressor, Encoder, FileEncoding, Texts, timestamp_patterns};

/// Writes JSON files.
#[derive(Debug)]
pub(crate) struct JsonWriter {
    texts: Arc<Texts>,
    ignore_nulls: bool,
    /// Characters outside of ASCII are written as escapes.
    ascii: bool,
    line_separator: String,
    codec: Codec,
}

impl JsonWriter {
    /// # Errors
    /// Malformed values, and options of Spark's that are not honoured.
    pub(crate) fn new(options: &Options, conf: &Options, zone: Zone, _schema: SchemaRef) -> Result<Self> {
        let read = OptionReader::new("json", options);
        crate::csv::expect_utf8(&read)?;
        read.expect_english()?;
        for key in ["pretty", "sortKeys"] {
            read.expect(key, "false")?;
        }
        if read.text("lineSep") == Some("") {
            return Err(illegal("'lineSep' cannot be an empty string."));
        }
        if !read.text("lineSep").is_none_or(str::is_ascii) {
            read.expect("writeNonAsciiCharacterAsCodePoint", "false")?;
        }
        let session =
            conf.get("spark.sql.jsonGenerator.ignoreNullFields").is_none_or(|value| value != "false");
        Ok(JsonWriter {
            texts: Arc::new(timestamp_patterns(&read, zone)?),
            ignore_nulls: read.flag("ignoreNullFields", session)?,
            ascii: read.flag("writeNonAsciiCharacterAsCodePoint", false)?,
            line_separator: read.text("linesep").unwrap_or("\n").to_string(),
            codec: Codec::new(&read)?,
        })
    }
}

impl FileEncoding for JsonWriter {
    fn extension(&self) -> String {
        format!(".json{}", self.codec.extension())
    }

    fn encoder(&self) -> Result<Box<dyn Encoder>> {
        Ok(Box::new(JsonEncoder {
            texts: Arc::clone(&self.texts),
            ignore_nulls: self.ignore_nulls,
            ascii: self.ascii,
            line_separator: self.line_separator.clone(),
            compressor: Compressor::new(self.codec),
            text: String::new(),
        }))
    }
}

struct JsonEncoder {
    texts: Arc<Texts>,
    ignore_nulls: bool,
    /// Characters outside of ASCII are written as escapes.
    ascii: bool,
    line_separator: String,
    compressor: Compressor,
    text: String,
}

impl Encoder for JsonEncoder {
    fn write(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<()> {
        let columns = batch
            .columns()
            .iter()
            .zip(batch.schema().fields())
            .map(|(array, field)| Ok((quoted(field.name()), self.column(array, field)?)))
            .collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            self.object(&columns, row);
            self.text.push_str(&self.line_separator);
        }
        if self.ascii && !self.text.is_ascii() {
            self.text = escaped(&self.text);
        }
        self.compressor.write(self.text.as_bytes(), out)?;
        self.text.clear();
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.compressor.finish(out)
    }
}

/// A column ready to be written row by row.
enum Column {
    /// Texts that are JSON as they are: numbers, booleans.
    Plain(StringArray),
    Quoted(StringArray),
    Null,
    Struct(StructArray, Vec<(String, Column)>),
    List(ListArray, Box<Column>),
    Map(MapArray, StringArray, Box<Column>),
}

impl JsonEncoder {
    fn column(&self, array: &ArrayRef, field: &Field) -> Result<Column> {
        Ok(match array.data_type() {
            DataType::Null => Column::Null,
            DataType::Boolean | DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
                Column::Plain(self.texts.column(array, field)?)
            }
            DataType::Decimal128(..) => Column::Plain(self.texts.column(array, field)?),
            DataType::Float32 | DataType::Float64 => {
                Column::Plain(numbers(&self.texts.column(array, field)?))
            }
            DataType::Binary => Column::Quoted(
                array.as_binary::<i32>().iter().map(|value| value.map(base64::encode)).collect(),
            ),
            DataType::Struct(fields) => {
                let inner = array.as_struct().clone();
                let children = fields
                    .iter()
                    .zip(inner.columns())
                    .map(|(field, array)| Ok((quoted(field.name()), self.column(array, field)?)))
                    .collect::<Result<_>>()?;
                Column::Struct(inner, children)
            }
            DataType::List(element) => {
                let list = array.as_list::<i32>().clone();
                let values = self.column(list.values(), element)?;
                Column::List(list, Box::new(values))
            }
            DataType::Map(entries, _) => {
                let map = array.as_map().clone();
                let DataType::Struct(pair) = entries.data_type() else {
                    return Err(Error::internal("map entries that are no struct"));
                };
                let keys = self.texts.column(map.keys(), &pair[0])?;
                let values = self.column(map.values(), &pair[1])?;
                Column::Map(map, keys, Box::new(values))
            }
            _ => Column::Quoted(self.texts.column(array, field)?),
        })
    }

    fn object(&mut self, columns: &[(String, Column)], row: usize) {
        self.text.push('{');
        let mut first = true;
        for (name, column) in columns {
            if self.ignore_nulls && column.is_null(row) {
                continue;
            }
            if !std::mem::take(&mut first) {
                self.text.push(',');
            }
            self.text.push_str(name);
            self.text.push(':');
            self.value(column, row);
        }
        self.text.push('}');
    }

    fn value(&mut self, column: &Column, row: usize) {
        if column.is_null(row) {
            return self.text.push_str("null");
        }
        match column {
            Column::Null => {}
            Column::Plain(texts) => self.text.push_str(texts.value(row)),
            Column::Quoted(texts) => quote(texts.value(row), &mut self.text),
            Column::Struct(_, children) => self.object(children, row),
            Column::List(list, values) => {
                self.text.push('[');
                let (start, end) =
                    (list.value_offsets()[row] as usize, list.value_offsets()[row + 1] as usize);
                for index in start..end {
                    if index > start {
                        self.text.push(',');
                    }
                    self.value(values, index);
                }
                self.text.push(']');
            }
            Column::Map(map, keys, values) => {
                self.text.push('{');
                let (start, end) = (map.value_offsets()[row] as usize, map.value_offsets()[row + 1] as usize);
                for index in start..end {
                    if index > start {
                        self.text.push(',');
                    }
                    quote(keys.value(index), &mut self.text);
                    self.text.push(':');
                    self.value(values, index);
                }
                self.text.push('}');
            }
        }
    }
}

impl Column {
    fn is_null(&self, row: usize) -> bool {
        match self {
            Column::Null => true,
            Column::Plain(texts) | Column::Quoted(texts) => texts.is_null(row),
            Column::Struct(array, _) => array.is_null(row),
            Column::List(array, _) => array.is_null(row),
            Column::Map(array, ..) => array.is_null(row),
        }
    }
}

/// Doubles as JSON: those that are no numbers become strings.
fn numbers(texts: &StringArray) -> StringArray {
    let is_number = |text: &str| text.ends_with(|c: char| c.is_ascii_digit());
    if texts.iter().flatten().all(is_number) {
        return texts.clone();
    }
    texts.iter().map(|text| text.map(|t| if is_number(t) { t.to_string() } else { quoted(t) })).collect()
}

/// JSON in ASCII: other characters, which stand in strings only, as the code units of UTF-16.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04X}"));
        }
    }
    out
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(text, &mut out);
    out
}

/// Appends a JSON string.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (index, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[plain..index]);
        plain = index + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            8 => out.push_str("\\b"),
            12 => out.push_str("\\f"),
            _ => out.push_str(&format!("\\u{byte:04X}")),
        }
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped() {
        assert_eq!(quoted("q\"\\/\n\u{1}é"), "\"q\\\"\\\\/\\n\\u0001é\"");
    }

    #[test]
    fn rows_are_objects() -> Result<()> {
        let numbers: ArrayRef =
            Arc::new(arrow::array::Float64Array::from(vec![Some(1.0), None, Some(f64::NAN)]));
        let batch = RecordBatch::try_from_iter_with_nullable([("a", numbers, true)])
            .map_err(|e| Error::internal(e.to_string()))?;
        for (ignore, expected) in [
            ("true", "{\"a\":1.0}\n{}\n{\"a\":\"NaN\"}\n"),
            ("false", "{\"a\":1.0}\n{\"a\":null}\n{\"a\":\"NaN\"}\n"),
        ] {
            let options = Options::from([("ignorenullfields".to_string(), ignore.to_string())]);
            let writer = JsonWriter::new(&options, &Options::new(), Zone::UTC, batch.schema())?;
            let mut out = Vec::new();
            writer.encoder()?.write(&batch, &mut out)?;
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
        Ok(())
    }
}
