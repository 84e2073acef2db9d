//! The unresolved tree: what was asked for, before anybody looked a name up.
//!
//! ```text
//! Statement ──has──► Relation ──has──► Expr ──has──► Literal, DataType
//! ```
//!
//! SQL and DataFrames meet here, so operators, predicates and CASE are all plain [`ExprKind::Function`] calls under
//! Spark's function names (`+`, `==`, `and`, `when`, `in`, `isnull`, `like` …): one spelling, one plan.

mod expr;
mod literal;
mod relation;
mod statement;

pub use expr::*;
pub use literal::*;
pub use relation::*;
pub use statement::*;
