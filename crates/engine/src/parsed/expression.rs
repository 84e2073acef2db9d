//! Expressions as Spark prints unresolved ones: names carry a quote, operators stand between their operands.

use lang::ir::{Expr, ExprKind, FrameBound, FrameUnit, Function, Literal, SortOrder, Subquery, WindowSpec};

use super::{Ids, Node, relation};

/// Operators that stand between two operands, in parentheses.
const INFIX: &[&str] = &[
    "+", "-", "*", "/", "%", "=", "==", "<=>", "<", "<=", ">", ">=", "!=", "<>", "and", "or", "&", "|", "^",
    "<<", ">>", ">>>", "div",
];

/// An expression as text.
pub(super) struct Text {
    pub(super) text: String,
    /// Nothing in it has to be looked up.
    pub(super) resolved: bool,
}

impl Text {
    fn new(text: impl Into<String>, resolved: bool) -> Self {
        Text { text: text.into(), resolved }
    }
}

/// An item of a select list: what has no name yet waits for one.
pub(super) fn item(expr: &Expr, ids: &Ids, inner: &mut Vec<Node>) -> Text {
    let text = expression(expr, ids, inner);
    match expr.kind {
        ExprKind::Alias { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Star { .. }
        | ExprKind::Regex { .. } => text,
        _ => Text::new(format!("unresolvedalias({})", text.text), false),
    }
}

/// `[a, b]` of expressions, and whether all of them are resolved.
pub(super) fn list(exprs: &[Expr], ids: &Ids, inner: &mut Vec<Node>) -> Text {
    let texts: Vec<Text> = exprs.iter().map(|expr| expression(expr, ids, inner)).collect();
    listed(&texts)
}

pub(super) fn items(exprs: &[Expr], ids: &Ids, inner: &mut Vec<Node>) -> Text {
    let texts: Vec<Text> = exprs.iter().map(|expr| item(expr, ids, inner)).collect();
    listed(&texts)
}

fn listed(texts: &[Text]) -> Text {
    let shown: Vec<_> = texts.iter().map(|text| text.text.as_str()).collect();
    Text::new(format!("[{}]", shown.join(", ")), texts.iter().all(|text| text.resolved))
}

#[recursive::recursive]
pub(super) fn expression(expr: &Expr, ids: &Ids, inner: &mut Vec<Node>) -> Text {
    match &expr.kind {
        ExprKind::Literal(value) => Text::new(literal(value), true),
        ExprKind::Attribute { name, .. } => Text::new(format!("'{}", name.join(".")), false),
        ExprKind::Star { target: None, .. } => Text::new("*", false),
        ExprKind::Star { target: Some(target), .. } => Text::new(format!("{}.*", target.join(".")), false),
        ExprKind::Regex { pattern, .. } => Text::new(format!("unresolvedregex({pattern})"), false),
        ExprKind::LambdaVariable(name) => Text::new(format!("lambda '{name}"), false),
        ExprKind::Function(call) => function(call, ids, inner),
        ExprKind::Alias { expr, names, .. } => alias(expr, names, ids, inner),
        ExprKind::Cast { expr, data_type, .. } => {
            let child = expression(expr, ids, inner);
            Text::new(format!("cast({} as {})", child.text, data_type.simple_string()), child.resolved)
        }
        ExprKind::Window(window) => {
            let called = expression(&window.function, ids, inner);
            Text::new(format!("{} {}", called.text, specification(&window.spec, ids, inner)), false)
        }
        ExprKind::Extract { child, extraction } => {
            let (child, extraction) = (expression(child, ids, inner), expression(extraction, ids, inner));
            Text::new(format!("{}[{}]", child.text, extraction.text), false)
        }
        ExprKind::Lambda { parameters, body } => {
            let body = expression(body, ids, inner).text;
            let parameters: Vec<_> = parameters.iter().map(|name| format!("lambda '{name}")).collect();
            Text::new(format!("lambdafunction({body}, {}, false)", parameters.join(", ")), false)
        }
        ExprKind::NamedArgument { name, value } => {
            let value = expression(value, ids, inner);
            Text::new(format!("{name} => {}", value.text), value.resolved)
        }
        ExprKind::Subquery(subquery) => query(subquery, ids, inner),
        ExprKind::SortOrder(order) => Text::new(sort_order(order, ids, inner), false),
        ExprKind::PythonUdf(udf) => Text::new(format!("{}(…)", udf.name), false),
        ExprKind::NamedParameter(name) => Text::new(format!("namedparameter({name})"), false),
        ExprKind::PositionalParameter(place) => Text::new(format!("posparameter({place})"), false),
        ExprKind::Default => Text::new("'DEFAULT", false),
        ExprKind::Resolved(id) => Text::new(id.clone(), true),
        ExprKind::UpdateField { expr, field, .. } => {
            Text::new(format!("update_fields({}, {field})", expression(expr, ids, inner).text), false)
        }
    }
}

fn alias(expr: &Expr, names: &[String], ids: &Ids, inner: &mut Vec<Node>) -> Text {
    let child = expression(expr, ids, inner);
    match names {
        [name] => Text::new(format!("{} AS {name}#{}", child.text, ids.next()), child.resolved),
        names => Text::new(format!("multialias({}, {})", child.text, names.join(", ")), false),
    }
}

fn function(call: &Function, ids: &Ids, inner: &mut Vec<Node>) -> Text {
    let name = call.name.join(".");
    let arguments: Vec<Text> = call
        .arguments
        .iter()
        .map(|argument| match argument.kind {
            ExprKind::Star { target: None, .. } if name.eq_ignore_ascii_case("count") => Text::new("1", true),
            _ => expression(argument, ids, inner),
        })
        .collect();
    let resolved = arguments.iter().all(|argument| argument.resolved);
    let lower = name.to_lowercase();
    let texts: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
    let text = match (lower.as_str(), texts.as_slice()) {
        (operator, [left, right]) if INFIX.contains(&operator) => {
            format!("({left} {} {right})", operator.to_uppercase())
        }
        ("-", [value]) => format!("-{value}"),
        ("not" | "!", [value]) => format!("NOT {value}"),
        ("like" | "ilike" | "rlike", [value, pattern]) => {
            format!("{value} {} {pattern}", lower.to_uppercase())
        }
        ("in", [value, values @ ..]) => format!("{value} IN ({})", values.join(",")),
        ("when", branches) => case(branches),
        ("isnull" | "isnotnull", [value]) => format!("{lower}({value})"),
        _ => {
            let distinct = if call.distinct { "distinct " } else { "" };
            return Text::new(format!("'{name}({distinct}{})", texts.join(", ")), false);
        }
    };
    Text::new(text, resolved)
}

/// Conditions and values in turn, then what holds otherwise.
fn case(branches: &[&str]) -> String {
    let mut text = "CASE".to_string();
    for pair in branches.chunks(2) {
        text += &match pair {
            [condition, value] => format!(" WHEN {condition} THEN {value}"),
            other => format!(" ELSE {}", other.concat()),
        };
    }
    text + " END"
}

fn query(subquery: &Subquery, ids: &Ids, inner: &mut Vec<Node>) -> Text {
    let (text, relation) = match subquery {
        Subquery::Scalar(relation) => (format!("scalar-subquery#{} []", ids.next()), relation),
        Subquery::Exists { relation } => (format!("exists#{} []", ids.next()), relation),
        Subquery::In { values, relation } => {
            let values: Vec<_> = values.iter().map(|value| expression(value, ids, inner).text).collect();
            (format!("{} IN (list#{} [])", values.join(", "), ids.next()), relation)
        }
        Subquery::Table { relation, .. } => (format!("table-argument#{} []", ids.next()), relation),
    };
    inner.push(relation::node(relation, ids));
    Text::new(text, false)
}

pub(super) fn sort_order(order: &SortOrder, ids: &Ids, inner: &mut Vec<Node>) -> String {
    let direction = if order.descending { "DESC" } else { "ASC" };
    let nulls = if order.nulls_first { "FIRST" } else { "LAST" };
    format!("{} {direction} NULLS {nulls}", expression(&order.expr, ids, inner).text)
}

fn specification(spec: &WindowSpec, ids: &Ids, inner: &mut Vec<Node>) -> String {
    if let (Some(base), true) = (&spec.base, spec.partition_by.is_empty() && spec.order_by.is_empty()) {
        return format!("unresolvedwindow({base})");
    }
    let mut parts: Vec<String> =
        spec.partition_by.iter().map(|expr| expression(expr, ids, inner).text).collect();
    parts.extend(spec.order_by.iter().map(|order| sort_order(order, ids, inner)));
    parts.push(match &spec.frame {
        None => "unspecifiedframe$()".to_string(),
        Some(frame) => {
            let unit = match frame.unit {
                FrameUnit::Rows => "RowFrame",
                FrameUnit::Range => "RangeFrame",
            };
            let mut bound = |bound: &FrameBound| match bound {
                FrameBound::CurrentRow => "currentrow$()".to_string(),
                FrameBound::UnboundedPreceding => "unboundedpreceding$()".to_string(),
                FrameBound::UnboundedFollowing => "unboundedfollowing$()".to_string(),
                FrameBound::Offset(offset) => expression(offset, ids, inner).text,
            };
            let (lower, upper) = (bound(&frame.lower), bound(&frame.upper));
            format!("specifiedwindowframe({unit}, {lower}, {upper})")
        }
    });
    format!("windowspecdefinition({})", parts.join(", "))
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Null(_) => "null".to_string(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Byte(value) => value.to_string(),
        Literal::Short(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Long(value) => value.to_string(),
        Literal::Float(value) => format!("{value:?}"),
        Literal::Double(value) => format!("{value:?}"),
        Literal::String(value) => value.clone(),
        Literal::Decimal { value, scale, .. } => decimal(*value, *scale),
        other => format!("{other:?}"),
    }
}

fn decimal(value: i128, scale: i8) -> String {
    let Ok(scale) = usize::try_from(scale) else { return value.to_string() };
    if scale == 0 {
        return value.to_string();
    }
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    format!("{}{whole}.{fraction}", if value < 0 { "-" } else { "" })
}
