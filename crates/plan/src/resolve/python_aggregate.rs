//! Python functions that aggregate: a mark in expressions, which [`python_placed`](super::python_placed) turns into a
//! relation of its own.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{Result as DfResult, internal_err};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, Aggregate, AggregateUDF, AggregateUDFImpl, Expr, ExprSchemable, LogicalPlan, Signature,
    Volatility,
};
use functions::types;
use lang::ir::{self, PythonFunction};
use lang::{Error, Result};

use super::project::projection;
use super::python_map::under_its_id;
use super::{Column, Resolver, planning};
use crate::contract::{PythonArgument, PythonCall, PythonForm, PythonInput, PythonRows};

/// PySpark's numbers for functions of groups.
const AGGREGATES: [i32; 4] = [202, 217, 252, 254];

/// Whether functions of that number aggregate.
pub(super) fn aggregates(eval_type: i32) -> bool {
    AGGREGATES.contains(&eval_type)
}

/// # Errors
/// `INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX`: Python functions have neither DISTINCT nor FILTER.
pub(super) fn expect_plain_call(call: &ir::Function, eval_type: i32) -> Result<()> {
    let syntax = match (call.distinct, &call.filter) {
        (true, _) => "DISTINCT",
        (false, Some(_)) => "FILTER CLAUSE",
        (false, None) => return Ok(()),
    };
    let name = if aggregates(eval_type) { "`pythonudaf`" } else { "`pythonudf`" };
    Err(Error::analysis("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX")
        .with("prettyName", name)
        .with("syntax", syntax))
}

/// # Errors
/// `UNSUPPORTED_FEATURE.PANDAS_UDAF_IN_PIVOT` where `expr` holds a Python aggregate.
pub(super) fn refuse_in_pivot(expr: &Expr) -> Result<()> {
    let found = expr.exists(|e| match e {
        Expr::AggregateFunction(function) => Ok(PythonAggregate::of(&function.func).is_some()),
        _ => Ok(false),
    });
    match found.map_err(planning)? {
        true => Err(Error::analysis("UNSUPPORTED_FEATURE.PANDAS_UDAF_IN_PIVOT")),
        false => Ok(()),
    }
}

/// A Python function in the place of an aggregate. It is never computed as such.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct PythonAggregate {
    pub name: String,
    pub function: Arc<PythonFunction>,
    /// The parameters' names of the arguments that are passed by name.
    pub keywords: Vec<Option<String>>,
    field: FieldRef,
    signature: Signature,
}

impl PythonAggregate {
    pub fn new(name: &str, function: &Arc<PythonFunction>, keywords: Vec<Option<String>>) -> Self {
        let volatility = if function.deterministic { Volatility::Stable } else { Volatility::Volatile };
        let signature = match keywords.len() {
            0 => Signature::nullary(volatility),
            count => Signature::any(count, volatility),
        };
        let field = Arc::new(types::to_field(name, &function.output_type, true).as_ref().clone());
        PythonAggregate { name: name.to_string(), function: Arc::clone(function), keywords, field, signature }
    }

    /// The mark of an aggregate, if it is one.
    pub fn of(function: &AggregateUDF) -> Option<&PythonAggregate> {
        function.inner().downcast_ref::<PythonAggregate>()
    }

    /// The call over columns that are numbered from `first` on.
    pub fn call(&self, first: usize) -> PythonCall {
        let arguments = self.keywords.iter().enumerate();
        let arguments = arguments.map(|(i, keyword)| PythonArgument {
            column: first + i,
            members: 0,
            keyword: keyword.clone(),
        });
        PythonCall {
            name: self.name.clone(),
            function: Arc::clone(&self.function),
            arguments: arguments.collect(),
            bounded: false,
        }
    }
}

impl AggregateUDFImpl for PythonAggregate {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> DfResult<DataType> {
        Ok(self.field.data_type().clone())
    }

    fn return_field(&self, _argument_fields: &[FieldRef]) -> DfResult<FieldRef> {
        Ok(Arc::clone(&self.field))
    }

    fn accumulator(&self, _args: AccumulatorArgs<'_>) -> DfResult<Box<dyn Accumulator>> {
        internal_err!("the Python function {} was called where groups are not whole", self.name)
    }

    fn state_fields(&self, _args: StateFieldsArgs<'_>) -> DfResult<Vec<FieldRef>> {
        Ok(Vec::new())
    }
}

