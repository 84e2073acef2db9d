//! Trees as Arrow columns.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, MapArray, NullBufferBuilder, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields};
use lang::{Error, Result};

use super::options::XmlOptions;
use super::tree::Element;
use crate::value::{parse_column, strings};

/// Something in a record.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Element(&'a Element),
    Text(&'a str),
}

/// Makes columns of the values of records.
pub(super) struct Columns<'a> {
    pub options: &'a XmlOptions,
}

/// A value in a record, by the record's place; none where the record has no such value.
type Cell<'a> = (usize, Option<Value<'a>>);

impl Columns<'_> {
    /// The columns of some elements; records with values that do not parse are marked in `bad`.
    pub(super) fn fields(
        &self,
        fields: &Fields,
        elements: &[Cell<'_>],
        bad: &mut [bool],
    ) -> Result<Vec<ArrayRef>> {
        fields.iter().map(|field| self.field(field, elements, bad)).collect()
    }

    fn field(&self, field: &Field, parents: &[Cell<'_>], bad: &mut [bool]) -> Result<ArrayRef> {
        if let DataType::List(element) = field.data_type() {
            let (mut cells, mut ends, mut present) = (Vec::new(), vec![0], Vec::with_capacity(parents.len()));
            for (record, parent) in parents {
                let before = cells.len();
                cells.extend(self.find_all(field.name(), *parent).map(|value| (*record, Some(value))));
                present.push(cells.len() > before);
                ends.push(to_offset(cells.len())?);
            }
            let values = self.column(element, &cells, bad)?;
            let nulls = Some(NullBuffer::from(present));
            let offsets = OffsetBuffer::new(ends.into());
            return made(ListArray::try_new(Arc::clone(element), offsets, values, nulls));
        }
        // The last of several counts.
        let cells: Vec<Cell<'_>> = parents
            .iter()
            .map(|(record, parent)| (*record, self.find_all(field.name(), *parent).last()))
            .collect();
        self.column(field, &cells, bad)
    }

    /// What a parent has under a field's name: an attribute, its own text, or children.
    fn find_all<'v>(&self, name: &str, parent: Option<Value<'v>>) -> impl Iterator<Item = Value<'v>> {
        let mut found = Vec::new();
        match parent {
            Some(Value::Text(text)) if name == self.options.value_tag => found.push(Value::Text(text)),
            Some(Value::Element(element)) => {
                let attribute = name.strip_prefix(self.options.attribute_prefix.as_str());
                let attribute = attribute.filter(|_| !self.options.exclude_attributes).and_then(|name| {
                    element
                        .attributes
                        .iter()
                        .find(|(known, _)| known == name)
                        .map(|(_, value)| value.as_str())
                });
                found.extend(attribute.map(Value::Text));
                if name == self.options.value_tag && !element.text.trim().is_empty() {
                    found.push(Value::Text(&element.text));
                }
                found.extend(element.children.iter().filter(|c| c.name == name).map(Value::Element));
            }
            _ => {}
        }
        found.into_iter()
    }

    fn column(&self, field: &Field, cells: &[Cell<'_>], bad: &mut [bool]) -> Result<ArrayRef> {
        match field.data_type() {
            DataType::Struct(fields) => {
                let present: Vec<bool> = cells.iter().map(|(_, value)| value.is_some()).collect();
                let columns = self.fields(fields, cells, bad)?;
                let nulls = Some(NullBuffer::from(present));
                if fields.is_empty() {
                    return Ok(Arc::new(StructArray::new_empty_fields(cells.len(), nulls)));
                }
                made(StructArray::try_new(fields.clone(), columns, nulls))
            }
            DataType::List(_) => {
                // An array in an array: its items are the children of the element, whatever they are called.
                Err(Error::unsupported("arrays of arrays in XML files"))
            }
            DataType::Map(entries, _) => self.maps(entries, cells, bad),
            DataType::Utf8 => {
                let texts = cells.iter().map(|(_, value)| self.string(*value).map(str::as_bytes));
                strings(texts, cells.len())
            }
            data_type => {
                let mut wrong = vec![false; cells.len()];
                let texts = cells
                    .iter()
                    .map(|(_, value)| self.string(*value).filter(|text| !text.is_empty()).map(str::as_bytes));
                let array = parse_column(data_type, texts, &self.options.formats, &mut wrong)?;
                for ((record, _), wrong) in cells.iter().zip(wrong) {
                    bad[*record] |= wrong;
                }
                Ok(array)
            }
        }
    }

    /// The text of a value; an element with children is the text between its tags.
    fn string<'v>(&self, value: Option<Value<'v>>) -> Option<&'v str> {
        match value? {
            Value::Text(text) => self.options.text(text),
            Value::Element(element) if element.children.is_empty() => self.options.text(&element.text),
            Value::Element(element) => self.options.text(&element.inner),
        }
    }

    fn maps(&self, entries: &Arc<Field>, cells: &[Cell<'_>], bad: &mut [bool]) -> Result<ArrayRef> {
        let DataType::Struct(pair) = entries.data_type() else {
            return Err(Error::internal("map entries that are no struct"));
        };
        let (mut keys, mut values, mut ends) = (Vec::new(), Vec::new(), vec![0]);
        let mut nulls = NullBufferBuilder::new(cells.len());
        for (record, value) in cells {
            nulls.append(value.is_some());
            if let Some(Value::Element(element)) = value {
                for (name, text) in element.attributes.iter().filter(|_| !self.options.exclude_attributes) {
                    keys.push(format!("{}{name}", self.options.attribute_prefix));
                    values.push((*record, Some(Value::Text(text))));
                }
                for child in &element.children {
                    keys.push(child.name.clone());
                    values.push((*record, Some(Value::Element(child))));
                }
            }
            ends.push(to_offset(keys.len())?);
        }
        let names = strings(keys.iter().map(|key| Some(key.as_bytes())), keys.len())?;
        let columns = vec![names, self.column(&pair[1], &values, bad)?];
        let pairs = StructArray::try_new(pair.clone(), columns, None).map_err(failed)?;
        let offsets = OffsetBuffer::new(ends.into());
        made(MapArray::try_new(Arc::clone(entries), offsets, pairs, nulls.finish(), false))
    }
}

/// Whether columns of that type can be made.
pub(crate) fn is_supported(data_type: &DataType) -> bool {
    match data_type {
        DataType::List(element) => {
            !matches!(element.data_type(), DataType::List(_)) && is_supported(element.data_type())
        }
        DataType::Struct(fields) => fields.iter().all(|field| is_supported(field.data_type())),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                *pair[0].data_type() == DataType::Utf8
                    && !matches!(pair[1].data_type(), DataType::List(_))
                    && is_supported(pair[1].data_type())
            }
            _ => false,
        },
        DataType::Binary => false,
        other => crate::value::is_supported(other),
    }
}

fn to_offset(length: usize) -> Result<i32> {
    i32::try_from(length).map_err(|_| Error::unsupported("an XML batch of more than 2 billion values"))
}

fn made<A: Array + 'static>(array: arrow::error::Result<A>) -> Result<ArrayRef> {
    match array {
        Ok(array) => Ok(Arc::new(array)),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: arrow::error::ArrowError) -> Error {
    Error::internal(format!("XML columns: {error}"))
}
