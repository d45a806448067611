"""DKIM (RFC 6376) with dkimpy, its clock and its DNS taken away; errors end here."""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import dkim
from dkim.asn1 import ASN1FormatError
from dkim.canonicalization import (
    CanonicalizationPolicy,
    InvalidCanonicalizationPolicyError,
)
from dkim.crypto import DigestTooLargeError, UnparsableKeyError
from dkim.util import InvalidTagValueList, parse_tag_value

from hub.model.frames import Mail, Proof, ProofState, aligned
from hub.signatures.policy import Ground

#: DKIM signatures looked at; a mail through two lists has three.
_SIGNATURES = 5
_MINIMUM_BITS = 1024
#: What a reader goes by; unsigned, another boundary makes other documents of a body.
_MUST = (
    "from",
    "subject",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
)
_TAG_LETTERS = 10_000
_NUMBER = re.compile(rb"\d{1,11}")
_LONG_BLANK = re.compile(rb"\s{100}")
_SEAM = re.compile(r'"\s*"')
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_BLANKS = re.compile(rb"[\t ]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FOREIGN = (
    dkim.DKIMException,
    InvalidTagValueList,
    InvalidCanonicalizationPolicyError,
    ASN1FormatError,
    DigestTooLargeError,
    UnparsableKeyError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


class _Refused(Exception):
    """Why a DKIM signature is not computed, or proves nothing."""

    def __init__(self, detail: str, state: ProofState = ProofState.FAILED) -> None:
        super().__init__(detail)
        self.detail = detail
        self.state = state


@dataclass(frozen=True, slots=True)
class _Tags:
    """The tags of one DKIM-Signature."""

    all: Mapping[bytes, bytes] = field(repr=False)

    def text(self, name: bytes) -> str:
        return self.all.get(name, b"").decode("ascii", "replace").lower()

    def moment(self, name: bytes) -> datetime | None:
        value = self.all.get(name)
        if value is None:
            return None
        if not _NUMBER.fullmatch(value):
            raise _Refused("syntax")
        return _EPOCH + timedelta(seconds=int(value))

    @property
    def signed(self) -> list[str]:
        return [n.strip() for n in self.text(b"h").split(":")]


def dkim_proofs(mail: Mail, ground: Ground) -> Iterator[Proof]:
    """A proof for each of the first DKIM signatures; never raises for hostile input."""
    try:
        signer = dkim.DKIM(_split(mail.data)[0])
    except _FOREIGN:
        return
    found = [v for n, v in signer.headers if n.lower() == b"dkim-signature"]
    for index, value in enumerate(found[:_SIGNATURES]):
        yield _one(mail, index, value, ground)


def _one(mail: Mail, index: int, value: bytes, ground: Ground) -> Proof:
    domain = ""
    state, detail = ProofState.PASSED, ""
    try:
        tags = _tags(value)
        domain = tags.text(b"d")
        _verify(mail, index, tags, ground)
    except _Refused as why:
        state, detail = why.state, why.detail
    except _FOREIGN:
        state, detail = ProofState.FAILED, "syntax"
    speaks = aligned(mail.address, domain)
    if state is ProofState.PASSED and not speaks:
        detail = "other-domain"
    return Proof("dkim", state, domain[:255], aligned=speaks, detail=detail)


def _split(data: bytes) -> tuple[bytes, bytes]:
    """The header, and the body with CRLF, as dkimpy would, which copies it often."""
    blank = _BLANK_LINE.search(data)
    if blank is None:
        return data, b""
    body = data[blank.end() :].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return data[: blank.start()] + b"\r\n\r\n", body


def _tags(value: bytes) -> _Tags:
    # dkimpy's patterns take time by the square of what is blank.
    if len(value) > _TAG_LETTERS or _LONG_BLANK.search(value):
        raise _Refused("syntax")
    return _Tags(parse_tag_value(value))


def _verify(mail: Mail, index: int, tags: _Tags, ground: Ground) -> None:
    """Return where the signature holds over all that is read; else raise _Refused."""
    _check_tags(tags, ground)
    record = _record(tags, ground)
    checked = _Checked(mail.data, tags, record)
    _check_cover(checked, tags)
    if not checked.body_holds():
        raise _Refused("body-changed")
    if not checked.verify(index, checked.answer):
        raise _Refused("header-changed")


def _check_tags(tags: _Tags, ground: Ground) -> None:
    if tags.text(b"a") != "rsa-sha256":
        raise _Refused("algorithm")
    if "from" not in tags.signed:
        raise _Refused("from-unsigned")
    signed_at, until = tags.moment(b"t"), tags.moment(b"x")
    if until is not None and ground.at - ground.skew > until:
        raise _Refused("expired")
    if signed_at is not None and signed_at > ground.at + ground.skew:
        raise _Refused("future")


def _record(tags: _Tags, ground: Ground) -> bytes:
    """The TXT record of the key, from what was handed in and from nowhere else."""
    name = f"{tags.text(b's')}._domainkey.{tags.text(b'd')}"
    keys = {k.lower().rstrip("."): v for k, v in ground.knowledge.dkim_keys.items()}
    text = keys.get(name)
    if text is None:
        raise _Refused("no-key", ProofState.NONE)
    # Long records are copied as DNS tools show them: "v=DKIM1; ..." "p=...".
    text = _SEAM.sub("", text).strip('" \t\r\n')
    record = parse_tag_value(text.encode("ascii"))
    if not record.get(b"p"):
        raise _Refused("key-revoked")
    flags = record.get(b"t", b"").replace(b" ", b"").split(b":")
    if b"y" in flags:  # RFC 6376, 3.6.1: as if it were not signed
        raise _Refused("testing", ProofState.NONE)
    if b"sha256" not in record.get(b"h", b"sha256"):
        raise _Refused("algorithm")
    strict = b"s" in flags
    owner = tags.text(b"i").rpartition("@")[2]
    if strict and owner and owner != tags.text(b"d"):
        raise _Refused("syntax")
    return text.encode("ascii")


class _Checked(dkim.DKIM):  # type: ignore[misc]  # dkimpy has no types
    """dkimpy's verifier without its clock and its DNS."""

    def __init__(self, data: bytes, tags: _Tags, record: bytes) -> None:
        head, body = _split(data)
        super().__init__(head, minkey=_MINIMUM_BITS)
        self.tags = tags
        self.record = record
        written = tags.all.get(b"c", b"simple/simple")
        self.policy = CanonicalizationPolicy.from_c_value(written)
        if self.policy.to_c_value().endswith(b"/relaxed"):
            # Their own pattern is quadratic in blanks; after this it is not.
            body = _BLANKS.sub(b" ", body)
        #: The body as it was hashed, whole.
        self.canonical_body = bytes(self.policy.canonicalize_body(body))

    def answer(self, _name: bytes, timeout: int = 5) -> bytes:  # noqa: ARG002 - dkimpy passes it
        """The record handed in, where dkimpy would ask DNS."""
        return self.record

    def verify_headerprep(self, idx: int = 0) -> Any:  # noqa: ANN401, ARG002 - dkimpy's
        """Their preparation, without t= and x=, which are compared with our moment."""
        values = [(n, v) for n, v in self.headers if n.lower() == b"dkim-signature"]
        timeless = {k: v for k, v in self.tags.all.items() if k not in {b"t", b"x"}}
        dkim.validate_signature_fields(timeless)
        signed = [name.encode("ascii") for name in self.tags.signed]
        # The body was compared already (`body_holds`).
        rest = {k: v for k, v in self.tags.all.items() if k != b"bh"}
        return rest, signed, values

    def verify_sig(self, *args: Any) -> bool:  # noqa: ANN401 - dkimpy's
        """Short keys are told apart from broken signatures."""
        _, size, *_ = dkim.evaluate_pk(b"", self.record)
        if size < _MINIMUM_BITS:
            raise _Refused("weak-key")
        return bool(super().verify_sig(*args))

    def body_holds(self) -> bool:
        """Whether the body hash is the one that was signed."""
        digest = sha256(self.canonical_body).digest()
        return digest == _base64(self.tags.all.get(b"bh", b""))


def _base64(text: bytes) -> bytes:

    return base64.b64decode(b"".join(text.split()), validate=True)


def _check_cover(checked: _Checked, tags: _Tags) -> None:
    """Everything a reader goes by must be signed: the body to its end, the header."""
    if b"l" in tags.all and int(tags.all[b"l"][:15]) < len(checked.canonical_body):
        raise _Refused("body-uncovered")
    there = {name.lower().decode("ascii") for name, _ in checked.headers}
    for name in _MUST:
        if name in there and name not in tags.signed:
            raise _Refused("header-unsigned")
