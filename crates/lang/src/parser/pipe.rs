//! Pipe syntax: `FROM t |> WHERE … |> SELECT …`.

use super::Parser;
use crate::ir::{Aggregate, Expr, ExprKind, Grouping, Relation, RelationKind};
use crate::lexer::TokenKind;
use crate::{Error, Result};

impl Parser<'_> {
    /// One operator behind `|>`. Set operations and ORDER BY … LIMIT are read by the caller.
    pub(super) fn pipe_operator(&mut self, input: Relation) -> Result<Relation> {
        let start = input.span;
        if self.is_word("SELECT") {
            return self.pipe_select(input);
        }
        if self.eat_word("EXTEND") {
            let mut expressions = vec![Expr::star()];
            expressions.extend(self.comma_list(|p| p.named_expression())?);
            return Ok(self.above(start, RelationKind::Project { input, expressions }));
        }
        if self.eat_word("SET") {
            // Each assignment sees those before it.
            let assignments = self.comma_list(|p| p.pipe_assignment())?;
            let set = |input, assignment| self.above(start, RelationKind::SetColumn { input, assignment });
            return Ok(assignments.into_iter().fold(input, set));
        }
        if self.eat_word("DROP") {
            return self.pipe_drop(input);
        }
        if self.eat_word("AS") {
            let alias = self.identifier()?;
            let columns = Vec::new();
            return Ok(self.above(start, RelationKind::SubqueryAlias { input, alias, columns }));
        }
        if self.eat_word("WHERE") {
            let condition = self.expression()?;
            if !self.window_clause_items()?.is_empty() {
                return Err(self.at_token(
                    Error::parse("NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE"),
                    self.peek(),
                ));
            }
            return Ok(self.above(start, RelationKind::Filter { input, condition }));
        }
        if self.is_word("WINDOW") && self.is_name_at(1) && self.is_word_at(2, "AS") {
            let error = Error::parse("UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS")
                .with("clauses", "the WINDOW clause");
            return Err(self.at_token(error, self.peek()));
        }
        if self.are_words(&["BIN", "BY"]) && self.is_symbol_at(2, "(") {
            return Err(Error::unsupported("BIN BY"));
        }
        if self.at_pivot() {
            return self.pivots(input);
        }
        if self.is_word("TABLESAMPLE") {
            return self.sample(input, start);
        }
        if self.at_join() {
            return self.join(input);
        }
        if self.eat_word("AGGREGATE") {
            return self.pipe_aggregate(input);
        }
        if self.is_set_operator() || self.at_organization() {
            return Ok(input);
        }
        Err(self.unexpected())
    }

    fn at_organization(&self) -> bool {
        let ordered =
            self.is_any_word(&["ORDER", "SORT", "CLUSTER", "DISTRIBUTE"]) && self.is_word_at(1, "BY");
        ordered || self.is_any_word(&["LIMIT", "OFFSET"])
    }

    fn pipe_select(&mut self, input: Relation) -> Result<Relation> {
        let start = input.span;
        self.expect_word("SELECT")?;
        let distinct = self.eat_word("DISTINCT");
        let expressions = self.comma_list(|p| p.named_expression())?;
        let projected = self.above(start, RelationKind::Project { input, expressions });
        let projected = self.window_clause(projected)?;
        if !distinct {
            return Ok(projected);
        }
        let kind =
            RelationKind::Deduplicate { input: projected, columns: Vec::new(), within_watermark: false };
        Ok(self.above(start, kind))
    }

    fn pipe_assignment(&mut self) -> Result<Expr> {
        let name = self.identifier()?;
        if self.is_symbol(".") {
            let message = "SQL pipe syntax |> SET operator with multi-part assignment key (only single-part keys are allowed)";
            let error = Error::parse("_LEGACY_ERROR_TEMP_0035").with("message", message);
            return Err(self.at_token(error, self.peek()));
        }
        self.expect("=")?;
        Ok(self.expression()?.alias(name))
    }

    /// Unlike DataFrame.drop, an unknown column is an error; a star with exceptions says exactly that.
    fn pipe_drop(&mut self, input: Relation) -> Result<Relation> {
        let start = input.span;
        let except = self.comma_list(|p| p.multipart_identifier())?;
        let star = ExprKind::Star { target: None, plan_id: None, except };
        let expressions = vec![Expr::new(star, self.span_from(start))];
        Ok(self.above(start, RelationKind::Project { input, expressions }))
    }

    /// |> AGGREGATE groups by plain expressions only.
    fn refuse_pipe_grouping(&self) -> Result<()> {
        let case = if self.is_any_word(&["ROLLUP", "CUBE"]) && self.is_symbol_at(1, "(") {
            format!("GROUP BY {}", self.text_of(self.peek()).to_uppercase())
        } else if self.are_words(&["GROUPING", "SETS"]) {
            "GROUPING SETS".to_string()
        } else if self.is_word("ALL")
            && matches!(self.peek_at(1).kind, TokenKind::End | TokenKind::Symbol("|>" | ")" | ";"))
        {
            "GROUP BY ALL".to_string()
        } else {
            return Ok(());
        };
        let error =
            Error::parse("UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE").with("case", case);
        Err(self.at_token(error, self.peek()))
    }

    /// The grouping expressions come first in the output, then the aggregates.
    fn pipe_aggregate(&mut self, input: Relation) -> Result<Relation> {
        let start = input.span;
        let grouped = self.are_words(&["GROUP", "BY"]);
        if !grouped && matches!(self.peek().kind, TokenKind::End | TokenKind::Symbol(")" | ";" | "|>")) {
            let message = "The AGGREGATE clause requires a list of aggregate expressions or a list of grouping expressions, or both";
            let error = Error::parse("_LEGACY_ERROR_TEMP_0035").with("message", message);
            return Err(self.at_token(error, self.peek()));
        }
        let aggregates = if grouped { Vec::new() } else { self.comma_list(|p| p.named_expression())? };
        let grouping = if self.eat_words(&["GROUP", "BY"]) {
            self.refuse_pipe_grouping()?;
            Grouping::By(self.comma_list(|p| p.named_expression())?)
        } else {
            Grouping::By(Vec::new())
        };
        let aggregate =
            Aggregate { input, grouping, aggregates, groups_in_output: true, having: None, pivot: None };
        Ok(self.above(start, RelationKind::Aggregate(aggregate)))
    }
}
