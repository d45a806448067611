"""Each limit, met in a real child: a finding or a fault, and others flow meanwhile."""

import asyncio
import base64
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from hub.model.examined import Examined
from hub.model.faults import FaultCode
from hub.model.findings import Indication, SubIndication
from hub.model.knowledge import Knowledge
from hub.model.verdicts import Headline
from hub.rehearsal.samples import DEFAULT_AT
from hub.rehearsal.signing import sign_xml
from tests.integration.judging.conftest import SETUP, Court, court_of
from tests.unit.edxml.look_alikes import attachment, layered, reference

pytestmark = pytest.mark.asyncio(loop_scope="session")
KNOWN = Knowledge(version="none")
#: Just enough for the genuine sample: two signatures in its PDF, one over it all.
TIGHT = replace(
    SETUP,
    limits=replace(
        SETUP.limits,
        certificates=1,
        references=1,
        signatures=3,
        parts=10,
        depth=16,
        elements=400,
        judging_memory_bytes=700_000_000,
    ),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tight(tmp_path_factory):
    court = court_of(tmp_path_factory.mktemp("tight"), TIGHT)
    yield court
    await court.judge.close()


async def examined(court: Court, data: bytes, known: Knowledge = KNOWN) -> Examined:
    arrival = await court.arrival(data)
    return await court.judge.examine(arrival, known, at=DEFAULT_AT)


def reasons(found: Examined) -> Sequence[SubIndication]:
    return [reason for f in found.verdict.findings for reason in f.reasons]


async def test_the_genuine_sample_meets_no_limit(tight, samples, knowledge):
    found = await examined(tight, samples["report-signed"].xml, knowledge)
    assert found.fault is None
    assert found.verdict.headline is Headline.PASSED


SIGNED_TOO_MUCH: dict[str, Any] = {
    "certificates": {"embed_chain": True},
    "references": {"references": ("", "")},
}


@pytest.mark.parametrize("how", SIGNED_TOO_MUCH)
async def test_too_much_in_a_signature_is_a_finding(tight, scene, how):
    leaf = scene.pki.leaf("UBND huyện Giao Thủy")
    xml = sign_xml(layered(), leaf, **SIGNED_TOO_MUCH[how])
    found = await examined(tight, xml)
    assert reasons(found) == [SubIndication.RESOURCE_LIMIT]
    assert found.verdict.headline is Headline.INDETERMINATE
    assert found.envelope is not None


async def test_too_many_signatures_are_a_finding(tight, scene, samples, knowledge):
    xml = samples["report-signed"].xml
    for _ in range(3):
        xml = sign_xml(xml, scene.pki.leaf("UBND huyện Giao Thủy"))
    found = await examined(tight, xml, knowledge)
    assert SubIndication.RESOURCE_LIMIT in reasons(found)
    assert not found.verdict.all_valid


def with_parts(count: int) -> bytes:
    whole = layered()
    files = "".join(attachment("QUJD", f"cid:{n}") for n in range(count))
    named = "".join(reference(f"cid:{n}") for n in range(count))
    xml = whole.decode()
    first = xml.index("<Attachment>")
    xml = xml[:first] + files + xml[first:]
    at = xml.index("<edXML:Reference>")
    return (xml[:at] + named + xml[at:]).encode()


def nested(depth: int) -> bytes:
    inner = b"<x>" * depth + b"</x>" * depth
    return layered().replace(b"<AttachmentEncoded", inner + b"<AttachmentEncoded", 1)


def many(count: int) -> bytes:
    inner = b"<x/>" * count
    return layered().replace(b"<AttachmentEncoded", inner + b"<AttachmentEncoded", 1)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (with_parts(10), FaultCode.TOO_MANY_PARTS),
        (nested(16), FaultCode.TOO_DEEP),
        (many(500), FaultCode.TOO_MANY_ELEMENTS),
    ],
    ids=["parts", "nesting", "elements"],
)
async def test_too_much_in_an_envelope_is_a_fault(tight, data, code):
    found = await examined(tight, data)
    assert found.fault is not None
    assert found.fault.code is code


def bomb(size: int) -> bytes:
    """A PDF that looks signed, its cross-reference stream a thousand times as large."""
    packer, zeros = zlib.compressobj(1), bytes(1 << 20)
    packed = b"".join(packer.compress(zeros) for _ in range(size >> 20))
    packed = zlib.compress(packed + packer.flush())
    head = b"%PDF-1.7\n/ByteRange [0 1 2 3]\n"
    keys = b"/Type/XRef/Size 9/W[1 4 2]/Root 1 0 R/Filter[/FlateDecode/FlateDecode]"
    stream = b"1 0 obj<<%s/Length %d>>stream\n%s\nendstream endobj\n"
    body = head + stream % (keys, len(packed), packed)
    return body + b"startxref\n%d\n%%%%EOF\n" % len(head)


async def test_a_bomb_in_a_pdf_ends_two_children_and_is_a_finding(tight):
    payload = base64.b64encode(bomb(1 << 29)).decode()
    old = layered().decode()
    start = old.index(">", old.index("<edXML:ContentTransferEncoded")) + 1
    end = old.index("</edXML:ContentTransferEncoded>")
    xml = (old[:start] + payload + old[end:]).encode()
    assert len(xml) < 100_000
    found = await examined(tight, xml)
    assert found.fault is not None
    assert found.fault.code is FaultCode.RESOURCE_LIMIT
    assert reasons(found) == [SubIndication.RESOURCE_LIMIT]
    assert found.verdict.of(Indication.INDETERMINATE)


async def test_others_flow_while_one_document_uses_up_all_its_time(
    court_with, samples, knowledge
):
    court = court_with("spin_where_told", judging_seconds=1.0)
    await court.judge.start()
    good = await court.of(samples["report-signed"])
    heavy = asyncio.create_task(examined(court, b"spin" + samples["doctype"].xml))
    passed = 0
    while not heavy.done():
        found = await court.judge.examine(good, knowledge, at=DEFAULT_AT)
        passed += not heavy.done()
        assert found.verdict.headline is Headline.PASSED
    assert reasons(await heavy) == [SubIndication.RESOURCE_LIMIT]
    assert passed >= 10  # all of them while the second child had its two seconds
