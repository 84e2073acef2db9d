//! `format_number`: thousands separators and a number of decimals, or a `DecimalFormat` pattern.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type, Int32Type, Int64Type};
use datafusion::logical_expr::Expr;
use lang::{Error, ErrorKind, Result};

use super::java_number;
use crate::scalar::{Input, Text, apply};
use crate::types::is_string;
use crate::{Call, cast, expect};

/// Most digits behind the point that Java writes of integers and floating point numbers.
const JAVA_DIGITS: usize = 340;

/// `format_number(number, decimals | pattern)`
pub(super) fn format_number(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let number = match call.arguments[0].data_type() {
        DataType::Float32 | DataType::Float64 | DataType::Decimal128(..) | DataType::Int64 => {
            call.arguments[0].expr.clone()
        }
        DataType::Int8 | DataType::Int16 | DataType::Int32 => {
            cast::implicit(&call.arguments[0], &DataType::Int64, call.context)?
        }
        DataType::Null => expect::double(call, 0)?,
        _ => return Err(call.unexpected_type(0, "\"NUMERIC\"")),
    };
    let format = if is_string(call.arguments[1].data_type()) {
        call.arguments[1].expr.clone()
    } else {
        expect::only(call, 1, &DataType::Int32)
            .map_err(|_| call.unexpected_type(1, "(\"INT\" or \"STRING\")"))?
    };
    Ok(apply("format_number", DataType::Utf8, vec![number, format], run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    if is_string(input.data_type(1)) {
        let patterns = input.strings(1)?;
        return input.to_strings(|row, out| {
            let pattern = Pattern::parse(patterns.value(row))?;
            pattern.write(&decimal(input, row, pattern.maximum), out);
            Ok(())
        });
    }
    let scales = input.numbers::<Int32Type>(1)?;
    // Only decimals have any number of digits in Java.
    let most = if matches!(input.data_type(0), DataType::Decimal128(..)) { usize::MAX } else { JAVA_DIGITS };
    input.to_strings(|row, out| {
        let Ok(scale) = usize::try_from(scales.value(row)) else {
            out.null();
            return Ok(());
        };
        let scale = scale.min(most);
        out.announce(scale)?;
        let pattern =
            Pattern { grouping: 3, minimum_integer: 1, minimum: scale, maximum: scale, ..Pattern::default() };
        pattern.write(&decimal(input, row, scale), out);
        Ok(())
    })
}

/// The number of a row in plain notation, sign included; NaN and infinities by name. Doubles are rounded to `scale`
/// here, by their exact binary value.
fn decimal(input: &Input, row: usize, scale: usize) -> String {
    let (array, at) = (input.raw(0), input.position(0, row));
    match array.data_type() {
        DataType::Int64 => array.as_primitive::<Int64Type>().value(at).to_string(),
        DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().value_as_string(at),
        DataType::Float32 => double(f64::from(array.as_primitive::<Float32Type>().value(at)), scale),
        _ => double(array.as_primitive::<Float64Type>().value(at), scale),
    }
}

fn double(value: f64, scale: usize) -> String {
    match value {
        value if value.is_finite() => {
            // Java knows a number by its shortest digits, and rounds it by its exact value.
            let digits = java_number::exact(value);
            match digits.split_once('.') {
                Some((_, fraction)) if fraction.len() > scale => format!("{value:.scale$}"),
                _ if value.is_sign_negative() => format!("-{digits}"),
                _ => digits,
            }
        }
        value if value.is_nan() => "NaN".into(),
        value => {
            if value > 0.0 {
                "∞".into()
            } else {
                "-∞".into()
            }
        }
    }
}

/// What of Java's `DecimalFormat` patterns is known: `#`, `0`, `,`, `.`, literal text around.
#[derive(Debug, Default)]
struct Pattern {
    prefix: String,
    suffix: String,
    /// Digits a group, 0 for no groups.
    grouping: usize,
    minimum_integer: usize,
    minimum: usize,
    maximum: usize,
}

impl Pattern {
    fn parse(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Ok(Pattern { grouping: 3, minimum_integer: 1, ..Pattern::default() });
        }
        let is_digit = |c: char| matches!(c, '#' | '0' | ',' | '.');
        let start = text.find(is_digit).ok_or_else(|| malformed(text))?;
        let end = text.rfind(is_digit).map_or(text.len(), |last| last + 1);
        let (body, affixes) = (&text[start..end], [&text[..start], &text[end..]]);
        if affixes.iter().any(|a| a.contains(['%', '\u{2030}', '\'', ';', 'E', '¤']))
            || body.contains(|c| !is_digit(c))
        {
            return Err(Error::unsupported(format!("the number format {text}")));
        }
        let (integer, fraction) = body.split_once('.').unwrap_or((body, ""));
        if fraction.contains([',', '.']) || fraction.contains("#0") || integer.contains("0#") {
            return Err(malformed(text));
        }
        let grouping = integer.rfind(',').map_or(0, |comma| integer.len() - comma - 1);
        Ok(Pattern {
            prefix: affixes[0].to_string(),
            suffix: affixes[1].to_string(),
            grouping,
            minimum_integer: integer.matches('0').count(),
            minimum: fraction.matches('0').count(),
            maximum: fraction.len(),
        })
    }

    /// Rounds HALF_EVEN, as `DecimalFormat` does.
    fn write(&self, number: &str, out: &mut Text) {
        let (negative, digits) = match number.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, number),
        };
        if !digits.starts_with(|c: char| c.is_ascii_digit()) {
            return out.push_str(number);
        }
        let rounded = java_number::fixed_half_even(digits, self.maximum);
        let (integer, fraction) = rounded.split_once('.').unwrap_or((&rounded, ""));
        let integer = integer.trim_start_matches('0');
        let integer = format!("{}{integer}", "0".repeat(self.minimum_integer.saturating_sub(integer.len())));
        let kept = fraction.trim_end_matches('0').len().max(self.minimum);
        let fraction = &fraction[..kept.min(fraction.len())];
        // Java keeps the sign of a number that rounds to zero.
        if negative {
            out.push('-');
        }
        out.push_str(&self.prefix);
        self.write_integer(if integer.is_empty() && fraction.is_empty() { "0" } else { &integer }, out);
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(fraction);
        }
        out.push_str(&self.suffix);
    }

    fn write_integer(&self, digits: &str, out: &mut Text) {
        for (index, digit) in digits.chars().enumerate() {
            if self.grouping > 0 && index > 0 && (digits.len() - index).is_multiple_of(self.grouping) {
                out.push(',');
            }
            out.push(digit);
        }
    }
}

fn malformed(pattern: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
        .with("message", format!("Malformed pattern \"{pattern}\""))
}
