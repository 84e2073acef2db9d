-- Numbers: decimals, overflow, division.
SELECT CAST(1 AS decimal(10,2)) + CAST(2 AS decimal(5,4)) AS a, CAST(1 AS decimal(10,2)) * CAST(2 AS decimal(5,4)) AS b, CAST(1 AS decimal(10,2)) / CAST(3 AS decimal(5,4)) AS c, CAST(7 AS decimal(10,2)) % CAST(2 AS decimal(5,4)) AS d;
--> a decimal(13,4) | b decimal(16,6) | c decimal(20,8) | d decimal(5,4)
--> 3.0000 | 2.000000 | 0.33333333 | 1.0000
SELECT 1.10 + 2.2 AS a, 1.10 - 2.2 AS b, 1.10 * 2.2 AS c, 1.10 / 3 AS d, 1 / 3.0 AS e, -7.5 % 2 AS f, 10 / 4 AS g;
--> a decimal(4,2) | b decimal(4,2) | c decimal(6,3) | d decimal(7,6) | e decimal(8,6) | f decimal(2,1) | g double
--> 3.30 | -1.10 | 2.420 | 0.366667 | 0.333333 | -1.5 | 2.5
SELECT CAST(1 AS decimal(38,18)) * CAST(1 AS decimal(38,18)) AS a, CAST(1 AS decimal(38,10)) / CAST(3 AS decimal(38,10)) AS b, CAST(1 AS decimal(38,0)) + CAST(1 AS decimal(38,10)) AS c;
--> a decimal(38,6) | b decimal(38,6) | c decimal(38,6)
--> 1.000000 | 0.333333 | 2.000000
SELECT CAST('99999999999999999999999999999999999999' AS decimal(38,0)) + 1;
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT CAST('99999999999999999999999999999999999999' AS decimal(38,0)) * 10;
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT CAST(123.456 AS decimal(5,2)) AS a, CAST(1.005 AS decimal(3,2)) AS b, CAST(-1.005 AS decimal(3,2)) AS c, CAST('1.995' AS decimal(4,2)) AS d;
--> a decimal(5,2) | b decimal(3,2) | c decimal(3,2) | d decimal(4,2)
--> 123.46 | 1.01 | -1.01 | 2.00
SELECT CAST(1000 AS decimal(3,0));
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT CAST(123.456 AS decimal(4,2));
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT TRY_CAST(1000 AS decimal(3,0)) AS a, try_add(2147483647, 1) AS b, try_divide(1, 0) AS c, try_multiply(9223372036854775807L, 2) AS d, try_subtract(-2147483648, 1) AS e, try_mod(1, 0) AS f;
--> a decimal(3,0) | b int | c double | d bigint | e int | f int
--> NULL | NULL | NULL | NULL | NULL | NULL
SELECT 1 / 0;
--> error DIVIDE_BY_ZERO
SELECT 1.0 / 0;
--> error DIVIDE_BY_ZERO
SELECT 1.0D / 0;
--> error DIVIDE_BY_ZERO
SELECT 1 % 0;
--> error REMAINDER_BY_ZERO
SELECT 1 div 0;
--> error DIVIDE_BY_ZERO
SELECT 7 div 2 AS a, -7 div 2 AS b, 7.5 div 2 AS c, -7 % 3 AS d, 7 % -3 AS e, mod(7, 3) AS f, pmod(-7, 3) AS g;
--> a bigint | b bigint | c bigint | d int | e int | f int | g int
--> 3 | -3 | 3 | -1 | 1 | 1 | 2
SELECT 2147483647 + 1;
--> error ARITHMETIC_OVERFLOW
SELECT 9223372036854775807 + 1;
--> error ARITHMETIC_OVERFLOW
SELECT -(-2147483648) AS a, abs(-9223372036854775807L) AS b;
--> error ARITHMETIC_OVERFLOW
SELECT -CAST(-2147483648 AS int);
--> error ARITHMETIC_OVERFLOW
SELECT abs(CAST(-2147483648 AS int));
--> error ARITHMETIC_OVERFLOW
SELECT 2147483647 * 2;
--> error ARITHMETIC_OVERFLOW
SELECT 127Y + 1Y;
--> error BINARY_ARITHMETIC_OVERFLOW
SELECT 127Y + 1;
--> (127 + 1) int
--> 128
SELECT round(2.5) AS a, round(-2.5) AS b, round(1.005, 2) AS c, round(2.5D) AS d, bround(2.5) AS e, bround(3.5D) AS f, round(1234, -2) AS g, round(1.25D, 1) AS h;
--> a decimal(2,0) | b decimal(2,0) | c decimal(4,2) | d double | e decimal(2,0) | f double | g int | h double
--> 3 | -3 | 1.01 | 3.0 | 2 | 4.0 | 1200 | 1.3
SELECT ceil(1.1) AS a, floor(-1.1) AS b, ceil(1.1D) AS c, floor(-1.1D) AS d, ceil(5) AS e, ceil(1.234, 2) AS f, floor(1.239, 1) AS g;
--> a decimal(2,0) | b decimal(2,0) | c bigint | d bigint | e bigint | f decimal(4,2) | g decimal(3,1)
--> 2 | -2 | 2 | -2 | 5 | 1.24 | 1.2
SELECT sum(x) AS a, avg(x) AS b, min(x) AS c FROM VALUES (1.10), (2.25), (NULL) AS v(x);
--> a decimal(13,2) | b decimal(7,6) | c decimal(3,2)
--> 3.35 | 1.675000 | 1.10
SELECT sum(x) AS a, avg(x) AS b FROM VALUES (CAST(1.1 AS decimal(38,18))), (CAST(2.2 AS decimal(38,18))) AS v(x);
--> a decimal(38,18) | b decimal(38,22)
--> 3.300000000000000000 | 1.6500000000000000000000
SELECT avg(x) AS a, sum(x) AS b FROM VALUES (1), (2), (2) AS v(x);
--> a double | b bigint
--> 1.6666666666666667 | 5
SELECT 0.1D + 0.2D AS a, 0.1 + 0.2 AS b, 0.1F + 0.2F AS c, 1e308D * 10 AS d, 1F / 3 AS e;
--> a double | b decimal(2,1) | c float | d double | e double
--> 0.30000000000000004 | 0.3 | 0.30000001192092896 | inf | 0.3333333333333333
SELECT CAST(1e20D AS string) AS a, CAST(1.0D AS string) AS b, CAST(1e-5D AS string) AS c, CAST(100000000D AS string) AS d, CAST(12345678.9F AS string) AS e, CAST(1e7D AS string) AS f;
--> a string | b string | c string | d string | e string | f string
--> 1.0E20 | 1.0 | 1.0E-5 | 1.0E8 | 1.2345679E7 | 1.0E7
SELECT CAST(1.50 AS string) AS a, CAST(CAST(0.0000001 AS decimal(10,8)) AS string) AS b, CAST(CAST(100 AS decimal(10,0)) AS string) AS c;
--> a string | b string | c string
--> 1.50 | 0.00000010 | 100
SELECT 1.0 = 1.00 AS a, 1.1 = 1.1D AS b, CAST(1.1 AS float) = 1.1 AS c, 1.5 IN (1, 1.50) AS d;
--> a boolean | b boolean | c boolean | d boolean
--> True | True | False | True
SELECT sqrt(2) AS a, sqrt(-1) AS b, ln(0) AS c, exp(1) AS d, pow(2, 0.5) AS e, log(10, 100) AS f, log10(1000) AS g, cbrt(27) AS h;
--> a double | b double | c double | d double | e double | f double | g double | h double
--> 1.4142135623730951 | nan | NULL | 2.7182818284590455 | 1.4142135623730951 | 2.0 | 3.0 | 3.0
SELECT sign(-2.5) AS a, positive(3) AS b, negative(3) AS c, greatest(1.5, 2) AS d, factorial(5) AS e, hypot(3, 4) AS f;
--> a double | b int | c int | d decimal(11,1) | e bigint | f double
--> -1.0 | 3 | -3 | 2.0 | 120 | 5.0
SELECT bin(10) AS a, hex(255) AS b, conv('ff', 16, 10) AS c, shiftleft(1, 3) AS d, 1 << 3 AS e, -8 >> 1 AS f, -8 >>> 60 AS g;
--> a string | b string | c string | d int | e int | f int | g int
--> 1010 | FF | 255 | 8 | 8 | -4 | 15
SELECT sum(x) FROM VALUES (CAST('9e37' AS decimal(38,0))), (CAST('9e37' AS decimal(38,0))) AS v(x);
--> error NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION
SELECT percentile(x, 0.3) AS a, stddev(x) AS b FROM VALUES (1.5), (2.5), (10) AS v(x);
--> a double | b double
--> 2.1 | 4.645786621588785
SELECT width_bucket(5.3, 0.2, 10.6, 5) AS a, rint(2.5) AS b, truncate(1.99, 1) AS c;
--> error UNRESOLVED_ROUTINE
SELECT 5 / 2L AS a, 5S / 2S AS b, 5.0F / 2 AS c, typeof(5 / 2) AS d, typeof(5.0 / 2) AS e, typeof(5 * 2.0) AS f, typeof(5L + 2.0) AS g, typeof(5S + 0.5) AS h;
--> a double | b double | c double | d string | e string | f string | g string | h string
--> 2.5 | 2.5 | 2.5 | double | decimal(7,6) | decimal(4,1) | decimal(3,1) | decimal(3,1)
SELECT id * 1.1 AS a, id / 3.0 AS b, id + 0.5 AS c FROM range(3);
--> a decimal(23,1) | b decimal(27,6) | c decimal(22,1)
--> 0.0 | 0.000000 | 0.5
--> 1.1 | 0.333333 | 1.5
--> 2.2 | 0.666667 | 2.5
