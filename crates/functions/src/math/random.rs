//! `rand`, `randn`, `uniform` and `randstr`: Spark's generator, seeded with the seed and the partition's index.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringBuilder};
use arrow::datatypes::{DataType, Field};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result};

use super::xor_shift::XorShift;
use crate::partition::{self, Generator};
use crate::scalar::{Input, check_filled};
use crate::types::is_integral;
use crate::{Argument, Call, cast, coercion, expect};

/// `rand([seed])`: uniform in [0, 1).
pub(super) fn rand(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=1)?;
    Ok(uniform_doubles(seed(call, 0)?))
}

fn uniform_doubles(seed: i64) -> Expr {
    let field = Field::new("rand", DataType::Float64, false);
    partition::call("rand", field, vec![], vec![seed], |partition, constants| {
        let mut generator = XorShift::new(constants[0].wrapping_add(partition as i64));
        Box::new(Doubles(move || generator.next_double()))
    })
}

/// `randn([seed])`: standard normal.
pub(super) fn randn(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=1)?;
    let field = Field::new("randn", DataType::Float64, false);
    Ok(partition::call("randn", field, vec![], vec![seed(call, 0)?], |partition, constants| {
        let mut generator = XorShift::new(constants[0].wrapping_add(partition as i64));
        Box::new(Doubles(move || generator.next_gaussian()))
    }))
}

/// `randstr(length[, seed])`: digits and letters.
pub(super) fn randstr(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let length = expect::constant_int(call, 0)?.unwrap_or(0);
    if length < 0 {
        return Err(Error::analysis("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("exprName", "`length`")
            .with("valueRange", "[0, 2147483647]")
            .with("currentValue", length.to_string()));
    }
    let field = Field::new("randstr", DataType::Utf8, false);
    let constants = vec![seed(call, 1)?, i64::from(length)];
    Ok(partition::call("randstr", field, vec![], constants, |partition, constants| {
        let generator = XorShift::new(constants[0].wrapping_add(partition as i64));
        Box::new(Texts { generator, length: constants[1] as usize })
    }))
}

/// `uniform(low, high[, seed])` of the wider type of both.
pub(super) fn uniform(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let (low, high) = (&call.arguments[0], &call.arguments[1]);
    for index in 0..2 {
        if expect::constant(call, index)?.is_none() {
            return Err(expect::non_foldable(call, index, "NUMERIC"));
        }
    }
    if [low, high].iter().any(|argument| *argument.data_type() == DataType::Null) {
        return Ok(lit(ScalarValue::Float64(None)));
    }
    let common = coercion::common_type(&exact_type(call, 0)?, &exact_type(call, 1)?, call.context.ansi)
        .filter(crate::types::is_numeric)
        .ok_or_else(|| call.unexpected_type(0, "\"NUMERIC\""))?;
    let (from, to) = (expect::double(call, 0)?, expect::double(call, 1)?);
    let random = uniform_doubles(seed(call, 2)?);
    let value = Argument {
        expr: from.clone() + (to - from) * random,
        field: Arc::new(Field::new("uniform", DataType::Float64, false)),
        keyword: None,
    };
    cast::implicit(&value, &common, call.context)
}

/// The type of a bound; next to a decimal an integer counts with the digits it has.
fn exact_type(call: &Call<'_>, index: usize) -> Result<DataType> {
    let (given, other) = (call.arguments[index].data_type(), call.arguments[1 - index].data_type());
    if !is_integral(given) || !matches!(other, DataType::Decimal128(..)) {
        return Ok(given.clone());
    }
    let digits = match expect::evaluate(&expect::long(call, index)?)? {
        Some(ScalarValue::Int64(Some(value))) => {
            value.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1)
        }
        _ => 1,
    };
    Ok(DataType::Decimal128(digits as u8, 0))
}

/// The constant seed; NULL counts as 0 and none at all as any.
pub(crate) fn seed(call: &Call<'_>, index: usize) -> Result<i64> {
    if index >= call.arguments.len() {
        return Ok(any_seed());
    }
    expect::constant(call, index)?.ok_or_else(|| expect::non_foldable(call, index, "BIGINT"))?;
    match expect::evaluate(&expect::long(call, index)?)? {
        Some(ScalarValue::Int64(seed)) => Ok(seed.unwrap_or(0)),
        _ => Err(call.unexpected_type(index, "(\"INT\" or \"BIGINT\")")),
    }
}

/// A seed that nobody chose.
pub(crate) fn any_seed() -> i64 {
    // The hasher's keys are random, and others each time.
    std::collections::hash_map::RandomState::new().build_hasher().finish() as i64
}

/// One number a row.
struct Doubles<F>(F);

impl<F: FnMut() -> f64 + Send> Generator for Doubles<F> {
    fn next(&mut self, input: &Input) -> Result<ArrayRef> {
        Ok(Arc::new(Float64Array::from_iter_values((0..input.rows).map(|_| (self.0)()))))
    }
}

struct Texts {
    generator: XorShift,
    length: usize,
}

impl Generator for Texts {
    fn next(&mut self, input: &Input) -> Result<ArrayRef> {
        check_filled(self.length.saturating_mul(input.rows))?;
        let mut texts = StringBuilder::with_capacity(input.rows, self.length * input.rows);
        for _ in 0..input.rows {
            let text: String = (0..self.length).map(|_| letter(self.generator.next_int())).collect();
            texts.append_value(text);
        }
        Ok(Arc::new(texts.finish()))
    }
}

/// One of ten digits and 52 letters.
fn letter(random: i32) -> char {
    const LETTERS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    LETTERS[(random % 62).unsigned_abs() as usize] as char
}
