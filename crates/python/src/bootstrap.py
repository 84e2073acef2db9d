"""The worker's end of the socket: serves PySpark's worker module, task after task, until the server hangs up.

Standard input is the socket. The server speaks the framing of PySpark 4.3; for 4.2 the frame is taken off here.
Functions of eval types 100 and 300 get and return Arrow here, where Spark pickles rows: the conversions of its pickled
path are made in this file.
"""

import collections
import decimal
import importlib
import io
import itertools
import json
import os
import socket
import struct
import sys
import threading
import time

BUFFER = 65536
SQL_BATCHED_UDF = 100
MODULE_MARK = struct.pack(">i", -100)
SQL_TABLE_UDF = 300
SQL_ARROW_TABLE_UDF = 301


class Incoming(io.RawIOBase):
    """Reads from the socket; whatever was written goes out before the process waits for more."""

    def __init__(self, connection, outgoing):
        self._connection = connection
        self._outgoing = outgoing

    def readable(self):
        return True

    def readinto(self, buffer):
        self._outgoing.flush()
        return self._connection.recv_into(buffer)


def java_double(value):
    """A float as Java prints it."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    sign, digits, exponent = decimal.Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    point = len(digits) + exponent
    minus = "-" if sign else ""
    if value == 0:
        return minus + "0.0"
    if -3 < point <= 7:
        text = "0" * (1 - point) + text if point <= 0 else text
        point = max(point, 1)
        text = text.ljust(point, "0")
        return f"{minus}{text[:point]}.{text[point:] or '0'}"
    return f"{minus}{text[0]}.{text[1:] or '0'}E{point - 1}"


def java_string(value):
    """What Spark makes of a value that a function declared as string returns."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return java_double(value)
    if isinstance(value, (int, decimal.Decimal)):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(java_string, value)) + "]"
    if isinstance(value, dict) and len(value) < 2:
        return "{" + ", ".join(f"{java_string(k)}={java_string(v)}" for k, v in value.items()) + "}"
    raise TypeError(
        f"a value of type {type(value).__name__} for the declared type string is not supported; return str(...)"
    )


def nothing(value):
    return None


def bounded(bits):
    """Integers wrap around as Java's do; those beyond 64 bits are no numbers to Spark."""

    def convert(value):
        if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
            return None
        return (value + (1 << (bits - 1))) % (1 << bits) - (1 << (bits - 1))

    return convert


def decimals(data_type):
    unit = decimal.Decimal(1).scaleb(-data_type.scale)
    context = decimal.Context(prec=100, rounding=decimal.ROUND_HALF_UP)

    def convert(value):
        if not isinstance(value, decimal.Decimal) or not value.is_finite():
            return None
        rounded = value.quantize(unit, context=context)
        if len(rounded.as_tuple().digits) > data_type.precision:
            raise ArithmeticError(f"{value} does not fit into {data_type.simpleString()}")
        return rounded

    return convert


def items(value):
    """The elements of what Spark takes for an array."""
    return list(value) if isinstance(value, (list, tuple, bytes, bytearray)) else None


def arrays(element):
    def convert(value):
        values = items(value)
        return None if values is None else [element(v) for v in values]

    return convert


def maps(key, value_of):
    def convert(value):
        if not isinstance(value, dict):
            return None
        pairs = [(key(k), value_of(v)) for k, v in value.items()]
        if any(k is None for k, _ in pairs):
            raise TypeError("a key of a map does not have the declared type")
        return pairs

    return convert


def structs(names, converters):
    def convert(value):
        values = items(value)
        if values is None:
            return None
        if len(values) != len(names):
            raise ValueError(
                "Input row doesn't have expected number of values required by the schema. "
                f"{len(names)} fields are required while {len(values)} values are provided."
            )
        return tuple(c(v) for c, v in zip(converters, values))

    return convert


def only(*classes):
    def convert(value):
        return value if isinstance(value, classes) and not isinstance(value, bool) else None

    return convert


