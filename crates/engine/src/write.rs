//! Writes: every partition at once, then one commit.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlanProperties;
use functions::error::from_datafusion;
use futures::future::BoxFuture;
use lang::ir::{Options, WritePath};
use lang::{DataType, Error, ErrorKind, Result};
use plan::contract::{CommitMessage, Sink, WriteRequest};
use tokio::task::JoinSet;

use crate::edge::Edge;
use crate::environment::{Analyzed, lower_keys};
use crate::execute::interruptible;
use crate::lake::{LakeTarget, Save};
use crate::operation::Operation;
use crate::session::Session;
use crate::table_definition::check_unique;

/// Formats that write nowhere a path could name.
const WITHOUT_PATH: &[&str] = &["noop", "jdbc", "console", "kafka"];

/// What a commit made visible.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written {
    /// The relative folders of its files; partitions have one each.
    pub(crate) folders: BTreeSet<String>,
}

/// What is done with what a commit made visible.
pub(crate) type Then = Box<dyn FnOnce(Written) -> BoxFuture<'static, Result<()>> + Send>;

impl Written {
    fn new(messages: &[CommitMessage]) -> Self {
        let files = messages.iter().flat_map(|message| &message.files);
        let folders =
            files.filter_map(|file| file.target.rsplit_once('/').map(|(folder, _)| folder.to_string()));
        Written { folders: folders.collect() }
    }
}

impl Session {
    /// `df.write…save(path)`
    pub(crate) async fn write_path(
        self: &Arc<Self>,
        write: WritePath,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        if write.bucket_by.is_some() {
            return Err(Error::analysis("_LEGACY_ERROR_TEMP_1312").with("operation", "save"));
        }
        if !write.sort_by.is_empty() {
            return Err(Error::analysis("SORT_BY_WITHOUT_BUCKETING"));
        }
        let default =
            || self.conf().get("spark.sql.sources.default").unwrap_or_else(|| "parquet".to_string());
        let format = write.format.unwrap_or_else(default).to_lowercase();
        let mut options = lower_keys(&write.options);
        let path = write.path.or_else(|| options.remove("path")).unwrap_or_default();
        if path.is_empty() && !WITHOUT_PATH.contains(&format.as_str()) {
            return Err(Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
                .with("message", "'path' is not specified"));
        }
        if let Some(lake) = self.lake(&format) {
            let target = LakeTarget { lake, name: vec![format, path.clone()], location: path, entry: None };
            let save = Save { input: &write.input, mode: write.mode, partition_by: &write.partition_by };
            return self.save_lake(save, target, &options, operation).await;
        }
        let dynamic_overwrite = self.overwrites_dynamically(&options)?;
        let analyzed = self.analyze(&write.input, operation).await?;
        let request = WriteRequest {
            format,
            path,
            mode: write.mode,
            partition_by: partition_columns(&analyzed, &write.partition_by)?,
            options,
            conf: self.source_conf(),
            dynamic_overwrite,
        };
        self.write(analyzed, request, operation, None).await
    }

    /// Whether only partitions that get rows are replaced: what the option says, in lower case, or else the setting.
    ///
    /// # Errors
    /// `ILLEGAL_ARGUMENT` for other values than `static` and `dynamic`.
    pub(crate) fn overwrites_dynamically(&self, options: &Options) -> Result<bool> {
        let said = options.get("partitionoverwritemode").cloned().or_else(|| self.overwrite_mode());
        let Some(mode) = said else { return Ok(false) };
        match mode.to_lowercase().as_str() {
            "dynamic" => Ok(true),
            "static" => Ok(false),
            _ => Err(Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
                .with("message", format!("partitionOverwriteMode is STATIC or DYNAMIC, not {mode}"))),
        }
    }

    pub(crate) fn overwrite_mode(&self) -> Option<String> {
        self.conf().get("spark.sql.sources.partitionOverwriteMode")
    }

