"""Revocation data comes late: verdicts are added, agencies and operators hear it."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from hub.rehearsal.axis import Handed, RehearsalAxis
from hub.rehearsal.bad import revoked
from hub.rehearsal.good import report_signed
from hub.rehearsal.pki import Pki
from hub.rehearsal.responder import Mood, Responder
from hub.rehearsal.samples import Sample, Scene, revoked_in
from hub.rehearsal.stage import CLOCK_OFFSET, Stage, free_port, set_stage
from hub.resources import resource
from tests.acceptance.conftest import need_broker, running
from tests.acceptance.outsiders import Got, Mailroom, hub

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

CRL = "rehearsal-issuing.crl"


@dataclass(frozen=True)
class Outcome:
    """What became of two documents: before the CRL came, and after."""

    stage: Stage
    handed: dict[str, Handed]
    receipts: dict[str, dict[str, object]]
    #: `hub rejudge` before the CRL was there.
    waiting: str
    documents: dict[str, Got]
    notices: dict[str, Got]


async def of_kind(mailroom: Mailroom, sample: Sample, *, notice: bool) -> Got:
    """The document or the notice about it."""
    async with asyncio.timeout(60):
        while True:
            for got in mailroom.about(sample.xml):
                if (got[1].headers["kind"] == "notice") is notice:
                    return got
            await asyncio.sleep(0.05)


def quick(stage: Stage) -> None:
    """Trust without the issuing CA's CRL; times of a test's length."""
    (stage.folder / "trust" / "crls" / CRL).unlink()
    values = yaml.safe_load(stage.settings.read_bytes())
    values["rejudge"] = {"first_seconds": 1, "longest_seconds": 3600}
    values["relay"] = {"sweep_seconds": 0.5}
    stage.settings.write_text(yaml.safe_dump(values, allow_unicode=True))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outcome() -> AsyncIterator[Outcome]:
    need_broker()
    now = datetime.now(UTC)
    scene = Scene(Pki.make(now), at=now - timedelta(hours=1), day=now.date())
    samples = {"good": report_signed(scene), "revoked": revoked(scene)}
    with tempfile.TemporaryDirectory(prefix="lt-") as folder:
        stage = set_stage(Path(folder), scene.pki, at=now)
        quick(stage)
        async with running(stage, samples.values()) as (axis, _, mailroom):
            yield await played(stage, scene, axis, mailroom, samples)


async def played(
    stage: Stage,
    scene: Scene,
    axis: RehearsalAxis,
    mailroom: Mailroom,
    samples: dict[str, Sample],
) -> Outcome:
    handed = {name: await axis.send(sample) for name, sample in samples.items()}
    receipts = {n: await axis.receipt_for(h.door_id, 60) for n, h in handed.items()}
    documents = {
        n: await of_kind(mailroom, s, notice=False) for n, s in samples.items()
    }
    waiting = (await hub(stage, "rejudge"))[1]
    crl = scene.pki.crl(revoked_in(samples.values()), at=datetime.now(UTC))
    draft = stage.folder / "trust" / "draft"
    draft.write_bytes(crl)
    draft.rename(stage.folder / "trust" / "crls" / CRL)
    notices = {n: await of_kind(mailroom, s, notice=True) for n, s in samples.items()}
    return Outcome(stage, handed, receipts, waiting, documents, notices)


@pytest.mark.parametrize("name", ["good", "revoked"])
async def test_without_revocation_data_it_is_delivered_and_marked(outcome, name):
    assert outcome.receipts[name]["outcome"] == "deliver"
    assert outcome.receipts[name]["verdict"] == "indeterminate"
    assert outcome.documents[name][1].headers["verdict"] == "indeterminate"
    assert outcome.handed[name].answer["arrival"] in outcome.waiting


@pytest.mark.parametrize(
    ("name", "verdict"), [("good", "passed"), ("revoked", "failed")]
)
async def test_the_agency_hears_the_new_verdict_by_itself(outcome, name, verdict):
    queue, properties, body = outcome.notices[name]
    about, document, _ = outcome.documents[name]
    assert queue == about
    headers = properties.headers
    assert (headers["verdict"], headers["verdict_before"]) == (verdict, "indeterminate")
    assert headers["about"] == document.message_id != properties.message_id
    assert (properties.type, properties.content_type) == ("notice", "application/json")
    told = json.loads(body)
    assert told["verdict"] == verdict
    assert told["original_sha256"] == document.headers["original_sha256"]
    assert told["document_id"] == document.headers["document_id"]


async def test_the_notice_of_a_revoked_certificate_says_so(outcome):
    told = json.loads(outcome.notices["revoked"][2])
    assert (told["turn"], told["verdict"]) == ("worse", "failed")
    assert "KHÔNG hợp lệ" in told["text_vi"]
    reasons = [r for s in told["signatures"] for r in s["reasons"]]
    assert "REVOKED" in reasons


async def test_the_operator_sees_both_on_a_list_and_takes_them_off(outcome):
    code, told = await hub(outcome.stage, "held", "list")
    assert code == 0
    for handed in outcome.handed.values():
        assert handed.answer["arrival"] in told
    assert "xấu đi" in told
    good = outcome.handed["good"].answer["arrival"]
    assert (await hub(outcome.stage, "rejudge", good, "--seen"))[0] == 0
    told = (await hub(outcome.stage, "held", "list"))[1]
    assert good not in told


async def test_the_timeline_shows_both_verdicts_and_one_decision(outcome):
    arrival = outcome.handed["revoked"].answer["arrival"]
    code, told = await hub(outcome.stage, "trace", arrival)
    assert code == 0
    assert "Đã kiểm tra chữ ký" in told
    assert "Đã kiểm tra lại chữ ký" in told
    assert "Đã gửi thông báo cho cơ quan" in told
    assert told.count("Đã quyết định xử lý") == 1


@pytest.mark.full
@pytest.mark.parametrize(("name", "status"), [("good", 0), ("revoked", 0)])
async def test_an_auditor_makes_both_verdicts_again(outcome, name, status):
    arrival = outcome.handed[name].answer["arrival"]
    code, told = await hub(outcome.stage, "verify", "--again", arrival, "--json")
    found = json.loads(told)
    tags = ["envelope:judged", "envelope:judged-again"]
    assert [one["tag"] for one in found["recorded"]][:2] == tags
    assert {one["sameness"] for one in found["recorded"]} == {"same"}, told
    assert code == status


async def test_nothing_waits_any_more_and_the_list_of_all_says_what_came(outcome):
    assert (
        outcome.handed["good"].answer["arrival"]
        not in (await hub(outcome.stage, "rejudge"))[1]
    )
    every = (await hub(outcome.stage, "rejudge", "--all"))[1]
    assert "chữ ký không hợp lệ" in every


async def test_an_operator_may_ask_again_and_nobody_is_troubled_by_the_same(outcome):
    arrival = outcome.handed["revoked"].answer["arrival"]
    assert (await hub(outcome.stage, "rejudge", arrival))[0] == 0
    assert (await hub(outcome.stage, "rejudge", "0" * 32))[0] == 1
    async with asyncio.timeout(30):
        told = ""
        while told.count("Đã kiểm tra lại chữ ký") < 2:
            told = (await hub(outcome.stage, "trace", arrival))[1]
    assert told.count("Đã gửi thông báo cho cơ quan") == 1
    assert "không đổi" in told


async def test_the_memory_proves_itself(outcome):
    code, told = await hub(outcome.stage, "journal", "verify")
    assert (code, "problems: ()" in told) == (0, True), told
    code, told = await hub(outcome.stage, "journal", "rebuild")
    assert (code, "differences: ()" in told) == (0, True), told


def strict(stage: Stage) -> None:
    """The issuing CA's answers by network only; what lacks them is held."""
    (stage.folder / "trust" / "crls" / CRL).unlink()
    policy = yaml.safe_load(resource("config", "policy.yaml").read_bytes())
    policy["signatures"]["default"]["revocation_unavailable"] = "hold"
    (stage.folder / "policy.yaml").write_text(yaml.safe_dump(policy))
    values = yaml.safe_load(stage.settings.read_bytes()) | {"policy": "policy.yaml"}
    stage.settings.write_text(yaml.safe_dump(values, allow_unicode=True))


