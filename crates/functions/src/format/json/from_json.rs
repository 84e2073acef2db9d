//! `from_json`: texts as structs, arrays and maps.
//!
//! A value of the wrong type makes its struct field NULL and its record malformed; inside of an array or a map it takes
//! the whole collection with it. Malformed records are NULLs, the `_corrupt_record` column, or an error (FAILFAST).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, MapArray, StringArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::DataType as Arrow;
use datafusion::logical_expr::Expr;
use lang::{DataType as Spark, Error, Result, RuntimeClass, StructType};

use super::parser::OPTIONS as DIALECT_OPTIONS;
use super::{Dialect, Json, parse, writer};
use crate::format::options::{self, Options};
use crate::format::text::{self, Atom, Texts};
use crate::scalar::{Input, apply_field};
use crate::string::base64;
use crate::variant::{self, column::VariantBuilder};
use crate::{Call, error, expect, types};

const OPTIONS: &[&str] = &[
    "mode",
    "columnNameOfCorruptRecord",
    "dateFormat",
    "timestampFormat",
    "timestampNTZFormat",
    "timeZone",
    "primitivesAsString",
    "locale",
];

/// `from_json(text, schema[, options])`
pub(in crate::format) fn from_json(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let schema = options::schema(call, 1)?;
    if !matches!(schema, Spark::Struct(_) | Spark::Array { .. } | Spark::Map { .. } | Spark::Variant) {
        return Err(Error::analysis("DATATYPE_MISMATCH.INVALID_JSON_SCHEMA")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("schema", format!("\"{}\"", schema.sql())));
    }
    check(&schema)?;
    let given = Options::of(call, 2, &[OPTIONS, DIALECT_OPTIONS].concat())?;
    given.fail_fast("from_json")?;
    let arguments = vec![expect::only_string(call, 0)?, given.literal()];
    Ok(apply_field("from_json", options::field("from_json", &schema), arguments, run))
}

fn check(schema: &Spark) -> Result<()> {
    match schema {
        Spark::Struct(schema) => schema.fields.iter().try_for_each(|field| check(&field.data_type)),
        Spark::Array { element, .. } => check(element),
        Spark::Map { key, value, .. } if matches!(**key, Spark::String { .. }) => check(value),
        Spark::Map { .. } => Err(Error::unsupported("from_json with map keys other than strings")),
        Spark::Variant => Ok(()),
        other => text::column::<()>(other, &[], &|_| None).map(|_| ()),
    }
}

fn run(input: &Input) -> Result<ArrayRef> {
    let given = Options::read(input.constant_string(1).unwrap_or_default());
    let reader = Reader { texts: Texts::new(&given, input.time_zone())? };
    let dialect = Dialect::of(&given);
    let schema = options::spark_type(&input.returns);
    let strings = input.strings(0)?;
    let rows: Vec<Option<&str>> =
        (0..input.rows).map(|row| (!input.is_null(0, row)).then(|| strings.value(row))).collect();
    // An empty text is no record at all.
    let rows: Vec<Option<&str>> =
        rows.into_iter().map(|row| row.filter(|text| !text.trim().is_empty())).collect();
    let parsed: Vec<Option<Json<'_>>> =
        rows.iter().map(|row| row.and_then(|text| parse(text, dialect))).collect();
    let wrapped: Vec<Option<Json<'_>>> =
        parsed.into_iter().map(|json| json.map(|json| at_root(json, &schema))).collect();
    let values: Vec<Option<&Json<'_>>> = wrapped.iter().map(Option::as_ref).collect();
    let (array, mut states) = reader.convert(&schema, &values)?;
    for (row, state) in states.iter_mut().enumerate() {
        if rows[row].is_some() && values[row].is_none() {
            *state = State::Failed;
        }
    }
    if given.fail_fast("from_json")?
        && let Some(row) = states.iter().position(|state| *state != State::Good)
    {
        return Err(malformed(rows[row].unwrap_or_default()));
    }
    match &schema {
        Spark::Struct(schema) => {
            let corrupt = given.get("columnNameOfCorruptRecord").unwrap_or("_corrupt_record");
            Ok(records(array, schema, corrupt, &rows, &states))
        }
        _ => Ok(array),
    }
}

/// A single object stands for an array of one.
fn at_root<'a>(json: Json<'a>, schema: &Spark) -> Json<'a> {
    match (schema, &json) {
        (Spark::Array { element, .. }, Json::Object(_)) if matches!(**element, Spark::Struct(_)) => {
            Json::Array(vec![json])
        }
        _ => json,
    }
}

