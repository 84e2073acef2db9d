-- The two zeros, sums of decimals that overflow, and arguments of table functions.
SELECT approx_percentile(id,'x') FROM range(3);
--> error CAST_INVALID_INPUT
SELECT * FROM range('x');
--> error CAST_INVALID_INPUT
SELECT * FROM range('3');
--> id bigint
--> 0
--> 1
--> 2
SELECT * FROM range(1.5);
--> id bigint
--> 0
SELECT * FROM range(NULL);
--> error UNEXPECTED_INPUT_TYPE
SELECT * FROM range(1, 2, 0);
--> error FAILED_FUNCTION_CALL
SELECT * FROM range(true);
--> error UNEXPECTED_INPUT_TYPE
SELECT min(x), max(x) FROM VALUES (0.0D), (-0.0D) t(x);
--> min(x) double | max(x) double
--> 0.0 | 0.0
SELECT min(x), max(x) FROM VALUES (-0.0D), (0.0D) t(x);
--> min(x) double | max(x) double
--> -0.0 | -0.0
SELECT min(x), max(x) FROM VALUES (float(-0.0)), (float(0.0)) t(x);
--> min(x) float | max(x) float
--> 0.0 | 0.0
SELECT greatest(-0.0D, 0.0D), greatest(0.0D, -0.0D), least(0.0D, -0.0D), least(-0.0D, 0.0D);
--> greatest(-0.0, 0.0) double | greatest(0.0, -0.0) double | least(0.0, -0.0) double | least(-0.0, 0.0) double
--> -0.0 | 0.0 | 0.0 | -0.0
SELECT map(-0.0D, 1), map(0.0D, 1, -0.0D, 2);
--> error DUPLICATED_MAP_KEY
SELECT map(-0.0D, 1);
--> map(-0.0, 1) map<double,int>
--> {0.0 -> 1}
SELECT map_from_arrays(array(-0.0D), array(1));
--> map_from_arrays(array(-0.0), array(1)) map<double,int>
--> {-0.0 -> 1}
SELECT map(-0.0D, 1)[0.0D];
--> map(-0.0, 1)[0.0] int
--> 1
SELECT map_from_entries(array(struct(-0.0D, 1)));
--> map_from_entries(array(struct(-0.0, 1))) map<double,int>
--> {0.0 -> 1}
SELECT map_concat(map(-0.0D, 1), map(1.0D, 2));
--> map_concat(map(-0.0, 1), map(1.0, 2)) map<double,int>
--> {0.0 -> 1, 1.0 -> 2}
SELECT max_by(1, x) FROM VALUES (0.0D), (-0.0D) t(x);
--> max_by(1, x) int
--> 1
SELECT array_max(array(-0.0D, 0.0D)), array_max(array(0.0D, -0.0D)), array_min(array(0.0D, -0.0D)), array_min(array(-0.0D, 0.0D));
--> array_max(array(-0.0, 0.0)) double | array_max(array(0.0, -0.0)) double | array_min(array(0.0, -0.0)) double | array_min(array(-0.0, 0.0)) double
--> -0.0 | 0.0 | 0.0 | -0.0
SELECT sum(x) FROM VALUES (99999999999999999999999999999999999999BD), (99999999999999999999999999999999999999BD) t(x);
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT avg(x) FROM VALUES (99999999999999999999999999999999999999BD), (99999999999999999999999999999999999999BD) t(x);
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT sum(x) OVER () FROM VALUES (99999999999999999999999999999999999999BD), (99999999999999999999999999999999999999BD) t(x);
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT avg(x) OVER () FROM VALUES (99999999999999999999999999999999999999BD), (99999999999999999999999999999999999999BD) t(x);
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT try_sum(x), try_avg(x) FROM VALUES (99999999999999999999999999999999999999BD), (99999999999999999999999999999999999999BD) t(x);
--> try_sum(x) decimal(38,0) | try_avg(x) decimal(38,4)
--> NULL | NULL
SELECT avg(x) FROM VALUES (cast('99999999999999999999999999999999999999' as decimal(38,0))) t(x);
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT sum(x), g FROM VALUES (1, 99999999999999999999999999999999999999BD), (1, 99999999999999999999999999999999999999BD) t(g, x) GROUP BY g;
--> error ARITHMETIC_OVERFLOW
SELECT sum(x), avg(x) FROM VALUES (99999999999999999999999999999999999999BD), (99999999999999999999999999999999999999BD) t(x);
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT input_file_name(), input_file_block_start(), input_file_block_length();
--> input_file_name() string | input_file_block_start() bigint | input_file_block_length() bigint
--> '' | -1 | -1
SELECT unix_nanos(TIMESTAMP'2024-01-01 00:00:00.123456');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT unix_nanos(TIMESTAMP'1600-01-01 00:00:00');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT unix_nanos('2024-01-01');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT unix_nanos(DATE'2024-01-01');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT unix_nanos(NULL);
--> unix_nanos(NULL) decimal(21,0)
--> NULL
SELECT unix_nanos(TIMESTAMP_NTZ'2024-01-01 00:00:00');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT timestamp_nanos('1'), timestamp_nanos(1.5), timestamp_nanos(NULL);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT sum(x) FROM (SELECT /*+ COALESCE(1) */ * FROM VALUES (99999999999999999999999999999999999999BD), (99999999999999999999999999999999999999BD) t(x));
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT avg(x) FROM (SELECT /*+ COALESCE(1) */ * FROM VALUES (99999999999999999999999999999999999999BD), (99999999999999999999999999999999999999BD) t(x));
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT sum(x) FROM (SELECT /*+ COALESCE(1) */ * FROM VALUES (99999999999999999999999999999999999999BD), (1BD), (-1BD) t(x));
--> sum(x) decimal(38,0)
--> 99999999999999999999999999999999999999
SELECT avg(x), g FROM VALUES (1, 99999999999999999999999999999999999999BD), (1, 99999999999999999999999999999999999999BD) t(g, x) GROUP BY g;
--> error ARITHMETIC_OVERFLOW
SELECT avg(x), g FROM VALUES (1, 99999999999999999999999999999999999999BD) t(g, x) GROUP BY g;
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT avg(x), g FROM VALUES (1, 9999999999999999999999999999999999BD) t(g, x) GROUP BY g;
--> avg(x) decimal(38,4) | g int
--> 9999999999999999999999999999999999.0000 | 1
SELECT avg(x), g FROM VALUES (1, cast(9999999999999999999999999999999999 as decimal(38,0))) t(g, x) GROUP BY g;
--> avg(x) decimal(38,4) | g int
--> 9999999999999999999999999999999999.0000 | 1
