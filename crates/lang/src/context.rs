//! What an error points at, and how Spark prints that.

use std::sync::Arc;

/// At most this many characters of a line are shown before and after the piece that is meant; as many already count
/// as cut.
const MAX_AROUND: usize = 32;
const CUT: &str = "...";

/// The piece of SQL text (or the DataFrame call) an error points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryContext {
    /// `start` and `stop` are bytes of `text`, the latter behind the piece.
    Sql {
        object_type: String,
        object_name: String,
        text: Arc<str>,
        start: usize,
        stop: usize,
    },
    DataFrame {
        fragment: String,
        call_site: String,
    },
}

impl QueryContext {
    /// The piece itself, or the name of the call.
    pub fn fragment(&self) -> &str {
        match self {
            QueryContext::Sql { text, start, stop, .. } => text.get(*start..*stop).unwrap_or(text),
            QueryContext::DataFrame { fragment, .. } => fragment,
        }
    }

    /// The paragraph that shows the place: `== SQL (line 1, position 8) ==` and the piece underlined.
    pub fn summary(&self) -> String {
        match self {
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

    /// How messages about a statement's meaning end: `; line 1 pos 7`.
    pub fn short(&self) -> String {
        match self {
            QueryContext::Sql { text, start, .. } => {
                let (line, position) = line_and_position(text, *start);
                format!("; line {line} pos {position}")
            }
            QueryContext::DataFrame { .. } => String::new(),
        }
    }

    /// How a few of them end instead: the text alone.
    pub fn whole_text(&self) -> String {
        let QueryContext::Sql { text, .. } = self else { return String::new() };
        format!("\n== SQL ==\n{text}")
    }

    /// How messages about text that is no statement end: the whole text, with a mark below the line.
    pub fn syntax(&self) -> String {
        let QueryContext::Sql { text, start, .. } = self else { return String::new() };
        let (line, position) = line_and_position(text, *start);
        let mut out = format!(" (line {line}, pos {position})\n\n== SQL ==\n");
        let mut lines = text.trim_end_matches('\n').split('\n');
        for above in lines.by_ref().take(line) {
            out.push_str(&format!("{above}\n"));
        }
        out.push_str(&format!("{}^^^\n", "-".repeat(position)));
        lines.for_each(|below| out.push_str(&format!("{below}\n")));
        out
    }
}

/// The lines that `[start, stop)` touches, cut if they are long, each with carets under the part that is meant.
fn underlined(text: &str, start: usize, stop: usize) -> String {
    let before = text.get(..start).unwrap_or(text);
    let meant = text.get(start..stop.max(start)).unwrap_or_default();
    let after = text.get(stop.max(start)..).unwrap_or_default();
    let before = before.rsplit('\n').next().unwrap_or_default();
    let after = after.split('\n').next().unwrap_or_default();
    let lead = match before.char_indices().rev().nth(MAX_AROUND - 1) {
        Some((index, _)) => format!("{CUT}{}", &before[index..]),
        None => before.to_string(),
    };
    let trail = match after.char_indices().nth(MAX_AROUND - 1) {
        Some((index, c)) => format!("{}{CUT}", &after[..index + c.len_utf8()]),
        None => after.to_string(),
    };
    let last = meant.split('\n').count() - 1;
    let mut out = String::new();
    for (index, piece) in meant.split('\n').enumerate() {
        let lead = if index == 0 { lead.as_str() } else { "" };
        let trail = if index == last { trail.as_str() } else { "" };
        let (blanks, carets) = (lead.chars().count(), piece.chars().count());
        out.push_str(&format!("{lead}{piece}{trail}\n{}{}\n", " ".repeat(blanks), "^".repeat(carets)));
    }
    out
}

/// The line (from 1) and the position in it (from 0, in characters) of a byte offset.
fn line_and_position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |index| index + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(text: &str, piece: &str) -> QueryContext {
        let start = text.find(piece).expect("a piece of the text");
        let (object_type, object_name) = (String::new(), String::new());
        QueryContext::Sql { object_type, object_name, text: text.into(), start, stop: start + piece.len() }
    }

    #[test]
    fn a_fragment_is_underlined_on_every_line_it_touches() {
        assert_eq!(
            sql("select 1/0", "1/0").summary(),
            "== SQL (line 1, position 8) ==\nselect 1/0\n       ^^^\n"
        );
        let two_lines = sql("select a,\n1 /\n0", "1 /\n0").summary();
        assert_eq!(two_lines, "== SQL (line 2, position 1) ==\n1 /\n^^^\n0\n^\n");
    }

    #[test]
    fn long_lines_are_cut_as_spark_cuts_them() {
        let text = "select 1 as aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, 1/0, \
                    2 as cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
        assert_eq!(
            sql(text, "1/0").summary(),
            "== SQL (line 1, position 51) ==\n\
             ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, 1/0, 2 as ccccccccccccccccccccccccc...\n\
             \x20                                  ^^^\n"
        );
        // Spark says so too where just as much as it shows is there.
        let exactly = sql("select * from range(3) where id in ('a', 'b')", "in ('a', 'b')").summary();
        assert!(exactly.contains("\n...select * from range(3) where id in ('a', 'b')\n"), "{exactly}");
    }

    #[test]
    fn positions_are_counted_in_characters() {
        assert_eq!(line_and_position("é\nüx", 5), (2, 1));
        assert_eq!(sql("select 'é', 1/0", "1/0").short(), "; line 1 pos 12");
    }

    #[test]
    fn syntax_errors_show_the_whole_text() {
        let place = sql("select\n1 x y", "y");
        assert_eq!(place.syntax(), " (line 2, pos 4)\n\n== SQL ==\nselect\n1 x y\n----^^^\n");
        assert_eq!(sql("", "").syntax(), " (line 1, pos 0)\n\n== SQL ==\n\n^^^\n");
    }
}
