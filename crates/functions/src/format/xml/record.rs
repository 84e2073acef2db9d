//! XML elements as values of a schema, column by column.
//!
//! Attributes are columns with a prefix, elements columns of their name, repeated ones arrays; the text beside them is a
//! column of its own. What does not fit makes its column NULL and the record malformed.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListArray, MapArray, StringArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::DataType as Arrow;
use lang::{DataType as Spark, Error, Result, StructType};

use super::document::{Document, Id, Kind};
use super::options::Layout;
use crate::format::json::from_json::State;
use crate::format::text::{self, Atom, Texts};
use crate::{error, types};

/// The column that unknown elements would go to.
const WILDCARD: &str = "xs_any";

/// What a value is made of.
#[derive(Debug, Clone)]
pub(in crate::format) enum Cell<'a> {
    Element(&'a Document, Id),
    Text(String),
}

/// Reads elements by a layout.
pub(in crate::format) struct RecordReader {
    pub(in crate::format) layout: Layout,
    pub(in crate::format) texts: Texts,
    pub(in crate::format) case_sensitive: bool,
}

/// Fails for types that XML is not read as.
pub(in crate::format) fn check(schema: &Spark) -> Result<()> {
    match schema {
        Spark::Struct(schema) => schema.fields.iter().try_for_each(|field| match field.name.as_str() {
            WILDCARD => Err(Error::unsupported(format!("the column {WILDCARD} of XML"))),
            _ => check(&field.data_type),
        }),
        Spark::Array { element, .. } if matches!(**element, Spark::Array { .. }) => {
            Err(Error::unsupported("arrays of arrays in XML"))
        }
        Spark::Array { element, .. } => check(element),
        Spark::Map { key, value, .. } if matches!(**key, Spark::String { .. }) => check(value),
        Spark::Map { .. } => {
            Err(Error::analysis("INVALID_XML_SCHEMA_MAP_TYPE")
                .with("xmlSchema", format!("\"{}\"", schema.sql())))
        }
        Spark::Variant | Spark::Binary => Err(Error::unsupported(format!("{} in XML", schema.sql()))),
        other => text::column::<()>(other, &[], &|_| None).map(|_| ()),
    }
}

impl RecordReader {
    /// A column from one cell a row; absent cells are NULL.
    pub(in crate::format) fn convert(
        &self,
        data_type: &Spark,
        cells: &[Option<Cell<'_>>],
    ) -> Result<(ArrayRef, Vec<State>)> {
        match data_type {
            Spark::Struct(schema) => self.structs(schema, cells),
            Spark::Array { .. } => {
                let lists: Vec<Vec<Cell<'_>>> = cells.iter().map(|c| c.iter().cloned().collect()).collect();
                self.lists(data_type, &lists)
            }
            Spark::Map { value, .. } => self.maps(data_type, value, cells),
            _ => {
                let mut plain = Vec::with_capacity(cells.len());
                for cell in cells {
                    plain.push(match cell {
                        None => Plain::Absent,
                        Some(cell) => self.plain(data_type, cell)?,
                    });
                }
                let read = |value: &Plain| match value {
                    Plain::Absent => Some(None),
                    Plain::Nested => None,
                    Plain::Text(text) => self.atom(data_type, text),
                };
                let (array, failed) = text::column(data_type, &plain, &read)?;
                let state = |failed| if failed { State::Failed } else { State::Good };
                Ok((array, failed.into_iter().map(state).collect()))
            }
        }
    }

    /// The text of a cell for an atomic type.
    fn plain(&self, data_type: &Spark, cell: &Cell<'_>) -> Result<Plain> {
        Ok(match cell {
            Cell::Text(text) => Plain::Text(text.clone()),
            Cell::Element(document, id) => {
                let is_nested = document.children(*id).any(|id| document.node(id).kind == Kind::Element);
                match (is_nested, data_type) {
                    (false, _) => Plain::Text(self.layout.trim(&document.text(*id)).to_string()),
                    (true, Spark::String { .. }) => {
                        return Err(Error::unsupported("XML elements with elements as STRING"));
                    }
                    (true, _) => Plain::Nested,
                }
            }
        })
    }

    /// The columns of an element: attributes, elements, and texts.
    fn members<'a>(&self, document: &'a Document, element: Id) -> Vec<(String, Cell<'a>)> {
        let mut members = vec![];
        if !self.layout.without_attributes {
            for id in document.attributes(element) {
                let node = document.node(id);
                let name = format!("{}{}", self.layout.attribute_prefix, self.layout.name(&node.name));
                members.push((name, Cell::Text(self.layout.trim(&node.value).to_string())));
            }
        }
        for id in document.children(element) {
            let node = document.node(id);
            match node.kind {
                Kind::Element => {
                    members.push((self.layout.name(&node.name).to_string(), Cell::Element(document, id)));
                }
                Kind::Text if !node.value.trim().is_empty() => {
                    let text = self.layout.trim(&node.value).to_string();
                    members.push((self.layout.value_tag.clone(), Cell::Text(text)));
                }
                _ => {}
            }
        }
        members
    }

