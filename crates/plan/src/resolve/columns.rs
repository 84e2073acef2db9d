//! Operations on columns that keep the rows: adding, renaming, dropping.

use std::sync::Arc;

use functions::{Argument, types};
use lang::ir::{self, CastMode, Relation};
use lang::{Error, Result, StructType};

use super::attribute::{column_argument, quoted};
use super::project::{contains_aggregate, unaliased};
use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver};

impl Resolver<'_> {
    /// The items that `withColumns` adds; later ones may use the aliases of earlier ones.
    pub(super) fn added_items(&self, columns: &[ir::Expr], mut scope: Scope<'_>) -> Result<Vec<Argument>> {
        let mut added: Vec<Argument> = Vec::with_capacity(columns.len());
        for column in columns {
            let item = unaliased(self.expression(column, &scope)?);
            if contains_aggregate(&item.expr) {
                return Err(Error::analysis("MISSING_GROUP_BY"));
            }
            if added.iter().any(|a| self.same_name(a.name(), item.name())) {
                return Err(Error::analysis("COLUMN_ALREADY_EXISTS")
                    .with("columnName", quoted(&[item.name().into()])));
            }
            scope.aliases.push(item.clone());
            added.push(item);
        }
        Ok(added)
    }

    /// `withColumns` as a projection of its own.
    pub(super) fn with_columns_over(
        &self,
        input: Resolved,
        columns: &[ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let (input, columns) = self.generate(input, columns, query, outer)?;
        let added = self.added_items(&columns, Scope::new(&[&input], query, outer)?)?;
        let mut items = Vec::with_capacity(input.columns.len() + added.len());
        let mut used = vec![false; added.len()];
        for column in &input.columns {
            match added.iter().position(|a| self.same_name(a.name(), column.name())) {
                Some(index) => {
                    used[index] = true;
                    let name = added[index].name().to_string();
                    items.push(Argument { field: renamed(&added[index], &name), ..added[index].clone() });
                }
                None => items.push(column_argument(column, column.name())),
            }
        }
        items.extend(added.into_iter().zip(used).filter(|(_, used)| !used).map(|(item, _)| item));
        self.select(input, items)
    }

    pub(super) fn with_columns_renamed(
        &self,
        input: &Relation,
        renames: &[(String, String)],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        let mut names: Vec<String> = input.columns.iter().map(|c| c.name().to_string()).collect();
        for (old, new) in renames {
            names.iter_mut().filter(|n| self.same_name(n, old)).for_each(|n| n.clone_from(new));
        }
        self.under_names(input, &names)
    }

    pub(super) fn to_df(
        &self,
        input: &Relation,
        names: &[String],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        if names.len() != input.columns.len() {
            return Err(Error::analysis("ASSIGNMENT_ARITY_MISMATCH")
                .with("numExpr", names.len().to_string())
                .with("numTarget", input.columns.len().to_string()));
        }
        self.under_names(input, names)
    }

    /// New names are new columns: `df.old` no longer finds them.
    fn under_names(&self, input: Resolved, names: &[String]) -> Result<Resolved> {
        let items = input.columns.iter().zip(names).map(|(c, name)| column_argument(c, name)).collect();
        self.select(input, items)
    }

    pub(super) fn drop(
        &self,
        input: &Relation,
        columns: &[ir::Expr],
        names: &[String],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        let scope = Scope::new(&[&input], query, outer)?;
        let mut dropped: Vec<String> = Vec::new();
        for column in columns {
            match self.expression(column, &scope) {
                Ok(Argument { expr: datafusion::logical_expr::Expr::Column(c), .. }) => dropped.push(c.name),
                // Dropping what is not there is no error.
                Ok(_) => {}
                Err(e) if e.condition().starts_with("UNRESOLVED_COLUMN") => {}
                Err(e) if e.condition() == "CANNOT_RESOLVE_DATAFRAME_COLUMN" => {}
                Err(e) => return Err(e),
            }
        }
        drop(scope);
        let keep =
            |c: &Column| !dropped.contains(&c.id) && !names.iter().any(|n| self.same_name(n, c.name()));
        let items = input.columns.iter().filter(|c| keep(c)).map(|c| column_argument(c, c.name())).collect();
        self.select(input, items)
    }

    /// `df.to(schema)`: columns by name, in the schema's order, cast without loss.
    pub(super) fn to_schema(
        &self,
        input: &Relation,
        schema: &StructType,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        let scope = Scope::new(&[&input], query, outer)?;
        let mut items = Vec::with_capacity(schema.fields.len());
        for field in types::to_fields(schema).iter() {
            let name = field.name().to_string();
            let found = input.columns.iter().find(|c| self.same_name(c.name(), &name));
            let Some(found) = found else {
                if field.is_nullable() {
                    let null = datafusion::common::ScalarValue::try_from(field.data_type())
                        .map_err(super::planning)?;
                    let mut item = super::literal::scalar_argument(null);
                    item.field = Arc::clone(field);
                    items.push(item);
                    continue;
                }
                return Err(self.unresolved_column(&[name], &scope));
            };
            let mut item = column_argument(found, &name);
            if item.nullable() && !field.is_nullable() {
                return Err(Error::analysis("NULLABLE_COLUMN_OR_FIELD").with("name", quoted(&[name])));
            }
            if item.data_type() != field.data_type() {
                item.expr =
                    functions::cast::cast(&item, field, CastMode::Session, self.environment.context())?;
            }
            item.field = Arc::clone(field);
            items.push(item);
        }
        std::mem::drop(scope);
        self.select(input, items)
    }
}

fn renamed(argument: &Argument, name: &str) -> arrow::datatypes::FieldRef {
    Arc::new(argument.field.as_ref().clone().with_name(name))
}
