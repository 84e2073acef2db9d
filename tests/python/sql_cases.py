"""Files of SQL statements with Spark's answers beside them: reading, writing, answering, comparing.

A statement ends with a `;` at the end of a line. The lines after it that start with `-->` are its answer: the
columns with their types and then the rows, `error` with a condition, or `ok` where nothing comes back.

    SELECT id, id / 2 FROM range(2);
    --> id bigint | (id / 2) double
    --> 0 | 0.0
    --> 1 | 0.5

Below the line `-- known differences`, Firesteel is expected to answer something else than Spark.
"""

import datetime
import math
import re
from dataclasses import dataclass, field

from pyspark.sql.types import ArrayType, MapType, StringType, StructType, TimestampType

MARK = "-->"
KNOWN_DIFFERENCES = "-- known differences"
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass
class Case:
    """A statement, the comments and blank lines above it, and Spark's answer."""

    above: list
    statement: str
    known_difference: bool
    answer: list = field(default_factory=list)

    def ordered(self):
        """Whether the order of the rows is part of the answer: an ORDER BY outside all parentheses."""
        text = re.sub(r"--.*|'[^']*'|\"[^\"]*\"", "", self.statement)
        while (inner := re.sub(r"\([^()]*\)", "", text)) != text:
            text = inner
        return re.search(r"\b(order|sort)\s+by\b", text, re.IGNORECASE) is not None


def read(text):
    """The cases of a file's text."""
    cases, above, statement, known = [], [], [], False
    for line in text.splitlines():
        if line.startswith(MARK):
            cases[-1].answer.append(line[len(MARK) :].strip())
        elif not statement and (not line.strip() or line.startswith("--")):
            known = known or line == KNOWN_DIFFERENCES
            above.append(line)
        else:
            statement.append(line)
            if line.rstrip().endswith(";"):
                cases.append(Case(above, "\n".join(statement).rstrip()[:-1], known))
                above, statement = [], []
    if statement:
        raise ValueError(f"no `;` after {statement[0]!r}")
    return cases


def write(cases):
    """The text of a file with these cases."""
    lines = []
    for case in cases:
        lines += case.above + [case.statement + ";"] + [f"{MARK} {line}".rstrip() for line in case.answer]
    return "\n".join(lines) + "\n"


def answer(spark, statement):
    """What a session answers to a statement, as the lines of a file."""
    try:
        frame = spark.sql(statement)
        schema = frame.schema
        rows = frame.collect()
    except Exception as error:
        condition = error.getCondition() if hasattr(error, "getCondition") else None
        return [f"error {condition or type(error).__name__}"]
    if not schema.fields:
        return ["ok"]
    columns = " | ".join(f"{escaped(column.name)} {column.dataType.simpleString()}" for column in schema)
    return [columns] + [row_line(row, schema) for row in rows]


def row_line(row, schema):
    return " | ".join(cell(value, column.dataType) for value, column in zip(row, schema))


def cell(value, data_type):
    """A value of a row; strings are quoted only where they could be mistaken."""
    if isinstance(data_type, StringType) and value is not None:
        plain = value not in ("", "NULL") and value == value.strip() and not re.search(r"[|\n\\']", value)
        return value if plain else nested(value, data_type)
    return nested(value, data_type)


def nested(value, data_type):
    if value is None:
        return "NULL"
    if isinstance(data_type, StructType):
        fields = (f"{column.name}: {nested(inner, column.dataType)}" for inner, column in zip(value, data_type))
        return "{" + ", ".join(fields) + "}"
    if isinstance(data_type, ArrayType):
        return "[" + ", ".join(nested(inner, data_type.elementType) for inner in value) + "]"
    if isinstance(data_type, MapType):
        entries = [
            f"{nested(key, data_type.keyType)} -> {nested(inner, data_type.valueType)}"
            for key, inner in value.items()
        ]
        # The entries of a map have no order.
        return "{" + ", ".join(sorted(entries)) + "}"
    if isinstance(data_type, TimestampType):
        return str(value.astimezone(datetime.timezone.utc).replace(tzinfo=None))
    if isinstance(value, (bytes, bytearray)):
        return f"X'{bytes(value).hex().upper()}'"
    return f"'{escaped(value)}'" if isinstance(value, str) else str(value)


def escaped(text):
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("|", "\\|").replace("\n", "\\n")


def differs(case, actual):
    """Whether an answer is another one than Spark's."""
    expected = case.answer
    if expected[:1] != actual[:1] or len(expected) != len(actual):
        return True
    expected_rows, actual_rows = expected[1:], actual[1:]
    if not case.ordered():
        expected_rows, actual_rows = sorted(expected_rows, key=rounded), sorted(actual_rows, key=rounded)
    return any(not same_line(*pair) for pair in zip(expected_rows, actual_rows))


def rounded(line):
    return NUMBER.sub(lambda found: f"{float(found.group()):.9g}", line)


def same_line(expected, actual):
    """Equal text, but for the last digits of numbers with a fraction."""
    if NUMBER.split(expected) != NUMBER.split(actual):
        return False
    return all(map(same_number, NUMBER.findall(expected), NUMBER.findall(actual)))


def same_number(expected, actual):
    if expected == actual:
        return True
    fractions = "." in expected and "." in actual
    return fractions and len(expected) > 12 and math.isclose(float(expected), float(actual), rel_tol=1e-12)
