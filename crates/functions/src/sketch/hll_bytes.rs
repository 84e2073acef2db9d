//! The updatable format of HLL sketches, which Spark writes: hash tables with their gaps.

use std::borrow::Cow;

/// Where the tables of the two small forms begin.
const LIST_START: usize = 8;
const SET_START: usize = 12;
/// Bytes of the preamble.
const LG_TABLE: usize = 4;
const FLAGS: usize = 5;
const MODE: usize = 7;

const LEAST: usize = 6;
/// Where a sketch of registers says how many of them hold the least value, and where they begin.
const LEAST_COUNT: usize = 32;
const REGISTERS: usize = 40;

const COMPACT: u8 = 0b1000;
const OUT_OF_ORDER: u8 = 0b1_0000;
const LIST: u8 = 0;
const SET: u8 = 1;
/// The bits of a coupon that tell its register.
const SLOT_MASK: u32 = (1 << 26) - 1;

/// The bytes of a sketch as the library expects them: counting the registers that are zero, not the least ones.
pub(super) fn readable(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.len() <= REGISTERS || bytes[MODE] & 0b11 <= SET || bytes[LEAST] == 0 {
        return Cow::Borrowed(bytes);
    }
    let mut bytes = bytes.to_vec();
    bytes[LEAST] = 0;
    bytes[LEAST_COUNT..LEAST_COUNT + 4].fill(0);
    Cow::Owned(bytes)
}

/// The compact bytes of a sketch in the updatable format.
pub(super) fn updatable(compact: &[u8]) -> Vec<u8> {
    let mut bytes = compact.to_vec();
    if compact.len() <= MODE {
        return bytes;
    }
    if compact[MODE] & 0b11 > SET {
        count_least(&mut bytes);
    }
    if compact[FLAGS] & COMPACT == 0 {
        return bytes;
    }
    bytes[FLAGS] &= !COMPACT;
    let length = 4usize << compact[LG_TABLE];
    match compact[MODE] & 0b11 {
        LIST => bytes.resize(LIST_START + length, 0),
        SET => {
            let coupons =
                compact[SET_START..].chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]));
            let table = hash_table(coupons, compact[LG_TABLE]);
            bytes.truncate(SET_START);
            table.iter().for_each(|coupon| bytes.extend_from_slice(&coupon.to_le_bytes()));
        }
        _ => {}
    }
    bytes
}

/// Sketches that come of a union say what the least value of their registers is, and how many hold it.
fn count_least(bytes: &mut [u8]) {
    if bytes[FLAGS] & OUT_OF_ORDER == 0 || bytes.len() <= REGISTERS {
        return;
    }
    let least = bytes[REGISTERS..].iter().copied().min().unwrap_or(0);
    let count = bytes[REGISTERS..].iter().filter(|register| **register == least).count();
    bytes[LEAST] = least;
    bytes[LEAST_COUNT..LEAST_COUNT + 4].copy_from_slice(&(count as u32).to_le_bytes());
}

/// Coupons at the places where a reader looks for them: their own, else as many steps on as their upper bits say.
fn hash_table(coupons: impl Iterator<Item = u32>, lg_size: u8) -> Vec<u32> {
    let mut table = vec![0u32; 1 << lg_size];
    let mask = table.len() as u32 - 1;
    for coupon in coupons {
        let stride = ((coupon & SLOT_MASK) >> lg_size) | 1;
        let mut place = coupon & mask;
        for _ in 0..table.len() {
            if table[place as usize] == 0 {
                table[place as usize] = coupon;
                break;
            }
            place = (place + stride) & mask;
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_get_their_gaps_back() {
        let list = [2, 1, 7, 12, 3, COMPACT, 1, 8, 1, 2, 3, 4];
        let expanded = updatable(&list);
        assert_eq!(expanded.len(), 40);
        assert_eq!((expanded[FLAGS], &expanded[8..14]), (0, &[1, 2, 3, 4, 0, 0][..]));
        assert_eq!(hash_table([5u32, 37].into_iter(), 5)[5..8], [5, 37, 0]);
        assert_eq!(hash_table([5u32, 37].into_iter(), 5).iter().filter(|c| **c != 0).count(), 2);
    }
}
