//! The contract of tables that keep a log of their versions: Delta first.
//!
//! ```text
//! Sources::lake("delta") ─► Lake ─ open(location, at) ─► LakeTable (one version)
//!                             │                             ├─ provider(read)  ─► rows, located if asked for
//!                             └─ create(definition)         ├─ change()        ─► Change: write …, then commit once
//!                                                           └─ maintain(what)  ─► rows that the command answers with
//! ```
//!
//! The nouns: a [`Lake`] knows one format; a [`LakeTable`] is one version of one table and never changes; a [`Change`] is
//! one write in progress that becomes the next version by [`Change::commit`].
//!
//! # Guarantees
//! - A version is visible whole or not at all; a kill at any moment leaves the version before or the version after.
//! - A commit that others have overtaken is tried again when it commutes with what they did, and fails with Delta's
//!   condition (`DELTA_CONCURRENT_APPEND`, `DELTA_CONCURRENT_DELETE_READ`, …) when it does not.
//! - Tables with features that are not known are not read or written; the features are named.
//!
//! # Does not
//! Resolve SQL: CHECK constraints, defaults and generated columns are given as text, and whoever writes rows has resolved
//! them. NOT NULL is checked by [`Change::write`] itself.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::Expr;
use lang::ir::Options;
use lang::{Result, StructField, StructType};

/// The column of a located provider that says which file a row is in: `Int32`, a place in [`LakeTable::files`].
pub const FILE_COLUMN: &str = "lake.file";
/// The column of a located provider that says where in its file a row is: `Int64`, from 0, deleted rows counted.
pub const ROW_COLUMN: &str = "lake.row";
/// The last column of the rows of [`Change::write_changes`]: `insert`, `delete`, `update_preimage`, `update_postimage`.
pub const CHANGE_TYPE_COLUMN: &str = "_change_type";

/// Which version of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum At {
    #[default]
    Latest,
    Version(u64),
    /// The last version that was committed at this instant or before it: microseconds since 1970 in UTC.
    Timestamp(i64),
}

/// Tables of one format. Blocking calls; made off the async threads.
#[async_trait]
pub trait Lake: Send + Sync + Debug {
    /// Whether there is a table at a location.
    async fn exists(&self, location: &str, conf: &Options) -> Result<bool>;

    /// One version of a table. `conf` is the session's settings that connectors need.
    ///
    /// # Errors
    /// `DELTA_TABLE_NOT_FOUND`, `DELTA_MISSING_DELTA_TABLE`, `DELTA_VERSION_NOT_FOUND`,
    /// `DELTA_UNSUPPORTED_FEATURES_FOR_READ` and their like.
    async fn open(&self, location: &str, at: At, conf: &Options) -> Result<Arc<dyn LakeTable>>;

    /// Makes a table without rows, and answers with its first version. Where a table is already, `mode` says what happens.
    ///
    /// # Errors
    /// `DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION`; properties and features that are not supported, by name.
    async fn create(
        &self,
        location: &str,
        definition: &LakeDefinition,
        mode: CreateMode,
        conf: &Options,
    ) -> Result<Arc<dyn LakeTable>>;

    /// Begins a table whose first version has rows (CREATE TABLE AS SELECT): the commit makes it. Nothing is touched
    /// before.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    async fn begin(
        &self,
        location: &str,
        definition: &LakeDefinition,
        mode: CreateMode,
        conf: &Options,
    ) -> Result<Arc<dyn Change>>;

    /// The rows that changed between two versions, both included, with `_change_type`, `_commit_version` and
    /// `_commit_timestamp`; `to` is the latest when it is `None`.
    ///
    /// # Errors
    /// `DELTA_MISSING_CHANGE_DATA` where the changes were not recorded, `DELTA_CHANGE_DATA_…`.
    async fn changes(
        &self,
        location: &str,
        from: At,
        to: Option<At>,
        conf: &Options,
    ) -> Result<Arc<dyn TableProvider>>;
}

/// What happens when a table is created where one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateMode {
    /// An error.
    New,
    /// The one that is there stays as it is.
    IfNotExists,
    /// A new version with the new definition and without rows.
    Replace,
}

