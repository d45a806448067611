"""The verify stage against its floor and the obvious way; what a long CRL costs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hub.judging import examine
from hub.model.knowledge import Knowledge
from tests.bench import floors
from tests.bench.documented import Apart
from tests.bench.documents import PASSED, SIZES, Room, Signed, documents
from tests.bench.rows import Rounds, Row, interleaved

_GOALS = {"158 KB": (12, 7), "1 MB": (5, 3), "20 MB": (1.5, 1.1)}
_LONG, _SHORT = 20_000, 20


def rows(room: Room, folder: Path, rounds: Rounds) -> list[Row]:
    """Three sizes, each with the obvious way beside it, then the CRL."""
    staged = [row for name in SIZES for row in _stage(room, name, folder, rounds)]
    return [*staged, _crl(room, rounds)]


def _stage(room: Room, name: str, folder: Path, rounds: Rounds) -> list[Row]:
    (one,) = documents(room, SIZES[name], 1)
    prove(one, room)
    xml, keys, matter = one.sample.xml, one.keys, one.matter
    (folder / "one").write_bytes(xml)
    with Apart(folder / "one", folder / "trust") as documented:
        times = interleaved(
            {
                "ours": lambda: examine.examine(matter, room.craft, room.knowledge),
                "floor": lambda: floors.verify(xml, keys),
                "documented": documented,
            },
            rounds,
            seldom=frozenset({"documented"}),
        )
    must, good = _GOALS[name]
    floor = times["floor"]
    return [
        Row(
            f"verify stage, {name} ({len(xml):,} bytes)",
            times["ours"] / floor,
            "examine / floor",
            times["ours"],
            floor,
            must,
            good,
        ),
        Row(
            f"as documented, {name}",
            times["documented"] / floor,
            "signxml, xmlschema, pyHanko as their pages show / floor",
            times["documented"],
            floor,
        ),
    ]


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
