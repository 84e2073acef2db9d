//! `theta_sketch_agg`, `theta_union_agg`, `theta_intersection_agg`.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datasketches::theta::{
    ThetaIntersection, ThetaSketch, ThetaSketchBuilder, ThetaUnion, ThetaUnionBuilder,
};
use lang::{Error, Result, RuntimeClass};

use super::aggregate::{Builder, Sketch, for_each_sketch, node};
use super::arguments::{DEFAULT_LG_ENTRIES, check_lg_entries, filled, refuse_collation, size, sketch};
use super::errors::internal;
use super::key;
use super::theta::{read, write};
use crate::types::is_string;
use crate::{Call, cast, expect};

const ACCEPTED: &str = "(\"ARRAY<INT>\" or \"ARRAY<BIGINT>\" or \"BINARY\" or \"DOUBLE\" or \"FLOAT\" or \
                        \"INT\" or \"BIGINT\" or \"STRING\")";

/// `theta_sketch_agg(value [, lgNomEntries])`
pub(super) fn sketch_agg(call: &Call<'_>) -> Result<Expr> {
    let call = &filled(call, 2, &[ScalarValue::from(DEFAULT_LG_ENTRIES)])?;
    let argument = &call.arguments[0];
    let value = match argument.data_type() {
        DataType::Int32 | DataType::Int64 | DataType::Float32 | DataType::Float64 => argument.expr.clone(),
        given if is_string(given) || expect::is_binary(given) => argument.expr.clone(),
        DataType::List(e) if matches!(e.data_type(), DataType::Int32 | DataType::Int64) => {
            argument.expr.clone()
        }
        DataType::Null => cast::implicit(argument, &DataType::Int32, call.context)?,
        _ => return Err(call.unexpected_type(0, ACCEPTED)),
    };
    refuse_collation(argument, call.name)?;
    let lg_k = lg_k(call)?;
    node(call, Count { lg_k }, vec![value, lit(i32::from(lg_k))])
}

/// `theta_union_agg(sketch [, lgNomEntries])`
pub(super) fn union_agg(call: &Call<'_>) -> Result<Expr> {
    let call = &filled(call, 2, &[ScalarValue::from(DEFAULT_LG_ENTRIES)])?;
    let value = sketch(call, 0)?;
    let lg_k = lg_k(call)?;
    node(call, Union { lg_k }, vec![value, lit(i32::from(lg_k))])
}

/// `theta_intersection_agg(sketch)`
pub(super) fn intersection_agg(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    node(call, Intersection, vec![sketch(call, 0)?])
}

/// The constant second argument; NULL counts as 0, which is refused.
fn lg_k(call: &Call<'_>) -> Result<u8> {
    let size = size(call, 1)?;
    if !size.is_constant {
        return Err(Error::runtime(RuntimeClass::Other, "THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT")
            .with("function", format!("`{}`", call.name)));
    }
    check_lg_entries(size.value.unwrap_or(0), call.name)
}

fn new_union(lg_k: u8) -> Result<ThetaUnion> {
    ThetaUnionBuilder::default().lg_k(lg_k).build().map_err(internal)
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Count {
    lg_k: u8,
}

impl Sketch for Count {
    fn name(&self) -> &'static str {
        "theta_sketch_agg"
    }

    fn start(&self) -> Result<Box<dyn Builder>> {
        let sketch = ThetaSketchBuilder::default().lg_k(self.lg_k).build().map_err(internal)?;
        Ok(Box::new(Counting { lg_k: self.lg_k, sketch, union: None }))
    }
}

/// Rows go into the sketch; once partial results are merged, everything goes into the union.
#[derive(Debug)]
struct Counting {
    lg_k: u8,
    sketch: ThetaSketch,
    union: Option<ThetaUnion>,
}

impl Builder for Counting {
    fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        key::for_each(&columns[0], |_, key| self.sketch.update(key))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let mut union = match self.union.take() {
            Some(union) => union,
            None => new_union(self.lg_k)?,
        };
        union.update(&read(state, "theta_sketch_agg")?).map_err(internal)?;
        self.union = Some(union);
        Ok(())
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>> {
        self.finish().map(Some)
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        self.sketch.trim();
        let own = self.sketch.compact(true);
        match &mut self.union {
            None => Ok(write(&own)),
            Some(union) => {
                union.update(&own).map_err(internal)?;
                Ok(write(&union.to_sketch(true)))
            }
        }
    }

    fn size(&self) -> usize {
        self.sketch.estimated_size() + self.union.as_ref().map_or(0, ThetaUnion::estimated_size)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Union {
    lg_k: u8,
}

impl Sketch for Union {
    fn name(&self) -> &'static str {
        "theta_union_agg"
    }

    fn start(&self) -> Result<Box<dyn Builder>> {
        Ok(Box::new(Uniting(new_union(self.lg_k)?)))
    }
}

#[derive(Debug)]
struct Uniting(ThetaUnion);

impl Builder for Uniting {
    fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        for_each_sketch(&columns[0], |bytes| self.merge(bytes))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        self.0.update(&read(state, "theta_union_agg")?).map_err(internal)
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>> {
        self.finish().map(Some)
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        Ok(write(&self.0.to_sketch(true)))
    }

    fn size(&self) -> usize {
        self.0.estimated_size()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Intersection;

impl Sketch for Intersection {
    fn name(&self) -> &'static str {
        "theta_intersection_agg"
    }

    fn start(&self) -> Result<Box<dyn Builder>> {
        Ok(Box::new(Intersecting(ThetaIntersection::default())))
    }
}

#[derive(Debug)]
struct Intersecting(ThetaIntersection);

impl Builder for Intersecting {
    fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        for_each_sketch(&columns[0], |bytes| self.merge(bytes))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        self.0.update(&read(state, "theta_intersection_agg")?).map_err(internal)
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.0.to_sketch(true).map(|sketch| write(&sketch)))
    }

    /// No sketch at all intersects to the empty one.
    fn finish(&mut self) -> Result<Vec<u8>> {
        match self.state()? {
            Some(bytes) => Ok(bytes),
            None => Ok(write(&new_union(DEFAULT_LG_ENTRIES as u8)?.to_sketch(true))),
        }
    }

    fn size(&self) -> usize {
        self.0.estimated_size()
    }
}
