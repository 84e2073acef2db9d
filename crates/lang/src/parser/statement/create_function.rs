//! CREATE FUNCTION: SQL bodies and classes of the JVM.

use super::Parser;
use crate::ir::{
    Characteristics, CreateExternalFunction, CreateSqlFunction, SqlBody, SqlFunction, SqlReturn, Statement,
};
use crate::lexer::Token;
use crate::{Error, Result, Span, StructType};

impl Parser<'_> {
    pub(super) fn create_function(&mut self) -> Result<Statement> {
        let start = self.peek();
        self.expect_word("CREATE")?;
        let or_replace = self.eat_words(&["OR", "REPLACE"]);
        let temporary = self.eat_any_word(&["TEMPORARY", "TEMP"]);
        self.expect_word("FUNCTION")?;
        let if_not_exists = self.eat_if_not_exists();
        let name = self.name_reference()?;
        if self.eat_word("AS") {
            let class = self.string_literal()?;
            let using = self.eat_word("USING");
            let resources = if using { self.comma_list(|p| p.resource_item())? } else { Vec::new() };
            self.check_function_options(or_replace, if_not_exists, temporary, start)?;
            if temporary {
                self.expect_unqualified("FUNCTION", &name, start)?;
            }
            let function =
                CreateExternalFunction { name, or_replace, if_not_exists, temporary, class, resources };
            return Ok(Statement::CreateExternalFunction(function));
        }
        let function = self.sql_function(start)?;
        self.check_function_options(or_replace, if_not_exists, temporary, start)?;
        if temporary {
            self.expect_unqualified("FUNCTION", &name, start)?;
        }
        let create = CreateSqlFunction { name, or_replace, if_not_exists, temporary, function };
        Ok(Statement::CreateSqlFunction(Box::new(create)))
    }

    fn check_function_options(
        &self,
        or_replace: bool,
        if_not_exists: bool,
        temporary: bool,
        start: Token,
    ) -> Result<()> {
        let condition = match (or_replace, if_not_exists, temporary) {
            (true, true, _) => "INVALID_SQL_SYNTAX.CREATE_ROUTINE_WITH_IF_NOT_EXISTS_AND_REPLACE",
            (_, true, true) => "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS",
            _ => return Ok(()),
        };
        Err(self.at_span(Error::parse(condition), self.span_from(start.span)))
    }

    /// Temporary objects have names of one part.
    pub(super) fn expect_unqualified(&self, object: &str, name: &[String], start: Token) -> Result<()> {
        let Some((last, qualifier)) = name.split_last() else { return Ok(()) };
        if qualifier.is_empty() {
            return Ok(());
        }
        let shown: Vec<_> = qualifier.iter().map(|part| format!("`{part}`")).collect();
        let error = Error::parse("INVALID_TEMP_OBJ_QUALIFIER")
            .with("objectType", object)
            .with("objectName", format!("`{last}`"))
            .with("qualifier", shown.join("."));
        Err(self.at_span(error, self.span_from(start.span)))
    }

    fn resource_item(&mut self) -> Result<(String, String)> {
        let start = self.peek();
        let kind = self.identifier()?.to_lowercase();
        if !["jar", "file", "archive"].contains(&kind.as_str()) {
            return Err(self.not_allowed(format!("CREATE FUNCTION with resource type '{kind}'"), start));
        }
        Ok((kind, self.string_literal()?))
    }

    /// `(a INT, b STRING DEFAULT 'x') RETURNS INT … RETURN body`
    fn sql_function(&mut self, statement: Token) -> Result<SqlFunction> {
        self.expect("(")?;
        let start = self.peek().span;
        let parameters =
            if self.is_symbol(")") { Vec::new() } else { self.comma_list(|p| p.column_definition())? };
        let parameters_text =
            if parameters.is_empty() { String::new() } else { self.text_from(start).to_string() };
        self.expect(")")?;
        for parameter in &parameters {
            let condition = if !parameter.constraints.is_empty() {
                "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_COLUMN_CONSTRAINTS"
            } else if parameter.generated.is_some() || parameter.identity.is_some() {
                "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_GENERATED_COLUMNS_AS_PARAMETERS"
            } else {
                continue;
            };
            return Err(self.at_span(Error::parse(condition), self.span_from(statement.span)));
        }
        let (returns, returns_text) = self.function_returns()?;
        let characteristics = self.characteristics(statement)?;
        self.expect_word("RETURN")?;
        let start = self.peek().span;
        let body = self.function_body()?;
        let text = self.text_from(start).to_string();
        Ok(SqlFunction { parameters, parameters_text, returns, returns_text, body, text, characteristics })
    }

    /// A query where one starts and no parenthesis hides it; `(SELECT 1) + 1` is an expression.
    fn function_body(&mut self) -> Result<SqlBody> {
        if self.starts_query_at(0) && !self.is_symbol("(") {
            return Ok(SqlBody::Query(self.query()?));
        }
        let mark = self.mark();
        if self.starts_query_at(0) {
            if let Ok(query) = self.query()
                && (self.at_end() || self.is_symbol(";"))
            {
                return Ok(SqlBody::Query(query));
            }
            self.reset_to(mark);
        }
        Ok(SqlBody::Expression(self.expression()?))
    }

    fn function_returns(&mut self) -> Result<(SqlReturn, String)> {
        if !self.is_word("RETURNS") || self.are_words(&["RETURNS", "NULL", "ON"]) {
            return Ok((SqlReturn::Scalar(None), String::new()));
        }
        self.position += 1;
        let start: Span = self.peek().span;
        if !self.is_word("TABLE") {
            let data_type = self.data_type()?;
            return Ok((SqlReturn::Scalar(Some(data_type)), self.text_from(start).to_string()));
        }
        self.position += 1;
        if !self.is_symbol("(") {
            return Ok((SqlReturn::Table(None), String::new()));
        }
        self.position += 1;
        let start = self.peek().span;
        let fields = self.column_list()?;
        let text = self.text_from(start).to_string();
        self.expect(")")?;
        Ok((SqlReturn::Table(Some(StructType::new(fields))), text))
    }

    fn characteristics(&mut self, statement: Token) -> Result<Characteristics> {
        let mut found = Characteristics::default();
        loop {
            let (clause, repeated) = if self.eat_word("LANGUAGE") {
                let language = self.identifier()?.to_uppercase();
                if language != "SQL" {
                    let language = language.to_lowercase();
                    let message = format!("Unsupported language for user defined functions: {language}");
                    return Err(self.not_allowed(message, statement));
                }
                ("LANGUAGE", found.language.replace(language).is_some())
            } else if self.eat_word("SPECIFIC") {
                self.identifier()?;
                return Err(self.not_allowed("SQL function with SPECIFIC name is not supported", statement));
            } else if self.eat_word("DETERMINISTIC") {
                ("DETERMINISTIC", found.deterministic.replace(true).is_some())
            } else if self.eat_words(&["NOT", "DETERMINISTIC"]) {
                ("DETERMINISTIC", found.deterministic.replace(false).is_some())
            } else if let Some(access) = self.data_access(statement)? {
                ("SQL DATA ACCESS", found.data_access.replace(access.into()).is_some())
            } else if self.eat_words(&["RETURNS", "NULL", "ON", "NULL", "INPUT"]) {
                let clause = "RETURNS NULL ON NULL INPUT";
                return Err(self.refused_characteristic(clause, statement));
            } else if self.eat_words(&["CALLED", "ON", "NULL", "INPUT"]) {
                ("NULL CALL", found.null_call.replace(true).is_some())
            } else if self.is_word("COMMENT") {
                ("COMMENT", found.comment.replace(self.clause_text("COMMENT")?).is_some())
            } else if self.eat_words(&["DEFAULT", "COLLATION"]) {
                ("DEFAULT COLLATION", found.collation.replace(self.identifier()?).is_some())
            } else if self.eat_words(&["SQL", "SECURITY", "INVOKER"]) {
                return Err(self.refused_characteristic("SQL SECURITY INVOKER", statement));
            } else if self.eat_words(&["SQL", "SECURITY", "DEFINER"]) {
                ("SQL SECURITY RIGHTS", found.security.replace("DEFINER".into()).is_some())
            } else {
                self.check_default_collation(found.collation.as_deref())?;
                return Ok(found);
            };
            if repeated {
                let error = Error::parse("DUPLICATE_CLAUSES").with("clauseName", clause);
                return Err(self.at_span(error, self.span_from(statement.span)));
            }
        }
    }

    fn data_access(&mut self, statement: Token) -> Result<Option<&'static str>> {
        if self.eat_words(&["CONTAINS", "SQL"]) {
            return Ok(Some("CONTAINS SQL"));
        }
        if self.eat_words(&["READS", "SQL", "DATA"]) {
            return Ok(Some("READS SQL DATA"));
        }
        let refused =
            [("NO SQL", ["NO", "SQL"].as_slice()), ("MODIFIES SQL DATA", &["MODIFIES", "SQL", "DATA"])];
        match refused.into_iter().find(|(_, words)| self.are_words(words)) {
            Some((access, _)) => Err(self.refused_characteristic(access, statement)),
            None => Ok(None),
        }
    }

    fn refused_characteristic(&self, characteristic: &str, statement: Token) -> Error {
        self.not_allowed(format!("SQL function with {characteristic} is not supported"), statement)
    }
}
