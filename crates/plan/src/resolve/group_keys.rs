//! What an aggregation groups by: each expression under a name of its own.

use datafusion::common::{Column as DfColumn, DFSchema};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use lang::Result;

use super::planning;
use super::project::projection;

/// The grouping expressions, and the columns that carry them.
///
/// Plain columns group as they are. Others are computed below the aggregation where DataFusion's names, which leave
/// casts out, would confuse them, or where equal floats have different bits and equal maps
/// other orders.
pub(super) struct GroupKeys {
    /// The expression as the query has it, what is computed below, and the name of the column.
    keys: Vec<Key>,
}

struct Key {
    group: Expr,
    computed: Option<Expr>,
    name: String,
}

impl GroupKeys {
    pub fn new(groups: &[Expr], schema: &DFSchema) -> Result<GroupKeys> {
        let mut keys: Vec<Key> = Vec::with_capacity(groups.len());
        for group in groups {
            let (_, field) = group.to_field(schema).map_err(planning)?;
            super::collated::expect_binary(&field)?;
            let sorted = functions::sorted_map::sorted(group.clone(), field.data_type());
            let normalized = functions::float::normalized(sorted, &field);
            let name = group.schema_name().to_string();
            let is_column = matches!(group, Expr::Column(_));
            let taken = !is_column
                && (keys.iter().any(|k| k.name == name) || schema.has_column_with_unqualified_name(&name));
            let key = match taken || normalized != *group {
                false => Key { group: group.clone(), computed: None, name },
                true => {
                    let name = format!("{name}#key{}", keys.len());
                    Key { group: group.clone(), computed: Some(normalized), name }
                }
            };
            keys.push(key);
        }
        Ok(GroupKeys { keys })
    }

    /// The column above the aggregation that carries `expr`, if it is grouped by.
    pub fn column(&self, expr: &Expr) -> Option<Expr> {
        let key = self.keys.iter().find(|k| k.group == *expr)?;
        Some(functions::definition::column(&key.name))
    }

    /// `groups` as the aggregation names them.
    pub fn exprs(&self, groups: &[Expr]) -> Vec<Expr> {
        let named = |group: &Expr| match self.keys.iter().find(|k| k.group == *group) {
            Some(Key { computed: Some(_), name, .. }) => functions::definition::column(name),
            _ => group.clone(),
        };
        groups.iter().map(named).collect()
    }

    /// The input with what has to be computed below.
    pub fn computed(&self, input: &LogicalPlan) -> Result<LogicalPlan> {
        if self.keys.iter().all(|k| k.computed.is_none()) {
            return Ok(input.clone());
        }
        let mut exprs: Vec<Expr> =
            input.schema().iter().map(|(table, f)| DfColumn::new(table.cloned(), f.name()).into()).collect();
        for key in &self.keys {
            if let Some(computed) = &key.computed {
                exprs.push(computed.clone().alias(&key.name));
            }
        }
        projection(input.clone(), exprs)
    }
}
