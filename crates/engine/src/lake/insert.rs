//! INSERT and `writeTo` into tables that keep versions.

use std::sync::Arc;

use lang::ir::{Expr, Insert};
use lang::{Error, Result};
use plan::lake::{At, LakeTable, SchemaChange};

use super::rows::parsed;
use super::save::{Saving, WriteOptions, nullable};
use super::write::{LakeWrite, Replaced};
use super::{LakeTarget, logged};
use crate::catalog::{Table, TableName};
use crate::insert::{Policy, defaults, fit};
use crate::operation::Operation;
use crate::partitions::expect_partition_columns;
use crate::session::{Session, now_micros};

impl Session {
    /// `df.writeTo(t)` with append, overwrite or overwritePartitions.
    pub(crate) async fn write_to(self: &Arc<Self>, insert: Insert, operation: &Arc<Operation>) -> Result<()> {
        match self.lake_target(&insert.table)? {
            Some(target) => self.insert_lake(insert, target, operation).await,
            None => Err(self.refuse_write_to(&insert.table)),
        }
    }

    pub(crate) async fn insert_lake(
        self: &Arc<Self>,
        insert: Insert,
        target: LakeTarget,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let options = WriteOptions::new(self, &insert.options)?;
        refuse(&insert)?;
        let found = target.open(self, At::Latest).await?;
        if insert.schema_evolution || (insert.by_name && options.merge_schema) {
            return self.insert_evolving(insert, target, found, options, operation).await;
        }
        let table = description(&target, found.as_ref());
        expect_partition_columns(&table, &insert.partition)?;
        expect_required(&insert, &table)?;
        // NULLs are found when rows are written.
        let table = Table { schema: nullable(&table.schema), ..table };
        let (relation, defaults) = defaults::filled(&insert, &table)?;
        let analyzed = self.analyze(&relation, operation).await?;
        let policy = match self.assignment_policy() {
            Policy::Ansi => Policy::Castable,
            other => other,
        };
        let given = analyzed.resolved.columns.len();
        let analyzed = fit::fit(analyzed, &insert, &table, &defaults, policy, &self.context())
            .map_err(|error| arity(error, &target, &table, given))?;
        let replaced = self.replaced(&insert, &options, &found, operation).await?;
        let mut analyzed = self.checked(analyzed, parsed(found.checks())?, operation).await?;
        let mode = if matches!(replaced, Replaced::Nothing) { "Append" } else { "Overwrite" };
        let mut parameters = vec![("mode", mode.to_string()), ("partitionBy", "[]".to_string())];
        if let Replaced::Where(condition) = &replaced {
            parameters.push(("predicate", serde_json::json!([condition.to_string()]).to_string()));
        }
        if let Some(condition) = kept_condition(&insert, &options)? {
            analyzed = self.replacing_where(analyzed, condition, operation).await?;
        }
        let write = LakeWrite {
            change: found.change(SchemaChange::None)?,
            table: Some(found),
            replaced,
            commit: options.commit("WRITE", parameters),
            location: target.location.clone(),
        };
        let written = self.write_lake(analyzed, write, operation, None).await;
        written.map_err(|error| crate::insert::overflow_of_insert(error, &table))
    }

    /// `INSERT WITH SCHEMA EVOLUTION … BY NAME`: new columns become the table's.
    async fn insert_evolving(
        self: &Arc<Self>,
        insert: Insert,
        target: LakeTarget,
        found: Arc<dyn LakeTable>,
        options: WriteOptions,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        if !insert.by_name || !insert.partition.is_empty() || insert.replace_where.is_some() {
            return Err(Error::unsupported("INSERT WITH SCHEMA EVOLUTION but BY NAME"));
        }
        let options = WriteOptions { merge_schema: true, ..options };
        let analyzed = self.analyze(&insert.query, operation).await?;
        let saving = Saving {
            target: &target,
            table: Some(found),
            partition_by: &[],
            overwrite: insert.overwrite,
            options: &options,
            then: None,
        };
        self.save_rows(analyzed, saving, operation).await
    }