def result_converter(data_type):
    """Spark's rule for pickled results of a declared type: a value of another type is NULL."""
    from pyspark.sql import types as t

    if isinstance(data_type, t.UserDefinedType):
        return result_converter(data_type.sqlType())
    for cls, bits in ((t.ByteType, 8), (t.ShortType, 16), (t.IntegerType, 32), (t.LongType, 64)):
        if isinstance(data_type, cls):
            return bounded(bits)
    if isinstance(data_type, t.NullType):
        return nothing
    if isinstance(data_type, t.BooleanType):
        return lambda value: value if isinstance(value, bool) else None
    if isinstance(data_type, (t.FloatType, t.DoubleType)):
        return only(float)
    if isinstance(data_type, t.DecimalType):
        return decimals(data_type)
    if isinstance(data_type, (t.StringType, t.CharType, t.VarcharType)):
        return lambda value: None if value is None else java_string(value)
    if isinstance(data_type, t.BinaryType):
        return lambda value: value.encode() if isinstance(value, str) else only(bytes, bytearray)(value)
    if isinstance(data_type, (t.DateType, t.TimestampType, t.TimestampNTZType, t.DayTimeIntervalType)):
        # Numbers already: the type's own toInternal has been applied.
        return only(int)
    if isinstance(data_type, t.ArrayType):
        return arrays(result_converter(data_type.elementType))
    if isinstance(data_type, t.MapType):
        return maps(result_converter(data_type.keyType), result_converter(data_type.valueType))
    if isinstance(data_type, t.StructType):
        return structs(data_type.names, [result_converter(f.dataType) for f in data_type.fields])
    raise TypeError(f"the return type {data_type.simpleString()} is not supported without Arrow")


class Rows:
    """Stands in for PySpark's pickled rows: Arrow batches become lists of values, results become Arrow batches."""

    def __init__(self, input_type, return_type, binary_as_bytes):
        self._input_type = input_type
        self._return_type = return_type
        self._binary_as_bytes = binary_as_bytes
        self._sizes = collections.deque()

    def load_stream(self, stream):
        import pyarrow as pa
        from pyspark.sql.conversion import ArrowTableToRowsConversion as Conversion

        converters = [
            Conversion._create_converter(f.dataType, binary_as_bytes=self._binary_as_bytes)
            for f in self._input_type
        ]
        for batch in pa.ipc.open_stream(stream):
            self._sizes.append(batch.num_rows)
            columns = [
                [convert(v) for v in Conversion._to_pylist(column)]
                for column, convert in zip(batch.itercolumns(), converters)
            ]
            yield from zip(*columns) if columns else itertools.repeat((), batch.num_rows)

    def dump_stream(self, results, stream):
        import pyarrow as pa
        from pyspark.serializers import SpecialLengths, write_int
        from pyspark.sql.pandas.types import to_arrow_type

        convert = result_converter(self._return_type)
        arrow_type = to_arrow_type(self._return_type, timezone="UTC")
        schema = pa.schema([pa.field("_0", arrow_type)])
        results = iter(results)
        writer = None
        for first in results:
            rest = itertools.islice(results, self._sizes[0] - 1)
            values = [None if v is None else convert(v) for v in itertools.chain([first], rest)]
            self._sizes.popleft()
            batch = pa.record_batch([pa.array(values, type=arrow_type)], schema=schema)
            if writer is None:
                write_int(SpecialLengths.START_ARROW_STREAM, stream)
                writer = pa.RecordBatchStreamWriter(stream, schema)
            writer.write_batch(batch)
        if writer is not None:
            writer.close()


class Listed:
    """Puts the rows that each call of a table function answered into one element of a list column."""

    def __init__(self, incoming, return_type):
        self._incoming = incoming
        self._return_type = return_type
        self._sizes = collections.deque()

    def load_stream(self, stream):
        for batch in self._incoming.load_stream(stream):
            if getattr(batch, "num_rows", 0):
                self._sizes.append(batch.num_rows)
                yield batch

    def dump_stream(self, results, stream):
        import pyarrow as pa
        from pyspark.sql.pandas.types import to_arrow_type

        rows_type = to_arrow_type(self._return_type, timezone="UTC")
        write_lists((self._listed(pa, frame, rows_type) for frame in frames(results, self._sizes)), stream)

    def _listed(self, pa, frame, rows_type):
        parts = [self._rows(pa, result) for result in frame]
        offsets = [0, *itertools.accumulate(len(part) for part in parts)]
        values = pa.concat_arrays([part.cast(rows_type) if part.type != rows_type else part for part in parts])
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)

    def _rows(self, pa, result):
        batch = result[0] if isinstance(result, (tuple, list)) else result
        if batch.num_columns == 1 and batch.schema.names == ["_0"] and pa.types.is_struct(batch.column(0).type):
            return batch.column(0)
        return batch.to_struct_array()


