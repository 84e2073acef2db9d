//! Equality of plans modulo the names of their columns.
//!
//! Resolving gives every column a new id, so the same relation never gives the same plan twice. Two plans are equal when,
//! bottom up, their columns correspond by position and each node of the first, its column names replaced by the second's,
//! equals the second's node.

use std::collections::HashMap;
use std::mem::discriminant;
use std::sync::Arc;

use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema};
use datafusion::datasource::source_as_provider;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlan, TableScan};

use super::{Keyed, Opened};

/// Whether both plans compute the same rows from the same sources.
pub(crate) fn same(left: &Keyed, right: &Keyed) -> bool {
    same_plans(&left.plan, &left.opened, &right.plan, &right.opened)
}

/// [`same`] for plans whose sources are listed apart.
pub(crate) fn same_plans(
    left: &LogicalPlan,
    opened: &Opened,
    right: &LogicalPlan,
    right_opened: &Opened,
) -> bool {
    Comparison { left: opened, right: right_opened, names: HashMap::new() }.plans(left, right)
}

struct Comparison<'a> {
    left: &'a Opened,
    right: &'a Opened,
    /// What the left plan's columns are called in the right one.
    names: HashMap<Column, Column>,
}

impl Comparison<'_> {
    fn plans(&mut self, left: &LogicalPlan, right: &LogicalPlan) -> bool {
        let (inputs, right_inputs) = (left.inputs(), right.inputs());
        discriminant(left) == discriminant(right)
            && inputs.len() == right_inputs.len()
            && inputs.iter().zip(&right_inputs).all(|(l, r)| self.plans(l, r))
            && self.schemas(left.schema(), right.schema())
            && self.nodes(left, right)
    }

    /// Pairs the columns; fails where types differ or a name already means another column.
    fn schemas(&mut self, left: &DFSchema, right: &DFSchema) -> bool {
        left.fields().len() == right.fields().len()
            && left.iter().zip(right.iter()).all(|((left_table, left), (right_table, right))| {
                let from = Column::new(left_table.cloned(), left.name());
                let to = Column::new(right_table.cloned(), right.name());
                left.data_type() == right.data_type()
                    && left.is_nullable() == right.is_nullable()
                    && *self.names.entry(from).or_insert_with(|| to.clone()) == to
            })
    }

    /// The nodes themselves; their inputs are known to be equal.
    fn nodes(&self, left: &LogicalPlan, right: &LogicalPlan) -> bool {
        match (left, right) {
            (LogicalPlan::TableScan(left), LogicalPlan::TableScan(right)) => self.scans(left, right),
            // Nothing but the alias, which is in the schema.
            (LogicalPlan::SubqueryAlias(_), _) => true,
            (LogicalPlan::EmptyRelation(left), LogicalPlan::EmptyRelation(right)) => {
                left.produce_one_row == right.produce_one_row
            }
            _ => {
                let inputs = right.inputs().into_iter().cloned().collect();
                let renamed =
                    self.expressions(left).and_then(|exprs| left.with_new_exprs(exprs, inputs).ok());
                renamed.is_some_and(|renamed| renamed == *right)
            }
        }
    }

    fn expressions(&self, plan: &LogicalPlan) -> Option<Vec<Expr>> {
        plan.expressions().into_iter().map(|expr| self.renamed(expr)).collect()
    }

    /// An expression under the right plan's names; `None` if it holds plans of its own.
    fn renamed(&self, expr: Expr) -> Option<Expr> {
        let rename = |expr: Expr| {
            Ok(match expr {
                Expr::Column(column) => match self.names.get(&column) {
                    Some(other) => Transformed::yes(Expr::Column(other.clone())),
                    None => Transformed::no(Expr::Column(column)),
                },
                Expr::Alias(mut alias) => {
                    let own = Column::new(alias.relation.clone(), &alias.name);
                    if let Some(other) = self.names.get(&own) {
                        alias.relation.clone_from(&other.relation);
                        alias.name.clone_from(&other.name);
                    }
                    Transformed::yes(Expr::Alias(alias))
                }
                Expr::ScalarSubquery(_)
                | Expr::Exists(_)
                | Expr::InSubquery(_)
                | Expr::OuterReferenceColumn(..) => {
                    return Err(DataFusionError::Plan("subqueries are not compared".to_string()));
                }
                other => Transformed::new(other, false, TreeNodeRecursion::Continue),
            })
        };
        expr.transform_down(rename).ok().map(|transformed| transformed.data)
    }

    fn scans(&self, left: &TableScan, right: &TableScan) -> bool {
        let filters: Option<Vec<_>> = left.filters.iter().map(|f| self.renamed(f.clone())).collect();
        left.projection == right.projection
            && left.fetch == right.fetch
            && filters.is_some_and(|filters| filters == right.filters)
            && match (source_as_provider(&left.source), source_as_provider(&right.source)) {
                (Ok(left), Ok(right)) => self.providers(&left, &right),
                _ => false,
            }
    }

    fn providers(&self, left: &Arc<dyn TableProvider>, right: &Arc<dyn TableProvider>) -> bool {
        if Arc::ptr_eq(left, right) {
            return true;
        }
        if let (Some(left), Some(right)) = (request(self.left, left), request(self.right, right)) {
            return left == right;
        }
        match (left.downcast_ref::<MemTable>(), right.downcast_ref::<MemTable>()) {
            (Some(left), Some(right)) => same_rows(left, right),
            // A range is described wholly by its Debug text; of other providers nothing is known.
            _ => {
                let (left, right) = (format!("{left:?}"), format!("{right:?}"));
                left.starts_with("RangeTable") && left == right
            }
        }
    }
}

fn request<'a>(
    opened: &'a Opened,
    provider: &Arc<dyn TableProvider>,
) -> Option<&'a plan::contract::OpenRequest> {
    opened.iter().find(|(known, _)| Arc::ptr_eq(known, provider)).map(|(_, request)| request)
}

/// Rows that the client sent along are sent again with every request.
fn same_rows(left: &MemTable, right: &MemTable) -> bool {
    left.batches.len() == right.batches.len()
        && left.batches.iter().zip(&right.batches).all(|(left, right)| {
            let (Ok(left), Ok(right)) = (left.try_read(), right.try_read()) else { return false };
            left.len() == right.len()
                && left.iter().zip(right.iter()).all(|(left, right)| left.columns() == right.columns())
        })
}
