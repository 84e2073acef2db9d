//! What messages look like: the descriptor sets that `protoc --descriptor_set_out` writes.

use std::collections::HashMap;
use std::sync::Arc;

use lang::{Error, Result};

use super::wire::{Fields, Raw};

/// The messages and enums of a descriptor set by their full names, a dot in front.
#[derive(Debug, Default)]
pub(super) struct Descriptors {
    messages: HashMap<String, Arc<Message>>,
    enums: HashMap<String, Arc<Enum>>,
    /// The names of messages outside of others, in the order of their files.
    outer: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Message {
    /// Without a dot in front.
    pub full_name: String,
    pub fields: Vec<Field>,
    /// An entry of a map: its fields are key and value.
    pub is_entry: bool,
}

impl Message {
    pub(super) fn name(&self) -> &str {
        self.full_name.rsplit('.').next().unwrap_or_default()
    }

    /// `Timestamp` and `Duration` are known by their shapes.
    pub(super) fn is_seconds_and_nanos(&self, name: &str) -> bool {
        let names = self.fields.iter().map(|field| field.name.as_str());
        self.name() == name && names.eq(["seconds", "nanos"])
    }
}

#[derive(Debug)]
pub(super) struct Field {
    pub name: String,
    pub number: u32,
    pub kind: Kind,
    pub repeated: bool,
    pub required: bool,
    /// Whether numbers of a repeated field are written as one piece.
    pub packed: bool,
    /// Whether a value that was set to what it would be anyway can be told from none.
    pub presence: bool,
    pub default: Option<String>,
    /// Strings are checked, and numbers that an enum has not are kept.
    pub proto3: bool,
}

/// The types of fields, with the names of messages and enums.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Double,
    Float,
    Int64,
    UInt64,
    Int32,
    Fixed64,
    Fixed32,
    Bool,
    String,
    Group,
    Message(String),
    Bytes,
    UInt32,
    Enum(String),
    SFixed32,
    SFixed64,
    SInt32,
    SInt64,
}

impl Kind {
    fn new(number: u64, name: String) -> Option<Self> {
        Some(match number {
            1 => Kind::Double,
            2 => Kind::Float,
            3 => Kind::Int64,
            4 => Kind::UInt64,
            5 => Kind::Int32,
            6 => Kind::Fixed64,
            7 => Kind::Fixed32,
            8 => Kind::Bool,
            9 => Kind::String,
            10 => Kind::Group,
            11 => Kind::Message(name),
            12 => Kind::Bytes,
            13 => Kind::UInt32,
            14 => Kind::Enum(name),
            15 => Kind::SFixed32,
            16 => Kind::SFixed64,
            17 => Kind::SInt32,
            18 => Kind::SInt64,
            _ => return None,
        })
    }

    /// Numbers can be packed.
    pub(super) fn is_number(&self) -> bool {
        !matches!(self, Kind::String | Kind::Bytes | Kind::Message(_) | Kind::Group)
    }
}

/// Names and numbers in the order of declaration.
#[derive(Debug, Default)]
pub(super) struct Enum {
    pub name: String,
    pub values: Vec<(String, i32)>,
}

impl Descriptors {
    /// # Errors
    /// `CANNOT_PARSE_PROTOBUF_DESCRIPTOR`; files of editions, by name.
    pub(super) fn parse(data: &[u8]) -> Result<Self> {
        let mut found = Descriptors::default();
        let mut fields = Fields::new(data);
        while !fields.is_empty() {
            match fields.next() {
                Some((1, Raw::Bytes(file))) => found.file(file)?,
                Some(_) => {}
                None => return Err(unreadable()),
            }
        }
        Ok(found)
    }

    /// The message of that name, full or not, that stands outside of others.
    ///
    /// # Errors
    /// `PROTOBUF_MESSAGE_NOT_FOUND`
    pub(super) fn outer(&self, name: &str) -> Result<Arc<Message>> {
        let messages = self.outer.iter().filter_map(|full| self.messages.get(full));
        let mut matching = messages.filter(|message| message.name() == name || message.full_name == name);
        matching
            .next()
            .cloned()
            .ok_or_else(|| Error::analysis("PROTOBUF_MESSAGE_NOT_FOUND").with("messageName", name))
    }

    /// # Errors
    /// `CANNOT_PARSE_PROTOBUF_DESCRIPTOR` for a name that the set has not.
    pub(super) fn message(&self, name: &str) -> Result<&Arc<Message>> {
        self.messages.get(name).ok_or_else(unreadable)
    }

