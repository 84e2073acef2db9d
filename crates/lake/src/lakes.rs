//! Delta tables beside the files: everything that is a Delta table is opened here, all else by what is inside.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::logical_expr::ScalarUDF;
use futures::TryStreamExt;
use lang::ir::Options;
use lang::{Error, Result};
use plan::contract::{OpenRequest, Sink, Sources, Texts, WriteRequest};
use plan::lake::{At, Change, CreateMode, Lake, LakeDefinition, LakeRead, LakeTable};
use sources::Files;

use crate::definition;
use crate::feed;
use crate::log::{FOLDER, Log};
use crate::options::ReadOptions;
use crate::state::State;
use crate::table::{Table, mapping_of, properties_of};
use crate::write::Target;
use crate::write::change::{TableChange, Writing};

/// The format's name.
const FORMAT: &str = "delta";

/// Files of all formats, and Delta tables.
#[derive(Debug)]
pub struct Lakes {
    files: Arc<Files>,
}

impl Lakes {
    pub fn new(files: Files) -> Self {
        Lakes { files: Arc::new(files) }
    }
}

/// Delta tables.
#[derive(Debug, Clone)]
struct Delta {
    files: Arc<Files>,
}

impl Delta {
    fn log(&self, location: &str, conf: &Options) -> Result<Log> {
        Log::new(self.files.folder(location, conf)?, location)
    }

    async fn table(&self, location: &str, at: At, conf: &Options) -> Result<Table> {
        let log = self.log(location, conf)?;
        match self.state(&log, at).await {
            Ok(state) => Table::new(log, state, conf),
            // Where nothing is at all, there is no path.
            Err(error) if error.condition() == "DELTA_TABLE_NOT_FOUND" && !is_there(&log).await? => {
                Err(Error::analysis("PATH_NOT_FOUND").with("path", location))
            }
            Err(error) => Err(error),
        }
    }

    async fn state(&self, log: &Log, at: At) -> Result<State> {
        let version = log.resolve(at).await?;
        log.state(version).await
    }

    /// The table that is there, if one is.
    async fn present(&self, location: &str, conf: &Options) -> Result<Option<Table>> {
        match self.exists(location, conf).await? {
            true => self.table(location, At::Latest, conf).await.map(Some),
            false => Ok(None),
        }
    }

    /// A change that makes a table: with its first commit it is there.
    async fn making(
        &self,
        location: &str,
        definition: &LakeDefinition,
        mode: CreateMode,
        conf: &Options,
    ) -> Result<Writing> {
        if let Some(table) = self.present(location, conf).await? {
            return match mode {
                CreateMode::Replace => table.begin(definition::replaced(&table.state, definition)?),
                _ => Err(Error::analysis("DELTA_TABLE_ALREADY_EXISTS").with("tableName", location)),
            };
        }
        let log = self.log(location, conf)?;
        if mode == CreateMode::New && is_occupied(&log).await? {
            return Err(Error::analysis("DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION")
                .with("tableId", location)
                .with("tableLocation", log.folder.to_string()));
        }
        let (metadata, protocol) = definition::new_table(definition)?;
        protocol.expect_writable(&metadata.full, location)?;
        let mapping = mapping_of(&metadata.configuration);
        let properties = properties_of(&metadata.configuration);
        let target = Target::new(&metadata.full, &metadata.partition_by, mapping, &properties, conf)?;
        let table = TableChange { metadata: Some(metadata), protocol: Some(protocol), replaces: false };
        Ok(Writing::new(log, None, target, table, None))
    }
}

/// Whether there is a folder.
async fn is_there(log: &Log) -> Result<bool> {
    match log.folder.is_local() {
        true => Ok(std::path::Path::new(log.folder.path()).exists()),
        false => is_occupied(log).await,
    }
}

/// Whether there are files where a new table is to be.
async fn is_occupied(log: &Log) -> Result<bool> {
    let prefix = log.folder.object("")?;
    let mut listed = log.folder.object_store().list(Some(&prefix));
    let first = listed.try_next().await.map_err(|e| crate::error::from_store(&e, &log.location))?;
    Ok(first.is_some())
}

