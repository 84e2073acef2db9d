-- UNNEST, generators beside aggregates and behind LATERAL, and maps as groups.
SELECT * FROM UNNEST(array(1, 2));
--> col int
--> 1
--> 2
SELECT * FROM UNNEST(array(1, 2)) AS t(a);
--> a int
--> 1
--> 2
SELECT * FROM UNNEST(array(1, 2)) WITH ORDINALITY;
--> col int | ordinality bigint
--> 1 | 1
--> 2 | 2
SELECT * FROM UNNEST(array(1, 2), array(3));
--> col0 int | col1 int
--> 1 | 3
--> 2 | NULL
SELECT * FROM UNNEST(array(1, 2), array('a')) WITH ORDINALITY;
--> col0 int | col1 string | ordinality bigint
--> 1 | a | 1
--> 2 | NULL | 2
SELECT * FROM UNNEST(map('a', 1, 'b', 2));
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT * FROM UNNEST(NULL);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT * FROM UNNEST(CAST(NULL AS ARRAY<INT>));
--> col int
SELECT * FROM UNNEST(array(1), CAST(NULL AS ARRAY<INT>));
--> col0 int | col1 int
--> 1 | NULL
SELECT * FROM UNNEST(array(struct(1, 2)));
--> col struct<col1:int,col2:int>
--> {col1: 1, col2: 2}
SELECT * FROM UNNEST(5);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT * FROM UNNEST(array(1), map(1, 2));
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT t.id, u.x FROM VALUES (1, array(5, 6)) t(id, a), LATERAL UNNEST(t.a) AS u(x);
--> id int | x int
--> 1 | 5
--> 1 | 6
SELECT t.id, u.x, u.o FROM VALUES (1, array(5, 6)) t(id, a) LEFT JOIN LATERAL UNNEST(t.a) WITH ORDINALITY AS u(x, o);
--> id int | x int | o bigint
--> 1 | 5 | 1
--> 1 | 6 | 2
SELECT t.id, x.e FROM VALUES (1, array(1, 2)), (2, NULL) t(id, a) LEFT JOIN LATERAL explode(t.a) AS x(e);
--> id int | e int
--> 1 | 1
--> 1 | 2
SELECT t.id, x.e FROM VALUES (1, array(1, 2)), (2, NULL) t(id, a) LEFT JOIN LATERAL explode(t.a) AS x(e) ON true;
--> id int | e int
--> 1 | 2
--> 1 | 1
--> 2 | NULL
SELECT t.id, x.e FROM VALUES (1, array(1, 2)), (2, NULL) t(id, a) LEFT JOIN LATERAL (SELECT y + t.id FROM explode(t.a) AS u(y)) AS x(e);
--> id int | e int
--> 1 | 2
--> 1 | 3
SELECT t.id, x.e FROM VALUES (1, array(1, 2)), (2, NULL) t(id, a) LEFT JOIN LATERAL (SELECT y FROM explode(t.a) AS u(y) WHERE y > 1) AS x(e);
--> id int | e int
--> 1 | 2
--> 2 | NULL
SELECT t.id, x.e FROM VALUES (1, array(1, 2)), (2, NULL) t(id, a) LEFT JOIN LATERAL (SELECT DISTINCT explode(t.a)) AS x(e);
--> id int | e int
--> 1 | 2
--> 1 | 1
--> 2 | NULL
SELECT max(g), explode(array(1, 2)) FROM VALUES (1) t(g);
--> max(g) int | col int
--> 1 | 1
--> 1 | 2
SELECT explode(collect_list(g)) AS z, count(*) c FROM VALUES (1), (2) t(g);
--> z int | c bigint
--> 1 | 2
--> 2 | 2
SELECT g, explode(collect_list(v)) AS z FROM VALUES (1, 2), (1, 3), (2, 5) t(g, v) GROUP BY g;
--> g int | z int
--> 1 | 2
--> 1 | 3
--> 2 | 5
SELECT g, explode(array(g, g + 1)) AS z FROM VALUES (1, 2), (1, 3), (2, 5) t(g, v) GROUP BY g;
--> g int | z int
--> 1 | 1
--> 1 | 2
--> 2 | 2
--> 2 | 3
SELECT g, posexplode(collect_list(v)) FROM VALUES (1, 2), (2, 5) t(g, v) GROUP BY g;
--> g int | pos int | col int
--> 1 | 0 | 2
--> 2 | 0 | 5
SELECT inline(array(struct(max(g), 'x'))) FROM VALUES (1), (2) t(g);
--> col1 int | col2 string
--> 2 | x
SELECT explode(v) FROM VALUES (1, array(1)) t(g, v) GROUP BY g;
--> error MISSING_AGGREGATION
SELECT g, explode(collect_list(v)) z FROM VALUES (1, 2), (1, 3), (2, 5) t(g, v) GROUP BY g ORDER BY z DESC;
--> g int | z int
--> 2 | 5
--> 1 | 3
--> 1 | 2
SELECT explode(collect_list(g)), explode(collect_list(g)) FROM VALUES (1), (2) t(g);
--> error UNSUPPORTED_GENERATOR.MULTI_GENERATOR
SELECT m, count(*) FROM VALUES (map(1, 2, 3, 4)), (map(3, 4, 1, 2)) t(m) GROUP BY m;
--> m map<int,int> | count(1) bigint
--> {1 -> 2, 3 -> 4} | 2
SELECT array(m), count(*) FROM VALUES (map(1, 2, 3, 4)), (map(3, 4, 1, 2)) t(m) GROUP BY array(m);
--> array(m) array<map<int,int>> | count(1) bigint
--> [{1 -> 2, 3 -> 4}] | 2
SELECT map_keys(m), count(*) FROM VALUES (map(1, 2, 3, 4)), (map(3, 4, 1, 2)) t(m) GROUP BY m;
--> map_keys(m) array<int> | count(1) bigint
--> [1, 3] | 2
SELECT m, grouping(m), count(*) FROM VALUES (map(1, 2)) t(m) GROUP BY ROLLUP(m);
--> m map<int,int> | grouping(m) tinyint | count(1) bigint
--> {1 -> 2} | 0 | 1
--> NULL | 1 | 1
SELECT count(DISTINCT m) FROM VALUES (map(1, 2, 3, 4)), (map(3, 4, 1, 2)) t(m);
--> count(DISTINCT m) bigint
--> 1
SELECT DISTINCT m FROM VALUES (map(1, 2)) t(m);
--> error UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE
