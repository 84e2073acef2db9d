//! `tuple_sketch_agg_*`, `tuple_union_agg_*`, `tuple_intersection_agg_*`.

use std::fmt;
use std::marker::PhantomData;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datasketches::tuple::{
    TupleIntersection, TupleSketch, TupleSketchBuilder, TupleUnion, TupleUnionBuilder,
};
use lang::Result;

use super::aggregate::{Builder, Sketch, counting_node, for_each_sketch};
use super::arguments::{DEFAULT_LG_ENTRIES, filled, lg_entries, refuse_collation, sketch};
use super::errors::internal;
use super::key;
use super::summary::{Mode, ModePolicy, Number};
use super::tuple::mode;
use super::tuple_bytes::{empty, read, write};
use crate::types::{is_numeric, is_string};
use crate::{Call, cast, expect};

const ACCEPTED: &str = "(\"ARRAY<INT>\" or \"ARRAY<BIGINT>\" or \"BINARY\" or \"DOUBLE\" or \"FLOAT\" or \
                        \"INT\" or \"BIGINT\" or \"STRING\")";

/// `tuple_sketch_agg_*(key, number [, lgNomEntries [, mode]])`
pub(super) fn sketch_agg<N: Number>(call: &Call<'_>) -> Result<Expr> {
    let call = &filled(call, 4, &[ScalarValue::from(DEFAULT_LG_ENTRIES), ScalarValue::from("sum")])?;
    let (key, number) = (key_argument(call)?, expect::number(call, 1, &N::TYPE)?);
    let (lg_k, mode) = (lg_entries(call, 2)?, mode(call, 3)?);
    let sketch = Tuples::<N> { operation: Operation::Count, lg_k, mode, number: PhantomData };
    counting_node(call, sketch, vec![key, number, lit(i32::from(lg_k)), lit(mode.name())])
}

/// Keys of the types that are hashed; Spark casts the others to the first of them it can.
fn key_argument(call: &Call<'_>) -> Result<Expr> {
    let argument = &call.arguments[0];
    refuse_collation(argument, call.name)?;
    Ok(match argument.data_type() {
        DataType::Int32 | DataType::Int64 | DataType::Float32 | DataType::Float64 => argument.expr.clone(),
        given if is_string(given) || expect::is_binary(given) => argument.expr.clone(),
        DataType::List(e) if matches!(e.data_type(), DataType::Int32 | DataType::Int64) => {
            argument.expr.clone()
        }
        given if is_numeric(given) => cast::implicit(argument, &DataType::Float64, call.context)?,
        DataType::Null => cast::implicit(argument, &DataType::Int32, call.context)?,
        given if expect::is_nested(given) => return Err(call.unexpected_type(0, ACCEPTED)),
        _ => cast::implicit(argument, &DataType::Utf8, call.context)?,
    })
}

/// `tuple_union_agg_*(sketch [, lgNomEntries [, mode]])`
pub(super) fn union_agg<N: Number>(call: &Call<'_>) -> Result<Expr> {
    let call = &filled(call, 3, &[ScalarValue::from(DEFAULT_LG_ENTRIES), ScalarValue::from("sum")])?;
    let value = sketch(call, 0)?;
    let (lg_k, mode) = (lg_entries(call, 1)?, mode(call, 2)?);
    let sketch = Tuples::<N> { operation: Operation::Union, lg_k, mode, number: PhantomData };
    counting_node(call, sketch, vec![value, lit(i32::from(lg_k)), lit(mode.name())])
}

/// `tuple_intersection_agg_*(sketch [, mode])`
pub(super) fn intersection_agg<N: Number>(call: &Call<'_>) -> Result<Expr> {
    let call = &filled(call, 2, &[ScalarValue::from("sum")])?;
    let (value, mode) = (sketch(call, 0)?, mode(call, 1)?);
    let sketch = Tuples::<N> {
        operation: Operation::Intersection,
        lg_k: DEFAULT_LG_ENTRIES as u8,
        mode,
        number: PhantomData,
    };
    counting_node(call, sketch, vec![value, lit(mode.name())])
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    Count,
    Union,
    Intersection,
}

struct Tuples<N> {
    operation: Operation,
    lg_k: u8,
    mode: Mode,
    number: PhantomData<fn() -> N>,
}

impl<N> Tuples<N> {
    fn identity(&self) -> (Operation, u8, Mode) {
        (self.operation, self.lg_k, self.mode)
    }

