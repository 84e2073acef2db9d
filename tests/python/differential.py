"""Asks a Spark Connect server the questions of the differential test.

    differential.py sc://FIRESTEEL --make [TOPIC...]    new questions, for the next command to answer
    differential.py sc://SPARK --write [TOPIC...]       new answers in tests/differential/TOPIC.tsv
    differential.py sc://FIRESTEEL [TOPIC...]           prints what a server answers otherwise
    differential.py sc://FIRESTEEL --known              writes that as the list of known differences

`differential_topics.py` makes the questions, the same in every run. What Firesteel refuses is asked of Spark only in part:
there are too many combinations that no server takes. Apache Spark's own Connect server (4.3) is
started with `start-connect-server.sh`, its time zone has to be UTC. The list of known differences is grouped by
headings, which say the reason; `--known` keeps what stands below its heading, and puts what is new below one of its kind.
"""

import argparse
import collections
import pathlib
import zlib
from dataclasses import dataclass

import differential_files as files
import differential_topics
from differential_client import Client

FOLDER = pathlib.Path(__file__).parent.parent / "differential"
# Where a difference is listed for which no reason is known yet.
HEADINGS = {
    "value": "# another value, reason not known yet",
    "type": "# another type, reason not known yet",
    "no error": "# answered, where Spark fails, reason not known yet",
    "error": "# fails, where Spark answers, reason not known yet",
    "condition": "# fails with another condition",
}
# Characters of an answer that is kept.
LONGEST = 1500
KNOWN = FOLDER / "known_differences.txt"


@dataclass
class Difference:
    """An expression to which a server's answer is not Spark's; `key` is topic, block and expression."""

    key: tuple
    expected: list
    actual: list

    @property
    def kind(self):
        return files.kind(self.expected, self.actual)

    def __str__(self):
        return f"{self.kind} | {' | '.join(self.key)}\n    {self.rows()}"

    def rows(self):
        """The rows that differ, or all where the types do; the numbers of rows begin at 0."""
        if self.kind != "value" or len(self.expected) != len(self.actual):
            return f"{' '.join(self.expected[:6])} => {' '.join(self.actual[:6])}"
        pairs = enumerate(zip(self.expected[1:], self.actual[1:]))
        rows = [f"{row}: {expected} => {actual}" for row, (expected, actual) in pairs if expected != actual]
        return f"{self.expected[0]} {'; '.join(rows[:8])}"


def topics():
    """The files with answers."""
    return sorted(FOLDER.glob("*.tsv"))


def blocks(topic):
    return files.read((FOLDER / f"{topic}.tsv").read_text())


def found(remote, topic, blocks):
    """The differences of a server in some blocks of a topic."""
    client = Client(remote)
    try:
        return [
            Difference((topic, block.name, expression), expected, actual)
            for block in blocks
            for expression, expected, actual in files.differences(client, block)
        ]
    finally:
        client.close()


def known():
    """The listed differences, each with the heading above it."""
    reasons, reason = {}, ""
    for line in KNOWN.read_text().split("\n") if KNOWN.exists() else ():
        if line.startswith("# "):
            reason = line
        elif line:
            reasons[tuple(line.split("\t"))] = reason
    return reasons


def write_known(differences):
    """Lists these differences, those that were listed before below their heading."""
    before = known()
    groups = {reason: [] for reason in dict.fromkeys(before.values())}
    for difference in differences:
        reason = before.get(difference.key, HEADINGS[difference.kind])
        groups.setdefault(reason, []).append("\t".join(difference.key))
    lines = [line for reason, keys in groups.items() if keys for line in [reason, *sorted(keys), ""]]
    KNOWN.write_text("\n".join(lines))


def make(hints, topic, spark):
    """Makes a topic's questions anew, for `write_answers` to answer. `hints` is a server that tells what will fail."""
    client = Client(hints)
    made = differential_topics.TOPICS[topic]
    asked = list(made(Client(spark)) if made.__code__.co_argcount else made())
    for block in asked:
        block.questions = chosen(client, block)
    unanswered(topic).write_text(files.write(asked))
    client.close()


def unanswered(topic):
    """Where questions stand until Spark is asked."""
    return FOLDER / f"{topic}.unanswered"


def chosen(client, block):
    """Pairs of expression and what a server answers; of the failing ones only a part."""
    client.set(block.settings)
    narrow = files.Block(block.name, block.settings, block.narrow or block.source)
    answered = [(expression, files.answer(client, narrow, expression)) for expression in dict.fromkeys(block.questions)]
    return [
        (expression, answer)
        for expression, answer in answered
        if len(" ".join(answer)) < LONGEST and (answer[0] != files.ERROR or zlib.crc32(expression.encode()) % block.sample == 0)
    ]


def write_answers(remote, topic):
    """Asks a topic's questions and writes its file; answers that are there already tell what will fail."""
    client, fresh = Client(remote), unanswered(topic)
    asked = files.read(fresh.read_text()) if fresh.exists() else blocks(topic)
    answered = [block for block in (answers(client, block) for block in asked) if block.questions]
    (FOLDER / f"{topic}.tsv").write_text(files.write(answered))
    fresh.unlink(missing_ok=True)
    client.close()
    print(topic, sum(len(block.questions) for block in answered), "questions", flush=True)


def answers(client, block):
    """The block with other answers."""
    client.set(block.settings)
    failing = [expression for expression, answer in block.questions if answer[0] == files.ERROR]
    working = [expression for expression, answer in block.questions if answer[0] != files.ERROR]
    starts = range(0, len(working), files.TOGETHER)
    groups = [working[start : start + files.TOGETHER] for start in starts] + [[expression] for expression in failing]
    questions = [question for group in groups for question in ask(client, block, group)]
    return files.Block(block.name, block.settings, block.source, questions)


def ask(client, block, expressions):
    """Pairs of expression and answer; what has no value that could be read is asked for by type and text."""
    answers = files.together(client, block, expressions)
    if answers[0][0] not in (files.ERROR, files.UNREADABLE):
        return list(zip(expressions, answers))
    if len(expressions) > 1:
        middle = len(expressions) // 2
        return ask(client, block, expressions[:middle]) + ask(client, block, expressions[middle:])
    if answers[0][0] == files.UNREADABLE:
        asked = [f"typeof({expressions[0]})", f"CAST({expressions[0]} AS STRING)"]
        return [(question, files.answer(client, block, question)) for question in asked]
    return [(expressions[0], answers[0])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("remote")
    parser.add_argument("topics", nargs="*")
    parser.add_argument("--write", action="store_true", help="write the answers of this server as Spark's")
    parser.add_argument("--make", action="store_true", help="make the questions anew; this server tells what will fail")
    parser.add_argument("--spark", metavar="REMOTE", help="with --make functions: where examples are described")
    parser.add_argument("--known", action="store_true", help="list what differs as known")
    arguments = parser.parse_intermixed_args()
    for topic in arguments.topics or differential_topics.TOPICS if arguments.make or arguments.write else ():
        make(arguments.remote, topic, arguments.spark) if arguments.make else write_answers(arguments.remote, topic)
    if arguments.write or arguments.make:
        return
    differences = []
    for topic in arguments.topics or [path.stem for path in topics()]:
        differences += found(arguments.remote, topic, blocks(topic))
    if arguments.known:
        write_known(differences)
        return
    listed = known()
    for difference in differences:
        print("known " * (difference.key in listed) + str(difference))
    print(dict(collections.Counter(difference.kind for difference in differences)))


if __name__ == "__main__":
    main()
