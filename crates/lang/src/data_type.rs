//! Spark's data types, and the three ways Spark writes them: simple string, SQL and tree.

use std::fmt;

/// A Spark SQL type. Source: Spark's "Data Types" reference page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DataType {
    Null,
    Boolean,
    Byte,
    Short,
    Integer,
    Long,
    Float,
    Double,
    /// Precision 1..=38, scale 0..=precision.
    Decimal {
        precision: u8,
        scale: i8,
    },
    /// A string; `collation` is `None` for the default `UTF8_BINARY`.
    String {
        collation: Option<String>,
    },
    Char(u32),
    Varchar(u32),
    Binary,
    Date,
    /// Time of day with 0..=6 fractional digits.
    Time {
        precision: u8,
    },
    /// An instant, shown in the session time zone.
    Timestamp,
    /// A wall-clock time without a zone.
    TimestampNtz,
    YearMonthInterval {
        start: YearMonthField,
        end: YearMonthField,
    },
    DayTimeInterval {
        start: DayTimeField,
        end: DayTimeField,
    },
    CalendarInterval,
    Array {
        element: Box<DataType>,
        contains_null: bool,
    },
    Map {
        key: Box<DataType>,
        value: Box<DataType>,
        value_contains_null: bool,
    },
    Struct(StructType),
    Variant,
    /// A user-defined type: its Python class and the type it is stored as.
    Udt {
        class: String,
        serialized: Option<String>,
        sql_type: Box<DataType>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum YearMonthField {
    Year = 0,
    Month = 1,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayTimeField {
    Day = 0,
    Hour = 1,
    Minute = 2,
    Second = 3,
}

/// An ordered list of fields; names may repeat.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct StructType {
    pub fields: Vec<StructField>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StructField {
    pub name: String,
    pub data_type: DataType,
    pub nullable: bool,
    /// Column metadata as a JSON object; empty when there is none.
    pub metadata: String,
}

impl StructField {
    pub fn new(name: impl Into<String>, data_type: DataType, nullable: bool) -> Self {
        StructField { name: name.into(), data_type, nullable, metadata: String::new() }
    }
}

impl DataType {
    pub const STRING: DataType = DataType::String { collation: None };
    pub const DAY_TIME: DataType =
        DataType::DayTimeInterval { start: DayTimeField::Day, end: DayTimeField::Second };
    pub const YEAR_MONTH: DataType =
        DataType::YearMonthInterval { start: YearMonthField::Year, end: YearMonthField::Month };

    /// `bigint`, `array<string>`, `struct<a:int>`: what `df.dtypes` and error messages show.
    pub fn simple_string(&self) -> String {
        match self {
            DataType::Array { element, .. } => format!("array<{}>", element.simple_string()),
            DataType::Map { key, value, .. } => {
                format!("map<{},{}>", key.simple_string(), value.simple_string())
            }
            DataType::Struct(s) => {
                let fields: Vec<_> =
                    s.fields.iter().map(|f| format!("{}:{}", f.name, f.data_type.simple_string())).collect();
                format!("struct<{}>", fields.join(","))
            }
            other => other.atomic_name(),
        }
    }

    /// `BIGINT`, `ARRAY<STRING>`, `STRUCT<a: INT>`: what SQL reads back.
    pub fn sql(&self) -> String {
        match self {
            DataType::Array { element, .. } => format!("ARRAY<{}>", element.sql()),
            DataType::Map { key, value, .. } => format!("MAP<{}, {}>", key.sql(), value.sql()),
            DataType::Struct(s) => {
                let fields: Vec<_> = s
                    .fields
                    .iter()
                    .map(|f| {
                        let not_null = if f.nullable { "" } else { " NOT NULL" };
                        format!("{}: {}{not_null}", quote_if_needed(&f.name), f.data_type.sql())
                    })
                    .collect();
                format!("STRUCT<{}>", fields.join(", "))
            }
            DataType::String { collation: Some(c) } => format!("STRING COLLATE {c}"),
            other => other.atomic_name().to_uppercase(),
        }
    }

    /// The name `printSchema` shows: `long`, `array`, `struct`, `decimal(10,2)`.
    pub fn type_name(&self) -> String {
        match self {
            DataType::Null => "void".into(),
            DataType::Byte => "byte".into(),
            DataType::Short => "short".into(),
            DataType::Integer => "integer".into(),
            DataType::Long => "long".into(),
            DataType::Array { .. } => "array".into(),
            DataType::Map { .. } => "map".into(),
            DataType::Struct(_) => "struct".into(),
            DataType::Udt { .. } => "udt".into(),
            other => other.atomic_name(),
        }
    }

    fn atomic_name(&self) -> String {
        match self {
            DataType::Null => "void".into(),
            DataType::Boolean => "boolean".into(),
            DataType::Byte => "tinyint".into(),
            DataType::Short => "smallint".into(),
            DataType::Integer => "int".into(),
            DataType::Long => "bigint".into(),
            DataType::Float => "float".into(),
            DataType::Double => "double".into(),
            DataType::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
            DataType::String { collation: None } => "string".into(),
            DataType::String { collation: Some(c) } => format!("string collate {c}"),
            DataType::Char(n) => format!("char({n})"),
            DataType::Varchar(n) => format!("varchar({n})"),
            DataType::Binary => "binary".into(),
            DataType::Date => "date".into(),
            DataType::Time { precision } => format!("time({precision})"),
            DataType::Timestamp => "timestamp".into(),
            DataType::TimestampNtz => "timestamp_ntz".into(),
            DataType::YearMonthInterval { start, end } => interval_name(start.name(), end.name()),
            DataType::DayTimeInterval { start, end } => interval_name(start.name(), end.name()),
            DataType::CalendarInterval => "interval".into(),
            DataType::Variant => "variant".into(),
            DataType::Udt { sql_type, .. } => sql_type.simple_string(),
            DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_) => self.simple_string(),
        }
    }
}

impl YearMonthField {
    pub fn name(self) -> &'static str {
        match self {
            YearMonthField::Year => "year",
            YearMonthField::Month => "month",
        }
    }
}

