//! Numbers as text, the way Java prints them.

use std::fmt::Write;

/// A double as Java's `Double.toString` prints it: `1.0`, `1.0E10`, `NaN`, `-Infinity`.
pub fn double_text(value: f64) -> String {
    let mut out = String::with_capacity(24);
    write_double(value, &mut out);
    out
}

/// A float as Java's `Float.toString` prints it.
pub fn float_text(value: f32) -> String {
    let mut out = String::with_capacity(16);
    write_float(value, &mut out);
    out
}

pub(super) fn write_double(value: f64, out: &mut String) {
    if !value.is_finite() {
        return out.push_str(special(value));
    }
    let plain = value == 0.0 || (1e-3..1e7).contains(&value.abs());
    if plain {
        let start = out.len();
        // Writing to a string cannot fail.
        let _ = write!(out, "{value}");
        return add_fraction(out, start);
    }
    let mut text = format!("{value:e}");
    if !text.contains('.') {
        // Java shows two digits; the second one matters only next to zero, where doubles are coarse.
        let two = format!("{value:.1e}");
        text = if two.parse() == Ok(value) { two } else { text.replacen('e', ".0e", 1) };
    }
    out.push_str(&text.replace('e', "E"));
}

pub(super) fn write_float(value: f32, out: &mut String) {
    if !value.is_finite() {
        return out.push_str(special(f64::from(value)));
    }
    let plain = value == 0.0 || (1e-3..1e7).contains(&value.abs());
    if plain {
        let start = out.len();
        let _ = write!(out, "{value}");
        return add_fraction(out, start);
    }
    let mut text = format!("{value:e}");
    if !text.contains('.') {
        let two = format!("{value:.1e}");
        text = if two.parse() == Ok(value) { two } else { text.replacen('e', ".0e", 1) };
    }
    out.push_str(&text.replace('e', "E"));
}

fn special(value: f64) -> &'static str {
    match (value.is_nan(), value > 0.0) {
        (true, _) => "NaN",
        (_, true) => "Infinity",
        _ => "-Infinity",
    }
}

fn add_fraction(out: &mut String, start: usize) {
    if !out[start..].contains('.') {
        out.push_str(".0");
    }
}

/// A decimal without an exponent: `-0.05`.
pub fn decimal_text(value: i128, scale: i8) -> String {
    let mut out = String::with_capacity(24);
    write_decimal(value, scale, &mut out);
    out
}

pub(super) fn write_decimal(value: i128, scale: i8, out: &mut String) {
    if scale <= 0 {
        let _ = write!(out, "{value}");
        (0..-i32::from(scale)).filter(|_| value != 0).for_each(|_| out.push('0'));
        return;
    }
    if value < 0 {
        out.push('-');
    }
    let (digits, scale) = (value.unsigned_abs(), scale as usize);
    let unit = 10_u128.pow(scale as u32);
    let _ = write!(out, "{}.{:0scale$}", digits / unit, digits % unit);
}

/// A decimal as Java's `BigDecimal.toString` prints it: with an exponent when it is small.
pub fn write_decimal_scientific(value: i128, scale: i8, out: &mut String) {
    let digits = value.unsigned_abs().to_string();
    let exponent = digits.len() as i32 - 1 - i32::from(scale);
    if scale >= 0 && exponent >= -6 {
        return write_decimal(value, scale, out);
    }
    let sign = if value < 0 { "-" } else { "" };
    let point = if digits.len() > 1 { "." } else { "" };
    let _ = write!(out, "{sign}{}{point}{}E{exponent:+}", &digits[..1], &digits[1..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_look_like_java() {
        for (value, text) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (1e7, "1.0E7"),
            (9_999_999.5, "9999999.5"),
            (1.5e10, "1.5E10"),
            (1e23, "1.0E23"),
            (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
            (5e-324, "4.9E-324"),
            (f64::MAX, "1.7976931348623157E308"),
            (f64::NEG_INFINITY, "-Infinity"),
            (0.1 + 0.2, "0.30000000000000004"),
        ] {
            assert_eq!(double_text(value), text);
        }
        assert_eq!(double_text(f64::NAN), "NaN");
        assert_eq!(float_text(0.1), "0.1");
        assert_eq!(float_text(1e10), "1.0E10");
    }

    #[test]
    fn decimals_are_plain() {
        for (value, scale, text) in [
            (5, 2, "0.05"),
            (-5, 2, "-0.05"),
            (12_345, 2, "123.45"),
            (7, 0, "7"),
            (0, 3, "0.000"),
            (7, -2, "700"),
        ] {
            assert_eq!(decimal_text(value, scale), text);
        }
    }
}
