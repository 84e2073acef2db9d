//! ORC's metadata messages, as far as they are needed.

use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub(super) struct PostScript {
    #[prost(uint64, tag = "1")]
    pub footer_length: u64,
    /// Index in [`CODECS`](super::codec::CODECS).
    #[prost(uint32, tag = "2")]
    pub compression: u32,
    #[prost(uint64, tag = "3")]
    pub block_size: u64,
    #[prost(uint32, repeated, tag = "4")]
    pub version: Vec<u32>,
    #[prost(uint64, tag = "5")]
    pub metadata_length: u64,
    #[prost(uint32, tag = "6")]
    pub writer_version: u32,
    #[prost(string, tag = "8000")]
    pub magic: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Footer {
    #[prost(uint64, tag = "1")]
    pub header_length: u64,
    #[prost(uint64, tag = "2")]
    pub content_length: u64,
    #[prost(message, repeated, tag = "3")]
    pub stripes: Vec<Stripe>,
    #[prost(message, repeated, tag = "4")]
    pub types: Vec<Type>,
    #[prost(uint64, tag = "6")]
    pub rows: u64,
    #[prost(message, repeated, tag = "7")]
    pub statistics: Vec<Statistics>,
    #[prost(uint32, tag = "8")]
    pub index_stride: u32,
    /// Present when columns are encrypted.
    #[prost(bytes = "vec", optional, tag = "10")]
    pub encryption: Option<Vec<u8>>,
    /// 2 is the proleptic Gregorian calendar, everything else the Julian one before 1582.
    #[prost(uint32, tag = "11")]
    pub calendar: u32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Stripe {
    #[prost(uint64, tag = "1")]
    pub offset: u64,
    #[prost(uint64, tag = "2")]
    pub index_length: u64,
    #[prost(uint64, tag = "3")]
    pub data_length: u64,
    #[prost(uint64, tag = "4")]
    pub footer_length: u64,
    #[prost(uint64, tag = "5")]
    pub rows: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Type {
    /// Always written: readers do not take the first kind for the default.
    #[prost(enumeration = "Kind", optional, tag = "1")]
    pub kind: Option<i32>,
    #[prost(uint32, repeated, tag = "2")]
    pub subtypes: Vec<u32>,
    #[prost(string, repeated, tag = "3")]
    pub names: Vec<String>,
    #[prost(uint32, tag = "5")]
    pub precision: u32,
    #[prost(uint32, tag = "6")]
    pub scale: u32,
    #[prost(message, repeated, tag = "7")]
    pub attributes: Vec<Attribute>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(string, tag = "2")]
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
pub(super) enum Kind {
    Boolean = 0,
    Byte = 1,
    Short = 2,
    Int = 3,
    Long = 4,
    Float = 5,
    Double = 6,
    String = 7,
    Binary = 8,
    Timestamp = 9,
    List = 10,
    Map = 11,
    Struct = 12,
    Union = 13,
    Decimal = 14,
    Date = 15,
    Varchar = 16,
    Char = 17,
    TimestampInstant = 18,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Statistics {
    #[prost(uint64, optional, tag = "1")]
    pub values: Option<u64>,
    #[prost(bool, optional, tag = "10")]
    pub has_null: Option<bool>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct StripeFooter {
    #[prost(message, repeated, tag = "1")]
    pub streams: Vec<Stream>,
    #[prost(message, repeated, tag = "2")]
    pub columns: Vec<Encoding>,
    #[prost(string, tag = "3")]
    pub time_zone: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Stream {
    /// Always written: readers pass over streams without a kind, their bytes too.
    #[prost(uint32, optional, tag = "1")]
    pub kind: Option<u32>,
    #[prost(uint32, optional, tag = "2")]
    pub column: Option<u32>,
    #[prost(uint64, tag = "3")]
    pub length: u64,
}

/// Kinds of streams.
pub(super) mod stream {
    pub(crate) const PRESENT: u32 = 0;
    pub(crate) const DATA: u32 = 1;
    pub(crate) const LENGTH: u32 = 2;
    pub(crate) const DICTIONARY: u32 = 3;
    pub(crate) const SECONDARY: u32 = 5;
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Encoding {
    /// 0 direct, 1 dictionary; 2 and 3 the same with the second encoding of whole numbers.
    #[prost(uint32, optional, tag = "1")]
    pub kind: Option<u32>,
    #[prost(uint32, tag = "2")]
    pub dictionary_size: u32,
}
