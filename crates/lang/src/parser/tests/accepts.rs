//! Texts that must parse: TPC-H, and one of each construct.

use crate::{parse_statement, parse_statements};

macro_rules! tpch {
    ($($number:literal)*) => {
        [$(include_str!(concat!("../../../../../bench/tpch/q", $number, ".sql"))),*]
    };
}

#[test]
fn tpch() {
    let queries = tpch!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22);
    for (i, sql) in queries.iter().enumerate() {
        assert!(parse_statement(sql).is_ok(), "q{}: {:?}", i + 1, parse_statement(sql));
    }
}

const QUERIES: &[&str] = &[
    "select date, count, first, end, timestamp, year from t where values = 1",
    "select a order, b limit, c left from t",
    "select then, else, when, union from t",
    "select left.a, t.select from left",
    "select year, month from t as of where interval > 1",
    "select map(1, 2)[1], array(1, 2)[0], if(a, b, c), left(a, 1)",
    "select 1Y, 2S, 3L, 4.0F, 5D, 6.1BD, 1e3, .5, 5., 12345678901, 12345678901234567890",
    "select 'a' 'b' \"c\", r'\\n', x'1F', 'it''s'",
    "select date '2020-01-01', timestamp '2020-01-01 00:00:00', timestamp_ntz '2020', time '12:00:00'",
    "select :a, ?, :b limit :n offset ?",
    "select first(a ignore nulls), last(a) ignore nulls over () from t",
    "select percentile_cont(0.5) within group (order by a desc) filter (where b) over (partition by c) from t",
    "select sum(a) over w, rank() over (w) from t window w as (partition by b order by c rows 1 preceding)",
    "select sum(a) over (order by b range between interval 1 day preceding and unbounded following) from t",
    "select sum(a) over (distribute by a sort by b) from t",
    "select /*+ broadcast(t), coalesce(3) repartition(5, a) */ /*+ merge(x) */ a from t",
    "select 1 -- comment\n, /* nested /* comment */ */ 2",
    "with a as (select 1), b (x) as (values 1) select * from a, b",
    "with recursive a(n) as (select 1 union all select n + 1 from a where n < 5) select * from a",
    "table t",
    "from t",
    "from t select a where b group by a having c order by d limit 1",
    "values 1, 2",
    "select * from values (1, 2), (3, 4) as t (a, b)",
    "select * from range(10) r, explode(array(1, 2)) as e(x)",
    "select * from f(table(select 1) partition by a order by b), g(x => table(t) with single partition, 3)",
    "select * from t version as of 1 as x, u for system_time as of current_date() y",
    "select * from t tablesample (10 percent) repeatable (3) x, u tablesample (5 rows)",
    "select * from t pivot (sum(a) s, avg(b) for (c, d) in ((1, 2), (3, 4) as x)) p",
    "select * from t unpivot include nulls ((v, w) for n in ((a, b) as x, (c, d))) u",
    "select * from t lateral view explode(a) x as y lateral view outer posexplode(b) z as p, q where y > 1",
    "select * from t1 left join lateral (select t1.a) s on true",
    "select * from (t1 join t2 on a = b) left join t3 using (x)",
    "select * from csv.`/path/to/file.csv` t",
    "select * from t with ('a' = 'b', c = 1)",
    "select identifier('a.b') from identifier('x.y')",
    "select a from t sort by a",
    "select a from t distribute by a sort by b desc nulls last",
    "select a from t cluster by a limit all",
    "select * except (select 1)",
    "select exists (select 1), not exists (select 2)",
    "from t |> where a > 1 |> select b as c |> order by c |> limit 3",
    "from t |> aggregate sum(a) as s group by b |> extend s + 1 as x |> set s = 2 |> drop x |> as y",
    "from t |> left join u using (b) |> union all (select 1) |> pivot (sum(a) for b in (1))",
    "select größe from tische",
];

#[test]
fn queries() {
    for sql in QUERIES {
        assert!(parse_statement(sql).is_ok(), "{sql}: {:?}", parse_statement(sql));
    }
}

#[test]
fn scripts_split_at_semicolons() {
    let script = "select ';' ; -- a; comment\n\n insert into t values (1);;";
    let texts: Vec<_> = parse_statements(script).expect("valid").into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["select ';'", "insert into t values (1)"]);
    assert!(parse_statement("select 1;;").is_ok());
}
