//! `collations()`: the collations Spark knows, with what each of them tells apart.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, StringArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::lit;
use lang::{Error, Result};

use crate::{Call, Generated};

/// Locales with collations of their own: name, language and country, sorted.
const LOCALES: &str = include_str!("collations.txt");
/// The version of the rules of language, by ICU's numbers.
const ICU_VERSION: &str = "78.3.0.0";
/// What may follow a locale's name.
const SUFFIXES: [&str; 8] = ["", "_AI", "_AI_RTRIM", "_CI", "_CI_AI", "_CI_AI_RTRIM", "_CI_RTRIM", "_RTRIM"];
/// The collations that know no language.
const PLAIN: [&str; 4] = ["UTF8_BINARY", "UTF8_LCASE", "UTF8_BINARY_RTRIM", "UTF8_LCASE_RTRIM"];

/// One collation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collation {
    pub name: String,
    pub language: Option<&'static str>,
    pub country: Option<&'static str>,
    /// `ACCENT_SENSITIVE` or not.
    pub accents: &'static str,
    /// `CASE_SENSITIVE` or not.
    pub case: &'static str,
    /// `NO_PAD`, or `RTRIM` where spaces at the end do not count.
    pub pad: &'static str,
    pub icu_version: Option<&'static str>,
}

impl Collation {
    fn new(name: String, language: &'static str, country: &'static str, plain: bool) -> Self {
        let ends = |part: &str| name.ends_with(part) || name.contains(&format!("{part}_"));
        let given = |text: &'static str| (!text.is_empty()).then_some(text);
        let ignores_case = if plain { ends("_LCASE") } else { ends("_CI") };
        Collation {
            language: given(language),
            country: given(country),
            accents: if !plain && ends("_AI") { "ACCENT_INSENSITIVE" } else { "ACCENT_SENSITIVE" },
            case: if ignores_case { "CASE_INSENSITIVE" } else { "CASE_SENSITIVE" },
            pad: if name.ends_with("_RTRIM") { "RTRIM" } else { "NO_PAD" },
            icu_version: (!plain).then_some(ICU_VERSION),
            name,
        }
    }

    /// The cells of a row, without the catalog and schema.
    pub fn cells(&self) -> [Option<&str>; 7] {
        [
            Some(&self.name),
            self.language,
            self.country,
            Some(self.accents),
            Some(self.case),
            Some(self.pad),
            self.icu_version,
        ]
    }
}

/// The names of [`Collation::cells`], and whether they may be NULL.
pub const COLLATION_COLUMNS: [(&str, bool); 7] = [
    ("NAME", false),
    ("LANGUAGE", true),
    ("COUNTRY", true),
    ("ACCENT_SENSITIVITY", false),
    ("CASE_SENSITIVITY", false),
    ("PAD_ATTRIBUTE", false),
    ("ICU_VERSION", true),
];

/// All collations that Spark has a name for: those without a language first, the others by name.
pub fn all_collations() -> Vec<Collation> {
    let plain = PLAIN.iter().map(|name| Collation::new((*name).to_string(), "", "", true));
    let mut of_languages: Vec<Collation> = LOCALES
        .lines()
        .flat_map(|line| {
            let mut parts = line.split('|');
            let mut part = || parts.next().unwrap_or_default();
            let (name, language, country) = (part(), part(), part());
            SUFFIXES.iter().map(move |end| Collation::new(format!("{name}{end}"), language, country, false))
        })
        .collect();
    of_languages.sort_by(|a, b| a.name.cmp(&b.name));
    plain.chain(of_languages).collect()
}

/// All collations as rows.
pub(super) fn collations(call: &Call<'_>) -> Result<Generated> {
    call.expect_arguments(0..=0)?;
    let collations = all_collations();
    let mut fields =
        vec![Field::new("CATALOG", DataType::Utf8, false), Field::new("SCHEMA", DataType::Utf8, false)];
    let mut columns: Vec<ArrayRef> = ["SYSTEM", "BUILTIN"]
        .map(|text| Arc::new(StringArray::from(vec![text; collations.len()])) as ArrayRef)
        .to_vec();
    for (place, (name, nullable)) in COLLATION_COLUMNS.iter().enumerate() {
        fields.push(Field::new(*name, DataType::Utf8, *nullable));
        let cells = collations.iter().map(|collation| collation.cells()[place]);
        columns.push(Arc::new(StringArray::from_iter(cells)));
    }
    let internal = |error: arrow::error::ArrowError| Error::internal(error.to_string());
    let rows = StructArray::try_new(Fields::from(fields.clone()), columns, None).map_err(internal)?;
    let element = Arc::new(Field::new("element", rows.data_type().clone(), false));
    let offsets = OffsetBuffer::from_lengths([rows.len()]);
    let list = ListArray::try_new(element, offsets, Arc::new(rows), None).map_err(internal)?;
    let list = lit(ScalarValue::List(Arc::new(list)));
    Ok(Generated { list, fields, as_struct: true, outer: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_is_told_apart() {
        let all = all_collations();
        assert_eq!(all.len(), 1164);
        let shown = |name: &str| {
            let found = all.iter().find(|collation| collation.name == name);
            found.map(|found| (found.accents, found.case, found.pad))
        };
        assert_eq!(shown("de_AUT_CI_AI_RTRIM"), Some(("ACCENT_INSENSITIVE", "CASE_INSENSITIVE", "RTRIM")));
        assert_eq!(shown("UTF8_LCASE"), Some(("ACCENT_SENSITIVE", "CASE_INSENSITIVE", "NO_PAD")));
        assert_eq!(shown("ar_SAU"), Some(("ACCENT_SENSITIVE", "CASE_SENSITIVE", "NO_PAD")));
    }
}
