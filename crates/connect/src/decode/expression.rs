//! Expressions: one small function for each kind of message.

use std::sync::Arc;

use lang::ir::{CastMode, Expr, ExprKind, Function, SortOrder};
use lang::{Error, Result, Source};
use spark_connect_proto as proto;
use spark_connect_proto::expression::cast::{CastToType, EvalMode};
use spark_connect_proto::expression::sort_order::{NullOrdering, SortDirection};
use spark_connect_proto::expression::{self, ExprType};

use super::window::row_number_from_zero;
use super::{Decoder, attribute_name, data_type, invalid, literal, missing, required};

/// The rows' numbers from 0 on, in their order: what `zipWithIndex` and the index of pandas' frames are made of.
const SEQUENCE: &str = "distributed_sequence_id";

impl Decoder<'_> {
    pub(super) fn expressions(&self, messages: &[proto::Expression]) -> Result<Vec<Expr>> {
        messages.iter().map(|message| self.expression(message)).collect()
    }

    /// A required expression field.
    pub(super) fn required_expression(
        &self,
        message: &Option<proto::Expression>,
        field: &str,
    ) -> Result<Expr> {
        self.expression(required(message, field)?)
    }

    fn boxed(&self, message: &Option<Box<proto::Expression>>, field: &str) -> Result<Expr> {
        self.expression(message.as_ref().ok_or_else(|| missing(field))?)
    }

    pub(super) fn expression(&self, message: &proto::Expression) -> Result<Expr> {
        let mut expr =
            self.nested(|| self.expression_kind(required(&message.expr_type, "Expression.expr_type")?))?;
        if expr.source.is_none() {
            expr.source = call_site(message);
        }
        Ok(expr)
    }

    fn expression_kind(&self, kind: &ExprType) -> Result<Expr> {
        match kind {
            ExprType::Literal(message) => Ok(Expr::literal(literal::literal(message)?)),
            ExprType::UnresolvedAttribute(attribute) => self.attribute(attribute),
            ExprType::UnresolvedFunction(call) => self.function(call),
            ExprType::ExpressionString(text) => {
                lang::parse_expression_in(&text.expression, &self.uploads.parse_context())
            }
            ExprType::UnresolvedStar(star) => star_expression(star),
            ExprType::Alias(alias) => self.alias(alias),
            ExprType::Cast(cast) => self.cast(cast),
            ExprType::UnresolvedRegex(regex) => regex_expression(regex),
            ExprType::SortOrder(order) => Ok(ExprKind::SortOrder(Box::new(self.sort_order(order)?)).into()),
            ExprType::LambdaFunction(lambda) => self.lambda(lambda),
            ExprType::Window(window) => self.window(window),
            ExprType::UnresolvedExtractValue(extract) => self.extract(extract),
            ExprType::UpdateFields(update) => self.update_field(update),
            ExprType::UnresolvedNamedLambdaVariable(variable) => {
                Ok(ExprKind::LambdaVariable(variable.name_parts.join(".")).into())
            }
            ExprType::CommonInlineUserDefinedFunction(udf) => self.user_function(udf),
            ExprType::CallFunction(call) => self.call_by_name(&call.function_name, &call.arguments),
            ExprType::NamedArgumentExpression(argument) => self.named_argument(argument),
            ExprType::SubqueryExpression(subquery) => self.subquery(subquery),
            ExprType::MergeAction(_) => Err(Error::unsupported("MERGE INTO")),
            ExprType::TypedAggregateExpression(_) => Err(Error::unsupported("typed Scala aggregates")),
            ExprType::DirectShufflePartitionId(_) => Err(Error::unsupported("repartitionById")),
            ExprType::Extension(any) => {
                Err(Error::unsupported(format!("expression extension {}", any.type_url)))
            }
        }
    }

    fn attribute(&self, attribute: &expression::UnresolvedAttribute) -> Result<Expr> {
        Ok(ExprKind::Attribute {
            name: attribute_name::parse(&attribute.unparsed_identifier)?,
            plan_id: attribute.plan_id,
            is_metadata: attribute.is_metadata_column.unwrap_or(false),
        }
        .into())
    }

    fn function(&self, call: &expression::UnresolvedFunction) -> Result<Expr> {
        if call.function_name == SEQUENCE && !call.is_user_defined_function {
            return Ok(row_number_from_zero());
        }
        let mut function = Function::new(call.function_name.clone(), self.expressions(&call.arguments)?);
        if call.is_user_defined_function {
            function.name = lang::parse_identifier(&call.function_name)?;
        }
        function.distinct = call.is_distinct;
        function.is_internal = call.is_internal.unwrap_or(false);
        Ok(ExprKind::Function(Box::new(function)).into())
    }

    /// `call_function`: the name may be qualified.
    fn call_by_name(&self, name: &str, arguments: &[proto::Expression]) -> Result<Expr> {
        let mut function = Function::new(name, self.expressions(arguments)?);
        function.name = lang::parse_identifier(name)?;
        Ok(ExprKind::Function(Box::new(function)).into())
    }

    pub(super) fn alias(&self, alias: &expression::Alias) -> Result<Expr> {
        if alias.name.is_empty() {
            return Err(missing("Alias.name"));
        }
        Ok(ExprKind::Alias {
            expr: Box::new(self.boxed(&alias.expr, "Alias.expr")?),
            names: alias.name.clone(),
            metadata: alias.metadata.clone(),
        }
        .into())
    }

    fn cast(&self, cast: &expression::Cast) -> Result<Expr> {
        let target = match required(&cast.cast_to_type, "Cast.cast_to_type")? {
            CastToType::Type(message) => data_type(message)?,
            CastToType::TypeStr(text) => lang::parse_data_type(text)?,
        };
        let mode = match EvalMode::try_from(cast.eval_mode) {
            Ok(EvalMode::Unspecified) => CastMode::Session,
            Ok(EvalMode::Legacy) => CastMode::Legacy,
            Ok(EvalMode::Ansi) => CastMode::Ansi,
            Ok(EvalMode::Try) => CastMode::Try,
            Err(_) => return Err(invalid(format!("unknown Cast.eval_mode {}", cast.eval_mode))),
        };
        let expr = Box::new(self.boxed(&cast.expr, "Cast.expr")?);
        Ok(ExprKind::Cast { expr, data_type: target, mode }.into())
    }

    pub(super) fn sort_orders(&self, orders: &[expression::SortOrder]) -> Result<Vec<SortOrder>> {
        orders.iter().map(|order| self.sort_order(order)).collect()
    }

    fn sort_order(&self, order: &expression::SortOrder) -> Result<SortOrder> {
        let descending = order.direction == SortDirection::Descending as i32;
        let nulls_first = match NullOrdering::try_from(order.null_ordering) {
            Ok(NullOrdering::SortNullsFirst) => true,
            Ok(NullOrdering::SortNullsLast) => false,
            _ => !descending,
        };
        Ok(SortOrder { expr: self.boxed(&order.child, "SortOrder.child")?, descending, nulls_first })
    }

    fn lambda(&self, lambda: &expression::LambdaFunction) -> Result<Expr> {
        if lambda.arguments.is_empty() || lambda.arguments.len() > 3 {
            return Err(invalid(format!(
                "a lambda has one to three parameters, found {}",
                lambda.arguments.len()
            )));
        }
        let parameters = lambda.arguments.iter().map(|argument| argument.name_parts.join(".")).collect();
        let body = Box::new(self.boxed(&lambda.function, "LambdaFunction.function")?);
        Ok(ExprKind::Lambda { parameters, body }.into())
    }

    fn extract(&self, extract: &expression::UnresolvedExtractValue) -> Result<Expr> {
        Ok(ExprKind::Extract {
            child: Box::new(self.boxed(&extract.child, "UnresolvedExtractValue.child")?),
            extraction: Box::new(self.boxed(&extract.extraction, "UnresolvedExtractValue.extraction")?),
        }
        .into())
    }

    fn update_field(&self, update: &expression::UpdateFields) -> Result<Expr> {
        let value = match &update.value_expression {
            Some(value) => Some(Box::new(self.expression(value)?)),
            None => None,
        };
        let expr = Box::new(self.boxed(&update.struct_expression, "UpdateFields.struct_expression")?);
        Ok(ExprKind::UpdateField { expr, field: update.field_name.clone(), value }.into())
    }

    fn named_argument(&self, argument: &proto::NamedArgumentExpression) -> Result<Expr> {
        let value = Box::new(self.boxed(&argument.value, "NamedArgumentExpression.value")?);
        Ok(ExprKind::NamedArgument { name: argument.key.clone(), value }.into())
    }
}

