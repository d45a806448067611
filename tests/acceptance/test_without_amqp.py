"""Agencies without AMQP: one comes and asks by curl, one gets official mail."""

import asyncio
import email
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from typer.testing import CliRunner

from hub.cli.main import app
from hub.model.ids import AgencyCode, digest_of
from hub.rehearsal import papers
from hub.rehearsal.cast import COMMUNES, INFORMATION, Body
from hub.rehearsal.family_a import kit
from hub.rehearsal.good import letter_signed
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.samples import Sample, drawn
from hub.rehearsal.xmlsigning import sign_xml
from hub.resources import resource
from tests.acceptance.conftest import WITHOUT_AMQP, World
from tests.acceptance.outsiders import hub

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="session")]

PARTY = Body(AgencyCode("000.00.37.A40"), "Huyện ủy Giao Thủy")
COUNCIL = Body(AgencyCode("000.00.37.K40"), "HĐND huyện Giao Thủy")
PULLS, MAILED = WITHOUT_AMQP
#: JSON as an agency's system or an operator reads it.
Told = dict[str, Any]


@dataclass(frozen=True)
class Curl:
    """An agency's system is a shell script: curl, and the agency's own token."""

    world: World
    folder: Path
    token: str = PULLS

    async def __call__(self, path: str, *words: str) -> tuple[int, bytes]:
        """Status and body."""
        kept = self.folder / "body"
        command = [
            *("curl", "-sS", "-o", str(kept), "-w", "%{http_code}"),
            *("-H", f"Authorization: Bearer {self.world.stage.token(self.token)}"),
            *words,
            f"{self.world.stage.hub_url}/agencies/v1/{path}",
        ]
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, check=True
        )
        body = kept.read_bytes() if kept.exists() else b""
        kept.unlink(missing_ok=True)
        return int(done.stdout), body

    async def lease(self, seconds: int = 60, most: int = 100) -> list[Told]:
        wish = json.dumps({"most": most, "seconds": seconds})
        status, body = await self("deliveries/lease", "-d", wish)
        assert status == 200, body
        return list(json.loads(body)["deliveries"])

    async def waits_for(self, document_id: str) -> Told:
        """What stands on the shelf about one document."""
        async with asyncio.timeout(30):
            while True:
                _, body = await self("deliveries?limit=100")
                for one in json.loads(body)["deliveries"]:
                    if one["headers"]["document_id"] == document_id:
                        return dict(one)
                await asyncio.sleep(0.05)


@pytest.fixture
def curl(world, tmp_path):
    return Curl(world, tmp_path)


@pytest_asyncio.fixture(loop_scope="session")
async def sink(world) -> AsyncIterator[MailSink]:
    one = MailSink(port=world.stage.smtp_port)
    await one.start()
    yield one
    await one.stop()


def letter(world: World, number: int, *receivers: Body) -> Sample:
    """A signed letter of its own number."""
    scene = replace(world.scene, receivers=receivers)
    paper = replace(papers.letter(scene.day), notation=f"{number}/STTTT-CNTT")
    parcel = scene.parcel(paper, INFORMATION, drawn(paper).pdf)
    xml = sign_xml(kit(parcel), parcel.sender.seal(scene.pki))
    return replace(letter_signed(scene), xml=xml, document_id=parcel.document_id)


async def sent(world: World, number: int, *receivers: Body) -> Sample:
    """The same, handed over by the axis and delivered."""
    sample = letter(world, number, *receivers)
    handed = await world.axis.send(sample)
    receipt = await world.axis.receipt_for(handed.door_id, 60)
    assert receipt["outcome"] == "deliver"
    return sample


async def line(world: World, message_id: str) -> Told:
    """What the operator reads of one delivery; in this process, for the seconds."""
    words = ["--config", str(world.stage.settings), "deliveries", "list"]
    asked = partial(CliRunner().invoke, app, [*words, "--limit", "5000", "--json"])
    done = await asyncio.to_thread(asked)
    assert done.exit_code == 0, done.output
    return next(one for one in json.loads(done.stdout) if one["id"] == message_id)


