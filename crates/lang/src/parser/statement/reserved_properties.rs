//! Properties that are told by a clause of their own: no list of properties may hold them.
//!
//! Spark looks at the keys as they are written, so that `OWNER` is a property like any other.

use super::Parser;
use crate::ir::{DatabaseChange, Options, Statement, TableChange};
use crate::{Error, Result, Span};

/// A key, and what tells it instead.
type Reserved = &'static [(&'static str, &'static str)];

const OF_TABLES: Reserved = &[
    ("collation", "DEFAULT COLLATION tells it"),
    ("external", "CREATE EXTERNAL TABLE tells it"),
    ("is_managed_location", "it follows from LOCATION"),
    ("location", "LOCATION tells it"),
    ("owner", "it is the current user"),
    ("provider", "USING tells it"),
    ("table_type", "it follows from the statement"),
];

const OF_DATABASES: Reserved = &[("location", "LOCATION tells it"), ("owner", "it is the current user")];

/// A property of tables, views and databases that is their comment.
const COMMENT: &str = "comment";

impl Parser<'_> {
    /// The statement, which began at `start`, without reserved properties: they are an error, or left out where the
    /// session does not reserve them. A comment among the properties of something new is no property either; Spark
    /// takes it for the comment of a database alone.
    pub(super) fn without_reserved_properties(
        &self,
        mut statement: Statement,
        start: Span,
    ) -> Result<Statement> {
        match &mut statement {
            Statement::CreateTable(table) => {
                self.keep_unreserved(OF_TABLES, &mut table.properties, start)?;
                self.keep_unreserved(OF_TABLES, &mut table.options, start)?;
                table.properties.remove(COMMENT);
            }
            Statement::CreateTableLike(like) => {
                self.keep_unreserved(OF_TABLES, &mut like.properties, start)?;
                like.properties.remove(COMMENT);
            }
            Statement::CreateView(view) => {
                view.properties.remove(COMMENT);
            }
            Statement::AlterTable { change, .. } | Statement::AlterView { change, .. } => match change {
                TableChange::SetProperties(properties) => {
                    self.keep_unreserved(OF_TABLES, properties, start)?
                }
                TableChange::UnsetProperties { keys, .. } => {
                    self.keep_unreserved_keys(OF_TABLES, keys, start)?
                }
                _ => {}
            },
            Statement::CreateDatabase { comment, properties, .. } => {
                self.keep_unreserved(OF_DATABASES, properties, start)?;
                let among_properties = properties.remove(COMMENT);
                *comment = comment.take().or(among_properties);
            }
            Statement::AlterDatabase { change, .. } => match change {
                DatabaseChange::SetProperties(properties) => {
                    self.keep_unreserved(OF_DATABASES, properties, start)?
                }
                DatabaseChange::UnsetProperties(keys) => {
                    self.keep_unreserved_keys(OF_DATABASES, keys, start)?
                }
                _ => {}
            },
            _ => {}
        }
        Ok(statement)
    }

    fn keep_unreserved(&self, reserved: Reserved, properties: &mut Options, start: Span) -> Result<()> {
        self.expect_unreserved(reserved, properties.keys(), start)?;
        properties.retain(|key, _| reason(reserved, key).is_none());
        Ok(())
    }

    fn keep_unreserved_keys(&self, reserved: Reserved, keys: &mut Vec<String>, start: Span) -> Result<()> {
        self.expect_unreserved(reserved, keys.iter(), start)?;
        keys.retain(|key| reason(reserved, key).is_none());
        Ok(())
    }

    fn expect_unreserved<'k>(
        &self,
        reserved: Reserved,
        mut keys: impl Iterator<Item = &'k String>,
        start: Span,
    ) -> Result<()> {
        if self.context.unreserved_properties {
            return Ok(());
        }
        match keys.find_map(|key| Some((key, reason(reserved, key)?))) {
            None => Ok(()),
            Some((key, reason)) => {
                let of = if reserved == OF_TABLES { "TABLE" } else { "NAMESPACE" };
                let error = Error::parse(format!("UNSUPPORTED_FEATURE.SET_{of}_PROPERTY"));
                Err(self.at_span(error.with("property", key).with("msg", reason), self.span_from(start)))
            }
        }
    }
}

fn reason(reserved: Reserved, key: &str) -> Option<&'static str> {
    reserved.iter().find(|(name, _)| *name == key).map(|(_, reason)| *reason)
}
