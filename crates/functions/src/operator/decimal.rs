//! The types of decimal arithmetic: Spark's rules with `spark.sql.decimalOperations.allowPrecisionLoss` on.

use crate::coercion::MAX_PRECISION;

/// Fraction digits that are kept when a result has to give up digits.
const MIN_ADJUSTED_SCALE: i16 = 6;

/// A decimal type before it is cut to 38 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exact {
    pub precision: i16,
    pub scale: i16,
}

impl Exact {
    /// Whether no result can have more digits than the type.
    pub fn fits(self) -> bool {
        self.precision <= i16::from(MAX_PRECISION)
    }

    /// The type within 38 digits: integral digits go first, but six fraction digits stay.
    pub fn adjusted(self) -> (u8, i8) {
        if self.fits() {
            return (self.precision as u8, self.scale as i8);
        }
        let integral = self.precision - self.scale;
        let scale = (i16::from(MAX_PRECISION) - integral).max(self.scale.min(MIN_ADJUSTED_SCALE));
        (MAX_PRECISION, scale as i8)
    }
}

type Decimal = (u8, i8);

fn parts((precision, scale): Decimal) -> (i16, i16) {
    (i16::from(precision), i16::from(scale))
}

pub(super) fn add(left: Decimal, right: Decimal) -> Exact {
    let ((p1, s1), (p2, s2)) = (parts(left), parts(right));
    let scale = s1.max(s2);
    Exact { precision: (p1 - s1).max(p2 - s2) + scale + 1, scale }
}

pub(super) fn multiply(left: Decimal, right: Decimal) -> Exact {
    let ((p1, s1), (p2, s2)) = (parts(left), parts(right));
    Exact { precision: p1 + p2 + 1, scale: s1 + s2 }
}

pub(super) fn divide(left: Decimal, right: Decimal) -> Exact {
    let ((p1, s1), (p2, s2)) = (parts(left), parts(right));
    let scale = (s1 + p2 + 1).max(MIN_ADJUSTED_SCALE);
    Exact { precision: p1 - s1 + s2 + scale, scale }
}

pub(super) fn remainder(left: Decimal, right: Decimal) -> Exact {
    let ((p1, s1), (p2, s2)) = (parts(left), parts(right));
    let scale = s1.max(s2);
    Exact { precision: (p1 - s1).min(p2 - s2) + scale, scale }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected types as Spark 4.3 reports them.
    #[test]
    fn result_types() {
        type Rule = fn(Decimal, Decimal) -> Exact;
        type Case = (&'static str, Rule, Decimal, Decimal, (u8, i8));
        let cases: &[Case] = &[
            ("+", add, (5, 2), (5, 2), (6, 2)),
            ("+", add, (5, 2), (30, 10), (31, 10)),
            ("+", add, (20, 0), (5, 2), (23, 2)),
            ("*", multiply, (5, 2), (5, 2), (11, 4)),
            ("*", multiply, (10, 0), (30, 10), (38, 7)),
            ("*", multiply, (30, 10), (30, 10), (38, 6)),
            ("*", multiply, (5, 2), (30, 10), (36, 12)),
            ("/", divide, (5, 2), (5, 2), (13, 8)),
            ("/", divide, (5, 2), (20, 0), (26, 23)),
            ("/", divide, (3, 0), (5, 2), (11, 6)),
            ("/", divide, (10, 0), (30, 10), (38, 18)),
            ("/", divide, (30, 10), (30, 10), (38, 8)),
            ("/", divide, (5, 2), (30, 10), (38, 25)),
            ("%", remainder, (5, 2), (5, 2), (5, 2)),
            ("%", remainder, (3, 0), (30, 10), (13, 10)),
            ("%", remainder, (20, 0), (5, 2), (5, 2)),
        ];
        for (symbol, rule, left, right, expected) in cases {
            assert_eq!(rule(*left, *right).adjusted(), *expected, "{left:?} {symbol} {right:?}");
        }
    }
}
