//! `CALL firesteel.load(…)`: a load is compiled by `lang::load`, its statements are run here, and what became of it is told
//! in rows.
//!
//! Expectations are counted first, rows that are put aside are committed next, and the load's one statement comes last: it is
//! the only one that changes the target.

use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use lang::ir::{Expr, Insert, Literal, Relation, RelationKind, Statement};
use lang::load::{Facts, Outcome, Quality, Spec, Value};
use lang::{Error, Result};

use crate::observe::only_row;
use crate::operation::Operation;
use crate::rows;
use crate::session::Session;

/// What rows that are added are counted under.
const ADDED: &str = "firesteel.load";

impl Session {
    /// The procedure, with the spec in its arguments.
    ///
    /// # Errors
    /// `LOAD_SPEC` and those of [`Session::load`].
    pub(crate) async fn call_load(
        self: &Arc<Self>,
        arguments: &[Expr],
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        let spec = Spec::read(Value::from_arguments(arguments)?)?;
        self.load(&spec, operation).await
    }

    /// Loads what `spec` says. The answer is a row for each thing that was counted: `step`, `item`, `action`, `passed`,
    /// `rows`.
    ///
    /// # Errors
    /// `LOAD_SPEC`, `LOAD_EXPECTATION_FAILED`, the guards of `lang::load`, and those of the statements it runs; the target is
    /// as it was then.
    pub async fn load(self: &Arc<Self>, spec: &Spec, operation: &Arc<Operation>) -> Result<RecordBatch> {
        let facts = self.facts(spec, operation).await?;
        let compiled = lang::load::compile(spec, &facts)?;
        let mut report = Report::default();
        if let Some(quality) = &compiled.quality {
            self.count_expected(quality, &mut report, spec, operation).await?;
        }
        let explained = |error| lang::load::explained(spec, error);
        if let Some(quarantine) = compiled.quarantine {
            let added = self.run_part(quarantine, operation).await.map_err(explained)?;
            report.answer("quarantine", &added);
        }
        let answer = self.run_part(compiled.load, operation).await.map_err(explained)?;
        report.answer("load", &answer);
        report.batch()
    }

    /// What has to be known of the tables.
    async fn facts(self: &Arc<Self>, spec: &Spec, operation: &Arc<Operation>) -> Result<Facts> {
        let target = table(&spec.target);
        let target_columns = self.column_names(&target, operation).await?;
        let source_columns = self.column_names(&spec.source, operation).await?;
        let mark = match lang::load::mark(spec, &target_columns)? {
            Some(query) => self.constant(&query, operation).await?,
            None => None,
        };
        let merges = self.lake_target(&spec.target)?.is_some();
        Ok(Facts { source_columns, target_columns, merges, mark })
    }

    async fn column_names(
        self: &Arc<Self>,
        relation: &Relation,
        operation: &Arc<Operation>,
    ) -> Result<Vec<String>> {
        let analyzed = self.analyze(relation, operation).await?;
        Ok(analyzed.resolved.columns.iter().map(|column| column.name().to_string()).collect())
    }

    /// The one value of a query, unless it is NULL.
    async fn constant(
        self: &Arc<Self>,
        query: &Relation,
        operation: &Arc<Operation>,
    ) -> Result<Option<Literal>> {
        let value = only_row(&[self.batch(query, operation).await?])?.into_iter().next();
        Ok(value.filter(|value| !matches!(value, Literal::Null(_))))
    }

    async fn batch(self: &Arc<Self>, query: &Relation, operation: &Arc<Operation>) -> Result<RecordBatch> {
        let analyzed = self.analyze(query, operation).await?;
        rows::concatenated(self.rows(analyzed, operation).await?).await
    }

    /// Counts what is expected.
    ///
    /// # Errors
    /// `LOAD_EXPECTATION_FAILED`
    async fn count_expected(
        self: &Arc<Self>,
        quality: &Quality,
        report: &mut Report,
        spec: &Spec,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let counted = self.batch(&quality.counts, operation).await?;
        let number = |column: &arrow::array::ArrayRef| {
            let numbers = column.as_primitive_opt::<Int64Type>().filter(|numbers| numbers.len() == 1);
            numbers
                .map(|numbers| numbers.value(0))
                .ok_or_else(|| Error::internal("counts are one row of BIGINT"))
        };
        let counts = counted.columns().iter().map(number).collect::<Result<Vec<_>>>()?;
        let outcomes = quality.outcomes(&counts)?;
        report.counted(&counts, &outcomes);
        lang::load::expect_none_failed(&outcomes, spec)
    }

