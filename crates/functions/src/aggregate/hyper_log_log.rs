//! `approx_count_distinct`: HyperLogLog++ with Spark's hash, registers and corrections.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, Expr, lit, when};

use super::hyper_log_log_bias::{bias, linear_limit};
use super::own::{Aggregate, Shape, udaf};
use crate::{Call, error, math};

const DEFAULT_ERROR: f64 = 0.05;
const LEAST_PRECISION: f64 = 4.0;
/// The largest precision takes four megabytes for each group.
const MOST_PRECISION: f64 = 22.0;

/// Arguments: the hash of the value, NULL for NULL; how many bits of it choose the register.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct HyperLogLog;

/// `approx_count_distinct(value [, error])`
pub(super) fn build(call: &Call<'_>) -> lang::Result<Expr> {
    call.expect_arguments(1..=2)?;
    super::unordered(call)?;
    let precision = precision(call)?;
    let argument = &call.arguments[0];
    if let DataType::Map(..) = argument.data_type() {
        return Err(lang::Error::unsupported("approx_count_distinct of maps"));
    }
    let hash = math::xxhash64(&call.with_arguments(vec![argument.clone()]))?;
    let hash = when(argument.expr.clone().is_not_null(), hash).end().map_err(error::from_datafusion)?;
    Ok(super::plain_node(call, udaf(HyperLogLog), vec![hash, lit(precision)]))
}

fn precision(call: &Call<'_>) -> lang::Result<i64> {
    let error = match call.arguments.get(1) {
        None => DEFAULT_ERROR,
        Some(given) => match given.literal() {
            Some(ScalarValue::Float64(Some(error))) => *error,
            Some(decimal @ ScalarValue::Decimal128(Some(_), ..)) => {
                match decimal.cast_to(&DataType::Float64).map_err(error::from_datafusion)? {
                    ScalarValue::Float64(Some(error)) => error,
                    _ => return Err(lang::Error::analysis("_LEGACY_ERROR_TEMP_1104")),
                }
            }
            _ => return Err(lang::Error::analysis("_LEGACY_ERROR_TEMP_1104")),
        },
    };
    let precision = (2.0 * (1.106 / error).ln() / std::f64::consts::LN_2).ceil();
    match precision {
        p if p < LEAST_PRECISION => {
            Err(lang::Error::analysis("FAILED_FUNCTION_CALL").with("funcName", format!("`{}`", call.name)))
        }
        p if p <= MOST_PRECISION => Ok(p as i64),
        _ => Err(lang::Error::unsupported(format!("approx_count_distinct with a relative error of {error}"))),
    }
}

impl Aggregate for HyperLogLog {
    fn name(&self) -> &'static str {
        "approx_count_distinct"
    }

    fn result(&self, _: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.name(), DataType::Int64, false))
    }

    fn state(&self, _: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        vec![Field::new("registers", DataType::Binary, true)]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        let precision = match shape.constant(1) {
            ScalarValue::Int64(Some(precision)) => precision as u32,
            _ => 9,
        };
        Ok(Box::new(Registers { precision, registers: Vec::new() }))
    }

    fn empty(&self, _: &DataType) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(0)))
    }
}

#[derive(Debug)]
struct Registers {
    precision: u32,
    /// The longest run of leading zeros seen by each register; empty until the first value.
    registers: Vec<u8>,
}

impl Registers {
    fn allocate(&mut self) {
        if self.registers.is_empty() {
            self.registers = vec![0; 1 << self.precision];
        }
    }

    fn add(&mut self, hash: i64) {
        let hash = hash as u64;
        let register = (hash >> (64 - self.precision)) as usize;
        let rest = (hash << self.precision) | (1 << (self.precision - 1));
        let run = rest.leading_zeros() as u8 + 1;
        self.registers[register] = self.registers[register].max(run);
    }

    fn estimate(&self) -> i64 {
        if self.registers.is_empty() {
            return 0;
        }
        let m = self.registers.len() as f64;
        let inverse: f64 = self.registers.iter().map(|run| 1.0 / (1u64 << run) as f64).sum();
        let raw = alpha(self.precision, m) * m * m / inverse;
        let empty = self.registers.iter().filter(|run| **run == 0).count() as f64;
        let estimate = match (empty > 0.0).then(|| m * (m / empty).ln()) {
            Some(counted) if self.counts_empty(counted, raw, m) => counted,
            _ if raw < 5.0 * m => raw - bias(self.precision, raw),
            _ => raw,
        };
        // Java rounds halves up.
        (estimate + 0.5).floor() as i64
    }

    /// Whether the number of values as the empty registers tell it is the better one.
    fn counts_empty(&self, counted: f64, raw: f64, m: f64) -> bool {
        linear_limit(self.precision).is_some_and(|limit| counted <= limit) || raw <= 2.5 * m
    }
}

/// What corrects the raw estimate of `m` registers (Flajolet and others, 2007).
fn alpha(precision: u32, m: f64) -> f64 {
    match precision {
        4 => 0.673,
        5 => 0.697,
        6 => 0.709,
        _ => 0.7213 / (1.0 + 1.079 / m),
    }
}

impl Accumulator for Registers {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let hashes = values[0].as_primitive::<Int64Type>();
        if hashes.null_count() < hashes.len() {
            self.allocate();
            hashes.iter().flatten().for_each(|hash| self.add(hash));
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(self.estimate())))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.registers.capacity()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let registers = (!self.registers.is_empty()).then(|| self.registers.clone());
        Ok(vec![ScalarValue::Binary(registers)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for other in states[0].as_binary::<i32>().iter().flatten() {
            self.allocate();
            for (register, other) in self.registers.iter_mut().zip(other) {
                *register = (*register).max(*other);
            }
        }
        Ok(())
    }
}
