//! What ANALYZE TABLE found.

/// The size of a table or a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Statistics {
    pub(crate) bytes: u64,
    /// Unknown when nothing was scanned.
    pub(crate) rows: Option<u64>,
}

impl Statistics {
    /// `1408 bytes, 1 rows`
    pub(crate) fn text(&self) -> String {
        match self.rows {
            Some(rows) => format!("{} bytes, {rows} rows", self.bytes),
            None => format!("{} bytes", self.bytes),
        }
    }
}

/// One column, as texts in the order DESCRIBE shows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ColumnStatistics {
    pub(crate) min: Option<String>,
    pub(crate) max: Option<String>,
    pub(crate) nulls: u64,
    pub(crate) distinct: u64,
    pub(crate) average_length: u64,
    pub(crate) longest: u64,
}
