"""The types of the differential test with their edge values, as SQL literals."""

# Values of each type; NULL is added to all of them. The names become column names.
VALUES = {
    "bool": ["true", "false"],
    "i8": ["0Y", "1Y", "-1Y", "127Y", "-128Y"],
    "i16": ["0S", "1S", "-7S", "32767S", "-32768S"],
    "i32": ["0", "1", "-1", "7", "2147483647", "-2147483648"],
    "i64": ["0L", "1L", "-3L", "9223372036854775807L", "-9223372036854775808L"],
    "f32": ["float('0.0')", "float('-0.0')", "float('1.5')", "float('NaN')", "float('Infinity')", "float('3.4028235E38')"],
    "f64": ["0.0D", "-0.0D", "2.5D", "double('NaN')", "double('-Infinity')", "1.7976931348623157E308D", "4.9E-324D", "1.0E17D"],
    "dec5": ["0.00BD", "1.25BD", "-999.99BD", "999.99BD"],
    "dec38": ["CAST('0' AS DECIMAL(38,0))", "CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0))",
              "CAST('-99999999999999999999999999999999999999' AS DECIMAL(38,0))", "CAST('12' AS DECIMAL(38,0))"],
    "dec18": ["CAST('1.000000000000000001' AS DECIMAL(38,18))", "CAST('-99999999999999999999.999999999999999999' AS DECIMAL(38,18))",
              "CAST('0.5' AS DECIMAL(38,18))"],
    "decf": ["CAST('0.00000000000000000000000000000000000001' AS DECIMAL(38,38))", "CAST('-0.5' AS DECIMAL(38,38))"],
    "str": ["''", "'abc'", "' 12 '", "'-1.5e3'", "'2024-02-29'", "'a\U0001F600b'", "'NaN'", "'9223372036854775808'"],
    "bin": ["X''", "X'00FF'", "X'616263'", "X'F09F9880'"],
    "date": ["DATE'2024-02-29'", "DATE'0001-01-01'", "DATE'9999-12-31'", "DATE'1582-10-04'", "DATE'1969-12-31'"],
    "ts": ["TIMESTAMP'2024-02-29 12:34:56.123456'", "TIMESTAMP'0001-01-01 00:00:00'", "TIMESTAMP'9999-12-31 23:59:59.999999'",
           "TIMESTAMP'1969-12-31 23:59:59.999999'", "TIMESTAMP'2024-03-10 07:30:00'"],
    "ntz": ["TIMESTAMP_NTZ'2024-02-29 12:34:56.123456'", "TIMESTAMP_NTZ'0001-01-01 00:00:00'",
            "TIMESTAMP_NTZ'9999-12-31 23:59:59.999999'", "TIMESTAMP_NTZ'2024-03-10 02:30:00'"],
    "time": ["TIME'00:00:00'", "TIME'23:59:59.999999'", "TIME'12:34:56.5'"],
    "ym": ["INTERVAL '0-0' YEAR TO MONTH", "INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '178956970-7' YEAR TO MONTH",
           "INTERVAL '-178956970-8' YEAR TO MONTH"],
    "dt": ["INTERVAL '0' SECOND", "INTERVAL '1 02:03:04.5' DAY TO SECOND", "INTERVAL '106751991 04:00:54.775807' DAY TO SECOND",
           "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND"],
    "cal": ["make_interval(1, 2, 3, 4, 5, 6, 7.5)", "make_interval(0, 0, 0, -1)"],
    "arr": ["array(1, NULL, -2147483648)", "array(CAST(NULL AS INT))", "array(3, 2, 2)"],
    "arrs": ["array('b', NULL, '')", "array('a', '1')"],
    "map": ["map('a', 1, 'b', NULL)", "map('', 0)"],
    "struct": ["named_struct('x', 1, 'y', 'a')", "named_struct('x', CAST(NULL AS INT), 'y', NULL)"],
    "var": ["parse_json('{\"a\": [1, null, \"x\"]}')", "parse_json('12.50')", "parse_json('\"abc\"')", "parse_json('null')"],
}

