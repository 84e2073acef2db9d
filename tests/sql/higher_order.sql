-- Higher-order functions and their lambdas.
CREATE TEMP VIEW t AS SELECT * FROM VALUES (1, array(1, 2, 3), map('a', 1, 'b', 2)), (2, array(NULL, 5), map('c', NULL)), (3, NULL, NULL), (4, array(), map()) AS t(id, a, m);
--> ok
SELECT id, transform(a, x -> x * 2) AS r FROM t;
--> id int | r array<int>
--> 1 | [2, 4, 6]
--> 2 | [NULL, 10]
--> 3 | NULL
--> 4 | []
SELECT id, transform(a, (x, i) -> x + i) AS r FROM t;
--> id int | r array<int>
--> 1 | [1, 3, 5]
--> 2 | [NULL, 6]
--> 3 | NULL
--> 4 | []
SELECT id, transform(a, x -> x + id) AS r FROM t;
--> id int | r array<int>
--> 1 | [2, 3, 4]
--> 2 | [NULL, 7]
--> 3 | NULL
--> 4 | []
SELECT id, filter(a, x -> x > 1) AS r FROM t;
--> id int | r array<int>
--> 1 | [2, 3]
--> 2 | [5]
--> 3 | NULL
--> 4 | []
SELECT id, filter(a, (x, i) -> i > 0) AS r FROM t;
--> id int | r array<int>
--> 1 | [2, 3]
--> 2 | [5]
--> 3 | NULL
--> 4 | []
SELECT id, exists(a, x -> x > 2) AS r FROM t;
--> id int | r boolean
--> 1 | True
--> 2 | True
--> 3 | NULL
--> 4 | False
SELECT id, exists(a, x -> x IS NULL) AS r FROM t;
--> id int | r boolean
--> 1 | False
--> 2 | True
--> 3 | NULL
--> 4 | False
SELECT id, forall(a, x -> x > 0) AS r FROM t;
--> id int | r boolean
--> 1 | True
--> 2 | NULL
--> 3 | NULL
--> 4 | True
SELECT id, aggregate(a, 0, (s, x) -> s + x) AS r FROM t;
--> id int | r int
--> 1 | 6
--> 2 | NULL
--> 3 | NULL
--> 4 | 0
SELECT id, aggregate(a, 0, (s, x) -> s + coalesce(x, 0), s -> s * 10) AS r FROM t;
--> id int | r int
--> 1 | 60
--> 2 | 50
--> 3 | NULL
--> 4 | 0
SELECT id, reduce(a, '', (s, x) -> concat(s, x)) AS r FROM t;
--> id int | r string
--> 1 | 123
--> 2 | NULL
--> 3 | NULL
--> 4 | ''
SELECT aggregate(array(1, 2), 0L, (s, x) -> s + x) AS r;
--> r bigint
--> 3
SELECT aggregate(array(1, 2), 0, (s, x) -> s + x + 0.5) AS r;
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT zip_with(array(1, 2, 3), array(10, 20), (x, y) -> x + y) AS r;
--> r array<int>
--> [11, 22, NULL]
SELECT zip_with(array(1, 2, 3), array('a', 'b'), (x, y) -> concat(x, y)) AS r;
--> r array<string>
--> ['1a', '2b', NULL]
SELECT id, map_filter(m, (k, v) -> v > 1) AS r FROM t;
--> id int | r map<string,int>
--> 1 | {'b' -> 2}
--> 2 | {}
--> 3 | NULL
--> 4 | {}
SELECT id, transform_values(m, (k, v) -> v + 1) AS r FROM t;
--> id int | r map<string,int>
--> 1 | {'a' -> 2, 'b' -> 3}
--> 2 | {'c' -> NULL}
--> 3 | NULL
--> 4 | {}
SELECT id, transform_keys(m, (k, v) -> upper(k)) AS r FROM t;
--> id int | r map<string,int>
--> 1 | {'A' -> 1, 'B' -> 2}
--> 2 | {'C' -> NULL}
--> 3 | NULL
--> 4 | {}
SELECT transform_keys(map('a', 1, 'b', 2), (k, v) -> 'x') AS r;
--> error DUPLICATED_MAP_KEY
SELECT map_zip_with(map('a', 1), map('a', 2, 'b', 3), (k, x, y) -> coalesce(x, 0) + y) AS r;
--> r map<string,int>
--> {'a' -> 3, 'b' -> 3}
SELECT array_sort(array(3, 1, NULL, 2)) AS r;
--> r array<int>
--> [1, 2, 3, NULL]
SELECT array_sort(array('bb', 'a', 'ccc'), (p, q) -> length(q) - length(p)) AS r;
--> r array<string>
--> ['ccc', 'bb', 'a']
SELECT array_sort(array(3, 1, 2), (p, q) -> CASE WHEN p < q THEN 1 WHEN p > q THEN -1 ELSE 0 END) AS r;
--> r array<int>
--> [3, 2, 1]
SELECT transform(array(array(1, 2), array(3)), x -> transform(x, y -> y + size(x))) AS r;
--> r array<array<int>>
--> [[3, 4], [4]]
SELECT transform(array(1, 2), x -> transform(array(10, 20), x -> x)) AS r;
--> r array<array<int>>
--> [[10, 20], [10, 20]]
SELECT transform(array(1, 2), x -> struct(x, x * 2 AS d)) AS r;
--> r array<struct<x:int,d:int>>
--> [{x: 1, d: 2}, {x: 2, d: 4}]
SELECT transform(array(struct(1 AS p), struct(2 AS p)), s -> s.p) AS r;
--> r array<int>
--> [1, 2]
SELECT filter(array('a', NULL, 'b'), x -> x IS NOT NULL) AS r;
--> r array<string>
--> ['a', 'b']
SELECT transform(array(1, 0), x -> 1 / x) AS r;
--> error DIVIDE_BY_ZERO
SELECT transform(array(1), (x, y, z) -> x) AS r;
--> error INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH
SELECT transform(1, x -> x) AS r;
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT filter(array(1), x -> 'a') AS r;
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT transform(array(1), x -> nope) AS r;
--> error UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
SELECT id, transform(sequence(1, id), i -> i * id) AS r FROM t;
--> id int | r array<int>
--> 1 | [1]
--> 2 | [2, 4]
--> 3 | [3, 6, 9]
--> 4 | [4, 8, 12, 16]
SELECT sum(aggregate(a, 0, (s, x) -> s + x)) AS r FROM t;
--> r bigint
--> 6
SELECT transform(filter(array(1, 2, 3), x -> x > 1), y -> y * y) AS r;
--> r array<int>
--> [4, 9]
SELECT map_from_entries(transform(array(1, 2), x -> struct(x, x * x))) AS r;
--> r map<int,int>
--> {1 -> 1, 2 -> 4}
SELECT array_max(transform(array(1, 2), x -> -x)) AS r;
--> r int
--> -1
