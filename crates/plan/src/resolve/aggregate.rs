//! Aggregation: GROUP BY in all its forms, HAVING, and select lists that aggregate without one.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::functions_aggregate;
use datafusion::logical_expr::{
    Aggregate as DfAggregate, Expr, Filter, GroupingSet, LogicalPlan, expr::AggregateFunction, lit,
};
use functions::Argument;
use lang::ir::{self, ExprKind, Grouping, Literal};
use lang::{Error, Result};

use super::expression::pointing_at;
use super::group_keys::GroupKeys;
use super::missing::Rebuild;
use super::project::{contains_aggregate, unaliased, windows_and_projection};
use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver, planning};

/// The internal column that counts the rows of a group where there are several grouping sets.
const ROWS: &str = "__rows";

/// An aggregation taken apart, so that HAVING and ORDER BY can add to it.
#[derive(Debug, Clone)]
pub(crate) struct Aggregation {
    pub input: Resolved,
    pub groups: Vec<Expr>,
    /// The sets of a ROLLUP, CUBE or GROUPING SETS, as lists of the groups.
    pub sets: Option<Vec<Vec<Expr>>>,
    pub aggregates: Vec<Expr>,
    pub having: Option<Expr>,
    pub output: Vec<(Expr, Column)>,
}

impl Aggregation {
    /// `expr`, which refers to the input, in terms of groups and aggregates; new aggregates are added.
    ///
    /// # Errors
    /// `MISSING_AGGREGATION` when a column is neither grouped nor aggregated.
    pub fn lift(&mut self, expr: Expr, name: &str) -> Result<Expr> {
        let mut missing = None;
        let keys = GroupKeys::new(&self.groups, self.input.plan.schema())?;
        let lifted = expr
            .transform_down(|e| {
                if let Some(key) = keys.column(&e) {
                    return Ok(Transformed::new(key, true, TreeNodeRecursion::Jump));
                }
                match e {
                    Expr::AggregateFunction(AggregateFunction { ref params, .. }) => {
                        if params.args.iter().any(contains_aggregate) {
                            missing.get_or_insert_with(|| Error::analysis("NESTED_AGGREGATE_FUNCTION"));
                        }
                        let column = functions::definition::column(&computed(&mut self.aggregates, e));
                        Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
                    }
                    Expr::Column(ref column) if column.name != DfAggregate::INTERNAL_GROUPING_ID => {
                        missing.get_or_insert_with(|| {
                            Error::analysis("MISSING_AGGREGATION")
                                .with("expression", format!("\"{name}\""))
                                .placeless()
                        });
                        Ok(Transformed::no(e))
                    }
                    other => Ok(Transformed::no(other)),
                }
            })
            .map_err(planning)?
            .data;
        missing.map_or(Ok(lifted), Err)
    }

    pub fn build(&self) -> Result<LogicalPlan> {
        let keys = GroupKeys::new(&self.groups, self.input.plan.schema())?;
        let input = Arc::new(keys.computed(&self.input.plan)?);
        let groups = match &self.sets {
            None => keys.exprs(&self.groups),
            Some(sets) => {
                let sets = sets.iter().map(|set| keys.exprs(set)).collect();
                vec![Expr::GroupingSet(GroupingSet::GroupingSets(sets))]
            }
        };
        let mut aggregates = self.aggregates.clone();
        // Several sets of no rows are no groups to Spark, even where one set is empty.
        let several = self.sets.as_ref().is_some_and(|sets| sets.len() > 1);
        let rows = several.then(|| functions_aggregate::expr_fn::count(lit(1i64)).alias(ROWS));
        aggregates.extend(rows);
        let mut plan = if groups.is_empty() && self.aggregates.is_empty() {
            // One group of everything, nothing computed of it: one row whatever the input holds.
            LogicalPlan::EmptyRelation(datafusion::logical_expr::EmptyRelation {
                produce_one_row: true,
                schema: Arc::new(datafusion::common::DFSchema::empty()),
            })
        } else {
            LogicalPlan::Aggregate(DfAggregate::try_new(input, groups, aggregates).map_err(planning)?)
        };
        if several {
            let not_empty = functions::definition::column(ROWS).gt(lit(0i64));
            plan = LogicalPlan::Filter(Filter::try_new(not_empty, Arc::new(plan)).map_err(planning)?);
        }
        if let Some(having) = &self.having {
            plan = LogicalPlan::Filter(Filter::try_new(having.clone(), Arc::new(plan)).map_err(planning)?);
        }
        windows_and_projection(plan, &self.output)
    }

