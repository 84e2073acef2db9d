-- Names in double quotes, reserved words, and the edges of EXECUTE IMMEDIATE.
SET spark.sql.ansi.enforceReservedKeywords = true;
--> key string | value string
--> spark.sql.ansi.enforceReservedKeywords | true
SELECT 1 AS select;
--> error PARSE_SYNTAX_ERROR
SELECT 1 AS user;
--> error PARSE_SYNTAX_ERROR
SELECT 1 AS `select`;
--> select int
--> 1
SELECT a FROM VALUES (1) t(a) ORDER BY a;
--> a int
--> 1
SELECT 1 AS date, 2 AS timestamp, 3 AS count;
--> date int | timestamp int | count int
--> 1 | 2 | 3
SELECT current_user IS NULL, current_date IS NULL;
--> (current_user() IS NULL) boolean | (current_date() IS NULL) boolean
--> False | False
SELECT left('abc', 1), right('abc', 1);
--> left(abc, 1) string | right(abc, 1) string
--> a | c
SELECT any(true), some(true);
--> error PARSE_SYNTAX_ERROR
SELECT 1 left;
--> error PARSE_SYNTAX_ERROR
SELECT t.select FROM VALUES (1) t(`select`);
--> error PARSE_SYNTAX_ERROR
SELECT 1 AS all;
--> error PARSE_SYNTAX_ERROR
CREATE TEMP VIEW user AS SELECT 1;
--> error PARSE_SYNTAX_ERROR
SELECT a table FROM VALUES (1) t(a);
--> error PARSE_SYNTAX_ERROR
RESET spark.sql.ansi.enforceReservedKeywords;
--> ok
SELECT 1 AS select;
--> select int
--> 1
SET spark.sql.ansi.doubleQuotedIdentifiers = true;
--> key string | value string
--> spark.sql.ansi.doubleQuotedIdentifiers | true
SELECT "a" FROM VALUES (1) t("a");
--> a int
--> 1
SELECT 1 AS "x y";
--> x y int
--> 1
SELECT 'a' || "b" FROM VALUES ('q') "t"("b");
--> concat(a, b) string
--> aq
SELECT 1 AS "x""y";
--> x"y int
--> 1
SELECT "t"."b" FROM VALUES ('q') "t"("b");
--> b string
--> q
SELECT date "2020-01-01";
--> error PARSE_SYNTAX_ERROR
SELECT 1 FROM VALUES ("x") t(a);
--> error UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
SELECT "";
--> error UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
SELECT "a" "b" FROM VALUES (1) t(a);
--> error PARSE_SYNTAX_ERROR
SELECT a AS "b" FROM VALUES (1) t(a) ORDER BY "b";
--> b int
--> 1
RESET spark.sql.ansi.doubleQuotedIdentifiers;
--> ok
SELECT "a" FROM VALUES (1) t(a);
--> a string
--> a
SELECT version() LIKE '4.3.0%';
--> version() LIKE 4.3.0% boolean
--> True
EXECUTE IMMEDIATE 'SELECT ?' USING 5 AS a;
--> 5 int
--> 5
EXECUTE IMMEDIATE 'SELECT :a' USING 5;
--> error ALL_PARAMETERS_MUST_BE_NAMED
EXECUTE IMMEDIATE 'SELECT :a, ?' USING 5 AS a, 6;
--> error INVALID_QUERY_MIXED_QUERY_PARAMETERS
EXECUTE IMMEDIATE 'SELECT 7' INTO nope;
--> error UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
EXECUTE IMMEDIATE (SELECT 'SELECT 1');
--> error UNSUPPORTED_EXPR_FOR_PARAMETER
EXECUTE IMMEDIATE 'SELECT :a' USING (SELECT 1) AS a;
--> error UNSUPPORTED_EXPR_FOR_PARAMETER
EXECUTE IMMEDIATE 'SELECT typeof(:a)' USING NULL AS a;
--> typeof(NULL) string
--> void
EXECUTE IMMEDIATE 'SELECT :a' USING rand() AS a;
--> error UNSUPPORTED_EXPR_FOR_PARAMETER
EXECUTE IMMEDIATE 'SELECT :a' USING 1 + 1 AS a;
--> 2 int
--> 2
EXECUTE IMMEDIATE concat('SELECT ', '1');
--> 1 int
--> 1
