//! The scalar function an operator becomes when DataFusion's own operator would not do.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::kernel::Operand;
use super::{chain, decimal_kernel, integer, temporal_kernel, temporal_operation};
use crate::cast::Mode;
use crate::cast::zone::Zone;
use crate::error;
use crate::place::Origin;

/// What an operator function computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// `div`: the whole part of a quotient.
    IntegralDivide,
    Remainder,
    /// `pmod`: the remainder with the divisor's sign.
    PositiveRemainder,
    Negate,
    Temporal(temporal_operation::Operation),
}

impl Operation {
    pub fn symbol(self) -> &'static str {
        match self {
            Operation::Add => "+",
            Operation::Subtract | Operation::Negate => "-",
            Operation::Multiply => "*",
            Operation::Divide => "/",
            Operation::IntegralDivide => "div",
            Operation::Remainder => "%",
            Operation::PositiveRemainder => "pmod",
            Operation::Temporal(_) => "temporal",
        }
    }

    /// The function that yields NULL where this one fails.
    pub fn alternative(self) -> &'static str {
        match self {
            Operation::Add => "try_add",
            Operation::Subtract | Operation::Negate => "try_subtract",
            Operation::Multiply => "try_multiply",
            Operation::Divide | Operation::IntegralDivide => "try_divide",
            Operation::Remainder | Operation::PositiveRemainder => "try_mod",
            Operation::Temporal(_) => "try_add",
        }
    }

    /// Whether valid operands can yield NULL.
    fn can_vanish(self, mode: Mode, returns: &DataType) -> bool {
        match (mode, self) {
            (Mode::Ansi, _) => false,
            (Mode::Try, _) => true,
            (Mode::Legacy, Operation::Add | Operation::Subtract | Operation::Multiply) => {
                matches!(returns, DataType::Decimal128(..))
            }
            (Mode::Legacy, Operation::Negate | Operation::Temporal(_)) => false,
            (Mode::Legacy, _) => true,
        }
    }
}

/// An operator on operands whose types are settled.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct OperatorFunction {
    operation: Operation,
    mode: Mode,
    returns: FieldRef,
    signature: Signature,
    origin: Origin,
    /// The name of the call, where its operands are long.
    shown: Option<Arc<str>>,
}

/// `operation` over `operands`, of the type of `returns`.
pub(super) fn apply(operation: Operation, mode: Mode, returns: Field, operands: Vec<Expr>) -> Expr {
    let signature = Signature::any(operands.len(), Volatility::Immutable);
    let returns = Arc::new(returns);
    let mut function =
        OperatorFunction { operation, mode, returns, signature, origin: Origin::here(), shown: None };
    if chain::stands_aside(&operands) {
        function.shown = function.schema_name(&operands).ok().map(Arc::from);
    }
    ScalarUDF::new_from_impl(function).call(operands)
}

impl ScalarUDFImpl for OperatorFunction {
    fn name(&self) -> &str {
        match self.operation {
            Operation::Add => "spark_add",
            Operation::Subtract => "spark_subtract",
            Operation::Multiply => "spark_multiply",
            Operation::Divide => "spark_divide",
            Operation::IntegralDivide => "spark_div",
            Operation::Remainder => "spark_remainder",
            Operation::PositiveRemainder => "spark_pmod",
            Operation::Negate => "spark_negate",
            Operation::Temporal(operation) => operation.name(),
        }
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        if let Some(shown) = &self.shown {
            return Ok(shown.to_string());
        }
        let names: Vec<_> = args.iter().map(chain::operand_name).collect();
        // Modes and result types differ between calls of one name; the plan must not take them for one another.
        Ok(format!("{}[{:?}, {}]({})", self.name(), self.mode, self.returns.data_type(), names.join(", ")))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.returns.data_type().clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let nullable = args.arg_fields.iter().any(|field| field.is_nullable())
            || self.operation.can_vanish(self.mode, self.returns.data_type());
        Ok(Arc::new(self.returns.as_ref().clone().with_nullable(nullable)))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let operands = args.args.iter().map(Operand::new).collect::<Result<Vec<_>>>()?;
        let constant = operands.iter().all(|operand| operand.constant);
        let result = match (self.operation, operands.as_slice()) {
            (Operation::Negate, [operand]) => integer::negate(operand, self.mode),
            (Operation::Temporal(operation), operands) => {
                let zone = Zone::of(&args.config_options).map_err(error::external)?;
                temporal_kernel::evaluate(operation, operands, self.mode, zone)
            }
            (operation, [left, right]) if matches!(left.array.data_type(), DataType::Decimal128(..)) => {
                decimal_kernel::evaluate(operation, left, right, self.returns.data_type(), self.mode)
            }
            (operation, [left, right]) => integer::evaluate(operation, left, right, self.mode),
            (_, operands) => return internal_err!("{} takes no {} operands", self.name(), operands.len()),
        };
        let result = result.map_err(|e| self.origin.locate(error::external(e)))?;
        Operand::result(result, constant)
    }
}
