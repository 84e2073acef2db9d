//! Pieces of IR as the patterns need them.

use crate::DataType;
use crate::ir::{
    Aggregate, Assignment, Expr, ExprKind, Function, Grouping, Join, JoinCondition, JoinType, Literal,
    Options, Relation, RelationKind, SetOperation, SetOperator, SortOrder, Subquery, Window, WindowSpec,
};

/// What the table goes by in conditions.
pub(super) const TARGET: &str = "target";
/// What the rows that come go by in conditions.
pub(super) const SOURCE: &str = "source";

/// `relation.column`
pub(super) fn of(relation: &str, column: &str) -> Expr {
    let name = vec![relation.to_string(), column.to_string()];
    ExprKind::Attribute { name, plan_id: None, is_metadata: false }.into()
}

pub(super) fn columns(names: &[String]) -> Vec<Expr> {
    names.iter().map(Expr::column).collect()
}

/// The columns of one side, under their own names.
pub(super) fn columns_of(relation: &str, names: &[String]) -> Vec<Expr> {
    names.iter().map(|name| of(relation, name)).collect()
}

pub(super) fn boolean(value: bool) -> Expr {
    Expr::literal(Literal::Boolean(value))
}

pub(super) fn integer(value: i32) -> Expr {
    Expr::literal(Literal::Integer(value))
}

pub(super) fn null() -> Expr {
    Expr::literal(Literal::Null(DataType::Null))
}

pub(super) fn binary(operator: &str, left: Expr, right: Expr) -> Expr {
    Expr::call(operator, vec![left, right])
}

pub(super) fn not(expr: Expr) -> Expr {
    Expr::call("not", vec![expr])
}

pub(super) fn is_null(expr: Expr) -> Expr {
    Expr::call("isnull", vec![expr])
}

/// Whether it is true, and not NULL.
pub(super) fn is_true(expr: Expr) -> Expr {
    Expr::call("coalesce", vec![expr, boolean(false)])
}

/// All of them; TRUE when there are none.
pub(super) fn all(conditions: impl IntoIterator<Item = Expr>) -> Expr {
    conditions.into_iter().reduce(|left, right| binary("and", left, right)).unwrap_or_else(|| boolean(true))
}

/// One of them; FALSE when there are none.
pub(super) fn any(conditions: impl IntoIterator<Item = Expr>) -> Expr {
    conditions.into_iter().reduce(|left, right| binary("or", left, right)).unwrap_or_else(|| boolean(false))
}

/// `CASE WHEN … THEN … ELSE otherwise END`; branches behind the first that holds are not computed.
pub(super) fn case(branches: Vec<(Expr, Expr)>, otherwise: Expr) -> Expr {
    if branches.is_empty() {
        return otherwise;
    }
    let mut arguments: Vec<Expr> = branches.into_iter().flat_map(|(when, then)| [when, then]).collect();
    arguments.push(otherwise);
    Expr::call("when", arguments)
}

/// What a guard says of a row: 1 where it may pass.
const PASSES: &str = "__load_passes";

/// The rows that the last branch is reached for, or one of them that says 1; the column that tells stays among them.
///
/// A CASE of booleans would be as good as any condition to a planner: taken apart, moved below other conditions and put
/// beside them, where it is computed for rows they leave out. Numbers of a column that may fail are left where they are.
pub(super) fn guarded(input: Relation, branches: Vec<(Expr, Expr)>) -> Relation {
    let passes = case(branches, integer(1)).alias(PASSES);
    filter(project(input, vec![Expr::star(), passes]), binary("==", Expr::column(PASSES), integer(1)))
}

/// `function(arguments) OVER (PARTITION BY keys ORDER BY order)`
pub(super) fn over(
    function: &str,
    arguments: Vec<Expr>,
    partition_by: Vec<Expr>,
    order_by: Vec<SortOrder>,
) -> Expr {
    let function = ExprKind::Function(Box::new(Function::new(function, arguments))).into();
    let spec = WindowSpec { partition_by, order_by, ..WindowSpec::default() };
    ExprKind::Window(Box::new(Window { function, spec })).into()
}

pub(super) fn ascending(expr: Expr) -> SortOrder {
    SortOrder { expr, descending: false, nulls_first: true }
}

/// The greatest first, but NULL before it.
pub(super) fn descending(expr: Expr) -> SortOrder {
    SortOrder { expr, descending: true, nulls_first: true }
}

pub(super) fn exists(relation: Relation) -> Expr {
    ExprKind::Subquery(Box::new(Subquery::Exists { relation })).into()
}

pub(super) fn table(name: &[String]) -> Relation {
    let (options, time_travel) = (Options::new(), None);
    Relation::new(RelationKind::Table { name: name.to_vec(), options, time_travel })
}

pub(super) fn project(input: Relation, expressions: Vec<Expr>) -> Relation {
    Relation::new(RelationKind::Project { input, expressions })
}

pub(super) fn filter(input: Relation, condition: Expr) -> Relation {
    Relation::new(RelationKind::Filter { input, condition })
}

pub(super) fn distinct(input: Relation) -> Relation {
    Relation::new(RelationKind::Deduplicate { input, columns: Vec::new(), within_watermark: false })
}

pub(super) fn named(input: Relation, alias: &str) -> Relation {
    let (alias, columns) = (alias.to_string(), Vec::new());
    Relation::new(RelationKind::SubqueryAlias { input, alias, columns })
}

pub(super) fn join(left: Relation, right: Relation, join_type: JoinType, on: Expr) -> Relation {
    let condition = JoinCondition::On(on);
    Relation::new(RelationKind::Join(Join { left, right, join_type, condition, lateral: false }))
}

/// The rows of both, by position.
pub(super) fn union(left: Relation, right: Relation) -> Relation {
    Relation::new(RelationKind::SetOperation(SetOperation {
        left,
        right,
        operator: SetOperator::Union,
        all: true,
        by_name: false,
        allow_missing_columns: false,
    }))
}

/// The rows of the left that the right has not, each once; NULL is like NULL.
pub(super) fn except(left: Relation, right: Relation) -> Relation {
    Relation::new(RelationKind::SetOperation(SetOperation {
        left,
        right,
        operator: SetOperator::Except,
        all: false,
        by_name: false,
        allow_missing_columns: false,
    }))
}

/// One row of aggregates.
pub(super) fn aggregate(input: Relation, aggregates: Vec<Expr>) -> Relation {
    Relation::new(RelationKind::Aggregate(Aggregate {
        input,
        grouping: Grouping::By(Vec::new()),
        aggregates,
        groups_in_output: false,
        having: None,
        pivot: None,
    }))
}

pub(super) fn assign(column: &str, value: Expr) -> Assignment {
    Assignment { column: vec![column.to_string()], value }
}

/// Each column with the value it has in the source.
pub(super) fn assign_all(columns: &[String]) -> Vec<Assignment> {
    columns.iter().map(|column| assign(column, of(SOURCE, column))).collect()
}

/// Whether two names are the same column's.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

pub(super) fn contains(names: &[String], name: &str) -> bool {
    names.iter().any(|found| same(found, name))
}

/// `` `a`, `b` ``
pub(super) fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{}`", name.replace('`', "``"))).collect::<Vec<_>>().join(", ")
}
