//! What the clauses of a MERGE set, and the columns that a source adds to the table.

use lang::ir::{Assignment, Expr as IrExpr, ExprKind, Merge, MergeAction};
use lang::{Error, Result, StructField};

use super::assign::Assigned;
use super::clause::Value;
use super::merge::{Source, merge_error, word};
use super::target::{Scanned, declared, shown};
use crate::modify::{Action, ModifyTarget};
use crate::resolve::Resolver;
use crate::resolve::attribute::{column_argument, quoted};
use crate::resolve::scope::{Query, Scope};

/// What clauses are resolved over.
pub(super) struct Context<'a> {
    pub scanned: &'a Scanned,
    pub source: &'a Source,
    pub target: &'a ModifyTarget,
    /// The columns that the table gets.
    pub new: &'a [StructField],
    /// Whether columns of the source may become columns of the table.
    pub evolving: bool,
}

impl Resolver<'_> {
    /// The columns of the source that the table does not have and a clause sets, where the schema may evolve.
    pub(super) fn new_columns(
        &self,
        merge: &Merge,
        scanned: &Scanned,
        source: &Source,
        target: &ModifyTarget,
    ) -> Result<Vec<StructField>> {
        if !merge.schema_evolution && !target.evolves {
            return Ok(Vec::new());
        }
        let actions: Vec<_> = merge.matched.iter().chain(&merge.not_matched).map(|c| &c.action).collect();
        let all = actions.iter().any(|a| matches!(a, MergeAction::UpdateAll | MergeAction::InsertAll));
        let is_set = |name: &str| {
            actions.iter().any(|action| match action {
                MergeAction::Update(assignments) | MergeAction::Insert(assignments) => assignments
                    .iter()
                    .any(|a| matches!(a.column.as_slice(), [.., last] if self.same_name(last, name))),
                _ => false,
            })
        };
        let mut new: Vec<StructField> = Vec::new();
        for column in &source.rows.columns {
            let is_named = |name: &str| self.same_name(name, column.name());
            let known = scanned.rows.columns.iter().any(|own| is_named(own.name()));
            if known || !(all || is_set(column.name())) || new.iter().any(|own| is_named(&own.name)) {
                continue;
            }
            let data_type = functions::types::from_field(&column.field);
            if data_type == lang::DataType::Null {
                return Err(Error::unsupported("a new column without a type"));
            }
            new.push(StructField::new(column.name(), data_type, true));
        }
        Ok(new)
    }

    /// What a clause does, and the columns it sets.
    pub(super) fn action(
        &self,
        action: &MergeAction,
        scope: &Scope<'_>,
        context: &Context<'_>,
        is_orphan: bool,
    ) -> Result<(Action, Vec<Value>)> {
        let update = if is_orphan { Action::UpdateOrphan } else { Action::Update };
        Ok(match action {
            MergeAction::Delete if is_orphan => (Action::DeleteOrphan, Vec::new()),
            MergeAction::Delete => (Action::Delete, Vec::new()),
            MergeAction::UpdateAll => {
                let assigned = self.by_name_of_source(context, update)?;
                (update, self.update_values(assigned, scope, context)?)
            }
            MergeAction::Update(assignments) => {
                let assigned = self.merge_assigned(assignments, scope, context, update, is_orphan)?;
                (update, self.update_values(assigned, scope, context)?)
            }
            MergeAction::InsertAll => {
                let assigned = self.by_name_of_source(context, Action::Insert)?;
                (Action::Insert, self.insert_values(assigned, scope, context)?)
            }
            MergeAction::Insert(assignments) => {
                let assigned = self.merge_assigned(assignments, scope, context, Action::Insert, false)?;
                (Action::Insert, self.insert_values(assigned, scope, context)?)
            }
        })
    }

    /// `SET *` and `INSERT *`: each column of the table by the source's of that name; the source's own ones where the
    /// schema evolves.
    fn by_name_of_source(&self, context: &Context<'_>, action: Action) -> Result<Vec<Assigned>> {
        let query = Query::default();
        let scope = Scope::new(&[&context.source.rows], &query, None)?;
        if context.evolving {
            let columns = &context.source.rows.columns;
            let one = |column: &crate::resolve::Column| {
                let parts = vec![column.name().to_string()];
                let place = context.place_of_new(self, column.name());
                let place = self.place_of(&parts, &context.scanned.rows.columns).map(|(p, _)| p).or(place);
                let place = place.ok_or_else(|| Error::internal("a column of the source has a place"))?;
                Ok(Assigned { place, path: Vec::new(), value: column_argument(column, column.name()) })
            };
            return columns.iter().map(one).collect();
        }
        let mut assigned = Vec::with_capacity(context.scanned.rows.columns.len());
        for (place, column) in context.scanned.rows.columns.iter().enumerate() {
            let name = vec![column.name().to_string()];
            let attribute = IrExpr::from(ExprKind::Attribute { name, plan_id: None, is_metadata: false });
            let value = self
                .expression(&attribute, &scope)
                .map_err(|error| merge_error(error, &scope, &format!("{} clause", word(action))))?;
            assigned.push(Assigned { place, path: Vec::new(), value });
        }
        Ok(assigned)
    }

    fn merge_assigned(
        &self,
        assignments: &[Assignment],
        scope: &Scope<'_>,
        context: &Context<'_>,
        action: Action,
        is_orphan: bool,
    ) -> Result<Vec<Assigned>> {
        let clause = format!("{} clause", word(action));
        let query = Query::default();
        let own = Scope::new(&[&context.scanned.rows], &query, None)?;
        let one = |assignment: &Assignment| {
            let found = self.place_of(&assignment.column, &context.scanned.rows.columns);
            let added = || match assignment.column.as_slice() {
                [.., name] if !is_orphan => context.place_of_new(self, name).map(|place| (place, Vec::new())),
                _ => None,
            };
            let Some((place, path)) = found.or_else(added) else {
                return Err(merge_error(self.unresolved_column(&assignment.column, &own), &own, &clause));
            };
            let column = context.target.columns.get(place);
            let value = match column {
                Some(column) => self.assigned_value(assignment, column, &path, scope),
                None => self.expression(&assignment.value, scope),
            };
            let value = value.map_err(|error| merge_error(error, scope, &clause))?;
            Ok(Assigned { place, path, value })
        };
        assignments.iter().map(one).collect()
    }

    fn update_values(
        &self,
        assigned: Vec<Assigned>,
        scope: &Scope<'_>,
        context: &Context<'_>,
    ) -> Result<Vec<Value>> {
        let (known, new): (Vec<_>, Vec<_>) =
            assigned.into_iter().partition(|one| one.place < context.target.columns.len());
        let mut values = self.updated(known, context.scanned, context.target, scope)?;
        for one in new {
            values.push(self.new_value(one, scope, context)?);
        }
        Ok(values)
    }

    /// The value of a column that the table gets.
    fn new_value(&self, one: Assigned, scope: &Scope<'_>, context: &Context<'_>) -> Result<Value> {
        let field = &context.new[one.place - context.target.columns.len()];
        let expr = self.stored(&one.value, &shown(field), &field.data_type, context.target, scope)?;
        Ok(Value { place: one.place, expr })
    }

    /// All columns of a new row but those that are computed.
    fn insert_values(
        &self,
        assigned: Vec<Assigned>,
        scope: &Scope<'_>,
        context: &Context<'_>,
    ) -> Result<Vec<Value>> {
        if let Some(nested) = assigned.iter().find(|one| !one.path.is_empty()) {
            let mut name = vec![context.scanned.column(nested.place).name().to_string()];
            name.extend(nested.path.iter().cloned());
            return Err(Error::analysis("DELTA_UNSUPPORTED_NESTED_FIELD_IN_OPERATION")
                .with("operation", "INSERT clause of MERGE operation")
                .with("fieldName", quoted(&name)));
        }
        let mut seen = std::collections::HashSet::new();
        if !assigned.iter().all(|one| seen.insert(one.place)) {
            return Err(Error::analysis("DELTA_DUPLICATE_COLUMNS_ON_INSERT"));
        }
        let mut values = Vec::with_capacity(context.target.columns.len());
        for (place, column) in context.target.columns.iter().enumerate() {
            let value = match assigned.iter().find(|one| one.place == place) {
                Some(one) => one.value.clone(),
                None if column.generated.is_some() => continue,
                None => self.default_of(column)?,
            };
            let to = &context.scanned.column(place).field;
            let expr = self.stored(&value, to, &declared(&column.field), context.target, scope)?;
            values.push(Value { place, expr });
        }
        for one in assigned.into_iter().filter(|one| one.place >= context.target.columns.len()) {
            values.push(self.new_value(one, scope, context)?);
        }
        Ok(values)
    }
}

impl Context<'_> {
    fn place_of_new(&self, resolver: &Resolver<'_>, name: &str) -> Option<usize> {
        let place = self.new.iter().position(|field| resolver.same_name(&field.name, name));
        place.map(|place| place + self.target.columns.len())
    }
}
