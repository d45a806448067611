"""`hub verify` by itself: no settings, journal or broker; exit status by headline."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from hub.cli.main import app
from hub.cli.verify import moment_of
from hub.model.again import Again
from hub.model.reports import Report
from hub.resources import resource
from tests.cases import room

AS_OF = "2020-03-02T15:00:00"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder without settings, with a trust folder as config/trust has it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HUB_CONFIG", raising=False)
    known = room.knowledge()
    for name, ending, items in (
        ("anchors", "der", known.anchors),
        ("intermediates", "der", known.intermediates),
        ("crls", "crl", known.crls),
    ):
        (tmp_path / "trust" / name).mkdir(parents=True)
        for number, item in enumerate(items):
            (tmp_path / "trust" / name / f"{number}.{ending}").write_bytes(item)
    return tmp_path


def verify(place: Path, data: bytes, *words: str, trust: bool = True):
    file = place / "file"
    file.write_bytes(data)
    asked = ["verify", str(file), "--at", AS_OF, *words]
    if trust:
        asked += ["--trust", str(place / "trust")]
    return CliRunner().invoke(app, asked)


def changed(data: bytes) -> bytes:
    return data.replace(b"Thu moi hop", b"Thu moi hep")


def test_a_sealed_pdf_passes(place):
    done = verify(place, room.signed_pdf())
    assert (done.exit_code, done.stderr) == (0, "")
    assert "TOTAL_PASSED" in done.stdout
    assert "KẾT LUẬN: chữ ký hợp lệ" in done.stdout
    assert "Chính sách dẫn tới: chuyển («default»)" in done.stdout


def test_a_changed_one_fails(place):
    done = verify(place, changed(room.signed_pdf()))
    assert done.exit_code == 4
    assert "nội dung đã bị thay đổi sau khi ký (HASH_FAILURE)" in done.stdout
    assert "Chính sách dẫn tới: từ chối" in done.stdout


def test_a_signed_envelope_passes(place):
    done = verify(place, room.signed_envelope())
    assert (done.exit_code, "Phủ: toàn bộ gói tin" in done.stdout) == (0, True)


def test_an_unsigned_one_has_its_own_status(place):
    assert verify(place, room.envelope()).exit_code == 5


def test_what_is_no_document_has_its_own_status(place):
    done = verify(place, b"no XML")
    assert (done.exit_code, "[not-xml]" in done.stdout) == (1, True)
    told = json.loads(verify(place, b"no XML", "--json").stdout)
    assert (told["readable"], told["fault"]["code"]) == (False, "not-xml")


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"\xff\xd8\xff", b"<html/>"])
def test_who_hands_in_another_kind_of_file_is_told_what_is_read(place, data):
    assert "edXML trần và PDF" in verify(place, data).stdout
    assert "edXML trần và PDF" not in verify(place, room.envelope()[:-9]).stdout


def test_a_moment_mistyped_is_told_by_its_option(place):
    done = CliRunner().invoke(
        app, ["verify", str(place / "trust" / "anchors" / "0.der"), "--at", "24/11"]
    )
    assert done.exit_code == 2
    assert "--at" in done.stderr
    assert "24/11" in done.stderr


def test_names_that_nothing_is_said_of_are_told(place):
    done = verify(place, room.signed_pdf(), "--source", "lạ", "--sender", "000.X")
    assert done.exit_code == 0
    assert "«lạ»: dùng default" in done.stderr
    assert "«000.X»" in done.stderr


def test_a_file_and_an_id_are_not_asked_of_at_once(place):
    done = verify(place, room.signed_pdf(), "--again", "abc")
    assert (done.exit_code, "--again" in done.stderr) == (2, True)


def test_without_anchors_it_says_why_nothing_can_pass(place):
    done = verify(place, room.signed_pdf(), trust=False)
    assert done.exit_code == 3
    assert "--trust" in done.stderr
    assert "NO_CERTIFICATE_CHAIN_FOUND" in done.stdout


def test_a_policy_may_be_handed_in(place):
    text = resource("config", "policy.yaml").read_text()
    own = place / "policy.yaml"
    own.write_text(text.replace("failed: refuse", "failed: hold"))
    done = verify(place, changed(room.signed_pdf()), "--policy", str(own))
    assert "Chính sách dẫn tới: tạm giữ" in done.stdout


def test_a_policy_that_is_none_lists_its_problems(place):
    own = place / "policy.yaml"
    own.write_text("paper: 1\n")
    done = verify(place, room.signed_pdf(), "--policy", str(own))
    assert done.exit_code == 2
    assert f"{own}: paper" in done.stderr


def test_machines_are_told_facts_and_headlines(place):
    done = verify(place, room.signed_pdf(), "--json")
    told = msgspec.json.decode(done.stdout, type=Report)
    assert (told.headline, told.signed, told.format) == (
        "passed",
        True,
        "lienthong-verify/1",
    )
    (one,) = told.findings
    assert one.indication == "TOTAL_PASSED"
    assert one.revocation_age == 3600
    assert one.facts.signer is not None
    assert one.facts.signer.is_organization
    assert told.at == room.NOW


def test_the_json_is_the_same_at_every_call(place):
    data = room.signed_pdf()
    one = verify(place, data, "--json").stdout
    assert one == verify(place, data, "--json").stdout


SCHEMAS = {"verify.schema.json": Report, "verify-again.schema.json": Again}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_that_of_the_values(name):
    """All are made anew by: python -m tests.unit.cli.test_verify."""
    assert resource("schemas", name).read_text() == schema(name)


def schema(name: str) -> str:
    made = msgspec.json.schema(SCHEMAS[name]) | {"title": f"hub verify: {name}"}
    return json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-03-02T15:00", datetime(2020, 3, 2, 8, tzinfo=UTC)),
        ("2020-03-02 15:00:00", datetime(2020, 3, 2, 8, tzinfo=UTC)),
        ("2020-03-02T15:00+07:00", datetime(2020, 3, 2, 8, tzinfo=UTC)),
        ("2020-03-02T08:00Z", datetime(2020, 3, 2, 8, tzinfo=UTC)),
        ("2020-03-02", datetime(2020, 3, 1, 17, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_vietnam_time(text, moment):
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", "02/03/2020", "yesterday", "2020-13-01"),
        *("0001-01-01", "0202-03-02", "9999-12-31T23:59Z", "9999-12-31T23:00-03:00"),
    ],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(typer.BadParameter):
        moment_of(text)


if __name__ == "__main__":
    for name in SCHEMAS:
        Path("schemas", name).write_text(schema(name))
