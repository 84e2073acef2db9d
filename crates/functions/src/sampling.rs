//! Sampling with replacement: how often each row comes, as Spark draws it from a Poisson distribution.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, ListBuilder};
use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use crate::Generated;
use crate::partition::{self, Generator};
use crate::scalar::Input;

/// From here on Spark draws in another way.
const LARGE_MEAN: f64 = 40.0;

/// A list with one element for each copy of the row; `fraction` is how many there are on average.
///
/// # Errors
/// Fractions of 40 and more.
pub fn copies(fraction: f64, seed: i64) -> Result<Generated> {
    if fraction >= LARGE_MEAN {
        return Err(Error::unsupported("sampling with replacement of 40 times as many rows and more"));
    }
    let element = Arc::new(Field::new("item", DataType::Boolean, false));
    let field = Field::new("copies", DataType::List(element), false);
    let constants = vec![fraction.to_bits() as i64, seed];
    let list: Expr = partition::call("copies", field, vec![], constants, |partition, constants| {
        let mean = f64::from_bits(constants[0] as u64);
        let random = Well::new(partition_seed(constants[1], partition));
        Box::new(Copies { mean, random })
    });
    let fields = vec![Field::new("copy", DataType::Boolean, false)];
    Ok(Generated { list, fields, as_struct: false, outer: false })
}

struct Copies {
    mean: f64,
    random: Well,
}

impl Copies {
    /// Uniform numbers are multiplied until the product falls below `e^-mean`.
    fn draw(&mut self) -> usize {
        let least = (-self.mean).exp();
        let (mut count, mut product) = (0, 1.0);
        while (count as f64) < 1000.0 * self.mean {
            product *= self.random.next_double();
            if product < least {
                break;
            }
            count += 1;
        }
        count
    }
}

impl Generator for Copies {
    fn next(&mut self, input: &Input) -> Result<ArrayRef> {
        let element = Arc::new(Field::new("item", DataType::Boolean, false));
        let mut lists = ListBuilder::new(BooleanBuilder::new()).with_field(element);
        for _ in 0..input.rows {
            let count = self.draw();
            lists.values().append_n(count, true);
            lists.append(true);
        }
        Ok(Arc::new(lists.finish()))
    }
}

/// Java's linear generator gives each partition its seed.
fn partition_seed(seed: i64, partition: usize) -> i64 {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;
    let mut state = (seed as u64 ^ MULTIPLIER) & MASK;
    let mut next = || {
        state = state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        i64::from((state >> 16) as u32 as i32)
    };
    let mut long = || {
        let high = next();
        (high << 32).wrapping_add(next())
    };
    for _ in 0..partition {
        long();
    }
    long()
}

/// The WELL19937c generator, by which Spark draws from distributions.
struct Well {
    state: Vec<u32>,
    index: usize,
}

const WORDS: usize = 624;

impl Well {
    fn new(seed: i64) -> Self {
        let mut state = vec![0u32; WORDS];
        state[0] = (seed as u64 >> 32) as u32;
        state[1] = seed as u32;
        for i in 2..WORDS {
            let before = i64::from(state[i - 2] as i32);
            state[i] = (1_812_433_253i64.wrapping_mul(before ^ (before >> 30)).wrapping_add(i as i64)) as u32;
        }
        Well { state, index: 0 }
    }

    fn next(&mut self, bits: u32) -> u32 {
        let i = self.index;
        let at = |offset: usize| self.state[(i + offset) % WORDS];
        let (last, before_last) = ((i + WORDS - 1) % WORDS, (i + WORDS - 2) % WORDS);
        let (v0, v1, v2, v3) = (at(0), at(70), at(179), at(449));
        let z0 = (0x8000_0000 & self.state[last]) ^ (0x7FFF_FFFF & self.state[before_last]);
        let z1 = (v0 ^ (v0 << 25)) ^ (v1 ^ (v1 >> 27));
        let z2 = (v2 >> 9) ^ (v3 ^ (v3 >> 1));
        let z3 = z1 ^ z2;
        let mut z4 = z0 ^ (z1 ^ (z1 << 9)) ^ (z2 ^ (z2 << 21)) ^ (z3 ^ (z3 >> 21));
        self.state[i] = z3;
        self.state[last] = z4;
        self.state[before_last] &= 0x8000_0000;
        self.index = last;
        z4 ^= (z4 << 7) & 0xe46e_1700;
        z4 ^= (z4 << 15) & 0x9b86_8000;
        z4 >> (32 - bits)
    }

    /// Uniform in [0, 1).
    fn next_double(&mut self) -> f64 {
        let high = u64::from(self.next(26)) << 26;
        (high | u64::from(self.next(26))) as f64 / (1u64 << 52) as f64
    }
}
