//! `spark_partition_id()`, `monotonically_increasing_id()`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array};
use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::Expr;
use lang::Result;

use crate::Call;
use crate::partition::{self, Generator};
use crate::scalar::Input;

/// The bits of an id that count the rows of a partition.
const ROW_BITS: u32 = 33;

/// `spark_partition_id()`
pub(super) fn partition_id(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    let field = Field::new("SPARK_PARTITION_ID", DataType::Int32, false);
    Ok(partition::call("spark_partition_id", field, vec![], vec![], |partition, _| {
        Box::new(PartitionId(partition as i32))
    }))
}

/// `monotonically_increasing_id()`: the partition in the upper bits, the row in the lower ones.
pub(super) fn increasing_id(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    let field = Field::new("monotonically_increasing_id", DataType::Int64, false);
    Ok(partition::call("monotonically_increasing_id", field, vec![], vec![], |partition, _| {
        Box::new(IncreasingId((partition as i64) << ROW_BITS))
    }))
}

struct PartitionId(i32);

impl Generator for PartitionId {
    fn next(&mut self, input: &Input) -> Result<ArrayRef> {
        Ok(Arc::new(Int32Array::from_value(self.0, input.rows)))
    }
}

/// The id of the next row.
struct IncreasingId(i64);

impl Generator for IncreasingId {
    fn next(&mut self, input: &Input) -> Result<ArrayRef> {
        let start = self.0;
        self.0 += input.rows as i64;
        Ok(Arc::new(Int64Array::from_iter_values(start..self.0)))
    }
}
