-- Partitions: hints, DISTRIBUTE BY, CLUSTER BY and SORT BY. A hash sends a row where Murmur3 of its keys says.
SELECT spark_partition_id() AS p, id FROM (SELECT /*+ REPARTITION(3, id) */ * FROM range(0, 20, 1, 4)) ORDER BY p, id;
--> p int | id bigint
--> 0 | 3
--> 0 | 6
--> 0 | 7
--> 0 | 11
--> 0 | 16
--> 1 | 0
--> 1 | 12
--> 1 | 13
--> 1 | 14
--> 1 | 18
--> 1 | 19
--> 2 | 1
--> 2 | 2
--> 2 | 4
--> 2 | 5
--> 2 | 8
--> 2 | 9
--> 2 | 10
--> 2 | 15
--> 2 | 17
SELECT spark_partition_id() AS p, s FROM (SELECT /*+ REPARTITION(5, s) */ * FROM VALUES ('a'), ('bc'), (null), (''), ('déf') AS t(s)) ORDER BY p, s;
--> p int | s string
--> 0 | a
--> 1 | bc
--> 2 | NULL
--> 2 | ''
--> 3 | déf
SELECT spark_partition_id() AS p, a, b FROM (SELECT /*+ REPARTITION(7, a, b) */ * FROM VALUES (1, 2.5D), (2, -0.0D), (null, null), (3, 1e10D) AS t(a, b)) ORDER BY p, a;
--> p int | a int | b double
--> 0 | NULL | NULL
--> 0 | 2 | -0.0
--> 1 | 3 | 10000000000.0
--> 5 | 1 | 2.5
SELECT spark_partition_id() AS p, d FROM (SELECT /*+ REPARTITION(4, d) */ * FROM VALUES (date'2024-01-01'), (date'1969-12-31'), (date'0001-01-01') AS t(d)) ORDER BY p, d;
--> p int | d date
--> 0 | 0001-01-01
--> 1 | 1969-12-31
--> 1 | 2024-01-01
SELECT spark_partition_id() AS p, c FROM (SELECT /*+ REPARTITION(4, c) */ * FROM VALUES (1.25), (-3.50), (99999.99) AS t(c)) ORDER BY p, c;
--> p int | c decimal(7,2)
--> 1 | -3.50
--> 2 | 1.25
--> 2 | 99999.99
SELECT spark_partition_id() AS p, c FROM (SELECT /*+ REPARTITION(4, c) */ * FROM VALUES (array(1, 2)), (array()), (array(null, 3)) AS t(c)) ORDER BY p, size(c);
--> p int | c array<int>
--> 1 | [1, 2]
--> 2 | []
--> 3 | [NULL, 3]
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION(3) */ * FROM range(0, 10, 1, 4)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 4
--> 1 | 3
--> 2 | 3
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION(7) */ * FROM range(0, 100, 1, 4)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 14
--> 1 | 14
--> 2 | 15
--> 3 | 15
--> 4 | 14
--> 5 | 14
--> 6 | 14
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION(8) */ * FROM range(0, 100, 1, 3)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 13
--> 1 | 13
--> 2 | 14
--> 3 | 12
--> 4 | 12
--> 5 | 12
--> 6 | 12
--> 7 | 12
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION(5) */ * FROM range(0, 23, 1, 6)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 5
--> 1 | 6
--> 2 | 4
--> 3 | 2
--> 4 | 6
SELECT spark_partition_id() AS p, id FROM (SELECT /*+ REPARTITION_BY_RANGE(3, id) */ * FROM range(0, 10, 1, 4)) ORDER BY p, id;
--> p int | id bigint
--> 0 | 0
--> 0 | 1
--> 0 | 2
--> 0 | 3
--> 1 | 4
--> 1 | 5
--> 1 | 6
--> 2 | 7
--> 2 | 8
--> 2 | 9
SELECT spark_partition_id() AS p, id, k FROM (SELECT /*+ REPARTITION_BY_RANGE(4, k, id) */ id, id % 3 AS k FROM range(0, 10, 1, 4)) ORDER BY p, k, id;
--> p int | id bigint | k bigint
--> 0 | 0 | 0
--> 0 | 3 | 0
--> 0 | 6 | 0
--> 1 | 9 | 0
--> 1 | 1 | 1
--> 2 | 4 | 1
--> 2 | 7 | 1
--> 2 | 2 | 2
--> 3 | 5 | 2
--> 3 | 8 | 2
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION_BY_RANGE(5, k) */ (id * 7919) % 500 AS k FROM range(0, 500, 1, 3)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 100
--> 1 | 100
--> 2 | 100
--> 3 | 100
--> 4 | 100
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION_BY_RANGE(20, id) */ id % 6 AS id FROM range(0, 30, 1, 3)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 5
--> 1 | 5
--> 2 | 5
--> 3 | 5
--> 4 | 5
--> 5 | 5
SELECT spark_partition_id() AS p, s FROM (SELECT /*+ REPARTITION_BY_RANGE(3, s) */ * FROM VALUES ('b'), ('a'), (null), ('c'), ('a') AS t(s)) ORDER BY p, s;
--> p int | s string
--> 0 | NULL
--> 0 | a
--> 0 | a
--> 1 | b
--> 2 | c
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION_BY_RANGE(3) */ * FROM range(0, 10, 1, 4)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 4
--> 1 | 3
--> 2 | 3
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ COALESCE(2) */ * FROM range(0, 10, 1, 5)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 4
--> 1 | 6
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION */ * FROM range(0, 10, 1, 5)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 10
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION(id) */ * FROM range(0, 10, 1, 5)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 10
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION_BY_RANGE(id) */ * FROM range(0, 10, 1, 5)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 10
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REBALANCE */ * FROM range(0, 10, 1, 5)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 10
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REBALANCE(3, id) */ * FROM range(0, 10, 1, 5)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 10
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT * FROM range(0, 10, 1, 5) DISTRIBUTE BY id) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 10
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT * FROM range(0, 10, 1, 5) DISTRIBUTE BY 1) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 10
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT a FROM VALUES (1, 2), (3, 4) AS t(a, b) DISTRIBUTE BY b) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 2
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT * FROM range(0, 10, 1, 5) DISTRIBUTE BY map(id, id)) GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 10
SELECT id FROM range(0, 6, 1, 2) CLUSTER BY id;
--> id bigint
--> 0
--> 1
--> 2
--> 3
--> 4
--> 5
SELECT spark_partition_id() AS p, id FROM (SELECT * FROM range(0, 6, 1, 2) SORT BY id DESC);
--> p int | id bigint
--> 0 | 2
--> 0 | 1
--> 0 | 0
--> 1 | 5
--> 1 | 4
--> 1 | 3
SELECT id FROM range(0, 6, 1, 2) SORT BY id DESC;
--> id bigint
--> 2
--> 1
--> 0
--> 5
--> 4
--> 3
SELECT /*+ REPARTITION(3, id) */ id FROM range(0, 9, 1, 2) SORT BY id DESC;
--> id bigint
--> 7
--> 6
--> 3
--> 0
--> 8
--> 5
--> 4
--> 2
--> 1
-- The first hint of several is the outermost; an exchange makes those below it needless.
SELECT spark_partition_id() AS p, id FROM (SELECT /*+ REPARTITION(3, id), COALESCE(1) */ * FROM range(0, 6, 1, 2)) ORDER BY p, id;
--> p int | id bigint
--> 0 | 3
--> 1 | 0
--> 2 | 1
--> 2 | 2
--> 2 | 4
--> 2 | 5
SELECT spark_partition_id() AS p, id FROM (SELECT /*+ COALESCE(1), REPARTITION(3, id) */ * FROM range(0, 6, 1, 2)) ORDER BY p, id;
--> p int | id bigint
--> 0 | 0
--> 0 | 1
--> 0 | 2
--> 0 | 3
--> 0 | 4
--> 0 | 5
-- Filters go first, unless they ask for the partition.
SELECT spark_partition_id() AS p, count(*) AS n FROM (SELECT /*+ REPARTITION(3) */ * FROM range(0, 20, 1, 4)) WHERE id % 2 = 0 GROUP BY p ORDER BY p;
--> p int | n bigint
--> 0 | 3
--> 1 | 4
--> 2 | 3
SELECT id FROM (SELECT /*+ REPARTITION(3, id) */ * FROM range(0, 10, 1, 4)) WHERE spark_partition_id() = 0 ORDER BY id;
--> id bigint
--> 3
--> 6
--> 7
SELECT id FROM (SELECT /*+ COALESCE(2) */ * FROM range(0, 10, 1, 4)) WHERE spark_partition_id() = 1 AND id > 6 ORDER BY id;
--> id bigint
--> 7
--> 8
--> 9
SELECT /*+ COALESCE(id) */ * FROM range(3);
--> error _LEGACY_ERROR_TEMP_1048
SELECT /*+ COALESCE(2, id) */ * FROM range(3);
--> error _LEGACY_ERROR_TEMP_1048
SELECT /*+ REPARTITION(3, 'id') */ * FROM range(3) ORDER BY id;
--> id bigint
--> 0
--> 1
--> 2
SELECT /*+ REPARTITION(3, nope) */ * FROM range(3);
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT /*+ REPARTITION(3, 4) */ * FROM range(3);
--> error _LEGACY_ERROR_TEMP_1047
SELECT /*+ REPARTITION(3L) */ * FROM range(3);
--> error _LEGACY_ERROR_TEMP_1047
SELECT /*+ REPARTITION(3, id + 1) */ * FROM range(3);
--> error PARSE_SYNTAX_ERROR
SELECT * FROM range(3) DISTRIBUTE BY sum(id);
--> error UNSUPPORTED_EXPR_FOR_OPERATOR
SELECT * FROM range(3) DISTRIBUTE BY explode(array(id));
--> error UNSUPPORTED_GENERATOR.OUTSIDE_SELECT
SELECT * FROM range(3) SORT BY map(id, id);
--> error DATATYPE_MISMATCH.INVALID_ORDERING_TYPE
SELECT * FROM range(3) CLUSTER BY map(id, id);
--> error DATATYPE_MISMATCH.INVALID_ORDERING_TYPE
-- known differences
SELECT /*+ REPARTITION(0) */ * FROM range(3);
--> error IllegalArgumentException
SELECT /*+ REPARTITION(-1) */ * FROM range(3);
--> error IllegalArgumentException
SELECT /*+ COALESCE(0) */ * FROM range(3);
--> error IllegalArgumentException
