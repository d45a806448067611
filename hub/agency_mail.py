"""By which source mails to agencies leave; a part of the roof."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.mail.adapter import MailAdapter
from hub.mail_ports import Post
from hub.model.agencies import Takes
from hub.ports import Adapter
from hub.settings import HubFile, Settings


def post_of(settings: Settings, adapters: Mapping[str, Adapter]) -> Post | None:
    """The way to agencies that take mail; None: no source sends any."""
    adapter = adapters.get(_sending(settings.file) or "")
    return adapter.post() if isinstance(adapter, MailAdapter) else None


def mail_problems(settings: Settings) -> tuple[str, ...]:
    """What stands between the agencies that take mail and their mail."""
    takers = [a for a in settings.registry.agencies if a.takes is Takes.MAIL]
    named = settings.file.agency_mail
    known = {str(table.get("name")) for table in _senders(settings.file)}
    found = [] if not named or named in known else [_no_sender(named)]
    if takers and not found and _sending(settings.file) is None:
        found.append(_not_one(sorted(known)))
    found += [
        f"agencies: {a.code}: takes mail and has no mailbox"
        for a in takers
        if not a.mailboxes
    ]
    ours = set(_read_here(settings.file))
    found += [
        f"agencies: {a.code}: takes mail at {a.mailboxes[0]}, which this hub reads"
        for a in takers
        if a.mailboxes and a.mailboxes[0].lower() in ours
    ]
    return tuple(found)


def _no_sender(named: str) -> str:
    return f"agency_mail: {named}: no source of that name has `sending`"


def _not_one(known: list[str]) -> str:
    several = f"name one of {', '.join(known)}" if known else "no source has `sending`"
    return f"agency_mail: agencies take mail: {several}"


def _sending(file: HubFile) -> str | None:
    """The source that is named, else the only one; None: there is not one."""
    known = [str(table.get("name")) for table in _senders(file)]
    if file.agency_mail:
        return file.agency_mail if file.agency_mail in known else None
    return known[0] if len(known) == 1 else None


def _senders(file: HubFile) -> Iterator[Mapping[str, Any]]:
    return (table for table in file.sources if isinstance(table.get("sending"), dict))


def _read_here(file: HubFile) -> Iterator[str]:
    for table in file.sources:
        accounts = table.get("accounts")
        for account in accounts if isinstance(accounts, list) else ():
            if isinstance(account, dict):
                yield str(account.get("mailbox", "")).lower()
