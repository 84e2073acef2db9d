-- Casts that work and casts that fail.
SELECT CAST('12' AS int) AS a, CAST(' 12 ' AS int) AS b, CAST('+5' AS int) AS c, CAST('-0' AS int) AS d, CAST('1e2' AS double) AS e, CAST('1e2' AS decimal(5,1)) AS f;
--> a int | b int | c int | d int | e double | f decimal(5,1)
--> 12 | 12 | 5 | 0 | 100.0 | 100.0
SELECT CAST('12.5' AS int);
--> error CAST_INVALID_INPUT
SELECT CAST('' AS int);
--> error CAST_INVALID_INPUT
SELECT CAST('abc' AS double);
--> error CAST_INVALID_INPUT
SELECT CAST('3000000000' AS int);
--> error CAST_INVALID_INPUT
SELECT CAST(3000000000 AS int);
--> error CAST_OVERFLOW
SELECT CAST(300 AS tinyint);
--> error CAST_OVERFLOW
SELECT CAST(1.9 AS int) AS a, CAST(-1.9 AS int) AS b, CAST(1.9D AS int) AS c, CAST(2.5D AS bigint) AS d;
--> a int | b int | c int | d bigint
--> 1 | -1 | 1 | 2
SELECT CAST(1e20D AS bigint);
--> error CAST_OVERFLOW
SELECT CAST(double('NaN') AS int);
--> error CAST_OVERFLOW
SELECT CAST('NaN' AS double) AS a, CAST('inf' AS double) AS b, CAST('-Infinity' AS float) AS c;
--> a double | b double | c float
--> nan | inf | -inf
SELECT CAST('true' AS boolean) AS a, CAST('T' AS boolean) AS b, CAST('no' AS boolean) AS c, CAST('0' AS boolean) AS d, CAST(2 AS boolean) AS e, CAST(0.0 AS boolean) AS f;
--> a boolean | b boolean | c boolean | d boolean | e boolean | f boolean
--> True | True | False | False | True | False
SELECT CAST('maybe' AS boolean);
--> error CAST_INVALID_INPUT
SELECT CAST(true AS int) AS a, CAST(true AS string) AS b, CAST(false AS double) AS c, CAST(true AS decimal(3,1)) AS d;
--> a int | b string | c double | d decimal(3,1)
--> 1 | true | 0.0 | 1.0
SELECT CAST('2024-02-29' AS date) AS a, CAST('2024-2-9' AS date) AS b, CAST('2024-02-29 10:00:00' AS date) AS c, CAST(' 2024-02-29 ' AS date) AS d, CAST('2024' AS date) AS e;
--> a date | b date | c date | d date | e date
--> 2024-02-29 | 2024-02-09 | 2024-02-29 | 2024-02-29 | 2024-01-01
SELECT CAST('2024-02-30' AS date);
--> error CAST_INVALID_INPUT
SELECT CAST('2024-02-29 25:00:00' AS timestamp);
--> error CAST_INVALID_INPUT
SELECT CAST('10:00' AS timestamp) IS NOT NULL AS a;
--> a boolean
--> True
SELECT TRY_CAST('x' AS int) AS a, TRY_CAST('2024-02-30' AS date) AS b, TRY_CAST(300 AS tinyint) AS c, TRY_CAST('maybe' AS boolean) AS d;
--> a int | b date | c tinyint | d boolean
--> NULL | NULL | NULL | NULL
SELECT CAST(array(1, 2) AS array<string>) AS a, CAST(map('1', 2) AS map<int, double>) AS b, CAST(struct(1, 'a') AS struct<x: string, y: string>) AS c;
--> a array<string> | b map<int,double> | c struct<x:string,y:string>
--> ['1', '2'] | {1 -> 2.0} | {x: '1', y: 'a'}
SELECT CAST(array('1', 'x') AS array<int>);
--> error CAST_INVALID_INPUT
SELECT CAST(array(1, 2, NULL) AS string) AS a, CAST(map('a', 1) AS string) AS b, CAST(struct(1, NULL, 'x') AS string) AS c, CAST(array(array('a')) AS string) AS d;
--> a string | b string | c string | d string
--> [1, 2, null] | {a -> 1} | {1, null, x} | [[a]]
SELECT CAST(X'414243' AS string) AS a, CAST('abc' AS binary) AS b, CAST(258 AS binary) AS c;
--> error DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION
SELECT CAST(DATE '2024-01-01' AS int);
--> error DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION
SELECT CAST(1 AS array<int>);
--> error DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION
SELECT CAST(NULL AS int) AS a, CAST(NULL AS array<int>) AS b, CAST(NULL AS struct<x: int>) AS c;
--> a int | b array<int> | c struct<x:int>
--> NULL | NULL | NULL
SELECT CAST('1' AS nope);
--> error UNSUPPORTED_DATATYPE
SELECT 1::string AS a, '5'::int + 1 AS b, 1.5::int AS c, 'a'::string::binary AS d;
--> a string | b int | c int | d binary
--> 1 | 6 | 1 | X'61'
SELECT string(1) AS a, int('5') AS b, boolean('true') AS c, double('1.5') AS d, date('2024-01-01') AS e, decimal(5) AS f, tinyint(1) AS g, bigint('9') AS h, binary('a') AS i;
--> a string | b int | c boolean | d double | e date | f decimal(10,0) | g tinyint | h bigint | i binary
--> 1 | 5 | True | 1.5 | 2024-01-01 | 5 | 1 | 9 | X'61'
SELECT CAST('1 day' AS interval) IS NOT NULL AS a, string(CAST('1-2' AS interval year to month)) AS b, CAST('1 02:03:04' AS interval day to second) AS c;
--> a boolean | b string | c interval day to second
--> True | 'INTERVAL \'1-2\' YEAR TO MONTH' | 1 day, 2:03:04
SELECT CAST(INTERVAL '1' DAY AS string) AS a, CAST(INTERVAL '90' MINUTE AS int) AS b, CAST(5 AS interval day) AS c;
--> a string | b int | c interval day
--> 'INTERVAL \'1\' DAY' | 90 | 5 days, 0:00:00
SELECT CAST('0x1F' AS int);
--> error CAST_INVALID_INPUT
SELECT CAST('1_000' AS int);
--> error CAST_INVALID_INPUT
SELECT CAST(1.0E-7D AS string) AS a, CAST(CAST('NaN' AS float) AS string) AS b, CAST(-0.0D AS string) AS c, CAST(3.4e38F AS string) AS d, CAST(1.0F AS string) AS e, CAST(123456789.125D AS string) AS f;
--> a string | b string | c string | d string | e string | f string
--> 1.0E-7 | NaN | -0.0 | 3.4E38 | 1.0 | 1.23456789125E8
SELECT CAST(TIMESTAMP '2024-01-01 00:00:00.120' AS string) AS a, CAST(TIMESTAMP '2024-01-01 00:00:00' AS string) AS b, CAST(DATE '0099-01-01' AS string) AS c;
--> a string | b string | c string
--> 2024-01-01 00:00:00.12 | 2024-01-01 00:00:00 | 0099-01-01
SELECT to_number('1,234.5', '9,999.9') AS a, to_char(1234.5, '9,999.99') AS b, try_to_number('x', '9') AS c;
--> a decimal(5,1) | b string | c decimal(1,0)
--> 1234.5 | 1,234.50 | NULL
SELECT CAST(id AS string) AS a, CAST(id AS boolean) AS b FROM range(3);
--> a string | b boolean
--> 0 | False
--> 1 | True
--> 2 | True
SELECT TRY_CAST(x AS int) AS a FROM VALUES ('1'), ('x'), (NULL), (' 3') AS v(x);
--> a int
--> 1
--> NULL
--> NULL
--> 3
SELECT CAST(x AS int) AS a FROM VALUES ('1'), ('x') AS v(x);
--> error CAST_INVALID_INPUT
SELECT CAST(1 AS varchar(3)) AS a, CAST('abcdef' AS varchar(3)) AS b, CAST('a' AS char(3)) AS c;
--> a string | b string | c string
--> 1 | abcdef | a
