//! What Spark's reader makes of JSON texts.

use std::sync::Arc;

use arrow::array::StringArray;
use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit};
use functions::datetime::zone::Zone;
use lang::Result;
use lang::ir::Options;

use super::decode;
use crate::json::{JsonFormat, JsonOptions};
use crate::scan::testing::{rows, schema, show};

fn format(options: &[(&str, &str)]) -> Result<JsonFormat> {
    let options: Options = options.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    Ok(JsonFormat { options: Arc::new(JsonOptions::new(&options, &Options::new(), Zone::UTC)?) })
}

/// One column `a` of a type, and the corrupt record column.
fn column(data_type: DataType) -> Schema {
    schema(&[("a", data_type), ("_corrupt_record", DataType::Utf8)])
}

fn values(data_type: DataType, values: &[&str]) -> Result<Vec<String>> {
    let text: String = values.iter().map(|value| format!("{{\"a\":{value}}}\n")).collect();
    let found = rows(&format(&[])?, &column(data_type), &[0, 1], &text)?;
    // Malformed ones are shown by a mark alone.
    Ok(found
        .into_iter()
        .map(|row| {
            row.strip_suffix("|~")
                .map_or_else(|| format!("{}!", row.split("|{").next().unwrap_or("")), String::from)
        })
        .collect())
}

#[test]
fn scalars() -> Result<()> {
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    for (data_type, texts, expected) in [
        (
            DataType::Int64,
            &["1", "1.0", "9223372036854775808", "\"1\"", "null"][..],
            &["1", "~!", "~!", "~!", "~"][..],
        ),
        (
            DataType::Float64,
            &["1", "\"1.5\"", "\"NaN\"", "NaN", "-Infinity", "\"-INF\"", "INF", "\"\"", "true"],
            &["1.0", "~!", "NaN", "NaN", "-inf", "-inf", "~!", "~!", "~!"],
        ),
        (DataType::Boolean, &["true", "\"true\"", "1"], &["true", "~!", "~!"]),
        (
            DataType::Utf8,
            &["1", "1.50", "{\"b\": 1 , \"c\":[1, 2]}", "null", "\"x\\ty\"", "[ ]"],
            &["1", "1.50", "{\"b\": 1 , \"c\":[1, 2]}", "~", "x\ty", "[ ]"],
        ),
        (
            DataType::Date32,
            &["\"2020-01-01\"", "\"2020-1-1\"", "1", "\"x\""],
            &["2020-01-01", "2020-01-01", "~!", "~!"],
        ),
        (instant, &["\"2020-01-01\"", "1", "1.5"], &["2020-01-01T00:00:00Z", "1970-01-01T00:00:01Z", "~!"]),
        (
            DataType::Decimal128(5, 2),
            &["1", "1.555", "\"1.5\"", "\"1,5\"", "1234", "1e2"],
            &["1.00", "1.56", "1.50", "15.00", "~!", "100.00"],
        ),
        (
            DataType::Binary,
            &["\"YWJj\"", "\"YWI=\"", "\"YWI\"", "\"!\"", "1"],
            &["616263", "6162", "~!", "~!", "~!"],
        ),
    ] {
        assert_eq!(values(data_type.clone(), texts)?, expected, "{data_type}");
    }
    Ok(())
}

#[test]
fn nested() -> Result<()> {
    let list = DataType::List(Arc::new(Field::new("element", DataType::Int32, true)));
    assert_eq!(
        values(list, &["[1,null,2]", "1", "[1,\"x\"]", "null", "{}"])?,
        ["[1, ~, 2]", "~!", "~!", "~", "~!"]
    );
    let fields =
        Fields::from(vec![Field::new("x", DataType::Int32, true), Field::new("y", DataType::Utf8, true)]);
    assert_eq!(
        values(DataType::Struct(fields), &["{\"x\":1}", "{\"x\":\"bad\",\"y\":2}", "[1]", "{}"])?,
        ["{x: 1, y: ~}", "{x: ~, y: 2}!", "~!", "{x: ~, y: ~}"]
    );
    let pair = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Int32, true),
    ]);
    let map = DataType::Map(Arc::new(Field::new("entries", DataType::Struct(pair), false)), false);
    assert_eq!(values(map, &["{\"a\":1,\"b\":null}", "{\"a\":\"x\"}", "1"])?, ["{a: 1, b: ~}", "~!", "~!"]);
    Ok(())
}

#[test]
fn records_that_are_no_objects() -> Result<()> {
    let schema = column(DataType::Int32);
    let text = "{\"a\":1\n{\"a\":2}\nxyz\n\n  \nnull\n1\n[{\"a\":3},{\"a\":4}]\n[]\n[1]\n{\"a\":5} x\n{\"a\":6}{\"a\":7}\n[{\"a\":3},1]\n";
    let expected = [
        "~|{\"a\":1",
        "2|~",
        "~|xyz",
        "~|null",
        "~|1",
        "3|~",
        "4|~",
        "~|[1]",
        "5|~",
        "6|~",
        "~|[{\"a\":3},1]",
    ];
    assert_eq!(rows(&format(&[])?, &schema, &[0, 1], text)?, expected);
    assert_eq!(rows(&format(&[("mode", "DROPMALFORMED")])?, &schema, &[0], text)?, ["2", "3", "4", "5", "6"]);
    assert!(rows(&format(&[("mode", "FAILFAST")])?, &schema, &[0], text).is_err());
    Ok(())
}

#[test]
fn the_last_of_equal_names_wins_and_case_counts() -> Result<()> {
    let schema = column(DataType::Int32);
    assert_eq!(rows(&format(&[])?, &schema, &[0], "{\"a\":1,\"A\":3,\"a\":2}\n{\"A\":1}\n")?, ["2", "~"]);
    Ok(())
}

#[test]
fn whole_files() -> Result<()> {
    let schema = column(DataType::Int32);
    let multi = format(&[("multiline", "true")])?;
    assert_eq!(rows(&multi, &schema, &[0], "[{\"a\":1},\n{\"a\":2}]")?, ["1", "2"]);
    assert_eq!(rows(&multi, &schema, &[0], "{\"a\":\n1}\n{\"a\":2}")?, ["1"]);
    assert_eq!(rows(&multi, &schema, &[0, 1], "[{\"a\":}]")?, ["~|[{\"a\":}]"]);
    Ok(())
}

#[test]
fn pruned_columns_are_not_malformed() -> Result<()> {
    let schema =
        schema(&[("a", DataType::Int32), ("b", DataType::Int32), ("_corrupt_record", DataType::Utf8)]);
    let text = "{\"a\":\"x\",\"b\":1}\n{bad\n";
    assert_eq!(rows(&format(&[])?, &schema, &[1, 2], text)?, ["1|~", "~|{bad"]);
    assert_eq!(rows(&format(&[])?, &schema, &[], text)?.len(), 2);
    assert_eq!(rows(&format(&[("mode", "DROPMALFORMED")])?, &schema, &[], text)?.len(), 1);
    Ok(())
}

#[test]
fn texts_in_memory() -> Result<()> {
    let texts = StringArray::from(vec![Some("{\"a\":1}"), None, Some("[{\"a\":2},{\"a\":3}]"), Some("bad")]);
    let batch = decode(&texts, &column(DataType::Int32), &format(&[])?.options)?;
    assert_eq!(show(&batch), ["1|~", "2|~", "3|~", "~|bad"]);
    Ok(())
}
