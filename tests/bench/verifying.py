"""The verify stage against its floor, and what a long CRL costs."""

from dataclasses import replace
from datetime import timedelta

from hub.judging import examine
from hub.model.knowledge import Knowledge
from tests.bench import floors
from tests.bench.documents import PASSED, SIZES, Room, Signed, documents
from tests.bench.rows import Rounds, Row, interleaved

_GOALS = {"158 KB": (12, 7), "1 MB": (5, 3), "20 MB": (1.5, 1.1)}
_LONG, _SHORT = 20_000, 20


def rows(room: Room, rounds: Rounds) -> list[Row]:
    """Three sizes, then the CRL."""
    return [*(_stage(room, name, rounds) for name in SIZES), _crl(room, rounds)]


def _stage(room: Room, name: str, rounds: Rounds) -> Row:
    (one,) = documents(room, SIZES[name], 1)
    prove(one, room)
    xml, keys, matter = one.sample.xml, one.keys, one.matter
    times = interleaved(
        {
            "ours": lambda: examine.examine(matter, room.craft, room.knowledge),
            "floor": lambda: floors.verify(xml, keys),
        },
        rounds,
    )
    must, good = _GOALS[name]
    return Row(
        f"verify stage, {name} ({len(xml):,} bytes)",
        times["ours"] / times["floor"],
        "examine / floor",
        times["ours"],
        times["floor"],
        must,
        good,
    )


def prove(one: Signed, room: Room) -> None:
    """Both sides say yes to this document, or the comparison says nothing."""
    floors.verify(one.sample.xml, one.keys)
    examined = examine.examine(one.matter, room.craft, room.knowledge)
    assert examined.verdict is not None
    assert examined.verdict.headline is PASSED, examined.verdict


def _crl(room: Room, rounds: Rounds) -> Row:
    (one,) = documents(room, SIZES["158 KB"], 1)
    long, short = _with_crl(room, _LONG), _with_crl(room, _SHORT)
    matter, craft = one.matter, room.craft
    times = interleaved(
        {
            "long": lambda: examine.examine(matter, craft, long),
            "short": lambda: examine.examine(matter, craft, short),
        },
        rounds,
    )
    return Row(
        "CRL of 20,000 entries / of 20",
        times["long"] / times["short"],
        "examine / examine",
        times["long"],
        times["short"],
        1.3,
    )


def _with_crl(room: Room, entries: int) -> Knowledge:
    """The issuing CA's CRL, grown; serials are as long as real ones."""
    revoked = [((1 << 120) + n, room.now - timedelta(days=1)) for n in range(entries)]
    root = room.pki.crl((), at=room.now, issuer=room.pki.root)
    crls = (root, room.pki.crl(revoked, at=room.now))
    return replace(room.knowledge, crls=crls, version=f"crl-{entries}")
