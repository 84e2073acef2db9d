//! Functions of lambdas as DataFusion sees them: lambda parameters and result were settled when the call was
//! built.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take_arrays;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue, internal_err};
use datafusion::logical_expr::expr::HigherOrderFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature,
    HigherOrderUDF, HigherOrderUDFImpl, LambdaArgument, LambdaParametersProgress, ValueOrLambda, Volatility,
};
use lang::{Error, Result};

use crate::kernel::conform;
use crate::{Argument, Call};

/// Computes one array from values and lambdas.
pub(super) type Invoke = fn(&Inputs<'_>) -> DataFusionResult<ArrayRef>;

/// What a function of lambdas gets.
pub(super) struct Inputs<'a> {
    arguments: &'a HigherOrderFunctionArgs,
    pub rows: usize,
    pub returns: &'a DataType,
}

impl<'a> Inputs<'a> {
    /// The value argument at `index`, one value a row.
    pub fn value(&self, index: usize) -> DataFusionResult<ArrayRef> {
        match self.arguments.args.get(index) {
            Some(ValueOrLambda::Value(value)) => value.to_array(self.rows),
            _ => internal_err!("argument {index} of a higher-order function must be a value"),
        }
    }

    /// The lambda at `index`, if the call has one there.
    pub fn lambda(&self, index: usize) -> Option<&'a LambdaArgument> {
        match self.arguments.args.get(index) {
            Some(ValueOrLambda::Lambda(lambda)) => Some(lambda),
            _ => None,
        }
    }

    /// Evaluates the lambda at `index` on `parameters`; `rows` tells which row each of their values belongs
    /// to.
    pub fn evaluate(
        &self,
        index: usize,
        parameters: &[ArrayRef],
        rows: &UInt32Array,
    ) -> DataFusionResult<ArrayRef> {
        let Some(lambda) = self.lambda(index) else {
            return internal_err!("argument {index} of a higher-order function must be a lambda");
        };
        let columns: Vec<_> = parameters
            .iter()
            .map(|array| move || -> DataFusionResult<ArrayRef> { Ok(Arc::clone(array)) })
            .collect();
        let columns: Vec<&dyn Fn() -> DataFusionResult<ArrayRef>> =
            columns.iter().map(|column| column as &dyn Fn() -> DataFusionResult<ArrayRef>).collect();
        lambda.evaluate(&columns, |captured| Ok(take_arrays(captured, rows, None)?))?.into_array(rows.len())
    }

    /// Whether the value at `index` is the constant `true`.
    pub fn flag(&self, index: usize) -> bool {
        matches!(
            self.arguments.args.get(index),
            Some(ValueOrLambda::Value(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true)))))
        )
    }
}

#[derive(Debug)]
struct Function {
    name: &'static str,
    invoke: Invoke,
    /// The parameters of each lambda, in the order of the lambdas.
    parameters: Vec<Vec<FieldRef>>,
    returns: FieldRef,
    signature: HigherOrderSignature,
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.parameters == other.parameters && self.returns == other.returns
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.parameters.hash(state);
        self.returns.hash(state);
    }
}

impl HigherOrderUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &HigherOrderSignature {
        &self.signature
    }

    fn lambda_parameters(
        &self,
        _: usize,
        _: &[ValueOrLambda<FieldRef, Option<FieldRef>>],
    ) -> DataFusionResult<LambdaParametersProgress> {
        Ok(LambdaParametersProgress::Complete(self.parameters.clone()))
    }

    fn return_field_from_args(&self, _: HigherOrderReturnFieldArgs<'_>) -> DataFusionResult<FieldRef> {
        Ok(Arc::clone(&self.returns))
    }

    fn invoke_with_args(&self, args: HigherOrderFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let inputs = Inputs { arguments: &args, rows: args.number_rows, returns: self.returns.data_type() };
        Ok(ColumnarValue::Array(conform((self.invoke)(&inputs)?, inputs.returns)?))
    }
}

/// A call whose lambdas take `parameters`.
pub(super) fn call(
    name: &'static str,
    invoke: Invoke,
    parameters: Vec<Vec<FieldRef>>,
    returns: Field,
    arguments: Vec<Expr>,
) -> Expr {
    let function = Function {
        name,
        invoke,
        parameters,
        returns: Arc::new(returns),
        signature: HigherOrderSignature::variadic_any(Volatility::Immutable),
    };
    let function = Arc::new(HigherOrderUDF::new_from_impl(function));
    Expr::HigherOrderFunction(HigherOrderFunction::new(function, arguments))
}

/// How many parameters the lambda at `index` has; its body's field is the argument's field.
pub(super) fn lambda<'a>(call: &'a Call<'_>, index: usize) -> Result<(&'a Argument, usize)> {
    match call.arguments.get(index) {
        Some(argument) => match &argument.expr {
            Expr::Lambda(lambda) => Ok((argument, lambda.params.len())),
            _ => Err(call.unexpected_type(index, "\"LAMBDA\"")),
        },
        None => Err(Error::internal(format!("{} without argument {index}", call.name))),
    }
}

/// `INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH` unless the lambda has between `low` and `high`
/// parameters.
pub(super) fn expect_parameters(count: usize, low: usize, high: usize) -> Result<()> {
    if (low..=high).contains(&count) {
        return Ok(());
    }
    Err(Error::analysis("INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH")
        .with("expectedNumArgs", high.to_string())
        .with("actualNumArgs", count.to_string()))
}

/// Refuses a lambda whose body is not boolean.
pub(super) fn expect_predicate(call: &Call<'_>, index: usize) -> Result<()> {
    match call.arguments[index].data_type() {
        DataType::Boolean | DataType::Null => Ok(()),
        _ => Err(call.unexpected_type(index, "\"BOOLEAN\"")),
    }
}
