-- Approximate aggregates: distinct counts, percentiles, the most frequent items.
SELECT approx_count_distinct(id) FROM range(0, 1000, 1, 1);
--> approx_count_distinct(id) bigint
--> 1026
SELECT approx_count_distinct(id), approx_count_distinct(id, 0.01), approx_count_distinct(id, 0.2), approx_count_distinct(id, 0.39) FROM range(0, 100000, 1, 1);
--> approx_count_distinct(id) bigint | approx_count_distinct(id) bigint | approx_count_distinct(id) bigint | approx_count_distinct(id) bigint
--> 95546 | 100425 | 89779 | 78139
SELECT approx_count_distinct(id, 0.05), approx_count_distinct(id, 0.03) FROM range(0, 2500, 1, 1);
--> approx_count_distinct(id) bigint | approx_count_distinct(id) bigint
--> 2378 | 2477
SELECT id % 7 g, approx_count_distinct(id * id, 0.1) FROM range(0, 5000, 1, 4) GROUP BY 1 ORDER BY 1;
--> g bigint | approx_count_distinct((id * id)) bigint
--> 0 | 622
--> 1 | 682
--> 2 | 698
--> 3 | 697
--> 4 | 722
--> 5 | 665
--> 6 | 654
SELECT approx_count_distinct(x) FROM VALUES (0.0D), (-0.0D), (double('NaN')), (NULL) t(x);
--> approx_count_distinct(x) bigint
--> 2
SELECT approx_count_distinct(id, 0.4) FROM range(100);
--> error FAILED_FUNCTION_CALL
SELECT approx_count_distinct(id, 0) FROM range(100);
--> error _LEGACY_ERROR_TEMP_1104
SELECT approx_count_distinct(id, 'x') FROM range(100);
--> error _LEGACY_ERROR_TEMP_1104
SELECT approx_count_distinct(id) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM range(5);
--> approx_count_distinct(id) OVER (ORDER BY id ASC NULLS FIRST ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) bigint
--> 1
--> 2
--> 3
--> 3
--> 3
SELECT percentile_approx(id, array(0.1, 0.25, 0.5, 0.75, 0.9)) FROM range(0, 100000, 1, 1);
--> percentile_approx(id, array(0.1, 0.25, 0.5, 0.75, 0.9), 10000) array<bigint>
--> [10002, 24997, 49999, 74992, 89990]
SELECT percentile_approx(id, array(0.1, 0.25, 0.5, 0.75, 0.9), 100) FROM range(0, 100000, 1, 1);
--> percentile_approx(id, array(0.1, 0.25, 0.5, 0.75, 0.9), 100) array<bigint>
--> [10504, 24445, 49999, 74106, 89150]
SELECT percentile_approx(id * 7919 % 100003, array(0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0), 50) FROM range(0, 200000, 1, 1);
--> percentile_approx(((id * 7919) % 100003), array(0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0), 50) array<bigint>
--> [0, 8385, 24690, 49116, 74869, 89386, 100002]
SELECT percentile_approx(id * 7919 % 100003, 0.5, 10) FROM range(0, 200000, 1, 1);
--> percentile_approx(((id * 7919) % 100003), 0.5, 10) bigint
--> 40291
SELECT percentile_approx(id * 7919 % 100003, array(0.9, 0.1, 0.5), 1000) FROM range(0, 20000, 1, 1);
--> percentile_approx(((id * 7919) % 100003), array(0.9, 0.1, 0.5), 1000) array<bigint>
--> [89903, 10060, 49949]
SELECT id % 3 g, percentile_approx(id * 31 % 1009, array(0.25, 0.5), 20) FROM range(0, 3000, 1, 1) GROUP BY 1 ORDER BY 1;
--> g bigint | percentile_approx(((id * 31) % 1009), array(0.25, 0.5), 20) array<bigint>
--> 0 | [239, 482]
--> 1 | [239, 481]
--> 2 | [239, 481]
SELECT percentile_approx(x, 0.5), percentile_approx(x, array(0.5)), percentile_approx(x, 0.5, 100) FROM VALUES (cast(1.25 as decimal(10,2))), (2.50), (3.75) t(x);
--> percentile_approx(x, 0.5, 10000) decimal(10,2) | percentile_approx(x, array(0.5), 10000) array<decimal(10,2)> | percentile_approx(x, 0.5, 100) decimal(10,2)
--> 2.50 | [2.50] | 2.50
SELECT percentile_approx(x, 0.5) FROM VALUES (cast('12345678901234567890.12' as decimal(30,2))) t(x);
--> percentile_approx(x, 0.5, 10000) decimal(30,2)
--> 12345678901234567000.00
SELECT percentile_approx(x, 0.5) FROM VALUES (9223372036854775807L) t(x);
--> percentile_approx(x, 0.5, 10000) bigint
--> 9223372036854775807
SELECT percentile_approx(x, 0.5) FROM VALUES (DATE'2024-01-01'), (DATE'2024-01-03'), (DATE'2024-01-05') t(x);
--> percentile_approx(x, 0.5, 10000) date
--> 2024-01-03
SELECT percentile_approx(x, 0.5) FROM VALUES (TIMESTAMP'2024-01-01 00:00:00.123456') t(x);
--> percentile_approx(x, 0.5, 10000) timestamp
--> 2024-01-01 00:00:00.123456
SELECT percentile_approx(x, 0.5), percentile_approx(x, array(0.5)) FROM VALUES (cast(NULL as int)) t(x);
--> percentile_approx(x, 0.5, 10000) int | percentile_approx(x, array(0.5), 10000) array<int>
--> NULL | NULL
SELECT percentile_approx(DISTINCT x, 0.5) FROM VALUES (1), (1), (1), (2), (3) t(x);
--> percentile_approx(DISTINCT x, 0.5, 10000) int
--> 2
SELECT approx_percentile(x, 0.5, 1) FROM VALUES (1), (2), (3), (4) t(x);
--> approx_percentile(x, 0.5, 1) int
--> 1
SELECT approx_percentile(x, array(0.3, 0.7), 2) FROM VALUES (1), (2), (3), (4), (5), (6), (7), (8) t(x);
--> approx_percentile(x, array(0.3, 0.7), 2) array<int>
--> [1, 8]
SELECT approx_percentile(x, 1.5) FROM VALUES (1) t(x);
--> error DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE
SELECT approx_percentile(x, 0.5, 0) FROM VALUES (1) t(x);
--> error DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE
SELECT approx_percentile(x, 0.5, -1) FROM VALUES (1) t(x);
--> error DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE
SELECT approx_percentile(x, '0.5') FROM VALUES (1), (2) t(x);
--> approx_percentile(x, 0.5, 10000) int
--> 1
SELECT approx_percentile(x, 0.5, '10') FROM VALUES (1), (2) t(x);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT approx_percentile('5', 0.5);
--> approx_percentile(5, 0.5, 10000) double
--> 5.0
SELECT approx_percentile(true, 0.5);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT approx_percentile(x, x) FROM VALUES (1) t(x);
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
SELECT approx_percentile(x, NULL) FROM VALUES (1) t(x);
--> error DATATYPE_MISMATCH.UNEXPECTED_NULL
SELECT approx_percentile(x, array(0.5, NULL)) FROM VALUES (1) t(x);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT approx_percentile(x, array()) FROM VALUES (1) t(x);
--> approx_percentile(x, array(), 10000) array<int>
--> NULL
SELECT approx_top_k_accumulate(x) FROM VALUES (0), (0), (1), (1), (2), (3), (4), (4) t(x);
--> approx_top_k_accumulate(x, 10000) struct<sketch:binary,maxItemsTracked:int,itemDataType:int,itemDataTypeDDL:string>
--> {sketch: X'04010A0E0300000005000000000000000800000000000000000000000000000002000000000000000200000000000000020000000000000001000000000000000100000000000000090000000009010000000904000000090300000009020000000000000000000000', maxItemsTracked: 10000, itemDataType: NULL, itemDataTypeDDL: 'item INT NOT NULL'}
SELECT hex(s.sketch) AS h, s.maxItemsTracked, s.itemDataType, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x, 10) s FROM VALUES ('a'), ('a'), ('b'), (NULL) t(x));
--> h string | maxItemsTracked int | itemDataType string | itemDataTypeDDL string
--> 04010A040300000002000000000000000300000000000000000000000000000001000000000000000200000000000000010000006201000000610000000000000001 | 10 | NULL | item string not null
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (true), (false), (true) t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E0300000002000000000000000300000000000000000000000000000002000000000000000100000000000000010000000000000000 | item BOOLEAN NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (1Y), (2Y) t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E0300000002000000000000000200000000000000000000000000000001000000000000000100000000000000020102020000000000000000 | item TINYINT NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (1S), (2S) t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E03000000020000000000000002000000000000000000000000000000010000000000000001000000000000000301000302000000000000000000 | item SMALLINT NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (1L), (2L) t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E0300000002000000000000000200000000000000000000000000000001000000000000000100000000000000010000000000000002000000000000000000000000000000 | item BIGINT NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (1.5D), (2.5D) t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E03000000020000000000000002000000000000000000000000000000010000000000000001000000000000000000000000000440000000000000F83F0000000000000000 | item DOUBLE NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (float(1.5)), (float(2.5)) t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E03000000020000000000000002000000000000000000000000000000010000000000000001000000000000000600002040060000C03F0000000000000000 | item FLOAT NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (1.5BD), (2.5BD) t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E03000000020000000000000002000000000000000000000000000000010000000000000001000000000000000919000000090F0000000000000000000000 | item DECIMAL(2,1) NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (cast(-1.5 as decimal(15,2))) t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E0300000001000000000000000100000000000000000000000000000001000000000000006AFFFFFFFFFFFFFF0000000000000000 | item DECIMAL(15,2) NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (cast(-1.5 as decimal(30,2))), (cast(128 as decimal(30,2))) t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E030000000200000000000000020000000000000000000000000000000100000000000000010000000000000002000000FF6A0200000032000000000000000000 | item DECIMAL(30,2) NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (DATE'2024-01-01') t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E030000000100000000000000010000000000000000000000000000000100000000000000090B4D00000000000000000000 | item DATE NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (TIMESTAMP'2024-01-01 00:00:00') t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E03000000010000000000000001000000000000000000000000000000010000000000000000202110D70D06000000000000000000 | item TIMESTAMP NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (TIME'12:00:00') t(x));
--> h string | itemDataTypeDDL string
--> 04010A0E0300000001000000000000000100000000000000000000000000000001000000000000000080A7484A2700000000000000000000 | item TIME(6) NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (cast(NULL as int)) t(x));
--> h string | itemDataTypeDDL string
--> 01010A0E030500000000000000000001 | item INT NOT NULL
SELECT hex(s.sketch) AS h, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (1) t(x) WHERE x > 1);
--> h string | itemDataTypeDDL string
--> 01010A0E030500000000000000000000 | item INT NOT NULL
SELECT approx_top_k_estimate(approx_top_k_accumulate(x)) FROM VALUES (0), (0), (1), (1), (2), (3), (4), (4) t(x);
--> approx_top_k_estimate(approx_top_k_accumulate(x, 10000), 5) array<struct<item:int,count:bigint>>
--> [{item: 0, count: 2}, {item: 4, count: 2}, {item: 1, count: 2}, {item: 2, count: 1}, {item: 3, count: 1}]
SELECT approx_top_k_estimate(approx_top_k_accumulate(x), 2) FROM VALUES ('a'), ('b'), ('b'), (NULL), (NULL), (NULL) t(x);
--> approx_top_k_estimate(approx_top_k_accumulate(x, 10000), 2) array<struct<item:string,count:bigint>>
--> [{item: NULL, count: 3}, {item: 'b', count: 2}]
SELECT approx_top_k_estimate(approx_top_k_combine(s)) FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (0), (0), (1) t(x) UNION ALL SELECT approx_top_k_accumulate(x) s FROM VALUES (1), (1), (NULL) t(x));
--> approx_top_k_estimate(approx_top_k_combine(s, -1), 5) array<struct<item:int,count:bigint>>
--> [{item: 1, count: 3}, {item: 0, count: 2}, {item: NULL, count: 1}]
SELECT approx_top_k_estimate(approx_top_k_combine(s, 100), 1) FROM (SELECT approx_top_k_accumulate(x, 10) s FROM VALUES (0), (0), (1) t(x) UNION ALL SELECT approx_top_k_accumulate(x, 20) s FROM VALUES (1), (1), (NULL) t(x));
--> approx_top_k_estimate(approx_top_k_combine(s, 100), 1) array<struct<item:int,count:bigint>>
--> [{item: 1, count: 3}]
SELECT approx_top_k_combine(s) FROM (SELECT approx_top_k_accumulate(x, 10) s FROM VALUES (0), (0), (1) t(x) UNION ALL SELECT approx_top_k_accumulate(x, 20) s FROM VALUES (1), (1), (NULL) t(x));
--> error APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH
SELECT hex(c.sketch) AS h, c.maxItemsTracked, c.itemDataTypeDDL FROM (SELECT approx_top_k_combine(s) c FROM (SELECT approx_top_k_accumulate(x, 10) s FROM VALUES (0), (0), (1) t(x) UNION ALL SELECT approx_top_k_accumulate(x, 10) s FROM VALUES (1), (1), (NULL) t(x)));
--> h string | maxItemsTracked int | itemDataTypeDDL string
--> 04010A150300000002000000000000000500000000000000000000000000000002000000000000000300000000000000090000000009010000000000000000000001 | 10 | item INT NOT NULL
SELECT hex(c.sketch) AS h, c.maxItemsTracked, c.itemDataTypeDDL FROM (SELECT approx_top_k_combine(s, 30) c FROM (SELECT approx_top_k_accumulate(x, 10) s FROM VALUES (0), (0), (1) t(x)));
--> h string | maxItemsTracked int | itemDataTypeDDL string
--> 04010A060300000002000000000000000300000000000000000000000000000002000000000000000100000000000000090000000009010000000000000000000000 | 30 | item INT NOT NULL
SELECT approx_top_k_combine(s) FROM (SELECT approx_top_k_accumulate(x, 10) s FROM VALUES (0), (0), (1) t(x)) WHERE false;
--> approx_top_k_combine(s, -1) struct<sketch:binary,maxItemsTracked:int,itemDataType:int,itemDataTypeDDL:string>
--> {sketch: X'01010A15030500000000000000000000', maxItemsTracked: 10000, itemDataType: NULL, itemDataTypeDDL: 'item INT NOT NULL'}
SELECT c.maxItemsTracked, hex(c.sketch) AS h FROM (SELECT approx_top_k_combine(s) c FROM (SELECT approx_top_k_accumulate(x, 10) s FROM VALUES (0), (0), (1) t(x)) WHERE false);
--> maxItemsTracked int | h string
--> 10000 | 01010A15030500000000000000000000
SELECT approx_top_k_combine(1);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT approx_top_k_combine(struct(1));
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT approx_top_k_combine(struct(1, 2, 3, 4));
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT approx_top_k_combine(struct(X'00', 'a', 3, 4));
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT approx_top_k_combine(struct(X'00', 1, array(3), 4));
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT approx_top_k_combine(struct(X'00', 1, 3, 4));
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT approx_top_k_estimate(1);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT approx_top_k_estimate(approx_top_k_accumulate(x), 0) FROM VALUES (0) t(x);
--> error APPROX_TOP_K_NON_POSITIVE_ARG
SELECT approx_top_k_estimate(approx_top_k_accumulate(x, 10), 20) FROM VALUES (0) t(x);
--> error APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K
SELECT approx_top_k_estimate(approx_top_k_accumulate(x), NULL) FROM VALUES (0) t(x);
--> error APPROX_TOP_K_NULL_ARG
SELECT approx_top_k_accumulate(x, 0) FROM VALUES (0) t(x);
--> error APPROX_TOP_K_NON_POSITIVE_ARG
SELECT approx_top_k_accumulate(x, 2000000) FROM VALUES (0) t(x);
--> error APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT
SELECT approx_top_k_accumulate(x, NULL) FROM VALUES (0) t(x);
--> error APPROX_TOP_K_NULL_ARG
SELECT approx_top_k_accumulate(array(x)) FROM VALUES (0) t(x);
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT approx_top_k_accumulate(x, x) FROM VALUES (0) t(x);
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT approx_top_k_estimate(approx_top_k_combine(s)) FROM (SELECT approx_top_k_accumulate(x) s FROM VALUES (0) t(x) UNION ALL SELECT approx_top_k_accumulate(x) s FROM VALUES (1L) t(x));
--> error APPROX_TOP_K_SKETCH_TYPE_NOT_MATCH
SELECT typeof(approx_top_k_accumulate(x)), typeof(approx_top_k_estimate(approx_top_k_accumulate(x))) FROM VALUES ('a') t(x);
--> typeof(approx_top_k_accumulate(x, 10000)) string | typeof(approx_top_k_estimate(approx_top_k_accumulate(x, 10000), 5)) string
--> struct<sketch:binary,maxItemsTracked:int,itemDataType:string,itemDataTypeDDL:string> | array<struct<item:string,count:bigint>>
SELECT approx_count_distinct(cast(id as string)), approx_count_distinct(cast(id as double)), approx_count_distinct(cast(id as decimal(30,2))), approx_count_distinct(id % 2 = 0), approx_count_distinct(cast(id as float)), approx_count_distinct(array(id)), approx_count_distinct(struct(id, 1)) FROM (SELECT cast(id as int) id FROM range(0, 5000));
--> approx_count_distinct(CAST(id AS STRING)) bigint | approx_count_distinct(CAST(id AS DOUBLE)) bigint | approx_count_distinct(CAST(id AS DECIMAL(30,2))) bigint | approx_count_distinct(((id % 2) = 0)) bigint | approx_count_distinct(CAST(id AS FLOAT)) bigint | approx_count_distinct(array(id)) bigint | approx_count_distinct(struct(id, 1)) bigint
--> 4632 | 4558 | 5052 | 2 | 4889 | 4956 | 5122
SELECT approx_count_distinct(id, 0.02), approx_count_distinct(id, 0.04), approx_count_distinct(id, 0.08), approx_count_distinct(id, 0.15), approx_count_distinct(id, 0.3) FROM range(0, 1000, 1, 1);
--> approx_count_distinct(id) bigint | approx_count_distinct(id) bigint | approx_count_distinct(id) bigint | approx_count_distinct(id) bigint | approx_count_distinct(id) bigint
--> 992 | 1004 | 954 | 844 | 979
SELECT approx_count_distinct(id, 0.02), approx_count_distinct(id, 0.04), approx_count_distinct(id, 0.08), approx_count_distinct(id, 0.15), approx_count_distinct(id, 0.3) FROM range(0, 20000, 1, 1);
--> approx_count_distinct(id) bigint | approx_count_distinct(id) bigint | approx_count_distinct(id) bigint | approx_count_distinct(id) bigint | approx_count_distinct(id) bigint
--> 19801 | 18540 | 19722 | 20083 | 24816
