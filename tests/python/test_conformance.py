"""The floor of documentation examples that pass; it only rises."""

import conformance


def test_documentation_examples(server):
    outcomes = conformance.run_all(server.remote)
    failures = {test: why for tests in outcomes.values() for test, why in tests.items() if why}
    passing = {test for tests in outcomes.values() for test, why in tests.items() if not why}
    fallen = sorted(conformance.floor() - passing)
    details = "\n".join(f"-- {test}\n{failures.get(test, 'did not run')}" for test in fallen[:10])
    assert not fallen, f"{len(fallen)} examples that used to pass fail now:\n{details}"
    risen = sorted(passing - conformance.floor())
    print(f"{len(passing)} examples pass; {len(risen)} of them are not in the floor yet")
