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
            let mut any = false;
            for word in sentence.split_whitespace().filter_map(word) {
                lists.values().append_value(word);
                any = true;
            }
            // What holds no word is no sentence.
            if any {
                lists.append(true);
            }
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
    sentences.push(&text[start..]);
    sentences
}

/// A token without punctuation around it, if it starts like a word; amounts of money do not.
fn word(token: &str) -> Option<&str> {
    let is_punctuation = |c: char| !c.is_alphanumeric() && !matches!(c, '$' | '€' | '£' | '¥');
    let word = token.trim_matches(is_punctuation);
    word.starts_with(char::is_alphanumeric).then_some(word)
}
