//! A query as it was read, as a tree of Spark's unresolved operators: the first section of EXPLAIN EXTENDED.
//!
//! ```text
//! ir::Relation ──relation──► Node { text, resolved, inner, children } ──render──► lines
//! ```
//!
//! The noun: a [`Node`] is one operator as a line. Operators that need names looked up carry a quote in front, as Spark's do;
//! ids of columns are numbered as they come.
//!
//! # Does not
//! Look anything up: what a name means is told by the sections that follow.
//!
//! # Where to start
//! [`tree`], then `relation.rs`.

mod expression;
mod relation;

use std::cell::Cell;

use lang::ir::Relation;

/// One operator.
struct Node {
    text: String,
    /// Nothing in it or below it has to be looked up.
    resolved: bool,
    /// Queries inside its expressions, and definitions of CTEs.
    inner: Vec<Node>,
    children: Vec<Node>,
}

impl Node {
    fn new(text: impl Into<String>, resolved: bool, children: Vec<Node>) -> Self {
        let resolved = resolved && children.iter().all(|child| child.resolved);
        Node { text: text.into(), resolved, inner: Vec::new(), children }
    }

    fn with_inner(mut self, inner: Vec<Node>) -> Self {
        self.inner = inner;
        self
    }
}

/// Numbers for columns that are named.
#[derive(Default)]
struct Ids(Cell<usize>);

impl Ids {
    fn next(&self) -> usize {
        self.0.set(self.0.get() + 1);
        self.0.get() - 1
    }
}

/// The whole tree, a line for each operator.
pub(crate) fn tree(relation: &Relation) -> String {
    let root = relation::node(relation, &Ids::default());
    let mut lines = Vec::new();
    render(&root, "", "", &mut lines);
    lines.join("\n")
}

/// `first` stands in front of the operator's own line, `rest` in front of those below.
#[recursive::recursive]
fn render(node: &Node, first: &str, rest: &str, lines: &mut Vec<String>) {
    let mark = if node.resolved { "" } else { "'" };
    lines.push(format!("{first}{mark}{}", node.text));
    let below = if node.children.is_empty() { "   " } else { ":  " };
    let branch = |last: bool| if last { ("+- ", "   ") } else { (":- ", ":  ") };
    for (place, inner) in node.inner.iter().enumerate() {
        let (own, under) = branch(place + 1 == node.inner.len());
        render(inner, &format!("{rest}{below}{own}"), &format!("{rest}{below}{under}"), lines);
    }
    for (place, child) in node.children.iter().enumerate() {
        let (own, under) = branch(place + 1 == node.children.len());
        render(child, &format!("{rest}{own}"), &format!("{rest}{under}"), lines);
    }
}

#[cfg(test)]
mod tests {
    fn tree(sql: &str) -> String {
        match lang::parse_statement(sql).expect(sql) {
            lang::ir::Statement::Query(query) => super::tree(&query),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn operators_and_expressions_look_like_sparks() {
        let sql = "SELECT a, count(*) FROM t WHERE a > 1 GROUP BY a HAVING count(*) > 1 ORDER BY a LIMIT 3";
        let expected = "'GlobalLimit 3\n+- 'LocalLimit 3\n   +- 'Sort ['a ASC NULLS FIRST], true\n      \
                        +- 'UnresolvedHaving ('count(1) > 1)\n         \
                        +- 'Aggregate ['a], ['a, unresolvedalias('count(1))]\n            \
                        +- 'Filter ('a > 1)\n               +- 'UnresolvedRelation [t], [], false";
        assert_eq!(tree(sql), expected);
    }

    #[test]
    fn inner_queries_stand_between() {
        let expected = "'Project [unresolvedalias(exists#0 [])]\n:  +- 'Project [unresolvedalias(1)]\n:     \
                        +- OneRowRelation\n+- OneRowRelation";
        assert_eq!(tree("SELECT EXISTS (SELECT 1)"), expected);
    }
}
