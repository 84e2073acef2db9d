//! The unresolved tree: what was asked for, before anybody looked a name up.
//!
//! ```text
//! Statement ──has──► Relation ──has──► Expr ──has──► Literal, DataType
//! ```
//!
//! A script is a [`Block`] of [`Step`]s, most of which are statements.
//!
//! SQL and DataFrames meet here, so operators, predicates and CASE are all plain [`ExprKind::Function`] calls under
//! Spark's function names (`+`, `==`, `and`, `when`, `in`, `isnull`, `like` …): one spelling, one plan.

mod deferred;
mod expr;
mod lake;
mod literal;
mod modify;
mod relation;
mod routine;
mod script;
mod statement;
mod table;
mod title;

pub use deferred::*;
pub use expr::*;
pub use lake::*;
pub use literal::*;
pub use modify::*;
pub use relation::*;
pub use routine::*;
pub use script::*;
pub use statement::*;
pub use table::*;
