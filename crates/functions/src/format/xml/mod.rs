//! XML: documents, records, XPath, and the functions on top of them.
//!
//! ```text
//! text ──► document::Document ──┬► xpath ──► xpath, xpath_string, xpath_int …
//!                               ├► record::RecordReader (schema) ──► from_xml
//!                               └► schema_of_xml                      to_xml ◄── values
//! ```
//!
//! The nouns: a [`document::Document`] is a parsed text, an [`options::Layout`] says which columns its parts are.
//!
//! Guarantees: what Java's parser takes for malformed is malformed here; nesting is bounded; nothing outside of the text
//! is read (no external entities). Does not: validate, resolve namespaces, read VARIANT or wildcard columns. A file of
//! records is split elsewhere; [`record`] is where one of them becomes values.

pub(crate) mod document;
pub(super) mod from_xml;
pub(super) mod functions;
mod options;
mod record;
pub(super) mod schema_of_xml;
pub(super) mod to_xml;
mod xpath;

#[cfg(test)]
mod tests {
    #[test]
    fn answers_are_those_of_spark() {
        crate::oracle::check(include_str!("answers.tsv"));
    }
}