/// The call in the user's program that made the expression, if the client told.
fn call_site(message: &proto::Expression) -> Option<Arc<Source>> {
    match message.common.as_ref()?.origin.as_ref()?.function.as_ref()? {
        proto::origin::Function::PythonOrigin(python) => {
            Some(Source::call(python.fragment.as_str(), python.call_site.as_str()))
        }
        proto::origin::Function::JvmOrigin(_) => None,
    }
}

fn star_expression(star: &expression::UnresolvedStar) -> Result<Expr> {
    let target = match star.unparsed_target.as_deref() {
        None => None,
        Some(text) => {
            let name = text.strip_suffix(".*");
            let name = name.ok_or_else(|| invalid(format!("the star target `{text}` must end with `.*`")))?;
            Some(attribute_name::parse(name)?)
        }
    };
    Ok(ExprKind::Star { target, plan_id: star.plan_id, except: Vec::new() }.into())
}

/// A name in backticks is a pattern, any other name is a plain column.
fn regex_expression(regex: &expression::UnresolvedRegex) -> Result<Expr> {
    let quoted = regex.col_name.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    Ok(match quoted {
        Some(pattern) => ExprKind::Regex { pattern: pattern.to_string(), plan_id: regex.plan_id },
        None => ExprKind::Attribute {
            name: attribute_name::parse(&regex.col_name)?,
            plan_id: regex.plan_id,
            is_metadata: false,
        },
    }
    .into())
}
