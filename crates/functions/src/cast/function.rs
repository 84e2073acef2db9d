//! The scalar function that a cast becomes when Arrow's cast would not do.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use lang::DataType as Spark;

use super::kernel::{self, Mode, Options};
use super::zone::Zone;
use crate::place::Origin;
use crate::{error, types};

/// `spark_cast(x)`: one argument, the target in the function itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SparkCast {
    source: Spark,
    target: FieldRef,
    mode: Mode,
    signature: Signature,
    origin: Origin,
}

impl SparkCast {
    pub fn new(source: Spark, target: FieldRef, mode: Mode) -> Self {
        let signature = Signature::any(1, Volatility::Immutable);
        SparkCast { source, target, mode, signature, origin: Origin::here() }
    }

    /// The Spark type of the argument.
    pub fn source(&self) -> &Spark {
        &self.source
    }

    /// The field the cast yields.
    pub fn target(&self) -> &FieldRef {
        &self.target
    }

    pub fn mode(&self) -> Mode {
        self.mode
    }
}

impl ScalarUDFImpl for SparkCast {
    fn name(&self) -> &str {
        "spark_cast"
    }

    fn schema_name(&self, args: &[datafusion::logical_expr::Expr]) -> Result<String> {
        let argument = args.first().map(|a| a.schema_name().to_string()).unwrap_or_default();
        Ok(format!("{:?}_cast({argument} AS {})", self.mode, types::from_field(&self.target).sql()))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.target.data_type().clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        // Only an ANSI cast has no way to turn a value into NULL.
        let nullable = self.mode != Mode::Ansi || args.arg_fields.first().is_none_or(|f| f.is_nullable());
        Ok(Arc::new(self.target.as_ref().clone().with_nullable(nullable)))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [argument] = args.args.as_slice() else {
            return internal_err!("a cast takes one argument, not {}", args.args.len());
        };
        let zone = Zone::of(&args.config_options).map_err(error::external)?;
        let options = Options { mode: self.mode, zone };
        let target = types::from_field(&self.target);
        let convert = |array: &_| {
            kernel::cast_array(array, &self.source, &target, &self.target, &options)
                .map_err(|e| self.origin.locate(error::external(e)))
        };
        match argument {
            ColumnarValue::Array(array) => Ok(ColumnarValue::Array(convert(array)?)),
            ColumnarValue::Scalar(scalar) => {
                let array = convert(&scalar.to_array()?)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?))
            }
        }
    }
}
