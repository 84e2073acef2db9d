//! The outer values pushed down through a subquery.

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column as DfColumn, JoinType};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{
    Aggregate, BinaryExpr, Distinct, EmptyRelation, Expr, ExprFunctionExt, FetchType, Filter, GroupingSet,
    Limit, LogicalPlan, LogicalPlanBuilder, Operator, SkipType, Sort, SubqueryAlias, Union, Unnest, Values,
    Window, lit, when,
};
use lang::{Error, Result};

use super::super::project::projection;
use super::super::repartition::arranged;
use super::super::{Resolver, planning};
use super::native::is_outer_of;
use super::{columns_of, joined, references};

/// The distinct combinations of the outer columns that a subquery refers to.
pub(super) struct Domain<'r> {
    pub resolver: &'r Resolver<'r>,
    source: LogicalPlan,
    columns: Vec<(DfColumn, FieldRef)>,
}

/// A plan that yields its rows for each combination, and the columns in it that say which combination a row is for.
pub(super) type Pushed = (LogicalPlan, Vec<String>);

impl<'r> Domain<'r> {
    /// The columns of `source` that `subquery` refers to.
    pub fn of(resolver: &'r Resolver<'r>, source: &LogicalPlan, subquery: &LogicalPlan) -> Domain<'r> {
        let schema = source.schema();
        let mut columns: Vec<(DfColumn, FieldRef)> = Vec::new();
        for outer in subquery.all_out_ref_exprs() {
            if let Expr::OuterReferenceColumn(field, column) = &outer
                && is_outer_of(&outer, schema)
                && !columns.iter().any(|(known, _)| known.name == column.name)
            {
                columns.push((column.clone(), Arc::clone(field)));
            }
        }
        Domain { resolver, source: source.clone(), columns }
    }

    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The outer columns, in the order of the columns that [`Self::push`] names.
    pub fn outer(&self) -> Vec<Expr> {
        self.columns.iter().map(|(c, _)| Expr::Column(DfColumn::new_unqualified(&c.name))).collect()
    }

    pub fn fresh_names(&self) -> Vec<String> {
        self.columns.iter().map(|_| self.resolver.fresh("outer")).collect()
    }

    /// The combinations themselves.
    pub fn rows(&self) -> Result<Pushed> {
        let names = self.fresh_names();
        let exprs = self.outer().into_iter().zip(&names).map(|(e, name)| e.alias(name)).collect();
        let plan = projection(self.source.clone(), exprs)?;
        Ok((LogicalPlan::Distinct(Distinct::All(plan.into())), names))
    }

    pub fn is_in(&self, plan: &LogicalPlan) -> bool {
        plan.all_out_ref_exprs().iter().any(|e| self.position(e).is_some())
    }

    fn position(&self, expr: &Expr) -> Option<usize> {
        let Expr::OuterReferenceColumn(_, column) = expr else { return None };
        self.columns.iter().position(|(known, _)| known.name == column.name)
    }

    /// `expr` with outer references as the columns `names`.
    pub fn bound(&self, expr: Expr, names: &[String]) -> Result<Expr> {
        expr.transform_down(|e| {
            Ok(match self.position(&e) {
                Some(index) => Transformed::yes(Expr::Column(DfColumn::new_unqualified(&names[index]))),
                None => Transformed::no(e),
            })
        })
        .map(|t| t.data)
        .map_err(planning)
    }

    /// [`Self::bound`], under the name it had.
    fn bound_named(&self, expr: &Expr, names: &[String]) -> Result<Expr> {
        let name = NamePreserver::new_for_projection().save(expr);
        Ok(name.restore(self.bound(expr.clone(), names)?))
    }

    fn all_bound(&self, exprs: &[Expr], names: &[String]) -> Result<Vec<Expr>> {
        exprs.iter().map(|e| self.bound_named(e, names)).collect()
    }

    /// `plan` for every combination.
    ///
    /// # Errors
    /// Operators that have no meaning for each combination, by name.
    #[recursive::recursive]
    pub fn push(&self, plan: &LogicalPlan) -> Result<Pushed> {
        if !self.is_in(plan) {
            let (rows, names) = self.rows()?;
            let crossed = LogicalPlanBuilder::from(rows).cross_join(plan.clone()).and_then(|b| b.build());
            return Ok((crossed.map_err(planning)?, names));
        }
        match plan {
            LogicalPlan::Projection(p) => {
                let (input, names) = self.push(&p.input)?;
                let mut exprs = self.all_bound(&p.expr, &names)?;
                exprs.extend(references(&names));
                Ok((projection(input, exprs)?, names))
            }
            LogicalPlan::Filter(filter) => self.filter(filter),
            LogicalPlan::Aggregate(aggregate) => self.aggregate(aggregate),
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let (input, names) = self.push(input)?;
                Ok((LogicalPlan::Distinct(Distinct::All(input.into())), names))
            }
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => {
                let (input, names) = self.push(&sort.input)?;
                let expr = self.sort_keys(sort, &names)?;
                Ok((LogicalPlan::Sort(Sort { expr, input: input.into(), fetch: None }), names))
            }
            LogicalPlan::Limit(limit) => self.limit(limit),
            LogicalPlan::Window(window) => self.window(window),
            LogicalPlan::Join(join) => self.join(join),
            LogicalPlan::Union(union) => self.union(union),
            LogicalPlan::SubqueryAlias(alias) => self.alias(alias),
            LogicalPlan::Unnest(unnest) => {
                let (input, names) = self.push(&unnest.input)?;
                let unnested =
                    Unnest::try_new(input.into(), unnest.exec_columns.clone(), unnest.options.clone());
                Ok((LogicalPlan::Unnest(unnested.map_err(planning)?), names))
            }
            LogicalPlan::Values(values) => self.values(values),
            other => match arranged(other) {
                // Where the rows are means nothing to a subquery.
                Some(input) => self.push(input),
                None => Err(Error::unsupported(format!(
                    "a correlated subquery with the operator {}",
                    other.display().to_string().split(':').next().unwrap_or_default()
                ))),
            },
        }
    }

    fn filter(&self, filter: &Filter) -> Result<Pushed> {
        if let Some(pushed) = self.keyed(filter)? {
            return Ok(pushed);
        }
        let (input, names) = self.push(&filter.input)?;
        let condition = self.bound(filter.predicate.clone(), &names)?;
        Ok((filtered(input, condition)?, names))
    }

    /// Where every outer column equals one of the input's, that one tells the combinations: those that have rows.
    fn keyed(&self, filter: &Filter) -> Result<Option<Pushed>> {
        if self.is_in(&filter.input) {
            return Ok(None);
        }
        let schema = filter.input.schema();
        let mut keys: Vec<Option<DfColumn>> = vec![None; self.columns.len()];
        for conjunct in split_conjunction(&filter.predicate) {
            let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) = conjunct else { continue };
            for (outer, inner) in [(left, right), (right, left)] {
                let (Some(index), Expr::Column(column)) = (self.position(outer), inner.as_ref()) else {
                    continue;
                };
                let same = schema
                    .field_with_unqualified_name(&column.name)
                    .is_ok_and(|f| f.data_type() == self.columns[index].1.data_type());
                if same && keys[index].is_none() {
                    keys[index] = Some(column.clone());
                }
            }
        }
        let Some(keys) = keys.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let names = self.fresh_names();
        let mut exprs = columns_of(&filter.input);
        exprs.extend(keys.iter().zip(&names).map(|(key, name)| Expr::Column(key.clone()).alias(name)));
        let input = projection(filter.input.as_ref().clone(), exprs)?;
        // An equality of a column with itself remains: it drops NULLs, as the comparison did.
        let condition = self.bound(filter.predicate.clone(), &names)?;
        let not_null = references(&names).into_iter().map(Expr::is_not_null);
        let Some(condition) = conjunction(not_null.chain([condition])) else { return Ok(None) };
        Ok(Some((filtered(input, condition)?, names)))
    }

    fn aggregate(&self, aggregate: &Aggregate) -> Result<Pushed> {
        let (input, names) = self.push(&aggregate.input)?;
        let aggregates = self.all_bound(&aggregate.aggr_expr, &names)?;
        let groups = match aggregate.group_expr.as_slice() {
            [Expr::GroupingSet(GroupingSet::GroupingSets(sets))] => {
                let mut all = Vec::with_capacity(sets.len());
                for set in sets {
                    // In front, so that the bits of the grouping id stay where they were.
                    let mut members = references(&names);
                    members.extend(self.all_bound(set, &names)?);
                    all.push(members);
                }
                vec![Expr::GroupingSet(GroupingSet::GroupingSets(all))]
            }
            groups => {
                let mut all = self.all_bound(groups, &names)?;
                all.extend(references(&names));
                all
            }
        };
        let grouped = Aggregate::try_new(input.clone().into(), groups, aggregates.clone());
        let grouped = LogicalPlan::Aggregate(grouped.map_err(planning)?);
        match aggregate.group_expr.is_empty() {
            true => self.with_empty_groups(aggregate, &input, grouped, aggregates, &names),
            false => Ok((grouped, names)),
        }
    }

    /// An aggregation without GROUP BY has a row for every combination: what it yields of no rows where there are none.
    fn with_empty_groups(
        &self,
        aggregate: &Aggregate,
        input: &LogicalPlan,
        grouped: LogicalPlan,
        aggregates: Vec<Expr>,
        names: &[String],
    ) -> Result<Pushed> {
        let nothing = EmptyRelation { produce_one_row: false, schema: Arc::clone(input.schema()) };
        let of_nothing =
            Aggregate::try_new(LogicalPlan::EmptyRelation(nothing).into(), Vec::new(), aggregates);
        let of_nothing = LogicalPlan::Aggregate(of_nothing.map_err(planning)?);
        let (defaults, default_names) = self.renamed(of_nothing, aggregate.aggr_expr.len())?;
        let found = self.resolver.fresh("found");
        let mut exprs = columns_of(&grouped);
        exprs.push(lit(true).alias(&found));
        let grouped = projection(grouped, exprs)?;
        let (rows, row_names) = self.rows()?;
        let pairs = references(&row_names).into_iter().zip(references(names)).collect();
        let plan = joined(rows, grouped, JoinType::Left, pairs, None)?;
        let plan = LogicalPlanBuilder::from(plan).cross_join(defaults).and_then(|b| b.build());
        let mut exprs = Vec::with_capacity(aggregate.aggr_expr.len() + row_names.len());
        let is_found = functions::definition::column(&found).is_not_null();
        for (expr, default) in aggregate.aggr_expr.iter().zip(references(&default_names)) {
            let name = expr.schema_name().to_string();
            let value = when(is_found.clone(), functions::definition::column(&name)).otherwise(default);
            exprs.push(value.map_err(planning)?.alias(name));
        }
        exprs.extend(references(&row_names));
        Ok((projection(plan.map_err(planning)?, exprs)?, row_names))
    }

    /// The first `count` columns of the plan under new names.
    fn renamed(&self, plan: LogicalPlan, count: usize) -> Result<Pushed> {
        let names: Vec<String> = (0..count).map(|_| self.resolver.fresh("default")).collect();
        let exprs = columns_of(&plan).into_iter().zip(&names).map(|(e, name)| e.alias(name)).collect();
        Ok((projection(plan, exprs)?, names))
    }

    fn sort_keys(&self, sort: &Sort, names: &[String]) -> Result<Vec<datafusion::logical_expr::expr::Sort>> {
        let bound = |key: &datafusion::logical_expr::expr::Sort| {
            Ok(key.with_expr(self.bound(key.expr.clone(), names)?))
        };
        sort.expr.iter().map(bound).collect()
    }

    /// The first rows of each combination.
    fn limit(&self, limit: &Limit) -> Result<Pushed> {
        let (SkipType::Literal(skip), FetchType::Literal(fetch)) =
            (limit.get_skip_type().map_err(planning)?, limit.get_fetch_type().map_err(planning)?)
        else {
            return Err(Error::unsupported("a LIMIT that is not a constant in a correlated subquery"));
        };
        let (input, names, order) = match limit.input.as_ref() {
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => {
                let (input, names) = self.push(&sort.input)?;
                let order = self.sort_keys(sort, &names)?;
                (input, names, order)
            }
            other => {
                let (input, names) = self.push(other)?;
                (input, names, Vec::new())
            }
        };
        let columns = columns_of(&input);
        let mut number = datafusion::functions_window::expr_fn::row_number().partition_by(references(&names));
        if !order.is_empty() {
            number = number.order_by(order);
        }
        let number = number.build().map_err(planning)?;
        let position = functions::definition::column(&number.schema_name().to_string());
        let windowed = Window::try_new(vec![number], input.into()).map_err(planning)?;
        let mut condition = position.clone().gt(lit(skip as u64));
        if let Some(fetch) = fetch {
            condition = condition.and(position.lt_eq(lit(skip.saturating_add(fetch) as u64)));
        }
        let kept = filtered(LogicalPlan::Window(windowed), condition)?;
        Ok((projection(kept, columns)?, names))
    }

    fn window(&self, window: &Window) -> Result<Pushed> {
        let (input, names) = self.push(&window.input)?;
        let mut exprs = Vec::with_capacity(window.window_expr.len());
        for expr in &window.window_expr {
            let saved = NamePreserver::new_for_projection().save(expr);
            let bound = self.bound(expr.clone(), &names)?.transform_down(|e| {
                Ok(match e {
                    Expr::WindowFunction(mut function) => {
                        function.params.partition_by.extend(references(&names));
                        Transformed::new(
                            Expr::WindowFunction(function),
                            true,
                            datafusion::common::tree_node::TreeNodeRecursion::Jump,
                        )
                    }
                    other => Transformed::no(other),
                })
            });
            exprs.push(saved.restore(bound.map_err(planning)?.data));
        }
        let windowed = Window::try_new(exprs, input.into()).map_err(planning)?;
        Ok((LogicalPlan::Window(windowed), names))
    }

    /// All inputs with the combinations in front.
    fn union(&self, union: &Union) -> Result<Pushed> {
        let common = self.fresh_names();
        let mut inputs = Vec::with_capacity(union.inputs.len());
        for input in &union.inputs {
            let (pushed, names) = self.push(input)?;
            let mut exprs: Vec<Expr> =
                references(&names).into_iter().zip(&common).map(|(e, name)| e.alias(name)).collect();
            exprs.extend(columns_of(input));
            inputs.push(Arc::new(projection(pushed, exprs)?));
        }
        let plan = Union::try_new_with_loose_types(inputs).map(LogicalPlan::Union).map_err(planning)?;
        Ok((plan, common))
    }

    fn alias(&self, alias: &SubqueryAlias) -> Result<Pushed> {
        let (input, names) = self.push(&alias.input)?;
        let aliased = SubqueryAlias::try_new(input.into(), alias.alias.clone()).map_err(planning)?;
        let mut exprs: Vec<Expr> = alias.schema.columns().into_iter().map(Expr::Column).collect();
        for name in &names {
            exprs.push(Expr::Column(DfColumn::new(Some(alias.alias.clone()), name)).alias(name));
        }
        Ok((projection(LogicalPlan::SubqueryAlias(aliased), exprs)?, names))
    }

    /// Rows of constants and outer columns: a projection of the combinations for each.
    fn values(&self, values: &Values) -> Result<Pushed> {
        let common = self.fresh_names();
        let mut inputs = Vec::with_capacity(values.values.len());
        for row in &values.values {
            let (rows, names) = self.rows()?;
            let mut exprs: Vec<Expr> =
                references(&names).into_iter().zip(&common).map(|(e, name)| e.alias(name)).collect();
            for (value, field) in row.iter().zip(values.schema.fields()) {
                exprs.push(self.bound(value.clone(), &names)?.alias(field.name()));
            }
            inputs.push(Arc::new(projection(rows, exprs)?));
        }
        let plan = match inputs.as_slice() {
            [one] => one.as_ref().clone(),
            _ => Union::try_new_with_loose_types(inputs).map(LogicalPlan::Union).map_err(planning)?,
        };
        Ok((plan, common))
    }
}

fn filtered(input: LogicalPlan, condition: Expr) -> Result<LogicalPlan> {
    Filter::try_new(condition, input.into()).map(LogicalPlan::Filter).map_err(planning)
}
