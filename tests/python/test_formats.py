"""Formats of files: types in each of them, codecs, encodings, what is known of files, faults."""

import base64
import datetime
import decimal
import gzip
import os
import zlib

import format_answers
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import Row
from pyspark.sql import functions as F
from pyspark.sql.avro.functions import from_avro, to_avro
from pyspark.sql.protobuf.functions import from_protobuf, to_protobuf

# What Spark 4.3 wrote of `ROWS`, with zstd.
SPARK_ORC = """
T1JDEQAACgYSBAgDUAArAAAKEwoDAAAAEgwIAxIGCAIQBhgMUAAvAAAKFQoIAAAAAAAAAAASCQgCKgMKAQFQATcAAAoZCgcAAAAAAAAAEg4IAhIICP8B
EAIY/QFQATsAAAobCgcAAAAAAAAAEhAIAhIKCP//AxAEGPv/A1ABQwAACh8KBwAAAAAAAAASFAgCEg4I/////w8QBhj5////D1ABUAAAKLUv/SAr/QAA
sAopCgcAEh4IAhIYCP8BEAgY9/8BUAEDEAC5ED5oAVQAACi1L/0gLQ0BAMgKKwoGABIhCAIaGwkA+D8RAPg/GQD4f1ABBBQAAoRwLVQAACi1L/0gLQ0B
AMgKKwoGABIhCAIaGwkA8P8RAARAGQDw/1ABBBQAAoRwLWoAACi1L/0gOGUBABQCCjYKCQASKQgCMiMKDC05Ljk5EgUxMi4zNBo4Ny42NVABAwA4iQcZ
EUALPwAACh0KCQAAAAAAAAAAABIQCAIiCgoAEgTDqSJ4GAhQAS8AAAoVCgkAAAAAAAAAAAASCAgCQgIIBFABNwAAChkKBwAAAAAAAAASDggCOggI9+RX
EIy1AlABUQAACiYKCgAAAAAAAAAAAAASGAgCShIY/4/xn8qAASCq0uLNvmMw4V1QAWEAAAouCgcAAAAAAAAAEiMIAhIdCKiY08qPoYkGEP7/mseZg6KE
BximmO6RqaSrigdQATkAAAoaCgcAAAAAAAAAEg8IAlABYgkIgAgQgAgYgAgzAAAKFwoHAAAAAAAAABIMCAISBggCEAYYCFABOQAAChoKBwAAAAAAAAAS
DwgCUAFiCQiACBCACBiACDMAAAoXCgUAAAAAABIOCAIiCAoBYRIBYhgEUAAzAAAKFwoHAAAAAAAAABIMCAESBggCEAIYAlABHQAACgwKBAAAAAASBAgC
UAEzAAAKFwoHAAAAAAAAABIMCAESBggCEAIYAlABOwAAChsKCQAAAAAAAAAAABIOCAEiCAoBcRIBcRgCUAE5AAAKGgoHAAAAAAAAABIPCAFQAWIJCIAI
EIAIGIAQEQAACgYSBAgBUAAvAAAKFQoDAAAAEg4IAToICKydAhCsnQJQAHgAACi1L/0gWZ0BACQCClcKCQASSggCMkQKAi0xEh4xMjM0NTY3ODkwLhoe
ODlQAQYAYONQJYCCLoVp2YIAbzMAAAoXCgcAAAAAAAAAEgwIAhIGCBsQHBgAUAFHAAAKIQoHAAAAAAAAABIWCAISEAi/nO/fugUQwJzv37oFGABQAQkA
AEYCJGAFAAD/oAUAAP+ABQAA/6AHAAD+AYAFAAD/oA0AAF4BAAT//wUAAP+gFQAAdgEAAAAG/////wUAAP+gJQAAfgEAAAAAAAAACP//////////BQAA
/6ARAAAAAMA/AADAfwUAAP+gIQAAAAAAAAAABEAAAAAAAADw/wUAAP+gDwAApBP9j9/ASgcAAEYBRAUAAP+gCQAAw6kieAcAAEYBQAUAAP+gBQAAAQIH
AABCAYAFAAD/oBEAAG4BAJqMFfJ3BQAA/6AZAAB4AQAid9fgAbCeGP8RAABuAWBQogAAAAUAAP+gJQAAfgEADCUI+VTMKAcIiBmY5r/+BQAA/6AHAABC
AcAFAAD/oAcAAEYBJgUAAP+gBwAAQgGABQAAYWIHAABAAcAFAAD/gAcAAEIAgAUAAP+gBQAA/4AHAABCAIAFAAD/gAMAAHEHAABAAIAFAAD/gAcAAEAA
gAkAAF4AjqwFAAD/oB8AAKqEzOOt7OS+jcnZwfwJAQkAAE4BEgAFAAD/oAkAAE4BHBsFAAD/oBkAAHgBK6v7zkArq/vOPzgCACi1L/1gLQKVCAAijSgg
IE1VBwAsAmkD4crAMZhh1mlURKI8t5MPUwuy3f5LIgMMDg8IEBENbK7utpXaVsZHEQRN+TmtCafH+zjGHSenaazM4rRYpXRSvIodvTFJYDyECHJ4j+d9
z1m19d6dW96albHma8Er5W4Y64VTYVVfa1uPPTm19QoeQQufiT9Oo5xZpBLdAY8JTyByDPwp3LWDM4MvgiuBGwAv5vdPx9WrrRdZqFGIgRxWMuwGMKOp
8REgbEJXqbEfmwHzQwBqXDlW5xWY3pRcargOxFy83p/TnRa2hmhmqHNzQTjSXrb5rPiWd9780s1Ht3Lg0RfdwiezMW+IuXXUAcjchpv5TjpbjFkIeENY
ahzjZ9bzBZUKogMAKLUv/WCXAT0OALaYWkIgkZIOn3MhW6BUQnbOvIPtHQF59C8qKoSOX1RF6hEqQdMz309baE9NLWsP9NnKG8f1r1Yllh+wK5PcKG1q
hBAi5Q4+AEsAUQAK3z6En9SIA1b9Meecv95eAF9SozRzwKmlOc9v/9jSAbd1/m/fzFKjKksI9hZvpIscWPW+etIvdlH6xNQGDicy9AMaNb/Kvqfvgj0f
TvjEsJieY/4EkBpPULKUEGZSkmkg6m1bto1wWETbJ2AoNU4aBdOkaamRwsgNWBm5zsrIeYBgexHGZg18B5Z0cYIs+iIo/7Nva3/xRfCivugeLNY7Gwwm
RMRoqPEyAm4shKjAoUWHuaOrCyBcZmC8kHiBtz/ABqRGCDJIJKRwMeNFiRAVzXy44TLha7DHNgCkRgdXNIUihg0PKt5vD5kjNTpIoEE8UuMW8mAZyRZK
QTkxKdFAngcaWWag7R0sjEwvjMyv4qJ+4tZ3+KNFX4u+qWrh6i8OJyBwAkJ1ZAdIMdbPuY0DJaCgX9j2vQnq7rqaQlI3C+kPZp2nMJ6Lb68ByaEx4E98
OVjY3xSodL9OM7BKQjIcFPEwr2dMhhFXeKSNILlIATQLNbAT1DXeVJChVAYAKLUv/WACBAUZACYvpkbg1jgHiBjxEiJEgPjASRAGmDj+Yu3RB2DQkoS8
nXntNr49+OysfUQgEBTWdJRabkB8+19snVh0sECSgjhp0sX/bj5tIlOSjQCTAJIAsZn5meUsRjRF1hcjU34fZGKsFOAd2JtXoJ3kjT7f6e5dc+9683dN
37X2ruu7NlueXTPPqRNrbHHZLD27aJbJxJpnzFfNpem5RfOLXNVc0swaWxw41IyCIWs2nciaYUpkzSnS84rmFumZQEteCYE+Kp6Ox/lNx23V6cr1fEzX
kccQVRp4w8PWV8meKbZ+39mbUAM9uLP+3a3/2RpYf9uVRPpOH4q7LxhZysYQ3+iBJcbEr4MMhr0DDFovGGssZ2Jr+xftwXzBXCKYKZKJ40wUI4aQjeaL
ZCnt+i+aQ1oAguYB9Hr+NZ6heUazCJoFsASo1/NWVwDXb+c7S6/3nJ4xXxtURnt7BzrmEs1ydJEmJ8Hm/EiD3vW/6w4vUmaW3R0DRJIUwSGiNENiOElx
4mvBP/sOFDaDkif/299u7xP8vcci9I0g29U8TwcIKfgC80FIZdTpM5W4q1J9qgceD4HJv8HGIQXPJhK2s4kNKTiiRhsQoUYLRajROC3ZH8HO5xP8luLr
L9o3pCAU3FnQeZ7nf64/y/6EFKxnFLzZep7vXf+7O1KwW3r+X3+7vZCClHqVgQek7/SZuBUNtQoYVEhYAWK5HkeYvPjx9vrj7QkpqGECtsUlpKAq5ZI/
kioFAeYFdTKVXG7pgXsUTP4XHIYO6zB0/G8NpL9tSz+0QTL0ytC3XOfY6X92J9TADa/oFan32t92/D/7afDT2Kd5zqrzoc2JHDRurFjCogbelJhBooUQ
F+cU25mQkWKIERY2vsD1V7ANhBTUgITE8hE5IICCITqyDS0B6HesydmNIyWgoF/Y9r0J6u6ymkJSNwvpDGaZR2Gci9FeM8nhGfC3vpwX9rcJVLpfpxkY
JCEZDi7xKK8yNsMoVzhSjRC5qAAuC2xgJah7PFAUTJ/NzQTu2g8GExGxtYaMr9ciVmwmQtgB7BTN1ZgWGxiSNoTBD68sXY0ZCK0GEAUYgIAIIgIADCjU
AzAJgvQDA09SQxk=
"""

