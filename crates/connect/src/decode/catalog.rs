//! `spark.catalog`: questions to and orders for the catalog.

use lang::ir::{
    AnalyzeTarget, CatalogCall, ColumnDefinition, CreateTable, Options, RelationKind, SaveMode, Statement,
    TableChange,
};
use lang::{Error, Result, StructType};
use spark_connect_proto as proto;
use spark_connect_proto::catalog::CatType;

use super::data_type::struct_of;
use super::{Decoder, options, required};

impl Decoder<'_> {
    pub(super) fn catalog(&self, catalog: &proto::Catalog) -> Result<RelationKind> {
        let kind = required(&catalog.cat_type, "Catalog.cat_type")?;
        let call = match question(kind) {
            Some(call) => call?,
            None => CatalogCall::Run(Box::new(order(kind)?)),
        };
        Ok(RelationKind::Catalog(call))
    }
}

fn names(text: &str) -> Result<Vec<String>> {
    lang::parse_identifier(text)
}

fn optional_names(text: &Option<String>) -> Result<Option<Vec<String>>> {
    text.as_deref().map(names).transpose()
}

/// A name with the (deprecated) separate database in front.
fn in_database(name: &str, database: &Option<String>) -> Result<Vec<String>> {
    let mut parts = optional_names(database)?.unwrap_or_default();
    match parts.is_empty() {
        true => names(name),
        false => {
            parts.push(name.to_string());
            Ok(parts)
        }
    }
}

/// Calls that answer rows.
fn question(kind: &CatType) -> Option<Result<CatalogCall>> {
    use CatalogCall as Call;
    Some(match kind {
        CatType::CurrentCatalog(_) => Ok(Call::CurrentCatalog),
        CatType::SetCurrentCatalog(m) => Ok(Call::SetCurrentCatalog { name: m.catalog_name.clone() }),
        CatType::ListCatalogs(m) => Ok(Call::ListCatalogs { pattern: m.pattern.clone() }),
        CatType::CurrentDatabase(_) => Ok(Call::CurrentDatabase),
        CatType::SetCurrentDatabase(m) => names(&m.db_name).map(|name| Call::SetCurrentDatabase { name }),
        CatType::ListDatabases(m) => Ok(Call::ListDatabases { pattern: m.pattern.clone() }),
        CatType::GetDatabase(m) => names(&m.db_name).map(|name| Call::GetDatabase { name }),
        CatType::DatabaseExists(m) => names(&m.db_name).map(|name| Call::DatabaseExists { name }),
        CatType::ListTables(m) => optional_names(&m.db_name)
            .map(|database| Call::ListTables { database, pattern: m.pattern.clone() }),
        CatType::ListViews(m) => optional_names(&m.db_name)
            .map(|database| Call::ListViews { database, pattern: m.pattern.clone() }),
        CatType::GetTable(m) => in_database(&m.table_name, &m.db_name).map(|name| Call::GetTable { name }),
        CatType::TableExists(m) => {
            in_database(&m.table_name, &m.db_name).map(|name| Call::TableExists { name })
        }
        CatType::ListColumns(m) => {
            in_database(&m.table_name, &m.db_name).map(|table| Call::ListColumns { table })
        }
        CatType::ListPartitions(m) => names(&m.table_name).map(|table| Call::ListPartitions { table }),
        CatType::ListFunctions(m) => optional_names(&m.db_name)
            .map(|database| Call::ListFunctions { database, pattern: m.pattern.clone() }),
        CatType::GetFunction(m) => {
            in_database(&m.function_name, &m.db_name).map(|name| Call::GetFunction { name })
        }
        CatType::FunctionExists(m) => {
            in_database(&m.function_name, &m.db_name).map(|name| Call::FunctionExists { name })
        }
        CatType::GetTableProperties(m) => {
            names(&m.table_name).map(|table| Call::GetTableProperties { table })
        }
        CatType::GetCreateTableString(m) if m.as_serde => {
            Err(Error::unsupported("getCreateTableString as Hive SerDe"))
        }
        CatType::GetCreateTableString(m) => names(&m.table_name).map(|table| Call::GetCreateTable { table }),
        CatType::DropTempView(m) => Ok(Call::DropTempView { name: m.view_name.clone() }),
        CatType::DropGlobalTempView(m) => Ok(Call::DropGlobalTempView { name: m.view_name.clone() }),
        CatType::IsCached(m) => names(&m.table_name).map(|table| Call::IsCached { table }),
        _ => return None,
    })
}

