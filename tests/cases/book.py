"""The book of signature cases: every case is data, so that several judges can read it.

A case is a function with a drawn docstring that returns a `Case`: what is signed,
what is judged with, and what must be found. One test judges each with the hub; others
ask xmlsec1 and pdfsig about the same bytes, or mutate them (the form is x509-limbo's).
An attack names its twin: a genuine case of the same shape.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from hub.model.findings import Finding, Indication, Slot, SubIndication
from hub.signatures.judge import Ground


class Sort(StrEnum):
    """What the bytes of a case are."""

    XML = "xml"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be found about one signature or slot."""

    #: An indication, or what stands in the slot.
    said: Indication | Slot
    #: The weightiest reason; None: there must be none at all.
    why: SubIndication | None = None

    @classmethod
    def of(cls, finding: Finding) -> "Expected":
        """What was found, in the same words."""
        said = finding.indication or finding.slot
        return cls(said, next(iter(finding.reasons), None))


#: The usual end of a genuine case.
PASSED = Expected(Indication.TOTAL_PASSED)


def failed(why: SubIndication) -> Expected:
    """TOTAL_FAILED with its weightiest reason."""
    return Expected(Indication.TOTAL_FAILED, why)


def open_(why: SubIndication) -> Expected:
    """INDETERMINATE with its weightiest reason."""
    return Expected(Indication.INDETERMINATE, why)


#: Whatever else must hold of the findings; says nothing when it does.
Also = Callable[[tuple[Finding, ...]], None]


@dataclass(frozen=True, slots=True)
class Case:
    """One document, what it is judged with, and what must be found in it."""

    sort: Sort
    data: bytes = field(repr=False)
    #: One for each finding, in the order of the verdict.
    expected: tuple[Expected, ...]
    ground: Ground = field(repr=False)
    #: Name of the genuine case of the same shape; "" for genuine ones.
    twin: str = ""
    also: Also | None = field(default=None, repr=False)


Maker = Callable[[], Case]


@dataclass(slots=True)
class Book:
    """The cases of one chapter by name, made when they are asked for."""

    makers: dict[str, Maker] = field(default_factory=dict)

    def case(self, maker: Maker) -> Maker:
        """Enter a function into the book; its docstring draws what is signed."""
        name = maker.__name__
        assert name not in self.makers, f"{name} stands twice in the book"
        assert maker.__doc__, f"{name} draws nothing"
        self.makers[name] = maker
        return maker
