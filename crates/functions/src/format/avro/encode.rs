//! Arrow arrays as encoded values: a writer for each column.

use arrow::array::types::{
    Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalYearMonthType, TimestampMicrosecondType,
};
use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};
use lang::{Error, ErrorKind, Result};

use super::input::{put_bytes, put_long};
use super::schema::{Meaning, Schema};

/// Appends the value of a row; `None` when it does not fit the Avro type.
pub type Writer<'a> = Box<dyn Fn(usize, &mut Vec<u8>) -> Option<()> + 'a>;

/// The writer of a column's values as values of `schema`.
///
/// # Errors
/// Types that are not written as each other.
pub fn writer<'a>(array: &'a ArrayRef, field: &Field, schema: &'a Schema) -> Result<Writer<'a>> {
    if let Schema::Union(branches) = schema {
        return union(array, field, branches);
    }
    let value = present(array, field, schema)?;
    Ok(Box::new(move |row, out| if array.is_null(row) { None } else { value(row, out) }))
}

/// A union of one type and null, in whatever order.
fn union<'a>(array: &'a ArrayRef, field: &Field, branches: &'a [Schema]) -> Result<Writer<'a>> {
    let null = branches.iter().position(|branch| *branch == Schema::Null);
    let mut values = branches.iter().enumerate().filter(|(_, branch)| **branch != Schema::Null);
    let (Some((branch, schema)), None) = (values.next(), values.next()) else {
        return Err(Error::unsupported("writing Avro unions of several types"));
    };
    let value = present(array, field, schema)?;
    Ok(Box::new(move |row, out| {
        if array.is_null(row) {
            put_long(null? as i64, out);
            return Some(());
        }
        put_long(branch as i64, out);
        value(row, out)
    }))
}

/// The writer of values that are not null.
fn present<'a>(array: &'a ArrayRef, field: &Field, schema: &'a Schema) -> Result<Writer<'a>> {
    Ok(match (array.data_type(), schema) {
        (DataType::Boolean, Schema::Boolean) => {
            let values = array.as_boolean();
            Box::new(move |row, out| {
                out.push(u8::from(values.value(row)));
                Some(())
            })
        }
        (DataType::Int8, Schema::Int(_) | Schema::Long(_)) => whole(array.as_primitive::<Int8Type>()),
        (DataType::Int16, Schema::Int(_) | Schema::Long(_)) => whole(array.as_primitive::<Int16Type>()),
        (DataType::Int32, Schema::Int(_) | Schema::Long(_)) => whole(array.as_primitive::<Int32Type>()),
        (DataType::Int64, Schema::Long(_)) => whole(array.as_primitive::<Int64Type>()),
        (DataType::Date32, Schema::Int(_)) => whole(array.as_primitive::<Date32Type>()),
        (DataType::Interval(IntervalUnit::YearMonth), Schema::Int(_)) => {
            whole(array.as_primitive::<IntervalYearMonthType>())
        }
        (DataType::Duration(TimeUnit::Microsecond), Schema::Long(_)) => {
            whole(array.as_primitive::<DurationMicrosecondType>())
        }
        (DataType::Timestamp(TimeUnit::Microsecond, _), Schema::Long(meaning)) => {
            let values = array.as_primitive::<TimestampMicrosecondType>();
            let micros = matches!(meaning, Meaning::TimestampMicros | Meaning::LocalTimestampMicros);
            let divisor = if micros { 1 } else { 1000 };
            Box::new(move |row, out| {
                put_long(values.value(row).div_euclid(divisor), out);
                Some(())
            })
        }
        (DataType::Float32, Schema::Float) => {
            let values = array.as_primitive::<Float32Type>();
            Box::new(move |row, out| {
                out.extend_from_slice(&values.value(row).to_le_bytes());
                Some(())
            })
        }
        (DataType::Float64, Schema::Double) => {
            let values = array.as_primitive::<Float64Type>();
            Box::new(move |row, out| {
                out.extend_from_slice(&values.value(row).to_le_bytes());
                Some(())
            })
        }
        (
            DataType::Decimal128(_, scale),
            Schema::Fixed { size, meaning: Meaning::Decimal { scale: s, .. } },
        ) if scale == s => decimals(array.as_primitive::<Decimal128Type>(), Some(*size)),
        (DataType::Decimal128(_, scale), Schema::Bytes(Meaning::Decimal { scale: s, .. })) if scale == s => {
            decimals(array.as_primitive::<Decimal128Type>(), None)
        }
        (DataType::Utf8, Schema::String) => {
            let values = array.as_string::<i32>();
            Box::new(move |row, out| {
                put_bytes(values.value(row).as_bytes(), out);
                Some(())
            })
        }
        (DataType::Utf8, Schema::Enum(symbols)) => {
            let values = array.as_string::<i32>();
            Box::new(move |row, out| {
                let index = symbols.iter().position(|symbol| symbol == values.value(row))?;
                put_long(index as i64, out);
                Some(())
            })
        }
        (DataType::Binary, Schema::Bytes(_)) => {
            let values = array.as_binary::<i32>();
            Box::new(move |row, out| {
                put_bytes(values.value(row), out);
                Some(())
            })
        }
        (DataType::Binary, Schema::Fixed { size, .. }) => {
            let values = array.as_binary::<i32>();
            Box::new(move |row, out| {
                let value = values.value(row);
                (value.len() == *size).then(|| out.extend_from_slice(value))
            })
        }
        (DataType::List(element), Schema::Array(inner)) => {
            let list = array.as_list::<i32>();
            let value = writer(list.values(), element, inner)?;
            let offsets = list.value_offsets();
            Box::new(move |row, out| items(offsets, row, out, &value))
        }
        (DataType::Map(entries, _), Schema::Map(inner)) => maps(array, entries, inner)?,
        (DataType::Struct(fields), Schema::Record(wanted)) => {
            let columns = array.as_struct().columns();
            let pairs = fields.iter().map(|field| field.as_ref()).zip(columns);
            let writers = record(&pairs.collect::<Vec<_>>(), wanted)?;
            Box::new(move |row, out| writers.iter().try_for_each(|write| write(row, out)))
        }
        _ => return Err(mismatch(field, schema)),
    })
}

