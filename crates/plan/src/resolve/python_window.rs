//! Python functions over windows.
//!
//! A function gets the arguments of all rows of a partition; where its frame is bounded, also where the frame of each row
//! begins and ends, which ordinary window functions find out below:
//!
//! ```text
//!  Python: keys, sorted by position
//!    Projection: …, begin, end
//!      Window: row_number() AS position
//!        Window: min(position), count(*) over the frame
//! ```

use datafusion::common::{Column as DfColumn, ScalarValue};
use datafusion::functions_aggregate::expr_fn::{count, min};
use datafusion::logical_expr::expr::{WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, LogicalPlan, LogicalPlanBuilder, Window, WindowFrame, WindowFrameBound,
    WindowFunctionDefinition, lit,
};
use lang::{Error, Result};

use super::project::projection;
use super::python_aggregate::PythonAggregate;
use super::python_map::under_its_id;
use super::{Column, Resolver, planning};
use crate::contract::{PythonForm, PythonInput, PythonOrder, PythonRows};

/// The Python aggregate that a window expression calls.
fn marked(expr: &Expr) -> Option<(&PythonAggregate, &WindowFunction)> {
    match expr {
        Expr::Alias(alias) => marked(&alias.expr),
        Expr::WindowFunction(window) => match &window.fun {
            WindowFunctionDefinition::AggregateUDF(function) => {
                Some((PythonAggregate::of(function)?, window))
            }
            _ => None,
        },
        _ => None,
    }
}

