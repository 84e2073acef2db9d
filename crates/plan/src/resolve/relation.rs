//! Relations: the dispatch.

use std::sync::Arc;

use functions::place;
use lang::ir::{CatalogCall, Options, Relation, RelationKind, Statement};
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
        let _level = self.deeper()?;
        let mut resolved = self.in_place(relation, query, |query| match relation.kind.as_ref() {
            RelationKind::CollectMetrics { input, name, metrics } => {
                self.collect_metrics(input, name, metrics, relation.plan_id, query, outer)
            }
            RelationKind::Catalog(CatalogCall::Run(statement)) => {
                self.catalog_order(statement, relation.plan_id, query, outer)
            }
            kind => self.kind(kind, query, outer),
        })?;
        if let Some(plan_id) = relation.plan_id {
            Origins::mark(&mut resolved, plan_id);
        }
        Ok(resolved)
    }

    /// Resolves what belongs to `relation`: errors of no expression point at it.
    pub(super) fn in_place<T>(
        &self,
        relation: &Relation,
        query: &Query,
        resolve: impl FnOnce(&Query) -> Result<T>,
    ) -> Result<T> {
        let sourced;
        let query = match &relation.source {
            Some(source) => {
                sourced = Query { source: Some(Arc::clone(source)), ..query.clone() };
                &sourced
            }
            None => query,
        };
        let _entered = place::enter(Place { source: query.source.clone(), span: relation.span });
        resolve(query).map_err(|error| error.at(&place::current()))
    }

    /// An order to the catalog. One that creates a table answers with the table, however often its DataFrame is asked.
    fn catalog_order(
        &self,
        statement: &Statement,
        plan_id: Option<i64>,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let Statement::CreateTable(create) = statement else {
            let call = CatalogCall::Run(Box::new(statement.clone()));
            return self.batch(self.environment.catalog(&call)?);
        };
        self.environment.run_once(plan_id, statement)?;
        self.table(&create.name, &Options::new(), None, query, outer)
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
            K::TableFunction { name, arguments } => match self.table_call_of(kind) {
                Some(call) => self.python_table(&call, query, outer),
                None => self.table_function(name, arguments, query, outer),
            },
            K::Unnest { arrays, ordinality } => self.unnested_arrays(arrays, *ordinality, query, outer),
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
            K::SubqueryAlias { input, alias, columns } => match self.table_call_of(kind) {
                Some(call) => self.python_table(&call, query, outer),
                None => self.subquery_alias(input, alias, columns, query, outer),
            },
            K::Sample { input, lower, upper, with_replacement, seed, deterministic_order } => {
                let input = self.relation(input, query, outer)?;
                let input = if *deterministic_order { sorted_by_all(input) } else { input };
                if *with_replacement {
                    return self.sample_with_replacement(input, upper - lower, *seed);
                }
                self.sample(input, *lower, *upper, *seed, query)
            }
            K::Repartition { input, partitions, shuffle } => {
                self.repartition(input, *partitions, *shuffle, query, outer)
            }
            K::RepartitionBy { input, expressions, partitions } => {
                self.repartition_by(input, expressions, *partitions, query, outer)
            }
            K::RepartitionById { input, number, partitions } => {
                self.repartition_by_id(input, number, *partitions, query, outer)
            }
            K::ToDf { input, names } => self.to_df(input, names, query, outer),
            K::WithColumnsRenamed { input, renames } => {
                self.with_columns_renamed(input, renames, query, outer)
            }
            K::WithColumns { input, columns } => self.with_columns(input, columns, query, outer),
            K::SetColumn { input, assignment } => self.pipe_set(input, assignment, query, outer),
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
            K::Qualify { input, condition } => self.qualify(input, condition, query, outer),
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
            K::MapPartitions { input, function, name } => {
                self.map_partitions(input, function, name, query, outer)
            }
            K::GroupMap { input, grouping, function, name } => {
                self.group_map(input, grouping, function, name, query, outer)
            }
            K::PythonTable { name, .. } => {
                let call = self.table_call_of(kind);
                let call = call.ok_or_else(|| Error::internal(format!("{name} is a table function")))?;
                self.python_table(&call, query, outer)
            }
            K::CogroupMap(map) => self.cogroup_map(map, query, outer),
            K::AsOfJoin(join) => self.as_of_join(join, query, outer),
            K::NearestBy(join) => self.nearest_by_join(join, query, outer),
            K::Zip { left, right } => self.zip(left, right, query, outer),
            K::SetOperation(operation) => self.set_operation(operation, query, outer),
            K::Parse { input, format, schema, options } => {
                self.parse(input, format, schema.as_ref(), options, query, outer)
            }
            other => self.composed(other, query, outer),
        }
    }
}
