//! `WITH RECURSIVE`: an anchor, and a step that reads what the last round produced.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema};
use datafusion::catalog::cte_worktable::CteWorkTable;
use datafusion::common::TableReference;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{Extension, LogicalPlan, LogicalPlanBuilder};
use lang::ir::{Relation, RelationKind, SetOperator};
use lang::{Error, Result};

use super::attribute::column_argument;
use super::project::{projection, under_id};
use super::scope::{CommonTable, CommonTableBody, Scope};
use super::{Column, Resolved, Resolver, planning};
use crate::RecursionStep;

/// How often the step of a recursion may run, and how many rows may come of it.
const LEVEL_LIMIT: &str = "spark.sql.cteRecursionLevelLimit";
const ROW_LIMIT: &str = "spark.sql.cteRecursionRowLimit";

impl Resolver<'_> {
    /// A use of the recursive CTE `name`.
    pub(super) fn recursive_table(
        &self,
        name: &str,
        relation: &Relation,
        max_levels: Option<u64>,
        common: &CommonTable,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let Some((anchor, step, distinct)) = anchor_and_step(relation) else {
            // Declared recursive, but it does not refer to itself through a union.
            return self.relation(relation, &common.query, outer);
        };
        let anchor = self.relation(anchor, &common.query, outer)?;
        let work_name = self.fresh(name);
        let fields: Vec<Field> = anchor
            .columns
            .iter()
            .enumerate()
            .map(|(i, c)| {
                let name = common.columns.get(i).map_or(c.name(), String::as_str);
                c.field.as_ref().clone().with_name(name).with_nullable(true)
            })
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let body = CommonTableBody::Recursion { name: work_name.clone(), schema };
        let mut inner = common.query.clone();
        let mut tables = inner.common_tables.as_ref().clone();
        let itself = CommonTable { columns: Vec::new(), body, query: common.query.clone() };
        tables.insert(name.to_lowercase(), itself);
        inner.common_tables = Arc::new(tables);
        let step = self.relation(step, &inner, outer)?;
        if !reads(&step.plan, &work_name)? {
            return self.relation(relation, &common.query, outer);
        }
        if distinct {
            return Err(Error::analysis("UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE"));
        }
        let step = self.limited_step(step, max_levels);
        self.recursive_plan(&work_name, anchor, step)
    }

    /// The step with the limits of the clause or else of the settings; a setting below zero is none.
    fn limited_step(&self, mut step: Resolved, max_levels: Option<u64>) -> Resolved {
        let setting = |key: &str| self.environment.conf(key).and_then(|value| value.parse::<i64>().ok());
        let levels = match max_levels {
            Some(levels) => usize::try_from(levels).ok(),
            None => setting(LEVEL_LIMIT).and_then(|limit| usize::try_from(limit).ok()),
        };
        let rows = setting(ROW_LIMIT).and_then(|limit| usize::try_from(limit).ok());
        let node = RecursionStep { input: step.plan, levels, rows };
        step.plan = LogicalPlan::Extension(Extension { node: Arc::new(node) });
        step
    }

    fn recursive_plan(&self, name: &str, anchor: Resolved, step: Resolved) -> Result<Resolved> {
        if anchor.columns.len() != step.columns.len() {
            return Err(Error::analysis("NUM_COLUMNS_MISMATCH")
                .with("operator", "UNION")
                .with("firstNumColumns", anchor.columns.len().to_string())
                .with("invalidOrdinalNum", "second")
                .with("invalidNumColumns", step.columns.len().to_string()));
        }
        let columns: Vec<Column> = anchor
            .columns
            .iter()
            .map(|c| self.fresh_column(&c.field.as_ref().clone().with_nullable(true), Vec::new()))
            .collect();
        let anchors =
            anchor.columns.iter().zip(&columns).map(|(c, new)| under_id(c.expr(), &new.id)).collect();
        let mut steps = Vec::with_capacity(columns.len());
        for (column, new) in step.columns.iter().zip(&columns) {
            let argument = column_argument(column, column.name());
            let expr =
                functions::cast::implicit(&argument, new.field.data_type(), self.environment.context())?;
            steps.push(under_id(expr, &new.id));
        }
        let plan = LogicalPlanBuilder::from(projection(anchor.plan.clone(), anchors)?)
            .to_recursive_query(name.to_string(), projection(step.plan, steps)?, false)
            .and_then(|b| b.build())
            .map_err(planning)?;
        Ok(Resolved::new(plan, columns, &[]))
    }

    /// What the last round produced, inside the step.
    pub(super) fn work_table(&self, name: &str, schema: &Arc<Schema>) -> Result<Resolved> {
        let provider = CteWorkTable::new(name, Arc::clone(schema));
        self.scan_as(Arc::new(provider), TableReference::bare(name), Vec::new())
    }
}

/// Whether the plan reads the work table of that name, be it in a subquery.
fn reads(plan: &LogicalPlan, name: &str) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|p| {
        found |= matches!(p, LogicalPlan::TableScan(scan) if scan.table_name.table() == name);
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })
    .map_err(planning)?;
    Ok(found)
}

/// The two sides of the union a recursive CTE consists of, and whether it drops duplicates.
fn anchor_and_step(relation: &Relation) -> Option<(&Relation, &Relation, bool)> {
    match relation.kind.as_ref() {
        RelationKind::SetOperation(union) if union.operator == SetOperator::Union => {
            Some((&union.left, &union.right, !union.all))
        }
        RelationKind::SubqueryAlias { input, columns, .. } if columns.is_empty() => anchor_and_step(input),
        _ => None,
    }
}
