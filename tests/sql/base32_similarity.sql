-- Base 32, and the similarity of Jaro and Winkler.
SELECT to_base32(X'0102'), to_base32('hello'), from_base32('NBSWY3DP'), from_base32('NBSWY3D'), to_base32(null), to_base32(X'');
--> to_base32(X\'0102\') string | to_base32(hello) string | from_base32(NBSWY3DP) binary | from_base32(NBSWY3D) binary | to_base32(NULL) string | to_base32(X\'\') string
--> AEBA==== | NBSWY3DP | X'68656C6C6F' | X'68656C6C' | NULL | ''
SELECT from_base32('nbswy3dp');
--> from_base32(nbswy3dp) binary
--> X'68656C6C6F'
SELECT from_base32('NBSWY3DP====='), from_base32('');
--> from_base32(NBSWY3DP=====) binary | from_base32() binary
--> X'68656C6C6F' | X''
SELECT from_base32('1');
--> from_base32(1) binary
--> X''
SELECT from_base32(X'01');
--> from_base32(X\'01\') binary
--> X''
SELECT jaro_winkler_similarity('martha','marhta'), jaro_winkler_similarity('',''), jaro_winkler_similarity('a',''), jaro_winkler_similarity('dixon','dicksonx'), jaro_winkler_similarity('a',null), jaro_winkler_similarity('abc','abc'), jaro_winkler_similarity('äöü','äüö');
--> jaro_winkler_similarity(martha, marhta) double | jaro_winkler_similarity(, ) double | jaro_winkler_similarity(a, ) double | jaro_winkler_similarity(dixon, dicksonx) double | jaro_winkler_similarity(a, NULL) double | jaro_winkler_similarity(abc, abc) double | jaro_winkler_similarity(äöü, äüö) double
--> 0.9611111111111111 | 1.0 | 0.0 | 0.8133333333333332 | NULL | 1.0 | 0.5999999999999999
SELECT jaro_winkler_similarity('DwAyNE','DuANE'),jaro_winkler_similarity('prefixed long string','prefixed short string'),jaro_winkler_similarity('abcd','dcba'),jaro_winkler_similarity('x','y'), jaro_winkler_similarity(1,12);
--> jaro_winkler_similarity(DwAyNE, DuANE) double | jaro_winkler_similarity(prefixed long string, prefixed short string) double | jaro_winkler_similarity(abcd, dcba) double | jaro_winkler_similarity(x, y) double | jaro_winkler_similarity(1, 12) double
--> 0.8400000000000001 | 0.8848459383753501 | 0.5 | 0.0 | 0.8500000000000001