/// What a table is to be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LakeDefinition {
    /// In the table's order, partition columns where they stand. Metadata carries comments, defaults and generation
    /// expressions as Spark writes them.
    pub schema: StructType,
    pub partition_by: Vec<String>,
    /// `delta.…` and the user's own; CHECK constraints are `delta.constraints.<name>`.
    pub properties: Options,
    pub comment: Option<String>,
}

/// One version of one table.
#[async_trait]
pub trait LakeTable: Send + Sync + Debug {
    /// The location it was opened by.
    fn location(&self) -> &str;
    fn version(&self) -> u64;
    /// The columns under the names users see, without what only the log needs to know of them.
    fn schema(&self) -> &StructType;
    fn partition_by(&self) -> &[String];
    /// All properties but constraints.
    fn properties(&self) -> &Options;
    fn comment(&self) -> Option<&str>;
    /// CHECK constraints: the name and the SQL text.
    fn checks(&self) -> &[(String, String)];
    /// Generated columns: the column and the SQL text of its expression.
    fn generated(&self) -> &[(String, String)];
    /// Whether changes are to be recorded row by row (`delta.enableChangeDataFeed`).
    fn records_changes(&self) -> bool;
    /// Whether rows may be deleted in place ([`Commit::deleted`]).
    fn deletes_in_place(&self) -> bool;
    /// The files of this version; a place in this list is a file's id.
    fn files(&self) -> &[LakeFile];
    /// The files that may hold rows for which all filters are true, by partition values and statistics. The filters are
    /// over the columns of [`provider`](Self::provider).
    fn files_matching(&self, filters: &[Expr], session: &dyn Session) -> Result<Vec<u32>>;
    /// The rows of this version. The schema has the columns of [`schema`](Self::schema), then, when they are located,
    /// [`FILE_COLUMN`] and [`ROW_COLUMN`].
    fn provider(&self, read: &LakeRead) -> Result<Arc<dyn TableProvider>>;
    /// Begins a change; nothing is touched.
    ///
    /// # Errors
    /// `DELTA_UNSUPPORTED_FEATURES_FOR_WRITE` and features that are not written, by name; tables opened at an older version.
    fn change(&self, schema: SchemaChange) -> Result<Arc<dyn Change>>;
    /// Does a command now. Its rows, if it has any.
    async fn maintain(&self, what: Maintenance, session: &dyn Session) -> Result<Option<RecordBatch>>;
}

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LakeFile {
    pub path: String,
    pub bytes: u64,
    /// Rows in it, those that are deleted not counted; `None` where that is not known.
    pub rows: Option<u64>,
    /// Rows that are deleted in place.
    pub deleted: u64,
}

/// What is read of a version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LakeRead {
    /// Whether rows say where they are.
    pub located: bool,
    /// Only these files; `None`: all of them.
    pub files: Option<Vec<u32>>,
}

/// How the table's columns change with the rows that are written.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum SchemaChange {
    #[default]
    None,
    /// New columns, and new members of structs: the whole schema as it is to be (`mergeSchema`).
    Merge(StructType),
    /// The table becomes this one (`overwriteSchema`, REPLACE TABLE AS SELECT); all files have to be removed with it.
    Replace(LakeDefinition),
}

/// One write in progress. `commit` is the only point of effect; it is called once, or `abort` is.
#[async_trait]
pub trait Change: Send + Sync + Debug {
    /// Writes one partition's rows: the columns of the table after the schema change, in its order, in Spark's Arrow types.
    /// Called for several partitions at the same time. Files are of the table's target size, one open for each value of the
    /// partition columns.
    ///
    /// # Errors
    /// `DELTA_NOT_NULL_CONSTRAINT_VIOLATED`, `TASK_WRITE_FAILED`
    async fn write(&self, partition: usize, input: SendableRecordBatchStream) -> Result<ChangeRows>;

    /// Records changed rows: the columns of the table, then [`CHANGE_TYPE_COLUMN`]. Only for tables that
    /// [record changes](LakeTable::records_changes); a change that removes rows or adds rows only, whole files at a time,
    /// need not be recorded.
    async fn write_changes(&self, partition: usize, input: SendableRecordBatchStream) -> Result<ChangeRows>;

