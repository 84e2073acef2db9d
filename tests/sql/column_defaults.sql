-- ALTER TABLE ... ADD COLUMNS ... DEFAULT: what rows have that were there before the column.
CREATE DATABASE added_defaults;
--> ok
USE added_defaults;
--> ok
CREATE TABLE p (a INT) USING parquet;
--> ok
INSERT INTO p VALUES (1);
--> ok
ALTER TABLE p ADD COLUMNS (b INT DEFAULT 5, c STRING DEFAULT 'x' || 'y' COMMENT 'hi');
--> ok
SELECT * FROM p;
--> a int | b int | c string
--> 1 | 5 | xy
INSERT INTO p (a) VALUES (2);
--> ok
INSERT INTO p VALUES (3, DEFAULT, NULL);
--> ok
SELECT * FROM p ORDER BY a;
--> a int | b int | c string
--> 1 | 5 | xy
--> 2 | 5 | xy
--> 3 | 5 | NULL
SELECT a FROM p WHERE b = 5 ORDER BY a;
--> a int
--> 1
--> 2
--> 3
SELECT a FROM p WHERE c IS NULL;
--> a int
--> 3
SELECT b, count(*) FROM p GROUP BY b;
--> b int | count(1) bigint
--> 5 | 3
SELECT count(b), min(b), max(c) FROM p;
--> count(b) bigint | min(b) int | max(c) string
--> 3 | 5 | xy
ALTER TABLE p ALTER COLUMN b SET DEFAULT 7;
--> ok
INSERT INTO p (a) VALUES (4);
--> ok
SELECT a, b FROM p ORDER BY a;
--> a int | b int
--> 1 | 5
--> 2 | 5
--> 3 | 5
--> 4 | 7
ALTER TABLE p ALTER COLUMN b DROP DEFAULT;
--> ok
SELECT a, b FROM p ORDER BY a;
--> a int | b int
--> 1 | 5
--> 2 | 5
--> 3 | 5
--> 4 | 7
ALTER TABLE p ALTER COLUMN a SET DEFAULT 9;
--> ok
SELECT a FROM p ORDER BY a;
--> a int
--> 1
--> 2
--> 3
--> 4
DESCRIBE p;
--> col_name string | data_type string | comment string
--> a | int | NULL
--> b | int | NULL
--> c | string | hi
--> '' | '' | ''
--> # Column Default Values | '' | ''
--> a | int | 9
--> c | string | '\'x\' \|\| \'y\''
SHOW CREATE TABLE p;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.added_defaults.p (\n  a INT DEFAULT 9,\n  b INT,\n  c STRING COLLATE UTF8_BINARY DEFAULT \'x\' \|\| \'y\' COMMENT \'hi\')\nUSING parquet\n'
ALTER TABLE p ADD COLUMNS (d INT NOT NULL DEFAULT 5);
--> error _LEGACY_ERROR_TEMP_1052
ALTER TABLE p ADD COLUMNS (e INT DEFAULT 'abc');
--> error INVALID_DEFAULT_VALUE.DATA_TYPE
ALTER TABLE p ADD COLUMNS (e INT DEFAULT (SELECT 1));
--> error INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION
ALTER TABLE p ADD COLUMNS (e INT DEFAULT a + 1);
--> error INVALID_DEFAULT_VALUE.NOT_CONSTANT
ALTER TABLE p ADD COLUMNS (b INT DEFAULT 1);
--> error COLUMN_ALREADY_EXISTS
ALTER TABLE p ADD COLUMNS (q INT DEFAULT 1, Q INT DEFAULT 2);
--> error COLUMN_ALREADY_EXISTS
CREATE TABLE types (a INT) USING parquet;
--> ok
INSERT INTO types VALUES (1);
--> ok
ALTER TABLE types ADD COLUMNS (c DECIMAL(5,2) DEFAULT 1.5, d DATE DEFAULT date'2020-01-01', f DOUBLE DEFAULT 1, g STRING DEFAULT NULL, h BIGINT DEFAULT 1, l TIMESTAMP_NTZ DEFAULT timestamp_ntz'2020-01-01 01:02:03', m BOOLEAN DEFAULT true, o FLOAT DEFAULT 1.5, t TIMESTAMP DEFAULT timestamp'2020-06-01 01:02:03.5', y TINYINT DEFAULT 3, s SMALLINT DEFAULT -3, q STRING DEFAULT 'it''s');
--> ok
SELECT c FROM types;
--> c decimal(5,2)
--> 1.50
SELECT d FROM types;
--> d date
--> 2020-01-01
SELECT f, g, h FROM types;
--> f double | g string | h bigint
--> 1.0 | NULL | 1
SELECT l FROM types;
--> l timestamp_ntz
--> 2020-01-01 01:02:03
SELECT m FROM types;
--> m boolean
--> True
SELECT o FROM types;
--> o float
--> 1.5
SELECT t FROM types;
--> t timestamp
--> 2020-06-01 01:02:03.500000
SELECT y, s FROM types;
--> y tinyint | s smallint
--> 3 | -3
SELECT q FROM types;
--> q string
--> 'it\'s'
SELECT a FROM types WHERE c = 1.5 AND d < date'2021-01-01' AND NOT (o > 2) AND h + y = 4;
--> a int
--> 1
CREATE TABLE parted (a INT, p INT) USING parquet PARTITIONED BY (p);
--> ok
INSERT INTO parted VALUES (1, 1);
--> ok
ALTER TABLE parted ADD COLUMNS (b INT DEFAULT 5);
--> ok
SELECT * FROM parted;
--> a int | b int | p int
--> 1 | 5 | 1
SELECT * FROM parted WHERE b IS NULL;
--> a int | b int | p int
CREATE TABLE texts (a INT, z STRING) USING csv;
--> ok
INSERT INTO texts VALUES (1, 'x'), (2, NULL);
--> ok
ALTER TABLE texts ADD COLUMNS (b INT DEFAULT 5, c STRING DEFAULT 'q');
--> ok
SELECT * FROM texts ORDER BY a;
--> a int | z string | b int | c string
--> 1 | x | 5 | q
--> 2 | NULL | 5 | q
SELECT b FROM texts;
--> b int
--> 5
--> 5
SELECT c, a FROM texts ORDER BY a;
--> c string | a int
--> q | 1
--> q | 2
SELECT count(*) FROM texts WHERE b = 5;
--> count(1) bigint
--> 2
INSERT INTO texts VALUES (3, 'y', NULL, NULL), (4, 'y', 8, '');
--> ok
SELECT * FROM texts ORDER BY a;
--> a int | z string | b int | c string
--> 1 | x | 5 | q
--> 2 | NULL | 5 | q
--> 3 | y | NULL | NULL
--> 4 | y | 8 | NULL
CREATE TABLE objects (a INT) USING json;
--> ok
INSERT INTO objects VALUES (1);
--> ok
ALTER TABLE objects ADD COLUMNS (b INT DEFAULT 5, s STRUCT<x: INT, y: INT> DEFAULT struct(1, 2));
--> ok
SELECT * FROM objects;
--> a int | b int | s struct<x:int,y:int>
--> 1 | 5 | {x: 1, y: 2}
SELECT s.y FROM objects WHERE b > 3;
--> y int
--> 2
INSERT INTO objects (a, b) VALUES (2, 6);
--> ok
SELECT a, b FROM objects ORDER BY a;
--> a int | b int
--> 1 | 5
--> 2 | 6
CREATE TABLE stripes (a INT) USING orc;
--> ok
INSERT INTO stripes VALUES (1);
--> ok
ALTER TABLE stripes ADD COLUMNS (b INT DEFAULT 5, s STRING DEFAULT 'x');
--> ok
SELECT * FROM stripes WHERE b = 5;
--> a int | b int | s string
--> 1 | 5 | x
SELECT s, count(*) FROM stripes GROUP BY s;
--> s string | count(1) bigint
--> x | 1
DROP DATABASE added_defaults CASCADE;
--> ok
