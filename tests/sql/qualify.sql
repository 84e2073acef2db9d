-- QUALIFY: what it may refer to, and what it needs.
SELECT g, v FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) QUALIFY row_number() OVER (PARTITION BY g ORDER BY v) = 1;
--> g int | v int
--> 1 | 2
--> 2 | 4
SELECT g, row_number() OVER (PARTITION BY g ORDER BY v) AS rn FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) QUALIFY rn = 1;
--> g int | rn int
--> 1 | 1
--> 2 | 1
SELECT g, v FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) QUALIFY v > 2;
--> error QUALIFY_REQUIRES_WINDOW_FUNCTION
SELECT g, sum(v) FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) GROUP BY g QUALIFY sum(v) > 4;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT g, sum(v) FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) GROUP BY g QUALIFY rank() OVER (ORDER BY sum(v)) = 1;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT g, sum(v) s FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) GROUP BY g QUALIFY rank() OVER (ORDER BY s) = 1;
--> g int | s bigint
--> 2 | 4
SELECT g, sum(v) s FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) GROUP BY g HAVING sum(v) > 4 QUALIFY rank() OVER (ORDER BY g) = 1;
--> g int | s bigint
--> 1 | 5
SELECT g, sum(v) s, rank() OVER (ORDER BY sum(v)) r FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) GROUP BY g QUALIFY r = 1;
--> g int | s bigint | r int
--> 2 | 4 | 1
SELECT g FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) QUALIFY sum(v) OVER (PARTITION BY g) > 4 AND sum(v) > 1;
--> error QUALIFY_AGGREGATE_NOT_ALLOWED
SELECT g FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) QUALIFY sum(v) > 1;
--> error QUALIFY_AGGREGATE_NOT_ALLOWED
SELECT g FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) QUALIFY g;
--> error QUALIFY_REQUIRES_WINDOW_FUNCTION
SELECT g, v FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) QUALIFY row_number() OVER w = 1 WINDOW w AS (PARTITION BY g ORDER BY v DESC);
--> g int | v int
--> 1 | 3
--> 2 | 4
SELECT DISTINCT g FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) QUALIFY count(*) OVER (PARTITION BY g) > 1;
--> g int
--> 1
SELECT g, v FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) QUALIFY EXISTS (SELECT 1);
--> error QUALIFY_REQUIRES_WINDOW_FUNCTION
SELECT g, sum(v) s FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) GROUP BY g QUALIFY rank() OVER (ORDER BY s) = 1 AND sum(s) > 1;
--> error QUALIFY_AGGREGATE_NOT_ALLOWED
SELECT g, sum(v) s FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) GROUP BY g QUALIFY rank() OVER (ORDER BY t.g) = 1;
--> g int | s bigint
--> 1 | 5
SELECT g, v + 1 AS v FROM VALUES (1, 2), (1, 3), (2, 4) t(g, v) QUALIFY row_number() OVER (ORDER BY v DESC) = 1 AND v > 3;
--> g int | v int
--> 2 | 5
