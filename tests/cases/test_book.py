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


@pytest.mark.parametrize("name", [n for n in NAMES if made(n).twin])
def test_an_attack_has_a_genuine_twin_that_passes(name):
    """Or its failing could be a failing of the shape."""
    chapter = name.partition("/")[0]
    twin = made(f"{chapter}/{made(name).twin}")
    assert twin.sort is made(name).sort
    assert twin.twin == ""
    assert PASSED in twin.expected


def test_no_attack_is_alike_its_twin():
    """An attack whose bytes and ground are its twin's would attack nothing."""
    for name in NAMES:
        case = made(name)
        if case.twin:
            twin = made(f"{name.partition('/')[0]}/{case.twin}")
            assert (case.data, case.ground) != (twin.data, twin.ground)


def test_names_stand_once():
    assert max(Counter(NAMES).values()) == 1
