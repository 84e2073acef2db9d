//! Messages as columns.

use std::sync::Arc;

use arrow::array::types::{
    ArrowPrimitiveType, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int32Type,
    Int64Type, TimestampMicrosecondType,
};
use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, ListArray, MapArray, NullBufferBuilder, PrimitiveArray,
    StringBuilder, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field as ArrowField, Fields as ArrowFields, TimeUnit};
use lang::{Error, Result};

use super::descriptor::{Enum, Field, Kind};
use super::types::{Column, Record, Shape};
use super::value::{Value, default, value};
use super::wire::{Fields, Raw};

/// The values of a message's fields, in the order of the record's columns.
type Row<'a> = Vec<Vec<Value<'a>>>;

/// How deep messages may nest.
const NESTING: usize = 100;

/// Reads the fields of a message that the record wants; `None` when the bytes make no sense.
///
/// Of a field that is not repeated the last value counts; pieces of one message are put together by reading one after
/// the other. `strict` refuses known fields whose encoding is that of another type.
pub(super) fn read<'a>(record: &Record, pieces: &[Value<'a>], strict: bool) -> Option<Row<'a>> {
    let mut row: Row<'a> = vec![Vec::new(); record.columns.len()];
    let message = &record.message;
    let mut required = vec![false; message.fields.len()];
    for piece in pieces {
        let Value::Bytes(data) = piece else { return None };
        let mut fields = Fields::new(data);
        while !fields.is_empty() {
            let (number, raw) = fields.next()?;
            let Some(index) = message.fields.iter().position(|field| field.number == number) else {
                continue;
            };
            let field = &message.fields[index];
            let column = record.columns.iter().position(|column| column.index == index);
            let mut unwanted = Vec::new();
            let values = column.map_or(&mut unwanted, |column| &mut row[column]);
            let shape = column.map(|column| &record.columns[column].shape);
            match take(field, shape, raw, values) {
                Taken::Value => required[index] = true,
                Taken::Unknown if strict => return None,
                Taken::Unknown => {}
                Taken::Nonsense => return None,
            }
        }
    }
    let complete = message.fields.iter().zip(&required).all(|(field, found)| *found || !field.required);
    complete.then_some(row)
}

enum Taken {
    Value,
    /// As if the field had a number that the message does not know.
    Unknown,
    Nonsense,
}

/// Adds what a field holds to the values read so far.
fn take<'a>(field: &Field, shape: Option<&Shape>, raw: Raw<'a>, values: &mut Vec<Value<'a>>) -> Taken {
    if let (Raw::Bytes(packed), true, true) = (raw, field.repeated, field.kind.is_number()) {
        let mut packed = Fields::new(packed);
        while !packed.is_empty() {
            let item = match field.kind {
                Kind::Double | Kind::Fixed64 | Kind::SFixed64 => packed.fixed64().map(Raw::Fixed64),
                Kind::Float | Kind::Fixed32 | Kind::SFixed32 => packed.fixed32().map(Raw::Fixed32),
                _ => packed.varint().map(Raw::Varint),
            };
            let Some(item) = item.and_then(|item| value(&field.kind, item)) else { return Taken::Nonsense };
            if is_known(field, shape, &item) {
                values.push(item);
            }
        }
        return Taken::Value;
    }
    let Some(found) = value(&field.kind, raw) else { return Taken::Unknown };
    if !is_known(field, shape, &found) {
        return Taken::Unknown;
    }
    if let (Kind::String, true, Value::Bytes(bytes)) = (&field.kind, field.proto3, found)
        && std::str::from_utf8(bytes).is_err()
    {
        return Taken::Nonsense;
    }
    if !field.repeated && !matches!(field.kind, Kind::Message(_)) {
        values.clear();
    }
    values.push(found);
    Taken::Value
}

/// Older enums have only the numbers that they declare.
fn is_known(field: &Field, shape: Option<&Shape>, value: &Value<'_>) -> bool {
    match (shape, value) {
        (Some(Shape::Enum(found)), Value::Int(number)) if !field.proto3 => name(found, *number).is_some(),
        _ => true,
    }
}

fn name(found: &Enum, number: i64) -> Option<&str> {
    found.values.iter().find(|(_, known)| i64::from(*known) == number).map(|(name, _)| name.as_str())
}

/// What makes columns of rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decoder {
    /// Scalars without presence that are not in a message are what they would be if they were.
    pub emit_defaults: bool,
    /// Keys and values of maps always are, messages too.
    pub in_entry: bool,
}

