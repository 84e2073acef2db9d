-- Dates, times, timestamps and intervals.
CREATE TEMP VIEW t AS SELECT * FROM VALUES (DATE '2024-02-29', TIMESTAMP '2024-02-29 13:14:15.678901'), (DATE '1969-12-31', TIMESTAMP '1969-12-31 23:59:59.5'), (NULL, NULL) AS t(d, ts);
--> ok
SELECT year(d), quarter(d), month(d), day(d), dayofweek(d), weekday(d), dayofyear(d), weekofyear(d), hour(ts), minute(ts), second(ts) FROM t;
--> year(d) int | quarter(d) int | month(d) int | day(d) int | dayofweek(d) int | weekday(d) int | dayofyear(d) int | weekofyear(d) int | hour(ts) int | minute(ts) int | second(ts) int
--> 2024 | 1 | 2 | 29 | 5 | 3 | 60 | 9 | 13 | 14 | 15
--> 1969 | 4 | 12 | 31 | 4 | 2 | 365 | 1 | 23 | 59 | 59
--> NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL
SELECT extract(DOW FROM d) AS a, extract(WEEK FROM d) AS b, extract(YEAROFWEEK FROM d) AS c, extract(SECOND FROM ts) AS s, date_part('QUARTER', ts) AS q FROM t;
--> a int | b int | c int | s decimal(8,6) | q int
--> 5 | 9 | 2024 | 15.678901 | 1
--> 4 | 1 | 1970 | 59.500000 | 4
--> NULL | NULL | NULL | NULL | NULL
SELECT date_add(d, 1) AS a, date_sub(d, 60) AS b, d + 1 AS c, d - 1 AS e, add_months(d, 12) AS f, last_day(d) AS g, next_day(d, 'Mon') AS h FROM t;
--> a date | b date | c date | e date | f date | g date | h date
--> 2024-03-01 | 2023-12-31 | 2024-03-01 | 2024-02-28 | 2025-02-28 | 2024-02-29 | 2024-03-04
--> 1970-01-01 | 1969-11-01 | 1970-01-01 | 1969-12-30 | 1970-12-31 | 1969-12-31 | 1970-01-05
--> NULL | NULL | NULL | NULL | NULL | NULL | NULL
SELECT date_trunc('MONTH', ts) AS a, date_trunc('hour', ts) AS b, date_trunc('WEEK', ts) AS c, trunc(d, 'YEAR') AS e, trunc(d, 'quarter') AS f FROM t;
--> a timestamp | b timestamp | c timestamp | e date | f date
--> 2024-02-01 00:00:00 | 2024-02-29 13:00:00 | 2024-02-26 00:00:00 | 2024-01-01 | 2024-01-01
--> 1969-12-01 00:00:00 | 1969-12-31 23:00:00 | 1969-12-29 00:00:00 | 1969-01-01 | 1969-10-01
--> NULL | NULL | NULL | NULL | NULL
SELECT date_trunc('bad', ts) AS a FROM t;
--> a timestamp
--> NULL
--> NULL
--> NULL
SELECT datediff(DATE '2024-03-01', d) AS a, date_diff(DATE '2024-03-01', d) AS b, months_between(DATE '2024-03-31', d) AS c, DATE '2024-03-01' - d AS e FROM t;
--> a int | b int | c double | e interval day
--> 1 | 1 | 1.0 | 1 day, 0:00:00
--> 19784 | 19784 | 651.0 | 19784 days, 0:00:00
--> NULL | NULL | NULL | NULL
SELECT datediff(MONTH, d, DATE '2024-12-25') AS a, timestampdiff(HOUR, ts, TIMESTAMP '2024-03-01 00:00:00') AS b, timestampadd(DAY, 1, ts) AS c, dateadd(WEEK, 2, d) AS e FROM t;
--> a bigint | b bigint | c timestamp | e timestamp
--> 9 | 10 | 2024-03-01 13:14:15.678901 | 2024-03-14 00:00:00
--> 659 | 474792 | 1970-01-01 23:59:59.500000 | 1970-01-14 00:00:00
--> NULL | NULL | NULL | NULL
SELECT d + INTERVAL 1 MONTH AS a, d - INTERVAL '1' DAY AS b, d + INTERVAL '1' HOUR AS c, ts + INTERVAL '1 02' DAY TO HOUR AS e, ts - INTERVAL 1 YEAR AS f FROM t;
--> a date | b date | c timestamp | e timestamp | f timestamp
--> 2024-03-29 | 2024-02-28 | 2024-02-29 01:00:00 | 2024-03-01 15:14:15.678901 | 2023-02-28 13:14:15.678901
--> 1970-01-31 | 1969-12-30 | 1969-12-31 01:00:00 | 1970-01-02 01:59:59.500000 | 1968-12-31 23:59:59.500000
--> NULL | NULL | NULL | NULL | NULL
SELECT DATE '2024-01-31' + INTERVAL 1 MONTH AS a, DATE '2024-03-31' - INTERVAL 1 MONTH AS b, TIMESTAMP '2024-01-31 01:00:00' + INTERVAL '1' MONTH AS c;
--> a date | b date | c timestamp
--> 2024-02-29 | 2024-02-29 | 2024-02-29 01:00:00
SELECT TIMESTAMP '2024-01-02 00:00:00' - TIMESTAMP '2024-01-01 12:00:00' AS a, DATE '2024-01-02' - TIMESTAMP '2024-01-01 12:00:00' AS b;
--> a interval day to second | b interval day to second
--> 12:00:00 | 12:00:00
SELECT INTERVAL '1' DAY + INTERVAL '2' HOUR AS a, INTERVAL '1' DAY * 2.5 AS b, INTERVAL '1' DAY / 2 AS c, -INTERVAL '1' DAY AS e, 2 * INTERVAL '3' MINUTE AS f;
--> a interval day to hour | b interval day to second | c interval day to second | e interval day | f interval day to second
--> 1 day, 2:00:00 | 2 days, 12:00:00 | 12:00:00 | -1 day, 0:00:00 | 0:06:00
SELECT string(INTERVAL '1' YEAR + INTERVAL '2' MONTH) AS a, string(INTERVAL '1' YEAR * 2) AS b, string(INTERVAL '1' YEAR / 5) AS c;
--> a string | b string | c string
--> 'INTERVAL \'1-2\' YEAR TO MONTH' | 'INTERVAL \'2-0\' YEAR TO MONTH' | 'INTERVAL \'0-2\' YEAR TO MONTH'
SELECT INTERVAL '1' DAY > INTERVAL '23' HOUR AS a, INTERVAL '1' YEAR = INTERVAL '12' MONTH AS b;
--> a boolean | b boolean
--> True | True
SELECT INTERVAL '1' DAY + INTERVAL '1' MONTH;
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT INTERVAL '1' DAY / 0;
--> error INTERVAL_DIVIDED_BY_ZERO
SELECT date_format(ts, 'yyyy-MM-dd HH:mm:ss.SSS') AS a, date_format(d, 'EEE, d MMM yy') AS b, date_format(ts, 'hh:mm a') AS c, date_format(d, 'D Q') AS e FROM t;
--> a string | b string | c string | e string
--> 2024-02-29 13:14:15.678 | Thu, 29 Feb 24 | 01:14 PM | 60 1
--> 1969-12-31 23:59:59.500 | Wed, 31 Dec 69 | 11:59 PM | 365 4
--> NULL | NULL | NULL | NULL
SELECT to_date('2024-02-30');
--> error CAST_INVALID_INPUT
SELECT to_date('29/02/2024', 'dd/MM/yyyy') AS a, to_timestamp('2024-02-29 01:02', 'yyyy-MM-dd HH:mm') AS b, try_to_timestamp('x') AS c, to_timestamp('2024-02-29') AS e;
--> a date | b timestamp | c timestamp | e timestamp
--> 2024-02-29 | 2024-02-29 01:02:00 | NULL | 2024-02-29 00:00:00
SELECT to_date('x', 'yyyy');
--> error CANNOT_PARSE_TIMESTAMP
SELECT unix_timestamp('2024-02-29 00:00:00') AS a, from_unixtime(0) AS b, timestamp_seconds(1.5) AS c, timestamp_millis(1500) AS e, unix_micros(TIMESTAMP '1970-01-01 00:00:01') AS f, unix_date(DATE '1970-01-10') AS g, date_from_unix_date(9) AS h;
--> a bigint | b string | c timestamp | e timestamp | f bigint | g int | h date
--> 1709164800 | 1970-01-01 00:00:00 | 1970-01-01 00:00:01.500000 | 1970-01-01 00:00:01.500000 | 1000000 | 9 | 1970-01-10
SELECT make_date(2024, 2, 29) AS a, make_timestamp(2024, 2, 29, 1, 2, 3.5) AS b, make_dt_interval(1, 2, 3, 4.5) AS c, string(make_ym_interval(1, 2)) AS e;
--> a date | b timestamp | c interval day to second | e string
--> 2024-02-29 | 2024-02-29 01:02:03.500000 | 1 day, 2:03:04.500000 | 'INTERVAL \'1-2\' YEAR TO MONTH'
SELECT make_date(2023, 2, 29);
--> error DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION
SELECT from_utc_timestamp(TIMESTAMP '2024-07-01 00:00:00', 'America/New_York') AS a, to_utc_timestamp(TIMESTAMP '2024-07-01 00:00:00', 'Asia/Tokyo') AS b, convert_timezone('UTC', 'Europe/Berlin', TIMESTAMP_NTZ '2024-07-01 00:00:00') AS c;
--> a timestamp | b timestamp | c timestamp_ntz
--> 2024-06-30 20:00:00 | 2024-06-30 15:00:00 | 2024-07-01 02:00:00
SELECT d = ts AS a, d < ts AS b, d = '2024-02-29' AS c, ts > '2000' AS e FROM t;
--> a boolean | b boolean | c boolean | e boolean
--> False | True | True | True
--> False | True | False | False
--> NULL | NULL | NULL | NULL
SELECT CAST(ts AS date) AS a, CAST(d AS timestamp) AS b, CAST(ts AS string) AS c, CAST(ts AS bigint) AS e, CAST(ts AS double) AS f, CAST(d AS string) AS g FROM t;
--> a date | b timestamp | c string | e bigint | f double | g string
--> 2024-02-29 | 2024-02-29 00:00:00 | 2024-02-29 13:14:15.678901 | 1709212455 | 1709212455.678901 | 2024-02-29
--> 1969-12-31 | 1969-12-31 00:00:00 | 1969-12-31 23:59:59.5 | -1 | -0.5 | 1969-12-31
--> NULL | NULL | NULL | NULL | NULL | NULL
SELECT CAST(0 AS timestamp) AS a, CAST(1.5D AS timestamp) AS b, CAST('2024-02-29 01:02:03 UTC' AS timestamp) AS c, CAST('2024-02-29T01:02:03+05:30' AS timestamp) AS e;
--> a timestamp | b timestamp | c timestamp | e timestamp
--> 1970-01-01 00:00:00 | 1970-01-01 00:00:01.500000 | 2024-02-29 01:02:03 | 2024-02-28 19:32:03
SELECT CAST(1 AS date);
--> error DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION
SELECT sequence(DATE '2024-01-30', DATE '2024-02-02') AS a, sequence(DATE '2024-01-31', DATE '2024-04-30', INTERVAL 1 MONTH) AS b;
--> a array<date> | b array<date>
--> [2024-01-30, 2024-01-31, 2024-02-01, 2024-02-02] | [2024-01-31, 2024-02-29, 2024-03-31, 2024-04-30]
SELECT typeof(current_date()), typeof(current_timestamp()), typeof(now()), typeof(localtimestamp()), current_timezone();
--> typeof(current_date()) string | typeof(current_timestamp()) string | typeof(now()) string | typeof(localtimestamp()) string | current_timezone() string
--> date | timestamp | timestamp | timestamp_ntz | UTC
SELECT CURRENT_DATE = current_date() AS a, CURRENT_TIMESTAMP = now() AS b;
--> a boolean | b boolean
--> True | True
SELECT date_trunc('DAY', TIMESTAMP_NTZ '2024-02-29 13:00:00') AS a, typeof(TIMESTAMP_NTZ '2024-02-29 13:00:00' + INTERVAL '1' DAY) AS b, hour(TIMESTAMP_NTZ '2024-02-29 13:00:00') AS c;
--> a timestamp | b string | c int
--> 2024-02-29 00:00:00 | timestamp_ntz | 13
SELECT extract(DAY FROM INTERVAL '3 04:05:06.7' DAY TO SECOND) AS a, extract(SECOND FROM INTERVAL '3 04:05:06.7' DAY TO SECOND) AS b, extract(MONTH FROM INTERVAL '1-2' YEAR TO MONTH) AS c;
--> a int | b decimal(8,6) | c tinyint
--> 3 | 6.700000 | 2
SELECT string(TIMESTAMP '0001-01-01 00:00:00') AS a, DATE '9999-12-31' AS b, DATE '0001-01-01' AS c, TIMESTAMP '1582-10-04 00:00:00' AS e;
--> a string | b date | c date | e timestamp
--> 0001-01-01 00:00:00 | 9999-12-31 | 0001-01-01 | 1582-10-04 00:00:00
SELECT d, count(*) FROM t GROUP BY d ORDER BY d;
--> d date | count(1) bigint
--> NULL | 1
--> 1969-12-31 | 1
--> 2024-02-29 | 1
SELECT date('2024-02-29') AS a, timestamp('2024-02-29 01:00:00') AS b, dayname(DATE '2024-02-29') AS c, monthname(DATE '2024-02-29') AS e;
--> a date | b timestamp | c string | e string
--> 2024-02-29 | 2024-02-29 01:00:00 | Thu | Feb
SELECT DATE '2024-02-29' + 1.5;
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT d + d FROM t;
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT ts - 1 FROM t;
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT window.start, window.end, count(*) AS c FROM VALUES (TIMESTAMP '2024-01-01 00:03:00'), (TIMESTAMP '2024-01-01 00:07:00'), (TIMESTAMP '2024-01-01 00:08:00') AS v(ts) GROUP BY window(ts, '5 minutes') ORDER BY 1;
--> start timestamp | end timestamp | c bigint
--> 2024-01-01 00:00:00 | 2024-01-01 00:05:00 | 1
--> 2024-01-01 00:05:00 | 2024-01-01 00:10:00 | 2
SELECT window.start, count(*) AS c FROM VALUES (TIMESTAMP '2024-01-01 00:03:00'), (TIMESTAMP '2024-01-01 00:07:00') AS v(ts) GROUP BY window(ts, '10 minutes', '5 minutes') ORDER BY 1;
--> start timestamp | c bigint
--> 2023-12-31 23:55:00 | 1
--> 2024-01-01 00:00:00 | 2
--> 2024-01-01 00:05:00 | 1
SELECT session_window.start, session_window.end, count(*) AS c FROM VALUES (TIMESTAMP '2024-01-01 00:03:00'), (TIMESTAMP '2024-01-01 00:07:00'), (TIMESTAMP '2024-01-01 00:18:00') AS v(ts) GROUP BY session_window(ts, '5 minutes') ORDER BY 1;
--> start timestamp | end timestamp | c bigint
--> 2024-01-01 00:03:00 | 2024-01-01 00:12:00 | 2
--> 2024-01-01 00:18:00 | 2024-01-01 00:23:00 | 1
SELECT sum(i) AS a, avg(i) AS b, max(i) AS c FROM VALUES (INTERVAL '1' DAY), (INTERVAL '3' DAY), (NULL) AS v(i);
--> a interval day | b interval day to second | c interval day
--> 4 days, 0:00:00 | 2 days, 0:00:00 | 3 days, 0:00:00
-- known differences
-- answers where Spark refuses
SELECT TIME '12:34:56' AS a, typeof(TIME '12:34:56.5') AS b, hour(TIME '12:34:56') AS c;
--> error UNSUPPORTED_TIME_TYPE
