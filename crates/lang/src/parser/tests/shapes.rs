//! The lowerings: SQL must build what a DataFrame would.

use super::{expression, query, short};
use crate::ir::{ExprKind, Grouping, JoinCondition, JoinType, Literal, RelationKind, SetOperator, Subquery};
use crate::{DataType, DayTimeField};

#[test]
fn operators_are_functions_under_their_connect_names() {
    for (text, expected) in [
        ("a + b * c - d", "-(+(a, *(b, c)), d)"),
        ("-a, 1".split(',').next().unwrap_or(""), "-(a)"),
        ("-1", "-1"),
        ("- -1", "-(-1)"),
        ("3 - 2", "-(3, 2)"),
        ("5 div 2 % 3", "%(div(5, 2), 3)"),
        ("a != b", "not(==(a, b))"),
        ("a = b = c", "==(==(a, b), c)"),
        ("a <=> b", "<=>(a, b)"),
        ("not a = b and c or d", "or(and(not(==(a, b)), c), d)"),
        ("a and b and c and d", "and(and(a, b), and(c, d))"),
        ("a || b", "concat(a, b)"),
        (
            "a | b ^ c & d << 1 >> 2 >>> 3",
            "|(a, ^(b, &(c, shiftrightunsigned(shiftright(shiftleft(d, 1), 2), 3))))",
        ),
        ("~a", "~(a)"),
        ("a is null or b is not null", "or(isnull(a), isnotnull(b))"),
        ("a is true", "<=>(a, true)"),
        ("a is not false", "not(<=>(a, false))"),
        ("a is not unknown", "isnotnull(a)"),
        ("a is distinct from b", "not(<=>(a, b))"),
        ("a between 1 and 2", "and(>=(a, 1), <=(a, 2))"),
        ("a not between 1 and 2 and b", "and(not(and(>=(a, 1), <=(a, 2))), b)"),
        ("a in (1, 2)", "in(a, 1, 2)"),
        ("a not in (1)", "not(in(a, 1))"),
        ("a like 'x' escape '/'", "like(a, 'x', '/')"),
        ("a not ilike 'x'", "not(ilike(a, 'x'))"),
        ("a like any ('x', 'y')", "or(like(a, 'x'), like(a, 'y'))"),
        ("a not like all ('x', 'y')", "and(not(like(a, 'x')), not(like(a, 'y')))"),
        ("a rlike 'x'", "rlike(a, 'x')"),
        ("a > b is null", "isnull(>(a, b))"),
    ] {
        assert_eq!(expression(text), expected, "{text}");
    }
}

#[test]
fn keyword_syntax_becomes_calls() {
    for (text, expected) in [
        ("case when a then 1 else 2 end", "when(a, 1, 2)"),
        ("case a when 1 then 'x' when 2 then 'y' end", "when(==(a, 1), 'x', ==(a, 2), 'y')"),
        ("cast(a as int)", "cast(a Session int)"),
        ("try_cast(a as bigint)", "cast(a Try bigint)"),
        ("a::string::date", "cast(cast(a Session string) Session date)"),
        ("-1::string", "cast(-1 Session string)"),
        ("extract(year from a)", "extract('year', a)"),
        ("position('a' in b)", "position('a', b)"),
        ("position('a', b, 2)", "position('a', b, 2)"),
        ("substring(a from 1 for 2)", "substring(a, 1, 2)"),
        ("substr(a, 1)", "substr(a, 1)"),
        ("overlay(a placing 'x' from 1)", "overlay(a, 'x', 1)"),
        ("trim(both 'x' from a)", "trim('x', a)"),
        ("trim(leading from a)", "ltrim(a)"),
        ("trim('x' from a)", "trim('x', a)"),
        ("trim(a)", "trim(a)"),
        ("date_add(day, 1, d)", "timestampadd('DAY', 1, d)"),
        ("date_add(d, 1)", "date_add(d, 1)"),
        ("datediff(month, a, b)", "timestampdiff('MONTH', a, b)"),
        ("current_date", "current_date()"),
        ("struct(a, b as c)", "struct(a, b as c)"),
        ("(a, 1)", "struct(a, 1)"),
        ("a collate utf8_lcase", "collate(a, 'utf8_lcase')"),
    ] {
        assert_eq!(expression(text), expected, "{text}");
    }
}

