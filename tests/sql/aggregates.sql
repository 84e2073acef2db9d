-- GROUP BY in all its forms.
CREATE TEMP VIEW t AS SELECT * FROM VALUES ('a', 'x', 1, 1.50), ('a', 'y', 2, NULL), ('b', 'x', 3, 2.25), ('b', NULL, NULL, 4.00), (NULL, 'y', 5, 0.75) AS t(g, h, n, p);
--> ok
CREATE TEMP VIEW empty AS SELECT * FROM t WHERE false;
--> ok
SELECT g, count(*), sum(n), avg(n), min(p), max(p) FROM t GROUP BY g;
--> g string | count(1) bigint | sum(n) bigint | avg(n) double | min(p) decimal(3,2) | max(p) decimal(3,2)
--> a | 2 | 3 | 1.5 | 1.50 | 1.50
--> b | 2 | 3 | 3.0 | 2.25 | 4.00
--> NULL | 1 | 5 | 5.0 | 0.75 | 0.75
SELECT sum(p), avg(p), sum(n), avg(n), sum(CAST(n AS double)), count(p) FROM t;
--> sum(p) decimal(13,2) | avg(p) decimal(7,6) | sum(n) bigint | avg(n) double | sum(CAST(n AS DOUBLE)) double | count(p) bigint
--> 8.50 | 2.125000 | 11 | 2.75 | 11.0 | 4
SELECT count(*), count(n), sum(n), avg(n), min(n), max(h), collect_list(n), first(n), stddev(n) FROM empty;
--> count(1) bigint | count(n) bigint | sum(n) bigint | avg(n) double | min(n) int | max(h) string | collect_list(n) array<int> | first(n) int | stddev(n) double
--> 0 | 0 | NULL | NULL | NULL | NULL | [] | NULL | NULL
SELECT g, count(*) FROM empty GROUP BY g;
--> g string | count(1) bigint
SELECT count(*) FROM empty GROUP BY ();
--> error PARSE_SYNTAX_ERROR
SELECT g, count(*) FROM t GROUP BY 1;
--> g string | count(1) bigint
--> a | 2
--> b | 2
--> NULL | 1
SELECT g, count(*) FROM t GROUP BY 2;
--> error GROUP_BY_POS_AGGREGATE
SELECT g, count(*) FROM t GROUP BY 3;
--> error GROUP_BY_POS_OUT_OF_RANGE
SELECT g AS k, count(*) FROM t GROUP BY k;
--> k string | count(1) bigint
--> a | 2
--> b | 2
--> NULL | 1
SELECT upper(g) AS k, sum(n) FROM t GROUP BY upper(g);
--> k string | sum(n) bigint
--> A | 3
--> B | 3
--> NULL | 5
SELECT upper(g), lower(upper(g)), sum(n) + 1 FROM t GROUP BY upper(g);
--> upper(g) string | lower(upper(g)) string | (sum(n) + 1) bigint
--> A | a | 4
--> B | b | 4
--> NULL | NULL | 6
SELECT n + 1, count(*) FROM t GROUP BY n + 1;
--> (n + 1) int | count(1) bigint
--> 2 | 1
--> 3 | 1
--> 4 | 1
--> 6 | 1
--> NULL | 1
SELECT n + 2, count(*) FROM t GROUP BY n + 1;
--> error MISSING_AGGREGATION
SELECT g, h FROM t GROUP BY ALL;
--> g string | h string
--> a | x
--> a | y
--> b | x
--> b | NULL
--> NULL | y
SELECT g, count(*), max(n) + 1 FROM t GROUP BY ALL;
--> g string | count(1) bigint | (max(n) + 1) int
--> a | 2 | 3
--> b | 2 | 4
--> NULL | 1 | 6
SELECT g, sum(n) FROM t GROUP BY g HAVING sum(n) > 3;
--> g string | sum(n) bigint
--> NULL | 5
SELECT g, sum(n) AS s FROM t GROUP BY g HAVING s > 3 AND count(*) > 1;
--> g string | s bigint
SELECT g FROM t GROUP BY g HAVING max(p) > 2;
--> g string
--> b
SELECT count(*) FROM t HAVING count(*) > 100;
--> count(1) bigint
SELECT 1 FROM t HAVING sum(n) > 1;
--> 1 int
--> 1
SELECT g, n FROM t GROUP BY g;
--> error MISSING_AGGREGATION
SELECT g, h, sum(n) FROM t GROUP BY ROLLUP (g, h);
--> g string | h string | sum(n) bigint
--> a | x | 1
--> a | y | 2
--> b | x | 3
--> a | NULL | 3
--> NULL | NULL | 11
--> b | NULL | 3
--> b | NULL | NULL
--> NULL | y | 5
--> NULL | NULL | 5
SELECT g, h, sum(n) FROM t GROUP BY g, h WITH ROLLUP;
--> g string | h string | sum(n) bigint
--> a | x | 1
--> a | y | 2
--> b | x | 3
--> a | NULL | 3
--> NULL | NULL | 11
--> b | NULL | 3
--> b | NULL | NULL
--> NULL | y | 5
--> NULL | NULL | 5
SELECT g, h, sum(n) FROM t GROUP BY CUBE (g, h);
--> g string | h string | sum(n) bigint
--> a | x | 1
--> a | y | 2
--> b | x | 3
--> a | NULL | 3
--> NULL | x | 4
--> NULL | NULL | 11
--> NULL | y | 7
--> b | NULL | 3
--> b | NULL | NULL
--> NULL | NULL | NULL
--> NULL | y | 5
--> NULL | NULL | 5
SELECT g, h, sum(n), grouping(g), grouping(h), grouping_id() FROM t GROUP BY CUBE (g, h);
--> g string | h string | sum(n) bigint | grouping(g) tinyint | grouping(h) tinyint | grouping_id() bigint
--> a | x | 1 | 0 | 0 | 0
--> a | y | 2 | 0 | 0 | 0
--> b | x | 3 | 0 | 0 | 0
--> a | NULL | 3 | 0 | 1 | 1
--> NULL | x | 4 | 1 | 0 | 2
--> NULL | NULL | 11 | 1 | 1 | 3
--> NULL | y | 7 | 1 | 0 | 2
--> b | NULL | 3 | 0 | 1 | 1
--> b | NULL | NULL | 0 | 0 | 0
--> NULL | NULL | NULL | 1 | 0 | 2
--> NULL | y | 5 | 0 | 0 | 0
--> NULL | NULL | 5 | 0 | 1 | 1
SELECT g, h, count(*) FROM t GROUP BY g, h GROUPING SETS ((g), (h));
--> g string | h string | count(1) bigint
--> a | NULL | 2
--> NULL | x | 2
--> NULL | y | 2
--> b | NULL | 2
--> NULL | NULL | 1
--> NULL | NULL | 1
SELECT g, h, count(*) FROM t GROUP BY g, ROLLUP (h);
--> g string | h string | count(1) bigint
--> a | x | 1
--> a | y | 1
--> b | x | 1
--> a | NULL | 2
--> b | NULL | 2
--> b | NULL | 1
--> NULL | y | 1
--> NULL | NULL | 1
SELECT g, h, count(*) FROM t GROUP BY ROLLUP (g), CUBE (h);
--> g string | h string | count(1) bigint
--> a | x | 1
--> a | y | 1
--> b | x | 1
--> a | NULL | 2
--> NULL | x | 2
--> NULL | NULL | 5
--> NULL | y | 2
--> b | NULL | 2
--> b | NULL | 1
--> NULL | NULL | 1
--> NULL | y | 1
--> NULL | NULL | 1
SELECT g, count(*) FROM t GROUP BY ROLLUP (g) HAVING grouping(g) = 1;
--> g string | count(1) bigint
--> NULL | 5
SELECT g, sum(n) FROM t GROUP BY GROUPING SETS ((g), (g));
--> g string | sum(n) bigint
--> a | 3
--> a | 3
--> b | 3
--> b | 3
--> NULL | 5
--> NULL | 5
SELECT grouping(g) FROM t GROUP BY g;
--> error UNSUPPORTED_GROUPING_EXPRESSION
SELECT g || 'z', n % 2, count(*) FROM t GROUP BY CUBE (g || 'z', n % 2);
--> concat(g, z) string | (n % 2) int | count(1) bigint
--> az | 1 | 1
--> az | 0 | 1
--> bz | 1 | 1
--> az | NULL | 2
--> NULL | 1 | 3
--> NULL | NULL | 5
--> NULL | 0 | 1
--> bz | NULL | 2
--> bz | NULL | 1
--> NULL | NULL | 1
--> NULL | 1 | 1
--> NULL | NULL | 1
SELECT g, count(g), sum(n) FROM t GROUP BY ROLLUP (g);
--> g string | count(g) bigint | sum(n) bigint
--> a | 2 | 3
--> b | 2 | 3
--> NULL | 4 | 11
--> NULL | 0 | 5
SELECT g, sum(n) FILTER (WHERE h = 'x'), count(*) FILTER (WHERE n > 1) FROM t GROUP BY g;
--> g string | sum(n) FILTER (WHERE (h = x)) bigint | count(1) FILTER (WHERE (n > 1)) bigint
--> a | 1 | 1
--> b | 3 | 1
--> NULL | NULL | 1
SELECT count(DISTINCT g), count(DISTINCT g, h), sum(DISTINCT n), count(DISTINCT h) FILTER (WHERE n > 1) FROM t;
--> count(DISTINCT g) bigint | count(DISTINCT g, h) bigint | sum(DISTINCT n) bigint | count(DISTINCT h) FILTER (WHERE (n > 1)) bigint
--> 2 | 3 | 11 | 2
SELECT g, count(DISTINCT h), sum(DISTINCT n), avg(n) FROM t GROUP BY g;
--> g string | count(DISTINCT h) bigint | sum(DISTINCT n) bigint | avg(n) double
--> a | 2 | 3 | 1.5
--> b | 1 | 3 | 3.0
--> NULL | 1 | 5 | 5.0
SELECT sort_array(collect_list(DISTINCT h)) FROM t;
--> sort_array(collect_list(DISTINCT h), true) array<string>
--> ['x', 'y']
SELECT max_by(h, n), min_by(h, n), bool_and(n > 0), bool_or(n > 4), every(n > 0), some(n > 4) FROM t;
--> max_by(h, n) string | min_by(h, n) string | bool_and((n > 0)) boolean | bool_or((n > 4)) boolean | every((n > 0)) boolean | some((n > 4)) boolean
--> y | x | True | True | True | True
SELECT stddev(n), stddev_pop(n), variance(n), var_pop(n), corr(n, n), covar_samp(n, p), skewness(n), kurtosis(n) FROM t;
--> stddev(n) double | stddev_pop(n) double | variance(n) double | var_pop(n) double | corr(n, n) double | covar_samp(n, p) double | skewness(n) double | kurtosis(n) double
--> 1.707825127659933 | 1.479019945774904 | 2.9166666666666665 | 2.1875 | 1.0 | -0.75 | 0.4346507595746657 | -1.1542857142857144
SELECT percentile(n, 0.5), percentile(n, array(0.25, 0.75)), median(n), percentile_approx(n, 0.5), mode(n) FROM t WHERE g = 'a';
--> percentile(n, 0.5, 1) double | percentile(n, array(0.25, 0.75), 1) array<double> | median(n) double | percentile_approx(n, 0.5, 10000) int | mode(n) int
--> 1.5 | [1.25, 1.75] | 1.5 | 1 | 1
SELECT count_if(n > 1), approx_count_distinct(n), any_value(g) FROM t WHERE g = 'a';
--> count_if((n > 1)) bigint | approx_count_distinct(n) bigint | any_value(g) string
--> 1 | 2 | a
SELECT bit_and(n), bit_or(n), bit_xor(n) FROM t;
--> bit_and(n) int | bit_or(n) int | bit_xor(n) int
--> 0 | 7 | 5
SELECT sum(n) + count(*), sum(n) / count(n), sum(n + 1), -sum(n) FROM t;
--> (sum(n) + count(1)) bigint | (sum(n) / count(n)) double | sum((n + 1)) bigint | (- sum(n)) bigint
--> 16 | 2.75 | 15 | -11
SELECT sum(sum(n)) FROM t;
--> error NESTED_AGGREGATE_FUNCTION
SELECT sum(h) FROM t;
--> error CAST_INVALID_INPUT
SELECT max(map(1, n)) FROM t;
--> error DATATYPE_MISMATCH.INVALID_ORDERING_TYPE
SELECT g, sum(n) FROM t GROUP BY g ORDER BY sum(n) DESC NULLS LAST;
--> g string | sum(n) bigint
--> NULL | 5
--> a | 3
--> b | 3
SELECT g FROM t GROUP BY g ORDER BY count(*), g;
--> g string
--> NULL
--> a
--> b
SELECT DISTINCT g, n > 1 FROM t;
--> g string | (n > 1) boolean
--> a | False
--> a | True
--> b | True
--> b | NULL
--> NULL | True
SELECT d, count(*) FROM VALUES (double('NaN')), (double('NaN')), (0.0D), (-0.0D) AS v(d) GROUP BY d;
--> d double | count(1) bigint
--> nan | 2
--> 0.0 | 2
SELECT sum(x) FROM VALUES (9223372036854775807L), (1L) AS v(x);
--> error ARITHMETIC_OVERFLOW
SELECT sum(x), avg(x) FROM VALUES (CAST(99999999999999999999999999999999999999 AS decimal(38,0))), (CAST(1 AS decimal(38,0))) AS v(x);
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT try_sum(x), try_avg(x) FROM VALUES (9223372036854775807L), (1L) AS v(x);
--> try_sum(x) bigint | try_avg(x) double
--> NULL | 4.611686018427388e+18
SELECT g, g FROM t GROUP BY g, g;
--> g string | g string
--> a | a
--> b | b
--> NULL | NULL
SELECT count(*) FROM t GROUP BY g, h LIMIT 0;
--> count(1) bigint
SELECT sum(n) AS g FROM t GROUP BY g ORDER BY g;
--> g bigint
--> 3
--> 3
--> 5
SELECT n AS g, count(*) FROM t GROUP BY g;
--> error MISSING_AGGREGATION
SELECT struct(g, h) AS s, count(*) FROM t GROUP BY s;
--> s struct<g:string,h:string> | count(1) bigint
--> {g: 'a', h: 'x'} | 1
--> {g: 'a', h: 'y'} | 1
--> {g: 'b', h: 'x'} | 1
--> {g: 'b', h: NULL} | 1
--> {g: NULL, h: 'y'} | 1
SELECT g, sum(n) FROM empty GROUP BY ROLLUP (g);
--> g string | sum(n) bigint
SELECT g, h, grouping_id(g, h), count(*) FROM t GROUP BY GROUPING SETS ((g, h), (g), (h), ());
--> g string | h string | grouping_id(g, h) bigint | count(1) bigint
--> a | x | 0 | 1
--> a | y | 0 | 1
--> b | x | 0 | 1
--> a | NULL | 1 | 2
--> NULL | x | 2 | 2
--> NULL | NULL | 3 | 5
--> NULL | y | 2 | 2
--> b | NULL | 1 | 2
--> b | NULL | 0 | 1
--> NULL | NULL | 2 | 1
--> NULL | y | 0 | 1
--> NULL | NULL | 1 | 1
SELECT coalesce(g, 'all'), sum(n) FROM t GROUP BY ROLLUP (g) ORDER BY grouping(g), g;
--> coalesce(g, all) string | sum(n) bigint
--> all | 5
--> a | 3
--> b | 3
--> all | 11
SELECT max(struct(n, h)), min(array(n)) FROM t;
--> max(struct(n, h)) struct<n:int,h:string> | min(array(n)) array<int>
--> {n: 5, h: 'y'} | [NULL]
SELECT m, count(*) FROM VALUES (map('a', 1, 'b', 2)), (map('b', 2, 'a', 1)) AS v(m) GROUP BY m;
--> m map<string,int> | count(1) bigint
--> {'a' -> 1, 'b' -> 2} | 2
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY n), percentile_disc(0.5) WITHIN GROUP (ORDER BY n DESC) FROM t;
--> percentile_cont(0.5) WITHIN GROUP (ORDER BY n) double | percentile_disc(0.5) WITHIN GROUP (ORDER BY n DESC) double
--> 2.5 | 3.0
SELECT typeof(sum(n)) FROM t;
--> typeof(sum(n)) string
--> bigint
SELECT typeof(max(n)) FROM t WHERE false;
--> typeof(max(n)) string
--> int
-- known differences

