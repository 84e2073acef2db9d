//! UNION, INTERSECT and EXCEPT.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::common::{JoinType, NullEquality};
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan, LogicalPlanBuilder, Union};
use functions::Argument;
use lang::ir::{self, SetOperator};
use lang::{Error, Result};

use super::attribute::{column_argument, quoted};
use super::project::{projection, under_id};
use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver, literal, planning};

impl Resolver<'_> {
    pub(super) fn set_operation(
        &self,
        operation: &ir::SetOperation,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let left = self.relation(&operation.left, query, outer)?;
        let right = self.relation(&operation.right, query, outer)?;
        let (lefts, rights) = if operation.by_name {
            self.by_name(&left, &right, operation.allow_missing_columns)?
        } else {
            (arguments(&left), arguments(&right))
        };
        if lefts.len() != rights.len() {
            return Err(Error::analysis("NUM_COLUMNS_MISMATCH")
                .with("operator", operator_name(operation.operator))
                .with("firstNumColumns", lefts.len().to_string())
                .with("invalidOrdinalNum", "second")
                .with("invalidNumColumns", rights.len().to_string()));
        }
        let (mut left_exprs, mut right_exprs, fields) = self.aligned(lefts, rights, operation.operator)?;
        if operation.operator != SetOperator::Union || !operation.all {
            check_comparable(&fields)?;
            for (index, field) in fields.iter().enumerate() {
                let normalized = |expr: &mut Expr| {
                    *expr = functions::float::normalized(std::mem::take(expr), field);
                };
                normalized(&mut left_exprs[index]);
                normalized(&mut right_exprs[index]);
            }
        }
        let columns: Vec<Column> = fields.iter().map(|f| self.fresh_column(f, Vec::new())).collect();
        match operation.operator {
            SetOperator::Union => {
                let sides = [(&left, left_exprs), (&right, right_exprs)];
                self.union(sides, columns, !operation.all)
            }
            SetOperator::Intersect | SetOperator::Except => {
                let join_type = match operation.operator {
                    SetOperator::Intersect => JoinType::LeftSemi,
                    _ => JoinType::LeftAnti,
                };
                self.semi_join((&left, left_exprs), (&right, right_exprs), columns, join_type, operation.all)
            }
        }
    }

    /// Both sides' columns cast to their common types, and the output's fields.
    #[allow(clippy::type_complexity)]
    fn aligned(
        &self,
        lefts: Vec<Argument>,
        rights: Vec<Argument>,
        operator: SetOperator,
    ) -> Result<(Vec<Expr>, Vec<Expr>, Vec<Field>)> {
        let context = self.environment.context();
        let (mut left_exprs, mut right_exprs, mut fields) = (Vec::new(), Vec::new(), Vec::new());
        for (index, (left, right)) in lefts.iter().zip(&rights).enumerate() {
            let common = functions::coercion::common_type(left.data_type(), right.data_type(), context.ansi)
                .ok_or_else(|| incompatible(operator, index, left, right))?;
            left_exprs.push(functions::cast::implicit(left, &common, context)?);
            right_exprs.push(functions::cast::implicit(right, &common, context)?);
            let metadata = if left.data_type() == right.data_type() {
                left.field.metadata().clone()
            } else {
                Default::default()
            };
            fields.push(
                Field::new(left.name(), common, left.nullable() || right.nullable()).with_metadata(metadata),
            );
        }
        Ok((left_exprs, right_exprs, fields))
    }

    /// The rows of both sides. A union on the left takes the right side in, so that a chain of unions is one.
    fn union(
        &self,
        sides: [(&Resolved, Vec<Expr>); 2],
        mut columns: Vec<Column>,
        distinct: bool,
    ) -> Result<Resolved> {
        let [(left, left_exprs), (right, right_exprs)] = sides;
        let mut inputs = match self.union_inputs(left, &left_exprs) {
            Some(inputs) => {
                columns
                    .iter_mut()
                    .zip(&left.columns)
                    .for_each(|(column, left)| column.id.clone_from(&left.id));
                inputs
            }
            None => vec![self.union_side(left, left_exprs, &columns)?],
        };
        inputs.push(self.union_side(right, right_exprs, &columns)?);
        let mut plan = LogicalPlan::Union(Union::try_new_with_loose_types(inputs).map_err(planning)?);
        if distinct {
            plan = LogicalPlan::Distinct(Distinct::All(Arc::new(plan)));
        }
        Ok(Resolved::new(plan, columns, &[]))
    }

    fn union_side(&self, side: &Resolved, exprs: Vec<Expr>, columns: &[Column]) -> Result<Arc<LogicalPlan>> {
        let named = exprs.into_iter().zip(columns).map(|(e, c)| under_id(e, &c.id)).collect();
        Ok(Arc::new(projection(side.plan.clone(), named)?))
    }

    /// The inputs of a union whose columns `exprs` are, as they are.
    fn union_inputs(&self, side: &Resolved, exprs: &[Expr]) -> Option<Vec<Arc<LogicalPlan>>> {
        let LogicalPlan::Union(union) = &side.plan else { return None };
        let fields = union.schema.fields();
        let same = fields.len() == exprs.len()
            && fields.iter().zip(&side.columns).all(|(field, column)| *field.name() == column.id)
            && exprs.iter().zip(&side.columns).all(|(expr, column)| {
                matches!(expr, Expr::Column(c) if c.relation.is_none() && c.name == column.id)
            });
        (same && !self.environment.may_be_persisted()).then(|| union.inputs.clone())
    }

    fn semi_join(
        &self,
        (left, left_exprs): (&Resolved, Vec<Expr>),
        (right, right_exprs): (&Resolved, Vec<Expr>),
        columns: Vec<Column>,
        join_type: JoinType,
        all: bool,
    ) -> Result<Resolved> {
        let ids: Vec<String> = columns.iter().map(|c| c.id.clone()).collect();
        let other_ids: Vec<String> = columns.iter().map(|c| self.fresh(c.name())).collect();
        let side =
            |input: &Resolved, exprs: Vec<Expr>, ids: &[String]| -> Result<(LogicalPlan, Vec<String>)> {
                let named = exprs.into_iter().zip(ids).map(|(e, id)| under_id(e, id)).collect();
                let plan = projection(input.plan.clone(), named)?;
                // ALL counts duplicates: the n-th copy on one side meets the n-th copy on the other.
                if all { self.numbered(plan, ids) } else { Ok((plan, ids.to_vec())) }
            };
        let (left_plan, left_keys) = side(left, left_exprs, &ids)?;
        let (right_plan, right_keys) = side(right, right_exprs, &other_ids)?;
        let left_plan =
            if all { left_plan } else { LogicalPlan::Distinct(Distinct::All(Arc::new(left_plan))) };
        let keys = |ids: Vec<String>| -> Vec<datafusion::common::Column> {
            ids.into_iter().map(datafusion::common::Column::new_unqualified).collect()
        };
        let plan = LogicalPlanBuilder::from(left_plan)
            .join_detailed(
                right_plan,
                join_type,
                (keys(left_keys), keys(right_keys)),
                None,
                NullEquality::NullEqualsNull,
            )
            .and_then(|b| b.build())
            .map_err(planning)?;
        Ok(Resolved::new(plan, columns, &[]))
    }

    /// Adds the running number of each row among its equals.
    fn numbered(&self, plan: LogicalPlan, ids: &[String]) -> Result<(LogicalPlan, Vec<String>)> {
        use datafusion::logical_expr::ExprFunctionExt;
        let partition: Vec<Expr> = ids.iter().map(|id| functions::definition::column(id)).collect();
        let number = datafusion::functions_window::expr_fn::row_number()
            .partition_by(partition.clone())
            .build()
            .map_err(planning)?;
        let id = self.fresh("copy");
        let windowed = LogicalPlanBuilder::window_plan(plan, vec![number.clone()]).map_err(planning)?;
        let mut exprs = partition;
        exprs.push(functions::definition::column(&number.schema_name().to_string()).alias(id.clone()));
        let mut keys = ids.to_vec();
        keys.push(id);
        Ok((projection(windowed, exprs)?, keys))
    }

    /// Pairs columns by name; missing ones are NULL where allowed.
    fn by_name(
        &self,
        left: &Resolved,
        right: &Resolved,
        allow_missing: bool,
    ) -> Result<(Vec<Argument>, Vec<Argument>)> {
        let (lefts, mut rest) = (arguments(left), arguments(right));
        let (mut out_left, mut out_right) = (Vec::new(), Vec::new());
        for argument in lefts {
            let position = rest.iter().position(|r| self.same_name(r.name(), argument.name()));
            let other = match position {
                Some(position) => rest.remove(position),
                None if allow_missing => null_of(&argument)?,
                None => {
                    return Err(self.unresolved_column(
                        &[argument.name().to_string()],
                        &Scope::new(&[right], &Query::default(), None)?,
                    ));
                }
            };
            out_left.push(argument);
            out_right.push(other);
        }
        for argument in rest {
            if !allow_missing {
                return Err(Error::analysis("NUM_COLUMNS_MISMATCH")
                    .with("operator", "UNION BY NAME")
                    .with("firstNumColumns", left.columns.len().to_string())
                    .with("invalidOrdinalNum", "second")
                    .with("invalidNumColumns", right.columns.len().to_string()));
            }
            out_left.push(null_of(&argument)?);
            out_right.push(argument);
        }
        Ok((out_left, out_right))
    }
}

