//! CREATE and REPLACE TABLE of tables that keep versions, with a query or without, and `saveAsTable`.

use std::sync::Arc;

use lang::ir::{CreateTable, Relation, SaveMode};
use lang::{Error, Result, StructType};
use plan::lake::{At, CreateMode, Lake, LakeDefinition};

use super::LakeTarget;
use super::save::{Saving, WriteOptions, nullable, same_names};
use super::write::{LakeWrite, Replaced};
use crate::catalog::{CATALOG, Entry, Table, TableName};
use crate::columns::{with_comment, with_limited_types};
use crate::create_table::take_path;
use crate::environment::lower_keys;
use crate::operation::Operation;
use crate::session::{Session, now_micros};
use crate::table_definition::{check_unique, layout, provider};

impl Session {
    /// Makes a table in a format that keeps versions, or adds rows to one.
    pub(crate) async fn create_lake_table(
        self: &Arc<Self>,
        create: CreateTable,
        lake: Arc<dyn Lake>,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        if let [format, path] = create.name.as_slice()
            && self.lake(format).is_some()
            && !self.engine().catalog.has_database(format)
        {
            let target = LakeTarget { lake, location: path.clone(), name: create.name.clone(), entry: None };
            return self.create_at_path(create, target, operation).await;
        }
        let name = TableName::read(&create.name, &self.current_database())?;
        self.existing_database(Some(&[CATALOG.to_string(), name.database.clone()]))?;
        refuse(&create)?;
        let present = self.engine().catalog.find(&name);
        let present = match present.as_deref() {
            None => None,
            Some(_) if create.if_not_exists || create.mode == SaveMode::Ignore => return Ok(()),
            Some(Entry::View(_)) => return Err(name.already_exists()),
            Some(Entry::Table(table)) => Some(table.clone()),
        };
        match present {
            Some(table) => self.write_present(create, table, operation).await,
            None if create.must_exist => {
                Err(self.relation_not_found(&create.name, crate::tables::SYSTEM_SESSION))
            }
            None => self.create_new(create, name, lake, operation).await,
        }
    }

    /// A table of that name is there: rows are added, or it is replaced.
    async fn write_present(
        self: &Arc<Self>,
        create: CreateTable,
        table: Table,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let is_replacement = create.or_replace || create.mode == SaveMode::Overwrite;
        if create.mode == SaveMode::ErrorIfExists && !create.or_replace {
            return Err(table.name.already_exists());
        }
        let Some(target) = self.lake_of(&table) else {
            return match create.mode {
                SaveMode::Append => Err(Error::analysis("_LEGACY_ERROR_TEMP_1159")
                    .with("tableName", table.name.sql())
                    .with("existingProvider", provider(&table.format))
                    .with("specifiedProvider", provider("delta"))),
                _ => Err(Error::unsupported("replacing a table of another format by a Delta table")),
            };
        };
        if create.or_replace {
            return self.replace_lake(create, &target, operation).await;
        }
        let Some(query) = &create.query else { return Err(table.name.already_exists()) };
        let options = WriteOptions::new(self, &create.options)?;
        let (partition_by, _) = layout(&create.partition_by)?;
        let analyzed = self.analyze(query, operation).await?;
        let found = target.open(self, At::Latest).await?;
        let saving = Saving {
            target: &target,
            table: Some(found),
            partition_by: &partition_by,
            overwrite: is_replacement,
            options: &options,
            then: None,
        };
        self.save_rows(analyzed, saving, operation).await
    }

    /// `CREATE OR REPLACE TABLE`: a new version with the new columns, and the query's rows.
    async fn replace_lake(
        self: &Arc<Self>,
        create: CreateTable,
        target: &LakeTarget,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let conf = self.source_conf();
        match &create.query {
            None => {
                let definition = self.lake_definition(&create, None, operation).await?;
                if definition.schema.fields.is_empty() {
                    return Err(Error::analysis("DELTA_SCHEMA_NOT_PROVIDED"));
                }
                target.lake.create(&target.location, &definition, CreateMode::Replace, &conf).await?;
                self.cache.invalidate(&target.location);
                Ok(())
            }
            Some(query) => {
                self.lake_from_query(&create, query, target, CreateMode::Replace, operation, None).await
            }
        }
    }

