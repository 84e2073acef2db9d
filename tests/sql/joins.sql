-- Joins of all kinds, with nulls in the keys.
CREATE TEMP VIEW l AS SELECT * FROM VALUES (1, 'a'), (2, 'b'), (NULL, 'n'), (2, 'c') AS l(id, x);
--> ok
CREATE TEMP VIEW r AS SELECT * FROM VALUES (2, 'p'), (3, 'q'), (NULL, 'm') AS r(id, y);
--> ok
SELECT * FROM l JOIN r ON l.id = r.id;
--> id int | x string | id int | y string
--> 2 | b | 2 | p
--> 2 | c | 2 | p
SELECT * FROM l LEFT JOIN r ON l.id = r.id;
--> id int | x string | id int | y string
--> 1 | a | NULL | NULL
--> 2 | b | 2 | p
--> NULL | n | NULL | NULL
--> 2 | c | 2 | p
SELECT * FROM l RIGHT OUTER JOIN r ON l.id = r.id;
--> id int | x string | id int | y string
--> 2 | c | 2 | p
--> 2 | b | 2 | p
--> NULL | NULL | 3 | q
--> NULL | NULL | NULL | m
SELECT * FROM l FULL OUTER JOIN r ON l.id = r.id;
--> id int | x string | id int | y string
--> NULL | n | NULL | NULL
--> NULL | NULL | NULL | m
--> 1 | a | NULL | NULL
--> 2 | b | 2 | p
--> 2 | c | 2 | p
--> NULL | NULL | 3 | q
SELECT * FROM l LEFT SEMI JOIN r ON l.id = r.id;
--> id int | x string
--> 2 | b
--> 2 | c
SELECT * FROM l LEFT ANTI JOIN r ON l.id = r.id;
--> id int | x string
--> 1 | a
--> NULL | n
SELECT * FROM l SEMI JOIN r USING (id);
--> id int | x string
--> 2 | b
--> 2 | c
SELECT * FROM l ANTI JOIN r USING (id);
--> id int | x string
--> 1 | a
--> NULL | n
SELECT * FROM l CROSS JOIN r;
--> id int | x string | id int | y string
--> 1 | a | 2 | p
--> 1 | a | 3 | q
--> 1 | a | NULL | m
--> 2 | b | 2 | p
--> 2 | b | 3 | q
--> 2 | b | NULL | m
--> NULL | n | 2 | p
--> NULL | n | 3 | q
--> NULL | n | NULL | m
--> 2 | c | 2 | p
--> 2 | c | 3 | q
--> 2 | c | NULL | m
SELECT * FROM l, r WHERE l.id < r.id;
--> id int | x string | id int | y string
--> 1 | a | 2 | p
--> 1 | a | 3 | q
--> 2 | b | 3 | q
--> 2 | c | 3 | q
SELECT * FROM l JOIN r USING (id);
--> id int | x string | y string
--> 2 | b | p
--> 2 | c | p
SELECT * FROM l LEFT JOIN r USING (id);
--> id int | x string | y string
--> 1 | a | NULL
--> 2 | b | p
--> NULL | n | NULL
--> 2 | c | p
SELECT * FROM l RIGHT JOIN r USING (id);
--> id int | x string | y string
--> 2 | c | p
--> 2 | b | p
--> 3 | NULL | q
--> NULL | NULL | m
SELECT * FROM l FULL JOIN r USING (id);
--> id int | x string | y string
--> NULL | n | NULL
--> NULL | NULL | m
--> 1 | a | NULL
--> 2 | b | p
--> 2 | c | p
--> 3 | NULL | q
SELECT l.id, r.id, id FROM l FULL JOIN r USING (id);
--> id int | id int | id int
--> NULL | NULL | NULL
--> NULL | NULL | NULL
--> 1 | NULL | 1
--> 2 | 2 | 2
--> 2 | 2 | 2
--> NULL | 3 | 3
SELECT l.id, r.id FROM l LEFT JOIN r USING (id);
--> id int | id int
--> 1 | NULL
--> 2 | 2
--> NULL | NULL
--> 2 | 2
SELECT * FROM l NATURAL JOIN r;
--> id int | x string | y string
--> 2 | b | p
--> 2 | c | p
SELECT * FROM l NATURAL LEFT JOIN r;
--> id int | x string | y string
--> 1 | a | NULL
--> 2 | b | p
--> NULL | n | NULL
--> 2 | c | p
SELECT * FROM l NATURAL FULL OUTER JOIN r;
--> id int | x string | y string
--> NULL | n | NULL
--> NULL | NULL | m
--> 1 | a | NULL
--> 2 | b | p
--> 2 | c | p
--> 3 | NULL | q
SELECT * FROM l a NATURAL JOIN l b;
--> id int | x string
--> 1 | a
--> 2 | b
--> 2 | c
SELECT * FROM l LEFT JOIN r ON l.id < r.id;
--> id int | x string | id int | y string
--> 1 | a | 2 | p
--> 1 | a | 3 | q
--> 2 | b | 3 | q
--> NULL | n | NULL | NULL
--> 2 | c | 3 | q
SELECT * FROM l FULL JOIN r ON l.id < r.id;
--> id int | x string | id int | y string
--> 1 | a | 2 | p
--> 1 | a | 3 | q
--> 2 | b | 3 | q
--> NULL | n | NULL | NULL
--> 2 | c | 3 | q
--> NULL | NULL | NULL | m
SELECT * FROM l RIGHT JOIN r ON l.id > r.id;
--> id int | x string | id int | y string
--> NULL | NULL | 2 | p
--> NULL | NULL | 3 | q
--> NULL | NULL | NULL | m
SELECT * FROM l LEFT JOIN r ON l.id = r.id AND l.x = 'b';
--> id int | x string | id int | y string
--> 1 | a | NULL | NULL
--> 2 | b | 2 | p
--> NULL | n | NULL | NULL
--> 2 | c | NULL | NULL
SELECT * FROM l LEFT JOIN r ON l.id = r.id WHERE r.y IS NULL;
--> id int | x string | id int | y string
--> 1 | a | NULL | NULL
--> NULL | n | NULL | NULL
SELECT * FROM l FULL JOIN r ON l.id = r.id AND r.y > 'p';
--> id int | x string | id int | y string
--> NULL | n | NULL | NULL
--> NULL | NULL | NULL | m
--> 1 | a | NULL | NULL
--> 2 | b | NULL | NULL
--> 2 | c | NULL | NULL
--> NULL | NULL | 2 | p
--> NULL | NULL | 3 | q
SELECT * FROM l LEFT JOIN r ON false;
--> id int | x string | id int | y string
--> 1 | a | NULL | NULL
--> 2 | b | NULL | NULL
--> NULL | n | NULL | NULL
--> 2 | c | NULL | NULL
SELECT * FROM l FULL JOIN r ON l.x = 'b';
--> id int | x string | id int | y string
--> 1 | a | NULL | NULL
--> 2 | b | 2 | p
--> 2 | b | 3 | q
--> 2 | b | NULL | m
--> NULL | n | NULL | NULL
--> 2 | c | NULL | NULL
SELECT * FROM l JOIN r ON l.id <=> r.id;
--> id int | x string | id int | y string
--> 2 | b | 2 | p
--> NULL | n | NULL | m
--> 2 | c | 2 | p
SELECT * FROM l FULL JOIN r ON l.id <=> r.id;
--> id int | x string | id int | y string
--> NULL | n | NULL | m
--> 1 | a | NULL | NULL
--> 2 | b | 2 | p
--> 2 | c | 2 | p
--> NULL | NULL | 3 | q
SELECT * FROM l LEFT ANTI JOIN r ON l.id <=> r.id;
--> id int | x string
--> 1 | a
SELECT * FROM l LEFT ANTI JOIN r ON l.id < r.id;
--> id int | x string
--> NULL | n
SELECT * FROM l LEFT SEMI JOIN r ON l.id < r.id;
--> id int | x string
--> 1 | a
--> 2 | b
--> 2 | c
SELECT * FROM l LEFT SEMI JOIN r;
--> id int | x string
--> 1 | a
--> 2 | b
--> NULL | n
--> 2 | c
SELECT a.x, b.x FROM l a JOIN l b ON a.id = b.id;
--> x string | x string
--> a | a
--> b | c
--> b | b
--> c | c
--> c | b
SELECT a.x, b.x FROM l a LEFT JOIN l b ON a.id + 1 = b.id ORDER BY a.x, b.x;
--> x string | x string
--> a | b
--> a | c
--> b | NULL
--> c | NULL
--> n | NULL
SELECT id FROM l JOIN r ON l.id = r.id;
--> error AMBIGUOUS_REFERENCE
SELECT l.y FROM l JOIN r ON l.id = r.id;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT * FROM l JOIN r ON id = 2;
--> error AMBIGUOUS_REFERENCE
SELECT * FROM l JOIN r USING (nope);
--> error UNRESOLVED_USING_COLUMN_FOR_JOIN
SELECT l.x, r.y, z.id FROM l JOIN r USING (id) JOIN range(5) z USING (id);
--> x string | y string | id bigint
--> b | p | 2
--> c | p | 2
SELECT * FROM l LEFT JOIN r USING (id) LEFT JOIN (SELECT 2 AS id, 'k' AS k) s USING (id);
--> id int | x string | y string | k string
--> 1 | a | NULL | NULL
--> 2 | b | p | k
--> NULL | n | NULL | NULL
--> 2 | c | p | k
SELECT * FROM (l JOIN r ON l.id = r.id) LEFT JOIN range(3) z ON z.id = l.id;
--> id int | x string | id int | y string | id bigint
--> 2 | b | 2 | p | 2
--> 2 | c | 2 | p | 2
SELECT * FROM l LEFT JOIN (r JOIN range(3) z ON z.id = r.id) ON l.id = r.id;
--> id int | x string | id int | y string | id bigint
--> 1 | a | NULL | NULL | NULL
--> 2 | b | 2 | p | 2
--> NULL | n | NULL | NULL | NULL
--> 2 | c | 2 | p | 2
SELECT count(*) FROM l a, l b, r c;
--> count(1) bigint
--> 48
SELECT * FROM l JOIN r;
--> id int | x string | id int | y string
--> 1 | a | 2 | p
--> 1 | a | 3 | q
--> 1 | a | NULL | m
--> 2 | b | 2 | p
--> 2 | b | 3 | q
--> 2 | b | NULL | m
--> NULL | n | 2 | p
--> NULL | n | 3 | q
--> NULL | n | NULL | m
--> 2 | c | 2 | p
--> 2 | c | 3 | q
--> 2 | c | NULL | m
SELECT * FROM l LEFT SEMI JOIN r ON l.id = r.id WHERE y = 'p';
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT * FROM (SELECT 1 AS k, '1' AS s) a JOIN (SELECT 1.0 AS k, 1 AS s) b ON a.k = b.k AND a.s = b.s;
--> k int | s string | k decimal(2,1) | s int
--> 1 | 1 | 1.0 | 1
SELECT * FROM (SELECT 1 AS id) JOIN (SELECT 1L AS id) USING (id);
--> id int
--> 1
SELECT * FROM (SELECT 1 AS id) FULL JOIN (SELECT 2L AS id) USING (id);
--> id bigint
--> 2
--> 1
SELECT * FROM (SELECT 1 AS `ID`, 'u' AS v) JOIN (SELECT 1 AS id) USING (id);
--> ID int | v string
--> 1 | u
SELECT /*+ BROADCAST(r) */ l.x, r.y FROM l JOIN r ON l.id = r.id;
--> x string | y string
--> b | p
--> c | p
SELECT * FROM (SELECT double('NaN') AS d) a JOIN (SELECT double('NaN') AS d) b ON a.d = b.d;
--> d double | d double
--> nan | nan
SELECT * FROM (SELECT -0.0D AS d) a JOIN (SELECT 0.0D AS d) b ON a.d = b.d;
--> d double | d double
--> -0.0 | 0.0
SELECT l.* FROM l RIGHT JOIN r USING (id);
--> id int | x string
--> 2 | c
--> 2 | b
--> NULL | NULL
--> NULL | NULL
SELECT r.* FROM l LEFT JOIN r USING (id);
--> id int | y string
--> NULL | NULL
--> 2 | p
--> NULL | NULL
--> 2 | p