/// The writers of a record's fields, in the record's order; columns are found by name, case aside.
///
/// # Errors
/// Fields without a column, and types that do not fit.
pub fn record<'a>(
    columns: &[(&Field, &'a ArrayRef)],
    wanted: &'a [super::schema::RecordField],
) -> Result<Vec<Writer<'a>>> {
    if let Some((extra, _)) = columns
        .iter()
        .find(|(field, _)| !wanted.iter().any(|wanted| wanted.name.eq_ignore_ascii_case(field.name())))
    {
        return Err(incompatible(format!("the column {} has no field in the Avro schema", extra.name())));
    }
    let writers = wanted.iter().map(|wanted| {
        let exact = columns.iter().find(|(field, _)| *field.name() == wanted.name);
        let found = exact
            .or_else(|| columns.iter().find(|(field, _)| field.name().eq_ignore_ascii_case(&wanted.name)));
        match found {
            Some((field, array)) => writer(array, field, &wanted.schema),
            None => Err(incompatible(format!("no column for the field {} of the Avro schema", wanted.name))),
        }
    });
    writers.collect()
}

fn whole<T>(values: &PrimitiveArray<T>) -> Writer<'_>
where
    T: arrow::array::types::ArrowPrimitiveType,
    T::Native: Into<i64>,
{
    Box::new(move |row, out| {
        put_long(values.value(row).into(), out);
        Some(())
    })
}

/// Unscaled values in two's complement, the highest byte first.
fn decimals(values: &PrimitiveArray<Decimal128Type>, size: Option<usize>) -> Writer<'_> {
    Box::new(move |row, out| {
        let value = values.value(row);
        let bytes = value.to_be_bytes();
        let fill = if value < 0 { 0xff } else { 0 };
        let Some(size) = size else {
            let spare = bytes[..15].windows(2).take_while(|w| w[0] == fill && (w[1] ^ fill) < 0x80).count();
            put_bytes(&bytes[spare..], out);
            return Some(());
        };
        if size > bytes.len() {
            out.resize(out.len() + size - bytes.len(), fill);
            out.extend_from_slice(&bytes);
        } else {
            let (cut, kept) = bytes.split_at(bytes.len() - size);
            let fits = cut.iter().all(|byte| *byte == fill) && kept.first().is_none_or(|b| (b ^ fill) < 0x80);
            if !fits {
                return None;
            }
            out.extend_from_slice(kept);
        }
        Some(())
    })
}

fn maps<'a>(array: &'a ArrayRef, entries: &Field, inner: &'a Schema) -> Result<Writer<'a>> {
    let map = array.as_map();
    let DataType::Struct(pair) = entries.data_type() else {
        return Err(Error::internal("map entries that are no struct"));
    };
    if *map.keys().data_type() != DataType::Utf8 {
        return Err(mismatch(&pair[0], &Schema::String));
    }
    let keys = map.keys().as_string::<i32>();
    let value = writer(map.values(), &pair[1], inner)?;
    let offsets = map.value_offsets();
    Ok(Box::new(move |row, out| {
        items(offsets, row, out, &|index, out: &mut Vec<u8>| {
            put_bytes(keys.value(index).as_bytes(), out);
            value(index, out)
        })
    }))
}

/// The items of one array or map: one block, then the end.
fn items(
    offsets: &[i32],
    row: usize,
    out: &mut Vec<u8>,
    item: &dyn Fn(usize, &mut Vec<u8>) -> Option<()>,
) -> Option<()> {
    let (start, end) = (offsets[row] as usize, offsets[row + 1] as usize);
    if end > start {
        put_long((end - start) as i64, out);
        for index in start..end {
            item(index, out)?;
        }
    }
    put_long(0, out);
    Some(())
}

fn mismatch(field: &Field, schema: &Schema) -> Error {
    let found = crate::types::from_field(field).sql();
    incompatible(format!("{found} of column {} as the Avro type {}", field.name(), schema.kind()))
}

/// Data that the Avro schema given for writing does not take.
pub fn incompatible(reason: String) -> Error {
    Error::new(ErrorKind::Data, "ILLEGAL_ARGUMENT").with("message", reason)
}
