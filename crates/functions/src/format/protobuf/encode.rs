//! Structs as messages.

use arrow::array::types::{
    Date32Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    IntervalYearMonthType, TimestampMicrosecondType,
};
use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray, StructArray};
use arrow::datatypes::{DataType, Field as ArrowField, IntervalUnit, TimeUnit};
use lang::{Error, Result};

use super::descriptor::{Descriptors, Enum, Field, Kind, Message};
use super::wire::{put_bytes, put_varint, zigzag};
use crate::types::from_field;

/// Appends the value of a row without its tag; `false` when it is what the field is without a value, too.
type Put<'a> = Box<dyn Fn(usize, &mut Vec<u8>) -> Result<bool> + 'a>;

/// Appends a message field of a row, if there is something to append.
type PutField<'a> = Box<dyn Fn(usize, &mut Vec<u8>) -> Result<()> + 'a>;

/// How deep structs may nest.
const NESTING: usize = 100;

/// The writer of structs as messages, without a length in front: fields in the order of their numbers.
///
/// # Errors
/// `NO_SQL_TYPE_IN_PROTOBUF_SCHEMA`, `PROTOBUF_FIELD_MISSING_IN_SQL_SCHEMA`,
/// `UNABLE_TO_CONVERT_TO_PROTOBUF_MESSAGE_TYPE`.
pub(super) fn message<'a>(
    descriptors: &'a Descriptors,
    message: &'a Message,
    structs: &'a StructArray,
    nesting: usize,
) -> Result<PutField<'a>> {
    if nesting > NESTING {
        return Err(Error::unsupported(format!("Protobuf messages in more than {NESTING} others")));
    }
    let named = |column: &ArrowField| {
        let exact = message.fields.iter().find(|field| field.name == *column.name());
        exact.or_else(|| message.fields.iter().find(|field| field.name.eq_ignore_ascii_case(column.name())))
    };
    let mut writers = Vec::with_capacity(message.fields.len());
    for (column, array) in structs.fields().iter().zip(structs.columns()) {
        let field = named(column).ok_or_else(|| {
            Error::analysis("NO_SQL_TYPE_IN_PROTOBUF_SCHEMA")
                .with("catalystFieldPath", format!("`{}`", column.name()))
        })?;
        writers.push((field.number, self::field(descriptors, field, array, column, nesting)?));
    }
    let missing = message.fields.iter().find(|field| {
        field.required
            && !structs.fields().iter().any(|column| column.name().eq_ignore_ascii_case(&field.name))
    });
    if let Some(field) = missing {
        return Err(Error::analysis("PROTOBUF_FIELD_MISSING_IN_SQL_SCHEMA")
            .with("field", format!("`{}`", field.name)));
    }
    writers.sort_by_key(|(number, _)| *number);
    Ok(Box::new(move |row, out| writers.iter().try_for_each(|(_, write)| write(row, out))))
}

fn field<'a>(
    descriptors: &'a Descriptors,
    field: &'a Field,
    array: &'a ArrayRef,
    column: &ArrowField,
    nesting: usize,
) -> Result<PutField<'a>> {
    if *array.data_type() == DataType::Null {
        return Ok(Box::new(|_, _| Ok(())));
    }
    if let (DataType::Map(entries, _), Kind::Message(name)) = (array.data_type(), &field.kind) {
        let entry = descriptors.message(name)?;
        let DataType::Struct(_) = entries.data_type() else { return Err(mismatch(column, field)) };
        if !entry.is_entry {
            return Err(mismatch(column, field));
        }
        let map = array.as_map();
        let write = message(descriptors, entry, map.entries(), nesting + 1)?;
        let offsets = map.value_offsets();
        return Ok(Box::new(move |row, out| {
            if array.is_null(row) {
                return Ok(());
            }
            each(offsets, row, |item| nested(field.number, |inner| write(item, inner), out))
        }));
    }
    if let (DataType::List(element), true) = (array.data_type(), field.repeated) {
        let list = array.as_list::<i32>();
        let put = value(descriptors, field, list.values(), element, nesting)?;
        let (offsets, values) = (list.value_offsets(), list.values());
        return Ok(Box::new(move |row, out| {
            if array.is_null(row) {
                return Ok(());
            }
            if field.packed {
                let mut packed = Vec::new();
                each(offsets, row, |item| element_of(values, item, field, &put, &mut packed))?;
                if !packed.is_empty() {
                    tag(field.number, 2, out);
                    put_bytes(&packed, out);
                }
                return Ok(());
            }
            each(offsets, row, |item| {
                tag(field.number, wire_type(&field.kind), out);
                element_of(values, item, field, &put, out)
            })
        }));
    }
    if field.repeated {
        return Err(mismatch(column, field));
    }
    let put = value(descriptors, field, array, column, nesting)?;
    Ok(Box::new(move |row, out| {
        if array.is_null(row) {
            if field.required {
                return Err(Error::unsupported(format!(
                    "null for the required Protobuf field {}",
                    field.name
                )));
            }
            return Ok(());
        }
        let start = out.len();
        tag(field.number, wire_type(&field.kind), out);
        // Without presence, what a field is anyway is not written.
        if !put(row, out)? && !field.presence {
            out.truncate(start);
        }
        Ok(())
    }))
}