class ListedRows(Rows):
    """The same for functions that Spark pickles: rows of values in, tuples of rows out."""

    def dump_stream(self, results, stream):
        import pyarrow as pa
        from pyspark.sql.pandas.types import to_arrow_type

        convert = result_converter(self._return_type)
        lists_type = pa.list_(to_arrow_type(self._return_type, timezone="UTC"))

        def listed(frame):
            rows = [[None if row is None else convert(row) for row in result] for result in frame]
            return pa.array(rows, type=lists_type)

        write_lists(map(listed, frames(results, self._sizes)), stream)


def frames(results, sizes):
    """Results in lists as long as the batches that they answer; what comes after the last batch stands alone."""
    results = iter(results)
    for first in results:
        count = sizes.popleft() if sizes else 1
        yield [first, *itertools.islice(results, count - 1)]


def write_lists(columns, stream):
    import pyarrow as pa
    from pyspark.serializers import SpecialLengths, write_int

    writer = None
    for column in columns:
        batch = pa.RecordBatch.from_arrays([column], ["_0"])
        if writer is None:
            write_int(SpecialLengths.START_ARROW_STREAM, stream)
            writer = pa.RecordBatchStreamWriter(stream, batch.schema)
        writer.write_batch(batch)
    if writer is not None:
        writer.close()


def adapt(worker):
    """Exchanges the pickled rows of eval types 100 and 300 for Arrow batches; rows of table functions come in lists."""
    from pyspark.sql.types import _parse_datatype_json_string as parse

    read_command, read_udfs, read_udtf = worker.read_command, worker.read_udfs, worker.read_udtf
    declared = []

    def reading_command(*arguments):
        command = read_command(*arguments)
        if isinstance(command, tuple):
            declared.append(command[1])
        return command

    def reading_udfs(serializer, source, eval_type, runner_conf, eval_conf):
        declared.clear()
        function, profiler, *both = read_udfs(serializer, source, eval_type, runner_conf, eval_conf)
        if eval_type == SQL_BATCHED_UDF:
            rows = Rows(eval_conf.input_type, declared[0], runner_conf.binary_as_bytes)
            both = [rows, rows]
        return (function, profiler, *both)

    def reading_udtf(serializer, source, eval_type, runner_conf, eval_conf):
        function, profiler, *both = read_udtf(serializer, source, eval_type, runner_conf, eval_conf)
        return_type = parse(eval_conf.get("return_type", None, lower_str=False))
        if eval_type == SQL_TABLE_UDF:
            rows = ListedRows(eval_conf.input_type, return_type, runner_conf.binary_as_bytes)
            both = [rows, rows]
        elif eval_type == SQL_ARROW_TABLE_UDF:
            rows = Listed(both[0], return_type)
            both = [rows, rows]
        return (function, profiler, *both)

    worker.read_command, worker.read_udfs, worker.read_udtf = reading_command, reading_udfs, reading_udtf


def end_with(parent):
    """Ends the process when the server is gone, even while a function runs."""
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(1)


def prepare():
    """PySpark's worker module, and whether its initial message is framed."""
    import pyspark
    from pyspark import worker

    version = tuple(int(part) for part in pyspark.__version__.split(".")[:2])
    if version not in ((4, 2), (4, 3)):
        raise RuntimeError(f"its pyspark is {pyspark.__version__}")
    adapt(worker)
    return worker, version >= (4, 3)


def say(outgoing, message):
    text = json.dumps(message).encode()
    outgoing.write(struct.pack(">i", len(text)) + text)
    outgoing.flush()


def module(incoming):
    """The module that is asked for in the place of PySpark's worker."""
    incoming.read(4)
    length = struct.unpack(">i", incoming.read(4))[0]
    return importlib.import_module(incoming.read(length).decode())


def main():
    parent = os.getppid()
    connection = socket.socket(fileno=os.dup(0))
    # Functions that read standard input find it empty.
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    # The folder of the server is no module path.
    sys.path[:] = [path for path in sys.path if path]
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    outgoing = connection.makefile("wb", BUFFER)
    incoming = io.BufferedReader(Incoming(connection, outgoing), BUFFER)
    try:
        worker, framed = prepare()
    except Exception as error:
        say(outgoing, {"error": f"{type(error).__name__}: {error}"})
        return
    say(outgoing, {})
    try:
        while incoming.peek(1):
            if incoming.peek(4)[:4] == MODULE_MARK:
                module(incoming).main(incoming, outgoing)
            else:
                if not framed:
                    incoming.read(8)
                worker.main(incoming, outgoing)
            outgoing.flush()
    finally:
        try:
            outgoing.flush()
        except OSError:
            pass


main()
