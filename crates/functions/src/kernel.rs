//! Stateless scalar kernels over Arrow arrays: a name, a function and the field the caller already typed.
//!
//! For functions whose results are built by index or by primitive type; [`crate::scalar`] serves those that
//! read text.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::place::Origin;

/// Computes one array from the inputs; as long as [`Inputs::rows`].
pub(crate) type Invoke = fn(&Inputs<'_>) -> Result<ArrayRef>;

/// What a kernel gets: arguments, session options and the type it promised.
pub(crate) struct Inputs<'a> {
    arguments: &'a [ColumnarValue],
    pub rows: usize,
    pub returns: &'a DataType,
    pub config: &'a ConfigOptions,
}

impl Inputs<'_> {
    pub fn count(&self) -> usize {
        self.arguments.len()
    }

    /// The argument as an array of [`Inputs::rows`] values.
    pub fn array(&self, index: usize) -> Result<ArrayRef> {
        self.arguments[index].to_array(self.rows)
    }

    pub fn arrays(&self) -> Result<Vec<ArrayRef>> {
        (0..self.count()).map(|index| self.array(index)).collect()
    }

    /// The value of an argument that is the same for all rows.
    pub fn constant(&self, index: usize) -> Option<&ScalarValue> {
        match self.arguments.get(index) {
            Some(ColumnarValue::Scalar(value)) => Some(value),
            _ => None,
        }
    }

    pub fn primitive<T: ArrowPrimitiveType>(&self, index: usize) -> Result<PrimitiveArray<T>> {
        let array = self.array(index)?;
        match array.as_primitive_opt::<T>() {
            Some(values) => Ok(values.clone()),
            None => internal_err!("argument {index} is {}, not {}", array.data_type(), T::DATA_TYPE),
        }
    }

    pub fn strings(&self, index: usize) -> Result<StringArray> {
        let array = self.array(index)?;
        match array.as_string_opt::<i32>() {
            Some(values) => Ok(values.clone()),
            None => Ok(arrow::compute::cast(&array, &DataType::Utf8)?.as_string::<i32>().clone()),
        }
    }

    pub fn ansi(&self) -> bool {
        self.config.execution.enable_ansi_mode
    }

    /// `spark.sql.session.timeZone`
    pub fn time_zone(&self) -> &str {
        self.config.execution.time_zone.as_deref().unwrap_or("UTC")
    }
}

/// A scalar function whose result field was settled when the call was built.
#[derive(Debug)]
struct Kernel {
    name: &'static str,
    invoke: Invoke,
    returns: FieldRef,
    signature: Signature,
    origin: Origin,
}

impl PartialEq for Kernel {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.returns == other.returns
    }
}

impl Eq for Kernel {}

impl Hash for Kernel {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.returns.hash(state);
    }
}

impl ScalarUDFImpl for Kernel {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.data_type().clone())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::clone(&self.returns))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = self.signature.volatility == Volatility::Immutable
            && args.args.iter().all(|value| matches!(value, ColumnarValue::Scalar(_)));
        let inputs = Inputs {
            arguments: &args.args,
            rows: if constant { 1 } else { args.number_rows },
            returns: self.returns.data_type(),
            config: &args.config_options,
        };
        let output = (self.invoke)(&inputs).map_err(|error| self.origin.locate(error))?;
        let output = conform(output, inputs.returns)?;
        if constant {
            return ScalarValue::try_from_array(&output, 0).map(ColumnarValue::Scalar);
        }
        Ok(ColumnarValue::Array(output))
    }
}

/// Names and nullability of nested fields differ between sources; the promised type wins.
pub(crate) fn conform(array: ArrayRef, to: &DataType) -> Result<ArrayRef> {
    if array.data_type() == to { Ok(array) } else { Ok(arrow::compute::cast(&array, to)?) }
}

/// A call of a kernel on already typed arguments.
pub(crate) fn call(name: &'static str, invoke: Invoke, returns: Field, arguments: Vec<Expr>) -> Expr {
    build(name, invoke, returns, arguments, Volatility::Immutable)
}

/// A call of a kernel that yields a plain type.
pub(crate) fn typed(
    name: &'static str,
    invoke: Invoke,
    data_type: DataType,
    nullable: bool,
    arguments: Vec<Expr>,
) -> Expr {
    call(name, invoke, Field::new(name, data_type, nullable), arguments)
}

fn build(
    name: &'static str,
    invoke: Invoke,
    returns: Field,
    arguments: Vec<Expr>,
    volatility: Volatility,
) -> Expr {
    let signature = Signature::user_defined(volatility);
    let kernel = Kernel { name, invoke, returns: Arc::new(returns), signature, origin: Origin::here() };
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(kernel)), arguments))
}
