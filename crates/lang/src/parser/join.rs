//! JOIN in all its kinds, chained from left to right.

use super::Parser;
use crate::ir::{Join, JoinCondition, JoinType, Relation, RelationKind};
use crate::{Error, Result};

impl Parser<'_> {
    /// Joins, PIVOT and UNPIVOT behind a relation.
    pub(super) fn relation_extensions(&mut self, mut left: Relation) -> Result<Relation> {
        loop {
            if self.at_pivot() {
                left = self.pivots(left)?;
            } else if self.at_join() {
                left = self.join(left)?;
            } else {
                return Ok(left);
            }
        }
    }

    pub(super) fn at_join(&self) -> bool {
        let mut ahead = 0;
        while JOIN_WORDS.iter().any(|w| self.is_word_at(ahead, w)) {
            ahead += 1;
        }
        self.is_word_at(ahead, "JOIN")
    }

    pub(super) fn join(&mut self, left: Relation) -> Result<Relation> {
        let start = left.span;
        let natural = self.eat_word("NATURAL");
        let token = self.peek();
        let join_type = self.join_type()?;
        if natural && join_type == JoinType::Cross {
            let error = Error::parse("INCOMPATIBLE_JOIN_TYPES")
                .with("joinType1", "NATURAL")
                .with("joinType2", "CROSS");
            return Err(self.at_token(error, token));
        }
        self.expect_word("JOIN")?;
        let lateral = self.eat_word("LATERAL");
        let right = self.nested(|p| p.relation_primary())?;
        let condition = if natural {
            JoinCondition::Natural
        } else if self.eat_word("ON") {
            JoinCondition::On(self.expression()?)
        } else if self.is_word("USING") && self.is_symbol_at(1, "(") {
            self.position += 1;
            JoinCondition::Using(self.identifier_list()?)
        } else {
            JoinCondition::None
        };
        let join = Join { left, right, join_type, condition, lateral };
        Ok(self.above(start, RelationKind::Join(join)))
    }

    fn join_type(&mut self) -> Result<JoinType> {
        if self.eat_word("INNER") {
            return Ok(JoinType::Inner);
        }
        if self.eat_word("CROSS") {
            return Ok(JoinType::Cross);
        }
        if self.eat_word("RIGHT") {
            self.eat_word("OUTER");
            return Ok(JoinType::RightOuter);
        }
        if self.eat_word("FULL") {
            self.eat_word("OUTER");
            return Ok(JoinType::FullOuter);
        }
        let left = self.eat_word("LEFT");
        if self.eat_word("SEMI") {
            return Ok(JoinType::LeftSemi);
        }
        if self.eat_word("ANTI") {
            return Ok(JoinType::LeftAnti);
        }
        if left {
            self.eat_word("OUTER");
            return Ok(JoinType::LeftOuter);
        }
        Ok(JoinType::Inner)
    }
}

/// Words that may stand in front of JOIN; a wrong combination is found when the join is read.
const JOIN_WORDS: &[&str] = &["NATURAL", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "OUTER", "SEMI", "ANTI"];