#[async_trait]
impl Lake for Delta {
    async fn exists(&self, location: &str, conf: &Options) -> Result<bool> {
        let folder = self.files.folder(location, conf)?;
        let prefix = folder.object(FOLDER)?;
        let mut listed = folder.object_store().list(Some(&prefix));
        while let Some(found) = listed.try_next().await.map_err(|e| crate::error::from_store(&e, location))? {
            let name = found.location.filename().unwrap_or_default();
            if name.ends_with(".json") || name.contains(".checkpoint") {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn open(&self, location: &str, at: At, conf: &Options) -> Result<Arc<dyn LakeTable>> {
        Ok(Arc::new(self.table(location, at, conf).await?))
    }

    async fn create(
        &self,
        location: &str,
        definition: &LakeDefinition,
        mode: CreateMode,
        conf: &Options,
    ) -> Result<Arc<dyn LakeTable>> {
        if mode == CreateMode::IfNotExists
            && let Some(table) = self.present(location, conf).await?
        {
            return Ok(Arc::new(table));
        }
        let change = self.making(location, definition, mode, conf).await?;
        let commit = crate::operation::create(definition, mode == CreateMode::Replace, false);
        let version = change.commit(commit).await?;
        Ok(Arc::new(self.table(location, At::Version(version), conf).await?))
    }

    async fn begin(
        &self,
        location: &str,
        definition: &LakeDefinition,
        mode: CreateMode,
        conf: &Options,
    ) -> Result<Arc<dyn Change>> {
        Ok(Arc::new(self.making(location, definition, mode, conf).await?))
    }

    async fn changes(
        &self,
        location: &str,
        from: At,
        to: Option<At>,
        conf: &Options,
    ) -> Result<Arc<dyn TableProvider>> {
        let table = self.table(location, At::Latest, conf).await?;
        feed::changes(&table, from, to).await
    }
}

#[async_trait]
impl Sources for Lakes {
    fn expect_format(&self, format: &str) -> Result<()> {
        match format.eq_ignore_ascii_case(FORMAT) {
            true => Ok(()),
            false => self.files.expect_format(format),
        }
    }

    fn lake(&self, format: &str) -> Option<Arc<dyn Lake>> {
        let delta = || Arc::new(Delta { files: Arc::clone(&self.files) }) as Arc<dyn Lake>;
        format.eq_ignore_ascii_case(FORMAT).then(delta)
    }

    async fn open(&self, request: &OpenRequest, session: &dyn Session) -> Result<Arc<dyn TableProvider>> {
        if !request.format.eq_ignore_ascii_case(FORMAT) {
            return self.files.open(request, session).await;
        }
        let delta = Delta { files: Arc::clone(&self.files) };
        let read = ReadOptions::new(request)?;
        if let Some((from, to)) = read.feed {
            return delta.changes(&read.location, from, to, &request.conf).await;
        }
        let table = delta.table(&read.location, read.at, &request.conf).await?;
        if table.state.full.fields.is_empty() {
            return Err(Error::analysis("DELTA_SCHEMA_NOT_SET"));
        }
        table.provider(&LakeRead::default())
    }

    async fn sink(
        &self,
        request: &WriteRequest,
        schema: SchemaRef,
        session: &dyn Session,
    ) -> Result<Option<Arc<dyn Sink>>> {
        match request.format.eq_ignore_ascii_case(FORMAT) {
            true => Err(Error::internal("Delta tables are written through their lake")),
            false => self.files.sink(request, schema, session).await,
        }
    }

    fn parser(&self, request: &OpenRequest, texts: &Texts<'_>) -> Result<Arc<ScalarUDF>> {
        self.files.parser(request, texts)
    }

    async fn remove(&self, path: &str, conf: &Options) -> Result<()> {
        self.files.remove(path, conf).await
    }
}
