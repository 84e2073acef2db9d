"""Questions about several rows: aggregate functions, window functions, and sorting, grouping and joining on each type."""

import itertools
import re

from differential_files import Block
from differential_values import VALUES, values

LEGACY = {"spark.sql.ansi.enabled": "false"}
AGGREGATES = """count(a) min(a) max(a) sum(a) avg(a) first(a) last(a) any_value(a) first(a,true) last(a,true) count(DISTINCT a) sum(DISTINCT a)
collect_list(a) array_size(collect_set(a)) mode(a) median(a) percentile(a,0.3) percentile_cont(0.3)WITHIN_GROUP(ORDER_BY_a)
percentile_disc(0.3)WITHIN_GROUP(ORDER_BY_a) stddev(a) stddev_pop(a) variance(a) var_pop(a) skewness(a) kurtosis(a) max_by(a,k) min_by(k,a) max_by(k,a)
bool_and(a) bool_or(a) bit_and(a) bit_or(a) bit_xor(a) count_if(a) corr(a,k) covar_samp(a,k) covar_pop(k,a) regr_slope(a,k) regr_r2(a,k)
regr_intercept(a,k) regr_avgx(a,k) regr_sxx(a,k) regr_sxy(k,a) try_sum(a) try_avg(a) listagg(a) string_agg(a,',')
approx_count_distinct(a) histogram_numeric(a,3) product(a) array_agg(a) grouping_id() count(*) min(struct(a)) max(struct(a,k))
bitmap_construct_agg(a) hll_sketch_estimate(hll_sketch_agg(a)) approx_percentile(a,0.5) count_min_sketch(a,0.1,0.9,1) schema_of_variant_agg(a)
min(a)FILTER(WHERE_k>1) sum(a)FILTER(WHERE_k>1) collect_set(a) max(array(a)) sum(a)+1 avg(a)*2 count(a,k) every(a) some(a) stddev_samp(a)
""".replace("count(DISTINCT a)", "count(DISTINCT_a)").replace("sum(DISTINCT a)", "sum(DISTINCT_a)").split()
AGGREGATES = [text.replace("_GROUP", " GROUP").replace("WITHIN", " WITHIN").replace("ORDER_BY_", "ORDER BY ").replace("DISTINCT_", "DISTINCT ")
              .replace("WHERE_", "WHERE ").replace("FILTER", " FILTER").replace("product(a)", "sum(a) / count(a)").replace("grouping_id()", "count(1)")
              for text in AGGREGATES if not text.startswith(("collect_set", "array_size(collect_set(a))"))]


def keyed(names, height=9):
    """Rows of a number, a key and a value of each type: the keys fall into three groups."""
    def cell(name, row):
        return ["NULL", *VALUES[name]][row % (len(VALUES[name]) + 1)]

    return [[str(row), str(row % 3), *(cell(name, row) for name in names)] for row in range(height)]


def of_types(shapes):
    """Shapes about a column `a`, about every type's column."""
    return [re.sub(r"\ba\b", name, shape) for name in VALUES for shape in shapes]


def aggregates():
    names = list(VALUES)
    source, small, narrow = (values(keyed(names)[rows], ["i", "k", *names]) for rows in (slice(9), slice(2), slice(1, 2)))
    yield Block("legacy", LEGACY, source, of_types(AGGREGATES), sample=4, narrow=narrow)
    yield Block("groups", LEGACY, f"{source} GROUP BY k ORDER BY k", of_types(AGGREGATES), sample=30, narrow=narrow)
    yield Block("ansi", {}, small, of_types(AGGREGATES), sample=8, narrow=narrow)
    yield Block("nothing", {}, f"{source} WHERE k > 5", of_types(AGGREGATES), sample=30, narrow=narrow)
    edges = ["sum(a)", "avg(a)", "try_sum(a)", "try_avg(a)", "sum(a) / 2", "sum(DISTINCT a)"]
    yield Block("edges", {}, source, of_types(edges), sample=2, narrow=narrow)


OVER = ["{}(a) OVER (PARTITION BY k ORDER BY i)", "{}(a) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
        "{}(a) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING)", "{}(a) OVER (PARTITION BY k)"]
ROLLING = ["min", "max", "sum", "avg", "count", "first_value", "last_value", "collect_list", "stddev", "try_sum", "bool_or", "bit_xor", "mode", "any_value",
           "approx_count_distinct", "median"]
