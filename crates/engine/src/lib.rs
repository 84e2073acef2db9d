//! Runs statements: sessions, settings, catalog, cache, writes and query execution on DataFusion.
//!
//! ```text
//! ir::Statement ──► Session::execute ──► resolve (plan) ──► optimize ──► ExecutionPlan ──► Answer (stream of batches)
//!                        │                                                   │
//!                        └── catalog, settings, cache                        └── Sink::commit for writes
//! ```
//!
//! The nouns: an [`Engine`] is one server's worth of resources (memory pool, disk, sources, Python); a [`Session`] is one user's
//! settings, temporary views and artifacts; an [`Operation`] is one running statement that can be interrupted and watched; an
//! [`Answer`] is its result.
//!
//! # Guarantees
//! - Nothing runs before it is asked for; dropping an [`Answer`]'s stream or interrupting its operation stops the work.
//! - A write is visible as a whole or not at all.
//! - Memory is bounded by the pool; operators spill to disk.
//!
//! # Does not
//! Know protobuf or HTTP, resolve names itself, know any concrete connector.
//!
//! # Where to start
//! [`Session`], then [`Engine`].

mod alter_partition;
mod alter_table;
mod alter_view;
mod analyze_table;
mod artifacts;
mod cache;
mod catalog;
mod catalog_calls;
mod coalesce;
mod columns;
mod command;
mod concatenate;
mod conf;
mod create_table;
mod create_table_like;
mod create_view;
mod databases;
mod describe;
mod describe_json;
mod describe_routine;
mod edge;
mod engine;
mod environment;
mod exchange;
mod execute;
mod explain;
mod explain_tree;
mod information;
mod insert;
mod join_order;
mod lake;
mod light;
mod load;
mod local_sort;
mod made_under;
mod modify;
mod numbered;
mod observe;
mod one_input;
mod operation;
mod orders;
mod parsed;
mod partitions;
mod per_partition;
mod persist;
mod planner;
mod progress;
mod questions;
mod recursion;
mod repair;
mod reservation;
mod routines;
mod rows;
mod script;
mod session;
mod set;
mod show;
mod show_create;
mod show_json;
mod small;
mod state;
mod stoppable;
mod table_definition;
mod tables;
#[cfg(test)]
mod tests;
mod unpack;
mod views;
mod write;

pub use artifacts::Artifacts;
pub use cache::StorageLevel;
pub use conf::Conf;
pub use engine::{Engine, EngineOptions};
pub use execute::{Answer, ObservedMetrics, Rows};
pub use operation::Operation;
pub use progress::{Progress, StageProgress};
pub use session::Session;
