"""Every case of the book is judged as the book says, and each attack has its twin."""

from collections import Counter

import pytest

from hub.model.findings import Finding
from hub.signatures.judge import judge
from tests.cases.book import PASSED, Case, Expected, Sort
from tests.cases.chapters import NAMES, made
from tests.cases.room import envelope, plain


def findings(case: Case) -> tuple[Finding, ...]:
    """What the hub finds; a PDF is the one file of an unsigned envelope."""
    if case.sort is Sort.XML:
        return judge(plain(case.data), (), case.ground)
    found = judge(plain(envelope()), ((1, case.data),), case.ground)
    return tuple(f for f in found if f.attachment == 1)


@pytest.mark.parametrize("name", NAMES)
def test_case(name):
    case = made(name)
    found = findings(case)
    assert tuple(map(Expected.of, found)) == case.expected
    if case.also is not None:
        case.also(found)
    if case.twin:
        chapter = name.partition("/")[0]
        _has_a_genuine_twin(case, made(f"{chapter}/{case.twin}"))


def _has_a_genuine_twin(attack: Case, twin: Case) -> None:
    """Or the attack's failing could be a failing of its shape."""
    assert twin.sort is attack.sort
    assert twin.twin == ""
    assert PASSED in twin.expected
    assert (twin.data, twin.ground) != (attack.data, attack.ground)


def test_the_book_has_genuine_cases_and_attacks():
    attacks = sum(bool(made(name).twin) for name in NAMES)
    assert 0 < attacks < len(NAMES)


def test_names_stand_once():
    assert max(Counter(NAMES).values()) == 1
