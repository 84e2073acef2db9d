//! Lateral joins: the right side for each combination of the left side's values.

use datafusion::common::JoinType;
use datafusion::logical_expr::logical_plan::Join;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use lang::{Error, Result};

use super::super::project::projection;
use super::super::{Resolver, planning};
use super::push::Domain;
use super::{joined, references};

impl Resolver<'_> {
    /// A join whose right side is a subquery that refers to the left.
    pub(super) fn lateral_join(&self, join: Join) -> Result<LogicalPlan> {
        let LogicalPlan::Subquery(subquery) = join.right.as_ref() else {
            return Err(Error::internal("the right side of a lateral join is a subquery"));
        };
        if !matches!(join.join_type, JoinType::Inner | JoinType::Left) {
            return Err(Error::unsupported("LATERAL in this kind of join"));
        }
        let columns: Vec<Expr> = join.schema.columns().into_iter().map(Expr::Column).collect();
        let left = join.left.as_ref().clone();
        let domain = Domain::of(self, &left, &subquery.subquery);
        let equalities = join.on.into_iter().map(|(l, r)| l.eq(r));
        let condition = conjunction(equalities.chain(join.filter));
        if domain.is_empty() {
            let right = subquery.subquery.as_ref().clone();
            let builder = LogicalPlanBuilder::from(left);
            let plan = match (condition, join.join_type) {
                (None, JoinType::Inner) => builder.cross_join(right),
                (condition, kind) => builder.join_on(right, kind, condition),
            };
            return plan.and_then(|b| b.build()).map_err(planning);
        }
        let (right, names) = domain.push(&subquery.subquery)?;
        let pairs = domain.outer().into_iter().zip(references(&names)).collect();
        projection(joined(left, right, join.join_type, pairs, condition)?, columns)
    }
}
