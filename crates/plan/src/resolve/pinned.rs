//! What was resolved under the settings of a view or a function, kept to them when it runs.
//!
//! Kernels read the time zone and the ANSI mode of the plan they run in. Where a view or a function was made under others,
//! each of its functions is wrapped by one that hands it those.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExpressionPlacement, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, StructFieldMapping,
};
use functions::Context;

use super::planning;
use crate::contract::PythonScalar;

/// The settings that kernels read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Pin {
    time_zone: Arc<str>,
    ansi: bool,
}

impl Pin {
    /// What has to be kept of `made` under `now`; `None` where both agree.
    pub(super) fn of(made: &Context, now: &Context) -> Option<Pin> {
        let pin = |context: &Context| Pin { time_zone: Arc::clone(&context.time_zone), ansi: context.ansi };
        (pin(made) != pin(now)).then(|| pin(made))
    }

    pub(super) fn plan(&self, plan: LogicalPlan) -> lang::Result<LogicalPlan> {
        let pinned = plan.transform_up_with_subqueries(|node| {
            node.map_expressions(|expr| self.transformed(expr)).map(|node| Transformed::yes(node.data))
        });
        Ok(pinned.map_err(planning)?.data)
    }

    pub(super) fn expr(&self, expr: Expr) -> lang::Result<Expr> {
        Ok(self.transformed(expr).map_err(planning)?.data)
    }

    fn transformed(&self, expr: Expr) -> Result<Transformed<Expr>> {
        expr.transform_up(|expr| match expr {
            Expr::ScalarFunction(call) if self.concerns(&call.func) => {
                let pinned = Pinned { function: call.func, pin: self.clone() };
                let func = Arc::new(ScalarUDF::new_from_impl(pinned));
                Ok(Transformed::yes(Expr::ScalarFunction(ScalarFunction { func, args: call.args })))
            }
            other => Ok(Transformed::no(other)),
        })
    }

    /// Functions of Python and those bound to partitions are told their settings in other ways; what is pinned stays so.
    fn concerns(&self, function: &ScalarUDF) -> bool {
        PythonScalar::of(function).is_none()
            && !functions::partition::is_partitioned(function)
            && function.inner().downcast_ref::<Pinned>().is_none()
    }
}

/// A function with the settings it runs under.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Pinned {
    function: Arc<ScalarUDF>,
    pin: Pin,
}

impl ScalarUDFImpl for Pinned {
    fn name(&self) -> &str {
        self.function.name()
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        self.function.schema_name(args)
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.function.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.function.return_field_from_args(args)
    }

    fn is_strict(&self) -> bool {
        self.function.is_strict()
    }

    fn short_circuits(&self) -> bool {
        self.function.short_circuits()
    }

    fn conditional_arguments<'a>(&self, args: &'a [Expr]) -> Option<(Vec<&'a Expr>, Vec<&'a Expr>)> {
        self.function.conditional_arguments(args)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.function.coerce_types(types)
    }

    fn struct_field_mapping(&self, literals: &[Option<ScalarValue>]) -> Option<StructFieldMapping> {
        self.function.struct_field_mapping(literals)
    }

    fn placement(&self, args: &[ExpressionPlacement]) -> ExpressionPlacement {
        self.function.placement(args)
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        Ok(match self.function.simplify(args, info)? {
            ExprSimplifyResult::Simplified(expr) => {
                ExprSimplifyResult::Simplified(self.pin.transformed(expr)?.data)
            }
            original => original,
        })
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut config = args.config_options.as_ref().clone();
        config.execution.time_zone = Some(self.pin.time_zone.to_string());
        config.execution.enable_ansi_mode = self.pin.ansi;
        args.config_options = Arc::new(config);
        self.function.invoke_with_args(args)
    }
}
