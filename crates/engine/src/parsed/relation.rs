//! Relations as nodes.

use lang::ir::{
    Aggregate, CommonTable, Expr, Grouping, Join, JoinCondition, JoinType, Relation, RelationKind,
    SetOperation, SetOperator,
};

use super::expression::{Text, expression, items, list, sort_order};
use super::{Ids, Node};

/// A relation and everything below it.
#[recursive::recursive]
pub(super) fn node(relation: &Relation, ids: &Ids) -> Node {
    use RelationKind as K;
    let below = |input: &Relation| vec![node(input, ids)];
    match relation.kind.as_ref() {
        K::OneRow => Node::new("OneRowRelation", true, Vec::new()),
        K::Table { name, .. } => {
            Node::new(format!("UnresolvedRelation [{}], [], false", name.join(", ")), false, Vec::new())
        }
        K::TableFunction { name, arguments } => with_exprs(ids, Vec::new(), |ids, inner| {
            let arguments = list(arguments, ids, inner);
            let name = name.join(", ");
            Text {
                text: format!("UnresolvedTableValuedFunction [{name}], {}, false", arguments.text),
                resolved: false,
            }
        }),
        K::Values { rows } => values(rows, &[], ids),
        K::SubqueryAlias { input, alias, columns } => aliased(input, alias, columns, ids),
        K::Project { input, expressions } => with_exprs(ids, below(input), |ids, inner| {
            let items = items(expressions, ids, inner);
            Text { text: format!("Project {}", items.text), ..items }
        }),
        K::Filter { input, condition } => filter("Filter", input, condition, ids),
        K::Qualify { input, condition } => filter("UnresolvedQualify", input, condition, ids),
        K::Aggregate(aggregate) => grouped(aggregate, ids),
        K::Sort { input, order, global } => with_exprs(ids, below(input), |ids, inner| {
            let orders: Vec<_> = order.iter().map(|order| sort_order(order, ids, inner)).collect();
            Text { text: format!("Sort [{}], {global}", orders.join(", ")), resolved: false }
        }),
        K::Limit { input, limit } => {
            let text = expression(limit, ids, &mut Vec::new()).text;
            let local = Node::new(format!("LocalLimit {text}"), true, below(input));
            Node::new(format!("GlobalLimit {text}"), true, vec![local])
        }
        K::Offset { input, offset } => {
            let text = expression(offset, ids, &mut Vec::new()).text;
            Node::new(format!("Offset {text}"), true, below(input))
        }
        K::Deduplicate { input, columns, .. } if columns.is_empty() => {
            Node::new("Distinct", true, below(input))
        }
        K::Join(join) => joined(join, ids),
        K::SetOperation(operation) => combined(operation, ids),
        K::LateralView { input, generator, outer, alias, columns } => {
            with_exprs(ids, below(input), |ids, inner| {
                let call = expression(generator, ids, inner).text;
                let columns: Vec<_> = columns.iter().map(|name| format!("'{name}")).collect();
                let alias = alias.as_deref().unwrap_or_default();
                let text = format!("Generate {call}, {outer}, {alias}, [{}]", columns.join(", "));
                Text { text, resolved: false }
            })
        }
        K::Hint { input, name, parameters } => with_exprs(ids, below(input), |ids, inner| {
            let parameters = list(parameters, ids, inner);
            Text { text: format!("UnresolvedHint {name}, {}", parameters.text), resolved: false }
        }),
        K::With { input, definitions, .. } => common_tables(input, definitions, ids),
        K::WithWindows { input, windows } => {
            let names: Vec<_> = windows.iter().map(|(name, _)| name.as_str()).collect();
            Node::new(format!("WithWindowDefinition [{}]", names.join(", ")), false, below(input))
        }
        K::Sample { input, lower, upper, with_replacement, seed, .. } => {
            let seed = seed.map_or_else(|| "None".to_string(), |seed| seed.to_string());
            Node::new(format!("Sample {lower:?}, {upper:?}, {with_replacement}, {seed}"), true, below(input))
        }
        other => Node::new(name_of(other), false, Vec::new()),
    }
}

/// A node whose text is made of expressions; their queries hang below it.
fn with_exprs(ids: &Ids, children: Vec<Node>, text: impl FnOnce(&Ids, &mut Vec<Node>) -> Text) -> Node {
    let mut inner = Vec::new();
    let text = text(ids, &mut inner);
    Node::new(text.text, text.resolved, children).with_inner(inner)
}

fn filter(operator: &str, input: &Relation, condition: &Expr, ids: &Ids) -> Node {
    with_exprs(ids, vec![node(input, ids)], |ids, inner| {
        let condition = expression(condition, ids, inner);
        Text { text: format!("{operator} {}", condition.text), ..condition }
    })
}

