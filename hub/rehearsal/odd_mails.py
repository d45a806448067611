"""Mails that can be read in two ways, and mails of machines; each odd in one thing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from hub.model.faults import FaultCode
from hub.rehearsal.mail_making import (
    ADDRESS,
    BOUNDARY,
    MAILBOX,
    SERVER,
    clear_letter,
    compose,
    file_part,
    paper_pdf,
)


@dataclass(frozen=True, slots=True)
class Odd:
    """A mail with what must be said of it."""

    #: Makes the bytes; the same every time.
    data: Callable[[], bytes] = field(repr=False)
    #: `Fault.detail`: the stable word.
    detail: str
    code: FaultCode = FaultCode.MIME_AMBIGUOUS


@cache
def base() -> bytes:
    """The clear mail that is broken below."""
    return compose(clear_letter())


def _swap(old: str, new: str) -> Callable[[], bytes]:
    """The base with one place changed, which must be there."""

    def made() -> bytes:
        data, before, after = base(), old.encode(), new.encode("utf-8")
        if before not in data:
            raise LookupError(old)
        return data.replace(before, after, 1)

    return made


def _above(*lines: str) -> Callable[[], bytes]:
    return lambda: "".join(f"{line}\r\n" for line in lines).encode() + base()


def _from(value: str | bytes) -> Callable[[], bytes]:
    """The base from somebody else."""

    def made() -> bytes:
        head, _, rest = base().partition(b"From: ")
        written = value.encode() if isinstance(value, str) else value
        return head + b"From: " + written + b"\r\n" + rest.partition(b"\r\n")[2]

    return made


def _part(*lines: str, body: bytes = b"x") -> Callable[[], bytes]:
    """The base with one more part at its end."""
    return lambda: _with_parts([_piece(lines, body)])


def _piece(lines: Iterable[str], body: bytes) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


def _with_parts(parts: Iterable[bytes]) -> bytes:
    mark = f"--{BOUNDARY}".encode()
    more = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)
    return base().replace(mark + b"--\r\n", more + mark + b"--\r\n")


def _top(kind: str, body: bytes) -> Callable[[], bytes]:
    """The base's header over another entity."""
    head = base().partition(b"Content-Type:")[0]
    return lambda: head + f"Content-Type: {kind}\r\n\r\n".encode() + body


_TYPE = f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"'
_FILE = "Content-Disposition: attachment; filename="
_TEXT = "Content-Type: text/plain; charset=utf-8"
_CODED = "Content-Transfer-Encoding: base64"
_INNER = f'Content-Type: multipart/mixed; boundary="{BOUNDARY}-2"'


def _nested() -> bytes:
    inside = compose(replace(clear_letter(), boundary="trong"))
    return _with_parts([_piece(["Content-Type: message/rfc822"], inside)])


def _nested_end() -> bytes:
    """A multipart inside that never ends."""
    inside = b"--inner\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    lines = ['Content-Type: multipart/mixed; boundary="inner"']
    return _with_parts([_piece(lines, inside)])


def _uuencoded() -> bytes:
    text = b"Xem tep:\r\nbegin 644 vanban.pdf\r\n#0V%T\r\n`\r\nend\r\n"
    return _with_parts([_piece(["Content-Type: text/plain"], text)])


def _long_header() -> bytes:
    return b"X-Dai: " + b"a" * 70_000 + b"\r\n" + base()


def _nul() -> bytes:
    return base().replace(b"MIME-Version", b"X-Nul: \0\r\nMIME-Version", 1)


def _bare_cr() -> bytes:
    return base().replace(b"Date: ", b"X-Cr: a\rb\r\nDate: ", 1)


