//! CSV in one line: its tokens, and the functions on top of them.

pub(super) mod from_csv;
pub(super) mod schema_of_csv;
pub(super) mod to_csv;
mod tokens;
