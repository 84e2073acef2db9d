//! INSERT INTO and INSERT OVERWRITE: the query's columns are fitted to the table's, then written.

use std::sync::Arc;

use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use functions::definition::column;
use functions::error::from_datafusion;
use functions::{Argument, Context, types};
use lang::ir::{CastMode, Insert, Relation, RelationKind, SaveMode};
use lang::{DataType, Error, Result, StructField};
use plan::Resolved;
use plan::contract::WriteRequest;

use crate::catalog::{Table, quoted};
use crate::environment::{Analyzed, lower_keys};
use crate::operation::Operation;
use crate::session::Session;
use crate::tables::expect_table;

impl Session {
    pub(crate) async fn insert(self: &Arc<Self>, insert: Insert, operation: &Arc<Operation>) -> Result<()> {
        if insert.replace_where.is_some() {
            return Err(Error::unsupported("INSERT INTO … REPLACE WHERE"));
        }
        if insert.if_not_exists {
            return Err(Error::unsupported("INSERT OVERWRITE … IF NOT EXISTS"));
        }
        if let [single] = insert.table.as_slice()
            && self.views.contains(single)
        {
            return Err(expect_table(&quoted(&[single]), "INSERT"));
        }
        let table = self.table_of(&insert.table, "INSERT")?;
        let dynamic = self.overwrites_touched_partitions(&insert, &table)?;
        let analyzed = self.analyze(&with_partition_values(&insert, &table)?, operation).await?;
        let analyzed = fit(analyzed, &insert, &table, &self.context())?;
        let request = WriteRequest {
            format: table.format.clone(),
            path: table.location.clone(),
            mode: if insert.overwrite { SaveMode::Overwrite } else { SaveMode::Append },
            partition_by: table.partition_by.clone(),
            options: lower_keys(&table.options),
            conf: self.source_conf(),
            dynamic_overwrite: dynamic,
        };
        let rows = self.write(analyzed, request, operation).await?;
        let fixed = insert.partition.iter().all(|(_, value)| value.is_some());
        if rows == 0 && dynamic && fixed && !insert.partition.is_empty() {
            return self.empty_partition(&insert, &table, operation).await;
        }
        Ok(())
    }

    /// A partition that no rows take the place of ends up empty.
    async fn empty_partition(
        self: &Arc<Self>,
        insert: &Insert,
        table: &Table,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let mut folder = table.location.trim_end_matches('/').to_string();
        let values = self.partition_texts(insert, table, operation).await?;
        for (column, value) in table.partition_by.iter().zip(values) {
            // Other characters are escaped in folder names, by rules that are the connector's.
            if !value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')) {
                return Err(Error::unsupported(format!("emptying the partition {column}={value}")));
            }
            folder.push_str(&format!("/{column}={value}"));
        }
        self.engine().sources.remove(&folder, &self.source_conf()).await?;
        self.cache.invalidate(&table.location);
        Ok(())
    }

    /// Whether only the partitions that the rows fall into are replaced.
    fn overwrites_touched_partitions(&self, insert: &Insert, table: &Table) -> Result<bool> {
        let by_setting = self.overwrite_mode().is_some_and(|mode| mode.eq_ignore_ascii_case("dynamic"));
        let fixed = insert.partition.iter().filter(|(_, value)| value.is_some()).count();
        if !insert.overwrite || by_setting || fixed == 0 {
            return Ok(insert.overwrite && by_setting && !table.partition_by.is_empty());
        }
        if fixed < table.partition_by.len() {
            // All partitions below the fixed values would have to go, touched or not.
            return Err(Error::unsupported(
                "INSERT OVERWRITE with fixed and open partition columns in static mode",
            ));
        }
        Ok(true)
    }
}

