-- What SELECT calls the columns that nobody named.
CREATE TEMP VIEW t AS SELECT * FROM VALUES (1, 'a', 1.5), (2, 'b', NULL), (NULL, 'c', 2.5) AS t(id, name, price);
--> ok
SELECT id, id + 1, -id, id * 2 - 1, id / 2, id % 2 FROM t;
--> id int | (id + 1) int | (- id) int | ((id * 2) - 1) int | (id / 2) double | (id % 2) int
--> 1 | 2 | -1 | 1 | 0.5 | 1
--> 2 | 3 | -2 | 3 | 1.0 | 0
--> NULL | NULL | NULL | NULL | NULL | NULL
SELECT 1, 'a', 1.5, 1e3, true, NULL, 1L, 2S, 3Y, 1.0D, 1.0F, 1.5BD;
--> 1 int | a string | 1.5 decimal(2,1) | 1000.0 double | true boolean | NULL void | 1 bigint | 2 smallint | 3 tinyint | 1.0 double | 1.0 float | 1.5 decimal(2,1)
--> 1 | a | 1.5 | 1000.0 | True | NULL | 1 | 2 | 3 | 1.0 | 1.0 | 1.5
SELECT upper(name), length(name), concat(name, 'x', id) FROM t;
--> upper(name) string | length(name) int | concat(name, x, id) string
--> A | 1 | ax1
--> B | 1 | bx2
--> C | 1 | NULL
SELECT count(*), count(1), count(id), sum(id), count(DISTINCT name), avg(price), max(name) FROM t;
--> count(1) bigint | count(1) bigint | count(id) bigint | sum(id) bigint | count(DISTINCT name) bigint | avg(price) decimal(6,5) | max(name) string
--> 3 | 3 | 2 | 3 | 3 | 2.00000 | c
SELECT CAST(id AS string), id::double, TRY_CAST(name AS int) FROM t;
--> id string | id double | name int
--> 1 | 1.0 | NULL
--> 2 | 2.0 | NULL
--> NULL | NULL | NULL
SELECT CASE WHEN id = 1 THEN 'x' ELSE 'y' END, CASE id WHEN 1 THEN 'x' END, if(id = 1, 'p', 'q') FROM t;
--> CASE WHEN (id = 1) THEN x ELSE y END string | CASE WHEN (id = 1) THEN x END string | (IF((id = 1), p, q)) string
--> x | x | p
--> y | NULL | q
--> y | NULL | q
SELECT id = 1, id <> 1, id != 1, id <=> NULL, id > 1 AND name = 'a', NOT id = 1, id IS NULL, id IS NOT NULL FROM t;
--> (id = 1) boolean | (NOT (id = 1)) boolean | (NOT (id = 1)) boolean | (id <=> NULL) boolean | ((id > 1) AND (name = a)) boolean | (NOT (id = 1)) boolean | (id IS NULL) boolean | (id IS NOT NULL) boolean
--> True | False | False | False | False | False | False | True
--> False | True | True | False | False | True | False | True
--> NULL | NULL | NULL | True | False | NULL | True | False
SELECT name || 'x', id & 1, id | 2, id ^ 3, ~id FROM t;
--> concat(name, x) string | (id & 1) int | (id \| 2) int | (id ^ 3) int | ~id int
--> ax | 1 | 3 | 2 | -2
--> bx | 0 | 2 | 1 | -3
--> cx | NULL | NULL | NULL | NULL
SELECT array(1, 2)[0], map('a', 1)['a'], struct(1, 'x').col1, named_struct('q', 5).q;
--> array(1, 2)[0] int | map(a, 1)[a] int | struct(1, x).col1 int | named_struct(q, 5).q int
--> 1 | 1 | 1 | 5
SELECT array(1, 2), map('a', 1), struct(1, 'x'), named_struct('q', 5);
--> array(1, 2) array<int> | map(a, 1) map<string,int> | struct(1, x) struct<col1:int,col2:string> | named_struct(q, 5) struct<q:int>
--> [1, 2] | {'a' -> 1} | {col1: 1, col2: 'x'} | {q: 5}
SELECT coalesce(id, 0), nvl(id, 0), nullif(id, 1), ifnull(id, 0) FROM t;
--> coalesce(id, 0) int | nvl(id, 0) int | nullif(id, 1) int | ifnull(id, 0) int
--> 1 | 1 | NULL | 1
--> 2 | 2 | 2 | 2
--> 0 | 0 | NULL | 0
SELECT row_number() OVER (ORDER BY id) FROM t;
--> row_number() OVER (ORDER BY id ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) int
--> 1
--> 2
--> 3
SELECT sum(id) OVER (PARTITION BY name ORDER BY price DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t;
--> sum(id) OVER (PARTITION BY name ORDER BY price DESC NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) bigint
--> 1
--> 2
--> NULL
SELECT t.id, t.name AS n, t.* FROM t;
--> id int | n string | id int | name string | price decimal(2,1)
--> 1 | a | 1 | a | 1.5
--> 2 | b | 2 | b | NULL
--> NULL | c | NULL | c | 2.5
SELECT * EXCEPT (price) FROM t;
--> id int | name string
--> 1 | a
--> 2 | b
--> NULL | c
SELECT id AS `a b`, id AS `select`, id `x` FROM t;
--> a b int | select int | x int
--> 1 | 1 | 1
--> 2 | 2 | 2
--> NULL | NULL | NULL
SELECT ID, Name, T.PRICE FROM t;
--> ID int | Name string | PRICE decimal(2,1)
--> 1 | a | 1.5
--> 2 | b | NULL
--> NULL | c | 2.5
SELECT current_database(), current_catalog();
--> current_schema() string | current_catalog() string
--> default | spark_catalog
SELECT 1 AS x, 2 AS x;
--> x int | x int
--> 1 | 2
SELECT * FROM (SELECT 1 AS x, 2 AS x);
--> x int | x int
--> 1 | 2
SELECT x FROM (SELECT 1 AS x, 2 AS x);
--> error AMBIGUOUS_REFERENCE
SELECT nope FROM t;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT t.nope FROM t;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT u.id FROM t;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT id FROM nope;
--> error TABLE_OR_VIEW_NOT_FOUND
SELECT nope(id) FROM t;
--> error UNRESOLVED_ROUTINE
SELECT id, count(*) FROM t;
--> error MISSING_GROUP_BY
SELECT DISTINCT id IS NULL FROM t;
--> (id IS NULL) boolean
--> False
--> True
SELECT first(id) IGNORE NULLS, any_value(name) FROM t WHERE id = 1;
--> first(id) int | any_value(name) string
--> 1 | a
SELECT count(*) FILTER (WHERE id > 1), sum(DISTINCT id) FROM t;
--> count(1) FILTER (WHERE (id > 1)) bigint | sum(DISTINCT id) bigint
--> 1 | 3
SELECT stack(2, 1, 'a', 2, 'b');
--> col0 int | col1 string
--> 1 | a
--> 2 | b
SELECT inline(array(struct(1, 'a'), struct(2, 'b')));
--> col1 int | col2 string
--> 1 | a
--> 2 | b
SELECT explode(map('a', 1));
--> key string | value int
--> a | 1
SELECT posexplode(array(10, 20));
--> pos int | col int
--> 0 | 10
--> 1 | 20
SELECT explode(array(1, 2)) AS x, 5;
--> x int | 5 int
--> 1 | 5
--> 2 | 5
VALUES (1, 'a'), (2, 'b');
--> col1 int | col2 string
--> 1 | a
--> 2 | b
FROM t SELECT id;
--> id int
--> 1
--> 2
--> NULL
TABLE t;
--> id int | name string | price decimal(2,1)
--> 1 | a | 1.5
--> 2 | b | NULL
--> NULL | c | 2.5
SELECT;
--> error PARSE_SYNTAX_ERROR
SELECT (SELECT max(id) FROM t), EXISTS (SELECT 1 FROM t);
--> scalarsubquery() int | exists() boolean
--> 2 | True
-- known differences

-- another column name
SELECT id IN (1, 2), id NOT IN (1, 2), id BETWEEN 1 AND 2, name LIKE 'a%', name RLIKE 'a', name NOT LIKE 'a%' FROM t;
--> (id IN (1, 2)) boolean | (NOT (id IN (1, 2))) boolean | between(id, 1, 2) boolean | name LIKE a% boolean | RLIKE(name, a) boolean | (NOT name LIKE a%) boolean
--> True | False | True | True | True | False
--> True | False | True | False | False | True
--> NULL | NULL | NULL | False | False | True
-- another column name
SELECT DATE '2024-02-29', TIMESTAMP '2024-02-29 12:30:00', INTERVAL '1' DAY, X'1F';
--> DATE \'2024-02-29\' date | TIMESTAMP \'2024-02-29 12:30:00\' timestamp | INTERVAL \'1\' DAY interval day | X\'1F\' binary
--> 2024-02-29 | 2024-02-29 12:30:00 | 1 day, 0:00:00 | X'1F'
-- another column name
SELECT transform(array(1, 2), x -> x + 1), filter(array(1, 2), x -> x > 1);
--> transform(array(1, 2), lambdafunction((namedlambdavariable() + 1), namedlambdavariable())) array<int> | filter(array(1, 2), lambdafunction((namedlambdavariable() > 1), namedlambdavariable())) array<int>
--> [2, 3] | [2]
-- another column name
SELECT extract(YEAR FROM DATE '2024-02-29'), date_part('month', DATE '2024-02-29'), year(DATE '2024-02-29');
--> extract(YEAR FROM DATE \'2024-02-29\') int | date_part(month, DATE \'2024-02-29\') int | year(DATE \'2024-02-29\') int
--> 2024 | 2 | 2024
-- another column name
SELECT substring('abc', 2), substr('abc', 1, 2), trim('  x '), trim(BOTH 'x' FROM 'xax'), position('b' IN 'abc');
--> substring(abc, 2, 2147483647) string | substr(abc, 1, 2) string | trim(  x ) string | TRIM(BOTH x FROM xax) string | locate(b, abc, 1) int
--> bc | ab | x | a | 2
-- another column name
SELECT id AS a, a + 1 AS b, b * 2 FROM t;
--> a int | b int | (lateralAliasReference(b) * 2) int
--> 1 | 2 | 4
--> 2 | 3 | 6
--> NULL | NULL | NULL
-- another column name
SELECT sum(id) AS s, s + 1 FROM t;
--> s bigint | (lateralAliasReference(s) + 1) bigint
--> 3 | 4
-- another condition: PARSE_SYNTAX_ERROR
SELECT FROM t;
--> error UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
