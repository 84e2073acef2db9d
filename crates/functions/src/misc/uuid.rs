//! `uuid()`: random identifiers of version 4.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use crate::Call;
use crate::math::mersenne_twister::MersenneTwister;
use crate::math::random::any_seed;
use crate::partition::{self, Generator};
use crate::scalar::Input;

/// `uuid([seed])`; the seed is a literal.
pub(super) fn uuid(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=1)?;
    let seed = match call.arguments.first() {
        None => any_seed(),
        Some(argument) => match argument.literal() {
            Some(ScalarValue::Int32(Some(seed))) => i64::from(*seed),
            Some(ScalarValue::Int64(Some(seed))) => *seed,
            _ => {
                return Err(Error::analysis("INVALID_PARAMETER_VALUE.LONG")
                    .with("parameter", "`seed`")
                    .with("functionName", "`UUID`")
                    .with("invalidValue", format!("\"{}\"", argument.name())));
            }
        },
    };
    let field = Field::new("uuid", DataType::Utf8, false);
    Ok(partition::call("uuid", field, vec![], vec![seed], |partition, constants| {
        Box::new(Uuids(MersenneTwister::new(constants[0].wrapping_add(partition as i64))))
    }))
}

struct Uuids(MersenneTwister);

impl Generator for Uuids {
    fn next(&mut self, input: &Input) -> Result<ArrayRef> {
        input.to_strings(|_, out| {
            let (high, low) = (self.0.next_long(), self.0.next_long());
            let id =
                uuid::Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes());
            out.push_str(id.as_uuid().hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()));
            Ok(())
        })
    }
}
