//! Function calls: arguments, DISTINCT, WITHIN GROUP, FILTER, NULLS and OVER.

use super::Parser;
use crate::ir::{Expr, ExprKind, Function, Literal, SortOrder, Subquery, Window};
use crate::lexer::TokenKind;
use crate::{Error, Result, Span};

/// The units that TIMESTAMPADD and its relatives take as a bare word.
const DATETIME_UNITS: &[&str] = &[
    "YEAR",
    "QUARTER",
    "MONTH",
    "WEEK",
    "DAY",
    "DAYOFYEAR",
    "HOUR",
    "MINUTE",
    "SECOND",
    "MILLISECOND",
    "MICROSECOND",
];

impl Parser<'_> {
    /// `name(…)` with everything that may follow; the cursor is at the parenthesis.
    #[inline(never)]
    pub(super) fn call(&mut self, name: Vec<String>, start: Span) -> Result<Expr> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        let mut distinct = false;
        if !self.is_symbol(")") {
            distinct = self.eat_quantifier();
            self.arguments_into(&mut arguments)?;
        }
        let call = self.call_tail(name, arguments, distinct, start)?;
        let windowed = self.is_word("OVER") && (self.is_symbol_at(1, "(") || self.is_name_at(1));
        if windowed { self.over(call, start) } else { Ok(call) }
    }

    /// Pushed one by one: this recurses through every nested call and must keep its frame small.
    fn arguments_into(&mut self, arguments: &mut Vec<Expr>) -> Result<()> {
        loop {
            let plain = !(self.is_symbol_at(1, "=>") || self.is_word("TABLE"));
            arguments.push(if plain { self.expression()? } else { self.argument()? });
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    /// DISTINCT or ALL in front of arguments, unless it is a column of that name.
    fn eat_quantifier(&mut self) -> bool {
        let stands_alone = matches!(self.peek_at(1).kind, TokenKind::Symbol("," | ")" | "." | "=>" | "->"));
        if stands_alone {
            return false;
        }
        if self.eat_word("ALL") {
            return false;
        }
        self.eat_word("DISTINCT")
    }

    #[inline(never)]
    pub(super) fn argument(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        if self.is_name_at(0) && self.is_symbol_at(1, "=>") {
            let name = self.identifier()?;
            self.expect("=>")?;
            let value = Box::new(self.argument_value()?);
            return Ok(Expr::new(ExprKind::NamedArgument { name, value }, self.span_from(start)));
        }
        self.argument_value()
    }

    fn argument_value(&mut self) -> Result<Expr> {
        if self.is_word("TABLE") && (self.is_name_at(1) || self.is_symbol_at(1, "(")) {
            return self.table_argument();
        }
        self.expression()
    }

    /// `TABLE(…)`, `TABLE name`, with PARTITION BY and ORDER BY.
    fn table_argument(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        self.expect_word("TABLE")?;
        let relation = if self.eat("(") {
            let relation =
                if self.starts_query_at(0) { self.query()? } else { self.named_table_without_alias()? };
            self.expect(")")?;
            relation
        } else {
            return Err(self.table_argument_without_parentheses());
        };
        let single_partition = self.eat_words(&["WITH", "SINGLE", "PARTITION"]);
        let mut partition_by = Vec::new();
        if !single_partition
            && (self.eat_words(&["PARTITION", "BY"]) || self.eat_words(&["DISTRIBUTE", "BY"]))
        {
            partition_by = self.one_or_list(|p| p.expression())?;
        }
        let mut order_by = Vec::new();
        if self.eat_words(&["ORDER", "BY"]) || self.eat_words(&["SORT", "BY"]) {
            order_by = self.one_or_list(|p| p.sort_item())?;
        }
        let subquery = Subquery::Table { relation, partition_by, order_by, single_partition };
        Ok(Expr::new(ExprKind::Subquery(Box::new(subquery)), self.span_from(start)))
    }

    fn table_argument_without_parentheses(&self) -> Error {
        let condition = "INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES";
        let error = Error::parse(condition).with("argumentName", format!("`{}`", self.text_of(self.peek())));
        self.at_token(error, self.peek())
    }

    fn one_or_list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        if self.is_symbol("(") { self.parenthesized_list(item) } else { Ok(vec![item(self)?]) }
    }

    #[inline(never)]
    fn call_tail(
        &mut self,
        name: Vec<String>,
        arguments: Vec<Expr>,
        distinct: bool,
        start: Span,
    ) -> Result<Expr> {
        let mut function = Function { name, distinct, ..Function::new("", arguments) };
        if takes_nulls_inside(&function.name) && self.eat_words(&["IGNORE", "NULLS"]) {
            function.ignore_nulls = Some(true);
        }
        self.expect(")")?;
        self.name_units(&mut function, start)?;
        if self.eat_words(&["WITHIN", "GROUP"]) {
            self.expect("(")?;
            self.expect_words(&["ORDER", "BY"])?;
            function.within_group = self.comma_list(|p| p.sort_item())?;
            self.expect(")")?;
        }
        if self.is_word("FILTER") && self.is_symbol_at(1, "(") && self.is_word_at(2, "WHERE") {
            self.position += 3;
            function.filter = Some(self.expression()?);
            self.expect(")")?;
        }
        if self.eat_words(&["IGNORE", "NULLS"]) {
            function.ignore_nulls = Some(true);
        } else if self.eat_words(&["RESPECT", "NULLS"]) {
            function.ignore_nulls = Some(false);
        }
        Ok(Expr::new(ExprKind::Function(Box::new(function)), self.span_from(start)))
    }

    #[inline(never)]
    fn over(&mut self, function: Expr, start: Span) -> Result<Expr> {
        self.expect_word("OVER")?;
        let spec = self.window_spec()?;
        let span = self.span_from(start);
        let window = Window { function: function.at(span), spec };
        Ok(Expr::new(ExprKind::Window(Box::new(window)), span))
    }

    /// `expr [ASC|DESC] [NULLS FIRST|LAST]`; nulls are smallest.
    pub(super) fn sort_item(&mut self) -> Result<SortOrder> {
        let expr = self.expression()?;
        let descending = self.eat_word("DESC");
        if !descending {
            self.eat_word("ASC");
        }
        let mut nulls_first = !descending;
        if self.eat_word("NULLS") {
            nulls_first = self.eat_word("FIRST");
            if !nulls_first {
                self.expect_word("LAST")?;
            }
        }
        Ok(SortOrder { expr, descending, nulls_first })
    }

    /// `dateadd(DAY, 1, d)`: with three arguments the first is a unit, and the function is the general one.
    fn name_units(&self, function: &mut Function, start: Span) -> Result<()> {
        let Some(general) = general_unit_function(function) else { return Ok(()) };
        let span = function.arguments[0].span;
        let unit = match &function.arguments[0].kind {
            ExprKind::Attribute { name, .. } if name.len() == 1 && is_unit(&name[0]) => {
                name[0].to_uppercase()
            }
            ExprKind::Literal(Literal::String(text)) => {
                let error = Error::parse("INVALID_PARAMETER_VALUE.DATETIME_UNIT")
                    .with("functionName", format!("`{}`", function.name[0]))
                    .with("parameter", "`unit`")
                    .with("invalidValue", format!("'{text}'"));
                return Err(self.at_span(error, self.span_from(start)));
            }
            _ => return Ok(()),
        };
        function.arguments[0] = Expr::literal(Literal::String(unit)).at(span);
        function.name = vec![general.to_string()];
        Ok(())
    }
}

/// `first(x IGNORE NULLS)`: only three functions take the words inside the parentheses.
fn takes_nulls_inside(name: &[String]) -> bool {
    name.len() == 1 && ["first", "last", "any_value"].iter().any(|f| f.eq_ignore_ascii_case(&name[0]))
}

/// The function that a call with a leading unit means.
fn general_unit_function(function: &Function) -> Option<&'static str> {
    if function.arguments.len() != 3 || function.name.len() != 1 {
        return None;
    }
    match function.name[0].to_ascii_lowercase().as_str() {
        "timestampadd" | "dateadd" | "date_add" => Some("timestampadd"),
        "timestampdiff" | "datediff" | "date_diff" | "timediff" => Some("timestampdiff"),
        _ => None,
    }
}

fn is_unit(word: &str) -> bool {
    DATETIME_UNITS.iter().any(|u| u.eq_ignore_ascii_case(word))
}
