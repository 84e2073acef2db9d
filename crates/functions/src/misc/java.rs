//! Static methods of Java's classes of numbers, of `Math`, `String` and `UUID`, by class, name and argument types.

use crate::cast::format_number::{double_text, float_text};

/// An argument; which of Java's types it has is in the signature.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Bool(bool),
    Whole(i64),
    Number(f64),
    Text(&'a str),
}

impl<'a> Value<'a> {
    fn bool(self) -> bool {
        matches!(self, Value::Bool(true))
    }

    fn long(self) -> i64 {
        if let Value::Whole(value) = self { value } else { 0 }
    }

    fn int(self) -> i32 {
        self.long() as i32
    }

    fn double(self) -> f64 {
        if let Value::Number(value) = self { value } else { f64::NAN }
    }

    fn text(self) -> &'a str {
        if let Value::Text(value) = self { value } else { "" }
    }
}

/// The result as text, or what was thrown.
pub(super) type Outcome = Result<String, String>;
type Method = fn(&[Value<'_>]) -> Outcome;

/// What there is of a name.
pub(super) enum Found {
    Method(Method),
    /// Methods of that name take other arguments.
    OtherArguments,
    Nothing,
}

/// Looks a method up; `arguments` has a letter for each argument's type: those of Java's class files, `T` for strings.
pub(super) fn find(class: &str, method: &str, arguments: &str) -> Found {
    let methods: &[(&str, &str, Method)] = match class {
        "java.lang.Math" | "java.lang.StrictMath" => MATH,
        "java.lang.Integer" => INTEGER,
        "java.lang.Long" => LONG,
        "java.lang.Double" => DOUBLE,
        "java.lang.Boolean" => BOOLEAN,
        "java.lang.String" => STRING,
        "java.util.UUID" => UUID,
        "scala.Predef" => PREDEF,
        _ => return Found::Nothing,
    };
    match methods.iter().find(|(name, types, _)| *name == method && *types == arguments) {
        Some((_, _, run)) => Found::Method(*run),
        None if methods.iter().any(|(name, _, _)| *name == method) => Found::OtherArguments,
        None => Found::Nothing,
    }
}

fn double(value: f64) -> Outcome {
    Ok(double_text(value))
}

fn float(value: f64) -> Outcome {
    Ok(float_text(value as f32))
}

fn shown(value: impl ToString) -> Outcome {
    Ok(value.to_string())
}

fn exact(value: Option<impl ToString>, message: &str) -> Outcome {
    value.map(|v| v.to_string()).ok_or_else(|| message.to_string())
}

const INT_OVERFLOW: &str = "integer overflow";
const LONG_OVERFLOW: &str = "long overflow";
const BY_ZERO: &str = "/ by zero";

/// Java's `Math.max`: NaN wins, and 0.0 over -0.0.
fn greater(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    if a == b { if a.is_sign_negative() { b } else { a } } else { a.max(b) }
}

fn round(value: f64) -> i64 {
    (value + 0.5).floor() as i64
}

fn signum(value: f64) -> f64 {
    if value == 0.0 || value.is_nan() { value } else { value.signum() }
}

#[rustfmt::skip]
const MATH: &[(&str, &str, Method)] = &[
    ("abs", "I", |a| shown(a[0].int().wrapping_abs())),
    ("abs", "J", |a| shown(a[0].long().wrapping_abs())),
    ("abs", "F", |a| float(a[0].double().abs())),
    ("abs", "D", |a| double(a[0].double().abs())),
    ("acos", "D", |a| double(a[0].double().acos())),
    ("addExact", "II", |a| exact(a[0].int().checked_add(a[1].int()), INT_OVERFLOW)),
    ("addExact", "JJ", |a| exact(a[0].long().checked_add(a[1].long()), LONG_OVERFLOW)),
    ("asin", "D", |a| double(a[0].double().asin())),
    ("atan", "D", |a| double(a[0].double().atan())),
    ("atan2", "DD", |a| double(a[0].double().atan2(a[1].double()))),
    ("cbrt", "D", |a| double(a[0].double().cbrt())),
    ("ceil", "D", |a| double(a[0].double().ceil())),
    ("cos", "D", |a| double(a[0].double().cos())),
    ("cosh", "D", |a| double(a[0].double().cosh())),
    ("exp", "D", |a| double(a[0].double().exp())),
    ("expm1", "D", |a| double(a[0].double().exp_m1())),
    ("floor", "D", |a| double(a[0].double().floor())),
    ("floorDiv", "II", |a| if a[1].int() == 0 { Err(BY_ZERO.into()) } else { shown(floor_div(a[0].long(), a[1].long()) as i32) }),
    ("floorDiv", "JI", |a| if a[1].long() == 0 { Err(BY_ZERO.into()) } else { shown(floor_div(a[0].long(), a[1].long())) }),
    ("floorDiv", "JJ", |a| if a[1].long() == 0 { Err(BY_ZERO.into()) } else { shown(floor_div(a[0].long(), a[1].long())) }),
    ("floorMod", "II", |a| if a[1].int() == 0 { Err(BY_ZERO.into()) } else { shown(floor_mod(a[0].long(), a[1].long())) }),
    ("floorMod", "JI", |a| if a[1].long() == 0 { Err(BY_ZERO.into()) } else { shown(floor_mod(a[0].long(), a[1].long())) }),
    ("floorMod", "JJ", |a| if a[1].long() == 0 { Err(BY_ZERO.into()) } else { shown(floor_mod(a[0].long(), a[1].long())) }),
    ("hypot", "DD", |a| double(a[0].double().hypot(a[1].double()))),
    ("log", "D", |a| double(a[0].double().ln())),
    ("log10", "D", |a| double(a[0].double().log10())),
    ("log1p", "D", |a| double(a[0].double().ln_1p())),
    ("max", "II", |a| shown(a[0].int().max(a[1].int()))),
    ("max", "JJ", |a| shown(a[0].long().max(a[1].long()))),
    ("max", "FF", |a| float(greater(a[0].double(), a[1].double()))),
    ("max", "DD", |a| double(greater(a[0].double(), a[1].double()))),
    ("min", "II", |a| shown(a[0].int().min(a[1].int()))),
    ("min", "JJ", |a| shown(a[0].long().min(a[1].long()))),
    ("min", "FF", |a| float(-greater(-a[0].double(), -a[1].double()))),
    ("min", "DD", |a| double(-greater(-a[0].double(), -a[1].double()))),
    ("multiplyExact", "II", |a| exact(a[0].int().checked_mul(a[1].int()), INT_OVERFLOW)),
    ("multiplyExact", "JJ", |a| exact(a[0].long().checked_mul(a[1].long()), LONG_OVERFLOW)),
    ("negateExact", "I", |a| exact(a[0].int().checked_neg(), INT_OVERFLOW)),
    ("negateExact", "J", |a| exact(a[0].long().checked_neg(), LONG_OVERFLOW)),
    ("pow", "DD", |a| double(a[0].double().powf(a[1].double()))),
    ("rint", "D", |a| double(a[0].double().round_ties_even())),
    ("round", "F", |a| shown(round(a[0].double()).clamp(i32::MIN.into(), i32::MAX.into()))),
    ("round", "D", |a| shown(round(a[0].double()))),
    ("signum", "F", |a| float(signum(a[0].double()))),
    ("signum", "D", |a| double(signum(a[0].double()))),
    ("sin", "D", |a| double(a[0].double().sin())),
    ("sinh", "D", |a| double(a[0].double().sinh())),
    ("sqrt", "D", |a| double(a[0].double().sqrt())),
    ("subtractExact", "II", |a| exact(a[0].int().checked_sub(a[1].int()), INT_OVERFLOW)),
    ("subtractExact", "JJ", |a| exact(a[0].long().checked_sub(a[1].long()), LONG_OVERFLOW)),
    ("tan", "D", |a| double(a[0].double().tan())),
    ("tanh", "D", |a| double(a[0].double().tanh())),
    ("toDegrees", "D", |a| double(a[0].double() * (180.0 / std::f64::consts::PI))),
    ("toIntExact", "J", |a| exact(i32::try_from(a[0].long()).ok(), INT_OVERFLOW)),
    ("toRadians", "D", |a| double(a[0].double() * (std::f64::consts::PI / 180.0))),
];

fn floor_div(a: i64, b: i64) -> i64 {
    let quotient = a.wrapping_div(b);
    if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient }
}

fn floor_mod(a: i64, b: i64) -> i64 {
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest }
}

