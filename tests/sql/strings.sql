-- String functions.
CREATE TEMP VIEW t AS SELECT * FROM VALUES ('Hello World'), ('ünïcödé 😀'), (''), (NULL) AS t(s);
--> ok
SELECT upper(s) AS a, lower(s) AS b, length(s) AS c, octet_length(s) AS d, reverse(s) AS e, initcap(s) AS f FROM t;
--> a string | b string | c int | d int | e string | f string
--> HELLO WORLD | hello world | 11 | 11 | dlroW olleH | Hello World
--> ÜNÏCÖDÉ 😀 | ünïcödé 😀 | 9 | 16 | 😀 édöcïnü | Ünïcödé 😀
--> '' | '' | 0 | 0 | '' | ''
--> NULL | NULL | NULL | NULL | NULL | NULL
SELECT substring(s, 2, 3) AS a, substring(s, -3) AS b, substring(s, 0, 2) AS c, left(s, 2) AS d, right(s, 2) AS e, substring(s FROM 2 FOR 2) AS f FROM t;
--> a string | b string | c string | d string | e string | f string
--> ell | rld | He | He | ld | el
--> nïc | é 😀 | ün | ün | ' 😀' | nï
--> '' | '' | '' | '' | '' | ''
--> NULL | NULL | NULL | NULL | NULL | NULL
SELECT concat(s, '!', 1) AS a, s || s AS b, concat_ws('-', s, 'x', NULL, array('p', NULL)) AS c FROM t;
--> a string | b string | c string
--> Hello World!1 | Hello WorldHello World | Hello World-x-p
--> ünïcödé 😀!1 | ünïcödé 😀ünïcödé 😀 | ünïcödé 😀-x-p
--> !1 | '' | -x-p
--> NULL | NULL | x-p
SELECT instr(s, 'o') AS a, locate('o', s, 6) AS b, position('W' IN s) AS c, contains(s, 'World') AS d, startswith(s, 'He') AS e, endswith(s, 'd') AS f FROM t;
--> a int | b int | c int | d boolean | e boolean | f boolean
--> 5 | 8 | 7 | True | True | True
--> 0 | 0 | 0 | False | False | False
--> 0 | 0 | 0 | False | False | False
--> NULL | NULL | NULL | NULL | NULL | NULL
SELECT trim('  a ') AS a, ltrim('  a ') AS b, rtrim('  a ') AS c, trim(LEADING 'x' FROM 'xxaxx') AS d, btrim('xaxx', 'x') AS e, trim('ab' FROM 'abcab') AS f;
--> a string | b string | c string | d string | e string | f string
--> a | 'a ' | '  a' | axx | a | c
SELECT lpad('ab', 5, 'xy') AS a, rpad('ab', 5) AS b, lpad('abc', 2) AS c, repeat('ab', 3) AS d, repeat('a', -1) AS e, space(2) AS f;
--> a string | b string | c string | d string | e string | f string
--> xyxab | 'ab   ' | ab | ababab | '' | '  '
SELECT replace('aXbX', 'X', '--') AS a, replace('aXb', 'X') AS b, translate('abc', 'ab', 'x') AS c, overlay('abcdef' PLACING 'X' FROM 2 FOR 3) AS d, regexp_replace('a1b22', '[0-9]+', '#') AS e, regexp_replace('ab', '(a)(b)', '$2$1') AS f;
--> a string | b string | c string | d string | e string | f string
--> a--b-- | ab | xc | aXef | a#b# | ba
SELECT split('a,b,,c,', ',') AS a, split('a1b2', '[0-9]', 2) AS b, split_part('a-b-c', '-', 2) AS c, split_part('a-b-c', '-', -1) AS d, split('abc', '') AS e;
--> a array<string> | b array<string> | c string | d string | e array<string>
--> ['a', 'b', '', 'c', ''] | ['a', 'b2'] | b | c | ['a', 'b', 'c']
SELECT regexp_extract('foo123bar', '([a-z]+)([0-9]+)', 2) AS a, regexp_extract('x', 'y(z)') AS b, regexp_extract_all('a1b2', '([a-z])([0-9])', 2) AS c, regexp_count('aXbX', 'X') AS d, regexp_instr('abX', 'X') AS e, regexp_substr('ab12', '[0-9]+') AS f;
--> a string | b string | c array<string> | d int | e int | f string
--> 123 | '' | ['1', '2'] | 2 | 3 | 12
SELECT regexp_extract('x', '(x)', 5);
--> error INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX
SELECT 'a' RLIKE '(';
--> error INVALID_PARAMETER_VALUE.PATTERN
SELECT ascii('A') AS a, chr(65) AS b, hex('AB') AS c, unhex('4142') AS d, base64('abc') AS e, unbase64('YWJj') AS f, md5('a') AS g, crc32('a') AS h, char(9731) AS i;
--> a int | b string | c string | d binary | e string | f binary | g string | h bigint | i string
--> 65 | A | 4142 | X'4142' | YWJj | X'616263' | 0cc175b9c0f1b6a831c399e269772661 | 3904355907 | 
SELECT sha1('a') AS a, sha2('a', 256) AS b, hash('a', 1) AS c, xxhash64('a') AS d;
--> a string | b string | c int | d bigint
--> 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8 | ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb | 532252686 | -8582455328737087284
SELECT format_string('%s-%05d-%.2f', 'a', 42, 1.5D) AS a, printf('%x', 255) AS b, format_number(1234567.891, 2) AS c, format_number(5, 0) AS d;
--> a string | b string | c string | d string
--> a-00042-1.50 | ff | 1,234,567.89 | 5
SELECT levenshtein('kitten', 'sitting') AS a, soundex('Robert') AS b, find_in_set('b', 'a,b,c') AS c, elt(2, 'a', 'b') AS d, field('b', 'a', 'b') AS e;
--> error UNRESOLVED_ROUTINE
SELECT elt(2, 'a', 'b') AS d, substring_index('a.b.c', '.', 2) AS a, substring_index('a.b.c', '.', -1) AS b, encode('é', 'UTF-8') AS c, decode(X'C3A9', 'UTF-8') AS e;
--> d string | a string | b string | c binary | e string
--> b | a.b | c | X'C3A9' | é
SELECT 'a%b' LIKE 'a\%b' AS a, 'ab' LIKE 'a_' AS b, 'AB' ILIKE 'a%' AS c, 'a' LIKE 'A' AS d, 'a\nb' LIKE 'a%b' AS e, '' LIKE '%' AS f, 'abc' LIKE 'b' AS g;
--> a boolean | b boolean | c boolean | d boolean | e boolean | f boolean | g boolean
--> True | True | True | False | True | True | False
SELECT 'abc' LIKE 'a\bc';
--> abc LIKE ac boolean
--> False
SELECT s LIKE '%o%' AS a, s RLIKE 'W.r' AS b, s = '' AS c, s < 'a' AS d FROM t;
--> a boolean | b boolean | c boolean | d boolean
--> True | True | False | True
--> False | False | False | False
--> False | False | True | True
--> NULL | NULL | NULL | NULL
SELECT char_length('a ') AS a, bit_length('é') AS b, character_length('é') AS c, nullif('a', 'a') AS d, nvl2(NULL, 1, 2) AS e;
--> a int | b int | c int | d string | e int
--> 2 | 16 | 1 | NULL | 2
SELECT str_to_map('a:1,b:2') AS a, get_json_object('{"a": {"b": [1, 2]}}', '$.a.b[1]') AS b, to_json(struct(1 AS x, 'y' AS y)) AS c, from_json('{"x": 1}', 'x int, y string') AS d, schema_of_json('{"a": [1]}') AS e;
--> a map<string,string> | b string | c string | d struct<x:int,y:string> | e string
--> {'a' -> '1', 'b' -> '2'} | 2 | {"x":1,"y":"y"} | {x: 1, y: NULL} | STRUCT<a: ARRAY<BIGINT>>
SELECT to_csv(struct(1, 'a')) AS a, from_csv('1,b', 'x int, y string') AS b, parse_url('http://h.x/p?q=1', 'QUERY', 'q') AS c, url_encode('a b') AS d;
--> a string | b struct<x:int,y:string> | c string | d string
--> 1,a | {x: 1, y: 'b'} | 1 | a+b
SELECT sentences('Hi there. Bye!') AS a, uuid() IS NOT NULL AS b, mask('aB1-') AS c, luhn_check('79927398713') AS d;
--> a array<array<string>> | b boolean | c string | d boolean
--> [['Hi', 'there'], ['Bye']] | True | xXn- | True
SELECT 'a' || NULL AS a, concat() AS b, concat_ws(',') AS c, concat(array(1), array(2)) AS d, 'a' || 1 || true AS e;
--> a string | b string | c string | d array<int> | e string
--> NULL | '' | '' | [1, 2] | a1true
SELECT upper(1) AS a, length(123) AS b, length(X'0102') AS c, substring(X'010203', 2, 1) AS d, 'b' BETWEEN 'a' AND 'c' AS e;
--> a string | b int | c int | d binary | e boolean
--> 1 | 3 | 2 | X'02' | True
SELECT upper();
--> error WRONG_NUM_ARGS.WITHOUT_SUGGESTION
SELECT upper('a', 'b');
--> error WRONG_NUM_ARGS.WITHOUT_SUGGESTION
SELECT substring('a', 'x');
--> error CAST_INVALID_INPUT
SELECT to_varchar(78.12, '$99.99') AS a, quote('it''s') AS b, randstr(0, 1) AS c;
--> a string | b string | c string
--> $78.12 | '\'it\\\'s\'' | ''
SELECT max(s) AS a, min(s) AS b, count(DISTINCT s) AS c FROM t;
--> a string | b string | c bigint
--> ünïcödé 😀 | '' | 3
SELECT 'tab\there' AS a, 'back\\slash' AS b, 'quote\'s' AS c, "dq""x" AS d, '\u00e9' AS e, '%\_' AS f;
--> a string | b string | c string | d string | e string | f string
--> tab	here | 'back\\slash' | 'quote\'s' | dq"x | é | '%\\_'
SELECT concat_ws(',', collect_list(s)) AS a, length(concat_ws('', array('x', s))) AS b FROM (SELECT s FROM t WHERE s = 'Hello World') GROUP BY s;
--> a string | b int
--> Hello World | 12
