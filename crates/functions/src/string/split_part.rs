//! `split_part`: one field of a delimited string.

use arrow::datatypes::{DataType, Int32Type};
use datafusion::logical_expr::Expr;
use lang::{Error, Result, RuntimeClass};

use crate::scalar::apply;
use crate::{Call, expect};

/// `split_part(text, delimiter, number)`; numbers count from 1, or from the end when negative.
pub(super) fn split_part(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let arguments = vec![expect::string(call, 0)?, expect::string(call, 1)?, expect::int(call, 2)?];
    Ok(apply("split_part", DataType::Utf8, arguments, |input| {
        let (texts, delimiters, numbers) =
            (input.strings(0)?, input.strings(1)?, input.numbers::<Int32Type>(2)?);
        input.to_strings(|row, out| {
            let number = numbers.value(row);
            if number == 0 {
                return Err(Error::runtime(RuntimeClass::Other, "INVALID_INDEX_OF_ZERO"));
            }
            out.push_str(part(texts.value(row), delimiters.value(row), number).unwrap_or(""));
            Ok(())
        })
    }))
}

fn part<'a>(text: &'a str, delimiter: &str, number: i32) -> Option<&'a str> {
    let nth = number.unsigned_abs() as usize - 1;
    if delimiter.is_empty() {
        return (nth == 0).then_some(text);
    }
    if number > 0 { text.split(delimiter).nth(nth) } else { text.rsplit(delimiter).nth(nth) }
}
