"""What the differential test asks, by topic: functions that yield blocks of expressions without answers."""

from differential_files import Block
from differential_functions import functions
from differential_rows import aggregates, orders, windows
from differential_values import CLOCKS, NUMBERS, PAIRED, TARGETS, TEXTS, VALUES, quoted, values

ANSI = {"ansi": {"spark.sql.ansi.enabled": "true"}, "legacy": {"spark.sql.ansi.enabled": "false"}}
LEGACY = ANSI["legacy"]


def casts():
    """Every type to every type: all values at once where nothing can fail, one by one where something may."""
    sources = {**VALUES, "text": [quoted(text) for text in TEXTS], "clock": [quoted(text) for text in CLOCKS]}
    for name, literals in sources.items():
        is_text = name == "text"
        source = values([[literal] for literal in (literals if is_text else ["NULL", *literals])], ["a"])
        # A time becomes a timestamp of the day of the query.
        targets = [target for target in TARGETS if name not in ("time", "clock") or not target.startswith("TIMESTAMP")]
        yield Block(f"{name} try", {}, source, [f"TRY_CAST(a AS {target})" for target in targets], sample=2)
        yield Block(f"{name} legacy", LEGACY, source, [f"CAST(a AS {target})" for target in targets], sample=1)
        single = literals[::4] if is_text else [literals[0], literals[-1]]
        asked = [f"CAST({literal} AS {target})" for target in targets for literal in single]
        yield Block(f"{name} ansi", {}, "", asked, sample=5 if is_text else 3)


OPERATORS = ["{} + {}", "{} - {}", "{} * {}", "{} / {}", "{} % {}", "{} DIV {}", "pmod({}, {})", "{} = {}", "{} <=> {}", "{} < {}", "{} >= {}",
             "{} AND {}", "{} & {}", "{} || {}"]
BRANCHES = ["coalesce({}, {})", "nullif({}, {})", "array({}, {})", "greatest({}, {})", "{} IN ({})", "if(rand() > 2, {}, {})",
            "map(1, {}, 2, {})"]
UNARY = ["-{}", "+{}", "~{}", "NOT {}", "{} IS NULL", "isnan({})", "{} << 1", "{} >> 1", "{} >>> 1", "{} << 65", "{} LIKE 'a%'", "{} IS TRUE"]


