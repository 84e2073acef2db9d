//! Mathematical, bitwise, hash and random functions.
//!
//! ```text
//! elementary   double -> double, one table            rounding   round, bround, ceil, floor of every number
//! radix        bin, hex, unhex, conv                  bits       bit_count, bit_get, bitmap_*
//! hash         hash, xxhash64 (Spark's exact values)  digest     md5, sha, crc32
//! random       rand, randn, uniform, randstr: Spark's generator, seed for seed, partition for partition
//! ```
//!
//! Guarantees: result types are Spark's (INT, BIGINT or DECIMAL as there), hashes and seeded random numbers of one
//! partition are Spark's bit for bit. Does not: arithmetic operators (see `operator`). Start with [`elementary`].

use crate::Definition;

mod absolute;
mod bits;
mod digest;
mod elementary;
mod hash;
pub(crate) mod hex;
pub(crate) mod mersenne_twister;
pub(crate) mod murmur3;
mod radix;
pub(crate) mod random;
mod rounding;
mod strict;
mod width_bucket;
mod xor_shift;
mod xxhash64;

pub(crate) use hash::xxhash64;
pub(crate) use radix::hex_of;
pub use xor_shift::XorShift;

/// The functions of this group, sorted by name.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    let mut definitions = vec![
        Definition::scalar(&["abs"], absolute::abs),
        Definition::scalar(&["bin"], radix::bin),
        Definition::scalar(&["bit_count"], bits::bit_count),
        Definition::scalar(&["bit_get", "getbit"], bits::bit_get),
        Definition::scalar(&["bitmap_bit_position"], bits::bitmap_bit_position),
        Definition::scalar(&["bitmap_bucket_number"], bits::bitmap_bucket_number),
        Definition::scalar(&["bitmap_count"], bits::bitmap_count),
        Definition::scalar(&["bround"], rounding::bround),
        Definition::scalar(&["ceil", "ceiling"], rounding::ceil),
        Definition::scalar(&["conv"], radix::conv),
        Definition::scalar(&["crc32"], digest::crc32),
        Definition::scalar(&["e"], elementary::e),
        Definition::scalar(&["factorial"], elementary::factorial),
        Definition::scalar(&["floor"], rounding::floor),
        Definition::scalar(&["hash"], hash::hash),
        Definition::scalar(&["hex"], radix::hex),
        Definition::scalar(&["log"], elementary::log),
        Definition::scalar(&["md5"], digest::md5),
        Definition::scalar(&["pi"], elementary::pi),
        Definition::scalar(&["rand", "random"], random::rand),
        Definition::scalar(&["randn"], random::randn),
        Definition::scalar(&["randstr"], random::randstr),
        Definition::scalar(&["round"], rounding::round),
        Definition::scalar(&["sha", "sha1"], digest::sha1),
        Definition::scalar(&["sha2"], digest::sha2),
        Definition::scalar(&["sign", "signum"], absolute::sign),
        Definition::scalar(&["unhex"], radix::unhex),
        Definition::scalar(&["uniform"], random::uniform),
        Definition::scalar(&["width_bucket"], width_bucket::width_bucket),
        Definition::scalar(&["xxhash64"], hash::xxhash64),
    ];
    definitions.extend(elementary::definitions());
    definitions
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_are_those_of_spark() {
        crate::oracle::check(include_str!("answers.tsv"));
    }
}
