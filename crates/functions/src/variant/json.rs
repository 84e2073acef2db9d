//! Variants as JSON text.

use lang::Result;

use super::binary::{MAX_DEPTH, Variant, View, malformed};
use crate::cast::format::{write_date, write_timestamp};
use crate::cast::format_number::decimal_text;
use crate::cast::zone::Zone;
use crate::format::json_string;
use crate::string::{base64, java_number};

/// Appends the variant as JSON; timestamps in `zone`, with its offset.
pub(crate) fn write(variant: &Variant<'_>, zone: &Zone, out: &mut String) -> Result<()> {
    nested(variant, zone, 0, out)
}

fn nested(variant: &Variant<'_>, zone: &Zone, depth: usize, out: &mut String) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(malformed());
    }
    match variant.view()? {
        View::Array(elements) => {
            out.push('[');
            for index in 0..elements.len() {
                if index > 0 {
                    out.push(',');
                }
                nested(&elements.get(index)?, zone, depth + 1, out)?;
            }
            out.push(']');
        }
        View::Object(fields) => {
            out.push('{');
            for index in 0..fields.len() {
                let (name, value) = fields.get(index)?;
                if index > 0 {
                    out.push(',');
                }
                json_string(name, out);
                out.push(':');
                nested(&value, zone, depth + 1, out)?;
            }
            out.push('}');
        }
        View::Text(text) => json_string(text, out),
        View::Null => out.push_str("null"),
        View::Boolean(value) => out.push_str(if value { "true" } else { "false" }),
        View::Long(value) => out.push_str(&value.to_string()),
        View::Float(value) => floating(value.is_finite(), &java_number::float(value), out),
        View::Double(value) => floating(value.is_finite(), &java_number::double(value), out),
        View::Decimal(value, scale) => {
            let (value, scale) = stripped(value, scale);
            out.push_str(&decimal_text(value, scale as i8));
        }
        View::Binary(bytes) => {
            out.push('"');
            let _ = base64::encode(bytes, out);
            out.push('"');
        }
        View::Date(days) => {
            out.push('"');
            write_date(days.into(), out);
            out.push('"');
        }
        View::Timestamp(micros) => {
            out.push('"');
            write_timestamp(zone.to_local(micros), out);
            write_offset(zone.offset_seconds(micros), out);
            out.push('"');
        }
        View::TimestampNtz(micros) => {
            out.push('"');
            write_timestamp(micros, out);
            out.push('"');
        }
    }
    Ok(())
}

/// What is not finite is a string.
fn floating(finite: bool, text: &str, out: &mut String) {
    if finite { out.push_str(text) } else { json_string(text, out) }
}

/// `+01:00`
fn write_offset(seconds: i32, out: &mut String) {
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60);
    out.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
}

/// A decimal without zeros at its end.
pub(crate) fn stripped(mut value: i128, mut scale: u8) -> (i128, u8) {
    while scale > 0 && value % 10 == 0 {
        value /= 10;
        scale -= 1;
    }
    (value, scale)
}
