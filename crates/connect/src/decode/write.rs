//! `df.write` and `df.writeTo`.

use lang::ir::{Bucketing, CreateTable, Expr, Insert, Options, Relation, SaveMode, Statement, WritePath};
use lang::{Error, Result};
use spark_connect_proto as proto;
use spark_connect_proto::write_operation::save_table::TableSaveMethod;
use spark_connect_proto::write_operation::{SaveMode as Mode, SaveTable, SaveType};
use spark_connect_proto::write_operation_v2::Mode as TableMode;

use super::{Decoder, count, invalid, options, required};

impl Decoder<'_> {
    pub(super) fn write(&self, write: &proto::WriteOperation) -> Result<Statement> {
        if write.with_schema_evolution {
            return Err(Error::unsupported("schema evolution of writes"));
        }
        let partitioned = !write.partitioning_columns.is_empty();
        let clustering = clustering(&write.clustering_columns, partitioned, write.bucket_by.is_some())?;
        let input = self.relation(required(&write.input, "WriteOperation.input")?)?;
        match &write.save_type {
            Some(SaveType::Table(table)) => match TableSaveMethod::try_from(table.save_method) {
                Ok(TableSaveMethod::SaveAsTable) => save_as_table(write, table, input, clustering),
                Ok(TableSaveMethod::InsertInto) => insert_into(write, table, input),
                _ => Err(invalid("SaveTable.save_method is not set")),
            },
            Some(SaveType::Path(path)) => save(write, Some(path.clone()), input),
            None => save(write, None, input),
        }
    }

    pub(super) fn write_table(&self, write: &proto::WriteOperationV2) -> Result<Statement> {
        let input = self.relation(required(&write.input, "WriteOperationV2.input")?)?;
        let table = lang::parse_identifier(&write.table_name)?;
        match TableMode::try_from(write.mode) {
            Ok(TableMode::Create) => self.create(write, table, input, false),
            Ok(TableMode::Replace | TableMode::CreateOrReplace) => self.create(write, table, input, true),
            Ok(mode @ (TableMode::Append | TableMode::Overwrite | TableMode::OverwritePartitions)) => {
                self.write_to(write, Insert::new(table, input), mode)
            }
            Ok(TableMode::Unspecified) | Err(_) => Err(invalid("WriteOperationV2.mode is not set")),
        }
    }

    fn write_to(
        &self,
        write: &proto::WriteOperationV2,
        mut insert: Insert,
        mode: TableMode,
    ) -> Result<Statement> {
        insert.by_name = true;
        insert.options = options(&write.options);
        insert.schema_evolution = write.with_schema_evolution;
        match mode {
            TableMode::Append => {}
            TableMode::Overwrite => {
                let condition = required(&write.overwrite_condition, "WriteOperationV2.overwrite_condition")?;
                insert.replace_where = Some(self.expression(condition)?);
            }
            _ => {
                insert.overwrite = true;
                insert.options.insert("partitionOverwriteMode".to_string(), "dynamic".to_string());
            }
        }
        Ok(Statement::WriteTo(insert))
    }

    fn create(
        &self,
        write: &proto::WriteOperationV2,
        name: Vec<String>,
        query: Relation,
        or_replace: bool,
    ) -> Result<Statement> {
        let mut properties = options(&write.table_properties);
        Ok(Statement::CreateTable(CreateTable {
            name,
            if_not_exists: false,
            or_replace,
            external: false,
            format: write.provider.clone().filter(|provider| !provider.is_empty()),
            columns: Vec::new(),
            partition_by: self.expressions(&write.partitioning_columns)?,
            cluster_by: clustering(&write.clustering_columns, !write.partitioning_columns.is_empty(), false)?,
            options: options(&write.options),
            comment: properties.remove("comment"),
            location: properties.remove("location"),
            properties,
            query: Some(query),
            mode: if or_replace { SaveMode::Overwrite } else { SaveMode::ErrorIfExists },
            must_exist: TableMode::try_from(write.mode) == Ok(TableMode::Replace),
            ..CreateTable::default()
        }))
    }
}

