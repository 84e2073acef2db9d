-- Inline rows, long chains of operators, chains of unions: what is planned in another shape than it is written.
SELECT * FROM VALUES (1, 'a', 1.5, true), (2, NULL, 10.25, NULL), (NULL, 'c', NULL, false);
--> col1 int | col2 string | col3 decimal(4,2) | col4 boolean
--> 1 | a | 1.50 | True
--> 2 | NULL | 10.25 | NULL
--> NULL | c | NULL | False
SELECT * FROM VALUES (1, 2.5), (3000000000, 1), (7, 0.125);
--> col1 bigint | col2 decimal(13,3)
--> 1 | 2.500
--> 3000000000 | 1.000
--> 7 | 0.125
SELECT col1, typeof(col1) FROM VALUES (1), ('2'), (NULL);
--> error INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE
SELECT typeof(a), typeof(b), typeof(c) FROM VALUES (1Y, 1.5F, 1), (2S, 2D, 2L) AS t (a, b, c);
--> typeof(a) string | typeof(b) string | typeof(c) string
--> smallint | double | bigint
--> smallint | double | bigint
SELECT * FROM VALUES (DATE '2020-01-01', TIMESTAMP '2020-01-01 10:00:00', TIMESTAMP_NTZ '2020-01-01 10:00:00'), (NULL, NULL, NULL);
--> col1 date | col2 timestamp | col3 timestamp_ntz
--> 2020-01-01 | 2020-01-01 10:00:00 | 2020-01-01 10:00:00
--> NULL | NULL | NULL
SELECT * FROM VALUES (DATE '2020-01-01'), (TIMESTAMP '2020-01-01 10:00:00');
--> col1 timestamp
--> 2020-01-01 00:00:00
--> 2020-01-01 10:00:00
SELECT typeof(a), CAST(a AS STRING), CAST(b AS STRING) FROM VALUES (INTERVAL '1' YEAR, INTERVAL '2' DAY), (INTERVAL '3' YEAR, INTERVAL '4' DAY) AS t (a, b);
--> typeof(a) string | a string | b string
--> interval year | 'INTERVAL \'1\' YEAR' | 'INTERVAL \'2\' DAY'
--> interval year | 'INTERVAL \'3\' YEAR' | 'INTERVAL \'4\' DAY'
SELECT typeof(a), CAST(a AS STRING) FROM VALUES (INTERVAL '1' YEAR), (INTERVAL '2' MONTH) AS t (a);
--> typeof(a) string | a string
--> interval year to month | 'INTERVAL \'1-0\' YEAR TO MONTH'
--> interval year to month | 'INTERVAL \'0-2\' YEAR TO MONTH'
SELECT * FROM VALUES (array(1, 2), named_struct('x', 1)), (array(), NULL);
--> col1 array<int> | col2 struct<x:int>
--> [1, 2] | {x: 1}
--> [] | NULL
SELECT * FROM VALUES (X'01AB', -1, -2.50), (X'', 1, 0.00);
--> col1 binary | col2 int | col3 decimal(3,2)
--> X'01AB' | -1 | -2.50
--> X'' | 1 | 0.00
SELECT * FROM VALUES (NULL), (NULL);
--> col1 void
--> NULL
--> NULL
SELECT * FROM VALUES (1 + 1, upper('a')), (2, 'b');
--> col1 int | col2 string
--> 2 | A
--> 2 | b
SELECT * FROM VALUES (1, 2), (3);
--> error INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH
SELECT * FROM VALUES (1), (array(1));
--> error INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE
SELECT * FROM VALUES (1), (a);
--> error UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
SELECT count(*), sum(a) FROM VALUES (1), (2), (3) AS t (a) WHERE a IN (1, 3, 5);
--> count(1) bigint | sum(a) bigint
--> 2 | 4
SELECT a FROM VALUES (1), (2), (NULL) AS t (a) WHERE a NOT IN (1, 5);
--> a int
--> 2
SELECT a FROM VALUES (1), (2), (NULL) AS t (a) WHERE a NOT IN (1, NULL);
--> a int
SELECT x.a, y.a FROM VALUES (1), (2) AS x (a) JOIN VALUES (2), (3) AS y (a) ON x.a = y.a;
--> a int | a int
--> 2 | 2
SELECT (SELECT max(b) FROM VALUES (1, 2), (1, 5), (2, 9) AS s (a, b) WHERE s.a = t.a) AS m FROM VALUES (1), (2), (3) AS t (a);
--> m int
--> 5
--> 9
--> NULL
SELECT a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a AS s FROM VALUES (1), (2) AS t (a);
--> s int
--> 20
--> 40
SELECT a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + 2147483647 AS s FROM VALUES (1) AS t (a);
--> error ARITHMETIC_OVERFLOW
SELECT p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 + p * 1 AS s FROM VALUES (1.25) AS t (p);
--> s decimal(22,2)
--> 22.50
SELECT a || a || a || a || a || a || a || a || a || a || a || a || a || a || a || a || a || a || a || 1 AS s FROM VALUES ('x'), (NULL) AS t (a);
--> s string
--> xxxxxxxxxxxxxxxxxxx1
--> NULL
SELECT (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + (1 + a))))))))))))))))))) AS s FROM VALUES (1L) AS t (a);
--> s bigint
--> 20
SELECT - - - - - - - - - - - - - - - - - - - - a AS s FROM VALUES (1L) AS t (a);
--> s bigint
--> 1
SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT NULL UNION ALL SELECT 4;
--> a int
--> 1
--> 2
--> NULL
--> 4
SELECT 1 AS a UNION ALL SELECT 2.5 UNION ALL SELECT 3 UNION ALL SELECT 4L;
--> a decimal(21,1)
--> 1.0
--> 2.5
--> 3.0
--> 4.0
SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y' UNION SELECT 2, 'y' UNION ALL SELECT 2, 'y' ORDER BY a;
--> a int | b string
--> 1 | x
--> 2 | y
--> 2 | y
SELECT 1 AS a UNION ALL SELECT 2 INTERSECT SELECT 2 UNION ALL SELECT 5;
--> a int
--> 1
--> 2
--> 5
SELECT a, count(*) FROM (SELECT 1 AS a UNION ALL SELECT 1 UNION ALL SELECT 2) GROUP BY a ORDER BY a;
--> a int | count(1) bigint
--> 1 | 2
--> 2 | 1
SELECT a AS b FROM (SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3) WHERE a > 1 ORDER BY b DESC;
--> b int
--> 3
--> 2