    /// Scalar subqueries that refer to the rows below have no one value for a group.
    fn check_subqueries(&self, expr: &Expr) -> Result<()> {
        let mut outside = None;
        expr.apply(|e| {
            if self.groups.contains(e) || matches!(e, Expr::AggregateFunction(_)) {
                return Ok(TreeNodeRecursion::Jump);
            }
            if let Expr::ScalarSubquery(subquery) = e {
                outside = subquery.subquery.all_out_ref_exprs().into_iter().next().or(outside.take());
            }
            Ok(TreeNodeRecursion::Continue)
        })
        .map_err(planning)?;
        match outside {
            Some(Expr::OuterReferenceColumn(_, column)) => {
                let known = self.input.columns.iter().find(|c| c.id == column.name);
                let name = known.map_or("", |c| c.name());
                Err(Error::analysis("SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION")
                    .with("sqlExpr", format!("\"scalarsubquery({name})\"")))
            }
            _ => Ok(()),
        }
    }

    fn resolved(self) -> Result<Resolved> {
        let plan = self.build()?;
        let columns = self.output.iter().map(|(_, column)| column.clone()).collect();
        let mut resolved = Resolved::new(plan, columns, &[&self.input]);
        resolved.rebuild = Some(Arc::new(Rebuild::Aggregate(Box::new(self))));
        Ok(resolved)
    }
}

