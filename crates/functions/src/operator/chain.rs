//! Names of operators whose operands are long chains: `a + b + c + …`.
//!
//! DataFusion spells out the names of calls wherever it types them. In a chain each call's name holds that of the call
//! before it, which is work for the square of the chain's length, every time. So what stands deep down is told by a digest.

use std::hash::{DefaultHasher, Hash, Hasher};

use datafusion::logical_expr::Expr;

/// Operands with this many links are told by a digest.
const LONG: usize = 16;

/// The column that stands in the place of a long operand while the call that it belongs to is built ends in this. No id of
/// a column does: those end in a number.
pub const ASIDE: &str = "#aside";

/// The name of an operand within that of its call: equal for equal operands, different for others.
pub(super) fn operand_name(operand: &Expr) -> String {
    match is_long(operand) {
        true => digest(operand),
        false => operand.schema_name().to_string(),
    }
}

/// A short text that tells expressions apart.
pub fn digest(expr: &Expr) -> String {
    let mut hasher = DefaultHasher::new();
    expr.hash(&mut hasher);
    format!("chain {:016x}", hasher.finish())
}

/// Whether one of the operands stands aside.
pub(super) fn stands_aside(operands: &[Expr]) -> bool {
    operands
        .iter()
        .any(|operand| matches!(inner(operand), Expr::Column(column) if column.name.ends_with(ASIDE)))
}

/// Whether `expr` is a long chain of calls, to the left or to the right.
pub fn is_long(expr: &Expr) -> bool {
    links(expr, first_operand) >= LONG || links(expr, last_operand) >= LONG
}

/// How far down `next` leads, as far as that matters.
fn links(expr: &Expr, next: fn(&Expr) -> Option<&Expr>) -> usize {
    std::iter::successors(Some(expr), |expr| next(expr)).take(LONG).count()
}

fn first_operand(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::BinaryExpr(binary) => Some(&binary.left),
        Expr::ScalarFunction(call) => call.args.first(),
        Expr::Case(case) => case.when_then_expr.first().map(|(_, then)| then.as_ref()),
        other => only_operand(other),
    }
}

fn last_operand(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::BinaryExpr(binary) => Some(&binary.right),
        Expr::ScalarFunction(call) => call.args.last(),
        Expr::Case(case) => case.else_expr.as_deref(),
        other => only_operand(other),
    }
}

fn only_operand(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Alias(alias) => Some(&alias.expr),
        Expr::Cast(cast) => Some(&cast.expr),
        Expr::Not(inner) | Expr::Negative(inner) | Expr::IsNull(inner) | Expr::IsNotNull(inner) => {
            Some(inner)
        }
        _ => None,
    }
}

/// What is cast, as far as it is.
fn inner(mut expr: &Expr) -> &Expr {
    loop {
        expr = match expr {
            Expr::Cast(cast) => &cast.expr,
            Expr::ScalarFunction(call) => match call.args.as_slice() {
                [only] => only,
                _ => return expr,
            },
            _ => return expr,
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::{col, lit};

    use super::*;

    fn chain(first: &str, length: usize) -> Expr {
        (0..length).fold(col(first), |left, link| left + lit(link as i64))
    }

    #[test]
    fn long_operands_are_told_by_digests() {
        assert_eq!(operand_name(&chain("a", 2)), "a + Int64(0) + Int64(1)");
        assert_eq!(operand_name(&chain("a", 100)), operand_name(&chain("a", 100)));
        assert_ne!(operand_name(&chain("a", 100)), operand_name(&chain("b", 100)));
        assert_ne!(operand_name(&chain("a", 100)), operand_name(&chain("a", 101)));
        assert!(operand_name(&chain("a", 100)).len() < 30);
    }

    #[test]
    fn what_stands_aside_is_seen_through_casts() {
        let aside = col(format!("operand0{ASIDE}"));
        assert!(stands_aside(&[lit(1), aside]));
        assert!(!stands_aside(&[lit(1), col("a")]));
    }
}
