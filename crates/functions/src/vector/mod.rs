//! Functions of vectors: arrays of FLOAT of one dimension.
//!
//! ```text
//! distance   cosine similarity, inner product, L2 distance of two vectors      norm   norm, and division by it
//! aggregate  sum and mean of the vectors of a group, element by element
//! ```
//!
//! Guarantees: results are Spark's to the last bit: sums of products in double precision, eight elements at a time;
//! aggregates in single precision. A vector with a NULL element counts as NULL. Does not: cast other arrays.
//! Start with [`definitions`].

use arrow::array::{Array, AsArray, Float32Array, ListArray};
use arrow::datatypes::{DataType, Float32Type};
use datafusion::logical_expr::Expr;
use lang::{Error, Result, RuntimeClass};

use crate::{Call, Definition};

mod aggregate;
mod distance;
mod norm;

/// The functions of this group, sorted by name.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::aggregate(&["vector_avg"], aggregate::avg),
        Definition::scalar(&["vector_cosine_similarity"], distance::cosine_similarity),
        Definition::scalar(&["vector_inner_product"], distance::inner_product),
        Definition::scalar(&["vector_l2_distance"], distance::l2_distance),
        Definition::scalar(&["vector_norm"], norm::norm),
        Definition::scalar(&["vector_normalize"], norm::normalize),
        Definition::aggregate(&["vector_sum"], aggregate::sum),
    ]
}

/// The argument at `index`, which must be an array of FLOAT as it is.
fn vector(call: &Call<'_>, index: usize) -> Result<Expr> {
    match call.arguments[index].data_type() {
        DataType::List(element) if *element.data_type() == DataType::Float32 => {
            Ok(call.arguments[index].expr.clone())
        }
        _ => Err(call.unexpected_type(index, "\"ARRAY<FLOAT>\"")),
    }
}

/// The vectors of a column.
struct Vectors<'a> {
    lists: &'a ListArray,
    elements: &'a Float32Array,
}

impl<'a> Vectors<'a> {
    fn new(column: &'a dyn Array) -> Result<Self> {
        let lists = column.as_list_opt::<i32>();
        let elements = lists.and_then(|l| l.values().as_primitive_opt::<Float32Type>());
        match (lists, elements) {
            (Some(lists), Some(elements)) => Ok(Vectors { lists, elements }),
            _ => Err(Error::internal(format!("{} is no vector", column.data_type()))),
        }
    }

    /// How many elements the vector at `row` has.
    fn dimension(&self, row: usize) -> usize {
        self.lists.value_length(row) as usize
    }

    /// The vector at `row`, unless it or one of its elements is NULL.
    fn value(&self, row: usize) -> Option<&'a [f32]> {
        let (start, end) =
            (self.lists.value_offsets()[row] as usize, self.lists.value_offsets()[row + 1] as usize);
        let has_null = self.elements.nulls().is_some_and(|n| (start..end).any(|i| n.is_null(i)));
        (self.lists.is_valid(row) && !has_null).then(|| &self.elements.values()[start..end])
    }
}

/// `VECTOR_DIMENSION_MISMATCH`
fn dimension_mismatch(function: &str, left: usize, right: usize) -> Error {
    Error::runtime(RuntimeClass::Other, "VECTOR_DIMENSION_MISMATCH")
        .with("functionName", format!("`{function}`"))
        .with("leftDim", left.to_string())
        .with("rightDim", right.to_string())
}

/// The sum of `count` terms the way Spark adds them up: eight terms are summed before they are added to the rest.
fn sum_by_eight(count: usize, term: impl Fn(usize) -> f64) -> f64 {
    let whole = count - count % 8;
    let mut sum = 0.0;
    for start in (0..whole).step_by(8) {
        sum += (start + 1..start + 8).fold(term(start), |eight, i| eight + term(i));
    }
    (whole..count).fold(sum, |sum, i| sum + term(i))
}
