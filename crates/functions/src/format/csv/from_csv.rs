//! `from_csv`: a line as a struct.

use std::sync::Arc;

use arrow::array::{ArrayRef, StructArray};
use datafusion::logical_expr::Expr;
use lang::{DataType as Spark, Error, Result};

use super::tokens::{OPTIONS as SEPARATOR_OPTIONS, Separators};
use crate::format::json::from_json::{State, malformed, records};
use crate::format::options::{self, Options};
use crate::format::text::{self, Atom, Texts};
use crate::scalar::{Input, apply_field};
use crate::{Call, error, expect, types};

const OPTIONS: &[&str] = &[
    "mode",
    "columnNameOfCorruptRecord",
    "nullValue",
    "nanValue",
    "positiveInf",
    "negativeInf",
    "dateFormat",
    "timestampFormat",
    "timestampNTZFormat",
    "timeZone",
    "locale",
];

/// `from_csv(text, schema[, options])`
pub(in crate::format) fn from_csv(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let schema = options::schema(call, 1)?;
    let Spark::Struct(columns) = &schema else {
        return Err(Error::analysis("INVALID_SCHEMA.NON_STRUCT_TYPE")
            .with("inputSchema", format!("\"{}\"", call.arguments[1].name()))
            .with("dataType", format!("\"{}\"", schema.sql())));
    };
    for field in &columns.fields {
        text::column::<()>(&field.data_type, &[], &|_| None)?;
    }
    let given = Options::of(call, 2, &[OPTIONS, SEPARATOR_OPTIONS].concat())?;
    given.fail_fast("from_csv")?;
    Separators::of(&given, false)?;
    let arguments = vec![expect::only_string(call, 0)?, given.literal()];
    Ok(apply_field("from_csv", options::field("from_csv", &schema), arguments, run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let given = Options::read(input.constant_string(1).unwrap_or_default());
    let (separators, texts) = (Separators::of(&given, false)?, Texts::new(&given, input.time_zone())?);
    let Spark::Struct(schema) = options::spark_type(&input.returns) else {
        return Err(Error::internal("from_csv returns a struct"));
    };
    let strings = input.strings(0)?;
    let rows: Vec<Option<&str>> =
        (0..input.rows).map(|row| (!input.is_null(0, row)).then(|| strings.value(row))).collect();
    let lines: Vec<Vec<Option<String>>> =
        rows.iter().map(|row| row.map_or_else(Vec::new, |line| separators.split(line))).collect();
    let corrupt = given.get("columnNameOfCorruptRecord").unwrap_or("_corrupt_record");
    let specials = Specials::of(&given);
    let null_text = given.get("nullValue").unwrap_or("");
    let is_data = |name: &str| name != corrupt;
    let width = schema.fields.iter().filter(|field| is_data(&field.name)).count();
    let mut states: Vec<State> = lines
        .iter()
        .map(|line| if line.is_empty() || line.len() == width { State::Good } else { State::Partial })
        .collect();
    let mut columns = vec![];
    let mut position = 0;
    for field in &schema.fields {
        let at = is_data(&field.name).then_some(position);
        position += usize::from(at.is_some());
        let values: Vec<Option<&str>> = lines
            .iter()
            .map(|line| {
                at.and_then(|at| line.get(at)).and_then(Option::as_deref).filter(|text| *text != null_text)
            })
            .collect();
        let read = |value: &Option<&str>| match value {
            None => Some(None),
            Some(text) => atom(&texts, &specials, &field.data_type, text).map(Some),
        };
        let (column, failed) = text::column(&field.data_type, &values, &read)?;
        for (state, _) in states.iter_mut().zip(failed).filter(|(_, failed)| *failed) {
            *state = State::Partial;
        }
        columns.push(column);
    }
    if given.fail_fast("from_csv")?
        && let Some(row) = states.iter().position(|state| *state != State::Good)
    {
        return Err(malformed(rows[row].unwrap_or_default()));
    }
    let structs = StructArray::try_new_with_length(types::to_fields(&schema), columns, None, rows.len());
    let structs = structs.map_err(|e| error::from_arrow(&e))?;
    Ok(records(Arc::new(structs), &schema, corrupt, &rows, &states))
}

/// The texts of what is no finite number.
struct Specials<'a> {
    nan: &'a str,
    infinity: &'a str,
    negative_infinity: &'a str,
}

impl<'a> Specials<'a> {
    fn of(given: &'a Options) -> Self {
        Specials {
            nan: given.get("nanValue").unwrap_or("NaN"),
            infinity: given.get("positiveInf").unwrap_or("Inf"),
            negative_infinity: given.get("negativeInf").unwrap_or("-Inf"),
        }
    }

    fn find(&self, text: &str) -> Option<f64> {
        match text {
            text if text == self.nan => Some(f64::NAN),
            text if text == self.infinity => Some(f64::INFINITY),
            text if text == self.negative_infinity => Some(f64::NEG_INFINITY),
            _ => None,
        }
    }
}

/// `None` when the text is no value of the type.
fn atom(texts: &Texts, specials: &Specials<'_>, data_type: &Spark, text: &str) -> Option<Atom> {
    match data_type {
        Spark::String { .. } => Some(Atom::Text(text.to_string())),
        Spark::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" => Some(Atom::Boolean(true)),
            "false" => Some(Atom::Boolean(false)),
            _ => None,
        },
        Spark::Byte | Spark::Short | Spark::Integer | Spark::Long => {
            text.parse().ok().filter(|value| text::in_range(data_type, *value)).map(Atom::Whole)
        }
        Spark::Float | Spark::Double => specials
            .find(text)
            // Java's parser skips blanks.
            .or_else(|| text.trim().parse().ok().filter(|value: &f64| value.is_finite()))
            .map(Atom::Double),
        Spark::Decimal { precision, scale } => text::decimal(text, *precision, *scale).map(Atom::Decimal),
        Spark::Date => texts.date(text).map(|days| Atom::Whole(days.into())),
        Spark::Timestamp => texts.timestamp(text).map(Atom::Whole),
        Spark::TimestampNtz => texts.timestamp_ntz(text).map(Atom::Whole),
        Spark::Binary => Some(Atom::Bytes(text.as_bytes().to_vec())),
        _ => None,
    }
}
