//! Functions whose values depend on the partition they run in: random numbers, shuffles, row numbers.
//!
//! ```text
//! call(name, args, start) ──► ScalarFunction node ──bind(expr, partition)──► the same, started for that partition
//!                              (the plan says where)        (the engine, when the partition starts to run)
//! ```
//!
//! The nouns: a [`Generator`] makes the values of one partition, batch after batch; a [`Start`] makes generators.
//!
//! # Guarantees
//! - Every partition of every run has a generator of its own, which sees the partition's rows in their order.
//! - Equal seeds give equal values; calls without a seed got one when they were resolved.
//!
//! # Does not
//! Know which plan nodes there are: the engine binds projections and filters, and calls elsewhere are moved into
//! projections before ([`is_partitioned`] tells which).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};

use crate::error::external;
use crate::scalar::Input;

/// The values of one partition.
pub(crate) trait Generator: Send {
    /// The values of the next batch.
    fn next(&mut self, input: &Input) -> lang::Result<ArrayRef>;
}

/// Makes the generator of a partition; the partition's index and the constants it needs are all it gets.
pub(crate) type Start = fn(partition: usize, constants: &[i64]) -> Box<dyn Generator>;

/// `name(args…)`, started with `constants` in every partition.
pub(crate) fn call(
    name: &'static str,
    returns: Field,
    args: Vec<Expr>,
    constants: Vec<i64>,
    start: Start,
) -> Expr {
    let function = PerPartition {
        name,
        returns: Arc::new(returns),
        constants,
        start,
        generator: Mutex::new(None),
        signature: Signature::user_defined(Volatility::Volatile),
    };
    ScalarUDF::new_from_impl(function).call(args)
}

/// Whether a function has to be bound to the partition it runs in.
pub fn is_partitioned(function: &ScalarUDF) -> bool {
    function.inner().downcast_ref::<PerPartition>().is_some()
}

/// Whether an expression has a function that depends on the partition.
pub fn depends_on_partition(expr: &Arc<dyn PhysicalExpr>) -> Result<bool> {
    expr.exists(|e| Ok(ScalarFunctionExpr::try_downcast_func::<PerPartition>(e.as_ref()).is_some()))
}

/// The expression with all its functions started for `partition`.
pub fn bind(expr: Arc<dyn PhysicalExpr>, partition: usize) -> Result<Arc<dyn PhysicalExpr>> {
    let bound = expr.transform_up(|e| {
        let Some(call) = ScalarFunctionExpr::try_downcast_func::<PerPartition>(e.as_ref()) else {
            return Ok(Transformed::no(e));
        };
        let Some(function) = call.fun().inner().downcast_ref::<PerPartition>() else {
            return Ok(Transformed::no(e));
        };
        let bound: Arc<dyn PhysicalExpr> = Arc::new(ScalarFunctionExpr::new(
            call.name(),
            Arc::new(ScalarUDF::new_from_impl(function.started(partition))),
            call.args().to_vec(),
            e.return_field(&Schema::empty())?,
            Arc::new(call.config_options().clone()),
        ));
        Ok(Transformed::new(bound, true, TreeNodeRecursion::Continue))
    })?;
    Ok(bound.data)
}

/// Where Spark sends the row before the first when it deals out the rows of a partition in turn.
pub fn round_robin_start(partition: usize, targets: usize) -> usize {
    crate::XorShift::new(partition as i64).next_below(targets)
}

struct PerPartition {
    name: &'static str,
    returns: FieldRef,
    constants: Vec<i64>,
    start: Start,
    /// Made when the function is bound, or at the first batch of the only partition.
    generator: Mutex<Option<Box<dyn Generator>>>,
    signature: Signature,
}

impl PerPartition {
    fn started(&self, partition: usize) -> Self {
        PerPartition {
            name: self.name,
            returns: Arc::clone(&self.returns),
            constants: self.constants.clone(),
            start: self.start,
            generator: Mutex::new(Some((self.start)(partition, &self.constants))),
            signature: self.signature.clone(),
        }
    }
}

impl fmt::Debug for PerPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PerPartition({}, {:?})", self.name, self.constants)
    }
}

impl PartialEq for PerPartition {
    fn eq(&self, other: &Self) -> bool {
        (self.name, &self.returns, &self.constants) == (other.name, &other.returns, &other.constants)
    }
}

impl Eq for PerPartition {}

impl Hash for PerPartition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.constants.hash(state);
    }
}

impl ScalarUDFImpl for PerPartition {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(arg_types.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.data_type().clone())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::clone(&self.returns))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let input = Input::new(args, false)?;
        let mut generator = self.generator.lock().unwrap_or_else(PoisonError::into_inner);
        let generator = generator.get_or_insert_with(|| (self.start)(0, &self.constants));
        Ok(ColumnarValue::Array(generator.next(&input).map_err(external)?))
    }
}
