//! One version of one table, as the contract has it.

use std::sync::Arc;

use arrow::array::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::Expr;
use functions::datetime::zone::Zone;
use lang::ir::Options;
use lang::{Result, StructType};
use plan::lake::{Change, LakeFile, LakeRead, LakeTable, Maintenance, SchemaChange};

use crate::file::DataFile;
use crate::log::Log;
use crate::provider::Rows;
use crate::state::{Mapping, State};
use crate::write::Target;
use crate::write::change::{Matcher, TableChange, Writing};

/// One version of one table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub log: Log,
    pub state: Arc<State>,
    pub conf: Options,
    files: Arc<Vec<LakeFile>>,
    zone: Zone,
}

impl Table {
    /// # Errors
    /// Time zones that there are not.
    pub(crate) fn new(log: Log, state: State, conf: &Options) -> Result<Self> {
        let zone = conf.get("spark.sql.session.timeZone").map_or(Ok(Zone::UTC), |text| Zone::parse(text))?;
        let of_file = |file: &DataFile| LakeFile {
            path: file.path.clone(),
            bytes: file.size,
            rows: file.stored_rows().map(|rows| rows.saturating_sub(file.deleted())),
            deleted: file.deleted(),
        };
        let files = Arc::new(state.files.iter().map(of_file).collect());
        Ok(Table { log, state: Arc::new(state), conf: conf.clone(), files, zone })
    }

    pub(crate) fn rows(&self, files: Option<Vec<u32>>, located: bool) -> Rows {
        let all = || (0..self.state.files.len()).filter_map(|id| u32::try_from(id).ok()).collect();
        let ids = files.unwrap_or_else(all);
        Rows::new(self.log.clone(), Arc::clone(&self.state), ids, self.zone, located)
    }

    /// A change of the table as it is, without new columns.
    ///
    /// # Errors
    /// `DELTA_UNSUPPORTED_FEATURES_FOR_WRITE`
    pub(crate) fn begin(&self, table: TableChange) -> Result<Writing> {
        let state = &self.state;
        let (full, partition_by, mapping, properties) = match &table.metadata {
            Some(new) => (
                &new.full,
                &new.partition_by,
                mapping_of(&new.configuration),
                properties_of(&new.configuration),
            ),
            None => (&state.full, &state.partition_by, state.mapping, state.properties.clone()),
        };
        if let Some(protocol) = &table.protocol {
            protocol.expect_writable(full, &self.log.location)?;
        } else {
            state.protocol.expect_writable(full, &self.log.location)?;
        }
        let target = Target::new(full, partition_by, mapping, &properties, &self.conf)?;
        let matcher: Arc<dyn Matcher> =
            Arc::new(Statistics { table: self.clone(), session: SessionStateBuilder::new().build() });
        Ok(Writing::new(self.log.clone(), Some(Arc::clone(state)), target, table, Some(matcher)))
    }
}

pub(crate) fn mapping_of(configuration: &std::collections::BTreeMap<String, String>) -> Mapping {
    match configuration.get("delta.columnMapping.mode").map(String::as_str) {
        Some("name") => Mapping::Name,
        Some("id") => Mapping::Id,
        _ => Mapping::None,
    }
}

pub(crate) fn properties_of(configuration: &std::collections::BTreeMap<String, String>) -> Options {
    configuration.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Finds out by statistics whether a file may hold what was read.
#[derive(Debug)]
struct Statistics {
    table: Table,
    session: SessionState,
}

impl Matcher for Statistics {
    fn may_match(&self, file: &DataFile, filters: &[Expr]) -> bool {
        let state = State { files: Arc::new(vec![file.clone()]), ..self.table.state.as_ref().clone() };
        let rows = Rows::new(self.table.log.clone(), Arc::new(state), vec![0], self.table.zone, false);
        rows.matching(&self.session, filters).map_or(true, |found| !found.is_empty())
    }
}

#[async_trait]
impl LakeTable for Table {
    fn location(&self) -> &str {
        &self.log.location
    }

    fn version(&self) -> u64 {
        self.state.version
    }

    fn schema(&self) -> &StructType {
        &self.state.schema
    }

    fn partition_by(&self) -> &[String] {
        &self.state.partition_by
    }

    fn properties(&self) -> &Options {
        &self.state.properties
    }

    fn comment(&self) -> Option<&str> {
        self.state.comment.as_deref()
    }

    fn checks(&self) -> &[(String, String)] {
        &self.state.checks
    }

    fn generated(&self) -> &[(String, String)] {
        &self.state.generated
    }

    fn records_changes(&self) -> bool {
        self.state.is_set("delta.enableChangeDataFeed")
    }

    fn deletes_in_place(&self) -> bool {
        self.state.is_set("delta.enableDeletionVectors")
            && self.state.protocol.features().contains("deletionVectors")
    }

    fn files(&self) -> &[LakeFile] {
        &self.files
    }

    fn files_matching(&self, filters: &[Expr], session: &dyn Session) -> Result<Vec<u32>> {
        self.rows(None, false).matching(session, filters)
    }

    fn provider(&self, read: &LakeRead) -> Result<Arc<dyn TableProvider>> {
        Ok(Arc::new(self.rows(read.files.clone(), read.located)))
    }

    fn change(&self, schema: SchemaChange) -> Result<Arc<dyn Change>> {
        let table = crate::definition::table_change(self, schema)?;
        Ok(Arc::new(self.begin(table)?))
    }

    async fn maintain(&self, what: Maintenance, session: &dyn Session) -> Result<Option<RecordBatch>> {
        crate::maintain::maintain(self, what, session).await
    }
}
