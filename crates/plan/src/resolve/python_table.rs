//! Python table functions: alone, over the rows of a relation (`TABLE(…)`), and beside each row of one (`LATERAL`).
//!
//! ```text
//!  f(TABLE(t) PARTITION BY k ORDER BY v, 5)      Python: keys, order ─► Projection: t.*, k AS partition_by_0, 5, v
//!  t, LATERAL f(t.a)                             Python: values t.*  ─► Projection: t.*, a
//! ```

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::Expr;
use functions::{Argument, types};
use lang::ir::{
    self, ExprKind, PythonFunction, PythonTableFunction, Relation, RelationKind, SortOrder, Subquery,
};
use lang::{Error, Result};

use super::project::projection;
use super::python_map::under_its_id;
use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver, planning};
use crate::contract::{
    PythonAnalysis, PythonArgument, PythonCall, PythonFact, PythonForm, PythonInput, PythonOrder,
    PythonQuestion, PythonRows, PythonTable,
};

/// PySpark's number for table functions over Arrow batches.
const ARROW_TABLE: i32 = 302;

/// A call of a table function in the IR.
#[derive(Clone)]
pub(super) struct TableCall<'c> {
    name: &'c str,
    function: Arc<PythonTableFunction>,
    arguments: &'c [ir::Expr],
    /// What it is called, and its columns, where that is said.
    alias: Option<(&'c str, &'c [String])>,
}

/// A relation as an argument.
struct TableArgument<'c> {
    relation: &'c Relation,
    partition_by: Vec<ir::Expr>,
    order_by: Vec<SortOrder>,
    single_partition: bool,
}

impl TableArgument<'_> {
    /// Takes over how the function's analysis wants its rows.
    ///
    /// # Errors
    /// `TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INCOMPATIBLE_WITH_CALL` where the call says so too.
    fn follow(&mut self, analysis: &PythonAnalysis, call: &TableCall<'_>) -> Result<()> {
        let wants = analysis.single_partition || !analysis.partition_by.is_empty();
        let says = self.single_partition || !self.partition_by.is_empty();
        if !wants && analysis.order_by.is_empty() {
            return Ok(());
        }
        if says {
            return Err(Error::analysis("TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INCOMPATIBLE_WITH_CALL")
                .with("functionName", format!("`{}`", call.name))
                .with(
                    "requestedMetadata",
                    "specified its own required partitioning of the input table",
                )
                .with(
                    "invalidFunctionCallProperty",
                    "specified the WITH SINGLE PARTITION or PARTITION BY clause; please remove these clauses and \
                     retry the query again.",
                ));
        }
        self.single_partition = analysis.single_partition;
        self.partition_by =
            analysis.partition_by.iter().map(|text| lang::parse_expression(text)).collect::<Result<_>>()?;
        self.order_by = analysis
            .order_by
            .iter()
            .map(|sort| {
                Ok(SortOrder {
                    expr: lang::parse_expression(&sort.expression)?,
                    descending: !sort.ascending,
                    nulls_first: sort.nulls_first.unwrap_or(sort.ascending),
                })
            })
            .collect::<Result<_>>()?;
        Ok(())
    }
}

impl TableCall<'_> {
    /// The call with the rows that its analysis says.
    fn analysed(mut self, analysis: Option<PythonAnalysis>) -> Self {
        if let Some(analysis) = analysis {
            let function = self.function.as_ref().clone();
            self.function = Arc::new(PythonTableFunction { return_type: Some(analysis.rows), ..function });
        }
        self
    }
}

/// What is put together for a call: expressions over the input, under the ids of their columns.
struct Assembly {
    input: Resolved,
    exprs: Vec<Expr>,
    columns: Vec<Column>,
    arguments: Vec<PythonArgument>,
    keys: Vec<usize>,
    order: Vec<PythonOrder>,
    table: PythonTable,
}

impl Assembly {
    fn new(input: Resolved, table: PythonTable) -> Self {
        let columns = input.columns.clone();
        let exprs = columns.iter().map(Column::expr).collect();
        let (arguments, keys, order) = (Vec::new(), Vec::new(), Vec::new());
        Assembly { input, exprs, columns, arguments, keys, order, table }
    }

