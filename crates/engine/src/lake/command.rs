//! DESCRIBE HISTORY and DETAIL, VACUUM, OPTIMIZE, RESTORE, and TRUNCATE.

use std::sync::Arc;

use arrow::array::RecordBatch;
use lang::ir::{ExprKind, LakeCommand, Literal, TimeTravel};
use lang::{Error, Result};
use plan::lake::{At, Commit, Maintenance, ReadSet, SchemaChange};

use super::{LakeTarget, lakes_only};
use crate::insert::SYSTEM_PATH;
use crate::operation::Operation;
use crate::session::Session;

impl Session {
    /// A command on a table that keeps versions; its rows, if it has any.
    pub(crate) async fn lake_command(
        self: &Arc<Self>,
        name: &[String],
        command: LakeCommand,
        operation: &Arc<Operation>,
    ) -> Result<Option<RecordBatch>> {
        let title = command.title();
        let Some(target) = self.lake_target(name)? else {
            self.known(name, SYSTEM_PATH)?;
            return Err(lakes_only(name, title));
        };
        let table = target.open(self, At::Latest).await?;
        let what = match command {
            LakeCommand::History { limit } => Maintenance::History { limit },
            LakeCommand::Detail => {
                Maintenance::Detail { name: target.entry.as_ref().map(|entry| entry.name.parts().join(".")) }
            }
            LakeCommand::Vacuum { retain_hours, dry_run } => {
                let key = "spark.databricks.delta.retentionDurationCheck.enabled";
                let check_retention =
                    self.conf().get(key).is_none_or(|value| !value.eq_ignore_ascii_case("false"));
                Maintenance::Vacuum { retain_hours, dry_run, check_retention }
            }
            LakeCommand::Optimize { condition, zorder } => {
                let mut filters = Vec::new();
                if let Some(condition) = condition {
                    let filter = self.lake_condition(&table, &condition, operation).await?;
                    let partitions = table.partition_by();
                    let other = filter.column_refs().into_iter().find(|c| !partitions.contains(&c.name));
                    if let Some(other) = other {
                        return Err(Error::analysis("DELTA_NON_PARTITION_COLUMN_REFERENCE")
                            .with("columnName", other.name.as_str())
                            .with("columnList", partitions.join(", ")));
                    }
                    filters.push(filter);
                }
                Maintenance::Optimize {
                    filters,
                    zorder: zorder.into_iter().map(|path| path.join(".")).collect(),
                }
            }
            LakeCommand::Restore(to) => Maintenance::Restore { to: self.point(&to, operation).await? },
            LakeCommand::Convert | LakeCommand::Generate { .. } => return Err(Error::unsupported(title)),
        };
        let planner = self.planner();
        let answer = operation.unless_interrupted(table.maintain(what, planner.as_ref())).await;
        self.cache.invalidate(&target.location);
        answer
    }

    /// The version or the instant that a statement names.
    async fn point(self: &Arc<Self>, to: &TimeTravel, operation: &Arc<Operation>) -> Result<At> {
        match to {
            TimeTravel::Version(expr) => {
                let text = match &expr.kind {
                    ExprKind::Literal(Literal::Integer(value)) => value.to_string(),
                    ExprKind::Literal(Literal::Long(value)) => value.to_string(),
                    ExprKind::Literal(Literal::String(text)) => text.clone(),
                    _ => return Err(Error::unsupported("versions that are no whole numbers")),
                };
                let version = text.trim().parse();
                version.map(At::Version).map_err(|_| {
                    Error::analysis("DELTA_TIME_TRAVEL_INVALID_BEGIN_VALUE").with("timeTravelKey", "version")
                })
            }
            TimeTravel::Timestamp(expr) => {
                let expr = expr.clone();
                let resolving = self.resolve(operation, move |resolver| resolver.point_in_time(&expr));
                Ok(At::Timestamp(resolving.await?.0))
            }
        }
    }

    /// TRUNCATE TABLE: a version without rows.
    pub(crate) async fn truncate_lake(self: &Arc<Self>, target: &LakeTarget) -> Result<()> {
        let table = target.open(self, At::Latest).await?;
        let change = table.change(SchemaChange::None)?;
        let commit = Commit {
            operation: "TRUNCATE".to_string(),
            removed: (0..table.files().len()).filter_map(|id| u32::try_from(id).ok()).collect(),
            read: ReadSet::Whole,
            ..Commit::default()
        };
        // A task of its own: once begun, a commit is not dropped halfway with the request.
        let committing = tokio::spawn(async move { change.commit(commit).await });
        committing.await.map_err(|e| Error::internal(format!("the commit failed: {e}")))??;
        self.cache.invalidate(&target.location);
        Ok(())
    }
}
