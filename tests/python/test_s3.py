"""Object storage, against moto's S3 server."""

import re
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
import pytest


@pytest.fixture(scope="module")
def bucket():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([re.sub(r"python\d*$", "moto_server", sys.executable), "-H", "127.0.0.1", "-p", str(port)])
    endpoint = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(endpoint, timeout=1)
            break
        except OSError:
            time.sleep(0.2)
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1"
    )
    client.create_bucket(Bucket="lake")
    yield endpoint, client
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
def cloud(server, bucket):
    session = server.session()
    session.conf.set("spark.hadoop.fs.s3a.endpoint", bucket[0])
    session.conf.set("spark.hadoop.fs.s3a.access.key", "k")
    session.conf.set("spark.hadoop.fs.s3a.secret.key", "s")
    session.conf.set("spark.hadoop.fs.s3a.path.style.access", "true")
    yield session
    session.stop()


def test_write_and_read(cloud, bucket):
    frame = cloud.createDataFrame([(1, "a"), (2, "b")], "id int, k string")
    frame.write.mode("overwrite").partitionBy("k").parquet("s3a://lake/items")
    names = [o["Key"] for o in bucket[1].list_objects_v2(Bucket="lake")["Contents"]]
    assert any(name.startswith("items/k=a/") for name in names) and "items/_SUCCESS" in names
    assert not any("_temporary" in name for name in names)
    back = cloud.read.parquet("s3://lake/items")
    assert sorted(tuple(r) for r in back.select("id", "k").collect()) == [(1, "a"), (2, "b")]


def test_csv_objects(cloud, bucket):
    bucket[1].put_object(Bucket="lake", Key="in/one.csv", Body=b"x,y\n1,2\n")
    bucket[1].put_object(Bucket="lake", Key="in/two.csv", Body=b"x,y\n3,4\n")
    frame = cloud.read.csv("s3a://lake/in/", header=True, inferSchema=True)
    assert sorted(tuple(r) for r in frame.collect()) == [(1, 2), (3, 4)]


def test_an_unknown_bucket_is_an_error(cloud):
    with pytest.raises(Exception):
        cloud.read.parquet("s3a://no-such-bucket/x").collect()