#[test]
fn names_calls_and_lambdas() {
    for (text, expected) in [
        ("a.b.`c d`", "a.b.c d"),
        ("f(a).b", "f(a)['b']"),
        ("a[0].b", "a[0]['b']"),
        ("m['k']", "m['k']"),
        ("t.*", "t.*"),
        ("* except (a, b.c)", "*-a-b.c"),
        ("count(*)", "count(*)"),
        ("count(distinct a, b)", "count(distinct a, b)"),
        ("transform(a, x -> x + 1)", "transform(a, x -> +(x, 1))"),
        ("aggregate(a, 0, (s, x) -> s + x)", "aggregate(a, 0, s|x -> +(s, x))"),
        ("f(a => 1)", "f(a => 1)"),
        ("exists(a, x -> x)", "exists(a, x -> x)"),
        ("a b", "a as b"),
        ("stack(2, 1, 2) as (x, y)", "stack(2, 1, 2) as x|y"),
        ("sum(a) over (order by b)", "sum(a) over"),
        ("c.d.f(1)", "c.d.f(1)"),
        ("date", "date"),
        ("end", "end"),
        ("interval - 1", "-(interval, 1)"),
    ] {
        assert_eq!(expression(text), expected, "{text}");
    }
}

#[test]
fn intervals_have_the_type_of_their_units() {
    let literal = |text: &str| match crate::parse_expression(text).map(|e| e.kind) {
        Ok(ExprKind::Literal(literal)) => literal,
        other => panic!("{text}: {other:?}"),
    };
    let day_time = |micros, start, end| Literal::DayTimeInterval {
        micros,
        data_type: DataType::DayTimeInterval { start, end },
    };
    use DayTimeField::{Day, Hour, Second};
    let hour = 3_600_000_000;
    assert_eq!(literal("interval 1 day 2 hours"), day_time(26 * hour, Day, Hour));
    assert_eq!(literal("interval '1 day 2 hours'"), day_time(26 * hour, Day, Hour));
    assert_eq!(literal("interval -'1 02:00:00' day to second"), day_time(-26 * hour, Day, Second));
    assert_eq!(literal("interval '1.5' second"), day_time(1_500_000, Second, Second));
    assert_eq!(literal("interval 1 week"), day_time(7 * 24 * hour, Day, Day));
    let months = Literal::YearMonthInterval { months: 14, data_type: DataType::YEAR_MONTH };
    assert_eq!(literal("interval '1-2' year to month"), months);
    assert_eq!(literal("interval 1 year 2 months"), months);
}

#[test]
fn select_is_project_over_filter() {
    let RelationKind::Project { input, expressions } = query("select a, b as c from t where d") else {
        panic!("not a projection")
    };
    assert_eq!(expressions.iter().map(short).collect::<Vec<_>>(), ["a", "b as c"]);
    assert!(matches!(*input.kind, RelationKind::Filter { .. }));
}

