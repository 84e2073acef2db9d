//! Sessions: the windows of single rows that touch, among rows with equal keys, become one.
//!
//! ```text
//! rows by start ──► latest end of those before ──► a session begins where the start is later than it
//!               ──► start of the session, up to each row ──► latest end among rows of that start
//! ```

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::functions_aggregate::min_max::max_udaf;
use datafusion::logical_expr::expr::{Sort, WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    Expr, LogicalPlan, Window, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition,
    when,
};
use functions::datetime::window_of;
use functions::definition::column;
use lang::{Error, Result};

use super::super::project::{projection, under_id};
use super::super::{Resolved, Resolver, planning};
use super::all_columns;

impl Resolver<'_> {
    /// `input` with the session each row belongs to in the column `id`, which held the row's own window, when it is
    /// among `groups`.
    pub(in super::super) fn merged_sessions(
        &self,
        mut input: Resolved,
        id: &str,
        groups: &[Expr],
    ) -> Result<Resolved> {
        let session = column(id);
        if !groups.contains(&session) {
            return Ok(input);
        }
        let plan = std::mem::take(&mut input.plan);
        let window = plan.schema().field_with_unqualified_name(id).map_err(planning)?;
        let arrow::datatypes::DataType::Struct(bounds) = window.data_type() else {
            return Err(Error::internal("a session is a struct"));
        };
        let time = bounds[0].data_type().clone();
        input.plan = plan;
        let original = all_columns(&input);
        let (start, end) = (self.fresh("start"), self.fresh("end"));
        let (before, first, last) = (self.fresh("before"), self.fresh("first"), self.fresh("last"));
        let mut exprs = original.clone();
        exprs.push(get_field(session.clone(), "start").alias(&start));
        exprs.push(get_field(session.clone(), "end").alias(&end));
        let mut keys = Vec::new();
        // Spark tells -0.0 from 0.0 here, though not when it groups.
        for key in groups.iter().filter(|group| **group != session) {
            let name = self.fresh("key");
            exprs.push(under_id(key.clone(), &name));
            keys.push(column(&name));
        }
        let plan = projection(input.plan.clone(), exprs)?;
        let sorted = vec![Sort::new(column(&start), true, true)];
        let latest = maximum(column(&end), &keys, &sorted, frame(WindowFrameBound::Preceding(1u64.into())));
        let plan = with_window(plan, latest, &before)?;
        let begins = column(&before).is_null().or(column(&start).gt(column(&before)));
        let begun = when(begins, column(&start)).end().map_err(planning)?;
        let of_session = maximum(begun, &keys, &sorted, frame(WindowFrameBound::CurrentRow));
        let plan = with_window(plan, of_session, &first)?;
        keys.push(column(&first));
        let everything = frame(WindowFrameBound::Following(ScalarValue::UInt64(None)));
        let plan = with_window(plan, maximum(column(&end), &keys, &[], everything), &last)?;
        let merged = window_of(column(&first), column(&last), &time);
        let outputs = original.into_iter().map(|expr| match expr == session {
            true => merged.clone().alias(id),
            false => expr,
        });
        input.plan = projection(plan, outputs.collect())?;
        input.rebuild = None;
        Ok(input)
    }
}

/// Rows from the first one up to `end`.
fn frame(end: WindowFrameBound) -> WindowFrame {
    let first = WindowFrameBound::Preceding(ScalarValue::UInt64(None));
    WindowFrame::new_bounds(WindowFrameUnits::Rows, first, end)
}

fn maximum(value: Expr, keys: &[Expr], order: &[Sort], window_frame: WindowFrame) -> Expr {
    Expr::from(WindowFunction {
        fun: WindowFunctionDefinition::AggregateUDF(max_udaf()),
        params: WindowFunctionParams {
            args: vec![value],
            partition_by: keys.to_vec(),
            order_by: order.to_vec(),
            window_frame,
            filter: None,
            null_treatment: None,
            distinct: false,
        },
    })
}

/// The plan with the window function in a column `id`.
fn with_window(plan: LogicalPlan, window: Expr, id: &str) -> Result<LogicalPlan> {
    let name = window.schema_name().to_string();
    let mut exprs: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
    exprs.push(column(&name).alias(id));
    let windowed = Window::try_new(vec![window], Arc::new(plan)).map_err(planning)?;
    projection(LogicalPlan::Window(windowed), exprs)
}
