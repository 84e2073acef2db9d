//! What CREATE TABLE and ALTER TABLE say about a table: columns, constraints, layout, changes.

use super::{Expr, Options};
use crate::DataType;

/// A column as DDL defines it.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDefinition {
    pub name: String,
    pub data_type: DataType,
    pub nullable: bool,
    /// The text of the DEFAULT expression.
    pub default: Option<String>,
    pub comment: Option<String>,
    /// The text of `GENERATED ALWAYS AS (…)`.
    pub generated: Option<String>,
    pub identity: Option<Identity>,
    pub constraints: Vec<Constraint>,
}

impl ColumnDefinition {
    /// A nullable column and nothing else.
    pub fn new(name: impl Into<String>, data_type: DataType) -> Self {
        ColumnDefinition {
            name: name.into(),
            data_type,
            nullable: true,
            default: None,
            comment: None,
            generated: None,
            identity: None,
            constraints: Vec::new(),
        }
    }
}

/// `GENERATED ALWAYS | BY DEFAULT AS IDENTITY (START WITH 1 INCREMENT BY 1)`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// ALWAYS: no statement may give a value.
    pub always: bool,
    pub start: i64,
    pub step: i64,
}

/// A constraint of a table or a column (then its columns are that one).
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    pub name: Option<String>,
    pub kind: ConstraintKind,
    /// `ENFORCED`, `NOT ENFORCED`
    pub enforced: Option<bool>,
    /// `RELY`, `NORELY`
    pub rely: Option<bool>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ConstraintKind {
    Check { condition: Expr, text: String },
    PrimaryKey { columns: Vec<String> },
    Unique { columns: Vec<String> },
    ForeignKey { columns: Vec<String>, table: Vec<String>, references: Vec<String> },
}

/// `CLUSTERED BY (a) SORTED BY (b) INTO 4 BUCKETS`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucketing {
    pub buckets: usize,
    pub columns: Vec<String>,
    pub sort_by: Vec<String>,
}

/// Hive's way to say how a table is stored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HiveFormat {
    pub row_format: Option<RowFormat>,
    /// `STORED AS parquet`
    pub stored_as: Option<String>,
    /// `STORED AS INPUTFORMAT 'x' OUTPUTFORMAT 'y'`
    pub input_output: Option<(String, String)>,
}

/// `ROW FORMAT …`
#[derive(Debug, Clone, PartialEq)]
pub enum RowFormat {
    Serde { class: String, properties: Options },
    Delimited(Delimiters),
}

/// `ROW FORMAT DELIMITED`, clause by clause.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delimiters {
    pub fields: Option<String>,
    pub escaped_by: Option<String>,
    pub collection_items: Option<String>,
    pub map_keys: Option<String>,
    pub lines: Option<String>,
    pub null_as: Option<String>,
}

/// `CREATE TABLE t LIKE s`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTableLike {
    pub name: Vec<String>,
    pub source: Vec<String>,
    pub if_not_exists: bool,
    pub format: Option<String>,
    pub location: Option<String>,
    pub properties: Options,
    pub hive: Option<HiveFormat>,
}

/// `PARTITION (a = 1, b)`; a column without a value takes any.
pub type PartitionSpec = Vec<(String, Option<Expr>)>;

/// One change of ALTER TABLE or ALTER VIEW.
#[derive(Debug, Clone, PartialEq)]
pub enum TableChange {
    Rename(Vec<String>),
    SetProperties(Options),
    UnsetProperties {
        keys: Vec<String>,
        if_exists: bool,
    },
    /// Columns of the top level, to the end.
    AddColumns(Vec<ColumnDefinition>),
    /// Fields of structs, or columns with a place.
    AddColumnsAt(Vec<AddedColumn>),
    /// `REPLACE COLUMNS`
    ReplaceColumns(Vec<AddedColumn>),
    DropColumns {
        columns: Vec<Vec<String>>,
        if_exists: bool,
    },
    RenameColumn {
        column: Vec<String>,
        to: String,
    },
    /// `ALTER COLUMN a TYPE bigint, b COMMENT 'x'`
    AlterColumns(Vec<(Vec<String>, ColumnChange)>),
    /// Hive's `CHANGE COLUMN a b INT COMMENT 'x' FIRST`: name, new definition, place.
    ChangeColumn {
        partition: PartitionSpec,
        column: Vec<String>,
        definition: ColumnDefinition,
        position: Option<ColumnPosition>,
    },
    AddConstraint(Constraint),
    DropConstraint {
        name: String,
        if_exists: bool,
        cascade: bool,
    },
    AddPartitions {
        partitions: Vec<(PartitionSpec, Option<String>)>,
        if_not_exists: bool,
    },
    DropPartitions {
        partitions: Vec<PartitionSpec>,
        if_exists: bool,
        purge: bool,
    },
    RenamePartition {
        from: PartitionSpec,
        to: PartitionSpec,
    },
    SetLocation {
        partition: PartitionSpec,
        location: String,
    },
    SetSerde {
        partition: PartitionSpec,
        class: Option<String>,
        properties: Options,
    },
    /// `CLUSTER BY (a, b)`; empty: `CLUSTER BY NONE`.
    ClusterBy(Vec<Vec<String>>),
    SetCollation(String),
    /// `RECOVER PARTITIONS`
    RecoverPartitions,
}

/// A column or a field of a struct, by its path, with its place among its neighbours.
#[derive(Debug, Clone, PartialEq)]
pub struct AddedColumn {
    /// The path without the last part, which is the definition's name.
    pub parent: Vec<String>,
    pub definition: ColumnDefinition,
    pub position: Option<ColumnPosition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnPosition {
    First,
    After(String),
}

/// What `ALTER COLUMN` changes of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnChange {
    Type(DataType),
    Comment(String),
    Position(ColumnPosition),
    SetNotNull,
    DropNotNull,
    /// The text of the expression.
    SetDefault(String),
    DropDefault,
}

/// One change of ALTER DATABASE.
#[derive(Debug, Clone, PartialEq)]
pub enum DatabaseChange {
    SetProperties(Options),
    UnsetProperties(Vec<String>),
    SetLocation(String),
    SetCollation(String),
}