pub(in crate::format) fn malformed(record: &str) -> Error {
    Error::runtime(RuntimeClass::Other, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION")
        .with("badRecord", record)
        .with("failFastMode", "FAILFAST")
}

/// Malformed records are rows of NULLs, not NULL; their text goes into the corrupt record column.
pub(in crate::format) fn records(
    array: ArrayRef,
    schema: &StructType,
    corrupt: &str,
    rows: &[Option<&str>],
    states: &[State],
) -> ArrayRef {
    let Some(structs) = array.as_any().downcast_ref::<StructArray>() else { return array };
    let (fields, mut columns, _) = structs.clone().into_parts();
    let index =
        schema.fields.iter().position(|f| f.name == corrupt && matches!(f.data_type, Spark::String { .. }));
    if let Some(index) = index {
        let texts = rows.iter().zip(states).map(|(row, state)| row.filter(|_| *state != State::Good));
        columns[index] = Arc::new(texts.collect::<StringArray>());
    }
    let valid: NullBuffer = rows.iter().map(Option::is_some).collect();
    match StructArray::try_new_with_length(fields, columns, Some(valid), rows.len()) {
        Ok(structs) => Arc::new(structs),
        Err(_) => array,
    }
}

/// How reading one value went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::format) enum State {
    Good,
    /// A struct field in it could not be read.
    Partial,
    Failed,
}

struct Reader {
    texts: Texts,
}

impl Reader {
    /// A column from one value a row; absent values are NULL.
    fn convert(&self, data_type: &Spark, values: &[Option<&Json<'_>>]) -> Result<(ArrayRef, Vec<State>)> {
        match data_type {
            Spark::Struct(schema) => self.structs(schema, values),
            Spark::Array { element, .. } => self.lists(data_type, element, values),
            Spark::Map { key, value, .. } => self.maps(data_type, key, value, values),
            Spark::Variant => variants(values),
            _ => {
                let read = |json: &Option<&Json<'_>>| match json {
                    None | Some(Json::Null) => Some(None),
                    Some(json) => self.atom(data_type, json).map(Some),
                };
                let (array, failed) = text::column(data_type, values, &read)?;
                Ok((array, failed.into_iter().map(|f| if f { State::Failed } else { State::Good }).collect()))
            }
        }
    }

    fn structs(&self, schema: &StructType, values: &[Option<&Json<'_>>]) -> Result<(ArrayRef, Vec<State>)> {
        let mut states: Vec<State> = values
            .iter()
            .map(|value| match value {
                None | Some(Json::Null | Json::Object(_)) => State::Good,
                Some(_) => State::Failed,
            })
            .collect();
        let valid: NullBuffer = values.iter().map(|value| matches!(value, Some(Json::Object(_)))).collect();
        let mut columns = Vec::with_capacity(schema.fields.len());
        for field in &schema.fields {
            let children: Vec<Option<&Json<'_>>> = values
                .iter()
                .map(|value| match value {
                    // The last of equal names counts.
                    Some(Json::Object(fields)) => {
                        fields.iter().rev().find(|(name, _)| *name == field.name).map(|(_, value)| value)
                    }
                    _ => None,
                })
                .collect();
            let (column, read) = self.convert(&field.data_type, &children)?;
            for (state, read) in states.iter_mut().zip(read) {
                if read != State::Good {
                    *state = (*state).max(State::Partial);
                }
            }
            columns.push(column);
        }
        let fields = types::to_fields(schema);
        let array = StructArray::try_new_with_length(fields, columns, Some(valid), values.len());
        Ok((Arc::new(array.map_err(|e| error::from_arrow(&e))?), states))
    }

    fn lists(
        &self,
        list: &Spark,
        element: &Spark,
        values: &[Option<&Json<'_>>],
    ) -> Result<(ArrayRef, Vec<State>)> {
        let elements = values.iter().map(|value| match value {
            Some(Json::Array(elements)) => elements.as_slice(),
            _ => &[],
        });
        let lengths: Vec<usize> = elements.clone().map(<[_]>::len).collect();
        let children: Vec<Option<&Json<'_>>> = elements.flatten().map(Some).collect();
        let (column, read) = self.convert(element, &children)?;
        let is_list = |value: &Json<'_>| matches!(value, Json::Array(_));
        let states = collection_states(values, is_list, &lengths, &read);
        let Arrow::List(field) = types::to_arrow(list) else { return Err(Error::internal("a list type")) };
        let nulls = valid(values, is_list, &states);
        let array = ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), column, Some(nulls));
        Ok((Arc::new(array.map_err(|e| error::from_arrow(&e))?), states))
    }

