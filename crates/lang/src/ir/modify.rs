//! MERGE, UPDATE and DELETE.

use super::{CommonTable, Expr, Options, Relation};

/// The table that a statement changes, with the name it goes by in expressions.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub name: Vec<String>,
    pub alias: Option<String>,
    pub columns: Vec<String>,
    pub options: Options,
    /// The tables of a WITH in front of the statement.
    pub definitions: Vec<CommonTable>,
}

/// `DELETE FROM t WHERE …`
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    pub target: Target,
    pub condition: Option<Expr>,
}

/// `UPDATE t SET a = 1 WHERE …`
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    pub target: Target,
    pub assignments: Vec<Assignment>,
    pub condition: Option<Expr>,
}

/// `a.b = value`
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    pub column: Vec<String>,
    pub value: Expr,
}

/// `MERGE INTO t USING s ON … WHEN …`
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    pub target: Target,
    pub source: Relation,
    pub condition: Expr,
    pub matched: Vec<MergeClause>,
    pub not_matched: Vec<MergeClause>,
    pub not_matched_by_source: Vec<MergeClause>,
    pub schema_evolution: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct MergeClause {
    pub condition: Option<Expr>,
    pub action: MergeAction,
}

#[derive(Debug, Clone, PartialEq)]
pub enum MergeAction {
    Delete,
    /// `UPDATE SET *`
    UpdateAll,
    Update(Vec<Assignment>),
    /// `INSERT *`
    InsertAll,
    Insert(Vec<Assignment>),
}
