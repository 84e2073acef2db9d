//! SHOW CREATE TABLE: the statement that would make a table or view again.

use lang::ir::Options;
use lang::{DataType, Error, Result, StructField};

use crate::catalog::{Entry, Table, View, binding_text, identifier, quoted};
use crate::columns::{comment, current_default};
use crate::information::location_uri;
use crate::session::Session;
use crate::table_definition::is_clustered;
use crate::tables::SYSTEM_SESSION;

impl Session {
    pub(crate) async fn create_statement(&self, name: &[String]) -> Result<String> {
        if self.is_temporary_view(name) {
            return Err(Error::analysis("EXPECT_PERMANENT_VIEW_NOT_TEMP")
                .with("operation", "SHOW CREATE TABLE")
                .with("viewName", quoted(name)));
        }
        match self.logged_entry(self.known(name, SYSTEM_SESSION)?).await?.as_ref() {
            Entry::Table(table) if self.lake(&table.format).is_some() => {
                Err(Error::analysis("DELTA_OPERATION_NOT_ALLOWED").with("operation", "SHOW CREATE TABLE"))
            }
            Entry::Table(table) => Ok(create_table(table)),
            Entry::View(view) => Ok(create_view(view)),
        }
    }
}

fn create_table(table: &Table) -> String {
    let columns: Vec<_> = table.schema.fields.iter().map(column).collect();
    let mut text = format!(
        "CREATE TABLE {} (\n  {})\nUSING {}\n",
        table.name.sql(),
        columns.join(",\n  "),
        table.format
    );
    if !table.options.is_empty() {
        text.push_str(&format!("OPTIONS (\n{})\n", pairs(&table.options)));
    }
    if !table.partition_by.is_empty() {
        text.push_str(&format!("PARTITIONED BY ({})\n", names(&table.partition_by)));
    }
    if let Some(bucketing) = &table.bucketing {
        text.push_str(&format!("CLUSTERED BY ({})\n", names(&bucketing.columns)));
        if !bucketing.sort_by.is_empty() {
            text.push_str(&format!("SORTED BY ({})\n", names(&bucketing.sort_by)));
        }
        text.push_str(&format!("INTO {} BUCKETS\n", bucketing.buckets));
    }
    if is_clustered(table) {
        let columns: Vec<_> = table.cluster_by.iter().map(|path| names_of(path, ".")).collect();
        text.push_str(&format!("PARTITIONED BY (cluster_by({}))\n", columns.join(", ")));
    }
    if let Some(comment) = &table.comment {
        text.push_str(&format!("COMMENT {}\n", string(comment)));
    }
    if !table.managed {
        text.push_str(&format!("LOCATION {}\n", string(&location_uri(&table.location))));
    }
    if !table.properties.is_empty() {
        text.push_str(&format!("TBLPROPERTIES (\n{})\n", pairs(&table.properties)));
    }
    text
}

fn create_view(view: &View) -> String {
    let name = format!("{}.{}", identifier(&view.name.database), identifier(&view.name.table));
    let columns = view.schema.fields.iter().map(|field| match comment(field) {
        Some(comment) => format!("{} COMMENT {}", identifier(&field.name), string(&comment)),
        None => identifier(&field.name),
    });
    let columns: Vec<_> = columns.collect();
    let mut text = format!("CREATE VIEW {name} (\n  {})\n", columns.join(",\n  "));
    if let Some(comment) = &view.comment {
        text.push_str(&format!("COMMENT {}\n", string(comment)));
    }
    if !view.properties.is_empty() {
        text.push_str(&format!("TBLPROPERTIES (\n{})\n", pairs(&view.properties)));
    }
    text.push_str(&format!("WITH SCHEMA {}\nAS {}\n", binding_text(view.binding), view.text));
    text
}

fn column(field: &StructField) -> String {
    let mut text = format!("{} {}", identifier(&field.name), type_text(&field.data_type));
    if let Some(default) = current_default(field) {
        text.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(comment) = comment(field) {
        text.push_str(&format!(" COMMENT {}", string(&comment)));
    }
    text
}

/// Spark writes the default collation out here.
fn type_text(data_type: &DataType) -> String {
    match data_type {
        DataType::String { collation: None } => "STRING COLLATE UTF8_BINARY".to_string(),
        DataType::Char(_) | DataType::Varchar(_) => format!("{} COLLATE UTF8_BINARY", data_type.sql()),
        other => other.sql(),
    }
}

/// `a, b`
fn names(columns: &[String]) -> String {
    names_of(columns, ", ")
}

fn names_of(parts: &[String], separator: &str) -> String {
    parts.iter().map(|part| identifier(part)).collect::<Vec<_>>().join(separator)
}

fn pairs(options: &Options) -> String {
    let pairs: Vec<_> = options.iter().map(|(k, v)| format!("  {} = {}", string(k), string(v))).collect();
    pairs.join(",\n")
}

/// A SQL string literal.
fn string(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::TableName;
    use crate::columns::with_comment;
    use lang::StructType;

    #[test]
    fn tables_are_written_as_spark_writes_them() {
        let mut id = StructField::new("id", DataType::Long, true);
        id.metadata = with_comment("", "the id");
        let fields = vec![
            id,
            StructField::new("name", DataType::STRING, true),
            StructField::new("p", DataType::Integer, true),
        ];
        let table = Table {
            id: 0,
            version: 0,
            bucketing: None,
            cluster_by: Vec::new(),
            collation: None,
            statistics: None,
            column_statistics: Default::default(),
            name: TableName::new("default", "t"),
            format: "parquet".into(),
            schema: StructType::new(fields),
            partition_by: vec!["p".into()],
            location: "/w/t".into(),
            managed: true,
            options: Options::new(),
            properties: Options::new(),
            comment: Some("tc".into()),
            created_micros: 0,
        };
        let expected = "CREATE TABLE spark_catalog.default.t (\n  id BIGINT COMMENT 'the id',\n  name STRING COLLATE UTF8_BINARY,\n  p INT)\nUSING parquet\nPARTITIONED BY (p)\nCOMMENT 'tc'\n";
        assert_eq!(create_table(&table), expected);
    }
}
