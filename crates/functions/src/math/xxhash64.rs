//! xxHash for 64 bits, as Spark hashes values.

use super::hash::Hash;

const PRIME_1: u64 = 0x9E37_79B1_85EB_CA87;
const PRIME_2: u64 = 0xC2B2_AE3D_27D4_EB4F;
const PRIME_3: u64 = 0x1656_67B1_9E37_79F9;
const PRIME_4: u64 = 0x85EB_CA77_C2B2_AE63;
const PRIME_5: u64 = 0x27D4_EB2F_1656_67C5;

#[derive(Clone, Copy)]
pub(super) struct XxHash64(pub(super) u64);

impl Hash for XxHash64 {
    fn int(self, value: i32) -> Self {
        let hash = self.0.wrapping_add(PRIME_5).wrapping_add(4);
        XxHash64(finish(four(hash, value as u32)))
    }

    fn long(self, value: i64) -> Self {
        let hash = self.0.wrapping_add(PRIME_5).wrapping_add(8);
        XxHash64(finish(eight(hash, value as u64)))
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        let mut rest = bytes;
        let mut hash =
            if bytes.len() >= 32 { stripes(self.0, &mut rest) } else { self.0.wrapping_add(PRIME_5) };
        hash = hash.wrapping_add(bytes.len() as u64);
        while let Some((word, tail)) = rest.split_first_chunk::<8>() {
            hash = eight(hash, u64::from_le_bytes(*word));
            rest = tail;
        }
        if let Some((word, tail)) = rest.split_first_chunk::<4>() {
            hash = four(hash, u32::from_le_bytes(*word));
            rest = tail;
        }
        for byte in rest {
            hash = (hash ^ u64::from(*byte).wrapping_mul(PRIME_5)).rotate_left(11).wrapping_mul(PRIME_1);
        }
        XxHash64(finish(hash))
    }
}

/// Consumes all stripes of 32 bytes in four lanes.
fn stripes(seed: u64, rest: &mut &[u8]) -> u64 {
    let mut lanes = [
        seed.wrapping_add(PRIME_1).wrapping_add(PRIME_2),
        seed.wrapping_add(PRIME_2),
        seed,
        seed.wrapping_sub(PRIME_1),
    ];
    while rest.len() >= 32 {
        for lane in &mut lanes {
            if let Some((word, tail)) = rest.split_first_chunk::<8>() {
                *lane = round(*lane, u64::from_le_bytes(*word));
                *rest = tail;
            }
        }
    }
    let hash = lanes[0]
        .rotate_left(1)
        .wrapping_add(lanes[1].rotate_left(7))
        .wrapping_add(lanes[2].rotate_left(12))
        .wrapping_add(lanes[3].rotate_left(18));
    lanes.iter().fold(hash, |hash, lane| (hash ^ round(0, *lane)).wrapping_mul(PRIME_1).wrapping_add(PRIME_4))
}

fn round(lane: u64, word: u64) -> u64 {
    lane.wrapping_add(word.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1)
}

fn eight(hash: u64, word: u64) -> u64 {
    (hash ^ round(0, word)).rotate_left(27).wrapping_mul(PRIME_1).wrapping_add(PRIME_4)
}

fn four(hash: u64, word: u32) -> u64 {
    (hash ^ u64::from(word).wrapping_mul(PRIME_1)).rotate_left(23).wrapping_mul(PRIME_2).wrapping_add(PRIME_3)
}

fn finish(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 33).wrapping_mul(PRIME_2);
    let hash = (hash ^ hash >> 29).wrapping_mul(PRIME_3);
    hash ^ hash >> 32
}