@pytest.mark.full
async def test_a_responder_comes_back_and_what_was_held_is_listed_and_stays_held():
    need_broker()
    now, ahead = datetime.now(UTC), timedelta(minutes=11)
    port = free_port()
    pki = Pki.make(now, f"http://127.0.0.1:{port}")
    sample = report_signed(Scene(pki, at=now - timedelta(hours=1), day=now.date()))
    responder = Responder(pki, port, lambda: datetime.now(UTC))
    responder.feel(Mood.DOWN)
    with tempfile.TemporaryDirectory(prefix="lt-") as folder:
        stage = set_stage(Path(folder), pki, at=now)
        strict(stage)
        async with responder, running(stage, (sample,)) as (axis, _, mailroom):
            handed = await axis.send(sample)
            receipt = await axis.receipt_for(handed.door_id, 60)
            assert (receipt["outcome"], receipt["rule"]) == ("hold", "signatures")
            responder.feel(Mood.WELL)
            (stage.folder / CLOCK_OFFSET).write_text(str(ahead.total_seconds()))
            told = await listed(stage, "tốt hơn")
            assert told.count(handed.answer["arrival"]) == 2, "held, and better"
            assert not mailroom.got


async def listed(stage: Stage, words: str) -> str:
    """The operators' lists, once these words stand on them."""
    async with asyncio.timeout(90):
        while words not in (told := (await hub(stage, "held", "list"))[1]):
            await asyncio.sleep(0.2)
    return told
