-- PIVOT and UNPIVOT.
CREATE TEMP VIEW t AS SELECT * FROM VALUES (2023, 'q1', 10, 'x'), (2023, 'q2', 20, 'y'), (2024, 'q1', 30, 'x'), (2024, 'q1', 5, 'y'), (2025, NULL, 7, 'x') AS t(year, q, v, z);
--> ok
CREATE TEMP VIEW w AS SELECT * FROM VALUES (1, 10, 20, NULL), (2, NULL, 5, 6) AS w(id, a, b, c);
--> ok
SELECT * FROM (SELECT year, q, v FROM t) PIVOT (sum(v) FOR q IN ('q1', 'q2'));
--> year int | q1 bigint | q2 bigint
--> 2023 | 10 | 20
--> 2024 | 35 | NULL
--> 2025 | NULL | NULL
SELECT * FROM (SELECT year, q, v FROM t) PIVOT (sum(v) AS total FOR q IN ('q1' AS one, 'q2' AS two));
--> year int | one bigint | two bigint
--> 2023 | 10 | 20
--> 2024 | 35 | NULL
--> 2025 | NULL | NULL
SELECT * FROM (SELECT year, q, v FROM t) PIVOT (sum(v) AS s, count(v) AS c FOR q IN ('q1', 'q2'));
--> year int | q1_s bigint | q1_c bigint | q2_s bigint | q2_c bigint
--> 2023 | 10 | 1 | 20 | 1
--> 2024 | 35 | 2 | NULL | NULL
--> 2025 | NULL | NULL | NULL | NULL
SELECT * FROM (SELECT year, q, v FROM t) PIVOT (sum(v), max(v) FOR q IN ('q1' AS one));
--> year int | one_sum(v) bigint | one_max(v) int
--> 2023 | 10 | 10
--> 2024 | 35 | 30
--> 2025 | NULL | NULL
SELECT * FROM t PIVOT (sum(v) FOR q IN ('q1', 'q2'));
--> year int | z string | q1 bigint | q2 bigint
--> 2023 | x | 10 | NULL
--> 2023 | y | NULL | 20
--> 2024 | x | 30 | NULL
--> 2024 | y | 5 | NULL
--> 2025 | x | NULL | NULL
SELECT * FROM (SELECT q, v FROM t) PIVOT (sum(v) FOR q IN ('q1', 'q3'));
--> q1 bigint | q3 bigint
--> 45 | NULL
SELECT * FROM (SELECT year, v, z FROM t) PIVOT (avg(v) FOR year IN (2023, 2024));
--> z string | 2023 double | 2024 double
--> x | 10.0 | 30.0
--> y | 20.0 | 5.0
SELECT * FROM (SELECT year, q, v FROM t) PIVOT (sum(v * 2) + 1 AS e FOR q IN ('q1')) ORDER BY year;
--> year int | q1 bigint
--> 2023 | 21
--> 2024 | 71
--> 2025 | NULL
SELECT year, q1 FROM (SELECT year, q, v FROM t) PIVOT (sum(v) FOR q IN ('q1', 'q2')) WHERE q1 > 5;
--> year int | q1 bigint
--> 2023 | 10
--> 2024 | 35
SELECT * FROM (SELECT year, q, v FROM t) PIVOT (collect_list(z) FOR q IN ('q1'));
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT * FROM (SELECT year, q, v FROM t) PIVOT (count(*) FOR q IN ('q1', 'q2'));
--> year int | v int | q1 bigint | q2 bigint
--> 2023 | 10 | 1 | NULL
--> 2023 | 20 | NULL | 1
--> 2024 | 30 | 1 | NULL
--> 2024 | 5 | 1 | NULL
--> 2025 | 7 | NULL | NULL
SELECT * FROM (SELECT year, q, z FROM t) PIVOT (first(z) FOR q IN ('q1', 'q2'));
--> year int | q1 string | q2 string
--> 2023 | x | y
--> 2024 | x | NULL
--> 2025 | NULL | NULL
SELECT * FROM w UNPIVOT (val FOR name IN (a, b, c));
--> id int | name string | val int
--> 1 | a | 10
--> 1 | b | 20
--> 2 | b | 5
--> 2 | c | 6
SELECT * FROM w UNPIVOT INCLUDE NULLS (val FOR name IN (a, b, c));
--> id int | name string | val int
--> 1 | a | 10
--> 1 | b | 20
--> 1 | c | NULL
--> 2 | a | NULL
--> 2 | b | 5
--> 2 | c | 6
SELECT * FROM w UNPIVOT EXCLUDE NULLS (val FOR name IN (a AS first, b AS second));
--> id int | c int | name string | val int
--> 1 | NULL | first | 10
--> 1 | NULL | second | 20
--> 2 | 6 | second | 5
SELECT * FROM w UNPIVOT ((v1, v2) FOR name IN ((a, b) AS ab, (b, c) AS bc));
--> id int | name string | v1 int | v2 int
--> 1 | ab | 10 | 20
--> 1 | bc | 20 | NULL
--> 2 | ab | NULL | 5
--> 2 | bc | 5 | 6
SELECT * FROM w UNPIVOT ((v1, v2) FOR name IN ((a, b), (b, c)));
--> id int | name string | v1 int | v2 int
--> 1 | a_b | 10 | 20
--> 1 | b_c | 20 | NULL
--> 2 | a_b | NULL | 5
--> 2 | b_c | 5 | 6
SELECT * FROM w UNPIVOT (val FOR name IN (a)) AS u;
--> id int | b int | c int | name string | val int
--> 1 | 20 | NULL | a | 10
SELECT u.name FROM w UNPIVOT (val FOR name IN (a, b)) AS u WHERE u.val > 5;
--> name string
--> a
--> b
SELECT * FROM (SELECT 1 AS i, 2 AS a, 'x' AS b) UNPIVOT (val FOR name IN (a, b));
--> error UNPIVOT_VALUE_DATA_TYPE_MISMATCH
SELECT * FROM (SELECT 1 AS i, 2 AS a, 3.5 AS b) UNPIVOT (val FOR name IN (a, b));
--> i int | name string | val decimal(11,1)
--> 1 | a | 2.0
--> 1 | b | 3.5
SELECT * FROM w UNPIVOT (val FOR name IN (nope));
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT * FROM (SELECT year, q, v, z FROM t) PIVOT (sum(v) FOR (q, z) IN (('q1', 'x') AS qx, ('q1', 'y') AS qy));
--> year int | qx bigint | qy bigint
--> 2023 | 10 | NULL
--> 2024 | 30 | 5
--> 2025 | NULL | NULL
SELECT * FROM (SELECT year, q, v FROM t) PIVOT (sum(v) FOR q IN ('q1', 'q2')) AS p(y, one, two);
--> error PARSE_SYNTAX_ERROR
-- known differences
-- another column name
SELECT * FROM (SELECT year, q, v FROM t) PIVOT (sum(v) FOR q IN ('q1', NULL));
--> year int | q1 bigint | null bigint
--> 2023 | 10 | NULL
--> 2024 | 35 | NULL
--> 2025 | NULL | 7
-- another condition: MISSING_AGGREGATION
SELECT * FROM (SELECT year, q, v FROM t) PIVOT (v FOR q IN ('q1'));
--> error _LEGACY_ERROR_TEMP_1006