def crossed(chosen=range(25)):
    """Rows of five values of each type in `a_` columns, each beside five values of all others in `b_` columns."""
    def few(name):
        return ["NULL", *(VALUES[name] * 3)[:3], VALUES[name][-1]]

    cells = [[few(name)[row // 5] for name in PAIRED] + [few(name)[row % 5] for name in PAIRED] for row in chosen]
    return values(cells, [f"{side}_{name}" for side in "ab" for name in PAIRED])


# The first values of all types.
NARROW = crossed([6])


def operators():
    yield from pairs("operators", OPERATORS)
    yield Block("unary", LEGACY, crossed(), [shape.format(f"a_{name}") for name in PAIRED for shape in UNARY], sample=3, narrow=NARROW)


def coercion():
    yield from pairs("branches", BRANCHES)


def pairs(name, shapes):
    """Shapes with two places over all pairs of types: legacy mode on all values, ANSI mode on one value of each."""
    both = [(left, right) for left in PAIRED for right in PAIRED]
    columns = [shape.format(f"a_{left}", f"b_{right}") for left, right in both for shape in shapes]
    yield Block(f"{name} legacy", LEGACY, crossed(), columns, sample=16, narrow=NARROW)
    literals = [shape.format(VALUES[left][0], VALUES[right][-1]) for left, right in both for shape in shapes]
    yield Block(f"{name} ansi", {}, "", literals, sample=16)


def numbers():
    """Arithmetic of edge values under ANSI mode, each pair on its own: overflow and division by zero."""
    shapes = ["{} + {}", "{} - {}", "{} * {}", "{} / {}", "{} % {}", "{} DIV {}"]
    tried = [f"try_{name}(a_{left}, b_{right})" for name in ("add", "subtract", "multiply", "divide", "mod")
             for left in PAIRED for right in PAIRED]
    yield Block("try", {}, crossed(), tried, sample=16, narrow=NARROW)
    for left in NUMBERS:
        edges = [(a, b) for right in NUMBERS for a in VALUES[left][-2:] for b in (VALUES[right][0], VALUES[right][-1])]
        yield Block(left, {}, "", [shape.format(a, b) for a, b in edges for shape in shapes], sample=4)


ZONES = ["America/New_York", "Europe/Berlin", "Asia/Kathmandu"]
LOCAL = ["2024-03-10 01:59:59.999999", "2024-03-10 02:30:00", "2024-03-10 03:00:00", "2024-11-03 00:30:00", "2024-11-03 01:30:00",
         "2024-03-31 02:30:00", "2024-10-27 02:30:00", "0001-01-01 00:00:00", "1582-10-15 00:00:00", "1883-11-18 12:00:00",
         "1900-01-01 00:00:00", "1969-12-31 23:59:59.999999", "2024-02-29 12:34:56.123456", "9999-12-31 23:59:59.999999"]
OF_LOCAL = ["CAST(s AS TIMESTAMP)", "CAST(CAST(s AS TIMESTAMP) AS STRING)", "CAST(CAST(s AS TIMESTAMP) AS DATE)",
            "CAST(CAST(s AS TIMESTAMP) AS TIMESTAMP_NTZ)", "CAST(CAST(s AS TIMESTAMP_NTZ) AS TIMESTAMP)", "CAST(CAST(s AS DATE) AS TIMESTAMP)",
            "to_utc_timestamp(s, 'America/New_York')", "from_utc_timestamp(s, 'Europe/Berlin')", "unix_timestamp(s)", "to_unix_timestamp(s)",
            "unix_micros(CAST(s AS TIMESTAMP))", "from_unixtime(unix_timestamp(s))", "date_format(s, 'yyyy-MM-dd HH:mm:ss.SSSSSS XXX VV z')",
            "hour(CAST(s AS TIMESTAMP))", "date_trunc('day', s)", "date_trunc('hour', s)", "date_trunc('week', s)", "date_trunc('quarter', s)",
            "trunc(CAST(s AS DATE), 'MM')", "CAST(s AS TIMESTAMP) + INTERVAL 1 DAY", "CAST(s AS TIMESTAMP) - INTERVAL 1 HOUR",
            "CAST(s AS TIMESTAMP) + INTERVAL 1 MONTH", "CAST(s AS TIMESTAMP) - TIMESTAMP'2024-03-10 00:00:00'",
            "CAST(s AS TIMESTAMP) - CAST(s AS TIMESTAMP_NTZ)", "timestampadd(HOUR, 24, CAST(s AS TIMESTAMP))", "timestampadd(DAY, 1, CAST(s AS TIMESTAMP))",
            "timestampdiff(MONTH, CAST(s AS TIMESTAMP), TIMESTAMP'2024-12-01 00:00:00')", "timestampdiff(DAY, CAST(s AS TIMESTAMP), TIMESTAMP'2024-12-01 00:00:00')",
            "months_between(CAST(s AS TIMESTAMP), TIMESTAMP'2024-02-29 12:00:00')", "last_day(CAST(s AS TIMESTAMP))",
            "datediff(CAST(s AS TIMESTAMP), DATE'2024-01-01')", "convert_timezone('Asia/Tokyo', CAST(s AS TIMESTAMP_NTZ))",
            "window(CAST(s AS TIMESTAMP), '1 day')", "extract(TIMEZONE FROM CAST(s AS TIMESTAMP))", "to_timestamp(s, 'yyyy-MM-dd HH:mm:ss[.SSSSSS]')",
            "sequence(CAST(s AS TIMESTAMP), CAST(s AS TIMESTAMP) + INTERVAL 3 DAY, INTERVAL 1 DAY)", "dayofweek(CAST(s AS TIMESTAMP))",
            "make_timestamp(year(CAST(s AS DATE)), 3, 10, 2, 30, 0)", "to_json(named_struct('t', CAST(s AS TIMESTAMP)))",
            "to_csv(named_struct('t', CAST(s AS TIMESTAMP)))", "hash(CAST(s AS TIMESTAMP))", "CAST(CAST(s AS TIMESTAMP) AS DOUBLE)",
            "CAST(CAST(s AS TIMESTAMP) AS DECIMAL(38,6))", "to_variant_object(array(CAST(s AS TIMESTAMP)))", "CAST(s AS TIMESTAMP) = CAST(s AS DATE)",
            "CAST(s AS TIMESTAMP) < CAST(s AS TIMESTAMP_NTZ)", "weekofyear(CAST(s AS TIMESTAMP))", "CAST(CAST(s AS TIMESTAMP) AS TIME)"]


def zones():
    """Local times around changes of the clock."""
    source = values([[quoted(text)] for text in LOCAL], ["s"])
    for zone in ZONES:
        yield Block(zone, {"spark.sql.session.timeZone": zone}, source, OF_LOCAL)


TOPICS = {
    "casts": casts,
    "operators": operators,
    "coercion": coercion,
    "numbers": numbers,
    "zones": zones,
    "aggregates": aggregates,
    "windows": windows,
    "orders": orders,
    "functions": functions,
}
