"""Revocation by network: while it is down documents flow, then verdicts come."""

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.bad import revoked
from hub.rehearsal.good import report_signed
from hub.rehearsal.pki import Pki
from hub.rehearsal.responder import Mood, Responder
from hub.rehearsal.samples import Sample, Scene, revoked_in
from hub.rehearsal.stage import CLOCK_OFFSET, Stage, free_port, set_stage
from tests.acceptance.conftest import need_broker, running
from tests.acceptance.outsiders import Mailroom, hub
from tests.acceptance.test_rejudge import of_kind

pytestmark = [
    pytest.mark.full,
    pytest.mark.broker,
    pytest.mark.asyncio(loop_scope="module"),
]


@dataclass(frozen=True)
class Outcome:
    """Verdicts in the headers of documents, of notices, and of a later document."""

    stage: Stage
    before: dict[str, str]
    after: dict[str, str]
    seconds: float
    later: str
    asked: int


def settle(stage: Stage) -> None:
    """No lists in the folder; times of a test's length."""
    for path in (stage.folder / "trust" / "crls").iterdir():
        path.unlink()
    values = yaml.safe_load(stage.settings.read_bytes())
    values["rejudge"] = {"first_seconds": 60, "longest_seconds": 60}
    values["relay"] = {"sweep_seconds": 0.5}
    values["revocation"] = {"wait_seconds": 3}
    stage.settings.write_text(yaml.safe_dump(values, allow_unicode=True))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outcome() -> AsyncIterator[Outcome]:
    need_broker()
    now, port = datetime.now(UTC), free_port()
    pki = Pki.make(now, served=f"http://127.0.0.1:{port}")
    scene = Scene(pki, at=now - timedelta(hours=1), day=now.date())
    samples = {"good": report_signed(scene), "revoked": revoked(scene)}
    responder = Responder(pki, port, lambda: datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="lt-") as folder:
        stage = set_stage(Path(folder), pki, at=now)
        settle(stage)
        async with responder, running(stage, samples.values()) as (axis, _, mailroom):
            yield await played(stage, axis, mailroom, samples, responder)


async def played(
    stage: Stage,
    axis: RehearsalAxis,
    mailroom: Mailroom,
    samples: dict[str, Sample],
    responder: Responder,
) -> Outcome:
    responder.feel(Mood.DOWN)
    began = datetime.now(UTC)
    for sample in samples.values():
        await axis.send(sample)
    documents = {
        n: await of_kind(mailroom, s, notice=False) for n, s in samples.items()
    }
    seconds = (datetime.now(UTC) - began).total_seconds()
    said = dict(revoked_in(samples.values()))
    responder.listed, responder.answered = said, said
    responder.feel(Mood.WELL)
    (stage.folder / CLOCK_OFFSET).write_text("90")  # whoever failed rests no longer
    notices = {n: await of_kind(mailroom, s, notice=True) for n, s in samples.items()}
    asked = responder.asked.total()
    return Outcome(
        stage,
        {n: got[1].headers["verdict"] for n, got in documents.items()},
        {n: got[1].headers["verdict"] for n, got in notices.items()},
        seconds,
        (await hub(stage, "trust", "fetch"))[1],
        asked,
    )


async def test_while_the_server_is_down_documents_are_delivered_and_marked(outcome):
    assert outcome.before == {"good": "indeterminate", "revoked": "indeterminate"}
    assert outcome.seconds < 30


async def test_when_it_is_up_the_verdicts_come_by_themselves(outcome):
    assert outcome.after == {"good": "passed", "revoked": "failed"}


async def test_the_server_is_not_asked_more_often_than_it_must(outcome):
    """Two lists and a few answers, some of them twice: no process asks for itself."""
    assert outcome.asked < 20


async def test_an_operator_may_fetch_at_once(outcome):
    assert "/crl/root.crl" in outcome.later
    assert "tốt" in outcome.later