fn not_a_number(text: &str) -> String {
    format!("For input string: \"{text}\"")
}

/// Digits with an optional sign.
fn whole<T: std::str::FromStr + ToString>(text: &str) -> Outcome {
    text.parse::<T>().map(|v| v.to_string()).map_err(|_| not_a_number(text))
}

#[rustfmt::skip]
const INTEGER: &[(&str, &str, Method)] = &[
    ("bitCount", "I", |a| shown(a[0].int().count_ones())),
    ("compare", "II", |a| shown(a[0].int().cmp(&a[1].int()) as i32)),
    ("hashCode", "I", |a| shown(a[0].int())),
    ("highestOneBit", "I", |a| shown(highest_bit(a[0].int()))),
    ("lowestOneBit", "I", |a| shown(a[0].int() & a[0].int().wrapping_neg())),
    ("max", "II", |a| shown(a[0].int().max(a[1].int()))),
    ("min", "II", |a| shown(a[0].int().min(a[1].int()))),
    ("numberOfLeadingZeros", "I", |a| shown(a[0].int().leading_zeros())),
    ("numberOfTrailingZeros", "I", |a| shown(a[0].int().trailing_zeros())),
    ("parseInt", "T", |a| whole::<i32>(a[0].text())),
    ("reverse", "I", |a| shown(a[0].int().reverse_bits())),
    ("reverseBytes", "I", |a| shown(a[0].int().swap_bytes())),
    ("signum", "I", |a| shown(a[0].int().signum())),
    ("sum", "II", |a| shown(a[0].int().wrapping_add(a[1].int()))),
    ("toBinaryString", "I", |a| Ok(format!("{:b}", a[0].int()))),
    ("toHexString", "I", |a| Ok(format!("{:x}", a[0].int()))),
    ("toOctalString", "I", |a| Ok(format!("{:o}", a[0].int()))),
    ("toString", "I", |a| shown(a[0].int())),
    ("valueOf", "I", |a| shown(a[0].int())),
    ("valueOf", "T", |a| whole::<i32>(a[0].text())),
];

