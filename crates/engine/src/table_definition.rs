//! What CREATE TABLE says, checked and as the catalog's description of a table.

use std::collections::HashSet;
use std::sync::Arc;

use lang::ir::{Bucketing, CreateTable, Expr, ExprKind, columns_to_struct};
use lang::{DataType, Error, Result, StructField, StructType};

use crate::catalog::{Table, TableName, quoted};
use crate::columns::{with_comment, with_existing_default};
use crate::create_table::take_path;
use crate::operation::Operation;
use crate::session::{Session, now_micros};
use crate::tables::unsupported_by_table;

/// Formats whose tables may have default values.
const WITH_DEFAULTS: &[&str] = &["csv", "json", "orc", "parquet"];

/// The property that tells the columns a table is clustered by.
const CLUSTERING_COLUMNS: &str = "clusteringColumns";

/// `spark.sql.sources.bucketing.maxBuckets`
const MOST_BUCKETS: usize = 100_000;

/// The table as the statement describes it; its schema is not settled yet.
///
/// # Errors
/// What Spark's tables of files do not support; defaults that cannot be.
pub(crate) async fn define(
    session: &Arc<Session>,
    create: &CreateTable,
    name: &TableName,
    operation: &Arc<Operation>,
) -> Result<Table> {
    let format = create.format.clone().unwrap_or_else(|| session.default_format()).to_lowercase();
    let mut options = create.options.clone();
    let location = create.location.clone().or_else(|| take_path(&mut options));
    let (partition_by, mut bucketing) = layout(&create.partition_by)?;
    bucketing = bucketing.or_else(|| create.bucketing.clone());
    let managed = location.is_none();
    let mut schema = columns_to_struct(&create.columns);
    if session.conf().is_true("spark.sql.charAsVarchar") {
        schema.fields.iter_mut().for_each(|field| field.data_type = without_char(&field.data_type));
    }
    for (field, column) in schema.fields.iter_mut().zip(&create.columns) {
        if let Some(comment) = &column.comment {
            field.metadata = with_comment(&field.metadata, comment);
        }
        if let Some(default) = &column.default {
            expect_defaults(&format, "CREATE TABLE")?;
            let constant = session.set_default(field, default, "CREATE TABLE", operation).await?;
            field.metadata = with_existing_default(&field.metadata, &constant);
        }
    }
    let location = match location {
        Some(location) => location,
        None => session.engine().catalog.managed_location(name)?,
    };
    Ok(Table {
        id: 0,
        version: 0,
        name: name.clone(),
        format,
        schema,
        partition_by,
        bucketing,
        cluster_by: create.cluster_by.clone(),
        location,
        managed,
        options,
        properties: create.properties.clone(),
        comment: create.comment.clone(),
        collation: create.collation.clone(),
        created_micros: now_micros(),
        statistics: None,
        column_statistics: Default::default(),
    })
}

/// # Errors
/// `DEFAULT_UNSUPPORTED` for formats whose tables have no default values.
pub(crate) fn expect_defaults(format: &str, statement: &str) -> Result<()> {
    match WITH_DEFAULTS.contains(&format) {
        true => Ok(()),
        false => Err(Error::analysis("DEFAULT_UNSUPPORTED")
            .with("statementType", statement)
            .with("dataSource", format)),
    }
}

impl Session {
    /// `spark.sql.sources.default`
    pub(crate) fn default_format(&self) -> String {
        self.conf().get("spark.sql.sources.default").unwrap_or_else(|| "parquet".to_string())
    }
}

/// What no table of files can be, whether there is one of that name or not.
///
/// # Errors
/// `UNSUPPORTED_FEATURE.TABLE_OPERATION` and others of Spark's.
pub(crate) fn refuse(create: &CreateTable, name: &TableName) -> Result<()> {
    if create.or_replace {
        let operation = if create.query.is_some() { "REPLACE TABLE AS SELECT" } else { "REPLACE TABLE" };
        return Err(unsupported_by_table(name, operation));
    }
    let columns = &create.columns;
    let refused = [
        (columns.iter().any(|c| c.generated.is_some()), "generated columns"),
        (columns.iter().any(|c| c.identity.is_some()), "identity columns"),
        (!create.constraints.is_empty() || columns.iter().any(|c| !c.constraints.is_empty()), "CONSTRAINT"),
    ];
    if let Some((_, operation)) = refused.into_iter().find(|(given, _)| *given) {
        return Err(unsupported_by_table(name, operation));
    }
    if create.hive.is_some() {
        return Err(Error::analysis("NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT")
            .with("cmd", "CREATE Hive TABLE (AS SELECT)"));
    }
    let has_path = create.location.is_some() || create.options.keys().any(|k| k.eq_ignore_ascii_case("path"));
    if create.external && !has_path {
        return Err(Error::analysis("CREATE_EXTERNAL_TABLE_WITHOUT_LOCATION"));
    }
    Ok(())
}