# A short representative list for pairs of types.
PAIRED = [name for name in VALUES if name not in ("i16", "decf", "arrs")]
NUMBERS = ["i8", "i16", "i32", "i64", "f32", "f64", "dec5", "dec38", "dec18", "decf"]

TARGETS = """BOOLEAN TINYINT SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL(5,2) DECIMAL(10,0) DECIMAL(38,0) DECIMAL(38,18)
DECIMAL(38,38) STRING CHAR(3) VARCHAR(2) BINARY DATE TIMESTAMP TIMESTAMP_NTZ TIME(6) TIME(0) INTERVAL_YEAR INTERVAL_MONTH
INTERVAL_YEAR_TO_MONTH INTERVAL_DAY INTERVAL_HOUR INTERVAL_MINUTE_TO_SECOND INTERVAL_DAY_TO_SECOND INTERVAL ARRAY<BIGINT>
ARRAY<STRING> MAP<STRING,STRING> STRUCT<x:STRING,y:BINARY> VARIANT""".split()
TARGETS = [target.replace("_", " ") if target.startswith("INTERVAL") else target for target in TARGETS]

# Texts that some type could be read from, or nearly.
TEXTS = [
    "", " ", "abc", "1", " 12 ", "\\t7\\n", "+5", "-0", "00012", "1.", ".5", "+.5e1", "1.5", "-1.9", "1e5", "1E+3", "1e-3", "1d", "1f", "1L",
    "0x1F", "1_000", "1,000", "١٢", "127", "128", "-129", "32768", "2147483648", "-2147483649", "9223372036854775807",
    "9223372036854775808", "99999999999999999999999999999999999999", "999999999999999999999999999999999999999", "1e38", "1e400", "-1e-400",
    "NaN", "nan", "+NaN", "inf", "-Infinity", "+inf", "Infinityx", "true", "T", "yes", "y", "n", "0", "FALSE", "tru", "on",
    "2024-02-29", "2023-02-29", "2024-2-9", "2024", "2024-13-01", "2024-02-29T", "2024-02-29 ", "2024-02-29 x", "0000-01-01", "-0001-01-01",
    "+10000-01-01", "10000-01-01", "12345678-01-01", "1582-10-10", "2024-02-29 12:34:56", "2024-02-29T12:34:56.123456789", "2024-02-29 1:2:3",
    "2024-02-29 24:00:00", "2024-02-29 23:59:60", "2024-02-29 12:34:56Z", "2024-02-29 12:34:56 UTC", "2024-02-29 12:34:56+05:30",
    "2024-02-29 12:34:56 America/New_York", "2024-02-29 12:34:56-25:00", "2024-02-29 12:34:56 GMT+3", "2024-02-29 12:34:56.Z", "epoch", "294247-01-10 04:00:54.775807", "-290308-12-21 19:59:05.224192",
    "1-2", "-1-2", "1-12", "INTERVAL '1-2' YEAR TO MONTH", "1 02:03:04.5", "1 02:03:04", "INTERVAL '1' DAY", "1 day", "1 day 2 hours", "-1 month 3.5 seconds",
    "178956970-8", "106751992 00:00:00", "+1", "1 2", "P1Y", "\U0001F600", "1\\u0000", "ÀÉ", "İ", "ß",
]

# Texts of times. As timestamps they are of the day of the query.
CLOCKS = ["12:34:56", "T12:34", "12:34", "24:00:00", "12:34:56.1234567", "1:2:3 PM", "12:00 am", "0:00 PM", "13:00:00 PM", " 1:02:03.5pm ", "1 PM"]


def rows(columns):
    """`VALUES` of the columns given by name, as long as the longest, each beginning with NULL."""
    lists = [["NULL", *VALUES[name]] for name in columns]
    height = max(map(len, lists))
    return [[values[index % len(values)] for values in lists] for index in range(height)]


def values(rows, names, alias="t"):
    """The text of an inline table."""
    return f"VALUES {', '.join('(' + ', '.join(row) + ')' for row in rows)} AS {alias}({', '.join(names)})"


def quoted(text):
    return "'" + text.replace("'", "\\'") + "'"