    fn add(&mut self, expr: Expr, column: Column) -> usize {
        self.exprs.push(expr.alias(&column.id));
        self.columns.push(column);
        self.columns.len() - 1
    }
}

impl Resolver<'_> {
    /// The call of a table function that a relation is; `None` for other relations.
    pub(super) fn table_call<'c>(&self, relation: &'c Relation) -> Option<TableCall<'c>> {
        self.table_call_of(relation.kind.as_ref())
    }

    pub(super) fn table_call_of<'c>(&self, kind: &'c RelationKind) -> Option<TableCall<'c>> {
        match kind {
            RelationKind::PythonTable { name, function, arguments } => {
                Some(TableCall { name, function: Arc::clone(function), arguments, alias: None })
            }
            RelationKind::TableFunction { name, arguments } => {
                let [name] = name.as_slice() else { return None };
                let function = self.environment.session_table_function(name)?;
                Some(TableCall { name, function, arguments, alias: None })
            }
            RelationKind::SubqueryAlias { input, alias, columns } => {
                let call = self.table_call(input)?;
                call.alias.is_none().then_some(TableCall { alias: Some((alias, columns)), ..call })
            }
            _ => None,
        }
    }

    /// A call in FROM, beside nothing.
    pub(super) fn python_table(
        &self,
        call: &TableCall<'_>,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let table = table_argument(call.arguments)?;
        let Some(argument) = table else {
            let one_row = self.one_row()?;
            return self.beside(one_row, call, query, outer);
        };
        if outer.is_some_and(|outer| !outer.inputs.is_empty()) {
            return Err(Error::unsupported("table arguments in LATERAL and in subqueries"));
        }
        let mut input = self.relation(argument.relation, query, outer)?;
        let (call, mut argument) = (call.clone(), argument);
        let analysis = match call.function.return_type {
            None => Some(self.analysis(&call, Some(&input), &input, query, outer)?),
            Some(_) => None,
        };
        if let Some(analysis) = &analysis {
            argument.follow(analysis, &call)?;
            if !analysis.select.is_empty() {
                input = self.selected(input, &analysis.select, query, outer)?;
            }
        }
        let members = input.columns.len();
        let table = PythonTable {
            single_partition: argument.single_partition,
            analysis: analysis.as_ref().map(|analysis| analysis.pickled.clone()),
            ..PythonTable::default()
        };
        let call = &call.analysed(analysis);
        let mut assembly = Assembly::new(input, table);
        self.partition(&mut assembly, &argument, query, outer)?;
        let row = PythonArgument { column: 0, members: assembly.columns.len(), keyword: None };
        assembly.table.partition_fields = (members..assembly.columns.len()).collect();
        self.sort_rows(&mut assembly, &argument, query, outer)?;
        self.arguments(&mut assembly, call, Some(row), query, outer)?;
        self.called(assembly, 0, call)
    }

    /// The rows of `input`, each beside the rows that a call makes of it; rows without any are left out, also where a
    /// LEFT JOIN LATERAL asks for them, as Spark does.
    pub(super) fn beside(
        &self,
        input: Resolved,
        call: &TableCall<'_>,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        if call.function.eval_type == ARROW_TABLE && !input.columns.is_empty() {
            return Err(Error::analysis("LATERAL_JOIN_WITH_ARROW_UDTF_UNSUPPORTED"));
        }
        if table_argument(call.arguments)?.is_some() {
            return Err(Error::unsupported("table arguments in LATERAL"));
        }
        let values = input.columns.len();
        let analysis = match call.function.return_type {
            None => Some(self.analysis(call, None, &input, query, outer)?),
            Some(_) => None,
        };
        let table = PythonTable {
            analysis: analysis.as_ref().map(|analysis| analysis.pickled.clone()),
            ..PythonTable::default()
        };
        let call = &call.clone().analysed(analysis);
        let mut assembly = Assembly::new(input, table);
        self.arguments(&mut assembly, call, None, query, outer)?;
        self.called(assembly, values, call)
    }

    /// What the function's own analysis says of a call; `table` are the rows of the table argument.
    fn analysis(
        &self,
        call: &TableCall<'_>,
        table: Option<&Resolved>,
        input: &Resolved,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<PythonAnalysis> {
        let nothing = self.one_row()?;
        let scope = Scope::new(&[if table.is_some() { &nothing } else { input }], query, outer)?;
        let mut facts = Vec::with_capacity(call.arguments.len());
        for argument in call.arguments {
            let (keyword, value) = match &argument.kind {
                ExprKind::NamedArgument { name, value } => (Some(name.clone()), value.as_ref()),
                _ => (None, argument),
            };
            let fact = match (&value.kind, table) {
                (ExprKind::Subquery(subquery), Some(table))
                    if matches!(subquery.as_ref(), Subquery::Table { .. }) =>
                {
                    let data_type = lang::DataType::Struct(table.schema());
                    PythonFact { data_type, value: None, is_table: true, keyword }
                }
                _ => {
                    let value = self.expression(value, &scope)?;
                    let data_type = types::from_field(&value.field);
                    let constant = value.expr.column_refs().is_empty() && !holds_outer(&value.expr)?;
                    let value = constant.then(|| self.evaluate(value.expr)).transpose()?;
                    PythonFact { data_type, value, is_table: false, keyword }
                }
            };
            facts.push(fact);
        }
        let question = PythonQuestion {
            name: call.name.to_string(),
            function: Arc::clone(&call.function),
            arguments: facts,
        };
        self.environment.python_analysis(question)
    }

    /// The columns that the function's analysis wants.
    fn selected(
        &self,
        input: Resolved,
        select: &[(String, String)],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let mut items = Vec::with_capacity(select.len());
        for (text, alias) in select {
            let expr = lang::parse_expression(text)?;
            items.push(if alias.is_empty() { expr } else { expr.alias(alias) });
        }
        let items = self.select_list(&items, Scope::new(&[&input], query, outer)?)?;
        self.select(input, items)
    }

    /// What partitions the rows, as columns of the row argument.
    fn partition(
        &self,
        assembly: &mut Assembly,
        argument: &TableArgument<'_>,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<()> {
        for (index, expr) in argument.partition_by.iter().enumerate() {
            let input = assembly.input.clone();
            let key = self.expression(expr, &Scope::new(&[&input], query, outer)?)?;
            let field = key.field.as_ref().clone().with_name(format!("partition_by_{index}"));
            let column = self.fresh_column(&field, Vec::new());
            let key = functions::float::normalized(key.expr, &key.field);
            let place = assembly.add(key, column);
            assembly.keys.push(place);
        }
        Ok(())
    }

    fn sort_rows(
        &self,
        assembly: &mut Assembly,
        argument: &TableArgument<'_>,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<()> {
        let input = assembly.input.clone();
        let scope = Scope::new(&[&input], query, outer)?;
        for sort in self.sort_orders(&argument.order_by, &scope)? {
            let column = match self.computed_columns([&sort.expr].into_iter(), &input.plan)?.pop() {
                Some((expr, column)) => assembly.add(expr, column),
                None => return Err(Error::internal("an order has an expression")),
            };
            let (descending, nulls_first) = (!sort.asc, sort.nulls_first);
            assembly.order.push(PythonOrder { column, descending, nulls_first });
        }
        Ok(())
    }

    /// Columns for the arguments; `row` stands in the place of the table argument.
    fn arguments(
        &self,
        assembly: &mut Assembly,
        call: &TableCall<'_>,
        row: Option<PythonArgument>,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<()> {
        let mut names = HashSet::new();
        let nothing = self.one_row()?;
        for argument in call.arguments {
            let (keyword, value) = match &argument.kind {
                ExprKind::NamedArgument { name, value } => (Some(name.clone()), value.as_ref()),
                _ => (None, argument),
            };
            check_order(&mut names, keyword.as_deref(), call.name)?;
            if let (ExprKind::Subquery(subquery), Some(row)) = (&value.kind, &row)
                && matches!(subquery.as_ref(), Subquery::Table { .. })
            {
                assembly.arguments.push(PythonArgument { keyword, ..row.clone() });
                continue;
            }
            // Other arguments cannot refer to the table argument's columns.
            let input = if row.is_some() { nothing.clone() } else { assembly.input.clone() };
            let value: Argument = self.expression(value, &Scope::new(&[&input], query, outer)?)?;
            let column = self.fresh_column(&value.field.as_ref().clone().with_name("argument"), Vec::new());
            let place = assembly.add(value.expr, column);
            assembly.arguments.push(PythonArgument { column: place, members: 0, keyword });
        }
        Ok(())
    }

    fn called(&self, assembly: Assembly, values: usize, call: &TableCall<'_>) -> Result<Resolved> {
        let Some(rows) = &call.function.return_type else {
            return Err(Error::unsupported(format!("the table function {} with analyze", call.name)));
        };
        let fields = types::to_fields(rows);
        let mut results: Vec<Column> = fields.iter().map(|f| self.fresh_column(f, Vec::new())).collect();
        let output = assembly.input.columns[..values].iter().chain(&results).map(under_its_id).collect();
        let plan = projection(assembly.input.plan.clone(), assembly.exprs)?;
        let function = PythonFunction {
            eval_type: call.function.eval_type,
            command: call.function.command.clone(),
            python_version: call.function.python_version.clone(),
            output_type: lang::DataType::Struct(rows.clone()),
            deterministic: call.function.deterministic,
        };
        let python = PythonCall {
            name: call.name.to_string(),
            function: Arc::new(function),
            arguments: assembly.arguments,
            bounded: false,
        };
        let input = PythonInput {
            plan,
            columns: assembly.columns,
            values,
            keys: assembly.keys,
            order: assembly.order,
        };
        let rows = PythonRows {
            form: PythonForm::Table,
            calls: vec![python],
            inputs: vec![input],
            table: Some(assembly.table),
            output,
        };
        let plan = self.environment.python_rows(&rows)?;
        name_columns(&mut results, call.alias, call.name)?;
        let mut columns = assembly.input.columns[..values].to_vec();
        columns.extend(results);
        let inputs: &[&Resolved] = if values > 0 { &[&assembly.input] } else { &[] };
        Ok(Resolved::new(plan, columns, inputs))
    }
}

fn holds_outer(expr: &Expr) -> Result<bool> {
    expr.exists(|e| Ok(matches!(e, Expr::OuterReferenceColumn(..)))).map_err(planning)
}

/// Columns under the names that the query gives them.
fn name_columns(columns: &mut [Column], alias: Option<(&str, &[String])>, function: &str) -> Result<()> {
    let Some((alias, names)) = alias else { return Ok(()) };
    if !names.is_empty() && names.len() != columns.len() {
        return Err(Error::analysis("NUM_TABLE_VALUE_ALIASES_MISMATCH")
            .with("aliasesNum", names.len().to_string())
            .with("outColsNum", columns.len().to_string())
            .with("funcName", format!("`{function}`")));
    }
    for (index, column) in columns.iter_mut().enumerate() {
        if let Some(name) = names.get(index) {
            column.field = Arc::new(column.field.as_ref().clone().with_name(name));
        }
        column.qualifier = vec![alias.to_string()];
    }
    Ok(())
}

/// Arguments by name come last, each name once.
fn check_order(names: &mut HashSet<String>, keyword: Option<&str>, function: &str) -> Result<()> {
    match keyword {
        Some(name) if !names.insert(name.to_lowercase()) => {
            Err(Error::analysis("DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE")
                .with("routineName", format!("`{function}`"))
                .with("parameterName", format!("`{name}`")))
        }
        None if !names.is_empty() => Err(Error::analysis("UNEXPECTED_POSITIONAL_ARGUMENT")
            .with("routineName", format!("`{function}`"))
            .with("parameterName", "`argument`")),
        _ => Ok(()),
    }
}

/// The relation among the arguments.
///
/// # Errors
/// `TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS`
fn table_argument(arguments: &[ir::Expr]) -> Result<Option<TableArgument<'_>>> {
    let mut found = None;
    let mut count = 0;
    for argument in arguments {
        let value = match &argument.kind {
            ExprKind::NamedArgument { value, .. } => value.as_ref(),
            _ => argument,
        };
        let ExprKind::Subquery(subquery) = &value.kind else { continue };
        if let Subquery::Table { relation, partition_by, order_by, single_partition } = subquery.as_ref() {
            count += 1;
            found = Some(TableArgument {
                relation,
                partition_by: partition_by.clone(),
                order_by: order_by.clone(),
                single_partition: *single_partition,
            });
        }
    }
    if count > 1 {
        return Err(
            Error::analysis("TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS").with("num", count.to_string())
        );
    }
    Ok(found)
}