/// `clusterBy("a", "s.x")`, as paths of names. Files in a folder are not clustered: there Spark takes it in and does nothing.
///
/// # Errors
/// `SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED`, `SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED`
fn clustering(columns: &[String], partitioned: bool, bucketed: bool) -> Result<Vec<Vec<String>>> {
    if !columns.is_empty() && partitioned {
        return Err(Error::analysis("SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED"));
    }
    if !columns.is_empty() && bucketed {
        return Err(Error::analysis("SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED"));
    }
    columns.iter().map(|column| lang::parse_identifier(column)).collect()
}

fn save(write: &proto::WriteOperation, path: Option<String>, input: Relation) -> Result<Statement> {
    let mut options = options(&write.options);
    let option_path = options.remove("path");
    let bucket_by = match &write.bucket_by {
        Some(by) => Some((count(by.num_buckets, "BucketBy.num_buckets")?, by.bucket_column_names.clone())),
        None => None,
    };
    Ok(Statement::WritePath(WritePath {
        input,
        format: format(write),
        path: path.filter(|path| !path.is_empty()).or(option_path),
        mode: save_mode(write.mode)?,
        partition_by: write.partitioning_columns.clone(),
        sort_by: write.sort_column_names.clone(),
        bucket_by,
        options,
    }))
}

fn save_as_table(
    write: &proto::WriteOperation,
    table: &SaveTable,
    input: Relation,
    cluster_by: Vec<Vec<String>>,
) -> Result<Statement> {
    let bucketing = bucketing(write)?;
    let mut options = options(&write.options);
    let location = options.remove("path");
    Ok(Statement::CreateTable(CreateTable {
        name: lang::parse_identifier(&table.table_name)?,
        if_not_exists: false,
        or_replace: false,
        external: location.is_some(),
        format: format(write),
        columns: Vec::new(),
        partition_by: write.partitioning_columns.iter().map(Expr::column).collect(),
        options,
        properties: Options::new(),
        location,
        comment: None,
        query: Some(input),
        mode: save_mode(write.mode)?,
        bucketing,
        cluster_by,
        ..CreateTable::default()
    }))
}

fn insert_into(write: &proto::WriteOperation, table: &SaveTable, input: Relation) -> Result<Statement> {
    if write.bucket_by.is_some() {
        return Err(Error::analysis("_LEGACY_ERROR_TEMP_1312").with("operation", "insertInto"));
    }
    bucketing(write)?;
    if !write.partitioning_columns.is_empty() {
        return Err(Error::analysis("PARTITION_BY_NOT_ALLOWED_WITH_INSERT_INTO")
            .with("tableName", table.table_name.as_str()));
    }
    let mut insert = Insert::new(lang::parse_identifier(&table.table_name)?, input);
    insert.overwrite = save_mode(write.mode)? == SaveMode::Overwrite;
    Ok(Statement::Insert(insert))
}

/// `bucketBy(4, "a").sortBy("b")`
fn bucketing(write: &proto::WriteOperation) -> Result<Option<Bucketing>> {
    match &write.bucket_by {
        None if write.sort_column_names.is_empty() => Ok(None),
        None => Err(Error::analysis("SORT_BY_WITHOUT_BUCKETING")),
        Some(by) => Ok(Some(Bucketing {
            buckets: count(by.num_buckets, "BucketBy.num_buckets")?,
            columns: by.bucket_column_names.clone(),
            sort_by: write.sort_column_names.clone(),
        })),
    }
}

fn format(write: &proto::WriteOperation) -> Option<String> {
    write.source.clone().filter(|source| !source.is_empty())
}

fn save_mode(mode: i32) -> Result<SaveMode> {
    Ok(match Mode::try_from(mode) {
        Ok(Mode::Append) => SaveMode::Append,
        Ok(Mode::Overwrite) => SaveMode::Overwrite,
        Ok(Mode::ErrorIfExists | Mode::Unspecified) => SaveMode::ErrorIfExists,
        Ok(Mode::Ignore) => SaveMode::Ignore,
        Err(_) => return Err(invalid(format!("unknown save mode {mode}"))),
    })
}
