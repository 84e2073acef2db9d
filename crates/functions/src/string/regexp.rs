//! The functions over regular expressions.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::logical_expr::{Expr, lit};
use fancy_regex::Regex;
use lang::{Error, Result, RuntimeClass};

use super::length::characters;
use super::regex::{Matches, Patterns, too_hard};
use crate::scalar::{Input, apply};
use crate::{Call, expect};

/// `rlike(text, pattern)`
pub(super) fn rlike(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    Ok(apply("rlike", DataType::Boolean, expect::strings(call)?, |input| {
        let texts = input.strings(0)?;
        let mut patterns = Patterns::new(input.strings(1)?, "regexp_like");
        input.to_booleans(|row| patterns.get(row)?.is_match(texts.value(row)).map(Some).map_err(too_hard))
    }))
}

pub(super) fn regexp_count(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    Ok(apply("regexp_count", DataType::Int32, expect::strings(call)?, |input| {
        let texts = input.strings(0)?;
        let mut patterns = Patterns::new(input.strings(1)?, "regexp_count");
        input.to_numbers::<Int32Type>(|row| {
            let mut matches = Matches::new(patterns.get(row)?, texts.value(row), 0);
            let mut count = 0;
            while matches.range()?.is_some() {
                count += 1;
            }
            Ok(Some(count))
        })
    }))
}

/// `regexp_instr(text, pattern[, group])`: where the first match starts; the group is ignored, as in Spark.
pub(super) fn regexp_instr(call: &Call<'_>) -> Result<Expr> {
    Ok(apply("regexp_instr", DataType::Int32, with_group(call, 0)?, |input| {
        let texts = input.strings(0)?;
        let mut patterns = Patterns::new(input.strings(1)?, "regexp_instr");
        input.to_numbers::<Int32Type>(|row| {
            let text = texts.value(row);
            let found = Matches::new(patterns.get(row)?, text, 0).range()?;
            Ok(Some(found.map_or(0, |(start, _)| characters(&text[..start]) as i32 + 1)))
        })
    }))
}

/// The first match, NULL when there is none.
pub(super) fn regexp_substr(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    Ok(apply("regexp_substr", DataType::Utf8, expect::strings(call)?, |input| {
        let texts = input.strings(0)?;
        let mut patterns = Patterns::new(input.strings(1)?, "regexp_substr");
        input.to_strings(|row, out| {
            let text = texts.value(row);
            match Matches::new(patterns.get(row)?, text, 0).range()? {
                Some((start, end)) => out.push_str(&text[start..end]),
                None => out.null(),
            }
            Ok(())
        })
    }))
}

/// `regexp_extract(text, pattern[, group])`: the group of the first match, empty when there is none.
pub(super) fn regexp_extract(call: &Call<'_>) -> Result<Expr> {
    Ok(apply("regexp_extract", DataType::Utf8, with_group(call, 1)?, |input| {
        let (texts, groups) = (input.strings(0)?, input.numbers::<Int32Type>(2)?);
        let mut patterns = Patterns::new(input.strings(1)?, "regexp_extract");
        input.to_strings(|row, out| {
            let regex = patterns.get(row)?;
            if let Some(captures) = Matches::new(regex, texts.value(row), 0).captures()? {
                let group = group_index(regex, groups.value(row), "regexp_extract")?;
                out.push_str(captures.get(group).map_or("", |m| m.as_str()));
            }
            Ok(())
        })
    }))
}

/// `regexp_extract_all(text, pattern[, group])`: the group of every match.
pub(super) fn regexp_extract_all(call: &Call<'_>) -> Result<Expr> {
    let strings = DataType::List(Field::new("element", DataType::Utf8, true).into());
    Ok(apply("regexp_extract_all", strings, with_group(call, 1)?, run_extract_all))
}

fn run_extract_all(input: &Input) -> Result<ArrayRef> {
    let (texts, groups) = (input.strings(0)?, input.numbers::<Int32Type>(2)?);
    let mut patterns = Patterns::new(input.strings(1)?, "regexp_extract_all");
    input.to_string_lists(|row, out| {
        let regex = patterns.get(row)?;
        let mut matches = Matches::new(regex, texts.value(row), 0);
        while let Some(captures) = matches.captures()? {
            let group = group_index(regex, groups.value(row), "regexp_extract_all")?;
            out.append_value(captures.get(group).map_or("", |m| m.as_str()));
        }
        Ok(true)
    })
}

fn with_group(call: &Call<'_>, default: i32) -> Result<Vec<Expr>> {
    call.expect_arguments(2..=3)?;
    let group = if call.arguments.len() == 3 { expect::int(call, 2)? } else { lit(default) };
    Ok(vec![expect::string(call, 0)?, expect::string(call, 1)?, group])
}

fn group_index(regex: &Regex, group: i32, function: &str) -> Result<usize> {
    let count = regex.captures_len() - 1;
    usize::try_from(group).ok().filter(|group| *group <= count).ok_or_else(|| {
        Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX")
            .with("parameter", "`idx`")
            .with("functionName", format!("`{function}`"))
            .with("groupCount", count.to_string())
            .with("groupIndex", group.to_string())
    })
}

/// `split(text, pattern[, limit])`
pub(super) fn split(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let limit = if call.arguments.len() == 3 { expect::int(call, 2)? } else { lit(-1i32) };
    let strings = DataType::List(Field::new("element", DataType::Utf8, false).into());
    Ok(apply("split", strings, vec![expect::string(call, 0)?, expect::string(call, 1)?, limit], run_split))
}

fn run_split(input: &Input) -> Result<ArrayRef> {
    let (texts, pattern_texts, limits) =
        (input.strings(0)?, input.strings(1)?, input.numbers::<Int32Type>(2)?);
    let mut patterns = Patterns::new(pattern_texts, "split");
    input.to_string_lists(|row, out| {
        let (text, limit) = (texts.value(row), limits.value(row));
        let limit = if limit <= 0 { usize::MAX } else { limit as usize };
        let (mut pieces, mut from) = (1, 0);
        if pattern_texts.value(row).is_empty() && !text.is_empty() {
            // An empty pattern cuts between characters and leaves no empty tail.
            let mut rest = text.chars();
            while pieces < limit && rest.as_str().chars().nth(1).is_some() {
                let before = rest.as_str();
                rest.next();
                out.append_value(&before[..before.len() - rest.as_str().len()]);
                pieces += 1;
            }
            out.append_value(rest.as_str());
            return Ok(true);
        }
        let mut matches = Matches::new(patterns.get(row)?, text, 0);
        while let Some((start, end)) = if pieces < limit { matches.range()? } else { None } {
            // A match of nothing at the very start cuts nothing off.
            if end == 0 {
                continue;
            }
            out.append_value(&text[from..start]);
            from = end;
            pieces += 1;
        }
        out.append_value(&text[from..]);
        Ok(true)
    })
}
