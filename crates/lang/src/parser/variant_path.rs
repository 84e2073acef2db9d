//! Paths into variants: `a:b.c[0]['d']`.

use super::Parser;
use super::expression::call_at;
use crate::ir::Expr;
use crate::lexer::{NumberKind, TokenKind};
use crate::{Result, Span};

impl Parser<'_> {
    pub(super) fn at_variant_path(&self) -> bool {
        self.is_symbol(":") && (self.is_name_at(1) || self.is_symbol_at(1, "["))
    }

    /// What follows a value and a colon; the same as `variant_get(value, '$.b.c')`, under a
    /// name of its own: the column is called after the last key.
    #[inline(never)]
    pub(super) fn variant_path(&mut self, value: Expr, start: Span) -> Result<Expr> {
        self.expect(":")?;
        let mut path = String::from("$");
        let first = self.peek().span;
        if self.is_name_at(0) {
            let name = self.identifier()?;
            push_name(&mut path, &name);
        } else {
            self.variant_subscript(&mut path)?;
        }
        loop {
            if self.is_symbol(".") && self.is_name_at(1) {
                self.position += 1;
                let name = self.identifier()?;
                push_name(&mut path, &name);
            } else if self.is_symbol("[") {
                self.variant_subscript(&mut path)?;
            } else {
                break;
            }
        }
        let span = self.span_from(first);
        let arguments = vec![value, Expr::string(path).at(span)];
        Ok(call_at(":", arguments, self.span_from(start)))
    }

    /// `[0]`, `['a']`, `[a]`
    fn variant_subscript(&mut self, path: &mut String) -> Result<()> {
        self.expect("[")?;
        let token = self.peek();
        match token.kind {
            TokenKind::String => {
                let name = self.string_literal()?;
                push_name(path, &name);
            }
            TokenKind::Number(NumberKind::Integer) => {
                path.push_str(&format!("[{}]", self.integer_value()?));
            }
            _ => {
                let name = self.identifier()?;
                push_name(path, &name);
            }
        }
        self.expect("]")
    }
}

fn push_name(path: &mut String, name: &str) {
    path.push_str(&format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")));
}