fn element_of(values: &ArrayRef, item: usize, field: &Field, put: &Put<'_>, out: &mut Vec<u8>) -> Result<()> {
    if values.is_null(item) {
        return Err(Error::unsupported(format!("null in the repeated Protobuf field {}", field.name)));
    }
    put(item, out).map(drop)
}

fn each(offsets: &[i32], row: usize, item: impl FnMut(usize) -> Result<()>) -> Result<()> {
    (offsets[row] as usize..offsets[row + 1] as usize).try_for_each(item)
}

fn nested(number: u32, write: impl Fn(&mut Vec<u8>) -> Result<()>, out: &mut Vec<u8>) -> Result<()> {
    let mut inner = Vec::new();
    write(&mut inner)?;
    tag(number, 2, out);
    put_bytes(&inner, out);
    Ok(())
}

fn tag(number: u32, wire_type: u32, out: &mut Vec<u8>) {
    put_varint(u64::from(number << 3 | wire_type), out);
}

fn wire_type(kind: &Kind) -> u32 {
    match kind {
        Kind::Double | Kind::Fixed64 | Kind::SFixed64 => 1,
        Kind::String | Kind::Bytes | Kind::Message(_) | Kind::Group => 2,
        Kind::Float | Kind::Fixed32 | Kind::SFixed32 => 5,
        _ => 0,
    }
}

/// The writer of values that are neither null nor repeated.
fn value<'a>(
    descriptors: &'a Descriptors,
    field: &'a Field,
    array: &'a ArrayRef,
    column: &ArrowField,
    nesting: usize,
) -> Result<Put<'a>> {
    let kind = &field.kind;
    Ok(match (array.data_type(), kind) {
        (DataType::Boolean, Kind::Bool) => {
            let values = array.as_boolean();
            Box::new(move |row, out| {
                out.push(u8::from(values.value(row)));
                Ok(values.value(row))
            })
        }
        (DataType::Int8, _) if is_int(kind) => whole(array.as_primitive::<Int8Type>(), kind),
        (DataType::Int16, _) if is_int(kind) => whole(array.as_primitive::<Int16Type>(), kind),
        (DataType::Int32, Kind::Enum(name)) => {
            let (values, known) = (array.as_primitive::<Int32Type>(), descriptors.enumeration(name)?);
            Box::new(move |row, out| {
                let number = values.value(row);
                if !known.values.iter().any(|(_, value)| *value == number) {
                    return Err(no_symbol(column_name(field), &number.to_string(), known));
                }
                put_varint(i64::from(number) as u64, out);
                Ok(number != 0)
            })
        }
        (DataType::Int32, _) if is_int(kind) => whole(array.as_primitive::<Int32Type>(), kind),
        (DataType::Date32, _) if is_int(kind) => whole(array.as_primitive::<Date32Type>(), kind),
        (DataType::Interval(IntervalUnit::YearMonth), _) if is_int(kind) => {
            whole(array.as_primitive::<IntervalYearMonthType>(), kind)
        }
        (DataType::Int64, _) if is_long(kind) => whole(array.as_primitive::<Int64Type>(), kind),
        (DataType::Duration(TimeUnit::Microsecond), _) if is_long(kind) => {
            whole(array.as_primitive::<DurationMicrosecondType>(), kind)
        }
        (DataType::Float32, Kind::Float) => {
            let values = array.as_primitive::<Float32Type>();
            Box::new(move |row, out| {
                out.extend_from_slice(&values.value(row).to_le_bytes());
                Ok(values.value(row).to_bits() != 0)
            })
        }
        (DataType::Float64, Kind::Double) => {
            let values = array.as_primitive::<Float64Type>();
            Box::new(move |row, out| {
                out.extend_from_slice(&values.value(row).to_le_bytes());
                Ok(values.value(row).to_bits() != 0)
            })
        }
        (DataType::Utf8, Kind::String) => {
            let values = array.as_string::<i32>();
            Box::new(move |row, out| {
                put_bytes(values.value(row).as_bytes(), out);
                Ok(!values.value(row).is_empty())
            })
        }
        (DataType::Binary, Kind::Bytes) => {
            let values = array.as_binary::<i32>();
            Box::new(move |row, out| {
                put_bytes(values.value(row), out);
                Ok(!values.value(row).is_empty())
            })
        }
        (DataType::Utf8, Kind::Enum(name)) => {
            let (values, known) = (array.as_string::<i32>(), descriptors.enumeration(name)?);
            Box::new(move |row, out| {
                let text = values.value(row);
                let found = known.values.iter().find(|(name, _)| name == text);
                let (_, number) = found.ok_or_else(|| no_symbol(column_name(field), text, known))?;
                put_varint(i64::from(*number) as u64, out);
                Ok(*number != 0)
            })
        }
        (DataType::Timestamp(TimeUnit::Microsecond, Some(_)), Kind::Message(_)) => {
            let values = array.as_primitive::<TimestampMicrosecondType>();
            // Spark keeps milliseconds of what it writes.
            Box::new(move |row, out| {
                let millis = values.value(row).div_euclid(1000);
                seconds_and_nanos(millis / 1000, millis % 1000 * 1_000_000, out);
                Ok(true)
            })
        }
        (DataType::Duration(TimeUnit::Microsecond), Kind::Message(name))
            if descriptors.message(name)?.is_seconds_and_nanos("Duration") =>
        {
            let values = array.as_primitive::<DurationMicrosecondType>();
            Box::new(move |row, out| {
                let millis = values.value(row).div_euclid(1000);
                seconds_and_nanos(millis / 1000, millis % 1000 * 1_000_000, out);
                Ok(true)
            })
        }
        (DataType::Struct(_), Kind::Message(name)) => {
            let write = message(descriptors, descriptors.message(name)?, array.as_struct(), nesting + 1)?;
            Box::new(move |row, out| {
                let mut inner = Vec::new();
                write(row, &mut inner)?;
                put_bytes(&inner, out);
                Ok(true)
            })
        }
        _ => return Err(mismatch(column, field)),
    })
}

