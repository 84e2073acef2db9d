//! Functions about the session, types and identity.
//!
//! Guarantees: what the session knows is a constant of the query; ids and random identifiers depend on the partition
//! as Spark's do. Start with [`session`].

use crate::Definition;

mod aes;
mod cipher;
mod hmac;
mod java;
mod partition;
mod reflect;
mod refused;
mod session;
mod udt;
mod uuid;

/// The functions of this group, sorted by name.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::scalar(&["aes_decrypt"], aes::aes_decrypt),
        Definition::scalar(&["aes_encrypt"], aes::aes_encrypt),
        Definition::scalar(&["current_catalog"], session::current_catalog),
        Definition::scalar(&["current_database", "current_schema"], session::current_database),
        Definition::scalar(&["current_path"], session::current_path),
        Definition::scalar(&["current_user", "session_user", "user"], session::current_user),
        Definition::scalar(&["java_method", "reflect"], reflect::reflect),
        Definition::scalar(&["hmac"], hmac::hmac),
        Definition::scalar(&["measure"], refused::measure),
        Definition::scalar(&["monotonically_increasing_id"], partition::increasing_id),
        Definition::scalar(&["spark_partition_id"], partition::partition_id),
        Definition::scalar(&["st_asbinary"], refused::geospatial),
        Definition::scalar(&["st_geogfromwkb"], refused::geospatial),
        Definition::scalar(&["st_geomfromwkb"], refused::geospatial),
        Definition::scalar(&["st_setsrid"], refused::geospatial),
        Definition::scalar(&["st_srid"], refused::geospatial),
        Definition::scalar(&["try_aes_decrypt"], aes::try_aes_decrypt),
        Definition::scalar(&["try_reflect"], reflect::try_reflect),
        Definition::scalar(&["typeof"], session::type_of),
        Definition::scalar(&["unwrap_udt"], udt::unwrap_udt),
        Definition::scalar(&["uuid"], uuid::uuid),
        Definition::scalar(&["version"], session::version),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_are_those_of_spark() {
        crate::oracle::check(include_str!("answers.tsv"));
        crate::oracle::check(include_str!("crypto_answers.tsv"));
    }
}
