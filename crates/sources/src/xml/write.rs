//! Batches as XML, indented as Spark's writer indents.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{DataType, Field};
use functions::datetime::zone::Zone;
use lang::ir::Options;
use lang::{Error, Result};

use crate::error::unwritable;
use crate::option::{OptionReader, illegal};
use crate::write::{Codec, Compressor, Encoder, FileEncoding, Texts, timestamp_patterns};

/// How elements are called.
#[derive(Debug)]
struct Dialect {
    root_tag: String,
    row_tag: String,
    declaration: String,
    attribute_prefix: String,
    value_tag: String,
    item_name: String,
    null_value: Option<String>,
    /// Whether names that XML has not are refused.
    validates: bool,
    texts: Texts,
}

/// Writes XML files.
#[derive(Debug)]
pub(crate) struct XmlWriter {
    dialect: Arc<Dialect>,
    codec: Codec,
}

impl XmlWriter {
    /// # Errors
    /// Malformed values, and options of Spark's that are not honoured.
    pub(crate) fn new(options: &Options, zone: Zone) -> Result<Self> {
        let read = OptionReader::new("xml", options);
        crate::csv::expect_utf8(&read)?;
        read.expect("indent", "    ")?;
        read.expect_english()?;
        let row_tag = read
            .text("rowtag")
            .ok_or_else(|| Error::analysis("XML_ROW_TAG_MISSING").with("rowTag", "`rowTag`"))?;
        let root_tag = read.text("roottag").unwrap_or("ROWS");
        if [row_tag, root_tag].iter().any(|tag| tag.is_empty() || tag.contains(['<', '>'])) {
            return Err(illegal("'rowTag' and 'rootTag' should not include angle brackets"));
        }
        let dialect = Dialect {
            root_tag: root_tag.to_string(),
            row_tag: row_tag.to_string(),
            declaration: read
                .text("declaration")
                .unwrap_or("version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"")
                .to_string(),
            attribute_prefix: read.text("attributeprefix").unwrap_or("_").to_string(),
            value_tag: read.text("valuetag").unwrap_or("_VALUE").to_string(),
            item_name: read.text("arrayelementname").unwrap_or("item").to_string(),
            null_value: read.text("nullvalue").map(str::to_string),
            validates: read.named_flag("validateName", true)?,
            texts: timestamp_patterns(&read, zone)?,
        };
        Ok(XmlWriter { dialect: Arc::new(dialect), codec: Codec::new(&read)? })
    }
}

impl FileEncoding for XmlWriter {
    fn extension(&self) -> String {
        format!(".xml{}", self.codec.extension())
    }

    fn encoder(&self) -> Result<Box<dyn Encoder>> {
        Ok(Box::new(XmlEncoder {
            dialect: Arc::clone(&self.dialect),
            compressor: Compressor::new(self.codec),
            begun: false,
            text: String::new(),
        }))
    }
}

struct XmlEncoder {
    dialect: Arc<Dialect>,
    compressor: Compressor,
    begun: bool,
    text: String,
}

impl Encoder for XmlEncoder {
    fn write(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<()> {
        if !std::mem::replace(&mut self.begun, true) {
            let dialect = &self.dialect;
            dialect.expect_name(&dialect.row_tag)?;
            if !dialect.declaration.is_empty() {
                self.text.push_str(&format!("<?xml {}?>\n", dialect.declaration));
            }
            self.text.push_str(&format!("<{}>", dialect.root_tag));
        }
        let rows = StructArray::from(batch.clone());
        let column =
            self.dialect.column(&(Arc::new(rows) as ArrayRef), &Field::new("", DataType::Null, true))?;
        for row in 0..batch.num_rows() {
            self.dialect.element(&self.dialect.row_tag, &column, row, 1, &mut self.text);
        }
        self.compressor.write(self.text.as_bytes(), out)?;
        self.text.clear();
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.begun {
            let name = self.dialect.root_tag.split_whitespace().next().unwrap_or_default();
            self.compressor.write(format!("\n</{name}>").as_bytes(), out)?;
        }
        self.compressor.finish(out)
    }
}

/// A column ready to be written row by row.
enum Column {
    Text(StringArray),
    Struct(StructArray, Vec<(String, Column)>),
    List(ListArray, Box<Column>),
    Map(MapArray, StringArray, Box<Column>),
}

impl Column {
    fn is_null(&self, row: usize) -> bool {
        match self {
            Column::Text(texts) => texts.is_null(row),
            Column::Struct(array, _) => array.is_null(row),
            Column::List(array, _) => array.is_null(row),
            Column::Map(array, ..) => array.is_null(row),
        }
    }
}

impl Dialect {
    fn column(&self, array: &ArrayRef, field: &Field) -> Result<Column> {
        Ok(match array.data_type() {
            DataType::Struct(fields) => {
                let inner = array.as_struct().clone();
                fields.iter().try_for_each(|field| self.expect_child(field))?;
                let children = fields
                    .iter()
                    .zip(inner.columns())
                    .map(|(field, array)| Ok((field.name().clone(), self.column(array, field)?)))
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
                keys.iter().flatten().try_for_each(|key| self.expect_name(key))?;
                let values = self.column(map.values(), &pair[1])?;
                Column::Map(map, keys, Box::new(values))
            }
            _ => Column::Text(self.texts.column(array, field)?),
        })
    }

