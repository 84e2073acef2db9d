//! `df.show()` and notebook tables: rows collected now, drawn as text.
//!
//! The picture is Spark's: `Dataset.showString` documents widths, truncation and the closing line.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use lang::{Error, Result};

use super::super::{Resolved, Resolver};

/// Columns are at least this wide.
const MIN_WIDTH: usize = 3;

impl Resolver<'_> {
    pub(super) fn show_string(
        &self,
        input: Resolved,
        rows: usize,
        truncate: usize,
        vertical: bool,
    ) -> Result<Resolved> {
        let (table, has_more) = self.shown_rows(input, rows, truncate)?;
        let mut text = if vertical { vertical_table(&table) } else { table_picture(&table, truncate > 0) };
        if vertical && table.len() == 1 && !has_more {
            text.push_str("(0 rows)");
        } else if has_more {
            let noun = if rows == 1 { "row" } else { "rows" };
            let _ = write!(text, "only showing top {rows} {noun}");
        }
        self.one_string("show_string", text)
    }

    pub(super) fn html_string(&self, input: Resolved, rows: usize, truncate: usize) -> Result<Resolved> {
        let (table, has_more) = self.shown_rows(input, rows, truncate)?;
        let mut text = String::from("<table border='1'>\n");
        for (index, row) in table.iter().enumerate() {
            let tag = if index == 0 { "th" } else { "td" };
            let cells: String = row.iter().map(|c| format!("<{tag}>{}</{tag}>", escape_html(c))).collect();
            let _ = writeln!(text, "<tr>{cells}</tr>");
        }
        text.push_str("</table>\n");
        if has_more {
            let noun = if rows == 1 { "row" } else { "rows" };
            let _ = writeln!(text, "only showing top {rows} {noun}");
        }
        self.one_string("html_string", text)
    }

    /// The header and up to `rows` rows as text, and whether there are more.
    fn shown_rows(&self, input: Resolved, rows: usize, truncate: usize) -> Result<(Vec<Vec<String>>, bool)> {
        // Names are never cut, only values are.
        let names = input.columns.iter().map(|c| cell(c.name(), 0)).collect();
        let types: Vec<_> = input.columns.iter().map(|c| functions::types::from_field(&c.field)).collect();
        let limited = self.limited(input, 0, Some(rows.saturating_add(1)))?;
        let batches = self.collect(limited.exact()?)?;
        let mut table: Vec<Vec<String>> = vec![names];
        for batch in &batches {
            let start = table.len();
            table.extend((0..batch.num_rows()).map(|_| Vec::with_capacity(types.len())));
            for (column, data_type) in batch.columns().iter().zip(&types) {
                let time_zone = &self.environment.context().time_zone;
                let strings = functions::value::to_strings_of(column, data_type, time_zone)?;
                for (row, text) in strings.into_iter().enumerate() {
                    table[start + row].push(cell(&text, truncate));
                }
            }
        }
        let has_more = table.len() > rows + 1;
        table.truncate(rows + 1);
        Ok((table, has_more))
    }

    fn one_string(&self, name: &str, text: String) -> Result<Resolved> {
        let schema = Arc::new(Schema::new(vec![Field::new(name, DataType::Utf8, false)]));
        let batch = RecordBatch::try_new(schema, vec![Arc::new(StringArray::from(vec![text]))])
            .map_err(|e| Error::internal(e.to_string()))?;
        self.batch(batch)
    }
}

/// A cell: control characters made visible, cut to `truncate` characters (0: whole).
fn cell(text: &str, truncate: usize) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\u{c}' => escaped.push_str("\\f"),
            '\u{8}' => escaped.push_str("\\b"),
            '\u{b}' => escaped.push_str("\\v"),
            '\u{7}' => escaped.push_str("\\a"),
            other => escaped.push(other),
        }
    }
    if truncate == 0 || escaped.chars().count() <= truncate {
        return escaped;
    }
    match truncate {
        1..4 => escaped.chars().take(truncate).collect(),
        _ => escaped.chars().take(truncate - 3).chain("...".chars()).collect(),
    }
}

fn table_picture(table: &[Vec<String>], right_aligned: bool) -> String {
    let columns = table.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|c| table.iter().map(|row| display_width(&row[c])).max().unwrap_or(0).max(MIN_WIDTH))
        .collect();
    let rule: String = widths.iter().map(|w| format!("+{}", "-".repeat(*w))).collect::<String>() + "+\n";
    let mut text = rule.clone();
    for (index, row) in table.iter().enumerate() {
        for (value, width) in row.iter().zip(&widths) {
            let padding = " ".repeat(width.saturating_sub(display_width(value)));
            let _ = match right_aligned {
                true => write!(text, "|{padding}{value}"),
                false => write!(text, "|{value}{padding}"),
            };
        }
        text.push_str("|\n");
        if index == 0 {
            text.push_str(&rule);
        }
    }
    text.push_str(&rule);
    text
}

fn vertical_table(table: &[Vec<String>]) -> String {
    let Some((names, rows)) = table.split_first() else { return String::new() };
    let name_width = names.iter().map(|n| display_width(n)).max().unwrap_or(0).max(MIN_WIDTH);
    let value_width = rows.iter().flatten().map(|v| display_width(v)).max().unwrap_or(0).max(MIN_WIDTH);
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let header = format!("-RECORD {index}");
        let rest = (name_width + value_width + 5).saturating_sub(header.len());
        let _ = writeln!(text, "{header}{}", "-".repeat(rest));
        for (name, value) in names.iter().zip(row) {
            let name_padding = " ".repeat(name_width.saturating_sub(display_width(name)));
            let value_padding = " ".repeat(value_width.saturating_sub(display_width(value)));
            let _ = writeln!(text, " {name}{name_padding} | {value}{value_padding} ");
        }
    }
    text
}

/// Characters count once, those of East Asian full width twice.
fn display_width(text: &str) -> usize {
    text.chars().map(|c| if is_full_width(c) { 2 } else { 1 }).sum()
}

fn is_full_width(c: char) -> bool {
    matches!(c as u32,
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xA000..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6)
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|c| c.to_string()).collect()
    }

    #[test]
    fn tables_align_right_when_truncated() {
        let table = [row(&["id", "name"]), row(&["1", "Ann"])];
        assert_eq!(
            table_picture(&table, true),
            "+---+----+\n| id|name|\n+---+----+\n|  1| Ann|\n+---+----+\n"
        );
        assert_eq!(
            table_picture(&table, false),
            "+---+----+\n|id |name|\n+---+----+\n|1  |Ann |\n+---+----+\n"
        );
    }

    #[test]
    fn cells_are_cut_with_dots() {
        assert_eq!(cell("abcdefgh", 5), "ab...");
        assert_eq!(cell("abcdefgh", 3), "abc");
        assert_eq!(cell("a\nb", 0), "a\\nb");
    }

    #[test]
    fn vertical_rows_have_headers() {
        let table = [row(&["age", "name"]), row(&["14", "Tom"])];
        assert_eq!(vertical_table(&table), "-RECORD 0---\n age  | 14  \n name | Tom \n");
    }
}
