//! `rand`, `randn`, `uniform` and `randstr`.
//!
//! Every call in a query has a generator of its own, which goes on from batch to batch: on one partition a seed gives
//! Spark's numbers. Partitions that run side by side share it, so there a seed gives random numbers but not the same
//! ones every time.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{ArrayRef, Float64Array, StringBuilder};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility, lit,
};
use lang::{Error, Result};

use super::xor_shift::XorShift;
use crate::types::is_integral;
use crate::{Argument, Call, cast, coercion, expect};

/// `rand([seed])`: uniform in [0, 1).
pub(super) fn rand(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=1)?;
    Ok(Random::call("rand", Draw::Uniform, seed(call, 0)?))
}

/// `randn([seed])`: standard normal.
pub(super) fn randn(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=1)?;
    Ok(Random::call("randn", Draw::Normal, seed(call, 0)?))
}

/// `randstr(length[, seed])`: digits and letters.
pub(super) fn randstr(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let length = expect::constant_int(call, 0)?.unwrap_or(0);
    let length = usize::try_from(length).map_err(|_| {
        Error::analysis("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("exprName", "`length`")
            .with("valueRange", "[0, 2147483647]")
            .with("currentValue", length.to_string())
    })?;
    Ok(Random::call("randstr", Draw::Text(length), seed(call, 1)?))
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
    let random = Random::call("rand", Draw::Uniform, seed(call, 2)?);
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
fn seed(call: &Call<'_>, index: usize) -> Result<i64> {
    if index >= call.arguments.len() {
        static CALLS: AtomicU64 = AtomicU64::new(0);
        let count = CALLS.fetch_add(1, Ordering::Relaxed);
        // The hasher's keys differ from process to process.
        let mut hasher =
            std::hash::BuildHasher::build_hasher(&std::collections::hash_map::RandomState::new());
        count.hash(&mut hasher);
        return Ok(hasher.finish() as i64);
    }
    expect::constant(call, index)?.ok_or_else(|| expect::non_foldable(call, index, "BIGINT"))?;
    match expect::evaluate(&expect::long(call, index)?)? {
        Some(ScalarValue::Int64(seed)) => Ok(seed.unwrap_or(0)),
        _ => Err(call.unexpected_type(index, "(\"INT\" or \"BIGINT\")")),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Draw {
    Uniform,
    Normal,
    Text(usize),
}

/// One call of a random function in one query.
struct Random {
    name: &'static str,
    draw: Draw,
    /// No two calls are the same: each has its own numbers.
    id: u64,
    generator: Mutex<XorShift>,
    signature: Signature,
}

impl Random {
    fn call(name: &'static str, draw: Draw, seed: i64) -> Expr {
        static IDS: AtomicU64 = AtomicU64::new(0);
        let random = Random {
            name,
            draw,
            id: IDS.fetch_add(1, Ordering::Relaxed),
            generator: Mutex::new(XorShift::new(seed)),
            signature: Signature::user_defined(Volatility::Volatile),
        };
        // The seed is shown in plans; the generator already has it.
        ScalarUDF::new_from_impl(random).call(vec![lit(seed)])
    }

    fn draw(&self, rows: usize) -> ArrayRef {
        let mut generator = self.generator.lock().unwrap_or_else(PoisonError::into_inner);
        match self.draw {
            Draw::Uniform => {
                Arc::new(Float64Array::from_iter_values((0..rows).map(|_| generator.next_double())))
            }
            Draw::Normal => {
                Arc::new(Float64Array::from_iter_values((0..rows).map(|_| generator.next_gaussian())))
            }
            Draw::Text(length) => {
                let mut texts = StringBuilder::new();
                for _ in 0..rows {
                    let text: String = (0..length).map(|_| letter(generator.next_int())).collect();
                    texts.append_value(text);
                }
                Arc::new(texts.finish())
            }
        }
    }
}

/// One of ten digits and 52 letters.
fn letter(random: i32) -> char {
    const LETTERS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    LETTERS[(random % 62).unsigned_abs() as usize] as char
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Random({})", self.name)
    }
}

impl PartialEq for Random {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Random {}

impl Hash for Random {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl ScalarUDFImpl for Random {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> datafusion::common::Result<Vec<DataType>> {
        Ok(arg_types.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> datafusion::common::Result<DataType> {
        Ok(match self.draw {
            Draw::Text(_) => DataType::Utf8,
            _ => DataType::Float64,
        })
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> datafusion::common::Result<FieldRef> {
        Ok(Arc::new(Field::new(self.name, self.return_type(&[])?, false)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> datafusion::common::Result<ColumnarValue> {
        Ok(ColumnarValue::Array(self.draw(args.number_rows)))
    }
}
