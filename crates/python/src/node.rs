//! Python functions over relations, as a node of logical plans.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::common::{DFSchema, DFSchemaRef, DataFusionError, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

use crate::pool::Pool;
use crate::work::Work;

/// Rows that functions make of the inputs' rows. Nothing is pushed through it, and it needs all columns of its inputs.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) work: Arc<Work>,
    pub(crate) inputs: Vec<LogicalPlan>,
    schema: DFSchemaRef,
    pub(crate) pool: Arc<Pool>,
}

impl Node {
    pub(crate) fn new(work: Arc<Work>, inputs: Vec<LogicalPlan>, pool: Arc<Pool>) -> Result<Self> {
        let fields = work.output.fields().clone();
        let schema = Arc::new(DFSchema::from_unqualified_fields(fields, Default::default())?);
        Ok(Node { work, inputs, schema, pool })
    }

    /// Columns of an input beside results.
    pub(crate) fn beside(work: Arc<Work>, input: LogicalPlan, schema: DFSchema, pool: Arc<Pool>) -> Self {
        Node { work, inputs: vec![input], schema: Arc::new(schema), pool }
    }
}

impl UserDefinedLogicalNodeCore for Node {
    fn name(&self) -> &str {
        "Python"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Python{:?}: {}", self.work.form, self.work.name)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        if inputs.len() != self.inputs.len() {
            return Err(DataFusionError::Internal("an input of a Python function is missing".to_string()));
        }
        Ok(Node { inputs, ..self.clone() })
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.work == other.work && self.inputs == other.inputs
    }
}

impl Eq for Node {}

impl Hash for Node {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.work.hash(state);
        self.inputs.hash(state);
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}
