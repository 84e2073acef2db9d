//! `df.observe`: a node that hands its rows on and aggregates them by the way.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::common::{DFSchemaRef, DataFusionError, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

use crate::Resolved;

/// Rows as they come, and what to find out about them. Filters must not be pushed through it, for the rows it sees are the
/// answer; a limit is, since Spark takes no more rows than are wanted.
#[derive(Debug, Clone)]
pub struct Observe {
    pub name: String,
    /// The client's id of the relation, 0 where it has none.
    pub plan_id: i64,
    pub input: LogicalPlan,
    /// One row of metrics. Its plan reads, in the place of the input, an empty relation of the input's schema.
    pub metrics: Arc<Resolved>,
    /// The metrics as they were asked for: column ids differ each time a relation is resolved, this does not.
    pub(crate) asked: String,
}

impl UserDefinedLogicalNodeCore for Observe {
    fn name(&self) -> &str {
        "CollectMetrics"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metrics: Vec<_> = self.metrics.columns.iter().map(|column| column.name()).collect();
        write!(f, "CollectMetrics: {}, [{}]", self.name, metrics.join(", "))
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        match (inputs.pop(), inputs.is_empty()) {
            (Some(input), true) => Ok(Observe { input, ..self.clone() }),
            _ => Err(DataFusionError::Internal("observed rows have one input".to_string())),
        }
    }
}

impl PartialEq for Observe {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.asked == other.asked && self.input == other.input
    }
}

impl Eq for Observe {}

impl Hash for Observe {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.asked.hash(state);
        self.input.hash(state);
    }
}

impl PartialOrd for Observe {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}
