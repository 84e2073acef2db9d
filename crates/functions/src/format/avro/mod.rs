//! Avro values: schemas, their types in Spark, values decoded into columns and encoded from them.
//!
//! ```text
//! JSON text ──► Schema ──spark_type──► DataType
//! bytes ──Input──► Values (one a column) ──► Arrow arrays        Arrow arrays ──writer (one a column)──► bytes
//! ```
//!
//! The nouns: a [`Schema`] is an Avro type; [`Values`] reads one column's values; a [`encode::Writer`] writes them.
//!
//! # Guarantees
//! - Types map as Spark maps them, both ways; fields are found by name, case aside.
//! - Values nobody asked for are skipped, not decoded; what makes no sense is told, never guessed.
//!
//! # Does not
//! Know files (their headers, blocks and codecs), resolve one schema against another, read recursive schemas.
//!
//! # Where to start
//! `schema.rs`, then `values/`; `types.rs` for the mapping.

pub mod encode;
mod from_avro;
pub mod input;
pub mod schema;
mod schema_of_avro;
mod skip;
mod to_avro;
pub mod types;
pub mod values;

use lang::{Error, Result};

pub(super) use self::from_avro::from_avro;
pub use self::schema::Schema;
pub(super) use self::schema_of_avro::schema_of_avro;
pub(super) use self::to_avro::to_avro;
pub use self::values::{Records, Values};
use crate::{Call, expect};

/// The schema argument of a call and its text; `None` when it is NULL.
fn schema(call: &Call<'_>, index: usize) -> Result<Option<(Schema, String)>> {
    let constant = expect::constant(call, index)?.is_some();
    if !constant || !crate::types::is_string(call.arguments[index].data_type()) && !is_null(call, index) {
        return Err(no_schema(call, index));
    }
    match expect::constant_string(call, index)? {
        Some(text) => Ok(Some((Schema::parse(&text)?, text))),
        None => Ok(None),
    }
}

fn no_schema(call: &Call<'_>, index: usize) -> Error {
    let which = if index == 0 { "The first argument" } else { "The second argument" };
    wrong(call, which, "a constant string containing the JSON representation of the schema")
}

fn is_null(call: &Call<'_>, index: usize) -> bool {
    *call.arguments[index].data_type() == arrow::datatypes::DataType::Null
}

/// The options of a call, names in lower case.
fn options(call: &Call<'_>, index: usize) -> Result<Vec<(String, String)>> {
    if index >= call.arguments.len() || is_null(call, index) {
        return Ok(Vec::new());
    }
    let given = match expect::constant(call, index)? {
        Some(_) => expect::constant_map(call, index),
        None => Err(wrong(
            call,
            "The last argument",
            "a constant map of strings to strings containing the options",
        )),
    };
    Ok(given?.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect())
}

fn wrong(call: &Call<'_>, which: &str, what: &str) -> Error {
    Error::analysis("DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("msg", format!("{which} of the {} SQL function must be {what}", call.name.to_uppercase()))
        .with("hint", "")
}

/// Whether members of unions are called by their types: what the options say that change what a schema is in Spark.
///
/// # Errors
/// Options of Spark's that are not honoured, by name.
fn stable_names(call: &Call<'_>, options: &[(String, String)]) -> Result<bool> {
    let mut stable = false;
    for (name, value) in options {
        match (name.as_str(), value.to_ascii_lowercase().as_str()) {
            ("enablestableidentifiersforuniontype", "true") => stable = true,
            ("enablestableidentifiersforuniontype" | "positionalfieldmatching", "false") => {}
            ("recursivefieldmaxdepth", "-1") | ("datetimerebasemode", "corrected") => {}
            ("stableidentifierprefixforuniontype", "member_") => {}
            (
                "enablestableidentifiersforuniontype"
                | "positionalfieldmatching"
                | "recursivefieldmaxdepth"
                | "datetimerebasemode"
                | "stableidentifierprefixforuniontype"
                | "avroschema"
                | "avroschemaurl",
                _,
            ) => return Err(Error::unsupported(format!("the option {name} = {value} of {}", call.name))),
            _ => {}
        }
    }
    Ok(stable)
}
