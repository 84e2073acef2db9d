//! `upper`, `lower` and `initcap`, by Unicode's rules.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::logical_expr::Expr;
use lang::Result;

use crate::scalar::{Input, Text, apply};
use crate::{Call, expect};

pub(super) fn upper(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("upper", DataType::Utf8, vec![expect::string(call, 0)?], |input| map(input, push_upper)))
}

pub(super) fn lower(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("lower", DataType::Utf8, vec![expect::string(call, 0)?], |input| map(input, push_lower)))
}

pub(super) fn initcap(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("initcap", DataType::Utf8, vec![expect::string(call, 0)?], |input| map(input, push_title)))
}

/// `push` gets the text and a buffer to work in.
fn map(input: &Input, push: fn(&str, &mut String, &mut Text)) -> Result<ArrayRef> {
    let strings = input.strings(0)?;
    let mut buffer = String::new();
    input.to_strings(|row, out| {
        buffer.clear();
        push(strings.value(row), &mut buffer, out);
        Ok(())
    })
}

fn push_upper(text: &str, buffer: &mut String, out: &mut Text) {
    if !text.is_ascii() {
        return out.push_str(&text.to_uppercase());
    }
    buffer.push_str(text);
    buffer.make_ascii_uppercase();
    out.push_str(buffer);
}

fn push_lower(text: &str, buffer: &mut String, out: &mut Text) {
    if !text.is_ascii() {
        return out.push_str(&text.to_lowercase());
    }
    buffer.push_str(text);
    buffer.make_ascii_lowercase();
    out.push_str(buffer);
}

/// The first letter of every word in title case, the rest in lower case; only a blank ends a word.
fn push_title(text: &str, _: &mut String, out: &mut Text) {
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            push_title_letter(first, out);
            out.push_str(&letters.as_str().to_lowercase());
        }
    }
}

/// A letter that is several in upper case has only the first of them in title case.
fn push_title_letter(letter: char, out: &mut Text) {
    let digraph = match letter {
        'Ǆ'..='ǆ' => Some('ǅ'),
        'Ǉ'..='ǉ' => Some('ǈ'),
        'Ǌ'..='ǌ' => Some('ǋ'),
        'Ǳ'..='ǳ' => Some('ǲ'),
        _ => None,
    };
    if let Some(digraph) = digraph {
        return out.push(digraph);
    }
    for (index, c) in letter.to_uppercase().enumerate() {
        if index == 0 { out.push(c) } else { c.to_lowercase().for_each(|c| out.push(c)) }
    }
}
