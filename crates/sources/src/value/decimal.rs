//! Decimals from text: `java.math.BigDecimal`'s grammar, commas ignored, rounded half up to the column's scale.

/// A number as digits and a scale: the value is `digits / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digits {
    pub value: i128,
    pub scale: i32,
    /// How many digits were significant.
    pub precision: u32,
}

/// The digits of a text; `None` if it is no number or has more than 38 significant digits.
pub(crate) fn digits(text: &[u8]) -> Option<Digits> {
    let (negative, rest) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mut value, mut scale, mut precision) = (0i128, 0i32, 0u32);
    let (mut seen_digit, mut seen_point) = (false, false);
    let mut bytes = rest.iter().enumerate();
    for (index, byte) in bytes.by_ref() {
        match byte {
            b'0'..=b'9' => {
                seen_digit = true;
                precision += u32::from(precision > 0 || *byte != b'0');
                if precision > 38 {
                    return None;
                }
                value = value * 10 + i128::from(byte - b'0');
                scale += i32::from(seen_point);
            }
            b'.' if !seen_point => seen_point = true,
            b',' => {}
            b'e' | b'E' if seen_digit => {
                let exponent = super::number::integer(&rest[index + 1..])?;
                scale = scale.checked_sub(i32::try_from(exponent).ok()?)?;
                break;
            }
            _ => return None,
        }
    }
    if !seen_digit {
        return None;
    }
    Some(Digits { value: if negative { -value } else { value }, scale, precision: precision.max(1) })
}

/// The unscaled value of `DECIMAL(precision, scale)`; `None` if the text is no number or does not fit.
pub(crate) fn decimal(text: &[u8], precision: u8, scale: i8) -> Option<i128> {
    let parsed = digits(text)?;
    let shift = i32::from(scale) - parsed.scale;
    let value = if shift >= 0 {
        if parsed.value == 0 { 0 } else { parsed.value.checked_mul(power(u32::try_from(shift).ok()?)?)? }
    } else {
        round_half_up(parsed.value, shift.unsigned_abs())
    };
    let limit = power(u32::from(precision))?;
    (value.abs() < limit).then_some(value)
}

fn round_half_up(value: i128, drop: u32) -> i128 {
    let Some(divisor) = power(drop) else { return 0 };
    let (quotient, rest) = (value / divisor, value % divisor);
    if rest.abs() >= divisor - rest.abs() { quotient + value.signum() } else { quotient }
}

fn power(exponent: u32) -> Option<i128> {
    10i128.checked_pow(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals() {
        for (text, expected) in [
            ("1.5", Some(150)),
            ("1.555", Some(156)),
            ("1.565", Some(157)),
            ("-1.555", Some(-156)),
            ("123456789", None),
            ("1e3", Some(100_000)),
            ("1,234.5", Some(123_450)),
            ("x", None),
            (" 1.5", None),
            ("+1.5", Some(150)),
            ("1E-5", Some(0)),
            ("-.5", Some(-50)),
            ("1.", Some(100)),
            (".", None),
            ("0e99", Some(0)),
        ] {
            assert_eq!(decimal(text.as_bytes(), 10, 2), expected, "{text}");
        }
    }
}
