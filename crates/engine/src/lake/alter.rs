//! ALTER TABLE of tables that keep versions.

use std::sync::Arc;

use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{LogicalPlanBuilder, lit};
use functions::error::from_datafusion;
use lang::ir::{AddedColumn, ColumnChange, ColumnDefinition, ColumnPosition, ConstraintKind, TableChange};
use lang::{DataType, Error, Result, StructField, StructType};
use plan::lake::{At, LakeRead, LakeTable, Maintenance, NewColumn, Place};

use super::LakeTarget;
use crate::catalog::quoted;
use crate::columns::{with_comment, with_default, without_comment};
use crate::operation::Operation;
use crate::session::Session;

impl Session {
    pub(crate) async fn alter_lake(
        self: &Arc<Self>,
        target: LakeTarget,
        change: TableChange,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        use TableChange as C;
        let table = target.open(self, At::Latest).await?;
        let what = match change {
            C::SetProperties(properties) => vec![Maintenance::SetProperties(properties)],
            C::UnsetProperties { keys, if_exists } => vec![Maintenance::UnsetProperties { keys, if_exists }],
            C::AddColumns(columns) => {
                let columns = columns.into_iter().map(|definition| added(definition, Vec::new(), None));
                vec![Maintenance::AddColumns(columns.collect::<Result<_>>()?)]
            }
            C::AddColumnsAt(columns) => {
                let column =
                    |AddedColumn { parent, definition, position }| added(definition, parent, position);
                vec![Maintenance::AddColumns(columns.into_iter().map(column).collect::<Result<_>>()?)]
            }
            C::AlterColumns(changes) => altered_columns(&table, changes)?,
            C::ChangeColumn { column, definition, position, .. } => {
                let renamed = column.last().is_some_and(|last| !definition.name.eq_ignore_ascii_case(last));
                if renamed || position.is_some() {
                    return Err(Error::unsupported("CHANGE COLUMN with another name or place"));
                }
                let mut changes = vec![(column.clone(), ColumnChange::Type(definition.data_type))];
                changes.extend(definition.comment.map(|text| (column, ColumnChange::Comment(text))));
                altered_columns(&table, changes)?
            }
            C::RenameColumn { column, to } => vec![Maintenance::RenameColumn { path: column, to }],
            C::DropColumns { columns, if_exists } => {
                vec![Maintenance::DropColumns { paths: columns, if_exists }]
            }
            C::AddConstraint(constraint) => {
                let ConstraintKind::Check { condition, text } = constraint.kind else {
                    return Err(Error::unsupported("constraints of Delta tables that are not CHECK"));
                };
                let Some(name) = constraint.name else {
                    return Err(Error::unsupported("CHECK constraints without a name"));
                };
                let known = table.checks().iter().any(|(known, _)| known.eq_ignore_ascii_case(&name));
                if !known {
                    self.expect_kept(&target, &table, &condition, &text, operation).await?;
                }
                vec![Maintenance::AddCheck { name, sql: text }]
            }
            C::DropConstraint { name, if_exists, .. } => vec![Maintenance::DropCheck { name, if_exists }],
            other => {
                return Err(Error::unsupported(format!("ALTER TABLE … {} of a Delta table", other.title())));
            }
        };
        for what in what {
            target.open(self, At::Latest).await?.maintain(what, self.planner().as_ref()).await?;
        }
        self.cache.invalidate(&target.location);
        Ok(())
    }

    /// `COMMENT ON COLUMN`
    pub(crate) async fn comment_lake_columns(
        &self,
        target: &LakeTarget,
        comments: Vec<(Vec<String>, Option<String>)>,
    ) -> Result<()> {
        for (path, comment) in comments {
            let table = target.open(self, At::Latest).await?;
            let mut field = find(table.schema(), &path)?;
            field.metadata = match comment {
                Some(text) => with_comment(&field.metadata, &text),
                None => without_comment(&field.metadata),
            };
            table.maintain(Maintenance::AlterColumn { path, field }, self.planner().as_ref()).await?;
        }
        Ok(())
    }

