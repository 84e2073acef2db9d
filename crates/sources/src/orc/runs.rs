//! ORC's run-length encodings: bytes, bits, and whole numbers in two versions.
//!
//! Every function answers `None` when the bytes end too early or make no sense.

/// `count` bytes of a stream.
pub(super) fn bytes(data: &[u8], count: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(count);
    let mut rest = data;
    while out.len() < count {
        let (control, after) = rest.split_first()?;
        if *control < 128 {
            let (value, after) = after.split_first()?;
            out.resize(out.len() + usize::from(*control) + 3, *value);
            rest = after;
        } else {
            let (literal, after) = after.split_at_checked(256 - usize::from(*control))?;
            out.extend_from_slice(literal);
            rest = after;
        }
    }
    out.truncate(count);
    Some(out)
}

/// `count` bits of a stream.
pub(super) fn bits(data: &[u8], count: usize) -> Option<Vec<bool>> {
    let bytes = bytes(data, count.div_ceil(8))?;
    Some((0..count).map(|index| bytes[index / 8] & (0x80 >> (index % 8)) != 0).collect())
}

/// `count` whole numbers of a stream in the second or the first version.
pub(super) fn integers(data: &[u8], count: usize, signed: bool, second: bool) -> Option<Vec<i64>> {
    let mut input = Bytes { data, position: 0 };
    let mut out = Vec::with_capacity(count);
    while out.len() < count {
        if second { input.second(signed, &mut out)? } else { input.first(signed, &mut out)? }
    }
    out.truncate(count);
    Some(out)
}

