//! `collect_list`, `collect_set`, `collect_union`: values of a group as an array.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, new_empty_array};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::compute::{filter, is_not_null, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Expr;
use lang::Error;

use super::collected::{Collected, Collector};
use super::distinct::{DistinctRows, normal_floats, one_list};
use super::own::{Shape, udaf};
use crate::Call;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    List,
    Set,
    Union,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Collect {
    kind: Kind,
    keeps_null: bool,
}

/// `collect_list(value)`
pub(super) fn list(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, Kind::List)
}

/// `collect_set(value)`
pub(super) fn set(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, Kind::Set)
}

/// `collect_union(array)`
pub(super) fn union(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, Kind::Union)
}

fn build(call: &Call<'_>, kind: Kind) -> lang::Result<Expr> {
    call.expect_arguments(1..=1)?;
    let data_type = call.arguments[0].data_type();
    if kind == Kind::Union && !matches!(data_type, DataType::List(_)) {
        return Err(call.unexpected_type(0, "\"ARRAY\""));
    }
    if kind == Kind::Set && matches!(data_type, DataType::Map(..)) {
        return Err(Error::unsupported("collect_set of maps"));
    }
    let collect = Collect { kind, keeps_null: call.ignore_nulls == Some(false) };
    super::unordered(call)?;
    Ok(super::node(call, udaf(Collected(collect)), call.exprs()))
}

impl Collect {
    fn element(&self, input: &FieldRef) -> FieldRef {
        let inner = match (self.kind, input.data_type()) {
            (Kind::Union, DataType::List(element)) => element.as_ref().clone(),
            _ => input.as_ref().clone(),
        };
        Arc::new(inner.with_name("element").with_nullable(self.keeps_null))
    }
}

impl Collector for Collect {
    fn name(&self) -> &'static str {
        match (self.kind, self.keeps_null) {
            (Kind::List, false) => "collect_list",
            (Kind::List, true) => "collect_list_respect_nulls",
            (Kind::Set, false) => "collect_set",
            (Kind::Set, true) => "collect_set_respect_nulls",
            (Kind::Union, false) => "collect_union",
            (Kind::Union, true) => "collect_union_respect_nulls",
        }
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.name(), DataType::List(self.element(&inputs[0])), false))
    }

    fn collected(&self, _: usize) -> Vec<usize> {
        vec![0]
    }

    fn required(&self) -> usize {
        usize::from(self.kind == Kind::Union || !self.keeps_null)
    }

    fn finish(&self, columns: &[ArrayRef], shape: &Shape) -> Result<ScalarValue> {
        let values = match self.kind {
            Kind::List => columns[0].clone(),
            Kind::Set => distinct(&columns[0])?,
            Kind::Union => distinct(&self.flatten(&columns[0])?)?,
        };
        one_list(self.element(&shape.inputs[0]), values)
    }

    fn lists(&self, columns: &[ArrayRef], offsets: &[i32], shape: &Shape) -> Result<Option<ListArray>> {
        if self.kind != Kind::List {
            return Ok(None);
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets.to_vec()));
        Ok(Some(ListArray::try_new(self.element(&shape.inputs[0]), offsets, columns[0].clone(), None)?))
    }

    fn empty(&self, data_type: &DataType) -> Result<ScalarValue> {
        match data_type {
            DataType::List(element) => one_list(element.clone(), new_empty_array(element.data_type())),
            other => ScalarValue::try_from(other),
        }
    }
}

impl Collect {
    /// The elements of all arrays, one after the other.
    fn flatten(&self, arrays: &ArrayRef) -> Result<ArrayRef> {
        let lists = arrays.as_list::<i32>();
        let offsets = lists.value_offsets();
        let (start, end) = (offsets[0] as usize, offsets[lists.len()] as usize);
        let values = lists.values().slice(start, end - start);
        Ok(if self.keeps_null { values } else { filter(&values, &is_not_null(&values)?)? })
    }
}

/// Every value once, in the order of first appearance.
fn distinct(values: &ArrayRef) -> Result<ArrayRef> {
    let new = DistinctRows::try_new([values.data_type()])?.new_rows(std::slice::from_ref(values))?;
    Ok(take(&normal_floats(values), &new, None)?)
}
