//! What all aggregates that make sketches share: rows or sketches in, bytes out, bytes between the stages.

use std::fmt::Debug;
use std::hash::Hash;

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, Expr};

use crate::Call;
use crate::aggregate::own::{Aggregate, Shape, udaf};
use crate::aggregate::{plain_node, unordered};
use crate::error::external;

/// A sketch while it is being built.
pub(super) trait Builder: Debug + Send + Sync {
    /// Takes one batch of argument columns in.
    fn update(&mut self, columns: &[ArrayRef]) -> lang::Result<()>;

    /// Takes the state of another builder in.
    fn merge(&mut self, state: &[u8]) -> lang::Result<()>;

    /// What [`Builder::merge`] reads; `None` for a builder that has seen nothing and knows nothing.
    fn state(&mut self) -> lang::Result<Option<Vec<u8>>>;

    fn finish(&mut self) -> lang::Result<Vec<u8>>;

    /// Memory held, in bytes.
    fn size(&self) -> usize;
}

/// How a call of an aggregate begins; equal values mean equal results.
pub(super) trait Sketch: Debug + Clone + PartialEq + Eq + Hash + Send + Sync + 'static {
    fn name(&self) -> &'static str;

    fn start(&self) -> lang::Result<Box<dyn Builder>>;
}

/// The node of an aggregate over `args`, among them all constants that tell two calls apart.
pub(super) fn node(call: &Call<'_>, sketch: impl Sketch, args: Vec<Expr>) -> lang::Result<Expr> {
    unordered(call)?;
    Ok(plain_node(call, udaf(SketchAggregate(sketch)), args))
}

/// [`node`] for sketches to which it matters how often a value comes.
pub(super) fn counting_node(call: &Call<'_>, sketch: impl Sketch, args: Vec<Expr>) -> lang::Result<Expr> {
    unordered(call)?;
    Ok(crate::aggregate::node(call, udaf(SketchAggregate(sketch)), args))
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct SketchAggregate<S>(S);

impl<S: Sketch> Aggregate for SketchAggregate<S> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn result(&self, _: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.name(), DataType::Binary, false))
    }

    fn state(&self, _: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        vec![Field::new("sketch", DataType::Binary, true)]
    }

    fn accumulator(&self, _: &Shape) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Building(self.0.start().map_err(external)?)))
    }

    fn empty(&self, _: &DataType) -> Result<ScalarValue> {
        let bytes = self.0.start().and_then(|mut builder| builder.finish()).map_err(external)?;
        Ok(ScalarValue::Binary(Some(bytes)))
    }
}

#[derive(Debug)]
struct Building(Box<dyn Builder>);

impl Accumulator for Building {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.update(values).map_err(external)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(self.0.finish().map_err(external)?)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(self.0.state().map_err(external)?)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for state in states[0].as_binary::<i32>().iter().flatten() {
            self.0.merge(state).map_err(external)?;
        }
        Ok(())
    }
}

/// Calls `visit` with every binary value that is not NULL, whatever its layout.
pub(super) fn for_each_sketch(
    column: &ArrayRef,
    mut visit: impl FnMut(&[u8]) -> lang::Result<()>,
) -> lang::Result<()> {
    let column = cast(column, &DataType::Binary).map_err(|e| crate::error::from_arrow(&e))?;
    column.as_binary::<i32>().iter().flatten().try_for_each(&mut visit)
}
