//! Where an error happened, as a message: the piece of SQL or the DataFrame call it points at.

use lang::{Error, ErrorKind, QueryContext};
use spark_connect_proto::fetch_error_details_response as details;

/// The whole message of an error, as Spark's exception of that kind has it.
pub(crate) fn full_message(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Parse => format!("\n{error}"),
        _ => error.to_string(),
    }
}

/// The contexts that clients get as such; Spark has none for text that does not parse, and an empty one where it would
/// have one but does not know it.
pub(super) fn query_contexts(error: &Error) -> Vec<details::QueryContext> {
    if error.is_syntax() {
        return Vec::new();
    }
    if error.context().is_empty() && error.tells_place() {
        return vec![unknown()];
    }
    error.context().iter().map(query_context).collect()
}

fn unknown() -> details::QueryContext {
    details::QueryContext {
        context_type: details::query_context::ContextType::Sql as i32,
        start_index: -1,
        stop_index: -1,
        ..Default::default()
    }
}

fn query_context(context: &QueryContext) -> details::QueryContext {
    let (summary, fragment) = (context.summary(), context.fragment().to_string());
    match context {
        QueryContext::Sql { object_type, object_name, text, start, stop } => details::QueryContext {
            context_type: details::query_context::ContextType::Sql as i32,
            object_type: object_type.clone(),
            object_name: object_name.clone(),
            start_index: characters(text, *start) as i32,
            stop_index: characters(text, *stop) as i32 - 1,
            fragment,
            summary,
            ..Default::default()
        },
        QueryContext::DataFrame { call_site, .. } => details::QueryContext {
            context_type: details::query_context::ContextType::Dataframe as i32,
            fragment,
            call_site: call_site.clone(),
            summary,
            ..Default::default()
        },
    }
}

/// How many characters the first `bytes` bytes are.
fn characters(text: &str, bytes: usize) -> usize {
    text.get(..bytes).unwrap_or(text).chars().count()
}

#[cfg(test)]
mod tests {
    use lang::RuntimeClass;

    use super::*;

    fn sql(text: &str, start: usize, stop: usize) -> QueryContext {
        let (object_type, object_name) = (String::new(), String::new());
        QueryContext::Sql { object_type, object_name, text: text.into(), start, stop }
    }

    #[test]
    fn positions_are_counted_in_characters() {
        let context = query_context(&sql("select 'é' / 0", 7, 15));
        assert_eq!((context.start_index, context.stop_index, context.fragment.as_str()), (7, 13, "'é' / 0"));
    }

    #[test]
    fn syntax_errors_show_the_whole_text() {
        let error = Error::parse("PARSE_SYNTAX_ERROR")
            .with("error", "'x'")
            .with("hint", "")
            .with_context(sql("select\n1 x x", 11, 12));
        assert!(full_message(&error).ends_with("(line 2, pos 4)\n\n== SQL ==\nselect\n1 x x\n----^^^\n"));
        assert!(query_contexts(&error).is_empty());
    }

    #[test]
    fn each_kind_of_error_shows_its_place_in_its_own_way() {
        let place = || sql("select 1/0", 7, 10);
        let meaning = Error::analysis("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION").with("objectName", "`x`");
        assert!(full_message(&meaning.with_context(place())).ends_with("SQLSTATE: 42703; line 1 pos 7"));
        let value = Error::runtime(RuntimeClass::Arithmetic, "DIVIDE_BY_ZERO").with("config", "");
        let message = full_message(&value.clone().with_context(place()));
        assert!(message.ends_with("\n== SQL (line 1, position 8) ==\nselect 1/0\n       ^^^\n"), "{message}");
        assert_eq!(query_contexts(&value)[0].start_index, -1);
        assert!(query_contexts(&value.placeless()).is_empty());
    }
}
