//! Types and schemas from text.

use crate::{DataType, parse_data_type, parse_identifier, parse_schema};

#[test]
fn types_read_back() {
    for (text, simple) in [
        ("INT", "int"),
        ("long", "bigint"),
        ("dec(5)", "decimal(5,0)"),
        ("numeric", "decimal(10,0)"),
        ("char(3)", "char(3)"),
        ("string collate utf8_lcase", "string collate UTF8_LCASE"),
        ("string collate utf8_binary", "string"),
        ("timestamp without time zone", "timestamp_ntz"),
        ("timestamp_ltz", "timestamp"),
        ("time", "time(6)"),
        ("time(3)", "time(3)"),
        ("interval", "interval"),
        ("interval year to month", "interval year to month"),
        ("interval hour", "interval hour"),
        (
            "array<map<string, struct<a: int, `b c` string not null>>>",
            "array<map<string,struct<a:int,b c:string>>>",
        ),
        ("struct<>", "struct<>"),
        ("void", "void"),
        ("variant", "variant"),
    ] {
        let parsed = parse_data_type(text).map(|t| t.simple_string());
        assert_eq!(parsed.ok().as_deref(), Some(simple), "{text}");
    }
}

#[test]
fn bad_types_name_their_condition() {
    for (text, condition) in [
        ("foo", "UNSUPPORTED_DATATYPE"),
        ("array", "INCOMPLETE_TYPE_DEFINITION.ARRAY"),
        ("char", "DATATYPE_MISSING_SIZE"),
        ("decimal(39)", "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION"),
        ("decimal(3,5)", "DECIMAL_SCALE_EXCEEDS_PRECISION"),
        ("array<int", "PARSE_SYNTAX_ERROR"),
        ("int int", "PARSE_SYNTAX_ERROR"),
        ("", "PARSE_EMPTY_STATEMENT"),
    ] {
        let error = parse_data_type(text).expect_err(text);
        assert_eq!(error.condition(), condition, "{text}");
    }
}

#[test]
fn schemas() {
    let schema = parse_schema("a INT, b: STRING NOT NULL COMMENT 'it\"s', `c d` array<int>").expect("valid");
    let names: Vec<_> = schema.fields.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c d"]);
    assert!(schema.fields[0].nullable && !schema.fields[1].nullable);
    assert_eq!(schema.fields[1].metadata, r#"{"comment":"it\"s"}"#);
    let one = parse_schema("int").expect("valid");
    assert_eq!((one.fields[0].name.as_str(), &one.fields[0].data_type), ("value", &DataType::Integer));
    assert_eq!(parse_schema("struct<x: int>").expect("valid").fields[0].name, "x");
    assert_eq!(parse_schema("a foo").expect_err("unknown").condition(), "UNSUPPORTED_DATATYPE");
}

#[test]
fn identifiers() {
    assert_eq!(parse_identifier("a.b.`c.d``e`").expect("valid"), ["a", "b", "c.d`e"]);
    assert_eq!(parse_identifier("a-b").expect_err("hyphen").condition(), "INVALID_IDENTIFIER");
    assert!(parse_identifier("a.").is_err());
}
