//! Single values of fields.

use lang::{Error, Result};

use super::descriptor::{Field, Kind};
use super::types::Shape;
use super::wire::{Raw, unzigzag};

/// A value of a field: numbers, truth and enums as the number they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Int(i64),
    Double(f64),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    pub(super) fn int(&self) -> i64 {
        match self {
            Value::Int(value) => *value,
            _ => 0,
        }
    }

    pub(super) fn double(&self) -> f64 {
        match self {
            Value::Double(value) => *value,
            _ => 0.0,
        }
    }

    pub(super) fn bytes(&self) -> &'a [u8] {
        match self {
            Value::Bytes(value) => value,
            _ => &[],
        }
    }

    /// What a field without presence is when it is not there; a negative zero is not.
    pub(super) fn is_zero(&self) -> bool {
        match self {
            Value::Int(value) => *value == 0,
            Value::Double(value) => value.to_bits() == 0,
            Value::Bytes(value) => value.is_empty(),
        }
    }
}

/// The value of a field of that kind; `None` for the encoding of another kind.
pub(super) fn value<'a>(kind: &Kind, raw: Raw<'a>) -> Option<Value<'a>> {
    Some(match (kind, raw) {
        (Kind::Double, Raw::Fixed64(bits)) => Value::Double(f64::from_bits(bits)),
        (Kind::Float, Raw::Fixed32(bits)) => Value::Double(f32::from_bits(bits).into()),
        (Kind::Int64 | Kind::UInt64, Raw::Varint(value)) => Value::Int(value as i64),
        (Kind::Int32 | Kind::Enum(_), Raw::Varint(value)) => Value::Int((value as i32).into()),
        (Kind::UInt32, Raw::Varint(value)) => Value::Int((value as u32).into()),
        (Kind::Bool, Raw::Varint(value)) => Value::Int((value != 0).into()),
        (Kind::SInt32, Raw::Varint(value)) => Value::Int((unzigzag(value & 0xffff_ffff) as i32).into()),
        (Kind::SInt64, Raw::Varint(value)) => Value::Int(unzigzag(value)),
        (Kind::Fixed64 | Kind::SFixed64, Raw::Fixed64(bits)) => Value::Int(bits as i64),
        (Kind::Fixed32, Raw::Fixed32(bits)) => Value::Int(bits.into()),
        (Kind::SFixed32, Raw::Fixed32(bits)) => Value::Int((bits as i32).into()),
        (Kind::String | Kind::Bytes | Kind::Message(_), Raw::Bytes(bytes)) => Value::Bytes(bytes),
        _ => return None,
    })
}

/// What a scalar field is when it is not in a message.
///
/// # Errors
/// Declared bytes, whose escapes are not resolved.
pub(super) fn default<'a>(field: &'a Field, shape: &'a Shape) -> Result<Value<'a>> {
    let declared = field.default.as_deref();
    let zero = |text: Option<&str>| text.and_then(|text| text.parse().ok()).unwrap_or(0.0);
    Ok(match (&field.kind, shape) {
        (Kind::Double | Kind::Float, _) => Value::Double(zero(declared)),
        (Kind::String, _) => Value::Bytes(declared.unwrap_or_default().as_bytes()),
        (Kind::Bytes, _) => match declared {
            None | Some("") => Value::Bytes(&[]),
            Some(text) if !text.contains('\\') => Value::Bytes(text.as_bytes()),
            Some(_) => {
                return Err(Error::unsupported(format!("the default of the Protobuf field {}", field.name)));
            }
        },
        (Kind::Enum(_), Shape::Enum(found)) => {
            let chosen = declared.and_then(|name| found.values.iter().find(|(known, _)| known == name));
            Value::Int(chosen.or(found.values.first()).map_or(0, |(_, number)| i64::from(*number)))
        }
        (Kind::Bool, _) => Value::Int((declared == Some("true")).into()),
        _ => {
            let number = declared.and_then(|text| text.parse::<i64>().ok());
            // The greatest unsigned ones have no other place in 64 bits.
            let number = number.or_else(|| declared?.parse::<u64>().ok().map(|number| number as i64));
            Value::Int(number.unwrap_or(0))
        }
    })
}
