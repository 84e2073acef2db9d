//! Which casts Spark allows, and the errors for the others.

use lang::{DataType as Spark, Error, Result};

use super::Mode;
use crate::Argument;
use crate::coercion::is_string;
use crate::variant;

/// Fails with Spark's condition unless `argument` may be cast.
pub(super) fn check(argument: &Argument, source: &Spark, target: &Spark, mode: Mode) -> Result<()> {
    let legacy = mode == Mode::Legacy;
    if can_cast(source, target, legacy) {
        return Ok(());
    }
    let function = match (source, target) {
        (from, Spark::Date) if !legacy && numeric(from) => Some("`DATE_FROM_UNIX_DATE`"),
        (Spark::Date, to) if !legacy && numeric(to) => Some("`UNIX_DATE`"),
        _ => None,
    };
    let condition = match function {
        Some(_) => "DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION",
        None if can_cast(source, target, true) => "DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION",
        None => "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
    };
    Err(Error::analysis(condition)
        .with("sqlExpr", format!("\"CAST({} AS {})\"", argument.name(), target.sql()))
        .with("srcType", format!("\"{}\"", source.sql()))
        .with("targetType", format!("\"{}\"", target.sql()))
        .with("functionNames", function.unwrap_or_default())
        .with("config", "\"spark.sql.ansi.enabled\"")
        .with("configVal", "'false'"))
}

/// Spark's `canCast` (legacy) and `canAnsiCast`.
pub(crate) fn can_cast(source: &Spark, target: &Spark, legacy: bool) -> bool {
    if source == target {
        return true;
    }
    match (source, target) {
        (Spark::Null, _) => true,
        (_, Spark::Null) => false,
        (Spark::Variant, to) => variant::cast::castable(to, true),
        (from, Spark::Variant) => variant::cast::castable(from, false),
        (Spark::Udt { sql_type, .. }, _) => can_cast(sql_type, target, legacy),
        (_, Spark::Udt { .. }) => false,
        (Spark::Array { element: a, .. }, Spark::Array { element: b, .. }) => can_cast(a, b, legacy),
        (Spark::Map { key: k, value: v, .. }, Spark::Map { key, value, .. }) => {
            can_cast(k, key, legacy) && can_cast(v, value, legacy)
        }
        (Spark::Struct(a), Spark::Struct(b)) => {
            let fields = a.fields.iter().zip(&b.fields);
            a.fields.len() == b.fields.len()
                && fields.into_iter().all(|(f, g)| can_cast(&f.data_type, &g.data_type, legacy))
        }
        (_, to) if is_string(to) => true,
        _ => atomic(source, target, legacy),
    }
}

fn atomic(source: &Spark, target: &Spark, legacy: bool) -> bool {
    let integral = |t: &Spark| matches!(t, Spark::Byte | Spark::Short | Spark::Integer | Spark::Long);
    let exact = |t: &Spark| integral(t) || matches!(t, Spark::Decimal { .. });
    let interval = |t: &Spark| matches!(t, Spark::YearMonthInterval { .. } | Spark::DayTimeInterval { .. });
    let nested = |t: &Spark| matches!(t, Spark::Array { .. } | Spark::Map { .. } | Spark::Struct(_));
    let number_or_boolean = |t: &Spark| numeric(t) || *t == Spark::Boolean;
    match source {
        from if is_string(from) => !nested(target),
        Spark::Boolean => numeric(target) || (legacy && *target == Spark::Timestamp),
        from if numeric(from) => {
            number_or_boolean(target)
                || *target == Spark::Timestamp
                || (exact(from) && interval(target))
                || (legacy && integral(from) && *target == Spark::Binary)
        }
        Spark::Date => {
            matches!(target, Spark::Timestamp | Spark::TimestampNtz) || (legacy && number_or_boolean(target))
        }
        Spark::Timestamp => {
            numeric(target)
                || matches!(target, Spark::Date | Spark::TimestampNtz | Spark::Time { .. })
                || (legacy && *target == Spark::Boolean)
        }
        Spark::TimestampNtz => matches!(target, Spark::Date | Spark::Timestamp | Spark::Time { .. }),
        Spark::Time { .. } => matches!(target, Spark::Time { .. }) || exact(target),
        Spark::YearMonthInterval { .. } => exact(target) || matches!(target, Spark::YearMonthInterval { .. }),
        Spark::DayTimeInterval { .. } => exact(target) || matches!(target, Spark::DayTimeInterval { .. }),
        _ => false,
    }
}

fn numeric(data_type: &Spark) -> bool {
    matches!(
        data_type,
        Spark::Byte
            | Spark::Short
            | Spark::Integer
            | Spark::Long
            | Spark::Float
            | Spark::Double
            | Spark::Decimal { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: [&str; 20] = [
        "void",
        "boolean",
        "tinyint",
        "smallint",
        "int",
        "bigint",
        "float",
        "double",
        "decimal(5,2)",
        "string",
        "binary",
        "date",
        "timestamp",
        "timestamp_ntz",
        "interval year to month",
        "interval day to second",
        "interval",
        "array<int>",
        "map<int,string>",
        "struct<a:int>",
    ];

    /// Row by row what Spark 4.3 casts (`.`) and refuses (`x`), targets in the order of `TYPES`.
    #[test]
    fn casts_agree_with_spark() {
        let ansi = [
            "....................",
            "x.........xxxxxxxxxx",
            "x.........xx.x..xxxx",
            "x.........xx.x..xxxx",
            "x.........xx.x..xxxx",
            "x.........xx.x..xxxx",
            "x.........xx.xxxxxxx",
            "x.........xx.xxxxxxx",
            "x.........xx.x..xxxx",
            "x................xxx",
            "xxxxxxxxx..xxxxxxxxx",
            "xxxxxxxxx.x...xxxxxx",
            "xx........x...xxxxxx",
            "xxxxxxxxx.x...xxxxxx",
            "xx....xx..xxxx.xxxxx",
            "xx....xx..xxxxx.xxxx",
            "xxxxxxxxx.xxxxxx.xxx",
            "xxxxxxxxx.xxxxxxx.xx",
            "xxxxxxxxx.xxxxxxxx.x",
            "xxxxxxxxx.xxxxxxxxx.",
        ];
        let legacy = [
            "....................",
            "x.........xx.xxxxxxx",
            "x..........x.x..xxxx",
            "x..........x.x..xxxx",
            "x..........x.x..xxxx",
            "x..........x.x..xxxx",
            "x.........xx.xxxxxxx",
            "x.........xx.xxxxxxx",
            "x.........xx.x..xxxx",
            "x................xxx",
            "xxxxxxxxx..xxxxxxxxx",
            "x.........x...xxxxxx",
            "x.........x...xxxxxx",
            "xxxxxxxxx.x...xxxxxx",
            "xx....xx..xxxx.xxxxx",
            "xx....xx..xxxxx.xxxx",
            "xxxxxxxxx.xxxxxx.xxx",
            "xxxxxxxxx.xxxxxxx.xx",
            "xxxxxxxxx.xxxxxxxx.x",
            "xxxxxxxxx.xxxxxxxxx.",
        ];
        let parse = |text: &str| lang::parse_data_type(text).expect("a type");
        for (mode, rows) in [(false, ansi), (true, legacy)] {
            for (source, row) in TYPES.iter().zip(rows) {
                for (target, expected) in TYPES.iter().zip(row.chars()) {
                    let answer = if can_cast(&parse(source), &parse(target), mode) { '.' } else { 'x' };
                    assert_eq!(answer, expected, "{source} as {target}, legacy {mode}");
                }
            }
        }
    }
}
