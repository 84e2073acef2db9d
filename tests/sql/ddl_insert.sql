-- INSERT: columns, types, store assignment, several inserts, what tables of files refuse.
CREATE DATABASE ddli;
--> ok
USE ddli;
--> ok
CREATE TABLE t (a INT, b STRING) USING parquet;
--> ok
INSERT INTO t VALUES (1,'x'), (2,'y');
--> ok
INSERT INTO t (b, a) VALUES ('z', 3);
--> ok
INSERT INTO t (a) VALUES (4);
--> ok
INSERT INTO t VALUES (1);
--> error INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS
INSERT INTO t VALUES (1,'x',2);
--> error INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS
INSERT INTO t (a,a) VALUES (1,2);
--> error COLUMN_ALREADY_EXISTS
INSERT INTO t (nope) VALUES (1);
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
INSERT INTO t BY NAME SELECT 'q' AS b, 5 AS a;
--> ok
INSERT INTO t BY NAME SELECT 'q' AS b, 5 AS c;
--> error INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS
INSERT INTO t BY NAME SELECT 'q' AS b, 5 AS b;
--> error INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME
INSERT INTO t SELECT 'abc', 1;
--> error INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST
INSERT INTO t SELECT '12', 1;
--> error INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST
INSERT INTO t SELECT 3000000000, 'x';
--> error CAST_OVERFLOW_IN_TABLE_INSERT
INSERT INTO t SELECT current_date(), 'x';
--> error INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST
INSERT INTO t SELECT 1.7, 5;
--> ok
SELECT * FROM t ORDER BY a, b;
--> a int | b string
--> 1 | 5
--> 1 | x
--> 2 | y
--> 3 | z
--> 4 | NULL
--> 5 | q
SET spark.sql.storeAssignmentPolicy=STRICT;
--> key string | value string
--> spark.sql.storeAssignmentPolicy | STRICT
INSERT INTO t SELECT 1L, 'x';
--> error INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST
INSERT INTO t SELECT 1, 2;
--> ok
SET spark.sql.storeAssignmentPolicy=LEGACY;
--> key string | value string
--> spark.sql.storeAssignmentPolicy | LEGACY
INSERT INTO t SELECT 'abc', 1;
--> ok
INSERT INTO t SELECT 3000000000, 'big';
--> ok
SELECT * FROM t ORDER BY a, b;
--> a int | b string
--> NULL | 1
--> -1294967296 | big
--> 1 | 2
--> 1 | 5
--> 1 | x
--> 2 | y
--> 3 | z
--> 4 | NULL
--> 5 | q
RESET spark.sql.storeAssignmentPolicy;
--> ok
CREATE TABLE vc (v VARCHAR(3), c VARCHAR(3)) USING parquet;
--> ok
INSERT INTO vc VALUES ('abcd', 'x');
--> error EXCEED_LIMIT_LENGTH
INSERT INTO vc VALUES ('abc  ', 'abcd');
--> error EXCEED_LIMIT_LENGTH
INSERT INTO vc VALUES ('abc  ', 'ab');
--> ok
SELECT v, length(v), c, length(c) FROM vc;
--> v string | length(v) int | c string | length(c) int
--> abc | 3 | ab | 2
INSERT OVERWRITE t SELECT * FROM t;
--> error UNSUPPORTED_OVERWRITE.TABLE
INSERT OVERWRITE t SELECT 7, 'seven';
--> ok
SELECT * FROM t;
--> a int | b string
--> 7 | seven
FROM t INSERT INTO vc SELECT 'm', 'n' WHERE a = 7 INSERT INTO t SELECT a + 1, b;
--> ok
SELECT * FROM t ORDER BY a;
--> a int | b string
--> 7 | seven
--> 8 | seven
SELECT v FROM vc ORDER BY v;
--> v string
--> abc
--> m
INSERT INTO t REPLACE WHERE a = 1 SELECT 1, 'a';
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
INSERT INTO nope VALUES (1);
--> error TABLE_OR_VIEW_NOT_FOUND
DELETE FROM t WHERE a = 1;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
UPDATE t SET a = 1;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
MERGE INTO t USING vc ON t.b = vc.v WHEN MATCHED THEN DELETE;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
LOAD DATA LOCAL INPATH '/tmp' INTO TABLE t;
--> error _LEGACY_ERROR_TEMP_1261
CREATE TEMP VIEW iv AS SELECT 1 x;
--> ok
INSERT INTO iv VALUES (1);
--> error EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE
DROP VIEW iv;
--> ok
CACHE TABLE t;
--> ok
INSERT INTO t VALUES (99, 'new');
--> ok
SELECT * FROM t ORDER BY a;
--> a int | b string
--> 7 | seven
--> 8 | seven
--> 99 | new
UNCACHE TABLE t;
--> ok
UNCACHE TABLE nope;
--> error TABLE_OR_VIEW_NOT_FOUND
UNCACHE TABLE IF EXISTS nope;
--> ok
REFRESH TABLE t;
--> ok
REFRESH TABLE nope;
--> error TABLE_OR_VIEW_NOT_FOUND
CLEAR CACHE;
--> ok
USE default;
--> ok
DROP DATABASE ddli CASCADE;
--> ok
