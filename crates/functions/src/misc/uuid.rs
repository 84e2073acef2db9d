//! `uuid()`: random identifiers.

use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use crate::Call;
use crate::scalar::apply_volatile;

/// A new version 4 UUID a row; a seed, whose sequence nobody could rely on here, is refused.
pub(super) fn uuid(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=1)?;
    if !call.arguments.is_empty() {
        return Err(Error::unsupported("uuid with a seed"));
    }
    Ok(apply_volatile("uuid", Field::new("uuid", DataType::Utf8, false), vec![], |input| {
        input.to_strings(|_, out| {
            let id = uuid::Uuid::new_v4();
            out.push_str(id.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()));
            Ok(())
        })
    }))
}
