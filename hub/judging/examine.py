"""The whole pure half on one arrival: frame, envelope, signatures, identity."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hub.edxml import guard, identity, reader, sealing, writer
from hub.edxml.checker import Checker
from hub.errors import MalformedEnvelope
from hub.judging.protocol import Seal, ToSign
from hub.judging.stamp import find_stamp
from hub.model.envelopes import Attachment, Envelope, Family, FileState, Hop, Kind
from hub.model.examined import Examined
from hub.model.faults import Fault, FaultCode
from hub.model.findings import Finding
from hub.model.frames import Entity, Reading, RemoteFile
from hub.model.ids import AgencyCode, Digest, digest_of, normal_code
from hub.model.knowledge import Knowledge, Needs
from hub.model.limits import Limits
from hub.model.policy import SecrecyPolicy, VerificationPolicy
from hub.model.quirks import Quirk
from hub.model.verdicts import Verdict
from hub.ports import Translate
from hub.signatures import judge, mail
from hub.signatures.belonging import belonging
from hub.signatures.judge import Ground

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

#: What the state of a file means for the envelope that brought it.
_FAULT_OF_STATE = {
    FileState.BASE64_DAMAGED: FaultCode.BASE64,
    FileState.TEXT_DAMAGED: FaultCode.PAYLOAD_DAMAGED,
    FileState.OVER_LIMIT: FaultCode.ATTACHMENT_TOO_LARGE,
}


@dataclass(frozen=True, slots=True)
class Craft:
    """What stays the same for all documents a child examines."""

    translate: Callable[[str], Translate]
    checker: Checker
    limits: Limits
    verification: VerificationPolicy
    secrecy: SecrecyPolicy
    policy_version: str
    hub_code: AgencyCode
    policy_edition: str = ""
    #: Source -> what its translator must know.
    grounds: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict, hash=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class Matter:
    """One arrival's bytes with what reading them depends on."""

    data: bytes = field(repr=False)
    door: str
    content_type: str
    at: datetime
    source: str = ""
    #: Remote files that were gathered, by URL.
    files: Mapping[str, RemoteFile] = field(default_factory=dict, repr=False)
    #: Of `data`, where it was made already.
    digest: Digest | None = None
    #: Of `data`, where it was read already.
    reading: Reading | None = field(default=None, repr=False)


def read(matter: Matter, craft: Craft) -> Reading:
    """Take the frame off and read the envelope; raises MalformedEnvelope."""
    if matter.reading is not None:
        return matter.reading
    if not matter.data:
        raise MalformedEnvelope(Fault(FaultCode.EMPTY))
    ground = craft.grounds.get(matter.source, {})
    entity = Entity(matter.content_type, matter.data, matter.files, ground)
    frame = craft.translate(matter.door)(entity, craft.limits)
    known = guard.check(frame.xml, craft.limits)
    return reader.read(frame, craft.limits, known)


def inspect(matter: Matter, craft: Craft) -> Needs:
    """What must be gathered before `examine`; nothing for what cannot be read."""
    try:
        reading = read(matter, craft)
    except MalformedEnvelope:
        return Needs()
    needs = judge.needs(reading.hoisted, _pdfs(reading), craft.limits)
    if (letter := reading.frame.mail) is not None:
        needs = _both(needs, mail.needs(letter, craft.limits))
    return replace(needs, files=reading.frame.wants)


def _both(one: Needs, other: Needs) -> Needs:
    return Needs(
        tuple(dict.fromkeys(one.issuers + other.issuers)),
        tuple(dict.fromkeys(one.crl_urls + other.crl_urls)),
        tuple(dict.fromkeys(one.ocsp_urls + other.ocsp_urls)),
        tuple(dict.fromkeys(one.certificates + other.certificates)),
    )


