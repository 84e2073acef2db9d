//! `df.write.format("delta").save(path)`, and what options of a write mean.

use std::sync::Arc;

use datafusion::logical_expr::LogicalPlanBuilder;
use functions::definition::column;
use functions::error::from_datafusion;
use functions::{Argument, types};
use lang::ir::{CastMode, Options, Relation, SaveMode};
use lang::{DataType, Error, Result, StructField, StructType};
use plan::lake::{At, Commit, CreateMode, LakeDefinition, LakeTable, SchemaChange};

use super::LakeTarget;
use super::rows::parsed;
use super::schema::{has_more, merged, mismatch};
use super::write::{LakeWrite, Replaced};
use crate::columns::with_limited_types;
use crate::environment::{Analyzed, lower_keys};
use crate::operation::Operation;
use crate::session::Session;
use crate::tables::plain_texts;
use crate::write::Then;

/// The name by which the condition of what is replaced is checked.
const REPLACE_WHERE: &str = "replaceWhere";

/// What the options of a write say.
#[derive(Debug, Clone, Default)]
pub(super) struct WriteOptions {
    pub(super) merge_schema: bool,
    pub(super) overwrite_schema: bool,
    pub(super) replace_where: Option<String>,
    pub(super) dynamic: bool,
    pub(super) user_metadata: Option<String>,
    pub(super) transaction: Option<(String, i64)>,
}

impl WriteOptions {
    /// # Errors
    /// `DELTA_REPLACE_WHERE_WITH_DYNAMIC_PARTITION_OVERWRITE` and its like; values that are none.
    pub(super) fn new(session: &Session, options: &Options) -> Result<Self> {
        let options = lower_keys(options);
        let flag = |key: &str| options.get(key).map(|value| value.eq_ignore_ascii_case("true"));
        let auto = || session.conf().is_true("spark.databricks.delta.schema.autoMerge.enabled");
        let own_mode = options.get("partitionoverwritemode");
        let is_dynamic = |mode: &String| mode.eq_ignore_ascii_case("dynamic");
        let transaction = match (options.get("txnappid"), options.get("txnversion")) {
            (Some(app), Some(version)) => {
                let version = version.parse().map_err(|_| {
                    Error::new(lang::ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
                        .with("message", format!("txnVersion must be a whole number, not {version}"))
                })?;
                Some((app.clone(), version))
            }
            _ => None,
        };
        let read = WriteOptions {
            merge_schema: flag("mergeschema").unwrap_or_else(auto),
            overwrite_schema: flag("overwriteschema").unwrap_or(false),
            replace_where: options.get("replacewhere").cloned(),
            dynamic: own_mode.cloned().or_else(|| session.overwrite_mode()).as_ref().is_some_and(is_dynamic),
            user_metadata: options
                .get("usermetadata")
                .cloned()
                .or_else(|| session.conf().get("spark.databricks.delta.commitInfo.userMetadata")),
            transaction,
        };
        let own_dynamic = own_mode.is_some_and(is_dynamic);
        if read.replace_where.is_some() && own_dynamic {
            return Err(Error::analysis("DELTA_REPLACE_WHERE_WITH_DYNAMIC_PARTITION_OVERWRITE"));
        }
        if read.overwrite_schema && own_dynamic {
            return Err(Error::analysis("DELTA_OVERWRITE_SCHEMA_WITH_DYNAMIC_PARTITION_OVERWRITE"));
        }
        Ok(read)
    }

    /// A commit that tells the options.
    pub(super) fn commit(&self, operation: &str, parameters: Vec<(&str, String)>) -> Commit {
        Commit {
            operation: operation.to_string(),
            parameters: parameters.into_iter().map(|(name, value)| (name.to_string(), value)).collect(),
            transaction: self.transaction.clone(),
            user_metadata: self.user_metadata.clone(),
            ..Commit::default()
        }
    }
}

/// Where rows go, and what they do there.
pub(super) struct Saving<'a> {
    pub(super) target: &'a LakeTarget,
    /// The table as it is; `None` makes one.
    pub(super) table: Option<Arc<dyn LakeTable>>,
    pub(super) partition_by: &'a [String],
    pub(super) overwrite: bool,
    pub(super) options: &'a WriteOptions,
    pub(super) then: Option<Then>,
}

/// Rows to be saved at a path.
pub(crate) struct Save<'a> {
    pub(crate) input: &'a Relation,
    pub(crate) mode: SaveMode,
    pub(crate) partition_by: &'a [String],
}

