//! The sum of decimals of one group of all rows, or of a window's frame: wide enough to tell what did not fit.
//!
//! Spark sums these without bounds and looks at the result only; the sums of many groups are checked on their way
//! ([`super::checked_sum`]).

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, i256};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

use super::checked_sum::{Overflow, overflow_error};
use crate::error;

#[derive(Debug)]
pub(super) struct WideSum {
    precision: u8,
    scale: i8,
    overflow: Overflow,
    /// NULL until there is a value.
    sum: Option<i256>,
    /// A part of the rows had a sum that was lost.
    lost: bool,
}

impl WideSum {
    pub(super) fn new(precision: u8, scale: i8, overflow: Overflow) -> Self {
        WideSum { precision, scale, overflow, sum: None, lost: false }
    }

    fn add(&mut self, values: &ArrayRef) {
        let values = values.as_primitive::<Decimal128Type>();
        if values.null_count() == values.len() {
            return;
        }
        // Two halves in 256 bits hold more rows than there can be.
        let sum = values.iter().flatten().fold(i256::ZERO, |sum, v| sum.wrapping_add(i256::from_i128(v)));
        self.sum = Some(self.sum.unwrap_or(i256::ZERO).wrapping_add(sum));
    }

    /// The sum, if it has no more digits than it may have.
    fn fitting(&self) -> Option<i128> {
        let limit = 10i128.pow(u32::from(self.precision));
        self.sum?.to_i128().filter(|sum| -limit < *sum && *sum < limit)
    }

    fn decimal(&self, sum: Option<i128>) -> ScalarValue {
        ScalarValue::Decimal128(sum, self.precision, self.scale)
    }
}

impl Accumulator for WideSum {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0]);
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        match (self.lost, self.sum, self.fitting(), self.overflow) {
            (false, None, ..) => Ok(self.decimal(None)),
            (false, _, Some(sum), _) => Ok(self.decimal(Some(sum))),
            (false, Some(sum), None, Overflow::Fails(_)) => {
                let text = plain_text(sum, self.scale);
                Err(error::external(error::decimal_out_of_range(&text, self.precision, self.scale)))
            }
            _ => Ok(self.decimal(None)),
        }
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let sum = self.fitting();
        let lost = self.lost || (self.sum.is_some() && sum.is_none());
        if let (true, Overflow::Fails(alternative)) = (lost, self.overflow) {
            let data_type = DataType::Decimal128(self.precision, self.scale);
            return Err(error::external(overflow_error(&data_type, alternative)));
        }
        Ok(vec![self.decimal(sum), ScalarValue::from(lost)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [sums, lost] = states else { return internal_err!("a sum's state has two columns") };
        self.lost |= lost.as_boolean().iter().flatten().any(|lost| lost);
        self.add(sums);
        Ok(())
    }
}

/// The number that `unscaled` is at `scale`.
fn plain_text(unscaled: i256, scale: i8) -> String {
    let digits = unscaled.to_string();
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits.as_str()),
    };
    let scale = usize::try_from(scale).unwrap_or(0);
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_at_their_scale() {
        for (value, scale, text) in [(125, 2, "1.25"), (-5, 2, "-0.05"), (7, 0, "7"), (-1200, 3, "-1.200")] {
            assert_eq!(plain_text(i256::from_i128(value), scale), text);
        }
    }
}
