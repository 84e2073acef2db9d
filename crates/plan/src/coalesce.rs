//! `df.coalesce`: fewer partitions, each made of whole ones.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};

use datafusion::common::{DFSchemaRef, DataFusionError, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

/// The rows of the input in at most `partitions` partitions. A node of its own, for the optimizer is free to drop
/// DataFusion's, and how many files a write makes depends on it.
#[derive(Debug, Clone)]
pub struct Coalesce {
    pub input: LogicalPlan,
    /// At least one.
    pub partitions: usize,
}

impl UserDefinedLogicalNodeCore for Coalesce {
    fn name(&self) -> &str {
        "Coalesce"
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

    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        HashSet::new()
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        Some(vec![output_columns.to_vec()])
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Coalesce: {}", self.partitions)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        match (inputs.pop(), inputs.is_empty()) {
            (Some(input), true) => Ok(Coalesce { input, partitions: self.partitions }),
            _ => Err(DataFusionError::Internal("coalesced rows have one input".to_string())),
        }
    }
}

impl PartialEq for Coalesce {
    fn eq(&self, other: &Self) -> bool {
        self.partitions == other.partitions && self.input == other.input
    }
}

impl Eq for Coalesce {}

impl Hash for Coalesce {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.partitions.hash(state);
        self.input.hash(state);
    }
}

impl PartialOrd for Coalesce {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}
