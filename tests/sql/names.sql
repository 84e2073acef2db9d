-- Case-insensitive names and duplicate names.
CREATE TEMP VIEW Mixed AS SELECT 1 AS Id, 'a' AS NAME, named_struct('Inner', 5) AS St;
--> ok
SELECT id, name, ID, Name FROM mixed;
--> id int | name string | ID int | Name string
--> 1 | a | 1 | a
SELECT * FROM MIXED;
--> Id int | NAME string | St struct<Inner:int>
--> 1 | a | {Inner: 5}
SELECT mixed.ID, MIXED.name FROM Mixed;
--> ID int | name string
--> 1 | a
SELECT M.id FROM mixed m;
--> id int
--> 1
SELECT mixed.id FROM mixed m;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT st.inner, ST.INNER FROM mixed;
--> inner int | INNER int
--> 5 | 5
SELECT `id` AS `Some Name`, `Id` FROM mixed;
--> Some Name int | Id int
--> 1 | 1
SELECT id AS a, name AS A FROM mixed;
--> a int | A string
--> 1 | a
SELECT a FROM (SELECT id AS a, name AS A FROM mixed);
--> error AMBIGUOUS_REFERENCE
SELECT * FROM (SELECT id AS a, name AS a FROM mixed) WHERE 1 = 1;
--> a int | a string
--> 1 | a
SELECT id, id FROM mixed;
--> id int | id int
--> 1 | 1
SELECT * FROM mixed a JOIN mixed b ON a.id = b.id;
--> Id int | NAME string | St struct<Inner:int> | Id int | NAME string | St struct<Inner:int>
--> 1 | a | {Inner: 5} | 1 | a | {Inner: 5}
SELECT a.*, b.id FROM mixed a JOIN mixed b ON a.id = b.id;
--> Id int | NAME string | St struct<Inner:int> | id int
--> 1 | a | {Inner: 5} | 1
SELECT id FROM mixed a JOIN mixed b ON a.id = b.id;
--> error AMBIGUOUS_REFERENCE
SELECT *, id AS extra FROM mixed;
--> Id int | NAME string | St struct<Inner:int> | extra int
--> 1 | a | {Inner: 5} | 1
SELECT *, * FROM mixed;
--> Id int | NAME string | St struct<Inner:int> | Id int | NAME string | St struct<Inner:int>
--> 1 | a | {Inner: 5} | 1 | a | {Inner: 5}
SELECT m.*, 1 AS one FROM mixed m;
--> Id int | NAME string | St struct<Inner:int> | one int
--> 1 | a | {Inner: 5} | 1
SELECT x.* FROM mixed m;
--> error CANNOT_RESOLVE_STAR_EXPAND
SELECT count(*) FROM (SELECT id, id FROM mixed);
--> count(1) bigint
--> 1
SELECT ID, count(*) FROM mixed GROUP BY id;
--> ID int | count(1) bigint
--> 1 | 1
SELECT id AS total FROM mixed GROUP BY ID;
--> total int
--> 1
SELECT sum(ID) AS Total FROM mixed HAVING TOTAL > 0;
--> Total bigint
--> 1
SELECT UPPER(name), UpPer(NAME) FROM mixed;
--> upper(name) string | upper(NAME) string
--> A | A
SELECT id i, name AS n FROM mixed ORDER BY I, N;
--> i int | n string
--> 1 | a
SELECT `a.b`, `a.b` + 1 FROM (SELECT 1 AS `a.b`);
--> a.b int | (a.b + 1) int
--> 1 | 2
SELECT a.b FROM (SELECT 1 AS `a.b`);
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT `x``y` FROM (SELECT 1 AS `x``y`);
--> x`y int
--> 1
SELECT `` FROM mixed;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT t.`select`, `from` FROM (SELECT 1 AS `select`, 2 AS `from`) t;
--> select int | from int
--> 1 | 2
SELECT date, timestamp, year FROM (SELECT 1 AS date, 2 AS timestamp, 3 AS year);
--> date int | timestamp int | year int
--> 1 | 2 | 3
SELECT left, right, values FROM (SELECT 1 AS left, 2 AS right, 3 AS values);
--> left int | right int | values int
--> 1 | 2 | 3
SELECT `ünï` FROM (SELECT 1 AS `Ünï`);
--> ünï int
--> 1
SELECT spark_catalog.default.nope.id FROM mixed;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT * EXCEPT (ID) FROM mixed;
--> NAME string | St struct<Inner:int>
--> a | {Inner: 5}
SELECT * EXCEPT (nope) FROM mixed;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT * EXCEPT (id, name, st) FROM mixed;
--> ok
SELECT 1a FROM mixed;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT id AS 1a FROM mixed;
--> 1a int
--> 1
SELECT a.id FROM mixed AS a, mixed AS a;
--> error AMBIGUOUS_REFERENCE
SELECT id FROM mixed, mixed;
--> error AMBIGUOUS_REFERENCE

-- known differences
-- answers where Spark refuses
SELECT ünï FROM (SELECT 1 AS `ünï`);
--> error INVALID_IDENTIFIER