impl Resolver<'_> {
    pub(super) fn aggregate(
        &self,
        aggregate: &ir::Aggregate,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        if aggregate.pivot.is_some() {
            return self.pivot(aggregate, query, outer);
        }
        if let Some(generating) = self.generating_aggregate(aggregate, query, outer)? {
            return Ok(generating);
        }
        let input = self.relation(&aggregate.input, query, outer)?;
        let (input, windowed, session) = self.windowed_groups(input, aggregate, query, outer)?;
        let aggregate = windowed.as_ref().unwrap_or(aggregate);
        let scope = Scope::new(&[&input], query, outer)?;
        let (groups, sets) = self.groups(aggregate, &scope)?;
        let group_exprs = match &sets {
            // DataFusion numbers the groups in the order the sets name them.
            Some(sets) => distinct(sets.iter().flatten().cloned().collect()),
            None => exprs_of(&groups),
        };
        let mut scope = scope;
        if sets.is_some() {
            scope = scope.with_grouping(&group_exprs, grouping_id_field(group_exprs.len()))?;
        }
        let mut items = if aggregate.groups_in_output { groups } else { Vec::new() };
        items.extend(self.select_list(&aggregate.aggregates, scope.clone())?);
        let having = aggregate.having.as_ref().map(|h| self.having(h, &items, &scope)).transpose()?;
        let input = match &session {
            Some(_) if sets.is_some() => return Err(Error::unsupported("session_window() in grouping sets")),
            Some(id) => self.merged_sessions(input.clone(), id, &group_exprs)?,
            None => input.clone(),
        };
        let mut aggregation = Aggregation {
            input,
            groups: distinct(group_exprs.clone()),
            sets,
            aggregates: Vec::new(),
            having: None,
            output: Vec::new(),
        };
        aggregation.having = having.map(|h| aggregation.lift(h.expr, h.field.name())).transpose()?;
        self.finish_aggregation(aggregation, items)
    }

    /// A select list that aggregates without GROUP BY: one group.
    pub(super) fn global_aggregate(&self, input: Resolved, items: Vec<Argument>) -> Result<Resolved> {
        self.aggregate_by(input, Vec::new(), items).map_err(|error| match error.condition() {
            "MISSING_AGGREGATION" => Error::analysis("MISSING_GROUP_BY"),
            _ => error,
        })
    }

    /// Groups by expressions that are resolved already.
    pub(super) fn aggregate_by(
        &self,
        input: Resolved,
        groups: Vec<Expr>,
        items: Vec<Argument>,
    ) -> Result<Resolved> {
        let aggregation = Aggregation {
            input,
            groups: distinct(groups),
            sets: None,
            aggregates: Vec::new(),
            having: None,
            output: Vec::new(),
        };
        self.finish_aggregation(aggregation, items)
    }

    fn finish_aggregation(&self, mut aggregation: Aggregation, items: Vec<Argument>) -> Result<Resolved> {
        let items = self.in_order(&mut aggregation.input, items)?;
        let input = aggregation.input.clone();
        let mut output = Vec::with_capacity(items.len());
        for (expr, column) in self.outputs(items, &input) {
            aggregation.check_subqueries(&expr)?;
            let lifted = aggregation.lift(expr, column.name())?;
            output.push((lifted, column));
        }
        aggregation.output = output;
        aggregation.resolved()
    }

    /// The grouping expressions, and the sets of them where there are several.
    #[allow(clippy::type_complexity)]
    fn groups(
        &self,
        aggregate: &ir::Aggregate,
        scope: &Scope<'_>,
    ) -> Result<(Vec<Argument>, Option<Vec<Vec<Expr>>>)> {
        let all = |exprs: &[ir::Expr]| -> Result<Vec<Argument>> {
            exprs.iter().map(|e| self.group(e, aggregate, scope)).collect()
        };
        match &aggregate.grouping {
            Grouping::By(exprs) => Ok((all(exprs)?, None)),
            Grouping::All => Ok((self.group_by_all(aggregate, scope)?, None)),
            Grouping::Rollup(exprs) => {
                let groups = all(exprs)?;
                let sets = (0..=groups.len()).rev().map(|n| exprs_of(&groups[..n])).collect();
                Ok((groups, Some(sets)))
            }
            Grouping::Cube(exprs) => {
                let groups = all(exprs)?;
                if groups.len() > 10 {
                    return Err(Error::unsupported("CUBE of more than 10 expressions"));
                }
                let sets = (0..1usize << groups.len())
                    .map(|mask| {
                        let in_set = |i: &usize| mask & (1 << (groups.len() - 1 - i)) == 0;
                        (0..groups.len()).filter(in_set).map(|i| groups[i].expr.clone()).collect()
                    })
                    .collect();
                Ok((groups, Some(sets)))
            }
            Grouping::Sets { expressions, sets } => {
                let mut groups = all(expressions)?;
                let mut resolved = Vec::with_capacity(sets.len());
                for set in sets {
                    let members = all(set)?;
                    for member in &members {
                        if !groups.iter().any(|g| g.expr == member.expr) {
                            groups.push(member.clone());
                        }
                    }
                    resolved.push(distinct(exprs_of(&members)));
                }
                Ok((groups, Some(resolved)))
            }
        }
    }

    /// One grouping expression: an ordinal of the select list, a column, an alias of the select list, or an expression.
    fn group(&self, expr: &ir::Expr, aggregate: &ir::Aggregate, scope: &Scope<'_>) -> Result<Argument> {
        let argument = if let ExprKind::Literal(Literal::Integer(position)) = &expr.kind {
            pointing_at(expr, || self.select_item(*position, aggregate, scope))?
        } else {
            match self.named(expr, scope) {
                Err(error) if error.condition().starts_with("UNRESOLVED_COLUMN") => {
                    match self.aliased_item(expr, aggregate) {
                        Some(item) => unaliased(self.expression(item, scope)?),
                        None => return Err(error),
                    }
                }
                other => other?,
            }
        };
        if contains_aggregate(&argument.expr) {
            return Err(Error::analysis("GROUP_BY_AGGREGATE").with("sqlExpr", argument.name()));
        }
        if functions::types::holds_variant(argument.data_type()) {
            return Err(Error::analysis("GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE")
                .with("sqlExpr", format!("\"{}\"", argument.name()))
                .with("dataType", format!("\"{}\"", functions::types::from_field(&argument.field).sql())));
        }
        Ok(argument)
    }

    fn select_item(&self, position: i32, aggregate: &ir::Aggregate, scope: &Scope<'_>) -> Result<Argument> {
        let items = &aggregate.aggregates;
        let index = usize::try_from(position - 1).ok().filter(|i| *i < items.len());
        let Some(index) = index else {
            return Err(Error::analysis("GROUP_BY_POS_OUT_OF_RANGE")
                .with("index", position.to_string())
                .with("size", items.len().to_string()));
        };
        let item = unaliased(self.expression(&items[index], scope)?);
        if contains_aggregate(&item.expr) {
            return Err(Error::analysis("GROUP_BY_POS_AGGREGATE")
                .with("index", position.to_string())
                .with("aggExpr", item.name()));
        }
        Ok(item)
    }

    fn aliased_item<'i>(&self, expr: &ir::Expr, aggregate: &'i ir::Aggregate) -> Option<&'i ir::Expr> {
        let ExprKind::Attribute { name, plan_id: None, .. } = &expr.kind else { return None };
        let [name] = name.as_slice() else { return None };
        aggregate.aggregates.iter().find_map(|item| match &item.kind {
            ExprKind::Alias { expr, names, .. } if names.len() == 1 && self.same_name(&names[0], name) => {
                Some(expr.as_ref())
            }
            _ => None,
        })
    }

    /// GROUP BY ALL: every select item that holds no aggregate.
    fn group_by_all(&self, aggregate: &ir::Aggregate, scope: &Scope<'_>) -> Result<Vec<Argument>> {
        let items = self.select_list(&aggregate.aggregates, scope.clone())?;
        let plain = |item: &Argument| !contains_aggregate(&item.expr) && !item.expr.column_refs().is_empty();
        Ok(items.into_iter().filter(plain).collect())
    }

    /// HAVING may use the aliases of the select list as well as the input's columns.
    fn having(&self, having: &ir::Expr, items: &[Argument], scope: &Scope<'_>) -> Result<Argument> {
        let mut scope = scope.clone();
        scope.aliases = items.to_vec();
        self.condition(having, &scope, "HAVING")
    }

    /// `grouping(col)` and `grouping_id(…)`: bits of DataFusion's internal grouping id.
    pub(super) fn grouping(&self, name: &str, arguments: &[ir::Expr], scope: &Scope<'_>) -> Result<Argument> {
        let Some(groups) = scope.grouping else {
            return Err(Error::analysis("UNSUPPORTED_GROUPING_EXPRESSION"));
        };
        let id = Expr::Column(datafusion::common::Column::from_name(DfAggregate::INTERNAL_GROUPING_ID));
        // Above the bits of the groups DataFusion counts repeated sets.
        let mask = datafusion::logical_expr::lit((1i64 << groups.len().min(62)) - 1);
        let id = datafusion::logical_expr::cast(id, DataType::Int64) & mask;
        if name == "grouping_id" {
            let mut shown = String::new();
            if !arguments.is_empty() {
                let resolved: Vec<_> =
                    arguments.iter().map(|a| self.expression(a, scope)).collect::<Result<_>>()?;
                shown = resolved.iter().map(Argument::name).collect::<Vec<_>>().join(", ");
                if exprs_of(&resolved) != groups {
                    return Err(Error::analysis("GROUPING_ID_COLUMN_MISMATCH"));
                }
            }
            return self.typed(id, &format!("grouping_id({shown})"), scope);
        }
        let [argument] = arguments else {
            return Err(Error::analysis("WRONG_NUM_ARGS.WITHOUT_SUGGESTION")
                .with("functionName", "`grouping`")
                .with("expectedNum", "1")
                .with("actualNum", arguments.len().to_string()));
        };
        let argument = self.expression(argument, scope)?;
        let position = groups.iter().position(|g| *g == argument.expr).ok_or_else(|| {
            Error::analysis("GROUPING_COLUMN_MISMATCH")
                .with("grouping", argument.name())
                .with("groupingColumns", groups.len().to_string())
        })?;
        let shift = (groups.len() - 1 - position) as i64;
        let bit = (id >> datafusion::logical_expr::lit(shift)) & datafusion::logical_expr::lit(1i64);
        let bit = datafusion::logical_expr::cast(bit, DataType::Int8);
        self.typed(bit, &format!("grouping({})", argument.name()), scope)
    }
}