# What Spark 4.3 wrote of `ROWS` without intervals and bytes.
SPARK_XML = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ROWS>
    <row>
        <id>1</id>
        <b>true</b>
        <i8>1</i8>
        <i16>2</i16>
        <i32>3</i32>
        <i64>4</i64>
        <f32>1.5</f32>
        <f64>2.5</f64>
        <dec>12.34</dec>
        <s>é"x</s>
        <d>2024-02-29</d>
        <ts>2024-02-29T12:34:56.789Z</ts>
        <ntz>2024-02-29T12:34:56.789</ntz>
        <arr>1</arr>
        <arr>3</arr>
        <m>
            <a>1</a>
        </m>
        <st>
            <x>1</x>
            <y>q</y>
            <z>
                <u>2020-01-01</u>
            </z>
        </st>
        <dec38>12345678901234567890.123456789</dec38>
    </row>
    <row>
        <id>2</id>
    </row>
    <row>
        <id>3</id>
        <b>false</b>
        <i8>-128</i8>
        <i16>-32768</i16>
        <i32>-2147483648</i32>
        <i64>-9223372036854775808</i64>
        <f32>NaN</f32>
        <f64>-Infinity</f64>
        <dec>-99999999.99</dec>
        <s></s>
        <d>0001-01-01</d>
        <ts>1900-01-01T00:00:00.000Z</ts>
        <ntz>9999-12-31T23:59:59.999</ntz>
        <m/>
        <st/>
        <dec38>-1.000000000</dec38>
    </row>