impl Session {
    /// `df.write.format("delta")…save(path)`
    pub(crate) async fn save_lake(
        self: &Arc<Self>,
        write: Save<'_>,
        target: LakeTarget,
        options: &Options,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let options = WriteOptions::new(self, options)?;
        let exists = target.lake.exists(&target.location, &self.source_conf()).await?;
        match write.mode {
            SaveMode::ErrorIfExists if exists => {
                let shown = match target.location.starts_with('/') {
                    true => format!("file:{}", target.location),
                    false => target.location.clone(),
                };
                return Err(Error::analysis("DELTA_PATH_EXISTS").with("path", shown));
            }
            SaveMode::Ignore if exists => return Ok(()),
            _ => {}
        }
        let analyzed = self.analyze(write.input, operation).await?;
        let table = if exists { Some(target.open(self, At::Latest).await?) } else { None };
        let overwrite = write.mode == SaveMode::Overwrite;
        let partition_by = write.partition_by;
        let saving =
            Saving { target: &target, table, partition_by, overwrite, options: &options, then: None };
        self.save_rows(analyzed, saving, operation).await
    }

    /// Adds a query's rows by name, or puts them in the place of others; makes the table where there is none.
    pub(super) async fn save_rows(
        self: &Arc<Self>,
        analyzed: Analyzed,
        saving: Saving<'_>,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let Saving { target, table, partition_by, overwrite, options, then } = saving;
        let data = plain_texts(&with_limited_types(analyzed.resolved.schema()));
        let mode = if overwrite { "Overwrite" } else { "Append" };
        let mut parameters =
            vec![("mode", mode.to_string()), ("partitionBy", serde_json::json!(partition_by).to_string())];
        let Some(table) = table else {
            let definition = LakeDefinition {
                schema: nullable(&data),
                partition_by: partition_by.to_vec(),
                properties: Options::new(),
                comment: None,
            };
            let conf = self.source_conf();
            // Files of others may be there; they are none of the table's.
            let mode = CreateMode::IfNotExists;
            let change = target.lake.begin(&target.location, &definition, mode, &conf).await?;
            let write = LakeWrite {
                table: None,
                change,
                replaced: Replaced::Nothing,
                commit: options.commit("WRITE", parameters),
                location: target.location.clone(),
            };
            return self.write_lake(analyzed, write, operation, then).await;
        };
        let replaces_schema = overwrite && options.overwrite_schema;
        if replaces_schema && options.replace_where.is_none() {
            let definition = LakeDefinition {
                schema: nullable(&data),
                partition_by: partition_by.to_vec(),
                properties: table.properties().clone(),
                comment: table.comment().map(str::to_string),
            };
            let change = table.change(SchemaChange::Replace(definition))?;
            parameters.push(("canOverwriteSchema", "true".to_string()));
            let commit = options.commit("WRITE", parameters);
            let location = target.location.clone();
            let write = LakeWrite { table: Some(table), change, replaced: Replaced::All, commit, location };
            return self.write_lake(analyzed, write, operation, then).await;
        }
        if !partition_by.is_empty() && !same_names(partition_by, table.partition_by()) {
            let details = match overwrite {
                true => "To replace the partitioning set the option overwriteSchema to true.".to_string(),
                false => format!(
                    "The partition columns given are [{}], those of the table [{}].",
                    partition_by.join(", "),
                    table.partition_by().join(", ")
                ),
            };
            return Err(Error::analysis("DELTA_METADATA_MISMATCH").with("details", details));
        }
        let known = plain_texts(table.schema());
        let more = has_more(&known, &data);
        if more && !options.merge_schema {
            return Err(mismatch(&target.location, &known, &data));
        }
        // NULLs are found when rows are written.
        let schema = nullable(&merged(&known, &data)?);
        let analyzed = self.by_name(analyzed, &schema)?;
        let replaced = match (&options.replace_where, overwrite) {
            (Some(text), true) => {
                let condition = lang::parse_expression(text)?;
                let over = self.lake_condition(&table, &condition, operation).await?;
                parameters.push(("predicate", text.clone()));
                Replaced::Where(over)
            }
            (_, true) if options.dynamic && !table.partition_by().is_empty() => {
                parameters.push(("isDynamicPartitionOverwrite", "true".to_string()));
                Replaced::Partitions
            }
            (_, true) => Replaced::All,
            _ => Replaced::Nothing,
        };
        let mut analyzed = self.checked(analyzed, parsed(table.checks())?, operation).await?;
        if let (Replaced::Where(_), Some(text)) = (&replaced, &options.replace_where) {
            analyzed = self.replacing_where(analyzed, lang::parse_expression(text)?, operation).await?;
        }
        let change = match more {
            true => {
                let mut whole = table.schema().clone();
                whole = merged(&whole, &data)?;
                table.change(SchemaChange::Merge(whole))?
            }
            false => table.change(SchemaChange::None)?,
        };
        if options.merge_schema {
            parameters.push(("canMergeSchema", "true".to_string()));
        }
        let commit = options.commit("WRITE", parameters);
        let write =
            LakeWrite { table: Some(table), change, replaced, commit, location: target.location.clone() };
        self.write_lake(analyzed, write, operation, then).await
    }

