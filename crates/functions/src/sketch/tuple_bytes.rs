//! Tuple sketches as bytes, and theta sketches as tuple sketches.

use datasketches::tuple::{CompactTupleSketch, TupleSummaryValue};
use lang::Result;

use super::errors::invalid_family;
use super::summary::{Mode, Number, Summary};
use super::theta;

/// The empty sketch as Java writes it: one word, the flags of an empty compact sketch and the hash of the seed.
const EMPTY: [u8; 8] = [1, 3, 9, 1, 0, 0x0E, 0xCC, 0x93];
/// Flags of a compact sketch with entries.
const COMPACT: u8 = 0x0A;
const FLAG_EMPTY: u8 = 0x04;
/// Theta of a sketch that has left nothing out.
const MAX_THETA: u64 = i64::MAX as u64;

/// A tuple sketch from its bytes.
///
/// # Errors
/// `TUPLE_INVALID_INPUT_SKETCH_BUFFER`, `TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY`
pub(super) fn read<N: Number>(bytes: &[u8], function: &str) -> Result<CompactTupleSketch<Summary<N>>> {
    CompactTupleSketch::deserialize(bytes).map_err(|_| invalid_family("TUPLE", "TUPLE", bytes, function))
}

pub(super) fn write<N: Number>(sketch: &CompactTupleSketch<Summary<N>>) -> Vec<u8> {
    if sketch.is_empty() {
        return EMPTY.to_vec();
    }
    let mut bytes = sketch.serialize();
    // A single key is in order, but not marked so.
    bytes[5] = COMPACT;
    bytes
}

/// The empty sketch.
pub(super) fn empty() -> Vec<u8> {
    EMPTY.to_vec()
}

/// The theta sketch in `bytes` with the summary that stands for no number beside each of its keys.
pub(super) fn from_theta<N: Number>(
    bytes: &[u8],
    mode: Mode,
    function: &str,
) -> Result<CompactTupleSketch<Summary<N>>> {
    let theta = theta::read(bytes, function)?;
    let summary = Summary::<N>::new(mode);
    let mut image = datasketches::codec::SketchBytes::with_capacity(
        24 + theta.num_retained() * (8 + summary.serialize_size()),
    );
    // The longest preamble fits every sketch.
    image.write(&[3, 3, 9, 1, 0, if theta.is_empty() { COMPACT | FLAG_EMPTY } else { COMPACT }]);
    image.write_u16_le(theta.seed_hash());
    image.write_u32_le(theta.num_retained() as u32);
    image.write_u32_le(0);
    image.write_u64_le(if theta.is_empty() { MAX_THETA } else { theta.theta64() });
    for entry in theta.iter() {
        image.write_u64_le(entry.hash());
        summary.serialize_value(&mut image);
    }
    read(&image.into_bytes(), function)
}