fn is_int(kind: &Kind) -> bool {
    matches!(kind, Kind::Int32 | Kind::UInt32 | Kind::SInt32 | Kind::Fixed32 | Kind::SFixed32)
}

fn is_long(kind: &Kind) -> bool {
    matches!(kind, Kind::Int64 | Kind::UInt64 | Kind::SInt64 | Kind::Fixed64 | Kind::SFixed64)
}

fn whole<'a, T>(values: &'a PrimitiveArray<T>, kind: &'a Kind) -> Put<'a>
where
    T: arrow::array::types::ArrowPrimitiveType,
    T::Native: Into<i64>,
{
    Box::new(move |row, out| {
        let value: i64 = values.value(row).into();
        match kind {
            Kind::SInt32 | Kind::SInt64 => put_varint(zigzag(value), out),
            Kind::Fixed64 | Kind::SFixed64 => out.extend_from_slice(&value.to_le_bytes()),
            Kind::Fixed32 | Kind::SFixed32 => out.extend_from_slice(&(value as i32).to_le_bytes()),
            Kind::UInt32 => put_varint(u64::from(value as u32), out),
            _ => put_varint(value as u64, out),
        }
        Ok(value != 0)
    })
}

/// A message of two numbers, behind its length.
fn seconds_and_nanos(seconds: i64, nanos: i64, out: &mut Vec<u8>) {
    let mut inner = Vec::new();
    for (number, value) in [(1, seconds), (2, nanos)] {
        if value != 0 {
            tag(number, 0, &mut inner);
            put_varint(value as u64, &mut inner);
        }
    }
    put_bytes(&inner, out);
}

fn column_name(field: &Field) -> String {
    format!("`{}`", field.name)
}

fn no_symbol(column: String, text: &str, known: &Enum) -> Error {
    let names: Vec<String> = known.values.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    Error::analysis("CANNOT_CONVERT_SQL_VALUE_TO_PROTOBUF_ENUM_TYPE")
        .with("sqlColumn", column.clone())
        .with("protobufColumn", format!("field {}", column.trim_matches('`')))
        .with("data", text)
        .with("enumString", names.join(", "))
}

fn mismatch(column: &ArrowField, field: &Field) -> Error {
    Error::analysis("UNABLE_TO_CONVERT_TO_PROTOBUF_MESSAGE_TYPE")
        .with("protobufType", format!("{} ({:?})", field.name, field.kind))
        .with("toType", format!("\"{}\"", from_field(column).sql()))
}