async def test_a_document_is_leased_had_and_acknowledged_by_curl(world, curl):
    sample = await sent(world, 7101, PARTY)
    waiting = await curl.waits_for(sample.document_id)
    mine = next(
        one for one in await curl.lease() if one["message_id"] == waiting["message_id"]
    )
    assert mine["leased_until"]
    path = f"deliveries/{mine['message_id']}"
    status, body = await curl(path)
    assert (status, digest_of(body)) == (200, mine["content_sha256"])
    assert mine["headers"]["original_sha256"] == digest_of(sample.xml)
    status, original = await curl(f"claims/{mine['headers']['original_sha256']}")
    assert (status, original) == (200, sample.xml)
    told = await line(world, mine["message_id"])
    assert (told["state"], told["acknowledged_at"]) == ("fetched", None)
    assert (await curl(f"{path}/acknowledge", "-X", "POST"))[0] == 204
    assert (await curl(f"{path}/acknowledge", "-X", "POST"))[0] == 204
    told = await line(world, mine["message_id"])
    assert (told["state"], told["way"], told["leases"]) == ("acknowledged", "pull", 1)
    moments = [told[f"{n}_at"] for n in ("queued", "fetched", "acknowledged")]
    assert moments == sorted(moments)
    code, trace = await hub(world.stage, "trace", sample.document_id)
    assert code == 0
    for words in ("REST", "Cơ quan xác nhận đã nhận", "cơ quan đã xác nhận"):
        assert words in trace


async def test_the_program_of_the_page_takes_all_that_waits_once(world, curl):
    """docs/co-quan-rest.md, run as a vendor would run it, and run again."""
    page = resource("docs", "co-quan-rest.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(# nhan_rest.py: .*?)```", page, re.DOTALL)
    (curl.folder / "nhan_rest.py").write_text(program)
    sample = await sent(world, 7105, PARTY)
    waiting = await curl.waits_for(sample.document_id)
    token = world.stage.token(PULLS)
    environment = {"TRUC": world.stage.hub_url, "MA": token, "LANG": "C.UTF-8"}
    for _ in range(2):
        await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "nhan_rest.py"],
            cwd=curl.folder,
            env=environment,
            check=True,
            timeout=60,
        )
    kept = {path.name: path for path in (curl.folder / "van-ban").iterdir()}
    body = kept[f"{waiting['message_id']}.xml"].read_bytes()
    assert digest_of(body) == waiting["content_sha256"]
    assert not [name for name in kept if name.endswith(".part")]
    assert waiting["message_id"] not in str(await curl("deliveries?limit=100"))


@pytest.mark.full
async def test_what_one_client_leased_no_other_gets_until_it_comes_back(world, curl):
    documents = [await sent(world, 7110 + n, PARTY) for n in range(4)]
    ids = {(await curl.waits_for(d.document_id))["message_id"] for d in documents}
    others = [Curl(world, curl.folder / str(n)) for n in range(3)]
    for one in others:
        one.folder.mkdir()
    lots = await asyncio.gather(*(one.lease(10, 2) for one in others))
    taken = [one["message_id"] for lot in lots for one in lot]
    assert len(taken) == len(set(taken))
    async with asyncio.timeout(40):  # nobody acknowledges: they come back
        while not ids <= {one["message_id"] for one in await curl.lease(10)}:
            await asyncio.sleep(0.3)
    for message_id in ids:
        assert (await curl(f"deliveries/{message_id}/acknowledge", "-d", ""))[0] == 204
    assert not ids & {one["message_id"] for one in await curl.lease(10)}


async def test_no_agency_reaches_anothers(world, curl):
    sample = await sent(world, 7120, PARTY)
    waiting = await curl.waits_for(sample.document_id)
    other = Curl(world, curl.folder, "xa-giao-an")
    path = f"deliveries/{waiting['message_id']}"
    refuse = ("-d", json.dumps({"reason": "x"}))
    for tried in (path, f"claims/{waiting['headers']['original_sha256']}"):
        assert (await other(tried))[0] == 404
    assert (await other(f"{path}/acknowledge", "-d", ""))[0] == 404
    assert (await other(f"{path}/reject", *refuse))[0] == 404
    assert waiting["message_id"] not in str(await other.lease())
    assert (await line(world, waiting["message_id"]))["state"] == "queued"


