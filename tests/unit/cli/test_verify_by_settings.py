"""`hub verify` where settings lie: their trust and policy, and nobody's words harm."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from hub.cli.main import app
from hub.rehearsal.cast import AGRICULTURE
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.papers import report
from hub.rehearsal.samples import DEFAULT_AT, DEFAULT_DAY, drawn
from hub.rehearsal.signing import sign_pdf
from hub.rehearsal.stage import set_stage

NOW = "2019-12-02T04:00:00Z"
HOSTILE = "[red]Sở \x1b[31mX[/red]\r\x07\u202e[bold]"


@pytest.fixture(scope="module")
def stage(scene, tmp_path_factory):
    return set_stage(tmp_path_factory.mktemp("stage"), scene.pki, at=DEFAULT_AT)


@pytest.fixture
def verify(stage, tmp_path):
    def run(data: bytes, *words: str, language: str = "vi", at: str = NOW):
        file = tmp_path / "[red]file"
        file.write_bytes(data)
        options = ["--config", str(stage.settings), "--lang", language]
        command = [*options, "verify", str(file), "--at", at, *words]
        return CliRunner().invoke(app, command, env={"COLUMNS": "200"})

    return run


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("report-signed", 0, "chữ ký hợp lệ"),
        ("report-unsigned", 5, "không có chữ ký"),
        ("changed-byte", 4, "không hợp lệ"),
        ("stranger", 3, "chưa kết luận"),
        ("not-xml", 1, "[not-xml] Gói tin không phải là XML hợp lệ."),
        ("doctype", 1, "[doctype] "),
        ("empty", 1, "[empty] "),
    ],
)
def test_the_exit_status_is_the_headline(verify, scene, name, status, sentence):
    done = verify(CASES[name](scene).xml)
    assert (done.exit_code, done.stderr) == (status, "")
    assert sentence.lower() in done.stdout.lower()


def test_nothing_but_the_settings_is_needed_and_nothing_is_left(verify, scene, stage):
    verify(CASES["report-signed"](scene).xml)
    assert not stage.data.exists()


def test_a_pdf_alone_is_judged_as_a_main_file(verify, scene):
    signed = CASES["report-signed"](scene).files[0]
    done = verify(signed, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (told["headline"], told["signed"], told["all_valid"]) == (
        "passed",
        True,
        True,
    )
    assert {f["facts"]["attachment"] for f in told["findings"]} == {1}
    assert verify(CASES["changed-byte"](scene).files[0] + b" ").exit_code == 4
    assert verify(drawn(report(DEFAULT_DAY)).pdf).exit_code == 5
    assert verify(b"%PDF-1.7 nothing").exit_code in {3, 5}


def test_json_holds_facts_and_headlines(verify, scene, stage):
    done = verify(CASES["changed-byte"](scene).xml, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 4
    assert told["headline"] == "failed"
    assert told["fault"] is None
    assert "TOTAL_FAILED" in {f["indication"] for f in told["findings"]}
    assert told["policy_version"]
    assert told["trust_version"]


@pytest.mark.parametrize(
    ("name", "code"), [("base64-damaged", "base64-damaged"), ("truncated", "truncated")]
)
def test_json_with_a_fault_is_json_still(verify, scene, name, code):
    done = verify(CASES[name](scene).xml, "--json")
    assert json.loads(done.stdout)["fault"]["code"] == code


def test_what_cannot_be_read_has_no_verdict_in_json(verify):
    told = json.loads(verify(b"<!DOCTYPE a>", "--json").stdout)
    assert (told["readable"], told["headline"], told["findings"]) == (False, None, [])


def test_the_moment_of_judging_is_asked_for(verify, scene):
    xml = CASES["report-signed"](scene).xml
    assert verify(xml, at="2019-12-02T11:00:00").exit_code == 0
    assert verify(xml, at="2009-12-02T11:00:00").exit_code != 0
    assert verify(xml, at="yesterday").exit_code == 2


def test_english_when_asked_for(verify, scene):
    done = verify(CASES["report-signed"](scene).xml, language="en")
    assert "CONCLUSION: passed" in done.stdout
    assert "KẾT LUẬN" not in done.stdout


def test_a_trust_folder_with_a_bad_file_ends_with_2(scene, tmp_path):
    stage = set_stage(tmp_path, scene.pki, at=DEFAULT_AT)
    (stage.folder / "trust" / "anchors" / "bad.crt").write_text("no certificate")
    words = ["--config", str(stage.settings), "verify", str(stage.settings)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert "bad.crt: không phải chứng thư / not a certificate" in done.stderr


@pytest.mark.parametrize("words", [(), ("--json",)], ids=["table", "json"])
def test_hostile_names_are_printed_harmlessly(verify, scene, words):
    drawing = drawn(report(DEFAULT_DAY))
    signer = scene.pki.leaf(HOSTILE)
    done = verify(sign_pdf(drawing.pdf, signer, scene.pki, at=scene.at), *words)
    assert done.exit_code == 0
    assert not {"\x1b", "\r", "\x07", "\u202e"} & set(done.stdout)
    assert "[red]Sở" in done.stdout
    if words:
        told = json.loads(done.stdout)["findings"][-1]["facts"]["signer"]
        assert told["common_name"] == HOSTILE


def test_hostile_words_of_an_envelope_are_printed_harmlessly(verify, scene):
    sample = CASES["report-unsigned"](scene)
    for evil in (b"[red]\xc2\x9b31m", b"&#x9b;31m[/]", b"[/nothing]"):
        xml = sample.xml.replace(b"BC-SNN", evil)
        done = verify(xml)
        assert done.exit_code in {1, 5}
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert "\x9b" not in done.stdout


def test_a_file_that_is_not_there_ends_with_2(stage):
    words = ["--config", str(stage.settings), "verify", "/no/such/file"]
    assert CliRunner().invoke(app, words).exit_code == 2


def test_one_more_signature_by_another_body_is_judged_too(verify, scene):
    signed = CASES["report-signed"](scene).files[0]
    other = replace(AGRICULTURE, name="Sở Khác").seal(scene.pki)
    twice = sign_pdf(signed, other, scene.pki, at=scene.at, field="Signature9")
    told = json.loads(verify(twice, "--json").stdout)
    signers = [f["facts"]["signer"] for f in told["findings"]]
    names = {signer["common_name"] for signer in signers if signer}
    assert "Sở Khác" in names
