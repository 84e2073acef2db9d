//! DECLARE in scripts.

use super::Parser;
use crate::ir::{HandledCondition, Handler, HandlerKind, LocalVariable, NamedCondition, Step, StepKind};
use crate::{Error, Result};

impl Parser<'_> {
    pub(super) fn declaration(&mut self) -> Result<StepKind> {
        if self.is_any_word_at(1, &["EXIT", "CONTINUE"]) && self.is_word_at(2, "HANDLER") {
            return self.handler();
        }
        if self.is_name_at(1) && self.is_word_at(2, "CONDITION") {
            return self.condition();
        }
        if self.is_name_at(1) && self.at_cursor(2) {
            return Err(self.cursor_refused());
        }
        self.local_variable()
    }

    fn is_any_word_at(&self, ahead: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word_at(ahead, word))
    }

    pub(in crate::parser) fn at_cursor(&self, ahead: usize) -> bool {
        let skip = usize::from(self.is_any_word_at(ahead, &["ASENSITIVE", "INSENSITIVE"]));
        self.is_word_at(ahead + skip, "CURSOR") && self.is_word_at(ahead + skip + 1, "FOR")
    }

    /// `DECLARE a, b INT DEFAULT 1`
    fn local_variable(&mut self) -> Result<StepKind> {
        let start = self.peek();
        self.expect_word("DECLARE")?;
        let replaces = self.eat_words(&["OR", "REPLACE"]);
        let names_follow = self.is_name_at(1) && !self.is_symbol_at(1, ",");
        if names_follow {
            self.eat_any_word(&["VARIABLE", "VAR"]);
        }
        let qualified = self.comma_list(|p| p.name_reference())?;
        let (data_type, default) = self.variable_type_and_default()?;
        let shown = |name: &[String]| name.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(".");
        let mut names = Vec::with_capacity(qualified.len());
        for mut name in qualified {
            if name.len() > 1 {
                let error = Error::analysis("INVALID_VARIABLE_DECLARATION.QUALIFIED_LOCAL_VARIABLE")
                    .with("varName", shown(&name));
                return Err(self.at_span(error, self.span_from(start.span)));
            }
            if replaces {
                let error = Error::analysis("INVALID_VARIABLE_DECLARATION.REPLACE_LOCAL_VARIABLE")
                    .with("varName", shown(&name));
                return Err(self.at_span(error, self.span_from(start.span)));
            }
            names.extend(name.pop());
        }
        let default = default.map(|(value, _)| value);
        Ok(StepKind::DeclareVariable(LocalVariable { names, data_type, default }))
    }

    /// `DECLARE c CONDITION [FOR SQLSTATE [VALUE] '45001']`
    fn condition(&mut self) -> Result<StepKind> {
        let start = self.peek();
        self.expect_word("DECLARE")?;
        let name = self.identifier()?;
        self.expect_word("CONDITION")?;
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let error = Error::parse("INVALID_ERROR_CONDITION_DECLARATION.SPECIAL_CHARACTER_FOUND")
                .with("conditionName", format!("`{name}`"));
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        let sql_state =
            if self.eat_words(&["FOR", "SQLSTATE"]) { self.sql_state()? } else { "45000".to_string() };
        Ok(StepKind::DeclareCondition(NamedCondition { name: name.to_uppercase(), sql_state }))
    }

    /// `[VALUE] '45001'`: five letters or digits, of no class that is no error.
    fn sql_state(&mut self) -> Result<String> {
        self.eat_word("VALUE");
        let token = self.peek();
        let state = self.string_literal()?.to_uppercase();
        let well_formed =
            state.len() == 5 && state.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if !well_formed || ["00", "01", "XX"].iter().any(|class| state.starts_with(class)) {
            let error = Error::parse("INVALID_SQLSTATE").with("sqlState", state);
            return Err(self.at_token(error, token));
        }
        Ok(state)
    }

    /// `DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN … END`
    fn handler(&mut self) -> Result<StepKind> {
        let start = self.peek();
        self.expect_word("DECLARE")?;
        let kind = if self.eat_word("EXIT") { HandlerKind::Exit } else { HandlerKind::Continue };
        if kind == HandlerKind::Continue {
            self.position += 1;
        }
        self.expect_words(&["HANDLER", "FOR"])?;
        let conditions = self.handled_conditions()?;
        let body_start = self.peek().span;
        let label = self.begin_label()?;
        let body = if self.is_word("BEGIN") {
            let block = self.block_rest(label)?;
            self.end_label(block.label.as_deref())?;
            block.body
        } else if label.is_some() {
            return Err(self.unexpected());
        } else {
            let kind = self.statement_step()?;
            vec![Step { kind, span: self.span_from(body_start) }]
        };
        if kind == HandlerKind::Continue {
            let error = Error::parse("UNSUPPORTED_FEATURE.CONTINUE_EXCEPTION_HANDLER");
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        Ok(StepKind::DeclareHandler(Handler { kind, conditions, body }))
    }

    fn handled_conditions(&mut self) -> Result<Vec<HandledCondition>> {
        let start = self.peek();
        let mut found: Vec<HandledCondition> = Vec::new();
        loop {
            let token = self.peek();
            let condition = if self.eat_word("SQLSTATE") {
                HandledCondition::SqlState(self.sql_state()?)
            } else if self.eat_word("SQLEXCEPTION") {
                HandledCondition::SqlException
            } else if self.eat_words(&["NOT", "FOUND"]) {
                HandledCondition::NotFound
            } else {
                HandledCondition::Named(self.multipart_identifier()?.join(".").to_uppercase())
            };
            if found.contains(&condition) {
                return Err(self.at_token(twice(&condition), token));
            }
            found.push(condition);
            if !self.eat(",") {
                break;
            }
        }
        let general =
            |c: &HandledCondition| matches!(c, HandledCondition::SqlException | HandledCondition::NotFound);
        if found.iter().any(general) && !found.iter().all(general) {
            let error = Error::parse("INVALID_HANDLER_DECLARATION.INVALID_CONDITION_COMBINATION");
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        Ok(found)
    }

    // ---- cursors

    /// Cursors are part of the language that Spark leaves switched off.
    pub(in crate::parser) fn cursor_refused(&self) -> Error {
        self.at_token(Error::parse("UNSUPPORTED_FEATURE.SQL_CURSOR"), self.peek())
    }
}

fn twice(condition: &HandledCondition) -> Error {
    match condition {
        HandledCondition::SqlState(state) => {
            Error::parse("INVALID_HANDLER_DECLARATION.DUPLICATE_SQLSTATE_IN_HANDLER_DECLARATION")
                .with("sqlState", format!("'{state}'"))
        }
        HandledCondition::Named(name) => {
            Error::parse("INVALID_HANDLER_DECLARATION.DUPLICATE_CONDITION_IN_HANDLER_DECLARATION")
                .with("condition", format!("`{name}`"))
        }
        HandledCondition::SqlException | HandledCondition::NotFound => {
            Error::parse("INVALID_HANDLER_DECLARATION.INVALID_CONDITION_COMBINATION")
        }
    }
}
