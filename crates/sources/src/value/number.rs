//! Numbers from text, as Java reads them.

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// An optional sign and digits that fit; nothing else.
pub(crate) fn integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value: u64 = 0;
    if digits.len() <= 18 {
        for byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value * 10 + u64::from(digit);
        }
    } else {
        for byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
        }
    }
    if negative { 0i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

/// Plain decimal notation that a multiplication or division of two exact doubles answers correctly; `None` for
/// everything else.
pub(crate) fn plain_double(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let (mut mantissa, mut fraction, mut seen_point) = (0u64, 0usize, false);
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            mantissa = mantissa * 10 + u64::from(digit);
            fraction += usize::from(seen_point);
        } else if *byte == b'.' && !seen_point {
            seen_point = true;
        } else {
            return None;
        }
    }
    if mantissa > 1 << 53 || (seen_point && digits.len() == 1) {
        return None;
    }
    let value = mantissa as f64 / POWERS[fraction];
    Some(if negative { -value } else { value })
}

/// `Double.parseDouble`: blanks around, `NaN`, `Infinity`, decimal and hexadecimal notation, a type letter at the end.
pub(crate) fn java_double(text: &[u8]) -> Option<f64> {
    match java_number(text)? {
        JavaNumber::Special(value) | JavaNumber::Hexadecimal(value) => Some(value),
        JavaNumber::Decimal(digits) => digits.parse().ok(),
    }
}

/// `Float.parseFloat`; rounded once, not by way of a double.
pub(crate) fn java_float(text: &[u8]) -> Option<f32> {
    match java_number(text)? {
        JavaNumber::Special(value) | JavaNumber::Hexadecimal(value) => Some(value as f32),
        JavaNumber::Decimal(digits) => digits.parse().ok(),
    }
}

enum JavaNumber<'a> {
    Special(f64),
    Hexadecimal(f64),
    Decimal(&'a str),
}

fn java_number(text: &[u8]) -> Option<JavaNumber<'_>> {
    let text = std::str::from_utf8(trim(text)).ok()?;
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    match unsigned {
        "NaN" => return Some(JavaNumber::Special(f64::NAN)),
        "Infinity" => return Some(JavaNumber::Special(sign * f64::INFINITY)),
        _ => {}
    }
    if unsigned.starts_with("0x") || unsigned.starts_with("0X") {
        return hexadecimal(&unsigned[2..]).map(|value| JavaNumber::Hexadecimal(sign * value));
    }
    let digits = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    plain.then_some(JavaNumber::Decimal(digits))
}

/// `1.8p3`: the exponent is not optional.
fn hexadecimal(text: &str) -> Option<f64> {
    let text = text.strip_suffix(['d', 'D', 'f', 'F']).filter(|t| t.contains(['p', 'P'])).unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    // Longer mantissas would need correct rounding.
    if digits.is_empty() || digits.len() > 13 {
        return None;
    }
    let value = u64::from_str_radix(&digits, 16).ok()? as f64;
    let exponent: i32 = exponent.parse().ok()?;
    Some(value * f64::from(exponent.checked_sub(4 * i32::try_from(fraction.len()).ok()?)?).exp2())
}

/// Without the blanks and control characters around, as Java's `trim` has it.
pub(crate) fn trim(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && *first <= b' '
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && *last <= b' '
    {
        text = rest;
    }
    text
}

/// `true` or `false` in any case.
pub(crate) fn boolean(text: &[u8]) -> Option<bool> {
    if text.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else if text.eq_ignore_ascii_case(b"false") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("+5", Some(5)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("000000000000000000000000012", Some(12)),
            (" 1", None),
            ("1.0", None),
            ("", None),
            ("-", None),
            ("1_0", None),
        ] {
            assert_eq!(integer(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn plain_doubles_are_the_correctly_rounded_ones() {
        for text in
            ["0", "1", "1.5", "-0.1", "123456.789", "9007199254740992", "0.00000000000001", ".5", "1."]
        {
            let expected: f64 = text.parse().unwrap_or(f64::NAN);
            assert_eq!(plain_double(text.as_bytes()).map(f64::to_bits), Some(expected.to_bits()), "{text}");
        }
        for text in [".", "-", "1e5", "99999999999999999", "1.2.3"] {
            assert_eq!(plain_double(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn java_spellings() {
        for (text, expected) in [
            (" 1.5 ", Some(1.5)),
            ("1.5f", Some(1.5)),
            ("1d", Some(1.0)),
            ("0x1p3", Some(8.0)),
            ("0x1.8p1", Some(3.0)),
            ("+Infinity", Some(f64::INFINITY)),
            ("1e400", Some(f64::INFINITY)),
            ("inf", None),
            ("nan", None),
            ("1,000", None),
            ("1L", None),
            ("", None),
        ] {
            assert_eq!(java_double(text.as_bytes()), expected, "{text}");
        }
        assert!(java_double(b"NaN").is_some_and(f64::is_nan));
    }
}
