-- Common table expressions: nested, shadowing, recursive.
CREATE TEMP VIEW t AS SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t(id, s);
--> ok
WITH x AS (SELECT 1 AS a) SELECT * FROM x;
--> a int
--> 1
WITH x AS (SELECT id FROM t), y AS (SELECT id + 1 AS id FROM x) SELECT * FROM x JOIN y USING (id);
--> id int
--> 2
WITH x(p, q) AS (SELECT * FROM t) SELECT q, p FROM x;
--> q string | p int
--> a | 1
--> b | 2
WITH x(p) AS (SELECT * FROM t) SELECT p FROM x;
--> error ASSIGNMENT_ARITY_MISMATCH
WITH t AS (SELECT 9 AS id) SELECT * FROM t;
--> id int
--> 9
WITH t AS (SELECT id + 10 AS id FROM t) SELECT * FROM t;
--> id int
--> 11
--> 12
WITH x AS (SELECT 1 AS a) SELECT * FROM (WITH x AS (SELECT 2 AS a) SELECT * FROM x);
--> a int
--> 2
WITH x AS (SELECT 1 AS a) SELECT * FROM (WITH y AS (SELECT a + 1 AS a FROM x) SELECT * FROM y), x;
--> a int | a int
--> 2 | 1
WITH x AS (WITH y AS (SELECT 3 AS a) SELECT a FROM y) SELECT * FROM x;
--> a int
--> 3
WITH x AS (WITH y AS (SELECT 3 AS a) SELECT a FROM y) SELECT * FROM y;
--> error TABLE_OR_VIEW_NOT_FOUND
WITH x AS (SELECT 1 AS a), x AS (SELECT 2 AS a) SELECT * FROM x;
--> error DUPLICATED_CTE_NAMES
WITH x AS (SELECT 1 AS a) SELECT (SELECT max(a) FROM x) AS m, a FROM x WHERE a IN (SELECT a FROM x);
--> m int | a int
--> 1 | 1
WITH x AS (SELECT * FROM y), y AS (SELECT 1 AS a) SELECT * FROM x;
--> error TABLE_OR_VIEW_NOT_FOUND
WITH x AS (SELECT 1 AS a) SELECT X.A FROM X;
--> A int
--> 1
WITH x AS (SELECT 1 AS a) SELECT * FROM x UNION ALL SELECT * FROM x;
--> a int
--> 1
--> 1
WITH x AS (SELECT id, count(*) AS c FROM t GROUP BY id) SELECT sum(c) FROM x;
--> sum(c) bigint
--> 2
WITH x AS (SELECT 1 AS a) VALUES (1), (2);
--> col1 int
--> 1
--> 2
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r;
--> n int
--> 1
--> 2
--> 3
--> 4
--> 5
WITH RECURSIVE r AS (SELECT 1 AS n, 1 AS f UNION ALL SELECT n + 1, f * (n + 1) FROM r WHERE n < 5) SELECT * FROM r;
--> n int | f int
--> 1 | 1
--> 2 | 2
--> 3 | 6
--> 4 | 24
--> 5 | 120
WITH RECURSIVE e(a, b) AS (VALUES (1, 2), (2, 3), (3, 4)), r(x) AS (SELECT 1 UNION ALL SELECT b FROM e JOIN r ON e.a = r.x) SELECT * FROM r;
--> x int
--> 1
--> 2
--> 3
--> 4
WITH RECURSIVE r(n) AS (SELECT 'a' UNION ALL SELECT n || 'b' FROM r WHERE length(n) < 3) SELECT * FROM r;
--> n string
--> a
--> ab
--> abb
WITH r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r;
--> error TABLE_OR_VIEW_NOT_FOUND
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r LIMIT 3;
--> n int
--> 1
--> 2
--> 3
WITH x AS (SELECT 1) SELECT * FROM x;
--> 1 int
--> 1
WITH x AS (SELECT explode(array(1, 2)) AS e) SELECT e, count(*) FROM x GROUP BY e;
--> e int | count(1) bigint
--> 1 | 1
--> 2 | 1
WITH RECURSIVE r(n) AS (SELECT 1 UNION SELECT n % 3 + 1 FROM r) SELECT * FROM r;
--> error UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE
-- known differences
-- another condition: TABLE_OR_VIEW_NOT_FOUND
WITH RECURSIVE r(n) AS (SELECT n + 1 FROM r) SELECT * FROM r;
--> error INVALID_RECURSIVE_CTE
-- not supported
WITH RECURSIVE r(n) MAX RECURSION LEVEL 3 AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r;
--> error Py4JJavaError
-- answers where Spark refuses
WITH x AS (SELECT nope FROM t) SELECT 1;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
