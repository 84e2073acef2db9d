-- ORDER BY, LIMIT and OFFSET.
CREATE TEMP VIEW t AS SELECT * FROM VALUES (3, 'a', 1.5D), (1, 'B', NULL), (NULL, 'c', double('NaN')), (2, NULL, -1.0D) AS t(id, s, d);
--> ok
SELECT id FROM t ORDER BY id;
--> id int
--> NULL
--> 1
--> 2
--> 3
SELECT id FROM t ORDER BY id DESC;
--> id int
--> 3
--> 2
--> 1
--> NULL
SELECT id FROM t ORDER BY id NULLS LAST;
--> id int
--> 1
--> 2
--> 3
--> NULL
SELECT id FROM t ORDER BY id DESC NULLS FIRST;
--> id int
--> NULL
--> 3
--> 2
--> 1
SELECT s FROM t ORDER BY s;
--> s string
--> NULL
--> B
--> a
--> c
SELECT d FROM t ORDER BY d;
--> d double
--> NULL
--> -1.0
--> 1.5
--> nan
SELECT d FROM t ORDER BY d DESC;
--> d double
--> nan
--> 1.5
--> -1.0
--> NULL
SELECT s FROM t ORDER BY id;
--> s string
--> c
--> B
--> NULL
--> a
SELECT id AS x FROM t ORDER BY x;
--> x int
--> NULL
--> 1
--> 2
--> 3
SELECT id AS s FROM t ORDER BY s;
--> s int
--> NULL
--> 1
--> 2
--> 3
SELECT id, s FROM t ORDER BY 2 DESC;
--> id int | s string
--> NULL | c
--> 3 | a
--> 1 | B
--> 2 | NULL
SELECT id FROM t ORDER BY 3;
--> error ORDER_BY_POS_OUT_OF_RANGE
SELECT id FROM t ORDER BY 0;
--> error ORDER_BY_POS_OUT_OF_RANGE
SELECT id FROM t ORDER BY -id;
--> id int
--> NULL
--> 3
--> 2
--> 1
SELECT id FROM t ORDER BY id % 2, id DESC;
--> id int
--> NULL
--> 2
--> 3
--> 1
SELECT id FROM t ORDER BY CASE WHEN id = 2 THEN 0 ELSE 1 END, id;
--> id int
--> 2
--> NULL
--> 1
--> 3
SELECT id + 1 AS y FROM t ORDER BY id + 1;
--> y int
--> NULL
--> 2
--> 3
--> 4
SELECT id + 1 AS y FROM t ORDER BY y * -1;
--> y int
--> NULL
--> 4
--> 3
--> 2
SELECT t.id FROM t ORDER BY t.id;
--> id int
--> NULL
--> 1
--> 2
--> 3
SELECT id, s FROM t ORDER BY ALL;
--> id int | s string
--> NULL | c
--> 1 | B
--> 2 | NULL
--> 3 | a
SELECT id, s FROM t ORDER BY ALL DESC;
--> id int | s string
--> 3 | a
--> 2 | NULL
--> 1 | B
--> NULL | c
SELECT DISTINCT id FROM t ORDER BY id;
--> id int
--> NULL
--> 1
--> 2
--> 3
SELECT DISTINCT id FROM t ORDER BY s;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT DISTINCT id + 1 AS y FROM t ORDER BY y DESC;
--> y int
--> 4
--> 3
--> 2
--> NULL
SELECT id FROM t ORDER BY nope;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT id FROM t ORDER BY id LIMIT 2;
--> id int
--> NULL
--> 1
SELECT id FROM t ORDER BY id LIMIT 2 OFFSET 1;
--> id int
--> 1
--> 2
SELECT id FROM t ORDER BY id OFFSET 3;
--> id int
--> 3
SELECT id FROM t ORDER BY id OFFSET 10;
--> id int
SELECT id FROM t ORDER BY id LIMIT 0;
--> id int
SELECT id FROM t ORDER BY id LIMIT ALL;
--> id int
--> NULL
--> 1
--> 2
--> 3
SELECT id FROM t ORDER BY id LIMIT 1 + 1;
--> id int
--> NULL
--> 1
SELECT id FROM t LIMIT -1;
--> error INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE
SELECT id FROM t LIMIT 'a';
--> error INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE
SELECT id FROM t ORDER BY id OFFSET -1;
--> error INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE
SELECT count(*) FROM (SELECT id FROM t LIMIT 2);
--> count(1) bigint
--> 2
SELECT * FROM (SELECT id FROM t ORDER BY id LIMIT 2) ORDER BY id DESC;
--> id int
--> 1
--> NULL
SELECT id FROM t SORT BY id;
--> id int
--> NULL
--> 1
--> 2
--> 3
SELECT count(*) FROM (SELECT id FROM t DISTRIBUTE BY id);
--> count(1) bigint
--> 4
SELECT count(*) FROM (SELECT id FROM t CLUSTER BY id);
--> count(1) bigint
--> 4
SELECT array(id) AS a FROM t ORDER BY a;
--> a array<int>
--> [NULL]
--> [1]
--> [2]
--> [3]
SELECT struct(id, s) AS a FROM t ORDER BY a DESC;
--> a struct<id:int,s:string>
--> {id: 3, s: 'a'}
--> {id: 2, s: NULL}
--> {id: 1, s: 'B'}
--> {id: NULL, s: 'c'}
SELECT map(1, id) AS a FROM t ORDER BY a;
--> error DATATYPE_MISMATCH.INVALID_ORDERING_TYPE
SELECT id AS a, id AS b FROM t ORDER BY a;
--> a int | b int
--> NULL | NULL
--> 1 | 1
--> 2 | 2
--> 3 | 3
SELECT s, count(*) AS c FROM t GROUP BY s ORDER BY c, s DESC;
--> s string | c bigint
--> c | 1
--> a | 1
--> B | 1
--> NULL | 1
SELECT s FROM t GROUP BY s ORDER BY max(id) NULLS LAST;
--> s string
--> B
--> NULL
--> a
--> c
SELECT explode(array(3, 1, 2)) AS e ORDER BY e;
--> e int
--> 1
--> 2
--> 3
SELECT id FROM range(10) ORDER BY id DESC LIMIT 3;
--> id bigint
--> 9
--> 8
--> 7
SELECT id FROM range(5, 10, 2) ORDER BY id;
--> id bigint
--> 5
--> 7
--> 9
SELECT b FROM VALUES (true), (false), (NULL) AS v(b) ORDER BY b DESC;
--> b boolean
--> True
--> False
--> NULL
SELECT * FROM VALUES (X'02'), (X'01FF'), (X'') AS v(b) ORDER BY b;
--> b binary
--> X''
--> X'01FF'
--> X'02'
SELECT s FROM t ORDER BY max(id);
--> error UNSUPPORTED_EXPR_FOR_OPERATOR
-- known differences

-- another condition: UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
SELECT id FROM t LIMIT id;
--> error INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE
-- another condition: AMBIGUOUS_REFERENCE
SELECT id AS a, s AS a FROM t ORDER BY a;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
