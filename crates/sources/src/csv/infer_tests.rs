//! Types and names of CSV columns.

use functions::datetime::zone::Zone;
use lang::ir::Options;

use super::*;

fn options(pairs: &[(&str, &str)]) -> Result<CsvOptions> {
    let options: Options = pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    CsvOptions::new(&options, &Options::new(), Zone::UTC)
}

#[test]
fn types_of_columns() -> Result<()> {
    for (values, expected) in [
        (&["1", "2"][..], "int"),
        (&["1", "3000000000"], "bigint"),
        (&["1", "99999999999999999999"], "decimal(20,0)"),
        (&["1", "1.5"], "double"),
        (&["1", "true"], "string"),
        (&["true", "FALSE"], "boolean"),
        (&["2020-01-01", "2020-01-02"], "date"),
        (&["2020-01-01", "2020-01-01 10:00:00"], "timestamp"),
        (&["2020-01-01T10:00:00.123+02:00"], "timestamp"),
        (&["2020-1-1"], "timestamp"),
        (&["1", "2020-01-01"], "string"),
        (&["NaN", "1"], "double"),
        (&["1e5"], "double"),
        (&["1d"], "double"),
        (&["0x10"], "string"),
        (&[" 1"], "double"),
        (&["\"1,5\""], "string"),
        (&["123456789012345678901234567890123456789"], "double"),
        (&["99999999999999999999", "1.5"], "double"),
        (&["1."], "decimal(1,0)"),
        (&[".5"], "double"),
        (&["12/31/2020"], "string"),
        (&["\"\"", "1"], "int"),
    ] {
        let start = Start { at_file_start: true, piece: 0 };
        let mut columns = ColumnTypes::new(Arc::new(options(&[])?), 1, start);
        let text = values.join("\n") + "\n";
        columns.take(text.as_bytes(), true)?;
        assert_eq!(columns.types[0].simple_string(), expected, "{values:?}");
    }
    Ok(())
}

#[test]
fn names_of_columns() -> Result<()> {
    for (first, pairs, expected) in [
        ("a,b,,b,A\n", &[("header", "true")][..], &["a0", "b1", "_c2", "b3", "A4"][..]),
        ("NA,y\n", &[("header", "true"), ("nullvalue", "NA")], &["_c0", "y"]),
        ("a,b\n", &[], &["_c0", "_c1"]),
        ("\"a x\",\"b\"\"y\"\n", &[("header", "true")], &["a x", "\"b\"\"y\""]),
    ] {
        let options = options(pairs)?;
        let cells = read_first(first.as_bytes(), true, &options)?.unwrap_or_default();
        assert_eq!(names(&cells, &options), expected, "{first}");
    }
    Ok(())
}
