//! CHAR(n) and VARCHAR(n): what is written has at most n characters, CHAR exactly.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use functions::error::external;
use lang::{Error, RuntimeClass};

/// Checks texts against a length; spaces beyond it are cut off, missing ones added for CHAR.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Length {
    limit: u32,
    pads: bool,
    signature: Signature,
}

/// `expr`, a text, as a column of that type takes it; other types take it as it is.
pub(super) fn limited(expr: Expr, data_type: &lang::DataType) -> Expr {
    let (limit, pads) = match data_type {
        lang::DataType::Char(limit) => (*limit, true),
        lang::DataType::Varchar(limit) => (*limit, false),
        _ => return expr,
    };
    let signature = Signature::exact(vec![DataType::Utf8], Volatility::Immutable);
    ScalarUDF::new_from_impl(Length { limit, pads, signature }).call(vec![expr])
}

impl ScalarUDFImpl for Length {
    fn name(&self) -> &str {
        "limited_text"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let Some(texts) = arrays.first().and_then(|array| array.as_string_opt::<i32>()) else {
            return Err(external(Error::internal("a text was expected")));
        };
        let limited = self.apply(texts).map_err(external)?;
        Ok(ColumnarValue::Array(limited))
    }
}

impl Length {
    fn apply(&self, texts: &StringArray) -> lang::Result<ArrayRef> {
        let limit = self.limit as usize;
        let mut out = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
        for text in texts {
            let Some(text) = text else {
                out.append_null();
                continue;
            };
            // As many bytes are never fewer characters.
            let length = if text.len() <= limit && !self.pads { text.len() } else { text.chars().count() };
            if length > limit {
                let end = text.char_indices().nth(limit).map_or(text.len(), |(at, _)| at);
                if text[end..].bytes().any(|byte| byte != b' ') {
                    return Err(Error::runtime(RuntimeClass::Other, "EXCEED_LIMIT_LENGTH")
                        .with("limit", self.limit.to_string()));
                }
                out.append_value(&text[..end]);
            } else if self.pads && length < limit {
                out.append_value(format!("{text}{}", " ".repeat(limit - length)));
            } else {
                out.append_value(text);
            }
        }
        Ok(Arc::new(out.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(limit: u32, pads: bool, text: &str) -> lang::Result<String> {
        let signature = Signature::exact(vec![DataType::Utf8], Volatility::Immutable);
        let out = Length { limit, pads, signature }.apply(&StringArray::from(vec![text]))?;
        Ok(out.as_string::<i32>().value(0).to_string())
    }

    #[test]
    fn spaces_are_cut_off_and_added() {
        assert_eq!(apply(3, false, "abc  ").expect("fits"), "abc");
        assert_eq!(apply(3, false, "äöü").expect("fits"), "äöü");
        assert_eq!(apply(3, true, "ä").expect("fits"), "ä  ");
        assert_eq!(apply(3, true, "abcd").expect_err("too long").condition(), "EXCEED_LIMIT_LENGTH");
    }
}
