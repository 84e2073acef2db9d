//! The place of a row on a curve that keeps rows near each other which are near in every one of several columns.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, BinaryBuilder};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use datafusion::common::Column;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// Bytes of each column's order that count.
const BYTES: usize = 16;

static CURVE: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| Arc::new(ScalarUDF::from(Curve::new())));

/// The place of a row by these columns; rows are ordered by it.
pub(super) fn curve(columns: &[String]) -> Expr {
    CURVE.call(columns.iter().map(|name| Expr::Column(Column::from_name(name))).collect())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Curve {
    signature: Signature,
}

impl Curve {
    fn new() -> Self {
        Curve { signature: Signature::variadic_any(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Curve {
    fn name(&self) -> &str {
        "lake_curve"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let columns = ColumnarValue::values_to_arrays(&arguments.args)?;
        let encoded = columns.iter().map(encode).collect::<Result<Vec<_>>>()?;
        let mut places = BinaryBuilder::with_capacity(rows, rows * BYTES * columns.len());
        let mut place = vec![0u8; BYTES * columns.len()];
        for row in 0..rows {
            let values: Vec<&[u8]> = encoded.iter().map(|column| column.row(row).data()).collect();
            interleave(&values, &mut place);
            places.append_value(&place);
        }
        Ok(ColumnarValue::Array(Arc::new(places.finish())))
    }
}

/// The values of a column as bytes that are ordered as they are.
struct Encoded(arrow::row::Rows);

impl Encoded {
    fn row(&self, row: usize) -> arrow::row::Row<'_> {
        self.0.row(row)
    }
}

fn encode(column: &ArrayRef) -> Result<Encoded> {
    let converter = RowConverter::new(vec![SortField::new(column.data_type().clone())]);
    let rows = converter.and_then(|converter| converter.convert_columns(std::slice::from_ref(column)));
    Ok(Encoded(rows.map_err(DataFusionError::from)?))
}

/// The bits of the values in turn, the highest first.
fn interleave(values: &[&[u8]], place: &mut [u8]) {
    place.fill(0);
    let mut at = 0;
    for bit in 0..BYTES * 8 {
        for value in values {
            let byte = value.get(bit / 8).copied().unwrap_or_default();
            if byte & (0x80 >> (bit % 8)) != 0 {
                place[at / 8] |= 0x80 >> (at % 8);
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_in_turn() {
        let mut place = vec![0; BYTES * 2];
        interleave(&[&[0b1100_0000], &[0b0100_0000]], &mut place);
        assert_eq!(place[0], 0b1011_0000);
    }
}