fn highest_bit(value: i32) -> i32 {
    if value == 0 { 0 } else { (1u32 << (31 - value.leading_zeros())) as i32 }
}

#[rustfmt::skip]
const LONG: &[(&str, &str, Method)] = &[
    ("bitCount", "J", |a| shown(a[0].long().count_ones())),
    ("compare", "JJ", |a| shown(a[0].long().cmp(&a[1].long()) as i32)),
    ("hashCode", "J", |a| shown((a[0].long() ^ (a[0].long() as u64 >> 32) as i64) as i32)),
    ("max", "JJ", |a| shown(a[0].long().max(a[1].long()))),
    ("min", "JJ", |a| shown(a[0].long().min(a[1].long()))),
    ("numberOfLeadingZeros", "J", |a| shown(a[0].long().leading_zeros())),
    ("numberOfTrailingZeros", "J", |a| shown(a[0].long().trailing_zeros())),
    ("parseLong", "T", |a| whole::<i64>(a[0].text())),
    ("reverse", "J", |a| shown(a[0].long().reverse_bits())),
    ("signum", "J", |a| shown(a[0].long().signum())),
    ("sum", "JJ", |a| shown(a[0].long().wrapping_add(a[1].long()))),
    ("toBinaryString", "J", |a| Ok(format!("{:b}", a[0].long()))),
    ("toHexString", "J", |a| Ok(format!("{:x}", a[0].long()))),
    ("toOctalString", "J", |a| Ok(format!("{:o}", a[0].long()))),
    ("toString", "J", |a| shown(a[0].long())),
    ("valueOf", "J", |a| shown(a[0].long())),
    ("valueOf", "T", |a| whole::<i64>(a[0].text())),
];

