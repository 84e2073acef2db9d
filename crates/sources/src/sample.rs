//! Which records a schema is inferred from.

use functions::XorShift;
use lang::Result;

use crate::option::{OptionReader, illegal, no_input};

/// From what share on Spark looks at all records.
const ALL: f64 = 0.99;

/// The share of records that inference looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampling {
    ratio: f64,
}

impl Sampling {
    /// The `samplingRatio` option.
    ///
    /// # Errors
    /// `ILLEGAL_ARGUMENT` for what is no number above zero.
    pub(crate) fn new(options: &OptionReader<'_>) -> Result<Self> {
        let Some(text) = options.text("samplingratio") else { return Ok(Sampling { ratio: 1.0 }) };
        let ratio = text.trim().parse::<f64>().ok().filter(|ratio| ratio.is_finite());
        let ratio = ratio.ok_or_else(|| no_input(text))?;
        Ok(Sampling { ratio })
    }

    /// # Errors
    /// `ILLEGAL_ARGUMENT` for a share that holds no record.
    pub(crate) fn expect_some(self) -> Result<()> {
        if self.ratio > 0.0 {
            return Ok(());
        }
        Err(illegal(format!("requirement failed: samplingRatio ({:?}) should be greater than 0", self.ratio)))
    }

    /// What chooses among the records of a file or a range of it, the same ones each time.
    pub(crate) fn sampler(self, piece: usize) -> Sampler {
        let generator = (self.ratio <= ALL).then(|| XorShift::new(1 + piece as i64));
        Sampler { generator, ratio: self.ratio }
    }
}

/// Chooses record by record, as a sample of Spark's with seed 1 does.
#[derive(Debug)]
pub(crate) struct Sampler {
    /// None when every record is looked at.
    generator: Option<XorShift>,
    ratio: f64,
}

impl Sampler {
    /// Whether some records are passed over.
    pub(crate) fn chooses(&self) -> bool {
        self.generator.is_some()
    }

    /// Whether to look at the next record.
    #[inline]
    pub(crate) fn takes(&mut self) -> bool {
        self.generator.as_mut().is_none_or(|generator| generator.next_double() < self.ratio)
    }
}