impl Decoder {
    /// The struct of rows that [`read`] has read; none where a row is null. `None` when a value makes no sense.
    pub(super) fn structs(
        &self,
        record: &Record,
        fields: &ArrowFields,
        rows: &[Option<Row<'_>>],
        nesting: usize,
    ) -> Result<Option<ArrayRef>> {
        if nesting > NESTING {
            return Ok(None);
        }
        let mut columns = Vec::with_capacity(fields.len());
        for (index, (column, field)) in record.columns.iter().zip(fields).enumerate() {
            let cells: Vec<Option<&[Value<'_>]>> =
                rows.iter().map(|row| row.as_ref().map(|row| row[index].as_slice())).collect();
            let described = &record.message.fields[column.index];
            match self.column(column, described, field, &cells, nesting)? {
                Some(array) => columns.push(array),
                None => return Ok(None),
            }
        }
        let mut nulls = NullBufferBuilder::new(rows.len());
        rows.iter().for_each(|row| nulls.append(row.is_some()));
        let structs = StructArray::try_new_with_length(fields.clone(), columns, nulls.finish(), rows.len());
        Ok(Some(Arc::new(structs.map_err(failed)?)))
    }

    /// A column of fields: `cells` holds their values row by row, none where the message itself is null.
    fn column(
        &self,
        column: &Column,
        described: &Field,
        field: &ArrowField,
        cells: &[Option<&[Value<'_>]>],
        nesting: usize,
    ) -> Result<Option<ArrayRef>> {
        match (field.data_type(), &column.shape) {
            (DataType::Map(entries, _), Shape::Map(record)) => {
                let DataType::Struct(pair) = entries.data_type() else { return Ok(None) };
                let Some((offsets, flat)) = flatten(cells) else { return Ok(None) };
                let decoder = Decoder { in_entry: true, ..*self };
                let Some(items) = rows_of(record, &flat) else { return Ok(None) };
                let Some(pairs) = decoder.structs(record, pair, &items, nesting + 1)? else {
                    return Ok(None);
                };
                let Some(pairs) = pairs.as_any().downcast_ref::<StructArray>().cloned() else {
                    return Ok(None);
                };
                let map = MapArray::try_new(Arc::clone(entries), offsets, pairs, valid(cells), false);
                Ok(Some(Arc::new(map.map_err(failed)?)))
            }
            (DataType::List(element), _) if described.repeated => {
                let Some((offsets, flat)) = flatten(cells) else { return Ok(None) };
                let items: Vec<Option<&[Value<'_>]>> =
                    flat.iter().map(|item| Some(std::slice::from_ref(item))).collect();
                let Some(values) = self.singles(column, described, element, &items, nesting)? else {
                    return Ok(None);
                };
                let list = ListArray::try_new(Arc::clone(element), offsets, values, valid(cells));
                Ok(Some(Arc::new(list.map_err(failed)?)))
            }
            _ => self.singles(column, described, field, cells, nesting),
        }
    }

    /// Values that are not repeated.
    fn singles(
        &self,
        column: &Column,
        described: &Field,
        field: &ArrowField,
        cells: &[Option<&[Value<'_>]>],
        nesting: usize,
    ) -> Result<Option<ArrayRef>> {
        if let Shape::Record(record) = &column.shape {
            let DataType::Struct(fields) = field.data_type() else { return Ok(None) };
            let mut rows = Vec::with_capacity(cells.len());
            for cell in cells {
                match cell.filter(|pieces| self.in_entry || !pieces.is_empty()) {
                    None => rows.push(None),
                    Some(pieces) => match read(record, pieces, false) {
                        Some(row) => rows.push(Some(row)),
                        None => return Ok(None),
                    },
                }
            }
            return Decoder { in_entry: false, ..*self }.structs(record, fields, &rows, nesting + 1);
        }
        let absent = default(described, &column.shape)?;
        let mut values = Vec::with_capacity(cells.len());
        for cell in cells {
            let value = match (cell, &column.shape) {
                (None, _) => None,
                (Some([]), _) if self.in_entry => Some(absent),
                (Some([]), Shape::Micros(_)) => None,
                (Some([]), _) if described.default.is_some() => Some(absent),
                (Some([]), _) if self.emit_defaults && !described.presence => Some(absent),
                (Some(pieces), Shape::Micros(message)) => match micros(message, pieces) {
                    Some(micros) => Some(Value::Int(micros)),
                    None => return Ok(None),
                },
                // Without presence, what a value would be anyway cannot be told from none.
                (Some([.., last]), _) => {
                    let told =
                        described.presence || described.repeated || self.emit_defaults || self.in_entry;
                    Some(*last).filter(|last| told || !last.is_zero())
                }
                (Some([]), _) => None,
            };
            values.push(value);
        }
        Ok(Some(scalars(&column.shape, field.data_type(), &values)))
    }
}

fn rows_of<'a>(record: &Record, items: &[Value<'a>]) -> Option<Vec<Option<Row<'a>>>> {
    items.iter().map(|item| read(record, std::slice::from_ref(item), false).map(Some)).collect()
}

type Flat<'a> = (OffsetBuffer<i32>, Vec<Value<'a>>);

/// The values of all rows one after the other; `None` when there are too many for one array.
fn flatten<'a>(cells: &[Option<&[Value<'a>]>]) -> Option<Flat<'a>> {
    let lengths = cells.iter().map(|cell| cell.map_or(0, <[_]>::len));
    i32::try_from(lengths.clone().sum::<usize>()).ok()?;
    Some((
        OffsetBuffer::from_lengths(lengths),
        cells.iter().flatten().flat_map(|cell| cell.iter().copied()).collect(),
    ))
}

