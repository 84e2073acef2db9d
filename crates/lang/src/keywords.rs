//! The words that end an expression or a relation, because most of Spark's keywords may be names too.
//!
//! In Spark's default mode only a handful of words are reserved, and those only as table aliases. An alias without
//! AS is therefore decided by these tables and one word of look-ahead.

/// Never a table alias (Spark's "strict non-reserved" words).
const STRICT: &[&str] = &[
    "ANTI",
    "CROSS",
    "EXCEPT",
    "FULL",
    "INNER",
    "INTERSECT",
    "JOIN",
    "LATERAL",
    "LEFT",
    "MINUS",
    "NATURAL",
    "ON",
    "RIGHT",
    "SEMI",
    "UNION",
    "USING",
];

/// Starts a new clause wherever it stands after a complete expression or relation.
const CLAUSES: &[&str] = &[
    "AND", "AS", "BETWEEN", "DIV", "ESCAPE", "FROM", "HAVING", "ILIKE", "IN", "INSERT", "IS", "LIKE", "NOT",
    "OR", "RLIKE", "REGEXP", "SELECT", "THEN", "WHEN", "WHERE",
];

/// Starts a clause unless what follows shows that it is an alias.
const SOFT: &[&str] = &[
    "ASC",
    "DESC",
    "DO",
    "ELSE",
    "END",
    "FOR",
    "IGNORE",
    "LIMIT",
    "NULLS",
    "OFFSET",
    "OVER",
    "RESPECT",
    "SET",
    "UNPIVOT",
    "PIVOT",
    "QUALIFY",
    "TABLESAMPLE",
    "VALUES",
    "WATERMARK",
    "WINDOW",
    "WITH",
    "PRECEDING",
    "FOLLOWING",
    "ROWS",
    "RANGE",
];

/// Starts a clause when BY follows.
const BEFORE_BY: &[&str] = &["CLUSTER", "DISTRIBUTE", "GROUP", "ORDER", "PARTITION", "SORT"];

/// How a word behaves where an alias without AS could stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Name,
    /// A name for a column, but never for a table.
    Strict,
    Clause,
    Soft,
    BeforeBy,
}

pub(crate) fn role(word: &str) -> Role {
    let is_in = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    if is_in(CLAUSES) {
        Role::Clause
    } else if is_in(STRICT) {
        Role::Strict
    } else if is_in(SOFT) {
        Role::Soft
    } else if is_in(BEFORE_BY) {
        Role::BeforeBy
    } else {
        Role::Name
    }
}

/// Words that are no names where the session enforces what standard SQL reserves.
const RESERVED: &[&str] = &[
    "ALL",
    "AND",
    "ANY",
    "AS",
    "AUTHORIZATION",
    "BOTH",
    "CASE",
    "CAST",
    "CHECK",
    "COLLATE",
    "COLUMN",
    "CONSTRAINT",
    "CREATE",
    "CROSS",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "DISTINCT",
    "ELSE",
    "END",
    "ESCAPE",
    "EXCEPT",
    "EXECUTE",
    "FALSE",
    "FETCH",
    "FILTER",
    "FOR",
    "FOREIGN",
    "FROM",
    "FULL",
    "GRANT",
    "GROUP",
    "HAVING",
    "IN",
    "INNER",
    "INTERSECT",
    "INTO",
    "IS",
    "JOIN",
    "LATERAL",
    "LEADING",
    "LEFT",
    "NATURAL",
    "NOT",
    "NULL",
    "OFFSET",
    "ON",
    "ONLY",
    "OR",
    "ORDER",
    "OUTER",
    "OVERLAPS",
    "PRIMARY",
    "REFERENCES",
    "RIGHT",
    "SELECT",
    "SESSION_USER",
    "SOME",
    "SQL",
    "TABLE",
    "THEN",
    "TIME",
    "TO",
    "TRAILING",
    "UNION",
    "UNIQUE",
    "UNKNOWN",
    "USER",
    "USING",
    "WHEN",
    "WHERE",
    "WITH",
    "WITHIN",
];

/// Whether standard SQL reserves the word, as far as Spark enforces it.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}

/// Words that do not stand for a column without backticks, since a query that misses something would otherwise
/// silently take them for one. Most of them do where they clearly stand alone, as in `SELECT then, when FROM t`.
pub(crate) fn never_a_column(word: &str, stands_alone: bool) -> bool {
    let is_in = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    let hard = is_in(&["FROM", "WHERE", "SELECT", "HAVING", "NOT"]);
    hard || (!stands_alone && is_in(&["THEN", "WHEN", "UNION", "AND", "OR", "IS", "IN", "ON", "AS", "JOIN"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles() {
        assert_eq!(role("date"), Role::Name);
        assert_eq!(role("left"), Role::Strict);
        assert_eq!(role("From"), Role::Clause);
        assert_eq!(role("limit"), Role::Soft);
        assert_eq!(role("group"), Role::BeforeBy);
    }
}
