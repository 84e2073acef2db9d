-- LATERAL VIEW and generators.
CREATE TEMP VIEW t AS SELECT * FROM VALUES (1, array(10, 20), map('k', 1)), (2, array(), map()), (3, NULL, NULL), (4, array(NULL), map('p', NULL)) AS t(id, a, m);
--> ok
SELECT id, explode(a) FROM t;
--> id int | col int
--> 1 | 10
--> 1 | 20
--> 4 | NULL
SELECT id, explode_outer(a) AS e FROM t;
--> id int | e int
--> 1 | 10
--> 1 | 20
--> 2 | NULL
--> 3 | NULL
--> 4 | NULL
SELECT id, posexplode(a) FROM t;
--> id int | pos int | col int
--> 1 | 0 | 10
--> 1 | 1 | 20
--> 4 | 0 | NULL
SELECT id, posexplode_outer(a) AS (p, c) FROM t;
--> id int | p int | c int
--> 1 | 0 | 10
--> 1 | 1 | 20
--> 2 | NULL | NULL
--> 3 | NULL | NULL
--> 4 | 0 | NULL
SELECT id, explode(m) FROM t;
--> id int | key string | value int
--> 1 | k | 1
--> 4 | p | NULL
SELECT id, explode_outer(m) AS (k, v) FROM t;
--> id int | k string | v int
--> 1 | k | 1
--> 2 | NULL | NULL
--> 3 | NULL | NULL
--> 4 | p | NULL
SELECT id, e FROM t LATERAL VIEW explode(a) x AS e;
--> id int | e int
--> 1 | 10
--> 1 | 20
--> 4 | NULL
SELECT id, e FROM t LATERAL VIEW OUTER explode(a) x AS e;
--> id int | e int
--> 1 | 10
--> 1 | 20
--> 2 | NULL
--> 3 | NULL
--> 4 | NULL
SELECT id, x.col FROM t LATERAL VIEW explode(a) x;
--> id int | col int
--> 1 | 10
--> 1 | 20
--> 4 | NULL
SELECT * FROM t LATERAL VIEW posexplode(a) x AS p, e;
--> id int | a array<int> | m map<string,int> | p int | e int
--> 1 | [10, 20] | {'k' -> 1} | 0 | 10
--> 1 | [10, 20] | {'k' -> 1} | 1 | 20
--> 4 | [NULL] | {'p' -> NULL} | 0 | NULL
SELECT id, k, v FROM t LATERAL VIEW explode(m) x AS k, v;
--> id int | k string | v int
--> 1 | k | 1
--> 4 | p | NULL
SELECT id, e, f FROM t LATERAL VIEW explode(a) x AS e LATERAL VIEW explode(array(e, e + 1)) y AS f;
--> id int | e int | f int
--> 1 | 10 | 10
--> 1 | 10 | 11
--> 1 | 20 | 20
--> 1 | 20 | 21
--> 4 | NULL | NULL
--> 4 | NULL | NULL
SELECT id, e FROM t LATERAL VIEW explode(a) x AS e WHERE e > 10;
--> id int | e int
--> 1 | 20
SELECT id, count(*) FROM t LATERAL VIEW explode(a) x AS e GROUP BY id;
--> id int | count(1) bigint
--> 1 | 2
--> 4 | 1
SELECT * FROM explode(array(1, 2));
--> col int
--> 1
--> 2
SELECT * FROM explode(array(1, 2)) AS x(e);
--> e int
--> 1
--> 2
SELECT * FROM posexplode(array('a', 'b'));
--> pos int | col string
--> 0 | a
--> 1 | b
SELECT * FROM stack(2, 1, 'a', 2, 'b') AS s(n, l);
--> n int | l string
--> 1 | a
--> 2 | b
SELECT stack(2, 1, 2, 3);
--> col0 int | col1 int
--> 1 | 2
--> 3 | NULL
SELECT inline(array(struct(1 AS p, 'a' AS q), struct(2, 'b')));
--> error DATATYPE_MISMATCH.DATA_DIFF_TYPES
SELECT inline_outer(CAST(NULL AS array<struct<p: int>>));
--> p int
--> NULL
SELECT id, s.* FROM t LATERAL VIEW inline(array(struct(id AS p, 'a' AS q))) s;
--> id int | p int | q string
--> 1 | 1 | a
--> 2 | 2 | a
--> 3 | 3 | a
--> 4 | 4 | a
SELECT json_tuple('{"a": 1, "b": "x"}', 'a', 'b', 'c');
--> c0 string | c1 string | c2 string
--> 1 | x | NULL
SELECT json_tuple('{"a": 1}', 'a') AS v;
--> v string
--> 1
SELECT * FROM range(3);
--> id bigint
--> 0
--> 1
--> 2
SELECT * FROM range(1, 4);
--> id bigint
--> 1
--> 2
--> 3
SELECT * FROM range(0, 10, 3) AS r(n);
--> n bigint
--> 0
--> 3
--> 6
--> 9
SELECT * FROM range(3, 0, -1) ORDER BY id DESC;
--> id bigint
--> 3
--> 2
--> 1
SELECT explode(explode(array(array(1)))) ;
--> error UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS
SELECT explode(1);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT id, explode(a) + 1 FROM t;
--> error UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS
SELECT explode(sequence(1, 3)) AS n;
--> n int
--> 1
--> 2
--> 3
SELECT explode(split('a,b', ',')) AS w, 'k' AS k;
--> w string | k string
--> a | k
--> b | k
SELECT explode(array(struct(1 AS x, 2 AS y))) AS s;
--> s struct<x:int,y:int>
--> {x: 1, y: 2}
SELECT col.x FROM (SELECT explode(array(struct(1 AS x, 2 AS y))));
--> x int
--> 1
SELECT upper(w), count(*) FROM (SELECT explode(split('a b a', ' ')) AS w) GROUP BY 1;
--> upper(w) string | count(1) bigint
--> A | 2
--> B | 1
SELECT t.id, x.e FROM t, LATERAL explode(t.a) AS x(e);
--> id int | e int
--> 1 | 10
--> 1 | 20
--> 4 | NULL
SELECT t.id, x.e FROM t LEFT JOIN LATERAL explode(t.a) AS x(e) ON true;
--> id int | e int
--> 1 | 20
--> 1 | 10
--> 2 | NULL
--> 3 | NULL
--> 4 | NULL
SELECT explode(a), explode(a) FROM t;
--> col int | col int
--> 10 | 10
--> 10 | 20
--> 20 | 10
--> 20 | 20
--> NULL | NULL
SELECT id FROM t WHERE explode(a) = 1;
--> error UNSUPPORTED_GENERATOR.OUTSIDE_SELECT
