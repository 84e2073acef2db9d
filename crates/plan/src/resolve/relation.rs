//! Relations: the dispatch.

use std::sync::Arc;

use functions::place;
use lang::ir::{Relation, RelationKind};
use lang::{Error, Place, Result};

use super::sample::sorted_by_all;
use super::scope::{Origins, Parameters, Query, Scope};
use super::{Resolved, Resolver};

impl Resolver<'_> {
    /// One relation; `outer` is the enclosing query of a subquery. Errors of no expression point at it.
    #[recursive::recursive]
    pub(super) fn relation(
        &self,
        relation: &Relation,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let sourced;
        let query = match &relation.source {
            Some(source) => {
                sourced = Query { source: Some(Arc::clone(source)), ..query.clone() };
                &sourced
            }
            None => query,
        };
        let _entered = place::enter(Place { source: query.source.clone(), span: relation.span });
        let resolved = match relation.kind.as_ref() {
            RelationKind::CollectMetrics { input, name, metrics } => {
                self.collect_metrics(input, name, metrics, relation.plan_id, query, outer)
            }
            kind => self.kind(kind, query, outer),
        };
        let mut resolved = resolved.map_err(|error| error.at(&place::current()))?;
        if let Some(plan_id) = relation.plan_id {
            Origins::mark(&mut resolved, plan_id);
        }
        Ok(resolved)
    }

    fn kind(&self, kind: &RelationKind, query: &Query, outer: Option<&Scope<'_>>) -> Result<Resolved> {
        use RelationKind as K;
        match kind {
            K::OneRow => self.one_row(),
            K::Table { name, options, time_travel } => {
                self.table(name, options, time_travel.as_ref(), query, outer)
            }
            K::Source(source) => self.source(source),
            K::Local(data) => self.local(data),
            K::Cached { id } => self.kept(id),
            K::Values { rows } => self.values(rows, query, outer),
            K::Range { start, end, step, partitions } => self.range(*start, *end, *step, *partitions),
            K::TableFunction { name, arguments } => self.table_function(name, arguments, query, outer),
            K::Statement(statement) => self.batch(self.environment.statement(statement)?),
            K::Catalog(call) => self.batch(self.environment.catalog(call)?),

            K::Project { input, expressions } => self.project(input, expressions, query, outer),
            K::Filter { input, condition } => self.filter(input, condition, query, outer),
            K::Aggregate(aggregate) => self.aggregate(aggregate, query, outer),
            K::Sort { input, order, global } => self.sort(input, order, *global, query, outer),
            K::Limit { input, limit } => self.limit(input, limit, query, outer),
            K::Offset { input, offset } => self.offset(input, offset, query, outer),
            K::Tail { input, limit } => self.tail(input, limit, query, outer),
            K::Deduplicate { input, columns, within_watermark } => {
                self.deduplicate(input, columns, *within_watermark, query, outer)
            }
            K::SubqueryAlias { input, alias, columns } => {
                self.subquery_alias(input, alias, columns, query, outer)
            }
            K::Sample { input, lower, upper, with_replacement, seed, deterministic_order } => {
                if *with_replacement {
                    return Err(Error::unsupported("sampling with replacement"));
                }
                let input = self.relation(input, query, outer)?;
                let input = if *deterministic_order { sorted_by_all(input) } else { input };
                self.sample(input, *lower, *upper, *seed, query)
            }
            K::Repartition { input, partitions, shuffle } if !shuffle || *partitions == 1 => {
                self.coalesce(input, *partitions, query, outer)
            }
            K::Repartition { input, partitions, .. } => self.repartition(input, *partitions, query, outer),
            K::RepartitionBy { input, expressions, partitions } => {
                self.repartition_by(input, expressions, *partitions, query, outer)
            }
            K::ToDf { input, names } => self.to_df(input, names, query, outer),
            K::WithColumnsRenamed { input, renames } => {
                self.with_columns_renamed(input, renames, query, outer)
            }
            K::WithColumns { input, columns } => self.with_columns(input, columns, query, outer),
            K::Drop { input, columns, names } => self.drop(input, columns, names, query, outer),
            K::ToSchema { input, schema } => self.to_schema(input, schema, query, outer),
            K::Hint { input, name, parameters } => self.hint(input, name, parameters, query, outer),
            K::LateralView { input, generator, outer: keep, alias, columns } => {
                self.lateral_view(input, generator, *keep, alias.as_deref(), columns, query, outer)
            }
            K::WithWindows { input, windows } => {
                let mut query = query.clone();
                let mut all = query.windows.as_ref().clone();
                all.extend(windows.iter().cloned());
                query.windows = Arc::new(all);
                self.relation(input, &query, outer)
            }
            K::With { input, definitions, recursive } => {
                self.with(input, definitions, *recursive, query, outer)
            }
            K::Parameters { input, named, positional } => {
                let mut query = query.clone();
                query.parameters =
                    Arc::new(Parameters { named: named.clone(), positional: positional.clone() });
                self.relation(input, &query, outer)
            }
            K::WithRelations { root, .. } => self.relation(root, query, outer),

            K::Join(join) => self.join(join, query, outer),
            K::AsOfJoin(join) => self.as_of_join(join, query, outer),
            K::SetOperation(operation) => self.set_operation(operation, query, outer),
            K::Parse { input, format, schema, options } => {
                self.parse(input, format, schema.as_ref(), options, query, outer)
            }
            other => self.composed(other, query, outer),
        }
    }
}
