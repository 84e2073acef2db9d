"""Apache Spark's Spark Connect server on all cores, which says where it listens as Firesteel does.

Runs in a Python that has the whole of PySpark, not only its client.
"""

import os
import pathlib
import signal
import socket
import sys

#: The client would start a server of its own kind; this process is the server.
os.environ["SPARK_CONNECT_MODE"] = "0"
os.environ["PYSPARK_PYTHON"] = sys.executable

from pyspark.sql import SparkSession  # noqa: E402

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
spark = (
    SparkSession.builder.master("local[*]")
    .config("spark.plugins", "org.apache.spark.sql.connect.SparkConnectPlugin")
    .config("spark.connect.grpc.binding.address", "127.0.0.1")
    .config("spark.connect.grpc.binding.port", str(port))
    .config("spark.ui.enabled", "false")
    .config("spark.driver.memory", "4g")
    .config("spark.sql.shuffle.partitions", str(os.cpu_count()))
    .config("spark.sql.warehouse.dir", str(pathlib.Path.cwd() / "warehouse"))
    .getOrCreate()
)
print(f"Spark {spark.version} listens on sc://127.0.0.1:{port}", flush=True)
signal.sigwait({signal.SIGTERM, signal.SIGINT})
# The virtual machine has no state worth an orderly end.
os._exit(0)