    fn maps(
        &self,
        map: &Spark,
        key: &Spark,
        value: &Spark,
        values: &[Option<&Json<'_>>],
    ) -> Result<(ArrayRef, Vec<State>)> {
        let entries = values.iter().map(|value| match value {
            Some(Json::Object(fields)) => fields.as_slice(),
            _ => &[],
        });
        let lengths: Vec<usize> = entries.clone().map(<[_]>::len).collect();
        let names: Vec<&str> = entries.clone().flatten().map(|(name, _)| name.as_ref()).collect();
        let children: Vec<Option<&Json<'_>>> = entries.flatten().map(|(_, value)| Some(value)).collect();
        let (keys, _) = text::column(key, &names, &|name| Some(Some(Atom::Text(name.to_string()))))?;
        let (column, read) = self.convert(value, &children)?;
        let is_map = |value: &Json<'_>| matches!(value, Json::Object(_));
        let states = collection_states(values, is_map, &lengths, &read);
        let Arrow::Map(field, sorted) = types::to_arrow(map) else {
            return Err(Error::internal("a map type"));
        };
        let Arrow::Struct(fields) = field.data_type() else { return Err(Error::internal("a map's entries")) };
        let entries = StructArray::try_new(fields.clone(), vec![keys, column], None);
        let entries = entries.map_err(|e| error::from_arrow(&e))?;
        let nulls = valid(values, is_map, &states);
        let array = MapArray::try_new(
            field.clone(),
            OffsetBuffer::from_lengths(lengths),
            entries,
            Some(nulls),
            sorted,
        );
        Ok((Arc::new(array.map_err(|e| error::from_arrow(&e))?), states))
    }

    fn atom(&self, data_type: &Spark, json: &Json<'_>) -> Option<Atom> {
        match (data_type, json) {
            (Spark::String { .. }, Json::String(text)) => Some(Atom::Text(text.to_string())),
            (Spark::String { .. }, json) => {
                let mut text = String::new();
                writer::value(json, &mut text);
                Some(Atom::Text(text))
            }
            (Spark::Boolean, Json::Boolean(value)) => Some(Atom::Boolean(*value)),
            (Spark::Byte | Spark::Short | Spark::Integer | Spark::Long, Json::Number(text)) => {
                text.parse().ok().filter(|value| text::in_range(data_type, *value)).map(Atom::Whole)
            }
            (Spark::Float | Spark::Double, Json::Number(text)) => {
                special(text).or_else(|| text.parse().ok()).map(Atom::Double)
            }
            (Spark::Float | Spark::Double, Json::String(text)) => special(text).map(Atom::Double),
            (Spark::Decimal { precision, scale }, Json::Number(text)) => {
                text::decimal(text, *precision, *scale).map(Atom::Decimal)
            }
            (Spark::Decimal { precision, scale }, Json::String(text)) => {
                text::decimal(text, *precision, *scale).map(Atom::Decimal)
            }
            (Spark::Date, Json::String(text)) => self.texts.date(text).map(|days| Atom::Whole(days.into())),
            (Spark::Timestamp, Json::String(text)) => self.texts.timestamp(text).map(Atom::Whole),
            (Spark::Timestamp, Json::Number(text)) => {
                text.parse::<i64>().ok()?.checked_mul(1_000_000).map(Atom::Whole)
            }
            (Spark::TimestampNtz, Json::String(text)) => self.texts.timestamp_ntz(text).map(Atom::Whole),
            (Spark::Binary, Json::String(text)) => base64::decode_lenient(text).map(Atom::Bytes),
            _ => None,
        }
    }
}

/// Whatever stands there, as a variant.
fn variants(values: &[Option<&Json<'_>>]) -> Result<(ArrayRef, Vec<State>)> {
    let mut builder = VariantBuilder::default();
    let mut states = Vec::with_capacity(values.len());
    for json in values {
        let added = match json {
            None => {
                builder.append_null();
                true
            }
            Some(json) => variant::append_json(&mut builder, (*json).clone())?,
        };
        states.push(if added { State::Good } else { State::Failed });
    }
    Ok((builder.finish()?, states))
}

/// The names of what is not a finite number.
fn special(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" | "+Infinity" | "INF" | "+INF" => Some(f64::INFINITY),
        "-Infinity" | "-INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn collection_states(
    values: &[Option<&Json<'_>>],
    fits: impl Fn(&Json<'_>) -> bool,
    lengths: &[usize],
    read: &[State],
) -> Vec<State> {
    let mut start = 0;
    values
        .iter()
        .zip(lengths)
        .map(|(value, length)| {
            let inside = read[start..start + length].iter().max().copied().unwrap_or(State::Good);
            start += length;
            match value {
                None | Some(Json::Null) => State::Good,
                Some(json) if fits(json) => inside,
                Some(_) => State::Failed,
            }
        })
        .collect()
}

fn valid(values: &[Option<&Json<'_>>], fits: impl Fn(&Json<'_>) -> bool, states: &[State]) -> NullBuffer {
    values
        .iter()
        .zip(states)
        .map(|(value, state)| value.is_some_and(&fits) && *state != State::Failed)
        .collect()
}