    /// What an insert replaces.
    async fn replaced(
        self: &Arc<Self>,
        insert: &Insert,
        options: &WriteOptions,
        found: &Arc<dyn LakeTable>,
        operation: &Arc<Operation>,
    ) -> Result<Replaced> {
        if let Some(condition) = &insert.replace_where {
            return Ok(Replaced::Where(self.lake_condition(found, condition, operation).await?));
        }
        if !insert.overwrite {
            return Ok(Replaced::Nothing);
        }
        if let Some(text) = &options.replace_where {
            let condition = lang::parse_expression(text)?;
            return Ok(Replaced::Where(self.lake_condition(found, &condition, operation).await?));
        }
        let partitioned = !found.partition_by().is_empty();
        if partitioned && options.dynamic {
            return Ok(Replaced::Partitions);
        }
        let fixed = insert.partition.iter().filter_map(|(name, value)| {
            let equal = vec![Expr::column(name), value.clone()?];
            Some(Expr::call("<=>", equal))
        });
        match fixed.reduce(|all, one| Expr::call("and", vec![all, one])) {
            Some(condition) => Ok(Replaced::Where(self.lake_condition(found, &condition, operation).await?)),
            None => Ok(Replaced::All),
        }
    }
}

/// # Errors
/// `DELTA_INSERT_COLUMN_MISMATCH` for a column that is NOT NULL and not given.
fn expect_required(insert: &Insert, table: &Table) -> Result<()> {
    if insert.columns.is_empty() {
        return Ok(());
    }
    let is_given = |name: &str| {
        insert.columns.iter().any(|column| column.eq_ignore_ascii_case(name))
            || insert.partition.iter().any(|(column, _)| column.eq_ignore_ascii_case(name))
    };
    let missing = table.schema.fields.iter().find(|field| {
        !field.nullable && !is_given(&field.name) && crate::columns::current_default(field).is_none()
    });
    match missing {
        Some(field) => {
            Err(Error::analysis("DELTA_INSERT_COLUMN_MISMATCH").with("columnName", field.name.as_str()))
        }
        None => Ok(()),
    }
}

/// What Delta says of a wrong number of columns.
fn arity(error: Error, target: &LakeTarget, table: &Table, given: usize) -> Error {
    let condition = error.condition();
    if !condition.starts_with("INSERT_COLUMN_ARITY_MISMATCH") {
        return error;
    }
    let few = condition.ends_with("NOT_ENOUGH_DATA_COLUMNS");
    Error::analysis("DELTA_INSERT_COLUMN_ARITY_MISMATCH")
        .with("tableName", target.name.join("."))
        .with("columnName", if few { "not enough data columns" } else { "too many data columns" })
        .with("numColumns", table.schema.fields.len().to_string())
        .with("insertColumns", given.to_string())
}

/// The condition that new rows have to be true for: that of the rows they replace.
fn kept_condition(insert: &Insert, options: &WriteOptions) -> Result<Option<Expr>> {
    match (&insert.replace_where, &options.replace_where) {
        (Some(condition), _) => Ok(Some(condition.clone())),
        (None, Some(text)) if insert.overwrite => lang::parse_expression(text).map(Some),
        _ => Ok(None),
    }
}

fn refuse(insert: &Insert) -> Result<()> {
    let refused = [
        (insert.replace_on.is_some(), "INSERT … REPLACE ON"),
        (!insert.replace_using.is_empty(), "INSERT … REPLACE USING"),
        (insert.if_not_exists, "INSERT OVERWRITE … IF NOT EXISTS into a Delta table"),
    ];
    match refused.into_iter().find(|(given, _)| *given) {
        Some((_, what)) => Err(Error::unsupported(what)),
        None => Ok(()),
    }
}

/// A table as the catalog would describe it, with what its log says.
pub(super) fn description(target: &LakeTarget, found: &dyn LakeTable) -> Table {
    let table = target.entry.clone().unwrap_or_else(|| Table {
        id: 0,
        version: 0,
        name: TableName::new(
            target.name.first().map_or("delta", String::as_str),
            target.name.last().map_or("", String::as_str),
        ),
        format: "delta".to_string(),
        schema: found.schema().clone(),
        partition_by: Vec::new(),
        bucketing: None,
        cluster_by: Vec::new(),
        location: target.location.clone(),
        managed: false,
        options: Default::default(),
        properties: Default::default(),
        comment: None,
        collation: None,
        created_micros: now_micros(),
        statistics: None,
        column_statistics: Default::default(),
    });
    logged(table, found)
}
