//! KLL sketches: how many numbers they have seen, ranks, quantiles, and two of them merged.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, ListArray, PrimitiveArray};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type};
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::arguments::sketch_or_text;
use super::errors::invalid_buffer;
use super::kll_item::{Item, name_of, quantile, rank, read};
use crate::aggregate::{constant, not_foldable};
use crate::scalar::{Body, Input, apply_field};
use crate::types::{from_arrow, is_numeric, is_string};
use crate::{Call, cast, expect};

/// `kll_sketch_get_n_*(sketch)`
pub(super) fn get_n<T: Item>(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let name = name_of::<T>(["kll_sketch_get_n_bigint", "kll_sketch_get_n_double", "kll_sketch_get_n_float"]);
    let field = Field::new(name, DataType::Int64, call.arguments[0].nullable());
    Ok(apply_field(name, field, vec![sketch_or_text(call, 0)?], |input| {
        let sketches = input.bytes(0)?;
        let count = |row| Ok(Some(read::<T>(sketches.value(row), input.returns.name())?.n() as i64));
        input.to_numbers::<Int64Type>(count)
    }))
}

/// `kll_sketch_merge_*(first, second)`
pub(super) fn merge<T: Item>(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let name = name_of::<T>(["kll_sketch_merge_bigint", "kll_sketch_merge_double", "kll_sketch_merge_float"]);
    let field = Field::new(name, DataType::Binary, expect::any_nullable(call));
    Ok(apply_field(name, field, vec![sketch_or_text(call, 0)?, sketch_or_text(call, 1)?], |input| {
        let (left, right, function) = (input.bytes(0)?, input.bytes(1)?, input.returns.name());
        input.to_binaries(|row| {
            let mut first = read::<T>(left.value(row), function)?;
            let second = read::<T>(right.value(row), function)?;
            first.merge(&second).map_err(|_| invalid_buffer("KLL", function))?;
            Ok(Some(first.serialize().into()))
        })
    }))
}

/// `kll_sketch_get_quantile_*(sketch, rank)`, of one rank or an array of them.
pub(super) fn get_quantile<T: Item>(call: &Call<'_>) -> Result<Expr> {
    let name = name_of::<T>([
        "kll_sketch_get_quantile_bigint",
        "kll_sketch_get_quantile_double",
        "kll_sketch_get_quantile_float",
    ]);
    looked_up(
        call,
        name,
        Asked {
            name: "rank",
            data_type: DataType::Float64,
            answer: <T::Arrow as ArrowPrimitiveType>::DATA_TYPE,
        },
        |input| {
            look_up::<Float64Type, T::Arrow>(input, |bytes, ranks, function| {
                let sketch = read::<T>(bytes, function)?;
                ranks.iter().map(|p| quantile::<T>(&sketch, *p, function)).collect()
            })
        },
    )
}

/// `kll_sketch_get_rank_*(sketch, number)`, of one number or an array of them.
pub(super) fn get_rank<T: Item>(call: &Call<'_>) -> Result<Expr> {
    let name = name_of::<T>([
        "kll_sketch_get_rank_bigint",
        "kll_sketch_get_rank_double",
        "kll_sketch_get_rank_float",
    ]);
    looked_up(
        call,
        name,
        Asked {
            name: "quantile",
            data_type: <T::Arrow as ArrowPrimitiveType>::DATA_TYPE,
            answer: DataType::Float64,
        },
        |input| {
            look_up::<T::Arrow, Float64Type>(input, |bytes, numbers, function| {
                let sketch = read::<T>(bytes, function)?;
                numbers.iter().map(|n| rank::<T>(&sketch, *n, function)).collect()
            })
        },
    )
}

/// What is asked of a sketch and of which type the answer is.
struct Asked {
    name: &'static str,
    data_type: DataType,
    answer: DataType,
}

/// A call whose second argument is a constant, or a constant array.
fn looked_up(call: &Call<'_>, name: &'static str, asked: Asked, body: Body) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let bytes = sketch_or_text(call, 0)?;
    let argument = &call.arguments[1];
    let is_number = |t: &DataType| is_numeric(t) || is_string(t) || *t == DataType::Null;
    let element = Arc::new(Field::new("element", asked.data_type.clone(), false));
    let (to, returns) = match argument.data_type() {
        DataType::List(e) if is_number(e.data_type()) && !e.is_nullable() => {
            let answers = Arc::new(Field::new("element", asked.answer, false));
            (DataType::List(element), DataType::List(answers))
        }
        given if is_number(given) => (asked.data_type.clone(), asked.answer),
        _ => {
            let sql = from_arrow(&asked.data_type).sql();
            return Err(call.unexpected_type(1, &format!("(\"{sql}\" or \"ARRAY<{sql}>\")")));
        }
    };
    if constant(call, 1)?.is_none() {
        return Err(not_foldable(call, 1, asked.name, &from_arrow(&asked.data_type).sql()));
    }
    let wanted = cast::implicit(argument, &to, call.context)?;
    let field = Field::new(name, returns, expect::any_nullable(call));
    Ok(apply_field(name, field, vec![bytes, wanted], body))
}

/// The answers for every row's sketch.
fn look_up<Q: ArrowPrimitiveType, A: ArrowPrimitiveType>(
    input: &Input,
    answers: impl Fn(&[u8], &[Q::Native], &str) -> Result<Vec<A::Native>>,
) -> Result<ArrayRef> {
    let (sketches, function) = (input.bytes(0)?, input.returns.name());
    if !matches!(input.data_type(1), DataType::List(_)) {
        let wanted = input.numbers::<Q>(1)?;
        return input.to_numbers::<A>(|row| {
            Ok(answers(sketches.value(row), &[wanted.value(row)], function)?.into_iter().next())
        });
    }
    let DataType::List(element) = input.returns.data_type() else {
        return Err(Error::internal(format!("{function} answers an array with a number")));
    };
    let wanted = input.raw(1).as_list::<i32>();
    let (mut values, mut offsets, mut valid) = (Vec::new(), vec![0i32], Vec::with_capacity(input.rows));
    for row in 0..input.rows {
        let is_valid = !input.is_null(0, row) && !input.is_null(1, row);
        if is_valid {
            let wanted = wanted.value(input.position(1, row));
            let wanted = wanted.as_primitive::<Q>();
            values.extend(answers(sketches.value(row), &wanted.values()[..wanted.len()], function)?);
        }
        valid.push(is_valid);
        offsets.push(i32::try_from(values.len()).map_err(|_| Error::internal("too many ranks"))?);
    }
    let lists = ListArray::try_new(
        element.clone(),
        OffsetBuffer::new(ScalarBuffer::from(offsets)),
        Arc::new(PrimitiveArray::<A>::from_iter_values(values)),
        Some(NullBuffer::from(valid)),
    );
    Ok(Arc::new(lists.map_err(|e| crate::error::from_arrow(&e))?))
}
