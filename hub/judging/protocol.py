"""What parent and child say to one another: length-prefixed MessagePack of values.

Plain data in both directions: a child that was taken over by a hostile file can
answer nonsense, but not make the parent run anything.
"""

import struct
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.judging.handover import Parcel
from hub.model.examined import Examined
from hub.model.faults import Fault
from hub.model.ids import AgencyCode, Digest
from hub.model.knowledge import Needs
from hub.model.limits import Limits
from hub.model.policy import SecrecyPolicy, VerificationPolicy

HEADER = struct.Struct(">I")
#: An answer larger than this is not one of ours.
ANSWER_LIMIT = 64 * 1024 * 1024
#: With these words and the name of what ended it a child ends its stderr.
LAST_WORDS = "judging child ended by"


class Operation(StrEnum):
    """What the child can do."""

    INSPECT = "inspect"
    EXAMINE = "examine"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message: everything that stays the same for all documents."""

    #: Door -> "module:function" of its translator (port Translate).
    translators: dict[str, str] = field(hash=False)
    limits: Limits
    verification: VerificationPolicy
    secrecy: SecrecyPolicy
    policy_version: str
    #: The hub's own code, for the hop it adds to TraceHeaderList.
    hub_code: str
    #: Schema file name -> its bytes.
    schemas: dict[str, bytes] = field(hash=False, repr=False)
    #: Source -> what its translator must know (`Entity.ground`), JSON values.
    grounds: dict[str, dict[str, Any]] = field(
        default_factory=dict, hash=False, repr=False
    )
    #: What the policy calls itself, for people (`Policy.edition`).
    policy_edition: str = ""


@dataclass(frozen=True, slots=True)
class FileAt:
    """A gathered file: where its bytes stand, or why there are none."""

    url: str = field(repr=False)
    path: str = ""
    digest: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """What a signature holds that only the parent can make; the key stays there."""

    certificates: tuple[bytes, ...] = field(repr=False)
    #: How long its value will be.
    value_bytes: int


@dataclass(frozen=True, slots=True)
class ToSign:
    """What the parent signs, and where in the file the value's base64 belongs."""

    info: bytes = field(repr=False)
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to do with one arrival's bytes."""

    operation: Operation
    path: str
    digest: Digest
    door: str
    content_type: str
    #: EXAMINE: the moment to judge as of; WRITE: the one to write into the hop.
    at: datetime
    #: WRITE: the paper flag, and where to put the file.
    paper: int = 0
    out: str = ""
    #: WRITE: the receivers, where not all of the envelope's.
    to: tuple[AgencyCode, ...] = ()
    #: WRITE: whose signature there is to be room for; None: it is not signed.
    seal: Seal | None = None
    source: str = ""
    #: Remote files of the arrival that the parent gathered.
    files: tuple[FileAt, ...] = ()
    #: EXAMINE: what the document is judged with.
    knowledge: Parcel | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The field that belongs to the operation is filled."""

    needs: Needs | None = None
    examined: Examined | None = None
    written: str = ""
    #: WRITE, where there was a seal.
    to_sign: ToSign | None = None
