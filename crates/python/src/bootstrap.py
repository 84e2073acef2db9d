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
ANSWER_ROWS = 8192
SQL_BATCHED_UDF = 100
SQL_GROUPED_MAP_PANDAS_UDF = 201
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
    """Stands in for PySpark's pickled rows: Arrow batches become rows of values."""

    def __init__(self, input_type, return_type, binary_as_bytes):
        self._return_type = return_type
        self._columns = Columns(input_type, binary_as_bytes)
        self._sizes = collections.deque()

    def load_stream(self, stream):
        import pyarrow as pa

        for batch in pa.ipc.open_stream(stream):
            self._sizes.append(batch.num_rows)
            columns = self._columns.lists(batch)
            yield from zip(*columns) if columns else itertools.repeat((), batch.num_rows)


class Columns:
    """Columns of Arrow batches as lists of the values that functions see."""

    def __init__(self, types, binary_as_bytes):
        from pyspark.sql.conversion import ArrowTableToRowsConversion as Conversion

        self._to_pylist = Conversion._to_pylist
        self._converters = [
            Conversion._create_converter(f.dataType, binary_as_bytes=binary_as_bytes)
            if Conversion._need_converter(f.dataType)
            else None
            for f in types
        ]

    def lists(self, batch):
        columns = [self._to_pylist(column) for column in batch.itercolumns()]
        return [
            values if convert is None else list(map(convert, values))
            for values, convert in zip(columns, self._converters)
        ]


def exact_class(data_type):
    """The class of values that are results of the declared type as they are."""
    from pyspark.sql import types as t

    integers = (t.ByteType, t.ShortType, t.IntegerType, t.LongType)
    classes = ((t.BooleanType, bool), (integers, int), ((t.FloatType, t.DoubleType), float), (t.StringType, str))
    return next((cls for types, cls in classes if isinstance(data_type, types)), None)


class Results:
    """The results of one function as a column of its declared type."""

    def __init__(self, return_type):
        from pyspark.sql.pandas.types import to_arrow_type

        self.type = to_arrow_type(return_type, timezone="UTC")
        self._convert = result_converter(return_type)
        self._exact = {exact_class(return_type), type(None)} - {None}

    def column(self, values):
        import pyarrow as pa

        if self._exact.issuperset(map(type, values)):
            try:
                return pa.array(values, type=self.type)
            except (pa.ArrowInvalid, OverflowError, UnicodeError):
                # Integers that do not fit.
                pass
        convert = self._convert
        return pa.array([None if v is None else convert(v) for v in values], type=self.type)


class Values:
    """Runs functions that Spark would hand pickled rows: batches of arguments in, batches of results out."""

    def __init__(self, functions, input_type, binary_as_bytes):
        self._calls = [call for call, _ in functions]
        self._results = [Results(return_type) for _, return_type in functions]
        self._columns = Columns(input_type, binary_as_bytes)

    def load_stream(self, stream):
        import pyarrow as pa

        yield from pa.ipc.open_stream(stream)

    def evaluate(self, _, batches):
        import pyarrow as pa

        names = [f"_{i}" for i in range(len(self._calls))]
        for batch in batches:
            columns = self._columns.lists(batch)
            results = self._called(columns, batch.num_rows)
            columns = [result.column(values) for result, values in zip(self._results, results)]
            yield pa.RecordBatch.from_arrays(columns, names)

    def _called(self, columns, count):
        """A list of results for each function."""
        if len(self._calls) == 1:
            places, function = self._calls[0]
            arguments = [columns[place] for place in places]
            return [list(map(function, *arguments)) if arguments else [function() for _ in range(count)]]
        results = [[] for _ in self._calls]
        # Row by row, as functions may share what they change.
        for row in range(count):
            for (places, function), values in zip(self._calls, results):
                values.append(function(*[columns[place][row] for place in places]))
        return results

    def dump_stream(self, batches, stream):
        write_batches(batches, stream)


