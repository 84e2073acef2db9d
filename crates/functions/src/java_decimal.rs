//! Decimals as Java's `MathContext.DECIMAL128` rounds them: Spark negates and multiplies some of its decimals by Java's
//! `BigDecimal`, which keeps 34 digits, and loses the last digits of longer ones.

const DIGITS: u32 = 34;

/// The unscaled value with 34 digits, halves rounded to the even neighbour, and zeros behind.
pub(crate) fn rounded(unscaled: i128) -> i128 {
    let magnitude = unscaled.unsigned_abs();
    let Some(dropped) = magnitude.checked_ilog10().and_then(|log| (log + 1).checked_sub(DIGITS)) else {
        return unscaled;
    };
    if dropped == 0 {
        return unscaled;
    }
    let unit = 10u128.pow(dropped);
    let (kept, rest) = (magnitude / unit, magnitude % unit);
    let up = rest > unit / 2 || (rest == unit / 2 && kept % 2 == 1);
    // At most 10^38, one more than the longest decimal.
    let rounded = ((kept + u128::from(up)) * unit) as i128;
    if unscaled < 0 { -rounded } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_four_digits_stay() {
        let cases = [
            (0, 0),
            (-15, -15),
            (9_999_999_999_999_999_999_999_999_999_999_999, 9_999_999_999_999_999_999_999_999_999_999_999),
            (-12345678901234567890123456789012345678, -12345678901234567890123456789012350000),
            (99999999999999999999999999999999999999, 10i128.pow(38)),
            (10i128.pow(34) + 5, 10i128.pow(34)),
        ];
        for (value, expected) in cases {
            assert_eq!(rounded(value), expected);
        }
    }
}
