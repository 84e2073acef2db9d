//! How name parts are read: `table`, `database.table`, `spark_catalog.database.table`.

use lang::{Error, Result};

/// The name of the one catalog.
pub(crate) const CATALOG: &str = "spark_catalog";
/// The database that is always there.
pub(crate) const DEFAULT_DATABASE: &str = "default";
/// The database of the temporary views that all sessions share.
pub(crate) const GLOBAL_TEMP: &str = "global_temp";

/// Where a table or view stands; both parts in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TableName {
    pub(crate) database: String,
    pub(crate) table: String,
}

impl TableName {
    pub(crate) fn new(database: &str, table: &str) -> Self {
        TableName { database: database.to_lowercase(), table: table.to_lowercase() }
    }

    /// Reads name parts; a single part belongs to `current`.
    ///
    /// # Errors
    /// `REQUIRES_SINGLE_PART_NAMESPACE` for more parts than a catalog has.
    pub(crate) fn read(parts: &[String], current: &str) -> Result<Self> {
        match parts {
            [table] => Ok(TableName::new(current, table)),
            [database, table] => Ok(TableName::new(database, table)),
            [catalog, database, table] if catalog.eq_ignore_ascii_case(CATALOG) => {
                Ok(TableName::new(database, table))
            }
            _ => Err(needs_single_part(parts)),
        }
    }

    /// `["spark_catalog", database, table]`
    pub(crate) fn parts(&self) -> Vec<String> {
        vec![CATALOG.to_string(), self.database.clone(), self.table.clone()]
    }

    /// `` `spark_catalog`.`database`.`table` ``
    pub(crate) fn quoted(&self) -> String {
        quoted(&[CATALOG, &self.database, &self.table])
    }

    pub(crate) fn not_found(&self) -> Error {
        Error::analysis("TABLE_OR_VIEW_NOT_FOUND").with("relationName", self.quoted())
    }

    pub(crate) fn already_exists(&self) -> Error {
        Error::analysis("TABLE_OR_VIEW_ALREADY_EXISTS").with("relationName", self.quoted())
    }

    /// `spark_catalog.database.table`, with backticks only where needed.
    pub(crate) fn sql(&self) -> String {
        format!("{CATALOG}.{}.{}", identifier(&self.database), identifier(&self.table))
    }
}

/// The database that name parts mean.
///
/// # Errors
/// `REQUIRES_SINGLE_PART_NAMESPACE`
pub(crate) fn read_database(parts: &[String]) -> Result<String> {
    match parts {
        [database] => Ok(database.to_lowercase()),
        [catalog, database] if catalog.eq_ignore_ascii_case(CATALOG) => Ok(database.to_lowercase()),
        _ => Err(needs_single_part(parts)),
    }
}

fn needs_single_part(parts: &[String]) -> Error {
    Error::analysis("REQUIRES_SINGLE_PART_NAMESPACE")
        .with("sessionCatalog", CATALOG)
        .with("namespace", quoted(parts))
}

/// Name parts in backticks, joined by dots.
pub(crate) fn quoted<S: AsRef<str>>(parts: &[S]) -> String {
    let parts: Vec<_> = parts.iter().map(|p| format!("`{}`", p.as_ref().replace('`', "``"))).collect();
    parts.join(".")
}

/// A name as SQL reads it back: in backticks unless it is plain.
pub(crate) fn identifier(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().any(|c| !c.is_ascii_digit());
    if plain { name.to_string() } else { quoted(&[name]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_from_the_right() {
        let read = |text: &str| {
            let parts: Vec<_> = text.split('.').map(str::to_string).collect();
            TableName::read(&parts, "cur").map(|n| format!("{}.{}", n.database, n.table))
        };
        let cases =
            [("T", "cur.t"), ("D.T", "d.t"), ("spark_catalog.d.T", "d.t"), ("SPARK_CATALOG.d.t", "d.t")];
        for (text, expected) in cases {
            assert_eq!(read(text).expect(text), expected);
        }
        assert_eq!(read("a.b.c").expect_err("too long").condition(), "REQUIRES_SINGLE_PART_NAMESPACE");
    }
}
