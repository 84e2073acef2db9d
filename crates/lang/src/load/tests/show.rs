//! Statements as SQL text, queries in pipe syntax: one line an operator, inner ones first.

use crate::ir::{
    Aggregate, Assignment, CastMode, Expr, ExprKind, Function, Insert, Join, JoinCondition, JoinType,
    Literal, Merge, MergeAction, MergeClause, Relation, RelationKind, SetOperation, SetOperator, SortOrder,
    Statement, Subquery, Window,
};

/// The statement as text that is read as the same one.
pub(super) fn statement(statement: &Statement) -> String {
    match statement {
        Statement::Query(relation) => query(relation, 0),
        Statement::Insert(insert) => self::insert(insert),
        Statement::Merge(merge) => self::merge(merge),
        other => panic!("no text for {other:?}"),
    }
}

fn insert(insert: &Insert) -> String {
    let table = name(&insert.table);
    let options: Vec<_> = insert.options.iter().map(|(key, value)| format!("'{key}' = '{value}'")).collect();
    let options = if options.is_empty() { String::new() } else { format!(" WITH ({})", options.join(", ")) };
    let verb = if insert.overwrite && insert.replace_where.is_none() { "OVERWRITE" } else { "INTO" };
    let by_name = if insert.by_name { " BY NAME" } else { "" };
    let replace =
        insert.replace_where.as_ref().map_or(String::new(), |c| format!(" REPLACE WHERE {}", expr(c)));
    format!("INSERT {verb} {table}{options}{by_name}{replace}\n{}", query(&insert.query, 0))
}

fn merge(merge: &Merge) -> String {
    let RelationKind::SubqueryAlias { input, alias, .. } = merge.source.kind.as_ref() else {
        panic!("no alias")
    };
    let target =
        format!("{} AS {}", name(&merge.target.name), part(merge.target.alias.as_deref().unwrap_or("?")));
    let mut out = format!(
        "MERGE INTO {target}\nUSING (\n{}\n) AS {}\nON {}",
        query(input, 1),
        part(alias),
        expr(&merge.condition)
    );
    let kinds = [
        ("MATCHED", &merge.matched),
        ("NOT MATCHED", &merge.not_matched),
        ("NOT MATCHED BY SOURCE", &merge.not_matched_by_source),
    ];
    for (kind, clauses) in kinds {
        for clause in clauses {
            out += &format!("\nWHEN {kind}{}", self::clause(clause));
        }
    }
    out
}

fn clause(clause: &MergeClause) -> String {
    let condition = clause.condition.as_ref().map_or(String::new(), |c| format!(" AND {}", expr(c)));
    let action = match &clause.action {
        MergeAction::Delete => "DELETE".to_string(),
        MergeAction::UpdateAll => "UPDATE SET *".to_string(),
        MergeAction::InsertAll => "INSERT *".to_string(),
        MergeAction::Update(assignments) => {
            let set = |a: &Assignment| format!("{} = {}", name(&a.column), expr(&a.value));
            format!("UPDATE SET {}", assignments.iter().map(set).collect::<Vec<_>>().join(", "))
        }
        MergeAction::Insert(assignments) => {
            let columns: Vec<_> = assignments.iter().map(|a| name(&a.column)).collect();
            let values: Vec<_> = assignments.iter().map(|a| expr(&a.value)).collect();
            format!("INSERT ({}) VALUES ({})", columns.join(", "), values.join(", "))
        }
    };
    format!("{condition} THEN {action}")
}

fn query(relation: &Relation, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let inner = |relation: &Relation| format!("(\n{}\n{indent})", query(relation, depth + 1));
    let step = |input: &Relation, step: String| format!("{}\n{indent}|> {step}", query(input, depth));
    match relation.kind.as_ref() {
        RelationKind::Table { name: table, .. } => format!("{indent}TABLE {}", name(table)),
        RelationKind::Project { input, expressions } => step(input, format!("SELECT {}", list(expressions))),
        RelationKind::Deduplicate { input, .. } => match input.kind.as_ref() {
            RelationKind::Project { input, expressions } => {
                step(input, format!("SELECT DISTINCT {}", list(expressions)))
            }
            other => panic!("no text for {other:?}"),
        },
        RelationKind::Filter { input, condition } => step(input, format!("WHERE {}", expr(condition))),
        RelationKind::SubqueryAlias { input, alias, .. } => step(input, format!("AS {}", part(alias))),
        RelationKind::Aggregate(Aggregate { input, aggregates, .. }) => {
            step(input, format!("AGGREGATE {}", list(aggregates)))
        }
        RelationKind::Join(Join { left, right, join_type, condition: JoinCondition::On(on), .. }) => {
            let word = match join_type {
                JoinType::Inner => "INNER",
                JoinType::LeftOuter => "LEFT OUTER",
                JoinType::LeftSemi => "LEFT SEMI",
                JoinType::LeftAnti => "LEFT ANTI",
                other => panic!("no text for {other:?}"),
            };
            let RelationKind::SubqueryAlias { input, alias, .. } = right.kind.as_ref() else {
                panic!("no alias")
            };
            step(left, format!("{word} JOIN {} AS {} ON {}", inner(input), part(alias), expr(on)))
        }
        RelationKind::SetOperation(SetOperation { left, right, operator, .. }) => {
            let word = if *operator == SetOperator::Union { "UNION ALL" } else { "EXCEPT" };
            step(left, format!("{word} {}", inner(right)))
        }
        other => panic!("no text for {other:?}"),
    }
}

