//! What DELETE, UPDATE and MERGE are once they have their meaning: a plan that finds the rows, and one that writes them anew.
//!
//! ```text
//! find:     source ⋈ target ──► FILE_COLUMN, ROW_COLUMN, FOUND_MATCHED, FOUND_TOUCHES
//! rewrite:  source ⟗ target ──► the table's columns as they are to be, the clause that made each row, where it was
//! ```
//!
//! Both are plans over tables to be put in: the target, of which only the touched files are read the second time, and the
//! source, which is computed once so that both see the same rows ([`put`]).

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::common::tree_node::Transformed;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use lang::ir::CastMode;
use lang::{Error, Result, StructField, StructType};

use crate::{Column, Resolved};

/// In the plan that finds rows: whether the row of the target has a match in the source.
pub const FOUND_MATCHED: &str = "found.matched";
/// In the plan that finds rows: whether the file that the row is in has to be written anew.
pub const FOUND_TOUCHES: &str = "found.touches";

/// The table whose rows change, as it is now.
#[derive(Debug, Clone)]
pub struct ModifyTarget {
    /// The full name: what columns are qualified by where the statement gives no alias.
    pub name: Vec<String>,
    /// The rows with where they are ([`crate::lake::FILE_COLUMN`], [`crate::lake::ROW_COLUMN`]) behind the table's columns.
    pub provider: Arc<dyn TableProvider>,
    pub columns: Vec<TargetColumn>,
    /// CHECK constraints: the name and the SQL text.
    pub checks: Vec<(String, String)>,
    /// How values become values of a column.
    pub cast: CastMode,
    /// Whether new columns of a source become columns of the table, asked for or not.
    pub evolves: bool,
}

/// A column of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetColumn {
    pub field: StructField,
    /// The SQL text of its default.
    pub default: Option<String>,
    /// The SQL text of what it is always computed by.
    pub generated: Option<String>,
}

/// A statement that changes rows, resolved.
#[derive(Debug, Clone)]
pub struct Modification {
    /// The table to put the target's rows in for.
    pub target: TableReference,
    /// Over the provider's columns: rows for which one of these is not true are not concerned.
    pub filters: Vec<Expr>,
    /// MERGE only.
    pub source: Option<ModifySource>,
    /// The rows that are concerned; `None` when rows are added only.
    pub find: Option<LogicalPlan>,
    pub rewrite: Rewrite,
    /// The whole schema as it is to be, where it changes.
    pub schema: Option<StructType>,
    /// Of MERGE: whether a row of the target with several matches is no error.
    pub several_matches: bool,
    /// The condition of DELETE and UPDATE, or of the whole MERGE, as Spark shows it.
    pub condition: Option<String>,
    /// The clauses of a MERGE, in order.
    pub clauses: Vec<Described>,
}

/// A clause as DESCRIBE HISTORY shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    pub action: Action,
    pub condition: Option<String>,
}

/// The rows a MERGE merges.
#[derive(Debug, Clone)]
pub struct ModifySource {
    /// The table to put the kept rows in for; its columns are those of `rows`, in order.
    pub table: TableReference,
    pub rows: LogicalPlan,
    /// The smallest and the largest value of what the target's columns have to be equal to.
    pub bounds: Option<Bounds>,
}

/// One row of two columns for each key: the smallest value and the largest.
#[derive(Debug, Clone)]
pub struct Bounds {
    pub plan: LogicalPlan,
    /// What the target has to be equal to them, over the columns of its provider.
    pub keys: Vec<Expr>,
}

/// The rows as they are to be.
#[derive(Debug, Clone)]
pub struct Rewrite {
    pub(crate) rows: Resolved,
    /// The table's columns, in its order.
    pub columns: Vec<Column>,
    /// `Int32`: 0 for rows that stay as they are, else a place in `actions`, counted from 1.
    pub clause: Column,
    pub actions: Vec<Action>,
    /// Where the row was; NULL for new ones.
    pub file: Column,
    pub row: Column,
    /// The table's columns as they were.
    pub old: Vec<Column>,
}

/// What a clause does with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Update,
    Delete,
    /// Update of a row that the source has no match for.
    UpdateOrphan,
    DeleteOrphan,
    Insert,
}

impl Action {
    pub fn deletes(self) -> bool {
        matches!(self, Action::Delete | Action::DeleteOrphan)
    }
}

impl Rewrite {
    /// The rows with the columns that are asked for: the table's, the clause, then where the row was, then its old values.
    pub fn rows(&self, with_place: bool, with_old: bool) -> Resolved {
        let mut columns = self.columns.clone();
        columns.push(self.clause.clone());
        if with_place {
            columns.extend([self.file.clone(), self.row.clone()]);
        }
        if with_old {
            columns.extend(self.old.iter().cloned());
        }
        // Joins make what comes from one side optional.
        Resolved::new(self.rows.plan.clone(), columns, &[])
    }
}

/// `plan` with `provider` in the place of a table, of whose rows those are read that pass the filter.
///
/// # Errors
/// Providers of other columns than the plan was made for.
pub fn put(
    plan: LogicalPlan,
    table: &TableReference,
    provider: &Arc<dyn TableProvider>,
    filter: Option<&Expr>,
) -> Result<LogicalPlan> {
    plan.transform_down_with_subqueries(|node| match &node {
        LogicalPlan::TableScan(scan) if scan.table_name == *table => {
            let source = provider_as_source(Arc::clone(provider));
            let mut builder = LogicalPlanBuilder::scan(table.clone(), source, None)?;
            if let Some(filter) = filter {
                builder = builder.filter(filter.clone())?;
            }
            Ok(Transformed::new(
                builder.build()?,
                true,
                datafusion::common::tree_node::TreeNodeRecursion::Jump,
            ))
        }
        _ => Ok(Transformed::no(node)),
    })
    .map(|done| done.data)
    .map_err(functions::error::from_datafusion)
}

pub(crate) fn unnamed() -> Error {
    Error::internal("the table has no column that says where rows are")
}
