-- Databases, tables and partitions: CREATE, ALTER, DROP, COMMENT, ANALYZE, SHOW, DESCRIBE.
CREATE DATABASE ddl_a COMMENT 'c1' WITH DBPROPERTIES (k1='v1', k0='v0');
--> ok
ALTER DATABASE ddl_a SET DBPROPERTIES (k2='v2', k1='w');
--> ok
ALTER DATABASE ddl_a UNSET DBPROPERTIES (k2);
--> ok
ALTER DATABASE ddl_nope SET DBPROPERTIES (k2='v2');
--> error SCHEMA_NOT_FOUND
DROP DATABASE ddl_nope;
--> error SCHEMA_NOT_FOUND
DROP DATABASE default;
--> error UNSUPPORTED_FEATURE.DROP_DATABASE
CREATE DATABASE ddl_a;
--> error SCHEMA_ALREADY_EXISTS
CREATE DATABASE IF NOT EXISTS ddl_a;
--> ok
SHOW DATABASES LIKE 'ddl_*';
--> namespace string
--> ddl_a
SHOW DATABASES IN spark_catalog LIKE 'ddl_*';
--> namespace string
--> ddl_a
USE ddl_a;
--> ok
SELECT current_database();
--> current_schema() string
--> ddl_a
CREATE TABLE t1 (id INT NOT NULL COMMENT 'the id', s STRING DEFAULT 'x', d DECIMAL(10,2), v VARCHAR(5), c CHAR(3), p INT) USING parquet OPTIONS (compression='snappy', 'b c'='1') PARTITIONED BY (p) COMMENT 'tc' TBLPROPERTIES ('a.b'='1', x='y');
--> ok
DESCRIBE t1;
--> col_name string | data_type string | comment string
--> id | int | the id
--> s | string | NULL
--> d | decimal(10,2) | NULL
--> v | varchar(5) | NULL
--> c | char(3) | NULL
--> p | int | NULL
--> # Partition Information | '' | ''
--> # col_name | data_type | comment
--> p | int | NULL
--> '' | '' | ''
--> # Column Default Values | '' | ''
--> s | string | '\'x\''
SHOW CREATE TABLE t1;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.ddl_a.t1 (\n  id INT COMMENT \'the id\',\n  s STRING COLLATE UTF8_BINARY DEFAULT \'x\',\n  d DECIMAL(10,2),\n  v VARCHAR(5) COLLATE UTF8_BINARY,\n  c CHAR(3) COLLATE UTF8_BINARY,\n  p INT)\nUSING parquet\nOPTIONS (\n  \'b c\' = \'1\',\n  \'compression\' = \'snappy\')\nPARTITIONED BY (p)\nCOMMENT \'tc\'\nTBLPROPERTIES (\n  \'a.b\' = \'1\',\n  \'x\' = \'y\')\n'
SHOW TBLPROPERTIES t1;
--> key string | value string
--> a.b | 1
--> option.b c | 1
--> option.compression | snappy
--> x | y
SHOW TBLPROPERTIES t1 (x);
--> key string | value string
--> x | y
SHOW TBLPROPERTIES t1 ('nope');
--> key string | value string
--> nope | Table spark_catalog.ddl_a.t1 does not have property: nope
SHOW COLUMNS IN t1;
--> col_name string
--> id
--> s
--> d
--> v
--> c
--> p
SHOW COLUMNS IN t1 IN ddl_a;
--> col_name string
--> id
--> s
--> d
--> v
--> c
--> p
SHOW TABLES;
--> namespace string | tableName string | isTemporary boolean
--> ddl_a | t1 | False
SHOW TABLES IN ddl_a LIKE 't*';
--> namespace string | tableName string | isTemporary boolean
--> ddl_a | t1 | False
SHOW PARTITIONS t1;
--> partition string
INSERT INTO t1 PARTITION (p=1) VALUES (1,'a',1.5,'abc','x');
--> ok
INSERT INTO t1 VALUES (2,DEFAULT,2.5,'abcd','xy',2);
--> ok
INSERT INTO t1 (id, p) VALUES (3,2);
--> ok
SELECT * FROM t1 ORDER BY id;
--> id int | s string | d decimal(10,2) | v string | c string | p int
--> 1 | a | 1.50 | abc | 'x  ' | 1
--> 2 | x | 2.50 | abcd | 'xy ' | 2
--> 3 | x | NULL | NULL | NULL | 2
SHOW PARTITIONS t1;
--> partition string
--> p=1
--> p=2
SHOW PARTITIONS t1 PARTITION (p=2);
--> partition string
--> p=2
SHOW PARTITIONS t1 PARTITION (q=2);
--> error PARTITIONS_NOT_FOUND
DESCRIBE t1 PARTITION (p=2);
--> col_name string | data_type string | comment string
--> id | int | the id
--> s | string | NULL
--> d | decimal(10,2) | NULL
--> v | varchar(5) | NULL
--> c | char(3) | NULL
--> p | int | NULL
--> # Partition Information | '' | ''
--> # col_name | data_type | comment
--> p | int | NULL
--> '' | '' | ''
--> # Column Default Values | '' | ''
--> s | string | '\'x\''
DESCRIBE t1 id;
--> info_name string | info_value string
--> col_name | id
--> data_type | int
--> comment | the id
ANALYZE TABLE t1 COMPUTE STATISTICS;
--> ok
ANALYZE TABLE t1 COMPUTE STATISTICS FOR ALL COLUMNS;
--> ok
ANALYZE TABLE t1 PARTITION (p) COMPUTE STATISTICS;
--> ok
ANALYZE TABLE t1 PARTITION (p=1) COMPUTE STATISTICS NOSCAN;
--> ok
ANALYZE TABLE t1 PARTITION (p=9) COMPUTE STATISTICS;
--> error PARTITIONS_NOT_FOUND
ANALYZE TABLES IN ddl_a COMPUTE STATISTICS NOSCAN;
--> ok
SHOW TBLPROPERTIES t1;
--> key string | value string
--> a.b | 1
--> option.b c | 1
--> option.compression | snappy
--> x | y
ALTER TABLE t1 ADD COLUMNS (e INT COMMENT 'ee', f STRING);
--> ok
DESCRIBE t1;
--> col_name string | data_type string | comment string
--> id | int | the id
--> s | string | NULL
--> d | decimal(10,2) | NULL
--> v | varchar(5) | NULL
--> c | char(3) | NULL
--> e | int | ee
--> f | string | NULL
--> p | int | NULL
--> # Partition Information | '' | ''
--> # col_name | data_type | comment
--> p | int | NULL
--> '' | '' | ''
--> # Column Default Values | '' | ''
--> s | string | '\'x\''
SELECT * FROM t1 ORDER BY id;
--> id int | s string | d decimal(10,2) | v string | c string | e int | f string | p int
--> 1 | a | 1.50 | abc | 'x  ' | NULL | NULL | 1
--> 2 | x | 2.50 | abcd | 'xy ' | NULL | NULL | 2
--> 3 | x | NULL | NULL | NULL | NULL | NULL | 2
ALTER TABLE t1 ADD COLUMNS (e INT);
--> error COLUMN_ALREADY_EXISTS
ALTER TABLE t1 DROP COLUMN e;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
ALTER TABLE t1 RENAME COLUMN e TO g;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
ALTER TABLE t1 ALTER COLUMN e COMMENT 'new';
--> ok
ALTER TABLE t1 ALTER COLUMN e TYPE BIGINT;
--> error NOT_SUPPORTED_CHANGE_COLUMN
ALTER TABLE t1 ALTER COLUMN e SET NOT NULL;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
ALTER TABLE t1 ALTER COLUMN e FIRST;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
ALTER TABLE t1 ALTER COLUMN e SET DEFAULT 42;
--> ok
ALTER TABLE t1 ALTER COLUMN e DROP DEFAULT;
--> ok
ALTER TABLE t1 CHANGE COLUMN e e INT COMMENT 'n3';
--> ok
ALTER TABLE t1 CHANGE COLUMN e h INT;
--> error _LEGACY_ERROR_TEMP_0034
ALTER TABLE t1 REPLACE COLUMNS (a INT);
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
ALTER TABLE t1 ADD COLUMN z INT FIRST;
--> ok
ALTER TABLE t1 SET SERDE 'x';
--> error UNSUPPORTED_FEATURE.ALTER_TABLE_SERDE_FOR_DATASOURCE_TABLE
ALTER TABLE t1 SET SERDEPROPERTIES ('a'='b');
--> ok
ALTER TABLE t1 SET TBLPROPERTIES (n1='1', x='yy');
--> ok
ALTER TABLE t1 UNSET TBLPROPERTIES (nope);
--> ok
ALTER TABLE t1 UNSET TBLPROPERTIES IF EXISTS (nope, n1);
--> ok
SHOW TBLPROPERTIES t1;
--> key string | value string
--> a.b | 1
--> option.a | b
--> option.b c | 1
--> option.compression | snappy
--> x | yy
TRUNCATE TABLE t1;
--> ok
ALTER TABLE t1 RENAME TO t2;
--> ok
ALTER TABLE t2 RENAME TO default.t3;
--> error RENAME_TABLE_SOURCE_DESTINATION_DATABASE_MISMATCH
SHOW TABLES;
--> namespace string | tableName string | isTemporary boolean
--> ddl_a | t2 | False
ALTER TABLE nope RENAME TO t4;
--> error TABLE_OR_VIEW_NOT_FOUND
CREATE OR REPLACE TABLE t2 (a INT);
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
REPLACE TABLE t2 (a INT);
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
REPLACE TABLE t2 AS SELECT 1 a;
--> error UNSUPPORTED_FEATURE.TABLE_OPERATION
CREATE TABLE t2 (a INT);
--> error TABLE_OR_VIEW_ALREADY_EXISTS
CREATE TABLE IF NOT EXISTS t2 (a INT);
--> ok
CREATE TABLE t5 LIKE t2;
--> ok
SHOW CREATE TABLE t5;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.ddl_a.t5 (\n  id INT COMMENT \'the id\',\n  s STRING COLLATE UTF8_BINARY DEFAULT \'x\',\n  d DECIMAL(10,2),\n  v VARCHAR(5) COLLATE UTF8_BINARY,\n  c CHAR(3) COLLATE UTF8_BINARY,\n  e INT COMMENT \'n3\',\n  f STRING COLLATE UTF8_BINARY,\n  z INT,\n  p INT)\nUSING parquet\nOPTIONS (\n  \'a\' = \'b\',\n  \'b c\' = \'1\',\n  \'compression\' = \'snappy\')\nPARTITIONED BY (p)\n'
DROP VIEW t5;
--> error WRONG_COMMAND_FOR_OBJECT_TYPE
DROP TABLE t5 PURGE;
--> ok
COMMENT ON TABLE t2 IS 'hello';
--> ok
COMMENT ON TABLE t2 IS NULL;
--> ok
COMMENT ON DATABASE ddl_a IS 'dbc';
--> ok
COMMENT ON COLUMN t2.id IS 'cc';
--> ok
DESCRIBE t2;
--> col_name string | data_type string | comment string
--> id | int | cc
--> s | string | NULL
--> d | decimal(10,2) | NULL
--> v | varchar(5) | NULL
--> c | char(3) | NULL
--> e | int | n3
--> f | string | NULL
--> z | int | NULL
--> p | int | NULL
--> # Partition Information | '' | ''
--> # col_name | data_type | comment
--> p | int | NULL
--> '' | '' | ''
--> # Column Default Values | '' | ''
--> s | string | '\'x\''
DROP DATABASE ddl_a;
--> error SCHEMA_NOT_EMPTY
USE default;
--> ok
DROP DATABASE ddl_a CASCADE;
--> ok
