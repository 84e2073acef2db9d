//! Aggregates of our own: what one has to say, and the DataFusion function made of it.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow::array::RecordBatchOptions;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_expr_common::physical_expr::PhysicalExpr;

use super::distinct::{self, Distinct};
use super::sliding::Sliding;

/// What is known about one use of an aggregate when it starts to run.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) inputs: Vec<FieldRef>,
    /// The values of arguments that do not depend on the row.
    pub(crate) constants: Vec<Option<ScalarValue>>,
    pub(crate) result: FieldRef,
}

impl Shape {
    fn new(args: &AccumulatorArgs<'_>) -> Self {
        Shape {
            inputs: args.expr_fields.to_vec(),
            constants: args.exprs.iter().map(constant).collect(),
            result: args.return_field.clone(),
        }
    }

    /// The constant argument at `index`, NULL when it is absent.
    pub(crate) fn constant(&self, index: usize) -> ScalarValue {
        self.constants.get(index).cloned().flatten().unwrap_or(ScalarValue::Null)
    }
}

/// The value of an expression without columns.
fn constant(expr: &Arc<dyn PhysicalExpr>) -> Option<ScalarValue> {
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options).ok()?;
    match expr.evaluate(&row).ok()? {
        ColumnarValue::Scalar(value) => Some(value),
        ColumnarValue::Array(values) => ScalarValue::try_from_array(&values, 0).ok(),
    }
}

/// One aggregate. DISTINCT and sliding window frames come for free around it.
pub(crate) trait Aggregate: Debug + Clone + PartialEq + Eq + Hash + Send + Sync + 'static {
    fn name(&self) -> &'static str;

    /// Type, nullability and metadata of the result.
    fn result(&self, inputs: &[FieldRef]) -> Result<Field>;

    /// The columns of the intermediate state.
    fn state(&self, inputs: &[FieldRef], result: &FieldRef) -> Vec<Field>;

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>>;

    /// The vectorised form over many groups, if there is one.
    fn groups(&self, _shape: &Shape) -> Option<Box<dyn GroupsAccumulator>> {
        None
    }

    /// The result over no rows.
    fn empty(&self, data_type: &DataType) -> Result<ScalarValue> {
        ScalarValue::try_from(data_type)
    }
}

/// The DataFusion function of an aggregate.
pub(crate) fn udaf(aggregate: impl Aggregate) -> Arc<AggregateUDF> {
    let signature = Signature::user_defined(Volatility::Immutable);
    Arc::new(AggregateUDF::new_from_impl(Own { aggregate, signature }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Own<A> {
    aggregate: A,
    signature: Signature,
}

impl<A: Aggregate> AggregateUDFImpl for Own<A> {
    fn name(&self) -> &str {
        self.aggregate.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(arg_types.to_vec())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let inputs: Vec<_> = arg_types.iter().map(|t| Arc::new(Field::new("", t.clone(), true))).collect();
        Ok(self.aggregate.result(&inputs)?.data_type().clone())
    }

    fn return_field(&self, arg_fields: &[FieldRef]) -> Result<FieldRef> {
        Ok(Arc::new(self.aggregate.result(arg_fields)?.with_name(self.aggregate.name())))
    }

    fn is_nullable(&self) -> bool {
        true
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        self.aggregate.empty(data_type)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let fields = match args.is_distinct {
            true => distinct::state_fields(args.input_fields),
            false => self.aggregate.state(args.input_fields, &args.return_field),
        };
        let named = |f: Field| {
            let name = format_state_name(args.name, f.name());
            Arc::new(f.with_name(name))
        };
        Ok(fields.into_iter().map(named).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let shape = Shape::new(&args);
        if !args.is_distinct {
            return self.aggregate.accumulator(&shape);
        }
        let (aggregate, inputs) = (self.aggregate.clone(), shape.inputs.clone());
        Ok(Box::new(Distinct::try_new(&inputs, Box::new(move || aggregate.accumulator(&shape)))?))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let (aggregate, shape) = (self.aggregate.clone(), Shape::new(&args));
        Ok(Box::new(Sliding::new(Box::new(move || aggregate.accumulator(&shape)))))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !args.is_distinct && self.aggregate.groups(&Shape::new(&args)).is_some()
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        match self.aggregate.groups(&Shape::new(&args)) {
            Some(groups) => Ok(groups),
            None => datafusion::common::internal_err!("{} has no vectorised form", self.aggregate.name()),
        }
    }
}
