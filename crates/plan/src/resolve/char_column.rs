//! CHAR columns of tables: padded where they are read, and compared as if both sides had the same length.
//!
//! Spark's rules: a text constant is padded to the column's length, the column to a longer constant's, the shorter of two
//! columns to the other's. Anything that is computed of a column is a text like any other.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use functions::Argument;
use functions::text_length::{limited_type, padded};
use lang::{DataType, Result};

use super::project::{projection, under_id};
use super::{Resolved, Resolver};

/// Comparisons of two values; IN is one of many.
const COMPARISONS: &[&str] = &["=", "==", "<=>", "<", "<=", ">", ">="];

/// `false`: values are as the files have them.
const READ_SIDE_PADDING: &str = "spark.sql.readSideCharPadding";

/// One side of a comparison.
enum Side {
    /// A column of CHAR(n).
    Column(usize),
    /// A constant text.
    Text(String),
    Null,
    Other,
}

impl Resolver<'_> {
    /// The rows of a table, its CHAR columns filled up.
    pub(super) fn with_padded_texts(&self, mut scanned: Resolved) -> Result<Resolved> {
        let limited: Vec<_> = scanned.columns.iter().map(|column| limited_type(&column.field)).collect();
        let pads = self.environment.conf(READ_SIDE_PADDING).is_none_or(|value| value != "false");
        if !pads || !limited.iter().flatten().any(functions::text_length::has_char) {
            return Ok(scanned);
        }
        let mut exprs = Vec::with_capacity(scanned.columns.len() + scanned.hidden.len());
        let mut columns = Vec::with_capacity(scanned.columns.len());
        for (column, data_type) in scanned.columns.iter().zip(&limited) {
            let expr = match data_type {
                Some(data_type) => padded(column.expr(), data_type),
                None => column.expr(),
            };
            let mut column = column.clone();
            if expr != column.expr() {
                column.id = self.fresh(column.name());
            }
            exprs.push(under_id(expr, &column.id));
            columns.push(column);
        }
        exprs.extend(scanned.hidden.iter().map(|column| column.expr()));
        scanned.plan = projection(scanned.plan, exprs)?;
        scanned.columns = super::refresh(&scanned.plan, columns);
        Ok(scanned)
    }

    /// The arguments of a call, filled up to one length where it compares CHAR columns.
    pub(super) fn padded_operands(&self, function: &str, arguments: &mut [Argument]) -> Result<()> {
        let compares = function == "in" || (arguments.len() == 2 && COMPARISONS.contains(&function));
        if !compares || !arguments.iter().any(|argument| char_length(argument).is_some()) {
            return Ok(());
        }
        let sides = arguments.iter().map(|argument| self.side(argument)).collect::<Result<Vec<_>>>()?;
        if !is_padded(function, &sides) {
            return Ok(());
        }
        let length = |side: &Side| match side {
            Side::Column(length) => *length,
            Side::Text(text) => text.chars().count(),
            Side::Null | Side::Other => 0,
        };
        let longest = sides.iter().map(length).max().unwrap_or_default();
        for (argument, side) in arguments.iter_mut().zip(&sides) {
            let missing = longest.saturating_sub(length(side));
            match side {
                _ if missing == 0 => {}
                Side::Text(text) => argument.expr = lit(format!("{text}{}", " ".repeat(missing))),
                Side::Column(_) => {
                    let limit = DataType::Char(u32::try_from(longest).unwrap_or(u32::MAX));
                    argument.expr = padded(argument.expr.clone(), &limit);
                }
                Side::Null | Side::Other => {}
            }
        }
        Ok(())
    }

    fn side(&self, argument: &Argument) -> Result<Side> {
        if let Some(length) = char_length(argument) {
            return Ok(Side::Column(length));
        }
        let constant = argument.expr.column_refs().is_empty()
            && !argument.expr.is_volatile()
            && !argument.expr.contains_outer()
            && functions::types::is_string(argument.data_type());
        let value = match &argument.expr {
            Expr::Literal(value, _) => value.clone(),
            expr if constant && !has_subquery(expr)? => self.evaluate(expr.clone())?,
            _ => return Ok(Side::Other),
        };
        Ok(match value {
            ScalarValue::Utf8(Some(text))
            | ScalarValue::Utf8View(Some(text))
            | ScalarValue::LargeUtf8(Some(text)) => Side::Text(text),
            null if null.is_null() => Side::Null,
            _ => Side::Other,
        })
    }
}

/// Which comparisons are padded: of a column with a constant or a column, and IN with constants alone.
fn is_padded(function: &str, sides: &[Side]) -> bool {
    match (function, sides) {
        ("in", [Side::Column(_), list @ ..]) => {
            list.iter().all(|side| matches!(side, Side::Text(_) | Side::Null))
        }
        ("in", _) => false,
        (_, sides) => sides.iter().all(|side| matches!(side, Side::Column(_) | Side::Text(_))),
    }
}

/// The length of a CHAR column that stands for itself.
fn char_length(argument: &Argument) -> Option<usize> {
    if !matches!(argument.expr, Expr::Column(_) | Expr::OuterReferenceColumn(..)) {
        return None;
    }
    match limited_type(&argument.field)? {
        DataType::Char(length) => Some(length as usize),
        _ => None,
    }
}

fn has_subquery(expr: &Expr) -> Result<bool> {
    use datafusion::common::tree_node::TreeNode;
    let is_subquery = |e: &Expr| matches!(e, Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_));
    expr.exists(|e| Ok(is_subquery(e))).map_err(super::planning)
}
