//! Field names and types from XML records.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use lang::{DataType, Result, StructField, StructType};

use super::options::XmlOptions;
use super::records::{Found, Outline};
use super::tree::Element;
use crate::mode::{Mode, malformed};
use crate::path::LeafFile;
use crate::sample::Sampler;
use crate::scan::fold::{Fold, Start, fold};
use crate::store::Store;
use crate::value::{decimal, number};

/// The schema of XML files, field names sorted.
///
/// # Errors
/// Files that cannot be read; malformed records in mode `FAILFAST`.
pub(crate) async fn infer(store: &Store, files: &[LeafFile], options: &Arc<XmlOptions>) -> Result<SchemaRef> {
    let start = |start: Start| Records::new(Arc::clone(options), start.piece);
    let parts = fold(store, files, None, options.encoding, start).await?;
    let found =
        parts.into_iter().map(|part| part.found).reduce(|a, b| merge(a, b, options)).unwrap_or(Type::Null);
    Ok(Arc::new(schema(&found)))
}

/// The schema of texts, one record each.
///
/// # Errors
/// Malformed records in mode `FAILFAST`.
pub(crate) fn infer_texts<'a>(
    texts: impl Iterator<Item = &'a str>,
    options: &Arc<XmlOptions>,
) -> Result<SchemaRef> {
    let mut records = Records::new(Arc::clone(options), 0);
    for text in texts {
        if records.sampler.takes() {
            records.add(text.as_bytes())?;
        }
    }
    Ok(Arc::new(schema(&records.found)))
}

/// A type as far as it is known.
#[derive(Debug, Clone, PartialEq)]
enum Type {
    Null,
    Boolean,
    Long,
    Decimal { precision: u8, scale: u8 },
    Double,
    Date,
    Timestamp,
    String,
    Array(Box<Type>),
    Struct(BTreeMap<String, Type>),
}

struct Records {
    options: Arc<XmlOptions>,
    found: Type,
    sampler: Sampler,
    outline: Outline,
}

impl Fold for Records {
    fn take(&mut self, data: &[u8], last: bool) -> Result<usize> {
        let options = Arc::clone(&self.options);
        let mut position = 0;
        loop {
            match self.outline.next(&data[position..], options.row_tag.as_bytes(), last) {
                Found::Nothing(useless) => return Ok(position + useless),
                Found::Malformed => {
                    self.malformed(&data[position..])?;
                    return Ok(data.len());
                }
                Found::Record(start, end) => {
                    if self.sampler.takes() {
                        self.add(&data[position + start..position + end])?;
                    }
                    position += end;
                }
            }
        }
    }
}

impl Records {
    fn new(options: Arc<XmlOptions>, piece: usize) -> Self {
        let sampler = options.sampling.sampler(piece);
        Records { options, found: Type::Null, sampler, outline: Outline::default() }
    }

    /// Looks at a record; one that is malformed is the last of its document.
    fn add(&mut self, record: &[u8]) -> Result<()> {
        let options = Arc::clone(&self.options);
        let text = String::from_utf8_lossy(record);
        let Some(element) = Element::parse(&text, options.ignore_namespace) else {
            self.outline.stop();
            return self.malformed(record);
        };
        self.widen(match type_of(&element, &options) {
            found @ Type::Struct(_) => found,
            Type::Null => Type::Struct(BTreeMap::new()),
            other => Type::Struct(BTreeMap::from([(options.value_tag.clone(), other)])),
        });
        Ok(())
    }

    fn malformed(&mut self, record: &[u8]) -> Result<()> {
        match self.options.mode {
            Mode::DropMalformed => {}
            Mode::FailFast => return Err(malformed(record)),
            Mode::Permissive => {
                let corrupt = BTreeMap::from([(self.options.corrupt_name.clone(), Type::String)]);
                self.widen(Type::Struct(corrupt));
            }
        }
        Ok(())
    }

    fn widen(&mut self, found: Type) {
        let so_far = std::mem::replace(&mut self.found, Type::Null);
        self.found = merge(so_far, found, &self.options);
    }
}

fn type_of(element: &Element, options: &XmlOptions) -> Type {
    let own = text_type(&element.text, options);
    let has_attributes = !options.exclude_attributes && !element.attributes.is_empty();
    if element.children.is_empty() && !has_attributes {
        return own;
    }
    let mut fields = BTreeMap::new();
    if has_attributes {
        for (name, value) in &element.attributes {
            fields.insert(format!("{}{name}", options.attribute_prefix), text_type(value, options));
        }
    }
    for child in &element.children {
        let found = type_of(child, options);
        match fields.remove(&child.name) {
            None => fields.insert(child.name.clone(), found),
            Some(Type::Array(so_far)) => {
                fields.insert(child.name.clone(), Type::Array(Box::new(merge(*so_far, found, options))))
            }
            Some(so_far) => {
                fields.insert(child.name.clone(), Type::Array(Box::new(merge(so_far, found, options))))
            }
        };
    }
    let blank = options.text(&element.text).is_none_or(|text| text.trim().is_empty());
    if !blank {
        let so_far = fields.remove(&options.value_tag).unwrap_or(Type::Null);
        fields.insert(options.value_tag.clone(), merge(so_far, own, options));
    }
    Type::Struct(fields)
}