/// The query with the values of `PARTITION (p = 1)` as columns at its end.
fn with_partition_values(insert: &Insert, table: &Table) -> Result<Relation> {
    for (name, _) in &insert.partition {
        if !table.is_partition_column(name) {
            return Err(Error::analysis("PARTITIONS_NOT_FOUND")
                .with("partitionList", quoted(&[name]))
                .with("tableName", table.name.quoted()));
        }
    }
    let fixed = insert.partition.iter().filter_map(|(name, value)| Some((name, value.clone()?)));
    let values: Vec<_> = fixed.map(|(name, value)| value.alias(name)).collect();
    if values.is_empty() {
        return Ok(insert.query.clone());
    }
    let mut expressions = vec![lang::ir::Expr::star()];
    expressions.extend(values);
    Ok(Relation::new(RelationKind::Project { input: insert.query.clone(), expressions }))
}

/// The query's columns as the table's: in order, under its names, cast to its types.
fn fit(analyzed: Analyzed, insert: &Insert, table: &Table, context: &Context) -> Result<Analyzed> {
    let resolved = &analyzed.resolved;
    let sources = match insert.by_name {
        true => by_name(resolved, table)?,
        false => by_position(resolved, insert, table)?,
    };
    let fields = types::to_fields(&table.schema);
    let mut exprs = Vec::with_capacity(fields.len());
    let mut columns = Vec::with_capacity(fields.len());
    for (place, (field, source)) in fields.iter().zip(sources).enumerate() {
        let id = format!("{}#insert{place}", field.name());
        let expr = match source {
            Some(source) => cast(resolved, source, &table.schema.fields[place], table, context)?,
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

/// For each table column, the place of the query's column of that name.
fn by_name(resolved: &Resolved, table: &Table) -> Result<Vec<Option<usize>>> {
    let fields = &table.schema.fields;
    let extra: Vec<_> = resolved
        .columns
        .iter()
        .filter(|column| !fields.iter().any(|f| f.name.eq_ignore_ascii_case(column.name())))
        .map(|column| quoted(&[column.name()]))
        .collect();
    if !extra.is_empty() {
        return Err(Error::analysis("INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS")
            .with("tableName", table.name.quoted())
            .with("extraColumns", extra.join(", ")));
    }
    let place = |field: &StructField| {
        resolved.columns.iter().position(|column| column.name().eq_ignore_ascii_case(&field.name))
    };
    Ok(fields.iter().map(place).collect())
}

/// For each table column, the place of the query's column: in the order of the table, or of the listed columns.
fn by_position(resolved: &Resolved, insert: &Insert, table: &Table) -> Result<Vec<Option<usize>>> {
    let targets = targets(insert, table)?;
    if targets.len() != resolved.columns.len() {
        return Err(arity_mismatch(resolved, table, targets.len()));
    }
    let mut sources = vec![None; table.schema.fields.len()];
    for (source, target) in targets.into_iter().enumerate() {
        sources[target] = Some(source);
    }
    Ok(sources)
}

/// The table columns that the query's columns mean, in their order; fixed partition values are the query's last.
fn targets(insert: &Insert, table: &Table) -> Result<Vec<usize>> {
    let fields = &table.schema.fields;
    let find = |name: &String| {
        fields.iter().position(|f| f.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            let names: Vec<_> = fields.iter().map(|f| quoted(&[&f.name])).collect();
            Error::analysis("UNRESOLVED_COLUMN.WITH_SUGGESTION")
                .with("objectName", quoted(&[name]))
                .with("proposal", names.join(", "))
        })
    };
    let fixed = insert.partition.iter().filter(|(_, value)| value.is_some());
    let fixed = fixed.map(|(name, _)| find(name)).collect::<Result<Vec<_>>>()?;
    let mut targets: Vec<usize> = match insert.columns.as_slice() {
        [] => (0..fields.len()).filter(|place| !fixed.contains(place)).collect(),
        listed => listed.iter().map(find).collect::<Result<_>>()?,
    };
    targets.extend(fixed);
    let mut sorted = targets.clone();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            Err(Error::analysis("COLUMN_ALREADY_EXISTS").with("columnName", quoted(&[&fields[pair[0]].name])))
        }
        None => Ok(targets),
    }
}