SHIFTS = ["lag(a) OVER (ORDER BY i)", "lead(a, 2, a) OVER (ORDER BY i)", "lag(a, 1) IGNORE NULLS OVER (ORDER BY i)", "nth_value(a, 2) OVER (ORDER BY i)",
          "rank() OVER (ORDER BY a)", "dense_rank() OVER (ORDER BY a DESC)", "percent_rank() OVER (ORDER BY a)", "cume_dist() OVER (ORDER BY a NULLS LAST)",
          "ntile(3) OVER (ORDER BY i)", "row_number() OVER (PARTITION BY a ORDER BY i)", "count(*) OVER (PARTITION BY a)",
          "count(*) OVER (ORDER BY a)", "count(*) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
          "count(*) OVER (ORDER BY a RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW)",
          "count(*) OVER (ORDER BY a RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW)", "count(*) OVER (ORDER BY a DESC RANGE 1.5 PRECEDING)",
          "first_value(a) IGNORE NULLS OVER (ORDER BY i)", "last_value(a, true) OVER (ORDER BY i)",
          "max(a) FILTER (WHERE k > 0) OVER (ORDER BY i)", "lag(a, -1, NULL) OVER (ORDER BY i)", "lag(a, 1, 'x') OVER (ORDER BY i)",
          "lead(a, 1, 0) OVER (ORDER BY i)"]


# Types that are compared with others in joins.
JOINED = ["bool", "i32", "f32", "f64", "dec5", "str", "date", "ts", "ntz"]


def windows():
    names = list(VALUES)
    source, narrow = (f"{values(keyed(names)[rows], ['i', 'k', *names])} ORDER BY i" for rows in (slice(9), slice(1, 2)))
    shapes = [shape.format(function) for shape in OVER for function in ROLLING] + SHIFTS
    yield Block("windows", LEGACY, source, of_types(shapes), sample=8, narrow=narrow)


def orders():
    for name in VALUES:
        source = values(keyed([name]), ["i", "k", "a"])
        for order in ("a, i", "a DESC, i", "k, struct(a) DESC, i", "array(a) NULLS LAST, i"):
            yield Block(f"{name} by {order}", {}, f"{source} ORDER BY {order}", ["i"])
        yield Block(f"{name} groups", {}, f"{source} GROUP BY a ORDER BY min(i)", ["min(i)", "count(*)", "a"])
        yield Block(f"{name} nested groups", {}, f"{source} GROUP BY struct(a) ORDER BY min(i)", ["min(i)", "count(*)"])
        yield Block(f"{name} rollup", {}, f"{source} GROUP BY ROLLUP (a) ORDER BY min(i), count(*)", ["min(i)", "count(*)", "grouping(a)"])
        yield Block(f"{name} distinct", {}, f"(SELECT DISTINCT a FROM {source})", ["count(*)", "count(a)"])
        yield Block(f"{name} except", {}, f"(SELECT a FROM {source} EXCEPT SELECT a FROM {source} WHERE i > 2)", ["count(*)"])
        yield Block(f"{name} intersect", {}, f"(SELECT a FROM {source} INTERSECT ALL SELECT a FROM {source} WHERE i <> 1)", ["count(*)", "count(a)"])
        left, right = f"(SELECT * FROM {source}) l", f"(SELECT * FROM {source}) r"
        yield Block(f"{name} join", {}, f"{left} JOIN {right} ON l.a = r.a ORDER BY l.i, r.i", ["l.i", "r.i"])
        yield Block(f"{name} full join", {}, f"{left} FULL JOIN {right} ON l.a = r.a AND r.i > 0 ORDER BY l.i, r.i", ["l.i", "r.i"])
        yield Block(f"{name} anti join", {}, f"{left} LEFT ANTI JOIN {right} ON l.a = r.a AND r.i > 1 ORDER BY l.i", ["l.i"])
        yield Block(f"{name} null-safe join", {}, f"{left} JOIN {right} ON l.a <=> r.a ORDER BY l.i, r.i", ["l.i", "r.i"])
        yield Block(f"{name} less join", {}, f"{left} JOIN {right} ON l.a < r.a ORDER BY l.i, r.i", ["l.i", "r.i"])
        yield Block(f"{name} not in", {}, f"{left} WHERE a NOT IN (SELECT a FROM {source} WHERE i > 3 AND a IS NOT NULL) ORDER BY i", ["i"])
    for first, second in itertools.permutations(JOINED, 2):
        left, right = (f"(SELECT * FROM {values(keyed([name]), ['i', 'k', 'a'])})" for name in (first, second))
        yield Block(f"{first} {second} join", LEGACY, f"{left} l JOIN {right} r ON l.a = r.a", ["count(*)"])
