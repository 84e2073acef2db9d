//! Relations that are resolved in no time: a few nodes over nothing that has to be opened, looked up or asked.

use lang::ir::{Expr, ExprKind, Relation, RelationKind};

/// Up to this many nodes, resolving takes less time than waking a thread for it.
const FEW_NODES: usize = 100;

/// Whether resolving `relation` waits for nothing and takes no longer than a handful of microseconds, so that it may
/// run where waiting is forbidden.
pub(crate) fn is_light(relation: &Relation) -> bool {
    let mut nodes = FEW_NODES;
    light_relation(relation, &mut nodes)
}

fn light_relation(relation: &Relation, nodes: &mut usize) -> bool {
    take_one(nodes)
        && match relation.kind.as_ref() {
            RelationKind::OneRow | RelationKind::Range { .. } => true,
            RelationKind::Values { rows } => rows.iter().flatten().all(|expr| light(expr, nodes)),
            RelationKind::Project { input, expressions } => {
                expressions.iter().all(|expr| light(expr, nodes)) && light_relation(input, nodes)
            }
            RelationKind::Filter { input, condition: expr }
            | RelationKind::Limit { input, limit: expr }
            | RelationKind::Offset { input, offset: expr } => {
                light(expr, nodes) && light_relation(input, nodes)
            }
            RelationKind::SubqueryAlias { input, .. } | RelationKind::ToDf { input, .. } => {
                light_relation(input, nodes)
            }
            _ => false,
        }
}

fn light(expr: &Expr, nodes: &mut usize) -> bool {
    take_one(nodes)
        && match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Attribute { .. } | ExprKind::Star { .. } => true,
            ExprKind::Alias { expr, .. } | ExprKind::Cast { expr, .. } => light(expr, nodes),
            ExprKind::Extract { child, extraction } => light(child, nodes) && light(extraction, nodes),
            // Other functions are a session's or the catalog's.
            ExprKind::Function(function) => match function.name.as_slice() {
                [name] => {
                    functions::registry::find(&name.to_lowercase()).is_some()
                        && function.arguments.iter().all(|argument| light(argument, nodes))
                }
                _ => false,
            },
            _ => false,
        }
}

fn take_one(nodes: &mut usize) -> bool {
    match nodes.checked_sub(1) {
        Some(left) => {
            *nodes = left;
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use lang::ir::Statement;

    use super::*;

    fn answer(text: &str) -> bool {
        let Statement::Query(relation) = lang::parse_statement(text).expect(text) else { panic!("{text}") };
        is_light(&relation)
    }

    #[test]
    fn only_what_waits_for_nothing_is_light() {
        for text in ["select 1", "select upper('a') as a, 1 + 2", "values (1), (2)"] {
            assert!(answer(text), "{text}");
        }
        for text in
            ["select * from t", "select mine(1)", "select (select 1)", "with c as (select 1) select * from c"]
        {
            assert!(!answer(text), "{text}");
        }
        assert!(!answer(&format!("select {}1", "1 + ".repeat(FEW_NODES))));
    }
}