/// CHAR(n) as VARCHAR(n), wherever it stands.
fn without_char(data_type: &DataType) -> DataType {
    let inner = |data_type: &DataType| Box::new(without_char(data_type));
    match data_type {
        DataType::Char(length) => DataType::Varchar(*length),
        DataType::Array { element, contains_null } => {
            DataType::Array { element: inner(element), contains_null: *contains_null }
        }
        DataType::Map { key, value, value_contains_null } => {
            DataType::Map { key: inner(key), value: inner(value), value_contains_null: *value_contains_null }
        }
        DataType::Struct(schema) => {
            let mut schema = schema.clone();
            schema.fields.iter_mut().for_each(|field| field.data_type = without_char(&field.data_type));
            DataType::Struct(schema)
        }
        other => other.clone(),
    }
}

/// Partition columns, and the buckets that may be written among them.
pub(crate) fn layout(partition_by: &[Expr]) -> Result<(Vec<String>, Option<Bucketing>)> {
    let (mut columns, mut bucketing) = (Vec::new(), None);
    for expr in partition_by {
        match &expr.kind {
            ExprKind::Attribute { name, .. } if name.len() == 1 => columns.push(name[0].clone()),
            ExprKind::Function(call) if call.name.len() == 1 => {
                bucketing = Some(buckets(&call.name[0], &call.arguments)?);
            }
            _ => return Err(Error::unsupported("partitioning by an expression")),
        }
    }
    Ok((columns, bucketing))
}

/// `bucket(4, a, b)`
fn buckets(function: &str, arguments: &[Expr]) -> Result<Bucketing> {
    let column = |expr: &Expr| match &expr.kind {
        ExprKind::Attribute { name, .. } => Some(name.join(".")),
        _ => None,
    };
    let names: Vec<_> = arguments.iter().filter_map(column).collect();
    let count = match arguments.first().map(|expr| &expr.kind) {
        Some(ExprKind::Literal(lang::ir::Literal::Integer(count))) => usize::try_from(*count).ok(),
        _ => None,
    };
    match (function.eq_ignore_ascii_case("bucket"), count) {
        (true, Some(buckets)) if buckets > 0 => {
            Ok(Bucketing { buckets, columns: names, sort_by: Vec::new() })
        }
        _ => Err(Error::new(lang::ErrorKind::Unsupported, "UNSUPPORTED_PARTITION_TRANSFORM")
            .with("transform", format!("`{function}({})`", names.join(", ")))),
    }
}

/// Files promise nothing, at no depth: whatever was said or found of a column, it may hold NULL.
fn make_nullable(field: &mut StructField) {
    field.nullable = true;
    make_type_nullable(&mut field.data_type);
}

fn make_type_nullable(data_type: &mut DataType) {
    match data_type {
        DataType::Array { element, contains_null } => {
            *contains_null = true;
            make_type_nullable(element);
        }
        DataType::Map { key, value, value_contains_null } => {
            *value_contains_null = true;
            make_type_nullable(key);
            make_type_nullable(value);
        }
        DataType::Struct(inner) => inner.fields.iter_mut().for_each(make_nullable),
        _ => {}
    }
}

/// Checks the columns, makes them nullable as files' columns are, and puts partition columns last.
///
/// # Errors
/// `COLUMN_ALREADY_EXISTS`, `COLUMN_NOT_DEFINED_IN_TABLE`, `ALL_PARTITION_COLUMNS_NOT_ALLOWED`
pub(crate) fn settle(table: &mut Table) -> Result<()> {
    check_unique(&table.schema)?;
    let all = table.schema.clone();
    let spelled = |kind: &str, name: &str| {
        let found = all.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        found.map(|field| field.name.clone()).ok_or_else(|| undefined(&all, &table.name, kind, name))
    };
    let partition_by = table.partition_by.iter().map(|name| spelled("partition", name));
    let partition_by = partition_by.collect::<Result<Vec<_>>>()?;
    if let Some(bucketing) = &mut table.bucketing {
        if bucketing.buckets == 0 || bucketing.buckets > MOST_BUCKETS {
            return Err(Error::analysis("INVALID_BUCKET_COUNT")
                .with("bucketingMaxBuckets", MOST_BUCKETS.to_string())
                .with("numBuckets", bucketing.buckets.to_string()));
        }
        for column in &mut bucketing.columns {
            *column = spelled("bucket", column)?;
            if partition_by.contains(column) {
                return Err(Error::analysis("_LEGACY_ERROR_TEMP_1166")
                    .with("bucketCol", column.as_str())
                    .with("normalizedPartCols", partition_by.join(", ")));
            }
        }
        for column in &mut bucketing.sort_by {
            *column = spelled("sort", column)?;
        }
    }
    let fields = &mut table.schema.fields;
    let mut partitions: Vec<StructField> = Vec::with_capacity(partition_by.len());
    for name in &partition_by {
        if let Some(at) = fields.iter().position(|field| field.name == *name) {
            partitions.push(fields.remove(at));
        }
    }
    if fields.is_empty() && !partitions.is_empty() {
        return Err(Error::analysis("ALL_PARTITION_COLUMNS_NOT_ALLOWED"));
    }
    fields.append(&mut partitions);
    fields.iter_mut().for_each(make_nullable);
    table.partition_by = partition_by;
    if !table.cluster_by.is_empty() {
        let columns = std::mem::take(&mut table.cluster_by);
        cluster(table, columns)?;
    }
    Ok(())
}

