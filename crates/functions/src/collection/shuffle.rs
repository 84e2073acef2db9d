//! `shuffle`: a random permutation of an array.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::Expr;
use lang::Result;

use super::arguments::expect_array;
use super::list::{Picker, as_list, list_like, range};
use crate::error::from_datafusion;
use crate::math::mersenne_twister::MersenneTwister;
use crate::partition::{self, Generator};
use crate::scalar::Input;
use crate::{Call, math};

/// `shuffle(array[, seed])`
pub(super) fn shuffle(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let returns = match call.arguments[0].data_type() {
        DataType::Null => list_like(&Field::new("element", DataType::Null, true), true),
        _ => {
            let field = expect_array(call, 0)?;
            list_like(field, field.is_nullable())
        }
    };
    let array = crate::cast::implicit(&call.arguments[0], &returns, call.context)?;
    let field = Field::new("shuffle", returns, call.arguments[0].nullable());
    let seed = math::random::seed(call, 1)?;
    Ok(partition::call("shuffle", field, vec![array], vec![seed], |partition, constants| {
        Box::new(Shuffles(MersenneTwister::new(constants[0].wrapping_add(partition as i64))))
    }))
}

struct Shuffles(MersenneTwister);

impl Shuffles {
    /// Swaps every element with an earlier one, or itself.
    fn permute(&mut self, order: &mut [Option<u32>]) {
        for last in 0..order.len() {
            order.swap(last, self.0.next_below(last as u32 + 1) as usize);
        }
    }
}

impl Generator for Shuffles {
    fn next(&mut self, input: &Input) -> Result<ArrayRef> {
        let list = as_list(&input.column(0)?).map_err(from_datafusion)?;
        let mut picker = Picker::with_capacity(input.rows, list.values().len());
        for row in 0..input.rows {
            match range(&list, row) {
                None => picker.close_null().map_err(from_datafusion)?,
                Some(range) => {
                    picker.pick_all(range);
                    self.permute(picker.open());
                    picker.close().map_err(from_datafusion)?;
                }
            }
        }
        picker.finish(list.values(), input.returns.data_type()).map_err(from_datafusion)
    }
}
