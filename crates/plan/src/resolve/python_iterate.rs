//! Python functions from the values of all rows to as many values: a mark in expressions, which
//! [`python_placed`](super::python_placed) turns into a relation of its own.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column as DfColumn, Result as DfResult, internal_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};
use functions::types;
use lang::ir::PythonFunction;
use lang::{Error, Result};

use super::project::projection;
use super::python_map::under_its_id;
use super::{Column, Resolver, planning};
use crate::contract::{PythonArgument, PythonCall, PythonForm, PythonInput, PythonRows};

/// PySpark's numbers for scalar functions over iterators.
const ITERATORS: [i32; 2] = [204, 251];

/// Whether functions of that number go through all rows.
pub(super) fn iterates(eval_type: i32) -> bool {
    ITERATORS.contains(&eval_type)
}

/// A Python function in the place of a scalar function. It is never computed as such.
#[derive(Debug, PartialEq, Eq, Hash)]
struct PythonIterator {
    name: String,
    function: Arc<PythonFunction>,
    keywords: Vec<Option<String>>,
    field: FieldRef,
    signature: Signature,
}

/// The function as a mark.
pub(super) fn mark(
    name: &str,
    function: &Arc<PythonFunction>,
    keywords: Vec<Option<String>>,
) -> Arc<ScalarUDF> {
    let signature = match keywords.len() {
        0 => Signature::nullary(Volatility::Volatile),
        // Volatile, for how often it is called matters.
        count => Signature::any(count, Volatility::Volatile),
    };
    let field: Arc<Field> = Arc::new(types::to_field(name, &function.output_type, true).as_ref().clone());
    let (name, function) = (name.to_string(), Arc::clone(function));
    Arc::new(ScalarUDF::new_from_impl(PythonIterator { name, function, keywords, field, signature }))
}

impl ScalarUDFImpl for PythonIterator {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> DfResult<DataType> {
        Ok(self.field.data_type().clone())
    }

    fn return_field_from_args(&self, _args: ReturnFieldArgs<'_>) -> DfResult<FieldRef> {
        Ok(Arc::clone(&self.field))
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        internal_err!("the Python function {} was called where rows do not pass by", self.name)
    }
}

fn marked(expr: &Expr) -> Option<(&PythonIterator, &ScalarFunction)> {
    let Expr::ScalarFunction(function) = expr else { return None };
    Some((function.func.inner().downcast_ref::<PythonIterator>()?, function))
}

fn holds_mark(expr: &Expr) -> Result<bool> {
    expr.exists(|e| Ok(marked(e).is_some())).map_err(planning)
}

impl Resolver<'_> {
    /// The node over a relation that computes its calls; nodes without calls as they are.
    ///
    /// # Errors
    /// Calls in conditions of joins, by name.
    pub(super) fn python_iteration(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        let schema = Arc::clone(plan.schema());
        let mut plan = plan;
        let mut changed = false;
        loop {
            let expressions = plan.expressions();
            let Some(call) = innermost(&expressions)? else { break };
            let [input] = plan.inputs()[..] else {
                return Err(Error::unsupported("iterator functions in the condition of a join"));
            };
            let (input, id) = self.iterated(input.clone(), &call)?;
            let column = functions::definition::column(&id);
            let replaced = expressions.into_iter().map(|e| replaced(e, &call, &column));
            let replaced = replaced.collect::<Result<Vec<_>>>()?;
            plan = plan.with_new_exprs(replaced, vec![input]).map_err(planning)?;
            changed = true;
        }
        if !changed {
            return Ok(plan);
        }
        // Without the columns that were added on the way, under the names there were.
        let now = plan.schema().columns();
        let same = now.len() == schema.fields().len();
        let columns = schema.iter().enumerate().map(|(i, (table, field))| {
            let before = DfColumn::new(table.cloned(), field.name());
            match now.get(i).filter(|_| same) {
                Some(now) if *now != before => {
                    Expr::Column(now.clone()).alias_qualified(before.relation, before.name)
                }
                _ => Expr::Column(before),
            }
        });
        let columns = columns.collect();
        projection(plan, columns)
    }

    /// The input with a column for the call, and its id.
    fn iterated(&self, input: LogicalPlan, call: &Expr) -> Result<(LogicalPlan, String)> {
        let Some((python, function)) = marked(call) else {
            return Err(Error::internal("a call of a Python function is one"));
        };
        let mut exprs: Vec<Expr> = input.schema().columns().into_iter().map(Expr::Column).collect();
        let kept: Vec<Arc<Field>> = input.schema().fields().iter().cloned().collect();
        let as_column =
            |f: &Arc<Field>| Column { id: f.name().clone(), field: Arc::clone(f), qualifier: Vec::new() };
        let mut columns: Vec<Column> = kept.iter().map(as_column).collect();
        let mut arguments = Vec::with_capacity(function.args.len());
        let computed = self.computed_columns(function.args.iter(), &input)?;
        for ((expr, column), keyword) in computed.into_iter().zip(&python.keywords) {
            arguments.push(PythonArgument { column: columns.len(), members: 0, keyword: keyword.clone() });
            exprs.push(expr.alias(&column.id));
            columns.push(column);
        }
        let (name, function) = (python.name.clone(), Arc::clone(&python.function));
        let result = self.fresh_column(&python.field.as_ref().clone().with_name("result"), Vec::new());
        let mut output: Vec<_> = columns.iter().map(under_its_id).collect();
        output.push(under_its_id(&result));
        let values = columns.len();
        let plan = projection(input.clone(), exprs)?;
        let rows = PythonRows {
            form: PythonForm::Iterate,
            calls: vec![PythonCall { name, function, arguments, bounded: false }],
            inputs: vec![PythonInput { plan, columns, values, keys: Vec::new(), order: Vec::new() }],
            table: None,
            output,
        };
        let plan = self.environment.python_rows(&rows)?;
        // The node's columns are unqualified; those of the input get their qualifiers back.
        let visible = input.schema().iter().map(|(table, field)| {
            functions::definition::column(field.name()).alias_qualified(table.cloned(), field.name())
        });
        let visible = visible.chain([functions::definition::column(&result.id)]).collect();
        Ok((projection(plan, visible)?, result.id))
    }
}

/// A call with no other call among its arguments.
fn innermost(expressions: &[Expr]) -> Result<Option<Expr>> {
    let mut found = None;
    for expression in expressions {
        expression
            .apply(|e| {
                let Some((_, function)) = marked(e) else { return Ok(TreeNodeRecursion::Continue) };
                for argument in &function.args {
                    if holds_mark(argument).map_err(functions::error::external)? {
                        return Ok(TreeNodeRecursion::Continue);
                    }
                }
                found = Some(e.clone());
                Ok(TreeNodeRecursion::Stop)
            })
            .map_err(planning)?;
    }
    Ok(found)
}

fn replaced(expr: Expr, call: &Expr, column: &Expr) -> Result<Expr> {
    let replaced = expr.transform_down(|e| {
        Ok(match e == *call {
            true => Transformed::new(column.clone(), true, TreeNodeRecursion::Jump),
            false => Transformed::no(e),
        })
    });
    Ok(replaced.map_err(planning)?.data)
}
