-- Subqueries: scalar, correlated, EXISTS, IN and NOT IN with nulls, lateral.
CREATE TEMP VIEW t AS SELECT * FROM VALUES (1, 10), (2, 20), (3, NULL), (NULL, 40) AS t(id, v);
--> ok
CREATE TEMP VIEW u AS SELECT * FROM VALUES (1, 'a'), (1, 'b'), (2, 'c'), (NULL, 'd') AS u(id, s);
--> ok
CREATE TEMP VIEW n AS SELECT * FROM VALUES (1), (2) AS n(id);
--> ok
SELECT id FROM t WHERE v > (SELECT avg(v) FROM t);
--> id int
--> NULL
SELECT id, (SELECT count(*) FROM u) AS c FROM t;
--> id int | c bigint
--> 1 | 4
--> 2 | 4
--> 3 | 4
--> NULL | 4
SELECT id, (SELECT max(s) FROM u WHERE u.id = t.id) AS m FROM t;
--> id int | m string
--> 1 | b
--> 2 | c
--> 3 | NULL
--> NULL | NULL
SELECT id, (SELECT count(*) FROM u WHERE u.id = t.id) AS m FROM t;
--> id int | m bigint
--> 1 | 2
--> 2 | 1
--> 3 | 0
--> NULL | 0
SELECT id, (SELECT count(*) + 1 FROM u WHERE u.id = t.id) AS m FROM t;
--> id int | m bigint
--> 1 | 3
--> 2 | 2
--> 3 | 1
--> NULL | 1
SELECT id, (SELECT sum(1) FROM u WHERE u.id = t.id AND s > 'a') AS m FROM t;
--> id int | m bigint
--> 1 | 1
--> 2 | 1
--> 3 | NULL
--> NULL | NULL
SELECT (SELECT s FROM u WHERE id = 99) AS s;
--> s string
--> NULL
SELECT (SELECT id, s FROM u);
--> error INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN
SELECT id FROM t WHERE EXISTS (SELECT * FROM u WHERE u.id = t.id);
--> id int
--> 1
--> 2
SELECT id FROM t WHERE NOT EXISTS (SELECT * FROM u WHERE u.id = t.id);
--> id int
--> 3
--> NULL
SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id > t.id);
--> id int
--> 1
SELECT id FROM t WHERE EXISTS (SELECT * FROM u WHERE u.id = t.id) OR v = 40;
--> id int
--> 1
--> 2
--> NULL
SELECT id FROM t WHERE id IN (SELECT id FROM u);
--> id int
--> 1
--> 2
SELECT id FROM t WHERE id NOT IN (SELECT id FROM u);
--> id int
SELECT id FROM t WHERE id NOT IN (SELECT id FROM n);
--> id int
--> 3
SELECT id FROM t WHERE id NOT IN (SELECT id FROM u WHERE s = 'none');
--> id int
--> 1
--> 2
--> 3
--> NULL
SELECT id FROM t WHERE (id, v) IN (SELECT id, v FROM t WHERE v = 10);
--> id int
--> 1
SELECT id FROM t WHERE (id, v) NOT IN (SELECT id, v FROM t WHERE v = 10);
--> id int
--> 2
--> 3
--> NULL
SELECT id FROM t WHERE id IN (SELECT u.id FROM u WHERE u.id = t.id AND s = 'b');
--> id int
--> 1
SELECT id FROM t WHERE id IN (SELECT s FROM u WHERE s = '1');
--> id int
SELECT id FROM t WHERE id IN (SELECT id, s FROM u);
--> error DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH
SELECT id, count(*) AS c FROM u GROUP BY id HAVING count(*) > (SELECT count(*) / 3 FROM u);
--> id int | c bigint
--> 1 | 2
SELECT id FROM t GROUP BY id HAVING id IN (SELECT id FROM n);
--> id int
--> 1
--> 2
SELECT CASE WHEN v > (SELECT min(v) FROM t) THEN 'big' ELSE 'small' END AS size FROM t;
--> size string
--> small
--> big
--> small
--> big
SELECT * FROM t, LATERAL (SELECT s FROM u WHERE u.id = t.id);
--> id int | v int | s string
--> 1 | 10 | a
--> 1 | 10 | b
--> 2 | 20 | c
SELECT * FROM t LEFT JOIN LATERAL (SELECT s FROM u WHERE u.id = t.id) ON true;
--> id int | v int | s string
--> 1 | 10 | b
--> 1 | 10 | a
--> 2 | 20 | c
--> 3 | NULL | NULL
--> NULL | 40 | NULL
SELECT * FROM t, LATERAL (SELECT count(*) AS c FROM u WHERE u.id = t.id);
--> id int | v int | c bigint
--> 1 | 10 | 2
--> 2 | 20 | 1
--> 3 | NULL | 0
--> NULL | 40 | 0
SELECT * FROM (SELECT id AS k FROM t) AS x(key) WHERE key = 1;
--> key int
--> 1
SELECT x.a FROM (VALUES (1, 2)) AS x(a, b);
--> a int
--> 1
SELECT * FROM (SELECT id FROM t WHERE id IN (SELECT id FROM n)) s JOIN u USING (id);
--> id int | s string
--> 1 | a
--> 1 | b
--> 2 | c
SELECT id FROM t WHERE v = (SELECT max(v) FROM t i WHERE i.id = t.id);
--> id int
--> 1
--> 2
SELECT id FROM t o WHERE 1 < (SELECT count(*) FROM u WHERE u.id = o.id);
--> id int
--> 1
SELECT id FROM t WHERE v = (SELECT v FROM t WHERE id = 99);
--> id int
SELECT id FROM t WHERE EXISTS (SELECT max(s) FROM u WHERE u.id = t.id);
--> id int
--> 1
--> 2
--> 3
--> NULL
SELECT id FROM t WHERE id > ANY (SELECT id FROM n);
--> error PARSE_SYNTAX_ERROR
SELECT id FROM t WHERE nope IN (SELECT id FROM u);
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id AND EXISTS (SELECT 1 FROM n WHERE n.id = u.id));
--> id int
--> 1
--> 2
SELECT id, (SELECT max(s) FROM u WHERE u.id < t.id) AS m FROM t;
--> id int | m string
--> 1 | NULL
--> 2 | b
--> 3 | c
--> NULL | NULL
SELECT id, (SELECT s FROM u WHERE u.id = t.id) AS m FROM t;
--> error SCALAR_SUBQUERY_TOO_MANY_ROWS
SELECT id, (SELECT s FROM u WHERE u.id = t.id LIMIT 1) IS NULL AS m FROM t;
--> id int | m boolean
--> 1 | False
--> 2 | False
--> 3 | True
--> NULL | True
SELECT id, EXISTS (SELECT * FROM u WHERE u.id = t.id) AS e FROM t;
--> id int | e boolean
--> 1 | True
--> 2 | True
--> 3 | False
--> NULL | False
SELECT id, id IN (SELECT id FROM u) AS e FROM t;
--> id int | e boolean
--> 1 | True
--> 2 | True
--> 3 | False
--> NULL | False
SELECT id, id IN (SELECT id FROM n) AS e FROM t;
--> id int | e boolean
--> 1 | True
--> 2 | True
--> 3 | False
--> NULL | False
SELECT id, id NOT IN (SELECT id FROM u) AS e FROM t;
--> id int | e boolean
--> 1 | False
--> 2 | False
--> 3 | False
--> NULL | False
SELECT id FROM t WHERE id IN (SELECT id FROM u) OR v IS NULL;
--> id int
--> 1
--> 2
--> 3
SELECT id FROM t WHERE id NOT IN (SELECT id FROM n) OR v = 10;
--> id int
--> 1
--> 3
SELECT id FROM t ORDER BY (SELECT max(s) FROM u WHERE u.id = t.id) DESC NULLS LAST, id;
--> error UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY
SELECT * FROM t, LATERAL (SELECT t.v + 1 AS w);
--> id int | v int | w int
--> 1 | 10 | 11
--> 2 | 20 | 21
--> 3 | NULL | NULL
--> NULL | 40 | 41
SELECT * FROM t, LATERAL (SELECT s FROM u WHERE u.id = t.id ORDER BY s DESC LIMIT 1);
--> id int | v int | s string
--> 1 | 10 | b
--> 2 | 20 | c
SELECT sum((SELECT count(*) FROM u WHERE u.id = t.id)) AS s FROM t;
--> s bigint
--> 3
-- known differences
-- another condition: INTERNAL_ERROR
SELECT (SELECT s FROM u);
--> error Py4JJavaError