/// The name of an aggregate's column among those computed, where it is added when it is new.
///
/// DataFusion's own names leave casts out, so that two aggregates may share one: the second gets a number.
fn computed(aggregates: &mut Vec<Expr>, aggregate: Expr) -> String {
    let same = |known: &&Expr| match known {
        Expr::Alias(alias) => *alias.expr == aggregate,
        other => **other == aggregate,
    };
    if let Some(known) = aggregates.iter().find(same) {
        return known.schema_name().to_string();
    }
    let name = aggregate.schema_name().to_string();
    if !aggregates.iter().any(|known| known.schema_name().to_string() == name) {
        aggregates.push(aggregate);
        return name;
    }
    let name = format!("{name}#{}", aggregates.len());
    aggregates.push(aggregate.alias(&name));
    name
}

fn exprs_of(arguments: &[Argument]) -> Vec<Expr> {
    arguments.iter().map(|a| a.expr.clone()).collect()
}

fn distinct(exprs: Vec<Expr>) -> Vec<Expr> {
    let mut out: Vec<Expr> = Vec::with_capacity(exprs.len());
    for expr in exprs {
        if !out.contains(&expr) {
            out.push(expr);
        }
    }
    out
}

/// The internal column that tells the grouping sets apart; its width depends on the number of groups.
pub(super) fn grouping_id_field(groups: usize) -> Field {
    Field::new(DfAggregate::INTERNAL_GROUPING_ID, DfAggregate::grouping_id_type(groups, 0), false)
}
