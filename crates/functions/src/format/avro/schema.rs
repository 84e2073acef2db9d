//! Avro schemas from their JSON text.

use std::collections::HashMap;
use std::sync::Arc;

use lang::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

/// The most types one schema may consist of, references followed.
const LIMIT: usize = 100_000;

/// An Avro type.
#[derive(Debug, Clone, PartialEq)]
pub enum Schema {
    Null,
    Boolean,
    Int(Meaning),
    Long(Meaning),
    Float,
    Double,
    Bytes(Meaning),
    String,
    Fixed { size: usize, meaning: Meaning },
    Enum(Arc<Vec<String>>),
    Array(Arc<Schema>),
    Map(Arc<Schema>),
    Union(Arc<Vec<Schema>>),
    Record(Arc<Vec<RecordField>>),
}

/// What a type's values stand for.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    Plain,
    Date,
    TimestampMillis,
    TimestampMicros,
    LocalTimestampMillis,
    LocalTimestampMicros,
    TimeMicros,
    Decimal {
        precision: u8,
        scale: i8,
    },
    /// The Spark type in words.
    Spark(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct RecordField {
    pub name: String,
    pub schema: Schema,
    pub default: Option<Value>,
}

impl Schema {
    /// # Errors
    /// Text that is no schema, and schemas that refer to themselves.
    pub fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).map_err(|e| invalid(&e.to_string()))?;
        Names::default().schema(&value, "")
    }

    /// The name of the kind in error messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Schema::Null => "null",
            Schema::Boolean => "boolean",
            Schema::Int(_) => "int",
            Schema::Long(_) => "long",
            Schema::Float => "float",
            Schema::Double => "double",
            Schema::Bytes(_) => "bytes",
            Schema::String => "string",
            Schema::Fixed { .. } => "fixed",
            Schema::Enum(_) => "enum",
            Schema::Array(_) => "array",
            Schema::Map(_) => "map",
            Schema::Union(_) => "union",
            Schema::Record(_) => "record",
        }
    }
}

/// The named types read so far; none while it is being read.
#[derive(Default)]
struct Names {
    known: HashMap<String, Option<Schema>>,
    types: usize,
}

impl Names {
    fn schema(&mut self, value: &Value, namespace: &str) -> Result<Schema> {
        self.types += 1;
        if self.types > LIMIT {
            return Err(invalid(&format!("more than {LIMIT} types")));
        }
        match value {
            Value::String(name) => self.named(name, &Map::new(), namespace),
            Value::Array(branches) => {
                let branches = branches.iter().map(|branch| self.schema(branch, namespace));
                Ok(Schema::Union(Arc::new(branches.collect::<Result<_>>()?)))
            }
            Value::Object(object) => match object.get("type") {
                Some(Value::String(name)) => self.named(name, object, namespace),
                Some(inner) => self.schema(inner, namespace),
                None => Err(invalid("a type is missing")),
            },
            other => Err(invalid(&format!("{other} is no type"))),
        }
    }

    /// A type by its name; `object` holds its attributes.
    fn named(&mut self, name: &str, object: &Map<String, Value>, namespace: &str) -> Result<Schema> {
        Ok(match name {
            "null" => Schema::Null,
            "boolean" => Schema::Boolean,
            "int" => Schema::Int(meaning(object)),
            "long" => Schema::Long(meaning(object)),
            "float" => Schema::Float,
            "double" => Schema::Double,
            "bytes" => Schema::Bytes(meaning(object)),
            "string" => Schema::String,
            "array" => Schema::Array(Arc::new(self.inner(object, "items", namespace)?)),
            "map" => Schema::Map(Arc::new(self.inner(object, "values", namespace)?)),
            "fixed" | "enum" | "record" | "error" => self.definition(name, object, namespace)?,
            reference => {
                let full = full_name(reference, namespace);
                match self.known.get(&full).or_else(|| self.known.get(reference)) {
                    Some(Some(known)) => known.clone(),
                    Some(None) => return Err(recursive(&full)),
                    None => return Err(invalid(&format!("{reference:?} is no type"))),
                }
            }
        })
    }

    fn inner(&mut self, object: &Map<String, Value>, key: &str, namespace: &str) -> Result<Schema> {
        let inner = object.get(key).ok_or_else(|| invalid(&format!("{key} is missing")))?;
        self.schema(inner, namespace)
    }

