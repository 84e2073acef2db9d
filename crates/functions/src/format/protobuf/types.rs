//! Spark's types of messages, and what to read for each of them.

use std::collections::HashMap;
use std::sync::Arc;

use lang::{DataType, Error, Result, StructField, StructType};

use super::descriptor::{Descriptors, Enum, Field, Kind, Message};
use super::options::ProtobufOptions;

/// The most fields one schema may consist of, messages in messages counted each time.
const LIMIT: usize = 100_000;

/// A message as a struct: the fields that are read.
#[derive(Debug)]
pub(super) struct Record {
    pub message: Arc<Message>,
    pub columns: Vec<Column>,
}

/// One field of a message as a column.
#[derive(Debug)]
pub(super) struct Column {
    /// Where the field stands in [`Message::fields`].
    pub index: usize,
    pub shape: Shape,
}

/// What values of a field become; lists of it if the field is repeated, but for maps.
#[derive(Debug)]
pub(super) enum Shape {
    Number,
    String,
    Bytes,
    Enum(Arc<Enum>),
    /// Seconds and nanoseconds, as microseconds.
    Micros(Arc<Message>),
    Record(Box<Record>),
    /// Key and value.
    Map(Box<Record>),
}

/// The record that a message is read into, and its type.
///
/// # Errors
/// `RECURSIVE_PROTOBUF_SCHEMA`, `PROTOBUF_TYPE_NOT_SUPPORT`; sets that lack what they refer to.
pub(super) fn record(
    descriptors: &Descriptors,
    message: &Arc<Message>,
    options: &ProtobufOptions,
) -> Result<(Record, StructType)> {
    let mut mapping =
        Mapping { descriptors, options, depths: HashMap::from([(message.full_name.clone(), 1)]), fields: 0 };
    mapping.record(message)
}

struct Mapping<'a> {
    descriptors: &'a Descriptors,
    options: &'a ProtobufOptions,
    /// How often each message encloses what is looked at.
    depths: HashMap<String, usize>,
    fields: usize,
}

impl Mapping<'_> {
    fn record(&mut self, message: &Arc<Message>) -> Result<(Record, StructType)> {
        let (mut columns, mut fields) = (Vec::new(), Vec::new());
        for (index, field) in message.fields.iter().enumerate() {
            self.fields += 1;
            if self.fields > LIMIT {
                return Err(Error::unsupported(format!("a Protobuf message of more than {LIMIT} fields")));
            }
            let Some((shape, data_type)) = self.shape(field)? else { continue };
            let (data_type, nullable) = match shape {
                Shape::Map(_) => (data_type, true),
                _ if field.repeated => {
                    (DataType::Array { element: Box::new(data_type), contains_null: false }, true)
                }
                _ => (data_type, !field.required),
            };
            fields.push(StructField::new(&field.name, data_type, nullable));
            columns.push(Column { index, shape });
        }
        Ok((Record { message: Arc::clone(message), columns }, StructType::new(fields)))
    }

    /// `None` for fields that are left out: those of messages without fields, and those that nest too deeply.
    fn shape(&mut self, field: &Field) -> Result<Option<(Shape, DataType)>> {
        let unsigned = self.options.upcast_unsigned;
        let data_type = match &field.kind {
            Kind::Double => DataType::Double,
            Kind::Float => DataType::Float,
            Kind::UInt32 if unsigned => DataType::Long,
            Kind::UInt64 if unsigned => DataType::Decimal { precision: 20, scale: 0 },
            Kind::Int64 | Kind::UInt64 | Kind::Fixed64 | Kind::SFixed64 | Kind::SInt64 => DataType::Long,
            Kind::Int32 | Kind::UInt32 | Kind::Fixed32 | Kind::SFixed32 | Kind::SInt32 => DataType::Integer,
            Kind::Bool => DataType::Boolean,
            Kind::String => return Ok(Some((Shape::String, DataType::STRING))),
            Kind::Bytes => return Ok(Some((Shape::Bytes, DataType::Binary))),
            Kind::Enum(name) => {
                let found = Arc::clone(self.descriptors.enumeration(name)?);
                let as_int = self.options.enums_as_ints;
                let data_type = if as_int { DataType::Integer } else { DataType::STRING };
                return Ok(Some((Shape::Enum(found), data_type)));
            }
            Kind::Message(name) => return self.message(field, name),
            Kind::Group => {
                return Err(Error::unsupported(format!("the Protobuf group {}", field.name)));
            }
        };
        Ok(Some((Shape::Number, data_type)))
    }

    fn message(&mut self, field: &Field, name: &str) -> Result<Option<(Shape, DataType)>> {
        let message = Arc::clone(self.descriptors.message(name)?);
        for (name, data_type) in [("Timestamp", DataType::Timestamp), ("Duration", DataType::DAY_TIME)] {
            if message.is_seconds_and_nanos(name) {
                return Ok(Some((Shape::Micros(message), data_type)));
            }
        }
        if message.is_entry && field.repeated {
            let (record, pair) = self.record(&message)?;
            return Ok(match <[StructField; 2]>::try_from(pair.fields) {
                Ok([key, value]) => {
                    let (key, value) = (Box::new(key.data_type), Box::new(value.data_type));
                    let data_type = DataType::Map { key, value, value_contains_null: false };
                    Some((Shape::Map(Box::new(record)), data_type))
                }
                Err(_) => None,
            });
        }
        let depth = self.depths.get(&message.full_name).copied().unwrap_or(0);
        if depth > 0 {
            match self.options.recursion {
                None => {
                    return Err(Error::analysis("RECURSIVE_PROTOBUF_SCHEMA")
                        .with("fieldDescriptor", format!("{}.{}", message.full_name, field.name)));
                }
                Some(most) if depth >= most => return Ok(None),
                Some(_) => {}
            }
        }
        self.depths.insert(message.full_name.clone(), depth + 1);
        let (record, fields) = self.record(&message)?;
        self.depths.insert(message.full_name.clone(), depth);
        if fields.fields.is_empty() {
            return Ok(None);
        }
        Ok(Some((Shape::Record(Box::new(record)), DataType::Struct(fields))))
    }
}
