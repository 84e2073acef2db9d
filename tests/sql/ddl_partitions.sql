-- Partitions: ADD, DROP, RENAME, TRUNCATE, MSCK REPAIR, SHOW; INSERT into them.
CREATE DATABASE ddlp;
--> ok
USE ddlp;
--> ok
CREATE TABLE t (a INT) USING parquet;
--> ok
CREATE TABLE q (a INT, p INT) USING parquet PARTITIONED BY (p);
--> ok
SHOW PARTITIONS q;
--> partition string
SHOW PARTITIONS t;
--> error INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY
INSERT INTO q VALUES (1, 1), (2, 2), (3, 2);
--> ok
SHOW PARTITIONS q;
--> partition string
--> p=1
--> p=2
SHOW PARTITIONS q PARTITION (p=2);
--> partition string
--> p=2
SHOW PARTITIONS q PARTITION (z=2);
--> error PARTITIONS_NOT_FOUND
DESCRIBE q PARTITION (p=2);
--> col_name string | data_type string | comment string
--> a | int | NULL
--> p | int | NULL
--> # Partition Information | '' | ''
--> # col_name | data_type | comment
--> p | int | NULL
DESCRIBE q PARTITION (p=9);
--> error PARTITIONS_NOT_FOUND
ALTER TABLE q ADD PARTITION (p=5) PARTITION (p=6);
--> ok
ALTER TABLE q ADD PARTITION (p=5);
--> error PARTITIONS_ALREADY_EXIST
ALTER TABLE q ADD IF NOT EXISTS PARTITION (p=5);
--> ok
ALTER TABLE q ADD PARTITION (z=5);
--> error PARTITIONS_NOT_FOUND
ALTER TABLE q ADD PARTITION (p='abc');
--> error CAST_INVALID_INPUT
SHOW PARTITIONS q;
--> partition string
--> p=1
--> p=2
--> p=5
--> p=6
ALTER TABLE q DROP PARTITION (p=5);
--> ok
ALTER TABLE q DROP PARTITION (p=5);
--> error PARTITIONS_NOT_FOUND
ALTER TABLE q DROP IF EXISTS PARTITION (p=5), PARTITION (p=6);
--> ok
ALTER TABLE q PARTITION (p=1) RENAME TO PARTITION (p=11);
--> ok
ALTER TABLE q PARTITION (p=1) RENAME TO PARTITION (p=12);
--> error PARTITIONS_NOT_FOUND
ALTER TABLE q PARTITION (p=11) RENAME TO PARTITION (p=2);
--> error PARTITIONS_ALREADY_EXIST
SHOW PARTITIONS q;
--> partition string
--> p=11
--> p=2
SELECT * FROM q ORDER BY a;
--> a int | p int
--> 1 | 11
--> 2 | 2
--> 3 | 2
ANALYZE TABLE q PARTITION (p) COMPUTE STATISTICS;
--> ok
ANALYZE TABLE q PARTITION (p=9) COMPUTE STATISTICS;
--> error PARTITIONS_NOT_FOUND
ALTER TABLE q RECOVER PARTITIONS;
--> ok
MSCK REPAIR TABLE q;
--> ok
MSCK REPAIR TABLE q SYNC PARTITIONS;
--> ok
SHOW PARTITIONS q;
--> partition string
--> p=11
--> p=2
TRUNCATE TABLE q PARTITION (p=2);
--> ok
SELECT * FROM q ORDER BY a;
--> a int | p int
--> 1 | 11
SHOW PARTITIONS q;
--> partition string
--> p=11
--> p=2
TRUNCATE TABLE q PARTITION (p=99);
--> error PARTITIONS_NOT_FOUND
MSCK REPAIR TABLE t;
--> error NOT_A_PARTITIONED_TABLE
ALTER TABLE t RECOVER PARTITIONS;
--> error NOT_A_PARTITIONED_TABLE
ALTER TABLE t ADD PARTITION (a=1);
--> error _LEGACY_ERROR_TEMP_1251
DESCRIBE TABLE t PARTITION (a=1);
--> error _LEGACY_ERROR_TEMP_1251
SHOW TABLE EXTENDED LIKE 't' PARTITION (a=1);
--> error _LEGACY_ERROR_TEMP_1251
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
INSERT OVERWRITE p PARTITION (x=2, y='c') IF NOT EXISTS SELECT 78;
--> ok
SELECT * FROM p ORDER BY a;
--> a int | x int | y string
--> 4 | 2 | NULL
--> 9 | 1 | z
--> 77 | 2 | c
SET spark.sql.sources.partitionOverwriteMode=dynamic;
--> key string | value string
--> spark.sql.sources.partitionOverwriteMode | dynamic
INSERT OVERWRITE p SELECT 50, 2, 'c';
--> ok
SELECT * FROM p ORDER BY a;
--> a int | x int | y string
--> 4 | 2 | NULL
--> 9 | 1 | z
--> 50 | 2 | c
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
CREATE TABLE d (a INT) USING parquet PARTITIONED BY (d DATE);
--> ok
INSERT INTO d PARTITION (d='2020-01-01') SELECT 1;
--> ok
INSERT INTO d PARTITION (d=DATE'2020-01-02') SELECT 2;
--> ok
SHOW PARTITIONS d;
--> partition string
--> d=2020-01-01
--> d=2020-01-02
ALTER TABLE d DROP PARTITION (d='2020-01-01');
--> ok
SELECT * FROM d;
--> a int | d date
--> 2 | 2020-01-02
CREATE TABLE s (a INT, p STRING) USING parquet PARTITIONED BY (p);
--> ok
INSERT INTO s VALUES (1, 'x/y'), (2, 'a=b'), (3, 'ü %'), (4, '');
--> ok
SHOW PARTITIONS s;
--> partition string
--> p=__HIVE_DEFAULT_PARTITION__
--> p=a%3Db
--> p=x%2Fy
--> p=ü %25
SELECT * FROM s ORDER BY a;
--> a int | p string
--> 1 | x/y
--> 2 | a=b
--> 3 | ü %
--> 4 | NULL
USE default;
--> ok
DROP DATABASE ddlp CASCADE;
--> ok
