"""`hub verify` by the registry of the settings: whose signatures they are."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.rehearsal.cast import AGRICULTURE, PROVINCE
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.samples import DEFAULT_AT
from hub.rehearsal.stage import set_stage
from hub.resources import resource


@pytest.fixture(scope="module")
def verify(scene, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stage")
    stage = set_stage(folder, scene.pki, at=DEFAULT_AT)

    def run(data: bytes, *words: str):
        file = folder / "file"
        file.write_bytes(data)
        asked = ["--config", str(stage.settings), "verify", str(file)]
        asked += ["--at", "2019-12-02T04:00:00Z", *words]
        return CliRunner().invoke(app, asked, env={"COLUMNS": "200"})

    return run


def belongs(done) -> list[str]:
    told = json.loads(done.stdout)
    return [f["facts"]["belongs"] for f in told["findings"] if f["facts"]["signer"]]


def test_an_envelope_says_itself_who_sends_it(verify, scene):
    signed = verify(CASES["report-signed"](scene).xml, "--json")
    assert belongs(signed) == ["senders-person", "sender"]
    assert belongs(verify(CASES["other-signer"](scene).xml, "--json")) == ["other"]


def test_the_policy_holds_what_another_body_signed(verify, scene):
    told = json.loads(verify(CASES["other-signer"](scene).xml, "--json").stdout)
    assert told["leads_to"]["remedy"] == "hold"
    assert told["leads_to"]["fault"]["code"] == "other-signer"


def test_of_a_pdf_it_is_told_beside_it(verify, scene):
    pdf = CASES["report-signed"](scene).files[0]
    mine = verify(pdf, "--json", "--sender", AGRICULTURE.code)
    theirs = verify(pdf, "--json", "--sender", PROVINCE.code)
    assert belongs(mine) == ["senders-person", "sender"]
    assert belongs(theirs) == ["other", "other"]
    assert belongs(verify(pdf, "--json")) == ["not-checked", "not-checked"]


def test_the_edition_of_the_policy_stands_beside_its_hash(verify, scene):
    edition = yaml.safe_load(resource("config", "policy.yaml").read_bytes())["edition"]
    report = CASES["report-signed"](scene)
    told = json.loads(verify(report.xml, "--json").stdout)
    assert told["policy_edition"] == edition
    assert f"Chính sách: {edition} · {told['policy_version']}" in (
        verify(report.xml).stdout
    )
    pdf = json.loads(verify(report.files[0], "--json").stdout)
    assert pdf["policy_edition"] == edition
