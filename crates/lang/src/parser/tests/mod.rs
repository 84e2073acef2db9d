//! Tests of the parser: what it accepts and rejects, the shapes it builds, and its limits.

mod accepts;
mod corpus;
mod fuzz;
mod limits;
mod rejects;
mod scripts;
mod shapes;
mod statements;
mod types;

use crate::ir::{Expr, ExprKind, Literal, RelationKind, Statement};

/// An expression in a short notation: `f(a, 1, 'x')`.
fn short(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Function(f) => {
            let distinct = if f.distinct { "distinct " } else { "" };
            format!("{}({distinct}{})", f.name.join("."), list(&f.arguments))
        }
        ExprKind::Attribute { name, .. } => name.join("."),
        ExprKind::Star { target, except, .. } => {
            let except: Vec<_> = except.iter().map(|e| format!("-{}", e.join("."))).collect();
            format!("{}*{}", target.as_ref().map_or(String::new(), |t| t.join(".") + "."), except.concat())
        }
        ExprKind::Literal(literal) => short_literal(literal),
        ExprKind::Alias { expr, names, .. } => format!("{} as {}", short(expr), names.join("|")),
        ExprKind::Cast { expr, data_type, mode } => format!("cast({} {mode:?} {data_type})", short(expr)),
        ExprKind::Lambda { parameters, body } => format!("{} -> {}", parameters.join("|"), short(body)),
        ExprKind::Extract { child, extraction } => format!("{}[{}]", short(child), short(extraction)),
        ExprKind::NamedArgument { name, value } => format!("{name} => {}", short(value)),
        ExprKind::Window(window) => format!("{} over", short(&window.function)),
        other => format!("{other:?}"),
    }
}

fn list(expressions: &[Expr]) -> String {
    expressions.iter().map(short).collect::<Vec<_>>().join(", ")
}

fn short_literal(literal: &Literal) -> String {
    match literal {
        Literal::Null(_) => "null".into(),
        Literal::Boolean(v) => v.to_string(),
        Literal::Integer(v) => v.to_string(),
        Literal::String(v) => format!("'{v}'"),
        other => format!("{other:?}"),
    }
}

fn expression(text: &str) -> String {
    match crate::parse_expression(text) {
        Ok(expr) => short(&expr),
        Err(error) => panic!("{text}: {error}"),
    }
}

fn query(sql: &str) -> RelationKind {
    match crate::parse_statement(sql) {
        Ok(Statement::Query(relation)) => *relation.kind,
        other => panic!("{sql}: {other:?}"),
    }
}
