//! Statements: everything that can be executed.

use std::sync::Arc;

use super::{
    Block, Bucketing, ColumnDefinition, Constraint, CreateExternalFunction, CreateSqlFunction,
    CreateTableLike, DatabaseChange, DeclareVariable, Deferred, Delete, ExecuteImmediate, Expr, HiveFormat,
    LakeCommand, Merge, Options, PartitionSpec, PythonFunction, Relation, TableChange, Update,
    VariableSource,
};
use crate::StructType;

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
    /// `df.writeTo(t)` with append, overwrite or overwritePartitions: columns go by name.
    WriteTo(Insert),
    /// `df.write…save(path)` and `INSERT OVERWRITE DIRECTORY`.
    WritePath(WritePath),
    RegisterDataSource {
        name: String,
        source: Arc<super::PythonDataSource>,
    },
    RegisterTableFunction {
        name: String,
        function: Arc<super::PythonTableFunction>,
    },
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
    /// `ALTER VIEW v …` where it is not a new query.
    AlterView {
        name: Vec<String>,
        change: TableChange,
    },
    /// `ALTER VIEW v AS query`; the text is the query's.
    AlterViewQuery {
        name: Vec<String>,
        query: Relation,
        text: String,
    },
    /// `ALTER VIEW v WITH SCHEMA BINDING`
    AlterViewSchema {
        name: Vec<String>,
        binding: SchemaBinding,
    },
    AlterDatabase {
        name: Vec<String>,
        change: DatabaseChange,
    },
    CreateTableLike(CreateTableLike),
    /// `TRUNCATE TABLE t PARTITION (…)`
    TruncatePartition {
        name: Vec<String>,
        partition: PartitionSpec,
    },
    /// `COMMENT ON COLUMN t.c IS 'x'`, `COMMENT ON TABLE t COLUMN (a IS 'x', b IS NULL)`: paths below the table.
    CommentColumns {
        table: Vec<String>,
        comments: Vec<(Vec<String>, Option<String>)>,
    },
    AnalyzeTable {
        name: Vec<String>,
        partition: PartitionSpec,
        target: AnalyzeTarget,
    },
    /// `ANALYZE TABLES IN d COMPUTE STATISTICS`
    AnalyzeTables {
        database: Option<Vec<String>>,
        no_scan: bool,
    },
    /// `MSCK REPAIR TABLE t [ADD|DROP|SYNC PARTITIONS]`
    RepairTable {
        name: Vec<String>,
        add: bool,
        drop: bool,
    },
    LoadData {
        path: String,
        local: bool,
        overwrite: bool,
        table: Vec<String>,
        partition: PartitionSpec,
    },
    RefreshFunction {
        name: Vec<String>,
    },
    /// `REFRESH 'path'`
    RefreshPath {
        path: String,
    },
    /// `FROM t INSERT … INSERT …`: inserts and directory writes, in order.
    MultiInsert(Vec<Statement>),
    /// A command on a table that keeps versions.
    Lake {
        table: Vec<String>,
        command: LakeCommand,
    },
    Delete(Box<Delete>),
    Update(Box<Update>),
    Merge(Box<Merge>),
    CreateSqlFunction(Box<CreateSqlFunction>),
    CreateExternalFunction(CreateExternalFunction),
    DeclareVariable(DeclareVariable),
    DropVariable {
        name: Vec<String>,
        if_exists: bool,
    },
    SetVariable {
        targets: Vec<Vec<String>>,
        source: VariableSource,
    },
    ExecuteImmediate(Box<ExecuteImmediate>),
    /// `CALL p(1, b => 2)`
    Call {
        name: Vec<String>,
        arguments: Vec<Expr>,
    },
    Script(Block),
    /// `ADD JAR 'x'`, `LIST FILES`
    Resource {
        /// ADD; otherwise LIST.
        add: bool,
        /// `JAR`, `FILE`, `ARCHIVE`, and their plurals; upper case.
        kind: String,
        paths: Vec<String>,
    },
    CreateIndex {
        name: String,
        table: Vec<String>,
        if_not_exists: bool,
        method: Option<String>,
        columns: Vec<(Vec<String>, Options)>,
        options: Options,
    },
    DropIndex {
        name: String,
        table: Vec<String>,
        if_exists: bool,
    },
    /// `SET PATH = a.b, SYSTEM_PATH`; every element is a name.
    SetPath(Vec<Vec<String>>),
    /// A statement with names that only a running session can tell: `IDENTIFIER(expression)`.
    Deferred(Box<Deferred>),
}