impl DayTimeField {
    pub fn name(self) -> &'static str {
        match self {
            DayTimeField::Day => "day",
            DayTimeField::Hour => "hour",
            DayTimeField::Minute => "minute",
            DayTimeField::Second => "second",
        }
    }
}

impl StructType {
    pub fn new(fields: Vec<StructField>) -> Self {
        StructType { fields }
    }

    /// Spark's `printSchema` picture, to `level` levels of nesting (`None`: all).
    pub fn tree_string(&self, level: Option<usize>) -> String {
        let mut out = String::from("root\n");
        let depth = level.filter(|l| *l > 0).unwrap_or(usize::MAX);
        for field in &self.fields {
            field_tree(field, " |", depth, &mut out);
        }
        out
    }
}

fn field_tree(field: &StructField, prefix: &str, depth: usize, out: &mut String) {
    if depth == 0 {
        return;
    }
    out.push_str(&format!(
        "{prefix}-- {}: {} (nullable = {})\n",
        field.name,
        field.data_type.type_name(),
        field.nullable
    ));
    type_tree(&field.data_type, &format!("{prefix}    |"), depth - 1, out);
}

fn type_tree(data_type: &DataType, prefix: &str, depth: usize, out: &mut String) {
    if depth == 0 {
        return;
    }
    let mut part = |name: &str, part_type: &DataType, null_name: Option<(&str, bool)>| {
        let null = null_name.map(|(n, v)| format!(" ({n} = {v})")).unwrap_or_default();
        out.push_str(&format!("{prefix}-- {name}: {}{null}\n", part_type.type_name()));
        type_tree(part_type, &format!("{prefix}    |"), depth - 1, out);
    };
    match data_type {
        DataType::Array { element, contains_null } => {
            part("element", element, Some(("containsNull", *contains_null)))
        }
        DataType::Map { key, value, value_contains_null } => {
            part("key", key, None);
            part("value", value, Some(("valueContainsNull", *value_contains_null)));
        }
        DataType::Struct(s) => s.fields.iter().for_each(|f| field_tree(f, prefix, depth, out)),
        _ => {}
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.simple_string())
    }
}

fn interval_name(start: &str, end: &str) -> String {
    if start == end { format!("interval {start}") } else { format!("interval {start} to {end}") }
}

/// Wraps a name in backticks unless it is a plain identifier.
pub(crate) fn quote_if_needed(name: &str) -> String {
    let plain = !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.chars().all(|c| c.is_ascii_digit());
    if plain { name.to_string() } else { format!("`{}`", name.replace('`', "``")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tree_string_nests_like_spark() {
        let element = DataType::Struct(StructType::new(vec![StructField::new("x", DataType::Integer, true)]));
        let schema = StructType::new(vec![
            StructField::new("id", DataType::Long, false),
            StructField::new("a", DataType::Array { element: Box::new(element), contains_null: true }, true),
        ]);
        let expected = "root\n |-- id: long (nullable = false)\n |-- a: array (nullable = true)\n |    |-- element: struct (containsNull = true)\n |    |    |-- x: integer (nullable = true)\n";
        assert_eq!(schema.tree_string(None), expected);
    }
}
