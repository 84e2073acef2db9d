-- UNION, INTERSECT and EXCEPT: ALL, nulls, type widening, BY NAME.
CREATE TEMP VIEW a AS SELECT * FROM VALUES (1, 'x'), (1, 'x'), (2, 'y'), (NULL, NULL), (NULL, NULL) AS a(id, s);
--> ok
CREATE TEMP VIEW b AS SELECT * FROM VALUES (1, 'x'), (3, 'z'), (NULL, NULL) AS b(k, w);
--> ok
SELECT * FROM a UNION SELECT * FROM b;
--> id int | s string
--> 1 | x
--> 2 | y
--> 3 | z
--> NULL | NULL
SELECT * FROM a UNION ALL SELECT * FROM b;
--> id int | s string
--> 1 | x
--> 1 | x
--> 2 | y
--> NULL | NULL
--> NULL | NULL
--> 1 | x
--> 3 | z
--> NULL | NULL
SELECT * FROM a UNION DISTINCT SELECT * FROM b;
--> id int | s string
--> 1 | x
--> 2 | y
--> 3 | z
--> NULL | NULL
SELECT * FROM a INTERSECT SELECT * FROM b;
--> id int | s string
--> 1 | x
--> NULL | NULL
SELECT * FROM a INTERSECT ALL SELECT * FROM b;
--> id int | s string
--> 1 | x
--> NULL | NULL
SELECT * FROM a INTERSECT ALL SELECT * FROM a;
--> id int | s string
--> 1 | x
--> 1 | x
--> 2 | y
--> NULL | NULL
--> NULL | NULL
SELECT * FROM a EXCEPT SELECT * FROM b;
--> id int | s string
--> 2 | y
SELECT * FROM a EXCEPT ALL SELECT * FROM b;
--> id int | s string
--> 1 | x
--> 2 | y
--> NULL | NULL
SELECT * FROM a MINUS SELECT * FROM b;
--> id int | s string
--> 2 | y
SELECT * FROM a MINUS ALL SELECT * FROM b;
--> id int | s string
--> 1 | x
--> 2 | y
--> NULL | NULL
SELECT 1 UNION ALL SELECT 2.5;
--> 1 decimal(11,1)
--> 1.0
--> 2.5
SELECT 1 AS x UNION ALL SELECT 2L UNION ALL SELECT 3.5D;
--> x double
--> 1.0
--> 2.0
--> 3.5
SELECT 1 AS x UNION ALL SELECT NULL;
--> x int
--> 1
--> NULL
SELECT NULL AS x UNION ALL SELECT NULL;
--> x void
--> NULL
--> NULL
SELECT 1 AS x UNION ALL SELECT 'a';
--> error CAST_INVALID_INPUT
SELECT 1 AS x UNION ALL SELECT '2';
--> x bigint
--> 1
--> 2
SELECT DATE '2024-01-01' AS x UNION ALL SELECT TIMESTAMP '2024-01-02 03:00:00';
--> x timestamp
--> 2024-01-01 00:00:00
--> 2024-01-02 03:00:00
SELECT true AS x UNION ALL SELECT 1;
--> error INCOMPATIBLE_COLUMN_TYPE
SELECT CAST(1 AS decimal(10,2)) AS x UNION ALL SELECT CAST(2 AS decimal(5,4));
--> x decimal(12,4)
--> 1.0000
--> 2.0000
SELECT 1.5F AS x UNION ALL SELECT 1;
--> x double
--> 1.5
--> 1.0
SELECT array(1) AS x UNION ALL SELECT array(2L);
--> x array<bigint>
--> [1]
--> [2]
SELECT struct(1 AS p) AS x UNION ALL SELECT struct(2L AS q);
--> error INCOMPATIBLE_COLUMN_TYPE
SELECT 1 INTERSECT SELECT 1.0;
--> 1 decimal(11,1)
--> 1.0
SELECT 1 EXCEPT SELECT '1';
--> 1 bigint
SELECT 1, 2 UNION SELECT 1;
--> error NUM_COLUMNS_MISMATCH
SELECT 1 UNION ALL SELECT 1 INTERSECT SELECT 2;
--> 1 int
--> 1
(SELECT 1 UNION ALL SELECT 1) INTERSECT SELECT 2;
--> 1 int
SELECT 1 EXCEPT SELECT 2 UNION ALL SELECT 3;
--> 1 int
--> 1
--> 3
SELECT id FROM a UNION ALL SELECT k FROM b ORDER BY id DESC;
--> id int
--> 3
--> 2
--> 1
--> 1
--> 1
--> NULL
--> NULL
--> NULL
SELECT id FROM a UNION ALL SELECT k FROM b ORDER BY k;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT id FROM a UNION SELECT k FROM b ORDER BY 1 NULLS LAST LIMIT 2;
--> id int
--> 1
--> 2
(SELECT id FROM a ORDER BY id DESC LIMIT 1) UNION ALL (SELECT k FROM b ORDER BY k DESC LIMIT 1);
--> id int
--> 2
--> 3
SELECT id FROM a LIMIT 1 UNION ALL SELECT 1;
--> error PARSE_SYNTAX_ERROR
SELECT * FROM (SELECT 1 AS x UNION SELECT 2) WHERE x > 1;
--> x int
--> 2
SELECT 1 AS x UNION ALL SELECT 2 AS y;
--> x int
--> 1
--> 2
VALUES (1) UNION ALL VALUES (2);
--> col1 int
--> 1
--> 2
TABLE a UNION TABLE b;
--> id int | s string
--> 1 | x
--> 2 | y
--> 3 | z
--> NULL | NULL
SELECT double('NaN') AS d UNION SELECT double('NaN');
--> d double
--> nan
SELECT 0.0D AS d UNION SELECT -0.0D;
--> d double
--> 0.0
SELECT 0.0D AS d INTERSECT SELECT -0.0D;
--> d double
--> 0.0
SELECT 1 AS x, 2 AS y UNION ALL BY NAME SELECT 3 AS y, 4 AS x;
--> error PARSE_SYNTAX_ERROR
SELECT map(1, 2) UNION SELECT map(1, 2);
--> error UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE
SELECT map(1, 2) AS m EXCEPT SELECT map(1, 3);
--> error UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE
