//! `df.crosstab`: a pivot of counts.

use lang::ir::{Aggregate, CastMode, Expr, ExprKind, Grouping, Literal, Pivot, Relation, RelationKind};
use lang::{DataType, Result};

use super::super::scope::{Query, Scope};
use super::super::{Resolved, Resolver};

impl Resolver<'_> {
    pub(super) fn crosstab(
        &self,
        input: &Relation,
        left: &str,
        right: &str,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let text = |name: &str| -> Expr {
            let column = Box::new(Expr::column(name));
            let cast: Expr =
                ExprKind::Cast { expr: column, data_type: DataType::STRING, mode: CastMode::Session }.into();
            Expr::call("coalesce", vec![cast, Expr::string("null")])
        };
        let counts = Relation::new(RelationKind::Aggregate(Aggregate {
            input: input.clone(),
            grouping: Grouping::By(vec![text(left).alias(format!("{left}_{right}"))]),
            aggregates: vec![Expr::call("count", vec![Expr::literal(Literal::Integer(1))])],
            groups_in_output: true,
            having: None,
            pivot: Some(Pivot { columns: vec![text(right)], values: Vec::new() }),
        }));
        let filled = Relation::new(RelationKind::FillNa {
            input: counts,
            columns: Vec::new(),
            values: vec![Literal::Long(0)],
        });
        self.relation(&filled, query, outer)
    }
}
