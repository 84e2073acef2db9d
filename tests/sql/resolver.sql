-- What the resolver decides: grouping sets of no rows, equal floats, subqueries anywhere, USING, and what is refused.
SELECT g, count(*) FROM VALUES (1) t(g) WHERE g > 5 GROUP BY ROLLUP(g);
--> g int | count(1) bigint
SELECT g, count(*) FROM VALUES (1) t(g) WHERE g > 5 GROUP BY CUBE(g);
--> g int | count(1) bigint
SELECT g, count(*) FROM VALUES (1) t(g) WHERE g > 5 GROUP BY GROUPING SETS ((g), ());
--> g int | count(1) bigint
SELECT count(*) FROM VALUES (1) t(g) WHERE g > 5 GROUP BY GROUPING SETS ((), ());
--> count(1) bigint
SELECT g, count(*), grouping(g) FROM VALUES (1) t(g) WHERE g > 5 GROUP BY ROLLUP(g);
--> g int | count(1) bigint | grouping(g) tinyint
SELECT min(a), max(a) FROM VALUES (array(1, NULL)), (array(1, 2)), (array(NULL)), (NULL) t(a);
--> min(a) array<int> | max(a) array<int>
--> [NULL] | [1, 2]
SELECT row_number() FROM VALUES (1) t(id);
--> error WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE
SELECT rank() FROM VALUES (1) t(id);
--> error WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE
SELECT lag(id) FROM VALUES (1) t(id);
--> error WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE
SELECT id FROM VALUES (1) t(id) WHERE row_number() = 1;
--> error WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE
SELECT * FROM VALUES (1) t(g) WHERE NULL;
--> error DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN
SELECT * FROM VALUES (1) t(g) JOIN VALUES (1) u(h) ON NULL;
--> error JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE
SELECT count(*) FROM VALUES (1) t(g) HAVING NULL;
--> count(1) bigint
SELECT g FROM VALUES (1) t(g) GROUP BY g HAVING NULL;
--> g int
SELECT NULL AND true, NOT NULL, NULL OR false;
--> (NULL AND true) boolean | (NOT NULL) boolean | (NULL OR false) boolean
--> NULL | NULL | NULL
SELECT CASE WHEN NULL THEN 1 ELSE 2 END, if(NULL, 1, 2);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT map(1, 2) UNION ALL SELECT map(1, 2);
--> map(1, 2) map<int,int>
--> {1 -> 2}
--> {1 -> 2}
SELECT map(1, 2) UNION SELECT map(1, 2);
--> error UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE
SELECT map(1, 2) INTERSECT SELECT map(1, 2);
--> error UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE
SELECT DISTINCT map(1, 2);
--> error UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE
SELECT DISTINCT array(map(1, 2));
--> error UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE
WITH RECURSIVE r(n) AS (SELECT 1 UNION SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r;
--> error UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r;
--> n int
--> 1
--> 2
--> 3
SELECT CAST(1 AS varchar(3)) AS a, CAST('abcdef' AS varchar(3)) AS b, CAST('a' AS char(3)) AS c, typeof(CAST('a' AS char(3))) AS d;
--> a string | b string | c string | d string
--> 1 | abcdef | a | string
SELECT CAST(12345 AS varchar(3)) AS a;
--> a string
--> 12345
SELECT * FROM VALUES (1, 'a'), (2, 'b'), (NULL, 'n') l(id, x) RIGHT JOIN VALUES (2, 'p'), (3, 'q'), (NULL, 'm') r(id, y) USING (id);
--> id int | x string | y string
--> 2 | b | p
--> 3 | NULL | q
--> NULL | NULL | m
SELECT l.* FROM VALUES (1, 'a'), (2, 'b'), (NULL, 'n') l(id, x) RIGHT JOIN VALUES (2, 'p'), (3, 'q'), (NULL, 'm') r(id, y) USING (id);
--> id int | x string
--> 2 | b
--> NULL | NULL
--> NULL | NULL
SELECT r.* FROM VALUES (1, 'a'), (2, 'b'), (NULL, 'n') l(id, x) LEFT JOIN VALUES (2, 'p'), (3, 'q'), (NULL, 'm') r(id, y) USING (id);
--> id int | y string
--> NULL | NULL
--> 2 | p
--> NULL | NULL
SELECT l.*, r.* FROM VALUES (1, 'a'), (2, 'b'), (NULL, 'n') l(id, x) FULL JOIN VALUES (2, 'p'), (3, 'q'), (NULL, 'm') r(id, y) USING (id);
--> id int | x string | id int | y string
--> NULL | n | NULL | NULL
--> NULL | NULL | NULL | m
--> 1 | a | NULL | NULL
--> 2 | b | 2 | p
--> NULL | NULL | 3 | q
SELECT *, l.id, r.id FROM VALUES ('a', 1), ('b', 2) l(x, id) FULL JOIN VALUES ('p', 2), ('q', 3) r(y, id) USING (id);
--> id int | x string | y string | id int | id int
--> 1 | a | NULL | 1 | NULL
--> 2 | b | p | 2 | 2
--> 3 | NULL | q | NULL | 3
SELECT r.* FROM VALUES ('a', 1), ('b', 2) l(x, id) JOIN VALUES ('p', 2), ('q', 3) r(y, id) USING (id);
--> id int | y string
--> 2 | p
SELECT l.* FROM VALUES ('a', 1), ('b', 2) l(x, id) NATURAL RIGHT JOIN VALUES ('p', 2), ('q', 3) r(y, id);
--> id int | x string
--> 2 | b
--> NULL | NULL
SELECT id, l.id, r.id FROM VALUES ('a', 1), ('b', 2) l(x, id) RIGHT JOIN VALUES ('p', 2), ('q', 3) r(y, id) USING (id);
--> id int | id int | id int
--> 2 | 2 | 2
--> 3 | NULL | 3
SELECT l.id, l.* FROM VALUES (1, 'a'), (2, 'b') l(id, x) LEFT SEMI JOIN VALUES (2, 'p') r(id, y) USING (id);
--> id int | id int | x string
--> 2 | 2 | b
SELECT count(*) FROM VALUES (1) t(g) WHERE g > 5 GROUP BY GROUPING SETS (());
--> count(1) bigint
--> 0
SELECT x, count(*) FROM VALUES (0.0D), (-0.0D), (double('NaN')), (double('NaN')) t(x) GROUP BY x;
--> x double | count(1) bigint
--> 0.0 | 2
--> nan | 2
SELECT DISTINCT x FROM VALUES (-0.0D), (0.0D), (double('NaN')), (double('NaN')) t(x);
--> x double
--> 0.0
--> nan
SELECT DISTINCT x FROM VALUES (array(-0.0D)), (array(0.0D)) t(x);
--> x array<double>
--> [0.0]
SELECT x FROM VALUES (-0.0D), (0.0D) t(x) UNION SELECT 0.0D;
--> x double
--> 0.0
SELECT x FROM VALUES (-0.0D) t(x) EXCEPT SELECT 0.0D;
--> x double
SELECT l.x, r.x FROM VALUES (-0.0D), (double('NaN')) l(x) JOIN VALUES (0.0D), (double('NaN')) r(x) ON l.x = r.x;
--> x double | x double
--> -0.0 | 0.0
--> nan | nan
SELECT x, y FROM VALUES (0.0D, 1), (-0.0D, 2), (0.0D, 3), (double('NaN'), 4), (double('Infinity'), 5), (NULL, 6) t(x, y) ORDER BY x, y;
--> x double | y int
--> NULL | 6
--> 0.0 | 1
--> -0.0 | 2
--> 0.0 | 3
--> inf | 5
--> nan | 4
SELECT count(DISTINCT x) FROM VALUES (-0.0D), (0.0D) t(x);
--> count(DISTINCT x) bigint
--> 1
SELECT x, row_number() OVER (PARTITION BY x ORDER BY y) FROM VALUES (-0.0D, 1), (0.0D, 2) t(x, y);
--> x double | row_number() OVER (PARTITION BY x ORDER BY y ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) int
--> -0.0 | 1
--> 0.0 | 2
SELECT array_distinct(array(0.0D, -0.0D)), array_contains(array(0.0D), -0.0D), array_position(array(0.0D), -0.0D), array_union(array(0.0D), array(-0.0D)), array_intersect(array(0.0D), array(-0.0D)), array_except(array(0.0D), array(-0.0D)), arrays_overlap(array(0.0D), array(-0.0D)), array_remove(array(0.0D, 1D), -0.0D);
--> array_distinct(array(0.0, -0.0)) array<double> | array_contains(array(0.0), -0.0) boolean | array_position(array(0.0), -0.0) bigint | array_union(array(0.0), array(-0.0)) array<double> | array_intersect(array(0.0), array(-0.0)) array<double> | array_except(array(0.0), array(-0.0)) array<double> | arrays_overlap(array(0.0), array(-0.0)) boolean | array_remove(array(0.0, 1.0), -0.0) array<double>
--> [0.0] | True | 1 | [0.0] | [0.0] | [] | True | [1.0]
SELECT struct(-0.0D) = struct(0.0D), array(-0.0D) = array(0.0D), hash(-0.0D) = hash(0.0D);
--> (struct(-0.0) = struct(0.0)) boolean | (array(-0.0) = array(0.0)) boolean | (hash(-0.0) = hash(0.0)) boolean
--> True | True | True
SELECT x, count(*) FROM VALUES (float(0.0)), (float(-0.0)), (float('NaN')) t(x) GROUP BY x;
--> x float | count(1) bigint
--> 0.0 | 2
--> nan | 1
SELECT x, count(*) FROM VALUES (-0.0D), (-0.0D) t(x) GROUP BY x;
--> x double | count(1) bigint
--> 0.0 | 2
SELECT (id, x) IN (SELECT * FROM VALUES (1, 'a'), (2, 'b')) AS r FROM VALUES (1, 'a'), (2, NULL), (NULL, 'a'), (3, NULL) t(id, x);
--> r boolean
--> True
--> False
--> False
--> False
SELECT (id, x) NOT IN (SELECT * FROM VALUES (1, 'a'), (2, 'b')) AS r FROM VALUES (1, 'a'), (2, NULL), (NULL, 'a'), (3, NULL) t(id, x);
--> r boolean
--> False
--> False
--> False
--> True
SELECT id FROM VALUES (1), (2), (NULL) t(id) WHERE (SELECT count(*) FROM VALUES (1), (1) u(k) WHERE u.k = t.id) = 0;
--> id int
--> 2
--> NULL
SELECT id, (SELECT count(*) FROM VALUES (1), (1) u(k) WHERE u.k = t.id) AS c, (SELECT coalesce(sum(k), -1) FROM VALUES (1), (1) u(k) WHERE u.k = t.id) AS s FROM VALUES (1), (2), (NULL) t(id);
--> id int | c bigint | s bigint
--> 1 | 2 | 2
--> 2 | 0 | -1
--> NULL | 0 | -1
SELECT id, (SELECT sum(k) FROM VALUES (1), (2) u(k) WHERE u.k >= t.id) AS c FROM VALUES (1), (2), (3), (NULL) t(id);
--> id int | c bigint
--> 1 | 3
--> 2 | 2
--> 3 | NULL
--> NULL | NULL
SELECT id, (SELECT k FROM VALUES (1), (2) u(k) WHERE u.k >= t.id ORDER BY k DESC LIMIT 1) AS c FROM VALUES (1), (2), (3), (NULL) t(id);
--> id int | c int
--> 1 | 2
--> 2 | 2
--> 3 | NULL
--> NULL | NULL
SELECT id, (SELECT max(k) FROM VALUES (1), (2) u(k) WHERE u.k >= t.id HAVING count(*) > 1) AS c FROM VALUES (1), (2), (3), (NULL) t(id);
--> id int | c int
--> 1 | 2
--> 2 | NULL
--> 3 | NULL
--> NULL | NULL
SELECT * FROM VALUES (1), (2) t(id), LATERAL (SELECT count(*) AS c FROM VALUES (1) u(k) WHERE u.k = t.id);
--> id int | c bigint
--> 1 | 1
--> 2 | 0
SELECT * FROM VALUES (1), (2) t(id) LEFT JOIN LATERAL (SELECT k, row_number() OVER (ORDER BY k) AS n FROM VALUES (1), (5) u(k) WHERE u.k >= t.id) x ON x.n = 1;
--> id int | k int | n int
--> 1 | 1 | 1
--> 2 | 5 | 1
SELECT * FROM VALUES (1), (2) t(id), LATERAL (SELECT t.id + k AS z FROM VALUES (10) u(k) UNION ALL SELECT t.id);
--> id int | z int
--> 1 | 11
--> 2 | 12
--> 1 | 1
--> 2 | 2
SELECT * FROM VALUES (1), (2) t(id), LATERAL (SELECT DISTINCT k FROM VALUES (10), (10) u(k) WHERE k > t.id);
--> id int | k int
--> 1 | 10
--> 2 | 10
SELECT id FROM VALUES (1), (2) t(id) WHERE EXISTS (SELECT 1 FROM VALUES (1) u(k) LEFT JOIN VALUES (2) w(z) ON w.z = t.id WHERE z IS NOT NULL);
--> id int
--> 2
SELECT id, (SELECT k FROM VALUES (1), (1) u(k) WHERE u.k = t.id) AS c FROM VALUES (1), (2) t(id);
--> error SCALAR_SUBQUERY_TOO_MANY_ROWS
SELECT id FROM VALUES (1), (2), (NULL) t(id) WHERE id NOT IN (SELECT k FROM VALUES (1), (NULL) u(k) WHERE u.k = t.id);
--> id int
--> 2
--> NULL
SELECT g, (SELECT max(k) FROM VALUES (1), (2) u(k) WHERE u.k <= t.g) AS m, sum(v) FROM VALUES (1, 10), (2, 20), (2, 5) t(g, v) GROUP BY g;
--> error SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION
SELECT g, (SELECT max(k) FROM VALUES (1), (2) u(k) WHERE u.k <= t.v) AS m FROM VALUES (1, 10), (2, 20), (2, 5) t(g, v) GROUP BY g;
--> error SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION
SELECT g FROM VALUES (1, 10), (2, 20), (2, 5) t(g, v) GROUP BY g HAVING EXISTS (SELECT 1 FROM VALUES (2) u(k) WHERE u.k = t.g);
--> g int
--> 2
SELECT t.id FROM VALUES (1), (2) t(id) LEFT JOIN VALUES (1), (2) u(k) ON t.id = u.k AND t.id IN (SELECT z FROM VALUES (1) w(z));
--> id int
--> 1
--> 2
SELECT t.id, u.k FROM VALUES (1), (2) t(id) LEFT JOIN VALUES (1), (2) u(k) ON t.id = u.k AND EXISTS (SELECT 1 FROM VALUES (1) w(z) WHERE w.z = u.k);
--> id int | k int
--> 1 | 1
--> 2 | NULL
SELECT t.id FROM VALUES (1), (2) t(id) ORDER BY (SELECT max(k) FROM VALUES (1) u(k)), id;
--> id int
--> 1
--> 2
SELECT sum((SELECT max(k) FROM VALUES (5) u(k))) FROM VALUES (1), (2) t(id);
--> sum(scalarsubquery()) bigint
--> 10
SELECT CASE WHEN EXISTS (SELECT 1 FROM VALUES (1) u(k) WHERE u.k = t.id) THEN 'y' ELSE 'n' END AS c FROM VALUES (1), (2) t(id);
--> c string
--> y
--> n
SELECT id FROM VALUES (1), (2) t(id) WHERE id = (SELECT k FROM VALUES (1), (2) u(k));
--> error SCALAR_SUBQUERY_TOO_MANY_ROWS
SELECT id FROM VALUES (1), (2), (3) t(id) WHERE id IN (SELECT k FROM VALUES (1) u(k)) OR id IN (SELECT k FROM VALUES (3) u(k));
--> id int
--> 1
--> 3
SELECT id, id IN (SELECT k FROM VALUES (1), (NULL) u(k)) AS a, id NOT IN (SELECT k FROM VALUES (1), (NULL) u(k)) AS b, id IN (SELECT k FROM VALUES (1) u(k) WHERE k > 5) AS c FROM VALUES (1), (2), (NULL) t(id);
--> id int | a boolean | b boolean | c boolean
--> 1 | True | False | False
--> 2 | False | False | False
--> NULL | False | False | False
SELECT id, id IN (SELECT k FROM VALUES (1, 1), (NULL, 2) u(k, z) WHERE u.z = t.z) AS a FROM VALUES (1, 1), (1, 2), (2, 1), (NULL, 1), (NULL, 3) t(id, z);
--> id int | a boolean
--> 1 | True
--> 1 | False
--> 2 | False
--> NULL | False
--> NULL | False
SELECT lag(g) OVER () FROM VALUES (1) t(g);
--> error WINDOW_FUNCTION_FRAME_NOT_ORDERED
SELECT lag(g) OVER (PARTITION BY g) FROM VALUES (1) t(g);
--> error WINDOW_FUNCTION_FRAME_NOT_ORDERED
SELECT ntile(2) OVER () FROM VALUES (1) t(g);
--> error WINDOW_FUNCTION_FRAME_NOT_ORDERED
SELECT dense_rank() OVER () FROM VALUES (1) t(g);
--> error WINDOW_FUNCTION_FRAME_NOT_ORDERED
SELECT row_number() OVER () FROM VALUES (1) t(g);
--> error WINDOW_FUNCTION_FRAME_NOT_ORDERED
SELECT cume_dist() OVER () FROM VALUES (1) t(g);
--> error WINDOW_FUNCTION_FRAME_NOT_ORDERED
SELECT nth_value(g, 1) OVER () FROM VALUES (1) t(g);
--> error WINDOW_FUNCTION_FRAME_NOT_ORDERED
SELECT g FROM VALUES (1) t(g) WHERE row_number() OVER (ORDER BY g) = 1;
--> error WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE
SELECT g FROM VALUES (1) t(g) GROUP BY g HAVING row_number() OVER (ORDER BY g) = 1;
--> error WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE
SELECT g, sum(v) OVER (PARTITION BY g ORDER BY v) AS s FROM VALUES (1, 2) t(g, v) ORDER BY sum(v) OVER (PARTITION BY g ORDER BY v) DESC;
--> error UNSUPPORTED_EXPR_FOR_OPERATOR
SELECT g FROM VALUES (1, 2) t(g, v) ORDER BY row_number() OVER (ORDER BY v);
--> error UNSUPPORTED_EXPR_FOR_OPERATOR
SELECT explode(array(1)) + 1;
--> error UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS
SELECT explode(array(1, 2)), posexplode(array('a')), g FROM VALUES (1) t(g);
--> col int | pos int | col string | g int
--> 1 | 0 | a | 1
--> 2 | 0 | a | 1
SELECT g FROM VALUES (1) t(g) WHERE explode(array(1)) = 1;
--> error UNSUPPORTED_GENERATOR.OUTSIDE_SELECT
SELECT g FROM VALUES (1) t(g) ORDER BY explode(array(1));
--> error UNSUPPORTED_GENERATOR.OUTSIDE_SELECT
SELECT g, grouping(g) AS x, grouping_id() AS y, count(*) FROM VALUES (1), (2) t(g) GROUP BY ROLLUP(g) ORDER BY grouping(g), g;
--> g int | x tinyint | y bigint | count(1) bigint
--> 1 | 0 | 0 | 1
--> 2 | 0 | 0 | 1
--> NULL | 1 | 1 | 2
SELECT g, count(*) FROM VALUES (1), (2) t(g) GROUP BY CUBE(g) HAVING grouping_id(g) = 1;
--> g int | count(1) bigint
--> NULL | 2
SELECT g, h, grouping_id(g, h), grouping_id() FROM VALUES (1, 2) t(g, h) GROUP BY g, h GROUPING SETS ((g, h), (h), ()) ORDER BY 3;
--> g int | h int | grouping_id(g, h) bigint | grouping_id() bigint
--> 1 | 2 | 0 | 0
--> NULL | 2 | 2 | 2
--> NULL | NULL | 3 | 3
SELECT g, grouping(h) FROM VALUES (1, 2) t(g, h) GROUP BY ROLLUP(g);
--> error GROUPING_COLUMN_MISMATCH
SELECT g, grouping_id(g, h) FROM VALUES (1, 2) t(g, h) GROUP BY ROLLUP(g);
--> error GROUPING_ID_COLUMN_MISMATCH
SELECT g, grouping(g) FROM VALUES (1, 2) t(g, h) GROUP BY g;
--> error UNSUPPORTED_GROUPING_EXPRESSION
SELECT g, h, count(*) FROM VALUES (1, 2) t(g, h) GROUP BY g, ROLLUP(h);
--> g int | h int | count(1) bigint
--> 1 | 2 | 1
--> 1 | NULL | 1
SELECT g, h, count(*) FROM VALUES (1, 2), (1, 3) t(g, h) GROUP BY CUBE(g), ROLLUP(h) ORDER BY 1, 2, 3;
--> g int | h int | count(1) bigint
--> NULL | NULL | 2
--> NULL | 2 | 1
--> NULL | 3 | 1
--> 1 | NULL | 2
--> 1 | 2 | 1
--> 1 | 3 | 1
SELECT g, count(*) AS c FROM VALUES (1, 2), (1, 3) t(g, h) GROUP BY ALL ORDER BY ALL;
--> g int | c bigint
--> 1 | 2
SELECT g + 1, count(*) + g FROM VALUES (1, 2), (1, 3) t(g, h) GROUP BY ALL;
--> error MISSING_AGGREGATION
SELECT g, sum(h) + g AS x FROM VALUES (1, 2), (1, 3) t(g, h) GROUP BY ALL;
--> g int | x bigint
--> 1 | 6
SELECT DISTINCT g, g FROM VALUES (1) t(g);
--> g int | g int
--> 1 | 1
SELECT g, CAST(g AS bigint), count(*) FROM VALUES (1), (1) t(g) GROUP BY g, CAST(g AS bigint);
--> g int | g bigint | count(1) bigint
--> 1 | 1 | 2
SELECT sum(g) OVER (ORDER BY g), sum(CAST(g AS double)) OVER (ORDER BY g) AS d FROM VALUES (1), (2) t(g);
--> sum(g) OVER (ORDER BY g ASC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) bigint | d double
--> 1 | 1.0
--> 3 | 3.0
SELECT /*+ BROADCAST(u) */ t.g FROM VALUES (1) t(g) JOIN VALUES (1) u(g) ON t.g = u.g;
--> g int
--> 1
SELECT /*+ REPARTITION(3) */ g FROM VALUES (1) t(g);
--> g int
--> 1
SELECT /*+ REPARTITION(g) */ g FROM VALUES (1) t(g);
--> g int
--> 1
SELECT /*+ REPARTITION(z) */ g FROM VALUES (1) t(g);
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT /*+ COALESCE(2) */ g FROM VALUES (1) t(g);
--> g int
--> 1
SELECT /*+ COALESCE('a') */ g FROM VALUES (1) t(g);
--> error _LEGACY_ERROR_TEMP_1048
SELECT /*+ REPARTITION_BY_RANGE(2, g) */ g FROM VALUES (1) t(g);
--> g int
--> 1
SELECT /*+ NOPE(2) */ g FROM VALUES (1) t(g);
--> g int
--> 1
SELECT * FROM VALUES (1) t(a) JOIN VALUES (1) u(a);
--> a int | a int
--> 1 | 1
SELECT a FROM (SELECT 1 AS a, 2 AS a);
--> error AMBIGUOUS_REFERENCE
SELECT id IN (1, NULL), id NOT IN (1, NULL) FROM VALUES (1), (2), (NULL) t(id);
--> (id IN (1, NULL)) boolean | (NOT (id IN (1, NULL))) boolean
--> True | False
--> NULL | NULL
--> NULL | NULL
SELECT first(x), last(x) FROM (SELECT * FROM VALUES (1), (3), (2) t(x) ORDER BY x DESC);
--> first(x) int | last(x) int
--> 3 | 1
SELECT g, first(x) AS f, last(x) AS l FROM (SELECT * FROM VALUES (1, 'a'), (3, 'a'), (2, 'b') t(x, g) ORDER BY x DESC) GROUP BY g ORDER BY g;
--> g string | f int | l int
--> a | 3 | 1
--> b | 2 | 2
SELECT t.id FROM VALUES (1), (2) t(id) WHERE NOT (t.id IN (SELECT k FROM VALUES (1), (NULL) u(k)) OR t.id = 7);
--> id int
SELECT t.id FROM VALUES (1), (2) t(id) WHERE EXISTS (SELECT 1 FROM VALUES (1), (2) u(k) WHERE u.k <> t.id AND NOT u.k > t.id);
--> id int
--> 2
SELECT t.id, x.* FROM VALUES (1), (2) t(id), LATERAL (SELECT k, sum(k) AS s FROM VALUES (1), (1), (2) u(k) WHERE k >= t.id GROUP BY k) x;
--> id int | k int | s bigint
--> 1 | 1 | 2
--> 1 | 2 | 2
--> 2 | 2 | 2
SELECT t.id, x.* FROM VALUES (1), (2) t(id), LATERAL (SELECT a.k, b.z FROM VALUES (1), (2) a(k) LEFT JOIN VALUES (2) b(z) ON a.k = b.z AND b.z = t.id) x;
--> id int | k int | z int
--> 1 | 1 | NULL
--> 1 | 2 | NULL
--> 2 | 1 | NULL
--> 2 | 2 | 2
SELECT t.id, x.n FROM VALUES (1), (2) t(id), LATERAL (SELECT k AS n FROM VALUES (1), (2), (3) u(k) WHERE k >= t.id ORDER BY k DESC LIMIT 1 OFFSET 1) x;
--> id int | n int
--> 1 | 2
--> 2 | 2
SELECT t.id, x.n FROM VALUES (1), (2) t(id), LATERAL (SELECT k AS n FROM VALUES (1), (2) u(k) EXCEPT SELECT t.id) x;
--> id int | n int
--> 1 | 2
--> 2 | 1
SELECT g, CAST(g AS double) AS d, count(*) FROM VALUES (1), (1) t(g) GROUP BY g, CAST(g AS double);
--> g int | d double | count(1) bigint
--> 1 | 1.0 | 2
SELECT sum(g) OVER (ORDER BY g) AS a, sum(CAST(g AS double)) OVER (ORDER BY g) AS d, sum(CAST(g AS bigint)) OVER (ORDER BY g) AS e FROM VALUES (1), (2) t(g);
--> a bigint | d double | e bigint
--> 1 | 1.0 | 1
--> 3 | 3.0 | 3
SELECT min(x), max(x) FROM VALUES (-0.0D), (0.0D) t(x);
--> min(x) double | max(x) double
--> -0.0 | -0.0
SELECT min(x), max(x) FROM VALUES (0.0D), (-0.0D) t(x);
--> min(x) double | max(x) double
--> 0.0 | 0.0
SELECT greatest(-0.0D, 0.0D), least(0.0D, -0.0D), sort_array(array(0.0D, -0.0D)), array_max(array(-0.0D, 0.0D)), nullif(-0.0D, 0.0D), CASE -0.0D WHEN 0.0D THEN 1 ELSE 2 END;
--> greatest(-0.0, 0.0) double | least(0.0, -0.0) double | sort_array(array(0.0, -0.0), true) array<double> | array_max(array(-0.0, 0.0)) double | nullif(-0.0, 0.0) double | CASE WHEN (-0.0 = 0.0) THEN 1 ELSE 2 END int
--> -0.0 | 0.0 | [0.0, -0.0] | -0.0 | NULL | 1
SELECT map(0.0D, 1)[-0.0D], map(-0.0D, 1);
--> map(0.0, 1)[-0.0] int | map(-0.0, 1) map<double,int>
--> 1 | {0.0 -> 1}
SELECT max(g), explode(array(1, 2)) FROM VALUES (1) t(g);
--> max(g) int | col int
--> 1 | 1
--> 1 | 2
SELECT explode(collect_list(g)) FROM VALUES (1), (2) t(g);
--> col int
--> 1
--> 2
SELECT t.id, x.e FROM VALUES (1, array(1, 2)), (2, NULL) t(id, a) LEFT JOIN LATERAL explode(t.a) AS x(e);
--> id int | e int
--> 1 | 1
--> 1 | 2
-- known differences
-- a wrong answer: other rows or other columns
SELECT x FROM VALUES (-0.0D) t(x) INTERSECT SELECT 0.0D;
--> x double
--> -0.0
-- another column name
SELECT (id, x) IN ((1, 'a'), (2, 'b')) FROM VALUES (1, 'a'), (2, NULL), (NULL, 'a') t(id, x);
--> (named_struct(id, id, x, x) IN (named_struct(col1, 1, col2, a), named_struct(col1, 2, col2, b))) boolean
--> True
--> False
--> False
-- fails: NOT_SUPPORTED_BY_FIRESTEEL
SELECT count(*) FROM VALUES (1) t(g) GROUP BY row_number() OVER (ORDER BY g);
--> error UNSUPPORTED_EXPR_FOR_OPERATOR
