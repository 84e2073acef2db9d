//! Spark's operators: arithmetic, comparison, logic, bits, and the tests for NULL.
//!
//! ```text
//! Call ──► operand types (Spark's coercion) ──► explicit casts ──► BinaryExpr          where DataFusion agrees
//!                                                             └─► OperatorFunction    overflow, zero, time
//!                                                                   ├─ integer, decimal_kernel
//!                                                                   └─ temporal_kernel, interval_kernel
//! ```
//!
//! The nouns: an [`function::Operation`] is what is computed, an [`kernel::Operand`] a column or a constant, and
//! [`kernel::combine`] the one loop that all of them run in.
//!
//! # Guarantees
//! - Comparisons and logic are DataFusion's own operators, so that pruning, join and filter optimizations apply.
//! - Under ANSI no overflow and no zero divisor passes unnoticed.
//! - Names of calls stay short, however long the chain of operators is ([`chain`]).
//!
//! # Does not
//! Compare `-0.0` and `0.0` as equal: Arrow's kernels order them.
//!
//! # Where to start
//! [`arithmetic`] for how an operator is built, [`kernel`] for how it runs.

mod arithmetic;
mod bitwise;
pub mod chain;
pub(crate) mod comparison;
mod decimal;
mod decimal_kernel;
mod function;
mod integer;
mod interval_kernel;
mod kernel;
mod logic;
mod nulls;
mod refusal;
mod sign;
mod temporal;
mod temporal_kernel;
mod temporal_operation;
#[cfg(test)]
mod tests;

use crate::Definition;

/// The functions of this group, sorted by name.
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::scalar(&["!=", "<>"], comparison::not_equal),
        Definition::scalar(&["%", "mod"], arithmetic::remainder),
        Definition::scalar(&["&"], bitwise::and),
        Definition::scalar(&["*"], arithmetic::multiply),
        Definition::scalar(&["+"], arithmetic::add),
        Definition::scalar(&["-"], arithmetic::subtract),
        Definition::scalar(&["/"], arithmetic::divide),
        Definition::scalar(&["<"], comparison::less),
        Definition::scalar(&["<="], comparison::less_or_equal),
        Definition::scalar(&["<=>", "equal_null"], comparison::equal_null_safe),
        Definition::scalar(&["=", "=="], comparison::equal),
        Definition::scalar(&[">"], comparison::greater),
        Definition::scalar(&[">="], comparison::greater_or_equal),
        Definition::scalar(&["^"], bitwise::xor),
        Definition::scalar(&["and", "&&"], logic::and),
        Definition::scalar(&["between"], comparison::between),
        Definition::scalar(&["div"], arithmetic::integral_divide),
        Definition::scalar(&["in"], comparison::is_in),
        Definition::scalar(&["isnan"], nulls::is_nan),
        Definition::scalar(&["isnotnull"], nulls::is_not_null),
        Definition::scalar(&["isnull"], nulls::is_null),
        Definition::scalar(&["nanvl"], nulls::nan_value),
        Definition::scalar(&["negative"], sign::negative),
        Definition::scalar(&["not", "!"], logic::not),
        Definition::scalar(&["or"], logic::or),
        Definition::scalar(&["pmod"], arithmetic::positive_remainder),
        Definition::scalar(&["positive"], sign::positive),
        Definition::scalar(&["shiftleft", "<<"], bitwise::shift_left),
        Definition::scalar(&["shiftright", ">>"], bitwise::shift_right),
        Definition::scalar(&["shiftrightunsigned", ">>>"], bitwise::shift_right_unsigned),
        Definition::scalar(&["try_add"], arithmetic::try_add),
        Definition::scalar(&["try_divide"], arithmetic::try_divide),
        Definition::scalar(&["try_mod"], arithmetic::try_remainder),
        Definition::scalar(&["try_multiply"], arithmetic::try_multiply),
        Definition::scalar(&["try_subtract"], arithmetic::try_subtract),
        Definition::scalar(&["|"], bitwise::or),
        Definition::scalar(&["~"], bitwise::not),
    ]
}
