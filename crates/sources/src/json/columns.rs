//! Nodes of a tape as Arrow columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, ListArray, MapArray, NullBufferBuilder, StructArray,
    TimestampMicrosecondArray, new_null_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use lang::{Error, Result};

use super::tape::{Kind, Tape};
use crate::value::datetime::MICROS_PER_SECOND;
use crate::value::{Formats, base64, number, parse_column, strings};

/// Marks a value that is not there.
pub(super) const NONE: u32 = u32::MAX;

/// Whether columns of that type can be made.
pub(crate) fn is_supported(data_type: &DataType) -> bool {
    match data_type {
        DataType::Null => true,
        DataType::List(element) => is_supported(element.data_type()),
        DataType::Struct(fields) => fields.iter().all(|field| is_supported(field.data_type())),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                *pair[0].data_type() == DataType::Utf8 && is_supported(pair[1].data_type())
            }
            _ => false,
        },
        other => crate::value::is_supported(other),
    }
}

/// A column, and for each of its values whether it is null because it was wrong.
type Column = (ArrayRef, Vec<bool>);

/// Makes columns of nodes.
pub(super) struct Columns<'a> {
    pub tape: &'a Tape,
    pub data: &'a [u8],
    pub formats: &'a Formats,
    /// For each record the first node at or behind it; ascending.
    pub starts: &'a [u32],
}