    /// Makes everything written, and everything that `commit` says, the next version; answers with that.
    ///
    /// # Errors
    /// `DELTA_CONCURRENT_APPEND`, `DELTA_CONCURRENT_DELETE_READ`, `DELTA_CONCURRENT_DELETE_DELETE`,
    /// `DELTA_METADATA_CHANGED`, `DELTA_PROTOCOL_CHANGED`, `DELTA_CONCURRENT_TRANSACTION`; nothing has changed then, and
    /// what was written is removed.
    async fn commit(&self, commit: Commit) -> Result<u64>;

    /// Removes what was written. Called after a failure instead of `commit`.
    async fn abort(&self);
}

/// What one partition wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChangeRows {
    pub rows: u64,
    pub bytes: u64,
    pub files: u64,
}

/// What a version is, beside the rows that were written for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Commit {
    /// As DESCRIBE HISTORY shows it: `WRITE`, `MERGE`, `UPDATE`, `DELETE`, …
    pub operation: String,
    /// Name and value; values that are no plain texts are JSON.
    pub parameters: Vec<(String, String)>,
    /// Name and value of DESCRIBE HISTORY's metrics. `numFiles`-like ones of what was written are added by the change.
    pub metrics: Vec<(String, String)>,
    /// Files that go: their rows that stay have been written again.
    pub removed: Vec<u32>,
    /// Rows that are deleted in place, ascending, by file. Only where the table [allows it](LakeTable::deletes_in_place).
    /// Rows that were deleted before stay so and need not be named.
    pub deleted: Vec<(u32, Vec<u64>)>,
    /// What the new version was computed from; others' commits that touch it are conflicts.
    pub read: ReadSet,
    /// The application and its version, for writes that must not happen twice; a version that is not above the last one
    /// the table has makes the commit do nothing and answer with the table's version.
    pub transaction: Option<(String, i64)>,
    /// Whether rows change at all; OPTIMIZE only moves them.
    pub moves_rows_only: bool,
    /// All files of the partitions that rows were written to go too (`partitionOverwriteMode=dynamic`).
    pub replaces_partitions: bool,
    /// What the user says of the commit, shown by DESCRIBE HISTORY.
    pub user_metadata: Option<String>,
}

/// What a change has read of the table.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ReadSet {
    /// Nothing: rows are added whatever the table holds.
    #[default]
    Nothing,
    /// Rows for which all of these are true (over the columns of [`LakeTable::provider`]), and these files.
    Matching { filters: Vec<Expr>, files: Vec<u32> },
    /// Everything.
    Whole,
}

/// What is done with a table beside reading and writing rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Maintenance {
    /// DESCRIBE HISTORY, newest first.
    History {
        limit: Option<usize>,
    },
    /// DESCRIBE DETAIL; the catalog's name of the table, if it has one.
    Detail {
        name: Option<String>,
    },
    /// Removes files that no version within the retention needs.
    Vacuum {
        retain_hours: Option<f64>,
        dry_run: bool,
        check_retention: bool,
    },
    /// Gathers small files, of those that the filters (over partition columns) leave; rows are ordered along a curve
    /// through `zorder`.
    Optimize {
        filters: Vec<Expr>,
        zorder: Vec<String>,
    },
    Restore {
        to: At,
    },
    SetProperties(Options),
    UnsetProperties {
        keys: Vec<String>,
        if_exists: bool,
    },
    SetComment(Option<String>),
    /// New columns with the path of the struct they go into and their place.
    AddColumns(Vec<NewColumn>),
    /// The comment, default or nullability of a column, as the field is to be.
    AlterColumn {
        path: Vec<String>,
        field: StructField,
    },
    RenameColumn {
        path: Vec<String>,
        to: String,
    },
    DropColumns {
        paths: Vec<Vec<String>>,
        if_exists: bool,
    },
    /// A CHECK constraint that all rows have been found to keep.
    AddCheck {
        name: String,
        sql: String,
    },
    DropCheck {
        name: String,
        if_exists: bool,
    },
}

/// A column to add.
#[derive(Debug, Clone, PartialEq)]
pub struct NewColumn {
    /// The struct it becomes a member of; empty: the table.
    pub parent: Vec<String>,
    pub field: StructField,
    pub place: Place,
}

/// Where among its neighbours a column goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    #[default]
    Last,
    First,
    After(String),
}