    fn is_called(&self, name: &str, field: &str) -> bool {
        name == field || (!self.case_sensitive && name.to_lowercase() == field.to_lowercase())
    }

    /// Whole records. Reading one ends at the first attribute or element that does not fit: what was before it stays.
    pub(in crate::format) fn records(
        &self,
        schema: &StructType,
        cells: &[Option<Cell<'_>>],
    ) -> Result<(ArrayRef, Vec<State>)> {
        let mut states = vec![State::Good; cells.len()];
        let mut rows = self.rows(cells);
        for (row, state) in rows.iter_mut().zip(&mut states) {
            for index in 0..row.len() {
                if !self.member_fits(schema, &row[index])? {
                    row.truncate(index);
                    *state = State::Partial;
                    break;
                }
            }
        }
        let valid = cells.iter().map(Option::is_some).collect();
        self.columns(schema, &rows, valid, states)
    }

    fn member_fits(&self, schema: &StructType, (name, cell): &(String, Cell<'_>)) -> Result<bool> {
        match schema.fields.iter().find(|field| self.is_called(name, &field.name)) {
            Some(field) => self.fits(&field.data_type, cell),
            None => Ok(true),
        }
    }

    fn fits(&self, data_type: &Spark, cell: &Cell<'_>) -> Result<bool> {
        match (data_type, cell) {
            (Spark::Array { element, .. }, cell) => self.fits(element, cell),
            (Spark::Struct(schema), Cell::Element(document, id)) => {
                for member in self.members(document, *id) {
                    if !self.member_fits(schema, &member)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Spark::Struct(_), Cell::Text(_)) => Ok(true),
            (Spark::Map { value, .. }, Cell::Element(document, id)) => {
                for (name, cell) in self.members(document, *id) {
                    if name == self.layout.value_tag || !self.fits(value, &cell)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Spark::Map { .. }, Cell::Text(_)) => Ok(false),
            _ => Ok(match self.plain(data_type, cell)? {
                Plain::Absent => true,
                Plain::Nested => false,
                Plain::Text(text) => self.atom(data_type, &text).is_some(),
            }),
        }
    }

    /// The members of each cell.
    fn rows<'a>(&self, cells: &[Option<Cell<'a>>]) -> Vec<Vec<(String, Cell<'a>)>> {
        let members = |cell: &Option<Cell<'a>>| match cell {
            Some(Cell::Element(document, id)) => self.members(document, *id),
            Some(Cell::Text(text)) => vec![(self.layout.value_tag.clone(), Cell::Text(text.clone()))],
            None => vec![],
        };
        cells.iter().map(members).collect()
    }

    fn structs(&self, schema: &StructType, cells: &[Option<Cell<'_>>]) -> Result<(ArrayRef, Vec<State>)> {
        let valid = cells.iter().map(Option::is_some).collect();
        self.columns(schema, &self.rows(cells), valid, vec![State::Good; cells.len()])
    }

    fn columns(
        &self,
        schema: &StructType,
        rows: &[Vec<(String, Cell<'_>)>],
        valid: NullBuffer,
        mut states: Vec<State>,
    ) -> Result<(ArrayRef, Vec<State>)> {
        let mut columns = Vec::with_capacity(schema.fields.len());
        for field in &schema.fields {
            let of_field = |row: &Vec<(String, Cell<'_>)>| -> Vec<usize> {
                let named = row.iter().enumerate().filter(|(_, (name, _))| self.is_called(name, &field.name));
                named.map(|(index, _)| index).collect()
            };
            let (column, read) = if let Spark::Array { .. } = &field.data_type {
                let lists: Vec<Vec<Cell<'_>>> = rows
                    .iter()
                    .map(|row| of_field(row).into_iter().map(|index| row[index].1.clone()).collect())
                    .collect();
                self.lists(&field.data_type, &lists)?
            } else {
                // The last of equal names counts.
                let last: Vec<Option<Cell<'_>>> =
                    rows.iter().map(|row| of_field(row).last().map(|index| row[*index].1.clone())).collect();
                self.convert(&field.data_type, &last)?
            };
            for (state, read) in states.iter_mut().zip(read) {
                if read != State::Good {
                    *state = State::Partial;
                }
            }
            columns.push(column);
        }
        let fields = types::to_fields(schema);
        let array = StructArray::try_new_with_length(fields, columns, Some(valid), rows.len());
        Ok((Arc::new(array.map_err(|e| error::from_arrow(&e))?), states))
    }

    fn lists(&self, list: &Spark, rows: &[Vec<Cell<'_>>]) -> Result<(ArrayRef, Vec<State>)> {
        let (Spark::Array { element, .. }, Arrow::List(field)) = (list, types::to_arrow(list)) else {
            return Err(Error::internal("a list type"));
        };
        let children: Vec<Option<Cell<'_>>> = rows.iter().flatten().cloned().map(Some).collect();
        let (column, read) = self.convert(element, &children)?;
        let lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
        let states = states_of(&lengths, &read);
        let valid: NullBuffer = lengths.iter().map(|length| *length > 0).collect();
        let array = ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), column, Some(valid));
        Ok((Arc::new(array.map_err(|e| error::from_arrow(&e))?), states))
    }

    fn maps(&self, map: &Spark, value: &Spark, cells: &[Option<Cell<'_>>]) -> Result<(ArrayRef, Vec<State>)> {
        let (mut names, mut children, mut lengths) = (vec![], vec![], Vec::with_capacity(cells.len()));
        let mut fits = Vec::with_capacity(cells.len());
        for cell in cells {
            let members = match cell {
                Some(Cell::Element(document, id)) => self.members(document, *id),
                _ => vec![],
            };
            // Text has no place in a map.
            let is_map = matches!(cell, Some(Cell::Element(..)))
                && members.iter().all(|(name, _)| *name != self.layout.value_tag);
            let members = if is_map { members } else { vec![] };
            fits.push(is_map);
            lengths.push(members.len());
            for (name, cell) in members {
                names.push(name);
                children.push(Some(cell));
            }
        }
        let (column, read) = self.convert(value, &children)?;
        let mut states = states_of(&lengths, &read);
        for ((state, fits), cell) in states.iter_mut().zip(&fits).zip(cells) {
            if !fits && cell.is_some() {
                *state = State::Failed;
            }
        }
        let Arrow::Map(field, sorted) = types::to_arrow(map) else {
            return Err(Error::internal("a map type"));
        };
        let Arrow::Struct(fields) = field.data_type() else { return Err(Error::internal("a map's entries")) };
        let columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from(names)), column];
        let entries = StructArray::try_new(fields.clone(), columns, None);
        let entries = entries.map_err(|e| error::from_arrow(&e))?;
        let (offsets, valid) = (OffsetBuffer::from_lengths(lengths), NullBuffer::from(fits));
        let array = MapArray::try_new(field.clone(), offsets, entries, Some(valid), sorted);
        Ok((Arc::new(array.map_err(|e| error::from_arrow(&e))?), states))
    }

    /// `None` when the text is no value of the type, `Some(None)` for NULL.
    fn atom(&self, data_type: &Spark, text: &str) -> Option<Option<Atom>> {
        if self.layout.null_value.as_deref() == Some(text) {
            return Some(None);
        }
        if let Spark::String { .. } = data_type {
            return Some(Some(Atom::Text(text.to_string())));
        }
        let text = text.trim();
        if text.is_empty() {
            return Some(None);
        }
        let atom = match data_type {
            Spark::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(Atom::Boolean(true)),
                "false" | "0" => Some(Atom::Boolean(false)),
                _ => None,
            },
            Spark::Byte | Spark::Short | Spark::Integer | Spark::Long => {
                text.parse().ok().filter(|value| text::in_range(data_type, *value)).map(Atom::Whole)
            }
            Spark::Float | Spark::Double => floating(text).map(Atom::Double),
            Spark::Decimal { precision, scale } => text::decimal(text, *precision, *scale).map(Atom::Decimal),
            Spark::Date => self.texts.date(text).map(|days| Atom::Whole(days.into())),
            Spark::Timestamp => self.texts.timestamp(text).map(Atom::Whole),
            Spark::TimestampNtz => self.texts.timestamp_ntz(text).map(Atom::Whole),
            _ => None,
        };
        atom.map(Some)
    }
}

/// A cell on its way to an atomic value.
enum Plain {
    Absent,
    Nested,
    Text(String),
}

/// A finite number in digits, or one of Java's names.
pub(super) fn floating(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" | "+Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        text if text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) => text.parse().ok(),
        _ => None,
    }
}

fn states_of(lengths: &[usize], read: &[State]) -> Vec<State> {
    let mut start = 0;
    let inside = |length: &usize| {
        let state = read[start..start + length].iter().max().copied().unwrap_or(State::Good);
        start += length;
        state
    };
    lengths.iter().map(inside).collect()
}
