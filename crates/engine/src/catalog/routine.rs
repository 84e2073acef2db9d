//! Functions that outlive their session.

use std::sync::Arc;

use plan::contract::MadeUnder;

use super::TableName;

/// A function of a database.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Routine {
    pub(crate) name: TableName,
    pub(crate) body: RoutineBody,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RoutineBody {
    /// A class of the JVM and the files it needs (kind, path); it can be described, not called.
    Class { class: String, resources: Vec<(String, String)> },
    /// The statement that makes it: `CREATE FUNCTION …`, and what it was made under.
    Sql { text: String, made: Arc<MadeUnder>, created_micros: i64 },
}
