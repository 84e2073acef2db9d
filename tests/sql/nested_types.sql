-- Structs, arrays and maps: building, reaching in, functions.
CREATE TEMP VIEW t AS SELECT 1 AS id, named_struct('x', 1, 'Y', named_struct('z', 'deep')) AS s, array(10, NULL, 30) AS a, map('k', 1, 'n', NULL) AS m, array(named_struct('p', 1), named_struct('p', 2)) AS sa;
--> ok
SELECT s.x, s.y, s.Y.Z, S.X, t.s.x FROM t;
--> x int | y struct<z:string> | Z string | X int | x int
--> 1 | {z: 'deep'} | deep | 1 | 1
SELECT s.* FROM t;
--> x int | Y struct<z:string>
--> 1 | {z: 'deep'}
SELECT s.nope FROM t;
--> error FIELD_NOT_FOUND
SELECT id.x FROM t;
--> error INVALID_EXTRACT_BASE_FIELD_TYPE
SELECT a[0], a[1], a[id] FROM t;
--> a[0] int | a[1] int | a[id] int
--> 10 | NULL | NULL
SELECT a[3] FROM t;
--> error INVALID_ARRAY_INDEX
SELECT a[-1] FROM t;
--> error INVALID_ARRAY_INDEX
SELECT element_at(a, 1) AS a, element_at(a, -1) AS b, try_element_at(a, 9) AS c, get(a, 9) AS d, get(a, -1) AS e FROM t;
--> a int | b int | c int | d int | e int
--> 10 | 30 | NULL | NULL | NULL
SELECT element_at(a, 0) FROM t;
--> error INVALID_INDEX_OF_ZERO
SELECT element_at(a, 9) FROM t;
--> error INVALID_ARRAY_INDEX_IN_ELEMENT_AT
SELECT m['k'], m['zz'], m.k, element_at(m, 'zz') FROM t;
--> m[k] int | m[zz] int | k int | element_at(m, zz) int
--> 1 | NULL | 1 | NULL
SELECT sa.p, sa[0].p, sa[1] FROM t;
--> p array<int> | sa[0].p int | sa[1] struct<p:int>
--> [1, 2] | 1 | {p: 2}
SELECT size(a) AS a, size(NULL) AS b, cardinality(m) AS c, array_size(a) AS d, size(map()) AS e FROM t;
--> a int | b int | c int | d int | e int
--> 3 | NULL | 2 | 3 | 0
SELECT map_keys(m) AS a, map_values(m) AS b, map_entries(m) AS c, map_contains_key(m, 'k') AS d, map_concat(m, map('q', 5)) AS e FROM t;
--> a array<string> | b array<int> | c array<struct<key:string,value:int>> | d boolean | e map<string,int>
--> ['k', 'n'] | [1, NULL] | [{key: 'k', value: 1}, {key: 'n', value: NULL}] | True | {'k' -> 1, 'n' -> NULL, 'q' -> 5}
SELECT map_concat(map(1, 2), map(1, 3));
--> error DUPLICATED_MAP_KEY
SELECT map_from_arrays(array(1, 2), array('a', 'b')) AS a, map_from_entries(array(struct(1, 'a'))) AS b;
--> a map<int,string> | b map<int,string>
--> {1 -> 'a', 2 -> 'b'} | {1 -> 'a'}
SELECT array_contains(a, 10) AS a, array_contains(a, 99) AS b, array_position(a, 30) AS c, array_remove(a, 10) AS d, array_append(a, 5) AS e, array_prepend(a, 5) AS f, array_compact(a) AS g FROM t;
--> a boolean | b boolean | c bigint | d array<int> | e array<int> | f array<int> | g array<int>
--> True | NULL | 3 | [NULL, 30] | [10, NULL, 30, 5] | [5, 10, NULL, 30] | [10, 30]
SELECT array_distinct(array(1, 1, NULL, NULL)) AS a, array_union(array(1, 2), array(2, 3)) AS b, array_intersect(array(1, 2), array(2)) AS c, array_except(array(1, 2), array(2)) AS d, arrays_overlap(array(1, NULL), array(2)) AS e;
--> a array<int> | b array<int> | c array<int> | d array<int> | e boolean
--> [1, NULL] | [1, 2, 3] | [2] | [1] | NULL
SELECT sort_array(array(3, NULL, 1)) AS a, sort_array(array(3, NULL, 1), false) AS b, array_min(array(3, NULL, 1)) AS c, array_max(array(3, NULL)) AS d, reverse(array(1, 2)) AS e, slice(array(1, 2, 3), 2, 2) AS f, slice(array(1, 2, 3), -2, 5) AS g;
--> a array<int> | b array<int> | c int | d int | e array<int> | f array<int> | g array<int>
--> [NULL, 1, 3] | [3, 1, NULL] | 1 | 3 | [2, 1] | [2, 3] | [2, 3]
SELECT flatten(array(array(1), array(2, 3))) AS a, array_repeat('x', 2) AS b, sequence(1, 5, 2) AS c, sequence(3, 1) AS d, arrays_zip(array(1, 2), array('a')) AS e, array_join(array('a', NULL, 'b'), ',') AS f, array_join(array('a', NULL), ',', '-') AS g;
--> a array<int> | b array<string> | c array<int> | d array<int> | e array<struct<0:int,1:string>> | f string | g string
--> [1, 2, 3] | ['x', 'x'] | [1, 3, 5] | [3, 2, 1] | [{0: 1, 1: 'a'}, {0: 2, 1: NULL}] | a,b | a,-
SELECT array_insert(array(1, 2), 2, 9) AS a, array_insert(array(1, 2), -1, 9) AS b, concat(array(1), NULL) AS c, shuffle(array(1)) AS d;
--> error DATATYPE_MISMATCH.DATA_DIFF_TYPES
SELECT map(1, 2) = map(1, 2);
--> error DATATYPE_MISMATCH.INVALID_ORDERING_TYPE
SELECT struct(*) FROM (SELECT 1 AS p, 'q' AS q);
--> struct(p, q) struct<p:int,q:string>
--> {p: 1, q: 'q'}
SELECT named_struct(1, 2);
--> error DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING
SELECT (1, 'a') AS s, (1, 'a').col2 AS c;
--> s struct<col1:int,col2:string> | c string
--> {col1: 1, col2: 'a'} | a
SELECT id, s.x AS x, sum(a[0]) AS v FROM t GROUP BY id, s.x;
--> id int | x int | v bigint
--> 1 | 1 | 10
SELECT s, count(*) AS c FROM t GROUP BY s;
--> s struct<x:int,Y:struct<z:string>> | c bigint
--> {x: 1, Y: {z: 'deep'}} | 1
SELECT count(DISTINCT a) AS a, max(s) AS b, collect_list(s.x) AS c FROM t;
--> a bigint | b struct<x:int,Y:struct<z:string>> | c array<int>
--> 1 | {x: 1, Y: {z: 'deep'}} | [1]
SELECT * FROM t WHERE s.y.z = 'deep' AND a[0] = 10 AND m['k'] = 1;
--> id int | s struct<x:int,Y:struct<z:string>> | a array<int> | m map<string,int> | sa array<struct<p:int>>
--> 1 | {x: 1, Y: {z: 'deep'}} | [10, NULL, 30] | {'k' -> 1, 'n' -> NULL} | [{p: 1}, {p: 2}]
SELECT typeof(s), typeof(m), typeof(sa) FROM t;
--> typeof(s) string | typeof(m) string | typeof(sa) string
--> struct<x:int,Y:struct<z:string>> | map<string,int> | array<struct<p:int>>
SELECT array(struct(1 AS a), struct(2 AS b)) AS x, array(1, 2.5, NULL) AS y, array(array(), array(1)) AS z;
--> error DATATYPE_MISMATCH.DATA_DIFF_TYPES
SELECT map('a', 1, 'b', 2.5) AS a, map(1, array(1), 2, NULL) AS b;
--> a map<string,decimal(11,1)> | b map<int,array<int>>
--> {'a' -> 1.0, 'b' -> 2.5} | {1 -> [1], 2 -> NULL}
SELECT named_struct('a', 1).a AS a, array(1, 2, 3)[2] AS b, map(1, 'x')[1] AS c, split('a b', ' ')[1] AS d;
--> a int | b int | c string | d string
--> 1 | 3 | x | b
SELECT array(1, 2)['x'];
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT map('a', 1)[1];
--> map(a, 1)[1] int
--> NULL
SELECT inline(sa) FROM t;
--> p int
--> 1
--> 2
SELECT id, p.p FROM t LATERAL VIEW explode(sa) e AS p;
--> id int | p int
--> 1 | 1
--> 1 | 2
SELECT coalesce(a, array()) AS a, if(id = 1, s, NULL) AS b, nullif(a, array(1)) AS c FROM t;
--> a array<int> | b struct<x:int,Y:struct<z:string>> | c array<int>
--> [10, NULL, 30] | {x: 1, Y: {z: 'deep'}} | [10, NULL, 30]
SELECT struct(1 AS a, 2 AS b) = struct(1, 2) AS a, struct(1, 2) < struct(1, 3) AS b, array(1, 2) = array(1, 2) AS c, array(1, 2) < array(1, 3) AS d, struct(1, NULL) = struct(1, NULL) AS e;
--> a boolean | b boolean | c boolean | d boolean | e boolean
--> True | True | True | True | True
-- known differences

-- fails: DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT a[NULL] FROM t;
--> a[NULL] int
--> NULL
-- another column name
SELECT struct(id, id + 1, 'x' AS n) FROM t;
--> struct(id, (id + 1), x AS n) struct<id:int,col2:int,n:string>
--> {id: 1, col2: 2, n: 'x'}
-- fails: ValueError
SELECT named_struct('a', 1, 'a', 2);
--> named_struct(a, 1, a, 2) struct<a:int,a:int>
--> {a: 1, a: 2}
