//! Session variables, EXECUTE IMMEDIATE and CALL.

use super::Parser;
use crate::ir::{DeclareVariable, ExecuteImmediate, Expr, ExprKind, Statement, VariableSource};
use crate::{Error, Result};

/// A default with the text it was written as.
type Default = (Expr, String);

impl Parser<'_> {
    /// `DECLARE [OR REPLACE] [VARIABLE] a, b [type] [DEFAULT value | = value]`
    pub(in crate::parser) fn declare(&mut self) -> Result<Statement> {
        let start = self.peek();
        self.expect_word("DECLARE")?;
        let or_replace = self.eat_words(&["OR", "REPLACE"]);
        self.eat_variable_word();
        let names = self.comma_list(|p| p.name_reference())?;
        let (data_type, default) = self.variable_type_and_default()?;
        if data_type.is_none() && default.is_none() {
            let error = Error::parse("INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED");
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        Ok(Statement::DeclareVariable(DeclareVariable { names, or_replace, data_type, default }))
    }

    fn eat_variable_word(&mut self) {
        let names_a_type =
            self.is_symbol_at(1, ",") || self.is_symbol_at(1, "=") || self.is_symbol_at(1, ".");
        if self.is_any_word(&["VARIABLE", "VAR"]) && self.is_name_at(1) && !names_a_type {
            self.position += 1;
        }
    }

    /// `INT DEFAULT 1`, either of which may be missing, but not both.
    pub(in crate::parser) fn variable_type_and_default(
        &mut self,
    ) -> Result<(Option<crate::DataType>, Option<Default>)> {
        let has_type = !(self.is_word("DEFAULT") || self.is_symbol("=") || self.at_statement_end());
        let data_type = if has_type { Some(self.data_type()?) } else { None };
        if !(self.eat_word("DEFAULT") || self.eat("=")) {
            return Ok((data_type, None));
        }
        let start = self.peek().span;
        let value = self.expression()?;
        let text = self.text_from(start).to_string();
        Ok((data_type, Some((value, text))))
    }

    pub(in crate::parser) fn at_statement_end(&self) -> bool {
        self.at_end() || self.is_symbol(";")
    }

    /// `DROP TEMPORARY VARIABLE [IF EXISTS] v`; the cursor is behind TEMPORARY.
    pub(super) fn drop_variable(&mut self) -> Result<Statement> {
        if !self.eat_any_word(&["VARIABLE", "VAR"]) {
            return Err(self.unexpected());
        }
        let if_exists = self.eat_if_exists();
        Ok(Statement::DropVariable { name: self.name_reference()?, if_exists })
    }

    /// What follows SET VARIABLE, or SET in a script: assignments, or `(a, b) = (query)`.
    pub(in crate::parser) fn set_variable(&mut self) -> Result<Statement> {
        if self.eat("(") {
            let targets = self.comma_list(|p| p.multipart_identifier())?;
            self.expect(")")?;
            self.expect("=")?;
            self.expect("(")?;
            let query = self.query()?;
            self.expect(")")?;
            return Ok(Statement::SetVariable { targets, source: VariableSource::Query(query) });
        }
        let assignments = self.assignments()?;
        let (targets, values): (Vec<_>, Vec<_>) =
            assignments.into_iter().map(|a| (a.column, a.value)).unzip();
        Ok(Statement::SetVariable { targets, source: VariableSource::Values(values) })
    }

    /// `EXECUTE IMMEDIATE text [INTO a, b] [USING x, y AS p]`
    pub(super) fn execute_immediate(&mut self) -> Result<Statement> {
        self.expect_words(&["EXECUTE", "IMMEDIATE"])?;
        let query = self.expression()?;
        let into =
            if self.eat_word("INTO") { self.comma_list(|p| p.multipart_identifier())? } else { Vec::new() };
        let start = self.peek();
        let using = if self.eat_word("USING") { self.using_arguments()? } else { Vec::new() };
        self.check_argument_names(&using, start)?;
        Ok(Statement::ExecuteImmediate(Box::new(ExecuteImmediate { query, into, using })))
    }

    fn check_argument_names(&self, using: &[Expr], start: crate::lexer::Token) -> Result<()> {
        let mut names: Vec<String> = Vec::new();
        for expr in using {
            let ExprKind::Alias { names: given, .. } = &expr.kind else { continue };
            let Some(name) = given.first() else { continue };
            if names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
                let error = Error::parse("EXEC_IMMEDIATE_DUPLICATE_ARGUMENT_ALIASES")
                    .with("aliases", format!("`{name}`"));
                return Err(self.at_token(error, start));
            }
            names.push(name.clone());
        }
        Ok(())
    }

    /// `(a, b AS c)` or the same without parentheses.
    pub(in crate::parser) fn using_arguments(&mut self) -> Result<Vec<Expr>> {
        if !self.is_symbol("(") {
            return self.comma_list(|p| p.named_expression());
        }
        let mark = self.mark();
        let listed = self.parenthesized_list(|p| p.named_expression());
        if let Ok(arguments) = listed
            && self.at_statement_end()
        {
            return Ok(arguments);
        }
        self.reset_to(mark);
        self.comma_list(|p| p.named_expression())
    }

    /// `CALL procedure(1, name => 2)`
    pub(super) fn call_statement(&mut self) -> Result<Statement> {
        self.expect_word("CALL")?;
        let name = self.name_reference()?;
        self.expect("(")?;
        let arguments = if self.is_symbol(")") { Vec::new() } else { self.comma_list(|p| p.argument())? };
        self.expect(")")?;
        Ok(Statement::Call { name, arguments })
    }
}
