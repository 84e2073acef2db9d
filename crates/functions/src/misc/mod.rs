//! Functions about the session, types and identity.
//!
//! Guarantees: what the session knows is a constant of the query. Does not: partition ids, which no scalar expression
//! can see. Start with [`session`].

use crate::Definition;

mod session;
mod uuid;

/// The functions of this group, sorted by name.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::scalar(&["current_catalog"], session::current_catalog),
        Definition::scalar(&["current_database", "current_schema"], session::current_database),
        Definition::scalar(&["current_user", "session_user", "user"], session::current_user),
        Definition::scalar(&["typeof"], session::type_of),
        Definition::scalar(&["uuid"], uuid::uuid),
        Definition::scalar(&["version"], session::version),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_are_those_of_spark() {
        crate::oracle::check(include_str!("answers.tsv"));
    }
}
