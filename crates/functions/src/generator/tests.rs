//! Generators on constants: the list each yields and the columns it announces.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};

use crate::testing::{build, call, context, value};
use crate::{Generated, Kind, registry};

fn generate(name: &str, arguments: Vec<Expr>) -> lang::Result<Generated> {
    let context = context();
    let Some(Kind::Generator(generate)) = registry::find(name).map(|definition| definition.kind) else {
        panic!("{name} is no generator");
    };
    generate(&call(name, arguments, &context))
}

/// The list as `show` prints it, and the names of the columns.
fn answer(name: &str, arguments: Vec<Expr>) -> (String, String) {
    let context = context();
    let generated = generate(name, arguments).expect(name);
    let list = value(&generated.list, &context).expect(name).to_array().expect("one value");
    let text = crate::value::to_strings(&list, &context.time_zone).expect("printable").remove(0);
    let names: Vec<_> = generated.fields.iter().map(|field| field.name().as_str()).collect();
    (text, names.join(", "))
}

fn array(values: Vec<Expr>) -> Expr {
    build("array", values, &context()).expect("an array")
}

fn map(values: Vec<Expr>) -> Expr {
    build("map", values, &context()).expect("a map")
}

#[test]
fn lists_and_columns() {
    let pair = |a: i32, b: &str| build("struct", vec![lit(a), lit(b)], &context()).expect("a struct");
    let null = || lit(ScalarValue::Null);
    for (name, arguments, list, columns) in [
        ("explode", vec![array(vec![lit(1), null()])], "[1, NULL]", "col"),
        ("explode", vec![map(vec![lit("a"), lit(1)])], "[{a, 1}]", "key, value"),
        ("posexplode", vec![array(vec![lit("x"), lit("y")])], "[{0, x}, {1, y}]", "pos, col"),
        ("posexplode", vec![map(vec![lit("a"), lit(1)])], "[{0, a, 1}]", "pos, key, value"),
        ("inline", vec![array(vec![pair(1, "a"), pair(2, "b")])], "[{1, a}, {2, b}]", "col1, col2"),
        ("stack", vec![lit(2), lit(1), lit(2), lit(3)], "[{1, 2}, {3, NULL}]", "col0, col1"),
        ("stack", vec![lit(4), lit(1), lit(2)], "[{1}, {2}, {NULL}, {NULL}]", "col0"),
        (
            "json_tuple",
            vec![lit(r#"{"a": 1, "b": {"c": "x"}}"#), lit("a"), lit("b"), lit("d")],
            r#"[{1, {"c":"x"}, NULL}]"#,
            "c0, c1, c2",
        ),
        ("json_tuple", vec![lit("no json"), lit("a")], "[{NULL}]", "c0"),
    ] {
        assert_eq!(answer(name, arguments), (list.to_string(), columns.to_string()), "{name}");
    }
}

#[test]
fn outer_columns_may_be_null() {
    let values = || vec![array(vec![lit(1)])];
    assert!(!generate("explode", values()).expect("explode").fields[0].is_nullable());
    let outer = generate("explode_outer", values()).expect("explode_outer");
    assert!(outer.outer && outer.fields[0].is_nullable());
}

#[test]
fn wrong_arguments_are_refused() {
    for (name, arguments) in
        [("explode", vec![lit(1)]), ("inline", vec![array(vec![lit(1)])]), ("stack", vec![lit(0), lit(1)])]
    {
        assert!(generate(name, arguments).is_err(), "{name}");
    }
}
