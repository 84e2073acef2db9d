//! What must not stand together in a spec.

use super::build::{contains, quoted};
use super::object::wrong;
use super::read::not_with;
use super::spec::{Action, Deletes, Pattern, Spec};
use crate::{Error, Result};

impl Spec {
    /// # Errors
    /// `LOAD_SPEC` with the key that is missing or does not fit.
    pub fn check(&self) -> Result<()> {
        self.check_keys()?;
        self.check_columns()?;
        self.check_changes()?;
        self.check_expectations()?;
        match &self.pattern {
            Pattern::ApplyChanges(_) if self.sequence.is_none() => {
                Err(self.missing("sequence", "it tells which of two changes is the later one"))
            }
            Pattern::History(history)
                if history.deletes == Some(Deletes::Missing) && self.sequence.is_some() =>
            {
                let reason = "rows that are missing have no value of the sequence to end at; leave `sequence` out, or say \
                              `delete_when`";
                Err(not_with("delete_missing", "history", reason))
            }
            _ => Ok(()),
        }
    }

    fn check_keys(&self) -> Result<()> {
        if !self.keys.is_empty() {
            return Ok(());
        }
        match &self.pattern {
            Pattern::TruncateReload { .. } | Pattern::InsertOnly { batch: Some(_) } => match &self.sequence {
                Some(_) => Err(self.missing("keys", "`sequence` says which row of a key is the last")),
                None => Ok(()),
            },
            Pattern::InsertOnly { batch: None } => Err(self.missing(
                "keys",
                "without keys (or `batch`) a load that runs again would add its rows again",
            )),
            _ => Err(self.missing("keys", "they tell which row of the target a row of the source is")),
        }
    }

    fn check_columns(&self) -> Result<()> {
        if let Some(sequence) = self.sequence.as_ref().filter(|sequence| contains(&self.keys, sequence)) {
            return Err(wrong(
                "sequence",
                "no key",
                &format!("the key {}", quoted(std::slice::from_ref(sequence))),
            ));
        }
        if self.columns.is_empty() {
            return Ok(());
        }
        match self.keys.iter().chain(&self.compare).find(|name| !contains(&self.columns, name)) {
            Some(name) => {
                let expected =
                    format!("the keys and what is compared, so {} too", quoted(std::slice::from_ref(name)));
                Err(wrong("columns", &expected, &quoted(&self.columns)))
            }
            None => Ok(()),
        }
    }

    fn check_changes(&self) -> Result<()> {
        if self.changes.is_none() {
            return Ok(());
        }
        let name = self.pattern.name();
        if self.pattern.needs_whole_source() {
            return Err(not_with(
                "changed_by",
                name,
                "rows that have not changed would be taken for deleted",
            ));
        }
        if matches!(self.pattern, Pattern::InsertOnly { batch: Some(_) }) {
            return Err(not_with(
                "changed_by",
                name,
                "rows as old as the mark are read again, and only keys tell them",
            ));
        }
        Ok(())
    }

    fn check_expectations(&self) -> Result<()> {
        for (place, expectation) in self.expectations.iter().enumerate() {
            if self.expectations[..place].iter().any(|before| before.name == expectation.name) {
                return Err(wrong(
                    "name",
                    "another name for each expectation",
                    &format!("'{}' twice", expectation.name),
                ));
            }
            let removes = matches!(expectation.action, Action::Drop | Action::Quarantine);
            if removes && self.pattern.deletes() == Some(&Deletes::Missing) {
                let reason = "rows that are left out would be taken for deleted";
                return Err(not_with(expectation.action.name(), self.pattern.name(), reason));
            }
            if expectation.action == Action::Quarantine && self.quarantine.is_none() {
                return Err(self.missing("quarantine", "it is the table for rows that are put aside"));
            }
        }
        match &self.quarantine {
            Some(table) if *table == self.target => Err(wrong("quarantine", "another table", "the target")),
            _ => Ok(()),
        }
    }

    fn missing(&self, key: &str, reason: &str) -> Error {
        Error::analysis("LOAD_SPEC.MISSING_KEY").with("key", key).with("reason", reason)
    }
}
