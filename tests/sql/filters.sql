-- WHERE with nulls and three-valued logic.
CREATE TEMP VIEW t AS SELECT * FROM VALUES (1, 'a', true), (2, NULL, false), (NULL, 'b', NULL), (4, 'A', true) AS t(id, name, flag);
--> ok
SELECT id FROM t WHERE flag;
--> id int
--> 1
--> 4
SELECT id FROM t WHERE NOT flag;
--> id int
--> 2
SELECT id FROM t WHERE flag IS NOT TRUE;
--> id int
--> 2
--> NULL
SELECT id FROM t WHERE flag IS UNKNOWN;
--> id int
--> NULL
SELECT id FROM t WHERE flag IS FALSE OR id = 4;
--> id int
--> 2
--> 4
SELECT id FROM t WHERE id = NULL;
--> id int
SELECT id FROM t WHERE id <=> NULL;
--> id int
--> NULL
SELECT name FROM t WHERE id <> 1;
--> name string
--> NULL
--> A
SELECT name FROM t WHERE NOT (id = 1 OR name = 'b');
--> name string
--> A
SELECT id FROM t WHERE id IN (1, NULL);
--> id int
--> 1
SELECT id FROM t WHERE id NOT IN (1, NULL);
--> id int
SELECT id FROM t WHERE id NOT IN (1, 2);
--> id int
--> 4
SELECT id FROM t WHERE id IN ('1', '4');
--> id int
--> 1
--> 4
SELECT id FROM t WHERE name IN ('a', 'b');
--> id int
--> 1
--> NULL
SELECT id FROM t WHERE (id, name) IN ((1, 'a'), (NULL, 'b'));
--> error DATATYPE_MISMATCH.DATA_DIFF_TYPES
SELECT id FROM t WHERE id BETWEEN 1 AND 2;
--> id int
--> 1
--> 2
SELECT id FROM t WHERE id NOT BETWEEN 2 AND 3;
--> id int
--> 1
--> 4
SELECT id FROM t WHERE id BETWEEN NULL AND 3;
--> id int
SELECT id FROM t WHERE name LIKE '_';
--> id int
--> 1
--> NULL
--> 4
SELECT id FROM t WHERE name ILIKE 'A';
--> id int
--> 1
--> 4
SELECT id FROM t WHERE name LIKE ANY ('a', 'b');
--> id int
--> 1
--> NULL
SELECT id FROM t WHERE name LIKE ALL ('a%', '%a');
--> id int
--> 1
SELECT id FROM t WHERE name NOT LIKE ALL ('a', 'b');
--> id int
--> 4
SELECT id FROM t WHERE name LIKE 'a\%';
--> id int
SELECT id FROM t WHERE 'a%' LIKE 'a/%' ESCAPE '/';
--> id int
--> 1
--> 2
--> NULL
--> 4
SELECT id FROM t WHERE name RLIKE '^[ab]$';
--> id int
--> 1
--> NULL
SELECT id FROM t WHERE id = '1';
--> id int
--> 1
SELECT id FROM t WHERE name = 1;
--> error CAST_INVALID_INPUT
SELECT id FROM t WHERE 1;
--> error DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN
SELECT id FROM t WHERE 'true';
--> error DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN
SELECT id AS x FROM t WHERE x = 1;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT id, flag AND NULL, flag OR NULL, NOT flag FROM t;
--> id int | (flag AND NULL) boolean | (flag OR NULL) boolean | (NOT flag) boolean
--> 1 | NULL | True | False
--> 2 | False | NULL | True
--> NULL | NULL | NULL | NULL
--> 4 | NULL | True | False
SELECT id FROM t WHERE coalesce(flag, true);
--> id int
--> 1
--> NULL
--> 4
SELECT id FROM t WHERE id > (SELECT min(id) FROM t);
--> id int
--> 2
--> 4
SELECT id FROM t WHERE 1 / (id - 1) > 0 AND id > 1;
--> error DIVIDE_BY_ZERO
SELECT count(*) FROM t WHERE false;
--> count(1) bigint
--> 0
SELECT id FROM t WHERE id IS DISTINCT FROM 1;
--> id int
--> 2
--> NULL
--> 4
SELECT id FROM t WHERE isnull(name) OR isnotnull(flag) AND id > 1;
--> id int
--> 2
--> 4
SELECT id FROM t WHERE id == 1 OR id !> 2;
--> id int
--> 1
--> 2
SELECT id FROM t WHERE (id, name) IN ((1, 'a'), (2, 'b'));
--> id int
--> 1
SELECT id FROM t WHERE NULL;
--> error DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN
SELECT id FROM t WHERE sum(id) > 1;
--> error INVALID_WHERE_CONDITION
-- known differences
-- not supported
SELECT id FROM t WHERE name = 'a' COLLATE UTF8_LCASE;
--> id int
--> 1
--> 4
