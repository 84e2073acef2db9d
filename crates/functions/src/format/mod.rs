//! Functions that read and write formats inside of values: JSON, CSV, URLs.
//!
//! ```text
//! json/  text ─► Json tree ─► path, from_json, schema_of_json     to_json ◄─ values
//! csv/   text ─► fields ─► from_csv, schema_of_csv                to_csv  ◄─ values
//! avro/  bytes ─► from_avro, schema_of_avro             to_avro ◄─ values (files of Avro use it, too)
//! protobuf/  messages ─► from_protobuf                   to_protobuf ◄─ structs
//! xml/   text ─► document ─► XPath
//! url    parse_url, url_encode, url_decode
//! ```
//!
//! The nouns: [`options::Options`] are the option map of a call, [`text::Texts`] turns texts into typed values.
//!
//! Guarantees: malformed input gives what Spark gives (NULLs, or an error in FAILFAST mode). VARIANT is a type of its own, in [`crate::variant`].
//! Start with [`json`].

use crate::Definition;

pub mod avro;
mod csv;
mod json;
mod options;
mod protobuf;
mod text;
mod url;
pub(crate) mod xml;

/// The functions of this group, sorted by name.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::scalar(&["from_avro"], avro::from_avro),
        Definition::scalar(&["from_csv"], csv::from_csv::from_csv),
        Definition::scalar(&["from_json"], json::from_json::from_json),
        Definition::scalar(&["from_protobuf"], protobuf::from_protobuf),
        Definition::scalar(&["from_xml"], xml::from_xml::from_xml),
        Definition::scalar(&["get_json_object"], json::path::get_json_object),
        Definition::scalar(&["json_array_length"], json::shape::json_array_length),
        Definition::scalar(&["json_object_keys"], json::shape::json_object_keys),
        Definition::scalar(&["parse_url"], url::parse_url),
        Definition::scalar(&["schema_of_avro"], avro::schema_of_avro),
        Definition::scalar(&["schema_of_csv"], csv::schema_of_csv::schema_of_csv),
        Definition::scalar(&["schema_of_json"], json::schema_of_json::schema_of_json),
        Definition::scalar(&["schema_of_xml"], xml::schema_of_xml::schema_of_xml),
        Definition::scalar(&["to_avro"], avro::to_avro),
        Definition::scalar(&["to_csv"], csv::to_csv::to_csv),
        Definition::scalar(&["to_json"], json::to_json::to_json),
        Definition::scalar(&["to_protobuf"], protobuf::to_protobuf),
        Definition::scalar(&["to_xml"], xml::to_xml::to_xml),
        Definition::scalar(&["try_parse_url"], url::try_parse_url),
        Definition::scalar(&["try_url_decode"], url::try_url_decode),
        Definition::scalar(&["url_decode"], url::url_decode),
        Definition::scalar(&["url_encode"], url::url_encode),
        Definition::scalar(&["xpath"], xml::functions::xpath),
        Definition::scalar(&["xpath_boolean"], xml::functions::xpath_boolean),
        Definition::scalar(&["xpath_double", "xpath_number"], xml::functions::xpath_double),
        Definition::scalar(&["xpath_float"], xml::functions::xpath_float),
        Definition::scalar(&["xpath_int"], xml::functions::xpath_int),
        Definition::scalar(&["xpath_long"], xml::functions::xpath_long),
        Definition::scalar(&["xpath_short"], xml::functions::xpath_short),
        Definition::scalar(&["xpath_string"], xml::functions::xpath_string),
    ]
}

pub(crate) use json::Json;
pub use json::json_lines;
pub(crate) use options::nullable;

/// JSON as the standard has it; what follows the first value is ignored.
pub(crate) fn parse_strict(text: &str) -> Option<Json<'_>> {
    json::parse(text, json::Dialect::STRICT)
}

/// Appends `text` as a JSON string.
pub(crate) fn json_string(text: &str, out: &mut String) {
    json::string(text, out);
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_are_those_of_spark() {
        crate::oracle::check(include_str!("answers.tsv"));
    }
}
