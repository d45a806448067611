"""`hub verify --again` on what a real hub took, judged and recorded."""

import asyncio
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from hub.app import carrier_of, judge_of
from hub.cli.main import app
from hub.cli.say import terminal
from hub.evidence.folder import FolderEvidence
from hub.model.arrivals import Offer
from hub.model.decisions import Disposition
from hub.model.ids import ArrivalId
from hub.parts import built
from hub.rehearsal import mails
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import Scene
from hub.rehearsal.stage import MAIL, Stage, Wishes, mail_source, set_stage
from hub.resources import resource
from hub.settings import load
from hub.sources import sources_of


@dataclass
class Hub:
    """A stage whose journal has one signed report in it."""

    stage: Stage
    pki: Pki
    arrival: ArrivalId
    pdf: bytes

    def again(self, wanted: str, *words: str):
        options = ["--config", str(self.stage.settings), "verify", "--again", wanted]
        return CliRunner().invoke(app, [*options, *words], env={"COLUMNS": "250"})

    def manifest(self) -> Path:
        told = json.loads(self.again(self.arrival, "--json").stdout)
        return self.evidence.path(told["recorded"][0]["facts"]["knowledge"])

    @property
    def evidence(self) -> FolderEvidence:
        return FolderEvidence(self.stage.data / "evidence")


@pytest.fixture(autouse=True)
def quiet_terminal():
    yield
    terminal.config, terminal.language = None, "vi"


@pytest.fixture
def hub(tmp_path) -> Hub:
    now = datetime.now(UTC)
    scene = Scene(Pki.make(now), at=now - timedelta(hours=1), day=now.date())
    stage = set_stage(tmp_path, scene.pki, at=now)
    sample = CASES["report-signed"](scene)
    arrival = asyncio.run(taken(stage, sample.xml, sample.content_type))
    return Hub(stage, scene.pki, arrival, sample.files[0])


async def taken(
    stage: Stage, data: bytes, kind: str, source: str = "truc-tinh"
) -> ArrivalId:
    """It goes through intake, a real child and the journal; no broker."""
    settings = load(stage.settings)
    async with built(settings, migrate=True) as parts:
        digest = await parts.evidence.keep_bytes(data)
        came = sources_of(parts.entries)[source]
        offer = Offer(came, "key-1", digest, len(data), kind)
        arrival = (await parts.kit.intake.accept(offer)).arrival.id
        judge = judge_of(settings, parts.evidence)
        await judge.start()
        try:
            decision = await carrier_of(parts, judge).take(arrival)
        finally:
            await judge.close()
        assert decision is not None
        if source != MAIL:
            assert decision.disposition is Disposition.DELIVER, decision
        while await parts.store.sealer.seal(100):
            pass
    return arrival


def revoke(hub: Hub) -> None:
    """Whoever signed is revoked, as if days before."""
    at = datetime.now(UTC)
    file = hub.stage.folder / "signed.pdf"
    file.write_bytes(hub.pdf)
    trust = str(hub.stage.folder / "trust")
    words = ["verify", str(file), "--trust", trust, "--json"]
    told = json.loads(CliRunner().invoke(app, words).stdout)
    serials = [int(one["facts"]["signer"]["serial"], 16) for one in told["findings"]]
    assert len(serials) == 2
    crl = hub.pki.crl([(serial, at - timedelta(days=9)) for serial in serials], at=at)
    (Path(trust) / "crls" / "rehearsal-issuing.crl").write_bytes(crl)


def test_as_recorded_and_still_so(hub):
    done = hub.again(hub.arrival)
    assert done.exit_code == 0, done.output
    assert "đúng từng điều đã ghi" in done.stdout
    assert "envelope:judged" in done.stdout