-- another condition: MISSING_AGGREGATION
SELECT g FROM t HAVING g = 'a';
--> error MISSING_GROUP_BY
-- another column name
SELECT collect_list(n), array_sort(collect_set(h)), array_agg(n) FROM (SELECT * FROM t ORDER BY n);
--> collect_list(n) array<int> | array_sort(collect_set(h), lambdafunction((IF(((namedlambdavariable() IS NULL) AND (namedlambdavariable() IS NULL)), 0, (IF((namedlambdavariable() IS NULL), 1, (IF((namedlambdavariable() IS NULL), -1, (IF((namedlambdavariable() < namedlambdavariable()), -1, (IF((namedlambdavariable() > namedlambdavariable()), 1, 0)))))))))), namedlambdavariable(), namedlambdavariable())) array<string> | collect_list(n) array<int>
--> [1, 2, 3, 5] | ['x', 'y'] | [1, 2, 3, 5]
-- another column name
SELECT listagg(h, ',') WITHIN GROUP (ORDER BY n), string_agg(h) WITHIN GROUP (ORDER BY n DESC) FROM t;
--> listagg(h, ,) WITHIN GROUP (ORDER BY n ASC NULLS FIRST) string | listagg(h, NULL) WITHIN GROUP (ORDER BY n DESC NULLS LAST) string
--> x,y,x,y | yxyx
-- another column name
SELECT avg(INTERVAL '1' DAY * n) FROM t;
--> avg((INTERVAL \'1\' DAY * n)) interval day to second
--> 2 days, 18:00:00
