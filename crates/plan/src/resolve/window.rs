//! Window expressions: `f(…) OVER (…)`.

use arrow::datatypes::{DataType, IntervalMonthDayNano};
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::{AggregateFunction, Sort, WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    Expr, ExprSchemable, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition,
};
use functions::{Argument, Kind};
use lang::ir::{self, ExprKind, FrameBound, FrameUnit, WindowSpec};
use lang::{Error, Result};

use super::scope::Scope;
use super::{Resolver, planning};

/// The microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A resolved OVER clause.
struct Over {
    partition_by: Vec<Expr>,
    order_by: Vec<Sort>,
    frame: WindowFrame,
}

impl Resolver<'_> {
    pub(super) fn window(&self, window: &ir::Window, scope: &Scope<'_>) -> Result<Argument> {
        let spec = self.named_window(&window.spec, scope)?;
        if let ExprKind::Function(function) = &window.function.kind
            && function.distinct
        {
            return Err(Error::analysis("DISTINCT_WINDOW_FUNCTION_UNSUPPORTED")
                .with("windowExpr", format!("\"{}\"", self.expression(&window.function, scope)?.name())));
        }
        let function = match &window.function.kind {
            ExprKind::Function(function) => self.function_over(function, scope)?,
            _ => self.expression(&window.function, scope)?,
        };
        let order_by = self.sort_orders(&spec.order_by, scope)?;
        let needs_order = self.needs_order(&window.function) || function.name().starts_with("nth_value(");
        if needs_order && order_by.is_empty() {
            return Err(Error::analysis("WINDOW_FUNCTION_FRAME_NOT_ORDERED")
                .with("wf_name", function.name())
                .with("wf_expr", function.name()));
        }
        let mut partition_by = Vec::with_capacity(spec.partition_by.len());
        for expr in &spec.partition_by {
            let key = self.expression(expr, scope)?;
            super::collated::expect_binary(&key.field)?;
            partition_by.push(functions::float::normalized(key.expr, &key.field));
        }
        let frame = self.frame(spec.frame.as_ref(), &order_by, scope)?;
        let mut described = frame.clone();
        if self.needs_order(&window.function) && spec.frame.is_none() && !function.name().starts_with("cume")
        {
            // Spark ranks by rows; the frame makes no difference to what DataFusion computes.
            described.units = WindowFrameUnits::Rows;
        }
        let name = format!("{} OVER ({})", function.name(), describe(&spec, &described, self, scope)?);
        let over = Over { partition_by, order_by, frame };
        let (expr, count) = windowed(function.expr, &over)?;
        if count == 0 {
            return Err(Error::analysis("UNSUPPORTED_EXPR_FOR_WINDOW").with("sqlExpr", format!("\"{name}\"")));
        }
        self.typed(expr, &name, scope)
    }

    /// The spec with a named base window filled in.
    fn named_window(&self, spec: &WindowSpec, scope: &Scope<'_>) -> Result<WindowSpec> {
        let Some(base) = &spec.base else { return Ok(spec.clone()) };
        let found = scope.query.windows.iter().find(|(name, _)| self.same_name(name, base)).map(|(_, w)| w);
        let found =
            found.ok_or_else(|| Error::analysis("MISSING_WINDOW_SPECIFICATION").with("windowName", base))?;
        let mut merged = self.named_window(found, scope)?;
        if !spec.partition_by.is_empty() {
            merged.partition_by.clone_from(&spec.partition_by);
        }
        if !spec.order_by.is_empty() {
            merged.order_by.clone_from(&spec.order_by);
        }
        merged.frame = spec.frame.clone().or(merged.frame);
        Ok(merged)
    }

    /// Ranking and offset functions have no meaning without an order.
    fn needs_order(&self, function: &ir::Expr) -> bool {
        let ExprKind::Function(function) = &function.kind else { return false };
        function
            .name
            .last()
            .and_then(|name| functions::registry::find(name))
            .is_some_and(|d| matches!(d.kind, Kind::Window(_)) && d.names[0] != "nth_value")
    }

    fn frame(
        &self,
        frame: Option<&ir::WindowFrame>,
        order_by: &[Sort],
        scope: &Scope<'_>,
    ) -> Result<WindowFrame> {
        let Some(frame) = frame else {
            return Ok(match order_by {
                [] => WindowFrame::new_bounds(
                    WindowFrameUnits::Rows,
                    WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
                    WindowFrameBound::Following(ScalarValue::UInt64(None)),
                ),
                _ => WindowFrame::new(Some(false)),
            });
        };
        let units = match frame.unit {
            FrameUnit::Rows => WindowFrameUnits::Rows,
            FrameUnit::Range => WindowFrameUnits::Range,
        };
        let unbounded = matches!(frame.lower, FrameBound::UnboundedPreceding)
            && matches!(frame.upper, FrameBound::UnboundedFollowing);
        if unbounded {
            return self.frame(None, &[], scope);
        }
        let offsets = [&frame.lower, &frame.upper].iter().any(|b| matches!(b, FrameBound::Offset(_)));
        let key = match (units, order_by) {
            (WindowFrameUnits::Range, [order]) if offsets => range_key(&order.expr, scope)?,
            (WindowFrameUnits::Range, []) if offsets => {
                return Err(Error::analysis("DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER"));
            }
            (WindowFrameUnits::Range, _) if offsets => {
                return Err(Error::analysis("DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER"));
            }
            _ => DataType::UInt64,
        };
        let lower = self.bound(&frame.lower, units, &key, scope)?;
        let upper = self.bound(&frame.upper, units, &key, scope)?;
        if side(&lower) > side(&upper) {
            return Err(Error::analysis("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON")
                .with("sqlExpr", "the window frame"));
        }
        Ok(WindowFrame::new_bounds(units, lower, upper))
    }

    /// A frame bound; row offsets are unsigned in DataFusion, range offsets fit the type of what orders.
    fn bound(
        &self,
        bound: &FrameBound,
        units: WindowFrameUnits,
        key: &DataType,
        scope: &Scope<'_>,
    ) -> Result<WindowFrameBound> {
        let null =
            || if units == WindowFrameUnits::Rows { ScalarValue::UInt64(None) } else { ScalarValue::Null };
        let expr = match bound {
            FrameBound::CurrentRow => return Ok(WindowFrameBound::CurrentRow),
            FrameBound::UnboundedPreceding => return Ok(WindowFrameBound::Preceding(null())),
            FrameBound::UnboundedFollowing => return Ok(WindowFrameBound::Following(null())),
            FrameBound::Offset(expr) => expr,
        };
        let value = self.constant_value(expr, scope)?;
        let zero = ScalarValue::new_zero(&value.data_type()).map_err(planning)?;
        if value == zero {
            return Ok(WindowFrameBound::CurrentRow);
        }
        let negative = value < zero;
        let magnitude = match value {
            ScalarValue::DurationMicrosecond(Some(micros)) => {
                ScalarValue::DurationMicrosecond(micros.checked_abs())
            }
            value if negative => value.arithmetic_negate().map_err(planning)?,
            value => value,
        };
        let magnitude = range_offset(magnitude, key)?;
        Ok(match negative {
            true => WindowFrameBound::Preceding(magnitude),
            false => WindowFrameBound::Following(magnitude),
        })
    }

    /// The value of a constant expression.
    pub(super) fn constant_value(&self, expr: &ir::Expr, scope: &Scope<'_>) -> Result<ScalarValue> {
        let argument = self.expression(expr, scope)?;
        if let Some(value) = argument.literal() {
            return Ok(value.clone());
        }
        self.evaluate(argument.expr)
    }

    /// Sort orders as DataFusion's.
    pub(super) fn sort_orders(&self, orders: &[ir::SortOrder], scope: &Scope<'_>) -> Result<Vec<Sort>> {
        orders
            .iter()
            .map(|order| {
                let argument = self.expression(&order.expr, scope)?;
                super::sort::check_orderable(&argument)?;
                let key = functions::float::normalized(argument.expr, &argument.field);
                Ok(Sort::new(key, !order.descending, order.nulls_first))
            })
            .collect()
    }
}

