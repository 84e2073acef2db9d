//! Orders that a DataFrame stands for: they are carried out once, though the client sends them whenever it asks the DataFrame.

use std::collections::VecDeque;

use lang::ir::Statement;
use parking_lot::Mutex;

/// As many as Spark remembers.
const REMEMBERED: usize = 16;

/// The latest orders of a session, by the client's ids of their DataFrames.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    latest: Mutex<VecDeque<(i64, Statement)>>,
}

impl Orders {
    pub(crate) fn has_run(&self, plan_id: i64, statement: &Statement) -> bool {
        self.latest.lock().iter().any(|(id, known)| *id == plan_id && known == statement)
    }

    pub(crate) fn ran(&self, plan_id: i64, statement: &Statement) {
        let mut latest = self.latest.lock();
        latest.push_back((plan_id, statement.clone()));
        if latest.len() > REMEMBERED {
            latest.pop_front();
        }
    }
}
