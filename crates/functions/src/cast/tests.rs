//! Casts against values that Spark 4.3 answered (session time zone America/Los_Angeles).
//! and nested and refused casts (`null` inside nested values, as casts print it).

use std::sync::Arc;

use arrow::array::{Array, AsArray};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use lang::Result;
use lang::ir::CastMode;

use super::cast;
use crate::testing::{argument, context, value};
use crate::{Argument, Context, types};

/// One line each: mode (legacy only where it differs), source type, source text, target type, and `=text`, `NULL` or
/// `!CONDITION`.
const SPARK_VALUES: &str = include_str!("spark_values.tsv");

fn typed(expr: Expr) -> Argument {
    argument(expr)
}

fn cast_to(expr: Expr, to: &str, mode: CastMode, context: &Context) -> Result<Expr> {
    let to = types::to_field("value", &lang::parse_data_type(to)?, true);
    cast(&typed(expr), &to, mode, context)
}

fn answer(source: &str, text: &str, target: &str, mode: &str) -> Result<String> {
    let context =
        Context { ansi: mode != "legacy", time_zone: Arc::from("America/Los_Angeles"), ..context() };
    let mode = if mode == "try" { CastMode::Try } else { CastMode::Session };
    let source = cast_to(lit(text), source, CastMode::Session, &context)?;
    let target_value = cast_to(source, target, mode, &context)?;
    if target == "binary" {
        let bytes = value(&target_value, &context)?.to_array().map_err(crate::error::from_datafusion)?;
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02X}")).collect::<String>();
        return Ok(if bytes.is_null(0) {
            "NULL".into()
        } else {
            format!("={}", hex(bytes.as_binary::<i32>().value(0)))
        });
    }
    match value(&cast_to(target_value, "string", CastMode::Session, &context)?, &context)? {
        ScalarValue::Utf8(Some(text)) => Ok(format!("={text}")),
        _ => Ok("NULL".to_string()),
    }
}

#[test]
fn values_agree_with_spark() {
    let mut wrong = Vec::new();
    for line in SPARK_VALUES.lines() {
        let [mode, source, text, target, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("malformed line: {line}");
        };
        let answer =
            answer(source, text, target, mode).unwrap_or_else(|error| format!("!{}", error.condition()));
        if answer != expected {
            wrong.push(format!("{mode}: {source} '{text}' as {target}: {answer}, Spark says {expected}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        SPARK_VALUES.lines().count(),
        wrong.join("\n")
    );
}

#[test]
fn nested_casts_agree_with_spark() {
    crate::answers::check(include_str!("answers.tsv"), &context());
}
