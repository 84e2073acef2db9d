//! Protobuf's binary encoding: fields as they stand in a message.

/// The value of one field as it is encoded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Raw<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    /// Skipped: the contents of a group mean nothing here.
    Group,
    Fixed32(u32),
}

/// The fields of a message, one after the other. `None` where the bytes end too early or make no sense.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    data: &'a [u8],
}

/// How deep groups may nest.
const NESTING: usize = 100;

impl<'a> Fields<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Fields { data }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.data.split_at_checked(length)?;
        self.data = rest;
        Some(taken)
    }

    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let (byte, rest) = self.data.split_first()?;
            self.data = rest;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if *byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    pub(super) fn fixed32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    pub(super) fn fixed64(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }

    /// The number and the value of the next field.
    pub(super) fn next(&mut self) -> Option<(u32, Raw<'a>)> {
        let tag = self.tag()?;
        let raw = match tag & 7 {
            3 => {
                self.skip_group(tag >> 3, NESTING)?;
                Raw::Group
            }
            kind => self.value(kind)?,
        };
        Some((tag >> 3, raw))
    }

    fn tag(&mut self) -> Option<u32> {
        let tag = self.varint()? as u32;
        (tag >> 3 != 0).then_some(tag)
    }

    fn value(&mut self, kind: u32) -> Option<Raw<'a>> {
        Some(match kind {
            0 => Raw::Varint(self.varint()?),
            1 => Raw::Fixed64(self.fixed64()?),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Raw::Bytes(self.take(length)?)
            }
            5 => Raw::Fixed32(self.fixed32()?),
            _ => return None,
        })
    }

    fn skip_group(&mut self, number: u32, nesting: usize) -> Option<()> {
        loop {
            let tag = self.tag()?;
            match tag & 7 {
                3 => self.skip_group(tag >> 3, nesting.checked_sub(1)?)?,
                4 => return (tag >> 3 == number).then_some(()),
                kind => {
                    self.value(kind)?;
                }
            }
        }
    }
}

/// Appends a varint.
pub(super) fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends bytes behind their length.
pub(super) fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Whole numbers with the sign in the lowest bit, so that small ones are short.
pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The number behind [`zigzag`].
pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found() {
        let mut fields = Fields::new(b"\x08\x96\x01\x12\x02hi\x1b\x20\x01\x1c\x2d\x01\x00\x00\x00");
        assert_eq!(fields.next(), Some((1, Raw::Varint(150))));
        assert_eq!(fields.next(), Some((2, Raw::Bytes(b"hi"))));
        assert_eq!(fields.next(), Some((3, Raw::Group)));
        assert_eq!(fields.next(), Some((5, Raw::Fixed32(1))));
        assert!(fields.is_empty());
        for broken in [&b"\x08"[..], b"\x12\x05hi", b"\x00\x01", b"\x1b\x20\x01", b"\x0c"] {
            assert_eq!(Fields::new(broken).next(), None, "{broken:?}");
        }
    }

    #[test]
    fn signs_survive() {
        for value in [0, -1, 1, i64::MIN, i64::MAX] {
            let mut out = Vec::new();
            put_varint(zigzag(value), &mut out);
            assert_eq!(Fields::new(&out).varint().map(unzigzag), Some(value));
        }
    }
}
