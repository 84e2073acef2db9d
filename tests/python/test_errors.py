"""Bad input gets Spark's condition and PySpark's exception class, at once."""

import time

import pytest
from pyspark.errors import AnalysisException, ArithmeticException, ParseException, PythonException
from pyspark.errors.exceptions.connect import SparkConnectGrpcException
from pyspark.sql import functions as F


def condition(error):
    return error.value.getCondition()


def test_unknown_names(spark):
    with pytest.raises(AnalysisException) as error:
        spark.table("no_such_table").collect()
    assert condition(error) == "TABLE_OR_VIEW_NOT_FOUND"
    with pytest.raises(AnalysisException) as error:
        spark.range(1).select("idd").collect()
    assert condition(error) == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    assert "`id`" in error.value.getMessageParameters()["proposal"]
    with pytest.raises(AnalysisException) as error:
        spark.sql("select no_such_function(1)").collect()
    assert condition(error) == "UNRESOLVED_ROUTINE"
    with pytest.raises(AnalysisException) as error:
        spark.read.parquet("/no/such/file").collect()
    assert condition(error) == "PATH_NOT_FOUND"


def test_syntax(spark):
    with pytest.raises(ParseException) as error:
        spark.sql("selec 1")
    assert condition(error) == "PARSE_SYNTAX_ERROR"


def test_values(spark):
    with pytest.raises(ArithmeticException) as error:
        spark.sql("select 1 / 0").collect()
    assert condition(error) == "DIVIDE_BY_ZERO"
    with pytest.raises(Exception) as error:
        spark.sql("select cast('x' as int)").collect()
    assert condition(error) == "CAST_INVALID_INPUT"
    with pytest.raises(ArithmeticException) as error:
        spark.sql("select 2147483647 + 1").collect()
    assert condition(error) == "ARITHMETIC_OVERFLOW"


def test_wrong_types(spark):
    with pytest.raises(AnalysisException) as error:
        spark.sql("select array(1) + 1").collect()
    assert condition(error).startswith("DATATYPE_MISMATCH")


def test_a_python_function_that_raises(spark):
    @F.udf("int")
    def broken(_):
        raise ValueError("no good")

    with pytest.raises(PythonException, match="no good"):
        spark.range(1).select(broken("id")).collect()
    assert spark.range(1).count() == 1


def test_a_python_function_that_exits(spark):
    @F.udf("int")
    def leaves(_):
        import os

        os._exit(7)

    with pytest.raises(SparkConnectGrpcException):
        spark.range(1).select(leaves("id")).collect()
    assert spark.range(1).count() == 1


def test_interrupting_a_python_function_that_sleeps(spark):
    import threading

    @F.udf("int")
    def sleeps(_):
        import time

        time.sleep(600)

    threading.Timer(2, spark.interruptAll).start()
    started = time.monotonic()
    with pytest.raises(SparkConnectGrpcException, match="OPERATION_CANCELED"):
        spark.range(1).select(sleeps("id")).collect()
    assert time.monotonic() - started < 60


def test_unsupported_things_are_refused_by_name(spark, tmp_path):
    with pytest.raises(Exception, match="(?i)encoding"):
        path = tmp_path / "x.csv"
        path.write_text("a\n")
        spark.read.option("encoding", "UTF-16").csv(str(path)).collect()
