//! ANALYZE TABLE: sizes of files, numbers of rows, and what the values of columns are like.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use lang::ir::{AnalyzeTarget, PartitionSpec, Statement};
use lang::{DataType, Error, Result, StructField};

use crate::catalog::{ColumnStatistics, Entry, Partition, Statistics, Table, quoted};
use crate::create_table::local_folder;
use crate::operation::Operation;
use crate::partitions::partitions_not_found;
use crate::rows;
use crate::session::Session;
use crate::tables::SYSTEM_SESSION;

impl Session {
    pub(crate) async fn analyze_table(
        self: &Arc<Self>,
        name: &[String],
        partition: &PartitionSpec,
        target: AnalyzeTarget,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        if self.is_temporary_view(name) {
            return Err(Error::analysis("UNSUPPORTED_FEATURE.ANALYZE_VIEW"));
        }
        let entry = self.known(name, SYSTEM_SESSION)?;
        let Entry::Table(table) = entry.as_ref() else {
            return Err(Error::analysis("UNSUPPORTED_FEATURE.ANALYZE_VIEW"));
        };
        match target {
            AnalyzeTarget::Columns(_) | AnalyzeTarget::AllColumns => {
                let columns = wanted_columns(table, &target)?;
                self.analyze_columns(table, &columns, operation).await
            }
            _ if !partition.is_empty() => {
                let scan = target == AnalyzeTarget::Table;
                self.analyze_partitions(table, partition, scan, operation).await
            }
            target => self.analyze_whole(table, target == AnalyzeTarget::Table, operation).await,
        }
    }

    /// `ANALYZE TABLES IN d`
    pub(crate) async fn analyze_tables(
        self: &Arc<Self>,
        database: Option<&[String]>,
        no_scan: bool,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let database = self.existing_database(database)?;
        for entry in self.engine().catalog.entries(&database) {
            if let Entry::Table(table) = entry.as_ref() {
                self.analyze_whole(table, !no_scan, operation).await?;
            }
        }
        Ok(())
    }

    async fn analyze_whole(
        self: &Arc<Self>,
        table: &Table,
        scan: bool,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let bytes = self.bytes_of(table).await?;
        let rows = match scan {
            true => Some(self.count(table, operation).await?),
            false => table.statistics.filter(|known| known.bytes == bytes).and_then(|known| known.rows),
        };
        self.alter_entry(&table.name, move |entry| {
            if let Entry::Table(table) = entry {
                table.statistics = Some(Statistics { bytes, rows });
            }
            Ok(())
        })
        .await
    }

    async fn bytes_of(&self, table: &Table) -> Result<u64> {
        if table.partition_by.is_empty() {
            return folder_bytes(&table.location);
        }
        let partitions = self.engine().catalog.partitions_of(table).await?;
        partitions.iter().map(|partition| folder_bytes(&partition.path(table))).sum()
    }

    async fn count(self: &Arc<Self>, table: &Table, operation: &Arc<Operation>) -> Result<u64> {
        let batch = self.answer(&format!("SELECT count(1) FROM {}", table.name.quoted()), operation).await?;
        Ok(number(&batch, 0, 0))
    }

    /// The rows of a query of ours.
    async fn answer(self: &Arc<Self>, sql: &str, operation: &Arc<Operation>) -> Result<RecordBatch> {
        let Statement::Query(relation) = lang::parse_statement(sql)? else {
            return Err(Error::internal(format!("no query: {sql}")));
        };
        let analyzed = self.analyze(&relation, operation).await?;
        rows::concatenated(self.rows(analyzed, operation).await?).await
    }

    async fn analyze_partitions(
        self: &Arc<Self>,
        table: &Table,
        spec: &PartitionSpec,
        scan: bool,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let found = self.wanted_partitions(table, spec, "ANALYZE TABLE", operation).await?;
        if found.is_empty() {
            let wanted = self.partition_values(table, spec, operation).await?;
            return Err(partitions_not_found(table, &[wanted]));
        }
        let counts = match scan {
            true => Some(self.count_partitions(table, operation).await?),
            false => None,
        };
        let mut analyzed = Vec::with_capacity(found.len());
        for partition in found {
            let bytes = folder_bytes(&partition.path(table))?;
            let rows = match &counts {
                Some(counts) => Some(counts.get(&partition.values).copied().unwrap_or(0)),
                None => {
                    partition.statistics.filter(|known| known.bytes == bytes).and_then(|known| known.rows)
                }
            };
            analyzed.push(Partition { statistics: Some(Statistics { bytes, rows }), ..partition });
        }
        let of = table.clone();
        let change = self.engine().catalog.change(move |change| {
            analyzed.iter().try_for_each(|partition| change.put_partition(&of, partition))
        });
        change.await
    }

    async fn count_partitions(
        self: &Arc<Self>,
        table: &Table,
        operation: &Arc<Operation>,
    ) -> Result<BTreeMap<Vec<Option<String>>, u64>> {
        let columns: Vec<_> = table.partition_by.iter().map(|column| quoted(&[column])).collect();
        let texts: Vec<_> = columns.iter().map(|column| format!("CAST({column} AS STRING)")).collect();
        let sql = format!(
            "SELECT count(1), {} FROM {} GROUP BY {}",
            texts.join(", "),
            table.name.quoted(),
            columns.join(", ")
        );
        let batch = self.answer(&sql, operation).await?;
        let values = |row| (1..=columns.len()).map(|column| value(&batch, column, row)).collect();
        Ok((0..batch.num_rows()).map(|row| (values(row), number(&batch, 0, row))).collect())
    }