/// The type of what orders a RANGE frame with offsets: DataFusion compares only values of one type.
fn range_key(order: &Expr, scope: &Scope<'_>) -> Result<DataType> {
    let key = order.get_type(scope.schema.as_ref()).map_err(planning)?;
    match &key {
        key if key.is_numeric() => {}
        DataType::Date32 | DataType::Timestamp(..) => {}
        _ => return Err(Error::analysis("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE")),
    }
    Ok(key)
}

/// The offset of a frame as DataFusion subtracts it from a key: days and durations are intervals.
fn range_offset(value: ScalarValue, key: &DataType) -> Result<ScalarValue> {
    let interval = |days: i32, nanos: i64| {
        ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(0, days, nanos)))
    };
    match (value, key) {
        (ScalarValue::Int32(Some(days)), DataType::Date32) => Ok(interval(days, 0)),
        (ScalarValue::DurationMicrosecond(Some(micros)), DataType::Date32) if micros % DAY == 0 => {
            Ok(interval((micros / DAY) as i32, 0))
        }
        (ScalarValue::DurationMicrosecond(Some(micros)), DataType::Timestamp(..)) => {
            Ok(interval(0, micros * 1000))
        }
        (value @ ScalarValue::IntervalYearMonth(_), DataType::Date32 | DataType::Timestamp(..)) => Ok(value),
        (value @ ScalarValue::IntervalMonthDayNano(_), DataType::Date32 | DataType::Timestamp(..)) => {
            Ok(value)
        }
        (value, key) if key.is_numeric() && value.data_type().is_numeric() => {
            value.cast_to(key).map_err(planning)
        }
        _ => Err(Error::analysis("DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE")),
    }
}

