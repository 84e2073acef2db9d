//! `schema_of_csv`: the type of a line, in DDL.

use datafusion::logical_expr::{Expr, lit};
use lang::{DataType, Error, Result, StructField, StructType};

use super::tokens::{OPTIONS as SEPARATOR_OPTIONS, Separators};
use crate::cast::{parse_datetime, zone::Zone};
use crate::format::options::Options;
use crate::{Call, expect};

/// `schema_of_csv(line[, options])`; the line is constant.
pub(in crate::format) fn schema_of_csv(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let line = expect::constant_string(call, 0)?.unwrap_or_default();
    let options = Options::of(call, 1, &[SEPARATOR_OPTIONS, &["header", "inferSchema"]].concat())?;
    if line.is_empty() {
        return Err(Error::analysis("DATATYPE_MISMATCH.UNEXPECTED_NULL").with("exprName", "csv"));
    }
    let fields = Separators::of(&options, false)?.split(&line);
    let columns = fields.iter().enumerate().map(|(index, field)| {
        let data_type = field.as_deref().map_or(DataType::STRING, infer);
        StructField::new(format!("_c{index}"), data_type, true)
    });
    Ok(lit(DataType::Struct(StructType::new(columns.collect())).sql()))
}

fn infer(text: &str) -> DataType {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return match (text.parse::<i32>(), text.parse::<i64>(), digits.len()) {
            (Ok(_), ..) => DataType::Integer,
            (_, Ok(_), _) => DataType::Long,
            (.., length @ 1..=38) => DataType::Decimal { precision: length as u8, scale: 0 },
            _ => DataType::Double,
        };
    }
    let is_special = matches!(text, "NaN" | "Inf" | "-Inf");
    let is_numeric = text.contains(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok();
    if is_special || is_numeric {
        return DataType::Double;
    }
    if is_full_date(text) {
        return DataType::Date;
    }
    if text.contains([':', '-']) && parse_datetime::parse_timestamp(text, Zone::UTC).is_some() {
        return DataType::Timestamp;
    }
    match text.to_ascii_lowercase().as_str() {
        "true" | "false" => DataType::Boolean,
        _ => DataType::STRING,
    }
}

/// `yyyy-MM-dd`
fn is_full_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().filter(|b| *b == b'-').count() == 2
        && parse_datetime::parse_date(text).is_some()
}