/// The narrowest type of a text.
fn text_type(text: &str, options: &XmlOptions) -> Type {
    let Some(text) = options.text(text).filter(|text| !text.is_empty()) else { return Type::Null };
    if !options.infer_schema {
        return Type::String;
    }
    let bytes = text.as_bytes();
    // A sign is looked away from: what has one is a number without it, too.
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text).as_bytes();
    let starts_right = unsigned.first().is_some_and(|b| b.is_ascii_digit() || *b == b'.');
    if starts_right && number::integer(unsigned).is_some() {
        return Type::Long;
    }
    if options.prefers_decimal
        && let Some(digits) = decimal::digits(bytes)
        && let (Ok(precision), Ok(scale)) = (u8::try_from(digits.precision), u8::try_from(digits.scale))
    {
        return Type::Decimal { precision: precision.max(scale), scale };
    }
    let letter = unsigned.last().is_some_and(|b| matches!(b, b'd' | b'D' | b'f' | b'F'));
    if starts_right && !letter && number::java_double(unsigned).is_some() {
        return Type::Double;
    }
    if number::boolean(bytes).is_some() {
        return Type::Boolean;
    }
    if options.prefer_date && options.formats.strict_date(bytes).is_some() {
        return Type::Date;
    }
    if options.formats.is_timestamp(bytes) {
        return Type::Timestamp;
    }
    Type::String
}

/// The tightest type that holds both; strings hold everything.
fn merge(a: Type, b: Type, options: &XmlOptions) -> Type {
    use Type::{Array, Date, Decimal, Double, Long, Null, Struct, Timestamp};
    match (a, b) {
        (a, b) if a == b => a,
        (Null, other) | (other, Null) => other,
        (Double, Long | Decimal { .. }) | (Long | Decimal { .. }, Double) => Double,
        (Date, Timestamp) | (Timestamp, Date) => Timestamp,
        (Long, Decimal { precision, scale }) | (Decimal { precision, scale }, Long) => {
            decimals((20, 0), (precision, scale))
        }
        (Decimal { precision: p, scale: s }, Decimal { precision: q, scale: t }) => decimals((p, s), (q, t)),
        (Array(a), Array(b)) => Array(Box::new(merge(*a, *b, options))),
        (Array(element), other) | (other, Array(element)) => Array(Box::new(merge(*element, other, options))),
        (Struct(mut fields), Struct(more)) => {
            for (name, found) in more {
                let so_far = fields.remove(&name).unwrap_or(Null);
                fields.insert(name, merge(so_far, found, options));
            }
            Struct(fields)
        }
        // What is text here and more there is the value of the struct.
        (Struct(mut fields), text) | (text, Struct(mut fields)) => {
            let so_far = fields.remove(&options.value_tag).unwrap_or(Null);
            fields.insert(options.value_tag.clone(), merge(so_far, text, options));
            Struct(fields)
        }
        _ => Type::String,
    }
}

fn decimals((p, s): (u8, u8), (q, t): (u8, u8)) -> Type {
    let scale = s.max(t);
    let precision = (p - s.min(p)).max(q - t.min(q)) + scale;
    if precision > 38 { Type::Double } else { Type::Decimal { precision, scale } }
}

fn schema(found: &Type) -> Schema {
    match canonical(found) {
        Some(DataType::Struct(found)) => Schema::new(functions::types::to_fields(&found)),
        _ => Schema::empty(),
    }
}

fn canonical(found: &Type) -> Option<DataType> {
    Some(match found {
        Type::Null | Type::String => DataType::STRING,
        Type::Boolean => DataType::Boolean,
        Type::Long => DataType::Long,
        Type::Double => DataType::Double,
        Type::Date => DataType::Date,
        Type::Timestamp => DataType::Timestamp,
        Type::Decimal { precision, scale } => {
            DataType::Decimal { precision: *precision, scale: *scale as i8 }
        }
        Type::Array(element) => {
            DataType::Array { element: Box::new(canonical(element)?), contains_null: true }
        }
        Type::Struct(fields) => {
            let fields = fields
                .iter()
                .filter_map(|(name, found)| Some(StructField::new(name, canonical(found)?, true)))
                .collect::<Vec<_>>();
            if fields.is_empty() {
                return None;
            }
            DataType::Struct(StructType::new(fields))
        }
    })
}