/// `count` numbers of any length, as decimals are stored.
pub(super) fn long_varints(data: &[u8], count: usize) -> Option<Vec<i128>> {
    let mut rest = data.iter();
    let mut out = Vec::with_capacity(count);
    for _ in 0..count {
        let (mut value, mut shift) = (0u128, 0);
        loop {
            let byte = *rest.next()?;
            if shift >= 127 {
                return None;
            }
            value |= u128::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        out.push((value >> 1) as i128 ^ -((value & 1) as i128));
    }
    Some(out)
}

struct Bytes<'a> {
    data: &'a [u8],
    position: usize,
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Bits of a packed number by their code.
fn width(code: u8) -> u32 {
    match code {
        0..=23 => u32::from(code) + 1,
        24 => 26,
        25 => 28,
        26 => 30,
        27 => 32,
        28 => 40,
        29 => 48,
        30 => 56,
        _ => 64,
    }
}

/// The next width that has a code.
fn next_width(bits: u32) -> u32 {
    (0..32).map(width).find(|width| *width >= bits).unwrap_or(64)
}

impl Bytes<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.data.get(self.position)?;
        self.position += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn number(&mut self, signed: bool) -> Option<i64> {
        let value = self.varint()?;
        Some(if signed { unzigzag(value) } else { value as i64 })
    }

    fn big_endian(&mut self, length: usize) -> Option<u64> {
        let mut value = 0;
        for _ in 0..length {
            value = value << 8 | u64::from(self.byte()?);
        }
        Some(value)
    }

    /// `count` numbers of `width` bits, the highest bit first, up to the end of a byte.
    fn packed(&mut self, count: usize, width: u32) -> Option<Vec<u64>> {
        let length = (count * width as usize).div_ceil(8);
        let bytes = self.data.get(self.position..self.position.checked_add(length)?)?;
        self.position += length;
        let mut out = Vec::with_capacity(count);
        let (mut held, mut have, mut next) = (0u128, 0u32, bytes.iter());
        for _ in 0..count {
            while have < width {
                held = held << 8 | u128::from(*next.next()?);
                have += 8;
            }
            have -= width;
            out.push((held >> have) as u64 & (u64::MAX >> (64 - width)));
            held &= (1 << have) - 1;
        }
        Some(out)
    }

    /// A run of the first version.
    fn first(&mut self, signed: bool, out: &mut Vec<i64>) -> Option<()> {
        let control = self.byte()?;
        if control < 128 {
            let step = i64::from(self.byte()? as i8);
            let base = self.number(signed)?;
            out.extend((0..i64::from(control) + 3).map(|index| base.wrapping_add(index * step)));
        } else {
            for _ in 0..256 - usize::from(control) {
                out.push(self.number(signed)?);
            }
        }
        Some(())
    }

    /// A run of the second version.
    fn second(&mut self, signed: bool, out: &mut Vec<i64>) -> Option<()> {
        let header = self.byte()?;
        let sign = |value: u64| if signed { unzigzag(value) } else { value as i64 };
        if header >> 6 == 0 {
            let value = self.big_endian(usize::from(header >> 3 & 7) + 1)?;
            out.resize(out.len() + usize::from(header & 7) + 3, sign(value));
            return Some(());
        }
        let code = header >> 1 & 31;
        let count = (usize::from(header & 1) << 8 | usize::from(self.byte()?)) + 1;
        match header >> 6 {
            1 => out.extend(self.packed(count, width(code))?.into_iter().map(sign)),
            2 => self.patched(count, width(code), out)?,
            _ => self.delta(count, code, signed, out)?,
        }
        Some(())
    }

    /// Numbers above a base, a few of which have more bits, given apart.
    fn patched(&mut self, count: usize, bits: u32, out: &mut Vec<i64>) -> Option<()> {
        let (a, b) = (self.byte()?, self.byte()?);
        let base_bytes = usize::from(a >> 5) + 1;
        let (patch_bits, gap_bits) = (width(a & 31), u32::from(b >> 5) + 1);
        let base = self.big_endian(base_bytes)?;
        let sign_bit = 1u64 << (base_bytes * 8 - 1);
        let base = if base & sign_bit == 0 { base as i64 } else { -((base & !sign_bit) as i64) };
        let mut values = self.packed(count, bits)?;
        if gap_bits + patch_bits > 64 {
            return None;
        }
        let mut position = 0usize;
        for patch in self.packed(usize::from(b & 31), next_width(gap_bits + patch_bits))? {
            position += usize::try_from(patch.checked_shr(patch_bits).unwrap_or(0)).ok()?;
            let extra = patch & (u64::MAX >> (64 - patch_bits));
            *values.get_mut(position)? |= extra.checked_shl(bits).unwrap_or(0);
        }
        out.extend(values.into_iter().map(|value| base.wrapping_add(value as i64)));
        Some(())
    }

    /// Numbers by their differences, which all have one sign.
    fn delta(&mut self, count: usize, code: u8, signed: bool, out: &mut Vec<i64>) -> Option<()> {
        let mut value = self.number(signed)?;
        let step = unzigzag(self.varint()?);
        out.push(value);
        if code == 0 {
            for _ in 1..count {
                value = value.wrapping_add(step);
                out.push(value);
            }
            return Some(());
        }
        value = value.wrapping_add(step);
        out.push(value);
        for difference in self.packed(count.checked_sub(2)?, width(code))? {
            let difference = difference as i64;
            value = if step < 0 { value.wrapping_sub(difference) } else { value.wrapping_add(difference) };
            out.push(value);
        }
        Some(())
    }
}

/// Bytes as runs and literals.
pub(super) fn put_bytes(values: &[u8], out: &mut Vec<u8>) {
    let mut start = 0;
    while start < values.len() {
        let run = equal_bytes(&values[start..]);
        if run >= 3 {
            out.extend_from_slice(&[(run - 3) as u8, values[start]]);
            start += run;
            continue;
        }
        let mut end = start;
        while end < values.len() && end - start < 128 && equal_bytes(&values[end..]) < 3 {
            end += 1;
        }
        out.push((256 - (end - start)) as u8);
        out.extend_from_slice(&values[start..end]);
        start = end;
    }
}

/// How many bytes at the start are equal, at most as many as one run takes.
fn equal_bytes(values: &[u8]) -> usize {
    values.iter().take(130).take_while(|value| **value == values[0]).count()
}

pub(super) fn put_bits(values: impl Iterator<Item = bool>, out: &mut Vec<u8>) {
    let (mut bytes, mut count) = (Vec::new(), 0);
    for value in values {
        if count % 8 == 0 {
            bytes.push(0u8);
        }
        if let Some(last) = bytes.last_mut().filter(|_| value) {
            *last |= 0x80 >> (count % 8);
        }
        count += 1;
    }
    put_bytes(&bytes, out);
}

