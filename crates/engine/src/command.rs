//! Which statement is done where.

use std::sync::Arc;

use arrow::array::RecordBatch;
use lang::ir::{CommentObject, Statement};
use lang::{Error, Result};
use plan::lake::{At, Maintenance};

use crate::catalog::read_database;
use crate::modify::Modify;
use crate::operation::Operation;
use crate::rows;
use crate::session::Session;
use crate::tables::SYSTEM_SESSION;

impl Session {
    /// Does a statement now. Its rows, if it has any; a query is no command and runs to its end here.
    pub(crate) async fn command(
        self: &Arc<Self>,
        statement: Statement,
        operation: &Arc<Operation>,
    ) -> Result<Option<RecordBatch>> {
        use Statement as S;
        if !matches!(statement, S::Query(_) | S::Set { .. } | S::Reset { .. } | S::Explain { .. }) {
            self.engine().catalog.refreshed().await?;
        }
        match statement {
            S::Query(relation) => return self.run_query(&relation, operation).await.map(Some),
            S::Set { key, value, verbose } => {
                self.refuse_set_of_variable(key.as_deref(), value.as_deref())?;
                return self.set(key, value, verbose).map(Some);
            }
            S::Show(show) => return self.show(show, operation).await.map(Some),
            S::Describe(describe) => return self.describe(describe, operation).await.map(Some),
            S::Explain { statement, mode } => {
                return self.explain_statement(&statement, mode, operation).await.map(Some);
            }
            S::Reset { key } => self.reset(key)?,
            S::CreateView(view) => self.create_view(view, operation).await?,
            S::AlterView { name, change } => self.alter_view(&name, change).await?,
            S::AlterViewQuery { name, query, text } => {
                self.alter_view_query(name, query, text, operation).await?;
            }
            S::AlterViewSchema { name, binding } => self.alter_view_schema(&name, binding).await?,
            S::DropView { name, if_exists } => self.drop_view(&name, if_exists).await?,
            S::CreateTable(table) => self.create_table(table, operation).await?,
            S::CreateTableLike(like) => self.create_table_like(like, operation).await?,
            S::DropTable { name, if_exists, .. } => self.drop_table(&name, if_exists).await?,
            S::TruncateTable { name } => self.truncate_table(&name, None, operation).await?,
            S::TruncatePartition { name, partition } => {
                self.truncate_table(&name, Some(&partition), operation).await?;
            }
            S::AlterTable { name, change } => self.alter_table(&name, change, operation).await?,
            S::RepairTable { name, add, drop } => {
                let table = self.table_of(&name, "MSCK REPAIR TABLE")?;
                self.repair(&table, "MSCK REPAIR TABLE", add, drop).await?;
            }
            S::AnalyzeTable { name, partition, target } => {
                self.analyze_table(&name, &partition, target, operation).await?;
            }
            S::AnalyzeTables { database, no_scan } => {
                self.analyze_tables(database.as_deref(), no_scan, operation).await?;
            }
            S::LoadData { table, .. } => {
                let table = self.table_of(&table, "LOAD DATA")?;
                return Err(
                    Error::analysis("_LEGACY_ERROR_TEMP_1261").with("tableIdentWithDB", table.name.quoted())
                );
            }
            S::CreateDatabase { name, if_not_exists, comment, location, properties } => {
                self.create_database(&name, if_not_exists, comment, location, properties).await?;
            }
            S::AlterDatabase { name, change } => self.alter_database(&name, change).await?,
            S::DropDatabase { name, if_exists, cascade } => {
                self.drop_database(&name, if_exists, cascade).await?
            }
            S::UseDatabase { name } => self.use_database(&name)?,
            S::SetCatalog { name } => self.set_catalog(&name)?,
            S::Comment { object, comment } => self.comment(&object, comment).await?,
            S::CommentColumns { table, comments } => self.comment_columns(&table, comments).await?,
            S::Insert(insert) => self.insert(insert, operation).await?,
            S::MultiInsert(inserts) => {
                for insert in inserts {
                    Box::pin(self.command(insert, operation)).await?;
                }
            }
            S::WriteTo(insert) => self.write_to(insert, operation).await?,
            S::Lake { table, command } => return self.lake_command(&table, command, operation).await,
            S::Delete(delete) => {
                return Box::pin(self.modify(Modify::Delete(delete), operation)).await.map(Some);
            }
            S::Update(update) => {
                return Box::pin(self.modify(Modify::Update(update), operation)).await.map(Some);
            }
            S::Merge(merge) => return Box::pin(self.modify(Modify::Merge(merge), operation)).await.map(Some),
            S::WritePath(write) => self.write_path(write, operation).await?,
            S::RegisterFunction { name, function } => {
                self.functions.write().insert(name.to_lowercase(), function);
            }
            S::RegisterDataSource { name, source } => {
                self.data_sources.write().insert(name.to_lowercase(), source);
            }
            S::RegisterTableFunction { name, function } => {
                self.table_functions.write().insert(name.to_lowercase(), function);
            }
            S::DropFunction { name, if_exists, temporary } => {
                self.drop_function(&name, if_exists, temporary).await?;
            }
            S::CreateExternalFunction(create) => self.create_external_function(create).await?,
            S::RefreshFunction { name } => self.refresh_function(&name)?,
            S::CacheTable { name, lazy, options, query } => {
                self.cache_table(&name, lazy, &options, query, operation).await?;
            }
            S::UncacheTable { name, if_exists } => self.uncache_table(&name, if_exists, operation).await?,
            S::ClearCache => self.cache.clear(),
            S::RefreshTable { name } => self.refresh_table(&name)?,
            S::RefreshPath { path } => self.cache.invalidate(&path),
            S::Call { name, arguments } if lang::load::is_load(&name) => {
                return Box::pin(self.call_load(&arguments, operation)).await.map(Some);
            }
            other => return Box::pin(self.program(other, operation)).await,
        }
        Ok(None)
    }

    /// All rows of a query; only where a statement has to have an answer at once.
    async fn run_query(
        self: &Arc<Self>,
        relation: &lang::ir::Relation,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        let analyzed = self.analyze(relation, operation).await?;
        rows::concatenated(self.rows(analyzed, operation).await?).await
    }

    async fn comment(&self, object: &CommentObject, comment: Option<String>) -> Result<()> {
        match object {
            CommentObject::Table(name) => {
                if let Some(target) = self.lake_target(name)? {
                    let table = target.open(self, At::Latest).await?;
                    let what = Maintenance::SetComment(comment);
                    return table.maintain(what, self.planner().as_ref()).await.map(drop);
                }
                let name = self.known(name, SYSTEM_SESSION)?.name().clone();
                self.alter_entry(&name, |entry| {
                    entry.set_comment(comment);
                    Ok(())
                })
                .await
            }
            CommentObject::Database(name) => {
                let name = read_database(name)?;
                let change = self.engine().catalog.change(move |change| {
                    change.alter_database(&name, |database| database.comment = comment)
                });
                change.await
            }
        }
    }
}
