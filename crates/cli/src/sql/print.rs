//! Rows as a table, CSV or JSON lines on standard output.

use std::io::{self, Write};

use anyhow::{Context, Result};
use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use engine::Rows;
use futures::StreamExt;
use lang::StructType;

use super::progress::Bar;
use crate::arguments::Output;

/// A table wider or longer than a person reads is cut; CSV and JSON never are.
const TABLE_ROWS: usize = 1000;

pub async fn rows(rows: Rows, output: Output, time_zone: &str, bar: &Bar) -> Result<()> {
    let printed = match output {
        Output::Table => table(rows, time_zone, bar).await,
        Output::Csv => csv(rows, time_zone, bar).await,
        Output::Json => json(rows, time_zone, bar).await,
    };
    match printed {
        // The reader has seen enough (`| head`): that is success.
        Err(error) if is_broken_pipe(&error) => Ok(()),
        other => other,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}

async fn table(mut rows: Rows, time_zone: &str, bar: &Bar) -> Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(rows.arrow_schema.fields().iter().map(|f| Cell::new(f.name())));
    let right: Vec<bool> = rows.arrow_schema.fields().iter().map(|f| is_number(f.data_type())).collect();
    let (mut shown, mut total) = (0, 0);
    while let Some(batch) = rows.stream.next().await {
        let batch = batch.map_err(functions::error::from_datafusion)?;
        total += batch.num_rows();
        let wanted = (TABLE_ROWS - shown).min(batch.num_rows());
        for row in texts(&batch.slice(0, wanted), &rows.schema, time_zone)? {
            table.add_row(row.into_iter().zip(&right).map(|(text, right)| {
                Cell::new(text).set_alignment(if *right { CellAlignment::Right } else { CellAlignment::Left })
            }));
        }
        shown += wanted;
        if total > TABLE_ROWS {
            break;
        }
    }
    let closing = match total {
        _ if total > shown => format!("the first {shown} rows; use --output csv or json for all"),
        1 => "1 row".to_string(),
        _ => format!("{total} rows"),
    };
    bar.suspend(|| writeln!(io::stdout().lock(), "{table}\n{closing}")).context("could not print")
}

/// The rows of a batch as text, NULL as `NULL`; `schema` has the Spark types of its columns.
fn texts(batch: &RecordBatch, schema: &StructType, time_zone: &str) -> Result<Vec<Vec<String>>> {
    let mut rows: Vec<Vec<String>> =
        (0..batch.num_rows()).map(|_| Vec::with_capacity(batch.num_columns())).collect();
    for (column, field) in batch.columns().iter().zip(&schema.fields) {
        let texts = functions::value::to_strings_of(column, &field.data_type, time_zone)?;
        for (row, text) in rows.iter_mut().zip(texts) {
            row.push(text);
        }
    }
    Ok(rows)
}

fn is_number(data_type: &DataType) -> bool {
    functions::types::is_numeric(data_type)
}

async fn csv(mut rows: Rows, time_zone: &str, bar: &Bar) -> Result<()> {
    let header: Vec<String> = rows.arrow_schema.fields().iter().map(|f| quoted(f.name())).collect();
    bar.suspend(|| writeln!(io::stdout().lock(), "{}", header.join(","))).context("could not print")?;
    while let Some(batch) = rows.stream.next().await {
        let batch = batch.map_err(functions::error::from_datafusion)?;
        let nulls: Vec<_> = batch.columns().iter().map(|c| c.logical_nulls()).collect();
        let mut text = String::new();
        for (index, row) in texts(&batch, &rows.schema, time_zone)?.into_iter().enumerate() {
            let cells: Vec<String> = row
                .iter()
                .zip(&nulls)
                .map(|(cell, nulls)| match nulls.as_ref().is_some_and(|n| n.is_null(index)) {
                    true => String::new(),
                    false => quoted(cell),
                })
                .collect();
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        bar.suspend(|| io::stdout().lock().write_all(text.as_bytes())).context("could not print")?;
    }
    Ok(())
}

/// A CSV field, quoted where it must be (RFC 4180); empty text is quoted to tell it from NULL.
fn quoted(text: &str) -> String {
    if text.is_empty() || text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_string()
}

async fn json(mut rows: Rows, time_zone: &str, bar: &Bar) -> Result<()> {
    while let Some(batch) = rows.stream.next().await {
        let batch = batch.map_err(functions::error::from_datafusion)?;
        let text = functions::json_lines(&batch, &rows.schema, time_zone)?;
        bar.suspend(|| io::stdout().lock().write_all(text.as_bytes())).context("could not print")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn csv_fields_are_quoted_where_needed() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"hi\""), "\"say \"\"hi\"\"\"");
        assert_eq!(quoted(""), "\"\"");
    }
}
