//! Variables of sessions and scripts: constants by name, where no column has that name.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use functions::{Argument, types};
use lang::{DataType, Result};

use super::Resolver;

/// How the name of a variable begins that is a part of something.
const REFERENCE: &str = "variablereference(";

impl Resolver<'_> {
    /// The variable of the longest name that there is; what is left over are nested fields.
    pub(super) fn variable(&self, parts: &[String]) -> Result<Option<Argument>> {
        for length in (1..=parts.len()).rev() {
            let (name, fields) = parts.split_at(length);
            let Some(variable) = self.environment.variable(name)? else { continue };
            let value = value_text(&variable.value, &types::from_field(&variable.field));
            let shown = format!("{REFERENCE}{}={value})", variable.shown);
            let field = Arc::new(variable.field.as_ref().clone().with_name(shown).with_nullable(true));
            let base = Argument { expr: Expr::Literal(variable.value, None), field, keyword: None };
            return self.nested(base, fields).map(Some);
        }
        Ok(None)
    }
}

/// A variable alone has a column of its own name.
pub(super) fn standing_alone(item: Argument, name: &[String]) -> Argument {
    match name.last() {
        Some(last) if item.name().starts_with(REFERENCE) => {
            let field = Arc::new(item.field.as_ref().clone().with_name(last));
            Argument { field, ..item }
        }
        _ => item,
    }
}

/// The value as SQL reads it back.
fn value_text(value: &ScalarValue, data_type: &DataType) -> String {
    if value.is_null() {
        return format!("CAST(NULL AS {})", data_type.sql());
    }
    let text = value.to_string();
    match data_type {
        DataType::String { .. } => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        DataType::Byte => format!("{text}Y"),
        DataType::Short => format!("{text}S"),
        DataType::Long => format!("{text}L"),
        DataType::Double => format!("{text}D"),
        DataType::Date => format!("DATE '{text}'"),
        DataType::Decimal { .. } => match value {
            ScalarValue::Decimal128(Some(unscaled), _, scale) => {
                format!("{}BD", decimal_text(*unscaled, (*scale).max(0) as usize))
            }
            _ => text,
        },
        _ => text,
    }
}

fn decimal_text(unscaled: i128, scale: usize) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}
