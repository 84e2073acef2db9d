"""Errors point where Spark's point: at a piece of SQL text, at a DataFrame call, or at nothing."""

import inspect

import pytest
from pyspark.errors import PySparkException
from pyspark.errors.exceptions.base import QueryContextType
from pyspark.sql import functions as F

# A statement, Spark's condition, and the first and last character of the piece its error points at. `None` stands for an
# error without context, (-1, -1) for one whose context is empty.
STATEMENTS = [
    ("select 1/0", "DIVIDE_BY_ZERO", (7, 9)),
    ("select 1 +\n  (2 / 0) as x, 5", "DIVIDE_BY_ZERO", (14, 18)),
    ("select (1 + 2) / 0", "DIVIDE_BY_ZERO", (7, 17)),
    ("select ((1 / 0))", "DIVIDE_BY_ZERO", (9, 13)),
    ("select 'a' + 1", "CAST_INVALID_INPUT", (7, 13)),
    ("select cast('abc' as int)", "CAST_INVALID_INPUT", (7, 24)),
    ("select 'abc' :: int", "CAST_INVALID_INPUT", (7, 18)),
    ("select int('abc')", "CAST_INVALID_INPUT", (7, 16)),
    ("select nosuch", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (7, 12)),
    ("select id, nosuch + 1 from range(3) t where nosuch2 > 1", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (44, 50)),
    ("select id from range(3) where nosuch2 > 1", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (30, 36)),
    ("select t.id.x from range(3) t", "INVALID_EXTRACT_BASE_FIELD_TYPE", (7, 12)),
    ("select * from nosuch_table", "TABLE_OR_VIEW_NOT_FOUND", (14, 25)),
    ("select a from (select id from nosuch_db.nosuch_table t) x", "TABLE_OR_VIEW_NOT_FOUND", (30, 51)),
    ("select nosuch_fn(1, 2)", "UNRESOLVED_ROUTINE", (7, 21)),
    ("select abs(1, 2)", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", (7, 15)),
    ("select array(1) + 1", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", (7, 18)),
    ("select 1 and true", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", (7, 16)),
    ("select abs(array(1))", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 19)),
    ("select substring(array(1), 2)", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 28)),
    ("select id from range(3) group by 1 + 1", "MISSING_AGGREGATION", None),
    ("select id, count(*) from range(3)", "MISSING_GROUP_BY", (0, 32)),
    ("select count(*) from range(3) where count(*) > 1", "INVALID_WHERE_CONDITION", (0, 47)),
    ("select id from range(3) where id", "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", (0, 31)),
    ("select explode(1)", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 16)),
    ("select explode(array(1)) + 1", "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", None),
    ("select case when 1 then 2 end", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 28)),
    ("select case when true then 1 else array(1) end", "DATATYPE_MISMATCH.DATA_DIFF_TYPES", (7, 45)),
    ("select if(1, 2, 3)", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 17)),
    ("select coalesce(1, array(1))", "DATATYPE_MISMATCH.DATA_DIFF_TYPES", (7, 27)),
    ("select id, id from range(1) t join range(2) u on t.id = u.id", "AMBIGUOUS_REFERENCE", (7, 8)),
    ("select id from range(1) t join range(2) u on nosuch = 1", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (45, 50)),
    ("select 2147483647 + 1", "ARITHMETIC_OVERFLOW", (7, 20)),
    ("select 9223372036854775807 * 2", "ARITHMETIC_OVERFLOW", (7, 29)),
    ("select 127Y + 1Y", "BINARY_ARITHMETIC_OVERFLOW", None),
    ("select 1 % 0", "REMAINDER_BY_ZERO", (7, 11)),
    ("select mod(1, 0)", "REMAINDER_BY_ZERO", (7, 15)),
    ("select 1 div 0", "DIVIDE_BY_ZERO", (7, 13)),
    ("select pmod(5, 0)", "REMAINDER_BY_ZERO", (7, 16)),
    ("select -(-2147483648)", "ARITHMETIC_OVERFLOW", None),
    ("select abs(-2147483648)", "ARITHMETIC_OVERFLOW", None),
    ("select array(1,2)[5]", "INVALID_ARRAY_INDEX", (7, 19)),
    ("select element_at(array(1,2), 5)", "INVALID_ARRAY_INDEX_IN_ELEMENT_AT", (7, 31)),
    ("select element_at(array(1,2), 0)", "INVALID_INDEX_OF_ZERO", (7, 31)),
    ("select elt(5, 'a', 'b')", "INVALID_ARRAY_INDEX", (7, 22)),
    ("select cast(300 as tinyint)", "CAST_OVERFLOW", None),
    ("select cast(1e20 as int)", "CAST_OVERFLOW", None),
    ("select cast(12345.678 as decimal(4,2))", "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", (7, 37)),
    ("select cast('2020-99-99' as date)", "CAST_INVALID_INPUT", (7, 32)),
    ("select date '2020-99-99'", "INVALID_TYPED_LITERAL", (7, 23)),
    ("select cast('x' as timestamp)", "CAST_INVALID_INPUT", (7, 28)),
    ("select cast('x' as boolean)", "CAST_INVALID_INPUT", (7, 26)),
    ("select to_date('x', 'yyyy-MM-dd')", "CANNOT_PARSE_TIMESTAMP", None),
    ("select to_timestamp('x', 'yyyy-MM-dd')", "CANNOT_PARSE_TIMESTAMP", None),
    ("select make_date(2020, 13, 1)", "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", None),
    ("select make_timestamp(2020, 13, 1, 1, 1, 1)", "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", None),
    ("select raise_error('boo')", "USER_RAISED_EXCEPTION", None),
    ("select assert_true(1 = 2)", "USER_RAISED_EXCEPTION", None),
    ("select assert_true(1 = 2, 'm')", "USER_RAISED_EXCEPTION", None),
    ("select map('a', 1, 'a', 2)", "DUPLICATED_MAP_KEY", None),
    ("select map(null, 1)", "NULL_MAP_KEY", None),
    ("select sum(x) from values (9223372036854775807), (1) t(x)", "ARITHMETIC_OVERFLOW", (-1, -1)),
    ("select interval '1' day / 0", "INTERVAL_DIVIDED_BY_ZERO", (7, 26)),
    ("select interval '1' month / 0", "INTERVAL_DIVIDED_BY_ZERO", (7, 28)),
    ("select interval '178956970' year + interval '178956970' year", "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", None),
    ("select interval '106751990' day + interval '106751990' day", "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", None),
    ("select round(9223372036854775807, -1)", "ARITHMETIC_OVERFLOW", (7, 36)),
    ("select round(2147483647, -1)", "ARITHMETIC_OVERFLOW", (7, 27)),
    ("select conv('92233720368547758070', 10, 16)", "ARITHMETIC_OVERFLOW", (7, 42)),
    ("select to_number('abc', '999')", "INVALID_FORMAT.MISMATCH_INPUT", None),
    ("select parse_url('inva lid', 'HOST')", "INVALID_URL", None),
    ("select url_decode('%zz')", "CANNOT_DECODE_URL", None),
    ("select next_day('2020-01-01', 'xx')", "ILLEGAL_DAY_OF_WEEK", None),
    ("select transform(array(1, 0), x -> 1 / x)", "DIVIDE_BY_ZERO", (35, 39)),
    ("select aggregate(array(1, 0), 0, (a, x) -> a + cast('q' as int))", "CAST_INVALID_INPUT", (47, 62)),
    ("select date_add('2020-01-01', cast('x' as int))", "CAST_INVALID_INPUT", (30, 45)),
    ("select timestampadd(YEAR, 500000, timestamp '2020-01-01')", "DATETIME_OVERFLOW", None),
    ("select bigint('1x') + 1", "CAST_INVALID_INPUT", (7, 18)),
    ("select cast('1x' as decimal(10,2))", "CAST_INVALID_INPUT", (7, 33)),
    ("select cast(array('a') as array<int>)", "CAST_INVALID_INPUT", (7, 36)),
    ("select 1 where 'a' = 1", "CAST_INVALID_INPUT", (15, 21)),
    ("select * from range(3) where id in ('a', 'b')", "CAST_INVALID_INPUT", (32, 44)),
    ("select id from range(3) order by nosuch", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (33, 38)),
    ("select id from range(3) group by nosuch", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (33, 38)),
    ("select sum(id) over (partition by nosuch) from range(3)", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (34, 39)),
    ("with a as (select 1/0 as x) select * from a", "DIVIDE_BY_ZERO", (18, 20)),
    ("with a as (select nosuch as x) select * from a", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (18, 23)),
    ("select (select nosuch)", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (15, 20)),
    ("select * from range(2) where exists (select 1 from range(3) where nosuch = 1)", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (66, 71)),
    ("select * from range(1) union select 1, 2", "NUM_COLUMNS_MISMATCH", (0, 39)),
    ("select * from range(1) union all select array(1)", "INCOMPATIBLE_COLUMN_TYPE", (0, 47)),
    ("select 1 as a union select nosuch", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (27, 32)),
    ("values (1, 2), (3)", "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", (0, 17)),
    ("select * from values (nosuch)", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (22, 27)),
    ("select * from range(1, 2, 3, 4, 5)", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", (14, 33)),
    ("select * from nosuch_tvf(1)", "UNRESOLVABLE_TABLE_VALUED_FUNCTION", (14, 26)),
    ("select * from explode(array(1/0))", "DIVIDE_BY_ZERO", (28, 30)),
    ("select t.* from range(3) u", "CANNOT_RESOLVE_STAR_EXPAND", (7, 9)),
    ("select length(1, 2), upper()", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", (7, 18)),
    ("select date_format(1)", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", (7, 20)),
    ("select from_json('a')", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", (7, 20)),
    ("select lag(id) from range(3)", "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", (0, 27)),
    ("select row_number() from range(3)", "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", (0, 32)),
    ("select id from range(3) limit -1", "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", (30, 31)),
    ("select id from range(3) limit 'a'", "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", (30, 32)),
    ("select named_struct('a', 1).b", "FIELD_NOT_FOUND", None),
    ("select s.b from (select named_struct('a', 1) s)", "FIELD_NOT_FOUND", (7, 9)),
    ("select array(1).b", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 16)),
    ("select id[1] from range(2)", "INVALID_EXTRACT_BASE_FIELD_TYPE", None),
    ("select sort_array(map(1,2))", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 26)),
    ("select array_contains(array(1), 'a' || 1/0)", "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES", (7, 42)),
    ("select map(1,2)[array(1)]", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 24)),
    ("select 1 as aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, 1/0, 2 as cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc", "DIVIDE_BY_ZERO", (50, 52)),
    ("selec 1", "PARSE_SYNTAX_ERROR", None),
    ("select 1 +", "PARSE_SYNTAX_ERROR", None),
    ("select case", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (7, 10)),
    ("select 1 in ()", "INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE", (9, 13)),
    ("select a like any ()", "INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN", (9, 19)),
    ("select 'a' like 'b' escape 'cc'", "INVALID_ESC", (11, 30)),
    ("select cast(1 as nosuchtype)", "UNSUPPORTED_DATATYPE", (17, 26)),
    ("select cast(1 as array)", "INCOMPLETE_TYPE_DEFINITION.ARRAY", (17, 21)),
    ("select cast(1 as decimal(50))", "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", None),
    ("select cast(1 as decimal(10, 20))", "DECIMAL_SCALE_EXCEEDS_PRECISION", None),
    ("select cast(1 as char)", "DATATYPE_MISSING_SIZE", (17, 20)),
    ("select timestamp 'x'", "INVALID_TYPED_LITERAL", (7, 19)),
    ("select x'1G'", "INVALID_TYPED_LITERAL", (7, 11)),
    ("select interval 1 foo", "PARSE_SYNTAX_ERROR", None),
    ("select 1e400d", "INVALID_NUMERIC_LITERAL_RANGE", (7, 12)),
    ("select 300Y", "INVALID_NUMERIC_LITERAL_RANGE", (7, 10)),
    ("select 99999999999S", "INVALID_NUMERIC_LITERAL_RANGE", (7, 18)),
    ("select a-b.c from t", "TABLE_OR_VIEW_NOT_FOUND", (18, 18)),
    ("select * from a-b", "INVALID_IDENTIFIER", None),
    ("with a as (select 1), a as (select 2) select 1", "DUPLICATED_CTE_NAMES", (0, 45)),
    ("select !a in (1)", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (8, 8)),
    ("select 1 ! in (1)", "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT", (9, 9)),
    ("select date_add(NOSUCH, 1, date'2020-01-01')", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (16, 21)),
    ("select dateadd('day', 1, date'2020-01-01')", "INVALID_PARAMETER_VALUE.DATETIME_UNIT", (7, 41)),
    ("select * from range(3) order by id sort by id", "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES", (23, 44)),
    ("select 'abc", "PARSE_SYNTAX_ERROR", None),
    ("select /* abc", "UNCLOSED_BRACKETED_COMMENT", None),
    ("select `abc", "PARSE_SYNTAX_ERROR", None),
    ("select 1 1", "PARSE_SYNTAX_ERROR", None),
    ("select (1", "PARSE_SYNTAX_ERROR", None),
    ("select 1)", "PARSE_SYNTAX_ERROR", None),
    ("select from range(2) where", "PARSE_SYNTAX_ERROR", None),
    ("create view", "PARSE_SYNTAX_ERROR", None),
    ("select extract(nosuch from date'2020-01-01')", "INVALID_EXTRACT_FIELD", (7, 43)),
    ("select transform(a, x) from t", "TABLE_OR_VIEW_NOT_FOUND", (28, 28)),
    ("select first(a ignore nulls, b)", "PARSE_SYNTAX_ERROR", None),
    ("select sum(1) over (order by 1 rows between 1 and 2)", "PARSE_SYNTAX_ERROR", None),
    ("select 1 order by all desc limit all offset", "PARSE_SYNTAX_ERROR", None),
    ("insert into t values", "PARSE_SYNTAX_ERROR", None),
    ("insert into nosuch_t values (1)", "TABLE_OR_VIEW_NOT_FOUND", (12, 19)),
    ("drop table nosuch_t", "TABLE_OR_VIEW_NOT_FOUND", None),
    ("drop view nosuch_v", "TABLE_OR_VIEW_NOT_FOUND", None),
    ("describe nosuch_t", "TABLE_OR_VIEW_NOT_FOUND", (9, 16)),
    ("show columns in nosuch_t", "TABLE_OR_VIEW_NOT_FOUND", (16, 23)),
    ("use nosuch_db", "SCHEMA_NOT_FOUND", None),
    ("show tables in nosuch_db", "SCHEMA_NOT_FOUND", None),
    ("truncate table nosuch_t", "TABLE_OR_VIEW_NOT_FOUND", (15, 22)),
    ("alter table nosuch_t rename to x", "TABLE_OR_VIEW_NOT_FOUND", (12, 19)),
    ("refresh table nosuch_t", "TABLE_OR_VIEW_NOT_FOUND", (14, 21)),
    ("cache table nosuch_t", "TABLE_OR_VIEW_NOT_FOUND", (12, 19)),
    ("create table z (a int) using nosuchformat", "DATA_SOURCE_NOT_FOUND", None),
    ("create table z2 as select nosuch", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (26, 31)),
    ("select id as a, a + nosuch from range(3)", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (20, 25)),
    ("select id as a, 1/0 + a as b from range(3)", "DIVIDE_BY_ZERO", (16, 18)),
    ("select grouping(id) from range(3)", "UNSUPPORTED_GROUPING_EXPRESSION", (7, 18)),
    ("select count(distinct *) from nosuch", "TABLE_OR_VIEW_NOT_FOUND", (30, 35)),
    ("select sum(distinct id) over (order by id) from range(3)", "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", (7, 41)),
    ("select id from range(3) group by 5", "GROUP_BY_POS_OUT_OF_RANGE", (33, 33)),
    ("select id from range(3) order by 5", "ORDER_BY_POS_OUT_OF_RANGE", (33, 33)),
    ("select * from range(3) unpivot (v for k in (nosuch))", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (44, 49)),
    ("select * from range(3) a join range(3) b using (nosuch)", "UNRESOLVED_USING_COLUMN_FOR_JOIN", None),
    ("select * from range(3) a natural join nosuch b", "TABLE_OR_VIEW_NOT_FOUND", (38, 43)),
    ("select * from range(3) lateral view explode(nosuch) t as x", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (44, 49)),
    ("select * from range(3) lateral view explode(array(1/0)) t as x", "DIVIDE_BY_ZERO", (50, 52)),
    ("select transform(array(1), x -> nosuch)", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (0, 38)),
    ("select filter(array(1), x -> x + 1)", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 34)),
    ("select named_struct('a')", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", None),
    ("select struct(1, 2).col3", "FIELD_NOT_FOUND", None),
    ("select map(1)", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", None),
    ("select array(1, map(1,2))", "DATATYPE_MISMATCH.DATA_DIFF_TYPES", (7, 24)),
    ("select 1 in ('a', array(1))", "DATATYPE_MISMATCH.DATA_DIFF_TYPES", (9, 26)),
    ("select 1 between 'x' and 2", "CAST_INVALID_INPUT", (9, 25)),
    ("select case 'a' when 1 then 2 end", "CAST_INVALID_INPUT", (7, 32)),
    ("select 'x' like 1/0", "DIVIDE_BY_ZERO", (16, 18)),
    ("select substr('abc', 'x')", "CAST_INVALID_INPUT", (7, 24)),
    ("select 'a' || nosuch || 'b'", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", (14, 19)),
    ("select not 'x'", "CAST_INVALID_INPUT", (7, 13)),
    ("select - 'x'", "CAST_INVALID_INPUT", (7, 11)),
    ("select ~ 1.5", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 11)),
    ("select 'a' > 1", "CAST_INVALID_INPUT", (7, 13)),
    ("select 1 = 'b' and 1/0 = 1", "CAST_INVALID_INPUT", (7, 13)),
    ("select cast('a' as int) + cast('b' as int)", "CAST_INVALID_INPUT", (7, 22)),
    ("select date '2020-01-01' + 'a'", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 29)),
    ("select timestamp '2020-01-01' - 'q'", "CAST_INVALID_INPUT", (7, 34)),
    ("select date_trunc('day')", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", (7, 23)),
    ("select to_timestamp('x')", "CAST_INVALID_INPUT", (7, 23)),
    ("select to_date('2020-13-13')", "CAST_INVALID_INPUT", (7, 27)),
    ("select date('2020-13-13')", "CAST_INVALID_INPUT", (7, 24)),
    ("select timestamp('q')", "CAST_INVALID_INPUT", (7, 20)),
    ("select float('q') , 1", "CAST_INVALID_INPUT", (7, 16)),
    ("select float('1.q')", "CAST_INVALID_INPUT", (7, 18)),
    ("select boolean('q')", "CAST_INVALID_INPUT", (7, 18)),
    ("select binary(1.5)", "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", (7, 17)),
    ("select cast(interval '1' day as int), cast(date'2020-01-01' as int)", "DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION", (38, 66)),
    ("select cast(9999999999 as int)", "CAST_OVERFLOW", None),
    ("select cast(9999999999 as timestamp) + cast('nan' as int)", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", (7, 56)),
    ("select 1.5 / 0", "DIVIDE_BY_ZERO", (7, 13)),
    ("select 1.5 % 0", "REMAINDER_BY_ZERO", (7, 13)),
    ("select cast(1e30 as decimal(20,0)) * 1", "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", (7, 33)),
    ("select 99999999999999999999999999999999999999 * 10", "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", (7, 49)),
    ("select 1.0 / cast(0 as decimal(10,2))", "DIVIDE_BY_ZERO", (7, 36)),
    ("select 5 % cast(0 as double)", "REMAINDER_BY_ZERO", (7, 27)),
    ("select try_divide(1, 0), 1 div 0", "DIVIDE_BY_ZERO", (25, 31)),
    ("select array(1)[-1]", "INVALID_ARRAY_INDEX", (7, 18)),
    ("select array(1,2)[1/0]", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", (7, 21)),
    ("select element_at(map('a', 1), 'b'), element_at(array(1), -5)", "INVALID_ARRAY_INDEX_IN_ELEMENT_AT", (37, 60)),
    ("select make_interval(1000000000000)", "CAST_OVERFLOW", None),
    ("select make_timestamp(2020, 1, 1, 1, 1, 100)", "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", None),
    ("select to_binary('zz', 'hex')", "CONVERSION_INVALID_INPUT", None),
    ("select to_number('1', 'abc')", "INVALID_FORMAT.WRONG_NUM_DIGIT", (7, 27)),
    ("select decode(x'ff', 'nosuch')", "INVALID_PARAMETER_VALUE.CHARSET", None),
    ("select regexp_extract('a', '(', 1)", "INVALID_PARAMETER_VALUE.PATTERN", None),
    ("select regexp_replace('a', '[', 'b')", "INVALID_PARAMETER_VALUE.PATTERN", None),
    ("select 'a' rlike '('", "INVALID_PARAMETER_VALUE.PATTERN", None),
    ("select from_json('{\"a\":1}', 'a int', map('mode', 'FAILFAST')).a / 0", "DIVIDE_BY_ZERO", (7, 66)),
    ("select bround(2147483647, -1), 5", "ARITHMETIC_OVERFLOW", (7, 28)),
    ("select ceil(1e30), floor(1e300)", "ARITHMETIC_OVERFLOW", (7, 16)),
    ("select shiftleft(1, 'x')", "CAST_INVALID_INPUT", (7, 23)),
    ("select hex(1/0)", "DIVIDE_BY_ZERO", (11, 13)),
    ("select sum(1/0) from range(2)", "DIVIDE_BY_ZERO", (11, 13)),
    ("select sum(cast('x' as int)) from range(2)", "CAST_INVALID_INPUT", (11, 26)),
    ("select id, max(1/id) over (partition by id) from range(3)", "DIVIDE_BY_ZERO", (15, 18)),
    ("select id from range(3) where 1/id > 0 order by 1", "DIVIDE_BY_ZERO", (30, 33)),
    ("select count(*) from range(3) a join range(3) b on a.id = b.id and 1 / a.id > 0", "DIVIDE_BY_ZERO", (67, 74)),
    ("select id from range(3) group by 1/id, id", "DIVIDE_BY_ZERO", (33, 36)),
    ("select 1/id as x from range(3) group by 1/id", "DIVIDE_BY_ZERO", (40, 43)),
    ("select * from (select 1/id as x from range(3)) where x > 0", "DIVIDE_BY_ZERO", (22, 25)),
    ("select * from range(3) where id = (select 1/0)", "DIVIDE_BY_ZERO", (42, 44)),
    ("select * from range(3) where id in (select 1/0)", "DIVIDE_BY_ZERO", (43, 45)),
    ("select explode(sequence(1, 3)) / 0", "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", None),
    ("select a / 0 from (select explode(array(1,2)) a)", "DIVIDE_BY_ZERO", (7, 11)),
    ("select percentile(id, 2) from range(3)", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", (7, 23)),
    ("select ntile(0) over (order by id) from range(3)", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", (7, 33)),
    ("select nth_value(id, 0) over (order by id) from range(3)", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", (7, 41)),
    ("select 1 union all select 'a'", "CAST_INVALID_INPUT", (0, 28)),
    ("select * from (select 1 a union select 'a') where a > 0", "CAST_INVALID_INPUT", (15, 41)),
    ("select * from range(3) a join (select 'x' id) b on a.id = b.id", "CAST_INVALID_INPUT", (51, 61)),
    ("select case id when 'x' then 1 end from range(1)", "CAST_INVALID_INPUT", (7, 33)),
    ("select count(*) filter (where id = 'x') from range(3)", "CAST_INVALID_INPUT", (30, 37)),
    ("select sum(id) over (partition by id = 'x') from range(3)", "CAST_INVALID_INPUT", (34, 41)),
    ("select id from range(3) order by id = 'x'", "CAST_INVALID_INPUT", (33, 40)),
    ("select array(1, 'a')", "CAST_INVALID_INPUT", (7, 19)),
    ("select if(true, 'a', 1)", "CAST_INVALID_INPUT", (7, 22)),
    ("select greatest(1, 'a')", "DATATYPE_MISMATCH.DATA_DIFF_TYPES", (7, 22)),
    ("select nvl('a', 1)", "CAST_INVALID_INPUT", (7, 17)),
    ("select map(1, 'a')['q']", "CAST_INVALID_INPUT", (7, 22)),
    ("select array_contains(array(1), 'a')", "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES", (7, 35)),
    ("select date_add('x', 1)", "CAST_INVALID_INPUT", (7, 22)),
    ("select year('x')", "CAST_INVALID_INPUT", (7, 15)),
    ("select concat_ws(',', 1/0)", "DIVIDE_BY_ZERO", (22, 24)),
    ("select explode(array(1/0))", "DIVIDE_BY_ZERO", (21, 23)),
    ("select * from stack(2, 1/0, 2.5D)", "DIVIDE_BY_ZERO", (23, 25)),
    ("select transform(array('1', 'a'), x -> x + 1)", "CAST_INVALID_INPUT", (39, 43)),
    ("select array_sort(array(1, 2), (a, b) -> 1 / 0)", "DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE", (7, 46)),
    ("select try_cast('a' as int), cast('b' as int)", "CAST_INVALID_INPUT", (29, 44)),
    ("select cast(id || 'x' as int) from range(2)", "CAST_INVALID_INPUT", (7, 28)),
    ("select avg('x')", "CAST_INVALID_INPUT", (7, 14)),
    ("select sum(id / 0) filter (where id > 0) from range(3)", "DIVIDE_BY_ZERO", (11, 16)),
    ("select max(cast(concat('a', id) as int)) from range(2) group by id % 0", "REMAINDER_BY_ZERO", (64, 69)),
    ("select id from range(2) group by all having id / 0 > 1", "DIVIDE_BY_ZERO", (44, 49)),
    ("select -cast('a' as int)", "CAST_INVALID_INPUT", (8, 23)),
    ("select +cast('a' as int), not cast('q' as boolean)", "CAST_INVALID_INPUT", (8, 23)),
    ("select struct(1/0).col1", "DIVIDE_BY_ZERO", (14, 16)),
    ("select named_struct('a', 1/0).a", "DIVIDE_BY_ZERO", (25, 27)),
    ("from range(3) |> where id / 0 > 1 |> select id", "DIVIDE_BY_ZERO", (23, 28)),
    ("from range(3) |> select nosuch", "UNRESOLVED_COLUMN.WITH_SUGGESTION", (24, 29)),
    ("select * from range(3) tablesample (1/0 rows)", "PARSE_SYNTAX_ERROR", None),
    ("select date'2020-01-01' + interval 1/0 day", "PARSE_SYNTAX_ERROR", None),
    ("select extract(year from 'x')", "CAST_INVALID_INPUT", (7, 28)),
    ("select substring('abc' from 'x')", "CAST_INVALID_INPUT", (7, 31)),
    ("select trim(both 1/0 from 'a')", "DIVIDE_BY_ZERO", (17, 19)),
    ("select position(1/0 in 'a')", "DIVIDE_BY_ZERO", (16, 18)),
    ("select 'a' like 'b' escape '%', 1/0", "DIVIDE_BY_ZERO", (32, 34)),
    ("select 5 is distinct from 'x'", "CAST_INVALID_INPUT", (9, 28)),
    ("select 'x'::int + 1", "CAST_INVALID_INPUT", (7, 14)),
    ("select ('x' || 'y')::int", "CAST_INVALID_INPUT", (7, 23)),
    ("select t.id + 'q' from range(1) t", "CAST_INVALID_INPUT", (7, 16)),
    ("select round(1/0, 2)", "DIVIDE_BY_ZERO", (13, 15)),
    ("select interval '1' year / 0", "INTERVAL_DIVIDED_BY_ZERO", (7, 27)),
    ("select timestamp'2020-01-01 00:00:00' + 'x'", "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE", (7, 42)),
    ("select 2 * (3 + 'x')", "CAST_INVALID_INPUT", (12, 18)),
    ("select    1/0   as   a", "DIVIDE_BY_ZERO", (10, 12)),
]


def failure(act):
    with pytest.raises(PySparkException) as error:
        act()
    return error.value


@pytest.mark.parametrize("statement, condition, place", STATEMENTS, ids=[case[0] for case in STATEMENTS])
def test_statement(spark, statement, condition, place):
    error = failure(lambda: spark.sql(statement).collect())
    assert error.getCondition() == condition
    contexts = error.getQueryContext()
    if place is None:
        assert contexts == []
        return
    [context] = contexts
    assert context.contextType() == QueryContextType.SQL
    assert (context.startIndex(), context.stopIndex()) == place
    assert context.fragment() == statement[place[0] : place[1] + 1]
    if place[0] >= 0:
        line, position = place_in(statement, place[0])
        short = f"; line {line} pos {position}"
        assert str(error).split(";\n")[0].endswith(short) or str(error).endswith("\n" + context.summary())


def place_in(text, index):
    before = text[:index]
    return before.count("\n") + 1, len(before.rsplit("\n", 1)[-1])


def test_the_piece_is_underlined(spark):
    error = failure(lambda: spark.sql("select 1 +\n  (2 / 0) as x, 5").collect())
    assert str(error).endswith("SQLSTATE: 22012\n== SQL (line 2, position 4) ==\n  (2 / 0) as x, 5\n   ^^^^^\n")
    text = "select 1 as aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, 1 /\n0, 2 as cccccccccccccccccccccccccccccccccccccccccccc"
    assert failure(lambda: spark.sql(text).collect()).getQueryContext()[0].summary() == (
        "== SQL (line 1, position 51) ==\n"
        "...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, 1 /\n"
        "                                   ^^^\n"
        "0, 2 as ccccccccccccccccccccccccc...\n"
        "^\n"
    )


def test_a_text_that_does_not_parse_is_shown_whole(spark):
    error = failure(lambda: spark.sql("select\n1 1"))
    assert str(error).endswith("SQLSTATE: 42601 (line 2, pos 2)\n\n== SQL ==\nselect\n1 1\n--^^^\n")
    assert error.getQueryContext() == []


def test_views_have_a_text_of_their_own(spark):
    spark.sql("create or replace temp view contexts_v as\n select 1 as a, 1 / 0 as x")
    [context] = failure(lambda: spark.sql("select a, x from contexts_v").collect()).getQueryContext()
    assert (context.objectType(), context.objectName()) == ("VIEW", "contexts_v")
    assert (context.startIndex(), context.stopIndex(), context.fragment()) == (15, 19, "1 / 0")
    assert context.summary() == (
        "== SQL of VIEW contexts_v (line 1, position 16) ==\nselect 1 as a, 1 / 0 as x\n               ^^^^^\n"
    )
    error = failure(lambda: spark.sql("create temp view contexts_w as select nosuch from range(3)"))
    [context] = error.getQueryContext()
    assert (context.objectType(), context.startIndex(), context.stopIndex()) == ("", 38, 43)


def test_expressions_as_text(spark):
    for frame in [spark.range(2).select(F.expr("id / 0")), spark.range(2).selectExpr("id", "id / 0 as x")]:
        [context] = failure(frame.collect).getQueryContext()
        assert (context.startIndex(), context.stopIndex(), context.fragment()) == (0, 5, "id / 0")
    [context] = failure(lambda: spark.range(2).filter("nosuch > 1").collect()).getQueryContext()
    assert (context.startIndex(), context.stopIndex()) == (0, 5)


def line():
    """The place this was called from, as PySpark tells it to the server."""
    frame = inspect.currentframe().f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def test_calls(spark):
    frame, here = spark.range(2).select(F.col("id") / 0), line()
    error = failure(frame.collect)
    [context] = error.getQueryContext()
    assert context.contextType() == QueryContextType.DataFrame
    assert (context.fragment(), context.callSite()) == ("__truediv__", here)
    assert str(error).endswith(f'SQLSTATE: 22012\n== DataFrame ==\n"__truediv__" was called from\n{here}\n')
    frame, here = spark.range(2).filter(F.col("nosuch") > 1), line()
    error = failure(frame.collect)
    [context] = error.getQueryContext()
    assert (context.fragment(), context.callSite()) == ("col", here)
    assert str(error).split(";\n")[0].endswith("SQLSTATE: 42703")


def test_the_innermost_call_is_meant(spark):
    text = spark.sql("select 1 as a, 'x' as b")
    frame, here = text.select(F.col("b").cast("int") + F.col("a")), line()
    [context] = failure(frame.collect).getQueryContext()
    assert (context.fragment(), context.callSite()) == ("cast", here)
    frame = spark.range(2).select(F.lit(3) + (F.col("id") % F.lit(0)))
    assert failure(frame.collect).getQueryContext()[0].fragment() == "__mod__"


def test_functions_tell_no_call(spark):
    [context] = failure(spark.range(2).select(F.element_at(F.array(F.lit(1)), 5)).collect).getQueryContext()
    assert (context.startIndex(), context.stopIndex(), context.fragment()) == (-1, -1, "")
    assert failure(spark.range(2).select(F.abs(F.array(F.lit(1)))).collect).getQueryContext() == []
    assert failure(spark.range(2).select(F.raise_error(F.lit("a"))).collect).getQueryContext() == []


def test_a_relation_in_a_text(spark):
    frame = spark.range(2).select((F.lit(1) / F.lit(0)).alias("x"))
    [context] = failure(spark.sql("select x + 1 from {d}", d=frame).collect).getQueryContext()
    assert context.fragment() == "__truediv__"


def test_equal_expressions_at_different_places_are_equal(spark):
    assert spark.sql("select 1 / id from range(1, 3) group by 1 /  id order by 1").count() == 2
    assert spark.sql("select id % 2, count(*) from range(4) group by id  % 2").count() == 2
