"""The hub's own signature, made for a real child's file, read by our verifier and
by xmlsec1."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hub.edxml import hoist
from hub.errors import SignerUnavailable
from hub.model.findings import Chain, Covered, Field, Indication
from hub.model.limits import Limits
from hub.own_key import FileSigner
from hub.rehearsal.samples import DEFAULT_AT
from hub.signatures.policy import Ground
from hub.signatures.xml import xml_findings
from tests.integration.judging.conftest import POLICY, SETUP, Court, court_of

pytestmark = pytest.mark.asyncio(loop_scope="session")
QCVN = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
PARTS = ("MessageHeader", "Bussiness", "edXMLBody", "AttachmentEncoded")


class AwaySigner(FileSigner):
    """Its device was pulled out."""

    async def sign(self, data: bytes) -> bytes:
        raise SignerUnavailable("no token")


def identity(scene):
    return scene.pki.leaf("Trục liên thông huyện Giao Thủy", "UBND huyện Giao Thủy")


@pytest.fixture(scope="module")
def signer(scene) -> FileSigner:
    made = identity(scene)
    return FileSigner(made.key, (made.certificate, *made.above))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def notary(tmp_path_factory, signer) -> AsyncIterator[Court]:
    """A court whose envelopes are signed."""
    court = court_of(tmp_path_factory.mktemp("notary"), SETUP, signer)
    yield court
    await court.judge.close()


async def sealed(court: Court, sample, **how) -> bytes:
    path = await court.judge.write(await court.of(sample), 1, **how)
    return bytes(path.read_bytes())


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def data(notary, samples) -> bytes:
    return await sealed(notary, samples["report-signed"])


def findings(data: bytes, knowledge):
    hoisted = hoist.hoist(data) or hoist.plain(data)
    ground = Ground(knowledge, POLICY.verification, Limits(), DEFAULT_AT)
    return xml_findings(hoisted, ground)


async def test_our_own_verifier_finds_it_whole_over_all_a_reader_acts_on(
    data, knowledge
):
    (finding,) = findings(data, knowledge)
    assert finding.intact is True
    assert finding.chain is Chain.TRUSTED
    assert set(finding.covers) == {
        Covered.HEADER,
        Covered.BODY,
        Covered.ATTACHMENTS,
    }
    assert set(finding.fields) == set(Field)
    assert finding.signer is not None
    assert finding.signer.common_name == "Trục liên thông huyện Giao Thủy"


async def test_xmlsec1_says_the_same(tmp_path, data, scene):
    path, root = tmp_path / "sealed.xml", tmp_path / "root.der"
    path.write_bytes(data)
    root.write_bytes(scene.pki.root.certificate)
    ids = [word for name in PARTS for word in ("--id-attr:Id", f"{QCVN}:{name}")]
    moment = ["--verification-gmt-time", f"{DEFAULT_AT:%Y-%m-%d %H:%M:%S}"]
    trust = ["--trusted-der", str(root), *moment]
    said = await asyncio.create_subprocess_exec(
        *("xmlsec1", "--verify", *trust, *ids, str(path)),
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await said.communicate()
    assert said.returncode == 0, told.decode()


async def test_a_hop_that_the_axis_adds_breaks_nothing(data, knowledge):
    hop = (
        b"<edXML:TraceHeader><edXML:OrganId>000.00.00.G99</edXML:OrganId>"
        b"<edXML:Timestamp>2019/12/02 13:00:00</edXML:Timestamp></edXML:TraceHeader>"
    )
    carried = data.replace(b"<edXML:Bussiness ", hop + b"<edXML:Bussiness ")
    assert carried != data
    (finding,) = findings(carried, knowledge)
    assert finding.intact is True


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<edXML:Subject>", b"<edXML:Subject>Khac "),
        (b"<edXML:Paper>1<", b"<edXML:Paper>0<"),
        (b"<edXML:AttachmentName>", b"<edXML:AttachmentName>x"),
        (b"<ContentId>cid:", b"<ContentId>cid:x"),
    ],
)
async def test_anything_a_reader_acts_on_breaks_it(data, knowledge, old, new):
    changed = data.replace(old, new, 1)
    assert changed != data
    found = findings(changed, knowledge)
    assert [f.indication for f in found] == [Indication.TOTAL_FAILED]


async def test_every_try_is_the_same_bytes(notary, samples, data):
    sample = samples["report-signed"]
    assert await sealed(notary, sample) == data
    assert b"lt-message" in await sealed(notary, sample, to=("000.00.37.H40",))


async def test_without_a_signer_nothing_is_signed(court, samples):
    written = await sealed(court, samples["report-signed"])
    assert b"ds:Signature" not in written
    assert b" Id=" not in written


@pytest.mark.full
async def test_a_device_that_is_away_leaves_nothing_behind(tmp_path, samples, signer):
    away = AwaySigner(signer.key, signer.certificates)
    court = court_of(tmp_path, SETUP, away)
    try:
        with pytest.raises(SignerUnavailable):
            await sealed(court, samples["report-signed"])
    finally:
        await court.judge.close()
    assert list((tmp_path / "spool").iterdir()) == []