    /// # Errors
    /// As [`Self::expect_name`], for the name of an element or an attribute.
    fn expect_child(&self, field: &Field) -> Result<()> {
        let name = field.name().as_str();
        let attribute = name.strip_prefix(self.attribute_prefix.as_str());
        match attribute.filter(|_| !self.attribute_prefix.is_empty() && !field.data_type().is_nested()) {
            _ if name == self.value_tag => Ok(()),
            Some(attribute) => self.expect_name(attribute),
            None => self.expect_name(name),
        }
    }

    /// # Errors
    /// `TASK_WRITE_FAILED` for what is no name in XML.
    fn expect_name(&self, name: &str) -> Result<()> {
        let starts = |c: char| c.is_alphabetic() || matches!(c, '_' | ':');
        let goes_on = |c: char| starts(c) || c.is_numeric() || matches!(c, '-' | '.' | '\u{b7}');
        if !self.validates || (name.starts_with(starts) && name.chars().all(goes_on)) {
            return Ok(());
        }
        Err(unwritable("", &format!("{name:?} is no name in XML")))
    }

    /// Writes the element of a value; null is none unless it has a text.
    fn element(&self, name: &str, column: &Column, row: usize, depth: usize, out: &mut String) {
        if column.is_null(row) {
            if let Some(text) = &self.null_value {
                indent(depth, out);
                out.push_str(&format!("<{name}>{}</{name}>", escaped(text)));
            }
            return;
        }
        match column {
            Column::Text(texts) => {
                indent(depth, out);
                out.push_str(&format!("<{name}>{}</{name}>", escaped(texts.value(row))));
            }
            Column::List(list, values) => {
                let (start, end) = bounds(list.value_offsets(), row);
                for index in start..end {
                    match values.as_ref() {
                        // An array in an array gets elements of its own.
                        inner @ Column::List(..) if !inner.is_null(index) => {
                            indent(depth, out);
                            out.push_str(&format!("<{name}>"));
                            self.element(&self.item_name, inner, index, depth + 1, out);
                            indent(depth, out);
                            out.push_str(&format!("</{name}>"));
                        }
                        values => self.element(name, values, index, depth, out),
                    }
                }
            }
            Column::Struct(_, children) => self.structure(name, children, row, depth, out),
            Column::Map(map, keys, values) => {
                let (start, end) = bounds(map.value_offsets(), row);
                let mut inner = String::new();
                for index in start..end {
                    self.element(keys.value(index), values, index, depth + 1, &mut inner);
                }
                close(name, "", "", &inner, depth, out);
            }
        }
    }

    fn structure(
        &self,
        name: &str,
        children: &[(String, Column)],
        row: usize,
        depth: usize,
        out: &mut String,
    ) {
        let (mut attributes, mut text, mut inner) = (String::new(), String::new(), String::new());
        for (child, column) in children {
            match column {
                Column::Text(texts) if *child == self.value_tag => {
                    if texts.is_valid(row) {
                        text = escaped(texts.value(row));
                    }
                }
                Column::Text(texts)
                    if !self.attribute_prefix.is_empty() && child.starts_with(&self.attribute_prefix) =>
                {
                    let value =
                        if texts.is_valid(row) { Some(texts.value(row)) } else { self.null_value.as_deref() };
                    if let Some(value) = value {
                        let key = &child[self.attribute_prefix.len()..];
                        attributes.push_str(&format!(" {key}=\"{}\"", escaped(value).replace('"', "&quot;")));
                    }
                }
                _ => self.element(child, column, row, depth + 1, &mut inner),
            }
        }
        close(name, &attributes, &text, &inner, depth, out);
    }
}

/// Writes an element with what is in it.
fn close(name: &str, attributes: &str, text: &str, inner: &str, depth: usize, out: &mut String) {
    indent(depth, out);
    if text.is_empty() && inner.is_empty() {
        return out.push_str(&format!("<{name}{attributes}/>"));
    }
    out.push_str(&format!("<{name}{attributes}>{text}{inner}"));
    if !inner.is_empty() {
        indent(depth, out);
    }
    out.push_str(&format!("</{name}>"));
}

fn indent(depth: usize, out: &mut String) {
    out.push('\n');
    (0..depth).for_each(|_| out.push_str("    "));
}

fn bounds(offsets: &[i32], row: usize) -> (usize, usize) {
    (offsets[row] as usize, offsets[row + 1] as usize)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xd;"),
            _ => out.push(c),
        }
    }
    out
}
