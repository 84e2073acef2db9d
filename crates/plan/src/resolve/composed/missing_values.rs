//! `df.na`: fill, drop and replace.

use arrow::datatypes::DataType as Arrow;
use functions::types;
use lang::ir::{CastMode, Expr, ExprKind, Literal};
use lang::{DataType, Error, Result};

use super::super::scope::Query;
use super::super::{Column, Resolved, Resolver};
use super::reference;

/// Which columns a value can stand in for.
#[derive(Clone, Copy, PartialEq)]
enum Family {
    Numeric,
    String,
    Boolean,
}

impl Resolver<'_> {
    pub(super) fn fill_na(
        &self,
        input: Resolved,
        columns: &[String],
        values: &[Literal],
        query: &Query,
    ) -> Result<Resolved> {
        let chosen: Vec<String> =
            self.chosen(&input, columns, query, |_| true)?.into_iter().map(|c| c.id.clone()).collect();
        let mut expressions = Vec::with_capacity(input.columns.len());
        for column in &input.columns {
            let position = chosen.iter().position(|id| *id == column.id);
            let value = position.and_then(|p| if values.len() == 1 { values.first() } else { values.get(p) });
            expressions.push(match value {
                Some(value) if family_of(value)? == family(column) => fill(column, value),
                _ => reference(column),
            });
        }
        self.project_resolved(input, &expressions, query)
    }

    pub(super) fn drop_na(
        &self,
        input: Resolved,
        columns: &[String],
        min_non_nulls: Option<usize>,
        query: &Query,
    ) -> Result<Resolved> {
        let present: Vec<Expr> =
            self.chosen(&input, columns, query, |_| true)?.into_iter().map(is_present).collect();
        let condition = match min_non_nulls {
            _ if present.is_empty() => return Ok(input),
            None => present.into_iter().reduce(|a, b| Expr::call("and", vec![a, b])),
            Some(least) => {
                let one = |p: Expr| Expr::call("if", vec![p, integer(1), integer(0)]);
                let count = present.into_iter().map(one).reduce(|a, b| Expr::call("+", vec![a, b]));
                count.map(|count| Expr::call(">=", vec![count, integer(least as i32)]))
            }
        };
        let Some(condition) = condition else { return Ok(input) };
        let scope = super::super::scope::Scope::new(&[&input], query, None)?;
        let condition = self.condition(&condition, &scope, "WHERE")?.expr;
        drop(scope);
        super::super::filter::filtered(input, condition)
    }

    pub(super) fn replace(
        &self,
        input: Resolved,
        columns: &[String],
        replacements: &[(Literal, Literal)],
        query: &Query,
    ) -> Result<Resolved> {
        let chosen: Vec<String> = self
            .chosen(&input, if columns == ["*"] { &[] } else { columns }, query, |_| true)?
            .into_iter()
            .map(|c| c.id.clone())
            .collect();
        let mut expressions = Vec::with_capacity(input.columns.len());
        for column in &input.columns {
            let mut branches = Vec::new();
            for (old, new) in replacements {
                let of_old = if is_null(old) { family_of(new)? } else { family_of(old)? };
                if chosen.contains(&column.id) && of_old == family(column) {
                    branches.push(Expr::call("<=>", vec![reference(column), cast_to(old, column)]));
                    branches.push(cast_to(new, column));
                }
            }
            expressions.push(match branches.is_empty() {
                true => reference(column),
                false => {
                    branches.push(reference(column));
                    Expr::call("when", branches).alias(column.name())
                }
            });
        }
        self.project_resolved(input, &expressions, query)
    }
}

fn integer(value: i32) -> Expr {
    Expr::literal(Literal::Integer(value))
}

/// Neither NULL nor NaN.
fn is_present(column: &Column) -> Expr {
    let not_null = Expr::call("isnotnull", vec![reference(column)]);
    if !is_float(column) {
        return not_null;
    }
    let is_nan = Expr::call("isnan", vec![reference(column)]);
    Expr::call("and", vec![not_null, Expr::call("not", vec![is_nan])])
}

fn fill(column: &Column, value: &Literal) -> Expr {
    let known = match is_float(column) {
        true => Expr::call("nanvl", vec![reference(column), cast_to(&Literal::Null(DataType::Null), column)]),
        false => reference(column),
    };
    Expr::call("coalesce", vec![known, cast_to(value, column)]).alias(column.name())
}

fn cast_to(value: &Literal, column: &Column) -> Expr {
    let data_type = types::from_field(&column.field);
    let literal = Box::new(Expr::literal(value.clone()));
    ExprKind::Cast { expr: literal, data_type, mode: CastMode::Session }.into()
}

fn is_float(column: &Column) -> bool {
    matches!(column.field.data_type(), Arrow::Float32 | Arrow::Float64)
}

fn family(column: &Column) -> Option<Family> {
    match column.field.data_type() {
        t if types::is_numeric(t) => Some(Family::Numeric),
        t if types::is_string(t) => Some(Family::String),
        Arrow::Boolean => Some(Family::Boolean),
        _ => None,
    }
}

fn is_null(value: &Literal) -> bool {
    matches!(value, Literal::Null(_))
}

fn family_of(value: &Literal) -> Result<Option<Family>> {
    Ok(Some(match value {
        Literal::Null(_) => return Ok(None),
        Literal::Boolean(_) => Family::Boolean,
        Literal::String(_) => Family::String,
        Literal::Byte(_) | Literal::Short(_) | Literal::Integer(_) | Literal::Long(_) => Family::Numeric,
        Literal::Float(_) | Literal::Double(_) | Literal::Decimal { .. } => Family::Numeric,
        other => return Err(Error::unsupported(format!("filling with the value {other:?}"))),
    }))
}
