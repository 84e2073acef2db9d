//! What Python workers counted beside their answers, profiles above all, on its way to the client.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::{
    CustomMetricValue, ExecutionPlanMetricsSet, MetricBuilder, MetricValue,
};

/// A metric of operators that run Python functions: updates of PySpark's accumulators, each a pickled pair of a number
/// and a value.
#[derive(Debug, Clone, Default)]
pub struct PythonAccumulated(Arc<Mutex<Vec<Vec<u8>>>>);

impl PythonAccumulated {
    /// The name under which PySpark's clients look for the updates among observed metrics.
    pub const NAME: &str = "__python_accumulator__";

    /// A new metric of an operator.
    pub fn register(metrics: &ExecutionPlanMetricsSet) -> Self {
        let updates = PythonAccumulated::default();
        let value = Arc::new(updates.clone());
        MetricBuilder::new(metrics).build(MetricValue::Custom { name: Self::NAME.into(), value });
        updates
    }

    pub fn extend(&self, updates: Vec<Vec<u8>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(updates);
    }

    /// The updates of all operators of a plan that has run.
    pub fn of(plan: &dyn ExecutionPlan) -> Vec<Vec<u8>> {
        let mut updates = Vec::new();
        for metric in plan.metrics().iter().flat_map(|metrics| metrics.iter()) {
            if let MetricValue::Custom { value, .. } = metric.value()
                && let Some(own) = value.as_any().downcast_ref::<PythonAccumulated>()
            {
                updates.append(&mut own.0.lock().unwrap_or_else(PoisonError::into_inner));
            }
        }
        updates.extend(plan.children().into_iter().flat_map(|child| PythonAccumulated::of(child.as_ref())));
        updates
    }
}

impl fmt::Display for PythonAccumulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_usize())
    }
}

impl CustomMetricValue for PythonAccumulated {
    fn new_empty(&self) -> Arc<dyn CustomMetricValue> {
        Arc::new(PythonAccumulated::default())
    }

    fn aggregate(&self, other: Arc<dyn CustomMetricValue>) {
        if let Some(other) = other.as_any().downcast_ref::<PythonAccumulated>() {
            let updates = other.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
            self.extend(updates);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_usize(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn is_eq(&self, other: &Arc<dyn CustomMetricValue>) -> bool {
        other.as_any().downcast_ref::<PythonAccumulated>().is_some_and(|other| Arc::ptr_eq(&self.0, &other.0))
    }
}
