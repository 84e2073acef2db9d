//! GROUP BY: plain expressions, ALL, ROLLUP, CUBE and GROUPING SETS in all their combinations.

use super::Parser;
use crate::ir::{Expr, ExprKind, Grouping};
use crate::lexer::TokenKind;
use crate::{Error, Result};

/// More grouping sets than this are refused.
const MAX_SETS: usize = 4096;

type Sets = Vec<Vec<Expr>>;

/// One item of a GROUP BY list.
enum Item {
    Plain(Expr),
    Rollup(Sets),
    Cube(Sets),
    Sets(Sets),
}

impl Parser<'_> {
    /// What follows GROUP BY.
    pub(super) fn grouping(&mut self) -> Result<Grouping> {
        if self.at_group_by_all() {
            self.position += 1;
            return Ok(Grouping::All);
        }
        let items = self.comma_list(|p| p.grouping_item())?;
        if self.eat_words(&["WITH", "ROLLUP"]) {
            return Ok(Grouping::Rollup(plain(items).ok_or_else(|| self.unexpected())?));
        }
        if self.eat_words(&["WITH", "CUBE"]) {
            return Ok(Grouping::Cube(plain(items).ok_or_else(|| self.unexpected())?));
        }
        if self.eat_words(&["GROUPING", "SETS"]) {
            let expressions = plain(items).ok_or_else(|| self.unexpected())?;
            let sets = self.parenthesized_list(|p| p.grouping_set())?;
            return Ok(Grouping::Sets { expressions, sets });
        }
        combine(items)
    }

    fn at_group_by_all(&self) -> bool {
        let operand = matches!(
            self.peek_at(1).kind,
            TokenKind::Symbol("(" | "." | "," | "+" | "-" | "*" | "/" | "%" | "[" | "=" | "<" | ">" | "||")
        );
        self.is_word("ALL") && !operand
    }

    fn grouping_item(&mut self) -> Result<Item> {
        if self.is_word("ROLLUP") && self.is_symbol_at(1, "(") {
            self.position += 1;
            return Ok(Item::Rollup(self.parenthesized_list(|p| p.grouping_set())?));
        }
        if self.is_word("CUBE") && self.is_symbol_at(1, "(") {
            self.position += 1;
            return Ok(Item::Cube(self.parenthesized_list(|p| p.grouping_set())?));
        }
        if self.are_words(&["GROUPING", "SETS"]) && self.is_symbol_at(2, "(") {
            self.position += 2;
            let elements = self.parenthesized_list(|p| p.grouping_element())?;
            return Ok(Item::Sets(elements.into_iter().flatten().collect()));
        }
        Ok(Item::Plain(self.grouping_expression()?))
    }

    /// A grouping expression; GROUPING SETS without an expression in front of it is no name.
    fn grouping_expression(&mut self) -> Result<Expr> {
        if self.is_word("GROUPING") && self.is_word_at(1, "SETS") {
            return Err(self.unexpected());
        }
        self.expression()
    }

    /// An element of GROUPING SETS: a set, or a nested construct that yields several.
    fn grouping_element(&mut self) -> Result<Sets> {
        let analytic = (self.is_any_word(&["ROLLUP", "CUBE"]) && self.is_symbol_at(1, "("))
            || (self.are_words(&["GROUPING", "SETS"]) && self.is_symbol_at(2, "("));
        if !analytic {
            return Ok(vec![self.grouping_set()?]);
        }
        let item = self.nested(|p| p.grouping_item())?;
        expand(&item)
    }

    /// `()`, `(a, b)` or `a`
    fn grouping_set(&mut self) -> Result<Vec<Expr>> {
        if self.is_symbol("(") && self.is_symbol_at(1, ")") {
            self.position += 2;
            return Ok(Vec::new());
        }
        let expr = self.expression()?;
        match expr.kind {
            // The expression parser reads `(a, b)` as a row.
            ExprKind::Function(f) if f.name == ["struct"] && self.row_in_parentheses(expr.span.start) => {
                Ok(f.arguments)
            }
            kind => Ok(vec![Expr::new(kind, expr.span)]),
        }
    }

    fn row_in_parentheses(&self, start: u32) -> bool {
        self.text.as_bytes().get(start as usize) == Some(&b'(')
    }
}

fn plain(items: Vec<Item>) -> Option<Vec<Expr>> {
    items.into_iter().map(|item| if let Item::Plain(e) = item { Some(e) } else { None }).collect()
}

fn singles(sets: &Sets) -> Option<Vec<Expr>> {
    sets.iter().map(|set| if set.len() == 1 { set.first().cloned() } else { None }).collect()
}

/// The simplest grouping that says the same as the items.
fn combine(mut items: Vec<Item>) -> Result<Grouping> {
    if items.iter().all(|i| matches!(i, Item::Plain(_))) {
        return Ok(Grouping::By(plain(items).unwrap_or_default()));
    }
    if items.len() == 1 {
        match items.remove(0) {
            Item::Rollup(sets) => match singles(&sets) {
                Some(expressions) => return Ok(Grouping::Rollup(expressions)),
                None => items.push(Item::Rollup(sets)),
            },
            Item::Cube(sets) => match singles(&sets) {
                Some(expressions) => return Ok(Grouping::Cube(expressions)),
                None => items.push(Item::Cube(sets)),
            },
            other => items.push(other),
        }
    }
    let mut product: Sets = vec![Vec::new()];
    for item in &items {
        product = cross(&product, &expand(item)?)?;
    }
    Ok(Grouping::Sets { expressions: distinct(&items), sets: product })
}

/// The grouping sets of one item.
fn expand(item: &Item) -> Result<Sets> {
    match item {
        Item::Plain(expr) => Ok(vec![vec![expr.clone()]]),
        Item::Sets(sets) => Ok(sets.clone()),
        Item::Rollup(sets) => Ok((0..=sets.len()).rev().map(|n| sets[..n].concat()).collect()),
        Item::Cube(sets) if sets.len() > 12 => Err(too_many()),
        // The first expression is the highest bit, so that the full set comes first.
        Item::Cube(sets) => Ok((0..1usize << sets.len())
            .rev()
            .map(|mask| {
                let kept = sets.iter().enumerate().filter(|(i, _)| mask >> (sets.len() - 1 - i) & 1 == 1);
                kept.flat_map(|(_, set)| set.iter().cloned()).collect()
            })
            .collect()),
    }
}

/// Every set of the left with every set of the right.
fn cross(left: &Sets, right: &Sets) -> Result<Sets> {
    if left.len().saturating_mul(right.len()) > MAX_SETS {
        return Err(too_many());
    }
    Ok(left.iter().flat_map(|l| right.iter().map(|r| [l.as_slice(), r.as_slice()].concat())).collect())
}

fn too_many() -> Error {
    Error::unsupported(format!("GROUP BY with more than {MAX_SETS} grouping sets"))
}

/// All grouping expressions once, in the order of their first appearance.
fn distinct(items: &[Item]) -> Vec<Expr> {
    let mut found: Vec<Expr> = Vec::new();
    let mut add = |expr: &Expr| {
        if !found.iter().any(|f| f.kind == expr.kind) {
            found.push(expr.clone());
        }
    };
    for item in items {
        match item {
            Item::Plain(expr) => add(expr),
            Item::Rollup(sets) | Item::Cube(sets) | Item::Sets(sets) => {
                sets.iter().flatten().for_each(&mut add)
            }
        }
    }
    found
}