async def test_what_is_refused_stands_on_the_operators_list(world, curl):
    sample = await sent(world, 7130, PARTY)
    waiting = await curl.waits_for(sample.document_id)
    path = f"deliveries/{waiting['message_id']}/reject"
    said = json.dumps({"reason": "Không mở được tệp đính kèm"})
    assert (await curl(path, "-d", said))[0] == 204
    assert waiting["message_id"] not in str(await curl("deliveries?limit=100"))
    assert (await line(world, waiting["message_id"]))["state"] == "rejected"


async def test_a_status_by_rest_acknowledges_what_it_is_about(world, curl):
    sample = await sent(world, 7160, PARTY)
    waiting = await curl.waits_for(sample.document_id)
    said = json.dumps({"status": "03", "about": waiting["message_id"]})
    kind = ("-H", "Content-Type: application/json")
    status, body = await curl("statuses", *kind, "-d", said)
    assert status == 202, body
    async with asyncio.timeout(30):
        while waiting["message_id"] in str(await curl("deliveries?limit=100")):
            await asyncio.sleep(0.1)
    told = await line(world, waiting["message_id"])
    assert (told["state"], told["leases"]) == ("acknowledged", 0)
    assert told["fetched_at"] == told["acknowledged_at"]


async def test_an_agency_hears_by_rest_what_became_of_its_own_document(world, curl):
    paper = letter(world, 7140, COMMUNES[4])
    file = curl.folder / "gui.xml"
    file.write_bytes(paper.xml)
    xml = ("-H", "Content-Type: application/xml", "--data-binary", f"@{file}")
    status, body = await curl("documents", *xml, "-H", "Idempotency-Key: cv-1")
    assert status == 202, body
    taken = json.loads(body)
    assert (taken["sha256"], taken["repeated"]) == (digest_of(paper.xml), False)
    again = json.loads(
        (await curl("documents", *xml, "-H", "Idempotency-Key: cv-1"))[1]
    )
    assert (again["arrival"], again["repeated"]) == (taken["arrival"], True)
    file.write_bytes(paper.xml + b"\n")
    assert (await curl("documents", *xml, "-H", "Idempotency-Key: cv-1"))[0] == 409
    async with asyncio.timeout(30):  # it speaks for another body: refused, and told
        while "refused" not in str(await receipts(curl, taken["sha256"])):
            await asyncio.sleep(0.1)


async def receipts(curl: Curl, original: str) -> list[str]:
    """What the notices on the shelf say of one original."""
    found = []
    for one in json.loads((await curl("deliveries?limit=100"))[1])["deliveries"]:
        if one["kind"] == "notice":
            told = json.loads((await curl(f"deliveries/{one['message_id']}"))[1])
            if original in str(told):
                found.append(
                    "refused" if told.get("outcome") == "refuse" else str(told)
                )
    return found


async def test_an_agency_with_a_mailbox_gets_the_files_by_mail(world, sink):
    sample = await sent(world, 7150, COUNCIL)
    async with asyncio.timeout(60):
        while not (mails := [m for m in sink.mails if "7150" in subject(m.data)]):
            await asyncio.sleep(0.1)
    mail = read(mails[0].data)
    assert mails[0].receivers == ("hdnd.gt@namdinh.gov.vn",)
    pdf, edxml = mail.iter_attachments()
    assert pdf.get_content_type() == "application/pdf"
    assert edxml.get_filename() == "goi-tin.edxml"
    text = mail.get_body(("plain",))
    assert text is not None
    assert digest_of(sample.xml) in text.get_content()
    told = await line(world, mail["X-Lienthong-Message-Id"])
    assert (told["state"], told["way"]) == ("fetched", "mail")
    assert told["queued_at"] == told["fetched_at"]


def read(data: bytes) -> EmailMessage:
    found = email.message_from_bytes(data, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def subject(data: bytes) -> str:
    return str(read(data)["Subject"])
