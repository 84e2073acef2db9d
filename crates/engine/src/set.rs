//! SET and RESET.

use arrow::array::RecordBatch;
use lang::Result;

use crate::rows::{self, Cell, text};
use crate::session::Session;

/// What an unknown setting shows.
const UNDEFINED: &str = "<undefined>";

impl Session {
    /// `SET`, `SET -v`, `SET key`, `SET key=value`: rows of keys and values.
    pub(crate) fn set(
        &self,
        key: Option<String>,
        value: Option<String>,
        verbose: bool,
    ) -> Result<RecordBatch> {
        let pairs = match (key, value) {
            (Some(key), Some(value)) => {
                self.conf().set(&key, &value)?;
                vec![(key, value)]
            }
            (Some(key), None) => {
                let value = self.conf().get(&key).unwrap_or_else(|| UNDEFINED.to_string());
                vec![(key, value)]
            }
            (None, _) if verbose => return self.all_settings(),
            (None, _) => self.conf().all(None),
        };
        let rows = pairs.into_iter().map(|(key, value)| vec![key.into(), value.into()]).collect();
        rows::batch(vec![text("key"), text("value")], rows)
    }

    /// Meanings and versions are Spark's documentation; they are left empty here.
    fn all_settings(&self) -> Result<RecordBatch> {
        let fields = vec![text("key"), text("value"), text("meaning"), text("Since version")];
        let all = self.conf().all_with_defaults();
        let rows = all.into_iter().map(|(k, v)| vec![k.into(), v.into(), Cell::from(""), Cell::from("")]);
        rows::batch(fields, rows.collect())
    }

    /// `RESET`, `RESET key`
    pub(crate) fn reset(&self, key: Option<String>) -> Result<()> {
        match key {
            Some(key) => self.conf().reset(&key),
            None => {
                self.conf().reset_all();
                Ok(())
            }
        }
    }
}