class PandasGroups:
    """Runs a function on groups as PySpark's worker does, without a stream and conversions for each group.

    Batches come with a further column, which is true where a group begins. What converts in the same way whether alone
    or among others is converted once for all groups of a batch; all else goes through PySpark's own functions.
    """

    def __init__(self, worker, function, runner_conf):
        from pyspark.sql.types import StructField, StructType

        self._worker = worker
        self._function, offsets, self._return_type, self._arguments = function
        count = offsets[1]
        self._keys, self._values = offsets[2 : 2 + count], offsets[2 + count :]
        self._conf = runner_conf
        self._output_type = StructType([StructField("_0", self._return_type)])
        self._plain = PlainFrames(self._return_type, runner_conf)

    def load_stream(self, stream):
        import pyarrow as pa

        yield from pa.ipc.open_stream(stream)

    def dump_stream(self, batches, stream):
        write_batches(batches, stream)

    def evaluate(self, _, batches):
        import numpy

        begun = []
        for batch in batches:
            marks = batch.column(batch.num_columns - 1).to_numpy(zero_copy_only=False)
            starts = numpy.flatnonzero(marks).tolist()
            rows = batch.select(range(batch.num_columns - 1))
            if begun:
                begun.append(rows.slice(0, starts[0] if starts else rows.num_rows))
            if not starts:
                continue
            if begun:
                yield from self._answers([self._series(begun)])
            if len(starts) > 1:
                yield from self._answers(self._groups(rows.slice(0, starts[-1]), starts))
            # Others of its rows may follow.
            begun = [rows.slice(starts[-1])]
        if begun:
            yield from self._answers([self._series(begun)])

    def _to_pandas(self, rows):
        return self._worker.ArrowBatchTransformer.to_pandas(
            rows, timezone=self._conf.timezone, prefer_int_ext_dtype=self._conf.prefer_int_ext_dtype
        )

    def _series(self, pieces):
        """The keys and the rows of one group."""
        import pandas as pd
        import pyarrow as pa

        series = self._to_pandas(pa.Table.from_batches(pieces).combine_chunks())
        frame = pd.concat([series[place] for place in self._values], axis=1)
        return (series[place].iloc[0] for place in self._keys), frame

    def _groups(self, rows, starts):
        """The groups of a batch, which begin at `starts`; there are no rows from the last start on."""
        import pandas as pd

        bounds = list(zip(starts, starts[1:]))
        if not all(map(converts_alike, rows.columns)):
            for start, end in bounds:
                yield self._series([rows.slice(start, end - start)])
            return
        series = self._to_pandas(rows)
        frame = pd.concat([series[place] for place in self._values], axis=1)
        columns = [series[place] for place in self._keys]
        for start, end in bounds:
            keys = (column.iloc[start] for column in columns)
            yield keys, frame.iloc[start:end].reset_index(drop=True)

    def _answers(self, groups):
        plain = self._plain
        for keys, frame in groups:
            result = self._function(frame) if self._arguments == 1 else self._function(tuple(keys), frame)
            if not plain.take(result):
                yield from self._released()
                self._worker.verify_pandas_result(
                    result, self._return_type, self._conf.assign_cols_by_name, truncate_return_schema=False
                )
                yield self._converted(result)
            elif plain.rows >= ANSWER_ROWS:
                yield from self._released()
        yield from self._released()

    def _released(self):
        """What was taken so far."""
        import pyarrow as pa

        results = self._plain.results
        if results:
            try:
                batches = [self._plain.batch()]
            except (pa.ArrowException, ValueError, TypeError):
                # PySpark says what is wrong with which of them.
                batches = map(self._converted, results)
            yield from batches
            self._plain.clear()

    def _converted(self, result):
        return self._worker.PandasToArrowConversion.convert(
            [result],
            self._output_type,
            timezone=self._conf.timezone,
            safecheck=self._conf.safecheck,
            arrow_cast=True,
            prefers_large_types=self._conf.use_large_var_types,
            assign_cols_by_name=self._conf.assign_cols_by_name,
            int_to_decimal_coercion_enabled=self._conf.int_to_decimal_coercion_enabled,
        )


