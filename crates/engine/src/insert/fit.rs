//! The query's columns as the table's: in order, under its names, cast to its types.

use std::sync::Arc;

use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use functions::definition::column;
use functions::error::from_datafusion;
use functions::text_length::checked;
use functions::{Argument, Context, types};
use lang::ir::Insert;
use lang::{Error, Result, StructField};
use plan::Resolved;

use super::assign::{Policy, can_assign};
use super::defaults::Defaults;
use super::listed;
use crate::catalog::{Table, quoted};
use crate::environment::Analyzed;
use crate::tables::plain_texts;

pub(crate) fn fit(
    analyzed: Analyzed,
    insert: &Insert,
    table: &Table,
    defaults: &Defaults,
    policy: Policy,
    context: &Context,
) -> Result<Analyzed> {
    let resolved = &analyzed.resolved;
    let sources = match insert.by_name {
        true => by_name(resolved, table)?,
        false => by_position(resolved, insert, table, defaults)?,
    };
    let stored = plain_texts(&table.schema);
    let fields = types::to_fields(&stored);
    let mut exprs = Vec::with_capacity(fields.len());
    let mut columns = Vec::with_capacity(fields.len());
    for (place, (field, source)) in fields.iter().zip(sources).enumerate() {
        let id = format!("{}#insert{place}", field.name());
        let target = &table.schema.fields[place];
        let expr = match source {
            Some(source) => checked(
                cast(resolved, source, &stored.fields[place], target, table, policy, context)?,
                &target.data_type,
            ),
            // Columns the statement does not name have no value.
            None => null_of(field.data_type())?,
        };
        exprs.push(expr.alias(&id));
        columns.push(plan::Column { id, field: Arc::clone(field), qualifier: Vec::new() });
    }
    let mut fitted = analyzed;
    let resolved = &mut fitted.resolved;
    resolved.plan = LogicalPlanBuilder::from(resolved.plan.clone())
        .project(exprs)
        .and_then(|builder| builder.build())
        .map_err(from_datafusion)?;
    resolved.columns = columns;
    Ok(fitted)
}

/// For rows of one partition, whose folder does not hold the partition columns.
pub(super) fn drop_partition_columns(analyzed: &mut Analyzed, table: &Table) -> Result<()> {
    let resolved = &mut analyzed.resolved;
    resolved.columns.truncate(table.data_columns());
    let exprs: Vec<_> = resolved.columns.iter().map(|kept| column(&kept.id)).collect();
    resolved.plan = LogicalPlanBuilder::from(resolved.plan.clone())
        .project(exprs)
        .and_then(|builder| builder.build())
        .map_err(from_datafusion)?;
    Ok(())
}

/// For each table column, the place of the query's column of that name.
fn by_name(resolved: &Resolved, table: &Table) -> Result<Vec<Option<usize>>> {
    let fields = &table.schema.fields;
    let names = || resolved.columns.iter().map(|column| column.name());
    let incompatible = |kind: &str| {
        Error::analysis(format!("INCOMPATIBLE_DATA_FOR_TABLE.{kind}")).with("tableName", table.name.quoted())
    };
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = names().find(|name| !seen.insert(name.to_lowercase())) {
        return Err(incompatible("AMBIGUOUS_COLUMN_NAME").with("colName", quoted(&[twice])));
    }
    let is_extra = |name: &&str| !fields.iter().any(|f| f.name.eq_ignore_ascii_case(name));
    if names().any(|name| is_extra(&name)) {
        let extra = listed(names().filter(is_extra));
        return Err(incompatible("EXTRA_COLUMNS").with("extraColumns", extra));
    }
    let place = |field: &StructField| names().position(|name| name.eq_ignore_ascii_case(&field.name));
    Ok(fields.iter().map(place).collect())
}

/// For each table column, the place of the query's column: in the order of the table, or of the listed columns.
fn by_position(
    resolved: &Resolved,
    insert: &Insert,
    table: &Table,
    defaults: &Defaults,
) -> Result<Vec<Option<usize>>> {
    let targets = targets(insert, table, defaults)?;
    if targets.len() != resolved.columns.len() {
        return Err(arity_mismatch(resolved, insert, table, targets.len(), defaults));
    }
    let mut sources = vec![None; table.schema.fields.len()];
    for (source, target) in targets.into_iter().enumerate() {
        sources[target] = Some(source);
    }
    Ok(sources)
}

