//! Facts about tables, partitions and views as Spark lists them in DESCRIBE EXTENDED and SHOW TABLE EXTENDED.

use std::sync::LazyLock;

use chrono::DateTime;
use lang::ir::Options;

use crate::catalog::{CATALOG, Entry, Partition, Table, View, binding_text, identifier, quoted};

/// Who made the entries.
pub(crate) static CREATED_BY: LazyLock<String> = LazyLock::new(|| format!("Spark {}", lang::SPARK_VERSION));

/// Names and values of facts.
pub(crate) type Facts = Vec<(&'static str, String)>;

/// The facts of a table or view, in Spark's order; column lists are left to the caller.
pub(crate) fn information(entry: &Entry) -> Facts {
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
    match entry {
        Entry::Table(table) => of_table(table, &mut facts),
        Entry::View(view) => of_view(view, &mut facts),
    }
    facts
}

fn of_table(table: &Table, facts: &mut Facts) {
    facts.push(("Provider", table.format.clone()));
    if let Some(bucketing) = &table.bucketing {
        facts.push(("Num Buckets", bucketing.buckets.to_string()));
        facts.push(("Bucket Columns", list(&bucketing.columns)));
        facts.push(("Sort Columns", list(&bucketing.sort_by)));
    }
    facts.extend(table.comment.clone().map(|comment| ("Comment", comment)));
    facts.extend(table.collation.clone().map(|collation| ("Collation", collation)));
    if !table.properties.is_empty() {
        facts.push(("Table Properties", pairs(&table.properties)));
    }
    facts.extend(table.statistics.map(|statistics| ("Statistics", statistics.text())));
    facts.push(("Location", location_uri(&table.location)));
    if !table.options.is_empty() {
        facts.push(("Storage Properties", pairs(&table.options)));
    }
    if !table.partition_by.is_empty() {
        facts.push(("Partition Provider", "Catalog".to_string()));
    }
}

fn of_view(view: &View, facts: &mut Facts) {
    facts.extend(view.comment.clone().map(|comment| ("Comment", comment)));
    facts.extend(view.collation.clone().map(|collation| ("Collation", collation)));
    facts.push(("View Text", view.text.clone()));
    facts.push(("View Original Text", view.text.clone()));
    facts.push(("View Schema Mode", binding_text(view.binding).to_string()));
    facts.push(("View Catalog and Namespace", format!("{CATALOG}.{}", identifier(&view.made.database))));
    facts.push(("View Query Output Columns", list(&view.query_columns)));
    if !view.properties.is_empty() {
        facts.push(("Table Properties", pairs(&view.properties)));
    }
}

/// The facts of one partition.
pub(crate) fn partition_information(table: &Table, partition: &Partition) -> Facts {
    let values = table.partition_by.iter().zip(&partition.values);
    let values = values.map(|(column, value)| format!("{column}={}", value.as_deref().unwrap_or("null")));
    let mut facts = vec![
        ("Partition Values", format!("[{}]", values.collect::<Vec<_>>().join(", "))),
        ("Location", location_uri(&partition.path(table))),
    ];
    if !table.options.is_empty() {
        facts.push(("Storage Properties", pairs(&table.options)));
    }
    if !partition.properties.is_empty() {
        facts.push(("Partition Parameters", format!("{{{}}}", pairs(&partition.properties))));
    }
    facts.push(("Created Time", time_text(partition.created_micros)));
    facts.push(("Last Access", "UNKNOWN".to_string()));
    facts.extend(partition.statistics.map(|statistics| ("Partition Statistics", statistics.text())));
    facts
}

/// ``[`a`, `b`]``
fn list(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| quoted(&[name])).collect();
    format!("[{}]", names.join(", "))
}

/// `[a=1, b=2]`
pub(crate) fn pairs(options: &Options) -> String {
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
