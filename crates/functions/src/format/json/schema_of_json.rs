//! `schema_of_json`: the type of a text, in DDL.

use datafusion::logical_expr::{Expr, lit};
use lang::{DataType, Result, StructField, StructType};

use super::from_json::malformed;
use super::parser::OPTIONS as DIALECT_OPTIONS;
use super::{Dialect, Json, parse};
use crate::format::options::Options;
use crate::{Call, expect};

const OPTIONS: &[&str] = &["primitivesAsString", "prefersDecimal"];

/// `schema_of_json(text[, options])`; the text is constant.
pub(in crate::format) fn schema_of_json(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let text = expect::constant_string(call, 0)?.unwrap_or_default();
    let options = Options::of(call, 1, &[OPTIONS, DIALECT_OPTIONS].concat())?;
    let json = parse(&text, Dialect::of(&options)).ok_or_else(|| malformed(&text))?;
    let inference = Inference {
        as_string: options.is_on("primitivesAsString", false),
        decimals: options.is_on("prefersDecimal", false),
    };
    Ok(lit(known(inference.infer(&json)).sql()))
}

struct Inference {
    as_string: bool,
    decimals: bool,
}

impl Inference {
    fn infer(&self, json: &Json<'_>) -> DataType {
        match json {
            Json::Null => DataType::Null,
            Json::Object(fields) => {
                let mut fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| StructField::new(name.as_ref(), self.infer(value), true))
                    .collect();
                fields.sort_by(|a, b| a.name.cmp(&b.name));
                DataType::Struct(StructType::new(fields))
            }
            Json::Array(elements) => {
                let element = elements.iter().map(|e| self.infer(e)).reduce(merge).unwrap_or(DataType::Null);
                DataType::Array { element: Box::new(element), contains_null: true }
            }
            Json::String(_) => DataType::STRING,
            _ if self.as_string => DataType::STRING,
            Json::Boolean(_) => DataType::Boolean,
            Json::Number(text) => self.number(text),
        }
    }

    fn number(&self, text: &str) -> DataType {
        let digits = text.trim_start_matches('-');
        if digits.bytes().all(|b| b.is_ascii_digit()) {
            return match (text.parse::<i64>(), digits.trim_start_matches('0').len()) {
                (Ok(_), _) => DataType::Long,
                (_, length @ 1..=38) => DataType::Decimal { precision: length as u8, scale: 0 },
                _ => DataType::Double,
            };
        }
        let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = integer.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
        let scale = fraction.len();
        let significant = format!("{integer}{fraction}").trim_start_matches('0').len().max(1);
        let precision = significant.max(scale);
        if self.decimals && plain && precision <= 38 {
            return DataType::Decimal { precision: precision as u8, scale: scale as i8 };
        }
        DataType::Double
    }
}

/// The type that both fit.
fn merge(left: DataType, right: DataType) -> DataType {
    match (left, right) {
        (left, right) if left == right => left,
        (DataType::Null, other) | (other, DataType::Null) => other,
        (DataType::Array { element: a, .. }, DataType::Array { element: b, .. }) => {
            DataType::Array { element: Box::new(merge(*a, *b)), contains_null: true }
        }
        (DataType::Struct(a), DataType::Struct(b)) => {
            let mut fields = a.fields;
            for field in b.fields {
                match fields.iter_mut().find(|known| known.name == field.name) {
                    Some(known) => known.data_type = merge(known.data_type.clone(), field.data_type),
                    None => fields.push(field),
                }
            }
            fields.sort_by(|a, b| a.name.cmp(&b.name));
            DataType::Struct(StructType::new(fields))
        }
        (DataType::Long, DataType::Double) | (DataType::Double, DataType::Long) => DataType::Double,
        (DataType::Double, DataType::Decimal { .. }) | (DataType::Decimal { .. }, DataType::Double) => {
            DataType::Double
        }
        (DataType::Long, DataType::Decimal { precision, scale })
        | (DataType::Decimal { precision, scale }, DataType::Long) => decimal((20, 0), (precision, scale)),
        (DataType::Decimal { precision: p1, scale: s1 }, DataType::Decimal { precision: p2, scale: s2 }) => {
            decimal((p1, s1), (p2, s2))
        }
        _ => DataType::STRING,
    }
}

fn decimal((p1, s1): (u8, i8), (p2, s2): (u8, i8)) -> DataType {
    let scale = s1.max(s2);
    let integral = (p1 as i8 - s1).max(p2 as i8 - s2);
    match u8::try_from(integral + scale) {
        Ok(precision @ 1..=38) => DataType::Decimal { precision, scale },
        _ => DataType::Double,
    }
}

/// What was never anything but null is a string.
fn known(data_type: DataType) -> DataType {
    match data_type {
        DataType::Null => DataType::STRING,
        DataType::Array { element, contains_null } => {
            DataType::Array { element: Box::new(known(*element)), contains_null }
        }
        DataType::Struct(schema) => {
            let fields =
                schema.fields.into_iter().map(|f| StructField::new(f.name, known(f.data_type), true));
            DataType::Struct(StructType::new(fields.collect()))
        }
        other => other,
    }
}