    /// The table with the query's rows as one version.
    async fn lake_from_query(
        self: &Arc<Self>,
        create: &CreateTable,
        query: &Relation,
        target: &LakeTarget,
        mode: CreateMode,
        operation: &Arc<Operation>,
        then: Option<crate::write::Then>,
    ) -> Result<()> {
        let analyzed = self.analyze(query, operation).await?;
        let schema = with_limited_types(analyzed.resolved.schema());
        let definition = self.lake_definition(create, Some(nullable(&schema)), operation).await?;
        let analyzed = self.by_name(analyzed, &crate::tables::plain_texts(&definition.schema))?;
        let change = target.lake.begin(&target.location, &definition, mode, &self.source_conf()).await?;
        let replace = mode == CreateMode::Replace;
        let words = if replace { "CREATE OR REPLACE TABLE AS SELECT" } else { "CREATE TABLE AS SELECT" };
        let json = |value: serde_json::Value| value.to_string();
        let parameters = vec![
            ("partitionBy", json(serde_json::json!(definition.partition_by))),
            ("clusterBy", "[]".to_string()),
            ("description", definition.comment.clone().map_or("null".to_string(), |c| json(c.into()))),
            ("isManaged", target.entry.as_ref().is_some_and(|table| table.managed).to_string()),
            ("properties", json(serde_json::json!(definition.properties))),
        ];
        let options = WriteOptions::new(self, &create.options)?;
        let write = LakeWrite {
            table: None,
            change,
            replaced: Replaced::Nothing,
            commit: options.commit(words, parameters),
            location: target.location.clone(),
        };
        self.write_lake(analyzed, write, operation, then).await
    }

    async fn create_new(
        self: &Arc<Self>,
        create: CreateTable,
        name: TableName,
        lake: Arc<dyn Lake>,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let mut options = create.options.clone();
        let location = create.location.clone().or_else(|| take_path(&mut options));
        let managed = location.is_none();
        let location = match location {
            Some(location) => location,
            None => self.engine().catalog.managed_location(&name)?,
        };
        let mut table = Table {
            id: 0,
            version: 0,
            name,
            format: create.format.clone().unwrap_or_else(|| self.default_format()).to_lowercase(),
            schema: StructType::new(Vec::new()),
            partition_by: Vec::new(),
            bucketing: None,
            cluster_by: Vec::new(),
            location,
            managed,
            options: Default::default(),
            properties: Default::default(),
            comment: None,
            collation: None,
            created_micros: now_micros(),
            statistics: None,
            column_statistics: Default::default(),
        };
        let target = LakeTarget {
            lake,
            location: table.location.clone(),
            name: table.name.parts(),
            entry: Some(table.clone()),
        };
        let conf = self.source_conf();
        let exists = !managed && target.lake.exists(&target.location, &conf).await?;
        let reservation = match managed {
            false => None,
            true => match self.reserve(&table, false, operation).await? {
                Some(reservation) => Some(reservation),
                None => return Err(table.name.already_exists()),
            },
        };
        if let Some(query) = &create.query {
            if exists {
                return self.save_existing(&create, query, table, target, operation).await;
            }
            let then = self.enter(&table, false, reservation);
            return self
                .lake_from_query(&create, query, &target, CreateMode::New, operation, Some(then))
                .await;
        }
        if exists {
            self.expect_same_definition(&create, &target, operation).await?;
        } else {
            let definition = self.lake_definition(&create, None, operation).await?;
            if definition.schema.fields.is_empty() && !managed {
                return Err(
                    Error::analysis("DELTA_PATH_DOES_NOT_EXIST").with("path", target.location.as_str())
                );
            }
            target.lake.create(&target.location, &definition, CreateMode::New, &conf).await?;
        }
        let found = target.open(self, At::Latest).await?;
        table = super::logged(table, found.as_ref());
        let entering = self.enter(&table, false, reservation);
        entering(Default::default()).await
    }

    /// `saveAsTable` with a path at which a table is: rows are added or replace what is there, then it gets the name.
    async fn save_existing(
        self: &Arc<Self>,
        create: &CreateTable,
        query: &Relation,
        table: Table,
        target: LakeTarget,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        if !matches!(create.mode, SaveMode::Append | SaveMode::Overwrite) {
            return Err(Error::analysis("DELTA_TABLE_ALREADY_EXISTS").with("tableName", table.name.quoted()));
        }
        let options = WriteOptions::new(self, &create.options)?;
        let (partition_by, _) = layout(&create.partition_by)?;
        let analyzed = self.analyze(query, operation).await?;
        let found = target.open(self, At::Latest).await?;
        let then = self.enter(&super::logged(table, found.as_ref()), false, None);
        let overwrite = create.mode == SaveMode::Overwrite;
        let saving = Saving {
            target: &target,
            table: Some(found),
            partition_by: &partition_by,
            overwrite,
            options: &options,
            then: Some(then),
        };
        self.save_rows(analyzed, saving, operation).await
    }

