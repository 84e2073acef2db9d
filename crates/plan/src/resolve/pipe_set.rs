//! `|> SET a = a + 1`: a column of the input gets another value, and keeps its place.

use lang::Result;
use lang::ir::{Expr, ExprKind, Relation};

use super::scope::{Query, Scope};
use super::{Resolved, Resolver};

impl Resolver<'_> {
    /// # Errors
    /// `UNRESOLVED_COLUMN…` where the input has no column of that name.
    pub(super) fn pipe_set(
        &self,
        input: &Relation,
        assignment: &Expr,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        if let ExprKind::Alias { names, .. } = &assignment.kind
            && let Some(name) = names.first()
            && !input.columns.iter().any(|column| self.same_name(column.name(), name))
        {
            let scope = Scope::new(&[&input], query, outer)?;
            return Err(self.unresolved_column(std::slice::from_ref(name), &scope));
        }
        self.with_columns_over(input, std::slice::from_ref(assignment), query, outer)
    }
}
