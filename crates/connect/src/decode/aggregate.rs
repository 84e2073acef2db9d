//! `groupBy`, `rollup`, `cube`, grouping sets and pivot.

use lang::Result;
use lang::ir::{Aggregate, Expr, Grouping, Pivot, RelationKind};
use spark_connect_proto as proto;
use spark_connect_proto::aggregate::{self, GroupType};

use super::{Decoder, invalid, literal, required};

impl Decoder<'_> {
    pub(super) fn aggregate(&self, message: &proto::Aggregate) -> Result<RelationKind> {
        let expressions = self.expressions(&message.grouping_expressions)?;
        let (grouping, pivot) = match GroupType::try_from(message.group_type) {
            Ok(GroupType::Groupby) => (Grouping::By(expressions), None),
            Ok(GroupType::Rollup) => (Grouping::Rollup(expressions), None),
            Ok(GroupType::Cube) => (Grouping::Cube(expressions), None),
            Ok(GroupType::Pivot) => {
                let pivot = self.pivot(required(&message.pivot, "Aggregate.pivot")?)?;
                (Grouping::By(expressions), Some(pivot))
            }
            Ok(GroupType::GroupingSets) => {
                let set = |set: &aggregate::GroupingSets| self.expressions(&set.grouping_set);
                let sets = message.grouping_sets.iter().map(set).collect::<Result<_>>()?;
                (Grouping::Sets { expressions, sets }, None)
            }
            Ok(GroupType::Unspecified) | Err(_) => return Err(invalid("Aggregate.group_type is not set")),
        };
        Ok(RelationKind::Aggregate(Aggregate {
            input: self.input(&message.input, "Aggregate.input")?,
            grouping,
            aggregates: self.expressions(&message.aggregate_expressions)?,
            groups_in_output: true,
            having: None,
            pivot,
        }))
    }

    fn pivot(&self, pivot: &aggregate::Pivot) -> Result<Pivot> {
        let column = self.required_expression(&pivot.col, "Aggregate.Pivot.col")?;
        let values = literal::literals(&pivot.values)?;
        Ok(Pivot {
            columns: vec![column],
            values: values.into_iter().map(|value| (vec![Expr::literal(value)], None)).collect(),
        })
    }
}
