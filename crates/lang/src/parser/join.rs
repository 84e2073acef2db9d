//! JOIN in all its kinds, chained from left to right.

use super::Parser;
use crate::ir::{Join, JoinCondition, JoinType, NearestBy, Relation, RelationKind};
use crate::lexer::{Token, TokenKind};
use crate::{Error, Result};

impl Parser<'_> {
    /// Joins, PIVOT and UNPIVOT behind a relation.
    pub(super) fn relation_extensions(&mut self, mut left: Relation) -> Result<Relation> {
        let mut length = 0;
        loop {
            self.link(&mut length)?;
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
        let asof = self.is_word_at(ahead, "ASOF") && self.is_word_at(ahead + 1, "JOIN");
        self.is_word_at(ahead, "JOIN") || asof
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
        if self.is_word("ASOF") && self.is_word_at(1, "JOIN") {
            return self.as_of_join(token);
        }
        self.expect_word("JOIN")?;
        let lateral = self.eat_word("LATERAL");
        let right_token = self.peek();
        let right = self.nested(|p| p.relation_primary())?;
        if lateral {
            self.check_lateral(&right, right_token)?;
            self.check_lateral_join(natural, join_type, token)?;
        }
        if self.at_nearest() {
            return self.nearest(left, right, join_type, token);
        }
        let condition = if natural {
            JoinCondition::Natural
        } else if self.eat_word("ON") {
            JoinCondition::On(self.expression()?)
        } else if self.is_word("USING") && self.is_symbol_at(1, "(") {
            self.position += 1;
            if lateral {
                return Err(self.at_token(Error::parse("UNSUPPORTED_FEATURE.LATERAL_JOIN_USING"), token));
            }
            JoinCondition::Using(self.identifier_list()?)
        } else {
            JoinCondition::None
        };
        let join = Join { left, right, join_type, condition, lateral };
        Ok(self.above(start, RelationKind::Join(join)))
    }

    /// `ASOF JOIN r MATCH_CONDITION (…) [ON … | USING (…)]`, which Spark leaves switched off.
    fn as_of_join(&mut self, token: Token) -> Result<Relation> {
        self.position += 2;
        self.nested(|p| p.relation_primary())?;
        self.expect_word("MATCH_CONDITION")?;
        self.expect("(")?;
        self.expression()?;
        self.expect(")")?;
        if self.eat_word("ON") {
            self.expression()?;
        } else if self.is_word("USING") && self.is_symbol_at(1, "(") {
            self.position += 1;
            self.identifier_list()?;
        }
        let error = Error::parse("UNSUPPORTED_FEATURE.ASOF_JOIN")
            .with("config", "\"spark.sql.join.asofJoin.enabled\"");
        Err(self.at_token(error, token))
    }

    fn check_lateral_join(&self, natural: bool, join_type: JoinType, token: Token) -> Result<()> {
        let error = match (natural, join_type) {
            (true, _) => Error::parse("INCOMPATIBLE_JOIN_TYPES")
                .with("joinType1", "LATERAL")
                .with("joinType2", "NATURAL"),
            (_, JoinType::Inner | JoinType::Cross | JoinType::LeftOuter) => return Ok(()),
            (_, other) => Error::parse("INVALID_LATERAL_JOIN_TYPE").with("joinType", sql_name(other)),
        };
        Err(self.at_token(error, token))
    }

    fn at_nearest(&self) -> bool {
        self.is_any_word(&["APPROX", "EXACT"]) && self.is_word_at(1, "NEAREST")
    }

    /// `APPROX | EXACT NEAREST [n] BY DISTANCE | SIMILARITY expression`
    fn nearest(
        &mut self,
        left: Relation,
        right: Relation,
        join_type: JoinType,
        token: Token,
    ) -> Result<Relation> {
        let start = left.span;
        self.position += 2;
        let results = match self.peek().kind {
            TokenKind::Number(_) => self.integer_value()?,
            _ => 1,
        };
        self.expect_word("BY")?;
        let by_similarity = self.is_word("SIMILARITY");
        if !self.eat_any_word(&["DISTANCE", "SIMILARITY"]) {
            return Err(self.unexpected());
        }
        let ranking = self.expression()?;
        if !matches!(join_type, JoinType::Inner | JoinType::LeftOuter) {
            let error = Error::parse("NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE")
                .with("joinType", sql_name(join_type))
                .with("supported", "'INNER', 'LEFT OUTER'");
            return Err(self.at_token(error, token));
        }
        let count = usize::try_from(results).unwrap_or(0);
        if !(1..=NearestBy::MOST_RESULTS).contains(&count) {
            let error = Error::parse("NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE")
                .with("numResults", results.to_string())
                .with("min", "1")
                .with("max", NearestBy::MOST_RESULTS.to_string());
            return Err(self.at_token(error, token));
        }
        let join = NearestBy { left, right, join_type, ranking, results: count, by_similarity };
        Ok(self.above(start, RelationKind::NearestBy(Box::new(join))))
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

/// The words of a join type in messages.
fn sql_name(join_type: JoinType) -> &'static str {
    match join_type {
        JoinType::Inner => "INNER",
        JoinType::Cross => "CROSS",
        JoinType::LeftOuter => "LEFT OUTER",
        JoinType::RightOuter => "RIGHT OUTER",
        JoinType::FullOuter => "FULL OUTER",
        JoinType::LeftSemi => "LEFT SEMI",
        JoinType::LeftAnti => "LEFT ANTI",
    }
}

/// Words that may stand in front of JOIN; a wrong combination is found when the join is read.
const JOIN_WORDS: &[&str] = &["NATURAL", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "OUTER", "SEMI", "ANTI"];