    /// # Errors
    /// As [`Self::message`].
    pub(super) fn enumeration(&self, name: &str) -> Result<&Arc<Enum>> {
        self.enums.get(name).filter(|found| !found.values.is_empty()).ok_or_else(unreadable)
    }

    fn file(&mut self, data: &[u8]) -> Result<()> {
        let parts = parts(data)?;
        let syntax = parts.text(12);
        if !matches!(syntax.as_deref(), None | Some("" | "proto2" | "proto3")) {
            return Err(Error::unsupported("Protobuf editions"));
        }
        let proto3 = syntax.as_deref() == Some("proto3");
        let package = parts.text(2).filter(|package| !package.is_empty());
        let scope = package.map_or(String::new(), |package| format!(".{package}"));
        for message in parts.all(4) {
            let name = self.message_of(message, &scope, proto3)?;
            self.outer.push(name);
        }
        parts.all(5).try_for_each(|data| self.enum_of(data, &scope))
    }

    fn message_of(&mut self, data: &[u8], scope: &str, proto3: bool) -> Result<String> {
        let parts = parts(data)?;
        let name = format!("{scope}.{}", parts.text(1).unwrap_or_default());
        for inner in parts.all(3) {
            self.message_of(inner, &name, proto3)?;
        }
        parts.all(4).try_for_each(|data| self.enum_of(data, &name))?;
        let fields = parts.all(2).map(|data| field(data, proto3)).collect::<Result<_>>()?;
        let options = parts.all(7).last().map(self::parts).transpose()?;
        let is_entry = options.is_some_and(|options| options.number(7) == Some(1));
        let full_name = name.trim_start_matches('.').to_string();
        self.messages.insert(name.clone(), Arc::new(Message { full_name, fields, is_entry }));
        Ok(name)
    }

    fn enum_of(&mut self, data: &[u8], scope: &str) -> Result<()> {
        let parts = parts(data)?;
        let name = parts.text(1).unwrap_or_default();
        let mut values = Vec::new();
        for value in parts.all(2) {
            let value = self::parts(value)?;
            values.push((value.text(1).unwrap_or_default(), value.number(2).unwrap_or(0) as i32));
        }
        self.enums.insert(format!("{scope}.{name}"), Arc::new(Enum { name, values }));
        Ok(())
    }
}

fn field(data: &[u8], proto3: bool) -> Result<Field> {
    let parts = parts(data)?;
    let kind = Kind::new(parts.number(5).unwrap_or(0), parts.text(6).unwrap_or_default());
    let kind = kind.ok_or_else(unreadable)?;
    let number = parts.number(3).and_then(|number| u32::try_from(number).ok()).ok_or_else(unreadable)?;
    let repeated = parts.number(4) == Some(3);
    let options = parts.all(8).last().map(self::parts).transpose()?;
    let packed = options.and_then(|options| options.number(2)).map(|packed| packed != 0);
    let optional = parts.number(17) == Some(1) || parts.number(9).is_some();
    Ok(Field {
        name: parts.text(1).unwrap_or_default(),
        number,
        repeated,
        required: parts.number(4) == Some(2),
        packed: repeated && kind.is_number() && packed.unwrap_or(proto3),
        presence: !repeated && (!proto3 || optional || matches!(kind, Kind::Message(_) | Kind::Group)),
        default: parts.text(7),
        proto3,
        kind,
    })
}

/// The fields of a message of descriptors.
struct Parts<'a>(Vec<(u32, Raw<'a>)>);

fn parts(data: &[u8]) -> Result<Parts<'_>> {
    let (mut fields, mut found) = (Fields::new(data), Vec::new());
    while !fields.is_empty() {
        found.push(fields.next().ok_or_else(unreadable)?);
    }
    Ok(Parts(found))
}

impl<'a> Parts<'a> {
    fn all(&self, number: u32) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.0.iter().filter_map(move |(found, raw)| match raw {
            Raw::Bytes(bytes) if *found == number => Some(*bytes),
            _ => None,
        })
    }

    fn text(&self, number: u32) -> Option<String> {
        self.all(number).last().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    fn number(&self, number: u32) -> Option<u64> {
        self.0.iter().rev().find_map(|(found, raw)| match raw {
            Raw::Varint(value) if *found == number => Some(*value),
            _ => None,
        })
    }
}

fn unreadable() -> Error {
    Error::analysis("CANNOT_PARSE_PROTOBUF_DESCRIPTOR")
}
