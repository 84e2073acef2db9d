//! CREATE VIEW, temporary or persistent, over a query or a data source.

use super::Parser;
use crate::ir::{CreateView, ReadSource, Relation, RelationKind, Statement, ViewScope};
use crate::{Error, Result, StructType};

impl Parser<'_> {
    pub(super) fn create_view(&mut self) -> Result<Statement> {
        self.expect_word("CREATE")?;
        let or_replace = self.eat_words(&["OR", "REPLACE"]);
        let global = self.eat_word("GLOBAL");
        let temporary = self.eat_any_word(&["TEMPORARY", "TEMP"]);
        let scope = match (global, temporary) {
            (true, true) => ViewScope::GlobalTemporary,
            (false, true) => ViewScope::Temporary,
            (false, false) => ViewScope::Persistent,
            (true, false) => return Err(self.unexpected()),
        };
        self.expect_word("VIEW")?;
        let if_not_exists = self.eat_if_not_exists();
        let name = self.name_reference()?;
        if or_replace && if_not_exists {
            let condition = "CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE";
            return Err(Error::parse(condition).with("viewName", name.join(".")));
        }
        let mut view = CreateView {
            name,
            scope,
            or_replace,
            if_not_exists,
            columns: Vec::new(),
            comment: None,
            properties: Default::default(),
            query: Relation::new(RelationKind::OneRow),
            text: None,
        };
        if temporary && self.at_source_view() {
            view.query = self.source_view()?;
            return Ok(Statement::CreateView(view));
        }
        self.view_clauses(&mut view)?;
        self.expect_word("AS")?;
        let start = self.peek().span;
        view.query = self.query()?;
        view.text = Some(self.text_from(start).to_string());
        Ok(Statement::CreateView(view))
    }

    fn view_clauses(&mut self, view: &mut CreateView) -> Result<()> {
        if self.is_symbol("(") {
            view.columns = self.parenthesized_list(|p| {
                let name = p.identifier()?;
                let comment = if p.is_word("COMMENT") { Some(p.clause_text("COMMENT")?) } else { None };
                Ok((name, comment))
            })?;
        }
        loop {
            if self.is_word("COMMENT") {
                view.comment = Some(self.clause_text("COMMENT")?);
            } else if self.eat_word("TBLPROPERTIES") {
                view.properties = self.properties()?;
            } else if self.are_words(&["WITH", "SCHEMA"]) {
                return Err(Error::unsupported("CREATE VIEW … WITH SCHEMA"));
            } else if self.are_words(&["PARTITIONED", "ON"]) {
                return Err(Error::unsupported("CREATE VIEW … PARTITIONED ON"));
            } else if self.are_words(&["DEFAULT", "COLLATION"]) {
                return Err(Error::unsupported("DEFAULT COLLATION"));
            } else {
                return Ok(());
            }
        }
    }

    /// `v USING csv …` or `v (a INT, …) USING csv …`
    fn at_source_view(&self) -> bool {
        // Column names of a view over a query never have a type behind them.
        self.is_word("USING") || (self.is_symbol("(") && self.is_name_at(2) && !self.is_word_at(2, "COMMENT"))
    }

    fn source_view(&mut self) -> Result<Relation> {
        let schema = if self.eat("(") {
            let fields = self.column_list()?;
            self.expect(")")?;
            Some(StructType::new(fields))
        } else {
            None
        };
        self.expect_word("USING")?;
        let format = Some(self.multipart_identifier()?.join("."));
        let options = if self.eat_word("OPTIONS") { self.properties()? } else { Default::default() };
        let source = ReadSource { format, schema, options, paths: Vec::new(), is_streaming: false };
        Ok(Relation::new(RelationKind::Source(source)))
    }
}
