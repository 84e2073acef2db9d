"""Expressions over all types get Spark's types, values and conditions, but for the differences that are listed.

The answers are in `tests/differential`, written by `differential.py`. What Firesteel answers otherwise stands in
`known_differences.txt` there; the list may only become shorter: `differential.py --known` writes it anew.
"""

import concurrent.futures

import differential
import pytest

WORKERS = 3


@pytest.mark.parametrize("topic", [path.stem for path in differential.topics()])
def test_differential(server, topic):
    blocks = differential.blocks(topic)
    parts = [blocks[start::WORKERS] for start in range(WORKERS)]
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        answers = pool.map(lambda part: differential.found(server.remote, topic, part), parts)
    found = {difference.key: difference for part in answers for difference in part}
    known = {key for key in differential.known() if key[0] == topic}
    new = [str(found[key]) for key in sorted(found.keys() - known)]
    print(f"{len(found)} differences, {len(known - found.keys())} of the listed ones are gone")
    if new:
        pytest.fail(f"{len(new)} new differences\n\n" + "\n".join(new[:40]), pytrace=False)
