//! Expressions from OR down to the unary operators, by precedence climbing.

use super::{MAX_DEPTH, Parser};
use crate::Result;
use crate::ir::{Expr, ExprKind, Function, Literal, Subquery};
use crate::lexer::{NumberKind, TokenKind};
use crate::{DataType, Span};

/// How many expression nodes lowerings may copy per text.
const MAX_COPIED: usize = 100_000;

/// A binary operator: its tokens, the function it calls and how tightly it binds.
struct Operator {
    function: &'static str,
    precedence: u8,
    tokens: usize,
    negated: bool,
}

const COMPARISON: u8 = 1;
const BIT_OR: u8 = 2;
const BIT_XOR: u8 = 3;
const BIT_AND: u8 = 4;
const SHIFT: u8 = 5;
const ADDITION: u8 = 6;
const MULTIPLICATION: u8 = 7;

impl Parser<'_> {
    /// A whole expression, down from OR.
    ///
    /// The functions from here to `primary_base` recurse through every parenthesis of the text, so each keeps its
    /// stack frame small and leaves the rarer cases to functions of their own, which must not be inlined back.
    pub(super) fn expression(&mut self) -> Result<Expr> {
        if self.depth >= MAX_DEPTH {
            return Err(self.too_complex());
        }
        self.depth += 1;
        let expr = self.logical();
        self.depth -= 1;
        expr
    }

    /// `expr [AS alias]`, `expr AS (a, b)`; a star has no alias.
    pub(super) fn named_expression(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        let expr = self.expression()?;
        if self.is_word("AS") || self.at_column_alias() { self.aliased(expr, start) } else { Ok(expr) }
    }

    #[inline(never)]
    fn aliased(&mut self, expr: Expr, start: Span) -> Result<Expr> {
        let names = if self.eat_word("AS") && self.is_symbol("(") {
            self.identifier_list()?
        } else {
            vec![self.identifier()?]
        };
        let kind = ExprKind::Alias { expr: Box::new(expr), names, metadata: None };
        Ok(Expr::new(kind, self.span_from(start)))
    }

    fn logical(&mut self) -> Result<Expr> {
        let first = self.negation()?;
        if self.is_word("AND") || self.is_word("OR") { self.logical_chain(first) } else { Ok(first) }
    }

    /// AND binds tighter than OR. Chains become balanced trees, so that thousands of terms stay shallow.
    #[inline(never)]
    fn logical_chain(&mut self, first: Expr) -> Result<Expr> {
        let mut alternatives = Vec::new();
        let mut terms = vec![first];
        loop {
            if self.eat_word("AND") {
                terms.push(self.negation()?);
            } else if self.eat_word("OR") {
                alternatives.push(balanced("and", std::mem::take(&mut terms)));
                terms.push(self.negation()?);
            } else {
                alternatives.push(balanced("and", terms));
                return Ok(balanced("or", alternatives));
            }
        }
    }

    fn negation(&mut self) -> Result<Expr> {
        if self.is_word("NOT") || self.is_symbol("!") {
            return self.nested(|p| p.not());
        }
        if self.is_word("EXISTS") && self.is_symbol_at(1, "(") && self.starts_query_at(2) {
            return self.exists();
        }
        let value = self.climb(COMPARISON)?;
        if self.at_predicate() { self.predicate(value) } else { Ok(value) }
    }

    #[inline(never)]
    fn not(&mut self) -> Result<Expr> {
        let start = self.advance().span;
        let operand = self.negation()?;
        Ok(call_at("not", vec![operand], self.span_from(start)))
    }

    #[inline(never)]
    fn exists(&mut self) -> Result<Expr> {
        let start = self.advance().span;
        self.expect("(")?;
        let relation = self.query()?;
        self.expect(")")?;
        let kind = ExprKind::Subquery(Box::new(Subquery::Exists { relation }));
        Ok(Expr::new(kind, self.span_from(start)))
    }

    /// Arithmetic and comparisons, without predicates and logic.
    pub(super) fn value_expression(&mut self) -> Result<Expr> {
        self.nested(|p| p.climb(COMPARISON))
    }

    fn climb(&mut self, lowest: u8) -> Result<Expr> {
        let start = self.peek().span;
        let left = self.unary()?;
        match self.binary_operator() {
            Some(operator) if operator.precedence >= lowest => self.climb_on(left, lowest, start),
            _ => Ok(left),
        }
    }

    /// The parentheses around an operand belong to what is made of it, not to the operand.
    #[inline(never)]
    fn climb_on(&mut self, mut left: Expr, lowest: u8, start: Span) -> Result<Expr> {
        let mut length = 0;
        while let Some(operator) = self.binary_operator().filter(|o| o.precedence >= lowest) {
            self.link(&mut length)?;
            self.position += operator.tokens;
            let right = self.climb(operator.precedence + 1)?;
            left = combined(&operator, left, right, self.span_from(start));
        }
        Ok(left)
    }

    fn binary_operator(&self) -> Option<Operator> {
        let plain = |function, precedence| Some(Operator { function, precedence, tokens: 1, negated: false });
        match self.peek().kind {
            TokenKind::Word if self.is_word("DIV") => plain("div", MULTIPLICATION),
            TokenKind::Symbol(symbol) => match symbol {
                "=" | "==" => plain("==", COMPARISON),
                "<>" | "!=" => {
                    Some(Operator { function: "==", precedence: COMPARISON, tokens: 1, negated: true })
                }
                "<=>" | "<" | "<=" | ">=" => plain(symbol, COMPARISON),
                "!<" => plain(">=", COMPARISON),
                "!>" => plain("<=", COMPARISON),
                ">" => Some(self.greater_or_shift()),
                "<<" => plain("shiftleft", SHIFT),
                "|" => plain("|", BIT_OR),
                "^" => plain("^", BIT_XOR),
                "&" => plain("&", BIT_AND),
                "+" | "-" => plain(symbol, ADDITION),
                "||" => plain("concat", ADDITION),
                "*" | "/" | "%" => plain(symbol, MULTIPLICATION),
                _ => None,
            },
            _ => None,
        }
    }

    /// `>`, `>>` or `>>>`: the lexer leaves them apart because `>` closes types too.
    fn greater_or_shift(&self) -> Operator {
        let touches = |i: usize| {
            self.is_symbol_at(i, ">") && self.peek_at(i - 1).span.end == self.peek_at(i).span.start
        };
        let (function, precedence, tokens) = match (touches(1), touches(1) && touches(2)) {
            (_, true) => ("shiftrightunsigned", SHIFT, 3),
            (true, _) => ("shiftright", SHIFT, 2),
            _ => (">", COMPARISON, 1),
        };
        Operator { function, precedence, tokens, negated: false }
    }

    fn unary(&mut self) -> Result<Expr> {
        match self.peek().kind {
            // A minus before a number belongs to the literal: -2147483648 is an INT.
            TokenKind::Symbol("-") if matches!(self.peek_at(1).kind, TokenKind::Number(_)) => self.primary(),
            TokenKind::Symbol("-") => self.nested(|p| p.signed("-")),
            TokenKind::Symbol("+") => self.nested(|p| p.signed("+")),
            TokenKind::Symbol("~") => self.nested(|p| p.signed("~")),
            _ => self.primary(),
        }
    }

    #[inline(never)]
    fn signed(&mut self, function: &str) -> Result<Expr> {
        let start = self.advance().span;
        let operand = self.unary()?;
        Ok(call_at(function, vec![operand], self.span_from(start)))
    }

    /// A copy for a lowering that needs an operand twice; the sum of copies is bounded.
    pub(super) fn copy(&mut self, expr: &Expr) -> Result<Expr> {
        self.copied = self.copied.saturating_add(count_nodes(expr));
        if self.copied > MAX_COPIED {
            return Err(self.too_complex());
        }
        Ok(expr.clone())
    }

    pub(super) fn integer_value(&mut self) -> Result<u64> {
        let is_integer = |literal: &Literal| matches!(literal, Literal::Integer(v) if *v >= 0);
        if self.at_bound_literal(is_integer)
            && let Some(ExprKind::Literal(Literal::Integer(value))) = self.bound_parameter().map(|e| e.kind)
        {
            return Ok(u64::from(value.unsigned_abs()));
        }
        let token = self.peek();
        match (token.kind, self.text_of(token).parse()) {
            (TokenKind::Number(NumberKind::Integer), Ok(value)) => {
                self.position += 1;
                Ok(value)
            }
            _ => Err(self.unexpected()),
        }
    }

    pub(super) fn cast_to(&self, expr: Expr, data_type: DataType, start: Span) -> Expr {
        let kind = ExprKind::Cast { expr: Box::new(expr), data_type, mode: Default::default() };
        Expr::new(kind, self.span_from(start))
    }
}

