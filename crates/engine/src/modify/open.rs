//! The table that is changed, and what a statement means on it.

use std::sync::Arc;

use lang::ir::CastMode;
use lang::{DataType, Error, Result, RuntimeClass, StructType};
use plan::lake::{At, LakeRead, LakeTable};
use plan::modify::{Modification, ModifyTarget, TargetColumn};

use super::Modify;
use crate::cache::Opened;
use crate::catalog::quoted;
use crate::columns::current_default;
use crate::insert::{Policy, SYSTEM_PATH};
use crate::operation::Operation;
use crate::session::Session;
use crate::tables::unsupported_by_table;

/// Whether new columns of a source become columns of the target of a MERGE.
const AUTO_MERGE: &str = "spark.databricks.delta.schema.autoMerge.enabled";
const APPEND_ONLY: &str = "delta.appendOnly";

impl Session {
    /// The table's full name and its latest version.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`, `UNSUPPORTED_FEATURE.TABLE_OPERATION`, `DELTA_CANNOT_MODIFY_APPEND_ONLY`
    pub(super) async fn changed_table(
        self: &Arc<Self>,
        statement: &Modify,
        operation: &Arc<Operation>,
    ) -> Result<(Vec<String>, Arc<dyn LakeTable>)> {
        let name = &statement.target().name;
        let Some(target) = self.lake_target(name)? else {
            let entry = self.known(name, SYSTEM_PATH)?;
            return Err(unsupported_by_table(entry.name(), statement.operation()));
        };
        let table = operation.unless_interrupted(target.open(self, At::Latest)).await?;
        let append_only = table.properties().get(APPEND_ONLY).is_some_and(|text| text == "true");
        match append_only && statement.touches_rows() {
            true => Err(Error::analysis("DELTA_CANNOT_MODIFY_APPEND_ONLY")
                .with("table_name", target.quoted())
                .with("config", APPEND_ONLY)),
            false => Ok((target.name, table)),
        }
    }

    /// What a statement means on a table.
    pub(super) async fn resolved_change(
        self: &Arc<Self>,
        statement: &Modify,
        name: Vec<String>,
        table: &Arc<dyn LakeTable>,
        operation: &Arc<Operation>,
    ) -> Result<(Modification, Opened)> {
        let generated = |column: &str| {
            let found = table.generated().iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
            found.map(|(_, sql)| sql.clone())
        };
        let columns = table.schema().fields.iter().map(|field| TargetColumn {
            field: field.clone(),
            default: current_default(field),
            generated: generated(&field.name),
        });
        let target = ModifyTarget {
            name,
            provider: table.provider(&LakeRead { located: true, files: None })?,
            columns: columns.collect(),
            checks: table.checks().to_vec(),
            cast: match self.assignment_policy() {
                Policy::Legacy => CastMode::Legacy,
                Policy::Ansi | Policy::Strict | Policy::Castable => CastMode::Ansi,
            },
            evolves: self.conf().is_true(AUTO_MERGE),
        };
        let statement = statement.clone();
        let resolving = self.resolve(operation, move |resolver| match &statement {
            Modify::Delete(delete) => resolver.delete(delete, &target),
            Modify::Update(update) => resolver.update(update, &target),
            Modify::Merge(merge) => resolver.merge(merge, &target),
        });
        resolving.await
    }
}

/// Says of which column an overflow is, when a value did not fit a column's type.
pub(super) fn overflow(error: Error, schema: &StructType) -> Error {
    if error.condition() != "CAST_OVERFLOW" {
        return error;
    }
    let target = error.parameters().get("targetType").cloned().unwrap_or_default();
    let is_target = |data_type: &DataType| format!("\"{}\"", data_type.sql()) == target;
    let mut columns = schema.fields.iter().filter(|field| is_target(&field.data_type));
    let (Some(column), None) = (columns.next(), columns.next()) else { return error };
    let source = error.parameters().get("sourceType").cloned().unwrap_or_default();
    Error::runtime(RuntimeClass::Arithmetic, "DELTA_CAST_OVERFLOW_IN_TABLE_WRITE")
        .with("sourceType", source)
        .with("targetType", target)
        .with("columnName", quoted(&[&column.name]))
        .with("storeAssignmentPolicyFlag", "spark.sql.storeAssignmentPolicy")
        .with(
            "updateAndMergeCastingFollowsAnsiEnabledFlag",
            "spark.databricks.delta.updateAndMergeCastingFollowsAnsiEnabledFlag",
        )
        .with("ansiEnabledFlag", "spark.sql.ansi.enabled")
}
