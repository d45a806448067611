"""What was judged before is judged again: as of then, and as of today."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.again import Sameness
from hub.model.examined import Examined
from hub.model.findings import Chain, Finding, Revocation, SignatureKind, Slot
from hub.model.ids import Digest
from hub.model.knowledge import Gathered, Knowledge, Needs
from hub.model.manifests import Manifest
from hub.model.records import Entry, Tag
from hub.model.verdicts import Verdict
from hub.pipeline.again import Archive, differences, judged_again, plain
from hub.pipeline.facts import verdict_facts
from hub.pipeline.keeping import Keeper
from tests.fakes.means import means
from tests.fakes.outsides import NOON, MemoryEvidence, SteppingClock, arrival

THEN = Knowledge(crls=(b"crl of that day",), version="trust-then")
TODAY = Knowledge(crls=(b"crl of today",), version="trust-today")
GOOD = Finding(
    SignatureKind.XML,
    "edXML/Signature",
    Slot.SIGNATURE,
    intact=True,
    chain=Chain.TRUSTED,
    revocation=Revocation.GOOD,
)
REVOKED = replace(GOOD, revocation=Revocation.REVOKED, intact=False)


@dataclass
class TrustingJudge:
    """Finds the signature revoked where a list of today says so."""

    manifest: Manifest | None
    edition: str

    async def inspect(self, one, files=()) -> Needs:
        return Needs(files=("https://portal/file",))

    async def examine(self, one, knowledge, files=(), *, at) -> Examined:
        assert [file.url for file in files] == ["https://portal/file"]
        found = REVOKED if knowledge == TODAY else GOOD
        policy = self.manifest.policy_version if self.manifest else "policy-today"
        verdict = Verdict(
            (found,),
            policy_version=policy,
            policy_edition=self.edition,
            trust_version=knowledge.version,
            at=at,
        )
        return Examined(one.digest, verdict=verdict)

    async def write(self, one, paper, files=(), to=()) -> Path:
        raise AssertionError("nothing is written")


@dataclass
class Today:
    async def gather(self, needs: Needs) -> Knowledge:
        return TODAY


@dataclass
class Scene:
    """A hub that judged one arrival long ago."""

    evidence: MemoryEvidence = field(default_factory=MemoryEvidence)
    clock: SteppingClock = field(default_factory=SteppingClock)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def entry(self, **changes) -> Entry:
        keeper = Keeper(self.evidence, self.clock, means())
        digest = await keeper.keep(THEN)
        verdict = Verdict(
            (GOOD,), policy_version="policy-1", trust_version="trust-then", at=NOON
        )
        facts = verdict_facts(Examined(Digest("1" * 64), verdict=verdict), digest)
        return Entry(
            id=7,
            tag=Tag.ENVELOPE_JUDGED,
            moment=NOON,
            arrival=arrival().id,
            document=None,
            agency=None,
            actor="hub",
            facts=plain(facts) | changes,
            particulars=None,
            number=7,
        )

    async def again(self, *entries: Entry):
        digest = await self.evidence.keep_bytes(b"<edXML/>")
        self.clock.step(timedelta(days=900).total_seconds())
        return await judged_again(
            replace(arrival(), digest=digest), entries, self.archive()
        )

    def archive(self) -> Archive:
        @asynccontextmanager
        async def judging(
            manifest: Manifest | None, edition: str
        ) -> AsyncIterator[TrustingJudge]:
            self.asked.append((manifest.policy_version if manifest else "", edition))
            yield TrustingJudge(manifest, edition)

        async def recall(one, urls):
            return tuple(Gathered(url) for url in urls)

        return Archive(
            evidence=self.evidence,
            judging=judging,
            recall=recall,
            trust=Today(),
            clock=self.clock,
            software={"lienthong": "0.2.0"},
        )


async def test_by_what_was_kept_the_same_comes_out():
    scene = Scene()
    found = await scene.again(await scene.entry(policy_edition="số 1"))
    (one,) = found.recorded
    assert (one.sameness, one.differences) == (Sameness.SAME, ()), one
    assert scene.asked == [("policy-1", "số 1"), ("", "")]
    assert found.reproduced


async def test_today_may_say_otherwise_and_what_changed_is_named():
    scene = Scene()
    found = await scene.again(await scene.entry())
    assert not found.still_holds
    places = {one.place for one in found.changed}
    assert "findings.0.revocation" in places
    assert "headline" in places
    assert not places & {"at", "trust_version", "policy_version", "knowledge"}


async def test_a_fact_that_does_not_come_out_again_is_named():
    scene = Scene()
    entry = await scene.entry()
    entry.facts["findings"][0]["chain"] = "unknown"
    found = await scene.again(entry)
    (one,) = found.recorded
    assert one.sameness is Sameness.DIFFERENT
    assert [(d.place, d.recorded, d.found) for d in one.differences] == [
        ("findings.0.chain", "unknown", "trusted")
    ]
    assert [(d.place, d.recorded, d.found) for d in one.software] == [
        ("lienthong", "0.1.0", "0.2.0")
    ]
    assert not found.reproduced


async def test_a_fact_that_was_not_written_down_then_is_no_difference():
    scene = Scene()
    entry = await scene.entry()
    del entry.facts["findings"][0]["look"], entry.facts["signed_fields"]
    assert (await scene.again(entry)).reproduced


async def test_without_what_it_was_made_of_then_is_lost_and_today_is_told():
    scene = Scene()
    entry = await scene.entry()
    scene.evidence.kept = {
        d: b for d, b in scene.evidence.kept.items() if b != THEN.crls[0]
    }
    found = await scene.again(entry)
    (one,) = found.recorded
    assert (one.sameness, one.then) == (Sameness.LOST, None)
    assert "no evidence" in one.why
    assert found.today["headline"] == "failed"
    assert not found.reproduced


@pytest.mark.parametrize("missing", ["knowledge", "at"])
async def test_an_entry_older_than_this_says_so(missing):
    scene = Scene()
    entry = await scene.entry()
    del entry.facts[missing]
    (one,) = (await scene.again(entry)).recorded
    assert one.sameness is Sameness.LOST
    assert "does not say" in one.why


async def test_every_recorded_verdict_is_made_again_and_the_last_compared():
    scene = Scene()
    first, second = await scene.entry(), await scene.entry()
    found = await scene.again(first, replace(second, tag=Tag.ENVELOPE_JUDGED))
    assert [one.sameness for one in found.recorded] == [Sameness.SAME, Sameness.SAME]


async def test_what_a_verdict_was_compared_with_is_no_fact_of_its_own():
    scene = Scene()
    entry = await scene.entry(turn="worse", before="indeterminate")
    found = await scene.again(replace(entry, tag=Tag.ENVELOPE_JUDGED_AGAIN))
    assert found.recorded[0].sameness is Sameness.SAME
    assert not {"turn", "before"} & {change.place for change in found.changed}


async def test_bytes_that_are_gone_are_told():
    scene = Scene()
    with pytest.raises(KeyError):
        await judged_again(arrival(), [await scene.entry()], scene.archive())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_a_value_does_not_differ_from_itself(value):
    assert list(differences(value, value)) == []


@given(JSON, JSON)
def test_values_that_differ_do_in_some_named_place(one, other):
    """Keys that only the later has apart, and those that are None."""
    if list(differences(one, other)) == list(differences(other, one)) == []:
        assert _bare(one) == _bare(other)


def _bare(value):
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if v is not None}
    return [_bare(v) for v in value] if isinstance(value, list) else value
