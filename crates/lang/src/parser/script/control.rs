//! Branches and loops.

use super::{Parser, Place};
use crate::Result;
use crate::ir::{Expr, Step, StepKind};

type Branches = Vec<(Expr, Vec<Step>)>;

impl Parser<'_> {
    /// `IF a THEN … [ELSEIF b THEN …] [ELSE …] END IF`
    pub(super) fn if_step(&mut self) -> Result<StepKind> {
        self.expect_word("IF")?;
        let mut branches = Vec::new();
        loop {
            let condition = self.expression()?;
            self.expect_word("THEN")?;
            branches.push((condition, self.steps(&["ELSEIF", "ELSE", "END"], Place::Nested)?));
            if !self.eat_word("ELSEIF") {
                break;
            }
        }
        let otherwise = self.else_steps()?;
        self.expect_words(&["END", "IF"])?;
        Ok(StepKind::If { branches, otherwise, is_case: false })
    }

    fn else_steps(&mut self) -> Result<Option<Vec<Step>>> {
        if self.eat_word("ELSE") { Ok(Some(self.steps(&["END"], Place::Nested)?)) } else { Ok(None) }
    }

    /// `CASE [x] WHEN … THEN … [ELSE …] END CASE`
    pub(super) fn case_step(&mut self) -> Result<StepKind> {
        self.expect_word("CASE")?;
        let operand = if self.is_word("WHEN") { None } else { Some(self.expression()?) };
        let mut branches: Branches = Vec::new();
        while self.eat_word("WHEN") {
            let condition = self.expression()?;
            self.expect_word("THEN")?;
            branches.push((condition, self.steps(&["WHEN", "ELSE", "END"], Place::Nested)?));
        }
        if branches.is_empty() {
            return Err(self.unexpected());
        }
        let otherwise = self.else_steps()?;
        self.expect_words(&["END", "CASE"])?;
        Ok(match operand {
            Some(operand) => StepKind::SimpleCase { operand, branches, otherwise },
            None => StepKind::If { branches, otherwise, is_case: true },
        })
    }

    /// `WHILE a DO … END WHILE`
    pub(super) fn while_loop(&mut self, label: Option<String>) -> Result<StepKind> {
        self.expect_word("WHILE")?;
        let condition = self.expression()?;
        self.expect_word("DO")?;
        let body = self.steps(&["END"], Place::Nested)?;
        self.expect_words(&["END", "WHILE"])?;
        self.end_label(label.as_deref())?;
        Ok(StepKind::While { label, condition, body })
    }

    /// `REPEAT … UNTIL a END REPEAT`
    pub(super) fn repeat_loop(&mut self, label: Option<String>) -> Result<StepKind> {
        self.expect_word("REPEAT")?;
        let body = self.steps(&["UNTIL"], Place::Nested)?;
        self.expect_word("UNTIL")?;
        let until = self.expression()?;
        self.expect_words(&["END", "REPEAT"])?;
        self.end_label(label.as_deref())?;
        Ok(StepKind::Repeat { label, body, until })
    }

    /// `LOOP … END LOOP`
    pub(super) fn endless_loop(&mut self, label: Option<String>) -> Result<StepKind> {
        self.expect_word("LOOP")?;
        let body = self.steps(&["END"], Place::Nested)?;
        self.expect_words(&["END", "LOOP"])?;
        self.end_label(label.as_deref())?;
        Ok(StepKind::Loop { label, body })
    }

    /// `FOR [x AS] SELECT … DO … END FOR`
    pub(super) fn for_loop(&mut self, label: Option<String>) -> Result<StepKind> {
        self.expect_word("FOR")?;
        let named = self.is_name_at(0) && self.is_word_at(1, "AS") && !self.is_word("WITH");
        let variable = if named { Some(self.label_name()?) } else { None };
        if named {
            self.expect_word("AS")?;
        }
        let query = self.query()?;
        self.expect_word("DO")?;
        let body = self.steps(&["END"], Place::Nested)?;
        self.expect_words(&["END", "FOR"])?;
        self.end_label(label.as_deref())?;
        Ok(StepKind::For { label, variable, query, body })
    }
}
