//! `SET a.b = v` and the columns of an INSERT: which column a value goes to, and what becomes of the column.

use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, lit};
use functions::Argument;
use lang::ir::{Assignment, ExprKind};
use lang::{Error, Result};

use super::clause::Value;
use super::target::{Scanned, declared};
use crate::modify::{ModifyTarget, TargetColumn};
use crate::resolve::attribute::{column_argument, quoted};
use crate::resolve::literal;
use crate::resolve::project::contains_aggregate;
use crate::resolve::scope::{Query, Scope};
use crate::resolve::{Column, Resolver, planning};

/// A value for a column, or for a field inside of it.
#[derive(Debug, Clone)]
pub(super) struct Assigned {
    /// Its place in the table.
    pub place: usize,
    /// The fields to step into; empty for the column itself.
    pub path: Vec<String>,
    pub value: Argument,
}

/// What is set inside one column.
struct Set<'a> {
    path: &'a [String],
    value: &'a Argument,
}

impl Resolver<'_> {
    /// The assignments of UPDATE.
    pub(super) fn update_assignments(
        &self,
        assignments: &[Assignment],
        scanned: &Scanned,
        target: &ModifyTarget,
        scope: &Scope<'_>,
    ) -> Result<Vec<Assigned>> {
        let one = |assignment: &Assignment| {
            let Some((place, path)) = self.place_of(&assignment.column, &scanned.rows.columns) else {
                return Err(self.unresolved_column(&assignment.column, scope));
            };
            let value = self.assigned_value(assignment, &target.columns[place], &path, scope)?;
            Ok(Assigned { place, path, value })
        };
        assignments.iter().map(one).collect()
    }

    /// A value as it is given, DEFAULT as the column's.
    pub(super) fn assigned_value(
        &self,
        assignment: &Assignment,
        column: &TargetColumn,
        path: &[String],
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        if assignment.value.kind == ExprKind::Default {
            return match path {
                [] => self.default_of(column),
                _ => Err(Error::unsupported("DEFAULT as the value of a field")),
            };
        }
        let value = self.expression(&assignment.value, scope)?;
        match contains_aggregate(&value.expr) {
            true => Err(Error::analysis("UNSUPPORTED_EXPR_FOR_OPERATOR")
                .with("invalidExprSqls", format!("\"{}\"", value.name()))),
            false => Ok(value),
        }
    }

    /// The default of a column; NULL when it has none.
    pub(super) fn default_of(&self, column: &TargetColumn) -> Result<Argument> {
        let Some(text) = &column.default else {
            return self.typed_null();
        };
        let (nothing, query) = (self.one_row()?, Query::default());
        self.expression(&lang::parse_expression(text)?, &Scope::new(&[&nothing], &query, None)?)
    }

    fn typed_null(&self) -> Result<Argument> {
        self.literal(&lang::ir::Literal::Null(lang::DataType::Null))
    }

    /// The column a name means, and what is left of the name.
    pub(super) fn place_of(&self, parts: &[String], columns: &[Column]) -> Option<(usize, Vec<String>)> {
        (0..parts.len()).rev().find_map(|length| {
            let (qualifier, rest) = parts.split_at(length);
            let is_meant = |column: &Column| {
                let skip = column.qualifier.len().checked_sub(length);
                self.same_name(column.name(), &rest[0])
                    && skip.is_some_and(|skip| {
                        column.qualifier[skip..].iter().zip(qualifier).all(|(a, b)| self.same_name(a, b))
                    })
            };
            columns.iter().position(is_meant).map(|place| (place, rest[1..].to_vec()))
        })
    }

    /// The new values of the columns that are assigned to, as the table stores them.
    ///
    /// # Errors
    /// `DELTA_CONFLICT_SET_COLUMN`, `DELTA_UNSUPPORTED_FIELD_UPDATE_NON_STRUCT`, `DELTA_MISSING_SET_COLUMN`
    pub(super) fn updated(
        &self,
        assigned: Vec<Assigned>,
        scanned: &Scanned,
        target: &ModifyTarget,
        scope: &Scope<'_>,
    ) -> Result<Vec<Value>> {
        let mut values = Vec::new();
        for (place, column) in scanned.rows.columns.iter().enumerate() {
            let own = assigned.iter().filter(|one| one.place == place);
            let sets: Vec<_> = own.map(|one| Set { path: &one.path, value: &one.value }).collect();
            if sets.is_empty() {
                continue;
            }
            let base = column_argument(column, column.name());
            let shown = vec![column.name().to_string()];
            let value = self.with_fields(&base, &sets, &shown, target, scope)?;
            let declared = declared(&target.columns[place].field);
            let expr = self.stored(&value, &column.field, &declared, target, scope)?;
            values.push(Value { place, expr });
        }
        Ok(values)
    }

    /// `base` with what is set inside of it; the type is as the values have it.
    fn with_fields(
        &self,
        base: &Argument,
        sets: &[Set<'_>],
        shown: &[String],
        target: &ModifyTarget,
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        if let Some(whole) = sets.iter().find(|set| set.path.is_empty()) {
            return match sets.len() {
                1 => Ok(whole.value.clone()),
                _ => Err(conflict(sets, shown)),
            };
        }
        let DataType::Struct(fields) = base.data_type() else {
            return Err(Error::analysis("DELTA_UNSUPPORTED_FIELD_UPDATE_NON_STRUCT")
                .with("columnName", quoted(&[shown.join(".")]))
                .with("dataType", functions::types::from_field(&base.field).sql()));
        };
        let unknown = |set: &&Set<'_>| !fields.iter().any(|field| self.same_name(field.name(), &set.path[0]));
        if let Some(set) = sets.iter().find(unknown) {
            let names: Vec<_> =
                fields.iter().map(|field| format!("{}.{}", shown.join("."), field.name())).collect();
            return Err(Error::analysis("DELTA_MISSING_SET_COLUMN")
                .with("columnName", quoted(&[format!("{}.{}", shown.join("."), set.path[0])]))
                .with("columnList", names.join(", ")));
        }
        let mut parts = Vec::with_capacity(fields.len() * 2);
        for field in fields {
            let key = literal::string_argument(field.name());
            let old = functions::collection::extract(base, &key, self.environment.context())?;
            let old = self.typed_with(old, field.name(), base)?;
            let inside = sets.iter().filter(|set| self.same_name(field.name(), &set.path[0]));
            let inside: Vec<_> = inside.map(|set| Set { path: &set.path[1..], value: set.value }).collect();
            let mut shown = shown.to_vec();
            shown.push(field.name().clone());
            let part = match inside.is_empty() {
                true => old,
                false => {
                    let value = self.with_fields(&old, &inside, &shown, target, scope)?;
                    let declared = functions::types::from_field(field);
                    let expr = self.stored(&value, field, &declared, target, scope)?;
                    Argument { expr, field: field.clone(), keyword: None }
                }
            };
            parts.extend([lit(field.name().as_str()), part.expr]);
        }
        let whole: Expr = datafusion::functions::core::expr_fn::named_struct(parts);
        self.typed(whole, base.name(), scope)
    }
}

fn conflict(sets: &[Set<'_>], shown: &[String]) -> Error {
    let names: Vec<_> = sets
        .iter()
        .map(|set| {
            let full: Vec<_> = shown.iter().chain(set.path).map(String::as_str).collect();
            quoted(&[full.join(".")])
        })
        .collect();
    Error::analysis("DELTA_CONFLICT_SET_COLUMN").with("columnList", names.join(", "))
}

/// NULL as a value of a type.
pub(super) fn null_of(data_type: &DataType) -> Result<Expr> {
    let null = datafusion::common::ScalarValue::try_from(data_type).map_err(planning)?;
    Ok(Expr::Literal(null, None))
}
