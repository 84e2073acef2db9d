//! Where the calls of time windows are in an expression.

use lang::Result;
use lang::ir::{Expr, ExprKind};

/// Whether `expr` itself is a call of `window` or `session_window` with arguments of theirs.
fn is_call(expr: &Expr) -> bool {
    let ExprKind::Function(function) = &expr.kind else { return false };
    let [name] = function.name.as_slice() else { return false };
    name.eq_ignore_ascii_case("window") || name.eq_ignore_ascii_case("session_window")
}

/// Calls `found` with every time window in `expr`, outermost only.
#[recursive::recursive]
pub(super) fn visit(expr: &Expr, found: &mut dyn FnMut(&Expr) -> Result<()>) -> Result<()> {
    if is_call(expr) {
        return found(expr);
    }
    match &expr.kind {
        ExprKind::Function(function) => {
            function.arguments.iter().try_for_each(|e| visit(e, found))?;
            function.filter.iter().try_for_each(|e| visit(e, found))?;
            function.within_group.iter().try_for_each(|order| visit(&order.expr, found))
        }
        ExprKind::PythonUdf(udf) => udf.arguments.iter().try_for_each(|e| visit(e, found)),
        ExprKind::Alias { expr, .. } | ExprKind::Cast { expr, .. } => visit(expr, found),
        ExprKind::SortOrder(order) => visit(&order.expr, found),
        ExprKind::Window(window) => {
            visit(&window.function, found)?;
            window.spec.partition_by.iter().try_for_each(|e| visit(e, found))?;
            window.spec.order_by.iter().try_for_each(|order| visit(&order.expr, found))
        }
        ExprKind::Extract { child, extraction } => {
            visit(child, found)?;
            visit(extraction, found)
        }
        ExprKind::UpdateField { expr, value, .. } => {
            visit(expr, found)?;
            value.iter().try_for_each(|e| visit(e, found))
        }
        ExprKind::NamedArgument { value, .. } => visit(value, found),
        // What is bound elsewhere (lambdas, subqueries) is no expression over the rows of this operator.
        _ => Ok(()),
    }
}

/// Puts `by` in the place of every time window in `expr`.
#[recursive::recursive]
pub(super) fn replace(expr: &mut Expr, by: &ExprKind) {
    if is_call(expr) {
        expr.kind = by.clone();
        return;
    }
    match &mut expr.kind {
        ExprKind::Function(function) => {
            function.arguments.iter_mut().for_each(|e| replace(e, by));
            function.filter.iter_mut().for_each(|e| replace(e, by));
            function.within_group.iter_mut().for_each(|order| replace(&mut order.expr, by));
        }
        ExprKind::PythonUdf(udf) => udf.arguments.iter_mut().for_each(|e| replace(e, by)),
        ExprKind::Alias { expr, .. } | ExprKind::Cast { expr, .. } => replace(expr, by),
        ExprKind::SortOrder(order) => replace(&mut order.expr, by),
        ExprKind::Window(window) => {
            replace(&mut window.function, by);
            window.spec.partition_by.iter_mut().for_each(|e| replace(e, by));
            window.spec.order_by.iter_mut().for_each(|order| replace(&mut order.expr, by));
        }
        ExprKind::Extract { child, extraction } => {
            replace(child, by);
            replace(extraction, by);
        }
        ExprKind::UpdateField { expr, value, .. } => {
            replace(expr, by);
            value.iter_mut().for_each(|e| replace(e, by));
        }
        ExprKind::NamedArgument { value, .. } => replace(value, by),
        _ => {}
    }
}
