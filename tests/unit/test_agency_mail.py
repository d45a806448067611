"""By which source mails to agencies leave, and what stands against it at the start."""

import pytest
import yaml

from hub.agency_mail import mail_problems, post_of
from hub.errors import SettingsError
from hub.kit import Package
from hub.resources import resource
from hub.settings import Settings
from hub.sources import PACKAGES, load
from tests.fakes.kits import kit_of

BOX = "giaoan@namdinh.gov.vn"


def source(name: str, *, sends: bool = True, box: str = "") -> dict[str, object]:
    told: dict[str, object] = {
        "name": name,
        "doors": ["mail-imap"],
        "senders": {"a@b.vn": "000.00.12.H40"},
        "accounts": [
            {
                "name": "hop-thu",
                "mailbox": box or "vanthu@namdinh.gov.vn",
                "host": "127.0.0.1",
                "username": "u",
                "password_file": "password",
            }
        ],
    }
    sending = {"host": "127.0.0.1", "address": "truc@namdinh.gov.vn"}
    return told | ({"sending": sending} if sends else {})


@pytest.fixture
def settings(tmp_path):
    """Makes settings with one agency that takes mail, unless it is told otherwise."""
    (tmp_path / "trust").mkdir()
    (tmp_path / "password").write_text("mat-khau-hop-thu")

    def make(*sources, boxes=(BOX,), takes="mail", agency_mail="") -> Settings:
        shipped = yaml.safe_load(resource("config", "agencies.yaml").read_bytes())
        shipped["agencies"][-1] |= {"takes": takes, "mailboxes": list(boxes)}
        book = tmp_path / "agencies.yaml"
        book.write_text(yaml.safe_dump(shipped, allow_unicode=True))
        values = {
            "data": "data",
            "policy": str(resource("config", "policy.yaml")),
            "agencies": "agencies.yaml",
            "trust": "trust",
            "sources": list(sources),
            "agency_mail": agency_mail,
        }
        path = tmp_path / "hub.yaml"
        path.write_text(yaml.safe_dump(values))
        return load(path)

    return make


def mail_package() -> Package:
    return next(p for p in PACKAGES if "mail-imap" in p.translators)


def adapters_of(*sources):
    package = mail_package()
    read = [package.read(table) for table in sources]
    return {
        one.name: package.build(one, {"imap/hop-thu": "x"}, kit_of()) for one in read
    }


def test_the_only_source_that_sends_is_the_one(settings):
    tables = (source("a", sends=False), source("b"))
    found = settings(*tables)
    assert mail_problems(found) == ()
    assert post_of(found, adapters_of(*tables)) is not None


def test_of_several_the_settings_name_one(settings):
    tables = (source("a"), source("b"))
    with pytest.raises(SettingsError, match="name one of a, b"):
        settings(*tables)
    found = settings(*tables, agency_mail="b")
    assert post_of(found, adapters_of(*tables)) is not None


@pytest.mark.parametrize(
    ("sources", "changes", "problem"),
    [
        ((), {}, "no source has `sending`"),
        ((source("a", sends=False),), {}, "no source has `sending`"),
        ((source("a"),), {"agency_mail": "x"}, "x: no source of that name"),
        ((source("a"),), {"boxes": ()}, "takes mail and has no mailbox"),
        ((source("a", box=BOX),), {}, "which this hub reads"),
    ],
)
def test_what_would_keep_mails_from_leaving_is_told_at_the_start(
    settings, sources, changes, problem
):
    with pytest.raises(SettingsError, match=problem):
        settings(*sources, **changes)


def test_where_nobody_takes_mail_none_need_be_sent(settings):
    found = settings(takes="pull")
    assert mail_problems(found) == ()
    assert post_of(found, {}) is None
