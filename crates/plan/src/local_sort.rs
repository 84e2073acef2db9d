//! `SORT BY`: every partition is sorted by itself.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use datafusion::common::{DFSchemaRef, DataFusionError, Result};
use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

use crate::exchange::rekeyed;

/// The rows of each partition in order; DataFusion's node sorts all of them.
#[derive(Debug, Clone)]
pub struct LocalSort {
    pub input: LogicalPlan,
    /// At least one.
    pub keys: Vec<SortExpr>,
}

impl UserDefinedLogicalNodeCore for LocalSort {
    fn name(&self) -> &str {
        "LocalSort"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        self.keys.iter().map(|key| key.expr.clone()).collect()
    }

    fn prevent_predicate_push_down_columns(&self) -> std::collections::HashSet<String> {
        std::collections::HashSet::new()
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let needed = self.keys.iter().flat_map(|key| key.expr.column_refs());
        let needed = needed.filter_map(|column| self.schema().maybe_index_of_column(column));
        let mut columns: Vec<usize> = output_columns.iter().copied().chain(needed).collect();
        columns.sort_unstable();
        columns.dedup();
        Some(vec![columns])
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.keys.iter().map(|key| key.to_string()).collect();
        write!(f, "LocalSort: {}", keys.join(", "))
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        let keys = rekeyed(&self.keys, exprs)?;
        match (inputs.pop(), inputs.is_empty()) {
            (Some(input), true) => Ok(LocalSort { input, keys }),
            _ => Err(DataFusionError::Internal("sorted rows have one input".to_string())),
        }
    }
}

impl PartialEq for LocalSort {
    fn eq(&self, other: &Self) -> bool {
        self.keys == other.keys && self.input == other.input
    }
}

impl Eq for LocalSort {}

impl Hash for LocalSort {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.keys.hash(state);
        self.input.hash(state);
    }
}

impl PartialOrd for LocalSort {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}
