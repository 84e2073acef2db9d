//! CREATE TABLE, with or without a query, and `saveAsTable`.

use std::sync::Arc;

use futures::FutureExt;
use lang::ir::{CreateTable, Insert, Options, Relation, SaveMode};
use lang::{Error, Result};
use plan::contract::WriteRequest;

use crate::catalog::{CATALOG, Entry, Partition, Table, TableName, values_of};
use crate::columns::with_limited_types;
use crate::environment::{Analyzed, lower_keys};
use crate::operation::Operation;
use crate::reservation::Reservation;
use crate::session::{Session, now_micros};
use crate::table_definition::{define, refuse, settle};
use crate::write::{Then, Written};

/// Lets CREATE TABLE AS replace what is at a location.
const OVERWRITE_LOCATIONS: &str = "spark.sql.legacy.allowNonEmptyLocationInCTAS";

impl Session {
    pub(crate) async fn create_table(
        self: &Arc<Self>,
        create: CreateTable,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let format = create.format.clone().unwrap_or_else(|| self.default_format());
        if let Some(lake) = self.lake(&format) {
            return self.create_lake_table(create, lake, operation).await;
        }
        let name = TableName::read(&create.name, &self.current_database())?;
        self.existing_database(Some(&[CATALOG.to_string(), name.database.clone()]))?;
        refuse(&create, &name)?;
        let present = self.engine().catalog.find(&name);
        let mut replace = create.mode == SaveMode::Overwrite;
        match (present.as_deref(), create.mode) {
            (None, _) => {}
            (Some(_), _) if create.if_not_exists || create.mode == SaveMode::Ignore => return Ok(()),
            (Some(Entry::Table(table)), SaveMode::Append) => {
                if let Some(query) = &create.query {
                    return self.append(&create, table, query, operation).await;
                }
            }
            (Some(Entry::View(_)), SaveMode::Append) => replace = true,
            (Some(_), _) if replace => {}
            (Some(_), _) => return Err(name.already_exists()),
        }
        let mut table = define(self, &create, &name, operation).await?;
        self.engine().sources.expect_format(&table.format)?;
        let made = match create.query {
            Some(query) => self.create_from(&mut table, &query, replace, operation).await,
            None => self.create_empty(&mut table, operation).await,
        };
        match made {
            Err(error) if create.if_not_exists && error.condition() == "TABLE_OR_VIEW_ALREADY_EXISTS" => {
                Ok(())
            }
            made => made,
        }
    }

    /// A table without rows: its folder, or the files that are there already.
    pub(crate) async fn create_empty(&self, table: &mut Table, operation: &Arc<Operation>) -> Result<()> {
        if table.schema.fields.is_empty() {
            self.infer_schema(table).await?;
        }
        settle(table)?;
        if !table.managed {
            let entry = Entry::Table(table.clone());
            return self.engine().catalog.change(move |change| change.put(&entry, false)).await;
        }
        let Some(reservation) = self.reserve(table, false, operation).await? else {
            return Err(table.name.already_exists());
        };
        make_folder(&table.location)?;
        let (entry, location) = (Entry::Table(table.clone()), table.location.clone());
        let put = self.engine().catalog.change(move |change| {
            change.put(&entry, false)?;
            change.finish(&location)
        });
        let put = put.await;
        match put {
            Ok(()) => reservation.handed_over(),
            Err(_) => remove_empty_folder(&table.location),
        }
        put
    }

    /// The columns of the files that are there; those of partition folders are the partition columns.
    async fn infer_schema(&self, table: &mut Table) -> Result<()> {
        let request = self.open_request(table, None);
        let planner = self.planner();
        let provider = self.engine().sources.open(&request, planner.as_ref()).await.map_err(|error| {
            match error.condition() {
                "PATH_NOT_FOUND" => {
                    Error::analysis("UNABLE_TO_INFER_SCHEMA").with("format", shown(&table.format))
                }
                _ => error,
            }
        })?;
        table.schema = plan::contract::own_columns(&provider.schema());
        let folders = crate::repair::partition_columns(&table.location)?;
        let is_column = |name: &String| table.schema.fields.iter().any(|f| f.name.eq_ignore_ascii_case(name));
        table.partition_by = folders.into_iter().filter(is_column).collect();
        Ok(())
    }

    /// Writes the query's rows; the table exists once they are there.
    async fn create_from(
        self: &Arc<Self>,
        table: &mut Table,
        query: &Relation,
        replace: bool,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let analyzed = self.analyze(query, operation).await?;
        table.schema = with_limited_types(analyzed.resolved.schema());
        settle(table)?;
        if replace {
            expect_other_target(&analyzed, table)?;
        } else if !table.managed && has_files(&table.location) && !self.may_overwrite_locations() {
            return Err(location_is_taken(&table.location));
        }
        let reservation = match table.managed {
            false => None,
            true => match self.reserve(table, replace, operation).await? {
                Some(reservation) => Some(reservation),
                None => return Err(table.name.already_exists()),
            },
        };
        // Whether an object store holds something is known only to the sink.
        let local = local_folder(&table.location).is_some();
        let may_overwrite = replace || table.managed || local || self.may_overwrite_locations();
        let request = WriteRequest {
            format: table.format.clone(),
            path: table.location.clone(),
            mode: if may_overwrite { SaveMode::Overwrite } else { SaveMode::ErrorIfExists },
            partition_by: table.partition_by.clone(),
            options: lower_keys(&table.options),
            conf: self.source_conf(),
            dynamic_overwrite: false,
        };
        let then = self.enter(table, replace, reservation);
        self.write(analyzed, request, operation, Some(then)).await.map_err(|error| {
            let taken = !may_overwrite && error.condition() == "PATH_ALREADY_EXISTS";
            if taken { location_is_taken(&table.location) } else { error }
        })
    }

