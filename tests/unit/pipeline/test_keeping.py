"""What a verdict was made of is kept, whole, once, and found again."""

from dataclasses import dataclass, field, fields, replace

import msgspec
import pytest

from hub.errors import EvidenceUnavailable
from hub.model.agencies import CertificateBinding
from hub.model.ids import AgencyCode, Digest, digest_of
from hub.model.knowledge import Binding, Knowledge
from hub.pipeline.keeping import (
    Keeper,
    Lost,
    grounds_of,
    items_of,
    knowledge_of,
    manifest_of,
    owners_of,
    software,
)
from tests.fakes.means import means
from tests.fakes.outsides import MemoryEvidence, SteppingClock

BOUND = Binding((AgencyCode("H40.01"),), (CertificateBinding(serial="0a"),))
KNOWN = Knowledge(
    anchors=(b"root",),
    intermediates=(b"sub-ca", b"other sub-ca"),
    crls=(b"crl of root", b"crl of sub-ca"),
    ocsps=(b"answer",),
    dkim_keys={"s._domainkey.a.vn": "v=DKIM1; p=x", "a._domainkey.b.vn": "p=y"},
    bindings=(BOUND,),
    version="trust-1",
)


@dataclass
class CountingEvidence(MemoryEvidence):
    """Counts what is written."""

    writes: list[Digest] = field(default_factory=list)

    async def keep_bytes(self, data: bytes) -> Digest:
        self.writes.append(digest_of(data))
        return await super().keep_bytes(data)


def keeper() -> tuple[Keeper, CountingEvidence, SteppingClock]:
    evidence, clock = CountingEvidence(), SteppingClock()
    return Keeper(evidence, clock, means()), evidence, clock


def test_the_example_fills_every_field_there_is():
    """Or a field added later could get lost below without a word."""
    assert all(getattr(KNOWN, one.name) for one in fields(Knowledge))


async def test_what_was_kept_comes_back_whole_and_in_its_order():
    one, evidence, _ = keeper()
    manifest = await manifest_of(evidence, await one.keep(KNOWN))
    assert await knowledge_of(evidence, manifest) == KNOWN
    assert manifest.policy_version == "policy-1"
    assert await evidence.read(manifest.policy) == means().policy_file
    assert manifest.limits == means().limits
    assert manifest.software == {"lienthong": "0.1.0"}
    told = await grounds_of(evidence, manifest)
    assert told == {"thu-dien-tu": {"senders": {"a@b.vn": "H40.01"}}}


async def test_a_manifest_of_before_grounds_were_kept_says_none():
    one, evidence, _ = keeper()
    manifest = await manifest_of(evidence, await one.keep(KNOWN))
    older = {k: v for k, v in msgspec.to_builtins(manifest).items() if k != "grounds"}
    digest = await evidence.keep_bytes(msgspec.json.encode(older))
    read = await manifest_of(evidence, digest)
    assert await grounds_of(evidence, read) is None
    assert len(read.items) == len(manifest.items) - 1


async def test_the_same_knowledge_costs_nothing_again():
    one, evidence, clock = keeper()
    first = await one.keep(KNOWN)
    written = len(evidence.writes)
    clock.step(3600)
    assert await one.keep(KNOWN) == first
    assert len(evidence.writes) == written


async def test_one_new_answer_is_written_and_the_rest_is_shared():
    one, evidence, _ = keeper()
    first = await one.keep(KNOWN)
    evidence.writes.clear()
    more = replace(KNOWN, ocsps=(b"answer", b"another"), version="trust-2")
    second = await one.keep(more)
    assert evidence.writes == [digest_of(b"another"), second]
    assert first != second


async def test_after_some_hours_all_of_it_is_kept_again_before_it_is_named():
    """A day after nobody named it the collector may have erased it."""
    one, evidence, clock = keeper()
    first = await one.keep(KNOWN)
    evidence.kept.clear()
    clock.step(7 * 3600)
    assert await one.keep(KNOWN) == first
    assert await knowledge_of(evidence, await manifest_of(evidence, first)) == KNOWN


async def test_two_hosts_name_the_same_by_the_same_digest():
    one, other = keeper()[0], keeper()[0]
    turned = replace(KNOWN, dkim_keys=dict(reversed(KNOWN.dkim_keys.items())))
    assert await one.keep(KNOWN) == await other.keep(turned)


async def test_a_manifest_names_all_its_items():
    one, evidence, _ = keeper()
    digest = await one.keep(KNOWN)
    assert await items_of(evidence, [digest]) == set(evidence.kept) - {digest}


async def test_what_is_lost_is_told_and_the_collector_stops():
    one, evidence, _ = keeper()
    digest = await one.keep(KNOWN)
    manifest = await manifest_of(evidence, digest)
    del evidence.kept[manifest.crls[1]]
    with pytest.raises(Lost, match=manifest.crls[1]):
        await knowledge_of(evidence, manifest)
    evidence.kept[digest] = b"{}"
    with pytest.raises(Lost, match="not what was kept"):
        await manifest_of(evidence, digest)
    with pytest.raises(EvidenceUnavailable):
        await items_of(evidence, [digest])


async def test_whoever_looks_for_lost_bytes_is_told_whose_they_are():
    one, evidence, _ = keeper()
    digest = await one.keep(KNOWN)
    owners = await owners_of(evidence, [digest])
    assert set(owners) == set(evidence.kept)
    assert owners[digest_of(b"crl of root")] == f"manifest {digest}"
    del evidence.kept[digest]
    assert set(await owners_of(evidence, [digest])) == {digest}


async def test_bytes_that_are_no_manifest_are_told():
    evidence = MemoryEvidence()
    with pytest.raises(Lost, match="unreadable"):
        await manifest_of(evidence, await evidence.keep_bytes(b"{}"))


def test_the_programs_are_named_with_their_versions():
    found = software()
    assert found["pyhanko"].startswith("0.38")
    assert found["signxml"].startswith("5.2")
    assert len(found["lienthong-code"]) == 16
