-- Views, tables, INSERT, SHOW and DESCRIBE.
CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 1 AS a, 'x' AS b;
--> ok
CREATE TEMP VIEW v AS SELECT 2 AS a;
--> error TEMP_TABLE_OR_VIEW_ALREADY_EXISTS
CREATE TEMP VIEW v2 (p, q COMMENT 'the q') AS SELECT * FROM v;
--> ok
SELECT * FROM v2;
--> p int | q string
--> 1 | x
CREATE TEMP VIEW v3 (p, q COMMENT 'the q') AS SELECT 1, 'x';
--> ok
CREATE OR REPLACE TEMP VIEW v AS SELECT 5 AS a, 'y' AS b;
--> ok
SELECT * FROM v;
--> a int | b string
--> 5 | y
SELECT * FROM v2;
--> p int | q string
--> 5 | y
DROP VIEW v2;
--> ok
SELECT * FROM v2;
--> error TABLE_OR_VIEW_NOT_FOUND
DROP VIEW v2;
--> error TABLE_OR_VIEW_NOT_FOUND
DROP VIEW IF EXISTS v2;
--> ok
CREATE TABLE st_t (id INT, name STRING COMMENT 'its name', price DECIMAL(10,2)) USING parquet;
--> ok
CREATE TABLE st_t (id INT) USING parquet;
--> error TABLE_OR_VIEW_ALREADY_EXISTS
CREATE TABLE IF NOT EXISTS st_t (id INT) USING parquet;
--> ok
DESCRIBE TABLE st_t;
--> col_name string | data_type string | comment string
--> id | int | NULL
--> name | string | its name
--> price | decimal(10,2) | NULL
DESC st_t;
--> col_name string | data_type string | comment string
--> id | int | NULL
--> name | string | its name
--> price | decimal(10,2) | NULL
SELECT * FROM st_t;
--> id int | name string | price decimal(10,2)
INSERT INTO st_t VALUES (1, 'a', 1.5), (2, 'b', NULL);
--> ok
INSERT INTO st_t (name, id) VALUES ('c', 3);
--> ok
INSERT INTO st_t SELECT id + 10, CAST(id AS string), id FROM range(2);
--> ok
SELECT * FROM st_t;
--> id int | name string | price decimal(10,2)
--> 1 | a | 1.50
--> 2 | b | NULL
--> 10 | 0 | 0.00
--> 11 | 1 | 1.00
--> 3 | c | NULL
INSERT INTO st_t VALUES (1, 'a');
--> error INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS
INSERT INTO st_t VALUES ('x', 'a', 1);
--> error INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST
INSERT INTO st_t (id, nope) VALUES (1, 2);
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
INSERT OVERWRITE st_t VALUES (9, 'z', 9.99);
--> ok
SELECT * FROM st_t;
--> id int | name string | price decimal(10,2)
--> 9 | z | 9.99
INSERT INTO TABLE st_t TABLE st_t;
--> ok
SELECT count(*) FROM st_t;
--> count(1) bigint
--> 2
TRUNCATE TABLE st_t;
--> ok
SELECT count(*) FROM st_t;
--> count(1) bigint
--> 0
CREATE TABLE st_p (v INT, part STRING) USING parquet PARTITIONED BY (part);
--> ok
INSERT INTO st_p VALUES (1, 'a'), (2, 'b');
--> ok
INSERT INTO st_p PARTITION (part = 'c') VALUES (3);
--> ok
SELECT * FROM st_p;
--> v int | part string
--> 1 | a
--> 2 | b
--> 3 | c
SELECT v FROM st_p WHERE part = 'a';
--> v int
--> 1
SHOW PARTITIONS st_p;
--> partition string
--> part=a
--> part=b
--> part=c
DESCRIBE st_p;
--> col_name string | data_type string | comment string
--> v | int | NULL
--> part | string | NULL
--> # Partition Information | '' | ''
--> # col_name | data_type | comment
--> part | string | NULL
CREATE TABLE st_c USING parquet AS SELECT id, id * 2 AS twice FROM range(3);
--> ok
SELECT * FROM st_c;
--> id bigint | twice bigint
--> 0 | 0
--> 1 | 2
--> 2 | 4
CREATE VIEW st_v AS SELECT id FROM st_c WHERE id > 0;
--> ok
SELECT * FROM st_v;
--> id bigint
--> 1
--> 2
SHOW TABLES LIKE 'st_c';
--> namespace string | tableName string | isTemporary boolean
--> default | st_c | False
SHOW TABLES IN default LIKE 'st_*';
--> namespace string | tableName string | isTemporary boolean
--> default | st_c | False
--> default | st_p | False
--> default | st_t | False
--> default | st_v | False
SHOW VIEWS LIKE 'st_*';
--> namespace string | viewName string | isTemporary boolean
--> default | st_v | False
SHOW COLUMNS IN st_t;
--> col_name string
--> id
--> name
--> price
SHOW TBLPROPERTIES st_c;
--> key string | value string
SHOW DATABASES LIKE 'default';
--> namespace string
--> default
CREATE DATABASE st_db;
--> ok
USE st_db;
--> ok
SELECT current_database();
--> current_schema() string
--> st_db
SHOW TABLES;
--> namespace string | tableName string | isTemporary boolean
--> '' | v | True
--> '' | v3 | True
CREATE TABLE inner_t (a INT) USING parquet;
--> ok
INSERT INTO inner_t VALUES (1);
--> ok
SELECT * FROM st_db.inner_t;
--> a int
--> 1
USE default;
--> ok
SELECT * FROM inner_t;
--> error TABLE_OR_VIEW_NOT_FOUND
DROP DATABASE st_db;
--> error SCHEMA_NOT_EMPTY
DROP DATABASE st_db CASCADE;
--> ok
DROP DATABASE st_db;
--> error SCHEMA_NOT_FOUND
DROP DATABASE IF EXISTS st_db;
--> ok
USE nope_db;
--> error SCHEMA_NOT_FOUND
ALTER TABLE st_c RENAME TO st_d;
--> ok
SELECT count(*) FROM st_d;
--> count(1) bigint
--> 3
ALTER TABLE st_t ADD COLUMNS (extra INT);
--> ok
DESCRIBE st_t;
--> col_name string | data_type string | comment string
--> id | int | NULL
--> name | string | its name
--> price | decimal(10,2) | NULL
--> extra | int | NULL
DROP TABLE nope_t;
--> error TABLE_OR_VIEW_NOT_FOUND
DROP TABLE IF EXISTS nope_t;
--> ok
DROP VIEW st_v;
--> ok
DROP TABLE st_d;
--> ok
DROP TABLE st_t;
--> ok
DROP TABLE st_p;
--> ok
SET spark.sql.ansi.enabled;
--> key string | value string
--> spark.sql.ansi.enabled | true
SET spark.sql.ansi.enabled = false;
--> key string | value string
--> spark.sql.ansi.enabled | false
SELECT 1 / 0, CAST('x' AS int), 2147483647 + 1;
--> (1 / 0) double | CAST(x AS INT) int | (2147483647 + 1) int
--> NULL | NULL | -2147483648
RESET spark.sql.ansi.enabled;
--> ok
SHOW FUNCTIONS LIKE 'upper';
--> function string
--> upper
DESCRIBE QUERY SELECT 1 AS a, 'x' AS b;
--> col_name string | data_type string | comment string
--> a | int | NULL
--> b | string | NULL
SELECT * FROM IDENTIFIER('v');
--> a int | b string
--> 5 | y
DROP VIEW v;
--> ok
CREATE TABLE bad (a INT, A INT) USING parquet;
--> error COLUMN_ALREADY_EXISTS
CREATE TEMP FUNCTION plus_one(x INT) RETURNS INT RETURN x + 1;
--> ok
SELECT plus_one(4);
--> plus_one(4) int
--> 5
DROP TEMP FUNCTION plus_one;
--> ok
DECLARE VARIABLE va INT DEFAULT 5;
--> ok
SET VAR va = 7;
--> ok
SELECT va + 1;
--> (variablereference(system.session.va=7) + 1) int
--> 8
DROP TEMPORARY VARIABLE va;
--> ok
EXECUTE IMMEDIATE 'SELECT ? + 1 AS r' USING 5;
--> r int
--> 6
DELETE FROM nope_t;
--> error TABLE_OR_VIEW_NOT_FOUND

-- known differences
-- a wrong answer: other rows or other columns
DESCRIBE v3;
--> col_name string | data_type string | comment string
--> p | int | NULL
--> q | string | the q
-- a wrong answer: other rows or other columns
DESCRIBE FUNCTION upper;
--> function_desc string
--> Function: upper
--> Class: org.apache.spark.sql.catalyst.expressions.Upper
--> Usage: upper(str) - Returns `str` with all characters changed to uppercase.
-- fails: UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
EXPLAIN SELECT nope;
--> plan string
--> 'Error occurred during query planning: '
--> [UNRESOLVED_COLUMN.WITHOUT_SUGGESTION] A column, variable, or function parameter with name `nope` cannot be resolved.  SQLSTATE: 42703; line 1 pos 15;
--> '\'Project [\'nope]'
--> +- OneRowRelation