#[inline(never)]
fn combined(operator: &Operator, left: Expr, right: Expr, span: Span) -> Expr {
    let call = call_at(operator.function, vec![left, right], span);
    if operator.negated { call_at("not", vec![call], span) } else { call }
}

pub(super) fn call_at(function: &str, arguments: Vec<Expr>, span: Span) -> Expr {
    Expr::new(ExprKind::Function(Box::new(Function::new(function, arguments))), span)
}

/// A balanced tree of a binary, associative function over `terms` in order, split as Spark splits them.
pub(super) fn balanced(function: &str, mut terms: Vec<Expr>) -> Expr {
    if terms.len() <= 1 {
        return terms.pop().unwrap_or_else(|| Expr::literal(crate::ir::Literal::Boolean(function == "and")));
    }
    let right = terms.split_off((terms.len() - 1) / 2 + 1);
    let (left, right) = (balanced(function, terms), balanced(function, right));
    let span = left.span.to(right.span);
    call_at(function, vec![left, right], span)
}

fn count_nodes(expr: &Expr) -> usize {
    1 + match &expr.kind {
        ExprKind::Function(function) => function.arguments.iter().map(count_nodes).sum(),
        ExprKind::Cast { expr, .. } | ExprKind::Alias { expr, .. } => count_nodes(expr),
        ExprKind::Extract { child, extraction } => count_nodes(child) + count_nodes(extraction),
        ExprKind::Lambda { body, .. } => count_nodes(body),
        ExprKind::Window(window) => count_nodes(&window.function),
        // A subquery in an operand that is copied is legal but never cheap.
        ExprKind::Subquery(_) => 500,
        _ => 0,
    }
}
