//! Numbers, booleans and points in time.

use std::sync::Arc;

use arrow::array::types::{ArrowPrimitiveType, Decimal128Type, TimestampMicrosecondType};
use arrow::array::{ArrayRef, BooleanBuilder, PrimitiveBuilder};
use arrow::datatypes::DataType;
use lang::Result;

use super::Values;
use crate::format::avro::input::Input;
use crate::format::avro::schema::Meaning;

struct Primitive<T: ArrowPrimitiveType, R> {
    builder: PrimitiveBuilder<T>,
    read: R,
}

pub(super) fn primitive<T: ArrowPrimitiveType>(
    data_type: &DataType,
    read: impl Fn(&mut Input<'_>) -> Option<T::Native> + Send + 'static,
) -> Box<dyn Values> {
    Box::new(Primitive::<T, _> { builder: PrimitiveBuilder::new().with_data_type(data_type.clone()), read })
}

impl<T, R> Values for Primitive<T, R>
where
    T: ArrowPrimitiveType,
    R: Fn(&mut Input<'_>) -> Option<T::Native> + Send,
{
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        self.builder.append_value((self.read)(input)?);
        Some(())
    }

    fn null(&mut self) {
        self.builder.append_null();
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.builder.finish()))
    }
}

pub(super) fn timestamps(meaning: &Meaning, wanted: &DataType) -> Box<dyn Values> {
    // Without a meaning the number is in milliseconds.
    let micros = matches!(meaning, Meaning::TimestampMicros | Meaning::LocalTimestampMicros);
    let scale = if micros { 1 } else { 1000 };
    primitive::<TimestampMicrosecondType>(wanted, move |input| input.long()?.checked_mul(scale))
}

pub(super) fn decimals(size: Option<usize>, shift: i8, wanted: &DataType) -> Box<dyn Values> {
    let factor = 10i128.pow(shift.unsigned_abs().into());
    primitive::<Decimal128Type>(wanted, move |input| {
        let bytes = match size {
            Some(size) => input.take(size)?,
            None => input.bytes()?,
        };
        big_endian(bytes)?.checked_mul(factor)
    })
}

/// A whole number in two's complement, the highest byte first.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let fill = if negative { 0xff } else { 0 };
    let cut = bytes.len().saturating_sub(16);
    if bytes[..cut].iter().any(|byte| *byte != fill) {
        return None;
    }
    let start = if negative { -1 } else { 0 };
    Some(bytes[cut..].iter().fold(start, |value: i128, byte| value << 8 | i128::from(*byte)))
}

pub(super) struct Booleans(pub BooleanBuilder);

impl Values for Booleans {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        self.0.append_value(input.boolean()?);
        Some(())
    }

    fn null(&mut self) {
        self.0.append_null();
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.0.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_twos_complement() {
        for (bytes, expected) in [
            (&[][..], Some(0)),
            (&[0x7f], Some(127)),
            (&[0x80], Some(-128)),
            (&[0xff, 0x7f], Some(-129)),
            (&[0; 20], Some(0)),
            (&[0xff; 20], Some(-1)),
            (&[1; 17], None),
        ] {
            assert_eq!(big_endian(bytes), expected, "{bytes:?}");
        }
    }
}
