//! CREATE VIEW and DROP VIEW, temporary and persistent.

use std::sync::Arc;

use lang::ir::{CreateView, Relation, RelationKind, ViewScope};
use lang::{Error, Result, StructType};

use crate::cache::Keyed;
use crate::catalog::{Entry, GLOBAL_TEMP, TableName, View, qualified, quoted};
use crate::columns::{with_comment, with_default, with_limited_types};
use crate::environment::Analyzed;
use crate::operation::Operation;
use crate::session::{Session, now_micros};
use crate::table_definition::check_unique;
use crate::tables::not_found_there;
use crate::views::TemporaryView;

impl Session {
    /// Resolves the query once for its errors; the view keeps the unresolved relation.
    pub(crate) async fn create_view(
        self: &Arc<Self>,
        mut view: CreateView,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let name = self.view_name(&view)?;
        if self.is_taken(&view, &name) && view.if_not_exists {
            return Ok(());
        }
        let analyzed = match self.analyze_making(&view.query, operation, Some(name.clone())).await {
            // A DataFrame over the old view is put in its place: it stands for what the old view was then.
            Err(error) if error.condition() == "RECURSIVE_VIEW" && view.text.is_none() => {
                let analyzed = self.analyze(&view.query, operation).await?;
                let id = self.keep(analyzed.resolved.clone(), None);
                view.query = Relation::new(RelationKind::Cached { id });
                analyzed
            }
            analyzed => analyzed?,
        };
        let query_columns = analyzed.resolved.columns.iter().map(|c| c.name().to_string()).collect();
        let schema = with_limited_types(analyzed.resolved.schema());
        let schema = named(&view, quoted(&name), schema)?;
        if view.scope == ViewScope::Persistent {
            return self.put_persistent(view, schema, query_columns, &analyzed).await;
        }
        if view.text.is_some() {
            let source = view.query.source.take();
            let span = view.query.span;
            view.query.source = source.map(|text| text.of_object(span, "VIEW", &name.join(".")));
            let unqualified: Vec<_> = analyzed.unqualified.iter().cloned().collect();
            view.query = qualified(view.query, &unqualified);
        }
        let relation = renamed(&view);
        self.put_temporary(view, relation, schema)
    }

    fn put_temporary(&self, view: CreateView, relation: Relation, schema: StructType) -> Result<()> {
        let last = view.name.last().map(String::as_str).unwrap_or_default();
        let views = match view.scope {
            ViewScope::GlobalTemporary => &self.engine().global_views,
            _ => &self.views,
        };
        // A DataFrame has its meaning already.
        let made = view.text.is_some().then(|| Arc::new(self.made_under()));
        let temporary = TemporaryView {
            relation,
            made,
            text: view.text,
            schema,
            comment: view.comment,
            created_micros: now_micros(),
        };
        views.put(last, temporary, view.or_replace)
    }

    async fn put_persistent(
        &self,
        view: CreateView,
        schema: StructType,
        query_columns: Vec<String>,
        analyzed: &Analyzed,
    ) -> Result<()> {
        let name = TableName::read(&view.name, &self.current_database())?;
        if let Some(temporary) = analyzed.temporary.first() {
            return Err(Error::analysis("INVALID_TEMP_OBJ_REFERENCE")
                .with("obj", "VIEW")
                .with("objName", name.quoted())
                .with("tempObj", "VIEW")
                .with("tempObjName", temporary));
        }
        if !self.context().case_sensitive {
            check_unique(&schema)?;
        }
        let Some(text) = view.text else {
            return Err(Error::unsupported("persistent views of DataFrames"));
        };
        let entry = View {
            name: name.clone(),
            text,
            schema: without_defaults(schema),
            query_columns,
            renames: !view.columns.is_empty(),
            unqualified: analyzed.unqualified.iter().cloned().collect(),
            made: Arc::new(self.made_under()),
            binding: view.binding.unwrap_or_default(),
            comment: view.comment,
            collation: view.collation,
            properties: view.properties,
            created_micros: now_micros(),
        };
        let (replace, if_not_exists) = (view.or_replace, view.if_not_exists);
        let change = self.engine().catalog.change(move |change| match change.find(&name)? {
            Some(Entry::Table(_)) if replace => Err(Error::analysis("EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE")
                .with("tableName", name.quoted())
                .with("operation", "CREATE OR REPLACE VIEW")),
            Some(_) if if_not_exists => Ok(()),
            _ => change.put(&Entry::View(entry), replace),
        });
        change.await
    }

