//! Calls whose operands are long chains: `a + b + c + …`.
//!
//! Functions copy the operands they are built of, and typing a call looks at all that is below it. In a chain of a
//! thousand links each of which is an operand of the next that is work for half a million. So a long operand stands
//! aside while the call that it belongs to is built and typed: a column of its type takes its place.

use std::collections::HashMap;

use arrow::datatypes::FieldRef;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::Expr;
use functions::{Call, chain, definition};
use lang::Result;

use super::planning;

/// The functions that make chains. They look at the types of their operands, and whether those are constants.
const CHAINING: &[&str] = &[
    "!", "!=", "%", "&", "&&", "*", "+", "-", "/", "<", "<=", "<=>", "<>", "=", "==", ">", ">=", "^", "and",
    "coalesce", "concat", "div", "if", "mod", "not", "or", "when", "|",
];

/// Operands that stand aside, by the names of the columns in their places.
#[derive(Default)]
pub(super) struct Aside {
    exprs: HashMap<String, Expr>,
    pub(super) fields: HashMap<String, FieldRef>,
}

impl Aside {
    /// Takes the long operands out of `call`.
    pub fn take_from(call: &mut Call<'_>) -> Self {
        let mut aside = Aside::default();
        if CHAINING.binary_search(&call.name).is_err() {
            return aside;
        }
        for (index, argument) in call.arguments.iter_mut().enumerate() {
            if chain::is_long(&argument.expr) {
                let name = format!("{} {index}{}", chain::digest(&argument.expr), chain::ASIDE);
                let expr = std::mem::replace(&mut argument.expr, definition::column(&name));
                aside.exprs.insert(name.clone(), expr);
                aside.fields.insert(name, FieldRef::clone(&argument.field));
            }
        }
        aside
    }

    pub fn is_empty(&self) -> bool {
        self.exprs.is_empty()
    }

    /// Puts the operands back to where their columns stand in `expr`.
    pub fn put_back(mut self, expr: Expr) -> Result<Expr> {
        let mut places: HashMap<String, usize> = HashMap::new();
        expr.apply(|e| {
            if let Expr::Column(column) = e
                && self.exprs.contains_key(&column.name)
            {
                *places.entry(column.name.clone()).or_default() += 1;
            }
            Ok(TreeNodeRecursion::Continue)
        })
        .map_err(planning)?;
        let mut operand = |name: &str| {
            let left = places.get_mut(name)?;
            *left -= 1;
            if *left == 0 { self.exprs.remove(name) } else { self.exprs.get(name).cloned() }
        };
        let put = expr.transform_down(|e| {
            let found = match &e {
                Expr::Column(column) => operand(&column.name),
                _ => None,
            };
            Ok(match found {
                Some(operand) => Transformed::new(operand, true, TreeNodeRecursion::Jump),
                None => Transformed::no(e),
            })
        });
        put.map(|put| put.data).map_err(planning)
    }
}

#[cfg(test)]
mod tests {
    use super::CHAINING;

    #[test]
    fn names_are_sorted() {
        assert!(CHAINING.is_sorted());
    }
}