/// Rows of constants have their types already.
fn values(rows: &[Vec<Expr>], names: &[String], ids: &Ids) -> Node {
    let mut inner = Vec::new();
    let texts: Vec<Vec<Text>> =
        rows.iter().map(|row| row.iter().map(|value| expression(value, ids, &mut inner)).collect()).collect();
    let width = rows.first().map_or(0, Vec::len);
    let name = |place: usize| names.get(place).cloned().unwrap_or_else(|| format!("col{}", place + 1));
    if texts.iter().flatten().all(|text| text.resolved) {
        let columns: Vec<_> = (0..width).map(|place| format!("{}#{}", name(place), ids.next())).collect();
        return Node::new(format!("LocalRelation [{}]", columns.join(", ")), true, Vec::new());
    }
    let names: Vec<_> = (0..width).map(name).collect();
    let shown = |row: &Vec<Text>| {
        format!("[{}]", row.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(", "))
    };
    let rows: Vec<_> = texts.iter().map(shown).collect();
    let text = format!("UnresolvedInlineTable [{}], [{}]", names.join(", "), rows.join(", "));
    Node::new(text, false, Vec::new()).with_inner(inner)
}

fn aliased(input: &Relation, alias: &str, columns: &[String], ids: &Ids) -> Node {
    if let RelationKind::Values { rows } = input.kind.as_ref() {
        return Node::new(format!("SubqueryAlias {alias}"), true, vec![values(rows, columns, ids)]);
    }
    let child = node(input, ids);
    let child = match columns {
        [] => child,
        columns => {
            let names = columns.join(", ");
            Node::new(format!("UnresolvedSubqueryColumnAliases [{names}]"), false, vec![child])
        }
    };
    Node::new(format!("SubqueryAlias {alias}"), true, vec![child])
}

fn grouped(aggregate: &Aggregate, ids: &Ids) -> Node {
    let children = vec![node(&aggregate.input, ids)];
    let groups = with_exprs(ids, children, |ids, inner| {
        let grouping = match &aggregate.grouping {
            Grouping::By(exprs) => list(exprs, ids, inner).text,
            Grouping::All => "['ALL]".to_string(),
            Grouping::Rollup(exprs) => format!("['rollup({})]", list(exprs, ids, inner).text),
            Grouping::Cube(exprs) => format!("['cube({})]", list(exprs, ids, inner).text),
            Grouping::Sets { expressions, .. } => {
                format!("['groupingsets({})]", list(expressions, ids, inner).text)
            }
        };
        let items = items(&aggregate.aggregates, ids, inner);
        Text { text: format!("Aggregate {grouping}, {}", items.text), resolved: false }
    });
    let Some(having) = &aggregate.having else { return groups };
    let mut inner = Vec::new();
    let condition = expression(having, ids, &mut inner);
    Node::new(format!("UnresolvedHaving {}", condition.text), false, vec![groups]).with_inner(inner)
}

fn joined(join: &Join, ids: &Ids) -> Node {
    let kind = match join.join_type {
        JoinType::Inner => "Inner",
        JoinType::Cross => "Cross",
        JoinType::LeftOuter => "LeftOuter",
        JoinType::RightOuter => "RightOuter",
        JoinType::FullOuter => "FullOuter",
        JoinType::LeftSemi => "LeftSemi",
        JoinType::LeftAnti => "LeftAnti",
    };
    let operator = if join.lateral { "LateralJoin" } else { "Join" };
    let children = vec![node(&join.left, ids), node(&join.right, ids)];
    with_exprs(ids, children, |ids, inner| match &join.condition {
        JoinCondition::None => Text { text: format!("{operator} {kind}"), resolved: true },
        JoinCondition::On(condition) => {
            let condition = expression(condition, ids, inner);
            Text { text: format!("{operator} {kind}, {}", condition.text), ..condition }
        }
        JoinCondition::Using(names) => {
            let text = format!("{operator} UsingJoin({kind}, [{}])", names.join(", "));
            Text { text, resolved: false }
        }
        JoinCondition::Natural => Text { text: format!("{operator} NaturalJoin({kind})"), resolved: false },
    })
}

fn combined(operation: &SetOperation, ids: &Ids) -> Node {
    let children = vec![node(&operation.left, ids), node(&operation.right, ids)];
    let all = operation.all;
    match operation.operator {
        SetOperator::Union => {
            let union = Node::new(
                format!("Union {}, {}", operation.by_name, operation.allow_missing_columns),
                true,
                children,
            );
            if all { union } else { Node::new("Distinct", true, vec![union]) }
        }
        SetOperator::Intersect => Node::new(format!("Intersect {all}"), true, children),
        SetOperator::Except => Node::new(format!("Except {all}"), true, children),
    }
}

/// Spark prints the definitions of CTEs in front of the query.
fn common_tables(input: &Relation, definitions: &[CommonTable], ids: &Ids) -> Node {
    let names: Vec<_> = definitions.iter().map(|definition| definition.name.as_str()).collect();
    let inner = definitions
        .iter()
        .map(|definition| aliased(&definition.relation, &definition.name, &definition.columns, ids));
    let mut with = Node::new(format!("CTE [{}]", names.join(", ")), true, Vec::new());
    with.inner = inner.collect();
    with.children = vec![node(input, ids)];
    with
}

/// Operators that SQL does not have: the kind of relation is their name.
fn name_of(kind: &RelationKind) -> String {
    let text = format!("{kind:?}");
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    text[..end].to_string()
}
