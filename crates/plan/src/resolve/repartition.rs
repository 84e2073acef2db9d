//! Repartitioning: `df.repartition`, `df.coalesce` and relatives, `DISTRIBUTE BY`, and the hints that say the same.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::catalog::MemTable;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::{Expr, Extension, LogicalPlan};
use functions::Argument;
use lang::ir::{self, ExprKind, Relation};
use lang::{Error, ErrorKind, Result};

use super::scope::{Query, Scope};
use super::sort::check_orderable;
use super::{Resolved, Resolver};
use crate::exchange::{Exchange, Routing};
use crate::{Coalesce, LocalSort};

/// Spark's `spark.sql.shuffle.partitions`.
const SHUFFLE_PARTITIONS: usize = 200;

/// How many partitions there are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Exactly(usize),
    /// As many as the settings say, small ones merged.
    Any,
    /// So many, small ones merged.
    AtMost(usize),
}

impl Resolver<'_> {
    /// `df.coalesce(n)`, and `df.repartition(n)`.
    pub(super) fn repartition(
        &self,
        input: &Relation,
        partitions: usize,
        shuffle: bool,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        match shuffle {
            true => self.exchanged(input, Routing::RoundRobin, Wanted::Exactly(partitions)),
            false => coalesced(input, partitions),
        }
    }

    /// `df.repartition(n, keys)` and `df.repartitionByRange(n, keys)`, which has sort orders for keys.
    pub(super) fn repartition_by(
        &self,
        input: &Relation,
        keys: &[ir::Expr],
        partitions: Option<usize>,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        let wanted = partitions.map_or(Wanted::Any, Wanted::Exactly);
        self.distributed(input, keys, wanted, query, outer)
    }

    /// The rows in partitions by `keys`; in turn where there are none.
    pub(super) fn distributed(
        &self,
        input: Resolved,
        keys: &[ir::Expr],
        wanted: Wanted,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let orders: Vec<&ir::SortOrder> = keys.iter().filter_map(sort_order).collect();
        if !orders.is_empty() && orders.len() < keys.len() {
            return Err(Error::internal("keys of ranges beside keys of hashes"));
        }
        let exprs: Vec<&ir::Expr> =
            keys.iter().map(|key| sort_order(key).map_or(key, |order| &order.expr)).collect();
        let (input, keys) = self.keys(input, &exprs, query, outer)?;
        // Where all rows have the same keys, Spark takes one partition unless told otherwise.
        let constant = !keys.is_empty() && keys.iter().all(|key| key.expr.column_refs().is_empty());
        let wanted = match wanted {
            Wanted::Any if constant && !keys.iter().any(|key| key.expr.is_volatile()) => Wanted::Exactly(1),
            wanted => wanted,
        };
        let routing = match (keys.is_empty(), orders.is_empty()) {
            (true, _) => Routing::RoundRobin,
            (false, true) => {
                let scope = Scope::new(&[&input], query, outer)?;
                let keys = keys.into_iter().map(|key| self.hashable(key, &scope)).collect::<Result<_>>()?;
                Routing::Number(self.call("hash", keys, &scope)?.expr)
            }
            (false, false) => Routing::Range(range_keys(keys, &orders)?),
        };
        self.exchanged(input, routing, wanted)
    }

    /// `df.repartitionById(n, number)`
    pub(super) fn repartition_by_id(
        &self,
        input: &Relation,
        number: &ir::Expr,
        partitions: usize,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        let (input, mut found) = self.keys(input, &[number], query, outer)?;
        let Some(number) = found.pop() else { return Err(Error::internal("a partition has a number")) };
        check_number(&number)?;
        let number = functions::cast::implicit(&number, &DataType::Int32, self.environment.context())?;
        self.exchanged(input, Routing::Number(number), Wanted::Exactly(partitions))
    }

    /// What the rows are distributed by.
    fn keys(
        &self,
        input: Resolved,
        exprs: &[&ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<(Resolved, Vec<Argument>)> {
        const OPERATOR: &str = "RepartitionByExpression";
        let found = self.with_missing(input, exprs, query, outer);
        found.map_err(|error| match error.condition() {
            "MISSING_GROUP_BY" => Error::analysis("UNSUPPORTED_EXPR_FOR_OPERATOR")
                .with("operator", OPERATOR)
                .with("invalidExprSqls", "an aggregate"),
            "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS" => {
                Error::analysis("UNSUPPORTED_GENERATOR.OUTSIDE_SELECT").with("plan", OPERATOR)
            }
            _ => error,
        })
    }

    /// A map as its entries by key: so Spark hashes it here, though its function `hash` takes no maps.
    fn hashable(&self, key: Argument, scope: &Scope<'_>) -> Result<Argument> {
        match key.data_type() {
            DataType::Map(..) => {
                let entries = self.call("map_entries", vec![key], scope)?;
                self.call("array_sort", vec![entries], scope)
            }
            _ => Ok(key),
        }
    }

    /// The rows in other partitions; what distributed them before does not matter any more.
    pub(super) fn exchanged(
        &self,
        mut input: Resolved,
        routing: Routing,
        wanted: Wanted,
    ) -> Result<Resolved> {
        let (partitions, merges) = match wanted {
            Wanted::Exactly(partitions) => (partitions, false),
            Wanted::AtMost(partitions) => (partitions, self.merges_partitions()),
            Wanted::Any => (self.shuffle_partitions(), self.merges_partitions()),
        };
        check_count(partitions)?;
        let plan = undistributed(std::mem::take(&mut input.plan));
        let routing = match routing {
            Routing::RoundRobin if !merges && is_local(&plan) => Routing::RoundRobinOfSlices,
            routing => routing,
        };
        input.plan = extension(Exchange { input: plan, routing, partitions, merges });
        input.rebuild = None;
        Ok(input)
    }

    /// Whether partitions that turn out small become one.
    fn merges_partitions(&self) -> bool {
        self.is_adaptive() && self.is_on("spark.sql.adaptive.coalescePartitions.enabled")
    }

    pub(super) fn is_adaptive(&self) -> bool {
        self.is_on("spark.sql.adaptive.enabled")
    }

    fn is_on(&self, key: &str) -> bool {
        self.environment.conf(key).is_none_or(|value| value.eq_ignore_ascii_case("true"))
    }

    fn shuffle_partitions(&self) -> usize {
        let count = |key: &str| self.environment.conf(key).and_then(|count| count.trim().parse().ok());
        let initial = || count("spark.sql.adaptive.coalescePartitions.initialPartitionNum");
        let initial = if self.merges_partitions() { initial() } else { None };
        initial.or_else(|| count("spark.sql.shuffle.partitions")).unwrap_or(SHUFFLE_PARTITIONS)
    }
}

/// Whole partitions together, `partitions` of them at most.
pub(super) fn coalesced(mut input: Resolved, partitions: usize) -> Result<Resolved> {
    check_count(partitions)?;
    let plan = std::mem::take(&mut input.plan);
    input.plan = match exchange_of(&plan) {
        Some(exchange) if !exchange.merges && exchange.partitions <= partitions => plan,
        _ => extension(Coalesce { input: plan, partitions }),
    };
    input.rebuild = None;
    Ok(input)
}

/// Every partition in the order of `keys`.
pub(super) fn sorted_locally(input: LogicalPlan, keys: Vec<SortExpr>) -> LogicalPlan {
    extension(LocalSort { input, keys })
}

fn extension(node: impl datafusion::logical_expr::UserDefinedLogicalNode + 'static) -> LogicalPlan {
    LogicalPlan::Extension(Extension { node: Arc::new(node) })
}

/// Whether the rows are the client's own, and no more than projected and filtered.
fn is_local(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => is_local(&projection.input),
        LogicalPlan::Filter(filter) => is_local(&filter.input),
        LogicalPlan::SubqueryAlias(alias) => is_local(&alias.input),
        LogicalPlan::Values(_) => true,
        LogicalPlan::TableScan(scan) => source_as_provider(&scan.source)
            .is_ok_and(|provider| provider.downcast_ref::<MemTable>().is_some_and(|t| t.batches.len() == 1)),
        _ => false,
    }
}