def examine(matter: Matter, craft: Craft, knowledge: Knowledge) -> Examined:
    """One arrival, examined; every fault of the input is in the answer."""
    digest = matter.digest or digest_of(matter.data)
    try:
        reading = read(matter, craft)
    except MalformedEnvelope as error:
        return Examined(digest=digest, fault=error.fault)
    pdfs, frame = _pdfs(reading), reading.frame
    ground = Ground(knowledge, craft.verification, craft.limits, matter.at)
    envelope = reading.envelope
    findings = judge.judge(reading.hoisted, pdfs, ground, reading.midways)
    return Examined(
        digest=digest,
        envelope=envelope,
        fault=_damage(envelope.attachments) or frame.fault,
        quirks=reading.quirks + _schema_quirks(reading, craft.checker),
        verdict=verdict_of(
            findings,
            envelope.sender.code,
            ground,
            craft,
            envelope.main_pdf.position if envelope.main_pdf else None,
        ),
        identity=identity.identify(envelope, frame.about),
        stamp=find_stamp([data for _, data in pdfs], craft.secrecy),
        vouched=frame.vouched,
        guesses=frame.guesses,
        proofs=None if frame.mail is None else mail.prove(frame.mail, ground),
        dossier=frame.dossier,
    )


def verdict_of(
    findings: Sequence[Finding],
    sender: AgencyCode,
    ground: Ground,
    craft: Craft,
    main_pdf: int | None,
) -> Verdict:
    """Findings with whose they are, and what they were made by."""
    return Verdict(
        findings=belonging(findings, sender, ground.knowledge.bindings),
        policy_version=craft.policy_version,
        policy_edition=craft.policy_edition,
        trust_version=ground.knowledge.version,
        at=ground.at,
        main_pdf=main_pdf,
    )


@dataclass(frozen=True, slots=True)
class Wording:
    """How an envelope is written out."""

    paper: int
    #: The receivers it names, where not all of them.
    to: Sequence[AgencyCode] = ()
    #: Whose signature there is to be room for.
    seal: Seal | None = None


def write(
    matter: Matter, craft: Craft, wording: Wording
) -> tuple[Iterator[bytes], ToSign | None]:
    """The normalised envelope in pieces; the same input gives the same bytes.

    With what is still to be signed of it. Raises MalformedEnvelope before the first
    piece.
    """
    reading = read(matter, craft)
    if reading.envelope.kind is Kind.STATUS:
        return iter((writer.write_status(reading.envelope),)), None
    to, seal = wording.to, wording.seal
    envelope = _addressed(reading.envelope, to) if to else reading.envelope
    hop = Hop(craft.hub_code, f"{matter.at.astimezone(_VIETNAM):%Y/%m/%d %H:%M:%S}")
    listed = writer.named(envelope.attachments, reading.files, all_of_them=False)
    marked = seal is not None
    parts = writer.parts_of(envelope, listed, wording.paper, hop, marked=marked)
    if seal is None:
        return parts.pieces(), None
    open_ = sealing.unsealed(parts, seal.certificates, seal.value_bytes)
    return open_.pieces, ToSign(open_.info, open_.offset, open_.length)


def _addressed(envelope: Envelope, to: Sequence[AgencyCode]) -> Envelope:
    """The same for some of its receivers: an axis brings it to all it names."""
    codes = set(map(normal_code, to))
    kept = (one for one in envelope.receivers if normal_code(one.code) in codes)
    return replace(envelope, receivers=tuple(kept))


def _pdfs(reading: Reading) -> Sequence[tuple[int, bytes]]:
    return [
        (attachment.position, data)
        for attachment, data in zip(
            reading.envelope.attachments, reading.files, strict=True
        )
        if attachment.is_pdf and data is not None
    ]


def _damage(attachments: Sequence[Attachment]) -> Fault | None:
    for attachment in attachments:
        if code := _FAULT_OF_STATE.get(attachment.state):
            return Fault(code, f"attachment {attachment.position}")
    return None


def _schema_quirks(reading: Reading, checker: Checker) -> tuple[Quirk, ...]:
    # A status in JSON was written down by us: only what it leaves out can be missing.
    if reading.envelope.family is not Family.LAYERED or reading.frame.about:
        return ()
    return checker.check(reading.hoisted.skeleton)
