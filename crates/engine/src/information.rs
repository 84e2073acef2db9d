//! Facts about tables and views as Spark lists them in DESCRIBE EXTENDED and SHOW TABLE EXTENDED.

use chrono::DateTime;
use lang::ir::Options;

use crate::catalog::{CATALOG, Entry, identifier, quoted};

/// Who made the entries.
const CREATED_BY: &str = "Spark 4.2.0";

/// Names and values of a table's or view's facts, in Spark's order; column lists are left to the caller.
pub(crate) fn information(entry: &Entry) -> Vec<(&'static str, String)> {
    let name = entry.name();
    let mut facts = vec![
        ("Catalog", CATALOG.to_string()),
        ("Database", name.database.clone()),
        ("Table", name.table.clone()),
        ("Created Time", time_text(entry.created_micros())),
        ("Last Access", "UNKNOWN".to_string()),
        ("Created By", CREATED_BY.to_string()),
        ("Type", entry.kind().to_string()),
    ];
    if let Entry::Table(table) = entry {
        facts.push(("Provider", table.format.clone()));
    }
    if let Some(comment) = entry.comment() {
        facts.push(("Comment", comment.to_string()));
    }
    if let Entry::View(view) = entry {
        facts.push(("View Text", view.text.clone()));
        facts.push(("View Original Text", view.text.clone()));
        facts.push(("View Schema Mode", "COMPENSATION".to_string()));
        facts.push(("View Catalog and Namespace", format!("{CATALOG}.{}", identifier(&name.database))));
        let columns: Vec<_> = view.query_columns.iter().map(|c| quoted(&[c])).collect();
        facts.push(("View Query Output Columns", format!("[{}]", columns.join(", "))));
    }
    if !entry.properties().is_empty() {
        facts.push(("Table Properties", pairs(entry.properties())));
    }
    if let Entry::Table(table) = entry {
        facts.push(("Location", location_uri(&table.location)));
        if !table.options.is_empty() {
            facts.push(("Storage Properties", pairs(&table.options)));
        }
        if !table.partition_by.is_empty() {
            facts.push(("Partition Provider", "Catalog".to_string()));
        }
    }
    facts
}

fn pairs(options: &Options) -> String {
    let pairs: Vec<_> = options.iter().map(|(k, v)| format!("{k}={v}")).collect();
    format!("[{}]", pairs.join(", "))
}

/// `Fri Nov 20 23:07:15 UTC 2026`
pub(crate) fn time_text(micros: i64) -> String {
    let time = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    time.format("%a %b %d %H:%M:%S UTC %Y").to_string()
}

/// A location with its scheme; plain paths are local files.
pub(crate) fn location_uri(location: &str) -> String {
    if location.starts_with('/') { format!("file:{location}") } else { location.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_java_does() {
        assert_eq!(time_text(1_795_216_035_000_000), "Fri Nov 20 23:07:15 UTC 2026");
    }
}
