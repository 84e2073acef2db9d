//! The target: its rows with where they are.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::split_conjunction;
use lang::ir;
use lang::{Error, Result, StructField};

use crate::lake::{FILE_COLUMN, ROW_COLUMN};
use crate::modify::{ModifyTarget, unnamed};
use crate::resolve::{Column, Resolved, Resolver};

/// The target as conditions and values see it.
pub(super) struct Scanned {
    /// The table's columns are visible, where rows are is not.
    pub rows: Resolved,
    pub table: TableReference,
    pub file: Column,
    pub row: Column,
    /// The provider's names of the columns that are as they were stored, by id.
    names: HashMap<String, String>,
}

impl Resolver<'_> {
    pub(super) fn target(&self, named: &ir::Target, target: &ModifyTarget) -> Result<Scanned> {
        if let Some(option) = named.options.keys().next() {
            return Err(Error::unsupported(format!("the option {option} on a table that is changed")));
        }
        let qualifier = match &named.alias {
            Some(alias) => vec![alias.clone()],
            None => target.name.clone(),
        };
        let table = TableReference::bare(self.fresh("target"));
        let mut rows = self.scan_as(Arc::clone(&target.provider), table.clone(), qualifier)?;
        let mut take = |name: &str| -> Result<Column> {
            let place = rows.columns.iter().position(|column| column.name() == name).ok_or_else(unnamed)?;
            Ok(rows.columns.remove(place))
        };
        let (file, row) = (take(FILE_COLUMN)?, take(ROW_COLUMN)?);
        if rows.columns.len() != target.columns.len() {
            return Err(Error::internal("the target's columns are not those of its rows"));
        }
        let stored: Vec<_> = rows.columns.iter().map(|c| (c.id.clone(), c.name().to_string())).collect();
        rows.hidden.extend([file.clone(), row.clone()]);
        let mut rows = self.with_padded_texts(rows)?;
        rows.hidden.retain(|column| column.id != file.id && column.id != row.id);
        rows.rebuild = None;
        let names = stored.into_iter().filter(|(id, _)| super::holds(&rows, id)).collect();
        Ok(Scanned { rows, table, file, row, names })
    }
}

impl Scanned {
    /// The conjuncts of a condition that are about nothing but stored columns, over the provider's names.
    pub fn filters(&self, condition: &Expr) -> Vec<Expr> {
        split_conjunction(condition).into_iter().filter_map(|conjunct| self.over_provider(conjunct)).collect()
    }

    fn over_provider(&self, expr: &Expr) -> Option<Expr> {
        let own = expr.column_refs().iter().all(|column| self.names.contains_key(&column.name));
        let plain = own && !expr.is_volatile() && !expr.contains_outer() && !has_subquery(expr);
        if !plain || expr.column_refs().is_empty() {
            return None;
        }
        let renamed = expr.clone().transform(|e| {
            Ok(match &e {
                Expr::Column(column) => match self.names.get(&column.name) {
                    Some(name) => Transformed::yes(Expr::Column(datafusion::common::Column::from_name(name))),
                    None => Transformed::no(e),
                },
                _ => Transformed::no(e),
            })
        });
        renamed.ok().map(|done| done.data)
    }

    pub fn column(&self, place: usize) -> &Column {
        &self.rows.columns[place]
    }
}

/// Whether there is a subquery in an expression.
pub(super) fn has_subquery(expr: &Expr) -> bool {
    let is_subquery = |e: &Expr| {
        matches!(e, Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_) | Expr::SetComparison(_))
    };
    expr.exists(|e| Ok(is_subquery(e))).unwrap_or(true)
}

/// The metadata of a field as the plan's columns carry it.
pub(super) fn shown(field: &StructField) -> arrow::datatypes::FieldRef {
    let fields = functions::types::to_fields(&lang::StructType::new(vec![field.clone()]));
    Arc::clone(&fields[0])
}

/// The type of a column with the lengths of its texts.
pub(super) fn declared(field: &StructField) -> lang::DataType {
    functions::text_length::limited_type(&shown(field)).unwrap_or_else(|| field.data_type.clone())
}
