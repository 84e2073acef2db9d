//! Tight loops over pairs of primitive values, with one place where values that do not fit are judged.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ColumnarValue;
use lang::Result;

/// One operand: a column, or one value for all rows.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    pub array: ArrayRef,
    pub constant: bool,
}

impl Operand {
    pub fn new(value: &ColumnarValue) -> datafusion::common::Result<Operand> {
        Ok(match value {
            ColumnarValue::Array(array) => Operand { array: Arc::clone(array), constant: false },
            ColumnarValue::Scalar(scalar) => Operand { array: scalar.to_array()?, constant: true },
        })
    }

    /// The result of an operation: one value when all operands were.
    pub fn result(array: ArrayRef, constant: bool) -> datafusion::common::Result<ColumnarValue> {
        if constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
        }
        Ok(ColumnarValue::Array(array))
    }
}

/// `compute` over all pairs. It answers a value and whether that value is suspect; suspect pairs of valid operands
/// go to `judge`, which keeps, nullifies or fails. The common case runs without a branch.
pub(super) fn combine<A, B, C>(
    left: &Operand,
    right: &Operand,
    compute: impl Fn(A::Native, B::Native) -> (C::Native, bool),
    judge: impl Fn(A::Native, B::Native) -> Result<Option<C::Native>>,
) -> Result<PrimitiveArray<C>>
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    C: ArrowPrimitiveType,
{
    let (l, r) = (left.array.as_primitive::<A>(), right.array.as_primitive::<B>());
    let rows = match (left.constant, right.constant) {
        (true, false) => r.len(),
        _ => l.len(),
    };
    let missing = |operand: &Operand| operand.constant && operand.array.null_count() > 0;
    if missing(left) || missing(right) {
        return Ok(PrimitiveArray::new_null(rows));
    }
    let mut suspect = false;
    let mut pair = |a: A::Native, b: B::Native| {
        let (value, flag) = compute(a, b);
        suspect |= flag;
        value
    };
    let values: Vec<C::Native> = match (left.constant, right.constant) {
        (true, false) => {
            let a = l.value(0);
            r.values().iter().map(|b| pair(a, *b)).collect()
        }
        (false, true) => {
            let b = r.value(0);
            l.values().iter().map(|a| pair(*a, b)).collect()
        }
        _ => l.values().iter().zip(r.values()).map(|(a, b)| pair(*a, *b)).collect(),
    };
    let nulls = match (left.constant, right.constant) {
        (true, false) => r.nulls().cloned(),
        (false, true) => l.nulls().cloned(),
        _ => NullBuffer::union(l.nulls(), r.nulls()),
    };
    let result = PrimitiveArray::<C>::new(values.into(), nulls);
    if !suspect {
        return Ok(result);
    }
    let at = |row: usize| {
        (l.value(if left.constant { 0 } else { row }), r.value(if right.constant { 0 } else { row }))
    };
    judged(result, at, compute, judge)
}

/// The slow way round, taken once a batch holds a suspect value (which may lie under a null).
fn judged<A: Copy, B: Copy, C: ArrowPrimitiveType>(
    result: PrimitiveArray<C>,
    at: impl Fn(usize) -> (A, B),
    compute: impl Fn(A, B) -> (C::Native, bool),
    judge: impl Fn(A, B) -> Result<Option<C::Native>>,
) -> Result<PrimitiveArray<C>> {
    let mut values = result.values().to_vec();
    let mut valid: Vec<bool> = (0..result.len()).map(|row| result.is_valid(row)).collect();
    for row in 0..values.len() {
        let (a, b) = at(row);
        if !valid[row] || !compute(a, b).1 {
            continue;
        }
        match judge(a, b)? {
            Some(value) => values[row] = value,
            None => valid[row] = false,
        }
    }
    let nulls = NullBuffer::new(BooleanBuffer::from(valid));
    Ok(PrimitiveArray::new(values.into(), Some(nulls)))
}
