//! `df.coalesce`, and `df.repartition(1)`, which comes to the same.

use std::sync::Arc;

use datafusion::logical_expr::{Extension, LogicalPlan};
use lang::Result;
use lang::ir::Relation;

use super::scope::{Query, Scope};
use super::{Resolved, Resolver};
use crate::Coalesce;

impl Resolver<'_> {
    pub(super) fn coalesce(
        &self,
        input: &Relation,
        partitions: usize,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let mut input = self.relation(input, query, outer)?;
        let node = Coalesce { input: std::mem::take(&mut input.plan), partitions: partitions.max(1) };
        input.plan = LogicalPlan::Extension(Extension { node: Arc::new(node) });
        input.rebuild = None;
        Ok(input)
    }
}
