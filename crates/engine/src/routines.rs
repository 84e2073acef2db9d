//! CREATE, DROP and REFRESH of functions that a database keeps.

use lang::ir::CreateExternalFunction;
use lang::{Error, Result};

use crate::catalog::{Routine, RoutineBody, TableName, quoted};
use crate::session::Session;

impl Session {
    /// `CREATE FUNCTION f AS 'class' USING JAR 'path'`: it is kept and described; classes of the JVM cannot be called.
    pub(crate) async fn create_external_function(&self, create: CreateExternalFunction) -> Result<()> {
        let last = create.name.last().cloned().unwrap_or_default();
        if create.temporary {
            return Err(Error::analysis("CANNOT_LOAD_FUNCTION_CLASS")
                .with("className", create.class)
                .with("functionName", quoted(&[last])));
        }
        let body = RoutineBody::Class { class: create.class, resources: create.resources };
        self.put_routine(&create.name, body, create.or_replace, create.if_not_exists).await
    }

    pub(crate) async fn put_routine(
        &self,
        name: &[String],
        body: RoutineBody,
        or_replace: bool,
        if_not_exists: bool,
    ) -> Result<()> {
        let name = TableName::read(name, &self.current_database())?;
        if if_not_exists && self.engine().catalog.routine(&name).is_some() {
            return Ok(());
        }
        let routine = Routine { name, body };
        self.engine().catalog.change(move |change| change.put_routine(&routine, or_replace)).await
    }

    /// Functions of the session go before those of the database.
    pub(crate) async fn drop_function(
        &self,
        name: &[String],
        if_exists: bool,
        temporary: bool,
    ) -> Result<()> {
        let last = name.last().map(|part| part.to_lowercase()).unwrap_or_default();
        let removed = || {
            self.functions.write().remove(&last).is_some()
                || self.sql_functions.remove(std::slice::from_ref(&last)).is_some()
        };
        if name.len() == 1 && removed() {
            return Ok(());
        }
        if name.len() == 1 && functions::registry::find(&last).is_some() {
            return Err(Error::analysis("FORBIDDEN_OPERATION")
                .with("statement", "DROP")
                .with("objectType", "FUNCTION")
                .with("objectName", quoted(&[last])));
        }
        if temporary {
            return match if_exists {
                true => Ok(()),
                false => Err(Error::analysis("ROUTINE_NOT_FOUND").with("routineName", quoted(&[last]))),
            };
        }
        let routine = TableName::read(name, &self.current_database())?;
        let key = routine.clone();
        let removed = self.engine().catalog.change(move |change| change.remove_routine(&key)).await?;
        if removed || if_exists { Ok(()) } else { Err(routine_not_found(&routine)) }
    }

    pub(crate) fn refresh_function(&self, name: &[String]) -> Result<()> {
        let last = name.last().map(|part| part.to_lowercase()).unwrap_or_default();
        if name.len() == 1 && functions::registry::find(&last).is_some() {
            return Err(Error::analysis("_LEGACY_ERROR_TEMP_1017").with("functionName", last));
        }
        let routine = TableName::read(name, &self.current_database())?;
        match self.engine().catalog.routine(&routine).as_deref() {
            None => Err(routine_not_found(&routine)),
            Some(Routine { body: RoutineBody::Class { class, .. }, .. }) => {
                Err(Error::analysis("CANNOT_LOAD_FUNCTION_CLASS")
                    .with("className", class.as_str())
                    .with("functionName", routine.quoted()))
            }
            Some(Routine { body: RoutineBody::Sql { .. }, .. }) => Ok(()),
        }
    }

    /// The function of a database under that name.
    pub(crate) fn routine_named(&self, name: &[String]) -> Option<std::sync::Arc<Routine>> {
        self.routine_in(name, &self.current_database())
    }

    /// [`Self::routine_named`], looked up in `database` when the name says none.
    pub(crate) fn routine_in(&self, name: &[String], database: &str) -> Option<std::sync::Arc<Routine>> {
        let name = TableName::read(name, database).ok()?;
        self.engine().catalog.routine(&name)
    }
}

/// `ROUTINE_NOT_FOUND`
fn routine_not_found(name: &TableName) -> Error {
    Error::analysis("ROUTINE_NOT_FOUND").with("routineName", quoted(&[&name.database, &name.table]))
}