impl Columns<'_> {
    /// The fields of objects, one array a field. Values that do not fit are null and their records marked in `bad`.
    pub(super) fn fields(&self, fields: &Fields, nodes: &[u32], bad: &mut [bool]) -> Result<Vec<ArrayRef>> {
        let places: HashMap<&[u8], usize> =
            fields.iter().enumerate().map(|(place, field)| (field.name().as_bytes(), place)).collect();
        let mut values = vec![vec![NONE; nodes.len()]; fields.len()];
        for (row, node) in nodes.iter().enumerate().filter(|(_, node)| **node != NONE) {
            let (end, mut name, mut expected) = (self.tape.after(*node), node + 1, 0);
            while name < end {
                let text = self.tape.text(self.data, self.tape.node(name));
                // Records tend to have their fields in the same order.
                let place = match fields.get(expected).filter(|field| field.name().as_bytes() == text) {
                    Some(_) => Some(expected),
                    None => places.get(text).copied(),
                };
                if let Some(place) = place {
                    values[place][row] = name + 1;
                    expected = place + 1;
                }
                name = self.tape.after(name + 1);
            }
        }
        let mut arrays = Vec::with_capacity(fields.len());
        for (field, nodes) in fields.iter().zip(&values) {
            let (array, wrong) = self.column(field, nodes, bad)?;
            nodes.iter().zip(wrong).filter(|(_, wrong)| *wrong).for_each(|(node, _)| self.mark(*node, bad));
            arrays.push(array);
        }
        Ok(arrays)
    }

    /// Which of the objects have no field of that name; what is no object is not missing one.
    pub(super) fn missing(&self, name: &str, nodes: &[u32]) -> BooleanArray {
        let lacks = |node: &u32| {
            if *node == NONE {
                return Some(false);
            }
            let (end, mut field) = (self.tape.after(*node), node + 1);
            while field < end {
                if self.tape.text(self.data, self.tape.node(field)) == name.as_bytes() {
                    return Some(false);
                }
                field = self.tape.after(field + 1);
            }
            Some(true)
        };
        BooleanArray::from_iter(nodes.iter().map(lacks))
    }

    fn column(&self, field: &Field, nodes: &[u32], bad: &mut [bool]) -> Result<Column> {
        match field.data_type() {
            DataType::Struct(fields) => self.structs(fields, nodes, bad),
            DataType::List(element) => self.lists(element, nodes, bad),
            DataType::Map(entries, _) => self.maps(entries, nodes, bad),
            DataType::Null => Ok((new_null_array(&DataType::Null, nodes.len()), vec![false; nodes.len()])),
            data_type => self.scalars(data_type, nodes),
        }
    }

    fn scalars(&self, data_type: &DataType, nodes: &[u32]) -> Result<Column> {
        let mut wrong = vec![false; nodes.len()];
        let array = match data_type {
            DataType::Utf8 => strings(nodes.iter().map(|node| self.string(*node)), nodes.len())?,
            DataType::Binary => self.binaries(nodes, &mut wrong),
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
                self.timestamps(data_type, nodes, &mut wrong)
            }
            _ => {
                let cells = nodes.iter().map(|node| self.cell(*node, data_type));
                self.parse(data_type, cells, nodes, &mut wrong)?
            }
        };
        Ok((array, wrong))
    }

    fn parse<'b>(
        &self,
        data_type: &DataType,
        cells: impl Iterator<Item = Cell<'b>>,
        nodes: &[u32],
        wrong: &mut [bool],
    ) -> Result<ArrayRef> {
        let mut refused = vec![false; nodes.len()];
        let texts = cells.zip(&mut refused).map(|(cell, refused)| match cell {
            Cell::Null => None,
            Cell::Text(text) => Some(text),
            Cell::Refused => {
                *refused = true;
                None
            }
        });
        let array = parse_column(data_type, texts, self.formats, wrong)?;
        wrong.iter_mut().zip(refused).for_each(|(wrong, refused)| *wrong |= refused);
        Ok(array)
    }

    /// Any value as a string: strings by their text, everything else as it stands.
    fn string(&self, node: u32) -> Option<&[u8]> {
        if node == NONE {
            return None;
        }
        let node = self.tape.node(node);
        (node.kind != Kind::Null).then(|| self.tape.text(self.data, node))
    }

    /// The text of a value, if its kind is one that the type is read from.
    fn cell(&self, node: u32, data_type: &DataType) -> Cell<'_> {
        if node == NONE {
            return Cell::Null;
        }
        let node = self.tape.node(node);
        let text = self.tape.text(self.data, node);
        let fits = match (node.kind, data_type) {
            (Kind::Null, _) => return Cell::Null,
            (Kind::True | Kind::False, DataType::Boolean) => true,
            (Kind::Integer, data_type) => {
                !matches!(data_type, DataType::Boolean | DataType::Date32 | DataType::Timestamp(..))
            }
            (Kind::Float, DataType::Float32 | DataType::Float64 | DataType::Decimal128(..)) => true,
            (Kind::NonNumeric, DataType::Float32 | DataType::Float64) => return non_numeric(text),
            (Kind::Plain | Kind::Escaped, DataType::Float32 | DataType::Float64) => return non_numeric(text),
            (
                Kind::Plain | Kind::Escaped,
                DataType::Decimal128(..) | DataType::Date32 | DataType::Timestamp(..),
            ) => true,
            _ => false,
        };
        if fits { Cell::Text(text) } else { Cell::Refused }
    }

    /// Instants: texts, or whole seconds since the epoch.
    fn timestamps(&self, data_type: &DataType, nodes: &[u32], wrong: &mut [bool]) -> ArrayRef {
        let instant = |node: u32| {
            let found = self.tape.node(node);
            let text = self.tape.text(self.data, found);
            match found.kind {
                Kind::Plain | Kind::Escaped => self.formats.timestamp(text),
                Kind::Integer => number::integer(text)?.checked_mul(MICROS_PER_SECOND),
                _ => None,
            }
        };
        let values = nodes.iter().zip(wrong).map(|(node, wrong)| {
            if *node == NONE || self.tape.node(*node).kind == Kind::Null {
                return None;
            }
            let value = instant(*node);
            *wrong = value.is_none();
            value
        });
        Arc::new(TimestampMicrosecondArray::from_iter(values).with_data_type(data_type.clone()))
    }

    fn binaries(&self, nodes: &[u32], wrong: &mut [bool]) -> ArrayRef {
        let values: Vec<Option<Vec<u8>>> = nodes
            .iter()
            .zip(wrong)
            .map(|(node, wrong)| {
                let text = self.string(*node)?;
                let decoded = if self.is_string(*node) { base64::decode(text) } else { None };
                *wrong = decoded.is_none();
                decoded
            })
            .collect();
        Arc::new(BinaryArray::from_iter(values))
    }

    fn is_string(&self, node: u32) -> bool {
        matches!(self.tape.node(node).kind, Kind::Plain | Kind::Escaped)
    }

    /// The nodes that are of a kind; nulls and absent ones are `NONE`, all others wrong too.
    fn of_kind(&self, kind: Kind, nodes: &[u32]) -> (Vec<u32>, Vec<bool>) {
        let check = |node: &u32| {
            if *node == NONE {
                return (NONE, false);
            }
            match self.tape.node(*node).kind {
                found if found == kind => (*node, false),
                found => (NONE, found != Kind::Null),
            }
        };
        nodes.iter().map(check).unzip()
    }

    /// A struct keeps its good fields when others are wrong.
    fn structs(&self, fields: &Fields, nodes: &[u32], bad: &mut [bool]) -> Result<Column> {
        let (nodes, wrong) = self.of_kind(Kind::Object, nodes);
        let children = self.fields(fields, &nodes, bad)?;
        let nulls = present(&nodes);
        if fields.is_empty() {
            return Ok((Arc::new(StructArray::new_empty_fields(nodes.len(), nulls)), wrong));
        }
        Ok((made(StructArray::try_new(fields.clone(), children, nulls))?, wrong))
    }

    fn lists(&self, element: &Arc<Field>, nodes: &[u32], bad: &mut [bool]) -> Result<Column> {
        let (mut nodes, mut wrong) = self.of_kind(Kind::Array, nodes);
        let (mut elements, mut ends) = (Vec::new(), Vec::with_capacity(nodes.len()));
        for node in &nodes {
            if *node != NONE {
                elements.extend(self.tape.elements(*node));
            }
            ends.push(elements.len());
        }
        let (values, wrong_values) = self.column(element, &elements, bad)?;
        give_up(&mut nodes, &mut wrong, &ends, &wrong_values);
        let list = ListArray::try_new(Arc::clone(element), offsets(&ends), values, present(&nodes));
        Ok((made(list)?, wrong))
    }

    fn maps(&self, entries: &Arc<Field>, nodes: &[u32], bad: &mut [bool]) -> Result<Column> {
        let DataType::Struct(pair) = entries.data_type() else {
            return Err(Error::internal("map entries that are no struct"));
        };
        let (mut nodes, mut wrong) = self.of_kind(Kind::Object, nodes);
        let (mut names, mut values, mut ends) = (Vec::new(), Vec::new(), Vec::with_capacity(nodes.len()));
        for node in &nodes {
            if *node != NONE {
                let (end, mut name) = (self.tape.after(*node), node + 1);
                while name < end {
                    names.push(name);
                    values.push(name + 1);
                    name = self.tape.after(name + 1);
                }
            }
            ends.push(names.len());
        }
        let keys = strings(names.iter().map(|node| self.string(*node)), names.len())?;
        let (values, wrong_values) = self.column(&pair[1], &values, bad)?;
        give_up(&mut nodes, &mut wrong, &ends, &wrong_values);
        let inner = StructArray::try_new(pair.clone(), vec![keys, values], None)
            .map_err(|e| Error::internal(format!("JSON map: {e}")))?;
        let map = MapArray::try_new(Arc::clone(entries), offsets(&ends), inner, present(&nodes), false);
        Ok((made(map)?, wrong))
    }

    /// Marks the record a node is in.
    fn mark(&self, node: u32, bad: &mut [bool]) {
        let row = self.starts.partition_point(|start| *start <= node).saturating_sub(1);
        if let Some(bad) = bad.get_mut(row) {
            *bad = true;
        }
    }
}

