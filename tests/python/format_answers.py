"""Readings of small files with the answers that Spark gave: `format_answers.json`.

Folders are files (texts, or bytes in base64) by name. A case is one of them; the format, options, schema and columns to
read it with; and what came out: the schema and the rows as Python shows them, or the error's condition.
"""

import base64
import json
import pathlib

ANSWERS = pathlib.Path(__file__).with_name("format_answers.json")


def cases():
    """Every case with its files."""
    known = json.loads(ANSWERS.read_text())
    return [{**case, "files": known["folders"][case["folder"]]} for case in known["cases"]]


def write(case, folder):
    """Puts the files of a case into a folder."""
    for name, content in case["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content["base64"]) if isinstance(content, dict) else content.encode())


def read(spark, case, folder):
    """What a session answers."""
    for key, value in case.get("conf", {}).items():
        spark.conf.set(key, value)
    try:
        reader = spark.read.format(case["format"])
        if case.get("schema"):
            reader = reader.schema(case["schema"])
        for key, value in case.get("options", {}).items():
            reader = reader.option(key, value.replace("$FOLDER", str(folder)))
        paths = [path.replace("$FOLDER", str(folder)) for path in case.get("paths", ["$FOLDER"])]
        frame = reader.load(paths if len(paths) > 1 else paths[0])
        if case.get("select"):
            frame = frame.selectExpr(*case["select"])
        rows = [repr(tuple(row)).replace(str(folder), "$FOLDER") for row in frame.collect()]
        return {"schema": frame.schema.simpleString(), "rows": sorted(rows) if case.get("unordered") else rows}
    except Exception as error:
        condition = getattr(error, "getCondition", lambda: None)()
        return {"error": condition or "without a condition"}
    finally:
        for key in case.get("conf", {}):
            spark.conf.unset(key)
