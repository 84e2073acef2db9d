//! What `df.stat` requires of its arguments, in the words of Spark's `IllegalArgumentException`s, which have no condition.

use functions::types;
use lang::{Error, ErrorKind, Result};

use super::super::Column;

/// # Errors
/// `ILLEGAL_ARGUMENT` with Spark's sentence
pub(super) fn require(met: bool, sentence: impl FnOnce() -> String) -> Result<()> {
    match met {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
            .with_message(format!("requirement failed: {}", sentence()))),
    }
}

/// Both columns of a statistic (`covariance`, `correlation`) must be numbers.
pub(super) fn require_numbers(columns: &[&Column], statistic: &str) -> Result<()> {
    columns.iter().try_for_each(|column| {
        require(types::is_numeric(column.field.data_type()), || {
            let data_type = types::from_field(&column.field).simple_string();
            format!("Currently {statistic} calculation for columns with dataType {data_type} not supported.")
        })
    })
}

/// Quantiles are taken of numbers.
pub(super) fn require_quantiles_of(column: &Column) -> Result<()> {
    require(types::is_numeric(column.field.data_type()), || {
        let data_type = class_name(&types::from_field(&column.field).simple_string());
        format!(
            "Quantile calculation for column {} with data type {data_type} is not supported.",
            column.name()
        )
    })
}

pub(super) fn require_fractions<'f>(fractions: impl Iterator<Item = (String, &'f f64)>) -> Result<()> {
    let all: Vec<_> = fractions.collect();
    require(all.iter().all(|(_, fraction)| (0.0..=1.0).contains(*fraction)), || {
        let pairs: Vec<_> =
            all.iter().map(|(stratum, fraction)| format!("{stratum} -> {}", shown(**fraction))).collect();
        format!("Fractions must be in [0, 1], but got Map({}).", pairs.join(", "))
    })
}

/// A number as Scala shows it: `0.1`, `1.0E-8`.
pub(super) fn shown(number: f64) -> String {
    if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
        return format!("{number:?}");
    }
    let text = format!("{number:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

/// How Scala shows a type: `StringType`, `DateType`.
fn class_name(simple: &str) -> String {
    let word = simple.split(['<', '(']).next().unwrap_or(simple);
    let mut characters = word.chars();
    let first: String = characters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}Type", characters.as_str())
}