/// What `ANALYZE TABLE` looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnalyzeTarget {
    Table,
    NoScan,
    Columns(Vec<String>),
    AllColumns,
}

/// What a view does when the columns of its tables change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SchemaBinding {
    Binding,
    #[default]
    Compensation,
    TypeEvolution,
    Evolution,
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
    pub binding: Option<SchemaBinding>,
    /// `DEFAULT COLLATION name`
    pub collation: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ViewScope {
    Temporary,
    GlobalTemporary,
    Persistent,
}

#[derive(Debug, Clone, PartialEq, Default)]
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
    /// `REPLACE TABLE` without CREATE OR: there must be one.
    pub must_exist: bool,
    pub bucketing: Option<Bucketing>,
    /// `CLUSTER BY (a, b.c)`
    pub cluster_by: Vec<Vec<String>>,
    pub constraints: Vec<Constraint>,
    /// `DEFAULT COLLATION name`
    pub collation: Option<String>,
    /// ROW FORMAT and STORED AS; `STORED AS parquet` sets `format` too.
    pub hive: Option<HiveFormat>,
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
    /// `REPLACE ON condition`; the table may have an alias in it, and the query one.
    pub replace_on: Option<Expr>,
    /// `REPLACE USING (a, b)`
    pub replace_using: Vec<String>,
    pub alias: Option<String>,
    /// `WITH ('key' = 'value')`
    pub options: Options,
    pub schema_evolution: bool,
}

impl Insert {
    /// Rows added by position, and nothing else.
    pub fn new(table: Vec<String>, query: Relation) -> Self {
        Insert {
            table,
            columns: Vec::new(),
            partition: Vec::new(),
            overwrite: false,
            by_name: false,
            if_not_exists: false,
            replace_where: None,
            query,
            replace_on: None,
            replace_using: Vec::new(),
            alias: None,
            options: Options::new(),
            schema_evolution: false,
        }
    }
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
    /// `SHOW DATABASES IN catalog`
    DatabasesIn {
        catalog: Vec<String>,
        pattern: Option<String>,
    },
    /// `SHOW FUNCTIONS IN d`
    FunctionsIn {
        database: Vec<String>,
        scope: FunctionScope,
        pattern: Option<String>,
    },
    /// `SHOW TABLE EXTENDED LIKE 'x' PARTITION (…)`
    TablePartition {
        database: Option<Vec<String>>,
        pattern: String,
        partition: PartitionSpec,
    },
    /// `SHOW CREATE TABLE t AS SERDE`
    CreateTableAsSerde {
        table: Vec<String>,
    },
    Procedures {
        database: Option<Vec<String>>,
    },
    Collations {
        pattern: Option<String>,
    },
    /// `SHOW … AS JSON`
    Json(Box<Show>),
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
    Table {
        name: Vec<String>,
        extended: bool,
        column: Option<Vec<String>>,
    },
    Database {
        name: Vec<String>,
        extended: bool,
    },
    Function {
        name: Vec<String>,
        extended: bool,
    },
    Query(Relation),
    TablePartition {
        name: Vec<String>,
        extended: bool,
        partition: PartitionSpec,
    },
    Procedure {
        name: Vec<String>,
    },
    /// `DESCRIBE … AS JSON`
    Json(Box<Describe>),
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

impl Statement {
    /// Calls `apply` with every query that stands in the statement itself.
    pub fn for_each_query(&mut self, apply: &mut dyn FnMut(&mut Relation)) {
        match self {
            Statement::Query(query) | Statement::Describe(Describe::Query(query)) => apply(query),
            Statement::CreateView(view) => apply(&mut view.query),
            Statement::CreateTable(table) => table.query.iter_mut().for_each(apply),
            Statement::Insert(insert) | Statement::WriteTo(insert) => apply(&mut insert.query),
            Statement::WritePath(write) => apply(&mut write.input),
            Statement::CacheTable { query, .. } => query.iter_mut().for_each(apply),
            Statement::Explain { statement, .. } => statement.for_each_query(apply),
            Statement::AlterViewQuery { query, .. } => apply(query),
            Statement::MultiInsert(inserts) => inserts.iter_mut().for_each(|i| i.for_each_query(apply)),
            Statement::Merge(merge) => apply(&mut merge.source),
            Statement::SetVariable { source: VariableSource::Query(query), .. } => apply(query),
            _ => {}
        }
    }
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
