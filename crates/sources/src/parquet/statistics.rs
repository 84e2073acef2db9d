//! Row counts, minima and maxima from footers, for planning and pruning.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef, Fields, Schema};
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::FileGroup;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use futures::{StreamExt, TryStreamExt};

use super::{bad_footer, format};
use crate::error::external;
use crate::scan::Defaults;
use crate::store::Store;

/// The files with what their footers say of the file columns, and what is known of the partition values.
pub(crate) async fn with_statistics(
    session: &dyn Session,
    store: &Store,
    columns: &TableSchema,
    files: Vec<PartitionedFile>,
    defaults: &Defaults,
) -> Result<Vec<PartitionedFile>> {
    let schema = columns.file_schema();
    let made = columns.virtual_columns().len();
    let format = &format(session);
    let parallel = session.config_options().execution.meta_fetch_concurrency.get();
    let read = files.into_iter().map(|mut file| async move {
        let meta = &file.object_meta;
        let failed = |e| external(bad_footer(e, &format!("/{}", meta.location)));
        let own =
            format.infer_schema(session, &store.object, std::slice::from_ref(meta)).await.map_err(failed)?;
        let spelled = Arc::new(spell(schema, &own));
        let mut statistics =
            format.infer_stats(session, &store.object, spelled, meta).await.map_err(failed)?;
        drop_foreign_types(&mut statistics, schema);
        forget_defaults(&mut statistics, schema, &own, defaults);
        for value in &file.partition_values {
            let column = partition_column(value, &statistics);
            statistics.column_statistics.push(column);
        }
        statistics.column_statistics.extend((0..made).map(|_| ColumnStatistics::new_unknown()));
        file.statistics = Some(Arc::new(statistics));
        Ok(file)
    });
    futures::stream::iter(read).buffered(parallel).try_collect().await
}

/// The table's fields under the file's spelling of their names: a name that is not found counts as all null.
fn spell(table: &Schema, file: &Schema) -> Schema {
    let spelled = |field: &FieldRef| {
        let name = field.name();
        let same = file.fields().iter().find(|own| own.name() == name);
        let own = same.or_else(|| file.fields().iter().find(|own| own.name().eq_ignore_ascii_case(name)));
        match own.filter(|own| own.name() != name) {
            Some(own) => Arc::new(field.as_ref().clone().with_name(own.name().clone())),
            None => Arc::clone(field),
        }
    };
    Schema::new(table.fields().iter().map(spelled).collect::<Fields>())
}

/// What the files of every group, and all of them, have in common.
///
/// # Errors
/// Statistics that do not fit `schema`, the table's.
pub(crate) fn summarize(groups: Vec<FileGroup>, schema: &Schema) -> Result<(Vec<FileGroup>, Statistics)> {
    let groups = groups
        .into_iter()
        .map(|group| {
            let of_files = group.iter().filter_map(|file| file.statistics.as_deref());
            let merged = Statistics::try_merge_iter(of_files, schema)?;
            Ok(group.with_statistics(Arc::new(merged)))
        })
        .collect::<Result<Vec<_>>>()?;
    let all =
        Statistics::try_merge_iter(groups.iter().filter_map(|group| group.file_statistics(None)), schema)?;
    Ok((groups, all))
}

/// Forgets minima and maxima of columns that the file has in another type than the table.
fn drop_foreign_types(statistics: &mut Statistics, schema: &Schema) {
    for (column, field) in statistics.column_statistics.iter_mut().zip(schema.fields()) {
        let fits = |value: &Precision<ScalarValue>| {
            value.get_value().is_none_or(|v| v.is_null() || same_values(&v.data_type(), field.data_type()))
        };
        if !fits(&column.min_value) || !fits(&column.max_value) {
            let null_count = column.null_count;
            *column = ColumnStatistics { null_count, ..ColumnStatistics::new_unknown() };
        }
    }
}

/// Forgets what footers say of columns that are not in the file and have another value there than null.
fn forget_defaults(statistics: &mut Statistics, schema: &Schema, own: &Schema, defaults: &Defaults) {
    for (column, field) in statistics.column_statistics.iter_mut().zip(schema.fields()) {
        let in_file = |name: &str| own.fields().iter().any(|own| own.name().eq_ignore_ascii_case(name));
        if defaults.contains_key(field.name()) && !in_file(field.name()) {
            *column = ColumnStatistics::new_unknown();
        }
    }
}

fn same_values(a: &DataType, b: &DataType) -> bool {
    a == b || (functions::types::is_string(a) && functions::types::is_string(b))
}

/// All rows of a file have the same partition value; null is one of them.
fn partition_column(value: &ScalarValue, statistics: &Statistics) -> ColumnStatistics {
    if value.is_null() {
        return ColumnStatistics { null_count: statistics.num_rows, ..ColumnStatistics::new_unknown() };
    }
    ColumnStatistics {
        null_count: Precision::Exact(0),
        min_value: Precision::Exact(value.clone()),
        max_value: Precision::Exact(value.clone()),
        distinct_count: Precision::Exact(1),
        ..ColumnStatistics::new_unknown()
    }
}
