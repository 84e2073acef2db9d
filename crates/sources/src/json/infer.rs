//! Field names and types from JSON values.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::StringArray;
use arrow::datatypes::{Schema, SchemaRef};
use lang::{DataType, Result, StructField, StructType};

use super::JsonFormat;
use super::options::JsonOptions;
use super::tape::{Kind, Tape};
use crate::mode::{Mode, malformed};
use crate::path::LeafFile;
use crate::sample::Sampler;
use crate::scan::RecordFormat;
use crate::scan::fold::{Fold, Start, fold};
use crate::store::Store;
use crate::text::first_line;
use crate::value::decimal;

/// The schema of JSON files, field names sorted.
///
/// # Errors
/// Files that cannot be read; malformed records in mode `FAILFAST`.
pub(crate) async fn infer(
    store: &Store,
    files: &[LeafFile],
    options: &Arc<JsonOptions>,
) -> Result<SchemaRef> {
    let boundary = JsonFormat { options: Arc::clone(options) }.boundary();
    options.sampling.expect_some()?;
    let start = |start: Start| Records::new(Arc::clone(options), start.piece);
    let parts = fold(store, files, boundary, options.encoding, start).await?;
    let found = parts.into_iter().map(|part| part.found).reduce(merge).unwrap_or(Type::Null);
    Ok(Arc::new(schema(&found, options)))
}

/// The schema of texts, one JSON value each.
///
/// # Errors
/// Malformed texts in mode `FAILFAST`.
pub fn infer_texts(texts: &StringArray, options: &JsonOptions) -> Result<Schema> {
    infer_arrays(std::slice::from_ref(texts), options).map(|schema| schema.as_ref().clone())
}

/// The schema of several columns of texts.
///
/// # Errors
/// Malformed texts in mode `FAILFAST`.
pub(crate) fn infer_arrays(texts: &[StringArray], options: &JsonOptions) -> Result<SchemaRef> {
    options.sampling.expect_some()?;
    let mut records = Records::new(Arc::new(options.clone()), 0);
    for text in texts.iter().flat_map(|texts| texts.iter().flatten()) {
        if records.sampler.takes() {
            records.add(text.as_bytes(), 0, text.len())?;
        }
    }
    Ok(Arc::new(schema(&records.found, options)))
}

/// A type as far as it is known.
#[derive(Debug, Clone, PartialEq)]
enum Type {
    Null,
    Boolean,
    Long,
    Decimal { precision: u8, scale: u8 },
    Double,
    Timestamp,
    String,
    Array(Box<Type>),
    Struct(BTreeMap<String, Type>),
}

/// The type of one file's or range's records, as far as read.
struct Records {
    options: Arc<JsonOptions>,
    found: Type,
    tape: Tape,
    sampler: Sampler,
}

impl Fold for Records {
    fn take(&mut self, data: &[u8], last: bool) -> Result<usize> {
        if self.options.multi_line {
            if !last || data.is_empty() {
                return Ok(0);
            }
            let mark = if data.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            if self.sampler.takes() {
                self.add(data, mark, data.len())?;
            }
            return Ok(data.len());
        }
        let options = Arc::clone(&self.options);
        let mut position = 0;
        while let Some((length, next)) = first_line(&data[position..], options.separator.as_deref(), last) {
            let mark = if data[position..].starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            if self.sampler.takes() {
                self.add(data, position + mark, position + length)?;
            }
            position += next;
        }
        Ok(position)
    }
}

impl Records {
    fn new(options: Arc<JsonOptions>, piece: usize) -> Self {
        let sampler = options.sampling.sampler(piece);
        Records { options, found: Type::Null, tape: Tape::default(), sampler }
    }

    fn add(&mut self, data: &[u8], start: usize, end: usize) -> Result<()> {
        self.tape.clear();
        let found = match self.tape.parse(data, start, end, self.options.syntax) {
            Ok(None) => return Ok(()),
            Ok(Some(root)) => match type_of(&self.tape, data, root, &self.options) {
                found @ Type::Struct(_) => Some(found),
                Type::Array(element) => match *element {
                    found @ (Type::Struct(_) | Type::Null) => Some(found),
                    _ => None,
                },
                _ => None,
            },
            Err(_) => None,
        };
        let found = match (found, self.options.mode) {
            (Some(found), _) => found,
            (None, Mode::DropMalformed) => return Ok(()),
            (None, Mode::FailFast) => return Err(malformed(&data[start..end])),
            (None, Mode::Permissive) => {
                Type::Struct(BTreeMap::from([(self.options.corrupt_name.clone(), Type::String)]))
            }
        };
        let so_far = std::mem::replace(&mut self.found, Type::Null);
        self.found = merge(so_far, found);
        Ok(())
    }
}