def converts_alike(column):
    """Whether values of an Arrow column become the same in pandas, whatever other values there are in the column."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column.null_count == 0
    return pa.types.is_float32(kind) or pa.types.is_float64(kind) or pa.types.is_string(kind)


class PlainFrames:
    """Gathers frames whose columns have exactly the declared names and plain types, to make one batch of them."""

    def __init__(self, return_type, runner_conf):
        import numpy
        import pyarrow as pa
        from pyspark.sql import types as t
        from pyspark.sql.pandas.types import to_arrow_type

        plain = {
            t.BooleanType: "bool",
            t.ByteType: "int8",
            t.ShortType: "int16",
            t.IntegerType: "int32",
            t.LongType: "int64",
            t.FloatType: "float32",
            t.DoubleType: "float64",
            t.StringType: "object",
        }
        self._names = return_type.names
        classes = [plain.get(type(field.dataType)) for field in return_type]
        self._is_plain = bool(classes) and None not in classes and not runner_conf.use_large_var_types
        if self._is_plain:
            self._classes = [numpy.dtype(name) for name in classes]
            self._fields = [pa.field(f.name, to_arrow_type(f.dataType)) for f in return_type]
        self.clear()

    def clear(self):
        self.rows, self.results, self._columns = 0, [], [[] for _ in self._names]

    def take(self, result):
        """Whether it was plain."""
        import pandas as pd

        if not self._is_plain or type(result) is not pd.DataFrame or result.columns.tolist() != self._names:
            return False
        series = [column for _, column in result.items()]
        if [column.dtype for column in series] != self._classes:
            return False
        for column, gathered in zip(series, self._columns):
            gathered.append(column.to_numpy())
        self.results.append(result)
        self.rows += len(result)
        return True

    def batch(self):
        import numpy
        import pyarrow as pa

        columns = [
            pa.array(numpy.concatenate(gathered), type=field.type, from_pandas=True)
            for gathered, field in zip(self._columns, self._fields)
        ]
        rows = pa.StructArray.from_arrays(columns, fields=self._fields)
        return pa.RecordBatch.from_arrays([rows], ["_0"])


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

    write_batches((pa.RecordBatch.from_arrays([column], ["_0"]) for column in columns), stream)


def write_batches(batches, stream):
    import pyarrow as pa
    from pyspark.serializers import SpecialLengths, write_int

    writer = None
    try:
        for batch in batches:
            if writer is None:
                write_int(SpecialLengths.START_ARROW_STREAM, stream)
                writer = pa.RecordBatchStreamWriter(stream, batch.schema)
            writer.write_batch(batch)
    finally:
        # What was raised comes after the end of the stream.
        if writer is not None:
            writer.close()


def adapt(worker, takes_marks):
    """Exchanges the pickled rows of eval types 100 and 300 for Arrow batches; rows of table functions come in lists. Where
    the server marks groups, they come so."""
    from pyspark.sql.types import _parse_datatype_json_string as parse

    read_command, read_udfs, read_udtf = worker.read_command, worker.read_udfs, worker.read_udtf
    read_single_udf = worker.read_single_udf
    declared, functions = [], []

    def reading_command(*arguments):
        command = read_command(*arguments)
        if isinstance(command, tuple):
            declared.append(command[1])
        return command

    def reading_single_udf(*arguments, **named):
        function = read_single_udf(*arguments, **named)
        # Of functions inside each other the last one's type is declared.
        functions.append((function, declared[-1] if declared else None))
        return function

    def reading_udfs(serializer, source, eval_type, runner_conf, eval_conf):
        declared.clear()
        functions.clear()
        function, profiler, *both = read_udfs(serializer, source, eval_type, runner_conf, eval_conf)
        if eval_type == SQL_BATCHED_UDF:
            values = Values(functions, eval_conf.input_type, runner_conf.binary_as_bytes)
            function, both = values.evaluate, [values, values]
        elif eval_type == SQL_GROUPED_MAP_PANDAS_UDF and takes_marks:
            groups = PandasGroups(worker, functions[0][0], runner_conf)
            function, both = groups.evaluate, [groups, groups]
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
    worker.read_single_udf = reading_single_udf


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
    adapt(worker, version >= (4, 3))
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
    say(outgoing, {"takes_marks": framed})
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
