//! Floats as Spark compares them: one zero, one NaN.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StructArray};
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use lang::Result;

use crate::scalar::{self, Input};

/// `expr` (which yields `field`) with `-0.0` as `0.0` and every NaN as the same one, also inside arrays and structs;
/// other types as they are.
///
/// DataFusion compares, groups and joins floats by their bits. What is compared, grouped by or joined on goes through
/// here first.
pub fn normalized(expr: Expr, field: &Field) -> Expr {
    let data_type = field.data_type();
    if !holds_floats(data_type) {
        return expr;
    }
    match expr {
        Expr::Literal(ScalarValue::Float64(value), metadata) => {
            Expr::Literal(ScalarValue::Float64(value.map(double)), metadata)
        }
        Expr::Literal(ScalarValue::Float32(value), metadata) => {
            Expr::Literal(ScalarValue::Float32(value.map(float)), metadata)
        }
        Expr::ScalarFunction(function) if function.name() == NAME => Expr::ScalarFunction(function),
        other => {
            let returns = Field::new(NAME, data_type.clone(), field.is_nullable());
            scalar::apply_field(NAME, returns, vec![other], |input: &Input| array(input.raw(0)))
        }
    }
}

const NAME: &str = "normalized_floats";

/// Whether there are floats in values of the type, where equality looks at them.
pub fn holds_floats(data_type: &DataType) -> bool {
    match data_type {
        DataType::Float32 | DataType::Float64 => true,
        DataType::List(element) => holds_floats(element.data_type()),
        DataType::Struct(fields) => fields.iter().any(|f| holds_floats(f.data_type())),
        _ => false,
    }
}

fn double(value: f64) -> f64 {
    if value.is_nan() { f64::NAN } else { value + 0.0 }
}

fn float(value: f32) -> f32 {
    if value.is_nan() { f32::NAN } else { value + 0.0 }
}

/// [`normalized`] of values that are there.
pub(crate) fn normalized_array(values: &ArrayRef) -> Result<ArrayRef> {
    if holds_floats(values.data_type()) { array(values) } else { Ok(Arc::clone(values)) }
}

fn array(values: &ArrayRef) -> Result<ArrayRef> {
    Ok(match values.data_type() {
        DataType::Float64 => Arc::new(values.as_primitive::<Float64Type>().unary::<_, Float64Type>(double)),
        DataType::Float32 => Arc::new(values.as_primitive::<Float32Type>().unary::<_, Float32Type>(float)),
        DataType::List(element) if holds_floats(element.data_type()) => {
            let list = values.as_list::<i32>();
            let items = array(list.values())?;
            let nulls = list.nulls().cloned();
            Arc::new(ListArray::new(Arc::clone(element), list.offsets().clone(), items, nulls))
        }
        DataType::Struct(fields) if holds_floats(values.data_type()) => {
            let rows = values.as_struct();
            let columns = rows.columns().iter().map(array).collect::<Result<Vec<_>>>()?;
            Arc::new(StructArray::new(fields.clone(), columns, rows.nulls().cloned()))
        }
        _ => Arc::clone(values),
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::Float64Array;

    use super::*;

    #[test]
    fn zeros_and_nans_become_one() {
        let values: ArrayRef =
            Arc::new(Float64Array::from(vec![Some(-0.0), Some(-f64::NAN), Some(1.5), None]));
        let normal = array(&values).unwrap();
        let normal = normal.as_primitive::<Float64Type>();
        assert_eq!(normal.value(0).to_bits(), 0.0f64.to_bits());
        assert_eq!(normal.value(1).to_bits(), f64::NAN.to_bits());
        assert_eq!(normal.value(2), 1.5);
        assert!(normal.is_null(3));
    }
}
