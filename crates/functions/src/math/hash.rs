//! `hash` and `xxhash64` of any values: one walk over Spark's types for both.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, DurationMicrosecondType, Field, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalMonthDayNanoType, IntervalUnit, IntervalYearMonthType,
    Time64NanosecondType, TimeUnit, TimestampMicrosecondType,
};
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::murmur3::Murmur3;
use super::xxhash64::XxHash64;
use crate::Call;
use crate::scalar::{Input, apply_field};

/// A hash of the values so far, which seeds the hash of the next.
pub(super) trait Hash: Copy {
    fn int(self, value: i32) -> Self;
    fn long(self, value: i64) -> Self;
    fn bytes(self, bytes: &[u8]) -> Self;
}

/// Spark's seed of both functions.
const SEED: i32 = 42;

/// `hash(…)`: Murmur3.
pub(super) fn hash(call: &Call<'_>) -> Result<Expr> {
    check(call)?;
    Ok(apply_field("hash", Field::new("hash", DataType::Int32, false), call.exprs(), |input| {
        let hashes = run(input, Murmur3(SEED))?;
        Ok(Arc::new(Int32Array::from_iter_values(hashes.into_iter().map(|hash| hash.0))))
    }))
}

/// `xxhash64(…)`
pub(crate) fn xxhash64(call: &Call<'_>) -> Result<Expr> {
    check(call)?;
    Ok(apply_field("xxhash64", Field::new("xxhash64", DataType::Int64, false), call.exprs(), |input| {
        let hashes = run(input, XxHash64(SEED as u64))?;
        Ok(Arc::new(Int64Array::from_iter_values(hashes.into_iter().map(|hash| hash.0 as i64))))
    }))
}