def _lone_feed() -> bytes:
    return base().replace(b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\n", 1)


def _base64() -> bytes:
    return base().replace(b"\r\n--=_lien-thong-1--", b"*rac*\r\n--=_lien-thong-1--", 1)


def _edxml_twice() -> bytes:
    xml = b"<edXML xmlns='http://www.mic.gov.vn/TBT/QCVN_102_2016'/>"
    part = file_part("goi-tin.edxml", xml, "application/edxml")
    return _with_parts([part, part])


def _deep() -> bytes:
    """Multiparts in multiparts, deeper than any mail."""
    inside = b"Content-Type: text/plain\r\n\r\nx\r\n"
    for level in range(12):
        mark = f"{level:02}-muc".encode()
        inside = (
            b'Content-Type: multipart/mixed; boundary="'
            + mark
            + b'"\r\n\r\n--'
            + mark
            + b"\r\n"
            + inside
            + b"\r\n--"
            + mark
            + b"--\r\n"
        )
    return _with_parts([inside])


#: Name -> mail; every word of docs/thu-dien-tu.md is here.
ODD_MAILS: dict[str, Odd] = {
    "two-from": Odd(_above("From: <ke.khac@la.vn>"), "two-headers"),
    "two-subject": Odd(_above("Subject: khac"), "two-headers"),
    "two-date": Odd(_above("Date: Mon, 2 Dec 2019 10:00:00 +0700"), "two-headers"),
    "two-content-type": Odd(_above("Content-Type: text/plain"), "two-headers"),
    "two-encoding": Odd(
        _swap(_CODED, f"{_CODED}\r\nContent-Transfer-Encoding: 7bit"), "two-headers"
    ),
    "two-mime-version": Odd(_above("MIME-Version: 1.0"), "two-headers"),
    "mime-version": Odd(
        _swap("MIME-Version: 1.0", "MIME-Version: 2.0"), "mime-version"
    ),
    "no-mime-version": Odd(_swap("MIME-Version: 1.0\r\n", ""), "mime-version"),
    "header-name": Odd(_above("Khong hop le: x"), "header-syntax"),
    "header-space": Odd(_above("X-Cach : x"), "header-syntax"),
    "header-blank-fold": Odd(_above("X-Gap: x", "  ", " y"), "header-syntax"),
    "header-long": Odd(_long_header, "header-too-long"),
    "header-many": Odd(_above(*["X-Nhieu: x"] * 301), "header-too-long"),
    "nul": Odd(_nul, "nul"),
    "bare-cr": Odd(_bare_cr, "line-endings"),
    "lone-lf": Odd(_lone_feed, "line-endings"),
    "no-from": Odd(_swap("From:", "X-From:"), "from-missing"),
    "empty-from": Odd(_from(""), "from-missing"),
    "from-several": Odd(_from(f"<{ADDRESS}>, <khac@la.vn>"), "from-several"),
    "from-two-angles": Odd(_from(f"<{ADDRESS}> <khac@la.vn>"), "from-several"),
    "from-group": Odd(_from(f"So: <{ADDRESS}>;"), "address-group"),
    "from-comment": Odd(_from(f"{ADDRESS} (<khac@la.vn>)"), "address-comment"),
    "from-8bit": Odd(_from("<văn.thư@snnptnt.namdinh.gov.vn>"), "address-8bit"),
    "from-encoded-word": Odd(
        _from("<=?utf-8?q?vanthu?=@snnptnt.namdinh.gov.vn>"), "address-encoded-word"
    ),
    "from-name-address": Odd(_from(f"khac@la.vn <{ADDRESS}>"), "address-odd"),
    "from-route": Odd(_from(f"<@la.vn {ADDRESS}>"), "address-odd"),
    "from-open-quote": Odd(_from(f'"So <{ADDRESS}>'), "address-odd"),
    "sender-other": Odd(
        _above("Sender: <vanphong@namdinh.gov.vn>"), "sender-contradiction"
    ),
    "boundary-missing": Odd(
        _swap(_TYPE, "Content-Type: multipart/mixed"), "boundary-missing"
    ),
    "boundary-unused": Odd(
        _swap(_TYPE, 'Content-Type: multipart/mixed; boundary="khac"'),
        "boundary-missing",
    ),
    "boundary-long": Odd(
        _swap(_TYPE, f'Content-Type: multipart/mixed; boundary="{"a" * 71}"'),
        "boundary-long",
    ),
    "boundary-odd": Odd(
        _swap(_TYPE, 'Content-Type: multipart/mixed; boundary="a*b"'), "boundary-odd"
    ),
    "boundary-twice": Odd(_swap(_TYPE, f"{_TYPE}; boundary=khac"), "two-parameters"),
    "boundary-prefix": Odd(
        _part(_INNER, body=f"--{BOUNDARY}-2--".encode()), "boundary-prefix"
    ),
    "boundary-longer-line": Odd(
        _part("Content-Type: text/plain", body=f"--{BOUNDARY}x\r\n".encode()),
        "boundary-prefix",
    ),
    "boundary-end": Odd(_swap(f"--{BOUNDARY}--\r\n", ""), "boundary-end"),
    "boundary-inner-end": Odd(_nested_end, "boundary-end"),
    "boundary-after-end": Odd(
        lambda: base() + f"--{BOUNDARY}\r\n\r\nx\r\n--{BOUNDARY}--\r\n".encode(),
        "boundary-after-end",
    ),
    "multipart-empty": Odd(
        _part('Content-Type: multipart/mixed; boundary="rong"', body=b"--rong--"),
        "multipart-empty",
    ),
    "preamble": Odd(
        _swap(f"\r\n\r\n--{BOUNDARY}", f"\r\n\r\n{'x' * 1001}\r\n--{BOUNDARY}"),
        "preamble",
    ),
    "epilogue": Odd(lambda: base() + b"Them mot doan.\r\n", "epilogue"),
    "multipart-encoding": Odd(_swap(_TYPE, f"{_CODED}\r\n{_TYPE}"), "encoding"),
    "nested-message": Odd(_nested, "nested-message"),
    "partial": Odd(
        _top('message/partial; id="1@x"; number=1; total=2', base()), "partial"
    ),
    "external-body": Odd(
        _part("Content-Type: message/external-body; access-type=URL"), "external-body"
    ),
    "message-other": Odd(_part("Content-Type: message/http"), "part-type"),
    "filename-conflict": Odd(
        _swap(
            _FILE,
            "Content-Disposition: attachment; filename*=utf-8''khac.exe;\r\n filename=",
        ),
        "parameter-conflict",
    ),
    "filename-continuation": Odd(
        _swap(_FILE, "Content-Disposition: attachment; filename*1=a; x="),
        "parameter-continuation",
    ),
    "filename-charset": Odd(
        _swap(_FILE, "Content-Disposition: attachment; filename*=utf-7''a.pdf; x="),
        "charset",
    ),
    "name-conflict": Odd(
        _swap(
            "Content-Type: application/pdf",
            'Content-Type: application/pdf; name="a.exe"',
        ),
        "name-conflict",
    ),
    "tnef": Odd(_part("Content-Type: application/ms-tnef"), "tnef"),
    "winmail": Odd(
        _part('Content-Type: application/octet-stream; name="winmail.dat"'), "tnef"
    ),
    "charset-lie": Odd(
        _part(
            "Content-Type: text/plain; charset=us-ascii",
            "Content-Transfer-Encoding: 8bit",
            body="Sở".encode(),
        ),
        "charset-lie",
    ),
    "charset-utf8-lie": Odd(
        _part(_TEXT, "Content-Transfer-Encoding: 8bit", body=b"S\xed"), "charset-lie"
    ),
    "charset-utf-7": Odd(
        _part("Content-Type: text/plain; charset=utf-7", body=b"S+1ud-"), "charset"
    ),
    "charset-unknown": Odd(
        _part("Content-Type: text/plain; charset=tcvn5712", body=b"x"), "charset"
    ),
    "7bit-lie": Odd(_part(_TEXT, body="Sở".encode()), "encoding-8bit"),
    "encoding-unknown": Odd(
        _part(_TEXT, "Content-Transfer-Encoding: x-khac"), "encoding"
    ),
    "base64-garbage": Odd(_base64, "base64"),
    "base64-after-padding": Odd(_part(_TEXT, _CODED, body=b"eA==eA=="), "base64"),
    "quoted-printable": Odd(
        _part(_TEXT, "Content-Transfer-Encoding: quoted-printable", body=b"a=ZZ"),
        "quoted-printable",
    ),
    "encoded-word": Odd(_swap("Subject: ", "Subject: =?UTF-8?B?!!?= "), "encoded-word"),
    "subject-8bit": Odd(
        lambda: base().replace(b"Subject: ", b"Subject: S\xed ", 1), "header-8bit"
    ),
    "uuencode": Odd(_uuencoded, "uuencode"),
    "uuencode-header": Odd(
        _part(_TEXT, "Content-Transfer-Encoding: x-uuencode"), "uuencode"
    ),
    "binhex": Odd(_part("Content-Type: application/mac-binhex40"), "binhex"),
    "applefile": Odd(_part("Content-Type: application/applefile"), "applefile"),
    "encrypted": Odd(
        _top("application/pkcs7-mime; smime-type=enveloped-data", b"x"), "encrypted"
    ),
    "pgp-encrypted": Odd(_part("Content-Type: application/pgp-encrypted"), "encrypted"),
    "smime-damaged": Odd(
        _top("application/pkcs7-mime; smime-type=signed-data", b"x"), "smime"
    ),
    "nested-signed": Odd(
        _part("Content-Type: application/pkcs7-mime"), "nested-signed"
    ),
    "signed-parts": Odd(
        _top(
            'multipart/signed; protocol="application/pkcs7-signature"; boundary=b',
            b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n",
        ),
        "signed-parts",
    ),
    "several-edxml": Odd(_edxml_twice, "several-edxml"),
    "nesting": Odd(_deep, "nesting"),
}


def bounce(message_id: str, recipient: str = MAILBOX, status: str = "5.1.1") -> bytes:
    """A delivery status notification (RFC 3464) about a mail of ours."""
    action = "failed" if status.startswith("5") else "delayed"
    return "\r\n".join(
        (
            "Return-Path: <>",
            f"From: Mail Delivery System <MAILER-DAEMON@{SERVER}>",
            f"To: <{MAILBOX}>",
            "Subject: Undelivered Mail Returned to Sender",
            "Date: Mon, 2 Dec 2019 10:05:00 +0700",
            "Message-ID: <bounce-1@mx>",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; boundary="b1";',
            " report-type=delivery-status",
            "",
            "--b1",
            "Content-Type: text/plain",
            "",
            "Khong gui duoc.",
            "--b1",
            "Content-Type: message/delivery-status",
            "",
            f"Reporting-MTA: dns; {SERVER}",
            "Original-Envelope-Id: lt-77",
            "",
            f"Final-Recipient: rfc822; {recipient}",
            f"Action: {action}",
            f"Status: {status}",
            "",
            "--b1",
            "Content-Type: text/rfc822-headers",
            "",
            f"From: <{MAILBOX}>",
            f"Message-ID: {message_id}",
            "--b1--",
            "",
        )
    ).encode()


def _report(detail: str, *lines: str) -> Odd:
    return Odd(_above(*lines), detail, FaultCode.MAIL_REPORT)


#: Mails that no person sent: answered by nothing, and no document.
REPORTS: dict[str, Odd] = {
    "bounce": Odd(lambda: bounce("<1@hub>"), "delivery-status", FaultCode.MAIL_REPORT),
    "away": _report("auto-reply", "Auto-Submitted: auto-replied"),
    "away-old": _report("auto-reply", "X-Autoreply: yes"),
    "list": _report("list", "List-Id: <tin.namdinh.gov.vn>"),
    "bulk": _report("list", "Precedence: bulk"),
    "null-sender": _report("null-sender", "Return-Path: <>"),
}


def _picture_only() -> bytes:
    """A logo in the signature is no document."""
    logo = _piece(
        ["Content-Type: image/png", "Content-ID: <logo>", _CODED], b"iVBORw0KGgo="
    )
    file = file_part(clear_letter().files[0][0], paper_pdf("report"))
    return _with_parts([logo]).replace(file, b"Content-Type: text/plain\r\n\r\nx")


#: Read well, and still no document of an agency here.
OTHERS: dict[str, Odd] = {
    "no-document": Odd(
        _top("text/plain; charset=utf-8", b"Kinh gui.\r\n"),
        "",
        FaultCode.NO_DOCUMENT,
    ),
    "unknown-mailbox": Odd(_from("<ai.do@la.vn>"), "", FaultCode.UNKNOWN_MAILBOX),
    "picture-only": Odd(_picture_only, "", FaultCode.NO_DOCUMENT),
}
