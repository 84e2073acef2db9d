//! CHAR(n) and VARCHAR(n): texts of a limited length, alone or inside arrays, maps and structs.
//!
//! Values of both are plain texts. What is written is [`checked`]: at most n characters, CHAR exactly. What is read from a
//! CHAR column is [`padded`], for files may have been written by others.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StringArray, StringBuilder, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use lang::{DataType as Spark, Error, RuntimeClass};

use crate::error::external;
use crate::scalar::check_filled;
use crate::types::METADATA_KEY;

/// Key of a column's metadata (in Spark's JSON) that tells the limits of its texts: `char(5)`, `array<varchar(3)>`.
pub const LIMITED_TYPE_KEY: &str = "__CHAR_VARCHAR_TYPE_STRING";

/// What is done about lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Rule {
    /// Spaces beyond the limit are cut off, other characters are an error; CHAR is filled up.
    Check,
    /// CHAR is filled up, and nothing else.
    Pad,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct TextLength {
    rule: Rule,
    data_type: Spark,
    signature: Signature,
}

/// `expr` as a column of that type takes it; types without limits take it as it is.
///
/// # Errors
/// `EXCEED_LIMIT_LENGTH` when it runs.
pub fn checked(expr: Expr, data_type: &Spark) -> Expr {
    if is_limited(data_type) { apply(expr, Rule::Check, data_type) } else { expr }
}

/// `expr`, read from a column of that type: CHAR has its full length.
pub fn padded(expr: Expr, data_type: &Spark) -> Expr {
    if has_char(data_type) { apply(expr, Rule::Pad, data_type) } else { expr }
}

fn apply(expr: Expr, rule: Rule, data_type: &Spark) -> Expr {
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::new_from_impl(TextLength { rule, data_type: data_type.clone(), signature }).call(vec![expr])
}

/// The type with limits of a column whose metadata tells it; its values are plain texts.
pub fn limited_type(field: &Field) -> Option<Spark> {
    let metadata = field.metadata().get(METADATA_KEY).filter(|text| text.contains(LIMITED_TYPE_KEY))?;
    let metadata: serde_json::Value = serde_json::from_str(metadata).ok()?;
    lang::parse_data_type(metadata.get(LIMITED_TYPE_KEY)?.as_str()?).ok()
}

/// Whether a type is, or has in it, CHAR(n) or VARCHAR(n).
pub fn is_limited(data_type: &Spark) -> bool {
    any(data_type, &|inner| matches!(inner, Spark::Char(_) | Spark::Varchar(_)))
}

/// Whether a type is, or has in it, CHAR(n).
pub fn has_char(data_type: &Spark) -> bool {
    any(data_type, &|inner| matches!(inner, Spark::Char(_)))
}

fn any(data_type: &Spark, wanted: &dyn Fn(&Spark) -> bool) -> bool {
    wanted(data_type)
        || match data_type {
            Spark::Array { element, .. } => any(element, wanted),
            Spark::Map { key, value, .. } => any(key, wanted) || any(value, wanted),
            Spark::Struct(schema) => schema.fields.iter().any(|field| any(&field.data_type, wanted)),
            _ => false,
        }
}

impl ScalarUDFImpl for TextLength {
    fn name(&self) -> &str {
        match self.rule {
            Rule::Check => "checked_text",
            Rule::Pad => "padded_text",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types.first().cloned().unwrap_or(DataType::Utf8))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let field = args.arg_fields.first().cloned();
        field.ok_or_else(|| external(Error::internal("a text of limited length is one argument")))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let values = arrays.first().ok_or_else(|| external(Error::internal("a text was expected")))?;
        let fitted = fit(values, &self.data_type, self.rule).map_err(external)?;
        Ok(ColumnarValue::Array(fitted))
    }
}

