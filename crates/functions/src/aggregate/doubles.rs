//! Values of any numeric, time or interval type as doubles, and back: for aggregates that compute with doubles alone.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::cast as arrow_cast;
use arrow::datatypes::{
    DataType, Field, Float64Type, Int32Type, Int64Type, IntervalUnit, IntervalYearMonthType,
};
use datafusion::common::Result;

use crate::cast::kernel::cast_array;
use crate::cast::zone::Zone;
use crate::cast::{Mode, Options};
use crate::{error, types};

/// Numbers as the nearest doubles; dates, timestamps and intervals as what they count.
pub(super) fn to_doubles(values: &ArrayRef) -> Result<Float64Array> {
    let counts = match values.data_type() {
        DataType::Decimal128(..) => number(values, &DataType::Float64)?,
        DataType::Interval(IntervalUnit::YearMonth) => {
            return Ok(values.as_primitive::<IntervalYearMonthType>().unary(f64::from));
        }
        DataType::Date32 => arrow_cast(values, &DataType::Int32)?,
        DataType::Timestamp(..) | DataType::Duration(_) => arrow_cast(values, &DataType::Int64)?,
        _ => Arc::clone(values),
    };
    Ok(arrow_cast(&counts, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
}

/// Doubles as values of `data_type`: fractions of what is counted whole are cut off, decimals rounded half up.
pub(super) fn from_doubles(values: Vec<f64>, data_type: &DataType) -> Result<ArrayRef> {
    let values = Float64Array::from(values);
    Ok(match data_type {
        DataType::Float64 => Arc::new(values),
        DataType::Decimal128(..) => {
            let values: ArrayRef = Arc::new(values);
            number(&values, data_type)?
        }
        DataType::Interval(IntervalUnit::YearMonth) => {
            Arc::new(values.unary::<_, IntervalYearMonthType>(|value| value as i32))
        }
        DataType::Date32 => arrow_cast(&values.unary::<_, Int32Type>(|value| value as i32), data_type)?,
        DataType::Float32 => arrow_cast(&values, data_type)?,
        _ => arrow_cast(&values.unary::<_, Int64Type>(|value| value as i64), data_type)?,
    })
}

/// A number as one of another type, rounded to the nearest; NULL when it does not fit.
fn number(values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let options = Options { mode: Mode::Try, zone: Zone::UTC };
    let (from, field) = (types::from_arrow(values.data_type()), Field::new("value", to.clone(), true));
    cast_array(values, &from, &types::from_arrow(to), &field, &options).map_err(error::external)
}
