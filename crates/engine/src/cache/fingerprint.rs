//! A number that is equal for plans that are [`same`](super::same): column names count by first appearance only.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::{Expr, LogicalPlan};

/// The fingerprint of a plan.
pub(crate) fn fingerprint(plan: &LogicalPlan) -> i32 {
    let mut hasher = DefaultHasher::new();
    Canonical::default().plan(plan, &mut hasher);
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as i32
}

/// Numbers columns in the order of their first appearance.
#[derive(Default)]
struct Canonical {
    numbers: HashMap<Column, usize>,
}

impl Canonical {
    fn plan(&mut self, plan: &LogicalPlan, hasher: &mut DefaultHasher) {
        for input in plan.inputs() {
            self.plan(input, hasher);
        }
        discriminant(plan).hash(hasher);
        for (table, field) in plan.schema().iter() {
            self.number(Column::new(table.cloned(), field.name())).hash(hasher);
            field.data_type().hash(hasher);
        }
        // A scan's filters are names of its own schema; its source is compared, not hashed.
        for expr in plan.expressions() {
            self.expression(expr).hash(hasher);
        }
    }

    fn number(&mut self, column: Column) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(column).or_insert(next)
    }

    /// The expression with numbers for names; plans inside of it count by their kind only.
    fn expression(&mut self, expr: Expr) -> Expr {
        let renamed = expr.clone().transform_down(|expr| {
            Ok(match expr {
                Expr::Column(column) => {
                    let number = self.number(column);
                    Transformed::yes(Expr::Column(Column::from_name(number.to_string())))
                }
                Expr::Alias(mut alias) => {
                    alias.name = self.number(Column::new(alias.relation.take(), alias.name)).to_string();
                    Transformed::yes(Expr::Alias(alias))
                }
                Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery(_) => {
                    Transformed::yes(Expr::Literal(datafusion::common::ScalarValue::Null, None))
                }
                other => Transformed::no(other),
            })
        });
        renamed.map_or(expr, |transformed| transformed.data)
    }
}
