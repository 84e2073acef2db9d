//! The three kinds of numbers KLL sketches are made of.

use std::fmt::Debug;

use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{Float32Type, Float64Type, Int64Type};
use datasketches::common::SearchCriteria;
use datasketches::kll::{KllFloat, KllSketch, KllValue};
use lang::{Error, Result};

use super::errors::invalid_buffer;
use crate::cast::format_number::{double_text, float_text};

/// A number as SQL knows it and as the sketch keeps it.
pub(super) trait Item: Copy + PartialEq + Debug + Send + Sync + 'static {
    type Arrow: ArrowPrimitiveType<Native = Self>;
    type Kept: KllValue + Ord + Clone + Debug + Send + Sync;
    /// How the sketch of these numbers names itself.
    const LABEL: &'static str;
    /// Bytes of one number.
    const WIDTH: usize;
    /// The end of the names of these numbers' functions.
    const INDEX: usize;

    /// `None` for NaN, which sketches ignore.
    fn keep(self) -> Option<Self::Kept>;
    fn release(kept: Self::Kept) -> Self;
    fn text(self) -> String;
}

impl Item for i64 {
    type Arrow = Int64Type;
    type Kept = i64;
    const LABEL: &'static str = "Longs";
    const WIDTH: usize = 8;
    const INDEX: usize = 0;

    fn keep(self) -> Option<i64> {
        Some(self)
    }

    fn release(kept: i64) -> Self {
        kept
    }

    fn text(self) -> String {
        self.to_string()
    }
}

impl Item for f64 {
    type Arrow = Float64Type;
    type Kept = KllFloat<f64>;
    const LABEL: &'static str = "Doubles";
    const WIDTH: usize = 8;
    const INDEX: usize = 1;

    fn keep(self) -> Option<KllFloat<f64>> {
        KllFloat::<f64>::new(self).ok()
    }

    fn release(kept: KllFloat<f64>) -> Self {
        kept.into_inner()
    }

    fn text(self) -> String {
        double_text(self)
    }
}

impl Item for f32 {
    type Arrow = Float32Type;
    type Kept = KllFloat<f32>;
    const LABEL: &'static str = "Floats";
    const WIDTH: usize = 4;
    const INDEX: usize = 2;

    fn keep(self) -> Option<KllFloat<f32>> {
        KllFloat::<f32>::new(self).ok()
    }

    fn release(kept: KllFloat<f32>) -> Self {
        kept.into_inner()
    }

    fn text(self) -> String {
        float_text(self)
    }
}

/// A sketch from its bytes.
///
/// # Errors
/// `KLL_INVALID_INPUT_SKETCH_BUFFER`
pub(super) fn read<T: Item>(bytes: &[u8], function: &str) -> Result<KllSketch<T::Kept>> {
    KllSketch::deserialize(bytes).map_err(|_| invalid_buffer("KLL", function))
}

/// Which of three names, for bigint, double and float, a function of these numbers has.
pub(super) fn name_of<T: Item>(names: [&'static str; 3]) -> &'static str {
    names[T::INDEX]
}

/// The share of numbers up to `number`.
///
/// # Errors
/// `KLL_INVALID_INPUT_SKETCH_BUFFER` of an empty sketch, and for NaN
pub(super) fn rank<T: Item>(sketch: &KllSketch<T::Kept>, number: T, function: &str) -> Result<f64> {
    let rank = number.keep().and_then(|kept| sketch.rank(&kept, SearchCriteria::Inclusive));
    rank.ok_or_else(|| invalid_buffer("KLL", function))
}

/// The number with the share `rank` of all numbers up to it.
///
/// # Errors
/// `KLL_SKETCH_INVALID_QUANTILE_RANGE`, `KLL_INVALID_INPUT_SKETCH_BUFFER` of an empty sketch
pub(super) fn quantile<T: Item>(sketch: &KllSketch<T::Kept>, rank: f64, function: &str) -> Result<T> {
    if sketch.is_empty() {
        return Err(invalid_buffer("KLL", function));
    }
    let found = sketch.quantile(rank, SearchCriteria::Inclusive).map_err(|_| {
        Error::runtime(lang::RuntimeClass::Other, "KLL_SKETCH_INVALID_QUANTILE_RANGE")
            .with("functionName", format!("`{function}`"))
    })?;
    found.map(T::release).ok_or_else(|| invalid_buffer("KLL", function))
}
