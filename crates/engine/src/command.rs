//! Which statement is done where.

use std::sync::Arc;

use arrow::array::RecordBatch;
use lang::ir::{CommentObject, Statement};
use lang::{Error, Result};

use crate::catalog::{TableName, read_database};
use crate::operation::Operation;
use crate::rows;
use crate::session::Session;

impl Session {
    /// Does a statement now. Its rows, if it has any; a query is no command and runs to its end here.
    pub(crate) async fn command(
        self: &Arc<Self>,
        statement: Statement,
        operation: &Arc<Operation>,
    ) -> Result<Option<RecordBatch>> {
        use Statement as S;
        match statement {
            S::Query(relation) => return self.run_query(&relation, operation).await.map(Some),
            S::Set { key, value, verbose } => return self.set(key, value, verbose).map(Some),
            S::Show(show) => return self.show(show, operation).await.map(Some),
            S::Describe(describe) => return self.describe(describe, operation).await.map(Some),
            S::Explain { statement, mode } => {
                return self.explain_statement(&statement, mode, operation).await.map(Some);
            }
            S::Reset { key } => self.reset(key)?,
            S::CreateView(view) => self.create_view(view, operation).await?,
            S::DropView { name, if_exists } => self.drop_view(&name, if_exists)?,
            S::CreateTable(table) => self.create_table(table, operation).await?,
            S::DropTable { name, if_exists, .. } => self.drop_table(&name, if_exists).await?,
            S::TruncateTable { name } => self.truncate_table(&name).await?,
            S::AlterTable { name, change } => self.alter_table(&name, change)?,
            S::CreateDatabase { name, if_not_exists, comment, location, properties } => {
                self.create_database(&name, if_not_exists, comment, location, properties)?;
            }
            S::DropDatabase { name, if_exists, cascade } => {
                self.drop_database(&name, if_exists, cascade).await?
            }
            S::UseDatabase { name } => self.use_database(&name)?,
            S::SetCatalog { name } => self.set_catalog(&name)?,
            S::Comment { object, comment } => self.comment(&object, comment)?,
            S::Insert(insert) => self.insert(insert, operation).await?,
            S::WritePath(write) => self.write_path(write, operation).await?,
            S::RegisterFunction { name, function } => {
                self.functions.write().insert(name.to_lowercase(), function);
            }
            S::DropFunction { name, if_exists, .. } => self.drop_function(&name, if_exists)?,
            S::CacheTable { name, lazy, options, query } => {
                self.cache_table(&name, lazy, &options, query, operation).await?;
            }
            S::UncacheTable { name, if_exists } => self.uncache_table(&name, if_exists, operation).await?,
            S::ClearCache => self.cache.clear(),
            S::RefreshTable { name } => self.refresh_table(&name)?,
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

    fn drop_function(&self, name: &[String], if_exists: bool) -> Result<()> {
        let last = name.last().map(|part| part.to_lowercase()).unwrap_or_default();
        if self.functions.write().remove(&last).is_none() && !if_exists {
            return Err(
                Error::analysis("ROUTINE_NOT_FOUND").with("routineName", crate::catalog::quoted(&[last]))
            );
        }
        Ok(())
    }

    fn comment(&self, object: &CommentObject, comment: Option<String>) -> Result<()> {
        let catalog = &self.engine().catalog;
        match object {
            CommentObject::Table(name) => {
                let name = TableName::read(name, &self.current_database())?;
                catalog.alter(&name, |entry| {
                    entry.set_comment(comment);
                    Ok(())
                })
            }
            CommentObject::Database(name) => {
                catalog.alter_database(&read_database(name)?, |database| database.comment = comment)
            }
        }
    }
}
