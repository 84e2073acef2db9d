//! Numbers as Java writes them: `Double.toString`, fixed and scientific notation with HALF_UP rounding.

/// `Double.toString`.
pub(crate) fn double(value: f64) -> String {
    java_text(value, format!("{:e}", value.abs()))
}

/// `Float.toString`.
pub(crate) fn float(value: f32) -> String {
    java_text(f64::from(value), format!("{:e}", value.abs()))
}

/// Java's notation from Rust's shortest scientific one: plain from 1e-3 to 1e7.
fn java_text(value: f64, scientific: String) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return format!("{sign}Infinity");
    }
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value == 0.0 {
        return format!("{sign}0.0");
    }
    if !(-3..7).contains(&exponent) {
        let point = if mantissa.contains('.') { "" } else { ".0" };
        return format!("{sign}{mantissa}{point}E{exponent}");
    }
    let digits = mantissa.replace('.', "");
    format!("{sign}{}", place_point(&digits, exponent + 1))
}

/// `digits` with the point after the first `position` of them; at least one digit stays on both sides.
fn place_point(digits: &str, position: i32) -> String {
    if position <= 0 {
        return format!("0.{}{digits}", "0".repeat(position.unsigned_abs() as usize));
    }
    let position = position as usize;
    if digits.len() > position {
        format!("{}.{}", &digits[..position], &digits[position..])
    } else {
        format!("{digits}{}.0", "0".repeat(position - digits.len()))
    }
}

/// The absolute value in plain decimal notation, with the digits `Double.toString` shows.
pub(crate) fn exact(value: f64) -> String {
    plain(&format!("{:e}", value.abs()))
}

/// [`exact`] for floats, whose formatting widens to double first.
pub(crate) fn exact_float(value: f32) -> String {
    // Java formats a Float by the digits of Float.toString.
    plain(&format!("{:e}", value.abs()))
}

fn plain(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    place_point(&mantissa.replace('.', ""), exponent + 1)
}

/// Rounds an unsigned plain decimal HALF_UP to `scale` fraction digits.
pub(crate) fn fixed(decimal: &str, scale: usize) -> String {
    let (integer, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let mut digits: Vec<u8> =
        integer.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(scale)).collect();
    if fraction.as_bytes().get(scale).is_some_and(|digit| *digit >= b'5') {
        increment(&mut digits);
    }
    let point = digits.len() - scale;
    let mut out: String = digits[..point].iter().map(|b| *b as char).collect();
    if scale > 0 {
        out.push('.');
        out.extend(digits[point..].iter().map(|b| *b as char));
    }
    out
}

/// [`fixed`], but halves go to the even neighbour.
pub(crate) fn fixed_half_even(decimal: &str, scale: usize) -> String {
    let (integer, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let digits = fraction.as_bytes();
    let exactly_half = digits.get(scale) == Some(&b'5') && digits[scale + 1..].iter().all(|b| *b == b'0');
    let last = if scale == 0 { integer.bytes().last() } else { digits.get(scale - 1).copied() };
    if exactly_half && last.is_none_or(|digit| digit % 2 == 0) {
        return fixed(&format!("{integer}.{}", &fraction[..scale]), scale);
    }
    fixed(decimal, scale)
}

/// Adds one to the last of a row of ASCII digits.
fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

/// `1.234560e+04`
pub(crate) fn scientific(decimal: &str, scale: usize) -> String {
    let (integer, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let all: String = format!("{integer}{fraction}");
    let Some(first) = all.find(|c| c != '0') else { return format!("{}e+00", fixed("0", scale)) };
    let mut exponent = integer.len() as i32 - 1 - first as i32;
    let mantissa = format!("{}.{}", &all[first..first + 1], &all[first + 1..]);
    let mut rounded = fixed(&mantissa, scale);
    if rounded.starts_with("10") {
        exponent += 1;
        rounded = fixed("1", scale);
    }
    format!("{rounded}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// `%g`: `precision` significant digits, plain from 1e-4 up to 10^precision.
pub(crate) fn general(decimal: &str, precision: usize) -> String {
    let precision = precision.max(1);
    if !decimal.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        return fixed("0", precision - 1);
    }
    let rounded = scientific(decimal, precision - 1);
    let exponent: i32 = rounded.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    if exponent < -4 || exponent >= precision as i32 {
        return rounded;
    }
    fixed(decimal, (precision as i32 - 1 - exponent).max(0) as usize)
}

/// Commas between groups of three integer digits.
pub(crate) fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_print_as_in_java() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (9999999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (1.25e-10, "1.25E-10"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (value, text) in cases {
            assert_eq!(double(value), text);
        }
    }

    #[test]
    fn rounding_is_half_up_on_the_shown_digits() {
        assert_eq!(fixed("2.675", 2), "2.68");
        assert_eq!(fixed("9.99", 1), "10.0");
        assert_eq!(scientific("9.9999", 2), "1.00e+01");
        assert_eq!(scientific("0.00012", 1), "1.2e-04");
        assert_eq!(general("0.0001", 6), "0.000100000");
        assert_eq!(group("1234567"), "1,234,567");
    }
}
