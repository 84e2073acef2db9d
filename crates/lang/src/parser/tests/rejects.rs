//! What is refused, with which condition and where.

use crate::{ErrorKind, QueryContext, parse_statement};

#[test]
fn invalid_text_names_its_condition() {
    for (sql, condition) in [
        ("", "PARSE_EMPTY_STATEMENT"),
        (" ; ", "PARSE_SYNTAX_ERROR"),
        ("selec 1", "PARSE_SYNTAX_ERROR"),
        ("select 1 2", "PARSE_SYNTAX_ERROR"),
        ("select a b c", "PARSE_SYNTAX_ERROR"),
        ("select from t", "PARSE_SYNTAX_ERROR"),
        ("select * from t where", "PARSE_SYNTAX_ERROR"),
        ("select 'open", "PARSE_SYNTAX_ERROR"),
        ("select (1", "PARSE_SYNTAX_ERROR"),
        ("select case a else 1 end", "PARSE_SYNTAX_ERROR"),
        ("select (a as b)", "PARSE_SYNTAX_ERROR"),
        ("select * from a right semi join b", "PARSE_SYNTAX_ERROR"),
        ("select * from t as left", "PARSE_SYNTAX_ERROR"),
        ("select $x", "PARSE_SYNTAX_ERROR"),
        ("create view v", "PARSE_SYNTAX_ERROR"),
        ("insert t select 1", "PARSE_SYNTAX_ERROR"),
        ("/* open", "UNCLOSED_BRACKETED_COMMENT"),
        ("select a in () from t", "INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE"),
        ("select a !in (1)", "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT"),
        ("select a like 'x' escape 'ab'", "INVALID_ESC"),
        ("select * from a-b", "INVALID_IDENTIFIER"),
        ("select 300Y", "INVALID_NUMERIC_LITERAL_RANGE"),
        ("select 1e400", "INVALID_NUMERIC_LITERAL_RANGE"),
        ("select date '2020-13-01'", "INVALID_TYPED_LITERAL"),
        ("select foo 'x'", "UNSUPPORTED_TYPED_LITERAL"),
        ("select interval 'x'", "INVALID_TYPED_LITERAL"),
        ("select interval 1 month 1 day", "_LEGACY_ERROR_TEMP_0029"),
        ("select interval '1' day to day", "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION"),
        ("with a as (select 1), A as (select 2) select 1", "DUPLICATED_CTE_NAMES"),
        ("select a from t order by a cluster by b", "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES"),
        ("select * from a natural cross join b", "INCOMPATIBLE_JOIN_TYPES"),
        ("create table t comment 'a' comment 'b'", "DUPLICATE_CLAUSES"),
        ("create table t options (a = 1, a = 2)", "DUPLICATE_KEY"),
        ("set a b = c", "INVALID_SET_SYNTAX"),
        ("reset a b", "INVALID_RESET_COMMAND_FORMAT"),
    ] {
        let error = parse_statement(sql).expect_err(sql);
        assert_eq!(error.condition(), condition, "{sql}");
        assert!(error.sql_state().is_some(), "{condition} is not in the table");
    }
}

#[test]
fn known_but_missing_statements_are_refused_by_name() {
    for sql in [
        "select transform(a) using 'cat' from t",
        "map a using 'cat' from t",
        "select * from json_table('{}', '$' columns (a int)) j",
        "select * from stream t",
        "create view v with metrics language yaml as $$x$$",
    ] {
        let error = parse_statement(sql).expect_err(sql);
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{sql}: {error}");
    }
}

#[test]
fn syntax_errors_point_at_the_token() {
    let error = parse_statement("select a\nfrom t wher b = 1").expect_err("invalid");
    assert_eq!(error.parameters()["error"], "'b'");
    assert_eq!(error.parameters()["hint"], ": extra input 'b'");
    let [QueryContext::Sql { start, stop, text, .. }] = error.context() else { panic!("no context") };
    assert_eq!(&text[*start..*stop], "b");
    let error = parse_statement("select (1").expect_err("invalid");
    assert_eq!(error.parameters()["error"], "end of input");
    assert_eq!(error.parameters()["hint"], ": missing ')'");
}
