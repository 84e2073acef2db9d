//! Avro's binary encoding, read.

/// A place in encoded values. Every read answers `None` when the bytes end too early or make no sense.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    pub data: &'a [u8],
    pub position: usize,
}

impl<'a> Input<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Input { data, position: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.position >= self.data.len()
    }

    pub fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.position.checked_add(length)?;
        let taken = self.data.get(self.position..end)?;
        self.position = end;
        Some(taken)
    }

    #[inline]
    pub fn byte(&mut self) -> Option<u8> {
        let byte = *self.data.get(self.position)?;
        self.position += 1;
        Some(byte)
    }

    /// A whole number of varying length, small ones in few bytes.
    #[inline]
    pub fn long(&mut self) -> Option<i64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some((value >> 1) as i64 ^ -((value & 1) as i64));
            }
        }
        None
    }

    pub fn int(&mut self) -> Option<i32> {
        i32::try_from(self.long()?).ok()
    }

    pub fn length(&mut self) -> Option<usize> {
        usize::try_from(self.long()?).ok()
    }

    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    pub fn boolean(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub fn float(&mut self) -> Option<f32> {
        self.take(4)?.try_into().ok().map(f32::from_le_bytes)
    }

    pub fn double(&mut self) -> Option<f64> {
        self.take(8)?.try_into().ok().map(f64::from_le_bytes)
    }

    /// How many items follow in a block of an array or map; none after the last block.
    pub fn block(&mut self) -> Option<usize> {
        let count = self.long()?;
        if count < 0 {
            // The block's size in bytes, for those who skip it.
            self.long()?;
        }
        let count = usize::try_from(count.unsigned_abs()).ok()?;
        // Items may take no bytes at all, but nobody means so many of them.
        (count <= self.data.len().saturating_mul(64)).then_some(count)
    }
}

/// Appends a whole number.
#[inline]
pub fn put_long(value: i64, out: &mut Vec<u8>) {
    let mut rest = ((value << 1) ^ (value >> 63)) as u64;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

/// Appends bytes behind their length.
pub fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_long(bytes.len() as i64, out);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_survive() {
        for value in [0, -1, 1, 63, 64, -64, -65, 1 << 40, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            put_long(value, &mut out);
            assert_eq!(Input::new(&out).long(), Some(value));
            assert_eq!(Input::new(&out[..out.len() - 1]).long(), None);
        }
        assert_eq!(Input::new(&[0xff; 11]).long(), None);
    }
}
