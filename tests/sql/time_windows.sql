-- Time windows: tumbling and sliding ones, sessions, and what is refused.
SELECT window(ts, '10 minutes', '5 minutes') w FROM VALUES (TIMESTAMP'2024-01-01 00:07:00'), (NULL), (TIMESTAMP'2024-01-01 00:05:00') t(ts);
--> w struct<start:timestamp,end:timestamp>
--> {start: 2024-01-01 00:05:00, end: 2024-01-01 00:15:00}
--> {start: 2024-01-01 00:00:00, end: 2024-01-01 00:10:00}
--> {start: 2024-01-01 00:05:00, end: 2024-01-01 00:15:00}
--> {start: 2024-01-01 00:00:00, end: 2024-01-01 00:10:00}
SELECT * , window(ts, '5 minutes') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00'), (NULL) t(ts);
--> ts timestamp | window struct<start:timestamp,end:timestamp>
--> 2024-01-01 00:07:00 | {start: 2024-01-01 00:05:00, end: 2024-01-01 00:10:00}
SELECT window, ts FROM (SELECT ts, window(ts, '5 minutes') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00'), (NULL) t(ts));
--> window struct<start:timestamp,end:timestamp> | ts timestamp
--> {start: 2024-01-01 00:05:00, end: 2024-01-01 00:10:00} | 2024-01-01 00:07:00
SELECT window.start, window.end, count(*) c FROM VALUES (1, TIMESTAMP'2024-01-01 00:07:00'), (1, TIMESTAMP'2024-01-01 00:12:00'), (2, NULL) t(a, ts) GROUP BY window(ts, '10 minutes', '5 minutes') ORDER BY 1;
--> start timestamp | end timestamp | c bigint
--> 2024-01-01 00:00:00 | 2024-01-01 00:10:00 | 1
--> 2024-01-01 00:05:00 | 2024-01-01 00:15:00 | 2
--> 2024-01-01 00:10:00 | 2024-01-01 00:20:00 | 1
SELECT a, window(ts, '10 minutes', '5 minutes').start s, count(*) c FROM VALUES (1, TIMESTAMP'2024-01-01 00:07:00'), (1, TIMESTAMP'2024-01-01 00:12:00'), (2, NULL) t(a, ts) GROUP BY a, window(ts, '10 minutes', '5 minutes') ORDER BY 1, 2;
--> a int | s timestamp | c bigint
--> 1 | 2024-01-01 00:00:00 | 1
--> 1 | 2024-01-01 00:05:00 | 2
--> 1 | 2024-01-01 00:10:00 | 1
SELECT window(ts, '12 minutes', '5 minutes', '2 minutes') w FROM VALUES (TIMESTAMP'2024-01-01 12:05:00') t(ts);
--> w struct<start:timestamp,end:timestamp>
--> {start: 2024-01-01 12:02:00, end: 2024-01-01 12:14:00}
--> {start: 2024-01-01 11:57:00, end: 2024-01-01 12:09:00}
SELECT window(ts, '12 minutes', '5 minutes', '-2 minutes') w FROM VALUES (TIMESTAMP'2024-01-01 12:05:00') t(ts);
--> w struct<start:timestamp,end:timestamp>
--> {start: 2024-01-01 12:03:00, end: 2024-01-01 12:15:00}
--> {start: 2024-01-01 11:58:00, end: 2024-01-01 12:10:00}
SELECT window(ts, '10 minutes', '5 minutes').end FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:07:00') t(ts);
--> window.end timestamp_ntz
--> 2024-01-01 00:15:00
--> 2024-01-01 00:10:00
SELECT window(ts, '10 minutes', '15 minutes') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> error DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION
SELECT window(ts, '0 minutes') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> error DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE
SELECT window(ts, '10 minutes', '5 minutes', '5 minutes') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> error DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION
SELECT window(ts, '1 month') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> error _LEGACY_ERROR_TEMP_3231
SELECT window(ts, 'x') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> error CANNOT_PARSE_INTERVAL
SELECT window(ts, a) FROM VALUES (TIMESTAMP'2024-01-01 00:07:00', '5 minutes') t(ts, a);
--> error _LEGACY_ERROR_TEMP_1207
SELECT window(ts, 5) FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> window struct<start:timestamp,end:timestamp>
--> {start: 2024-01-01 00:07:00, end: 2024-01-01 00:07:00.000005}
SELECT window(ts, INTERVAL '5' MINUTE) FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> error _LEGACY_ERROR_TEMP_1207
SELECT window(a, '5 minutes') FROM VALUES (1) t(a);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT window(a, '5 minutes') FROM VALUES ('2024-01-01 00:07:00') t(a);
--> window struct<start:timestamp,end:timestamp>
--> {start: 2024-01-01 00:05:00, end: 2024-01-01 00:10:00}
SELECT window(a, '5 minutes') FROM VALUES (DATE'2024-01-01') t(a);
--> window struct<start:timestamp,end:timestamp>
--> {start: 2024-01-01 00:00:00, end: 2024-01-01 00:05:00}
SELECT window(ts) FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> error WRONG_NUM_ARGS.WITHOUT_SUGGESTION
SELECT window(ts, '5 minutes'), window(ts, '10 minutes') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> error _LEGACY_ERROR_TEMP_1039
SELECT window(ts, '5 minutes'), window(ts, '5 minutes') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> window struct<start:timestamp,end:timestamp> | window struct<start:timestamp,end:timestamp>
--> {start: 2024-01-01 00:05:00, end: 2024-01-01 00:10:00} | {start: 2024-01-01 00:05:00, end: 2024-01-01 00:10:00}
SELECT window(ts, '5 minutes'), session_window(ts, '5 minutes') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> error _LEGACY_ERROR_TEMP_1039
SELECT ts FROM VALUES (TIMESTAMP'2024-01-01 00:07:00'), (NULL) t(ts) WHERE window(ts, '5 minutes').start >= TIMESTAMP'2024-01-01 00:05:00';
--> ts timestamp
--> 2024-01-01 00:07:00
SELECT a, window.start as start, window.end as end, window_time(window), cnt FROM (SELECT a, window, count(*) as cnt FROM VALUES ('A1', '2021-01-01 00:00:00'), ('A1', '2021-01-01 00:04:30'), ('A1', '2021-01-01 00:06:00'), ('A2', '2021-01-01 00:01:00') AS tab(a, b) GROUP by a, window(b, '5 minutes') ORDER BY a, window.start);
--> a string | start timestamp | end timestamp | window_time(window) timestamp | cnt bigint
--> A1 | 2021-01-01 00:00:00 | 2021-01-01 00:05:00 | 2021-01-01 00:04:59.999999 | 2
--> A1 | 2021-01-01 00:05:00 | 2021-01-01 00:10:00 | 2021-01-01 00:09:59.999999 | 1
--> A2 | 2021-01-01 00:00:00 | 2021-01-01 00:05:00 | 2021-01-01 00:04:59.999999 | 1
SELECT window(window, '10 minutes'), sum(c) FROM (SELECT window, count(*) c FROM VALUES (TIMESTAMP'2024-01-01 00:07:00'), (TIMESTAMP'2024-01-01 00:12:00') t(ts) GROUP BY window(ts, '5 minutes')) GROUP BY window(window, '10 minutes') ORDER BY 1;
--> window struct<start:timestamp,end:timestamp> | sum(c) bigint
--> {start: 2024-01-01 00:00:00, end: 2024-01-01 00:10:00} | 1
--> {start: 2024-01-01 00:10:00, end: 2024-01-01 00:20:00} | 1
SELECT window(window_time(window), '10 minutes').start s, sum(c) FROM (SELECT window, count(*) c FROM VALUES (TIMESTAMP'2024-01-01 00:07:00'), (TIMESTAMP'2024-01-01 00:12:00') t(ts) GROUP BY window(ts, '5 minutes')) GROUP BY window(window_time(window), '10 minutes') ORDER BY 1;
--> s timestamp | sum(c) bigint
--> 2024-01-01 00:00:00 | 1
--> 2024-01-01 00:10:00 | 1
SELECT window, count(*) FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts) GROUP BY window;
--> error UNRESOLVED_COLUMN.WITH_SUGGESTION
SELECT window_time(ts) FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT a, session_window.start, session_window.end, count(*) c FROM VALUES ('A1', '2021-01-01 00:00:00'), ('A1', '2021-01-01 00:04:30'), ('A1', '2021-01-01 00:10:00'), ('A2', '2021-01-01 00:01:00') AS tab(a, b) GROUP BY a, session_window(b, '5 minutes') ORDER BY a, start;
--> a string | start timestamp | end timestamp | c bigint
--> A1 | 2021-01-01 00:00:00 | 2021-01-01 00:09:30 | 2
--> A1 | 2021-01-01 00:10:00 | 2021-01-01 00:15:00 | 1
--> A2 | 2021-01-01 00:01:00 | 2021-01-01 00:06:00 | 1
SELECT a, session_window.start, session_window.end, count(*) c FROM VALUES ('A1', '2021-01-01 00:00:00'), ('A1', '2021-01-01 00:04:30'), ('A1', '2021-01-01 00:10:00'), ('A2', '2021-01-01 00:01:00'), ('A2', '2021-01-01 00:04:30') AS tab(a, b) GROUP by a, session_window(b, CASE WHEN a = 'A1' THEN '5 minutes' WHEN a = 'A2' THEN '1 minute' ELSE '10 minutes' END) ORDER BY a, start;
--> a string | start timestamp | end timestamp | c bigint
--> A1 | 2021-01-01 00:00:00 | 2021-01-01 00:09:30 | 2
--> A1 | 2021-01-01 00:10:00 | 2021-01-01 00:15:00 | 1
--> A2 | 2021-01-01 00:01:00 | 2021-01-01 00:02:00 | 1
--> A2 | 2021-01-01 00:04:30 | 2021-01-01 00:05:30 | 1
SELECT session_window(b, '5 minutes') s, count(*) c FROM VALUES ('2021-01-01 00:00:00'), ('2021-01-01 00:05:00'), ('2021-01-01 00:10:00.000001'), (NULL) AS tab(b) GROUP BY 1 ORDER BY 1;
--> s struct<start:timestamp,end:timestamp> | c bigint
--> {start: 2021-01-01 00:00:00, end: 2021-01-01 00:10:00} | 2
--> {start: 2021-01-01 00:10:00.000001, end: 2021-01-01 00:15:00.000001} | 1
SELECT session_window(b, '5 minutes') s FROM VALUES ('2021-01-01 00:00:00'), ('2021-01-01 00:05:00'), (NULL) AS tab(b);
--> s struct<start:timestamp,end:timestamp>
--> {start: 2021-01-01 00:00:00, end: 2021-01-01 00:05:00}
--> {start: 2021-01-01 00:05:00, end: 2021-01-01 00:10:00}
SELECT session_window(b, '0 minutes') s FROM VALUES ('2021-01-01 00:00:00') AS tab(b);
--> s struct<start:timestamp,end:timestamp>
SELECT session_window(b, g) s FROM VALUES ('2021-01-01 00:00:00', '5 minutes'), ('2021-01-01 00:00:00', '-5 minutes'), ('2021-01-01 00:00:00', NULL), ('2021-01-01 00:00:00', '1 month') AS tab(b, g);
--> s struct<start:timestamp,end:timestamp>
--> {start: 2021-01-01 00:00:00, end: 2021-01-01 00:05:00}
--> {start: 2021-01-01 00:00:00, end: 2021-02-01 00:00:00}
SELECT session_window(b, g) s FROM VALUES ('2021-01-01 00:00:00', 'x') AS tab(b, g);
--> s struct<start:timestamp,end:timestamp>
SELECT session_window(b, 'x') s FROM VALUES ('2021-01-01 00:00:00') AS tab(b);
--> s struct<start:timestamp,end:timestamp>
SELECT session_window(b, 5) s FROM VALUES ('2021-01-01 00:00:00') AS tab(b);
--> error _LEGACY_ERROR_TEMP_1040
SELECT session_window(b, INTERVAL '5' MINUTE) s FROM VALUES ('2021-01-01 00:00:00') AS tab(b);
--> error _LEGACY_ERROR_TEMP_1040
SELECT session_window(b, '1 month') s FROM VALUES ('2021-01-01 00:00:00') AS tab(b);
--> s struct<start:timestamp,end:timestamp>
--> {start: 2021-01-01 00:00:00, end: 2021-02-01 00:00:00}
SELECT session_window(b) s FROM VALUES ('2021-01-01 00:00:00') AS tab(b);
--> error WRONG_NUM_ARGS.WITHOUT_SUGGESTION
SELECT session_window(b, '5 minutes') s FROM VALUES (1) AS tab(b);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT count(*), session_window(b, '5 minutes') s FROM VALUES ('2021-01-01 00:00:00') AS tab(b);
--> error MISSING_GROUP_BY
SELECT a, session_window(b, '5 minutes') s, sum(v), count(DISTINCT v) FROM VALUES (1.0D, '2021-01-01 00:00:00', 1), (1.0D, '2021-01-01 00:01:00', 1),(-0.0D, '2021-01-01 00:00:00', 1), (0.0D, '2021-01-01 00:02:00', 2) AS tab(a, b, v) GROUP BY a, session_window(b, '5 minutes') ORDER BY 1, 2;
--> a double | s struct<start:timestamp,end:timestamp> | sum(v) bigint | count(DISTINCT v) bigint
--> 0.0 | {start: 2021-01-01 00:00:00, end: 2021-01-01 00:05:00} | 1 | 1
--> 0.0 | {start: 2021-01-01 00:02:00, end: 2021-01-01 00:07:00} | 2 | 1
--> 1.0 | {start: 2021-01-01 00:00:00, end: 2021-01-01 00:06:00} | 2 | 1
SELECT a, window(b, '5 minutes') s, count(*) FROM VALUES (1, '2021-01-01 00:00:00'), (2, '2021-01-01 00:01:00') AS tab(a, b) GROUP BY ROLLUP(a, window(b, '5 minutes')) ORDER BY 1, 2;
--> a int | s struct<start:timestamp,end:timestamp> | count(1) bigint
--> NULL | NULL | 2
--> 1 | NULL | 1
--> 1 | {start: 2021-01-01 00:00:00, end: 2021-01-01 00:05:00} | 1
--> 2 | NULL | 1
--> 2 | {start: 2021-01-01 00:00:00, end: 2021-01-01 00:05:00} | 1
SELECT session_window(s, '10 minutes') x, count(*) FROM (SELECT session_window(b, '5 minutes') s FROM VALUES ('2021-01-01 00:00:00') AS tab(b)) GROUP BY 1;
--> x struct<start:timestamp,end:timestamp> | count(1) bigint
--> {start: 2021-01-01 00:04:59.999999, end: 2021-01-01 00:14:59.999999} | 1
SELECT session_window.start FROM VALUES ('2021-01-01 00:00:00') AS tab(b) GROUP BY session_window(b, '5 minutes') HAVING count(*) > 0;
--> start timestamp
--> 2021-01-01 00:00:00
SELECT window(t.ts, '5 minutes') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts) JOIN VALUES (1) u(a);
--> window struct<start:timestamp,end:timestamp>
--> {start: 2024-01-01 00:05:00, end: 2024-01-01 00:10:00}
SELECT count(*) FROM VALUES (TIMESTAMP'2024-01-01 00:07:00'), (TIMESTAMP'2024-01-01 00:17:00') t(ts) GROUP BY window(ts, '10 minutes', '5 minutes') HAVING window.start > TIMESTAMP'2024-01-01 00:04:00' ORDER BY window.start;
--> count(1) bigint
--> 1
--> 1
--> 1
SELECT window(ts, '5 minutes') FROM VALUES (TIMESTAMP'1960-01-01 00:07:00') t(ts);
--> window struct<start:timestamp,end:timestamp>
--> {start: 1960-01-01 00:05:00, end: 1960-01-01 00:10:00}
SELECT explode(array(1,2)), window(ts, '10 minutes', '5 minutes') FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts);
--> col int | window struct<start:timestamp,end:timestamp>
--> 1 | {start: 2024-01-01 00:05:00, end: 2024-01-01 00:15:00}
--> 2 | {start: 2024-01-01 00:05:00, end: 2024-01-01 00:15:00}
--> 1 | {start: 2024-01-01 00:00:00, end: 2024-01-01 00:10:00}
--> 2 | {start: 2024-01-01 00:00:00, end: 2024-01-01 00:10:00}
-- known differences
SELECT window_time(w), count(*) FROM (SELECT window(ts, '5 minutes') w FROM VALUES (TIMESTAMP'2024-01-01 00:07:00') t(ts)) GROUP BY w;
--> error MISSING_AGGREGATION
