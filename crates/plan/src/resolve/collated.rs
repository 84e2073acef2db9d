//! Texts of other collations than `UTF8_BINARY`: they are read and shown, and nothing compares, orders or searches them.
//!
//! A comparison byte by byte would answer, and wrongly.

use arrow::datatypes::{DataType, Field};
use functions::Argument;
use lang::{Error, Result};

/// Functions that look at a text's type alone.
const OF_TYPES: &[&str] = &["collation", "typeof"];

/// # Errors
/// The collation by name, when values of the field have one somewhere.
pub(super) fn expect_binary(field: &Field) -> Result<()> {
    if let lang::DataType::String { collation: Some(collation) } = own_type(field) {
        return Err(Error::unsupported(format!("the collation {collation}")));
    }
    match field.data_type() {
        DataType::List(inner) | DataType::Map(inner, _) => expect_binary(inner),
        DataType::Struct(fields) => fields.iter().try_for_each(|field| expect_binary(field)),
        _ => Ok(()),
    }
}

/// # Errors
/// As [`expect_binary`], for functions that look at values.
pub(super) fn expect_binary_arguments(name: &str, arguments: &[Argument]) -> Result<()> {
    match OF_TYPES.contains(&name) {
        true => Ok(()),
        false => arguments.iter().try_for_each(|argument| expect_binary(&argument.field)),
    }
}

/// The type that a field's metadata tell, where they tell one.
fn own_type(field: &Field) -> lang::DataType {
    match field.metadata().is_empty() {
        true => lang::DataType::Null,
        false => functions::types::from_field(field),
    }
}
