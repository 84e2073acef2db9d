-- Texts and arrays whose size a number says: Spark's limits, and the digits that Java writes.
SELECT array_repeat(1, 2147483647);
--> error COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER
SELECT sequence(1, 2147483647);
--> error COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER
SELECT array_insert(array(1), 2147483647, 2);
--> error COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION
SELECT array_insert(array(1), -2147483648, 2);
--> error COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION
SELECT length(repeat('é', 1000)), length(lpad('x', 5000, 'éa')), rpad('hi', 7, '?é'), lpad('hi', 9, 'abc'), length(space(5000));
--> length(repeat(é, 1000)) int | length(lpad(x, 5000, éa)) int | rpad(hi, 7, ?é) string | lpad(hi, 9, abc) string | length(space(5000)) int
--> 1000 | 5000 | hi?é?é? | abcabcahi | 5000
SELECT repeat('ab', 3), repeat('', 2147483647), lpad('hi', 2147483647, ''), rpad(X'61', 4, X'6263');
--> repeat(ab, 3) string | repeat(, 2147483647) string | lpad(hi, 2147483647, ) string | rpad(X\'61\', 4, X\'6263\') binary
--> ababab | '' | hi | X'61626362'
SELECT length(format_number(1.5D, 1000)), length(format_number(12332, 1000)), length(format_number(12332.123456, 1000));
--> length(format_number(1.5, 1000)) int | length(format_number(12332, 1000)) int | length(format_number(12332.123456, 1000)) int
--> 342 | 347 | 1007
SELECT format_number(0.1D, 20), format_number(CAST(0.1 AS FLOAT), 10), format_number(1.005D, 2), format_number(1E20D, 1);
--> format_number(0.1, 20) string | format_number(CAST(0.1 AS FLOAT), 10) string | format_number(1.005, 2) string | format_number(1.0E20, 1) string
--> 0.10000000000000000000 | 0.1000000015 | 1.00 | 100,000,000,000,000,000,000.0
SELECT format_number('1', 2);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT format_number(1.5, 2L);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT length(format_string('%5000d', 1)), format_string('%s', 1E-8BD);
--> length(format_string(%5000d, 1)) int | format_string(%s, 1E-8) string
--> 5000 | 1E-8
SELECT stack(4, 1, 2);
--> col0 int
--> 1
--> 2
--> NULL
--> NULL
-- Types that functions take as they are.
SELECT array_repeat('a', CAST(3 AS BIGINT));
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT soundex(1);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT mask('AbC', 'XY');
--> error DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE
SELECT parse_url(1, 'HOST');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT element_at(array(1, 2), '1');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT element_at(map(1, 'a'), 1.2BD);
--> error DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES
SELECT element_at(map(1, 'a'), 1.5D), map_contains_key(map(1, 'a'), 1.5D), map(1, 'a')[1.5D];
--> element_at(map(1, a), 1.5) string | map_contains_key(map(1, a), 1.5) boolean | map(1, a)[1.5] string
--> NULL | False | a
SELECT array_insert(array(1, 2), 1, 1.5BD);
--> error DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES
SELECT ceil(3.14, 1Y);
--> error NON_FOLDABLE_ARGUMENT
SELECT unix_date(TIMESTAMP'2020-01-01');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT make_timestamp(TIMESTAMP'2020-01-01', TIME'10:00:00');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT try_make_timestamp(2014, 12, 28, 6, 30, 45.887, 'XX');
--> error INVALID_TIMEZONE
SELECT to_timestamp(1, 'yyyy');
--> error INTERNAL_ERROR
SELECT 1 WHERE make_interval(1) IN (SELECT make_interval(2));
--> error DATATYPE_MISMATCH.INVALID_ORDERING_TYPE
SELECT percentile_cont(0.3) WITHIN GROUP (ORDER BY a) FROM VALUES (true) t(a);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT percentile_cont(0.3) WITHIN GROUP (ORDER BY a) FROM VALUES ('1'), ('2') t(a);
--> percentile_cont(0.3) WITHIN GROUP (ORDER BY a) double
--> 1.3
-- Values.
SELECT round(-0.3D), bround(-0.0D, 0), round(2.5, NULL), ceil('2.55', 1);
--> round(-0.3, 0) double | bround(-0.0, 0) double | round(2.5, NULL) decimal(2,0) | ceil(2.55, 1) decimal(22,1)
--> 0.0 | 0.0 | NULL | 2.6
SELECT acosh(3D), asinh(0.1D), asinh(1E200D), acosh(1E200D), acosh(0.5D);
--> ACOSH(3.0) double | ASINH(0.1) double | ASINH(1.0E200) double | ACOSH(1.0E200) double | ACOSH(0.5) double
--> 1.7627471740390859 | 0.09983407889920758 | 461.2101657793691 | 461.2101657793691 | nan
SELECT sentences('well-known fact: 12:30 at 2024-01-02, a:b a.b 1.5 1,5 e-mail x_y a/b 3-4 a1-b2 1-a'), sentences('?? Hi. '), sentences('');
--> sentences(well-known fact: 12:30 at 2024-01-02, a:b a.b 1.5 1,5 e-mail x_y a/b 3-4 a1-b2 1-a, , ) array<array<string>> | sentences(?? Hi. , , ) array<array<string>> | sentences(, , ) array<array<string>>
--> [['well-known', 'fact', '12', '30', 'at', '2024', '01', '02', 'a', 'b', 'a.b', '1.5', '1,5', 'e-mail', 'x_y', 'a', 'b', '3', '4', 'a1', 'b2', '1', 'a']] | [[], ['Hi']] | []
SELECT hex(from_base32('12')), hex(from_base32('A')), hex(from_base32('ABCDEFGHB'));
--> hex(from_base32(12)) string | hex(from_base32(A)) string | hex(from_base32(ABCDEFGHB)) string
--> 06 | 00 | 00443214C738
SELECT -CAST('12345678901234567890123456789012345678' AS DECIMAL(38,0)), abs(CAST('-12345678901234567890123456789012345678' AS DECIMAL(38,0)));
--> (- CAST(12345678901234567890123456789012345678 AS DECIMAL(38,0))) decimal(38,0) | abs(CAST(-12345678901234567890123456789012345678 AS DECIMAL(38,0))) decimal(38,0)
--> -12345678901234567890123456789012350000 | 12345678901234567890123456789012350000
SELECT -CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0));
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION
SELECT from_unixtime(9223372036854775807), to_unix_timestamp(TIMESTAMP'1969-12-31 23:59:59.5'), unix_timestamp(TIMESTAMP'1969-12-31 23:59:58.5');
--> from_unixtime(9223372036854775807, yyyy-MM-dd HH:mm:ss) string | to_unix_timestamp(TIMESTAMP \'1969-12-31 23:59:59.5\', yyyy-MM-dd HH:mm:ss) bigint | unix_timestamp(TIMESTAMP \'1969-12-31 23:59:58.5\', yyyy-MM-dd HH:mm:ss) bigint
--> 1969-12-31 23:59:59 | 0 | -1
SELECT make_timestamp(2014, 12, 28, 6, 30, CAST('4294.967301' AS DECIMAL(16,6)));
--> make_timestamp(2014, 12, 28, 6, 30, CAST(4294.967301 AS DECIMAL(16,6))) timestamp
--> 2014-12-28 06:30:00.000005
SELECT sum(a), first(a) FROM VALUES (NULL, make_interval(1)), (INTERVAL '2' DAY, NULL) AS t(a, b) WHERE a IS NOT NULL;
--> sum(a) interval day | first(a) interval day
--> 2 days, 0:00:00 | 2 days, 0:00:00
-- Errors of what decides nothing.
SELECT 0 & CAST(a AS INT) FROM VALUES ('x') AS t(a);
--> error CAST_INVALID_INPUT
SELECT -1 | CAST(a AS INT) FROM VALUES ('x') AS t(a);
--> error CAST_INVALID_INPUT
SELECT 5 & a, 5 | a, 5 ^ a, CAST(a AS TINYINT) & 3Y FROM VALUES (3), (NULL), (-2) AS t(a);
--> (5 & a) int | (5 \| a) int | (5 ^ a) int | (CAST(a AS TINYINT) & 3) tinyint
--> 1 | 7 | 6 | 3
--> NULL | NULL | NULL | NULL
--> 4 | -1 | -5 | 2
-- Time windows in filters and orders are columns, and leave out rows without a time.
SELECT a, t FROM VALUES (1, TIMESTAMP'2020-01-01'), (2, NULL) AS t(a, t) ORDER BY window(t, '1 day');
--> window struct<start:timestamp,end:timestamp> | a int | t timestamp
--> {start: 2020-01-01 00:00:00, end: 2020-01-02 00:00:00} | 1 | 2020-01-01 00:00:00
SELECT * FROM VALUES (1, TIMESTAMP'2020-01-01'), (2, NULL) AS t(a, t) WHERE window(t, '1 day').start IS NOT NULL;
--> window struct<start:timestamp,end:timestamp> | a int | t timestamp
--> {start: 2020-01-01 00:00:00, end: 2020-01-02 00:00:00} | 1 | 2020-01-01 00:00:00
SELECT a FROM VALUES (1, TIMESTAMP'2020-01-01'), (2, NULL) AS t(a, t) WHERE window(t, '1 day').start IS NOT NULL;
--> a int
--> 1
SELECT a, t FROM VALUES (1, TIMESTAMP'2020-01-01'), (2, TIMESTAMP'2020-01-02') AS t(a, t) ORDER BY window(t, '2 days', '1 day'), a;
--> window struct<start:timestamp,end:timestamp> | a int | t timestamp
--> {start: 2019-12-31 00:00:00, end: 2020-01-02 00:00:00} | 1 | 2020-01-01 00:00:00
--> {start: 2020-01-01 00:00:00, end: 2020-01-03 00:00:00} | 1 | 2020-01-01 00:00:00
--> {start: 2020-01-01 00:00:00, end: 2020-01-03 00:00:00} | 2 | 2020-01-02 00:00:00
--> {start: 2020-01-02 00:00:00, end: 2020-01-04 00:00:00} | 2 | 2020-01-02 00:00:00
-- Names of what reads fields.
SELECT length(s.x), s.x, s.x + 1, concat(s.x, x), CAST(s.x AS INT), s.x = '1' FROM (SELECT named_struct('x', '12') AS s, 'a' AS x);
--> length(s.x) int | x string | (s.x + 1) bigint | concat(s.x, x) string | CAST(s.x AS INT) int | (s.x = 1) boolean
--> 2 | 12 | 13 | 12a | 12 | False
SELECT t.s.x + 1, s.n.q, upper(s.n.q), -s.x, s.x IS NULL, s.x IN (1) FROM (SELECT named_struct('x', 1, 'n', named_struct('q', 'a')) s) t;
--> (s.x + 1) int | q string | upper(s.n.q) string | (- s.x) int | (s.x IS NULL) boolean | (s.x IN (1)) boolean
--> 2 | a | A | -1 | False | True
SELECT s.x, count(*), max(s.y) FROM (SELECT named_struct('x', 1, 'y', 2) s) GROUP BY s.x;
--> x int | count(1) bigint | max(s.y) int
--> 1 | 1 | 2
SELECT m.k, upper(m.k), size(a.x), a.x FROM (SELECT map('k', 'v') AS m, array(named_struct('x', 1)) AS a);
--> k string | upper(m[k]) string | size(a.x) int | x array<int>
--> v | V | 1 | [1]
SELECT struct(s.x, s.y), arrays_zip(a.x) FROM (SELECT named_struct('x', 1, 'y', 2) s, array(named_struct('x', 3)) a);
--> struct(s.x, s.y) struct<x:int,y:int> | arrays_zip(a.x) array<struct<x:int>>
--> {x: 1, y: 2} | [{x: 3}]
-- known differences
-- another condition: Java's own error there
SELECT repeat('123', 715827883);
--> error ArithmeticException
