"""Entries of mail servers: what they ask for, and what is refused at once."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from adapters.mail.adapter import PACKAGE, build
from adapters.mail.envelope import from_mailbox, pushed
from adapters.mail.imap_state import FolderState
from adapters.mail.settings import MailSettings
from adapters.mail.translate import translate
from hub.errors import SettingsError
from hub.kit import SourceSettings
from hub.model.agencies import Agency, AgencyKind
from hub.model.frames import Entity
from hub.model.ids import AgencyCode
from hub.model.limits import Limits
from hub.rehearsal import mails
from tests.fakes.kits import FewOrganizations, MemoryMarks, kit_of

ACCOUNT = {
    "name": "van-thu",
    "mailbox": "VanThu@x.vn",
    "host": "mail.x.vn",
    "username": "vanthu",
    "password_file": "p",
}
SENDING = {"host": "mail.x.vn", "address": "truc@x.vn"}
LISTEN = {"port": 2525, "peers": ["10.0.0.5/32"]}
ENTRY = {
    "name": "thu",
    "doors": ["mail-imap", "mail-smtp"],
    "accounts": [ACCOUNT],
    "listen": LISTEN,
    "senders": {"So@tinh.vn": "000.00.12.H40"},
    "receivers": {"vanthu@x.vn": "000.00.37.H40"},
    "trusted_servers": ["mail.x.vn"],
    "sending": SENDING,
}


def entry(**changes: object) -> MailSettings:
    return MailSettings.model_validate({**ENTRY, **changes})


def test_an_entry_has_a_source_at_each_door():
    read: SourceSettings = PACKAGE.read(ENTRY)
    assert [s.door for s in read.sources()] == ["mail-imap", "mail-smtp"]
    assert {s.codes for s in read.sources()} == {("000.00.12.H40",)}
    assert set(PACKAGE.translators) == {"mail-imap", "mail-smtp"}


def test_addresses_are_told_in_small_letters_with_the_registrys_mailboxes():
    agency = Agency(
        code=AgencyCode("x.1"),
        name="Xã",
        kind=AgencyKind.COMMUNE,
        queue="xa",
        mailboxes=("Xa@X.vn", "vanthu@x.vn"),
    )
    ground = entry().ground(FewOrganizations((agency,)), {})
    assert ground["senders"] == {"so@tinh.vn": "000.00.12.H40"}
    assert ground["receivers"] == {"xa@x.vn": "x.1", "vanthu@x.vn": "000.00.37.H40"}
    assert ground["names"] == {"x.1": "Xã"}


def test_secrets_are_named_by_what_they_are_for():
    told = entry(sending={**SENDING, "username": "u", "password_file": "s"}).secrets()
    assert {name: str(path) for name, path in told.items()} == {
        "imap/van-thu": "p",
        "sending": "s",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"doors": []},
        {"doors": ["mail-imap"]},
        {"doors": ["mail-smtp"]},
        {"accounts": []},
        {"accounts": [ACCOUNT, ACCOUNT]},
        {"accounts": [{**ACCOUNT, "mailbox": "Văn thư <v@x.vn>"}]},
        {"accounts": [{**ACCOUNT, "folders": ["lienthong-processed"]}]},
        {"accounts": [{**ACCOUNT, "folders": []}]},
        {"accounts": [{**ACCOUNT, "host": "a b"}]},
        {"listen": {**LISTEN, "peers": []}},
        {"listen": {**LISTEN, "token_file": "t"}},
        {"listen": {**LISTEN, "key_file": "k"}},
        {
            "listen": {
                **LISTEN,
                "protocol": "lmtp",
                "token_file": "t",
                "certificate_file": "c",
                "key_file": "k",
            }
        },
        {"sending": {**SENDING, "username": "u"}},
        {"senders": {}},
        {"senders": {"no address": "x"}},
        {"nonsense": 1},
    ],
)
def test_what_does_not_fit_is_refused(changes):
    with pytest.raises(ValidationError):
        entry(**changes)


@pytest.mark.parametrize(
    "content_type",
    [pushed("10.0.0.5", ("xa@x.vn",)), from_mailbox("xa@x.vn")],
)
def test_the_translator_reads_what_doors_and_settings_tell(content_type):
    agency = Agency(
        AgencyCode("x.1"), "Xã", AgencyKind.COMMUNE, "xa", mailboxes=("xa@x.vn",)
    )
    known = entry(senders=mails.ground()["senders"])
    ground = known.ground(FewOrganizations((agency,)), {})
    mail = mails.compose(replace(mails.clear_letter(), to="nobody@elsewhere.vn"))
    frame = translate(Entity(content_type, mail, ground=ground), Limits())
    (told,) = [g for g in frame.guesses if g.name == "receivers"]
    assert told.value == "x.1"
    assert frame.vouched == (mails.SENDERS[mails.ADDRESS].code,)


async def test_a_mail_that_stays_where_it_is_is_shown_to_people():
    state = FolderState(7).troubled(12, "over quota")
    marks = MemoryMarks(marks={"mail-imap/thu/van-thu/INBOX": state.write()})
    adapter = build(entry(), {"imap/van-thu": "x"}, kit_of(marks=marks))
    (line,) = await adapter.check()
    assert "mail 12" in line
    assert "over quota" in line


async def test_what_is_missing_is_said():
    settings = entry(sending=None, trusted_servers=[])
    adapter = build(settings, {"imap/van-thu": "x"}, kit_of())
    assert len(await adapter.check()) == 2
    assert "secret" not in repr(adapter)


def test_certificates_nobody_can_read_are_found_at_the_start():
    account = {**ACCOUNT, "ca_file": "ca"}
    listen = {**LISTEN, "certificate_file": "c", "key_file": "k"}
    known = entry(accounts=[account], listen=listen)
    no_pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    secrets = {
        "imap/van-thu": "x",
        "imap-ca/van-thu": "not a certificate",
        "sending-ca": no_pem,
        "door-certificate": no_pem,
        "door-key": "no key",
    }
    with pytest.raises(SettingsError) as caught:
        build(known, secrets, kit_of())
    assert [problem.split(": ")[1] for problem in caught.value.problems] == [
        "imap-ca/van-thu",
        "sending-ca",
        "listen",
    ]
