//! Encoded values as Arrow arrays: a reader for each Avro type that ends in a type of the table.
//!
//! `number` holds what is read into numbers, `bytes` texts and bytes, `nested` lists, maps and records, `union` what has
//! several types.

mod bytes;
mod nested;
mod number;
mod union;

use std::sync::Arc;

use arrow::array::types::{
    Date32Type, DurationMicrosecondType, Float32Type, Float64Type, Int32Type, Int64Type,
    IntervalYearMonthType, Time64NanosecondType,
};
use arrow::array::{ArrayRef, BinaryBuilder, BooleanBuilder, NullArray, StringBuilder};
use arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};
use lang::{Error, ErrorKind, Result};

use self::bytes::{Binaries, Strings, Symbols};
pub use self::nested::Records;
use self::nested::{lists, maps};
use self::number::{Booleans, decimals, primitive, timestamps};
use self::union::union;
use super::input::Input;
use super::schema::{Meaning, Schema};
use super::skip::skip;

/// Makes a column of values.
pub trait Values: Send {
    /// Reads a value; `None` when the bytes make no sense.
    fn read(&mut self, input: &mut Input<'_>) -> Option<()>;
    fn null(&mut self);
    /// The values so far; none are left.
    fn finish(&mut self) -> Result<ArrayRef>;
}

/// The reader for values of `schema` as values of `field`.
///
/// # Errors
/// Types that are not read as each other.
pub fn values(schema: &Schema, field: &Field) -> Result<Box<dyn Values>> {
    let wanted = field.data_type();
    if let Schema::Union(branches) = schema {
        return union(branches, field);
    }
    if *wanted == DataType::Null {
        return Ok(Box::new(Nothing { schema: schema.clone(), rows: 0 }));
    }
    Ok(match (schema, wanted) {
        (Schema::Boolean, DataType::Boolean) => Box::new(Booleans(BooleanBuilder::new())),
        (Schema::Int(_), DataType::Int32) => primitive::<Int32Type>(wanted, |input| input.int()),
        (Schema::Int(Meaning::Plain | Meaning::Date), DataType::Date32) => {
            primitive::<Date32Type>(wanted, |input| input.int())
        }
        (Schema::Int(_), DataType::Interval(IntervalUnit::YearMonth)) => {
            primitive::<IntervalYearMonthType>(wanted, |input| input.int())
        }
        (Schema::Int(Meaning::Plain) | Schema::Long(_), DataType::Int64) => {
            primitive::<Int64Type>(wanted, |input| input.long())
        }
        (Schema::Int(Meaning::Plain), DataType::Float64) => {
            primitive::<Float64Type>(wanted, |input| input.int().map(f64::from))
        }
        (Schema::Long(meaning), DataType::Timestamp(TimeUnit::Microsecond, _)) => timestamps(meaning, wanted),
        (Schema::Long(_), DataType::Duration(TimeUnit::Microsecond)) => {
            primitive::<DurationMicrosecondType>(wanted, |input| input.long())
        }
        (Schema::Long(Meaning::TimeMicros), DataType::Time64(TimeUnit::Nanosecond)) => {
            primitive::<Time64NanosecondType>(wanted, |input| input.long()?.checked_mul(1000))
        }
        (Schema::Float, DataType::Float32) => primitive::<Float32Type>(wanted, |input| input.float()),
        (Schema::Float, DataType::Float64) => {
            primitive::<Float64Type>(wanted, |input| input.float().map(f64::from))
        }
        (Schema::Double, DataType::Float64) => primitive::<Float64Type>(wanted, |input| input.double()),
        (Schema::String | Schema::Bytes(_), DataType::Utf8) => Box::new(Strings(StringBuilder::new())),
        (Schema::Enum(symbols), DataType::Utf8) => {
            Box::new(Symbols { symbols: Arc::clone(symbols), builder: StringBuilder::new() })
        }
        (Schema::Bytes(_) | Schema::String, DataType::Binary) => {
            Box::new(Binaries { size: None, builder: BinaryBuilder::new() })
        }
        (Schema::Fixed { size, .. }, DataType::Binary) => {
            Box::new(Binaries { size: Some(*size), builder: BinaryBuilder::new() })
        }
        (Schema::Bytes(Meaning::Decimal { precision, scale }), DataType::Decimal128(p, s))
            if *p - (*s as u8) >= *precision - (*scale as u8) && s >= scale =>
        {
            decimals(None, *s - *scale, wanted)
        }
        (
            Schema::Fixed { size, meaning: Meaning::Decimal { precision, scale } },
            DataType::Decimal128(p, s),
        ) if *p - (*s as u8) >= *precision - (*scale as u8) && s >= scale => {
            decimals(Some(*size), *s - *scale, wanted)
        }
        (Schema::Array(element), DataType::List(field)) => lists(element, field)?,
        (Schema::Map(value), DataType::Map(entries, _)) => maps(value, entries)?,
        (Schema::Record(fields), DataType::Struct(wanted)) => Box::new(Records::new(fields, wanted)?),
        _ => return Err(mismatch(schema, field)),
    })
}

/// What a value of the file is not read as.
fn mismatch(schema: &Schema, field: &Field) -> Error {
    let wanted = crate::types::from_field(field).sql();
    Error::new(ErrorKind::Data, "FAILED_READ_FILE.NO_HINT").with("path", "").with(
        "reason",
        format!("the Avro type {} of field {} cannot be read as {wanted}", schema.kind(), field.name()),
    )
}

struct Nothing {
    schema: Schema,
    rows: usize,
}

impl Values for Nothing {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        skip(&self.schema, input)?;
        self.rows += 1;
        Some(())
    }

    fn null(&mut self) {
        self.rows += 1;
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(NullArray::new(std::mem::take(&mut self.rows))))
    }
}

/// Only nulls, of any type.
struct Absent {
    data_type: DataType,
    rows: usize,
}

fn absent(field: &Field) -> Result<Box<dyn Values>> {
    Ok(Box::new(Absent { data_type: field.data_type().clone(), rows: 0 }))
}

impl Values for Absent {
    fn read(&mut self, _: &mut Input<'_>) -> Option<()> {
        None
    }

    fn null(&mut self) {
        self.rows += 1;
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(arrow::array::new_null_array(&self.data_type, std::mem::take(&mut self.rows)))
    }
}

fn made<A: arrow::array::Array + 'static>(array: arrow::error::Result<A>) -> Result<ArrayRef> {
    match array {
        Ok(array) => Ok(Arc::new(array)),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: arrow::error::ArrowError) -> Error {
    Error::internal(format!("Avro columns: {error}"))
}
