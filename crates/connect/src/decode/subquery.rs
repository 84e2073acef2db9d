//! Subquery expressions and the relations they name by plan id.

use lang::ir::{CommonTable, Expr, ExprKind, Relation, RelationKind, Subquery};
use lang::{Error, Result};
use spark_connect_proto as proto;
use spark_connect_proto::relation::RelType;
use spark_connect_proto::subquery_expression::SubqueryType;

use super::{Decoder, invalid, missing};

impl Decoder<'_> {
    /// Relations with an alias are visible in the root by name, the others by plan id.
    pub(super) fn with_relations(&self, message: &proto::WithRelations) -> Result<RelationKind> {
        let definitions = self.references(&message.references)?;
        let root = message.root.as_ref().ok_or_else(|| missing("WithRelations.root"))?;
        let input = self.relation(root)?;
        Ok(match definitions.is_empty() {
            true => *input.kind,
            false => RelationKind::With { input, definitions, recursive: false },
        })
    }

    /// Remembers the plan ids of `messages`; answers those that are known by name instead.
    pub(super) fn references(&self, messages: &[proto::Relation]) -> Result<Vec<CommonTable>> {
        let mut definitions = Vec::new();
        for message in messages {
            if let Some(RelType::SubqueryAlias(alias)) = &message.rel_type {
                let relation = self.input(&alias.input, "SubqueryAlias.input")?;
                let (name, columns) = (alias.alias.clone(), Vec::new());
                definitions.push(CommonTable { name, columns, max_levels: None, relation });
                continue;
            }
            let relation = self.relation(message)?;
            let plan_id =
                relation.plan_id.ok_or_else(|| missing("the plan id of a reference in WithRelations"))?;
            self.references.borrow_mut().insert(plan_id, relation);
        }
        Ok(definitions)
    }

    pub(super) fn subquery(&self, message: &proto::SubqueryExpression) -> Result<Expr> {
        let relation = self.referenced(message.plan_id)?;
        let subquery = match SubqueryType::try_from(message.subquery_type) {
            Ok(SubqueryType::Scalar) => Subquery::Scalar(relation),
            Ok(SubqueryType::Exists) => Subquery::Exists { relation },
            Ok(SubqueryType::In) => {
                Subquery::In { values: self.expressions(&message.in_subquery_values)?, relation }
            }
            Ok(SubqueryType::TableArg) => self.table_argument(relation, message)?,
            Ok(SubqueryType::Unknown) | Err(_) => {
                return Err(Error::unsupported(format!("subquery type {}", message.subquery_type)));
            }
        };
        Ok(ExprKind::Subquery(Box::new(subquery)).into())
    }

    fn table_argument(&self, relation: Relation, message: &proto::SubqueryExpression) -> Result<Subquery> {
        let Some(options) = &message.table_arg_options else {
            return Ok(Subquery::Table {
                relation,
                partition_by: Vec::new(),
                order_by: Vec::new(),
                single_partition: false,
            });
        };
        Ok(Subquery::Table {
            relation,
            partition_by: self.expressions(&options.partition_spec)?,
            order_by: self.sort_orders(&options.order_spec)?,
            single_partition: options.with_single_partition.unwrap_or(false),
        })
    }

    fn referenced(&self, plan_id: i64) -> Result<Relation> {
        let found = self.references.borrow().get(&plan_id).cloned();
        found.ok_or_else(|| invalid(format!("no relation with plan id {plan_id} came with the plan")))
    }
}