    /// The rows, all of which a condition is true for.
    pub(super) async fn replacing_where(
        self: &Arc<Self>,
        analyzed: Analyzed,
        condition: lang::ir::Expr,
        operation: &Arc<Operation>,
    ) -> Result<Analyzed> {
        if self
            .conf()
            .get("spark.databricks.delta.replaceWhere.constraintCheck.enabled")
            .is_some_and(|v| v == "false")
        {
            return Ok(analyzed);
        }
        self.checked(analyzed, vec![(REPLACE_WHERE.to_string(), condition)], operation).await
    }

    /// A query's columns as a table's, by their names; those that are missing are NULL.
    pub(super) fn by_name(&self, analyzed: Analyzed, schema: &StructType) -> Result<Analyzed> {
        let resolved = &analyzed.resolved;
        let fields = types::to_fields(schema);
        let (mut exprs, mut columns) = (Vec::new(), Vec::new());
        for (place, field) in fields.iter().enumerate() {
            let id = format!("{}#write{place}", field.name());
            let source =
                resolved.columns.iter().find(|column| column.name().eq_ignore_ascii_case(field.name()));
            let expr = match source {
                Some(source) if types::from_field(&source.field) == schema.fields[place].data_type => {
                    column(&source.id)
                }
                Some(source) => {
                    let argument = Argument {
                        expr: column(&source.id),
                        field: Arc::clone(&source.field),
                        keyword: None,
                    };
                    self.fitted(&argument, &schema.fields[place])?
                }
                None => {
                    let null = datafusion::common::ScalarValue::try_from(field.data_type());
                    datafusion::logical_expr::Expr::Literal(null.map_err(from_datafusion)?, None)
                }
            };
            exprs.push(expr.alias(&id));
            columns.push(plan::Column { id, field: Arc::clone(field), qualifier: Vec::new() });
        }
        let mut fitted = analyzed;
        let plan = LogicalPlanBuilder::from(fitted.resolved.plan.clone());
        fitted.resolved.plan = plan.project(exprs).and_then(|b| b.build()).map_err(from_datafusion)?;
        fitted.resolved.columns = columns;
        Ok(fitted)
    }

    /// A value in the type of a column; structs go by their members' names.
    fn fitted(&self, argument: &Argument, to: &StructField) -> Result<datafusion::logical_expr::Expr> {
        if let (DataType::Struct(from), DataType::Struct(wanted)) =
            (types::from_field(&argument.field), &to.data_type)
        {
            let by_place = from.fields.len() == wanted.fields.len()
                && from.fields.iter().zip(&wanted.fields).all(|(a, b)| a.name.eq_ignore_ascii_case(&b.name));
            if !by_place {
                return Err(Error::unsupported(format!(
                    "writing the struct {} with other members than the table's, or in another order",
                    to.name
                )));
            }
        }
        let field = types::to_field(&to.name, &to.data_type, true);
        functions::cast::cast(argument, &field, CastMode::Ansi, &self.context())
    }
}

/// Says that a row does not belong to what is replaced, when that is what was found wrong with it.
pub(super) fn outside_of_replaced(error: Error) -> Error {
    let of = |key: &str| error.parameters().get(key).cloned().unwrap_or_default();
    match error.condition() == "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES" && of("constraintName") == REPLACE_WHERE
    {
        true => Error::analysis("DELTA_REPLACE_WHERE_MISMATCH")
            .with("replaceWhere", of("expression"))
            .with("message", format!("A row with the values: {}", of("values"))),
        false => error,
    }
}

/// The columns of a new table: data promises nothing, at no level.
pub(super) fn nullable(schema: &StructType) -> StructType {
    let field = |field: &StructField| StructField {
        nullable: true,
        data_type: nullable_type(&field.data_type),
        ..field.clone()
    };
    StructType::new(schema.fields.iter().map(field).collect())
}

fn nullable_type(data_type: &DataType) -> DataType {
    let inner = |data_type: &DataType| Box::new(nullable_type(data_type));
    match data_type {
        DataType::Struct(schema) => DataType::Struct(nullable(schema)),
        DataType::Array { element, .. } => DataType::Array { element: inner(element), contains_null: true },
        DataType::Map { key, value, .. } => {
            DataType::Map { key: inner(key), value: inner(value), value_contains_null: true }
        }
        other => other.clone(),
    }
}

pub(super) fn same_names(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.eq_ignore_ascii_case(b))
}
