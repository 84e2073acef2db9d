//! A value as a column takes it: cast by the policy of assignments, structs by the names of their fields.

use arrow::datatypes::{DataType, Field, Fields};
use datafusion::logical_expr::{Expr, lit, when};
use functions::text_length::checked;
use functions::{Argument, types};
use lang::{Error, Result};

use super::assign::null_of;
use crate::modify::ModifyTarget;
use crate::resolve::literal;
use crate::resolve::scope::Scope;
use crate::resolve::{Resolver, planning};

impl Resolver<'_> {
    /// `value` in the very type of the column `to`; `declared` is its type with the lengths of texts.
    ///
    /// # Errors
    /// `DELTA_UPDATE_SCHEMA_MISMATCH_EXPRESSION`; casts that Spark refuses.
    pub(super) fn stored(
        &self,
        value: &Argument,
        to: &Field,
        declared: &lang::DataType,
        target: &ModifyTarget,
        scope: &Scope<'_>,
    ) -> Result<Expr> {
        Ok(checked(self.fitted(value, to, target, scope)?, declared))
    }

    #[recursive::recursive]
    fn fitted(&self, value: &Argument, to: &Field, target: &ModifyTarget, scope: &Scope<'_>) -> Result<Expr> {
        match (value.data_type(), to.data_type()) {
            (from, to) if from == to => return Ok(value.expr.clone()),
            (DataType::Null, to) => return null_of(to),
            (DataType::Struct(from), DataType::Struct(fields)) if !same_names(from, fields) => {
                return self.fields_by_name(value, from, to, fields, target, scope);
            }
            (from, to) if !same_nested_names(from, to) => {
                return Err(Error::unsupported(
                    "structs inside arrays or maps whose fields are not those of the column, in order",
                ));
            }
            _ => {}
        }
        functions::cast::cast(value, to, target.cast, self.environment.context())
    }

    /// A struct whose fields are found by their names.
    fn fields_by_name(
        &self,
        value: &Argument,
        from: &Fields,
        to: &Field,
        fields: &Fields,
        target: &ModifyTarget,
        scope: &Scope<'_>,
    ) -> Result<Expr> {
        let is_in = |name: &str, fields: &Fields| fields.iter().any(|field| same(field.name(), name));
        if from.len() != fields.len() || !from.iter().all(|field| is_in(field.name(), fields)) {
            return Err(Error::analysis("DELTA_UPDATE_SCHEMA_MISMATCH_EXPRESSION")
                .with("fromCatalog", types::from_field(&value.field).sql().to_lowercase())
                .with("toCatalog", types::from_field(to).sql().to_lowercase()));
        }
        let mut parts = Vec::with_capacity(fields.len() * 2);
        for field in fields {
            let key = literal::string_argument(field.name());
            let part = functions::collection::extract(value, &key, self.environment.context())?;
            let part = self.typed_with(part, field.name(), value)?;
            parts.extend([lit(field.name().as_str()), self.fitted(&part, field, target, scope)?]);
        }
        let whole = datafusion::functions::core::expr_fn::named_struct(parts);
        let whole = self.typed(whole, value.name(), scope)?;
        let whole = functions::cast::cast(&whole, to, target.cast, self.environment.context())?;
        when(value.expr.clone().is_null(), null_of(to.data_type())?).otherwise(whole).map_err(planning)
    }
}

fn same(left: &str, right: &str) -> bool {
    left.to_lowercase() == right.to_lowercase()
}

/// Whether the fields of two structs have the same names in the same order, at every level.
fn same_names(from: &Fields, to: &Fields) -> bool {
    from.len() == to.len()
        && from.iter().zip(to).all(|(from, to)| {
            same(from.name(), to.name()) && same_nested_names(from.data_type(), to.data_type())
        })
}

fn same_nested_names(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::Struct(from), DataType::Struct(to)) => same_names(from, to),
        (DataType::List(from), DataType::List(to)) => same_nested_names(from.data_type(), to.data_type()),
        (DataType::Map(from, _), DataType::Map(to, _)) => match (from.data_type(), to.data_type()) {
            (DataType::Struct(from), DataType::Struct(to)) if from.len() == 2 && to.len() == 2 => {
                from.iter().zip(to).all(|(from, to)| same_nested_names(from.data_type(), to.data_type()))
            }
            _ => true,
        },
        _ => true,
    }
}
