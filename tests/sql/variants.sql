-- VARIANT: JSON text, paths, casts, schemas and changes.
select parse_json('{"b":1,"a":[1,2.5,1e3,null,true,"x"],"c":{"z":"é\\"q"}}');
--> parse_json({"b":1,"a":[1,2.5,1e3,null,true,"x"],"c":{"z":"é\\"q"}}) variant
--> {"a":[1,2.5,1000.0,null,true,"x"],"b":1,"c":{"z":"\u00e9\"q"}}
select parse_json('{"a":1,"a":2}');
--> error MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION
select parse_json('{a:1}');
--> error MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION
select parse_json('');
--> error MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION
select parse_json('1 2');
--> parse_json(1 2) variant
--> 1
select try_parse_json('{a:1}');
--> try_parse_json({a:1}) variant
--> NULL
select parse_json('123456789012345678901234567890'), parse_json('1234567890123456789012345678901234567890'), parse_json('1.10'), parse_json('1.0'), parse_json('100.00'), parse_json('1e2'), parse_json('-0'), parse_json('-0.0');
--> parse_json(123456789012345678901234567890) variant | parse_json(1234567890123456789012345678901234567890) variant | parse_json(1.10) variant | parse_json(1.0) variant | parse_json(100.00) variant | parse_json(1e2) variant | parse_json(-0) variant | parse_json(-0.0) variant
--> 1.234567890123456789012345679E+29 | 1.2345678901234568e+39 | 1.10 | 1.0 | 100.00 | 100.0 | 0 | 0.0
select hex(cast(null as binary)), schema_of_variant(parse_json('{"b":1,"a":[1,2.5,1e3,null,true,"x"],"c":{"z":"x"}, "A b":1}'));
--> hex(CAST(NULL AS BINARY)) string | schema_of_variant(parse_json({"b":1,"a":[1,2.5,1e3,null,true,"x"],"c":{"z":"x"}, "A b":1})) string
--> NULL | OBJECT<`A b`: BIGINT, a: ARRAY<VARIANT>, b: BIGINT, c: OBJECT<z: STRING>>
select schema_of_variant(parse_json('[1,2.5]')), schema_of_variant(parse_json('[]')), schema_of_variant(parse_json('{}')), schema_of_variant(parse_json('null')), schema_of_variant(parse_json('[{"a":1},{"b":"x"}]')), schema_of_variant(parse_json('1.10')), schema_of_variant(parse_json('[1.10, 22.1]')), schema_of_variant(parse_json('[1, 1e3]')), schema_of_variant(parse_json('[1, "a"]'));
--> schema_of_variant(parse_json([1,2.5])) string | schema_of_variant(parse_json([])) string | schema_of_variant(parse_json({})) string | schema_of_variant(parse_json(null)) string | schema_of_variant(parse_json([{"a":1},{"b":"x"}])) string | schema_of_variant(parse_json(1.10)) string | schema_of_variant(parse_json([1.10, 22.1])) string | schema_of_variant(parse_json([1, 1e3])) string | schema_of_variant(parse_json([1, "a"])) string
--> ARRAY<DECIMAL(21,1)> | ARRAY<VOID> | OBJECT<> | VOID | ARRAY<OBJECT<a: BIGINT, b: STRING>> | DECIMAL(2,1) | ARRAY<DECIMAL(3,1)> | ARRAY<DOUBLE> | ARRAY<VARIANT>
select variant_get(parse_json('{"a":1,"b":[{"c":"x"}]}'), '$.a', 'int'), variant_get(parse_json('{"a":1,"b":[{"c":"x"}]}'), '$.b[0].c', 'string'), variant_get(parse_json('{"a":1,"b":[{"c":"x"}]}'), '$.b'), variant_get(parse_json('{"a":1,"b":[{"c":"x"}]}'), '$["b"][0][\'c\']');
--> variant_get(parse_json({"a":1,"b":[{"c":"x"}]}), $.a) int | variant_get(parse_json({"a":1,"b":[{"c":"x"}]}), $.b[0].c) string | variant_get(parse_json({"a":1,"b":[{"c":"x"}]}), $.b) variant | variant_get(parse_json({"a":1,"b":[{"c":"x"}]}), $["b"][0][\'c\']) variant
--> 1 | x | [{"c":"x"}] | "x"
select variant_get(parse_json('{"a":"hello"}'), '$.a', 'int');
--> error INVALID_VARIANT_CAST
select try_variant_get(parse_json('{"a":"hello"}'), '$.a', 'int');
--> try_variant_get(parse_json({"a":"hello"}), $.a) int
--> NULL
select variant_get(parse_json('{"a":"hello"}'), 'a', 'int');
--> error INVALID_VARIANT_GET_PATH
select variant_get(parse_json('{"a":"hello"}'), '$a', 'int');
--> error INVALID_VARIANT_GET_PATH
select variant_get(parse_json('{"a":300}'), '$.a', 'tinyint');
--> error INVALID_VARIANT_CAST
select variant_get(parse_json('{"a":"12"}'), '$.a', 'int'), variant_get(parse_json('{"a":12.7}'), '$.a', 'int'), variant_get(parse_json('{"a":true}'), '$.a', 'int'), variant_get(parse_json('{"a":1}'), '$.a', 'boolean'), variant_get(parse_json('{"a":"true"}'), '$.a', 'boolean'), variant_get(parse_json('{"a":[1,2]}'), '$.a', 'array<string>'), variant_get(parse_json('{"a":[1,2]}'), '$.a', 'string'), variant_get(parse_json('{"a":{"x":1}}'), '$.a', 'map<string,int>'), variant_get(parse_json('{"a":{"x":1}}'), '$.a', 'struct<x:int,y:int>'), variant_get(parse_json('{"a":null}'), '$.a', 'string'), variant_get(parse_json('{"a":1.50}'), '$.a', 'string'), variant_get(parse_json('{"a":"2020-01-01"}'), '$.a', 'date'), variant_get(parse_json('{"a":1}'), '$.a', 'timestamp'), variant_get(parse_json('{"a":1}'), '$.a', 'decimal(5,2)');
--> variant_get(parse_json({"a":"12"}), $.a) int | variant_get(parse_json({"a":12.7}), $.a) int | variant_get(parse_json({"a":true}), $.a) int | variant_get(parse_json({"a":1}), $.a) boolean | variant_get(parse_json({"a":"true"}), $.a) boolean | variant_get(parse_json({"a":[1,2]}), $.a) array<string> | variant_get(parse_json({"a":[1,2]}), $.a) string | variant_get(parse_json({"a":{"x":1}}), $.a) map<string,int> | variant_get(parse_json({"a":{"x":1}}), $.a) struct<x:int,y:int> | variant_get(parse_json({"a":null}), $.a) string | variant_get(parse_json({"a":1.50}), $.a) string | variant_get(parse_json({"a":"2020-01-01"}), $.a) date | variant_get(parse_json({"a":1}), $.a) timestamp | variant_get(parse_json({"a":1}), $.a) decimal(5,2)
--> 12 | 12 | 1 | True | True | ['1', '2'] | [1,2] | {'x' -> 1} | {x: 1, y: NULL} | NULL | 1.5 | 2020-01-01 | 1970-01-01 00:00:01 | 1.00
select variant_get(parse_json('{"a":1}'), '$.a', 'date');
--> error INVALID_VARIANT_CAST
select variant_get(parse_json('{"a":1}'), '$.a', 'binary');
--> error INVALID_VARIANT_CAST
select variant_get(parse_json('{"a":1}'), '$', 'struct<a:string>'), variant_get(parse_json('[1]'), '$[0]', 'variant');
--> variant_get(parse_json({"a":1}), $) struct<a:string> | variant_get(parse_json([1]), $[0]) variant
--> {a: '1'} | 1
select variant_get(parse_json('{"a":[1,"x"]}'), '$.a', 'array<int>');
--> error INVALID_VARIANT_CAST
select try_variant_get(parse_json('{"a":[1,"x"]}'), '$.a', 'array<int>');
--> try_variant_get(parse_json({"a":[1,"x"]}), $.a) array<int>
--> [1, NULL]
select cast(parse_json('1') as int), cast(parse_json('"x"') as string), cast(parse_json('{"a":1}') as string), cast(parse_json('null') as int), cast(parse_json('null') as string);
--> CAST(parse_json(1) AS INT) int | CAST(parse_json("x") AS STRING) string | CAST(parse_json({"a":1}) AS STRING) string | CAST(parse_json(null) AS INT) int | CAST(parse_json(null) AS STRING) string
--> 1 | x | {"a":1} | NULL | NULL
select cast(parse_json('"x"') as int);
--> error INVALID_VARIANT_CAST
select try_cast(parse_json('"x"') as int);
--> TRY_CAST(parse_json("x") AS INT) int
--> NULL
select cast(named_struct('a',1) as variant);
--> error DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION
select cast(map('a',1) as variant);
--> error DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION
select cast(interval 1 day as variant);
--> error DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION
select cast(interval 1 month as variant);
--> error DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION
select to_variant_object(named_struct('b',1,'a',null)), to_variant_object(map('k',1.5)), to_variant_object(array(named_struct('x',1)));
--> error DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION
select to_variant_object(1);
--> error DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION
select to_variant_object(map(1,1));
--> error DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION
select is_variant_null(parse_json('null')), is_variant_null(parse_json('1')), is_variant_null(null), is_valid_variant(parse_json('1'));
--> is_variant_null(parse_json(null)) boolean | is_variant_null(parse_json(1)) boolean | is_variant_null(NULL) boolean | is_valid_variant(parse_json(1)) boolean
--> True | False | False | True
select * from variant_explode(parse_json('[1,"x",null]'));
--> pos int | key string | value variant
--> 0 | NULL | 1
--> 1 | NULL | "x"
--> 2 | NULL | null
select * from variant_explode(parse_json('{"b":1,"a":2}'));
--> pos int | key string | value variant
--> 0 | a | 2
--> 1 | b | 1
select * from variant_explode(parse_json('1'));
--> pos int | key string | value variant
select * from variant_explode_outer(parse_json('1'));
--> pos int | key string | value variant
--> NULL | NULL | NULL
select * from variant_explode_outer(null);
--> pos int | key string | value variant
--> NULL | NULL | NULL
select * from variant_explode(input => parse_json('[5]'));
--> pos int | key string | value variant
--> 0 | NULL | 5
select id, t.* from range(2), lateral variant_explode(parse_json('[1,2]')) as t;
--> id bigint | pos int | key string | value variant
--> 0 | 0 | NULL | 1
--> 0 | 1 | NULL | 2
--> 1 | 0 | NULL | 1
--> 1 | 1 | NULL | 2
select variant_explode(parse_json('[1,2]'));
--> error NOT_A_SCALAR_FUNCTION
select schema_of_variant_agg(v) from (select parse_json(j) v from values ('1'),('2.5'),('{"a":1}') t(j));
--> schema_of_variant_agg(v) string
--> VARIANT
select schema_of_variant_agg(v) from (select parse_json(j) v from values ('{"b":1}'),('{"a":1}'),(null) t(j));
--> schema_of_variant_agg(v) string
--> OBJECT<a: BIGINT, b: BIGINT>
select v:a, v:b[0].c, v:['x y'], v:a::int, v:B from (select parse_json('{"a":1,"b":[{"c":"x"}],"x y":3}') v);
--> a variant | c variant | x y variant | a int | B variant
--> 1 | "x" | 3 | 1 | NULL
select c:a from (select '{"a":1}' c);
--> error COLUMN_IS_NOT_VARIANT_TYPE
select parse_json('{"a":1}') = parse_json('{"a":1}');
--> error DATATYPE_MISMATCH.INVALID_ORDERING_TYPE
select v from (select parse_json('{"a":1}') v) order by v;
--> error DATATYPE_MISMATCH.INVALID_ORDERING_TYPE
select v from (select parse_json('{"a":1}') v) group by v;
--> error GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE
select distinct v from (select parse_json('{"a":1}') v);
--> error UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE
select hash(parse_json('1'));
--> error DATATYPE_MISMATCH.HASH_VARIANT_TYPE
select typeof(parse_json('1'));
--> typeof(parse_json(1)) string
--> variant
select variant_insert(parse_json('{"a":1}'), '$.a', 2);
--> error VARIANT_DUPLICATE_KEY
select variant_insert(parse_json('{"a":1}'), '$.a.b', 2);
--> error VARIANT_PATH_TYPE_MISMATCH
select variant_insert(parse_json('{"a":1}'), '$', 2);
--> error INVALID_VARIANT_PATH
select variant_insert(parse_json('{"a":1}'), 'a', 2);
--> error INVALID_VARIANT_PATH
select variant_insert(parse_json('[1]'), '$.a', 2);
--> error VARIANT_PATH_TYPE_MISMATCH
select variant_insert(parse_json('{"a":null}'), '$.a.b', 2);
--> error VARIANT_PATH_TYPE_MISMATCH
select variant_insert(parse_json('null'), '$.a', 2);
--> error VARIANT_PATH_TYPE_MISMATCH
select variant_insert(parse_json('{}'), '$.a[2].b', 2), variant_insert(parse_json('{}'), '$.a[0]', array(1,2)), variant_set(parse_json('{}'), '$.a[0]', named_struct('q',1));
--> error DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION
select variant_set(parse_json('{"a":{"b":1}}'), '$.a.c.d', 'x', false), variant_set(parse_json('[1,2]'), '$[5]', 3, false), variant_set(parse_json('[1,2]'), '$[0]', parse_json('{"z":1}')), variant_set(parse_json('[1,2]'), '$[3].q[1]', true);
--> variant_set(parse_json({"a":{"b":1}}), $.a.c.d, x, false) variant | variant_set(parse_json([1,2]), $[5], 3, false) variant | variant_set(parse_json([1,2]), $[0], parse_json({"z":1}), true) variant | variant_set(parse_json([1,2]), $[3].q[1], true, true) variant
--> {"a":{"b":1}} | [1,2] | [{"z":1},2] | [1,2,null,{"q":[null,true]}]
select variant_set(parse_json('{"a":1}'), '$.a[0]', 2);
--> error VARIANT_PATH_TYPE_MISMATCH
select variant_delete(parse_json('{"a":{"b":1,"c":2},"d":[1,2]}'), '$.a.b', '$.d[0]'), variant_delete(parse_json('{"a":1}'), '$.a.b'), variant_delete(parse_json('[1]'), '$[7]'), variant_delete(parse_json('[1]'), '$.a');
--> variant_delete(parse_json({"a":{"b":1,"c":2},"d":[1,2]}), $.a.b, $.d[0]) variant | variant_delete(parse_json({"a":1}), $.a.b) variant | variant_delete(parse_json([1]), $[7]) variant | variant_delete(parse_json([1]), $.a) variant
--> {"a":{"c":2},"d":[2]} | {"a":1} | [1] | [1]
select variant_delete(parse_json('{"a":1}'), '$');
--> error INVALID_VARIANT_PATH
select variant_array_append(parse_json('{"a":1}'), '$.a', 2);
--> error VARIANT_PATH_TYPE_MISMATCH
select variant_array_append(parse_json('{"a":[1]}'), '$.a', 2), variant_array_append(parse_json('{"a":[1]}'), '$.z.y', 2);
--> variant_array_append(parse_json({"a":[1]}), $.a, 2) variant | variant_array_append(parse_json({"a":[1]}), $.z.y, 2) variant
--> {"a":[1,2]} | {"a":[1]}
select try_variant_array_append(parse_json('{"a":1}'), 'bad', 2);
--> error INVALID_VARIANT_PATH
select variant_strip_nulls(parse_json('{"a":{"b":null},"c":[null,{"d":null}]}')), variant_strip_nulls(parse_json('{"a":{"b":null},"c":[null,{"d":null}]}'), false);
--> variant_strip_nulls(parse_json({"a":{"b":null},"c":[null,{"d":null}]}), true) variant | variant_strip_nulls(parse_json({"a":{"b":null},"c":[null,{"d":null}]}), false) variant
--> {"a":{},"c":[{}]} | {"a":{},"c":[null,{}]}
select parse_json('[1,2') ;
--> error MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION
select parse_json('{"a":NaN}');
--> error MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION
select parse_json("{'a':1}");
--> error MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION
select parse_json(123), parse_json(null);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
select cast(array(parse_json('1'), parse_json('2')) as array<int>), cast(parse_json('[1,2]') as array<variant>);
--> array(parse_json(1), parse_json(2)) array<int> | parse_json([1,2]) array<variant>
--> [1, 2] | [1, 2]