/// The table columns that the query's columns mean, in their order; fixed partition values and defaults are the last.
fn targets(insert: &Insert, table: &Table, defaults: &Defaults) -> Result<Vec<usize>> {
    let fields = &table.schema.fields;
    let find = |name: &String| {
        fields.iter().position(|f| f.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            Error::analysis("UNRESOLVED_COLUMN.WITH_SUGGESTION")
                .with("objectName", quoted(&[name]))
                .with("proposal", listed(fields.iter().map(|f| f.name.as_str())))
        })
    };
    let fixed = insert.partition.iter().filter(|(_, value)| value.is_some());
    let fixed = fixed.map(|(name, _)| find(name)).collect::<Result<Vec<_>>>()?;
    let mut targets: Vec<usize> = match insert.columns.as_slice() {
        [] => (0..fields.len()).filter(|place| !fixed.contains(place)).collect(),
        listed => listed.iter().map(find).collect::<Result<_>>()?,
    };
    targets.extend(fixed);
    targets.extend(defaults);
    let mut sorted = targets.clone();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            Err(Error::analysis("COLUMN_ALREADY_EXISTS").with("columnName", quoted(&[&fields[pair[0]].name])))
        }
        None => Ok(targets),
    }
}

fn arity_mismatch(
    resolved: &Resolved,
    insert: &Insert,
    table: &Table,
    expected: usize,
    defaults: &Defaults,
) -> Error {
    let condition = match resolved.columns.len() < expected {
        true => "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
        false => "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
    };
    let fixed = insert.partition.iter().filter(|(_, value)| value.is_some());
    let fixed: Vec<_> = fixed.map(|(name, _)| name.to_lowercase()).collect();
    let of_query = resolved.columns.len().saturating_sub(fixed.len() + defaults.len());
    let open = |field: &&StructField| !fixed.contains(&field.name.to_lowercase());
    let columns = match insert.columns.as_slice() {
        [] => listed(table.schema.fields.iter().filter(open).map(|f| f.name.as_str())),
        columns => listed(columns.iter().map(String::as_str)),
    };
    let data = listed(resolved.columns.iter().take(of_query).map(|c| c.name()));
    if !fixed.is_empty() && resolved.columns.len() > expected {
        return Error::analysis("INSERT_PARTITION_COLUMN_ARITY_MISMATCH")
            .with("tableName", table.name.quoted())
            .with("reason", "too many data columns")
            .with("tableColumns", columns)
            .with("staticPartCols", listed(fixed.iter().map(String::as_str)))
            .with("dataColumns", data);
    }
    Error::analysis(condition)
        .with("tableName", table.name.quoted())
        .with("tableColumns", columns)
        .with("dataColumns", data)
}

/// A column cast to the table's type, by the rules of assignment.
fn cast(
    resolved: &Resolved,
    source: usize,
    stored: &StructField,
    target: &StructField,
    table: &Table,
    policy: Policy,
    context: &Context,
) -> Result<Expr> {
    let source = &resolved.columns[source];
    let from = types::from_field(&source.field);
    if !can_assign(policy, &from, &target.data_type) {
        return Err(Error::analysis("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST")
            .with("tableName", table.name.quoted())
            .with("colName", quoted(&[&target.name]))
            .with("srcType", format!("\"{}\"", from.sql()))
            .with("targetType", format!("\"{}\"", target.data_type.sql())));
    }
    if from == stored.data_type {
        return Ok(column(&source.id));
    }
    let argument = Argument { expr: column(&source.id), field: Arc::clone(&source.field), keyword: None };
    let to = types::to_field(&stored.name, &stored.data_type, true);
    functions::cast::cast(&argument, &to, policy.cast_mode(), context)
}

fn null_of(data_type: &arrow::datatypes::DataType) -> Result<Expr> {
    let null = datafusion::common::ScalarValue::try_from(data_type).map_err(from_datafusion)?;
    Ok(Expr::Literal(null, None))
}
