"""A small Spark Connect client for many short questions: one statement in, its schema and exact values as text out.

PySpark's own client does more than is wanted here, converts values to Python's (no year 10000, no interval of
months) and takes longer than the server. What comes out of Arrow is written down here without any loss.
"""

import uuid

import grpc
import numpy
import pyarrow
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc, relations_pb2
from pyspark.sql.connect.types import proto_schema_to_pyspark_data_type

NULL = "\\N"
# What Arrow or this file's reader has no values for; it is asked for as text.
WITHOUT_VALUES = ("year_month_interval", "calendar_interval", "variant", "unparsed", "geometry", "geography")
# Spark has the type TIME behind a setting.
ALWAYS = {"spark.sql.timeType.enabled": "true", "spark.sql.session.timeZone": "UTC"}
# Spark keeps the last plans of a session, and they are large.
STATEMENTS_OF_SESSION = 40
MESSAGE_LIMIT = [("grpc.max_receive_message_length", 128 << 20), ("grpc.max_send_message_length", 128 << 20)]


class Failed(Exception):
    """A statement that was answered by an error; its text is Spark's condition."""


class Client:
    """One session on a server."""

    def __init__(self, remote):
        self.channel = grpc.insecure_channel(remote.removeprefix("sc://").rstrip("/"), options=MESSAGE_LIMIT)
        self.stub = base_pb2_grpc.SparkConnectServiceStub(self.channel)
        self.user = base_pb2.UserContext(user_id="differential", user_name="differential")
        self.session, self.settings, self.asked = None, None, 0
        self.set({})

    def set(self, settings):
        """Makes these the session's settings, all others have their defaults.

        A session has one set of settings for life: Spark keeps the plans of its queries whatever is set meanwhile.
        """
        if settings == self.settings and self.asked < STATEMENTS_OF_SESSION:
            return
        self._release()
        self.session, self.settings, self.asked = str(uuid.uuid4()), settings, 0
        operation = base_pb2.ConfigRequest.Operation()
        for key, value in (ALWAYS | settings).items():
            operation.set.pairs.add(key=key, value=value)
        self._config(operation)

    def _config(self, operation):
        request = base_pb2.ConfigRequest(session_id=self.session, user_context=self.user, operation=operation)
        self.stub.Config(request)

    def ask(self, statement):
        """The column types (messages) of a query and its columns as lists of text.

        Raises `Failed` with the condition of an error.
        """
        self.set(self.settings)
        self.asked += 1
        relation = relations_pb2.Relation(sql=relations_pb2.SQL(query=statement))
        relation.common.plan_id = 0
        request = base_pb2.ExecutePlanRequest(
            session_id=self.session, user_context=self.user, plan=base_pb2.Plan(root=relation)
        )
        schema, parts = None, []
        try:
            for response in self.stub.ExecutePlan(request, timeout=120):
                if response.HasField("schema"):
                    schema = response.schema
                if response.HasField("arrow_batch"):
                    parts.append(response.arrow_batch.data)
        except grpc.RpcError as error:
            raise Failed(condition(error)) from None
        types = [field.data_type for field in schema.struct.fields]
        if any(lacks_values(data_type) for data_type in types):
            return types, None
        columns = [[] for _ in types]
        for part in parts:
            for batch in pyarrow.ipc.open_stream(part):
                for column, array in zip(columns, batch.columns):
                    column += [text(value) for value in array]
        return types, columns

    def rows(self, statement):
        """The rows of a query with plain values, as tuples of text."""
        return list(zip(*self.ask(statement)[1]))

    def close(self):
        self._release()
        self.channel.close()

    def _release(self):
        request = base_pb2.ReleaseSessionRequest(session_id=self.session or "", user_context=self.user)
        try:
            self.stub.ReleaseSession(request)
        except grpc.RpcError:
            # Nothing is lost when it stays open.
            pass


def condition(error):
    """Spark's condition of an error, or what tells most in its place."""
    status = rpc_status.from_call(error)
    for detail in status.details if status else ():
        if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            info = error_details_pb2.ErrorInfo()
            detail.Unpack(info)
            return info.metadata.get("errorClass") or info.reason.rsplit(".", 1)[-1]
    return f"{error.code().name}"


def lacks_values(data_type):
    kind = data_type.WhichOneof("kind")
    if kind in WITHOUT_VALUES:
        return True
    if kind == "array":
        return lacks_values(data_type.array.element_type)
    if kind == "map":
        return lacks_values(data_type.map.key_type) or lacks_values(data_type.map.value_type)
    return kind == "struct" and any(lacks_values(field.data_type) for field in data_type.struct.fields)


def type_name(data_type):
    """A type as Spark's short text, with `?` behind what may be NULL inside of it."""
    kind = data_type.WhichOneof("kind")
    if kind == "array":
        mark = "?" if data_type.array.contains_null else ""
        return f"array<{type_name(data_type.array.element_type)}{mark}>"
    if kind == "map":
        mark = "?" if data_type.map.value_contains_null else ""
        return f"map<{type_name(data_type.map.key_type)},{type_name(data_type.map.value_type)}{mark}>"
    if kind == "struct":
        fields = (
            f"{field.name}:{type_name(field.data_type)}{'?' if field.nullable else ''}"
            for field in data_type.struct.fields
        )
        return f"struct<{','.join(fields)}>"
    if kind in ("geometry", "geography"):
        return kind
    return proto_schema_to_pyspark_data_type(data_type).simpleString()


def text(value):
    """A value as text on one line without tabs, from which it could be read back."""
    if not value.is_valid:
        return NULL
    data_type = value.type
    if pyarrow.types.is_string(data_type) or pyarrow.types.is_large_string(data_type):
        return escaped(value.as_buffer().to_pybytes().decode("utf-8", "backslashreplace"))
    if pyarrow.types.is_binary(data_type) or pyarrow.types.is_large_binary(data_type):
        return f"X'{value.as_py().hex().upper()}'"
    if pyarrow.types.is_float32(data_type):
        return number(value.as_py(), numpy.float32)
    if pyarrow.types.is_float64(data_type):
        return number(value.as_py(), numpy.float64)
    if pyarrow.types.is_timestamp(data_type) or pyarrow.types.is_duration(data_type):
        return f"{value.value}us"
    if pyarrow.types.is_time(data_type):
        return f"{value.value}ns"
    if pyarrow.types.is_date(data_type):
        return f"{value.value}d"
    if pyarrow.types.is_struct(data_type):
        return "{" + ", ".join(text(value[index]) for index in range(len(data_type))) + "}"
    if pyarrow.types.is_map(data_type):
        entries = (f"{text(entry[0])} -> {text(entry[1])}" for entry in value.values)
        return "{" + ", ".join(sorted(entries)) + "}"
    if pyarrow.types.is_list(data_type) or pyarrow.types.is_large_list(data_type):
        return "[" + ", ".join(text(inner) for inner in value.values) + "]"
    if pyarrow.types.is_decimal(data_type):
        return f"{value.as_py():f}"
    return str(value.as_py()).lower()


def number(value, kind):
    """The shortest text of a floating point number; NaN is one value whatever its bits, zero is two."""
    return "nan" if value != value else str(kind(value))


def escaped(string):
    return (
        string.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r").replace("\x00", "\\0")
    )