    /// The name under which the view will be found.
    fn view_name(&self, view: &CreateView) -> Result<Vec<String>> {
        let last = || view.name.last().map(|part| part.to_lowercase()).unwrap_or_default();
        match view.scope {
            ViewScope::Temporary if view.name.len() > 1 => {
                Err(Error::analysis("TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS")
                    .with("actualName", quoted(&view.name)))
            }
            ViewScope::Temporary => Ok(vec![last()]),
            ViewScope::GlobalTemporary => Ok(vec![GLOBAL_TEMP.to_string(), last()]),
            ViewScope::Persistent => Ok(TableName::read(&view.name, &self.current_database())?.parts()),
        }
    }

    fn is_taken(&self, view: &CreateView, name: &[String]) -> bool {
        let last = name.last().map(String::as_str).unwrap_or_default();
        match view.scope {
            ViewScope::Temporary => self.views.contains(last),
            ViewScope::GlobalTemporary => self.engine().global_views.contains(last),
            ViewScope::Persistent => TableName::read(name, &self.current_database())
                .is_ok_and(|name| self.engine().catalog.find(&name).is_some()),
        }
    }

    pub(crate) async fn drop_view(&self, name: &[String], if_exists: bool) -> Result<()> {
        if self.drop_temporary_view(name) {
            return Ok(());
        }
        let table = TableName::read(name, &self.current_database())?;
        let change = self.engine().catalog.change(move |change| match change.find(&table)? {
            Some(Entry::View(_)) => change.remove(&table).map(drop),
            Some(entry) => Err(Error::analysis("WRONG_COMMAND_FOR_OBJECT_TYPE")
                .with("operation", "DROP VIEW")
                .with("requiredType", "VIEW or METRIC_VIEW")
                .with("objectName", table.sql())
                .with("foundType", entry.kind())
                .with("alternative", "DROP TABLE")),
            None if if_exists => Ok(()),
            None => Err(not_found_there(&table)),
        });
        change.await
    }

    /// Whether there was a temporary view of that name.
    pub(crate) fn drop_temporary_view(&self, name: &[String]) -> bool {
        match name {
            [single] => self.views.remove(single).is_some(),
            [database, view] if database.eq_ignore_ascii_case(GLOBAL_TEMP) => {
                self.engine().global_views.remove(view).is_some()
            }
            _ => false,
        }
    }
}

impl From<Analyzed> for Keyed {
    fn from(analyzed: Analyzed) -> Self {
        Keyed { plan: analyzed.resolved.plan, opened: analyzed.opened }
    }
}

/// The query's schema under the view's own column names.
fn named(view: &CreateView, shown: String, mut schema: StructType) -> Result<StructType> {
    if view.columns.is_empty() {
        return Ok(schema);
    }
    let (given, found) = (view.columns.len(), schema.fields.len());
    if given != found {
        let condition = match given > found {
            true => "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
            false => "CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
        };
        let list =
            |names: Vec<&String>| names.into_iter().map(|n| quoted(&[n])).collect::<Vec<_>>().join(", ");
        return Err(Error::analysis(condition)
            .with("viewName", shown)
            .with("viewColumns", list(view.columns.iter().map(|(name, _)| name).collect()))
            .with("dataColumns", list(schema.fields.iter().map(|f| &f.name).collect())));
    }
    for (field, (name, comment)) in schema.fields.iter_mut().zip(&view.columns) {
        field.name.clone_from(name);
        if let Some(comment) = comment {
            field.metadata = with_comment(&field.metadata, comment);
        }
    }
    Ok(schema)
}

/// What a view shows of its tables' columns: their defaults are not its own.
fn without_defaults(mut schema: StructType) -> StructType {
    for field in &mut schema.fields {
        field.metadata = with_default(&field.metadata, None);
    }
    schema
}

/// The query under the view's own column names.
fn renamed(view: &CreateView) -> Relation {
    if view.columns.is_empty() {
        return view.query.clone();
    }
    let names = view.columns.iter().map(|(name, _)| name.clone()).collect();
    Relation::new(RelationKind::ToDf { input: view.query.clone(), names })
}
