//! `describe` and `summary`: one aggregation, turned so that each statistic is a row.

use arrow::datatypes::{DataType as Arrow, Field};
use functions::{Generated, types};
use lang::ir::{CastMode, Expr, ExprKind, Literal};
use lang::{DataType, Error, Result};

use super::super::attribute::column_argument;
use super::super::literal::string_argument;
use super::super::scope::{Query, Scope};
use super::super::{Column, Resolved, Resolver};
use super::reference;

const DESCRIBE: &[&str] = &["count", "mean", "stddev", "min", "max"];
const SUMMARY: &[&str] = &["count", "mean", "stddev", "min", "25%", "50%", "75%", "max"];

impl Resolver<'_> {
    pub(super) fn describe(&self, input: Resolved, columns: &[String], query: &Query) -> Result<Resolved> {
        let statistics: Vec<String> = DESCRIBE.iter().map(|s| s.to_string()).collect();
        self.statistics_table(input, columns, &statistics, query)
    }

    pub(super) fn summary(&self, input: Resolved, statistics: &[String], query: &Query) -> Result<Resolved> {
        let default: Vec<String> = SUMMARY.iter().map(|s| s.to_string()).collect();
        let statistics = if statistics.is_empty() { &default } else { statistics };
        self.statistics_table(input, &[], statistics, query)
    }

    fn statistics_table(
        &self,
        input: Resolved,
        columns: &[String],
        statistics: &[String],
        query: &Query,
    ) -> Result<Resolved> {
        let chosen: Vec<Column> = self
            .chosen(&input, columns, query, describable)?
            .into_iter()
            .filter(|c| describable(c))
            .cloned()
            .collect();
        let mut expressions = Vec::with_capacity(statistics.len() * chosen.len());
        for statistic in statistics {
            for column in &chosen {
                let value = value_of(statistic, column)?;
                let text = ExprKind::Cast {
                    expr: Box::new(value),
                    data_type: DataType::STRING,
                    mode: CastMode::Session,
                };
                expressions.push(Expr::from(text).alias(column.name()));
            }
        }
        let row = match expressions.is_empty() {
            true => self.one_row()?,
            false => self.project_resolved(input, &expressions, query)?,
        };
        self.turned(row, &chosen, statistics, query)
    }

    /// One row of `statistics × columns` values as one row a statistic.
    fn turned(
        &self,
        row: Resolved,
        chosen: &[Column],
        statistics: &[String],
        query: &Query,
    ) -> Result<Resolved> {
        let scope = Scope::new(&[&row], query, None)?;
        let mut structs = Vec::with_capacity(statistics.len());
        for (index, statistic) in statistics.iter().enumerate() {
            let mut fields = vec![string_argument("summary"), string_argument(statistic)];
            for (offset, column) in chosen.iter().enumerate() {
                let value = &row.columns[index * chosen.len() + offset];
                fields.push(string_argument(&format!("{offset}_{}", column.name())));
                fields.push(column_argument(value, column.name()));
            }
            structs.push(self.call("named_struct", fields, &scope)?);
        }
        let list = self.call("array", structs, &scope)?.expr;
        drop(scope);
        let mut fields = vec![Field::new("summary", Arrow::Utf8, true)];
        fields.extend(chosen.iter().map(|c| Field::new(c.name(), Arrow::Utf8, true)));
        let generated = Generated { list, fields, as_struct: true, outer: false };
        let (mut table, columns) = self.unnest(row, generated, &[])?;
        table.columns = columns;
        Ok(table)
    }
}

/// Numbers and strings.
fn describable(column: &Column) -> bool {
    types::is_numeric(column.field.data_type()) || types::is_string(column.field.data_type())
}

fn value_of(statistic: &str, column: &Column) -> Result<Expr> {
    let value = reference(column);
    let is_string = types::is_string(column.field.data_type());
    // Text that is no number counts as NULL here.
    let number = match is_string {
        true => {
            ExprKind::Cast { expr: Box::new(value.clone()), data_type: DataType::Double, mode: CastMode::Try }
                .into()
        }
        false => value.clone(),
    };
    Ok(match statistic.to_lowercase().as_str() {
        "count" => Expr::call("count", vec![value]),
        "count_distinct" => {
            let mut call = lang::ir::Function::new("count", vec![value]);
            call.distinct = true;
            ExprKind::Function(Box::new(call)).into()
        }
        "approx_count_distinct" => Expr::call("approx_count_distinct", vec![value]),
        "mean" => Expr::call("avg", vec![number]),
        "stddev" => Expr::call("stddev", vec![number]),
        "min" => Expr::call("min", vec![value]),
        "max" => Expr::call("max", vec![value]),
        percent => {
            let fraction = percent
                .strip_suffix('%')
                .and_then(|p| p.parse::<f64>().ok())
                .filter(|p| (0.0..=100.0).contains(p));
            let Some(fraction) = fraction else {
                return Err(Error::analysis("ILLEGAL_ARGUMENT")
                    .with("message", format!("{statistic} is not a recognised statistic")));
            };
            Expr::call("percentile_approx", vec![number, Expr::literal(Literal::Double(fraction / 100.0))])
        }
    })
}