/// Turns the outermost aggregates and window functions of `expr` into window functions over `over`; also their number.
fn windowed(expr: Expr, over: &Over) -> Result<(Expr, usize)> {
    let mut count = 0;
    let transformed = expr
        .transform_down(|e| {
            let window = match e {
                Expr::AggregateFunction(AggregateFunction { func, params }) => WindowFunction {
                    fun: WindowFunctionDefinition::AggregateUDF(func),
                    params: WindowFunctionParams {
                        args: params.args,
                        partition_by: over.partition_by.clone(),
                        order_by: over.order_by.clone(),
                        window_frame: over.frame.clone(),
                        filter: params.filter,
                        null_treatment: params.null_treatment,
                        distinct: params.distinct,
                    },
                },
                Expr::WindowFunction(function) => {
                    let mut function = *function;
                    function.params.partition_by = over.partition_by.clone();
                    function.params.order_by = over.order_by.clone();
                    function.params.window_frame = over.frame.clone();
                    function
                }
                other => return Ok(Transformed::no(other)),
            };
            count += 1;
            Ok(Transformed::new(Expr::from(window), true, TreeNodeRecursion::Jump))
        })
        .map_err(planning)?;
    Ok((transformed.data, count))
}

/// The text inside `OVER (…)` of Spark's column name.
fn describe(
    spec: &WindowSpec,
    frame: &WindowFrame,
    resolver: &Resolver<'_>,
    scope: &Scope<'_>,
) -> Result<String> {
    let mut parts = Vec::new();
    if !spec.partition_by.is_empty() {
        let mut names = Vec::new();
        for expr in &spec.partition_by {
            names.push(resolver.expression(expr, scope)?.name().to_string());
        }
        parts.push(format!("PARTITION BY {}", names.join(", ")));
    }
    if !spec.order_by.is_empty() {
        let mut names = Vec::new();
        for order in &spec.order_by {
            let direction = if order.descending { "DESC" } else { "ASC" };
            let nulls = if order.nulls_first { "FIRST" } else { "LAST" };
            let argument = resolver.expression(&order.expr, scope)?;
            names.push(format!("{} {direction} NULLS {nulls}", argument.name()));
        }
        parts.push(format!("ORDER BY {}", names.join(", ")));
    }
    let units = if frame.units == WindowFrameUnits::Rows { "ROWS" } else { "RANGE" };
    let written = spec.frame.as_ref();
    let lower = bound_name(written.map(|f| &f.lower), &frame.start_bound, resolver, scope)?;
    let upper = bound_name(written.map(|f| &f.upper), &frame.end_bound, resolver, scope)?;
    parts.push(format!("{units} BETWEEN {lower} AND {upper}"));
    Ok(parts.join(" "))
}

/// Before the current row, at it, or behind it.
fn side(bound: &WindowFrameBound) -> u8 {
    match bound {
        WindowFrameBound::Preceding(_) => 0,
        WindowFrameBound::CurrentRow => 1,
        WindowFrameBound::Following(_) => 2,
    }
}

/// A bound as it was written: `INTERVAL '1' DAY PRECEDING`.
fn bound_name(
    written: Option<&FrameBound>,
    bound: &WindowFrameBound,
    resolver: &Resolver<'_>,
    scope: &Scope<'_>,
) -> Result<String> {
    let Some(FrameBound::Offset(offset)) = written else { return Ok(bound_text(bound)) };
    let (offset, word) = match (bound, &offset.kind) {
        (WindowFrameBound::Preceding(_), ExprKind::Function(call)) if call.arguments.len() == 1 => {
            (&call.arguments[0], "PRECEDING")
        }
        (WindowFrameBound::Following(_), _) => (offset.as_ref(), "FOLLOWING"),
        _ => return Ok(bound_text(bound)),
    };
    Ok(format!("{} {word}", resolver.expression(offset, scope)?.name()))
}

fn bound_text(bound: &WindowFrameBound) -> String {
    match bound {
        WindowFrameBound::CurrentRow => "CURRENT ROW".into(),
        WindowFrameBound::Preceding(v) if v.is_null() => "UNBOUNDED PRECEDING".into(),
        WindowFrameBound::Following(v) if v.is_null() => "UNBOUNDED FOLLOWING".into(),
        WindowFrameBound::Preceding(v) => format!("{v} PRECEDING"),
        WindowFrameBound::Following(v) => format!("{v} FOLLOWING"),
    }
}