    fn definition(&mut self, kind: &str, object: &Map<String, Value>, namespace: &str) -> Result<Schema> {
        let name = text(object, "name").ok_or_else(|| invalid("a name is missing"))?;
        let full = full_name(name, text(object, "namespace").unwrap_or(namespace));
        self.known.insert(full.clone(), None);
        let schema = match kind {
            "fixed" => {
                let size = object.get("size").and_then(Value::as_u64);
                let size = size.and_then(|size| i32::try_from(size).ok());
                let size = size.ok_or_else(|| invalid("a size is missing"))?;
                Schema::Fixed { size: size.unsigned_abs() as usize, meaning: meaning(object) }
            }
            "enum" => {
                let symbols = object.get("symbols").and_then(Value::as_array);
                let symbols = symbols.ok_or_else(|| invalid("symbols are missing"))?.iter();
                Schema::Enum(Arc::new(symbols.filter_map(|s| s.as_str().map(str::to_string)).collect()))
            }
            _ => {
                let inside = full.rsplit_once('.').map_or("", |(namespace, _)| namespace);
                let fields = object.get("fields").and_then(Value::as_array);
                let fields = fields.ok_or_else(|| invalid("fields are missing"))?.iter();
                Schema::Record(Arc::new(
                    fields.map(|field| self.field(field, inside)).collect::<Result<_>>()?,
                ))
            }
        };
        self.known.insert(full, Some(schema.clone()));
        Ok(schema)
    }

    fn field(&mut self, value: &Value, namespace: &str) -> Result<RecordField> {
        let object = value.as_object().ok_or_else(|| invalid("a field is no object"))?;
        let name = text(object, "name").ok_or_else(|| invalid("a field has no name"))?.to_string();
        let schema = self.inner(object, "type", namespace)?;
        Ok(RecordField { name, schema, default: object.get("default").cloned() })
    }
}

/// What the attributes of a type say about its values; attributes that make no sense are ignored.
fn meaning(object: &Map<String, Value>) -> Meaning {
    let number = |key: &str| object.get(key).and_then(Value::as_i64);
    match text(object, "logicalType") {
        Some("date") => Meaning::Date,
        Some("timestamp-millis") => Meaning::TimestampMillis,
        Some("timestamp-micros") => Meaning::TimestampMicros,
        Some("local-timestamp-millis") => Meaning::LocalTimestampMillis,
        Some("local-timestamp-micros") => Meaning::LocalTimestampMicros,
        Some("time-micros") => Meaning::TimeMicros,
        Some("decimal") => {
            let (precision, scale) = (number("precision").unwrap_or(0), number("scale").unwrap_or(0));
            match (u8::try_from(precision), i8::try_from(scale)) {
                (Ok(precision @ 1..=38), Ok(scale @ 0..)) => Meaning::Decimal { precision, scale },
                _ => Meaning::Plain,
            }
        }
        _ => match text(object, "spark.sql.catalyst.type") {
            Some(name) => Meaning::Spark(name.to_string()),
            None => Meaning::Plain,
        },
    }
}

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str)
}

fn full_name(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() { name.to_string() } else { format!("{namespace}.{name}") }
}

fn invalid(reason: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
        .with("message", format!("invalid Avro schema: {reason}"))
}

fn recursive(name: &str) -> Error {
    Error::unsupported(format!("the recursive Avro type {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_refer_to_types_defined_before() -> Result<()> {
        let schema = Schema::parse(
            r#"{"type":"record","name":"r","namespace":"n","fields":[
                {"name":"a","type":{"type":"fixed","name":"f","size":4}},
                {"name":"b","type":["null","n.f"]},
                {"name":"c","type":"f"}]}"#,
        )?;
        let Schema::Record(fields) = schema else { return Err(invalid("no record")) };
        let fixed = Schema::Fixed { size: 4, meaning: Meaning::Plain };
        assert_eq!(fields[0].schema, fixed);
        assert_eq!(fields[1].schema, Schema::Union(Arc::new(vec![Schema::Null, fixed.clone()])));
        assert_eq!(fields[2].schema, fixed);
        Ok(())
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        for text in [
            "",
            "1",
            r#""nothing""#,
            r#"{"type":"record","name":"r"}"#,
            r#"{"type":"record","name":"r","fields":[{"name":"a","type":"r"}]}"#,
        ] {
            assert!(Schema::parse(text).is_err(), "{text}");
        }
    }
}
