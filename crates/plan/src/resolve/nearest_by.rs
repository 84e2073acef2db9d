//! Nearest-by joins: each left row with the right rows that rank first beside it.

use datafusion::logical_expr::expr::Sort as SortExpr;
use lang::ir::NearestBy;
use lang::{Error, Result};

use super::as_of::Choice;
use super::project::contains_aggregate;
use super::scope::{Query, Scope};
use super::sort::orderable;
use super::{Resolved, Resolver};

impl Resolver<'_> {
    /// A lateral join with the first right rows in the order of the ranking. Rows whose rank is NULL do not count.
    ///
    /// # Errors
    /// `NEAREST_BY_JOIN.*` for rankings without an order and for sessions that forbid cross joins.
    pub(super) fn nearest_by_join(
        &self,
        join: &NearestBy,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let left = self.relation(&join.left, query, outer)?;
        let right = self.relation(&join.right, query, outer)?;
        let scope = Scope::new(&[&left, &right], query, outer)?;
        let ranking = self.expression(&join.ranking, &scope)?;
        drop(scope);
        if contains_aggregate(&ranking.expr) {
            return Err(Error::analysis("UNSUPPORTED_EXPR_FOR_OPERATOR")
                .with("operator", "NearestByJoin")
                .with("invalidExprSqls", format!("\"{}\"", ranking.name())));
        }
        if self.environment.conf("spark.sql.crossJoin.enabled").is_some_and(|on| on == "false") {
            return Err(Error::analysis("NEAREST_BY_JOIN.CROSS_JOIN_NOT_ENABLED"));
        }
        if !orderable(ranking.data_type()) {
            let found = functions::types::from_field(&ranking.field).sql();
            return Err(Error::analysis("NEAREST_BY_JOIN.NON_ORDERABLE_RANKING_EXPRESSION")
                .with("expression", format!("\"{}\"", ranking.name()))
                .with("type", format!("\"{found}\"")));
        }
        if ranking.expr.is_volatile() {
            return Err(Error::unsupported("NEAREST BY a value that is not deterministic"));
        }
        let rank = functions::float::normalized(ranking.expr, &ranking.field);
        let choice = Choice {
            condition: rank.clone().is_not_null(),
            by: SortExpr::new(rank, !join.by_similarity, false),
            last: false,
            rows: join.results,
        };
        self.join_first(left, right, choice, join.join_type)
    }
}
