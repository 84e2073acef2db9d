//! Windows: OVER specifications, frames and the WINDOW clause.

use super::Parser;
use super::expression::call_at;
use crate::ir::{
    Expr, ExprKind, FrameBound, FrameUnit, Literal, Relation, RelationKind, SortOrder, WindowFrame,
    WindowSpec,
};
use crate::{Error, Result};

impl Parser<'_> {
    /// `WINDOW w AS (…), …` behind a select.
    pub(super) fn window_clause(&mut self, input: Relation) -> Result<Relation> {
        let windows = self.window_clause_items()?;
        Ok(self.with_windows(input, windows))
    }

    pub(super) fn with_windows(&self, input: Relation, windows: Vec<(String, WindowSpec)>) -> Relation {
        if windows.is_empty() {
            return input;
        }
        let start = input.span;
        self.above(start, RelationKind::WithWindows { input, windows })
    }

    /// The definitions of a WINDOW clause; none where there is no such clause.
    pub(super) fn window_clause_items(&mut self) -> Result<Vec<(String, WindowSpec)>> {
        let defines = self.is_word("WINDOW") && self.is_name_at(1) && self.is_word_at(2, "AS");
        if !defines {
            return Ok(Vec::new());
        }
        let start = self.advance();
        let windows = self.comma_list(|p| {
            let name = p.identifier()?;
            p.expect_word("AS")?;
            Ok((name, p.window_spec()?))
        })?;
        for (i, (name, _)) in windows.iter().enumerate() {
            if windows[..i].iter().any(|(other, _)| other == name) {
                let error = Error::parse("INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION")
                    .with("windowName", format!("`{name}`"));
                return Err(self.at_token(error, start));
            }
        }
        Ok(windows)
    }

    /// `w`, `(w)` or `(PARTITION BY … ORDER BY … frame)`
    pub(super) fn window_spec(&mut self) -> Result<WindowSpec> {
        if !self.is_symbol("(") {
            return Ok(WindowSpec { base: Some(self.identifier()?), ..WindowSpec::default() });
        }
        self.expect("(")?;
        let mut spec = WindowSpec::default();
        if self.is_name_at(0) && self.is_symbol_at(1, ")") {
            spec.base = Some(self.identifier()?);
        } else if self.eat_words(&["CLUSTER", "BY"]) {
            spec.partition_by = self.comma_list(|p| p.expression())?;
            spec.order_by = ascending(&spec.partition_by);
        } else {
            if self.eat_words(&["PARTITION", "BY"]) || self.eat_words(&["DISTRIBUTE", "BY"]) {
                spec.partition_by = self.comma_list(|p| p.expression())?;
            }
            if self.eat_words(&["ORDER", "BY"]) || self.eat_words(&["SORT", "BY"]) {
                spec.order_by = self.comma_list(|p| p.sort_item())?;
            }
        }
        spec.frame = self.window_frame()?;
        self.expect(")")?;
        Ok(spec)
    }

    fn window_frame(&mut self) -> Result<Option<WindowFrame>> {
        let unit = if self.eat_word("ROWS") {
            FrameUnit::Rows
        } else if self.eat_word("RANGE") {
            FrameUnit::Range
        } else {
            return Ok(None);
        };
        if !self.eat_word("BETWEEN") {
            let lower = self.frame_bound()?;
            return Ok(Some(WindowFrame { unit, lower, upper: FrameBound::CurrentRow }));
        }
        let lower = self.frame_bound()?;
        self.expect_word("AND")?;
        let upper = self.frame_bound()?;
        Ok(Some(WindowFrame { unit, lower, upper }))
    }

    fn frame_bound(&mut self) -> Result<FrameBound> {
        if self.eat_words(&["UNBOUNDED", "PRECEDING"]) {
            return Ok(FrameBound::UnboundedPreceding);
        }
        if self.eat_words(&["UNBOUNDED", "FOLLOWING"]) {
            return Ok(FrameBound::UnboundedFollowing);
        }
        if self.eat_words(&["CURRENT", "ROW"]) {
            return Ok(FrameBound::CurrentRow);
        }
        let token = self.peek();
        let offset = self.value_expression()?;
        if matches!(offset.kind, ExprKind::Attribute { .. }) {
            let error = Error::parse("INVALID_SQL_SYNTAX.INVALID_WINDOW_FRAME_BOUND");
            return Err(self.at_token(error, token));
        }
        if self.eat_word("FOLLOWING") {
            return Ok(FrameBound::Offset(Box::new(offset)));
        }
        self.expect_word("PRECEDING")?;
        Ok(FrameBound::Offset(Box::new(negated(offset))))
    }
}

fn ascending(expressions: &[Expr]) -> Vec<SortOrder> {
    let order = |e: &Expr| SortOrder { expr: e.clone(), descending: false, nulls_first: true };
    expressions.iter().map(order).collect()
}

/// Integer offsets become negative literals, as DataFrames send them; anything else is negated by a call.
fn negated(offset: Expr) -> Expr {
    let span = offset.span;
    match offset.kind {
        ExprKind::Literal(Literal::Integer(v)) if v != i32::MIN => {
            Expr::literal(Literal::Integer(-v)).at(span)
        }
        ExprKind::Literal(Literal::Long(v)) if v != i64::MIN => Expr::literal(Literal::Long(-v)).at(span),
        kind => call_at("negative", vec![Expr::new(kind, span)], span),
    }
}
