-- Session variables, EXECUTE IMMEDIATE and IDENTIFIER.
DECLARE OR REPLACE VARIABLE vx INT DEFAULT 5;
--> ok
SELECT vx, vx + 1, session.vx, system.session.vx;
--> vx int | (variablereference(system.session.vx=5) + 1) int | vx int | vx int
--> 5 | 6 | 5 | 5
SELECT vx AS a, abs(vx) FROM range(1);
--> a int | abs(variablereference(system.session.vx=5)) int
--> 5 | 5
SET VAR vx = vx + 1;
--> ok
SELECT vx;
--> vx int
--> 6
SET VAR vx = 'abc';
--> error CAST_INVALID_INPUT
SET VAR vx = 3.7;
--> ok
SELECT vx;
--> vx int
--> 3
SET VAR nope = 1;
--> error UNRESOLVED_VARIABLE
SET VAR vx = 1, vx = 2;
--> error DUPLICATE_ASSIGNMENTS
DECLARE VARIABLE vx INT;
--> error VARIABLE_ALREADY_EXISTS
DROP TEMPORARY VARIABLE nope;
--> error VARIABLE_NOT_FOUND
DROP TEMPORARY VARIABLE IF EXISTS nope;
--> ok
DECLARE OR REPLACE VARIABLE vs STRUCT<a: INT, b: STRING> DEFAULT named_struct('a', 1, 'b', 'x');
--> ok
SELECT vs.a, vs.b, vs;
--> a int | b string | vs struct<a:int,b:string>
--> 1 | x | {a: 1, b: 'x'}
SET VAR (vx, vs) = (SELECT 7, named_struct('a', 2, 'b', 'y'));
--> ok
SELECT vx, vs;
--> vx int | vs struct<a:int,b:string>
--> 7 | {a: 2, b: 'y'}
SET VAR (vx) = (SELECT 1 WHERE false);
--> ok
SELECT vx;
--> vx int
--> NULL
SET VAR (vx, vs) = (SELECT 1);
--> error ASSIGNMENT_ARITY_MISMATCH
SET VAR vx = DEFAULT;
--> ok
SELECT vx;
--> vx int
--> 5
SET vx = 5;
--> error UNSUPPORTED_FEATURE.SET_VARIABLE_USING_SET
SELECT nope;
--> error UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
EXECUTE IMMEDIATE 'SELECT ?, ?' USING 1, 'a';
--> 1 int | a string
--> 1 | a
EXECUTE IMMEDIATE 'SELECT :a + :b AS s' USING 1 AS a, vx AS b;
--> s int
--> 6
EXECUTE IMMEDIATE 'SELECT 42' INTO vx;
--> ok
SELECT vx;
--> vx int
--> 42
EXECUTE IMMEDIATE 'SELECT 1, 2' INTO vx;
--> error ASSIGNMENT_ARITY_MISMATCH
EXECUTE IMMEDIATE 'SET VAR vx = 1' INTO vx;
--> error INVALID_STATEMENT_FOR_EXECUTE_INTO
EXECUTE IMMEDIATE 'SET VAR vx = 99';
--> ok
SELECT vx;
--> vx int
--> 99
EXECUTE IMMEDIATE NULL;
--> error INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE
EXECUTE IMMEDIATE 5;
--> error INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE
EXECUTE IMMEDIATE 'SELECT ?' USING 1 + 1;
--> 2 int
--> 2
EXECUTE IMMEDIATE 'SELEC 1';
--> error PARSE_SYNTAX_ERROR
SELECT IDENTIFIER('id') FROM range(2);
--> id bigint
--> 0
--> 1
DECLARE OR REPLACE VARIABLE vn STRING DEFAULT 'id';
--> ok
SELECT IDENTIFIER(vn) FROM range(1);
--> id bigint
--> 0
SELECT IDENTIFIER('a' || 'bs')(-1);
--> abs(-1) int
--> 1
SELECT * FROM IDENTIFIER('ra' || 'nge')(2);
--> id bigint
--> 0
--> 1
SELECT IDENTIFIER(NULL);
--> error NOT_A_CONSTANT_STRING.WRONG_TYPE
SELECT IDENTIFIER(5);
--> error NOT_A_CONSTANT_STRING.WRONG_TYPE
SELECT IDENTIFIER(id) FROM range(1);
--> error NOT_A_CONSTANT_STRING.NOT_CONSTANT
DECLARE a1, a2 INT = 4;
--> ok
SELECT a1, a2;
--> a1 int | a2 int
--> 4 | 4
DECLARE OR REPLACE b1 = 'x' || 'y';
--> ok
SELECT b1, typeof(b1);
--> b1 string | typeof(variablereference(system.session.b1=\'xy\')) string
--> xy | string
DECLARE a.b.c INT;
--> error UNRESOLVED_VARIABLE
DECLARE x1, x1 INT;
--> error DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE
DECLARE OR REPLACE VARIABLE v1 DATE DEFAULT DATE'2020-01-01';
--> ok
SELECT year(v1), v1;
--> year(variablereference(system.session.v1=DATE \'2020-01-01\')) int | v1 date
--> 2020 | 2020-01-01
DECLARE OR REPLACE VARIABLE v2 DECIMAL(5,2) DEFAULT 1.5;
--> ok
SELECT v2 + 1;
--> (variablereference(system.session.v2=1.50BD) + 1) decimal(6,2)
--> 2.50
DECLARE OR REPLACE VARIABLE v3 BOOLEAN DEFAULT true;
--> ok
SELECT NOT v3;
--> (NOT variablereference(system.session.v3=true)) boolean
--> False
DECLARE OR REPLACE VARIABLE v4 BIGINT;
--> ok
SELECT v4 + 1;
--> (variablereference(system.session.v4=CAST(NULL AS BIGINT)) + 1) bigint
--> NULL
DECLARE OR REPLACE VARIABLE v5 DOUBLE DEFAULT 1.5;
--> ok
SELECT v5 + 1;
--> (variablereference(system.session.v5=1.5D) + 1) double
--> 2.5
DROP TEMPORARY VARIABLE v5;
--> ok
SELECT v5;
--> error UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
