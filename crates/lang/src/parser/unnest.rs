//! `UNNEST(a, b) WITH ORDINALITY`: the elements of arrays as rows.

use super::Parser;
use crate::ir::{Relation, RelationKind};
use crate::{Result, Span};

impl Parser<'_> {
    pub(super) fn unnest(&mut self, start: Span) -> Result<Relation> {
        self.position += 1;
        let arrays = self.parenthesized_list(|p| p.expression())?;
        let ordinality = self.eat_words(&["WITH", "ORDINALITY"]);
        let relation = self.above(start, RelationKind::Unnest { arrays, ordinality });
        self.table_alias(relation, start)
    }
}