def test_revoked_since_then_is_seen_today_and_not_as_of_then(hub):
    revoke(hub)
    done = hub.again(hub.arrival, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 6
    (one,) = told["recorded"]
    assert (one["sameness"], one["then"]["headline"]) == ("same", "passed")
    assert one["facts"] == one["then"], "byte for byte what the entry holds"
    assert told["today"]["headline"] != "passed"
    assert "headline" in {change["place"] for change in told["changed"]}
    table = hub.again(hub.arrival).stdout
    assert [line for line in table.splitlines() if line.startswith("≠")]


@pytest.mark.full
def test_any_id_leads_there_and_none_changes_anything(hub):
    before = sorted(p.name for p in hub.stage.data.rglob("*") if p.is_file())
    document = json.loads(hub.again(hub.arrival, "--json").stdout)["document"]
    for wanted in ("key-1", document, hub.arrival[:10]):
        assert hub.again(wanted).exit_code == 0
    assert sorted(p.name for p in hub.stage.data.rglob("*") if p.is_file()) == before


def test_the_policy_of_that_day_judges_as_of_then(hub):
    """Limits and thresholds of today's file change today's verdict alone."""
    policy = hub.stage.folder / "policy.yaml"
    shipped = resource("config", "policy.yaml").read_text()
    policy.write_text(shipped.replace("require_revocation: true", "#"))
    settings = hub.stage.settings.read_text()
    named = re.sub(r"(?m)^policy: .*$", f"policy: {policy}", settings)
    assert named != settings
    hub.stage.settings.write_text(named)
    told = json.loads(hub.again(hub.arrival, "--json").stdout)
    (one,) = told["recorded"]
    assert one["sameness"] == "same"
    assert one["then"]["policy_version"] != told["today"]["policy_version"]


def test_whose_mail_it_was_is_as_the_settings_said_it_that_day(tmp_path):
    """An address is taken off the list of senders long after its mail had come."""
    now = datetime.now(UTC)
    pki = Pki.make(now)
    wishes = Wishes(further=(mail_source,))
    stage = set_stage(tmp_path, pki, at=now, wishes=wishes)
    letter = mails.compose(mails.clear_letter())
    kind = f'message/rfc822; mailbox="{mails.MAILBOX}"'
    hub = Hub(stage, pki, asyncio.run(taken(stage, letter, kind, MAIL)), b"")
    assert hub.again(hub.arrival).exit_code == 0
    settings = yaml.safe_load(stage.settings.read_text())
    (mailed,) = [s for s in settings["sources"] if s["name"] == MAIL]
    mailed["senders"] = {"khac@mail.example": "000.00.01.H40"}
    stage.settings.write_text(yaml.safe_dump(settings, allow_unicode=True))
    told = json.loads(hub.again(hub.arrival, "--json").stdout)
    (one,) = told["recorded"]
    assert (one["sameness"], one["differences"]) == ("same", [])


def test_without_what_it_was_made_of_it_says_so(hub):
    manifest = hub.manifest()
    journal = ["--config", str(hub.stage.settings), "journal", "verify"]
    assert CliRunner().invoke(app, journal).exit_code == 0
    manifest.unlink()
    done = hub.again(hub.arrival)
    assert done.exit_code == 7
    assert "Không xét lại như lúc đó được" in done.stdout
    proof = CliRunner().invoke(app, journal)
    assert (proof.exit_code, f"verdicts made of {manifest.name}" in proof.stdout) == (
        1,
        True,
    )


def test_what_is_not_there_has_no_verdict(hub):
    assert hub.again("khong-co").exit_code == 1
    body = hub.evidence.path(
        json.loads(hub.again(hub.arrival, "--json").stdout)["sha256"]
    )
    body.unlink()
    assert hub.again(hub.arrival).exit_code == 1


def test_a_file_and_an_id_at_once_are_refused(hub):
    assert hub.again(hub.arrival, str(hub.stage.settings)).exit_code == 2
    assert hub.again(hub.arrival, "--at", "2020-01-01").exit_code == 2
