//! `df.mergeInto`.

use lang::ir::{Assignment, ExprKind, Merge, MergeAction, MergeClause, Options, Statement, Target};
use lang::{Error, Result, RuntimeClass};
use spark_connect_proto as proto;
use spark_connect_proto::expression::ExprType;
use spark_connect_proto::merge_action::{self, ActionType};

use super::{Decoder, invalid, required};

impl Decoder<'_> {
    /// # Errors
    /// `NO_MERGE_ACTION_SPECIFIED`
    pub(super) fn merge(&self, message: &proto::MergeIntoTableCommand) -> Result<Statement> {
        let merge = Merge {
            target: Target {
                name: lang::parse_identifier(&message.target_table_name)?,
                alias: None,
                columns: Vec::new(),
                options: Options::new(),
                definitions: Vec::new(),
            },
            source: self
                .relation(required(&message.source_table_plan, "MergeIntoTableCommand.source_table_plan")?)?,
            condition: self
                .required_expression(&message.merge_condition, "MergeIntoTableCommand.merge_condition")?,
            matched: self.merge_clauses(&message.match_actions)?,
            not_matched: self.merge_clauses(&message.not_matched_actions)?,
            not_matched_by_source: self.merge_clauses(&message.not_matched_by_source_actions)?,
            schema_evolution: message.with_schema_evolution,
        };
        let clauses = merge.matched.len() + merge.not_matched.len() + merge.not_matched_by_source.len();
        match clauses {
            0 => Err(Error::runtime(RuntimeClass::Other, "NO_MERGE_ACTION_SPECIFIED")),
            _ => Ok(Statement::Merge(Box::new(merge))),
        }
    }

    fn merge_clauses(&self, messages: &[proto::Expression]) -> Result<Vec<MergeClause>> {
        messages.iter().map(|message| self.merge_clause(message)).collect()
    }

    fn merge_clause(&self, message: &proto::Expression) -> Result<MergeClause> {
        let Some(ExprType::MergeAction(action)) = &message.expr_type else {
            return Err(invalid("the clauses of MergeIntoTableCommand must be MergeAction"));
        };
        let condition = action.condition.as_ref().map(|condition| self.expression(condition)).transpose()?;
        let assignments = || -> Result<Vec<Assignment>> {
            action.assignments.iter().map(|assignment| self.assignment(assignment)).collect()
        };
        let action = match ActionType::try_from(action.action_type) {
            Ok(ActionType::Delete) => MergeAction::Delete,
            Ok(ActionType::Insert) => MergeAction::Insert(assignments()?),
            Ok(ActionType::InsertStar) => MergeAction::InsertAll,
            Ok(ActionType::Update) => MergeAction::Update(assignments()?),
            Ok(ActionType::UpdateStar) => MergeAction::UpdateAll,
            Ok(ActionType::Invalid) | Err(_) => return Err(invalid("MergeAction.action_type is not set")),
        };
        Ok(MergeClause { condition, action })
    }

    fn assignment(&self, message: &merge_action::Assignment) -> Result<Assignment> {
        let key = self.required_expression(&message.key, "MergeAction.Assignment.key")?;
        let ExprKind::Attribute { name, .. } = key.kind else {
            return Err(invalid("MergeAction.Assignment.key must be a column"));
        };
        let value = self.required_expression(&message.value, "MergeAction.Assignment.value")?;
        Ok(Assignment { column: name, value })
    }
}
