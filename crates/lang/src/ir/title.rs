//! How a statement is called in messages.

use super::{Statement, TableChange};

impl Statement {
    /// The words a statement is known by: `ALTER TABLE … DROP COLUMNS`.
    pub fn title(&self) -> String {
        let words = match self {
            Statement::AlterTable { change, .. } => return format!("ALTER TABLE … {}", change.title()),
            Statement::AlterView { change, .. } => return format!("ALTER VIEW … {}", change.title()),
            Statement::Resource { add, kind, .. } => {
                return format!("{} {kind}", if *add { "ADD" } else { "LIST" });
            }
            Statement::AlterViewQuery { .. } => "ALTER VIEW … AS",
            Statement::AlterViewSchema { .. } => "ALTER VIEW … WITH SCHEMA",
            Statement::AlterDatabase { .. } => "ALTER DATABASE",
            Statement::CreateTableLike(_) => "CREATE TABLE LIKE",
            Statement::TruncatePartition { .. } => "TRUNCATE TABLE … PARTITION",
            Statement::CommentColumns { .. } => "COMMENT ON COLUMN",
            Statement::AnalyzeTable { .. } => "ANALYZE TABLE",
            Statement::AnalyzeTables { .. } => "ANALYZE TABLES",
            Statement::RepairTable { .. } => "MSCK REPAIR TABLE",
            Statement::LoadData { .. } => "LOAD DATA",
            Statement::RefreshFunction { .. } => "REFRESH FUNCTION",
            Statement::RefreshPath { .. } => "REFRESH of a path",
            Statement::MultiInsert(_) => "FROM with several INSERTs",
            Statement::Lake { command, .. } => command.title(),
            Statement::Delete(_) => "DELETE",
            Statement::Update(_) => "UPDATE",
            Statement::Merge(_) => "MERGE",
            Statement::CreateSqlFunction(_) | Statement::CreateExternalFunction(_) => "CREATE FUNCTION",
            Statement::DeclareVariable(_) => "DECLARE VARIABLE",
            Statement::DropVariable { .. } => "DROP TEMPORARY VARIABLE",
            Statement::SetVariable { .. } => "SET VARIABLE",
            Statement::ExecuteImmediate(_) => "EXECUTE IMMEDIATE",
            Statement::Call { .. } => "CALL",
            Statement::Script(_) => "BEGIN … END",
            Statement::CreateIndex { .. } => "CREATE INDEX",
            Statement::DropIndex { .. } => "DROP INDEX",
            Statement::SetPath(_) => "SET PATH",
            Statement::Deferred(_) => "IDENTIFIER(expression) in this place",
            _ => "this statement",
        };
        words.to_string()
    }
}

impl TableChange {
    /// The words of a change: `DROP COLUMNS`.
    pub fn title(&self) -> &'static str {
        match self {
            TableChange::Rename(_) => "RENAME TO",
            TableChange::SetProperties(_) => "SET TBLPROPERTIES",
            TableChange::UnsetProperties { .. } => "UNSET TBLPROPERTIES",
            TableChange::AddColumns(_) | TableChange::AddColumnsAt(_) => "ADD COLUMNS",
            TableChange::ReplaceColumns(_) => "REPLACE COLUMNS",
            TableChange::DropColumns { .. } => "DROP COLUMNS",
            TableChange::RenameColumn { .. } => "RENAME COLUMN",
            TableChange::AlterColumns(_) => "ALTER COLUMN",
            TableChange::ChangeColumn { .. } => "CHANGE COLUMN",
            TableChange::AddConstraint(_) => "ADD CONSTRAINT",
            TableChange::DropConstraint { .. } => "DROP CONSTRAINT",
            TableChange::AddPartitions { .. } => "ADD PARTITION",
            TableChange::DropPartitions { .. } => "DROP PARTITION",
            TableChange::RenamePartition { .. } => "PARTITION … RENAME TO",
            TableChange::SetLocation { .. } => "SET LOCATION",
            TableChange::SetSerde { .. } => "SET SERDE",
            TableChange::ClusterBy(_) => "CLUSTER BY",
            TableChange::SetCollation(_) => "DEFAULT COLLATION",
            TableChange::RecoverPartitions => "RECOVER PARTITIONS",
        }
    }
}