/// `values`, which have the Arrow type of `data_type`, with all limited texts in them fitted.
fn fit(values: &ArrayRef, data_type: &Spark, rule: Rule) -> lang::Result<ArrayRef> {
    match (data_type, values.data_type()) {
        (Spark::Char(_) | Spark::Varchar(_), other @ (DataType::Utf8View | DataType::LargeUtf8)) => {
            let plain = fit(&cast(values, &DataType::Utf8).map_err(broken)?, data_type, rule)?;
            cast(&plain, other).map_err(broken)
        }
        (Spark::Char(limit), DataType::Utf8) => texts(values.as_string(), *limit, true, rule),
        (Spark::Varchar(limit), DataType::Utf8) if rule == Rule::Check => {
            texts(values.as_string(), *limit, false, rule)
        }
        (Spark::Array { element, .. }, DataType::List(field)) if is_limited(element) => {
            let list = values.as_list::<i32>();
            let inner = fit(list.values(), element, rule)?;
            let fitted =
                ListArray::try_new(Arc::clone(field), list.offsets().clone(), inner, list.nulls().cloned());
            Ok(Arc::new(fitted.map_err(broken)?))
        }
        (Spark::Map { key, value, .. }, DataType::Map(field, ordered)) => {
            let map = values.as_map();
            let entries = [fit(map.keys(), key, rule)?, fit(map.values(), value, rule)?];
            let DataType::Struct(fields) = field.data_type() else { return Ok(Arc::clone(values)) };
            let entries = structs(fields, entries.to_vec(), map.entries())?;
            let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
            let fitted = MapArray::try_new(Arc::clone(field), offsets, entries, nulls, *ordered);
            Ok(Arc::new(fitted.map_err(broken)?))
        }
        (Spark::Struct(schema), DataType::Struct(fields)) if schema.fields.len() == fields.len() => {
            let all = values.as_struct();
            let columns = all.columns().iter().zip(&schema.fields);
            let columns = columns.map(|(column, field)| fit(column, &field.data_type, rule));
            Ok(Arc::new(structs(fields, columns.collect::<lang::Result<_>>()?, all)?))
        }
        // Other texts are as long as they are.
        _ => Ok(Arc::clone(values)),
    }
}

fn structs(fields: &Fields, columns: Vec<ArrayRef>, like: &StructArray) -> lang::Result<StructArray> {
    StructArray::try_new(fields.clone(), columns, like.nulls().cloned()).map_err(broken)
}

fn broken(error: arrow::error::ArrowError) -> Error {
    Error::internal(error.to_string())
}

fn texts(texts: &StringArray, limit: u32, pads: bool, rule: Rule) -> lang::Result<ArrayRef> {
    let (most, mut filled) = (limit as usize, 0_usize);
    let mut out = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
    for text in texts {
        let Some(text) = text else {
            out.append_null();
            continue;
        };
        // As many bytes are never fewer characters.
        let length = if text.len() <= most && !pads { text.len() } else { text.chars().count() };
        let mut kept = text;
        if length > most && rule == Rule::Check {
            let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
            if text[end..].bytes().any(|byte| byte != b' ') {
                return Err(Error::runtime(RuntimeClass::Other, "EXCEED_LIMIT_LENGTH")
                    .with("limit", limit.to_string()));
            }
            kept = &text[..end];
        }
        // The builder takes a text in pieces; the last one ends it.
        if pads {
            let missing = most.saturating_sub(length);
            filled += missing;
            check_filled(filled)?;
            append_spaces(&mut out, kept, missing);
        } else {
            out.append_value(kept);
        }
    }
    Ok(Arc::new(out.finish()))
}

fn append_spaces(out: &mut StringBuilder, text: &str, mut missing: usize) {
    use std::fmt::Write as _;
    const SPACES: &str = "                                ";
    // Writing to a builder does not fail.
    let _ = out.write_str(text);
    while missing > 0 {
        let piece = missing.min(SPACES.len());
        let _ = out.write_str(&SPACES[..piece]);
        missing -= piece;
    }
    out.append_value("");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(data_type: Spark, rule: Rule, text: &str) -> lang::Result<String> {
        let values: ArrayRef = Arc::new(StringArray::from(vec![text]));
        Ok(fit(&values, &data_type, rule)?.as_string::<i32>().value(0).to_string())
    }

    #[test]
    fn spaces_are_cut_off_and_added() {
        assert_eq!(one(Spark::Varchar(3), Rule::Check, "abc  ").expect("fits"), "abc");
        assert_eq!(one(Spark::Varchar(3), Rule::Check, "äöü").expect("fits"), "äöü");
        assert_eq!(one(Spark::Char(3), Rule::Check, "ä").expect("fits"), "ä  ");
        let error = one(Spark::Char(3), Rule::Check, "abcd").expect_err("too long");
        assert_eq!(error.condition(), "EXCEED_LIMIT_LENGTH");
    }

    #[test]
    fn reading_pads_and_does_not_judge() {
        assert_eq!(one(Spark::Char(3), Rule::Pad, "abcd").expect("kept"), "abcd");
        assert_eq!(one(Spark::Char(40), Rule::Pad, "x").expect("padded").len(), 40);
        assert_eq!(one(Spark::Varchar(3), Rule::Pad, "abcd  ").expect("kept"), "abcd  ");
    }

    #[test]
    fn texts_inside_lists_are_fitted() {
        let mut list = arrow::array::ListBuilder::new(StringBuilder::new());
        list.values().append_value("a");
        list.append(true);
        list.append(false);
        let values: ArrayRef = Arc::new(list.finish());
        let data_type = Spark::Array { element: Box::new(Spark::Char(2)), contains_null: true };
        let fitted = fit(&values, &data_type, Rule::Pad).expect("fits");
        assert_eq!(fitted.as_list::<i32>().value(0).as_string::<i32>().value(0), "a ");
        assert!(fitted.is_null(1));
    }
}