/// Clusters the table by these columns, which are also told by a property.
///
/// # Errors
/// `_LEGACY_ERROR_TEMP_3060` for a column that is not there, `COLUMN_ALREADY_EXISTS` for one that is named twice.
pub(crate) fn cluster(table: &mut Table, columns: Vec<Vec<String>>) -> Result<()> {
    let columns = columns.iter().map(|path| spelled_path(&table.schema, path)).collect::<Result<Vec<_>>>()?;
    let mut seen = HashSet::new();
    if let Some(twice) = columns.iter().find(|path| !seen.insert(*path)) {
        return Err(Error::analysis("COLUMN_ALREADY_EXISTS").with("columnName", quoted(twice)));
    }
    let text = serde_json::json!(columns).to_string();
    table.properties.insert(CLUSTERING_COLUMNS.to_string(), text);
    table.cluster_by = columns;
    Ok(())
}

/// Whether a table is clustered, be it by no column (`CLUSTER BY NONE`).
pub(crate) fn is_clustered(table: &Table) -> bool {
    table.properties.contains_key(CLUSTERING_COLUMNS)
}

/// A column or a field of a struct as the schema spells it.
fn spelled_path(schema: &StructType, path: &[String]) -> Result<Vec<String>> {
    let (mut spelled, mut inner) = (Vec::with_capacity(path.len()), Some(schema));
    for name in path {
        let found = inner.and_then(|s| s.fields.iter().find(|f| f.name.eq_ignore_ascii_case(name)));
        let Some(field) = found else {
            return Err(Error::analysis("_LEGACY_ERROR_TEMP_3060")
                .with("i", name.as_str())
                .with("schema", schema.tree_string(None)));
        };
        spelled.push(field.name.clone());
        inner = match &field.data_type {
            DataType::Struct(fields) => Some(fields),
            _ => None,
        };
    }
    Ok(spelled)
}

fn undefined(schema: &StructType, table: &TableName, kind: &str, name: &str) -> Error {
    let columns: Vec<_> = schema.fields.iter().map(|f| quoted(&[&f.name])).collect();
    Error::analysis("COLUMN_NOT_DEFINED_IN_TABLE")
        .with("colType", kind)
        .with("colName", quoted(&[name]))
        .with("tableName", table.quoted())
        .with("tableCols", columns.join(", "))
}

/// # Errors
/// `COLUMN_ALREADY_EXISTS`
pub(crate) fn check_unique(schema: &StructType) -> Result<()> {
    let mut seen = HashSet::new();
    match schema.fields.iter().find(|field| !seen.insert(field.name.to_lowercase())) {
        Some(twice) => {
            Err(Error::analysis("COLUMN_ALREADY_EXISTS")
                .with("columnName", quoted(&[twice.name.to_lowercase()])))
        }
        None => Ok(()),
    }
}

