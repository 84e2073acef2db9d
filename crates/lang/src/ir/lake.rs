//! Commands on tables that keep a log of their versions.

use super::{Expr, TimeTravel};

/// What is done with such a table beside reading and changing its rows.
#[derive(Debug, Clone, PartialEq)]
pub enum LakeCommand {
    /// `DESCRIBE HISTORY t [LIMIT n]`
    History { limit: Option<usize> },
    /// `DESCRIBE DETAIL t`
    Detail,
    /// `VACUUM t [RETAIN n HOURS] [DRY RUN]`
    Vacuum { retain_hours: Option<f64>, dry_run: bool },
    /// `OPTIMIZE t [WHERE condition] [ZORDER BY (a, b)]`
    Optimize { condition: Option<Expr>, zorder: Vec<Vec<String>> },
    /// `RESTORE TABLE t TO VERSION AS OF n`
    Restore(TimeTravel),
    /// `CONVERT TO DELTA t [NO STATISTICS] [PARTITIONED BY (a INT)]`
    Convert,
    /// `GENERATE symlink_format_manifest FOR TABLE t`
    Generate { mode: String },
}

impl LakeCommand {
    /// The words the command is known by.
    pub fn title(&self) -> &'static str {
        match self {
            LakeCommand::History { .. } => "DESCRIBE HISTORY",
            LakeCommand::Detail => "DESCRIBE DETAIL",
            LakeCommand::Vacuum { .. } => "VACUUM",
            LakeCommand::Optimize { .. } => "OPTIMIZE",
            LakeCommand::Restore(_) => "RESTORE",
            LakeCommand::Convert => "CONVERT TO DELTA",
            LakeCommand::Generate { .. } => "GENERATE",
        }
    }
}