fn type_of(tape: &Tape, data: &[u8], index: u32, options: &JsonOptions) -> Type {
    let node = tape.node(index);
    let primitive = |found: Type| if options.primitives_as_string { Type::String } else { found };
    match node.kind {
        Kind::Null => Type::Null,
        Kind::True | Kind::False => primitive(Type::Boolean),
        Kind::Integer | Kind::Float => primitive(number(tape.text(data, node), node.kind, options)),
        Kind::NonNumeric => primitive(Type::Double),
        Kind::Plain | Kind::Escaped => text(tape.text(data, node), options),
        Kind::Array => {
            let (end, mut element, mut found) = (tape.after(index), index + 1, Type::Null);
            while element < end {
                found = merge(found, type_of(tape, data, element, options));
                element = tape.after(element);
            }
            Type::Array(Box::new(found))
        }
        Kind::Object => {
            let (end, mut name, mut fields) = (tape.after(index), index + 1, BTreeMap::new());
            while name < end {
                let key = String::from_utf8_lossy(tape.text(data, tape.node(name))).into_owned();
                fields.insert(key, type_of(tape, data, name + 1, options));
                name = tape.after(name + 1);
            }
            Type::Struct(fields)
        }
    }
}

fn number(text: &[u8], kind: Kind, options: &JsonOptions) -> Type {
    if kind == Kind::Integer && crate::value::number::integer(text).is_some() {
        return Type::Long;
    }
    if kind == Kind::Float && !options.prefers_decimal {
        return Type::Double;
    }
    as_decimal(text).unwrap_or(Type::Double)
}

/// The decimal type of a number, if it has at most 38 digits.
fn as_decimal(text: &[u8]) -> Option<Type> {
    let digits = decimal::digits(text)?;
    let scale = u8::try_from(digits.scale).ok()?;
    let precision = u8::try_from(digits.precision).ok()?.max(scale);
    (precision <= 38).then_some(Type::Decimal { precision, scale })
}

/// Empty strings tell nothing.
fn text(text: &[u8], options: &JsonOptions) -> Type {
    if text.is_empty() {
        return Type::Null;
    }
    if options.prefers_decimal
        && let Some(found) = as_decimal(text)
    {
        return found;
    }
    if options.infer_timestamp && options.formats.timestamp(text).is_some() {
        return Type::Timestamp;
    }
    Type::String
}

/// The tightest type that holds both; strings hold everything.
fn merge(a: Type, b: Type) -> Type {
    use Type::{Array, Decimal, Double, Long, Null, Struct};
    match (a, b) {
        (a, b) if a == b => a,
        (Null, other) | (other, Null) => other,
        (Double, Long | Decimal { .. }) | (Long | Decimal { .. }, Double) => Double,
        (Long, decimal @ Decimal { .. }) | (decimal @ Decimal { .. }, Long) => {
            merge_decimals(&Decimal { precision: 20, scale: 0 }, &decimal)
        }
        (a @ Decimal { .. }, b @ Decimal { .. }) => merge_decimals(&a, &b),
        (Array(a), Array(b)) => Array(Box::new(merge(*a, *b))),
        (Struct(mut fields), Struct(more)) => {
            for (name, found) in more {
                let so_far = fields.remove(&name).unwrap_or(Null);
                fields.insert(name, merge(so_far, found));
            }
            Struct(fields)
        }
        _ => Type::String,
    }
}

fn merge_decimals(a: &Type, b: &Type) -> Type {
    let (Type::Decimal { precision: p, scale: s }, Type::Decimal { precision: q, scale: t }) = (a, b) else {
        return Type::String;
    };
    let scale = *s.max(t);
    let precision = (p - s.min(p)).max(q - t.min(q)) + scale;
    if precision > 38 { Type::Double } else { Type::Decimal { precision, scale } }
}

