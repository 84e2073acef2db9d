//! CHECK constraints, and generated columns whose value is given: rows that break one are an error.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlanBuilder, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility, lit,
};
use functions::error::{external, from_arrow};
use lang::{Error, Result, RuntimeClass};

use super::clause::{Clause, case, is_one_of};
use crate::modify::ModifyTarget;
use crate::resolve::attribute::column_argument;
use crate::resolve::scope::{Query, Scope};
use crate::resolve::{Column, Resolved, Resolver, planning};

impl Resolver<'_> {
    /// The rows, of which those that are new or changed keep the table's constraints.
    pub(super) fn with_checks(
        &self,
        rows: Resolved,
        clause: &Column,
        target: &ModifyTarget,
        clauses: &[Clause],
    ) -> Result<Resolved> {
        let writing: Vec<i32> = clauses.iter().filter(|c| !c.action.deletes()).map(|c| c.number).collect();
        let mut conditions = Vec::new();
        for (name, text) in &target.checks {
            let check = self.check(name, &lang::parse_expression(text)?, &rows)?;
            conditions.push(check.call(is_one_of(&clause.expr(), &writing)));
        }
        for (place, column) in target.columns.iter().enumerate() {
            let Some(text) = &column.generated else { continue };
            let given = |clause: &&Clause| clause.values.iter().any(|value| value.place == place);
            let giving: Vec<i32> = clauses.iter().filter(given).map(|c| c.number).collect();
            if giving.is_empty() {
                continue;
            }
            let name = crate::resolve::attribute::quoted(std::slice::from_ref(&column.field.name));
            let equal = lang::parse_expression(&format!("{name} <=> ({text})"))?;
            let check = self.check("Generated Column", &equal, &rows)?;
            conditions.push(check.call(is_one_of(&clause.expr(), &giving)));
        }
        match conditions.into_iter().reduce(Expr::and) {
            Some(condition) => looked_at(rows, condition),
            None => Ok(rows),
        }
    }

    /// Rows of which each keeps all of these constraints, by their names.
    ///
    /// # Errors
    /// Constraints that are no expressions over the rows' columns.
    pub fn keeping(&self, rows: Resolved, checks: &[(String, lang::ir::Expr)]) -> Result<Resolved> {
        let mut conditions = Vec::new();
        for (name, condition) in checks {
            conditions.push(self.check(name, condition, &rows)?.call(lit(true)));
        }
        match conditions.into_iter().reduce(Expr::and) {
            Some(condition) => looked_at(rows, condition),
            None => Ok(rows),
        }
    }

    fn check(&self, name: &str, condition: &lang::ir::Expr, rows: &Resolved) -> Result<Check> {
        let query = Query::default();
        let scope = Scope::new(&[rows], &query, None)?;
        let condition = self.expression(condition, &scope)?;
        let own = |column: &&Column| condition.expr.column_refs().iter().any(|c| c.name == column.id);
        let columns: Vec<_> =
            rows.columns.iter().filter(own).map(|column| column_argument(column, column.name())).collect();
        Ok(Check {
            name: name.to_string(),
            sql: condition.name().to_string(),
            condition: condition.expr,
            columns: columns.iter().map(|column| column.name().to_string()).collect(),
            values: columns.into_iter().map(|column| column.expr).collect(),
        })
    }
}

/// The rows; a condition that is true or an error is asked of each that is left. It is part of the first column's value: a
/// filter could be asked before those below it, of rows that they leave out.
fn looked_at(mut rows: Resolved, condition: Expr) -> Result<Resolved> {
    let Some(first) = rows.columns.first().map(|column| column.id.clone()) else {
        return Err(Error::internal("rows of a table without columns"));
    };
    let plan = std::mem::take(&mut rows.plan);
    let columns: Vec<_> = plan.schema().columns();
    let asked = |column: datafusion::common::Column| match column.name == first {
        true => {
            let (relation, name) = (column.relation.clone(), column.name.clone());
            let value = Expr::Column(column);
            case(vec![(condition.clone(), value.clone())], value).alias_qualified(relation, name)
        }
        false => Expr::Column(column),
    };
    let exprs: Vec<_> = columns.into_iter().map(asked).collect();
    rows.plan = LogicalPlanBuilder::from(plan).project(exprs).and_then(|b| b.build()).map_err(planning)?;
    rows.rebuild = None;
    Ok(rows)
}

/// A constraint over the columns of a plan.
struct Check {
    name: String,
    sql: String,
    condition: Expr,
    columns: Vec<String>,
    values: Vec<Expr>,
}

impl Check {
    /// True, or an error; rows that it is not about pass.
    fn call(self, about: Expr) -> Expr {
        let condition = case(vec![(about, self.condition)], lit(true));
        let function = Violation {
            name: self.name,
            sql: self.sql,
            columns: self.columns,
            signature: Signature::variadic_any(Volatility::Volatile),
        };
        let arguments = std::iter::once(condition).chain(self.values).collect();
        ScalarUDF::new_from_impl(function).call(arguments)
    }
}

/// Fails at the first row whose condition is not true; the row's values follow the condition.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Violation {
    name: String,
    sql: String,
    columns: Vec<String>,
    signature: Signature,
}

impl ScalarUDFImpl for Violation {
    fn name(&self) -> &str {
        "check_constraint"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let rows = args.number_rows;
        let arrays =
            args.args.iter().map(|value| value.to_array(rows)).collect::<DataFusionResult<Vec<_>>>()?;
        let Some((conditions, values)) = arrays.split_first() else {
            return Err(external(Error::internal("a constraint has a condition")));
        };
        let conditions = conditions.as_boolean();
        match (0..rows).find(|row| conditions.is_null(*row) || !conditions.value(*row)) {
            Some(row) => Err(external(self.error(values, row).unwrap_or_else(|error| error))),
            None => Ok(ColumnarValue::Array(Arc::new(BooleanArray::from(vec![true; rows])))),
        }
    }
}

impl Violation {
    fn error(&self, values: &[ArrayRef], row: usize) -> Result<Error> {
        let options = FormatOptions::default().with_null("null");
        let mut lines = Vec::with_capacity(values.len());
        for (name, values) in self.columns.iter().zip(values) {
            let shown = ArrayFormatter::try_new(values.as_ref(), &options).map_err(|e| from_arrow(&e))?;
            lines.push(format!(" - {name} : {}", shown.value(row)));
        }
        lines.sort();
        Ok(Error::runtime(RuntimeClass::Other, "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES")
            .with("constraintName", &self.name)
            .with("expression", &self.sql)
            .with("values", lines.join("\n")))
    }
}
