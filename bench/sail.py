"""Sail's Spark Connect server, which says where it listens as Firesteel does."""

import signal

from pysail.spark import SparkConnectServer

server = SparkConnectServer(port=0)
server.start(background=True)
host, port = server.listening_address
print(f"Sail listens on sc://{host}:{port}", flush=True)
signal.sigwait({signal.SIGTERM, signal.SIGINT})
