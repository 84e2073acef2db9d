//! Spark's random number generator, seed for seed.

use super::murmur3::bytes_hash;

/// An XORShift generator whose numbers Java's `Random` methods turn into doubles and Gaussians.
#[derive(Debug)]
pub struct XorShift {
    state: i64,
    /// Gaussians come in pairs.
    spare: Option<f64>,
}

/// Scala's seed for hashing arrays.
const ARRAY_SEED: i32 = 0x3c07_4a61;

impl XorShift {
    pub fn new(seed: i64) -> Self {
        let bytes = seed.to_be_bytes();
        let low = bytes_hash(&bytes, ARRAY_SEED);
        let high = bytes_hash(&bytes, low);
        XorShift { state: i64::from(high) << 32 | i64::from(low) & 0xFFFF_FFFF, spare: None }
    }

    fn next(&mut self, bits: u32) -> i32 {
        let mut state = self.state ^ self.state << 21;
        state ^= (state as u64 >> 35) as i64;
        state ^= state << 4;
        self.state = state;
        (state & ((1 << bits) - 1)) as i32
    }

    pub(super) fn next_int(&mut self) -> i32 {
        self.next(32)
    }

    /// Uniform in [0, `bound`), as Java finds it; `bound` is one at least.
    pub(crate) fn next_below(&mut self, bound: usize) -> usize {
        let bound = bound as i64;
        if bound.count_ones() == 1 {
            return ((bound * i64::from(self.next(31))) >> 31) as usize;
        }
        loop {
            let number = i64::from(self.next(31));
            let rest = number % bound;
            // The last numbers would favour small rests; Java sees that by an overflow.
            if number - rest + bound - 1 <= i64::from(i32::MAX) {
                return rest as usize;
            }
        }
    }

    /// Uniform in [0, 1).
    pub fn next_double(&mut self) -> f64 {
        let (high, low) = (i64::from(self.next(26)), i64::from(self.next(27)));
        ((high << 27) + low) as f64 * (1.0 / (1i64 << 53) as f64)
    }

    /// Standard normal, by the polar method.
    pub(super) fn next_gaussian(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let x = 2.0 * self.next_double() - 1.0;
            let y = 2.0 * self.next_double() - 1.0;
            let square = x * x + y * y;
            if square < 1.0 && square != 0.0 {
                let factor = (-2.0 * square.ln() / square).sqrt();
                self.spare = Some(y * factor);
                return x * factor;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_spark() {
        assert_eq!(XorShift::new(42).next_double(), 0.619189370225301);
        assert_eq!(XorShift::new(0).next_double(), 0.7604953758285915);
        assert_eq!(XorShift::new(42).next_gaussian(), 2.384479054241165);
    }
}
