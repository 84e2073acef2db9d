//! The names Spark gives to columns that have no alias.
//!
//! Rules observed from Spark: operators print infix in parentheses, casts that nobody wrote do not print, strings print
//! without quotes.

use functions::Argument;

/// The name of a call by the name it was called under.
pub(super) fn call(name: &str, arguments: &[Argument], distinct: bool) -> String {
    let names: Vec<&str> = arguments.iter().map(Argument::name).collect();
    if let Some(infix) = infix(name)
        && let [left, right] = names.as_slice()
    {
        return format!("({left} {infix} {right})");
    }
    match (name, names.as_slice()) {
        ("not" | "!", [child]) => format!("(NOT {child})"),
        ("negative" | "-", [child]) => format!("(- {child})"),
        ("positive" | "+", [child]) => format!("(+ {child})"),
        ("~", [child]) => format!("~{child}"),
        ("isnull", [child]) => format!("({child} IS NULL)"),
        ("isnotnull", [child]) => format!("({child} IS NOT NULL)"),
        ("in", [value, list @ ..]) => format!("({value} IN ({}))", list.join(", ")),
        ("like", [value, pattern]) => format!("{value} LIKE {pattern}"),
        ("ilike", [value, pattern]) => format!("ilike({value}, {pattern})"),
        ("rlike" | "regexp" | "regexp_like", [value, pattern]) => format!("{}({value}, {pattern})", name.to_uppercase()),
        ("when", parts) => case_when(parts),
        ("if", [condition, then, otherwise]) => format!("(IF({condition}, {then}, {otherwise}))"),
        ("mod", [left, right]) => format!("({left} % {right})"),
        ("count", []) => "count(1)".to_string(),
        _ => {
            let distinct = if distinct { "DISTINCT " } else { "" };
            format!("{}({distinct}{})", printed(name), names.join(", "))
        }
    }
}

/// The name of `base[key]` and `base.field`.
pub(super) fn extract(base: &Argument, key: &Argument) -> String {
    use arrow::datatypes::DataType;
    let is_struct = match base.data_type() {
        DataType::Struct(_) => true,
        DataType::List(element) => matches!(element.data_type(), DataType::Struct(_)) && key.literal().is_some_and(
            |v| functions::types::is_string(&v.data_type())),
        _ => false,
    };
    if is_struct { format!("{}.{}", base.name(), key.name()) } else { format!("{}[{}]", base.name(), key.name()) }
}

fn infix(name: &str) -> Option<&'static str> {
    Some(match name {
        "+" => "+",
        "-" => "-",
        "*" => "*",
        "/" => "/",
        "%" => "%",
        "div" => "div",
        "==" | "=" => "=",
        "<=>" => "<=>",
        "<" => "<",
        "<=" => "<=",
        ">" => ">",
        ">=" => ">=",
        "and" => "AND",
        "or" => "OR",
        "&" => "&",
        "|" => "|",
        "^" => "^",
        "<<" => "<<",
        ">>" => ">>",
        ">>>" => ">>>",
        _ => return None,
    })
}

fn case_when(parts: &[&str]) -> String {
    let mut out = String::from("CASE");
    let mut chunks = parts.chunks_exact(2);
    for pair in &mut chunks {
        out.push_str(&format!(" WHEN {} THEN {}", pair[0], pair[1]));
    }
    if let [otherwise] = chunks.remainder() {
        out.push_str(&format!(" ELSE {otherwise}"));
    }
    out + " END"
}

/// Names that Spark prints differently from how they are called: the mathematical functions in capitals.
fn printed(name: &str) -> String {
    const CAPITALS: &[&str] = &[
        "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "cos", "cosh", "cot", "csc",
        "degrees", "exp", "expm1", "floor", "log10", "log1p", "log2", "pow", "power", "radians", "rint", "sec", "signum",
        "sin", "sinh", "sqrt", "tan", "tanh",
    ];
    match name {
        "pow" => "POWER".to_string(),
        _ if CAPITALS.contains(&name) => name.to_uppercase(),
        _ => name.to_string(),
    }
}