#[test]
fn grouping_shapes() {
    let grouping = |sql: &str| match query(sql) {
        RelationKind::Aggregate(a) => (a.grouping, a.groups_in_output, a.having.is_some()),
        other => panic!("{sql}: {other:?}"),
    };
    assert!(
        matches!(grouping("select a from t group by a"), (Grouping::By(g), false, false) if g.len() == 1)
    );
    assert!(
        matches!(grouping("select 1 from t having sum(a) > 1"), (Grouping::By(g), false, true) if g.is_empty())
    );
    assert!(matches!(grouping("select a from t group by all"), (Grouping::All, ..)));
    assert!(
        matches!(grouping("select a from t group by rollup(a, b)"), (Grouping::Rollup(g), ..) if g.len() == 2)
    );
    assert!(
        matches!(grouping("select a from t group by a, b with cube"), (Grouping::Cube(g), ..) if g.len() == 2)
    );
    let sets = |sql: &str| match grouping(sql) {
        (Grouping::Sets { expressions, sets }, ..) => {
            (expressions.len(), sets.iter().map(|s| super::list(s)).collect::<Vec<_>>())
        }
        other => panic!("{sql}: {other:?}"),
    };
    let expected = (3, vec!["a, b, c".to_string(), "a, b".into(), "a".into()]);
    assert_eq!(sets("select 1 from t group by a, rollup(b, c)"), expected);
    let expected = (2, vec!["a, b".to_string(), "a".into(), "b".into(), String::new()]);
    assert_eq!(sets("select 1 from t group by grouping sets (cube(a, b))"), expected);
    let expected = (2, vec!["a".to_string(), "b".into()]);
    assert_eq!(sets("select 1 from t group by a, b grouping sets ((a), b)"), expected);
}

#[test]
fn order_limit_and_distinct_stand_on_top() {
    let RelationKind::Limit { input, .. } =
        query("select distinct a from t order by b desc limit 3 offset 1")
    else {
        panic!("no limit")
    };
    let RelationKind::Offset { input, .. } = *input.kind else { panic!("no offset") };
    let RelationKind::Sort { input, order, global: true } = *input.kind else { panic!("no sort") };
    assert!(order[0].descending && !order[0].nulls_first);
    let RelationKind::Deduplicate { input, .. } = *input.kind else { panic!("no distinct") };
    assert!(matches!(*input.kind, RelationKind::Project { .. }));
}

#[test]
fn intersect_binds_tighter_than_union() {
    let RelationKind::SetOperation(union) = query("select 1 union all select 2 intersect select 3") else {
        panic!("no set operation")
    };
    assert!(union.operator == SetOperator::Union && union.all);
    assert!(
        matches!(*union.right.kind, RelationKind::SetOperation(i) if i.operator == SetOperator::Intersect)
    );
}

#[test]
fn joins() {
    let join = |sql: &str| match query(sql) {
        RelationKind::Project { input, .. } => match *input.kind {
            RelationKind::Join(join) => (join.join_type, join.condition, join.lateral),
            other => panic!("{sql}: {other:?}"),
        },
        other => panic!("{sql}: {other:?}"),
    };
    assert_eq!(join("select * from a, b"), (JoinType::Inner, JoinCondition::None, false));
    assert_eq!(join("select * from a cross join b"), (JoinType::Cross, JoinCondition::None, false));
    let using = JoinCondition::Using(vec!["x".into()]);
    assert_eq!(join("select * from a left anti join b using (x)"), (JoinType::LeftAnti, using, false));
    assert_eq!(
        join("select * from a natural full join b"),
        (JoinType::FullOuter, JoinCondition::Natural, false)
    );
    assert!(join("select * from a, lateral (select a.x)").2);
    assert!(matches!(join("select * from a join b on x = y").1, JoinCondition::On(_)));
}

#[test]
fn parentheses_in_from_and_in_expressions() {
    for sql in [
        "select * from ((select 1) union (select 2)) t",
        "select * from ((select 1) t join (select 2) u on a = b) v",
        "select * from (((t)))",
        "select ((select 1) + 1)",
        "select ((select 1) union (select 2) limit 1)",
        "((select 1) union select 2) order by 1",
    ] {
        query(sql);
    }
    let RelationKind::Project { expressions, .. } = query("select (a, b) in (select 1, 2)") else { panic!() };
    let ExprKind::Subquery(subquery) = &expressions[0].kind else { panic!("no subquery") };
    assert!(matches!(&**subquery, Subquery::In { values, .. } if values.len() == 2));
}
