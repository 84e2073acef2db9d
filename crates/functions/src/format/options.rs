//! The option map and the schema argument of a call.

use std::collections::HashMap;

use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::{Expr, lit};
use lang::{DataType as Spark, Error, Result, StructType};

use crate::{Call, expect};

/// Options by lower-case name.
#[derive(Debug, Clone, Default)]
pub(super) struct Options(HashMap<String, String>);

/// Options of Spark that change results and are not known everywhere.
const UNSUPPORTED: &[&str] = &[
    "charToEscapeQuoteEscaping",
    "comment",
    "dropFieldIfAllNull",
    "emptyValue",
    "enableDateTimeParsingFallback",
    "enforceSchema",
    "escapeQuotes",
    "maxCharsPerColumn",
    "maxColumns",
    "nanValue",
    "negativeInf",
    "positiveInf",
    "prefersDate",
    "pretty",
    "preferDate",
    "prefersDecimal",
    "primitivesAsString",
    "quoteAll",
    "singleVariantColumn",
    "sortKeys",
    "timeFormat",
    "unescapedQuoteHandling",
];

impl Options {
    /// The map argument at `index`, if there is one. Spark's options outside of `known` are refused; what Spark does
    /// not know either has no effect.
    pub(super) fn of(call: &Call<'_>, index: usize, known: &[&str]) -> Result<Self> {
        if index >= call.arguments.len() {
            return Ok(Options::default());
        }
        let pairs = expect::constant_map(call, index)?;
        for (name, _) in &pairs {
            let is = |list: &[&str]| list.iter().any(|option| option.eq_ignore_ascii_case(name));
            if is(UNSUPPORTED) && !is(known) {
                return Err(Error::unsupported(format!("the option {name} of {}", call.name)));
            }
        }
        Ok(Options(pairs.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()))
    }

    pub(super) fn of_pairs(pairs: Vec<(String, String)>) -> Self {
        Options(pairs.into_iter().collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    pub(super) fn is_on(&self, name: &str, default: bool) -> bool {
        self.get(name).map_or(default, |value| value.eq_ignore_ascii_case("true"))
    }

    /// `mode` is FAILFAST rather than PERMISSIVE.
    pub(super) fn fail_fast(&self, function: &str) -> Result<bool> {
        match self.get("mode").map(str::to_ascii_uppercase).as_deref() {
            None | Some("PERMISSIVE") => Ok(false),
            Some("FAILFAST") => Ok(true),
            Some(mode) => Err(Error::analysis("PARSE_MODE_UNSUPPORTED")
                .with("funcName", format!("`{function}`"))
                .with("mode", mode)),
        }
    }

    /// The options as one literal, so that a kernel gets them as an argument: `name=value` pairs in JSON.
    pub(super) fn literal(&self) -> Expr {
        lit(serde_json::to_string(&self.0).unwrap_or_default())
    }

    /// Reads what [`Options::literal`] wrote.
    pub(super) fn read(text: &str) -> Self {
        Options(serde_json::from_str(text).unwrap_or_default())
    }
}

/// The schema argument: DDL or JSON text, a type or a list of columns; everything in it nullable.
pub(super) fn schema(call: &Call<'_>, index: usize) -> Result<Spark> {
    let Ok(Some(text)) = expect::constant_string(call, index) else {
        return Err(Error::analysis("INVALID_SCHEMA.NON_STRING_LITERAL")
            .with("inputSchema", format!("\"{}\"", call.arguments[index].name())));
    };
    let parsed = match super::json::data_type::read(&text) {
        Some(data_type) => data_type,
        None => match lang::parse_data_type(&text) {
            Ok(data_type) => data_type,
            Err(_) => Spark::Struct(lang::parse_schema(&text)?),
        },
    };
    Ok(nullable(parsed))
}

/// What is read from a text can always be missing.
pub(crate) fn nullable(data_type: Spark) -> Spark {
    match data_type {
        Spark::Array { element, .. } => {
            Spark::Array { element: Box::new(nullable(*element)), contains_null: true }
        }
        Spark::Map { key, value, .. } => Spark::Map {
            key: Box::new(nullable(*key)),
            value: Box::new(nullable(*value)),
            value_contains_null: true,
        },
        Spark::Struct(schema) => {
            let mut fields = schema.fields;
            for field in &mut fields {
                field.nullable = true;
                field.data_type = nullable(std::mem::replace(&mut field.data_type, Spark::Null));
            }
            Spark::Struct(StructType::new(fields))
        }
        other => other,
    }
}

/// The Spark type a kernel returns, from its result field.
pub(super) fn spark_type(field: &Field) -> Spark {
    crate::types::from_field(field)
}

/// A result field of a Spark type.
pub(super) fn field(name: &str, data_type: &Spark) -> Field {
    crate::types::to_field(name, data_type, true)
}

pub(super) const STRING: DataType = DataType::Utf8;
