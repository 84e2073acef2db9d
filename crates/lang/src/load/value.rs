//! What a spec is read from: values that SQL, YAML and programs have in common.

use crate::ir::{Expr, ExprKind, Function, Literal};
use crate::{DataType, Error, Result};

/// How deep values may be inside each other.
const MAX_DEPTH: usize = 16;

/// A value of a spec.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Text(String),
    /// A constant of another type: a decimal, a date, a timestamp.
    Constant(Literal),
    List(Vec<Value>),
    /// Names with their values, in the order they were written in.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The named arguments of a call as an object. Values are read as they stand, not computed: constants, `array(…)`,
    /// `map(…)` and `named_struct(…)`.
    ///
    /// # Errors
    /// `LOAD_SPEC.NOT_NAMED`, `LOAD_SPEC.NOT_CONSTANT`, `LOAD_SPEC.KEY_TWICE`
    pub fn from_arguments(arguments: &[Expr]) -> Result<Value> {
        let mut entries = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let ExprKind::NamedArgument { name, value } = &argument.kind else {
                return Err(Error::analysis("LOAD_SPEC.NOT_NAMED"));
            };
            push(&mut entries, name.clone(), read(value, name, 0)?)?;
        }
        Ok(Value::Object(entries))
    }

    /// Entries as an object.
    ///
    /// # Errors
    /// `LOAD_SPEC.KEY_TWICE`
    pub fn object(entries: Vec<(String, Value)>) -> Result<Value> {
        let mut object = Vec::with_capacity(entries.len());
        entries.into_iter().try_for_each(|(name, value)| push(&mut object, name, value))?;
        Ok(Value::Object(object))
    }

    /// The arguments of a call that says this, as [`Self::from_arguments`] reads them; none for what is no object.
    pub(super) fn into_arguments(self) -> Vec<Expr> {
        let Value::Object(entries) = self else { return Vec::new() };
        let argument = |(name, value): (String, Value)| {
            ExprKind::NamedArgument { name, value: Box::new(value.into_expr()) }.into()
        };
        entries.into_iter().map(argument).collect()
    }

    fn into_expr(self) -> Expr {
        match self {
            Value::Null => Expr::literal(Literal::Null(DataType::Null)),
            Value::Boolean(value) => Expr::literal(Literal::Boolean(value)),
            Value::Integer(value) => Expr::literal(Literal::Long(value)),
            Value::Text(text) => Expr::string(text),
            Value::Constant(literal) => Expr::literal(literal),
            Value::List(values) => Expr::call("array", values.into_iter().map(Value::into_expr).collect()),
            Value::Object(entries) => {
                let pair = |(name, value): (String, Value)| [Expr::string(name), value.into_expr()];
                Expr::call("map", entries.into_iter().flat_map(pair).collect())
            }
        }
    }

    /// What a message calls this kind of value.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Boolean(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Text(_) => "a text",
            Value::Constant(_) => "a constant of another type",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}

/// Adds an entry.
///
/// # Errors
/// `LOAD_SPEC.KEY_TWICE`
fn push(entries: &mut Vec<(String, Value)>, name: String, value: Value) -> Result<()> {
    if entries.iter().any(|(found, _)| found.eq_ignore_ascii_case(&name)) {
        return Err(Error::analysis("LOAD_SPEC.KEY_TWICE").with("key", name));
    }
    entries.push((name, value));
    Ok(())
}

fn read(expr: &Expr, key: &str, depth: usize) -> Result<Value> {
    let refused = || Error::analysis("LOAD_SPEC.NOT_CONSTANT").with("key", key);
    if depth > MAX_DEPTH {
        return Err(refused());
    }
    match &expr.kind {
        ExprKind::Literal(literal) => constant(literal).ok_or_else(refused),
        ExprKind::Function(function) => match (called(function).as_deref(), function.arguments.as_slice()) {
            (Some("array"), elements) => elements
                .iter()
                .map(|element| read(element, key, depth + 1))
                .collect::<Result<_>>()
                .map(Value::List),
            (Some("map" | "named_struct"), entries) if entries.len() % 2 == 0 => object(entries, key, depth),
            (Some("negative"), [operand]) => negated(read(operand, key, depth + 1)?).ok_or_else(refused),
            _ => Err(refused()),
        },
        _ => Err(refused()),
    }
}

/// The name of a plain call in lower case.
fn called(function: &Function) -> Option<String> {
    let plain = !function.distinct && function.filter.is_none() && function.within_group.is_empty();
    match function.name.as_slice() {
        [name] if plain => Some(name.to_ascii_lowercase()),
        _ => None,
    }
}

fn object(entries: &[Expr], key: &str, depth: usize) -> Result<Value> {
    let mut object = Vec::with_capacity(entries.len() / 2);
    for pair in entries.chunks_exact(2) {
        match read(&pair[0], key, depth + 1)? {
            Value::Text(name) => push(&mut object, name, read(&pair[1], key, depth + 1)?)?,
            _ => return Err(Error::analysis("LOAD_SPEC.NOT_CONSTANT").with("key", key)),
        }
    }
    Ok(Value::Object(object))
}

fn constant(literal: &Literal) -> Option<Value> {
    Some(match literal {
        Literal::Null(_) => Value::Null,
        Literal::Boolean(value) => Value::Boolean(*value),
        Literal::Byte(value) => Value::Integer(i64::from(*value)),
        Literal::Short(value) => Value::Integer(i64::from(*value)),
        Literal::Integer(value) => Value::Integer(i64::from(*value)),
        Literal::Long(value) => Value::Integer(*value),
        Literal::String(text) => Value::Text(text.clone()),
        Literal::Array { .. } | Literal::Map { .. } | Literal::Struct { .. } => return None,
        other => Value::Constant(other.clone()),
    })
}

fn negated(value: Value) -> Option<Value> {
    match value {
        Value::Integer(value) => value.checked_neg().map(Value::Integer),
        Value::Constant(Literal::Double(value)) => Some(Value::Constant(Literal::Double(-value))),
        Value::Constant(Literal::Decimal { value, precision, scale }) => {
            let value = value.checked_neg()?;
            Some(Value::Constant(Literal::Decimal { value, precision, scale }))
        }
        _ => None,
    }
}
