//! `schema_of_xml`: the type of an XML text, in DDL.

use std::collections::BTreeMap;

use datafusion::logical_expr::{Expr, lit};
use lang::{DataType as Spark, Error, Result, StructField, StructType};

use super::document::{Document, Id, Kind};
use super::options::{Layout, options};
use super::record::floating;
use crate::cast::{parse_datetime, zone::Zone};
use crate::format::json::from_json::malformed;
use crate::{Call, expect};

/// `schema_of_xml(text[, options])`; the text is constant.
pub(in crate::format) fn schema_of_xml(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let text = expect::constant_string(call, 0)?
        .ok_or_else(|| Error::analysis("DATATYPE_MISMATCH.UNEXPECTED_NULL").with("exprName", "xml"))?;
    let given = options(call, 1)?;
    for name in ["timestampFormat", "dateFormat", "timestampNTZFormat"] {
        if given.get(name).is_some() {
            return Err(Error::unsupported(format!("the option {name} of schema_of_xml")));
        }
    }
    let inference = Inference { layout: Layout::of(&given), infers: given.is_on("inferSchema", true) };
    let document = Document::parse_first(&text);
    let root = document.as_ref().and_then(|document| document.element().map(|root| (document, root)));
    let schema = match root.map(|(document, root)| inference.element(document, root)) {
        Some(Spark::Struct(schema)) => Spark::Struct(schema),
        Some(Spark::Null) => Spark::Struct(StructType::default()),
        Some(atom) => one(&inference.layout.value_tag, atom),
        None if given.fail_fast("schema_of_xml")? => return Err(malformed(&text)),
        None => one(given.get("columnNameOfCorruptRecord").unwrap_or("_corrupt_record"), Spark::STRING),
    };
    Ok(lit(known(schema).sql()))
}

struct Inference {
    layout: Layout,
    infers: bool,
}

fn one(name: &str, data_type: Spark) -> Spark {
    Spark::Struct(StructType::new(vec![StructField::new(name, data_type, true)]))
}

impl Inference {
    fn element(&self, document: &Document, element: Id) -> Spark {
        let mut fields: BTreeMap<String, (usize, Spark)> = BTreeMap::new();
        let mut add = |name: String, data_type: Spark| {
            let (count, known) = fields.entry(name).or_insert((0, Spark::Null));
            *count += 1;
            *known = self.merge(std::mem::replace(known, Spark::Null), data_type);
        };
        if !self.layout.without_attributes {
            for id in document.attributes(element) {
                let node = document.node(id);
                let name = format!("{}{}", self.layout.attribute_prefix, self.layout.name(&node.name));
                add(name, self.atom(&node.value));
            }
        }
        let mut text = String::new();
        for id in document.children(element) {
            let node = document.node(id);
            match node.kind {
                Kind::Element => {
                    add(self.layout.name(&node.name).to_string(), self.element(document, id));
                }
                Kind::Text => text.push_str(&node.value),
                _ => {}
            }
        }
        let value = self.atom(&text);
        if fields.is_empty() {
            return value;
        }
        if value != Spark::Null {
            fields.insert(self.layout.value_tag.clone(), (1, value));
        }
        let fields = fields.into_iter().map(|(name, (count, data_type))| {
            let data_type = match count {
                1 => data_type,
                _ => Spark::Array { element: Box::new(data_type), contains_null: true },
            };
            StructField::new(name, data_type, true)
        });
        Spark::Struct(StructType::new(fields.collect()))
    }

    fn atom(&self, text: &str) -> Spark {
        let text = self.layout.trim(text);
        let is_null = text.is_empty() || self.layout.null_value.as_deref() == Some(text);
        match text {
            _ if is_null => Spark::Null,
            _ if !self.infers => Spark::STRING,
            text if text.parse::<i64>().is_ok() => Spark::Long,
            text if floating(text).is_some_and(f64::is_finite) => Spark::Double,
            text if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") => Spark::Boolean,
            text if is_full_date(text) => Spark::Date,
            text if text.contains(['-', ':'])
                && parse_datetime::parse_timestamp(text, Zone::UTC).is_some() =>
            {
                Spark::Timestamp
            }
            _ => Spark::STRING,
        }
    }

    /// The type that both fit.
    fn merge(&self, left: Spark, right: Spark) -> Spark {
        match (left, right) {
            (left, right) if left == right => left,
            (Spark::Null, other) | (other, Spark::Null) => other,
            (Spark::Long, Spark::Double) | (Spark::Double, Spark::Long) => Spark::Double,
            (Spark::Date, Spark::Timestamp) | (Spark::Timestamp, Spark::Date) => Spark::Timestamp,
            (Spark::Array { element: a, .. }, Spark::Array { element: b, .. }) => {
                Spark::Array { element: Box::new(self.merge(*a, *b)), contains_null: true }
            }
            (Spark::Array { element, .. }, other) | (other, Spark::Array { element, .. }) => {
                Spark::Array { element: Box::new(self.merge(*element, other)), contains_null: true }
            }
            (Spark::Struct(a), Spark::Struct(b)) => self.merge_structs(a, b),
            _ => Spark::STRING,
        }
    }

    fn merge_structs(&self, a: StructType, b: StructType) -> Spark {
        let mut fields: BTreeMap<String, Spark> = BTreeMap::new();
        for field in a.fields.into_iter().chain(b.fields) {
            let known = fields.remove(&field.name).unwrap_or(Spark::Null);
            fields.insert(field.name, self.merge(known, field.data_type));
        }
        let fields = fields.into_iter().map(|(name, data_type)| StructField::new(name, data_type, true));
        Spark::Struct(StructType::new(fields.collect()))
    }
}

/// `yyyy-MM-dd`
fn is_full_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().filter(|b| *b == b'-').count() == 2
        && parse_datetime::parse_date(text).is_some()
}

/// What was never anything but empty is a string.
fn known(data_type: Spark) -> Spark {
    match data_type {
        Spark::Null => Spark::STRING,
        Spark::Array { element, contains_null } => {
            Spark::Array { element: Box::new(known(*element)), contains_null }
        }
        Spark::Struct(schema) => {
            let fields =
                schema.fields.into_iter().map(|f| StructField::new(f.name, known(f.data_type), true));
            Spark::Struct(StructType::new(fields.collect()))
        }
        other => other,
    }
}