/// Whole numbers in the first version: runs of a fixed step, and literals.
pub(super) fn put_integers(values: &[i64], signed: bool, out: &mut Vec<u8>) {
    let mut start = 0;
    while start < values.len() {
        let (run, step) = steady(&values[start..]);
        if run >= 3 {
            out.extend_from_slice(&[(run - 3) as u8, step as u8]);
            put_number(values[start], signed, out);
            start += run;
            continue;
        }
        let mut end = start;
        while end < values.len() && end - start < 128 && steady(&values[end..]).0 < 3 {
            end += 1;
        }
        out.push((256 - (end - start)) as u8);
        values[start..end].iter().for_each(|value| put_number(*value, signed, out));
        start = end;
    }
}

/// How many numbers at the start differ by one small step, and the step.
fn steady(values: &[i64]) -> (usize, i8) {
    let [first, second, ..] = values else { return (values.len(), 0) };
    let Some(step) = second.checked_sub(*first).and_then(|step| i8::try_from(step).ok()) else {
        return (1, 0);
    };
    let pairs = values.windows(2).take(129);
    let same = pairs.take_while(|pair| pair[1].checked_sub(pair[0]) == Some(step.into())).count();
    (same + 1, step)
}

fn put_number(value: i64, signed: bool, out: &mut Vec<u8>) {
    let value = if signed { ((value << 1) ^ (value >> 63)) as u64 } else { value as u64 };
    put_varint(value.into(), out);
}

fn put_varint(mut value: u128, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A number of any length.
pub(super) fn put_long_varint(value: i128, out: &mut Vec<u8>) {
    put_varint(((value << 1) ^ (value >> 127)) as u128, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_the_second_version() {
        // The examples of the format's specification.
        for (data, signed, expected) in [
            (&[0x0a, 0x27, 0x10][..], false, vec![10000; 5]),
            (
                &[0x5e, 0x03, 0x5c, 0xa1, 0xab, 0x1e, 0xde, 0xad, 0xbe, 0xef],
                false,
                vec![23713, 43806, 57005, 48879],
            ),
            (
                &[
                    0x8e, 0x09, 0x2b, 0x21, 0x07, 0xd0, 0x1e, 0x00, 0x14, 0x70, 0x28, 0x32, 0x3c, 0x46, 0x50,
                    0x5a, 0xfc, 0xe8,
                ],
                false,
                vec![2030, 2000, 2020, 1000000, 2040, 2050, 2060, 2070, 2080, 2090],
            ),
            (
                &[0xc6, 0x09, 0x02, 0x02, 0x22, 0x42, 0x42, 0x46],
                false,
                vec![2, 3, 5, 7, 11, 13, 17, 19, 23, 29],
            ),
        ] {
            assert_eq!(integers(data, expected.len(), signed, true), Some(expected));
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let numbers: Vec<i64> = (0..500).map(|i| if i % 90 < 40 { i } else { i * i % 97 - 50 }).collect();
        let mut out = Vec::new();
        put_integers(&numbers, true, &mut out);
        put_integers(&[i64::MIN, i64::MAX, 0], true, &mut out);
        let mut expected = numbers.clone();
        expected.extend([i64::MIN, i64::MAX, 0]);
        assert_eq!(integers(&out, 503, true, false), Some(expected));
        assert_eq!(integers(&out, 504, true, false), None);
        let texts: Vec<u8> = (0..1000u32).map(|i| if i % 300 < 150 { 7 } else { (i * 7) as u8 }).collect();
        let mut out = Vec::new();
        put_bytes(&texts, &mut out);
        assert_eq!(bytes(&out, 1000), Some(texts));
        let flags: Vec<bool> = (0..77).map(|i| i % 3 == 0).collect();
        let mut out = Vec::new();
        put_bits(flags.iter().copied(), &mut out);
        assert_eq!(bits(&out, 77), Some(flags));
        let mut out = Vec::new();
        let long = [0, -1, 10i128.pow(38) - 1, 1 - 10i128.pow(38)];
        long.iter().for_each(|value| put_long_varint(*value, &mut out));
        assert_eq!(long_varints(&out, 4).as_deref(), Some(&long[..]));
    }
}
