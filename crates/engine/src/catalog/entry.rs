//! What a catalog holds: databases, tables, views.

use std::collections::BTreeMap;
use std::sync::Arc;

use lang::ir::{Bucketing, Options, Relation, RelationKind, SchemaBinding, Statement};
use lang::{Error, Result, StructType};
use plan::contract::MadeUnder;

use crate::made_under::parse_context_of;

use super::{ColumnStatistics, Statistics, TableName};

/// A namespace with the folder of its managed tables.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Database {
    /// Lower case.
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    pub(crate) location: String,
    /// The user who made it.
    pub(crate) owner: String,
    pub(crate) properties: Options,
}

/// A table or a view.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    Table(Table),
    View(View),
}

/// Files in a format under a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    /// The number of its row in the store; 0 before it has one.
    pub(crate) id: i64,
    /// Changes whenever the table or its partitions change.
    pub(crate) version: i64,
    pub(crate) name: TableName,
    /// Lower case, as connectors know it.
    pub(crate) format: String,
    /// Partition columns last; comments and defaults are metadata of the fields. Empty: inferred whenever it is read.
    pub(crate) schema: StructType,
    pub(crate) partition_by: Vec<String>,
    pub(crate) bucketing: Option<Bucketing>,
    /// `CLUSTER BY (a, b.c)`
    pub(crate) cluster_by: Vec<Vec<String>>,
    pub(crate) location: String,
    /// Dropping the table removes the files.
    pub(crate) managed: bool,
    pub(crate) options: Options,
    pub(crate) properties: Options,
    pub(crate) comment: Option<String>,
    /// `DEFAULT COLLATION name`
    pub(crate) collation: Option<String>,
    pub(crate) created_micros: i64,
    /// What ANALYZE TABLE found; gone once rows are written.
    pub(crate) statistics: Option<Statistics>,
    pub(crate) column_statistics: BTreeMap<String, ColumnStatistics>,
}

/// A query under a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct View {
    pub(crate) name: TableName,
    /// The query as it was written.
    pub(crate) text: String,
    /// The columns when the view was made, under the view's own names.
    pub(crate) schema: StructType,
    /// The query's own column names, before the view renamed them.
    pub(crate) query_columns: Vec<String>,
    /// Whether the view has a list of column names.
    pub(crate) renames: bool,
    /// What the query names without a database, and where that was found.
    pub(crate) unqualified: Vec<TableName>,
    /// The database and the settings it is resolved under.
    pub(crate) made: Arc<MadeUnder>,
    pub(crate) binding: SchemaBinding,
    pub(crate) comment: Option<String>,
    pub(crate) collation: Option<String>,
    pub(crate) properties: Options,
    pub(crate) created_micros: i64,
}

impl Entry {
    pub(crate) fn name(&self) -> &TableName {
        match self {
            Entry::Table(table) => &table.name,
            Entry::View(view) => &view.name,
        }
    }

    pub(crate) fn schema(&self) -> &StructType {
        match self {
            Entry::Table(table) => &table.schema,
            Entry::View(view) => &view.schema,
        }
    }

    pub(crate) fn comment(&self) -> Option<&str> {
        match self {
            Entry::Table(table) => table.comment.as_deref(),
            Entry::View(view) => view.comment.as_deref(),
        }
    }

    pub(crate) fn set_comment(&mut self, comment: Option<String>) {
        match self {
            Entry::Table(table) => table.comment = comment,
            Entry::View(view) => view.comment = comment,
        }
    }

    /// The property `comment` is the comment.
    pub(crate) fn set_properties(&mut self, mut properties: Options) {
        if let Some(comment) = properties.remove("comment") {
            self.set_comment(Some(comment));
        }
        self.properties_mut().extend(properties);
    }

    pub(crate) fn unset_properties(&mut self, keys: &[String]) {
        if keys.iter().any(|key| key == "comment") {
            self.set_comment(None);
        }
        self.properties_mut().retain(|key, _| !keys.contains(key));
    }

    pub(crate) fn properties(&self) -> &Options {
        match self {
            Entry::Table(table) => &table.properties,
            Entry::View(view) => &view.properties,
        }
    }

    pub(crate) fn properties_mut(&mut self) -> &mut Options {
        match self {
            Entry::Table(table) => &mut table.properties,
            Entry::View(view) => &mut view.properties,
        }
    }

    pub(crate) fn created_micros(&self) -> i64 {
        match self {
            Entry::Table(table) => table.created_micros,
            Entry::View(view) => view.created_micros,
        }
    }

    /// `MANAGED`, `EXTERNAL` or `VIEW`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Entry::Table(table) if table.managed => "MANAGED",
            Entry::Table(_) => "EXTERNAL",
            Entry::View(_) => "VIEW",
        }
    }
}

impl Table {
    pub(crate) fn is_partition_column(&self, name: &str) -> bool {
        self.partition_by.iter().any(|p| p.eq_ignore_ascii_case(name))
    }

    /// The columns that are not partition columns.
    pub(crate) fn data_columns(&self) -> usize {
        self.schema.fields.len().saturating_sub(self.partition_by.len())
    }
}

impl View {
    /// The query, reading what it read when the view was made, under the view's column names.
    ///
    /// # Errors
    /// `PARSE_SYNTAX_ERROR` when the text is no query any more.
    pub(crate) fn relation(&self) -> Result<Relation> {
        let query = match lang::parse_statement_in(&self.text, &parse_context_of(&self.made))? {
            Statement::Query(mut query) => {
                let (source, span) = (query.source.take(), query.span);
                let name = self.name.parts().join(".");
                query.source = source.map(|text| text.of_object(span, "VIEW", &name));
                qualified(query, &self.unqualified)
            }
            _ => return Err(Error::internal(format!("the view {} is no query", self.name.quoted()))),
        };
        if !self.renames {
            return Ok(query);
        }
        let names = self.schema.fields.iter().map(|field| field.name.clone()).collect();
        Ok(Relation::new(RelationKind::ToDf { input: query, names }))
    }
}

/// The query with the tables it names without a database fixed to where they were found, whatever the current database
/// will be when the view is used.
pub(crate) fn qualified(query: Relation, unqualified: &[TableName]) -> Relation {
    if unqualified.is_empty() {
        return query;
    }
    let definition = |name: &TableName| lang::ir::CommonTable {
        name: name.table.clone(),
        columns: Vec::new(),
        max_levels: None,
        relation: crate::persist::table(&name.parts()),
    };
    let definitions = unqualified.iter().map(definition).collect();
    Relation::new(RelationKind::With { input: query, definitions, recursive: false })
}