/// Rows with maps or variants cannot be compared.
///
/// # Errors
/// `UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE`, `UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE`
pub(super) fn check_comparable<'f>(fields: impl IntoIterator<Item = &'f Field>) -> Result<()> {
    for field in fields {
        super::collated::expect_binary(field)?;
        let is_variant = functions::types::holds_variant(field.data_type());
        if is_variant || holds_map(field.data_type()) {
            let what = if is_variant { "VARIANT" } else { "MAP" };
            return Err(Error::analysis(format!("UNSUPPORTED_FEATURE.SET_OPERATION_ON_{what}_TYPE"))
                .with("colName", quoted(&[field.name().clone()]))
                .with("dataType", format!("\"{}\"", functions::types::from_field(field).sql())));
        }
    }
    Ok(())
}

fn holds_map(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map(..) => true,
        DataType::List(element) => holds_map(element.data_type()),
        DataType::Struct(fields) => fields.iter().any(|f| holds_map(f.data_type())),
        _ => false,
    }
}

fn arguments(side: &Resolved) -> Vec<Argument> {
    side.columns.iter().map(|c| column_argument(c, c.name())).collect()
}

fn null_of(argument: &Argument) -> Result<Argument> {
    let null = datafusion::common::ScalarValue::try_from(argument.data_type()).map_err(planning)?;
    let mut out = literal::scalar_argument(null);
    out.field = Arc::new(argument.field.as_ref().clone().with_nullable(true));
    Ok(out)
}

fn operator_name(operator: SetOperator) -> &'static str {
    match operator {
        SetOperator::Union => "UNION",
        SetOperator::Intersect => "INTERSECT",
        SetOperator::Except => "EXCEPT",
    }
}

fn incompatible(operator: SetOperator, index: usize, left: &Argument, right: &Argument) -> Error {
    let sql = |a: &Argument| format!("\"{}\"", functions::types::from_field(&a.field).sql());
    Error::analysis("INCOMPATIBLE_COLUMN_TYPE")
        .with("operator", operator_name(operator))
        .with("columnOrdinalNumber", quoted(&[(index + 1).to_string()]))
        .with("tableOrdinalNumber", "second")
        .with("dataType1", sql(right))
        .with("dataType2", sql(left))
        .with("hint", "")
}
