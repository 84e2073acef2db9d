"""Files of expressions with Spark's answers: reading, writing, asking, comparing.

A file holds blocks. A block is what its expressions have in common, settings of the session and what follows
`FROM`, and then one line an expression: the expression, the type of its column, and its value in each row, with tabs
between them. Where Spark answers with an error, `!` and the condition stand in the place of the type and values.

    # block casts int ansi=false
    # set spark.sql.ansi.enabled=false
    # from VALUES (1), (300) AS t(a)
    CAST(a AS TINYINT)	tinyint	1	44
    CAST(a AS DATE)	!	DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION
"""

from dataclasses import dataclass, field

from differential_client import Failed, type_name

ERROR = "!"
# In the place of an answer whose values this reader cannot read.
UNREADABLE = "?"
# Expressions of a block that are asked together.
TOGETHER = 60


@dataclass
class Block:
    """Expressions over the same rows; `questions` pairs each with its answer, a list of text (see above)."""

    name: str
    settings: dict
    source: str
    questions: list = field(default_factory=list)
    # Of the questions that are expected to be refused, one in so many is asked.
    sample: int = 1
    # Fewer rows, by which a server is asked what it refuses.
    narrow: str = ""

    def statement(self, expressions):
        columns = ", ".join(f"{expression} AS c{index}" for index, expression in enumerate(expressions))
        return f"SELECT {columns} FROM {self.source}" if self.source else f"SELECT {columns}"


def read(content):
    """The blocks of a file's text."""
    blocks = []
    for line in content.split("\n"):
        if line.startswith("# block "):
            blocks.append(Block(line.removeprefix("# block "), {}, ""))
        elif line.startswith("# set "):
            key, _, value = line.removeprefix("# set ").partition("=")
            blocks[-1].settings[key] = value
        elif line.startswith("# from "):
            blocks[-1].source = line.removeprefix("# from ")
        elif line:
            expression, *answer = line.split("\t")
            blocks[-1].questions.append((expression, answer))
    return blocks


def write(blocks):
    """The text of a file with these blocks."""
    lines = []
    for block in blocks:
        lines.append(f"# block {block.name}")
        lines += [f"# set {key}={value}" for key, value in block.settings.items()]
        lines += [f"# from {block.source}"] if block.source else []
        lines += ["\t".join([expression, *answer]) for expression, answer in block.questions]
    return "\n".join(lines) + "\n"


def answer(client, block, expression):
    """The answer to one expression."""
    return together(client, block, [expression])[0]


def together(client, block, expressions):
    """The answers to expressions asked in one statement, as far as it has them: one error is the answer of all."""
    try:
        types, columns = client.ask(block.statement(expressions))
    except Failed as failure:
        return [[ERROR, str(failure)]] * len(expressions)
    if columns is None:
        return [[UNREADABLE]] * len(expressions)
    return [[type_name(kind), *column] for kind, column in zip(types, columns)]


def differences(client, block):
    """The questions of a block whose answers differ from Spark's: expression, Spark's answer, the other answer."""
    client.set(block.settings)
    failing = [question for question in block.questions if question[1][0] == ERROR]
    found = [(*question, other) for question in failing if (other := answer(client, block, question[0])) != question[1]]
    working = [question for question in block.questions if question[1][0] != ERROR]
    for start in range(0, len(working), TOGETHER):
        found += different(client, block, working[start : start + TOGETHER])
    return found


def different(client, block, questions):
    """`differences` among questions that Spark answers with values; halves of a failing group are asked on their own."""
    answers = together(client, block, [expression for expression, _ in questions])
    if answers[0][0] == ERROR and len(questions) > 1:
        middle = len(questions) // 2
        return different(client, block, questions[:middle]) + different(client, block, questions[middle:])
    differing = [question for question, other in zip(questions, answers) if not same(question[1], other)]
    # A generator beside an expression repeats its row.
    alone = [(*question, answer(client, block, question[0])) for question in differing]
    return [found for found in alone if not same(*found[1:])]


def same(expected, actual):
    """Equal types, whatever may be NULL inside of them, and values."""
    return expected[0].replace("?", "") == actual[0].replace("?", "") and expected[1:] == actual[1:]


def kind(expected, actual):
    """What sort of difference it is: from a wrong answer without any error to an error of another name."""
    if expected[0] == ERROR:
        return "condition" if actual[0] == ERROR else "no error"
    if actual[0] == ERROR:
        return "error"
    return "value" if same(expected[:1], actual[:1]) else "type"
