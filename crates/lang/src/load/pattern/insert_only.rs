//! `insert_only`: rows are added, none is ever changed.
//!
//! Running it again adds nothing. With keys, rows whose key the target has are left out; with a batch, all of them when the
//! target has a row of that batch, which one commit brought in together with all others. In tables that can be changed in
//! place the keys are compared by MERGE, which also sees rows that another writer commits at the same time; in others two
//! loads must not run at once.

use super::super::build::{
    SOURCE, TARGET, assign_all, binary, columns, columns_of, exists, filter, integer, join, named, not,
    project, table,
};
use super::super::job::{Clauses, Job, insert};
use super::super::spec::Batch;
use crate::ir::{Expr, JoinType, Statement};

/// `MERGE … WHEN NOT MATCHED THEN INSERT`, or `INSERT INTO target` of what is not there.
pub(super) fn compile(job: &Job<'_>, batch: Option<&Batch>) -> Statement {
    match batch {
        Some(batch) => of_batch(job, batch),
        None => of_keys(job),
    }
}

fn of_keys(job: &Job<'_>) -> Statement {
    let on = job.matching(TARGET, SOURCE);
    if job.facts.merges {
        let not_matched = vec![insert(None, assign_all(&job.columns))];
        return job.merge(job.records(), on, Clauses { not_matched, ..Clauses::default() });
    }
    let there = named(table(&job.spec.target), TARGET);
    let new = join(named(job.records(), SOURCE), there, JoinType::LeftAnti, on);
    job.insert(project(new, columns_of(SOURCE, &job.columns)))
}

fn of_batch(job: &Job<'_>, batch: &Batch) -> Statement {
    let of_batch = binary("==", Expr::column(&batch.column), Expr::string(&batch.name));
    let there = project(filter(table(&job.spec.target), of_batch), vec![integer(1)]);
    let rows = match job.spec.keys.is_empty() {
        true => job.rows(),
        false => job.records(),
    };
    let mut wanted = columns(&job.columns);
    wanted.push(Expr::string(&batch.name).alias(&batch.column));
    job.insert(project(filter(rows, not(exists(there))), wanted))
}