fn valid(cells: &[Option<&[Value<'_>]>]) -> Option<arrow::buffer::NullBuffer> {
    let mut nulls = NullBufferBuilder::new(cells.len());
    cells.iter().for_each(|cell| nulls.append(cell.is_some()));
    nulls.finish()
}

/// Seconds and nanoseconds as microseconds.
fn micros(message: &Arc<super::descriptor::Message>, pieces: &[Value<'_>]) -> Option<i64> {
    let columns = (0..2).map(|index| Column { index, shape: Shape::Number }).collect();
    let row = read(&Record { message: Arc::clone(message), columns }, pieces, false)?;
    let number = |index: usize| match row[index].last() {
        Some(Value::Int(value)) => *value,
        _ => 0,
    };
    number(0).checked_mul(1_000_000)?.checked_add(number(1) / 1000)
}

fn primitives<T: ArrowPrimitiveType>(
    data_type: &DataType,
    values: &[Option<Value<'_>>],
    native: impl Fn(&Value<'_>) -> T::Native,
) -> ArrayRef {
    let values = values.iter().map(|value| value.as_ref().map(&native));
    Arc::new(values.collect::<PrimitiveArray<T>>().with_data_type(data_type.clone()))
}

fn scalars(shape: &Shape, data_type: &DataType, values: &[Option<Value<'_>>]) -> ArrayRef {
    match data_type {
        DataType::Int32 => primitives::<Int32Type>(data_type, values, |value| value.int() as i32),
        DataType::Int64 => primitives::<Int64Type>(data_type, values, |value| value.int()),
        DataType::Float32 => primitives::<Float32Type>(data_type, values, |value| value.double() as f32),
        DataType::Float64 => primitives::<Float64Type>(data_type, values, |value| value.double()),
        // Only unsigned numbers are decimals.
        DataType::Decimal128(..) => {
            primitives::<Decimal128Type>(data_type, values, |value| i128::from(value.int() as u64))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            primitives::<TimestampMicrosecondType>(data_type, values, |value| value.int())
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            primitives::<DurationMicrosecondType>(data_type, values, |value| value.int())
        }
        DataType::Boolean => {
            let mut builder = BooleanBuilder::with_capacity(values.len());
            values
                .iter()
                .for_each(|value| builder.append_option(value.as_ref().map(|value| value.int() != 0)));
            Arc::new(builder.finish())
        }
        DataType::Binary => {
            let mut builder = BinaryBuilder::new();
            values.iter().for_each(|value| builder.append_option(value.as_ref().map(Value::bytes)));
            Arc::new(builder.finish())
        }
        _ => {
            let mut builder = StringBuilder::new();
            for value in values {
                match (value, shape) {
                    (None, _) => builder.append_null(),
                    (Some(value), Shape::Enum(found)) => match name(found, value.int()) {
                        Some(name) => builder.append_value(name),
                        None => {
                            builder.append_value(format!("UNKNOWN_ENUM_VALUE_{}_{}", found.name, value.int()))
                        }
                    },
                    (Some(value), _) => builder.append_value(String::from_utf8_lossy(value.bytes())),
                }
            }
            Arc::new(builder.finish())
        }
    }
}

fn failed(error: arrow::error::ArrowError) -> Error {
    Error::internal(format!("Protobuf columns: {error}"))
}