fn list(expressions: &[Expr]) -> String {
    expressions.iter().map(expr).collect::<Vec<_>>().join(", ")
}

fn expr(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(literal) => self::literal(literal),
        ExprKind::Attribute { name: parts, .. } => name(parts),
        ExprKind::Star { target: None, .. } => "*".to_string(),
        ExprKind::Function(function) => call(function),
        ExprKind::Alias { expr, names, .. } => format!("{} AS {}", self::expr(expr), name(names)),
        ExprKind::Cast { expr, data_type, mode } => {
            assert!(matches!(mode, CastMode::Session | CastMode::Ansi));
            format!("CAST({} AS {})", self::expr(expr), data_type.sql())
        }
        ExprKind::Window(window) => self::window(window),
        ExprKind::Subquery(subquery) => match subquery.as_ref() {
            Subquery::Exists { relation } => format!("EXISTS ({})", query(relation, 0).replace('\n', " ")),
            other => panic!("no text for {other:?}"),
        },
        other => panic!("no text for {other:?}"),
    }
}

fn window(window: &Window) -> String {
    let mut spec = format!("PARTITION BY {}", list(&window.spec.partition_by));
    let order = |order: &SortOrder| {
        let direction = if order.descending { " DESC NULLS FIRST" } else { "" };
        format!("{}{direction}", expr(&order.expr))
    };
    if !window.spec.order_by.is_empty() {
        spec +=
            &format!(" ORDER BY {}", window.spec.order_by.iter().map(order).collect::<Vec<_>>().join(", "));
    }
    format!("{} OVER ({spec})", expr(&window.function))
}

fn call(function: &Function) -> String {
    let arguments: Vec<_> = function.arguments.iter().map(expr).collect();
    match (function.name[0].as_str(), arguments.as_slice()) {
        ("==", [left, right]) => format!("{left} = {right}"),
        (operator @ ("<=>" | ">" | ">=" | "<=" | "<" | "+" | "-" | "rlike"), [left, right]) => {
            format!("{left} {} {right}", operator.to_uppercase())
        }
        ("and", [left, right]) => format!("({left} AND {right})"),
        ("or", [left, right]) => format!("({left} OR {right})"),
        ("not", [operand]) => format!("(NOT {operand})"),
        ("isnull", [operand]) => format!("{operand} IS NULL"),
        ("isnotnull", [operand]) => format!("{operand} IS NOT NULL"),
        ("in", [value, values @ ..]) => format!("{value} IN ({})", values.join(", ")),
        ("when", arguments) => {
            let (otherwise, branches) = arguments.split_last().expect("a case has an else");
            let branches: String =
                branches.chunks(2).map(|pair| format!(" WHEN {} THEN {}", pair[0], pair[1])).collect();
            format!("CASE{branches} ELSE {otherwise} END")
        }
        // The condition says enough.
        ("raise_error", [text]) => format!("raise_error({}]')", text.split(']').next().unwrap_or(text)),
        (name, arguments) => format!("{name}({})", arguments.join(", ")),
    }
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Null(_) => "NULL".to_string(),
        Literal::Boolean(value) => value.to_string().to_uppercase(),
        Literal::Integer(value) => value.to_string(),
        Literal::Long(value) => format!("{value}L"),
        Literal::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Literal::Decimal { value, scale, .. } => format!("{value}E-{scale}BD"),
        Literal::TimestampText(text) => format!("TIMESTAMP '{text}'"),
        Literal::Timestamp(micros) => format!("timestamp_micros({micros}L)"),
        Literal::DayTimeInterval { micros, .. } => format!("INTERVAL '{}' SECOND", micros / 1_000_000),
        other => panic!("no text for {other:?}"),
    }
}

fn name(parts: &[String]) -> String {
    parts.iter().map(|p| part(p)).collect::<Vec<_>>().join(".")
}

fn part(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { name.to_string() } else { format!("`{}`", name.replace('`', "``")) }
}