/// The text to parse, if any.
enum Cell<'a> {
    Null,
    Text(&'a [u8]),
    Refused,
}

fn non_numeric(text: &[u8]) -> Cell<'_> {
    match text {
        b"NaN" => Cell::Text(b"NaN"),
        b"Infinity" | b"+Infinity" | b"INF" | b"+INF" => Cell::Text(b"Infinity"),
        b"-Infinity" | b"-INF" => Cell::Text(b"-Infinity"),
        _ => Cell::Refused,
    }
}

fn present(nodes: &[u32]) -> Option<NullBuffer> {
    let mut nulls = NullBufferBuilder::new(nodes.len());
    nodes.iter().for_each(|node| nulls.append(*node != NONE));
    nulls.finish()
}

fn offsets(ends: &[usize]) -> OffsetBuffer<i32> {
    let offsets: Vec<i32> = std::iter::once(0).chain(ends.iter().map(|end| *end as i32)).collect();
    OffsetBuffer::new(offsets.into())
}

/// One wrong value makes the array or map it is in wrong.
fn give_up(nodes: &mut [u32], wrong: &mut [bool], ends: &[usize], wrong_values: &[bool]) {
    let mut start = 0;
    for (index, end) in ends.iter().enumerate() {
        if wrong_values[start..*end].contains(&true) {
            (nodes[index], wrong[index]) = (NONE, true);
        }
        start = *end;
    }
}

fn made<A: Array + 'static>(array: arrow::error::Result<A>) -> Result<ArrayRef> {
    match array {
        Ok(array) => Ok(Arc::new(array)),
        Err(error) => Err(Error::internal(format!("JSON columns: {error}"))),
    }
}