    async fn analyze_columns(
        self: &Arc<Self>,
        table: &Table,
        columns: &[StructField],
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let bytes = self.bytes_of(table).await?;
        let mut items = vec!["count(1)".to_string()];
        items.extend(columns.iter().flat_map(measures));
        let sql = format!("SELECT {} FROM {}", items.join(", "), table.name.quoted());
        let batch = self.answer(&sql, operation).await?;
        let rows = number(&batch, 0, 0);
        let mut found = BTreeMap::new();
        for (place, field) in columns.iter().enumerate() {
            let at = 1 + place * MEASURES;
            let statistics = ColumnStatistics {
                min: value(&batch, at, 0),
                max: value(&batch, at + 1, 0),
                nulls: rows.saturating_sub(number(&batch, at + 2, 0)),
                distinct: number(&batch, at + 3, 0).min(number(&batch, at + 2, 0)),
                average_length: number(&batch, at + 4, 0),
                longest: number(&batch, at + 5, 0),
            };
            found.insert(field.name.clone(), statistics);
        }
        self.alter_entry(&table.name, move |entry| {
            if let Entry::Table(table) = entry {
                table.statistics = Some(Statistics { bytes, rows: Some(rows) });
                table.column_statistics.extend(found);
            }
            Ok(())
        })
        .await
    }
}

/// How many aggregates [`measures`] makes of a column.
const MEASURES: usize = 6;

/// Least and greatest value as text, values, distinct values, average and greatest length.
fn measures(field: &StructField) -> [String; MEASURES] {
    let column = quoted(&[&field.name]);
    let is_text = matches!(
        field.data_type,
        DataType::String { .. } | DataType::Char(_) | DataType::Varchar(_) | DataType::Binary
    );
    let (min, max) = match is_text {
        true => ("CAST(NULL AS STRING)".to_string(), "CAST(NULL AS STRING)".to_string()),
        false => (format!("CAST(min({column}) AS STRING)"), format!("CAST(max({column}) AS STRING)")),
    };
    let (average, longest) = match is_text {
        true => (
            format!("CAST(ceil(coalesce(avg(length({column})), 0)) AS BIGINT)"),
            format!("CAST(coalesce(max(length({column})), 0) AS BIGINT)"),
        ),
        false => {
            let size = size(&field.data_type);
            (format!("{size}L"), format!("{size}L"))
        }
    };
    [min, max, format!("count({column})"), format!("approx_count_distinct({column})"), average, longest]
}

/// The bytes Spark counts a value of a type as.
fn size(data_type: &DataType) -> u64 {
    match data_type {
        DataType::Boolean | DataType::Byte => 1,
        DataType::Short => 2,
        DataType::Integer | DataType::Float | DataType::Date => 4,
        DataType::Decimal { precision, .. } if *precision > 18 => 16,
        _ => 8,
    }
}

fn has_statistics(data_type: &DataType) -> bool {
    use DataType as T;
    matches!(data_type, T::Byte | T::Short | T::Integer | T::Long | T::Float | T::Double | T::Decimal { .. })
        || matches!(data_type, T::Boolean | T::Date | T::Timestamp | T::TimestampNtz | T::Binary)
        || matches!(data_type, T::String { .. } | T::Char(_) | T::Varchar(_))
}

/// # Errors
/// `COLUMN_NOT_FOUND`, `UNSUPPORTED_FEATURE.ANALYZE_UNSUPPORTED_COLUMN_TYPE`
fn wanted_columns(table: &Table, target: &AnalyzeTarget) -> Result<Vec<StructField>> {
    let fields = &table.schema.fields;
    let AnalyzeTarget::Columns(names) = target else {
        return Ok(fields.iter().filter(|field| has_statistics(&field.data_type)).cloned().collect());
    };
    let find = |name: &String| {
        let field = fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            Error::analysis("COLUMN_NOT_FOUND")
                .with("colName", quoted(&[name]))
                .with("caseSensitiveConfig", "\"spark.sql.caseSensitive\"")
        })?;
        match has_statistics(&field.data_type) {
            true => Ok(field.clone()),
            false => Err(Error::analysis("UNSUPPORTED_FEATURE.ANALYZE_UNSUPPORTED_COLUMN_TYPE")
                .with("columnType", format!("\"{}\"", field.data_type.sql()))
                .with("columnName", quoted(&[&field.name]))
                .with("tableName", table.name.quoted())),
        }
    };
    names.iter().map(find).collect()
}

/// The bytes of the files below a folder.
fn folder_bytes(location: &str) -> Result<u64> {
    let Some(folder) = local_folder(location) else {
        return Err(Error::unsupported("the sizes of tables in an object store"));
    };
    Ok(bytes_below(Path::new(folder)))
}

fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let size = |entry: std::fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() && !name.starts_with('.') => bytes_below(&entry.path()),
            Ok(metadata) if metadata.is_file() && !name.starts_with(['.', '_']) => metadata.len(),
            _ => 0,
        }
    };
    entries.map(size).sum()
}

fn number(batch: &RecordBatch, column: usize, row: usize) -> u64 {
    let array = batch.column(column);
    let numbers = array.as_primitive_opt::<arrow::datatypes::Int64Type>();
    numbers.filter(|n| n.is_valid(row)).and_then(|n| u64::try_from(n.value(row)).ok()).unwrap_or(0)
}

fn value(batch: &RecordBatch, column: usize, row: usize) -> Option<String> {
    let texts = batch.column(column).as_string_opt::<i32>()?;
    texts.is_valid(row).then(|| texts.value(row).to_string())
}