/// What Spark checks before `saveAsTable` adds rows to a table that exists.
///
/// # Errors
/// `_LEGACY_ERROR_TEMP_1159` to `_LEGACY_ERROR_TEMP_1164`
pub(crate) fn expect_same(
    session: &Session,
    create: &CreateTable,
    table: &Table,
    query: &StructType,
) -> Result<()> {
    let name = table.name.sql();
    let format = create.format.clone().unwrap_or_else(|| session.default_format()).to_lowercase();
    if format != table.format {
        return Err(Error::analysis("_LEGACY_ERROR_TEMP_1159")
            .with("tableName", name)
            .with("existingProvider", provider(&table.format))
            .with("specifiedProvider", provider(&format)));
    }
    if query.fields.len() != table.schema.fields.len() {
        let shown = |schema: &StructType| DataType::Struct(schema.clone()).simple_string();
        return Err(Error::analysis("_LEGACY_ERROR_TEMP_1161")
            .with("tableName", name)
            .with("existingTableSchema", shown(&table.schema))
            .with("querySchema", shown(query)));
    }
    let has = |column: &StructField| query.fields.iter().any(|f| f.name.eq_ignore_ascii_case(&column.name));
    if let Some(missing) = table.schema.fields.iter().find(|column| !has(column)) {
        let names: Vec<_> = query.fields.iter().map(|f| f.name.as_str()).collect();
        return Err(Error::analysis("_LEGACY_ERROR_TEMP_1162")
            .with("col", missing.name.as_str())
            .with("inputColumns", names.join(", ")));
    }
    let (columns, bucketing) = layout(&create.partition_by)?;
    let same = |a: &[String], b: &[String]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    if !same(&columns, &table.partition_by) {
        return Err(Error::analysis("_LEGACY_ERROR_TEMP_1163")
            .with("tableName", name)
            .with("specifiedPartCols", columns.join(", "))
            .with("existingPartCols", table.partition_by.join(", ")));
    }
    let bucketing = bucketing.or_else(|| create.bucketing.clone());
    if bucketing != table.bucketing {
        return Err(Error::analysis("_LEGACY_ERROR_TEMP_1164")
            .with("tableName", name)
            .with("specifiedBucketString", bucketing_text(bucketing.as_ref()))
            .with("existingBucketString", bucketing_text(table.bucketing.as_ref())));
    }
    expect_same_clustering(create, table)
}

/// # Errors
/// `CLUSTERING_COLUMNS_MISMATCH`
fn expect_same_clustering(create: &CreateTable, table: &Table) -> Result<()> {
    let spelled = create.cluster_by.iter().map(|path| spelled_path(&table.schema, path));
    let specified = spelled.collect::<Result<Vec<_>>>()?;
    if specified == table.cluster_by {
        return Ok(());
    }
    let shown = |columns: &[Vec<String>]| match columns {
        [] => String::new(),
        columns => serde_json::json!(columns).to_string(),
    };
    Err(Error::analysis("CLUSTERING_COLUMNS_MISMATCH")
        .with("tableName", table.name.sql())
        .with("specifiedClusteringString", shown(&specified))
        .with("existingClusteringString", shown(&table.cluster_by)))
}

/// `3 buckets, bucket columns: [s]`
fn bucketing_text(bucketing: Option<&Bucketing>) -> String {
    let Some(bucketing) = bucketing else { return "not bucketed".to_string() };
    let sorted = match bucketing.sort_by.as_slice() {
        [] => String::new(),
        columns => format!(", sort columns: [{}]", columns.join(", ")),
    };
    format!("{} buckets, bucket columns: [{}]{sorted}", bucketing.buckets, bucketing.columns.join(", "))
}

/// The class that stands for a format in Spark's messages.
pub(crate) fn provider(format: &str) -> String {
    match format {
        "parquet" => "ParquetDataSourceV2".to_string(),
        "csv" => "CSVDataSourceV2".to_string(),
        "json" => "JsonDataSourceV2".to_string(),
        "text" => "TextDataSourceV2".to_string(),
        "orc" => "OrcDataSourceV2".to_string(),
        "avro" => "AvroDataSourceV2".to_string(),
        "delta" => "DeltaDataSource".to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::ir::Options;

    fn table(columns: &[&str], partition_by: &[&str]) -> Table {
        let fields = columns.iter().map(|c| StructField::new(*c, DataType::Long, false)).collect();
        Table {
            id: 0,
            version: 0,
            name: TableName::new("default", "t"),
            format: "parquet".into(),
            schema: StructType::new(fields),
            partition_by: partition_by.iter().map(|p| p.to_string()).collect(),
            bucketing: None,
            cluster_by: Vec::new(),
            location: "/w/t".into(),
            managed: true,
            options: Options::new(),
            properties: Options::new(),
            comment: None,
            collation: None,
            created_micros: 0,
            statistics: None,
            column_statistics: Default::default(),
        }
    }

    #[test]
    fn partition_columns_go_last_under_the_schemas_spelling() {
        let mut table = table(&["P", "a", "b"], &["p"]);
        settle(&mut table).expect("valid");
        let names: Vec<_> = table.schema.fields.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "P"]);
        assert_eq!(table.partition_by, ["P"]);
        assert!(table.schema.fields.iter().all(|f| f.nullable));
    }

    #[test]
    fn impossible_tables_are_refused() {
        let cases: [(&[&str], &[&str], &str); 3] = [
            (&["a", "A"], &[], "COLUMN_ALREADY_EXISTS"),
            (&["a"], &["b"], "COLUMN_NOT_DEFINED_IN_TABLE"),
            (&["a"], &["a"], "ALL_PARTITION_COLUMNS_NOT_ALLOWED"),
        ];
        for (columns, partitions, condition) in cases {
            let error = settle(&mut table(columns, partitions)).expect_err(condition);
            assert_eq!(error.condition(), condition);
        }
    }
}