    /// # Errors
    /// `DELTA_NEW_CHECK_CONSTRAINT_VIOLATION`
    async fn expect_kept(
        self: &Arc<Self>,
        target: &LakeTarget,
        table: &Arc<dyn LakeTable>,
        condition: &lang::ir::Expr,
        text: &str,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let condition = self.lake_condition(table, condition, operation).await?;
        let provider = table.provider(&LakeRead::default())?;
        let broken = LogicalPlanBuilder::scan("rows", provider_as_source(provider), None)
            .and_then(|rows| rows.filter(condition.is_true().not_eq(lit(true))))
            .and_then(LogicalPlanBuilder::build)
            .map_err(from_datafusion)?;
        let rows = self.collect(broken, &Default::default(), operation).await?;
        match rows.iter().map(|batch| batch.num_rows()).sum::<usize>() {
            0 => Ok(()),
            rows => Err(Error::analysis("DELTA_NEW_CHECK_CONSTRAINT_VIOLATION")
                .with("numRows", rows.to_string())
                .with("tableName", target.quoted())
                .with("checkConstraint", text)),
        }
    }
}

fn altered_columns(
    table: &Arc<dyn LakeTable>,
    changes: Vec<(Vec<String>, ColumnChange)>,
) -> Result<Vec<Maintenance>> {
    let mut commands = Vec::new();
    for (path, change) in changes {
        let mut field = find(table.schema(), &path)?;
        match change {
            ColumnChange::Comment(text) => field.metadata = with_comment(&field.metadata, &text),
            ColumnChange::SetDefault(_) => {
                return Err(Error::unsupported("defaults of columns of a Delta table that exists"));
            }
            ColumnChange::DropDefault => field.metadata = with_default(&field.metadata, None),
            ColumnChange::Type(data_type) if data_type == field.data_type => continue,
            ColumnChange::Type(data_type) => {
                return Err(Error::analysis("DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP")
                    .with("fieldPath", path.join("."))
                    .with("oldField", field.data_type.sql())
                    .with("newField", data_type.sql()));
            }
            ColumnChange::DropNotNull => field.nullable = true,
            ColumnChange::SetNotNull if field.nullable => {
                return Err(Error::analysis("_LEGACY_ERROR_TEMP_2330").with("fieldName", path.join(".")));
            }
            ColumnChange::SetNotNull => continue,
            ColumnChange::Position(_) => {
                return Err(Error::unsupported("ALTER COLUMN … FIRST | AFTER of a Delta table"));
            }
        }
        commands.push(Maintenance::AlterColumn { path, field });
    }
    Ok(commands)
}

fn added(
    definition: ColumnDefinition,
    parent: Vec<String>,
    position: Option<ColumnPosition>,
) -> Result<NewColumn> {
    if definition.default.is_some() {
        return Err(Error::unsupported("ALTER TABLE … ADD COLUMNS with DEFAULT"));
    }
    let mut field = StructField::new(definition.name, definition.data_type, definition.nullable);
    if let Some(comment) = definition.comment {
        field.metadata = with_comment("", &comment);
    }
    let place = match position {
        None => Place::Last,
        Some(ColumnPosition::First) => Place::First,
        Some(ColumnPosition::After(name)) => Place::After(name),
    };
    Ok(NewColumn { parent, field, place })
}

/// The field at a path through structs.
fn find(schema: &StructType, path: &[String]) -> Result<StructField> {
    let missing = || {
        let names: Vec<_> = schema.fields.iter().map(|field| quoted(&[&field.name])).collect();
        Error::analysis("UNRESOLVED_COLUMN.WITH_SUGGESTION")
            .with("objectName", quoted(path))
            .with("proposal", names.join(", "))
    };
    let (first, rest) = path.split_first().ok_or_else(missing)?;
    let found =
        schema.fields.iter().find(|field| field.name.eq_ignore_ascii_case(first)).ok_or_else(missing)?;
    match (&found.data_type, rest) {
        (_, []) => Ok(found.clone()),
        (DataType::Struct(inner), rest) => find(inner, rest),
        _ => Err(missing()),
    }
}
