//! OPTIMIZE: small files are gathered into large ones; with ZORDER, rows that are near each other come together.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Field;
use datafusion::catalog::Session;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use lang::{Error, ErrorKind, Result};
use plan::lake::{Change, Commit, ReadSet};
use serde_json::{Value, json};

use super::zorder::curve;
use super::{batch, boolean, long, structure, text};
use crate::error::from_datafusion;
use crate::file::DataFile;
use crate::table::Table;
use crate::write::change::{TableChange, Writing};

/// Files of at most so many bytes are gathered when no property says otherwise: as large as files are written.
const TARGET_BYTES: u64 = 128 << 20;

pub(super) async fn optimize(
    table: &Table,
    filters: &[Expr],
    zorder: &[String],
    session: &dyn Session,
) -> Result<RecordBatch> {
    let columns = columns(table, zorder)?;
    let mut candidates = table.rows(None, false).matching(session, filters)?;
    candidates.sort_unstable();
    let considered = candidates.len() as u64;
    let bins = bins(table, &candidates, columns.is_empty())?;
    let mut totals = Totals { considered, ..Totals::default() };
    if bins.is_empty() {
        totals.skipped = considered;
        return totals.batch(table);
    }
    let change = table.begin(TableChange::default())?;
    let mut removed = Vec::new();
    for (place, bin) in bins.iter().enumerate() {
        let written = rewrite(table, &change, place, bin, &columns, session).await;
        let (files, bytes) = match written {
            Ok(written) => written,
            Err(error) => {
                change.abort().await;
                return Err(error);
            }
        };
        totals.added += files;
        totals.added_bytes += bytes;
        removed.extend(bin.iter().copied());
    }
    totals.removed = removed.len() as u64;
    totals.removed_bytes =
        removed.iter().filter_map(|id| table.state.files.get(*id as usize)).map(|f| f.size).sum();
    totals.skipped = considered.saturating_sub(totals.removed);
    totals.partitions = bins.len() as u64;
    let predicate: Vec<_> = filters.iter().map(ToString::to_string).collect();
    let commit = Commit {
        operation: "OPTIMIZE".to_string(),
        parameters: vec![
            ("predicate".to_string(), json!(predicate).to_string()),
            ("zOrderBy".to_string(), json!(zorder).to_string()),
            ("auto".to_string(), "false".to_string()),
            ("clusterBy".to_string(), "[]".to_string()),
        ],
        read: ReadSet::Matching { filters: Vec::new(), files: removed.clone() },
        removed,
        moves_rows_only: true,
        ..Commit::default()
    };
    change.commit(commit).await?;
    totals.batch(table)
}

/// The columns to order by, as the table spells them.
///
/// # Errors
/// `DELTA_ZORDERING_COLUMN_DOES_NOT_EXIST`, `DELTA_ZORDERING_ON_PARTITION_COLUMN`
fn columns(table: &Table, zorder: &[String]) -> Result<Vec<String>> {
    let find = |name: &String| {
        let field = table.state.schema.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        let field = field.ok_or_else(|| {
            Error::new(ErrorKind::InvalidArgument, "DELTA_ZORDERING_COLUMN_DOES_NOT_EXIST")
                .with("columnName", name.as_str())
        })?;
        match table.state.is_partition(&field.name) {
            true => Err(Error::new(ErrorKind::InvalidArgument, "DELTA_ZORDERING_ON_PARTITION_COLUMN")
                .with("colName", name.as_str())),
            false => Ok(field.name.clone()),
        }
    };
    zorder.iter().map(find).collect()
}

