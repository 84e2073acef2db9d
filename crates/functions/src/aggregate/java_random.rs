//! `java.util.Random`, by which Spark breaks ties and chooses hash functions repeatably.

pub(crate) struct JavaRandom {
    seed: u64,
}

impl JavaRandom {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;

    pub(crate) fn new(seed: u64) -> Self {
        JavaRandom { seed: (seed ^ Self::MULTIPLIER) & Self::MASK }
    }

    fn next(&mut self, bits: u32) -> u64 {
        self.seed = self.seed.wrapping_mul(Self::MULTIPLIER).wrapping_add(0xB) & Self::MASK;
        self.seed >> (48 - bits)
    }

    pub(crate) fn next_double(&mut self) -> f64 {
        let (high, low) = (self.next(26), self.next(27));
        ((high << 27) + low) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in `0..i32::MAX`.
    pub(crate) fn next_below_max(&mut self) -> i32 {
        loop {
            let bits = self.next(31);
            // The one number too many would be a second 0.
            if bits < i32::MAX as u64 {
                return bits as i32;
            }
        }
    }
}
