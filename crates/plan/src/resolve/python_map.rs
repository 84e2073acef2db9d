//! Python functions that make rows of rows: `mapInPandas`, `applyInPandas` on groups and on groups of two inputs.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::Expr;
use functions::{Argument, types};
use lang::ir::{self, PythonFunction, Relation};
use lang::{Error, ErrorKind, Result};

use super::project::projection;
use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver};
use crate::contract::{PythonCall, PythonForm, PythonInput, PythonRows};

impl Resolver<'_> {
    pub(super) fn map_partitions(
        &self,
        input: &Relation,
        function: &Arc<PythonFunction>,
        name: &str,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        let input = self.python_input(&input, &[])?;
        self.python_relation(PythonForm::Map, vec![input], function, name)
    }

    pub(super) fn group_map(
        &self,
        input: &Relation,
        grouping: &[ir::Expr],
        function: &Arc<PythonFunction>,
        name: &str,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.grouped_input(input, grouping, query, outer)?;
        self.python_relation(PythonForm::Group, vec![input], function, name)
    }

    pub(super) fn cogroup_map(
        &self,
        map: &ir::CogroupMap,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let left = self.grouped_input(&map.left, &map.left_grouping, query, outer)?;
        let right = self.grouped_input(&map.right, &map.right_grouping, query, outer)?;
        if left.keys.len() != right.keys.len() {
            let (left, right) = (left.keys.len(), right.keys.len());
            let message = format!("requirement failed: Cogroup keys must have same size: {left} != {right}");
            return Err(Error::new(ErrorKind::InvalidArgument, "INVALID_PLAN_INPUT").with_message(message));
        }
        let types = |input: &PythonInput| -> Vec<DataType> {
            input.keys.iter().map(|key| input.columns[*key].field.data_type().clone()).collect()
        };
        if types(&left) != types(&right) {
            return Err(Error::unsupported("cogrouped inputs whose keys have different types"));
        }
        self.python_relation(PythonForm::Cogroup, vec![left, right], &map.function, &map.name)
    }

    fn grouped_input(
        &self,
        input: &Relation,
        grouping: &[ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<PythonInput> {
        let input = self.relation(input, query, outer)?;
        let scope = Scope::new(&[&input], query, outer)?;
        let keys: Vec<Argument> =
            grouping.iter().map(|key| self.named(key, &scope)).collect::<Result<_>>()?;
        self.python_input(&input, &keys)
    }

    /// The visible columns of `input`, and its keys: among them, or computed beside them.
    pub(super) fn python_input(&self, input: &Resolved, keys: &[Argument]) -> Result<PythonInput> {
        let mut columns = input.columns.clone();
        let mut exprs: Vec<Expr> = columns.iter().map(Column::expr).collect();
        let values = columns.len();
        let mut places = Vec::with_capacity(keys.len());
        for key in keys {
            let normalized = functions::float::normalized(key.expr.clone(), &key.field);
            let place = match exprs.iter().position(|expr| *expr == normalized) {
                Some(place) => place,
                None => {
                    let column = self.fresh_column(&key.field, Vec::new());
                    exprs.push(normalized.alias(&column.id));
                    columns.push(column);
                    columns.len() - 1
                }
            };
            places.push(place);
        }
        let plan = projection(input.plan.clone(), exprs)?;
        Ok(PythonInput { plan, columns, values, keys: places, order: Vec::new() })
    }

    /// The rows of the struct that a function answers with.
    pub(super) fn python_relation(
        &self,
        form: PythonForm,
        inputs: Vec<PythonInput>,
        function: &Arc<PythonFunction>,
        name: &str,
    ) -> Result<Resolved> {
        let lang::DataType::Struct(fields) = &function.output_type else {
            let shown = function.output_type.sql();
            return Err(Error::unsupported(format!("rows of type {shown} from the Python function {name}")));
        };
        let fields = types::to_fields(fields);
        let columns: Vec<Column> = fields.iter().map(|field| self.fresh_column(field, Vec::new())).collect();
        let call = PythonCall {
            name: name.to_string(),
            function: Arc::clone(function),
            arguments: Vec::new(),
            bounded: false,
        };
        let output = columns.iter().map(under_its_id).collect();
        let rows = PythonRows { form, calls: vec![call], inputs, table: None, output };
        let plan = self.environment.python_rows(&rows)?;
        Ok(Resolved::new(plan, columns, &[]))
    }
}

/// The column's field as the plan names it.
pub(super) fn under_its_id(column: &Column) -> Arc<Field> {
    Arc::new(column.field.as_ref().clone().with_name(&column.id))
}