    /// Runs a relation into a sink. Its rows are visible when this returns, and not at all if it fails; `then` is what has
    /// to be done with them, in one go with the commit.
    pub(crate) async fn write(
        self: &Arc<Self>,
        analyzed: Analyzed,
        request: WriteRequest,
        operation: &Arc<Operation>,
        then: Option<Then>,
    ) -> Result<()> {
        let edge = Edge::new(&analyzed.resolved);
        check_unique(&edge.schema)?;
        let planner = self.planner();
        let sources = &self.engine().sources;
        let opening = sources.sink(&request, Arc::clone(&edge.arrow_schema), planner.as_ref());
        let Some(sink) = operation.unless_interrupted(opening).await? else { return Ok(()) };
        self.write_into(analyzed, sink, &request.path, operation, then).await
    }

    /// Runs a relation into a sink that is open; what is cached of `path` is not true any more then.
    pub(crate) async fn write_into(
        self: &Arc<Self>,
        analyzed: Analyzed,
        sink: Arc<dyn Sink>,
        path: &str,
        operation: &Arc<Operation>,
        then: Option<Then>,
    ) -> Result<()> {
        let edge = Edge::new(&analyzed.resolved);
        let unfinished = Unfinished { sink: Some(Arc::clone(&sink)) };
        match self.write_partitions(analyzed, &edge, &sink, operation).await {
            Ok(messages) => {
                unfinished.finish();
                let written = Written::new(&messages);
                // A task of its own: once begun, a commit is not dropped halfway with the request.
                let committing = tokio::spawn(async move {
                    sink.commit(messages).await?;
                    match then {
                        Some(then) => then(written).await,
                        None => Ok(()),
                    }
                });
                let done = committing.await;
                self.cache.invalidate(path);
                done.map_err(|e| Error::internal(format!("the commit failed: {e}")))?
            }
            Err(error) => {
                unfinished.finish();
                sink.abort().await;
                Err(error)
            }
        }
    }

    /// All partitions at once; the first error ends the others.
    async fn write_partitions(
        self: &Arc<Self>,
        analyzed: Analyzed,
        edge: &Edge,
        sink: &Arc<dyn Sink>,
        operation: &Arc<Operation>,
    ) -> Result<Vec<CommitMessage>> {
        let plan = edge.project(analyzed.resolved.plan)?;
        let physical = self.physical(plan, &analyzed.opened, operation).await?;
        let context = self.task_context();
        let mut tasks = JoinSet::new();
        let partitions = physical.output_partitioning().partition_count();
        for partition in 0..partitions {
            let input = physical.execute(partition, Arc::clone(&context)).map_err(from_datafusion)?;
            let input = edge.stream(interruptible(input, operation));
            let sink = Arc::clone(sink);
            tasks.spawn(async move { Ok::<_, Error>((partition, sink.write(partition, input).await?)) });
        }
        let mut messages = vec![CommitMessage::default(); partitions];
        while let Some(done) = tasks.join_next().await {
            match done.unwrap_or_else(|e| Err(Error::internal(format!("a write failed: {e}")))) {
                Ok((partition, message)) => messages[partition] = message,
                Err(error) => {
                    // Nobody writes any more when what was written is cleaned up.
                    tasks.shutdown().await;
                    return Err(error);
                }
            }
        }
        Ok(messages)
    }
}

/// Aborts the sink when the write is dropped on its way.
struct Unfinished {
    sink: Option<Arc<dyn Sink>>,
}

impl Unfinished {
    fn finish(mut self) {
        self.sink = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(sink) = self.sink.take()
            && let Ok(handle) = tokio::runtime::Handle::try_current()
        {
            handle.spawn(async move { sink.abort().await });
        }
    }
}

/// The partition columns as the data spells them.
fn partition_columns(analyzed: &Analyzed, names: &[String]) -> Result<Vec<String>> {
    let columns = &analyzed.resolved.columns;
    let find = |name: &String| {
        let found = columns.iter().find(|column| column.name().eq_ignore_ascii_case(name));
        found.map(|column| column.name().to_string()).ok_or_else(|| {
            Error::analysis("_LEGACY_ERROR_TEMP_1155")
                .with("col", name)
                .with("schemaCatalog", DataType::Struct(Edge::new(&analyzed.resolved).schema).simple_string())
        })
    };
    let found = names.iter().map(find).collect::<Result<Vec<_>>>()?;
    if !found.is_empty() && found.len() >= columns.len() {
        return Err(Error::analysis("ALL_PARTITION_COLUMNS_NOT_ALLOWED"));
    }
    Ok(found)
}