    /// Runs one statement of a load; what it has counted.
    async fn run_part(
        self: &Arc<Self>,
        statement: Statement,
        operation: &Arc<Operation>,
    ) -> Result<Vec<(String, i64)>> {
        let statement = match statement {
            Statement::Insert(insert) => Statement::Insert(counting(insert)),
            other => other,
        };
        if let Some(answer) = self.boxed_command(statement, operation).await? {
            return Ok(numbers(&answer));
        }
        let observed = operation.observed().await?;
        let added = observed.into_iter().rfind(|metrics| metrics.name == ADDED);
        let values = added.into_iter().flat_map(|metrics| metrics.keys.into_iter().zip(metrics.values));
        Ok(values.filter_map(|(name, value)| number(&value).map(|value| (name, value))).collect())
    }
}

/// The insert with its rows counted as they pass.
fn counting(mut insert: Insert) -> Insert {
    let count = Expr::call("count", vec![Expr::literal(Literal::Integer(1))]).alias("num_inserted_rows");
    let name = ADDED.to_string();
    insert.query =
        Relation::new(RelationKind::CollectMetrics { input: insert.query, name, metrics: vec![count] });
    insert
}

fn number(value: &Literal) -> Option<i64> {
    match value {
        Literal::Long(value) => Some(*value),
        _ => None,
    }
}

/// The numbers of a statement's one row of answer.
fn numbers(answer: &RecordBatch) -> Vec<(String, i64)> {
    let schema = answer.schema();
    let columns = schema.fields().iter().zip(answer.columns());
    let number = |(field, column): (&Arc<Field>, &arrow::array::ArrayRef)| {
        let numbers = column.as_primitive_opt::<Int64Type>().filter(|numbers| numbers.len() == 1)?;
        Some((field.name().clone(), numbers.value(0)))
    };
    columns.filter_map(number).collect()
}

fn table(name: &[String]) -> Relation {
    let (options, time_travel) = (lang::ir::Options::new(), None);
    Relation::new(RelationKind::Table { name: name.to_vec(), options, time_travel })
}

/// The answer while it grows.
#[derive(Debug, Default)]
struct Report {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    step: &'static str,
    item: String,
    action: Option<&'static str>,
    passed: Option<bool>,
    rows: Option<i64>,
}

impl Report {
    fn counted(&mut self, counts: &[i64], outcomes: &[Outcome]) {
        for (item, rows) in ["rows", "rows_accepted"].into_iter().zip(counts) {
            let item = item.to_string();
            self.lines.push(Line { step: "source", item, action: None, passed: None, rows: Some(*rows) });
        }
        self.lines.extend(outcomes.iter().map(|outcome| Line {
            step: "expectation",
            item: outcome.name.clone(),
            action: Some(outcome.action.name()),
            passed: Some(outcome.passed),
            rows: outcome.rows,
        }));
    }

    fn answer(&mut self, step: &'static str, counted: &[(String, i64)]) {
        let line = |(item, rows): &(String, i64)| Line {
            step,
            item: item.clone(),
            action: None,
            passed: None,
            rows: Some(*rows),
        };
        self.lines.extend(counted.iter().map(line));
    }

    fn batch(&self) -> Result<RecordBatch> {
        let schema = Schema::new(vec![
            Field::new("step", DataType::Utf8, false),
            Field::new("item", DataType::Utf8, false),
            Field::new("action", DataType::Utf8, true),
            Field::new("passed", DataType::Boolean, true),
            Field::new("rows", DataType::Int64, true),
        ]);
        let lines = &self.lines;
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(StringArray::from_iter_values(lines.iter().map(|line| line.step))),
                Arc::new(StringArray::from_iter_values(lines.iter().map(|line| &line.item))),
                Arc::new(lines.iter().map(|line| line.action).collect::<StringArray>()),
                Arc::new(lines.iter().map(|line| line.passed).collect::<BooleanArray>()),
                Arc::new(lines.iter().map(|line| line.rows).collect::<Int64Array>()),
            ],
        )
        .map_err(|e| Error::internal(e.to_string()))
    }
}
