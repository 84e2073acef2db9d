//! DataFusion's set-up: memory, spilling, planner settings.

use std::path::Path;
use std::sync::Arc;

use datafusion::execution::SessionStateBuilder;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionState;
use datafusion::optimizer::{Optimizer, OptimizerRule};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_planner::ExtensionPlanner;
use datafusion::prelude::SessionConfig;
use functions::error::from_datafusion;
use lang::{Error, ErrorKind, Result};

use crate::concatenate::KeepPartitionOrder;
use crate::join_order::SparkSides;
use crate::per_partition::{BindToPartitions, KeepFilters, KeepLimits};
use crate::planner::Planner;
use crate::recursion::CountTogether;

/// Rows in a batch: fewer, larger ones measured faster than DataFusion's 8,192.
const BATCH_SIZE: usize = 16_384;
/// A join whose smaller side is estimated below these reads that side into one hash table for all partitions, which spares
/// the exchange of the larger side. On few cores that pays far beyond DataFusion's 1 MB.
const COLLECTED_SIDE_BYTES: usize = 64 << 20;
const COLLECTED_SIDE_ROWS: usize = 5_000_000;
/// What operators may use of the machine's memory when no limit is given.
const MEMORY_PERCENT: usize = 70;

/// What of a session's settings changes how plans are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanSettings {
    pub(crate) time_zone: String,
    pub(crate) ansi: bool,
}

/// Memory pool and spill folder.
pub(crate) fn runtime(memory_limit: Option<usize>, directory: &Path) -> Result<Arc<RuntimeEnv>> {
    let spill = directory.join("spill");
    std::fs::create_dir_all(&spill).map_err(|e| {
        Error::new(ErrorKind::Resources, "FAILED_READ_FILE.NO_HINT")
            .with("path", spill.display().to_string())
            .with("reason", e.to_string())
    })?;
    let limit = memory_limit.unwrap_or_else(default_memory_limit);
    RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(limit)))
        .with_temp_file_path(spill)
        // Folders are listed anew for each query: another program may have written into them.
        .with_object_list_cache_limit(0)
        .build_arc()
        .map_err(from_datafusion)
}

/// Rules and functions, built once for all sessions.
pub(crate) fn template(
    runtime: Arc<RuntimeEnv>,
    rules: Vec<Arc<dyn OptimizerRule + Send + Sync>>,
    python: Option<Arc<dyn ExtensionPlanner + Send + Sync>>,
) -> SessionState {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut config = SessionConfig::new()
        .with_target_partitions(cores)
        .with_batch_size(BATCH_SIZE)
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false)
        // Handing batches out in turn would mix up the rows' order, which Spark keeps through filters and projections.
        .with_round_robin_repartition(false)
        .with_collect_statistics(true);
    // Nullability in the logical and the physical plan may differ; Spark's comes from the resolver.
    config.options_mut().execution.skip_physical_aggregate_schema_check = true;
    // A partition reads its own files and no others, or rows would come in another order each time.
    config.options_mut().execution.enable_file_stream_work_stealing = false;
    config.options_mut().optimizer.hash_join_single_partition_threshold = COLLECTED_SIDE_BYTES;
    config.options_mut().optimizer.hash_join_single_partition_threshold_rows = COLLECTED_SIDE_ROWS;
    let builder = SessionStateBuilder::new_with_default_features()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_query_planner(Arc::new(Planner { python }))
        .with_optimizer_rules(logical_rules())
        .with_physical_optimizer_rules(physical_rules())
        .with_physical_optimizer_rule(Arc::new(KeepPartitionOrder))
        .with_physical_optimizer_rule(Arc::new(CountTogether));
    rules.into_iter().fold(builder, SessionStateBuilder::with_optimizer_rule).build()
}

/// DataFusion's rules, with ours around those that move filters and limits.
fn logical_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let ours: [Arc<dyn OptimizerRule + Send + Sync>; 2] =
        [Arc::new(KeepFilters::default()), Arc::new(KeepLimits::default())];
    let replace = |rule: Arc<dyn OptimizerRule + Send + Sync>| {
        ours.iter().find(|own| own.name() == rule.name()).map_or(rule, Arc::clone)
    };
    Optimizer::new().rules.into_iter().map(replace).collect()
}

/// DataFusion's rules with ours around the one that chooses the sides of joins, after the one that has to see the plan as
/// it was made.
fn physical_rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let sides: Arc<dyn PhysicalOptimizerRule + Send + Sync> = Arc::new(SparkSides::default());
    let replace = |rule: Arc<dyn PhysicalOptimizerRule + Send + Sync>| {
        if rule.name() == sides.name() { Arc::clone(&sides) } else { rule }
    };
    let mut rules: Vec<_> = PhysicalOptimizer::new().rules.into_iter().map(replace).collect();
    rules.insert(0, Arc::new(BindToPartitions));
    rules
}

/// A session's planners.
#[derive(Debug, Clone)]
pub(crate) struct Planners {
    /// As many partitions as cores.
    pub(crate) parallel: Arc<SessionState>,
    /// One partition, for little data: no exchange, and rows come in the order they went in.
    pub(crate) single: Arc<SessionState>,
}

impl Planners {
    /// The template with one session's settings.
    pub(crate) fn new(template: &SessionState, settings: &PlanSettings) -> Self {
        let mut single = template.clone();
        single.config_mut().options_mut().execution.target_partitions = 1;
        Planners {
            parallel: with_settings(template.clone(), settings),
            single: with_settings(single, settings),
        }
    }
}

fn with_settings(mut state: SessionState, settings: &PlanSettings) -> Arc<SessionState> {
    let options = state.config_mut().options_mut();
    options.execution.time_zone = Some(settings.time_zone.clone());
    options.execution.enable_ansi_mode = settings.ansi;
    // Kernels read the settings of the plan they were made in; the start time is in `functions::Context`.
    state.mark_start_execution();
    Arc::new(state)
}

/// A share of the machine's memory, or of what the control group allows.
fn default_memory_limit() -> usize {
    let machine = read_kilobytes("/proc/meminfo", "MemTotal:").unwrap_or(4 << 30);
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let group = group.and_then(|text| text.trim().parse::<usize>().ok()).unwrap_or(usize::MAX);
    machine.min(group) / 100 * MEMORY_PERCENT
}

fn read_kilobytes(path: &str, label: &str) -> Option<usize> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(label))?;
    line.split_whitespace().next()?.parse::<usize>().ok().map(|kilobytes| kilobytes * 1024)
}
