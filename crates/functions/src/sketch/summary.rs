//! The numbers that tuple sketches keep beside each key, and how two of them become one.

use std::fmt::Debug;
use std::hash::Hash;

use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};
use datasketches::codec::{SketchBytes, SketchSlice};
use datasketches::error::{Error, ErrorKind};
use datasketches::tuple::{SummaryCombinePolicy, SummaryPolicy, SummaryUpdatePolicy, TupleSummaryValue};

/// What happens to the numbers of equal keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    Sum,
    Min,
    Max,
    AlwaysOne,
}

impl Mode {
    /// In the order of the numbers they are written as.
    const ALL: [(Mode, &'static str); 4] =
        [(Mode::Sum, "sum"), (Mode::Min, "min"), (Mode::Max, "max"), (Mode::AlwaysOne, "alwaysone")];

    /// The mode of that name, in any case.
    pub(super) fn parse(name: &str) -> Option<Mode> {
        Mode::ALL.iter().find(|(_, own)| own.eq_ignore_ascii_case(name)).map(|(mode, _)| *mode)
    }

    pub(super) fn name(self) -> &'static str {
        Mode::ALL[self as usize].1
    }
}

/// A number that can be a summary: `DOUBLE` or `INT`.
pub(super) trait Number: Debug + Copy + PartialOrd + Send + Sync + 'static {
    const TYPE: DataType;
    type Arrow: ArrowPrimitiveType<Native = Self>;
    /// The type in which numbers of all keys are combined.
    type Total: ArrowPrimitiveType;

    /// What changes nothing when another number comes to it.
    fn identity(mode: Mode) -> Self;
    fn plus(self, other: Self) -> Self;
    fn total(numbers: impl Iterator<Item = Self>, mode: Mode) -> <Self::Total as ArrowPrimitiveType>::Native;
    fn write(self, bytes: &mut SketchBytes);
    fn read(cursor: &mut SketchSlice<'_>) -> std::io::Result<Self>;
}

impl Number for f64 {
    const TYPE: DataType = DataType::Float64;
    type Arrow = Float64Type;
    type Total = Float64Type;

    fn identity(mode: Mode) -> Self {
        match mode {
            Mode::Sum => 0.0,
            Mode::Min => f64::INFINITY,
            Mode::Max => f64::NEG_INFINITY,
            Mode::AlwaysOne => 1.0,
        }
    }

    fn plus(self, other: Self) -> Self {
        self + other
    }

    fn total(numbers: impl Iterator<Item = Self>, mode: Mode) -> f64 {
        match mode {
            Mode::Sum => numbers.fold(0.0, |sum, n| sum + n),
            Mode::Min => numbers.reduce(|a, b| if a.is_nan() || a < b { a } else { b }).unwrap_or(0.0),
            Mode::Max => numbers.reduce(|a, b| if a.is_nan() || a > b { a } else { b }).unwrap_or(0.0),
            Mode::AlwaysOne => numbers.count() as f64,
        }
    }

    fn write(self, bytes: &mut SketchBytes) {
        bytes.write_f64_le(self);
    }

    fn read(cursor: &mut SketchSlice<'_>) -> std::io::Result<Self> {
        cursor.read_f64_le()
    }
}

impl Number for i32 {
    const TYPE: DataType = DataType::Int32;
    type Arrow = Int32Type;
    type Total = Int64Type;

    fn identity(mode: Mode) -> Self {
        match mode {
            Mode::Sum => 0,
            Mode::Min => i32::MAX,
            Mode::Max => i32::MIN,
            Mode::AlwaysOne => 1,
        }
    }

    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    fn total(numbers: impl Iterator<Item = Self>, mode: Mode) -> i64 {
        let mut numbers = numbers.map(i64::from);
        match mode {
            Mode::Sum => numbers.fold(0i64, i64::wrapping_add),
            Mode::Min => numbers.min().unwrap_or(0),
            Mode::Max => numbers.max().unwrap_or(0),
            Mode::AlwaysOne => numbers.by_ref().count() as i64,
        }
    }

    fn write(self, bytes: &mut SketchBytes) {
        bytes.write_i32_le(self);
    }

    fn read(cursor: &mut SketchSlice<'_>) -> std::io::Result<Self> {
        cursor.read_i32_le()
    }
}

/// A number and the mode it was made in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Summary<N> {
    pub(super) number: N,
    mode: Mode,
}

impl<N: Number> Summary<N> {
    pub(super) fn new(mode: Mode) -> Self {
        Summary { number: N::identity(mode), mode }
    }

    fn add(&mut self, other: N) {
        let own = self.number;
        self.number = match self.mode {
            Mode::Sum => own.plus(other),
            Mode::Min => {
                if other < own {
                    other
                } else {
                    own
                }
            }
            Mode::Max => {
                if other > own {
                    other
                } else {
                    own
                }
            }
            Mode::AlwaysOne => N::identity(Mode::AlwaysOne),
        };
    }
}

impl<N: Number> TupleSummaryValue for Summary<N> {
    fn serialize_size(&self) -> usize {
        size_of::<N>() + 1
    }

    fn serialize_value(&self, bytes: &mut SketchBytes) {
        self.number.write(bytes);
        bytes.write_u8(self.mode as u8);
    }

    fn deserialize_value(cursor: &mut SketchSlice<'_>) -> Result<Self, Error> {
        let number = N::read(cursor).map_err(malformed)?;
        let mode = cursor.read_u8().map_err(malformed)?;
        match Mode::ALL.get(usize::from(mode)) {
            Some((mode, _)) => Ok(Summary { number, mode: *mode }),
            None => Err(malformed(format!("no mode {mode}"))),
        }
    }
}

fn malformed(reason: impl ToString) -> Error {
    Error::new(ErrorKind::InvalidData, reason.to_string())
}

/// Makes and combines summaries in one mode.
#[derive(Debug, Clone, Copy)]
pub(super) struct ModePolicy<N> {
    mode: Mode,
    number: std::marker::PhantomData<fn() -> N>,
}

impl<N> ModePolicy<N> {
    pub(super) fn new(mode: Mode) -> Self {
        ModePolicy { mode, number: std::marker::PhantomData }
    }
}

impl<N: Number> SummaryPolicy for ModePolicy<N> {
    type Summary = Summary<N>;

    fn create(&self) -> Summary<N> {
        Summary::new(self.mode)
    }
}

impl<N: Number> SummaryUpdatePolicy<N> for ModePolicy<N> {
    fn update(&self, summary: &mut Summary<N>, value: N) {
        summary.add(value);
    }
}

impl<N: Number> SummaryCombinePolicy for ModePolicy<N> {
    fn combine(&self, summary: &mut Summary<N>, other: &Summary<N>) {
        let mut combined = Summary::new(self.mode);
        combined.add(summary.number);
        combined.add(other.number);
        *summary = combined;
    }
}
