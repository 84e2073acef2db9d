"""Statements of `tests/sql` get the answers that Spark gives: column names, types, rows and error conditions.

The answers are written by `regenerate_sql.py`.
"""

import pathlib

import pytest
import sql_cases

FILES = sorted((pathlib.Path(__file__).parent.parent / "sql").glob("*.sql"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_sql(spark, file):
    cases = sql_cases.read(file.read_text())
    complaints = [complaint for case in cases if (complaint := complaint_of(spark, case))]
    if complaints:
        pytest.fail(f"{len(complaints)} of {len(cases)} statements\n\n" + "\n\n".join(complaints), pytrace=False)


def complaint_of(spark, case):
    actual = sql_cases.answer(spark, case.statement)
    differs = sql_cases.differs(case, actual)
    if differs == case.known_difference:
        return None
    if case.known_difference:
        return f"{case.statement};\nis no longer a difference: move it up"
    lines = [f"- {line}" for line in case.answer] + [f"+ {line}" for line in actual]
    return "\n".join([f"{case.statement};", *lines])
