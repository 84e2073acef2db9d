//! What strings sound like and how far apart they are: `levenshtein`, `soundex`, `luhn_check`.

use arrow::datatypes::{DataType, Int32Type};
use datafusion::logical_expr::Expr;
use lang::Result;

use crate::scalar::{Text, apply};
use crate::{Call, expect};

/// `levenshtein(left, right[, threshold])`; -1 when the distance exceeds the threshold.
pub(super) fn levenshtein(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let mut arguments = vec![expect::string(call, 0)?, expect::string(call, 1)?];
    if call.arguments.len() == 3 {
        arguments.push(expect::int(call, 2)?);
    }
    Ok(apply("levenshtein", DataType::Int32, arguments, |input| {
        let (left, right) = (input.strings(0)?, input.strings(1)?);
        let thresholds = (input.len() == 3).then(|| input.numbers::<Int32Type>(2)).transpose()?;
        let mut costs = Vec::new();
        input.to_numbers::<Int32Type>(|row| {
            let distance = edits(left.value(row), right.value(row), &mut costs) as i32;
            let too_far = thresholds.as_ref().is_some_and(|t| distance > t.value(row));
            Ok(Some(if too_far { -1 } else { distance }))
        })
    }))
}

/// One row of the edit-distance matrix at a time, in `costs`.
fn edits(left: &str, right: &str, costs: &mut Vec<usize>) -> usize {
    costs.clear();
    costs.push(0);
    costs.extend(right.chars().enumerate().map(|(index, _)| index + 1));
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut costs[0], i + 1);
        for (j, r) in right.chars().enumerate() {
            let substituted = diagonal + usize::from(l != r);
            diagonal = costs[j + 1];
            costs[j + 1] = substituted.min(diagonal + 1).min(costs[j] + 1);
        }
    }
    costs[costs.len() - 1]
}

pub(super) fn soundex(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("soundex", DataType::Utf8, vec![expect::only_string(call, 0)?], |input| {
        let strings = input.strings(0)?;
        input.to_strings(|row, out| {
            push_soundex(strings.value(row), out);
            Ok(())
        })
    }))
}

/// Codes of the letters A to Z: a digit, `0` for vowels (they separate), `7` for H and W (they do not).
const CODES: &[u8; 26] = b"01230127022455012623017202";

fn push_soundex(text: &str, out: &mut Text) {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first().filter(|b| b.is_ascii_alphabetic()) else {
        out.push_str(text);
        return;
    };
    let first = first.to_ascii_uppercase();
    out.push(first as char);
    let code = |letter: u8| CODES[(letter - b'A') as usize];
    let (mut last, mut written) = (code(first), 1);
    for letter in bytes[1..].iter().map(u8::to_ascii_uppercase) {
        if written == 4 {
            break;
        }
        if !letter.is_ascii_uppercase() {
            last = b'0';
            continue;
        }
        match code(letter) {
            b'7' => {}
            digit => {
                if digit != b'0' && digit != last {
                    out.push(digit as char);
                    written += 1;
                }
                last = digit;
            }
        }
    }
    (written..4).for_each(|_| out.push('0'));
}

/// Whether the digits pass the Luhn check.
pub(super) fn luhn_check(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("luhn_check", DataType::Boolean, vec![expect::string(call, 0)?], |input| {
        let strings = input.strings(0)?;
        input.to_booleans(|row| Ok(Some(passes_luhn(strings.value(row)))))
    }))
}

fn passes_luhn(digits: &str) -> bool {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let sum: u64 = digits
        .bytes()
        .rev()
        .map(|b| u64::from(b - b'0'))
        .enumerate()
        .map(|(index, digit)| match (index % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}
