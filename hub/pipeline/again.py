"""Judges what was judged before: as of then, by what was kept, and as of today.

Reads only. As of then everything must come out as it is recorded: the bytes, the
knowledge, the policy and the moment are the same.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from hub.model.again import Again, Difference, Recorded, Sameness
from hub.model.arrivals import Arrival
from hub.model.ids import Digest
from hub.model.knowledge import Knowledge
from hub.model.manifests import Manifest
from hub.model.records import Entry, Facts
from hub.pipeline.examining import examined_now
from hub.pipeline.facts import BESIDE, verdict_facts
from hub.pipeline.gather import Gather
from hub.pipeline.keeping import Lost, Reading, knowledge_of, manifest_of
from hub.ports import Clock, Evidence, Judge, Trust

#: Facts that differ at every judging and say nothing of the signatures.
_OF_THE_DAY = frozenset(
    {"at", "knowledge", "policy_version", "policy_edition", "trust_version"}
    | {"revocation_at"}
)

#: A judge set up by a manifest (None: by the settings of today), while it is needed;
#: raises Lost.
Judging = Callable[[Manifest | None, str], AbstractAsyncContextManager[Judge]]


@dataclass(frozen=True, slots=True)
class Archive:
    """What judging again needs from outside."""

    evidence: Evidence
    judging: Judging
    #: The remote files of an arrival as they were kept, none fetched.
    recall: Gather
    trust: Trust
    clock: Clock
    #: Versions of the programs that judge here (keeping.py).
    software: dict[str, str]


async def judged_again(
    arrival: Arrival, entries: Sequence[Entry], archive: Archive
) -> Again:
    """One arrival's recorded verdicts beside what judging says now.

    `entries` are those of the arrival that record verdicts, oldest first, one at
    least. Raises KeyError where the arrival's bytes are gone.
    """
    await archive.evidence.head(arrival.digest, 1)
    recorded = tuple([await _as_of_then(arrival, e, archive) for e in entries])
    today = await _today(arrival, archive)
    changed = tuple(
        one
        for one in differences(recorded[-1].facts, today)
        if one.place.rpartition(".")[2] not in _OF_THE_DAY
    )
    return Again(
        arrival=arrival.id,
        document=entries[-1].document,
        sha256=arrival.digest,
        recorded=recorded,
        today=today,
        changed=changed,
    )


async def _today(arrival: Arrival, archive: Archive) -> Facts:
    async with archive.judging(None, "") as judge:
        done = await examined_now(
            arrival,
            judge=judge,
            gather=archive.recall,
            trust=archive.trust,
            clock=archive.clock,
        )
    return plain(verdict_facts(done.examined))


async def _as_of_then(arrival: Arrival, entry: Entry, archive: Archive) -> Recorded:
    told = {k: v for k, v in entry.facts.items() if k not in BESIDE}
    recorded = Recorded(
        number=entry.number,
        moment=entry.moment,
        tag=entry.tag,
        facts=told,
        sameness=Sameness.LOST,
    )
    try:
        kept = await _kept(entry.facts, archive.evidence)
        then = plain(await _judged(arrival, kept, archive))
    except Lost as error:
        return replace(recorded, why=str(error))
    found = tuple(differences(told, then))
    return replace(
        recorded,
        sameness=Sameness.DIFFERENT if found else Sameness.SAME,
        then=then,
        differences=found,
        software=tuple(differences(kept.manifest.software, archive.software)),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a recorded verdict was made of."""

    digest: Digest
    manifest: Manifest
    knowledge: Knowledge
    at: datetime
    #: What the policy file calls itself.
    edition: str


async def _kept(facts: Facts, evidence: Reading) -> _Kept:
    """All of it; raises Lost."""
    named, at = facts.get("knowledge"), facts.get("at")
    if not (isinstance(named, str) and isinstance(at, str)):
        raise Lost(
            "mục không ghi xét bằng gì / the entry does not say what it was judged by"
        )
    manifest = await manifest_of(evidence, Digest(named))
    return _Kept(
        digest=Digest(named),
        manifest=manifest,
        knowledge=await knowledge_of(evidence, manifest),
        at=datetime.fromisoformat(at),
        edition=str(facts.get("policy_edition", "")),
    )


async def _judged(arrival: Arrival, kept: _Kept, archive: Archive) -> Facts:
    async with archive.judging(kept.manifest, kept.edition) as judge:
        needs = await judge.inspect(arrival)
        files = await archive.recall(arrival, needs.files)
        examined = await judge.examine(arrival, kept.knowledge, files, at=kept.at)
    return verdict_facts(examined, kept.digest)


def plain(facts: Facts) -> Facts:
    """The facts as an entry gives them back: JSON values."""
    return msgspec.json.decode(msgspec.json.encode(facts), type=Facts)


def differences(recorded: Any, found: Any, place: str = "") -> Iterable[Difference]:  # noqa: ANN401 - JSON values
    """Where two JSON values are not the same, as deep as both go.

    A key that the recorded value does not have is no difference: the hub writes down
    more than it did then.
    """
    if isinstance(recorded, dict) and isinstance(found, dict):
        for key, value in recorded.items():
            yield from differences(value, found.get(key), _at(place, key))
    elif _are_rows(recorded, found):
        for number, (one, other) in enumerate(zip(recorded, found, strict=True)):
            yield from differences(one, other, _at(place, str(number)))
    elif recorded != found:
        yield Difference(place, recorded, found)


def _are_rows(one: Any, other: Any) -> bool:  # noqa: ANN401 - JSON values
    """Lists of one length whose items have insides."""
    if not (isinstance(one, list) and isinstance(other, list)):
        return False
    return len(one) == len(other) and any(isinstance(item, dict) for item in one)


def _at(place: str, step: str) -> str:
    return f"{place}.{step}" if place else step
