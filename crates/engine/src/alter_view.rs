//! ALTER VIEW: a new query, a new name, properties, schema binding.

use std::sync::Arc;

use lang::ir::{CreateView, Relation, SchemaBinding, TableChange, ViewScope};
use lang::{Error, Result};

use crate::alter_table::expect_same_database;
use crate::catalog::{Entry, GLOBAL_TEMP, TableName, View, quoted};
use crate::operation::Operation;
use crate::session::Session;
use crate::tables::SYSTEM_SESSION;

impl Session {
    pub(crate) async fn alter_view(&self, name: &[String], change: TableChange) -> Result<()> {
        if let TableChange::Rename(to) = &change
            && self.is_temporary_view(name)
        {
            return self.rename_temporary_view(name, to);
        }
        let (operation, shows_name) = match change {
            TableChange::Rename(_) => ("ALTER VIEW", true),
            TableChange::SetProperties(_) => ("ALTER VIEW ... SET TBLPROPERTIES", false),
            _ => ("ALTER VIEW ... UNSET TBLPROPERTIES", false),
        };
        let view = self.view_of(name, operation, shows_name)?;
        match change {
            TableChange::Rename(to) => {
                let to = TableName::read(&to, &view.name.database)?;
                expect_same_database(&view.name, &to)?;
                let from = view.name.clone();
                self.engine().catalog.change(move |change| change.rename(&from, &to)).await
            }
            TableChange::SetProperties(properties) => {
                self.alter_entry(&view.name, move |entry| {
                    entry.set_properties(properties);
                    Ok(())
                })
                .await
            }
            TableChange::UnsetProperties { keys, .. } => {
                self.alter_entry(&view.name, move |entry| {
                    entry.unset_properties(&keys);
                    Ok(())
                })
                .await
            }
            _ => Err(Error::unsupported("this form of ALTER VIEW")),
        }
    }

    /// `ALTER VIEW v AS query`: name, comment and properties stay.
    pub(crate) async fn alter_view_query(
        self: &Arc<Self>,
        name: Vec<String>,
        query: Relation,
        text: String,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let mut view = CreateView {
            name,
            scope: ViewScope::Persistent,
            or_replace: true,
            if_not_exists: false,
            columns: Vec::new(),
            comment: None,
            properties: Default::default(),
            query,
            text: Some(text),
            binding: None,
            collation: None,
        };
        if self.is_temporary_view(&view.name) {
            let is_global = view.name.len() > 1;
            view.scope = if is_global { ViewScope::GlobalTemporary } else { ViewScope::Temporary };
        } else {
            let old = self.view_of(&view.name, "ALTER VIEW ... AS", false)?;
            view.comment = old.comment;
            view.properties = old.properties;
            view.binding = Some(old.binding);
            view.collation = old.collation;
        }
        self.create_view(view, operation).await
    }

    pub(crate) async fn alter_view_schema(&self, name: &[String], binding: SchemaBinding) -> Result<()> {
        let view = self.view_of(name, "ALTER VIEW ... WITH SCHEMA", false)?;
        self.alter_entry(&view.name, move |entry| {
            if let Entry::View(view) = entry {
                view.binding = binding;
            }
            Ok(())
        })
        .await
    }

    fn view_of(&self, name: &[String], operation: &str, shows_name: bool) -> Result<View> {
        match self.known(name, SYSTEM_SESSION)?.as_ref() {
            Entry::View(view) => Ok(view.clone()),
            Entry::Table(table) => Err(Error::analysis("EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE")
                .with("tableName", if shows_name { quoted(name) } else { table.name.quoted() })
                .with("operation", operation)),
        }
    }

    fn rename_temporary_view(&self, from: &[String], to: &[String]) -> Result<()> {
        let last = |name: &[String]| name.last().cloned().unwrap_or_default();
        let views = match from {
            [database, _] if database.eq_ignore_ascii_case(GLOBAL_TEMP) => &self.engine().global_views,
            _ => &self.views,
        };
        let Some(view) = views.find(&last(from)) else { return Ok(()) };
        views.put(&last(to), view, false)?;
        views.remove(&last(from));
        Ok(())
    }
}
