//! SET VARIABLE: values and rows into variables.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use lang::ir::{Expr, ExprKind, Relation, RelationKind, VariableSource};
use lang::{Error, Result};

use super::evaluate::cast_to;
use super::variables::{Held, session_name, unresolved_variable};
use crate::catalog::quoted;
use crate::operation::Operation;
use crate::session::Session;

impl Session {
    /// Every value is computed before the first is assigned.
    pub(super) async fn set_variables(
        self: &Arc<Self>,
        targets: &[Vec<String>],
        source: VariableSource,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let held = self.targets(targets, operation)?;
        let values = match source {
            VariableSource::Values(values) => {
                let cast = values.into_iter().zip(&held).map(|(value, held)| {
                    let value = if value.kind == ExprKind::Default { held.default.clone() } else { value };
                    cast_to(value, &held.data_type())
                });
                let values = self.evaluate_row(cast.collect(), operation).await?;
                values.into_iter().map(|(_, value)| value).collect()
            }
            VariableSource::Query(query) => self.row_for(&held, query, operation).await?,
        };
        self.assign(targets, values, operation);
        Ok(())
    }

    /// The variables of these names.
    pub(super) fn targets(&self, targets: &[Vec<String>], operation: &Operation) -> Result<Vec<Held>> {
        for (place, target) in targets.iter().enumerate() {
            let same = |other: &&Vec<String>| {
                other.len() == target.len()
                    && other.iter().zip(target).all(|(a, b)| a.eq_ignore_ascii_case(b))
            };
            if targets[..place].iter().any(|other| same(&other)) {
                return Err(Error::analysis("DUPLICATE_ASSIGNMENTS").with("nameList", quoted(target)));
            }
        }
        let find =
            |name: &Vec<String>| self.variable(name, operation).ok_or_else(|| unresolved_variable(name));
        targets.iter().map(find).collect()
    }

    /// The one row of a query as values of the variables' types; NULLs when there is no row.
    pub(super) async fn row_for(
        self: &Arc<Self>,
        held: &[Held],
        query: Relation,
        operation: &Arc<Operation>,
    ) -> Result<Vec<ScalarValue>> {
        let width = self.analyze(&query, operation).await?.resolved.columns.len();
        if width != held.len() {
            return Err(Error::analysis("ASSIGNMENT_ARITY_MISMATCH")
                .with("numTarget", held.len().to_string())
                .with("numExpr", width.to_string()));
        }
        let names: Vec<String> = (0..width).map(|place| format!("c{place}")).collect();
        let expressions = held.iter().zip(&names);
        let expressions =
            expressions.map(|(held, name)| cast_to(Expr::column(name.clone()), &held.data_type())).collect();
        let source = query.source.clone();
        let input = Relation::new(RelationKind::ToDf { input: query, names });
        let mut relation = Relation::new(RelationKind::Project { input, expressions });
        relation.source = source;
        match self.single_row(&relation, operation).await? {
            (_, Some(values)) => Ok(values.into_iter().map(|(_, value)| value).collect()),
            (_, None) => held.iter().map(null_of).collect(),
        }
    }

    /// Puts values of the right types into variables that exist.
    pub(super) fn assign(&self, targets: &[Vec<String>], values: Vec<ScalarValue>, operation: &Operation) {
        for (target, value) in targets.iter().zip(values) {
            let local = operation.frames().assign(target, &value);
            if let (false, Some(name)) = (local, session_name(target)) {
                self.variables.assign(name, value);
            }
        }
    }
}

fn null_of(held: &Held) -> Result<ScalarValue> {
    ScalarValue::try_from(held.field.data_type()).map_err(functions::error::from_datafusion)
}
