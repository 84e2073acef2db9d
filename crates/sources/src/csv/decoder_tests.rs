//! What Spark's reader makes of CSV texts.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use functions::datetime::zone::Zone;
use lang::Result;
use lang::ir::Options;

use crate::csv::{CsvFormat, CsvOptions};
use crate::scan::testing::{rows, schema};

fn format(options: &[(&str, &str)]) -> Result<CsvFormat> {
    let options: Options = options.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    Ok(CsvFormat { options: Arc::new(CsvOptions::new(&options, &Options::new(), Zone::UTC)?) })
}

fn read(text: &str, schema: &Schema, options: &[(&str, &str)]) -> Result<Vec<String>> {
    let all: Vec<usize> = (0..schema.fields().len()).collect();
    rows(&format(options)?, schema, &all, text)
}

fn strings(names: &[&str]) -> Schema {
    schema(&names.iter().map(|name| (*name, DataType::Utf8)).collect::<Vec<_>>())
}

fn numbers(names: &[&str]) -> Schema {
    let mut fields: Vec<_> = names.iter().map(|name| (*name, DataType::Int32)).collect();
    fields.push(("_corrupt_record", DataType::Utf8));
    schema(&fields)
}

/// A text, the options it is read with, and the rows it makes.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

/// Three string columns.
fn expect(cases: &[Case<'_>]) -> Result<()> {
    for (text, options, expected) in cases {
        assert_eq!(read(text, &strings(&["a", "b", "c"]), options)?, *expected, "{text:?} {options:?}");
    }
    Ok(())
}

#[test]
fn nulls_and_empty_cells() -> Result<()> {
    expect(&[
        ("x,\"\",\n\"\", ,z\n", &[], &["x|~|~", "~| |z"]),
        ("x,\"\",\nNA,\"NA\",z\n", &[("nullvalue", "NA")], &["x||~", "~|~|z"]),
        ("x,\"\",\n", &[("emptyvalue", "E")], &["x|E|~"]),
    ])
}

#[test]
fn quotes_and_escapes() -> Result<()> {
    expect(&[
        ("a\"b,c\"d\"e,\"f\n", &[], &["a\"b|c\"d\"e|f"]),
        ("\"a,b\",\"c\"\"d\",\"e\\\"f\"\n", &[], &["a,b|\"c\"\"d\"|e\"f"]),
        ("\"a\\\\\",\"b\\n\",\"c\\\"\n", &[], &["a\\|b\\n|c\""]),
        ("\"a\"b,c\"d\",e\n", &[], &["\"a\"b|c\"d\"|e"]),
        ("\"a\" b,\"c\" ,\"e\"  x\n", &[], &["\"a\" b|c|\"e\"  x"]),
        ("\"a,b\"c,d\",e\n", &[], &["\"a,b\"c|d\"|e"]),
        ("\"a \"b\" c\",\"x,y\",z\n", &[], &["\"a \"b\" c\"|x,y|z"]),
        ("\"a\"\"b\",\"\",\"\"\"x\"\"\"\n", &[("escape", "\"")], &["a\"b|~|\"x\""]),
        ("\"a\"b,\"c\"\" d\",e\n", &[("escape", "\"")], &["\"a\"b|c\" d|e"]),
        ("\"a\",b,c\n", &[("quote", "")], &["\"a\"|b|c"]),
    ])
}

#[test]
fn blanks_around_cells() -> Result<()> {
    let text = " a , \"b\" , \" c \" \n";
    expect(&[
        (" a , \"b\" ,c\t\n", &[], &[" a | \"b\" |c\t"]),
        (text, &[("ignoreleadingwhitespace", "true"), ("ignoretrailingwhitespace", "true")], &["a|b| c "]),
        (text, &[("ignoreleadingwhitespace", "true")], &["a |b| c "]),
        (text, &[("ignoretrailingwhitespace", "true")], &[" a| \"b\"| \" c \""]),
    ])
}

#[test]
fn lines() -> Result<()> {
    expect(&[
        ("a,b,c\n\n   \nd,e,f\n", &[], &["a|b|c", "d|e|f"]),
        ("#a,b,c\n #x,y,z\nd,e,f\n", &[("comment", "#")], &[" #x|y|z", "d|e|f"]),
        ("a,b,c\r\nd,\"e\",f\r\n", &[], &["a|b|c", "d|e|f"]),
        ("a,b,c\rd,\"e\",f\r", &[], &["a|b|c", "d|e|f"]),
        ("a,b,c|d,e,f|", &[("linesep", "|")], &["a|b|c", "d|e|f"]),
        ("a,\"b\nx\",c\nd,e,f\n", &[], &["a|b|~", "x\"|c|~", "d|e|f"]),
        ("a||b||c\n", &[("sep", "||")], &["a|b|c"]),
        ("a\tb\tc", &[("sep", "\\t")], &["a|b|c"]),
        ("\u{feff}h,i,j\na,b,c\n", &[("header", "true")], &["a|b|c"]),
    ])
}

#[test]
fn multi_line() -> Result<()> {
    let multi = &[("multiline", "true")];
    expect(&[
        ("a,\"b\r\nx\",c\r\nd,e,f\r\n", multi, &["a|b\nx|c", "d|e|f"]),
        ("a,\"b\n\nx\",c\n\n\nd,e,f", multi, &["a|b\n\nx|c", "d|e|f"]),
        ("a,\"b\"x,c\nd,e,f\n", multi, &["a|\"b\"x|c", "d|e|f"]),
        ("a,\"b,c\nd,e,f\n", multi, &["a|b,c\nd,e,f\n|~"]),
    ])
}

#[test]
fn malformed_records_in_every_mode() -> Result<()> {
    let text = "1,2,3\nx,2,3\n4,5\n6,7,8,9\n";
    let with_corrupt = numbers(&["a", "b", "c"]);
    let expected = ["1|2|3|~", "~|2|3|x,2,3", "4|5|~|4,5", "6|7|8|6,7,8,9"];
    assert_eq!(read(text, &with_corrupt, &[])?, expected);
    assert_eq!(read(text, &with_corrupt, &[("mode", "DROPMALFORMED")])?, ["1|2|3|~"]);
    let failed = read(text, &with_corrupt, &[("mode", "FAILFAST")]).err();
    assert_eq!(
        failed.map(|e| e.condition().to_string()).as_deref(),
        Some("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION")
    );
    Ok(())
}

#[test]
fn only_wanted_columns_can_be_malformed() -> Result<()> {
    let schema = numbers(&["a", "b", "c"]);
    let format = format(&[])?;
    assert_eq!(rows(&format, &schema, &[0], "1,x,3\n4\n")?, ["1", "4"]);
    assert_eq!(rows(&format, &schema, &[0, 3], "1,x,3\n4\n")?, ["1|~", "4|~"]);
    assert_eq!(rows(&format, &schema, &[2, 3], "1,x,\"3\"\n4\n")?, ["3|~", "~|~"]);
    assert_eq!(rows(&format, &schema, &[], "1,x,3\n\n4\n")?, ["", ""]);
    assert!(rows(&format, &schema, &[3], "1,x,3\n").is_err());
    Ok(())
}

#[test]
fn headers_are_compared_when_asked() -> Result<()> {
    let schema = strings(&["a", "B"]);
    let strict = [("header", "true"), ("enforceschema", "false")];
    assert_eq!(read("A,b\n1,2\n", &schema, &strict)?, ["1|2"]);
    assert!(read("x,b\n1,2\n", &schema, &strict).is_err());
    assert_eq!(read("x,b\n1,2\n", &schema, &[("header", "true")])?, ["1|2"]);
    Ok(())
}

#[test]
fn values_of_types() -> Result<()> {
    let schema = schema(&[
        ("d", DataType::Float64),
        ("t", DataType::Boolean),
        ("n", DataType::Decimal128(10, 2)),
        ("day", DataType::Date32),
    ]);
    let text = "1.5,true,\"1,234.565\",2020-01-01\nNaN,FALSE,x,2020-1-2\n-Inf,t,-.5,20200101\n";
    assert_eq!(
        read(text, &schema, &[])?,
        ["1.5|true|1234.57|2020-01-01", "NaN|false|~|2020-01-02", "-inf|~|-0.50|~"]
    );
    let formats = [("nanvalue", "nn"), ("positiveinf", "pi"), ("dateformat", "dd/MM/yyyy")];
    assert_eq!(
        read("nn,true,1,31/12/2020\npi,true,1,2020-01-01\n", &schema, &formats)?,
        ["NaN|true|1.00|2020-12-31", "inf|true|1.00|~"]
    );
    Ok(())
}

#[test]
fn limits() -> Result<()> {
    let schema = strings(&["a", "b", "c"]);
    for options in [[("maxcolumns", "2")], [("maxcharspercolumn", "3")]] {
        let error = read("abcdef,b,c\n", &schema, &options).err();
        assert_eq!(error.map(|e| e.condition().to_string()).as_deref(), Some("MALFORMED_CSV_RECORD"));
    }
    Ok(())
}

#[test]
fn options_that_are_not_honoured_are_refused() {
    for option in [
        ("encoding", "UTF-16"),
        ("locale", "de-DE"),
        ("unescapedquotehandling", "SKIP_VALUE"),
        ("singlevariantcolumn", "v"),
        ("quote", "ab"),
        ("header", "maybe"),
        ("sep", ""),
    ] {
        assert!(format(&[option]).is_err(), "{option:?}");
    }
}
