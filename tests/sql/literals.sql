-- Literals, their types, and types that meet.
SELECT 1, 2147483647, 2147483648, -2147483648, 9223372036854775807, 9223372036854775808;
--> 1 int | 2147483647 int | 2147483648 bigint | -2147483648 int | 9223372036854775807 bigint | 9223372036854775808 decimal(19,0)
--> 1 | 2147483647 | 2147483648 | -2147483648 | 9223372036854775807 | 9223372036854775808
SELECT 1.0, 0.1, 123.4500, .5, 5., 1e2, 1.5e-3, 1.5BD, 100BD;
--> 1.0 decimal(2,1) | 0.1 decimal(1,1) | 123.4500 decimal(7,4) | 0.5 decimal(1,1) | 5 decimal(1,0) | 100.0 double | 0.0015 double | 1.5 decimal(2,1) | 100 decimal(3,0)
--> 1.0 | 0.1 | 123.4500 | 0.5 | 5 | 100.0 | 0.0015 | 1.5 | 100
SELECT 1e400BD;
--> error DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION
SELECT 128Y;
--> error INVALID_NUMERIC_LITERAL_RANGE
SELECT 32768S;
--> error INVALID_NUMERIC_LITERAL_RANGE
SELECT 9223372036854775808L;
--> error INVALID_NUMERIC_LITERAL_RANGE
SELECT 'it''s', 'a\tb', "double", r'raw\n', 'uni\u0041', 'a' 'b';
--> it\'s string | a	b string | double string | raw\\n string | uniA string | ab string
--> 'it\'s' | a	b | double | 'raw\\n' | uniA | ab
SELECT X'', X'0aFF';
--> X\'\' binary | X\'0AFF\' binary
--> X'' | X'0AFF'
SELECT X'0';
--> X\'00\' binary
--> X'00'
SELECT NULL, typeof(NULL), typeof(1), typeof(1.5), typeof('x'), typeof(array()), typeof(map());
--> NULL void | typeof(NULL) string | typeof(1) string | typeof(1.5) string | typeof(x) string | typeof(array()) string | typeof(map()) string
--> NULL | void | int | decimal(2,1) | string | array<void> | map<void,void>
SELECT DATE '2024-1-5', DATE '2024', DATE '2024-03';
--> DATE \'2024-01-05\' date | DATE \'2024-01-01\' date | DATE \'2024-03-01\' date
--> 2024-01-05 | 2024-01-01 | 2024-03-01
SELECT DATE '2024-13-01';
--> error INVALID_TYPED_LITERAL
SELECT DATE 'x';
--> error INVALID_TYPED_LITERAL
SELECT TIMESTAMP_NTZ '2024-02-29 01:02:03', TIMESTAMP_LTZ '2024-02-29 01:02:03';
--> TIMESTAMP_NTZ \'2024-02-29 01:02:03\' timestamp_ntz | TIMESTAMP \'2024-02-29 01:02:03\' timestamp
--> 2024-02-29 01:02:03 | 2024-02-29 01:02:03
SELECT TIMESTAMP 'x';
--> error INVALID_TYPED_LITERAL
SELECT string(INTERVAL 1 MONTH 1 DAY);
--> error _LEGACY_ERROR_TEMP_0029
SELECT true, FALSE, true AND NULL, false AND NULL, true OR NULL, NOT NULL;
--> true boolean | false boolean | (true AND NULL) boolean | (false AND NULL) boolean | (true OR NULL) boolean | (NOT NULL) boolean
--> True | False | NULL | False | True | NULL
SELECT array(1, 2L), array(1, 1.5), array(1, 'a'), array(1, NULL), array(), array(NULL);
--> error CAST_INVALID_INPUT
SELECT array(1, array(2));
--> error DATATYPE_MISMATCH.DATA_DIFF_TYPES
SELECT map(1, 'a', 2L, 'b'), map();
--> map(1, a, 2, b) map<bigint,string> | map() map<void,void>
--> {1 -> 'a', 2 -> 'b'} | {}
SELECT map(1);
--> error WRONG_NUM_ARGS.WITHOUT_SUGGESTION
SELECT map(1, 2, 1, 3);
--> error DUPLICATED_MAP_KEY
SELECT map(NULL, 1);
--> error NULL_MAP_KEY
SELECT coalesce(1, 2.5), coalesce(NULL, 'x'), coalesce(1, 2L), if(true, 1, 2.5D), nvl(1, 1.5F);
--> coalesce(1, 2.5) decimal(11,1) | coalesce(NULL, x) string | coalesce(1, 2) bigint | (IF(true, 1, 2.5)) double | nvl(1, 1.5) double
--> 1.0 | x | 1 | 1.0 | 1.0
SELECT CASE WHEN true THEN 1 ELSE 'a' END;
--> CASE WHEN true THEN 1 ELSE a END bigint
--> 1
SELECT CASE WHEN true THEN 1 WHEN false THEN 2.25 ELSE 3L END;
--> CASE WHEN true THEN 1 WHEN false THEN 2.25 ELSE 3 END decimal(22,2)
--> 1.00
SELECT 1 = 'x';
--> error CAST_INVALID_INPUT
SELECT true = 1;
--> error DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES
SELECT 1 + '2', '3' * '4', 1 + 1.5, 1 + 2L, 1S + 1Y, 1.5F + 1, 1.5F + 1.5D, 1.5 + 1.5D;
--> error DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE
SELECT 1 + 'x';
--> error CAST_INVALID_INPUT
SELECT 1 + true;
--> error DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES
SELECT greatest(1, 2.5, 2L), least('a', 'b'), greatest(1, NULL);
--> greatest(1, 2.5, 2) decimal(21,1) | least(a, b) string | greatest(1, NULL) int
--> 2.5 | a | 1
SELECT 1 <=> NULL, NULL <=> NULL, NULL = NULL, 1 <> NULL;
--> (1 <=> NULL) boolean | (NULL <=> NULL) boolean | (NULL = NULL) boolean | (NOT (1 = NULL)) boolean
--> False | True | NULL | NULL
SELECT 'a' < 'B', 'a' = 'A', 'é' > 'z';
--> (a < B) boolean | (a = A) boolean | (é > z) boolean
--> False | False | True
SELECT 0x1F;
--> error UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
SELECT 1_000;
--> error UNRESOLVED_COLUMN.WITHOUT_SUGGESTION
SELECT :a;
--> error UNBOUND_SQL_PARAMETER