/// A decimal number, spaces around it allowed; Java's other spellings are refused as malformed.
fn number(text: &str) -> Outcome {
    let trimmed = text.trim_matches(|c: char| c <= ' ');
    match trimmed.trim_start_matches(['+', '-']) {
        "NaN" | "Infinity" => {}
        digits if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {}
        _ => return Err(not_a_number(text)),
    }
    let plain = trimmed.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(trimmed);
    plain.parse::<f64>().map(double_text).map_err(|_| not_a_number(text))
}

#[rustfmt::skip]
const DOUBLE: &[(&str, &str, Method)] = &[
    ("compare", "DD", |a| shown(a[0].double().total_cmp(&a[1].double()) as i32)),
    ("isFinite", "D", |a| shown(a[0].double().is_finite())),
    ("isInfinite", "D", |a| shown(a[0].double().is_infinite())),
    ("isNaN", "D", |a| shown(a[0].double().is_nan())),
    ("parseDouble", "T", |a| number(a[0].text())),
    ("sum", "DD", |a| double(a[0].double() + a[1].double())),
    ("toString", "D", |a| double(a[0].double())),
    ("valueOf", "D", |a| double(a[0].double())),
    ("valueOf", "T", |a| number(a[0].text())),
];

#[rustfmt::skip]
const BOOLEAN: &[(&str, &str, Method)] = &[
    ("logicalAnd", "ZZ", |a| shown(a[0].bool() & a[1].bool())),
    ("logicalOr", "ZZ", |a| shown(a[0].bool() | a[1].bool())),
    ("logicalXor", "ZZ", |a| shown(a[0].bool() ^ a[1].bool())),
    ("parseBoolean", "T", |a| shown(a[0].text().eq_ignore_ascii_case("true"))),
    ("toString", "Z", |a| shown(a[0].bool())),
    ("valueOf", "T", |a| shown(a[0].text().eq_ignore_ascii_case("true"))),
    ("valueOf", "Z", |a| shown(a[0].bool())),
];

#[rustfmt::skip]
const STRING: &[(&str, &str, Method)] = &[
    ("valueOf", "D", |a| double(a[0].double())),
    ("valueOf", "F", |a| float(a[0].double())),
    ("valueOf", "I", |a| shown(a[0].int())),
    ("valueOf", "J", |a| shown(a[0].long())),
    ("valueOf", "Z", |a| shown(a[0].bool())),
];

#[rustfmt::skip]
const UUID: &[(&str, &str, Method)] = &[
    ("fromString", "T", |a| uuid_of(a[0].text())),
    ("randomUUID", "", |_| shown(uuid::Uuid::new_v4().hyphenated())),
];

/// Methods that answer nothing, which is printed as `null`, or throw.
#[rustfmt::skip]
const PREDEF: &[(&str, &str, Method)] = &[
    ("assert", "Z", |a| holds(a[0], "assertion failed")),
    ("assume", "Z", |a| holds(a[0], "assumption failed")),
    ("require", "Z", |a| holds(a[0], "requirement failed")),
];

fn holds(condition: Value<'_>, message: &str) -> Outcome {
    if condition.bool() { shown("null") } else { Err(message.to_string()) }
}

/// Five hexadecimal numbers between hyphens, each cut to its place.
fn uuid_of(text: &str) -> Outcome {
    let malformed = || format!("Invalid UUID string: {text}");
    let parts: Vec<&str> = text.split('-').collect();
    let [a, b, c, d, e] = parts[..] else { return Err(malformed()) };
    if text.len() > 36 {
        return Err(format!("UUID string too large: {text}"));
    }
    let part = |digits: &str, bits: u32| match u64::from_str_radix(digits, 16) {
        Ok(number) if !digits.starts_with('+') => Ok(number & (u64::MAX >> (64 - bits))),
        _ => Err(malformed()),
    };
    let (a, b, c, d, e) = (part(a, 32)?, part(b, 16)?, part(c, 16)?, part(d, 16)?, part(e, 48)?);
    Ok(format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}"))
}