fn schema(found: &Type, options: &JsonOptions) -> Schema {
    match canonical(found, options) {
        Some(DataType::Struct(found)) => Schema::new(functions::types::to_fields(&found)),
        _ => Schema::empty(),
    }
}

/// The Spark type: what is only ever null is a string or, if the options say so, nothing; empty structs are nothing.
fn canonical(found: &Type, options: &JsonOptions) -> Option<DataType> {
    Some(match found {
        Type::Null if options.drop_field_if_all_null => return None,
        Type::Null | Type::String => DataType::STRING,
        Type::Boolean => DataType::Boolean,
        Type::Long => DataType::Long,
        Type::Double => DataType::Double,
        Type::Timestamp => DataType::Timestamp,
        Type::Decimal { precision, scale } => {
            DataType::Decimal { precision: *precision, scale: *scale as i8 }
        }
        Type::Array(element) => {
            DataType::Array { element: Box::new(canonical(element, options)?), contains_null: true }
        }
        Type::Struct(fields) => {
            let fields: Vec<StructField> = fields
                .iter()
                .filter(|(name, _)| !name.is_empty())
                .filter_map(|(name, found)| Some(StructField::new(name, canonical(found, options)?, true)))
                .collect();
            if fields.is_empty() {
                return None;
            }
            DataType::Struct(StructType::new(fields))
        }
    })
}

#[cfg(test)]
mod tests {
    use functions::datetime::zone::Zone;
    use lang::ir::Options;

    use super::*;

    fn inferred(texts: &[&str], options: &[(&str, &str)]) -> String {
        let options: Options = options.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        let schema = JsonOptions::new(&options, &Options::new(), Zone::UTC)
            .and_then(|options| infer_texts(&StringArray::from(texts.to_vec()), &options));
        match schema {
            Ok(schema) => {
                let fields = functions::types::from_fields(schema.fields());
                DataType::Struct(fields).simple_string()
            }
            Err(error) => error.condition().to_string(),
        }
    }

    #[test]
    fn types() {
        for (texts, expected) in [
            (&[r#"{"b":1,"a":"x"}"#][..], "struct<a:string,b:bigint>"),
            (&[r#"{"a":1}"#, r#"{"a":1.5}"#], "struct<a:double>"),
            (&[r#"{"a":1}"#, r#"{"a":"x"}"#], "struct<a:string>"),
            (&[r#"{"a":null}"#, r#"{"a":""}"#], "struct<a:string>"),
            (&[r#"{"a":[1,null]}"#, r#"{"a":[2.5]}"#], "struct<a:array<double>>"),
            (&[r#"{"a":{"x":1}}"#, r#"{"a":{"y":true}}"#], "struct<a:struct<x:bigint,y:boolean>>"),
            (&[r#"{"a":99999999999999999999}"#], "struct<a:decimal(20,0)>"),
            (&[r#"{"a":{}}"#, r#"{"b":1}"#], "struct<b:bigint>"),
            (&[r#"{"a":1}"#, "{bad"], "struct<_corrupt_record:string,a:bigint>"),
            (&[r#"[{"a":1},{"b":2}]"#], "struct<a:bigint,b:bigint>"),
            (&["", " "], "struct<>"),
        ] {
            assert_eq!(inferred(texts, &[]), expected, "{texts:?}");
        }
    }

    #[test]
    fn options() {
        assert_eq!(
            inferred(&[r#"{"a":1,"b":true}"#], &[("primitivesasstring", "true")]),
            "struct<a:string,b:string>"
        );
        assert_eq!(inferred(&[r#"{"a":1.25}"#], &[("prefersdecimal", "true")]), "struct<a:decimal(3,2)>");
        assert_eq!(inferred(&[r#"{"a":null,"b":1}"#], &[("dropfieldifallnull", "true")]), "struct<b:bigint>");
        assert_eq!(inferred(&["{bad", r#"{"a":1}"#], &[("mode", "DROPMALFORMED")]), "struct<a:bigint>");
        assert_eq!(
            inferred(&["{bad"], &[("mode", "FAILFAST")]),
            "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION"
        );
    }
}
