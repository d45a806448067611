"""Whom a mail may be answered, by the beginning of its header; nobody where in doubt.

Lenient where `headers` is strict: a mail that is held for two Subjects has a sender all
the same. But two From, a machine, a list or an empty return path are answered never.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from adapters.mail import addresses, reports, results
from adapters.mail.headers import Field, Header
from hub.errors import MalformedEnvelope

#: As much of a mail as is looked at.
HEAD_BYTES = 65_536
_LINE_END = re.compile(rb"\r\n|\r|\n")
_ID = re.compile(r"<[!-;=?-~]{1,250}>")


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote, and what about."""

    address: str = field(repr=False)
    #: Message-ID with its brackets; "" where there is none to refer to.
    message_id: str = ""
    #: The trusted server proves the address.
    proven: bool = False
    #: In-Reply-To and References, as written.
    refers: str = field(default="", repr=False)

    def refers_to(self, own: str) -> bool:
        """Whether it replies to an answer written from an address of ours."""
        domain = re.escape(own.rpartition("@")[2])
        form = rf"<[0-9a-f-]{{36}}@{domain}>"
        return re.search(form, self.refers, re.IGNORECASE) is not None


def writer_of(data: bytes, trusted: Collection[str]) -> Writer | None:
    """Who wrote this mail, or header; None: nobody who may be answered."""
    header = header_of(data)
    try:
        reports.check(header)
        if len(header.all("from")) != 1:
            return None
        address = addresses.sender(header)
    except MalformedEnvelope:
        return None
    told = header.text("message-id")
    return Writer(
        address=address,
        message_id=told if _ID.fullmatch(told) else "",
        proven=any(p.proves for p in results.proofs(header, address, trusted)),
        refers=" ".join(header.text(name) for name in ("in-reply-to", "references")),
    )


def header_of(data: bytes) -> Header:
    """The fields at the beginning of a mail, whatever is wrong with them."""
    fields: list[Field] = []
    for line in _LINE_END.split(data[:HEAD_BYTES]):
        if not line:
            break
        if line[:1] in {b" ", b"\t"}:
            if fields:
                last = fields.pop()
                fields.append(Field(last.name, last.value + line))
            continue
        name, _, value = line.partition(b":")
        fields.append(Field(name.strip().decode("ascii", "replace").lower(), value))
    return Header(tuple(fields))
