-- Time windows of constants, also where clocks change.
SELECT window(TIMESTAMP'2016-03-11 09:00:07', '5 seconds') AS w;
--> w struct<start:timestamp,end:timestamp>
--> {start: 2016-03-11 09:00:05, end: 2016-03-11 09:00:10}
SELECT window(TIMESTAMP'2016-03-11 09:00:07', '10 minutes', '10 minutes', '5 minutes') AS w;
--> w struct<start:timestamp,end:timestamp>
--> {start: 2016-03-11 08:55:00, end: 2016-03-11 09:05:00}
SELECT window_time(window(TIMESTAMP'2016-03-11 09:00:07', '5 seconds')) AS w;
--> w timestamp
--> 2016-03-11 09:00:09.999999
SELECT window(TIMESTAMP'2016-03-11 09:00:07', '0 seconds') AS w;
--> error DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE
SELECT window('2016-03-11 09:00:07', '5 seconds') AS w;
--> w struct<start:timestamp,end:timestamp>
--> {start: 2016-03-11 09:00:05, end: 2016-03-11 09:00:10}
SELECT window(TIMESTAMP'2016-03-11 09:00:07', 'x seconds') AS w;
--> error CANNOT_PARSE_INTERVAL
SELECT window(TIMESTAMP'2016-03-11 09:00:07', '1 month') AS w;
--> error _LEGACY_ERROR_TEMP_3231
SET spark.sql.session.timeZone = America/Los_Angeles;
--> key string | value string
--> spark.sql.session.timeZone | America/Los_Angeles
SELECT CAST(window(TIMESTAMP'2019-03-10 12:00:07', '1 day') AS STRING) AS w;
--> w string
--> {2019-03-09 16:00:00, 2019-03-10 17:00:00}
SELECT CAST(window(TIMESTAMP'2019-03-10 12:00:07', '1 week') AS STRING) AS w;
--> w string
--> {2019-03-06 16:00:00, 2019-03-13 17:00:00}
SELECT CAST(window(TIMESTAMP_NTZ'2019-03-10 12:00:07', '1 hour') AS STRING) AS w;
--> w string
--> {2019-03-10 12:00:00, 2019-03-10 13:00:00}
