//! The names Spark gives to columns that have no alias.
//!
//! Rules observed from Spark: operators print infix in parentheses, casts that nobody wrote do not print, strings print
//! without quotes.

use functions::Argument;

/// The name of a call by the name it was called under.
pub(super) fn call(name: &str, arguments: &[Argument], distinct: bool) -> String {
    let mut names: Vec<&str> = arguments.iter().map(Argument::name).collect();
    if let ("mode", [value, "true"]) = (name, names.as_slice()) {
        return format!("mode() WITHIN GROUP (ORDER BY {value} DESC)");
    }
    names.truncate(printed_arguments(name));
    names.extend(defaults(name, names.len()));
    if let Some(infix) = infix(name)
        && let [left, right] = names.as_slice()
    {
        return format!("({left} {infix} {right})");
    }
    match (name, names.as_slice()) {
        (":", [_, path]) => {
            let key = path.rsplit("['").next().unwrap_or(path);
            key.split_once("']").map_or(key, |(key, _)| key).to_string()
        }
        ("not" | "!", [child]) => format!("(NOT {child})"),
        ("-", [child]) => format!("(- {child})"),
        ("+" | "positive", [child]) => format!("(+ {child})"),
        ("~", [child]) => format!("~{child}"),
        ("isnull", [child]) => format!("({child} IS NULL)"),
        ("isnotnull", [child]) => format!("({child} IS NOT NULL)"),
        ("in", [value, list @ ..]) => format!("({value} IN ({}))", list.join(", ")),
        ("like", [value, pattern]) => format!("{value} LIKE {pattern}"),
        ("ilike", [value, pattern]) => format!("ilike({value}, {pattern})"),
        ("rlike" | "regexp" | "regexp_like", [value, pattern]) => {
            format!("{}({value}, {pattern})", name.to_uppercase())
        }
        ("when", parts) => case_when(parts),
        ("if", [condition, then, otherwise]) => format!("(IF({condition}, {then}, {otherwise}))"),
        ("ltrim", [characters, text]) => format!("TRIM(LEADING {characters} FROM {text})"),
        ("rtrim", [characters, text]) => format!("TRIM(TRAILING {characters} FROM {text})"),
        ("trim", [characters, text]) => format!("TRIM(BOTH {characters} FROM {text})"),
        ("ceil" | "ceiling" | "floor", [value, scale]) => format!("{name}({value}, {scale})"),
        ("assert_true", [condition]) => format!("assert_true({condition}, '{condition}' is not true!)"),
        ("mod", [left, right]) => format!("({left} % {right})"),
        ("count", []) => "count(1)".to_string(),
        ("window", []) => "window".to_string(),
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
        DataType::List(element) => {
            matches!(element.data_type(), DataType::Struct(_))
                && key.literal().is_some_and(|v| functions::types::is_string(&v.data_type()))
        }
        _ => false,
    };
    if is_struct {
        format!("{}.{}", base.name(), key.name())
    } else {
        format!("{}[{}]", base.name(), key.name())
    }
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

/// How many arguments Spark prints: flags and schemas are left out.
fn printed_arguments(name: &str) -> usize {
    match name {
        "any_value" | "approx_count_distinct" | "first" | "first_value" | "last" | "last_value" | "mode" => 1,
        "variant_get" | "try_variant_get" => 2,
        "window" | "uuid" => 0,
        "shuffle" => 1,
        "from_csv" | "from_json" | "from_xml" | "schema_of_csv" | "schema_of_json" | "schema_of_xml"
        | "to_csv" | "to_json" | "to_xml" => 1,
        _ => usize::MAX,
    }
}

/// Arguments that were left out and that Spark prints nevertheless.
fn defaults(name: &str, given: usize) -> &'static [&'static str] {
    match (name, given) {
        ("regexp_instr", 2) => &["0"],
        ("instr", 3) => &["1"],
        ("unix_timestamp" | "to_unix_timestamp", 1) => &["yyyy-MM-dd HH:mm:ss"],
        ("from_unixtime", 1) => &["yyyy-MM-dd HH:mm:ss"],
        ("sentences", 1) => &["", ""],
        ("sentences", 2) => &[""],
        ("round" | "bround", 1) => &["0"],
        ("listagg" | "string_agg", 1) => &["NULL"],
        ("position" | "locate", 2) => &["1"],
        ("regexp_replace", 3) => &["1"],
        ("sort_array", 1) => &["true"],
        ("percentile", 2) => &["1"],
        ("percentile_approx" | "approx_percentile", 2) => &["10000"],
        ("months_between", 2) => &["true"],
        ("substr" | "substring", 2) => &["2147483647"],
        ("regexp_extract" | "regexp_extract_all", 2) => &["1"],
        ("hll_sketch_agg" | "theta_sketch_agg" | "theta_union_agg", 1) | ("theta_union", 2) => &["12"],
        ("approx_top_k", 1) => &["5", "10000"],
        ("approx_top_k", 2) | ("approx_top_k_accumulate", 1) => &["10000"],
        ("approx_top_k_estimate", 1) => &["5"],
        ("approx_top_k_combine", 1) => &["-1"],
        ("hll_union_agg", 1) | ("hll_union", 2) => &["false"],
        ("tuple_sketch_agg_double" | "tuple_sketch_agg_integer", 2)
        | ("tuple_union_agg_double" | "tuple_union_agg_integer", 1)
        | ("tuple_union_double" | "tuple_union_integer", 2)
        | ("tuple_union_theta_double" | "tuple_union_theta_integer", 2) => &["12", "sum"],
        ("tuple_sketch_agg_double" | "tuple_sketch_agg_integer", 3)
        | ("tuple_union_agg_double" | "tuple_union_agg_integer", 2)
        | ("tuple_union_double" | "tuple_union_integer", 3)
        | ("tuple_union_theta_double" | "tuple_union_theta_integer", 3)
        | ("tuple_intersection_agg_double" | "tuple_intersection_agg_integer", 1)
        | ("tuple_intersection_double" | "tuple_intersection_integer", 2)
        | ("tuple_intersection_theta_double" | "tuple_intersection_theta_integer", 2)
        | ("tuple_sketch_summary_double" | "tuple_sketch_summary_integer", 1) => &["sum"],
        ("aes_encrypt", 2) => &["GCM", "DEFAULT", "", ""],
        ("aes_encrypt", 3) => &["DEFAULT", "", ""],
        ("aes_encrypt", 4) => &["", ""],
        ("aes_encrypt", 5) | ("aes_decrypt" | "try_aes_decrypt", 4) => &[""],
        ("aes_decrypt" | "try_aes_decrypt", 2) => &["GCM", "DEFAULT", ""],
        ("aes_decrypt" | "try_aes_decrypt", 3) => &["DEFAULT", ""],
        ("hmac", 2) => &["SHA-256"],
        ("variant_set" | "try_variant_set", 3) | ("variant_strip_nulls", 1) => &["true"],
        ("vector_norm" | "vector_normalize", 1) => &["2.0"],
        _ => &[],
    }
}

/// Names that Spark prints differently from how they are called: the mathematical functions in capitals.
fn printed(name: &str) -> String {
    const CAPITALS: &[&str] = &[
        "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "cos", "cosh", "cot",
        "csc", "degrees", "e", "exp", "expm1", "floor", "hypot", "log", "log10", "log1p", "log2", "pi",
        "pow", "power", "radians", "sec", "signum", "sin", "sinh", "sqrt", "tan", "tanh",
    ];
    match name {
        "pow" => "POWER".to_string(),
        "current_database" => "current_schema".to_string(),
        "spark_partition_id" => "SPARK_PARTITION_ID".to_string(),
        "dateadd" => "date_add".to_string(),
        _ if CAPITALS.contains(&name) => name.to_uppercase(),
        _ => name.to_string(),
    }
}