fn exchange_of(plan: &LogicalPlan) -> Option<&Exchange> {
    let LogicalPlan::Extension(extension) = plan else { return None };
    extension.node.as_any().downcast_ref::<Exchange>()
}

/// The plan without exchanges on top.
fn undistributed(mut plan: LogicalPlan) -> LogicalPlan {
    while let LogicalPlan::Extension(extension) = &plan {
        let node = extension.node.as_any();
        let exchanged = node.downcast_ref::<Exchange>().map(|exchange| &exchange.input);
        let Some(input) = exchanged.or_else(|| node.downcast_ref::<Coalesce>().map(|node| &node.input))
        else {
            break;
        };
        plan = input.clone();
    }
    plan
}

/// The rows of a plan that only says where they are or in which order each partition has them.
pub(super) fn arranged(plan: &LogicalPlan) -> Option<&LogicalPlan> {
    let LogicalPlan::Extension(extension) = plan else { return None };
    let node = extension.node.as_any();
    None.or_else(|| node.downcast_ref::<Exchange>().map(|node| &node.input))
        .or_else(|| node.downcast_ref::<Coalesce>().map(|node| &node.input))
        .or_else(|| node.downcast_ref::<LocalSort>().map(|node| &node.input))
}

fn sort_order(key: &ir::Expr) -> Option<&ir::SortOrder> {
    match &key.kind {
        ExprKind::SortOrder(order) => Some(order),
        _ => None,
    }
}

fn range_keys(keys: Vec<Argument>, orders: &[&ir::SortOrder]) -> Result<Vec<SortExpr>> {
    let key = |(key, order): (Argument, &&ir::SortOrder)| {
        check_orderable(&key)?;
        let expr: Expr = functions::float::normalized(key.expr, &key.field);
        Ok(SortExpr::new(expr, !order.descending, order.nulls_first))
    };
    keys.into_iter().zip(orders).map(key).collect()
}

fn check_number(number: &Argument) -> Result<()> {
    if matches!(number.data_type(), DataType::Int32 | DataType::Null) {
        return Ok(());
    }
    let found = functions::types::from_field(&number.field).sql();
    Err(Error::analysis("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE")
        .with("sqlExpr", format!("\"direct_shuffle_partition_id({})\"", number.name()))
        .with("paramIndex", "first")
        .with("requiredType", "\"INT\"")
        .with("inputSql", format!("\"{}\"", number.name()))
        .with("inputType", format!("\"{found}\"")))
}

fn check_count(partitions: usize) -> Result<()> {
    if partitions > 0 {
        return Ok(());
    }
    Err(not_positive(partitions))
}

pub(super) fn not_positive(partitions: impl std::fmt::Display) -> Error {
    let message = format!("requirement failed: Number of partitions ({partitions}) must be positive.");
    Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT").with("message", message)
}