    /// ``CREATE TABLE delta.`/path` …``
    async fn create_at_path(
        self: &Arc<Self>,
        create: CreateTable,
        target: LakeTarget,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        refuse(&create)?;
        let conf = self.source_conf();
        let exists = target.lake.exists(&target.location, &conf).await?;
        let mode = match (exists, create.or_replace) {
            (true, _) if create.if_not_exists || create.mode == SaveMode::Ignore => return Ok(()),
            (_, true) => CreateMode::Replace,
            (true, false) => {
                return Err(Error::analysis("DELTA_TABLE_ALREADY_EXISTS").with("tableName", target.quoted()));
            }
            (false, false) => CreateMode::New,
        };
        match &create.query {
            Some(query) => self.lake_from_query(&create, query, &target, mode, operation, None).await,
            None => {
                let definition = self.lake_definition(&create, None, operation).await?;
                target.lake.create(&target.location, &definition, mode, &conf).await.map(drop)
            }
        }
    }

    /// What the statement says the table is to be; the columns are the query's where there is one.
    async fn lake_definition(
        self: &Arc<Self>,
        create: &CreateTable,
        query: Option<StructType>,
        operation: &Arc<Operation>,
    ) -> Result<LakeDefinition> {
        let schema = match query {
            Some(schema) => schema,
            None => {
                let mut schema = lang::ir::columns_to_struct(&create.columns);
                for (field, column) in schema.fields.iter_mut().zip(&create.columns) {
                    if let Some(comment) = &column.comment {
                        field.metadata = with_comment(&field.metadata, comment);
                    }
                    if let Some(default) = &column.default {
                        let given = create.properties.get("delta.feature.allowColumnDefaults");
                        if given.is_none_or(|value| value != "supported" && value != "enabled") {
                            return Err(Error::analysis(
                                "WRONG_COLUMN_DEFAULTS_FOR_DELTA_FEATURE_NOT_ENABLED",
                            )
                            .with("commandType", "CREATE TABLE"));
                        }
                        self.set_default(field, default, "CREATE TABLE", operation).await?;
                    }
                }
                schema
            }
        };
        check_unique(&schema)?;
        let (partition_by, _) = layout(&create.partition_by)?;
        Ok(LakeDefinition {
            schema,
            partition_by,
            properties: create.properties.clone(),
            comment: create.comment.clone(),
        })
    }

    /// A table is there already: what the statement says of it must be so.
    async fn expect_same_definition(
        self: &Arc<Self>,
        create: &CreateTable,
        target: &LakeTarget,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let given = self.lake_definition(create, None, operation).await?;
        let found = target.open(self, At::Latest).await?;
        let shown = |schema: &StructType| lang::DataType::Struct(schema.clone()).simple_string();
        if !given.schema.fields.is_empty() && shown(&given.schema) != shown(found.schema()) {
            return Err(Error::analysis("DELTA_CREATE_TABLE_SCHEME_MISMATCH")
                .with("path", target.location.as_str())
                .with("specifiedSchema", shown(&given.schema))
                .with("existingSchema", shown(found.schema()))
                .with("schemaDifferences", "the columns"));
        }
        if !given.schema.fields.is_empty() && !same_names(&given.partition_by, found.partition_by()) {
            return Err(Error::analysis("DELTA_CREATE_TABLE_WITH_DIFFERENT_PARTITIONING")
                .with("path", target.location.as_str())
                .with("specifiedColumns", given.partition_by.join(", "))
                .with("existingColumns", found.partition_by().join(", ")));
        }
        if !given.properties.is_empty() && given.properties != *found.properties() {
            let shown = |properties: &lang::ir::Options| {
                properties.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("\n")
            };
            return Err(Error::analysis("DELTA_CREATE_TABLE_WITH_DIFFERENT_PROPERTY")
                .with("path", target.location.as_str())
                .with("specifiedProperties", shown(&given.properties))
                .with("existingProperties", shown(found.properties())));
        }
        Ok(())
    }
}

/// What is not written, by name.
fn refuse(create: &CreateTable) -> Result<()> {
    let columns = &create.columns;
    let options = lower_keys(&create.options);
    let refused = [
        (columns.iter().any(|c| c.generated.is_some()), "generated columns of Delta tables"),
        (columns.iter().any(|c| c.identity.is_some()), "identity columns of Delta tables"),
        (
            !create.constraints.is_empty() || columns.iter().any(|c| !c.constraints.is_empty()),
            "constraints in CREATE TABLE of a Delta table (use ALTER TABLE … ADD CONSTRAINT)",
        ),
        (create.bucketing.is_some(), "buckets of Delta tables"),
        (!create.cluster_by.is_empty(), "CLUSTER BY of Delta tables"),
        (create.collation.is_some(), "collations of Delta tables"),
        (options.contains_key("clusterby"), "clusterBy"),
    ];
    match refused.into_iter().find(|(given, _)| *given) {
        Some((_, what)) => Err(Error::unsupported(what)),
        None => Ok(()),
    }
}