impl Resolver<'_> {
    /// Windows of Python functions as relations of theirs; others as they are.
    pub(super) fn python_windows(&self, window: Window) -> Result<LogicalPlan> {
        if !window.window_expr.iter().any(|expr| marked(expr).is_some()) {
            return Ok(LogicalPlan::Window(window));
        }
        let kept = window.input.schema().fields().len();
        let schema = window.schema.clone();
        let (python, others): (Vec<_>, Vec<_>) =
            window.window_expr.into_iter().partition(|expr| marked(expr).is_some());
        let mut plan = window.input.as_ref().clone();
        if !others.is_empty() {
            plan = LogicalPlanBuilder::window_plan(plan, others).map_err(planning)?;
        }
        let mut results = Vec::with_capacity(python.len());
        for expr in &python {
            let Some((function, call)) = marked(expr) else { continue };
            let (with_result, result) = self.python_window(plan, function, call)?;
            plan = with_result;
            results.push((expr.schema_name().to_string(), result));
        }
        let columns = schema.iter().enumerate().map(|(i, (table, field))| {
            match results.iter().find(|(name, _)| i >= kept && name == field.name()) {
                Some((name, id)) => functions::definition::column(id).alias_qualified(table.cloned(), name),
                None => DfColumn::new(table.cloned(), field.name()).into(),
            }
        });
        projection(plan, columns.collect())
    }

    /// The input with another column, and its name.
    fn python_window(
        &self,
        plan: LogicalPlan,
        function: &PythonAggregate,
        call: &WindowFunction,
    ) -> Result<(LogicalPlan, String)> {
        let params = &call.params;
        if params.distinct || params.filter.is_some() {
            return Err(Error::unsupported("DISTINCT and FILTER in a Python aggregate over a window"));
        }
        let schema = plan.schema().clone();
        let bounded = !is_unbounded(&params.window_frame);
        let positioned = bounded || !params.order_by.is_empty();
        let (plan, frame) = match positioned {
            true => self.framed(plan, params)?,
            false => (plan, Vec::new()),
        };
        let mut exprs: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
        let mut columns: Vec<Column> = plan.schema().fields().iter().map(as_column).collect();
        let [begin, end, position] = places(&columns, &frame);
        let keys = self.computed_columns(params.partition_by.iter(), &plan)?;
        let arguments = self.computed_columns(params.args.iter(), &plan)?;
        let key_places: Vec<usize> = (columns.len()..columns.len() + keys.len()).collect();
        let first = columns.len() + keys.len();
        for (expr, column) in keys.into_iter().chain(arguments) {
            exprs.push(expr.alias(&column.id));
            columns.push(column);
        }
        let mut python = function.call(first);
        if bounded {
            let bounds = [begin, end].map(|column| crate::contract::PythonArgument {
                column,
                members: 0,
                keyword: None,
            });
            python.arguments.splice(0..0, bounds);
            python.bounded = true;
        }
        let result = self.output_of(function);
        let id = result.name().clone();
        let mut output: Vec<_> = columns.iter().map(under_its_id).collect();
        output.push(result);
        let ascending = PythonOrder { column: position, descending: false, nulls_first: true };
        let order = if positioned { vec![ascending] } else { Vec::new() };
        let input = PythonInput {
            plan: projection(plan, exprs)?,
            values: columns.len(),
            columns,
            keys: key_places,
            order,
        };
        let rows = PythonRows {
            form: PythonForm::Window,
            calls: vec![python],
            inputs: vec![input],
            table: None,
            output,
        };
        let plan = self.environment.python_rows(&rows)?;
        // The node's columns are unqualified; those of the input get their qualifiers back.
        let visible = schema.iter().map(|(table, field)| {
            functions::definition::column(field.name()).alias_qualified(table.cloned(), field.name())
        });
        let visible = visible.chain([functions::definition::column(&id)]).collect();
        Ok((projection(plan, visible)?, id))
    }

    /// The input with where each row's frame begins and ends and its position, all counted from 0 in its partition.
    fn framed(&self, plan: LogicalPlan, params: &WindowFunctionParams) -> Result<(LogicalPlan, Vec<String>)> {
        let over = |expr: Expr, frame: Option<&WindowFrame>| {
            let builder = expr.partition_by(params.partition_by.clone()).order_by(params.order_by.clone());
            match frame {
                Some(frame) => builder.window_frame(frame.clone()).build(),
                None => builder.build(),
            }
            .map_err(planning)
        };
        let visible: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
        let position = self.fresh("position");
        let number = over(datafusion::functions_window::expr_fn::row_number(), None)?;
        let numbered = self.with_window(plan, visible, number, &position)?;
        let column = functions::definition::column(&position);
        let int = |expr: Expr| datafusion::logical_expr::cast(expr, arrow::datatypes::DataType::Int64);
        let mut current = numbered;
        let mut found = Vec::new();
        for aggregate in [min(int(column)), count(lit(1i64))] {
            let visible: Vec<Expr> = current.schema().columns().into_iter().map(Expr::Column).collect();
            let id = self.fresh("frame");
            let window = over(as_window(aggregate)?, Some(&params.window_frame))?;
            current = self.with_window(current, visible, window, &id)?;
            found.push(id);
        }
        self.bounds(current, &found, position)
    }

    /// `begin` and `end` of what was found out about the frames.
    fn bounds(
        &self,
        plan: LogicalPlan,
        found: &[String],
        position: String,
    ) -> Result<(LogicalPlan, Vec<String>)> {
        let [first, rows] = found else { return Err(Error::internal("a frame has a first row and a size")) };
        let (first, rows) = (functions::definition::column(first), functions::definition::column(rows));
        // Frames without rows have no first one.
        let zero = Expr::Literal(ScalarValue::Int64(Some(0)), None);
        let begin = datafusion::functions::core::expr_fn::coalesce(vec![first - lit(1i64), zero]);
        let (begin_id, end_id) = (self.fresh("begin"), self.fresh("end"));
        let mut exprs: Vec<Expr> = plan
            .schema()
            .columns()
            .into_iter()
            .filter(|column| column.name != position && !found.contains(&column.name))
            .map(Expr::Column)
            .collect();
        exprs.push(begin.clone().alias(&begin_id));
        exprs.push((begin + rows).alias(&end_id));
        exprs.push(functions::definition::column(&position));
        Ok((projection(plan, exprs)?, vec![begin_id, end_id, position]))
    }

    fn with_window(
        &self,
        plan: LogicalPlan,
        mut visible: Vec<Expr>,
        window: Expr,
        id: &str,
    ) -> Result<LogicalPlan> {
        let name = window.schema_name().to_string();
        let plan = LogicalPlanBuilder::window_plan(plan, vec![window]).map_err(planning)?;
        visible.push(functions::definition::column(&name).alias(id));
        projection(plan, visible)
    }
}

/// An aggregate as a window function over nothing yet.
fn as_window(aggregate: Expr) -> Result<Expr> {
    match aggregate {
        Expr::AggregateFunction(call) => Ok(Expr::from(WindowFunction::new(
            WindowFunctionDefinition::AggregateUDF(call.func),
            call.params.args,
        ))),
        _ => Err(Error::internal("an aggregate is an aggregate")),
    }
}

/// Where the three columns about frames stand; anywhere where there are none.
fn places(columns: &[Column], ids: &[String]) -> [usize; 3] {
    let place = |i: usize| columns.iter().position(|c| Some(&c.id) == ids.get(i)).unwrap_or_default();
    [place(0), place(1), place(2)]
}

fn as_column(field: &std::sync::Arc<arrow::datatypes::Field>) -> Column {
    Column { id: field.name().clone(), field: std::sync::Arc::clone(field), qualifier: Vec::new() }
}

fn is_unbounded(frame: &WindowFrame) -> bool {
    let endless = |bound: &WindowFrameBound| match bound {
        WindowFrameBound::Preceding(value) | WindowFrameBound::Following(value) => value.is_null(),
        WindowFrameBound::CurrentRow => false,
    };
    endless(&frame.start_bound) && endless(&frame.end_bound)
}