    fn new_union(lg_k: u8, mode: Mode) -> Result<TupleUnion<ModePolicy<N>>>
    where
        N: Number,
    {
        TupleUnionBuilder::new(ModePolicy::new(mode)).lg_k(lg_k).build().map_err(internal)
    }
}

impl<N> Clone for Tuples<N> {
    fn clone(&self) -> Self {
        Tuples { operation: self.operation, lg_k: self.lg_k, mode: self.mode, number: PhantomData }
    }
}

impl<N> fmt::Debug for Tuples<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.identity())
    }
}

impl<N> PartialEq for Tuples<N> {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl<N> Eq for Tuples<N> {}

impl<N> std::hash::Hash for Tuples<N> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl<N: Number> Sketch for Tuples<N> {
    fn name(&self) -> &'static str {
        let names = match self.operation {
            Operation::Count => ["tuple_sketch_agg_double", "tuple_sketch_agg_integer"],
            Operation::Union => ["tuple_union_agg_double", "tuple_union_agg_integer"],
            Operation::Intersection => ["tuple_intersection_agg_double", "tuple_intersection_agg_integer"],
        };
        names[usize::from(N::TYPE != DataType::Float64)]
    }

    fn start(&self) -> Result<Box<dyn Builder>> {
        let policy = ModePolicy::<N>::new(self.mode);
        Ok(match self.operation {
            Operation::Count => {
                let sketch = TupleSketchBuilder::new(policy).lg_k(self.lg_k).build().map_err(internal)?;
                Box::new(Counting { sketch, union: None, tuples: self.clone() })
            }
            Operation::Union => {
                Box::new(Uniting { union: Self::new_union(self.lg_k, self.mode)?, function: self.name() })
            }
            Operation::Intersection => {
                Box::new(Intersecting { intersection: TupleIntersection::new(policy), function: self.name() })
            }
        })
    }
}

/// Rows go into the sketch; once partial results are merged, everything goes into the union.
struct Counting<N: Number> {
    sketch: TupleSketch<ModePolicy<N>>,
    union: Option<TupleUnion<ModePolicy<N>>>,
    tuples: Tuples<N>,
}

impl<N: Number> fmt::Debug for Counting<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tuples.fmt(f)
    }
}

impl<N: Number> Builder for Counting<N> {
    fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let numbers = columns[1].as_primitive::<N::Arrow>();
        key::for_each(&columns[0], |row, key| {
            if numbers.is_valid(row) {
                self.sketch.update(key, numbers.value(row));
            }
        })
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let mut union = match self.union.take() {
            Some(union) => union,
            None => Tuples::new_union(self.tuples.lg_k, self.tuples.mode)?,
        };
        union.update(&read(state, self.tuples.name())?).map_err(internal)?;
        self.union = Some(union);
        Ok(())
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>> {
        self.finish().map(Some)
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        let own = self.sketch.compact(false);
        match &mut self.union {
            None => Ok(write(&own)),
            Some(union) => {
                union.update(&own).map_err(internal)?;
                Ok(write(&union.to_sketch(false)))
            }
        }
    }

    fn size(&self) -> usize {
        self.sketch.estimated_size() + self.union.as_ref().map_or(0, TupleUnion::estimated_size)
    }
}

struct Uniting<N: Number> {
    union: TupleUnion<ModePolicy<N>>,
    function: &'static str,
}

impl<N: Number> fmt::Debug for Uniting<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function)
    }
}

impl<N: Number> Builder for Uniting<N> {
    fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        for_each_sketch(&columns[0], |bytes| self.merge(bytes))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        self.union.update(&read(state, self.function)?).map_err(internal)
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>> {
        self.finish().map(Some)
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        Ok(write(&self.union.to_sketch(false)))
    }

    fn size(&self) -> usize {
        self.union.estimated_size()
    }
}

struct Intersecting<N: Number> {
    intersection: TupleIntersection<ModePolicy<N>>,
    function: &'static str,
}

impl<N: Number> fmt::Debug for Intersecting<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function)
    }
}

impl<N: Number> Builder for Intersecting<N> {
    fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        for_each_sketch(&columns[0], |bytes| self.merge(bytes))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        self.intersection.update(&read(state, self.function)?).map_err(internal)
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.intersection.to_sketch(false).map(|sketch| write(&sketch)))
    }

    /// No sketch at all intersects to the empty one.
    fn finish(&mut self) -> Result<Vec<u8>> {
        Ok(self.state()?.unwrap_or_else(empty))
    }

    fn size(&self) -> usize {
        self.intersection.estimated_size()
    }
}
