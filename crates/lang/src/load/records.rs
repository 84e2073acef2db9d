//! The rows that come: read, filtered by the mark and by expectations, at most one of each key.

use super::build::{
    any, binary, case, columns, contains, descending, distinct, filter, guarded, integer, is_null, is_true,
    named, not, over, project, table,
};
use super::guard::Guard;
use super::job::{GONE, Job};
use super::quality;
use super::spec::{NullKeys, Pattern};
use crate::ir::{Expr, Relation};

const RANK: &str = "__load_rank";
const NEXT: &str = "__load_next";
const COUNT: &str = "__load_count";

impl Job<'_> {
    /// The source, as far as it may have changed since the last load.
    ///
    /// The mark is the greatest value that the target has of the column, so it moves with a load's commit and not without.
    /// Rows as old as the mark are read again, for others of that instant may have come since; those without a value are
    /// read each time. Both are harmless: a pattern that takes marks does nothing twice.
    pub(super) fn read(&self) -> Relation {
        let source = self.spec.source.clone();
        let (Some(changes), Some(mark)) = (&self.spec.changes, &self.facts.mark) else { return source };
        let mark = Expr::literal(mark.clone());
        let since = match &changes.overlap {
            Some(overlap) => binary("-", mark, overlap.clone()),
            None => mark,
        };
        let column = Expr::column(&changes.column);
        filter(source, any([binary(">=", column.clone(), since), is_null(column)]))
    }

    /// Rows that are loaded, with nothing but their columns.
    pub(super) fn rows(&self) -> Relation {
        project(self.accepted(), columns(&self.columns))
    }

    /// One record a key with [`Self::columns`], the sequence, and [`GONE`] where deletes are said.
    ///
    /// Records that are the same in everything are one. Of others of a key the one with the greatest sequence is taken; two
    /// with the same, and two of a key where there is no sequence, make the load fail: to take either would be a guess.
    pub(super) fn records(&self) -> Relation {
        let records = distinct(self.tagged());
        let keys = columns(&self.spec.keys);
        let mut helpers = vec![Expr::star()];
        let mut branches = self.refused_keys();
        match &self.spec.sequence {
            Some(sequence) => {
                let order = || vec![descending(Expr::column(sequence))];
                helpers.push(over("row_number", Vec::new(), keys.clone(), order()).alias(RANK));
                helpers.push(over("lead", vec![Expr::column(sequence)], keys, order()).alias(NEXT));
                branches.push((binary(">", Expr::column(RANK), integer(1)), integer(0)));
                branches.push((is_null(Expr::column(sequence)), Guard::NullSequence.raise(self.spec)));
                let twice = binary("==", Expr::column(NEXT), Expr::column(sequence));
                branches.push((twice, Guard::SequenceTwice.raise(self.spec)));
            }
            None => {
                helpers.push(over("count", vec![integer(1)], keys, Vec::new()).alias(COUNT));
                let several = binary(">", Expr::column(COUNT), integer(1));
                branches.push((several, Guard::DuplicateKey.raise(self.spec)));
            }
        }
        project(guarded(project(records, helpers), branches), columns(&self.carried()))
    }

    /// Every record, not the last alone: one for each key and place in the sequence.
    pub(super) fn events(&self, sequence: &str) -> Relation {
        let records = distinct(self.tagged());
        let mut keys = columns(&self.spec.keys);
        keys.push(Expr::column(sequence));
        let count = over("count", vec![integer(1)], keys, Vec::new()).alias(COUNT);
        let mut branches = self.refused_keys();
        branches.push((is_null(Expr::column(sequence)), Guard::NullSequence.raise(self.spec)));
        let twice = binary(">", Expr::column(COUNT), integer(1));
        branches.push((twice, Guard::SequenceTwice.raise(self.spec)));
        let records = guarded(project(records, vec![Expr::star(), count]), branches);
        project(records, columns(&self.carried()))
    }

    /// What the patterns see of a record: its columns, the sequence, and whether it says that the row is gone.
    pub(super) fn carried(&self) -> Vec<String> {
        let mut carried = self.columns.clone();
        carried.extend(self.spec.sequence.clone().filter(|sequence| !contains(&self.columns, sequence)));
        if self.says_deletes() {
            carried.push(GONE.to_string());
        }
        carried
    }

    fn says_deletes(&self) -> bool {
        self.delete_condition().is_some() || matches!(self.spec.pattern, Pattern::ApplyChanges(_))
    }

    fn tagged(&self) -> Relation {
        let mut input = self.accepted();
        let mut wanted: Vec<String> = self.carried();
        wanted.retain(|name| name != GONE);
        let mut expressions = columns(&wanted);
        if let Some(condition) = self.delete_condition() {
            expressions.push(is_true(condition.clone()).alias(GONE));
        }
        if let Pattern::ApplyChanges(apply) = &self.spec.pattern {
            let among = |values: &[String]| {
                let mut arguments = vec![Expr::column(&apply.operation)];
                arguments.extend(values.iter().map(Expr::string));
                Expr::call("in", arguments)
            };
            if !apply.ignore.is_empty() {
                input = filter(input, not(is_true(among(&apply.ignore))));
            }
            let known = vec![(among(&apply.deletes), integer(1)), (among(&apply.upserts), integer(0))];
            let says = case(known, Guard::UnknownOperation.raise(self.spec));
            expressions.push(binary("==", says, integer(1)).alias(GONE));
        }
        project(input, expressions)
    }

    fn refused_keys(&self) -> Vec<(Expr, Expr)> {
        if self.spec.null_keys == NullKeys::Match {
            return Vec::new();
        }
        let nulls = self.spec.keys.iter().map(|key| is_null(Expr::column(key)));
        vec![(any(nulls), Guard::NullKey.raise(self.spec))]
    }

    /// The rows that no expectation drops, puts aside or fails for.
    fn accepted(&self) -> Relation {
        quality::enforced(self.read(), self.spec)
    }

    /// The latest row of each key of the target by `version`, under the name `latest`.
    pub(super) fn latest(&self, version: &str) -> Relation {
        let order = vec![descending(Expr::column(version))];
        let rank = over("row_number", Vec::new(), columns(&self.spec.keys), order).alias(RANK);
        let ranked = project(table(&self.spec.target), vec![Expr::star(), rank]);
        named(filter(ranked, binary("==", Expr::column(RANK), integer(1))), LATEST)
    }
}

/// What the latest rows of the target go by.
pub(super) const LATEST: &str = "latest";
