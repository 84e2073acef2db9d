//! Evaluates expressions.

use super::axis::nodes;
use super::functions::call;
use super::{Expr, Operator, Step, Value};
use crate::format::xml::document::{Document, Id};

/// Where an expression is evaluated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) document: &'a Document,
    pub(super) node: Id,
    /// From 1.
    pub(super) position: usize,
    pub(super) size: usize,
}

/// The value of `expr` at the root.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(in crate::format::xml) fn evaluate(expr: &Expr, document: &Document) -> Result<Value, String> {
    value(expr, Context { document, node: 0, position: 1, size: 1 })
}

pub(super) fn value(expr: &Expr, context: Context<'_>) -> Result<Value, String> {
    Ok(match expr {
        Expr::Number(number) => Value::Number(*number),
        Expr::Text(text) => Value::Text(text.clone()),
        Expr::Negated(inner) => Value::Number(-value(inner, context)?.number(context.document)),
        Expr::Binary { operator, left, right } => binary(*operator, left, right, context)?,
        Expr::Call { name, arguments } => call(name, arguments, context)?,
        Expr::Path { absolute, steps } => {
            let start = if *absolute { 0 } else { context.node };
            Value::Nodes(walk(vec![start], steps, context.document)?)
        }
        Expr::Filter { base, predicates, steps } => {
            let Value::Nodes(mut found) = value(base, context)? else {
                return Err("a path can only go on from nodes".to_string());
            };
            for predicate in predicates {
                found = filtered(found, predicate, context.document)?;
            }
            Value::Nodes(walk(found, steps, context.document)?)
        }
    })
}

fn walk(mut here: Vec<Id>, steps: &[Step], document: &Document) -> Result<Vec<Id>, String> {
    for step in steps {
        let mut next = vec![];
        for from in here {
            let mut reached = nodes(document, from, step.axis, &step.test);
            for predicate in &step.predicates {
                reached = filtered(reached, predicate, document)?;
            }
            next.extend(reached);
        }
        next.sort_unstable();
        next.dedup();
        here = next;
    }
    Ok(here)
}

/// A number is a position, anything else a condition.
fn filtered(found: Vec<Id>, predicate: &Expr, document: &Document) -> Result<Vec<Id>, String> {
    let size = found.len();
    let mut kept = Vec::with_capacity(size);
    for (index, node) in found.into_iter().enumerate() {
        let position = index + 1;
        let holds = match value(predicate, Context { document, node, position, size })? {
            Value::Number(number) => number == position as f64,
            other => other.boolean(),
        };
        if holds {
            kept.push(node);
        }
    }
    Ok(kept)
}

fn binary(operator: Operator, left: &Expr, right: &Expr, context: Context<'_>) -> Result<Value, String> {
    let document = context.document;
    let first = value(left, context)?;
    match operator {
        Operator::Or if first.boolean() => return Ok(Value::Boolean(true)),
        Operator::And if !first.boolean() => return Ok(Value::Boolean(false)),
        _ => {}
    }
    let second = value(right, context)?;
    let number = |f: fn(f64, f64) -> f64| Value::Number(f(first.number(document), second.number(document)));
    Ok(match operator {
        Operator::Or | Operator::And => Value::Boolean(second.boolean()),
        Operator::Add => number(|a, b| a + b),
        Operator::Subtract => number(|a, b| a - b),
        Operator::Multiply => number(|a, b| a * b),
        Operator::Divide => number(|a, b| a / b),
        Operator::Modulo => number(|a, b| a % b),
        Operator::Union => match (first, second) {
            (Value::Nodes(mut all), Value::Nodes(more)) => {
                all.extend(more);
                all.sort_unstable();
                all.dedup();
                Value::Nodes(all)
            }
            _ => return Err("only nodes can be united".to_string()),
        },
        comparison => Value::Boolean(compare(comparison, &first, &second, document)),
    })
}

/// Nodes compare if any of them does.
fn compare(operator: Operator, left: &Value, right: &Value, document: &Document) -> bool {
    match (left, right) {
        (Value::Boolean(_), _) | (_, Value::Boolean(_)) if is_equality(operator) => {
            (left.boolean() == right.boolean()) == (operator == Operator::Equal)
        }
        (Value::Nodes(nodes), other) if !matches!(other, Value::Boolean(_)) => {
            nodes.iter().any(|id| compare(operator, &Value::Text(document.text(*id)), other, document))
        }
        (other, Value::Nodes(nodes)) if !matches!(other, Value::Boolean(_)) => {
            nodes.iter().any(|id| compare(operator, other, &Value::Text(document.text(*id)), document))
        }
        (Value::Text(a), Value::Text(b)) if is_equality(operator) => {
            (a == b) == (operator == Operator::Equal)
        }
        _ => {
            let (a, b) = (left.number(document), right.number(document));
            match operator {
                Operator::Equal => a == b,
                Operator::NotEqual => a != b,
                Operator::Less => a < b,
                Operator::LessOrEqual => a <= b,
                Operator::Greater => a > b,
                _ => a >= b,
            }
        }
    }
}

fn is_equality(operator: Operator) -> bool {
    matches!(operator, Operator::Equal | Operator::NotEqual)
}
