-- Pipe syntax and QUALIFY.
FROM VALUES (1, 'a'), (2, 'b'), (3, 'a') t(x, y) |> WHERE x > 1 |> SELECT x, y;
--> x int | y string
--> 2 | b
--> 3 | a
FROM VALUES (1, 'a'), (2, 'b'), (3, 'a') t(x, y) |> EXTEND x * 2 AS z;
--> x int | y string | z int
--> 1 | a | 2
--> 2 | b | 4
--> 3 | a | 6
FROM VALUES (1, 'a'), (2, 'b') t(x, y) |> SET x = x + 1;
--> x int | y string
--> 2 | a
--> 3 | b
FROM VALUES (1, 'a'), (2, 'b') t(x, y) |> DROP y;
--> x int
--> 1
--> 2
FROM VALUES (1, 'a'), (2, 'b') t(x, y) |> AS u |> SELECT u.x;
--> x int
--> 1
--> 2
FROM VALUES (1, 'a'), (2, 'b'), (3, 'a') t(x, y) |> AGGREGATE sum(x) AS s GROUP BY y |> ORDER BY y;
--> y string | s bigint
--> a | 4
--> b | 2
FROM VALUES (1, 'a'), (2, 'b'), (3, 'a') t(x, y) |> AGGREGATE count(*);
--> count(1) bigint
--> 3
FROM VALUES (1), (2) t(x) |> UNION ALL (SELECT 5) |> ORDER BY x;
--> x int
--> 1
--> 2
--> 5
FROM VALUES (1), (2) t(x) |> JOIN (SELECT 2 AS w) u ON x = w;
--> x int | w int
--> 2 | 2
FROM VALUES (1), (2), (3) t(x) |> ORDER BY x DESC |> LIMIT 2;
--> x int
--> 3
--> 2
FROM range(3) |> AGGREGATE;
--> error _LEGACY_ERROR_TEMP_0035
FROM range(3) |> WHERE id > 0 WINDOW w AS (ORDER BY id);
--> error NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE
FROM range(3) |> AGGREGATE sum(id) GROUP BY ALL;
--> error UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE
FROM range(3) |> SET id.a = 1;
--> error _LEGACY_ERROR_TEMP_0035
SELECT a FROM VALUES (1, 'x'), (2, 'y'), (1, 'z') t(a, b) QUALIFY row_number() OVER (PARTITION BY a ORDER BY b) = 1 ORDER BY a;
--> a int
--> 1
--> 2
SELECT a, row_number() OVER (PARTITION BY a ORDER BY b DESC) AS rn FROM VALUES (1, 'x'), (2, 'y'), (1, 'z') t(a, b) QUALIFY rn = 1 ORDER BY a;
--> a int | rn int
--> 1 | 1
--> 2 | 1
