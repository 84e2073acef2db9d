-- Window functions: frames, ranking, nulls, named windows.
CREATE TEMP VIEW t AS SELECT * FROM VALUES ('a', 1, 10), ('a', 2, NULL), ('a', 2, 30), ('b', NULL, 5), ('b', 3, 7), ('b', 5, 9) AS t(g, k, v);
--> ok
CREATE TEMP VIEW d AS SELECT * FROM VALUES (DATE '2024-01-01', 1), (DATE '2024-01-02', 2), (DATE '2024-01-05', 3), (DATE '2024-02-01', 4) AS d(day, v);
--> ok
SELECT g, k, v, row_number() OVER (PARTITION BY g ORDER BY k, v) AS n FROM t;
--> g string | k int | v int | n int
--> a | 1 | 10 | 1
--> a | 2 | NULL | 2
--> a | 2 | 30 | 3
--> b | NULL | 5 | 1
--> b | 3 | 7 | 2
--> b | 5 | 9 | 3
SELECT g, k, rank() OVER w AS r, dense_rank() OVER w AS d, percent_rank() OVER w AS p, cume_dist() OVER w AS c, ntile(2) OVER (PARTITION BY g ORDER BY k, v) AS q FROM t WINDOW w AS (PARTITION BY g ORDER BY k);
--> g string | k int | r int | d int | p double | c double | q int
--> a | 1 | 1 | 1 | 0.0 | 0.3333333333333333 | 1
--> a | 2 | 2 | 2 | 0.5 | 1.0 | 1
--> a | 2 | 2 | 2 | 0.5 | 1.0 | 2
--> b | NULL | 1 | 1 | 0.0 | 0.3333333333333333 | 1
--> b | 3 | 2 | 2 | 0.5 | 0.6666666666666666 | 1
--> b | 5 | 3 | 3 | 1.0 | 1.0 | 2
SELECT g, k, sum(v) OVER (PARTITION BY g ORDER BY k) AS s FROM t;
--> g string | k int | s bigint
--> a | 1 | 10
--> a | 2 | 40
--> a | 2 | 40
--> b | NULL | 5
--> b | 3 | 12
--> b | 5 | 21
SELECT g, v, sum(v) OVER (PARTITION BY g) AS s, count(*) OVER () AS c, avg(v) OVER (PARTITION BY g) AS a FROM t;
--> g string | v int | s bigint | c bigint | a double
--> a | 10 | 40 | 6 | 20.0
--> a | NULL | 40 | 6 | 20.0
--> a | 30 | 40 | 6 | 20.0
--> b | 5 | 21 | 6 | 7.0
--> b | 7 | 21 | 6 | 7.0
--> b | 9 | 21 | 6 | 7.0
SELECT v, sum(v) OVER (ORDER BY v ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s FROM t;
--> v int | s bigint
--> NULL | 5
--> 5 | 12
--> 7 | 21
--> 9 | 26
--> 10 | 49
--> 30 | 40
SELECT v, sum(v) OVER (ORDER BY v ROWS 2 PRECEDING) AS s FROM t;
--> v int | s bigint
--> NULL | NULL
--> 5 | 5
--> 7 | 12
--> 9 | 21
--> 10 | 26
--> 30 | 49
SELECT v, sum(v) OVER (ORDER BY v ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS s FROM t;
--> v int | s bigint
--> NULL | 61
--> 5 | 61
--> 7 | 56
--> 9 | 49
--> 10 | 40
--> 30 | 30
SELECT v, sum(v) OVER (ORDER BY v ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING) AS s FROM t;
--> v int | s bigint
--> NULL | NULL
--> 5 | NULL
--> 7 | NULL
--> 9 | 5
--> 10 | 12
--> 30 | 16
SELECT v, count(*) OVER (ORDER BY v ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING) AS s FROM t;
--> v int | s bigint
--> NULL | 2
--> 5 | 2
--> 7 | 2
--> 9 | 2
--> 10 | 1
--> 30 | 0
SELECT k, sum(v) OVER (ORDER BY k RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM t;
--> k int | s bigint
--> NULL | 5
--> 1 | 10
--> 2 | 40
--> 2 | 40
--> 3 | 37
--> 5 | 9
SELECT k, sum(v) OVER (ORDER BY k RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s FROM t;
--> k int | s bigint
--> NULL | 5
--> 1 | 40
--> 2 | 47
--> 2 | 47
--> 3 | 37
--> 5 | 9
SELECT k, count(*) OVER (ORDER BY k DESC RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM t;
--> k int | s bigint
--> 5 | 1
--> 3 | 2
--> 2 | 3
--> 2 | 3
--> 1 | 4
--> NULL | 1
SELECT k, count(*) OVER (ORDER BY k NULLS LAST RANGE BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING) AS s FROM t;
--> k int | s bigint
--> 1 | 3
--> 2 | 4
--> 2 | 4
--> 3 | 4
--> 5 | 5
--> NULL | 6
SELECT day, sum(v) OVER (ORDER BY day RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM d;
--> day date | s bigint
--> 2024-01-01 | 1
--> 2024-01-02 | 3
--> 2024-01-05 | 3
--> 2024-02-01 | 4
SELECT day, sum(v) OVER (ORDER BY day RANGE BETWEEN INTERVAL 3 DAYS PRECEDING AND CURRENT ROW) AS s FROM d;
--> day date | s bigint
--> 2024-01-01 | 1
--> 2024-01-02 | 3
--> 2024-01-05 | 5
--> 2024-02-01 | 4
SELECT day, sum(v) OVER (ORDER BY day RANGE BETWEEN INTERVAL 1 MONTH PRECEDING AND CURRENT ROW) AS s FROM d;
--> day date | s bigint
--> 2024-01-01 | 1
--> 2024-01-02 | 3
--> 2024-01-05 | 6
--> 2024-02-01 | 10
SELECT day, sum(v) OVER (ORDER BY CAST(day AS timestamp) RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND INTERVAL 3 DAYS FOLLOWING) AS s FROM d;
--> day date | s bigint
--> 2024-01-01 | 3
--> 2024-01-02 | 6
--> 2024-01-05 | 3
--> 2024-02-01 | 4
SELECT day, sum(v) OVER (ORDER BY CAST(v AS double) RANGE BETWEEN 1.5 PRECEDING AND CURRENT ROW) AS s FROM d;
--> day date | s bigint
--> 2024-01-01 | 1
--> 2024-01-02 | 3
--> 2024-01-05 | 5
--> 2024-02-01 | 7
SELECT day, sum(v) OVER (ORDER BY CAST(v AS decimal(5,2)) RANGE BETWEEN 1.5 PRECEDING AND CURRENT ROW) AS s FROM d;
--> day date | s bigint
--> 2024-01-01 | 1
--> 2024-01-02 | 3
--> 2024-01-05 | 5
--> 2024-02-01 | 7
SELECT g, v, lag(v) OVER (PARTITION BY g ORDER BY k, v) AS a, lead(v, 2, -1) OVER (PARTITION BY g ORDER BY k, v) AS b FROM t;
--> g string | v int | a int | b int
--> a | 10 | NULL | 30
--> a | NULL | 10 | -1
--> a | 30 | NULL | -1
--> b | 5 | NULL | 9
--> b | 7 | 5 | -1
--> b | 9 | 7 | -1
SELECT g, v, lag(v) IGNORE NULLS OVER (ORDER BY g, k, v) AS a, lead(v, 1) IGNORE NULLS OVER (ORDER BY g, k, v) AS b FROM t;
--> g string | v int | a int | b int
--> a | 10 | NULL | 30
--> a | NULL | 10 | 30
--> a | 30 | 10 | 5
--> b | 5 | 30 | 7
--> b | 7 | 5 | 9
--> b | 9 | 7 | NULL
SELECT g, v, first_value(v) OVER w AS f, last_value(v) OVER w AS l, nth_value(v, 2) OVER w AS n FROM t WINDOW w AS (PARTITION BY g ORDER BY k, v);
--> g string | v int | f int | l int | n int
--> a | 10 | 10 | 10 | NULL
--> a | NULL | 10 | NULL | NULL
--> a | 30 | 10 | 30 | NULL
--> b | 5 | 5 | 5 | NULL
--> b | 7 | 5 | 7 | 7
--> b | 9 | 5 | 9 | 7
SELECT g, v, first(v) IGNORE NULLS OVER w AS f, last(v, true) OVER w AS l FROM t WINDOW w AS (PARTITION BY g ORDER BY k, v ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING);
--> g string | v int | f int | l int
--> a | 10 | 10 | 30
--> a | NULL | 10 | 30
--> a | 30 | 10 | 30
--> b | 5 | 5 | 9
--> b | 7 | 5 | 9
--> b | 9 | 5 | 9
SELECT v, min(v) OVER w AS a, max(v) OVER w AS b, count(v) OVER w AS c FROM t WINDOW w AS (ORDER BY v DESC);
--> v int | a int | b int | c bigint
--> 30 | 30 | 30 | 1
--> 10 | 10 | 30 | 2
--> 9 | 9 | 30 | 3
--> 7 | 7 | 30 | 4
--> 5 | 5 | 30 | 5
--> NULL | 5 | 30 | 5
SELECT g, sum(v) AS s, rank() OVER (ORDER BY sum(v) DESC) AS r, sum(sum(v)) OVER () AS total FROM t GROUP BY g;
--> g string | s bigint | r int | total bigint
--> a | 40 | 1 | 61
--> b | 21 | 2 | 61
SELECT g, v, v / sum(v) OVER (PARTITION BY g) AS share FROM t;
--> g string | v int | share double
--> a | 10 | 0.25
--> a | NULL | NULL
--> a | 30 | 0.75
--> b | 5 | 0.23809523809523808
--> b | 7 | 0.3333333333333333
--> b | 9 | 0.42857142857142855
SELECT g, k, collect_list(v) OVER (PARTITION BY g ORDER BY k, v) AS l FROM t;
--> g string | k int | l array<int>
--> a | 1 | [10]
--> a | 2 | [10]
--> a | 2 | [10, 30]
--> b | NULL | [5]
--> b | 3 | [5, 7]
--> b | 5 | [5, 7, 9]
SELECT g, k, count(DISTINCT v) OVER (PARTITION BY g) AS l FROM t;
--> error DISTINCT_WINDOW_FUNCTION_UNSUPPORTED
SELECT g, k, sum(v) FILTER (WHERE k > 1) OVER (PARTITION BY g) AS l FROM t;
--> g string | k int | l bigint
--> a | 1 | 30
--> a | 2 | 30
--> a | 2 | 30
--> b | NULL | 16
--> b | 3 | 16
--> b | 5 | 16
SELECT * FROM (SELECT g, v, row_number() OVER (PARTITION BY g ORDER BY v DESC) AS n FROM t) WHERE n = 1;
--> g string | v int | n int
--> a | 30 | 1
--> b | 9 | 1
SELECT sum(v) OVER (ORDER BY g, k RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t;
--> error DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER
SELECT sum(v) OVER (ORDER BY g RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t;
--> error DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE
SELECT sum(v) OVER w FROM t;
--> error MISSING_WINDOW_SPECIFICATION
SELECT k, sum(k) OVER (ORDER BY k NULLS LAST) AS s, sum(k) OVER (ORDER BY k DESC NULLS FIRST) AS z FROM t;
--> k int | s bigint | z bigint
--> NULL | 13 | NULL
--> 5 | 13 | 5
--> 3 | 8 | 8
--> 2 | 5 | 12
--> 2 | 5 | 12
--> 1 | 1 | 13
SELECT g, v, stddev(v) OVER (PARTITION BY g) AS s, percentile(v, 0.5) OVER (PARTITION BY g) AS m FROM t;
--> g string | v int | s double | m double
--> a | 10 | 14.142135623730951 | 20.0
--> a | NULL | 14.142135623730951 | 20.0
--> a | 30 | 14.142135623730951 | 20.0
--> b | 5 | 2.0 | 7.0
--> b | 7 | 2.0 | 7.0
--> b | 9 | 2.0 | 7.0
SELECT g, max_by(k, v) OVER (PARTITION BY g) AS m FROM t;
--> g string | m int
--> a | 2
--> a | 2
--> a | 2
--> b | 5
--> b | 5
--> b | 5
SELECT row_number() OVER w1 AS a, sum(v) OVER w2 AS b FROM t WINDOW w1 AS (ORDER BY g, k, v), w2 AS (PARTITION BY g);
--> a int | b bigint
--> 1 | 40
--> 2 | 40
--> 3 | 40
--> 4 | 21
--> 5 | 21
--> 6 | 21
SELECT g, lag(g, 1, 'none') OVER (ORDER BY g, k, v) AS p, lag(k, -1) OVER (ORDER BY g, k, v) AS q FROM t;
--> g string | p string | q int
--> a | none | 2
--> a | a | 2
--> a | a | NULL
--> b | a | 3
--> b | b | 5
--> b | b | NULL
SELECT g, k, mode(k) OVER (PARTITION BY g) AS m, any_value(g) OVER (PARTITION BY g) AS a FROM t;
--> g string | k int | m int | a string
--> a | 1 | 2 | a
--> a | 2 | 2 | a
--> a | 2 | 2 | a
--> b | NULL | 3 | b
--> b | 3 | 3 | b
--> b | 5 | 3 | b
SELECT DISTINCT g, count(*) OVER (PARTITION BY g) AS c FROM t;
--> g string | c bigint
--> a | 3
--> b | 3
SELECT g, avg(CAST(v AS decimal(5,2))) OVER (PARTITION BY g ORDER BY k) AS a, sum(CAST(v AS decimal(5,2))) OVER (PARTITION BY g ORDER BY k) AS s FROM t;
--> g string | a decimal(9,6) | s decimal(15,2)
--> a | 10.000000 | 10.00
--> a | 20.000000 | 40.00
--> a | 20.000000 | 40.00
--> b | 5.000000 | 5.00
--> b | 6.000000 | 12.00
--> b | 7.000000 | 21.00
SELECT g FROM t WHERE row_number() OVER (ORDER BY k) = 1;
--> error WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE
SELECT g, row_number() OVER (ORDER BY k, v) AS n FROM t QUALIFY n = 1;
--> g string | n int
--> b | 1
SELECT rank() OVER () FROM t;
--> error WINDOW_FUNCTION_FRAME_NOT_ORDERED
SELECT row_number() OVER (PARTITION BY g) FROM t WHERE v = 10;
--> error WINDOW_FUNCTION_FRAME_NOT_ORDERED
SELECT row_number() FROM t;
--> error WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE
SELECT g, v, sum(v) OVER (PARTITION BY g ORDER BY k, v) AS s FROM t ORDER BY sum(v) OVER (PARTITION BY g ORDER BY k, v) DESC, g, k, v;
--> error UNSUPPORTED_EXPR_FOR_OPERATOR
-- known differences
-- fails: INTERNAL_ERROR
SELECT v, sum(v) OVER (ORDER BY v ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM t;
--> v int | sum(v) OVER (ORDER BY v ASC NULLS FIRST ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) bigint
--> NULL | NULL
--> 5 | NULL
--> 7 | NULL
--> 9 | NULL
--> 10 | NULL
--> 30 | NULL