/// Calls that do something and answer nothing: the same statements that SQL has.
fn order(kind: &CatType) -> Result<Statement> {
    Ok(match kind {
        CatType::CreateTable(m) => {
            create_table(&m.table_name, &m.path, &m.source, &m.schema, &m.description, options(&m.options))?
        }
        CatType::CreateExternalTable(m) => {
            create_table(&m.table_name, &m.path, &m.source, &m.schema, &None, options(&m.options))?
        }
        CatType::DropTable(m) => {
            Statement::DropTable { name: names(&m.table_name)?, if_exists: m.if_exists, purge: m.purge }
        }
        CatType::DropView(m) => Statement::DropView { name: names(&m.view_name)?, if_exists: m.if_exists },
        CatType::CreateDatabase(m) => create_database(m)?,
        CatType::DropDatabase(m) => {
            Statement::DropDatabase { name: names(&m.db_name)?, if_exists: m.if_exists, cascade: m.cascade }
        }
        CatType::TruncateTable(m) => Statement::TruncateTable { name: names(&m.table_name)? },
        CatType::CacheTable(m) => Statement::CacheTable {
            name: names(&m.table_name)?,
            lazy: true,
            options: Options::new(),
            query: None,
        },
        CatType::UncacheTable(m) => Statement::UncacheTable { name: names(&m.table_name)?, if_exists: false },
        CatType::ClearCache(_) => Statement::ClearCache,
        CatType::RefreshTable(m) => Statement::RefreshTable { name: names(&m.table_name)? },
        CatType::RecoverPartitions(m) => {
            Statement::AlterTable { name: names(&m.table_name)?, change: TableChange::RecoverPartitions }
        }
        CatType::RefreshByPath(m) => Statement::RefreshPath { path: m.path.clone() },
        CatType::AnalyzeTable(m) => Statement::AnalyzeTable {
            name: names(&m.table_name)?,
            partition: Vec::new(),
            target: if m.no_scan { AnalyzeTarget::NoScan } else { AnalyzeTarget::Table },
        },
        _ => return Err(Error::unsupported("this catalog call")),
    })
}

fn create_database(message: &proto::CreateDatabase) -> Result<Statement> {
    let mut properties = options(&message.properties);
    Ok(Statement::CreateDatabase {
        name: names(&message.db_name)?,
        if_not_exists: message.if_not_exists,
        comment: properties.remove("comment"),
        location: properties.remove("location"),
        properties,
    })
}

fn create_table(
    name: &str,
    path: &Option<String>,
    source: &Option<String>,
    schema: &Option<proto::DataType>,
    description: &Option<String>,
    mut options: Options,
) -> Result<Statement> {
    let columns = match schema {
        Some(schema) => columns(struct_of(schema)?),
        None => Vec::new(),
    };
    let location = path.clone().filter(|path| !path.is_empty()).or_else(|| options.remove("path"));
    Ok(Statement::CreateTable(CreateTable {
        name: names(name)?,
        if_not_exists: false,
        or_replace: false,
        external: location.is_some(),
        format: source.clone().filter(|source| !source.is_empty()),
        columns,
        partition_by: Vec::new(),
        options,
        properties: Options::new(),
        location,
        comment: description.clone().filter(|text| !text.is_empty()),
        query: None,
        mode: SaveMode::ErrorIfExists,
        ..CreateTable::default()
    }))
}

fn columns(schema: StructType) -> Vec<ColumnDefinition> {
    let column = |field: lang::StructField| ColumnDefinition {
        nullable: field.nullable,
        ..ColumnDefinition::new(field.name, field.data_type)
    };
    schema.fields.into_iter().map(column).collect()
}
