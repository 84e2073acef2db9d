//! Statements: everything that can be executed.

use std::sync::Arc;

use super::{Expr, Options, PythonFunction, Relation};
use crate::{DataType, StructType};

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    Query(Relation),
    /// `df.createTempView`, `CREATE [OR REPLACE] [GLOBAL] TEMP VIEW`, `CREATE VIEW`.
    CreateView(CreateView),
    DropView {
        name: Vec<String>,
        if_exists: bool,
    },
    CreateTable(CreateTable),
    DropTable {
        name: Vec<String>,
        if_exists: bool,
        purge: bool,
    },
    TruncateTable {
        name: Vec<String>,
    },
    CreateDatabase {
        name: Vec<String>,
        if_not_exists: bool,
        comment: Option<String>,
        location: Option<String>,
        properties: Options,
    },
    DropDatabase {
        name: Vec<String>,
        if_exists: bool,
        cascade: bool,
    },
    UseDatabase {
        name: Vec<String>,
    },
    /// `SET CATALOG name`, `USE CATALOG`
    SetCatalog {
        name: String,
    },
    Insert(Insert),
    /// `df.write…save(path)` and `INSERT OVERWRITE DIRECTORY`.
    WritePath(WritePath),
    RegisterFunction {
        name: String,
        function: Arc<PythonFunction>,
    },
    DropFunction {
        name: Vec<String>,
        if_exists: bool,
        temporary: bool,
    },
    /// `SET`, `SET k`, `SET k=v`, `SET -v`
    Set {
        key: Option<String>,
        value: Option<String>,
        verbose: bool,
    },
    /// `RESET`, `RESET k`
    Reset {
        key: Option<String>,
    },
    CacheTable {
        name: Vec<String>,
        lazy: bool,
        options: Options,
        query: Option<Relation>,
    },
    UncacheTable {
        name: Vec<String>,
        if_exists: bool,
    },
    ClearCache,
    RefreshTable {
        name: Vec<String>,
    },
    Show(Show),
    Describe(Describe),
    Explain {
        statement: Box<Statement>,
        mode: ExplainMode,
    },
    /// Comments on a table (`Some(None)` removes it) or database.
    Comment {
        object: CommentObject,
        comment: Option<String>,
    },
    AlterTable {
        name: Vec<String>,
        change: TableChange,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct CreateView {
    pub name: Vec<String>,
    pub scope: ViewScope,
    pub or_replace: bool,
    pub if_not_exists: bool,
    pub columns: Vec<(String, Option<String>)>,
    pub comment: Option<String>,
    pub properties: Options,
    pub query: Relation,
    /// The text of the query; persistent views are stored as text.
    pub text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ViewScope {
    Temporary,
    GlobalTemporary,
    Persistent,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    pub name: Vec<String>,
    pub if_not_exists: bool,
    /// `CREATE OR REPLACE` / `REPLACE`
    pub or_replace: bool,
    pub external: bool,
    /// `USING parquet`; `None`: `spark.sql.sources.default`.
    pub format: Option<String>,
    pub columns: Vec<ColumnDefinition>,
    pub partition_by: Vec<Expr>,
    pub options: Options,
    pub properties: Options,
    pub location: Option<String>,
    pub comment: Option<String>,
    /// CREATE TABLE AS SELECT
    pub query: Option<Relation>,
    pub mode: SaveMode,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDefinition {
    pub name: String,
    pub data_type: DataType,
    pub nullable: bool,
    pub default: Option<String>,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    pub table: Vec<String>,
    /// Column names the values belong to; empty: by position.
    pub columns: Vec<String>,
    /// `PARTITION (a = 1, b)`
    pub partition: Vec<(String, Option<Expr>)>,
    pub overwrite: bool,
    pub by_name: bool,
    pub if_not_exists: bool,
    pub replace_where: Option<Expr>,
    pub query: Relation,
}

#[derive(Debug, Clone, PartialEq)]
pub struct WritePath {
    pub input: Relation,
    /// `None`: `spark.sql.sources.default`.
    pub format: Option<String>,
    pub path: Option<String>,
    pub mode: SaveMode,
    pub partition_by: Vec<String>,
    pub sort_by: Vec<String>,
    pub bucket_by: Option<(usize, Vec<String>)>,
    pub options: Options,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SaveMode {
    Append,
    Overwrite,
    #[default]
    ErrorIfExists,
    Ignore,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Show {
    Databases {
        pattern: Option<String>,
    },
    Tables {
        database: Option<Vec<String>>,
        pattern: Option<String>,
    },
    TableExtended {
        database: Option<Vec<String>>,
        pattern: String,
    },
    Views {
        database: Option<Vec<String>>,
        pattern: Option<String>,
    },
    Columns {
        table: Vec<String>,
    },
    /// `SHOW [USER|SYSTEM|ALL] FUNCTIONS`
    Functions {
        scope: FunctionScope,
        pattern: Option<String>,
    },
    CreateTable {
        table: Vec<String>,
    },
    TableProperties {
        table: Vec<String>,
        key: Option<String>,
    },
    Partitions {
        table: Vec<String>,
        partition: Vec<(String, Option<Expr>)>,
    },
    Catalogs {
        pattern: Option<String>,
    },
    CurrentDatabase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FunctionScope {
    #[default]
    All,
    User,
    System,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Describe {
    Table { name: Vec<String>, extended: bool, column: Option<Vec<String>> },
    Database { name: Vec<String>, extended: bool },
    Function { name: Vec<String>, extended: bool },
    Query(Relation),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExplainMode {
    #[default]
    Simple,
    Extended,
    Codegen,
    Cost,
    Formatted,
}

#[derive(Debug, Clone, PartialEq)]
pub enum CommentObject {
    Table(Vec<String>),
    Database(Vec<String>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum TableChange {
    Rename(Vec<String>),
    SetProperties(Options),
    UnsetProperties {
        keys: Vec<String>,
        if_exists: bool,
    },
    AddColumns(Vec<ColumnDefinition>),
    /// `RECOVER PARTITIONS`
    RecoverPartitions,
}

/// The schema text of `CREATE TABLE` columns as a struct.
pub fn columns_to_struct(columns: &[ColumnDefinition]) -> StructType {
    StructType::new(
        columns
            .iter()
            .map(|c| crate::StructField::new(c.name.clone(), c.data_type.clone(), c.nullable))
            .collect(),
    )
}
