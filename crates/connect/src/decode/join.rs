//! Relations with two inputs: joins and set operations.

use lang::ir::{AsOfJoin, Join, JoinCondition, JoinType, NearestBy, RelationKind, SetOperation, SetOperator};
use lang::{Error, Result};
use spark_connect_proto as proto;
use spark_connect_proto::join::JoinType as Type;
use spark_connect_proto::set_operation::SetOpType;

use super::{Decoder, invalid};

impl Decoder<'_> {
    pub(super) fn join(&self, join: &proto::Join) -> Result<RelationKind> {
        if join.join_data_type.is_some() {
            return Err(Error::unsupported("joinWith"));
        }
        if join.join_condition.is_some() && !join.using_columns.is_empty() {
            return Err(invalid("a join has either a condition or USING columns"));
        }
        let condition = match &join.join_condition {
            Some(condition) => JoinCondition::On(self.expression(condition)?),
            None if !join.using_columns.is_empty() => JoinCondition::Using(join.using_columns.clone()),
            None => JoinCondition::None,
        };
        Ok(RelationKind::Join(Join {
            left: self.input(&join.left, "Join.left")?,
            right: self.input(&join.right, "Join.right")?,
            join_type: join_type(join.join_type)?,
            condition,
            lateral: false,
        }))
    }

    pub(super) fn lateral_join(&self, join: &proto::LateralJoin) -> Result<RelationKind> {
        let condition = match &join.join_condition {
            Some(condition) => JoinCondition::On(self.expression(condition)?),
            None => JoinCondition::None,
        };
        Ok(RelationKind::Join(Join {
            left: self.input(&join.left, "LateralJoin.left")?,
            right: self.input(&join.right, "LateralJoin.right")?,
            join_type: join_type(join.join_type)?,
            condition,
            lateral: true,
        }))
    }

    pub(super) fn as_of_join(&self, join: &proto::AsOfJoin) -> Result<RelationKind> {
        let optional =
            |message: &Option<proto::Expression>| message.as_ref().map(|m| self.expression(m)).transpose();
        Ok(RelationKind::AsOfJoin(Box::new(AsOfJoin {
            left: self.input(&join.left, "AsOfJoin.left")?,
            right: self.input(&join.right, "AsOfJoin.right")?,
            left_as_of: self.required_expression(&join.left_as_of, "AsOfJoin.left_as_of")?,
            right_as_of: self.required_expression(&join.right_as_of, "AsOfJoin.right_as_of")?,
            condition: optional(&join.join_expr)?,
            using: join.using_columns.clone(),
            join_type: as_of_type(&join.join_type)?,
            tolerance: optional(&join.tolerance)?,
            allow_exact_matches: join.allow_exact_matches,
            direction: join.direction.to_lowercase(),
        })))
    }

    pub(super) fn nearest_by_join(&self, join: &proto::NearestByJoin) -> Result<RelationKind> {
        let join_type = match join.join_type.to_lowercase().replace('_', "").as_str() {
            "inner" => JoinType::Inner,
            "left" | "leftouter" => JoinType::LeftOuter,
            _ => {
                return Err(Error::analysis("NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE")
                    .with("joinType", &join.join_type)
                    .with("supported", "'INNER', 'LEFT OUTER'"));
            }
        };
        // The nearest rows are found either way.
        if !matches!(join.mode.to_lowercase().as_str(), "approx" | "exact") {
            return Err(Error::analysis("NEAREST_BY_JOIN.UNSUPPORTED_MODE")
                .with("mode", &join.mode)
                .with("supported", "'approx', 'exact'"));
        }
        let by_similarity = match join.direction.to_lowercase().as_str() {
            "similarity" => true,
            "distance" => false,
            _ => {
                return Err(Error::analysis("NEAREST_BY_JOIN.UNSUPPORTED_DIRECTION")
                    .with("direction", &join.direction)
                    .with("supported", "'distance', 'similarity'"));
            }
        };
        let results = usize::try_from(join.num_results).unwrap_or(0);
        if !(1..=NearestBy::MOST_RESULTS).contains(&results) {
            return Err(Error::analysis("NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE")
                .with("numResults", join.num_results.to_string())
                .with("min", "1")
                .with("max", NearestBy::MOST_RESULTS.to_string()));
        }
        Ok(RelationKind::NearestBy(Box::new(NearestBy {
            left: self.input(&join.left, "NearestByJoin.left")?,
            right: self.input(&join.right, "NearestByJoin.right")?,
            join_type,
            ranking: self
                .required_expression(&join.ranking_expression, "NearestByJoin.ranking_expression")?,
            results,
            by_similarity,
        })))
    }

    pub(super) fn set_operation(&self, operation: &proto::SetOperation) -> Result<RelationKind> {
        let operator = match SetOpType::try_from(operation.set_op_type) {
            Ok(SetOpType::Union) => SetOperator::Union,
            Ok(SetOpType::Intersect) => SetOperator::Intersect,
            Ok(SetOpType::Except) => SetOperator::Except,
            Ok(SetOpType::Unspecified) | Err(_) => {
                return Err(invalid("SetOperation.set_op_type is not set"));
            }
        };
        Ok(RelationKind::SetOperation(SetOperation {
            left: self.input(&operation.left_input, "SetOperation.left_input")?,
            right: self.input(&operation.right_input, "SetOperation.right_input")?,
            operator,
            all: operation.is_all.unwrap_or(false),
            by_name: operation.by_name.unwrap_or(false),
            allow_missing_columns: operation.allow_missing_columns.unwrap_or(false),
        }))
    }
}

fn join_type(value: i32) -> Result<JoinType> {
    Ok(match Type::try_from(value) {
        Ok(Type::Inner) => JoinType::Inner,
        Ok(Type::FullOuter) => JoinType::FullOuter,
        Ok(Type::LeftOuter) => JoinType::LeftOuter,
        Ok(Type::RightOuter) => JoinType::RightOuter,
        Ok(Type::LeftAnti) => JoinType::LeftAnti,
        Ok(Type::LeftSemi) => JoinType::LeftSemi,
        Ok(Type::Cross) => JoinType::Cross,
        Ok(Type::Unspecified) | Err(_) => return Err(invalid(format!("unknown join type {value}"))),
    })
}

fn as_of_type(name: &str) -> Result<JoinType> {
    match name.to_lowercase().replace('_', "").as_str() {
        "inner" => Ok(JoinType::Inner),
        "left" | "leftouter" => Ok(JoinType::LeftOuter),
        _ => Err(invalid(format!("unknown as-of join type `{name}`"))),
    }
}
