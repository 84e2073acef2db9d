//! CREATE VIEW, temporary or persistent, over a query or a data source.

use super::Parser;
use crate::ir::{CreateView, ReadSource, Relation, RelationKind, Statement, ViewScope};
use crate::{Error, Result, StructType};

impl Parser<'_> {
    pub(super) fn create_view(&mut self) -> Result<Statement> {
        let start = self.peek();
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
        if scope != ViewScope::Persistent {
            self.expect_unqualified("VIEW", &name, start)?;
        }
        if scope != ViewScope::Persistent && if_not_exists {
            return Err(self.at_span(Error::parse("_LEGACY_ERROR_TEMP_0053"), self.span_from(start.span)));
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
            binding: None,
            collation: None,
        };
        if temporary && self.at_source_view() {
            view.query = self.source_view()?;
            return Ok(Statement::CreateView(view));
        }
        self.view_clauses(&mut view)?;
        self.expect_word("AS")?;
        let start = self.peek().span;
        let parameters = self.positional;
        view.query = self.query()?;
        view.query.span = self.span_from(start);
        view.text = Some(self.text_from(start).to_string());
        if view.binding.is_some() && view.scope != ViewScope::Persistent {
            let error = Error::parse("UNSUPPORTED_FEATURE.TEMPORARY_VIEW_WITH_SCHEMA_BINDING_MODE");
            return Err(self.at_span(error, self.span_from(start)));
        }
        if self.positional > parameters || self.has_named_parameter(start) {
            let error = Error::parse("UNSUPPORTED_FEATURE.PARAMETER_MARKER_IN_UNEXPECTED_STATEMENT")
                .with("statement", "the query of CREATE VIEW");
            return Err(self.at_span(error, self.span_from(start)));
        }
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
            let start = self.peek();
            let (clause, repeated) = if self.is_word("COMMENT") {
                ("COMMENT", view.comment.replace(self.clause_text("COMMENT")?).is_some())
            } else if self.eat_word("TBLPROPERTIES") {
                ("TBLPROPERTIES", !std::mem::replace(&mut view.properties, self.properties()?).is_empty())
            } else if let Some(binding) = self.schema_binding()? {
                ("WITH SCHEMA", view.binding.replace(binding).is_some())
            } else if self.eat_words(&["DEFAULT", "COLLATION"]) {
                ("DEFAULT COLLATION", view.collation.replace(self.identifier()?).is_some())
            } else if self.eat_words(&["PARTITIONED", "ON"]) {
                self.identifier_list()?;
                return Err(self.invalid_clause("CREATE VIEW ... PARTITIONED ON", start));
            } else if self.are_words(&["WITH", "METRICS"]) {
                return Err(Error::unsupported("CREATE VIEW … WITH METRICS"));
            } else {
                return self.check_default_collation(view.collation.as_deref());
            };
            if repeated {
                let error = Error::parse("DUPLICATE_CLAUSES").with("clauseName", clause);
                return Err(self.at_token(error, start));
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
