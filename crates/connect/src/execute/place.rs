//! Where a statement names the table it did not find: its text is known here alone.

use lang::ir::Statement;
use lang::{Error, Place, Source};
use spark_connect_proto as proto;
use spark_connect_proto::relation::RelType;

/// The text of a statement whose missing table Spark would point at; DROP is the one that it does not.
pub(super) fn text(statement: &Statement, input: &proto::Relation) -> Option<String> {
    match (statement, input.rel_type.as_ref()?) {
        (Statement::DropTable { .. } | Statement::DropView { .. }, _) => None,
        (_, RelType::Sql(sql)) => Some(sql.query.clone()),
        _ => None,
    }
}

/// The error, pointing at the table that was not found, under the name it has in the text.
pub(super) fn located(error: Error, text: Option<&str>) -> Error {
    let Some(text) = text else { return error };
    if error.condition() != "TABLE_OR_VIEW_NOT_FOUND" || !error.context().is_empty() {
        return error;
    }
    let name = error.parameters().get("relationName").and_then(|name| lang::parse_identifier(name).ok());
    let Some((span, parts)) = name.and_then(|name| lang::find_name(text, &name)) else { return error };
    let written: Vec<String> = parts.iter().map(|part| format!("`{}`", part.replace('`', "``"))).collect();
    let place = Place { source: Some(Source::sql(text)), span };
    error.with("relationName", written.join(".")).at(&place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_tables_are_found_in_the_text() {
        let error =
            Error::analysis("TABLE_OR_VIEW_NOT_FOUND").with("relationName", "`spark_catalog`.`default`.`t`");
        let error = located(error, Some("describe t"));
        assert_eq!(error.parameters()["relationName"], "`t`");
        assert_eq!(error.context()[0].fragment(), "t");
    }
}
