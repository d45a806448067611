"""What `hub verify` says of one file: facts, and what is derived from them.

This is the shape of its JSON (`schemas/verify.schema.json`); names in it are kept.
"""

from dataclasses import dataclass
from datetime import datetime

from hub.model.faults import Fault
from hub.model.findings import Field, Finding, Indication
from hub.model.ids import Digest
from hub.model.policy import Remedy
from hub.model.verdicts import Headline

#: Changes when a name or a meaning in the JSON changes; additions leave it.
FORMAT = "lienthong-verify/1"


@dataclass(frozen=True, slots=True)
class Reported:
    """One signature or slot: its facts, and the headline they come to."""

    #: None where there was nothing to verify (`facts.slot` says what stands there).
    indication: Indication | None
    passed: bool
    by_organization: bool
    #: Seconds from the revocation answer's thisUpdate to the moment of judging.
    revocation_age: float | None
    facts: Finding


@dataclass(frozen=True, slots=True)
class Leading:
    """What the signatures lead to by the policy of one source, signatures alone."""

    source: str
    remedy: Remedy
    #: Why it is not delivered.
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about one file."""

    #: SHA-256 of the file.
    sha256: Digest
    #: False: it is no envelope and no PDF that can be read; `fault` says why.
    readable: bool
    fault: Fault | None
    #: None where it is not readable, as everything below.
    headline: Headline | None = None
    signed: bool | None = None
    all_valid: bool | None = None
    organization_signed: bool | None = None
    signed_fields: tuple[Field, ...] = ()
    findings: tuple[Reported, ...] = ()
    #: Position of the document itself among the attachments.
    main_pdf: int | None = None
    #: The moment it was judged as of, UTC.
    at: datetime | None = None
    policy_version: str = ""
    #: What the policy calls itself, for people.
    policy_edition: str = ""
    trust_version: str = ""
    leads_to: Leading | None = None
    format: str = FORMAT