    fn may_overwrite_locations(&self) -> bool {
        self.conf().is_true(OVERWRITE_LOCATIONS)
    }

    /// Enters a table whose rows have just become visible; its files go again when it cannot be entered.
    pub(crate) fn enter(&self, table: &Table, replace: bool, reservation: Option<Reservation>) -> Then {
        let (engine, table, conf) = (Arc::clone(self.engine()), table.clone(), self.source_conf());
        Box::new(move |written: Written| {
            async move {
                let new = table.clone();
                let put = engine.catalog.change(move |change| {
                    let old = if replace { change.find(&new.name)? } else { None };
                    change.put(&Entry::Table(new.clone()), replace)?;
                    if let Some(Entry::Table(entered)) = change.find(&new.name)? {
                        for folder in &written.folders {
                            if let Some(values) = values_of(folder, &entered.partition_by) {
                                change.add_partition(&entered, &Partition::new(values, now_micros()))?;
                            }
                        }
                    }
                    change.finish(&new.location)?;
                    Ok(old)
                });
                match put.await {
                    Ok(old) => {
                        if let Some(reservation) = reservation {
                            reservation.handed_over();
                        }
                        match old {
                            Some(Entry::Table(old)) if old.managed && old.location != table.location => {
                                engine.sources.remove(&old.location, &conf).await
                            }
                            _ => Ok(()),
                        }
                    }
                    Err(error) => {
                        if table.managed && !replace {
                            engine.sources.remove(&table.location, &conf).await?;
                        }
                        Err(error)
                    }
                }
            }
            .boxed()
        })
    }

    /// `saveAsTable` on a table that exists: rows are added, columns matched by name.
    async fn append(
        self: &Arc<Self>,
        create: &CreateTable,
        table: &Table,
        query: &Relation,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let analyzed = self.analyze(query, operation).await?;
        crate::table_definition::expect_same(self, create, table, &analyzed.resolved.schema())?;
        let mut insert = Insert::new(table.name.parts(), query.clone());
        insert.by_name = true;
        self.insert(insert, operation).await
    }
}

/// A new table's rows are not mixed with what others left at its location.
fn location_is_taken(location: &str) -> Error {
    Error::analysis("_LEGACY_ERROR_TEMP_1241").with("tablePath", location).with("config", OVERWRITE_LOCATIONS)
}

/// # Errors
/// `UNSUPPORTED_OVERWRITE.TABLE` when the rows come from the table that they are to replace.
pub(crate) fn expect_other_target(analyzed: &Analyzed, table: &Table) -> Result<()> {
    let reads = |path: &String| path.trim_end_matches('/') == table.location.trim_end_matches('/');
    match analyzed.opened.iter().any(|(_, request)| request.paths.iter().any(reads)) {
        true => Err(Error::analysis("UNSUPPORTED_OVERWRITE.TABLE").with("table", table.name.quoted())),
        false => Ok(()),
    }
}

/// `OPTIONS (path …)` means LOCATION.
pub(crate) fn take_path(options: &mut Options) -> Option<String> {
    let key = options.keys().find(|key| key.eq_ignore_ascii_case("path")).cloned()?;
    options.remove(&key)
}

/// A format as Spark writes it in messages.
fn shown(format: &str) -> String {
    match format {
        "parquet" => "Parquet".to_string(),
        "csv" | "json" | "orc" | "xml" => format.to_uppercase(),
        other => other.to_string(),
    }
}

/// The folder of a path on this machine; `None` for other stores, which have no folders to make.
pub(crate) fn local_folder(location: &str) -> Option<&str> {
    let path =
        location.strip_prefix("file://").or_else(|| location.strip_prefix("file:")).unwrap_or(location);
    (!path.contains("://")).then_some(path)
}

pub(crate) fn make_folder(location: &str) -> Result<()> {
    let Some(folder) = local_folder(location) else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|e| {
        Error::new(lang::ErrorKind::Data, "FAILED_READ_FILE.NO_HINT")
            .with("path", folder)
            .with("reason", e.to_string())
    })
}

/// Removes a folder that holds nothing; any other stays.
pub(crate) fn remove_empty_folder(location: &str) {
    if let Some(folder) = local_folder(location) {
        let _ = std::fs::remove_dir(folder);
    }
}

pub(crate) fn has_files(location: &str) -> bool {
    let entries = local_folder(location).and_then(|folder| std::fs::read_dir(folder).ok());
    entries.is_some_and(|mut entries| entries.next().is_some())
}
