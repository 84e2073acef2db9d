//! Murmur3 for 32 bits: as Spark hashes values, and as Scala hashes bytes (for random seeds).

use super::hash::Hash;

/// Spark's `hash`: the tail of a byte string is mixed byte by byte.
#[derive(Clone, Copy)]
pub(super) struct Murmur3(pub(super) i32);

impl Hash for Murmur3 {
    fn int(self, value: i32) -> Self {
        Murmur3(finish(mix(self.0, scramble(value)), 4))
    }

    fn long(self, value: i64) -> Self {
        let low = mix(self.0, scramble(value as i32));
        Murmur3(finish(mix(low, scramble((value >> 32) as i32)), 8))
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        let (words, tail) = bytes.split_at(bytes.len() / 4 * 4);
        let hash = words.chunks_exact(4).fold(self.0, |hash, word| mix(hash, scramble(word_of(word))));
        let hash = tail.iter().fold(hash, |hash, byte| mix(hash, scramble(i32::from(*byte as i8))));
        Murmur3(finish(hash, bytes.len()))
    }
}

/// Spark's hash of a byte string.
pub(crate) fn spark_hash(bytes: &[u8], seed: i32) -> i32 {
    Murmur3(seed).bytes(bytes).0
}

/// The standard algorithm.
pub(super) fn bytes_hash(bytes: &[u8], seed: i32) -> i32 {
    let (words, tail) = bytes.split_at(bytes.len() / 4 * 4);
    let mut hash = words.chunks_exact(4).fold(seed, |hash, word| mix(hash, scramble(word_of(word))));
    if !tail.is_empty() {
        let last = tail.iter().rev().fold(0, |word, byte| word << 8 | i32::from(*byte));
        hash ^= scramble(last);
    }
    finish(hash, bytes.len())
}

fn word_of(bytes: &[u8]) -> i32 {
    i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn scramble(word: i32) -> i32 {
    word.wrapping_mul(0xcc9e_2d51_u32 as i32).rotate_left(15).wrapping_mul(0x1b87_3593)
}

fn mix(hash: i32, word: i32) -> i32 {
    (hash ^ word).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64_u32 as i32)
}

fn finish(hash: i32, length: usize) -> i32 {
    let mut hash = hash as u32 ^ length as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    (hash ^ hash >> 16) as i32
}
