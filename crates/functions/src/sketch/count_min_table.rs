//! The table of a count-min sketch: rows of counters, each row with a hash function of its own.

use lang::{Error, ErrorKind, Result};

use crate::aggregate::java_random::JavaRandom;
use crate::math::murmur3::spark_hash;

/// The version of the format, its first four bytes.
const VERSION: i32 = 1;
const HEADER: usize = 20;
/// Multiplied hashes are taken modulo this prime.
const PRIME: i64 = (1 << 31) - 1;
/// Counters a sketch may have: half a gigabyte of them.
const MAX_COUNTERS: usize = 1 << 26;

#[derive(Debug)]
pub(super) struct Table {
    total: i64,
    width: usize,
    /// The factor of each row's hash function.
    factors: Vec<i64>,
    counters: Vec<i64>,
}

impl Table {
    /// A table that errs by at most `eps` of all rows, with the probability `confidence`.
    ///
    /// # Errors
    /// `UNABLE_TO_ACQUIRE_MEMORY` for a table that nobody could hold.
    pub(super) fn new(eps: f64, confidence: f64, seed: i64) -> Result<Self> {
        let width = (2.0 / eps).ceil() as usize;
        let depth = ((-(-confidence).ln_1p()) / std::f64::consts::LN_2).ceil().max(1.0) as usize;
        let counters = width.saturating_mul(depth);
        if counters > MAX_COUNTERS {
            return Err(Error::new(ErrorKind::Resources, "UNABLE_TO_ACQUIRE_MEMORY")
                .with_message(format!("A count-min sketch of {counters} counters is too large.")));
        }
        let mut random = JavaRandom::new(seed as u64);
        let factors = (0..depth).map(|_| i64::from(random.next_below_max())).collect();
        Ok(Table { total: 0, width, factors, counters: vec![0; counters] })
    }

    pub(super) fn add_long(&mut self, value: i64) {
        self.total += 1;
        for (row, factor) in self.factors.iter().enumerate() {
            let hash = factor.wrapping_mul(value);
            let hash = hash.wrapping_add(hash >> 32) & PRIME;
            self.counters[row * self.width + hash as usize % self.width] += 1;
        }
    }

    pub(super) fn add_bytes(&mut self, bytes: &[u8]) {
        self.total += 1;
        let first = spark_hash(bytes, 0);
        let second = spark_hash(bytes, first);
        for row in 0..self.factors.len() {
            let hash = first.wrapping_add((row as i32).wrapping_mul(second));
            let column = (i64::from(hash) % self.width as i64).unsigned_abs() as usize;
            self.counters[row * self.width + column] += 1;
        }
    }

    /// Adds the counters that [`Table::bytes`] of an equally made table wrote.
    pub(super) fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        let start = HEADER + 8 * self.factors.len();
        if bytes.len() != start + 8 * self.counters.len() {
            return Err(Error::internal("count-min sketches of one aggregate differ in size"));
        }
        let long = |b: &[u8]| b.iter().fold(0i64, |number, byte| number << 8 | i64::from(*byte));
        self.total += long(&bytes[4..12]);
        for (own, other) in self.counters.iter_mut().zip(bytes[start..].chunks_exact(8)) {
            *own += long(other);
        }
        Ok(())
    }

    /// Version, total, depth and width, factors, counters: all with the most significant byte first.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + 8 * (self.factors.len() + self.counters.len()));
        bytes.extend_from_slice(&VERSION.to_be_bytes());
        bytes.extend_from_slice(&self.total.to_be_bytes());
        bytes.extend_from_slice(&(self.factors.len() as i32).to_be_bytes());
        bytes.extend_from_slice(&(self.width as i32).to_be_bytes());
        for number in self.factors.iter().chain(&self.counters) {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    pub(super) fn size(&self) -> usize {
        8 * (self.factors.len() + self.counters.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_those_of_spark() {
        let mut table = Table::new(0.5, 0.7, 3).expect("small");
        [&b"abcdefg"[..], b"", b"abcd"].into_iter().for_each(|bytes| table.add_bytes(bytes));
        assert_eq!(table.factors, [0x5D93_49A6, 0x47FD_02CC]);
        assert_eq!(table.counters, [2, 0, 1, 0, 2, 0, 1, 0]);
        let mut table = Table::new(0.5, 0.7, 3).expect("small");
        [1, -7, 12].into_iter().for_each(|value| table.add_long(value));
        assert_eq!(table.counters, [1, 0, 1, 1, 1, 0, 1, 1]);
        let bytes = table.bytes();
        table.merge(&bytes).expect("the same size");
        assert_eq!((table.total, &table.counters[..4]), (6, &[2, 0, 2, 2][..]));
    }
}