-- known differences
-- another column name
SELECT TIMESTAMP '2024-02-29', TIMESTAMP '2024-02-29 01:02:03.123456', TIMESTAMP '2024-02-29T01:02:03Z', TIMESTAMP '2024-02-29 01:02:03+02:00';
--> TIMESTAMP \'2024-02-29 00:00:00\' timestamp | TIMESTAMP \'2024-02-29 01:02:03.123456\' timestamp | TIMESTAMP \'2024-02-29 01:02:03\' timestamp | TIMESTAMP \'2024-02-28 23:02:03\' timestamp
--> 2024-02-29 00:00:00 | 2024-02-29 01:02:03.123456 | 2024-02-29 01:02:03 | 2024-02-28 23:02:03
-- another column name
SELECT typeof(TIMESTAMP_NTZ '2024-02-29 01:02:03'), typeof(INTERVAL '1-2' YEAR TO MONTH), typeof(INTERVAL 1 DAY);
--> typeof(TIMESTAMP_NTZ \'2024-02-29 01:02:03\') string | typeof(INTERVAL \'1-2\' YEAR TO MONTH) string | typeof(INTERVAL \'1\' DAY) string
--> timestamp_ntz | interval year to month | interval day
-- another column name
SELECT string(INTERVAL '1-2' YEAR TO MONTH), string(INTERVAL 3 MONTHS), string(INTERVAL '1 02:03:04.5' DAY TO SECOND);
--> INTERVAL \'1-2\' YEAR TO MONTH string | INTERVAL \'3\' MONTH string | INTERVAL \'1 02:03:04.5\' DAY TO SECOND string
--> 'INTERVAL \'1-2\' YEAR TO MONTH' | 'INTERVAL \'3\' MONTH' | 'INTERVAL \'1 02:03:04.5\' DAY TO SECOND'
-- another column name
SELECT string(INTERVAL 1 YEAR 2 MONTHS), string(INTERVAL 1 DAY 2 HOURS), string(INTERVAL '-5' HOUR);
--> INTERVAL \'1-2\' YEAR TO MONTH string | INTERVAL \'1 02\' DAY TO HOUR string | INTERVAL \'-05\' HOUR string
--> 'INTERVAL \'1-2\' YEAR TO MONTH' | 'INTERVAL \'1 02\' DAY TO HOUR' | 'INTERVAL \'-05\' HOUR'
-- another column name
SELECT string(make_interval(1, 2, 3, 4, 5, 6, 7.5));
--> make_interval(1, 2, 3, 4, 5, 6, 7.5) string
--> 1 years 2 months 25 days 5 hours 6 minutes 7.5 seconds
-- another column name
SELECT 1 = 1.0, 1 = '1', '1' = 1.0, 1 < 2.5, DATE '2024-01-01' = '2024-01-01', TIMESTAMP '2024-01-01 00:00:00' = DATE '2024-01-01';
--> (1 = 1.0) boolean | (1 = 1) boolean | (1 = 1.0) boolean | (1 < 3) boolean | (DATE \'2024-01-01\' = 2024-01-01) boolean | (TIMESTAMP \'2024-01-01 00:00:00\' = DATE \'2024-01-01\') boolean
--> True | True | True | True | True | True
-- another column name
SELECT 1 + DATE '2024-01-01', DATE '2024-01-01' - DATE '2023-12-25';
--> date_add(DATE \'2024-01-01\', 1) date | (DATE \'2024-01-01\' - DATE \'2023-12-25\') interval day
--> 2024-01-02 | 7 days, 0:00:00
-- another column name
SELECT double('NaN') = double('NaN'), double('NaN') > double('Infinity'), double('-Infinity'), -0.0D = 0.0D;
--> (NaN = NaN) boolean | (NaN > Infinity) boolean | -Infinity double | (-0.0 = 0.0) boolean
--> True | True | -inf | True
