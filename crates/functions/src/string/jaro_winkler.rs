//! `jaro_winkler_similarity`: how alike two short texts are, a common beginning counting more.

use arrow::datatypes::{DataType, Float64Type};
use datafusion::logical_expr::Expr;
use lang::Result;

use crate::scalar::apply;
use crate::{Call, expect};

/// How many common first letters count, and how much each.
const PREFIX: usize = 4;
const WEIGHT: f64 = 0.1;

/// `jaro_winkler_similarity(left, right)`: from 0.0 to 1.0.
pub(super) fn jaro_winkler(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let arguments = vec![expect::string(call, 0)?, expect::string(call, 1)?];
    Ok(apply("jaro_winkler_similarity", DataType::Float64, arguments, |input| {
        let (left, right) = (input.strings(0)?, input.strings(1)?);
        let (mut left_letters, mut right_letters) = (Vec::new(), Vec::new());
        input.to_numbers::<Float64Type>(|row| {
            left_letters.clear();
            left_letters.extend(left.value(row).chars());
            right_letters.clear();
            right_letters.extend(right.value(row).chars());
            Ok(Some(similarity(&left_letters, &right_letters)))
        })
    }))
}

fn similarity(left: &[char], right: &[char]) -> f64 {
    let jaro = jaro(left, right);
    let prefix = left.iter().zip(right).take(PREFIX).take_while(|(l, r)| l == r).count();
    jaro + prefix as f64 * WEIGHT * (1.0 - jaro)
}

/// Letters match that are equal and not too far apart; matches in another order count half.
fn jaro(left: &[char], right: &[char]) -> f64 {
    if left.is_empty() && right.is_empty() {
        return 1.0;
    }
    let window = (left.len().max(right.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; right.len()];
    let mut matched = Vec::with_capacity(left.len());
    for (i, letter) in left.iter().enumerate() {
        let near = i.saturating_sub(window)..(i + window + 1).min(right.len());
        if let Some(j) = near.into_iter().find(|j| !taken[*j] && right[*j] == *letter) {
            taken[j] = true;
            matched.push(*letter);
        }
    }
    if matched.is_empty() {
        return 0.0;
    }
    let others = right.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(letter, _)| letter);
    let moved = matched.iter().zip(others).filter(|(l, r)| l != r).count();
    let count = matched.len() as f64;
    let transpositions = (moved / 2) as f64;
    (count / left.len() as f64 + count / right.len() as f64 + (count - transpositions) / count) / 3.0
}
