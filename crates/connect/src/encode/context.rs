//! Where an error happened: the piece of SQL or the DataFrame call it points at, as text for people and as a message.

use lang::{Error, ErrorKind, QueryContext};
use spark_connect_proto::fetch_error_details_response as details;

/// The whole message of an error: condition, sentence, SQLSTATE and the places it points at.
pub(crate) fn full_message(error: &Error) -> String {
    let mut message = format!("[{}] {}", error.condition(), error.message());
    if let Some(state) = error.sql_state() {
        message.push_str(&format!(" SQLSTATE: {state}"));
    }
    for context in error.context() {
        match context {
            QueryContext::Sql { text, start, .. } if error.kind() == ErrorKind::Parse => {
                message.push_str(&syntax_error_place(text, *start));
            }
            _ => message.push_str(&format!("\n{}", summary(context))),
        }
    }
    message
}

/// The contexts that clients get as such; Spark has none for text that does not parse.
pub(super) fn query_contexts(error: &Error) -> Vec<details::QueryContext> {
    match error.kind() {
        ErrorKind::Parse => Vec::new(),
        _ => error.context().iter().map(query_context).collect(),
    }
}

fn query_context(context: &QueryContext) -> details::QueryContext {
    let summary = summary(context);
    match context {
        QueryContext::Sql { object_type, object_name, text, start, stop } => details::QueryContext {
            context_type: details::query_context::ContextType::Sql as i32,
            object_type: object_type.clone(),
            object_name: object_name.clone(),
            start_index: characters(text, *start) as i32,
            stop_index: characters(text, *stop).saturating_sub(1) as i32,
            fragment: text.get(*start..*stop).unwrap_or(text).to_string(),
            summary,
            ..Default::default()
        },
        QueryContext::DataFrame { fragment, call_site } => details::QueryContext {
            context_type: details::query_context::ContextType::Dataframe as i32,
            fragment: fragment.clone(),
            call_site: call_site.clone(),
            summary,
            ..Default::default()
        },
    }
}

fn summary(context: &QueryContext) -> String {
    match context {
        QueryContext::Sql { object_type, object_name, text, start, stop } => {
            let of_object = match object_type.is_empty() || object_name.is_empty() {
                true => String::new(),
                false => format!(" of {object_type} {object_name}"),
            };
            let (line, position) = line_and_position(text, *start);
            format!(
                "== SQL{of_object} (line {line}, position {}) ==\n{}",
                position + 1,
                underlined(text, *start, *stop)
            )
        }
        QueryContext::DataFrame { fragment, call_site } => {
            format!("== DataFrame ==\n\"{fragment}\" was called from\n{call_site}\n")
        }
    }
}

/// The lines that `[start, stop)` touches, each with carets under the part that is meant.
fn underlined(text: &str, start: usize, stop: usize) -> String {
    let mut out = String::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let line_end = line_start + line.len();
        if line_end > start && line_start < stop.max(start + 1) {
            let content = line.trim_end_matches(['\n', '\r']);
            let from = characters(content, start.saturating_sub(line_start));
            let to = characters(content, stop.saturating_sub(line_start)).max(from + 1);
            out.push_str(&format!("{content}\n{}{}\n", " ".repeat(from), "^".repeat(to - from)));
        }
        line_start = line_end;
    }
    out
}

/// The whole text, with a mark below the line that does not parse.
fn syntax_error_place(text: &str, start: usize) -> String {
    let (line, position) = line_and_position(text, start);
    let mut out = format!(" (line {line}, pos {position})\n\n== SQL ==\n");
    for (index, content) in text.lines().enumerate() {
        out.push_str(content);
        out.push('\n');
        if index + 1 == line {
            out.push_str(&format!("{}^^^\n", "-".repeat(position)));
        }
    }
    out
}

/// The line (from 1) and the position in it (from 0) of a byte offset.
fn line_and_position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |index| index + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count())
}

/// How many characters the first `bytes` bytes are.
fn characters(text: &str, bytes: usize) -> usize {
    text.get(..bytes).unwrap_or(text).chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(text: &str, start: usize, stop: usize) -> QueryContext {
        let (object_type, object_name) = (String::new(), String::new());
        QueryContext::Sql { object_type, object_name, text: text.to_string(), start, stop }
    }

    #[test]
    fn a_fragment_is_underlined_on_every_line_it_touches() {
        assert_eq!(
            summary(&sql("select 1/0", 7, 10)),
            "== SQL (line 1, position 8) ==\nselect 1/0\n       ^^^\n"
        );
        let two_lines = summary(&sql("select a,\n1 /\n0", 10, 15));
        assert_eq!(two_lines, "== SQL (line 2, position 1) ==\n1 /\n^^^\n0\n^\n");
    }

    #[test]
    fn positions_are_counted_in_characters() {
        assert_eq!(line_and_position("é\nüx", 5), (2, 1));
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
}
