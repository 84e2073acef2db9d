//! Scripts: `BEGIN … END`, its declarations and its control flow.
//!
//! ```text
//! BEGIN ─► declare (variables, conditions, cursors, handlers) ─► control (IF, CASE, loops) ─► END
//!                         │                                           │
//!                         └────────── check: labels, places ──────────┘
//! ```
//!
//! The nouns are those of [`crate::ir::Block`]: a script is a block, a block is a list of [`Step`]s.
//!
//! # Guarantees
//! Labels and places of declarations are checked here; what is left for running are names and values.
//!
//! # Does not
//! Know which variables exist.
//!
//! # Where to start
//! [`Parser::script`], then `step`.

mod check;
mod control;
mod declare;

use super::Parser;
use crate::Result;
use crate::ir::{Block, Step, StepKind};

/// Where in a script a list of steps stands: what may be declared there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Directly in BEGIN … END.
    Block,
    /// In a branch or a loop.
    Nested,
}

impl Parser<'_> {
    /// A whole script; the cursor is at BEGIN.
    pub(super) fn script(&mut self) -> Result<Block> {
        let block = self.block_rest(None)?;
        check::labels(self, &block)?;
        Ok(block)
    }

    pub(super) fn at_script(&self) -> bool {
        self.is_word("BEGIN")
            && !matches!(self.text_of(self.peek_at(1)).to_ascii_uppercase().as_str(), "TRANSACTION" | "")
    }

    /// From BEGIN to END, and the label behind it where one may stand.
    fn block_rest(&mut self, label: Option<String>) -> Result<Block> {
        self.expect_word("BEGIN")?;
        if self.is_word("NOT") {
            self.expect_words(&["NOT", "ATOMIC"])?;
        }
        let body = if self.at_block_end() { Vec::new() } else { self.steps(&["END"], Place::Block)? };
        self.expect_word("END")?;
        Ok(Block { label, body })
    }

    fn at_block_end(&self) -> bool {
        self.is_word("END") && !self.is_symbol_at(1, ":")
    }

    /// Steps, each closed by a semicolon, up to one of `ends`.
    fn steps(&mut self, ends: &[&str], place: Place) -> Result<Vec<Step>> {
        let mut steps: Vec<Step> = Vec::new();
        while steps.is_empty() || !self.is_any_word(ends) {
            let start = self.peek().span;
            let kind = self.nested(|p| p.step())?;
            let step = Step { kind, span: self.span_from(start) };
            check::place(self, &steps, &step, place)?;
            steps.push(step);
            self.expect(";")?;
        }
        Ok(steps)
    }

    fn step(&mut self) -> Result<StepKind> {
        let label = self.begin_label()?;
        let labelled = ["BEGIN", "WHILE", "REPEAT", "LOOP", "FOR"];
        if label.is_some() && !self.is_any_word(&labelled) {
            return Err(self.unexpected());
        }
        let word = self.text_of(self.peek()).to_ascii_uppercase();
        match word.as_str() {
            "BEGIN" => {
                let block = self.block_rest(label)?;
                self.end_label(block.label.as_deref())?;
                Ok(StepKind::Block(block))
            }
            "WHILE" => self.while_loop(label),
            "REPEAT" => self.repeat_loop(label),
            "LOOP" => self.endless_loop(label),
            "FOR" => self.for_loop(label),
            "IF" => self.if_step(),
            "CASE" => self.case_step(),
            "LEAVE" if self.is_name_at(1) => {
                self.position += 1;
                Ok(StepKind::Leave(self.label_name()?))
            }
            "ITERATE" if self.is_name_at(1) => {
                self.position += 1;
                Ok(StepKind::Iterate(self.label_name()?))
            }
            "DECLARE" => self.declaration(),
            "OPEN" | "FETCH" | "CLOSE" if self.is_name_at(1) => Err(self.cursor_refused()),
            _ => self.statement_step(),
        }
    }

    /// A statement; SET is always of variables here.
    fn statement_step(&mut self) -> Result<StepKind> {
        let start = self.peek().span;
        let (identifiers, positional) = (self.deferred.len(), self.positional);
        let statement = if self.is_word("SET") {
            self.position += 1;
            self.set_variable()?
        } else if self.is_any_word(&["RESET"]) {
            return Err(self.unexpected());
        } else {
            self.statement()?
        };
        let span = self.span_from(start);
        let statement = self.deferred_from(statement, identifiers, positional, span);
        Ok(StepKind::Statement(Box::new(statement)))
    }

    /// `name:` in front of a block or loop.
    fn begin_label(&mut self) -> Result<Option<String>> {
        if !(self.is_name_at(0) && self.is_symbol_at(1, ":")) {
            return Ok(None);
        }
        let label = self.identifier()?.to_lowercase();
        self.expect(":")?;
        Ok(Some(label))
    }

    /// The label behind END must be the one in front.
    fn end_label(&mut self, begin: Option<&str>) -> Result<()> {
        if !self.is_name_at(0) {
            return Ok(());
        }
        let token = self.peek();
        let end = self.label_name()?;
        match begin {
            Some(begin) if begin == end => Ok(()),
            begin => Err(self.at_token(check::label_mismatch(begin, &end), token)),
        }
    }

    fn label_name(&mut self) -> Result<String> {
        Ok(self.identifier()?.to_lowercase())
    }
}
