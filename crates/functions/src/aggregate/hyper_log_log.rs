//! `approx_count_distinct`: HyperLogLog over Spark's hash, with Spark's precision and estimate.
//!
//! Spark corrects the estimate in its middle range by tables of measured bias; here that range is estimated
//! by the improved estimator of Ertl (2017), which has no bias to correct.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type, IntervalUnit};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, Expr, lit, when};

use super::own::{Aggregate, Shape, udaf};
use crate::{Call, error, types};

const DEFAULT_ERROR: f64 = 0.05;
/// Up to this many values counting empty registers beats the estimate; by precision, from 4 up.
const LINEAR_LIMITS: [f64; 15] = [
    10.0, 20.0, 40.0, 80.0, 220.0, 400.0, 900.0, 1800.0, 3100.0, 6500.0, 11500.0, 20000.0, 50000.0, 120000.0,
    350000.0,
];

/// Arguments: the hash of the value, NULL for NULL; how many bits of it choose the register.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct HyperLogLog;

/// `approx_count_distinct(value [, error])`
pub(super) fn build(call: &Call<'_>) -> lang::Result<Expr> {
    call.expect_arguments(1..=2)?;
    super::unordered(call)?;
    let precision = precision(call)?;
    let argument = &call.arguments[0];
    let hashed = match argument.data_type() {
        DataType::Duration(_) | DataType::Time64(_) => raw_cast(argument.expr.clone(), DataType::Int64),
        DataType::Interval(IntervalUnit::YearMonth) => {
            return Err(lang::Error::unsupported("approx_count_distinct of year-month intervals"));
        }
        _ => argument.expr.clone(),
    };
    let hash = datafusion_spark::function::hash::xxhash64().call(vec![hashed]);
    let hash = when(argument.expr.clone().is_not_null(), hash).end().map_err(error::from_datafusion)?;
    Ok(super::plain_node(call, udaf(HyperLogLog), vec![hash, lit(precision)]))
}

fn raw_cast(expr: Expr, to: DataType) -> Expr {
    Expr::Cast(datafusion::logical_expr::Cast::new(Box::new(expr), to))
}

fn precision(call: &Call<'_>) -> lang::Result<i64> {
    let error = match call.arguments.get(1) {
        None => DEFAULT_ERROR,
        Some(_) => {
            let value = super::constant(call, 1)?
                .ok_or_else(|| super::not_foldable(call, 1, "relativeSD", "DOUBLE"))?;
            match value.cast_to(&DataType::Float64) {
                Ok(ScalarValue::Float64(Some(error))) if types::is_numeric(&value.data_type()) => error,
                _ => return Err(call.unexpected_type(1, "\"DOUBLE\"")),
            }
        }
    };
    let precision = (2.0 * (1.106 / error).log2()).ceil();
    // The largest precision takes a quarter of a megabyte for each group.
    match precision {
        p if p < 4.0 => Err(super::out_of_range(call, "relativeSD", "(0, 0.39]", &error.to_string())),
        p if p <= 18.0 => Ok(p as i64),
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
        let empty = self.registers.iter().filter(|r| **r == 0).count() as f64;
        if empty > 0.0 {
            let linear = m * (m / empty).ln();
            if linear <= LINEAR_LIMITS[self.precision as usize - 4] {
                return linear.round() as i64;
            }
        }
        let sum: f64 = self.registers.iter().map(|r| 2f64.powi(-i32::from(*r))).sum();
        let alpha = match self.precision {
            4 => 0.673,
            5 => 0.697,
            6 => 0.709,
            _ => 0.7213 / (1.0 + 1.079 / m),
        };
        let raw = alpha * m * m / sum;
        let estimate = if raw < 5.0 * m { self.improved() } else { raw };
        estimate.round() as i64
    }

    fn improved(&self) -> f64 {
        let m = self.registers.len() as f64;
        let longest = 64 - self.precision as usize;
        let mut counts = vec![0.0; longest + 2];
        for register in &self.registers {
            counts[usize::from(*register).min(longest + 1)] += 1.0;
        }
        let mut z = m * tau(1.0 - counts[longest + 1] / m);
        for run in (1..=longest).rev() {
            z = 0.5 * (z + counts[run]);
        }
        z += m * sigma(counts[0] / m);
        m * m / (2.0 * std::f64::consts::LN_2 * z)
    }
}

/// The contribution of registers that are still empty.
fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

/// The contribution of registers that are full.
fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x).powi(2) * y;
        if z == before {
            return z / 3.0;
        }
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
