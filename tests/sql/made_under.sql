-- What views and functions are resolved under: the settings they were made with; views the database too.
CREATE DATABASE made_under;
--> ok
CREATE DATABASE made_elsewhere;
--> ok
USE made_under;
--> ok
CREATE TABLE ft USING parquet AS SELECT 10 AS v;
--> ok
CREATE TABLE made_elsewhere.ft USING parquet AS SELECT 20 AS v;
--> ok
CREATE FUNCTION ff() RETURNS INT RETURN (SELECT max(v) FROM ft);
--> ok
CREATE FUNCTION fg() RETURNS INT RETURN ff() + 1;
--> ok
CREATE FUNCTION ftab() RETURNS TABLE(v INT) RETURN SELECT * FROM ft;
--> ok
CREATE VIEW fv AS SELECT * FROM ft;
--> ok
CREATE VIEW fw AS SELECT ff() AS x, current_database() AS d;
--> ok
USE made_elsewhere;
--> ok
SELECT made_under.ff();
--> spark_catalog.made_under.ff() int
--> 20
SELECT made_under.fg();
--> error UNRESOLVED_ROUTINE
SELECT * FROM made_under.ftab();
--> v int
--> 20
SELECT * FROM made_under.fv;
--> v int
--> 10
SELECT * FROM made_under.fw;
--> x int | d string
--> 10 | made_elsewhere
USE made_under;
--> ok
SET spark.sql.ansi.enabled = false;
--> key string | value string
--> spark.sql.ansi.enabled | false
CREATE VIEW sv AS SELECT CAST('x' AS INT) AS i, 1 / 0 AS d, array(1)[5] AS e;
--> ok
CREATE FUNCTION sf(t STRING) RETURNS INT RETURN CAST(t AS INT);
--> ok
CREATE TEMP VIEW stv AS SELECT CAST('x' AS INT) AS i;
--> ok
RESET spark.sql.ansi.enabled;
--> ok
SELECT i, d, e FROM sv;
--> i int | d double | e int
--> NULL | NULL | NULL
SELECT i FROM stv;
--> i int
--> NULL
SELECT sf('x');
--> spark_catalog.made_under.sf(x) int
--> NULL
SELECT sf(CAST(CAST('y' AS INT) AS STRING));
--> error CAST_INVALID_INPUT
CREATE VIEW sv2 AS SELECT CAST('x' AS INT) AS i;
--> ok
SET spark.sql.ansi.enabled = false;
--> key string | value string
--> spark.sql.ansi.enabled | false
SELECT * FROM sv2;
--> error CAST_INVALID_INPUT
RESET spark.sql.ansi.enabled;
--> ok
SET spark.sql.session.timeZone = America/Los_Angeles;
--> key string | value string
--> spark.sql.session.timeZone | America/Los_Angeles
CREATE VIEW tzv AS SELECT TIMESTAMP '2020-01-01 00:00:00' t, CAST('2020-01-01' AS TIMESTAMP) t2, hour(TIMESTAMP '2020-01-01 00:00:00') h;
--> ok
CREATE TEMP VIEW tztv AS SELECT CAST('2020-01-01' AS TIMESTAMP) t2;
--> ok
SET spark.sql.session.timeZone = UTC;
--> key string | value string
--> spark.sql.session.timeZone | UTC
SELECT * FROM tzv;
--> t timestamp | t2 timestamp | h int
--> 2020-01-01 08:00:00 | 2020-01-01 08:00:00 | 0
SELECT * FROM tztv;
--> t2 timestamp
--> 2020-01-01 08:00:00
SET spark.sql.caseSensitive = true;
--> key string | value string
--> spark.sql.caseSensitive | true
CREATE VIEW csv AS SELECT a, A FROM VALUES (1, 2) t(a, A);
--> ok
RESET spark.sql.caseSensitive;
--> ok
SELECT * FROM csv;
--> a int | A int
--> 1 | 2
SELECT A FROM csv;
--> error AMBIGUOUS_REFERENCE
CREATE FUNCTION df1(x INT COMMENT 'the x', y INT DEFAULT 3) RETURNS INT COMMENT 'my f' RETURN x + y;
--> ok
DESCRIBE FUNCTION df1;
--> function_desc string
--> Function: spark_catalog.made_under.df1
--> Type:     SCALAR
--> Input:    x INT
--> '          y INT'
--> Returns:  INT
CREATE FUNCTION df2(x INT) RETURNS TABLE(a INT COMMENT 'ca', b STRING) LANGUAGE SQL DETERMINISTIC CONTAINS SQL RETURN SELECT x, 'b';
--> ok
DESCRIBE FUNCTION df2;
--> function_desc string
--> Function: spark_catalog.made_under.df2
--> Type:     TABLE
--> Input:    x INT
--> 'Returns:  a INT   '
--> '          b STRING'
CREATE TEMPORARY FUNCTION df3(x INT) RETURNS INT RETURN x + 1;
--> ok
DESCRIBE FUNCTION df3;
--> function_desc string
--> Function: df3
--> Type:     SCALAR
--> Input:    x INT
--> Returns:  INT
SHOW TABLES LIKE 'ft' AS JSON;
--> json_metadata string
--> {"tables":[{"name":"ft","namespace":["made_under"],"isTemporary":false}]}
SHOW TABLE EXTENDED LIKE 'ft' AS JSON;
--> json_metadata string
--> {"tables":[{"name":"ft","catalog":"spark_catalog","namespace":["made_under"],"type":"MANAGED","isTemporary":false}]}
SELECT * FROM ft VERSION AS OF 1;
--> error UNSUPPORTED_FEATURE.TIME_TRAVEL
SELECT * FROM ft TIMESTAMP AS OF '2020-01-01';
--> error UNSUPPORTED_FEATURE.TIME_TRAVEL
SELECT * FROM ft TIMESTAMP AS OF 'abc';
--> error INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.INPUT
SELECT * FROM ft TIMESTAMP AS OF nope;
--> error _LEGACY_ERROR_TEMP_0056
SELECT * FROM ft@v1;
--> error UNSUPPORTED_FEATURE.TIME_TRAVEL
SELECT * FROM ft@20200101000000000;
--> error UNSUPPORTED_FEATURE.TIME_TRAVEL
SELECT * FROM fv VERSION AS OF 1;
--> error UNSUPPORTED_FEATURE.TIME_TRAVEL
SELECT * FROM nope VERSION AS OF 1;
--> error TABLE_OR_VIEW_NOT_FOUND
WITH q AS (SELECT 1 a) SELECT * FROM q VERSION AS OF 1;
--> error UNSUPPORTED_FEATURE.TIME_TRAVEL
SELECT * FROM ft CHANGES FROM VERSION 1 TO VERSION 2;
--> error UNSUPPORTED_FEATURE.CHANGE_DATA_CAPTURE
SELECT count(*) FROM ft TABLESAMPLE SYSTEM (100 PERCENT);
--> error UNSUPPORTED_FEATURE.TABLESAMPLE_SYSTEM_NO_SCAN
USE default;
--> ok
DROP DATABASE made_under CASCADE;
--> ok
DROP DATABASE made_elsewhere CASCADE;
--> ok