/// The files that are written together: of one partition, small ones, as many as make a large one. In an order, all of a
/// partition.
fn bins(table: &Table, candidates: &[u32], small_only: bool) -> Result<Vec<Vec<u32>>> {
    let target = match table.state.configuration.get("delta.targetFileSize") {
        Some(_) => {
            crate::write::Target::new(
                &table.state.full,
                &table.state.partition_by,
                table.state.mapping,
                &table.state.properties,
                &table.conf,
            )?
            .file_bytes
        }
        None => TARGET_BYTES,
    };
    let mut partitions: BTreeMap<Vec<_>, Vec<(u32, &DataFile)>> = BTreeMap::new();
    for id in candidates {
        let Some(file) = usize::try_from(*id).ok().and_then(|id| table.state.files.get(id)) else { continue };
        // A file that is large already stays, unless rows of it are deleted.
        if small_only && file.size >= target && file.deletion.is_none() {
            continue;
        }
        let mut key: Vec<_> = file.partition.iter().collect();
        key.sort();
        partitions.entry(key).or_default().push((*id, file));
    }
    let mut bins = Vec::new();
    for (_, files) in partitions {
        let mut bin: Vec<u32> = Vec::new();
        let (mut bytes, mut deleted) = (0, false);
        let mut close = |bin: &mut Vec<u32>, deleted: &mut bool| {
            if bin.len() > 1 || *deleted || (!small_only && !bin.is_empty()) {
                bins.push(std::mem::take(bin));
            }
            bin.clear();
            *deleted = false;
        };
        for (id, file) in files {
            if small_only && bytes + file.size > target && !bin.is_empty() {
                close(&mut bin, &mut deleted);
                bytes = 0;
            }
            bin.push(id);
            bytes += file.size;
            deleted |= file.deletion.is_some();
        }
        close(&mut bin, &mut deleted);
    }
    Ok(bins)
}

/// Writes the rows of some files anew; the number of files and bytes.
async fn rewrite(
    table: &Table,
    change: &Writing,
    place: usize,
    files: &[u32],
    columns: &[String],
    session: &dyn Session,
) -> Result<(u64, u64)> {
    let rows = Arc::new(table.rows(Some(files.to_vec()), false));
    let mut plan =
        LogicalPlanBuilder::scan("rows", provider_as_source(rows), None).map_err(from_datafusion)?;
    if !columns.is_empty() {
        plan = plan.sort(vec![curve(columns).sort(true, false)]).map_err(from_datafusion)?;
    }
    let plan = plan.build().map_err(from_datafusion)?;
    let physical = session.create_physical_plan(&plan).await.map_err(from_datafusion)?;
    let physical = one_partition(physical);
    let stream = physical.execute(0, session.task_ctx()).map_err(from_datafusion)?;
    let wrote = change.write(place, stream).await?;
    Ok((wrote.files, wrote.bytes))
}

/// All rows in one stream, those of one partition behind those of another.
fn one_partition(plan: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
    match plan.output_partitioning().partition_count() {
        1 => plan,
        _ => Arc::new(CoalescePartitionsExec::new(plan)),
    }
}

/// What has been done.
#[derive(Default)]
struct Totals {
    considered: u64,
    skipped: u64,
    added: u64,
    added_bytes: u64,
    removed: u64,
    removed_bytes: u64,
    partitions: u64,
}

impl Totals {
    fn batch(&self, table: &Table) -> Result<RecordBatch> {
        let sizes = |name: &str| {
            structure(
                name,
                vec![long("min"), long("max"), double("avg"), long("totalFiles"), long("totalSize")],
            )
        };
        let metrics = structure(
            "metrics",
            vec![
                long("numFilesAdded"),
                long("numFilesRemoved"),
                sizes("filesAdded"),
                sizes("filesRemoved"),
                long("partitionsOptimized"),
                long("numBatches"),
                long("totalConsideredFiles"),
                long("totalFilesSkipped"),
                boolean("preserveInsertionOrder"),
            ],
        );
        let of = |files: u64, bytes: u64| {
            let average = if files == 0 { Value::Null } else { json!(bytes as f64 / files as f64) };
            json!({"avg": average, "totalFiles": files, "totalSize": bytes})
        };
        let row = json!({
            "path": table.log.folder.to_string(),
            "metrics": {
                "numFilesAdded": self.added,
                "numFilesRemoved": self.removed,
                "filesAdded": of(self.added, self.added_bytes),
                "filesRemoved": of(self.removed, self.removed_bytes),
                "partitionsOptimized": self.partitions,
                "numBatches": 1,
                "totalConsideredFiles": self.considered,
                "totalFilesSkipped": self.skipped,
                "preserveInsertionOrder": true,
            },
        });
        batch(vec![text("path"), metrics], &[row])
    }
}

fn double(name: &str) -> Field {
    Field::new(name, arrow::datatypes::DataType::Float64, true)
}
