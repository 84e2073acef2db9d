-- CHAR(n) and VARCHAR(n): checked where they are written, padded where they are read and compared.
CREATE DATABASE text_lengths;
--> ok
USE text_lengths;
--> ok
CREATE TABLE c1(a CHAR(5), b VARCHAR(3), c STRING) USING parquet;
--> ok
INSERT INTO c1 VALUES ('ab', 'xy', 'q'), ('ab   ', 'xy ', 'q'), ('abcde  ', 'xyz  ', 'q'), (NULL, NULL, NULL);
--> ok
INSERT INTO c1 VALUES ('abcdef', 'x', 'q');
--> error EXCEED_LIMIT_LENGTH
INSERT INTO c1 VALUES ('ab', 'xyzw', 'q');
--> error EXCEED_LIMIT_LENGTH
SELECT a, length(a), b, length(b) FROM c1;
--> a string | length(a) int | b string | length(b) int
--> 'ab   ' | 5 | xy | 2
--> 'ab   ' | 5 | 'xy ' | 3
--> abcde | 5 | xyz | 3
--> NULL | NULL | NULL | NULL
SELECT count(*) FROM c1 WHERE a = 'ab';
--> count(1) bigint
--> 2
SELECT count(*) FROM c1 WHERE 'ab ' = a;
--> count(1) bigint
--> 2
SELECT count(*) FROM c1 WHERE a IN ('ab', 'zz');
--> count(1) bigint
--> 2
SELECT count(*) FROM c1 WHERE a <=> 'ab';
--> count(1) bigint
--> 2
SELECT count(*) FROM c1 WHERE a > 'ab';
--> count(1) bigint
--> 1
SELECT count(*) FROM c1 WHERE a = 'ab          ';
--> count(1) bigint
--> 2
SELECT count(*) FROM c1 WHERE a LIKE 'ab';
--> count(1) bigint
--> 0
SELECT count(*) FROM c1 WHERE a = 'a' || 'b';
--> count(1) bigint
--> 2
SELECT count(*) FROM c1 WHERE a = c;
--> count(1) bigint
--> 0
SELECT count(*) FROM c1 WHERE a = b;
--> count(1) bigint
--> 0
SELECT count(*) FROM c1 WHERE b = 'xy';
--> count(1) bigint
--> 1
SELECT z FROM (SELECT a AS z FROM c1) WHERE z = 'ab';
--> z string
--> 'ab   '
--> 'ab   '
SELECT a || '|', upper(a), typeof(a), typeof(b) FROM c1 WHERE a IS NOT NULL;
--> concat(a, \|) string | upper(a) string | typeof(a) string | typeof(b) string
--> 'ab   \|' | 'AB   ' | string | string
--> 'ab   \|' | 'AB   ' | string | string
--> 'abcde\|' | ABCDE | string | string
DESCRIBE c1;
--> col_name string | data_type string | comment string
--> a | char(5) | NULL
--> b | varchar(3) | NULL
--> c | string | NULL
DESCRIBE TABLE c1 a;
--> info_name string | info_value string
--> col_name | a
--> data_type | char(5)
--> comment | 'NULL'
SHOW CREATE TABLE c1;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.text_lengths.c1 (\n  a CHAR(5) COLLATE UTF8_BINARY,\n  b VARCHAR(3) COLLATE UTF8_BINARY,\n  c STRING COLLATE UTF8_BINARY)\nUSING parquet\n'
CREATE TABLE c2 AS SELECT * FROM c1;
--> ok
DESCRIBE c2;
--> col_name string | data_type string | comment string
--> a | char(5) | NULL
--> b | varchar(3) | NULL
--> c | string | NULL
CREATE VIEW v1 AS SELECT a, b FROM c1;
--> ok
DESCRIBE v1;
--> col_name string | data_type string | comment string
--> a | char(5) | NULL
--> b | varchar(3) | NULL
SELECT length(a) FROM v1 WHERE a = 'ab';
--> length(a) int
--> 5
--> 5
CREATE TABLE c3(id INT, a CHAR(4)) USING parquet PARTITIONED BY (a);
--> ok
INSERT INTO c3 VALUES (1, 'x');
--> ok
INSERT INTO c3 PARTITION (a = 'yy') VALUES (2);
--> ok
SELECT *, length(a) FROM c3 ORDER BY id;
--> id int | a string | length(a) int
--> 1 | 'x   ' | 4
--> 2 | 'yy  ' | 4
SELECT id FROM c3 WHERE a = 'x';
--> id int
--> 1
SHOW PARTITIONS c3;
--> partition string
--> 'a=x   '
--> 'a=yy  '
ALTER TABLE c3 DROP PARTITION (a = 'x');
--> ok
ALTER TABLE c3 ADD PARTITION (a = 'z');
--> ok
SHOW PARTITIONS c3;
--> partition string
--> 'a=yy  '
--> 'a=z   '
CREATE TABLE c4(a ARRAY<CHAR(3)>, s STRUCT<x: CHAR(2), y: VARCHAR(2)>, m MAP<CHAR(2), VARCHAR(3)>) USING parquet;
--> ok
INSERT INTO c4 VALUES (array('a', 'b '), struct('p', 'q'), map('k', 'v'));
--> ok
SELECT * FROM c4;
--> a array<string> | s struct<x:string,y:string> | m map<string,string>
--> ['a  ', 'b  '] | {x: 'p ', y: 'q'} | {'k ' -> 'v'}
INSERT INTO c4 VALUES (array('aaaa'), NULL, NULL);
--> error EXCEED_LIMIT_LENGTH
INSERT INTO c4 VALUES (NULL, struct('p', 'qqq'), NULL);
--> error EXCEED_LIMIT_LENGTH
SELECT count(*) FROM c4 WHERE s.x = 'p';
--> count(1) bigint
--> 0
SELECT length(a[0]), length(s.x), map_keys(m)[0] || '|' FROM c4;
--> length(a[0]) int | length(s.x) int | concat(map_keys(m)[0], \|) string
--> 3 | 2 | 'k \|'
DESCRIBE c4;
--> col_name string | data_type string | comment string
--> a | array<char(3)> | NULL
--> s | struct<x:char(2),y:varchar(2)> | NULL
--> m | map<char(2),varchar(3)> | NULL
SELECT CAST('abc' AS CHAR(2)), typeof(CAST('abc' AS VARCHAR(5)));
--> CAST(abc AS STRING) string | typeof(CAST(abc AS STRING)) string
--> abc | string
CREATE TABLE c7(i INT, a CHAR(4) DEFAULT 'x', b VARCHAR(3) DEFAULT 'ab') USING parquet;
--> ok
INSERT INTO c7(i) VALUES (1);
--> ok
SELECT *, length(a) FROM c7;
--> i int | a string | b string | length(a) int
--> 1 | 'x   ' | ab | 4
CREATE TABLE c8(a CHAR(2)) USING parquet;
--> ok
INSERT INTO c8 VALUES ('ab');
--> ok
SELECT count(*) FROM c1 JOIN c8 ON c1.a = c8.a;
--> count(1) bigint
--> 2
SET spark.sql.readSideCharPadding = false;
--> key string | value string
--> spark.sql.readSideCharPadding | false
SELECT count(*) FROM c1 WHERE a = 'ab';
--> count(1) bigint
--> 2
RESET spark.sql.readSideCharPadding;
--> ok
SET spark.sql.charAsVarchar = true;
--> key string | value string
--> spark.sql.charAsVarchar | true
CREATE TABLE c9(a CHAR(5)) USING parquet;
--> ok
DESCRIBE c9;
--> col_name string | data_type string | comment string
--> a | varchar(5) | NULL
RESET spark.sql.charAsVarchar;
--> ok
ALTER TABLE c1 ALTER COLUMN a TYPE VARCHAR(10);
--> error NOT_SUPPORTED_CHANGE_COLUMN
CREATE TABLE c11(a CHAR(5), b VARCHAR(3)) USING csv;
--> ok
INSERT INTO c11 VALUES ('ab', 'c');
--> ok
SELECT a || '|', b FROM c11;
--> concat(a, \|) string | b string
--> 'ab   \|' | c
CREATE TABLE c12(a CHAR(5)) USING orc;
--> ok
INSERT INTO c12 SELECT 'q';
--> ok
SELECT a || '|' FROM c12 GROUP BY a;
--> concat(a, \|) string
--> 'q    \|'
USE default;
--> ok
DROP DATABASE text_lengths CASCADE;
--> ok
