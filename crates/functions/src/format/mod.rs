//! Functions that read and write formats inside of values: JSON, CSV, URLs.
//!
//! ```text
//! json/  text ─► Json tree ─► path, from_json, schema_of_json     to_json ◄─ values
//! csv/   text ─► fields ─► from_csv, schema_of_csv                to_csv  ◄─ values
//! url    parse_url, url_encode, url_decode
//! ```
//!
//! The nouns: [`options::Options`] are the option map of a call, [`text::Texts`] turns texts into typed values.
//!
//! Guarantees: malformed input gives what Spark gives (NULLs, or an error in FAILFAST mode). Does not: XML, VARIANT.
//! Start with [`json`].

use crate::Definition;

mod csv;
mod json;
mod options;
mod text;
mod url;

/// The functions of this group, sorted by name.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::scalar(&["from_csv"], csv::from_csv::from_csv),
        Definition::scalar(&["from_json"], json::from_json::from_json),
        Definition::scalar(&["get_json_object"], json::path::get_json_object),
        Definition::scalar(&["json_array_length"], json::shape::json_array_length),
        Definition::scalar(&["json_object_keys"], json::shape::json_object_keys),
        Definition::scalar(&["parse_url"], url::parse_url),
        Definition::scalar(&["schema_of_csv"], csv::schema_of_csv::schema_of_csv),
        Definition::scalar(&["schema_of_json"], json::schema_of_json::schema_of_json),
        Definition::scalar(&["to_csv"], csv::to_csv::to_csv),
        Definition::scalar(&["to_json"], json::to_json::to_json),
        Definition::scalar(&["try_parse_url"], url::try_parse_url),
        Definition::scalar(&["try_url_decode"], url::try_url_decode),
        Definition::scalar(&["url_decode"], url::url_decode),
        Definition::scalar(&["url_encode"], url::url_encode),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_are_those_of_spark() {
        crate::oracle::check(include_str!("answers.tsv"));
    }
}
