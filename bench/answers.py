"""Whether two engines mean the same rows.

Integers, texts, dates and decimals of one scale must be equal. Where one engine answers with a double or another scale
(quotients and averages), the values may differ by a unit of the coarser decimal and by rounding of doubles.
"""

import datetime
import decimal
import math

RELATIVE = 1e-9


def rows(table):
    """The rows of an Arrow table as tuples of plain values."""
    columns = [[plain(value) for value in column.to_pylist()] for column in table.columns]
    return list(zip(*columns))


def plain(value):
    if isinstance(value, decimal.Decimal) and value.as_tuple().exponent == 0:
        return int(value)
    if isinstance(value, datetime.datetime) and value.tzinfo is None and value.time() == datetime.time():
        return value.date()
    return value


def compare(expected, actual):
    """`ok`, `order` (the same rows otherwise ordered) or `differs`."""
    if len(expected) != len(actual):
        return "differs"
    if same_rows(expected, actual):
        return "ok"
    if same_rows(sorted(expected, key=sort_key), sorted(actual, key=sort_key)):
        return "order"
    return "differs"


def same_rows(expected, actual):
    return all(
        len(left) == len(right) and all(map(same, left, right)) for left, right in zip(expected, actual)
    )


def same(left, right):
    if is_number(left) and is_number(right):
        if unit(left) == unit(right) and unit(left) is not None:
            return left == right
        tolerance = max(unit(left) or 0, unit(right) or 0)
        return math.isclose(left, right, rel_tol=RELATIVE, abs_tol=tolerance)
    return left == right


def is_number(value):
    return isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool)


def unit(value):
    """The last place of an exact number; `None` for doubles."""
    if isinstance(value, decimal.Decimal):
        return 10.0 ** value.as_tuple().exponent
    return None if isinstance(value, float) else 0.0


def sort_key(row):
    """Exact values first: rounding must not decide which rows are compared."""
    inexact = (float, decimal.Decimal)
    exact = tuple(str(value) for value in row if not isinstance(value, inexact))
    return exact, tuple(float(value) for value in row if isinstance(value, inexact))
