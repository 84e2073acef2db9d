"""Questions about every function of Spark: its own examples, and each argument of them replaced by values of all types."""

import re
import zlib

from differential_client import Failed
from differential_files import Block
from differential_values import VALUES, rows, values

LEGACY = {"spark.sql.ansi.enabled": "false"}
# Their answers change from call to call, are about the server, or are rows.
UNSTABLE = """rand randn random randstr uniform uuid shuffle now current_date curdate current_timestamp localtimestamp localtime current_time unix_timestamp
current_user user session_user current_catalog current_database current_schema current_timezone version spark_partition_id monotonically_increasing_id
input_file_name input_file_block_start input_file_block_length reflect java_method try_reflect aes_encrypt raise_error assert_true collations ai_query
current_path is_variant_valid python_worker_logs sql_keywords range explode explode_outer posexplode posexplode_outer inline inline_outer stack
json_tuple""".split()
EDGES, NARROW = (values(rows(VALUES)[some], list(VALUES)) for some in (slice(9), slice(1, 2)))


def functions(client):
    found, shaped = [], []
    names = [row[0] for row in client.rows("SHOW SYSTEM FUNCTIONS")]
    for name in names:
        if not re.fullmatch(r"[a-z_0-9]+", name) or name in UNSTABLE:
            continue
        calls = examples(client, name)
        if not calls:
            continue
        found += calls
        shaped += shapes(name, calls)
    yield Block("examples", {}, "", found)
    null = [with_argument(call, index, "NULL") for call in shaped for index in range(len(call[1]))]
    counts = [render(name, arguments[:-1]) for name, arguments in shaped] + [render(name, [*arguments, "1"]) for name, arguments in shaped]
    yield Block("null", {}, "", null + counts, sample=2)
    yield Block("legacy", LEGACY, EDGES, replaced(shaped, str), sample=40, narrow=NARROW)
    yield Block("ansi", {}, "", replaced(shaped, lambda name: VALUES[name][-1]), sample=40)


def examples(client, name):
    """The expressions among a function's examples that stand alone."""
    try:
        lines = [row[0] for row in client.rows(f"DESCRIBE FUNCTION EXTENDED {name}")]
    except Failed:
        return []
    found = re.findall(r"> SELECT (.*?);", "\\n".join(lines).replace("\\n", " "))
    alone = [call for call in found if not re.search(r"\b(FROM|OVER|LATERAL)\b", re.sub(r"extract\(.*?\)|trim\(.*?\)", "", call, flags=re.I), re.I)]
    return [call for call in alone if split(call) == [call] and "\t" not in call]


def split(text):
    """The parts between the commas outside of brackets and quotes."""
    parts, depth, quote = [""], 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        if character == "," and depth == 0 and not quote:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def shapes(name, calls):
    """Calls of a function as name and arguments: the first of each number of arguments."""
    found = {}
    for call in calls:
        whole = re.fullmatch(rf"{name}\((.*)\)", call, re.I)
        if whole and whole.group(1) and balanced(whole.group(1)):
            arguments = split(whole.group(1))
            found.setdefault(len(arguments), (name, arguments))
    return list(found.values())


def balanced(text):
    depth = 0
    for character in re.sub(r"'[^']*'", "", text):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return True


def render(name, arguments):
    return f"{name}({', '.join(arguments)})"


def with_argument(call, index, argument):
    return render(call[0], [*call[1][:index], argument, *call[1][index + 1 :]])


def replaced(calls, value_of):
    """Calls with each argument replaced by a value of each type: of these, every other one."""
    made = [with_argument(call, index, value_of(name)) for call in calls for index in range(len(call[1])) for name in VALUES]
    return [expression for expression in made if zlib.crc32(expression.encode()) % 2 == 0]
