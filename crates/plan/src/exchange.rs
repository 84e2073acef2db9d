//! Repartitioning: which partition a row goes to.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};

use datafusion::common::{DFSchemaRef, DataFusionError, Result};
use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

/// The rows of the input in other partitions. A node of its own, for DataFusion hashes with other functions than Spark and
/// its optimizer is free to drop what nobody needs; but users see which partition a row is in.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub input: LogicalPlan,
    pub routing: Routing,
    /// At least one.
    pub partitions: usize,
    /// Whether neighbouring partitions become one when they are small: nobody has asked for a number of them.
    pub merges: bool,
}

/// How a row finds its partition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Routing {
    /// In turn.
    RoundRobin,
    /// In turn, as if the rows, which the client has sent along, came in as many partitions as there are cores.
    RoundRobinOfSlices,
    /// By an integer modulo the number of partitions; NULL is zero.
    Number(Expr),
    /// By ranges of the keys, whose bounds are found by sampling.
    Range(Vec<SortExpr>),
}

impl UserDefinedLogicalNodeCore for Exchange {
    fn name(&self) -> &str {
        "Exchange"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        match &self.routing {
            Routing::RoundRobin | Routing::RoundRobinOfSlices => Vec::new(),
            Routing::Number(number) => vec![number.clone()],
            Routing::Range(keys) => keys.iter().map(|key| key.expr.clone()).collect(),
        }
    }

    /// Spark filters before it distributes.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        HashSet::new()
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let expressions = self.expressions();
        let needed = expressions.iter().flat_map(Expr::column_refs);
        let needed = needed.filter_map(|column| self.schema().maybe_index_of_column(column));
        let mut columns: Vec<usize> = output_columns.iter().copied().chain(needed).collect();
        columns.sort_unstable();
        columns.dedup();
        Some(vec![columns])
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchange: {}, partitions={}", self.routing, self.partitions)
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        let routing = self.routing.with_expressions(exprs)?;
        match (inputs.pop(), inputs.is_empty()) {
            (Some(input), true) => Ok(Exchange { input, routing, ..self.clone() }),
            _ => Err(DataFusionError::Internal("distributed rows have one input".to_string())),
        }
    }
}

impl Routing {
    fn with_expressions(&self, exprs: Vec<Expr>) -> Result<Self> {
        match (self, <[Expr; 1]>::try_from(exprs)) {
            (Routing::RoundRobin | Routing::RoundRobinOfSlices, Err(exprs)) if exprs.is_empty() => {
                Ok(self.clone())
            }
            (Routing::Number(_), Ok([number])) => Ok(Routing::Number(number)),
            (Routing::Range(keys), exprs) => Ok(Routing::Range(with_keys(keys, exprs)?)),
            _ => Err(DataFusionError::Internal("the keys of an exchange are missing".to_string())),
        }
    }
}

fn with_keys(keys: &[SortExpr], exprs: std::result::Result<[Expr; 1], Vec<Expr>>) -> Result<Vec<SortExpr>> {
    rekeyed(keys, exprs.map_or_else(|exprs| exprs, Vec::from))
}

/// The same directions for other keys.
pub(crate) fn rekeyed(keys: &[SortExpr], exprs: Vec<Expr>) -> Result<Vec<SortExpr>> {
    if keys.len() != exprs.len() {
        return Err(DataFusionError::Internal("the keys of an order are missing".to_string()));
    }
    Ok(keys.iter().zip(exprs).map(|(key, expr)| SortExpr { expr, ..key.clone() }).collect())
}

impl fmt::Display for Routing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Routing::RoundRobin | Routing::RoundRobinOfSlices => f.write_str("in turn"),
            Routing::Number(number) => write!(f, "by {number}"),
            Routing::Range(keys) => {
                let keys: Vec<_> = keys.iter().map(|key| key.to_string()).collect();
                write!(f, "by ranges of {}", keys.join(", "))
            }
        }
    }
}

impl PartialEq for Exchange {
    fn eq(&self, other: &Self) -> bool {
        self.routing == other.routing
            && self.partitions == other.partitions
            && self.merges == other.merges
            && self.input == other.input
    }
}

impl Eq for Exchange {}

impl Hash for Exchange {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.routing.hash(state);
        self.partitions.hash(state);
        self.merges.hash(state);
        self.input.hash(state);
    }
}

impl PartialOrd for Exchange {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}
