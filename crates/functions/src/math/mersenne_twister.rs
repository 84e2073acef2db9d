//! The Mersenne Twister (MT19937) as Apache Commons Math seeds and reads it; Spark shuffles arrays and makes UUIDs by it.

const SIZE: usize = 624;
const MIDDLE: usize = 397;
const UPPER: u32 = 0x8000_0000;
const MATRIX: u32 = 0x9908_B0DF;

#[derive(Debug)]
pub(crate) struct MersenneTwister {
    state: Box<[u32; SIZE]>,
    next: usize,
}

impl MersenneTwister {
    /// Seeded with the two halves of a number.
    pub(crate) fn new(seed: i64) -> Self {
        let key = [(seed as u64 >> 32) as u32, seed as u32];
        let mut state = Box::new([0u32; SIZE]);
        state[0] = 19_650_218;
        for i in 1..SIZE {
            let before = state[i - 1];
            state[i] = 1_812_433_253u32.wrapping_mul(before ^ before >> 30).wrapping_add(i as u32);
        }
        let mut twister = MersenneTwister { state, next: SIZE };
        let mut place = 1;
        for step in 0..SIZE {
            let part = step % key.len();
            place = twister
                .mix(place, 1_664_525, |mixed| mixed.wrapping_add(key[part]).wrapping_add(part as u32));
        }
        for _ in 1..SIZE {
            let at = place as u32;
            place = twister.mix(place, 1_566_083_941, |mixed| mixed.wrapping_sub(at));
        }
        twister.state[0] = UPPER;
        twister
    }

    /// Mixes the word at `place` with the one before it; the next place.
    fn mix(&mut self, place: usize, factor: u32, add: impl Fn(u32) -> u32) -> usize {
        let before = self.state[place - 1];
        self.state[place] = add(self.state[place] ^ (before ^ before >> 30).wrapping_mul(factor));
        if place + 1 < SIZE {
            return place + 1;
        }
        self.state[0] = self.state[SIZE - 1];
        1
    }

    fn twist(&mut self) {
        for i in 0..SIZE {
            let joined = self.state[i] & UPPER | self.state[(i + 1) % SIZE] & !UPPER;
            let odd = if joined & 1 == 1 { MATRIX } else { 0 };
            self.state[i] = self.state[(i + MIDDLE) % SIZE] ^ joined >> 1 ^ odd;
        }
        self.next = 0;
    }

    fn next_word(&mut self) -> u32 {
        if self.next >= SIZE {
            self.twist();
        }
        let mut word = self.state[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= word << 7 & 0x9D2C_5680;
        word ^= word << 15 & 0xEFC6_0000;
        word ^ word >> 18
    }

    pub(crate) fn next_long(&mut self) -> u64 {
        let high = u64::from(self.next_word());
        high << 32 | u64::from(self.next_word())
    }

    /// Uniform in `0..bound`; `bound` is positive.
    pub(crate) fn next_below(&mut self, bound: u32) -> u32 {
        if bound.is_power_of_two() {
            return ((u64::from(bound) * u64::from(self.next_word() >> 1)) >> 31) as u32;
        }
        loop {
            let bits = self.next_word() >> 1;
            let value = bits % bound;
            // The last, incomplete run of remainders would favour the small ones.
            if u64::from(bits - value) + u64::from(bound - 1) <= i32::MAX as u64 {
                return value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_reference() {
        let mut twister = MersenneTwister::new(7);
        assert_eq!(twister.next_long() >> 32, 0xcee4_0aac);
        let mut below: Vec<u32> = Vec::new();
        let mut twister = MersenneTwister::new(42);
        (1..6).for_each(|bound| below.push(twister.next_below(bound)));
        assert_eq!(below.len(), 5);
        assert!(below.iter().zip(1..).all(|(value, bound)| *value < bound));
    }
}
