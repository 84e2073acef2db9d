//! `sentences`: words of sentences.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListBuilder, StringBuilder};
use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::Expr;
use lang::Result;

use crate::scalar::{Input, apply};
use crate::{Call, expect};

/// `sentences(text[, language[, country]])`: lists of words, one a sentence; the English rules serve all languages.
pub(super) fn sentences(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=3)?;
    let words = DataType::List(Field::new("element", DataType::Utf8, false).into());
    let returns = DataType::List(Field::new("element", words, false).into());
    for index in 1..call.arguments.len() {
        expect::string(call, index)?;
    }
    Ok(apply("sentences", returns, vec![expect::string(call, 0)?], run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let texts = input.strings(0)?;
    let words =
        ListBuilder::new(StringBuilder::new()).with_field(Field::new("element", DataType::Utf8, false));
    let element = match input.returns.data_type() {
        DataType::List(element) => element.clone(),
        other => return Err(lang::Error::internal(format!("{other} is not a list"))),
    };
    let mut builder = ListBuilder::new(words).with_field(element);
    for row in 0..input.rows {
        if input.is_null(0, row) {
            builder.append(false);
            continue;
        }
        for sentence in split(texts.value(row)) {
            let lists = builder.values();
            sentence.split_whitespace().flat_map(words_of).for_each(|word| lists.values().append_value(word));
            lists.append(true);
        }
        builder.append(true);
    }
    Ok(Arc::new(builder.finish()))
}

/// Sentences end with `.`, `!` or `?`, closing quotes and brackets, before a blank and no lower-case letter.
fn split(text: &str) -> Vec<&str> {
    let mut sentences = vec![];
    let mut start = 0;
    for (offset, _) in text.match_indices(['.', '!', '?']) {
        let rest = text[offset + 1..].trim_start_matches(['"', '\'', ')', ']', '”', '’']);
        let next = rest.trim_start();
        let end = text.len() - rest.len();
        if end > start && next.len() < rest.len() && !next.starts_with(char::is_lowercase) {
            sentences.push(&text[start..end]);
            start = end;
        }
    }
    // Blanks behind a sentence are part of it.
    if !text[start..].trim().is_empty() || (start == 0 && !text.is_empty()) {
        sentences.push(&text[start..]);
    }
    sentences
}

/// The words of a token: letters, digits and `_`, and what holds them together; a currency sign before or a percent sign
/// behind digits belongs to them, and what begins with a currency sign is no word.
fn words_of(token: &str) -> impl Iterator<Item = &str> {
    let characters: Vec<(usize, char)> = token.char_indices().collect();
    let class =
        |place: Option<usize>| place.and_then(|place| characters.get(place)).map(|(_, c)| Class::of(*c));
    let mut breaks = vec![0];
    for (place, (start, _)) in characters.iter().enumerate().skip(1) {
        let around = [place.checked_sub(2), place.checked_sub(1), Some(place), Some(place + 1)].map(class);
        if is_break(around) {
            breaks.push(*start);
        }
    }
    breaks.push(token.len());
    let pieces: Vec<&str> = breaks.windows(2).map(|ends| &token[ends[0]..ends[1]]).collect();
    pieces.into_iter().filter(|piece| piece.starts_with(char::is_alphanumeric))
}

/// What a character is to the words around it.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Letter,
    Digit,
    /// Holds letters together.
    Hyphen,
    /// Holds digits together.
    Comma,
    /// Holds either together.
    Point,
    Currency,
    Percent,
    Other,
}

impl Class {
    fn of(c: char) -> Class {
        match c {
            '-' | '_' => Class::Hyphen,
            ',' => Class::Comma,
            '.' | '\'' => Class::Point,
            '$' | '€' | '£' | '¥' => Class::Currency,
            '%' => Class::Percent,
            c if c.is_alphabetic() => Class::Letter,
            c if c.is_numeric() => Class::Digit,
            _ => Class::Other,
        }
    }
}

/// Whether a word ends between the second and the third of four characters.
fn is_break([before, left, right, after]: [Option<Class>; 4]) -> bool {
    use Class::{Comma, Currency, Digit, Hyphen, Letter, Percent, Point};
    match (left, right) {
        (Some(Letter | Digit), Some(Letter | Digit)) => false,
        (Some(Letter), Some(Hyphen | Point)) => after != Some(Letter),
        (Some(Digit), Some(Comma | Point)) => after != Some(Digit),
        (Some(Hyphen | Point), Some(Letter)) => before != Some(Letter),
        (Some(Comma | Point), Some(Digit)) => before != Some(Digit),
        (Some(Currency), Some(Digit)) | (Some(Digit), Some(Percent)) => false,
        _ => true,
    }
}
