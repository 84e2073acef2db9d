-- Views, functions, INSERT and what goes with them.
CREATE DATABASE ddl_b;
--> ok
USE ddl_b;
--> ok
CREATE TABLE t (a INT, b STRING) USING parquet;
--> ok
CREATE VIEW v1 AS SELECT a, b FROM t;
--> ok
DESCRIBE v1;
--> col_name string | data_type string | comment string
--> a | int | NULL
--> b | string | NULL
SHOW CREATE TABLE v1;
--> createtab_stmt string
--> 'CREATE VIEW ddl_b.v1 (\n  a,\n  b)\nWITH SCHEMA COMPENSATION\nAS SELECT a, b FROM t\n'
CREATE VIEW v1 AS SELECT 1 x;
--> error TABLE_OR_VIEW_ALREADY_EXISTS
CREATE VIEW IF NOT EXISTS v1 AS SELECT 1 x;
--> ok
CREATE VIEW t AS SELECT 1 x;
--> error TABLE_OR_VIEW_ALREADY_EXISTS
CREATE OR REPLACE VIEW t AS SELECT 1 x;
--> error EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE
CREATE TABLE v1 (a INT);
--> error TABLE_OR_VIEW_ALREADY_EXISTS
CREATE OR REPLACE VIEW v2 (x COMMENT 'xc', y) COMMENT 'vc' TBLPROPERTIES (k='v') AS SELECT a, b FROM t;
--> ok
SHOW CREATE TABLE v2;
--> createtab_stmt string
--> 'CREATE VIEW ddl_b.v2 (\n  x COMMENT \'xc\',\n  y)\nCOMMENT \'vc\'\nTBLPROPERTIES (\n  \'k\' = \'v\')\nWITH SCHEMA COMPENSATION\nAS SELECT a, b FROM t\n'
SHOW TBLPROPERTIES v2;
--> key string | value string
--> k | v
ALTER VIEW v2 AS SELECT a FROM t;
--> ok
ALTER VIEW v2 SET TBLPROPERTIES (k2='v2');
--> ok
ALTER VIEW v2 UNSET TBLPROPERTIES (k2);
--> ok
ALTER VIEW v2 RENAME TO v3;
--> ok
ALTER TABLE v3 RENAME TO v4;
--> error EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW
ALTER VIEW t RENAME TO v5;
--> error EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE
ALTER VIEW v3 WITH SCHEMA BINDING;
--> ok
SHOW CREATE TABLE v3;
--> createtab_stmt string
--> 'CREATE VIEW ddl_b.v3 (\n  a)\nCOMMENT \'vc\'\nTBLPROPERTIES (\n  \'k\' = \'v\')\nWITH SCHEMA BINDING\nAS SELECT a FROM t\n'
CREATE VIEW v6 WITH SCHEMA EVOLUTION AS SELECT * FROM t;
--> ok
CREATE VIEW v7 WITH SCHEMA TYPE EVOLUTION AS SELECT * FROM t;
--> ok
SHOW CREATE TABLE v6;
--> createtab_stmt string
--> 'CREATE VIEW ddl_b.v6 (\n  a,\n  b)\nWITH SCHEMA EVOLUTION\nAS SELECT * FROM t\n'
CREATE TEMP VIEW tv AS SELECT 1 x;
--> ok
CREATE VIEW v8 AS SELECT * FROM tv;
--> error INVALID_TEMP_OBJ_REFERENCE
SHOW VIEWS;
--> namespace string | viewName string | isTemporary boolean
--> ddl_b | v1 | False
--> ddl_b | v3 | False
--> ddl_b | v6 | False
--> ddl_b | v7 | False
--> '' | tv | True
SHOW VIEWS IN ddl_b LIKE 'v1|v2';
--> namespace string | viewName string | isTemporary boolean
--> ddl_b | v1 | False
SHOW TABLES;
--> namespace string | tableName string | isTemporary boolean
--> ddl_b | t | False
--> ddl_b | v1 | False
--> ddl_b | v3 | False
--> ddl_b | v6 | False
--> ddl_b | v7 | False
--> '' | tv | True
DESCRIBE tv;
--> col_name string | data_type string | comment string
--> x | int | NULL
ALTER VIEW tv AS SELECT 2 z;
--> ok
SELECT * FROM tv;
--> z int
--> 2
ALTER VIEW tv RENAME TO tv2;
--> ok
SHOW CREATE TABLE tv2;
--> error EXPECT_PERMANENT_VIEW_NOT_TEMP
DROP VIEW tv2;
--> ok
DROP VIEW nope;
--> error TABLE_OR_VIEW_NOT_FOUND
DROP VIEW IF EXISTS nope;
--> ok
DROP TABLE v1;
--> ok
DROP VIEW v1;
--> error TABLE_OR_VIEW_NOT_FOUND
INSERT INTO v6 VALUES (1,'a');
--> error EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE
SHOW COLUMNS IN v6;
--> col_name string
--> a
--> b
ANALYZE TABLE v6 COMPUTE STATISTICS;
--> error UNSUPPORTED_FEATURE.ANALYZE_VIEW
TRUNCATE TABLE v6;
--> error EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE
ALTER TABLE v6 ADD COLUMNS (z INT);
--> error EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE
ALTER TABLE v6 SET TBLPROPERTIES (a='b');
--> error EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW
CREATE FUNCTION f2 AS 'a.b.C';
--> ok
CREATE FUNCTION f2 AS 'a.b.C';
--> error ROUTINE_ALREADY_EXISTS
CREATE OR REPLACE FUNCTION f2 AS 'a.b.D';
--> ok
DESCRIBE FUNCTION f2;
--> function_desc string
--> Function: spark_catalog.ddl_b.f2
--> Class: a.b.D
--> Usage: N/A.
DESCRIBE FUNCTION EXTENDED f2;
--> function_desc string
--> Function: spark_catalog.ddl_b.f2
--> Class: a.b.D
--> Usage: N/A.
--> 'Extended Usage:\n    No example/argument for f2.\n'
SHOW FUNCTIONS IN ddl_b LIKE 'f2';
--> function string
--> spark_catalog.ddl_b.f2
DROP FUNCTION f2;
--> ok
DROP FUNCTION f2;
--> error ROUTINE_NOT_FOUND
DROP FUNCTION IF EXISTS f2;
--> ok
CREATE TEMPORARY FUNCTION tf AS 'a.b.C';
--> error CANNOT_LOAD_FUNCTION_CLASS
REFRESH FUNCTION nope;
--> error ROUTINE_NOT_FOUND
DESCRIBE FUNCTION nope;
--> error UNRESOLVED_ROUTINE
SHOW FUNCTIONS LIKE 'abs';
--> function string
--> abs
SHOW SYSTEM FUNCTIONS LIKE 'ab*';
--> function string
--> abs
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
CREATE TABLE vc (v VARCHAR(3), c CHAR(3)) USING parquet;
--> ok
INSERT INTO vc VALUES ('abcd', 'x');
--> error EXCEED_LIMIT_LENGTH
INSERT INTO vc VALUES ('abc  ', 'abcd');
--> error EXCEED_LIMIT_LENGTH
INSERT INTO vc VALUES ('abc  ', 'ab');
--> ok
CREATE TABLE p (a INT, x INT, y STRING) USING parquet PARTITIONED BY (x, y);
--> ok
INSERT INTO p PARTITION (x=1, y='a') SELECT 1;
--> ok
INSERT INTO p PARTITION (x=1, y) SELECT 2, 'b';
--> ok
INSERT INTO p PARTITION (x, y='c') SELECT 3, 2;
--> error _LEGACY_ERROR_TEMP_1147
INSERT INTO p PARTITION (x) SELECT 3, 2, 'q';
--> error _LEGACY_ERROR_TEMP_1169
INSERT INTO p SELECT 4, 2, null;
--> ok
INSERT INTO p PARTITION (y) SELECT 4, 2;
--> error INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS
INSERT INTO p PARTITION (z=2) SELECT 4, 2;
--> error PARTITIONS_NOT_FOUND
INSERT INTO p PARTITION (x=1, x=2) SELECT 4, 2;
--> error DUPLICATE_KEY
INSERT INTO p PARTITION (x=1, y='a') SELECT 1, 2;
--> error INSERT_PARTITION_COLUMN_ARITY_MISMATCH
SELECT * FROM p ORDER BY a;
--> a int | x int | y string
--> 1 | 1 | a
--> 2 | 1 | b
--> 4 | 2 | NULL
SHOW PARTITIONS p;
--> partition string
--> x=1/y=a
--> x=1/y=b
--> x=2/y=__HIVE_DEFAULT_PARTITION__
INSERT OVERWRITE p PARTITION (x=1) SELECT 9, 'z';
--> error _LEGACY_ERROR_TEMP_1169
INSERT OVERWRITE p PARTITION (x=1, y) SELECT 9, 'z';
--> ok
SELECT * FROM p ORDER BY a;
--> a int | x int | y string
--> 4 | 2 | NULL
--> 9 | 1 | z
SHOW PARTITIONS p;
--> partition string
--> x=1/y=z
--> x=2/y=__HIVE_DEFAULT_PARTITION__
INSERT OVERWRITE p PARTITION (x=2, y='c') IF NOT EXISTS SELECT 77;
--> ok
INSERT OVERWRITE p PARTITION (x=7, y='c') IF NOT EXISTS SELECT 77;
--> ok
SELECT * FROM p ORDER BY a, x;
--> a int | x int | y string
--> 4 | 2 | NULL
--> 9 | 1 | z
--> 77 | 2 | c
--> 77 | 7 | c
SET spark.sql.sources.partitionOverwriteMode=dynamic;
--> key string | value string
--> spark.sql.sources.partitionOverwriteMode | dynamic
INSERT OVERWRITE p SELECT 50, 7, 'c';
--> ok
SELECT * FROM p ORDER BY a;
--> a int | x int | y string
--> 4 | 2 | NULL
--> 9 | 1 | z
--> 50 | 7 | c
--> 77 | 2 | c
RESET spark.sql.sources.partitionOverwriteMode;
--> ok
INSERT OVERWRITE p SELECT 51, 8, 'c';
--> ok
SELECT * FROM p ORDER BY a;
--> a int | x int | y string
--> 51 | 8 | c
SHOW PARTITIONS p;
--> partition string
--> x=8/y=c
INSERT OVERWRITE p PARTITION (x=8, y='c') SELECT 1 WHERE false;
--> ok
SELECT * FROM p ORDER BY a;
--> a int | x int | y string
SHOW PARTITIONS p;
--> partition string
--> x=8/y=c
FROM t INSERT INTO vc SELECT 'm', 'n' WHERE a = 1 INSERT OVERWRITE p PARTITION (x=3,y='k') SELECT a WHERE a = 2;
--> ok
SELECT * FROM p ORDER BY a;
--> a int | x int | y string
--> 2 | 3 | k
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
CREATE TABLE g (a INT, b INT GENERATED ALWAYS AS (a + 1)) USING parquet;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
CREATE TABLE g (a INT GENERATED ALWAYS AS IDENTITY) USING parquet;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
CREATE TABLE g (a INT, a INT) USING parquet;
--> error COLUMN_ALREADY_EXISTS
CREATE TABLE g (a INT) USING parquet PARTITIONED BY (zz);
--> error COLUMN_NOT_DEFINED_IN_TABLE
CREATE TABLE g (a INT) USING parquet PARTITIONED BY (a);
--> error ALL_PARTITION_COLUMNS_NOT_ALLOWED
CREATE TABLE g (a INT) USING parquet PARTITIONED BY (bucket(4, a));
--> ok
CREATE TABLE g (a INT CHECK (a > 0)) USING parquet;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
CREATE TABLE g (a INT PRIMARY KEY) USING parquet;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
CREATE TABLE g (a INT) STORED AS parquet;
--> error NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT
CREATE TABLE g (a INT) CLUSTERED BY (a) SORTED BY (a) INTO 4 BUCKETS;
--> error TABLE_OR_VIEW_ALREADY_EXISTS
CREATE TABLE g (a INT) USING parquet CLUSTERED BY (a) SORTED BY (a) INTO 4 BUCKETS;
--> error TABLE_OR_VIEW_ALREADY_EXISTS
SHOW CREATE TABLE g;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.ddl_b.g (\n  a INT)\nUSING parquet\nCLUSTERED BY (a)\nINTO 4 BUCKETS\n'
CREATE TABLE g2 USING parquet CLUSTERED BY (zz) INTO 4 BUCKETS AS SELECT 1 a;
--> error COLUMN_NOT_DEFINED_IN_TABLE
CREATE TABLE g2 USING parquet CLUSTERED BY (a) INTO 0 BUCKETS AS SELECT 1 a;
--> error INVALID_BUCKET_COUNT
CREATE TABLE g3 USING parquet CLUSTER BY (a) AS SELECT 1 a;
--> ok
SHOW CREATE TABLE g3;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.ddl_b.g3 (\n  a INT)\nUSING parquet\nPARTITIONED BY (cluster_by(a))\nTBLPROPERTIES (\n  \'clusteringColumns\' = \'[["a"]]\')\n'
CREATE TABLE ctas USING parquet OPTIONS (a=1) PARTITIONED BY (p) COMMENT 'x' AS SELECT id a, id % 2 p FROM range(4);
--> ok
SHOW PARTITIONS ctas;
--> partition string
--> p=0
--> p=1
DESCRIBE ctas;
--> col_name string | data_type string | comment string
--> a | bigint | NULL
--> p | bigint | NULL
--> # Partition Information | '' | ''
--> # col_name | data_type | comment
--> p | bigint | NULL
CREATE TABLE bad AS SELECT CAST(raise_error('x') AS INT) a;
--> error USER_RAISED_EXCEPTION
CREATE TABLE bad AS SELECT 1 a, 2 a;
--> error COLUMN_ALREADY_EXISTS
CREATE TABLE empty0 USING parquet;
--> error UNABLE_TO_INFER_SCHEMA
CREATE EXTERNAL TABLE ee (a INT) USING parquet;
--> error CREATE_EXTERNAL_TABLE_WITHOUT_LOCATION
CREATE TABLE nope.t (a INT);
--> error SCHEMA_NOT_FOUND
CREATE TABLE a.b.c (a INT);
--> error REQUIRES_SINGLE_PART_NAMESPACE
CACHE TABLE t;
--> ok
UNCACHE TABLE t;
--> ok
CACHE LAZY TABLE lz OPTIONS ('storageLevel'='DISK_ONLY') AS SELECT 1;
--> ok
UNCACHE TABLE nope;
--> error TABLE_OR_VIEW_NOT_FOUND
UNCACHE TABLE IF EXISTS nope;
--> ok
CLEAR CACHE;
--> ok
REFRESH TABLE t;
--> ok
REFRESH TABLE nope;
--> error TABLE_OR_VIEW_NOT_FOUND
MSCK REPAIR TABLE t;
--> error NOT_A_PARTITIONED_TABLE
ALTER TABLE t RECOVER PARTITIONS;
--> error NOT_A_PARTITIONED_TABLE
ALTER TABLE t ADD PARTITION (a=1);
--> error _LEGACY_ERROR_TEMP_1251
SHOW PARTITIONS t;
--> error INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY
SHOW PARTITIONS v6;
--> error EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE
DESCRIBE QUERY SELECT 1 a, 'x' b;
--> col_name string | data_type string | comment string
--> a | int | NULL
--> b | string | NULL
DESCRIBE nope;
--> error TABLE_OR_VIEW_NOT_FOUND
DESCRIBE t nope;
--> error COLUMN_NOT_FOUND
DESCRIBE TABLE t PARTITION (a=1);
--> error _LEGACY_ERROR_TEMP_1251
SHOW COLUMNS IN nope;
--> error TABLE_OR_VIEW_NOT_FOUND
SHOW TBLPROPERTIES nope;
--> error TABLE_OR_VIEW_NOT_FOUND
SHOW CREATE TABLE nope;
--> error TABLE_OR_VIEW_NOT_FOUND
SHOW TABLES IN nope;
--> error SCHEMA_NOT_FOUND
SHOW TABLE EXTENDED IN ddl_b LIKE 'tv*';
--> namespace string | tableName string | isTemporary boolean | information string
USE nope;
--> error SCHEMA_NOT_FOUND
USE SCHEMA ddl_b;
--> ok
SET CATALOG spark_catalog;
--> ok
SET CATALOG nope;
--> error CATALOG_NOT_FOUND
DROP DATABASE ddl_b CASCADE;
--> ok
SHOW TABLES;
--> error SCHEMA_NOT_FOUND
SELECT current_schema();
--> current_schema() string
--> ddl_b
SHOW PROCEDURES;
--> error MISSING_CATALOG_ABILITY.PROCEDURES
