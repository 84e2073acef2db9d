//! The step of a recursive CTE, with how often it may run and how many rows may come of it.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};

use datafusion::common::{DFSchemaRef, DataFusionError, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

/// The input, which is run again for as long as it yields rows. DataFusion's recursion has no limits of its own.
#[derive(Debug, Clone)]
pub struct RecursionStep {
    pub input: LogicalPlan,
    /// How often the step may run; `None`: as often as it takes.
    pub levels: Option<usize>,
    /// How many rows the anchor and all steps may yield together; `None`: any number.
    pub rows: Option<usize>,
}

impl UserDefinedLogicalNodeCore for RecursionStep {
    fn name(&self) -> &str {
        "RecursionStep"
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

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |limit: Option<usize>| limit.map_or_else(|| "any".to_string(), |limit| limit.to_string());
        write!(f, "RecursionStep: levels={}, rows={}", shown(self.levels), shown(self.rows))
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        match (inputs.pop(), inputs.is_empty()) {
            (Some(input), true) => Ok(RecursionStep { input, ..self.clone() }),
            _ => Err(DataFusionError::Internal("the step of a recursion has one input".to_string())),
        }
    }
}

impl PartialEq for RecursionStep {
    fn eq(&self, other: &Self) -> bool {
        (self.levels, self.rows) == (other.levels, other.rows) && self.input == other.input
    }
}

impl Eq for RecursionStep {}

impl Hash for RecursionStep {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.levels, self.rows).hash(state);
        self.input.hash(state);
    }
}

impl PartialOrd for RecursionStep {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}