fn arity_mismatch(resolved: &Resolved, table: &Table, expected: usize) -> Error {
    let condition = match resolved.columns.len() < expected {
        true => "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
        false => "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
    };
    let list = |names: Vec<&str>| names.into_iter().map(|n| quoted(&[n])).collect::<Vec<_>>().join(", ");
    Error::analysis(condition)
        .with("tableName", table.name.quoted())
        .with("tableColumns", list(table.schema.fields.iter().map(|f| f.name.as_str()).collect()))
        .with("dataColumns", list(resolved.columns.iter().map(|c| c.name()).collect()))
}

/// A column cast to the table's type, by the rules of assignment.
fn cast(
    resolved: &Resolved,
    source: usize,
    target: &StructField,
    table: &Table,
    context: &Context,
) -> Result<Expr> {
    let source = &resolved.columns[source];
    let from = types::from_field(&source.field);
    if !can_assign(&from, &target.data_type) {
        return Err(Error::analysis("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST")
            .with("tableName", table.name.quoted())
            .with("colName", quoted(&[&target.name]))
            .with("srcType", format!("\"{}\"", from.sql()))
            .with("targetType", format!("\"{}\"", target.data_type.sql())));
    }
    if from == target.data_type {
        return Ok(column(&source.id));
    }
    let argument = Argument { expr: column(&source.id), field: Arc::clone(&source.field), keyword: None };
    let to = types::to_field(&target.name, &target.data_type, true);
    functions::cast::cast(&argument, &to, CastMode::Ansi, context)
}

/// Spark's ANSI store assignment: no parsing of text, no reading of numbers as times.
fn can_assign(from: &DataType, to: &DataType) -> bool {
    use DataType as T;
    match (from, to) {
        (from, to) if from == to => true,
        (T::Null, _) => true,
        (from, to) if is_numeric(from) && is_numeric(to) => true,
        (T::Array { element: from, .. }, T::Array { element: to, .. }) => can_assign(from, to),
        (T::Map { key, value, .. }, T::Map { key: to_key, value: to_value, .. }) => {
            can_assign(key, to_key) && can_assign(value, to_value)
        }
        (T::Struct(from), T::Struct(to)) => {
            from.fields.len() == to.fields.len()
                && from.fields.iter().zip(&to.fields).all(|(f, t)| can_assign(&f.data_type, &t.data_type))
        }
        (T::Array { .. } | T::Map { .. } | T::Struct(_) | T::Variant, _) => false,
        (_, T::String { .. } | T::Char(_) | T::Varchar(_)) => true,
        (from, to) => is_datetime(from) && is_datetime(to) || is_same_interval(from, to),
    }
}

fn is_numeric(data_type: &DataType) -> bool {
    use DataType as T;
    matches!(data_type, T::Byte | T::Short | T::Integer | T::Long | T::Float | T::Double | T::Decimal { .. })
}

fn is_datetime(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date | DataType::Timestamp | DataType::TimestampNtz)
}

fn is_same_interval(from: &DataType, to: &DataType) -> bool {
    use DataType as T;
    matches!(
        (from, to),
        (T::YearMonthInterval { .. }, T::YearMonthInterval { .. })
            | (T::DayTimeInterval { .. }, T::DayTimeInterval { .. })
    )
}

fn null_of(data_type: &arrow::datatypes::DataType) -> Result<Expr> {
    let null = datafusion::common::ScalarValue::try_from(data_type).map_err(from_datafusion)?;
    Ok(Expr::Literal(null, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignment_is_stricter_than_casting() {
        use DataType as T;
        let cases = [
            (T::Integer, T::Byte, true),
            (T::STRING, T::Integer, false),
            (T::Integer, T::STRING, true),
            (T::Date, T::Timestamp, true),
            (T::Long, T::Timestamp, false),
            (T::Null, T::Date, true),
            (T::Boolean, T::Integer, false),
            (T::STRING, T::Varchar(3), true),
        ];
        for (from, to, expected) in cases {
            assert_eq!(can_assign(&from, &to), expected, "{from} to {to}");
        }
    }
}
