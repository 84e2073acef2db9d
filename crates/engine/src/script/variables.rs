//! The variables of a session: DECLARE and DROP.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::ScalarValue;
use functions::types;
use lang::ir::{DeclareVariable, Expr, ExprKind, Literal};
use lang::{DataType, Error, Result};
use parking_lot::RwLock;
use plan::contract::Variable;

use crate::catalog::quoted;
use crate::operation::Operation;
use crate::session::Session;

/// A variable with its value.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) field: FieldRef,
    pub(crate) value: ScalarValue,
    /// What `SET VAR x = DEFAULT` assigns.
    pub(crate) default: Expr,
}

impl Held {
    pub(crate) fn data_type(&self) -> DataType {
        types::from_field(&self.field)
    }

    fn seen(&self, shown: String) -> Variable {
        Variable { shown, field: Arc::clone(&self.field), value: self.value.clone() }
    }
}

/// The variables of a session, by name in lower case.
#[derive(Debug, Default)]
pub(crate) struct Variables(RwLock<BTreeMap<String, Held>>);

impl Variables {
    pub(crate) fn find(&self, name: &str) -> Option<Held> {
        self.0.read().get(&name.to_lowercase()).cloned()
    }

    pub(crate) fn assign(&self, name: &str, value: ScalarValue) {
        if let Some(held) = self.0.write().get_mut(&name.to_lowercase()) {
            held.value = value;
        }
    }

    pub(crate) fn clear(&self) {
        self.0.write().clear();
    }

    pub(crate) fn copy_from(&self, other: &Variables) {
        *self.0.write() = other.0.read().clone();
    }
}

/// The plain name of a session variable: `x`, `session.x` or `system.session.x`.
pub(crate) fn session_name(name: &[String]) -> Option<&str> {
    let is = |part: &String, word: &str| part.eq_ignore_ascii_case(word);
    match name {
        [last] => Some(last),
        [session, last] if is(session, "session") => Some(last),
        [system, session, last] if is(system, "system") && is(session, "session") => Some(last),
        _ => None,
    }
}

/// `` `system`.`session`.`x` ``
pub(crate) fn shown(name: &str) -> String {
    quoted(&["system", "session", name])
}

pub(crate) fn unresolved_variable(name: &[String]) -> Error {
    Error::analysis("UNRESOLVED_VARIABLE")
        .with("variableName", quoted(name))
        .with("searchPath", "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]")
}

impl Session {
    /// `DECLARE a, b INT DEFAULT 1`: one default, computed once for all.
    pub(super) async fn declare_variable(
        self: &Arc<Self>,
        declare: DeclareVariable,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let mut names: Vec<String> = Vec::with_capacity(declare.names.len());
        for name in &declare.names {
            let Some(plain) = session_name(name) else {
                return Err(unresolved_variable(name).with("searchPath", "[`system`.`session`]"));
            };
            let plain = plain.to_lowercase();
            if names.contains(&plain) {
                return Err(Error::analysis("DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE")
                    .with("variableName", shown(&plain)));
            }
            names.push(plain);
        }
        let default = declare.default.map(|(value, _)| value);
        let held = self.initial(declare.data_type, default, operation).await?;
        let mut variables = self.variables.0.write();
        if let Some(taken) = names.iter().find(|name| !declare.or_replace && variables.contains_key(*name)) {
            return Err(Error::analysis("VARIABLE_ALREADY_EXISTS").with("variableName", shown(taken)));
        }
        for name in names {
            variables.insert(name, held.clone());
        }
        Ok(())
    }

    /// A variable as its declaration makes it: of the type that is given, or of the default's.
    pub(super) async fn initial(
        self: &Arc<Self>,
        data_type: Option<DataType>,
        default: Option<Expr>,
        operation: &Arc<Operation>,
    ) -> Result<Held> {
        let nothing = || Expr::from(ExprKind::Literal(Literal::Null(DataType::Null)));
        let default = default.unwrap_or_else(nothing);
        let (field, value) = match data_type {
            Some(data_type) => self.evaluate_as(default.clone(), &data_type, operation).await?,
            None => self.evaluate(default.clone(), operation).await?,
        };
        Ok(Held { field, value, default })
    }

    pub(super) fn drop_variable(&self, name: &[String], if_exists: bool) -> Result<()> {
        let removed = session_name(name).and_then(|n| self.variables.0.write().remove(&n.to_lowercase()));
        if removed.is_none() && !if_exists {
            let name = match session_name(name) {
                Some(plain) => shown(plain),
                None => quoted(name),
            };
            return Err(Error::analysis("VARIABLE_NOT_FOUND").with("variableName", name));
        }
        Ok(())
    }

    /// `SET x = 1` means a setting, and is refused where a variable has that name.
    pub(crate) fn refuse_set_of_variable(&self, key: Option<&str>, value: Option<&str>) -> Result<()> {
        let (Some(key), Some(_)) = (key, value) else { return Ok(()) };
        match self.variables.find(key) {
            Some(_) => Err(Error::analysis("UNSUPPORTED_FEATURE.SET_VARIABLE_USING_SET")
                .with("variableName", quoted(&[key]))),
            None => Ok(()),
        }
    }

    /// What the resolver is told of the variable of that name.
    pub(crate) fn seen_variable(&self, name: &[String], operation: &Operation) -> Option<Variable> {
        let last = name.last().map(String::as_str).unwrap_or_default();
        if let Some((held, label)) = operation.frames().labelled(name) {
            let label = label.map(|label| format!("{label}.")).unwrap_or_default();
            return Some(held.seen(format!("local.{label}{last}")));
        }
        let held = self.variables.find(session_name(name)?)?;
        Some(held.seen(format!("system.session.{last}")))
    }

    /// The variable that a name means now: one of the running script, or of the session.
    pub(crate) fn variable(&self, name: &[String], operation: &Operation) -> Option<Held> {
        let local = operation.frames().find(name);
        local.or_else(|| session_name(name).and_then(|plain| self.variables.find(plain)))
    }
}
