//! `str_to_map`: maps from text.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{DataType, Field};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::arguments::map_like;
use super::map::{Duplicates, build_maps};
use crate::error::external;
use crate::kernel::{Inputs, typed};
use crate::signature::any_nullable;
use crate::{Call, expect};

/// `str_to_map(text[, pairDelimiter[, keyValueDelimiter]])`
pub(super) fn str_to_map(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=3)?;
    let delimiter = |index: usize, default: &str| match call.arguments.get(index) {
        Some(_) => expect::only_string(call, index),
        None => Ok(lit(default)),
    };
    let arguments = vec![
        expect::only_string(call, 0)?,
        delimiter(1, ",")?,
        delimiter(2, ":")?,
        lit(call.context.map_key_last_wins),
    ];
    let (key, value) = (Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Utf8, true));
    Ok(typed("str_to_map", str_to_map_kernel, map_like(&key, &value), any_nullable(call), arguments))
}

fn str_to_map_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (texts, pairs, separators) = (inputs.strings(0)?, inputs.strings(1)?, inputs.strings(2)?);
    let (mut keys, mut values): (Vec<String>, Vec<Option<String>>) = (Vec::new(), Vec::new());
    let mut rows = Vec::with_capacity(inputs.rows);
    let mut splitters = Splitters::default();
    for row in 0..inputs.rows {
        if texts.is_null(row) || pairs.is_null(row) || separators.is_null(row) {
            rows.push(None);
            continue;
        }
        let start = keys.len();
        for pair in splitters.split(pairs.value(row), texts.value(row), None)? {
            let mut parts = splitters.split(separators.value(row), &pair, Some(2))?.into_iter();
            keys.push(parts.next().unwrap_or_default());
            values.push(parts.next());
        }
        rows.push(Some(start..keys.len()));
    }
    let keys: ArrayRef = Arc::new(arrow::array::StringArray::from(keys));
    let values: ArrayRef = Arc::new(arrow::array::StringArray::from(values));
    build_maps(&keys, &values, &rows, inputs.returns, Duplicates::by_flag(inputs, 3))
}

/// Delimiters are regular expressions; each is compiled once.
#[derive(Default)]
struct Splitters {
    compiled: HashMap<String, fancy_regex::Regex>,
}

impl Splitters {
    fn split(&mut self, delimiter: &str, text: &str, limit: Option<usize>) -> DataFusionResult<Vec<String>> {
        if !self.compiled.contains_key(delimiter) {
            let regex = fancy_regex::Regex::new(delimiter).map_err(|_| external(bad_pattern(delimiter)))?;
            self.compiled.insert(delimiter.to_string(), regex);
        }
        let regex = &self.compiled[delimiter];
        let mut parts = Vec::new();
        let mut last = 0;
        for found in regex.find_iter(text) {
            let found = found.map_err(|_| external(bad_pattern(delimiter)))?;
            if limit.is_some_and(|limit| parts.len() + 1 >= limit) {
                break;
            }
            // An empty match at the start splits nothing off.
            if found.end() == 0 || (found.start() == found.end() && found.end() == text.len()) {
                continue;
            }
            parts.push(text[last..found.start()].to_string());
            last = found.end();
        }
        parts.push(text[last..].to_string());
        Ok(parts)
    }
}

fn bad_pattern(pattern: &str) -> Error {
    Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.PATTERN")
        .with("parameter", "`regexp`")
        .with("functionName", "`str_to_map`")
        .with("value", format!("'{pattern}'"))
}
