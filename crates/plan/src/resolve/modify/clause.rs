//! Which clause a row belongs to: the first whose condition is true.

use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::{Expr, lit};

use crate::modify::Action;

/// What a clause makes of its rows.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    /// Counted from 1.
    pub number: i32,
    pub action: Action,
    /// The columns it sets.
    pub values: Vec<Value>,
}

/// A column's value, as the table stores it.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub place: usize,
    pub expr: Expr,
}

/// The number of the first condition that is true; `otherwise` when none is.
pub(super) fn number(conditions: Vec<(Expr, i32)>, otherwise: i32) -> Expr {
    let mut branches = Vec::with_capacity(conditions.len());
    for (condition, number) in conditions {
        if condition == lit(true) {
            return case(branches, lit(number));
        }
        branches.push((condition, lit(number)));
    }
    case(branches, lit(otherwise))
}

/// CASE WHEN, which is its ELSE where there is no WHEN.
pub(super) fn case(branches: Vec<(Expr, Expr)>, otherwise: Expr) -> Expr {
    if branches.is_empty() {
        return otherwise;
    }
    let branches = branches.into_iter().map(|(when, then)| (Box::new(when), Box::new(then))).collect();
    Expr::Case(Case::new(None, branches, Some(Box::new(otherwise))))
}

/// Whether a row's clause is one of these.
pub(super) fn is_one_of(clause: &Expr, numbers: &[i32]) -> Expr {
    let equal = numbers.iter().map(|number| clause.clone().eq(lit(*number)));
    equal.reduce(Expr::or).unwrap_or(lit(false))
}
