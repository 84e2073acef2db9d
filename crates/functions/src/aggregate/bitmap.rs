//! `bitmap_construct_agg`, `bitmap_or_agg`, `bitmap_and_agg`: bitmaps of 32768 bits.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, Expr};
use lang::{Error, RuntimeClass};

use super::own::{Aggregate, Shape, udaf};
use crate::{Call, error, signature};

const BYTES: usize = 4096;
const BITS: usize = BYTES * 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Bitmap {
    Construct,
    Or,
    And,
}

/// `bitmap_construct_agg(position)`
pub(super) fn construct(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, Bitmap::Construct, &DataType::Int64)
}

/// `bitmap_or_agg(bitmap)`
pub(super) fn or(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, Bitmap::Or, &DataType::Binary)
}

/// `bitmap_and_agg(bitmap)`
pub(super) fn and(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, Bitmap::And, &DataType::Binary)
}

fn build(call: &Call<'_>, bitmap: Bitmap, input: &DataType) -> lang::Result<Expr> {
    call.expect_arguments(1..=1)?;
    super::unordered(call)?;
    Ok(super::plain_node(call, udaf(bitmap), vec![signature::expect(call, 0, input)?]))
}

impl Aggregate for Bitmap {
    fn name(&self) -> &'static str {
        match self {
            Bitmap::Construct => "bitmap_construct_agg",
            Bitmap::Or => "bitmap_or_agg",
            Bitmap::And => "bitmap_and_agg",
        }
    }

    fn result(&self, _: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.name(), DataType::Binary, false))
    }

    fn state(&self, _: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        vec![Field::new("bitmap", DataType::Binary, true)]
    }

    fn accumulator(&self, _: &Shape) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Bits { bitmap: *self, bytes: self.start() }))
    }

    fn empty(&self, _: &DataType) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(self.start())))
    }
}

impl Bitmap {
    fn start(&self) -> Vec<u8> {
        vec![if *self == Bitmap::And { 0xFF } else { 0 }; BYTES]
    }
}

#[derive(Debug)]
struct Bits {
    bitmap: Bitmap,
    bytes: Vec<u8>,
}

impl Bits {
    fn set(&mut self, position: i64) -> Result<()> {
        match usize::try_from(position).ok().filter(|p| *p < BITS) {
            Some(position) => self.bytes[position / 8] |= 1 << (position % 8),
            None => return Err(error::external(invalid_position(position))),
        }
        Ok(())
    }

    /// Shorter bitmaps end in zeros, longer ones are cut.
    fn combine(&mut self, other: &[u8]) {
        for (index, byte) in self.bytes.iter_mut().enumerate() {
            let other = other.get(index).copied().unwrap_or(0);
            match self.bitmap {
                Bitmap::And => *byte &= other,
                _ => *byte |= other,
            }
        }
    }
}

fn invalid_position(position: i64) -> Error {
    Error::runtime(RuntimeClass::Other, "INVALID_BITMAP_POSITION")
        .with("bitPosition", position.to_string())
        .with("bitmapNumBytes", BYTES.to_string())
        .with("bitmapNumBits", BITS.to_string())
}

impl Accumulator for Bits {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        match self.bitmap {
            Bitmap::Construct => values[0]
                .as_primitive::<Int64Type>()
                .iter()
                .flatten()
                .try_for_each(|position| self.set(position)),
            _ => self.merge_batch(values),
        }
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(self.bytes.clone())))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.bytes.capacity()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_binary::<i32>().iter().flatten().for_each(|other| self.combine(other));
        Ok(())
    }
}