</ROWS>"""

ROWS = """
SELECT * FROM VALUES
 (1, true, 1Y, 2S, 3, 4L, 1.5F, 2.5D, 12.34BD, 'é"x', X'0102', DATE'2024-02-29', TIMESTAMP'2024-02-29 12:34:56.789012',
  TIMESTAMP_NTZ'2024-02-29 12:34:56.789012', array(1,null,3), map('a',1,'b',null),
  named_struct('x',1,'y','q','z',array(named_struct('u',DATE'2020-01-01'))),
  CAST(12345678901234567890.123456789BD AS DECIMAL(38,9)), INTERVAL '1-2' YEAR TO MONTH,
  INTERVAL '1 02:03:04.5' DAY TO SECOND),
 (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
 (3, false, -128Y, -32768S, -2147483648, -9223372036854775808L, float('nan'), double('-infinity'), -99999999.99BD, '',
  X'', DATE'0001-01-01', TIMESTAMP'1900-01-01 00:00:00', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', array(), map(),
  named_struct('x',null,'y',null,'z',null), CAST(-1 AS DECIMAL(38,9)), INTERVAL '-1-2' YEAR TO MONTH,
  INTERVAL '-1 02:03:04.5' DAY TO SECOND)
 AS t(id, b, i8, i16, i32, i64, f32, f64, dec, s, bin, d, ts, ntz, arr, m, st, dec38, ym, dt)
"""

TYPES = (
    "struct<id:int,b:boolean,i8:tinyint,i16:smallint,i32:int,i64:bigint,f32:float,f64:double,dec:decimal(10,2),s:string,"
    "bin:binary,d:date,ts:timestamp,ntz:timestamp_ntz,arr:array<int>,m:map<string,int>,"
    "st:struct<x:int,y:string,z:array<struct<u:date>>>,dec38:decimal(38,9),ym:interval year to month,"
    "dt:interval day to second>"
)


def rows(frame):
    return sorted((tuple(row) for row in frame.collect()), key=str)


def shown(frame):
    """Every value as text, so that NaN is equal to itself and intervals can be fetched."""
    return rows(frame.select(*(F.col(name).cast("string") for name in frame.columns)))


@pytest.fixture
def spark_orc(tmp_path):
    path = tmp_path / "spark" / "part-0.zstd.orc"
    path.parent.mkdir()
    path.write_bytes(base64.b64decode(SPARK_ORC))
    return path


def test_orc_of_spark(spark, spark_orc):
    frame = spark.read.orc(str(spark_orc))
    assert frame.schema.simpleString() == TYPES
    assert shown(frame) == shown(spark.sql(ROWS))
    assert rows(frame.select("st.z", "id").where("id = 1")) == [([Row(u=datetime.date(2020, 1, 1))], 1)]
    assert frame.count() == 3
    assert rows(spark.read.schema("S string, nothing int").orc(str(spark_orc)))[0] == ("", None)


@pytest.mark.parametrize(
    "format, codecs",
    [
        ("orc", ["none", "snappy", "zlib", "lz4", "zstd"]),
        ("avro", ["uncompressed", "snappy", "deflate", "bzip2", "xz", "zstandard"]),
        ("parquet", ["none", "snappy", "gzip", "lz4", "zstd", "lz4_raw"]),
    ],
)
def test_all_types_survive(spark, tmp_path, format, codecs):
    written = spark.sql(ROWS)
    types = TYPES.replace("tinyint", "int").replace("smallint", "int") if format == "avro" else TYPES
    for codec in codecs:
        target = str(tmp_path / codec)
        written.coalesce(1).write.format(format).option("compression", codec).save(target)
        frame = spark.read.format(format).load(target)
        assert frame.schema.simpleString() == types
        assert shown(frame) == shown(written)


@pytest.mark.parametrize("format", ["orc", "avro"])
def test_many_rows_and_partitions(spark, tmp_path, format):
    frame = spark.range(100_000).selectExpr("id", "id % 7 AS p", "if(id % 3 = 0, null, concat('t', id)) AS t")
    frame.write.format(format).partitionBy("p").save(str(tmp_path / "out"))
    back = spark.read.format(format).load(str(tmp_path / "out"))
    assert back.dtypes == [("id", "bigint"), ("t", "string"), ("p", "int")]
    assert rows(back.agg(F.sum("id"), F.count("t"), F.sum("p"))) == rows(frame.agg(F.sum("id"), F.count("t"), F.sum("p")))
    assert back.where("p = 3 and id = 10").collect() == [Row(id=10, t="t10", p=3)]


@pytest.mark.parametrize("codec, extension", [("gzip", ".gz"), ("bzip2", ".bz2"), ("deflate", ".deflate"), ("snappy", ".snappy"), ("lz4", ".lz4")])
@pytest.mark.parametrize("format", ["csv", "json", "text"])
def test_codecs_of_texts(spark, tmp_path, format, codec, extension):
    frame = spark.range(50_000).selectExpr("concat('line ', id) AS value")
    frame.write.format(format).option("compression", codec).save(str(tmp_path / "out"))
    names = [name for name in os.listdir(tmp_path / "out") if name.startswith("part-")]
    assert names and all(name.endswith(extension) for name in names)
    back = spark.read.schema("value string").format(format).load(str(tmp_path / "out"))
    assert (back.count(), back.distinct().count()) == (50_000, 50_000)


def test_codec_that_is_none(spark, tmp_path):
    with pytest.raises(PySparkException) as caught:
        spark.range(1).write.option("compression", "brzip").csv(str(tmp_path / "out"))
    assert caught.value.getCondition() == "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION"
    assert not (tmp_path / "out").exists()


def test_encodings(spark, tmp_path):
    (tmp_path / "a.csv").write_bytes("name,price\nKäse,1£\n".encode("latin1"))
    read = spark.read.option("header", True)
    assert rows(read.option("encoding", "ISO-8859-1").csv(str(tmp_path / "a.csv"))) == [("Käse", "1£")]
    for unknown in ["windows-1252", "EBCDIC-XML-US"]:
        with pytest.raises(PySparkException) as caught:
            read.option("encoding", unknown).csv(str(tmp_path / "a.csv")).collect()
        assert caught.value.getCondition() == "INVALID_PARAMETER_VALUE.CHARSET"


def test_quotes_and_escapes(spark, tmp_path):
    path = tmp_path / "q.csv"
    path.write_text('a,"b, c","d\\"e",\n"",f"g,"h"i,"j\\\\"\nx,"",y\n')
    # Spark's answer.
    expected = [("a", "b, c", 'd"e', None), (None, 'f"g', '"h"i', "j\\"), ("x", None, "y", None)]
    frame = spark.read.schema("a string, b string, c string, d string").csv(str(path))
    assert rows(frame) == sorted(expected, key=str)
    assert rows(frame.select("c")) == sorted([('d"e',), ('"h"i',), ("y",)], key=str)


def test_types_of_a_large_file(spark, tmp_path):
    path = tmp_path / "large.csv"
    with open(path, "w") as file:
        file.write("i,d,t,s,late\n")
        for index in range(700_000):
            file.write(f'{index},2020-01-{index % 28 + 1:02},2020-01-01 00:{index % 60:02}:00,"q, {index}",{index}\n')
        file.write("5,,,,text\n")
    frame = spark.read.csv(str(path), header=True, inferSchema=True)
    assert frame.dtypes == [("i", "int"), ("d", "date"), ("t", "timestamp"), ("s", "string"), ("late", "string")]
    assert frame.agg(F.count("i"), F.count("d"), F.count("s"), F.sum("i")).collect()[0] == (
        700_001,
        700_000,
        700_000,
        sum(range(700_000)) + 5,
    )


def test_what_is_known_of_files(spark, tmp_path):
    folder = tmp_path / "data dir"
    folder.mkdir()
    path = folder / "a b.csv"
    path.write_text("x,y\n1,2\n3,4\n")
    frame = spark.read.csv(str(folder), header=True)
    assert frame.columns == ["x", "y"]
    found = frame.select("_metadata").limit(1).collect()[0][0].asDict()
    assert found.pop("file_modification_time") is not None
    assert found == {
        "file_path": f"file:{folder}/a b.csv".replace(" ", "%20"),
        "file_name": "a%20b.csv",
        "file_size": 12,
        "file_block_start": 0,
        "file_block_length": 12,
    }
    assert rows(frame.select("*", "_metadata.file_size").where("_metadata.file_name like 'a%'")) == [("1", "2", 12), ("3", "4", 12)]
    assert frame.where("_metadata.file_size > 12").count() == 0


def test_places_of_rows(spark, tmp_path):
    spark.range(5).coalesce(1).write.parquet(str(tmp_path / "out"))
    frame = spark.read.parquet(str(tmp_path / "out"))
    assert rows(frame.select("id", "_metadata.row_index")) == [(i, i) for i in range(5)]
    assert frame.columns == ["id"]


def test_texts_in_a_column(spark):
    texts = spark.createDataFrame([('{"a":1}',), ('[{"a":2},{"a":3}]',), ("bad",), ("",)], "v string")
    assert rows(spark.read.json(texts)) == sorted([(None, 1), (None, 2), (None, 3), ("bad", None)], key=str)
    typed = spark.read.schema("a int")
    assert rows(typed.option("mode", "DROPMALFORMED").json(texts)) == [(1,), (2,), (3,)]
    lines = spark.createDataFrame([("a,b",), ("1,x",), ("",), ("a,b",), ('2,"y,z"',)], "v string")
    frame = spark.read.csv(lines, header=True, inferSchema=True)
    assert frame.dtypes == [("a", "int"), ("b", "string")]
    assert rows(frame) == [(1, "x"), (2, "y,z")]
    for columns, condition in (("1 AS v", "NOT_STRING_TYPE"), ("'a' AS v, 'b' AS w", "NOT_SINGLE_COLUMN")):
        with pytest.raises(PySparkException) as caught:
            spark.read.csv(spark.sql(f"SELECT {columns}")).collect()
        assert caught.value.getCondition() == f"DATAFRAME_INPUT_{condition}"


def test_files_that_cannot_be_read(spark, tmp_path, spark_orc):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.csv.gz").write_bytes(gzip.compress(b"1\n2\n" * 100_000)[:-50])
    (broken / "b.csv").write_text("7\n")
    read = spark.read.schema("x int")
    with pytest.raises(PySparkException, match="FAILED_READ_FILE"):
        read.csv(str(broken)).count()
    assert rows(read.option("ignoreCorruptFiles", True).csv(str(broken)).where("x = 7")) == [(7,)]
    for data in (b"", b"ORC", spark_orc.read_bytes()[:-10], spark_orc.read_bytes()[:500], b"x" * 5000):
        path = tmp_path / "cut.orc"
        path.write_bytes(data)
        with pytest.raises(PySparkException):
            spark.read.orc(str(path)).collect()
        path = tmp_path / "cut.avro"
        path.write_bytes(data)
        with pytest.raises(PySparkException):
            spark.read.format("avro").load(str(path)).collect()


def lines_left(spark, folder, **options):
    """Counts the lines of files that are removed as soon as the first line has come: more than the server sends ahead."""
    for number in range(40):
        (folder / f"{number:02}.txt").write_text(("x" * 1_000_000 + "\n") * 3)
    found = spark.read.options(**options).text(str(folder)).toLocalIterator()
    next(found)
    for path in folder.iterdir():
        path.unlink()
    return 1 + sum(1 for _ in found)


def test_a_file_that_vanishes(spark, tmp_path):
    with pytest.raises(PySparkException) as caught:
        lines_left(spark, tmp_path)
    assert caught.value.getCondition() == "FAILED_READ_FILE.FILE_NOT_EXIST"
    assert 1 <= lines_left(spark, tmp_path, ignoreMissingFiles="true") < 120


def test_deflated_texts(spark, tmp_path):
    (tmp_path / "a.txt.deflate").write_bytes(zlib.compress(b"one\ntwo\n"))
    assert rows(spark.read.text(str(tmp_path))) == [("one",), ("two",)]


def test_wide_files(spark, tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{i}" for i in range(10_000)) + "\n" + ",".join(str(i) for i in range(10_000)) + "\n")
    frame = spark.read.csv(str(path), header=True, inferSchema=True)
    assert len(frame.columns) == 10_000
    assert rows(frame.select("c0", "c9999")) == [(0, 9999)]


def test_avro_schemas(spark, tmp_path):
    target = str(tmp_path / "out")
    schema = """{"type":"record","name":"r","fields":[{"name":"e","type":{"type":"enum","name":"k","symbols":["a","b"]}},
        {"name":"n","type":["null","long"]}]}"""
    frame = spark.sql("SELECT 'b' AS e, 5L AS n UNION ALL SELECT 'a', NULL")
    frame.write.format("avro").option("avroSchema", schema).save(target)
    assert rows(spark.read.format("avro").load(target)) == [("a", None), ("b", 5)]
    with pytest.raises(PySparkException):
        spark.sql("SELECT 'c' AS e, 5L AS n").write.format("avro").option("avroSchema", schema).save(str(tmp_path / "no"))
    assert not (tmp_path / "no").exists()


def test_decimals_survive_avro(spark, tmp_path):
    values = ["0", "-1", "127", "-128", "128", "99999999999999999999999999999999999999"]
    frame = spark.createDataFrame([(decimal.Decimal(v),) for v in values], "d decimal(38,0)")
    frame.write.format("avro").save(str(tmp_path / "out"))
    assert rows(spark.read.format("avro").load(str(tmp_path / "out"))) == rows(frame)


def test_xml_is_written_as_by_spark(spark, tmp_path):
    frame = spark.sql(ROWS).drop("ym", "dt", "bin").coalesce(1)
    frame.write.format("xml").option("rowTag", "row").save(str(tmp_path / "out"))
    (name,) = [name for name in os.listdir(tmp_path / "out") if name.startswith("part-")]
    assert (tmp_path / "out" / name).read_text() == SPARK_XML


def test_xml_of_spark(spark, tmp_path):
    (tmp_path / "a.xml").write_text(SPARK_XML)
    frame = spark.read.format("xml").option("rowTag", "row").load(str(tmp_path))
    assert frame.schema.simpleString() == (
        "struct<arr:array<bigint>,b:boolean,d:date,dec:double,dec38:double,f32:string,f64:string,i16:bigint,i32:bigint,"
        "i64:double,i8:bigint,id:bigint,m:struct<a:bigint>,ntz:timestamp,s:string,st:struct<x:bigint,y:string,"
        "z:struct<u:date>>,ts:timestamp>"
    )
    # Spark's answer.
    some = frame.select("arr", "b", "dec38", "f64", "i64", "id", "m", "s", "st").orderBy("id").collect()
    assert [tuple(row) for row in some] == [
        (
            [1, 3],
            True,
            1.2345678901234567e19,
            "2.5",
            4.0,
            1,
            Row(a=1),
            'é"x',
            Row(x=1, y="q", z=Row(u=datetime.date(2020, 1, 1))),
        ),
        (None, None, None, None, None, 2, None, None, None),
        (None, False, -1.0, "-Infinity", -9.223372036854776e18, 3, Row(a=None), "", Row(x=None, y=None, z=None)),
    ]


def test_xml_with_attributes(spark, tmp_path):
    text = '<books><book id="1"><title lang="en">A &amp; B</title><p>1.5</p></book><book id="x"/><book><p>oops</book></books>'
    (tmp_path / "a.xml").write_text(text)
    read = spark.read.format("xml").option("rowTag", "book")
    typed = read.schema("_id string, title struct<_VALUE: string, _lang: string>, p double, _corrupt_record string")
    assert rows(typed.load(str(tmp_path))) == sorted(
        [
            ("1", Row(_VALUE="A & B", _lang="en"), 1.5, None),
            ("x", None, None, None),
            (None, None, None, text),
        ],
        key=str,
    )
    with pytest.raises(PySparkException) as caught:
        spark.read.format("xml").load(str(tmp_path)).collect()
    assert caught.value.getCondition() == "XML_ROW_TAG_MISSING"
    texts = spark.createDataFrame([("<r><a>1</a><b x='2'>t</b></r>",), ("<r><a>z</a></r>",)], "v string")
    frame = spark.read.option("rowTag", "r").xml(texts)
    assert frame.schema.simpleString() == "struct<a:string,b:struct<_VALUE:string,_x:bigint>>"
    assert rows(frame) == [("1", Row(_VALUE="t", _x=2)), ("z", None)]


@pytest.mark.parametrize("case", format_answers.cases(), ids=lambda case: case["name"])
def test_answers_of_spark(spark, tmp_path, case):
    format_answers.write(case, tmp_path)
    assert format_answers.read(spark, case, tmp_path) == case["answer"]


def test_avro_values(spark):
    frame = spark.createDataFrame([(1, Row(age=2, name="Alice")), (2, None)], "key int, value struct<age: long, name: string>")
    encoded = frame.select(to_avro("value").alias("avro"))
    assert [row.avro for row in encoded.collect()] == [b"\x00\x00\x04\x00\nAlice", None]
    schema = """{"type": "record", "name": "r", "fields": [{"name": "value", "type": [{"type": "record", "name": "v", "fields": [
        {"name": "age", "type": ["long", "null"]}, {"name": "name", "type": ["string", "null"]}]}, "null"]}]}"""
    decoded = encoded.select(from_avro("avro", schema).alias("r"))
    assert decoded.schema.simpleString() == "struct<r:struct<value:struct<age:bigint,name:string>>>"
    assert [row.r for row in decoded.collect()] == [Row(value=Row(age=2, name="Alice")), None]
    suits = """["null", {"type": "enum", "name": "suit", "symbols": ["SPADES", "HEARTS"]}]"""
    assert spark.range(1).select(to_avro(F.lit("HEARTS"), suits)).collect()[0][0] == b"\x02\x02"
    types = """{"type": "record", "name": "struct", "fields": [{"name": "u", "type": ["int", "string"]}]}"""
    answer = spark.range(1).select(F.expr(f"schema_of_avro('{types}', map())")).collect()[0][0]
    assert answer == "STRUCT<u: STRUCT<member0: INT, member1: STRING> NOT NULL>"
    text = """{"type": "record", "name": "r", "fields": [{"name": "a", "type": "string"}]}"""
    damaged = spark.createDataFrame([(b"\x0f",), (b"\x02a",), (None,)], "v binary")
    lenient = damaged.select(from_avro("v", text, {"mode": "PERMISSIVE"}).alias("r"))
    assert [row.r for row in lenient.collect()] == [Row(a=None), Row(a="a"), None]
    with pytest.raises(PySparkException):
        damaged.select(from_avro("v", text)).collect()


# What `protoc` makes of a message of proto3 with every kind of field, and such a message, encoded by Google's library.
def protobuf_message():
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    kinds = {"d": 1, "f": 2, "i64": 3, "u64": 4, "i32": 5, "fx64": 6, "fx32": 7, "b": 8, "s": 9, "by": 12, "u32": 13}
    kinds |= {"sf32": 15, "sf64": 16, "s32": 17, "s64": 18}
    file = descriptor_pb2.FileDescriptorProto(name="t.proto", package="p", syntax="proto3")
    symbols = file.enum_type.add(name="E")
    for name, number in [("Z", 0), ("O", 1)]:
        symbols.value.add(name=name, number=number)
    inner = file.message_type.add(name="In")
    inner.field.add(name="q", number=1, type=9, label=1)
    message = file.message_type.add(name="M")
    entry = message.nested_type.add(name="MapEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=9, label=1)
    entry.field.add(name="value", number=2, type=5, label=1)
    fields = [(name, kind, 1, None) for name, kind in kinds.items()]
    fields += [(f"r_{name}", kind, 3, None) for name, kind in kinds.items()]
    fields += [("e", 14, 1, ".p.E"), ("re", 14, 3, ".p.E"), ("in1", 11, 1, ".p.In"), ("rin", 11, 3, ".p.In"), ("map", 11, 3, ".p.M.MapEntry")]
    for number, (name, kind, label, type_name) in enumerate(fields, 1):
        message.field.add(name=name, number=number, type=kind, label=label, type_name=type_name)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    made = message_factory.GetMessageClass(pool.FindMessageTypeByName("p.M"))
    return made, descriptor_pb2.FileDescriptorSet(file=[file]).SerializeToString()


def test_protobuf_values(spark):
    made, descriptors = protobuf_message()
    filled = made(d=1.5, f=2.5, i64=-5, u64=2**64 - 1, i32=-7, fx64=9, fx32=4_000_000_000, b=True, s="é", by=b"\x01", u32=4_000_000_000)
    filled.MergeFrom(made(sf32=-3, sf64=-4, s32=-5, s64=-6, e=1, re=[0, 1], r_i32=[1, -2], r_s=["a", ""], r_d=[0.0, 1.0], r_by=[b""], r_s64=[-1, 0]))
    filled.in1.q = "in"
    filled.rin.add().q = "z"
    filled.rin.add()
    filled.map["k"] = 0
    filled.map[""] = 3
    frame = spark.createDataFrame([(filled.SerializeToString(),), (b"",), (None,)], "v binary")
    read = frame.select(from_protobuf("v", "p.M", binaryDescriptorSet=descriptors).alias("m"))
    first, empty, absent = (row.m for row in read.collect())
    assert (first.d, first.u64, first.fx32, first.s, first.e, first.re) == (1.5, -1, -294967296, "é", "O", ["Z", "O"])
    assert (first.in1, first.rin, first.map) == (Row(q="in"), [Row(q="z"), Row(q=None)], {"k": 0, "": 3})
    assert (empty.d, empty.s, empty.r_s, empty.in1, empty.map) == (None, None, [], None, {})
    assert absent is None
    written = read.select(to_protobuf("m", "M", binaryDescriptorSet=descriptors).alias("v")).collect()
    assert made.FromString(bytes(written[0].v)) == filled
    assert (written[1].v, written[2].v) == (b"", None)
    options = {"emit.default.values": "true", "enums.as.ints": "true", "upcast.unsigned.ints": "true"}
    other = frame.select(from_protobuf("v", "p.M", options=options, binaryDescriptorSet=descriptors).alias("m"))
    assert other.select("m.u64", "m.u32", "m.e", "m.s").collect()[:2] == [
        Row(u64=decimal.Decimal(2**64 - 1), u32=4_000_000_000, e=1, s="é"),
        Row(u64=decimal.Decimal(0), u32=0, e=0, s=""),
    ]
    broken = spark.createDataFrame([(b"\xff",), (b"",)], "v binary")
    lenient = broken.select(from_protobuf("v", "In", options={"mode": "PERMISSIVE"}, binaryDescriptorSet=descriptors).alias("m"))
    assert [row.m for row in lenient.collect()] == [Row(q=None), Row(q=None)]
    for name, given, condition in [("In", descriptors, "MALFORMED_PROTOBUF_MESSAGE"), ("No", descriptors, "PROTOBUF_MESSAGE_NOT_FOUND")]:
        with pytest.raises(PySparkException) as caught:
            broken.select(from_protobuf("v", name, binaryDescriptorSet=given)).collect()
        assert caught.value.getCondition() == condition


# Texts that Spark wrote of `1 AS i, 'a,"é' AS s`.
@pytest.mark.parametrize(
    "format, options, expected",
    [
        ("json", {"writeNonAsciiCharacterAsCodePoint": "true"}, '{"i":1,"s":"a,\\"\\u00E9"}\n'),
        ("json", {"lineSep": ";"}, '{"i":1,"s":"a,\\"é"};'),
        ("csv", {"escape": '"'}, '1,"a,""é"\n'),
        ("csv", {"lineSep": ";", "header": "true"}, 'i,s;1,"a,\\"é";'),
        ("csv", {"comment": "1"}, '"1","a,\\"é"\n'),
    ],
)
def test_texts_as_spark_writes_them(spark, tmp_path, format, options, expected):
    spark.sql("""SELECT 1 AS i, 'a,"é' AS s""").write.format(format).options(**options).save(str(tmp_path / "out"))
    written = [path.read_text() for path in (tmp_path / "out").glob("part-*")]
    assert written == [expected]


@pytest.mark.parametrize(
    "format, options, condition",
    [
        ("json", {"sortKeys": "true"}, "UNSUPPORTED_FEATURE.OPTION"),
        ("json", {"pretty": "true"}, "UNSUPPORTED_FEATURE.OPTION"),
        ("json", {"lineSep": ""}, "ILLEGAL_ARGUMENT"),
        ("csv", {"lineSep": "abc"}, "INVALID_LINE_SEPARATOR.TOO_LONG"),
        ("csv", {"quoteAll": "maybe"}, "_LEGACY_ERROR_TEMP_2147"),
        ("xml", {"rowTag": "1r"}, "TASK_WRITE_FAILED"),
        ("xml", {"rowTag": "r", "indent": ""}, "UNSUPPORTED_FEATURE.OPTION"),
    ],
)
def test_options_of_writers_that_are_refused(spark, tmp_path, format, options, condition):
    with pytest.raises(PySparkException) as caught:
        spark.range(1).write.format(format).options(**options).save(str(tmp_path / "out"))
    assert caught.value.getCondition() == condition
    assert not (tmp_path / "out").exists()
