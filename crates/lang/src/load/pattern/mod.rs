//! The patterns: one file, one function from a job to one statement.

mod apply_changes;
mod hard_delete;
mod history;
mod history_events;
mod insert_delete_flag;
mod insert_only;
mod soft_delete;
mod truncate_reload;
mod upsert;

use super::job::Job;
use super::spec::Pattern;
use crate::Result;
use crate::ir::Statement;

/// The statement that loads.
///
/// # Errors
/// `LOAD_SPEC` for what the pattern cannot do.
pub(super) fn compile(job: &Job<'_>) -> Result<Statement> {
    match &job.spec.pattern {
        Pattern::TruncateReload { replace_where } => {
            Ok(truncate_reload::compile(job, replace_where.as_ref()))
        }
        Pattern::InsertOnly { batch } => Ok(insert_only::compile(job, batch.as_ref())),
        Pattern::Upsert => Ok(upsert::compile(job)),
        Pattern::HardDelete(deletes) => Ok(hard_delete::compile(job, deletes)),
        Pattern::SoftDelete { deletes, flag, deleted_at } => {
            Ok(soft_delete::compile(job, deletes, flag, deleted_at.as_deref()))
        }
        Pattern::InsertDeleteFlag { .. } => insert_delete_flag::compile(job),
        Pattern::History(history) => Ok(match &job.spec.sequence {
            Some(sequence) => history_events::compile(job, history, sequence),
            None => history::compile(job, history),
        }),
        Pattern::ApplyChanges(apply) => apply_changes::compile(job, apply),
    }
}
