-- Functions whose bodies are SQL.
CREATE TEMPORARY FUNCTION tf1(a INT, b INT DEFAULT 10) RETURNS INT RETURN a + b;
--> ok
SELECT tf1(1), tf1(1, 2), tf1(b => 3, a => 4), tf1('5');
--> tf1(1) int | tf1(1, 2) int | tf1(4, 3) int | tf1(5) int
--> 11 | 3 | 7 | 15
SELECT tf1();
--> error WRONG_NUM_ARGS.WITHOUT_SUGGESTION
SELECT tf1(1, 2, 3);
--> error WRONG_NUM_ARGS.WITHOUT_SUGGESTION
SELECT tf1(c => 1);
--> error UNRECOGNIZED_PARAMETER_NAME
SELECT tf1(1, a => 2);
--> error DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED
SELECT tf1('x');
--> error CAST_INVALID_INPUT
CREATE TEMPORARY FUNCTION tf2(a INT) RETURN a * 2.5;
--> ok
SELECT tf2(2), typeof(tf2(2));
--> tf2(2) decimal(13,1) | typeof(tf2(2)) string
--> 5.0 | decimal(13,1)
CREATE TEMPORARY FUNCTION tf3(n INT) RETURNS TABLE (i BIGINT, s STRING) RETURN SELECT id, 'v' || id FROM range(10) WHERE id < n;
--> ok
SELECT * FROM tf3(2);
--> i bigint | s string
--> 0 | v0
--> 1 | v1
SELECT t.i FROM tf3(2) t;
--> i bigint
--> 0
--> 1
SELECT * FROM range(1, 3) r, LATERAL tf3(CAST(r.id AS INT)) ORDER BY 1, 2;
--> id bigint | i bigint | s string
--> 1 | 0 | v0
--> 2 | 0 | v0
--> 2 | 1 | v1
SELECT tf1(CAST(id AS INT)) FROM range(3);
--> tf1(CAST(id AS INT)) int
--> 10
--> 11
--> 12
CREATE TEMPORARY FUNCTION tf4(a INT) RETURNS BIGINT RETURN SELECT max(id) FROM range(10) WHERE id < a;
--> ok
SELECT tf4(5);
--> tf4(5) bigint
--> 4
SELECT id, tf4(CAST(id AS INT)) AS m FROM range(3) ORDER BY id;
--> id bigint | m bigint
--> 0 | NULL
--> 1 | 0
--> 2 | 1
CREATE TEMPORARY FUNCTION tf1(a INT) RETURNS INT RETURN a;
--> error ROUTINE_ALREADY_EXISTS
CREATE TEMPORARY FUNCTION tf5(a INT) RETURNS INT RETURN sum(a);
--> error USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS
CREATE TEMPORARY FUNCTION tf7(a INT, a INT) RETURNS INT RETURN 1;
--> error DUPLICATE_ROUTINE_PARAMETER_NAMES
CREATE TEMPORARY FUNCTION tf8(a INT DEFAULT 1, b INT) RETURNS INT RETURN 1;
--> error USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION
CREATE TEMPORARY FUNCTION tf9(a INT) RETURNS TABLE (x INT) RETURN SELECT 1, 2;
--> error USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH
CREATE TEMPORARY FUNCTION tf10(a INT) RETURNS TABLE RETURN SELECT a AS q;
--> ok
SELECT * FROM tf10(3);
--> q int
--> 3
SELECT tf10(3);
--> error NOT_A_SCALAR_FUNCTION
SELECT * FROM tf1(1, 2);
--> error NOT_A_TABLE_FUNCTION
DROP TEMPORARY FUNCTION tf1;
--> ok
DROP TEMPORARY FUNCTION tf1;
--> error ROUTINE_NOT_FOUND
DROP TEMPORARY FUNCTION IF EXISTS tf1;
--> ok
CREATE FUNCTION pf1(a INT) RETURNS INT RETURN a + 1;
--> ok
SELECT pf1(1), default.pf1(2), spark_catalog.default.pf1(3);
--> spark_catalog.default.pf1(1) int | spark_catalog.default.pf1(2) int | spark_catalog.default.pf1(3) int
--> 2 | 3 | 4
CREATE FUNCTION pf1(a INT) RETURNS INT RETURN a + 1;
--> error ROUTINE_ALREADY_EXISTS
CREATE OR REPLACE FUNCTION pf1(a INT) RETURNS INT RETURN a + 2;
--> ok
SELECT pf1(1);
--> spark_catalog.default.pf1(1) int
--> 3
DROP FUNCTION pf1;
--> ok
DROP FUNCTION pf1;
--> error ROUTINE_NOT_FOUND