/// The Python aggregate that an expression is, with its arguments.
fn marked(expr: &Expr) -> Option<(&PythonAggregate, &AggregateFunction)> {
    match expr {
        Expr::Alias(alias) => marked(&alias.expr),
        Expr::AggregateFunction(function) => Some((PythonAggregate::of(&function.func)?, function)),
        _ => None,
    }
}

impl Resolver<'_> {
    /// An aggregation by Python functions as a relation of theirs; others as they are.
    ///
    /// # Errors
    /// `INVALID_PANDAS_UDF_PLACEMENT` beside other aggregates.
    pub(super) fn python_aggregation(&self, aggregate: Aggregate) -> Result<LogicalPlan> {
        let calls: Vec<_> = aggregate.aggr_expr.iter().filter_map(marked).collect();
        if calls.is_empty() {
            return Ok(LogicalPlan::Aggregate(aggregate));
        }
        if matches!(aggregate.group_expr.as_slice(), [Expr::GroupingSet(_)]) {
            return Err(Error::unsupported("Python aggregates over several grouping sets"));
        }
        if calls.len() < aggregate.aggr_expr.len() {
            let names: Vec<String> = calls.iter().map(|(python, _)| format!("`{}`", python.name)).collect();
            return Err(
                Error::analysis("INVALID_PANDAS_UDF_PLACEMENT").with("functionList", names.join(", "))
            );
        }
        for (_, call) in &calls {
            expect_plain(call)?;
        }
        let exprs = aggregate.group_expr.iter().chain(calls.iter().flat_map(|(_, call)| &call.params.args));
        let columns = self.computed_columns(exprs, &aggregate.input)?;
        let plan = projection(
            aggregate.input.as_ref().clone(),
            columns.iter().map(|(expr, column)| expr.clone().alias(&column.id)).collect(),
        )?;
        let columns: Vec<Column> = columns.into_iter().map(|(_, column)| column).collect();
        let keys: Vec<usize> = (0..aggregate.group_expr.len()).collect();
        let mut first = keys.len();
        let mut python_calls = Vec::with_capacity(calls.len());
        let mut output: Vec<FieldRef> = Vec::with_capacity(aggregate.schema.fields().len());
        output.extend(keys.iter().map(|key| self.output_key(&columns[*key])));
        for (python, call) in &calls {
            python_calls.push(python.call(first));
            first += call.params.args.len();
            output.push(self.output_of(python));
        }
        let names: Vec<String> = output.iter().map(|field| field.name().clone()).collect();
        let values = columns.len();
        let input = PythonInput { plan, columns, values, keys, order: Vec::new() };
        let form = PythonForm::Aggregate;
        let rows = PythonRows { form, calls: python_calls, inputs: vec![input], table: None, output };
        let plan = self.environment.python_rows(&rows)?;
        let named = names.iter().zip(aggregate.schema.iter()).map(|(id, (table, field))| {
            functions::definition::column(id).alias_qualified(table.cloned(), field.name())
        });
        projection(plan, named.collect())
    }

    /// A new column for each expression over `input`.
    pub(super) fn computed_columns<'e>(
        &self,
        exprs: impl Iterator<Item = &'e Expr>,
        input: &LogicalPlan,
    ) -> Result<Vec<(Expr, Column)>> {
        exprs
            .map(|expr| {
                let (_, field) = expr.to_field(input.schema()).map_err(planning)?;
                let column = self.fresh_column(&field.as_ref().clone().with_name("argument"), Vec::new());
                Ok((expr.clone().unalias(), column))
            })
            .collect()
    }

    /// The field of a result.
    pub(super) fn output_of(&self, python: &PythonAggregate) -> FieldRef {
        under_its_id(&self.fresh_column(&python.field.as_ref().clone().with_name("result"), Vec::new()))
    }

    fn output_key(&self, key: &Column) -> Arc<Field> {
        under_its_id(&self.fresh_column(&key.field.as_ref().clone().with_name("key"), Vec::new()))
    }
}

/// # Errors
/// What Python aggregates cannot be combined with.
pub(super) fn expect_plain(call: &AggregateFunction) -> Result<()> {
    let params = &call.params;
    if params.distinct || params.filter.is_some() || !params.order_by.is_empty() {
        return Err(Error::unsupported("DISTINCT, FILTER and ORDER BY in a Python aggregate"));
    }
    Ok(())
}