/// Maps have no order, so they have no hash; variants have none either.
fn check(call: &Call<'_>) -> Result<()> {
    call.expect_arguments(1..=usize::MAX)?;
    if call.arguments.iter().any(|a| crate::types::holds_variant(a.data_type())) {
        return Err(Error::analysis("DATATYPE_MISMATCH.HASH_VARIANT_TYPE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("functionName", format!("`{}`", call.name)));
    }
    if call.arguments.iter().any(|a| has_map(a.data_type())) {
        return Err(Error::analysis("DATATYPE_MISMATCH.HASH_MAP_TYPE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("functionName", format!("`{}`", call.name)));
    }
    Ok(())
}

fn has_map(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map(..) => true,
        DataType::List(element) => has_map(element.data_type()),
        DataType::Struct(fields) => fields.iter().any(|f| has_map(f.data_type())),
        _ => false,
    }
}

fn run<H: Hash>(input: &Input, seed: H) -> Result<Vec<H>> {
    let mut hashes = vec![seed; input.rows];
    for index in 0..input.len() {
        let column = input.raw(index);
        let position = |row| input.position(index, row);
        match column.data_type() {
            // The usual keys without a type dispatch a row.
            DataType::Int32 => {
                let values = column.as_primitive::<Int32Type>();
                update(&mut hashes, column, position, |hash, at| hash.int(values.value(at)));
            }
            DataType::Int64 => {
                let values = column.as_primitive::<Int64Type>();
                update(&mut hashes, column, position, |hash, at| hash.long(values.value(at)));
            }
            DataType::Utf8 => {
                let values = column.as_string::<i32>();
                update(&mut hashes, column, position, |hash, at| hash.bytes(values.value(at).as_bytes()));
            }
            DataType::Utf8View => {
                let values = column.as_string_view();
                update(&mut hashes, column, position, |hash, at| hash.bytes(values.value(at).as_bytes()));
            }
            _ => {
                for (row, hash) in hashes.iter_mut().enumerate() {
                    *hash = value(column, position(row), *hash)?;
                }
            }
        }
    }
    Ok(hashes)
}

fn update<H: Hash>(
    hashes: &mut [H],
    column: &ArrayRef,
    position: impl Fn(usize) -> usize,
    next: impl Fn(H, usize) -> H,
) {
    for (row, hash) in hashes.iter_mut().enumerate() {
        let at = position(row);
        if column.is_valid(at) {
            *hash = next(*hash, at);
        }
    }
}

/// The hash after one value; NULL changes nothing.
fn value<H: Hash>(array: &ArrayRef, at: usize, hash: H) -> Result<H> {
    if *array.data_type() == DataType::Null || array.is_null(at) {
        return Ok(hash);
    }
    Ok(match array.data_type() {
        DataType::Boolean => hash.int(array.as_boolean().value(at).into()),
        DataType::Int8 => hash.int(array.as_primitive::<Int8Type>().value(at).into()),
        DataType::Int16 => hash.int(array.as_primitive::<Int16Type>().value(at).into()),
        DataType::Int32 => hash.int(array.as_primitive::<Int32Type>().value(at)),
        DataType::Int64 => hash.long(array.as_primitive::<Int64Type>().value(at)),
        DataType::Float32 => hash.int(float_bits(array.as_primitive::<Float32Type>().value(at))),
        DataType::Float64 => hash.long(double_bits(array.as_primitive::<Float64Type>().value(at))),
        DataType::Decimal128(precision, _) => {
            let unscaled = array.as_primitive::<Decimal128Type>().value(at);
            // Up to 18 digits fit into a long; beyond, Java's big integer bytes count.
            if *precision <= 18 {
                hash.long(unscaled as i64)
            } else {
                hash.bytes(minimal_bytes(&unscaled.to_be_bytes()))
            }
        }
        DataType::Date32 => hash.int(array.as_primitive::<Date32Type>().value(at)),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            hash.long(array.as_primitive::<TimestampMicrosecondType>().value(at))
        }
        DataType::Time64(TimeUnit::Nanosecond) => {
            hash.long(array.as_primitive::<Time64NanosecondType>().value(at))
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            hash.long(array.as_primitive::<DurationMicrosecondType>().value(at))
        }
        DataType::Interval(IntervalUnit::YearMonth) => {
            hash.int(array.as_primitive::<IntervalYearMonthType>().value(at))
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let interval = array.as_primitive::<IntervalMonthDayNanoType>().value(at);
            hash.long(interval.nanoseconds / 1000).int(interval.days).int(interval.months)
        }
        DataType::Utf8 => hash.bytes(array.as_string::<i32>().value(at).as_bytes()),
        DataType::LargeUtf8 => hash.bytes(array.as_string::<i64>().value(at).as_bytes()),
        DataType::Utf8View => hash.bytes(array.as_string_view().value(at).as_bytes()),
        DataType::Binary => hash.bytes(array.as_binary::<i32>().value(at)),
        DataType::LargeBinary => hash.bytes(array.as_binary::<i64>().value(at)),
        DataType::BinaryView => hash.bytes(array.as_binary_view().value(at)),
        DataType::List(_) => {
            let elements = array.as_list::<i32>().value(at);
            (0..elements.len()).try_fold(hash, |hash, index| value(&elements, index, hash))?
        }
        DataType::Struct(_) => {
            array.as_struct().columns().iter().try_fold(hash, |hash, column| value(column, at, hash))?
        }
        other => return Err(Error::unsupported(format!("hashing values of type {other}"))),
    })
}

/// Negative zero counts as zero, and there is one NaN.
fn float_bits(value: f32) -> i32 {
    match value {
        0.0 => 0,
        value if value.is_nan() => 0x7fc0_0000,
        value => value.to_bits() as i32,
    }
}

fn double_bits(value: f64) -> i64 {
    match value {
        0.0 => 0,
        value if value.is_nan() => 0x7ff8_0000_0000_0000,
        value => value.to_bits() as i64,
    }
}

/// Two's complement without superfluous leading bytes.
fn minimal_bytes(bytes: &[u8; 16]) -> &[u8] {
    let filler = if bytes[0] & 0x80 == 0 { 0 } else { 0xFF };
    let superfluous =
        bytes.windows(2).take_while(|pair| pair[0] == filler && (pair[0] ^ pair[1]) & 0x80 == 0).count();
    &bytes[superfluous..]
}
