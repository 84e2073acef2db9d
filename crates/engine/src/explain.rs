//! EXPLAIN: plans as text under Spark's headings.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::{ExecutionPlan, displayable};
use functions::error::from_datafusion;
use lang::ir::{ExplainMode, Relation, Statement};
use lang::{Error, ErrorKind, Result};

use crate::environment::Analyzed;
use crate::explain_tree;
use crate::operation::Operation;
use crate::parsed;
use crate::rows::{self, optional};
use crate::session::Session;

impl Session {
    /// The plan of a relation as text.
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub async fn explain(self: &Arc<Self>, relation: &Relation, mode: ExplainMode) -> Result<String> {
        self.explain_relation(relation, mode, &self.private_operation()).await
    }

    /// `EXPLAIN statement`: one row with the plan's text.
    pub(crate) async fn explain_statement(
        self: &Arc<Self>,
        statement: &Statement,
        mode: ExplainMode,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        let text = match statement {
            Statement::Query(relation) => match self.explain_relation(relation, mode, operation).await {
                Err(error) if error.kind() == ErrorKind::Analysis => {
                    return unexplained(relation, mode, &error);
                }
                explained => explained?,
            },
            Statement::Insert(insert) => {
                let plan = self.explain_relation(&insert.query, mode, operation).await?;
                plan.replacen("== Physical Plan ==\n", "== Physical Plan ==\nExecute InsertIntoTable\n", 1)
            }
            _ => return Err(Error::unsupported("EXPLAIN of a statement that is no query")),
        };
        rows::batch(vec![optional("plan")], vec![vec![text.into()]])
    }

    async fn explain_relation(
        self: &Arc<Self>,
        relation: &Relation,
        mode: ExplainMode,
        operation: &Arc<Operation>,
    ) -> Result<String> {
        let analyzed = self.analyze(relation, operation).await?;
        let plan = self.with_cached_shown(analyzed.resolved.exact()?, &analyzed.opened)?;
        let planner = self.planner();
        let optimized = planner.optimize(&plan).map_err(from_datafusion)?;
        let physical = self.planned(&plan).await?;
        Ok(match mode {
            ExplainMode::Simple => physical_section(&physical),
            ExplainMode::Extended => extended(relation, &analyzed, &optimized, &physical),
            ExplainMode::Cost => cost(&optimized, &physical),
            ExplainMode::Formatted => formatted(&physical),
            // Nothing is compiled; the vectorized plan takes the place of generated code.
            ExplainMode::Codegen => {
                format!("Found 0 WholeStageCodegen subtrees.\n{}", physical_section(&physical))
            }
        })
    }
}

/// A query that cannot be resolved: what is wrong with it, as rows, or in the place of the section that is missing.
fn unexplained(relation: &Relation, mode: ExplainMode, error: &Error) -> Result<RecordBatch> {
    let (tree, message) = (parsed::tree(relation), error.to_string());
    let lines = match mode {
        ExplainMode::Extended => vec![format!(
            "== Parsed Logical Plan ==\n{tree}\n\n== Analyzed Logical Plan ==\n\
             org.apache.spark.sql.AnalysisException: {message};\n{tree}\n"
        )],
        _ => {
            let wrong = format!("Error occurred during query planning: \n{message};\n{tree}");
            wrong.lines().map(str::to_string).collect()
        }
    };
    rows::batch(vec![optional("plan")], lines.into_iter().map(|line| vec![line.into()]).collect())
}

fn physical_section(plan: &Arc<dyn ExecutionPlan>) -> String {
    format!("== Physical Plan ==\n{}\n", explain_tree::tree(plan))
}

fn extended(
    relation: &Relation,
    analyzed: &Analyzed,
    optimized: &LogicalPlan,
    physical: &Arc<dyn ExecutionPlan>,
) -> String {
    let columns = analyzed.resolved.schema().fields;
    let columns: Vec<_> =
        columns.iter().map(|f| format!("{}: {}", f.name, f.data_type.simple_string())).collect();
    format!(
        "== Parsed Logical Plan ==\n{}\n\n== Analyzed Logical Plan ==\n{}\n{}\n\n== Optimized Logical Plan ==\n{}\n\n{}",
        parsed::tree(relation),
        columns.join(", "),
        analyzed.resolved.plan.display_indent(),
        optimized.display_indent(),
        physical_section(physical)
    )
}

fn cost(optimized: &LogicalPlan, physical: &Arc<dyn ExecutionPlan>) -> String {
    let with_statistics = displayable(physical.as_ref()).set_show_statistics(true).indent(false).to_string();
    format!(
        "== Optimized Logical Plan ==\n{}\n\n== Physical Plan ==\n{with_statistics}\n",
        with_size(optimized, physical)
    )
}

/// The plan, its first line with the size that is estimated for its rows.
fn with_size(optimized: &LogicalPlan, physical: &Arc<dyn ExecutionPlan>) -> String {
    let text = optimized.display_indent().to_string();
    let statistics = StatisticsContext::new().compute(physical.as_ref(), &StatisticsArgs::new()).ok();
    let known = |value: Option<usize>| value.map_or_else(|| "unknown".to_string(), |value| value.to_string());
    let bytes = known(statistics.as_ref().and_then(|s| s.total_byte_size.get_value().copied()));
    let rows = known(statistics.as_ref().and_then(|s| s.num_rows.get_value().copied()));
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let line_break = if rest.is_empty() { "" } else { "\n" };
    format!("{first}, Statistics(sizeInBytes={bytes} B, rowCount={rows}){line_break}{rest}")
}

/// The tree with numbered operators, then each operator with its details.
fn formatted(plan: &Arc<dyn ExecutionPlan>) -> String {
    let mut operators = Vec::new();
    number(plan, 0, &mut operators);
    let total = operators.len();
    let mut tree = String::new();
    for (place, (depth, operator)) in operators.iter().enumerate() {
        let branch = if *depth == 0 { String::new() } else { format!("{}+- ", "   ".repeat(depth - 1)) };
        tree.push_str(&format!("{branch}{} ({})\n", operator.name(), total - place));
    }
    let details = operators.iter().rev().enumerate().map(|(place, (_, operator))| {
        let line = displayable(operator.as_ref()).one_line().to_string();
        let columns: Vec<_> = operator.schema().fields().iter().map(|f| f.name().clone()).collect();
        format!(
            "({}) {}\nOutput [{}]: [{}]\nArguments: {}\n",
            place + 1,
            operator.name(),
            columns.len(),
            columns.join(", "),
            line.trim_end()
        )
    });
    format!("== Physical Plan ==\n{tree}\n\n{}\n", details.collect::<Vec<_>>().join("\n"))
}

fn number(plan: &Arc<dyn ExecutionPlan>, depth: usize, operators: &mut Vec<(usize, Arc<dyn ExecutionPlan>)>) {
    operators.push((depth, Arc::clone(plan)));
    for child in plan.children() {
        number(child, depth + 1, operators);
    }
}
