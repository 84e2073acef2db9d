-- Nearest-by joins: the rows of the right side that rank first beside a row of the left.
SELECT a, b FROM VALUES (1), (2), (3) AS t(a) JOIN VALUES (10), (2), (3), (1) AS u(b) EXACT NEAREST BY DISTANCE abs(a - b) ORDER BY a;
--> a int | b int
--> 1 | 1
--> 2 | 2
--> 3 | 3
SELECT a, b FROM VALUES (1), (2), (9) AS t(a) JOIN VALUES (10), (2), (4), (0.5) AS u(b) EXACT NEAREST 2 BY DISTANCE abs(a - b) ORDER BY a, b;
--> a int | b decimal(11,1)
--> 1 | 0.5
--> 1 | 2.0
--> 2 | 0.5
--> 2 | 2.0
--> 9 | 4.0
--> 9 | 10.0
SELECT a, b FROM VALUES (1), (2), (3) AS t(a) JOIN VALUES (10), (2), (5) AS u(b) APPROX NEAREST 2 BY SIMILARITY a * b ORDER BY a, b;
--> a int | b int
--> 1 | 5
--> 1 | 10
--> 2 | 5
--> 2 | 10
--> 3 | 5
--> 3 | 10
SELECT a, b FROM VALUES (1), (2), (3) AS t(a) LEFT JOIN VALUES (10), (2), (3), (null) AS u(b) APPROX NEAREST BY SIMILARITY a - b ORDER BY a;
--> a int | b int
--> 1 | 2
--> 2 | 2
--> 3 | 2
SELECT a, b FROM VALUES (1), (2), (3) AS t(a) LEFT JOIN (SELECT 1 AS b WHERE false) u EXACT NEAREST BY SIMILARITY a - b ORDER BY a;
--> a int | b int
--> 1 | NULL
--> 2 | NULL
--> 3 | NULL
SELECT a, b FROM VALUES (1), (2), (3) AS t(a) JOIN (SELECT 1 AS b WHERE false) u EXACT NEAREST BY SIMILARITY a - b ORDER BY a;
--> a int | b int
SELECT t.id, u.id FROM range(3) t JOIN range(5) u EXACT NEAREST 2 BY DISTANCE abs(t.id * 2 - u.id) + u.id / 100 ORDER BY 1, 2;
--> id bigint | id bigint
--> 0 | 0
--> 0 | 1
--> 1 | 1
--> 1 | 2
--> 2 | 3
--> 2 | 4
SELECT a, b FROM VALUES (1), (null) AS t(a) LEFT JOIN VALUES (2) AS u(b) EXACT NEAREST BY DISTANCE a - b ORDER BY a;
--> a int | b int
--> NULL | NULL
--> 1 | 2
SELECT a, b FROM VALUES (1), (2) AS t(a) JOIN VALUES (10), (2) AS u(b) EXACT NEAREST BY SIMILARITY map(a, b);
--> error NEAREST_BY_JOIN.NON_ORDERABLE_RANKING_EXPRESSION
SELECT a, b FROM VALUES (1), (2) AS t(a) JOIN VALUES (10), (2) AS u(b) EXACT NEAREST BY SIMILARITY nope;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT a, b FROM VALUES (1), (2) AS t(a) RIGHT JOIN VALUES (10), (2) AS u(b) EXACT NEAREST BY SIMILARITY a;
--> error NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE
SELECT a, b FROM VALUES (1), (2) AS t(a) JOIN VALUES (10), (2) AS u(b) EXACT NEAREST 0 BY SIMILARITY a;
--> error NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE
SELECT a, b FROM VALUES (1), (2) AS t(a) JOIN VALUES (10), (2) AS u(b) EXACT NEAREST 100001 BY SIMILARITY a;
--> error NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE
SELECT a, b FROM VALUES (1), (2) AS t(a) JOIN VALUES (10), (2) AS u(b) EXACT NEAREST 2 BY SIMILARITY sum(a);
--> error UNSUPPORTED_EXPR_FOR_OPERATOR
