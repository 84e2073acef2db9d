//! Deep and long input: errors or trees, but never a stack overflow. Test threads have 2 MB of stack.

use super::query;
use crate::{parse_data_type, parse_expression, parse_statement};

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn reasonable_nesting_is_accepted() {
    for text in [
        nested("(", "1", ")", 150),
        nested("f(", "1", ")", 150),
        nested("case when a then ", "1", " end", 150),
        nested("not ", "a", "", 150),
        nested("a[", "0", "]", 90),
        nested("x -> ", "x", "", 150),
    ] {
        assert!(parse_expression(&text).is_ok(), "{text}");
    }
    query(&nested("select * from (", "select 1", ")", 90));
    query(&nested("(", "select 1", ")", 150));
    query(&nested("select (", "select 1", ")", 60));
    query(&format!("select * from {}", nested("(", "t", ")", 90)));
    assert!(parse_data_type(&nested("array<", "int", ">", 150)).is_ok());
}

#[test]
fn excessive_nesting_is_an_error() {
    for text in [
        nested("(", "1", ")", 100_000),
        nested("f(", "1", ")", 100_000),
        nested("not ", "a", "", 100_000),
        nested("- ", "a", "", 100_000),
        nested("case when a then ", "1", " end", 100_000),
        nested("trim(", "a", ")", 2_000),
        nested("x -> ", "x", "", 100_000),
        nested("a[", "0", "]", 100_000),
        nested("struct(", "a", ")", 100_000),
        nested("1 + (", "a", ")", 100_000),
        nested("a in (", "a", ")", 100_000),
        nested("a like (", "a", ")", 100_000),
        nested("a between 1 and (", "a", ")", 100_000),
        nested("sum(a) over (order by ", "a", ")", 100_000),
        nested("sum(a) filter (where ", "a", ")", 100_000),
        nested("cast(", "a", " as int)", 100_000),
    ] {
        let error = parse_expression(&text).expect_err("too deep");
        assert_eq!(error.condition(), "FAILED_TO_PARSE_TOO_COMPLEX", "{}", &text[..20]);
    }
    for sql in [
        nested("select * from (", "select 1", ")", 10_000),
        nested("select (", "select 1", ")", 10_000),
        nested("(", "select 1", ")", 100_000),
        format!("select * from {}", nested("(", "t", ")", 100_000)),
        format!("select * from {}", nested("(", "select 1", ")", 100_000)),
        nested("select 1 where exists (", "select 1", ")", 10_000),
        nested("with a as (", "select 1", ") select 1", 10_000),
        nested("explain ", "select 1", "", 10_000),
        format!("select 1 from t group by {}", nested("grouping sets (", "a", ")", 10_000)),
    ] {
        let error = parse_statement(&sql).expect_err("too deep");
        assert_eq!(error.condition(), "FAILED_TO_PARSE_TOO_COMPLEX", "{}", &sql[..30]);
    }
    let error = parse_data_type(&nested("array<", "int", ">", 100_000)).expect_err("too deep");
    assert_eq!(error.condition(), "FAILED_TO_PARSE_TOO_COMPLEX");
}

#[test]
fn long_chains_and_lists_are_accepted() {
    let chain = |operator: &str, terms: usize| vec!["a"; terms].join(operator);
    for text in [
        chain(" and ", 50_000),
        chain(" or ", 50_000),
        chain(" + ", 3_000),
        chain(" || ", 3_000),
        format!("a in ({})", chain(", ", 50_000)),
        format!("f({})", chain(", ", 50_000)),
    ] {
        assert!(parse_expression(&text).is_ok(), "{}", &text[..20]);
    }
    query(&format!("values {}", vec!["(1, 2)"; 20_000].join(", ")));
    query(&vec!["select 1"; 300].join(" union all "));
}

#[test]
fn copies_of_operands_are_bounded() {
    let mut text = "a".to_string();
    for _ in 0..40 {
        text = format!("({text}) between 1 and 2");
    }
    let error = parse_expression(&text).expect_err("explodes");
    assert_eq!(error.condition(), "FAILED_TO_PARSE_TOO_COMPLEX");
}

#[test]
fn chains_may_be_long_but_not_endless() {
    let chain = |first: &str, link: &str, length: usize| format!("{first}{}", link.repeat(length));
    for (first, link) in [("1", " + 1"), ("a", "[0]"), ("a", "::int"), ("'a'", " || 'b'")] {
        assert!(parse_expression(&chain(first, link, 1_000)).is_ok(), "{link}");
        let error = parse_expression(&chain(first, link, 100_000)).expect_err("too long");
        assert_eq!(error.condition(), "FAILED_TO_PARSE_TOO_COMPLEX", "{link}");
    }
    for (first, link) in [
        ("select 1", " union all select 1"),
        ("select * from a", ", a"),
        ("select * from a", " join a"),
        ("from a", " |> where true"),
        ("select * from a", " lateral view explode(x) t as y"),
    ] {
        assert!(parse_statement(&chain(first, link, 1_000)).is_ok(), "{link}");
        let error = parse_statement(&chain(first, link, 100_000)).expect_err("too long");
        assert_eq!(error.condition(), "FAILED_TO_PARSE_TOO_COMPLEX", "{link}");
    }
    // OR and AND become balanced trees.
    assert!(parse_expression(&chain("a", " or b and c", 10_000)).is_ok());
    // Short chains do not add up.
    assert!(parse_statement(&chain("values (1 + 1 + 1)", ", (1 + 1 + 1)", 10_000)).is_ok());
}
