//! Partitions: which a statement means, and SHOW PARTITIONS.

use std::sync::Arc;

use arrow::array::{Array, AsArray};
use lang::ir::{CastMode, Expr, ExprKind, PartitionSpec, Relation, RelationKind};
use lang::{DataType, Error, Result};

use crate::catalog::{Partition, Table, TableName, identifier, quoted};
use crate::operation::Operation;
use crate::rows;
use crate::session::Session;

/// For each partition column the value a statement gives it; `None`: any value. The inner `None` is NULL.
pub(crate) type Wanted = Vec<Option<Option<String>>>;

impl Session {
    /// The folders of a table's partitions, sorted; only those of `wanted` values.
    pub(crate) async fn partitions(
        self: &Arc<Self>,
        name: &[String],
        wanted: &PartitionSpec,
        operation: &Arc<Operation>,
    ) -> Result<Vec<String>> {
        let table = self.table_of(name, "SHOW PARTITIONS")?;
        if table.partition_by.is_empty() {
            return Err(not_partitioned(&table.name));
        }
        let wanted = self.partition_values(&table, wanted, operation).await?;
        let all = self.engine().catalog.partitions_of(&table).await?;
        Ok(all.iter().filter(|p| fits(&wanted, p)).map(|p| p.folder(&table)).collect())
    }

    /// The partitions that a specification means.
    ///
    /// # Errors
    /// `PARTITIONS_NOT_FOUND` when there is none; `INVALID_PARTITION_OPERATION…` for tables without partitions.
    pub(crate) async fn wanted_partitions(
        self: &Arc<Self>,
        table: &Table,
        wanted: &PartitionSpec,
        statement: &str,
        operation: &Arc<Operation>,
    ) -> Result<Vec<Partition>> {
        if table.partition_by.is_empty() {
            return Err(unpartitioned(table, statement));
        }
        let values = self.partition_values(table, wanted, operation).await?;
        let all = self.engine().catalog.partitions_of(table).await?;
        let found: Vec<_> = all.iter().filter(|partition| fits(&values, partition)).cloned().collect();
        if found.is_empty() && values.iter().any(Option::is_some) {
            return Err(partitions_not_found(table, &[values]));
        }
        Ok(found)
    }

    /// What a specification gives the partition columns, as folders are named by it: cast to their types, as text.
    ///
    /// # Errors
    /// `PARTITIONS_NOT_FOUND` for columns that are none of the table's partition columns; Spark's errors of casts.
    pub(crate) async fn partition_values(
        self: &Arc<Self>,
        table: &Table,
        given: &PartitionSpec,
        operation: &Arc<Operation>,
    ) -> Result<Wanted> {
        expect_partition_columns(table, given)?;
        let mut expressions = Vec::new();
        let mut places = Vec::new();
        for (place, column) in table.partition_by.iter().enumerate() {
            let value = given.iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
            let field = table.schema.fields.iter().find(|field| field.name == *column);
            if let (Some((_, Some(value))), Some(field)) = (value, field) {
                let typed = cast(value.clone(), field.data_type.clone());
                expressions.push(cast(typed, DataType::STRING).alias(column));
                places.push(place);
            }
        }
        let mut values = vec![None; table.partition_by.len()];
        if places.is_empty() {
            return Ok(values);
        }
        let input = Relation::new(RelationKind::OneRow);
        let relation = Relation::new(RelationKind::Project { input, expressions });
        let analyzed = self.analyze(&relation, operation).await?;
        let batch = rows::concatenated(self.rows(analyzed, operation).await?).await?;
        for (place, column) in places.into_iter().zip(batch.columns()) {
            let text = column.as_string::<i32>();
            let value = (!text.is_empty() && !text.is_null(0)).then(|| text.value(0).to_string());
            let length = char_length(table, &table.partition_by[place]);
            let filled = |value: String| format!("{value:<length$}");
            values[place] = Some(value.filter(|value| !value.is_empty()).map(filled));
        }
        Ok(values)
    }
}

/// The length that values of a CHAR column have; 0 for other columns.
fn char_length(table: &Table, column: &str) -> usize {
    let field = table.schema.fields.iter().find(|field| field.name == column);
    match field.map(|field| &field.data_type) {
        Some(DataType::Char(length)) => *length as usize,
        _ => 0,
    }
}

/// All values, for a specification that gives each column one.
///
/// # Errors
/// `_LEGACY_ERROR_TEMP_1232`: a column is missing.
pub(crate) fn full(table: &Table, wanted: Wanted, given: &PartitionSpec) -> Result<Vec<Option<String>>> {
    let all: Option<Vec<_>> = wanted.into_iter().collect();
    all.ok_or_else(|| {
        let names: Vec<_> = given.iter().map(|(name, _)| name.as_str()).collect();
        Error::analysis("_LEGACY_ERROR_TEMP_1232")
            .with("specKeys", names.join(", "))
            .with("partitionColumnNames", table.partition_by.join(", "))
            .with("tableName", table.name.quoted())
    })
}

pub(crate) fn fits(wanted: &Wanted, partition: &Partition) -> bool {
    wanted.iter().zip(&partition.values).all(|(wanted, value)| wanted.as_ref().is_none_or(|w| w == value))
}

pub(crate) fn expect_partition_columns(table: &Table, given: &PartitionSpec) -> Result<()> {
    match given.iter().find(|(name, _)| !table.is_partition_column(name)) {
        None => Ok(()),
        Some((name, _)) => Err(Error::analysis("PARTITIONS_NOT_FOUND")
            .with("partitionList", quoted(&[name]))
            .with("tableName", table.name.quoted())),
    }
}

/// `PARTITIONS_NOT_FOUND`
pub(crate) fn partitions_not_found(table: &Table, wanted: &[Wanted]) -> Error {
    let specs: Vec<_> = wanted.iter().map(|values| spec_text(table, values)).collect();
    Error::analysis("PARTITIONS_NOT_FOUND")
        .with("partitionList", specs.join(", "))
        .with("tableName", quoted(&[&table.name.database, &table.name.table]))
}

/// `PARTITIONS_ALREADY_EXIST`
pub(crate) fn partitions_exist(table: &Table, values: &[Option<String>]) -> Error {
    let wanted = values.iter().cloned().map(Some).collect();
    Error::analysis("PARTITIONS_ALREADY_EXIST")
        .with("partitionList", spec_text(table, &wanted))
        .with("tableName", quoted(&[&table.name.database, &table.name.table]))
}

/// ``PARTITION (`p` = 9)``
fn spec_text(table: &Table, values: &Wanted) -> String {
    let pairs = table.partition_by.iter().zip(values).filter_map(|(column, value)| {
        let value = value.as_ref()?.as_deref().unwrap_or("null");
        Some(format!("{} = {value}", quoted(&[column])))
    });
    format!("PARTITION ({})", pairs.collect::<Vec<_>>().join(", "))
}

/// What Spark says of partition statements on tables without partitions.
pub(crate) fn unpartitioned(table: &Table, statement: &str) -> Error {
    Error::analysis("_LEGACY_ERROR_TEMP_1251")
        .with("action", statement)
        .with("tableName", identifier(&table.name.table))
}

/// `INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY`
pub(crate) fn not_partitioned(name: &TableName) -> Error {
    Error::analysis("INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY").with("name", name.quoted())
}

fn cast(expr: Expr, data_type: DataType) -> Expr {
    ExprKind::Cast { expr: Box::new(expr), data_type, mode: CastMode::Session }.into()
}
