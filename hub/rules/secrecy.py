"""Rule `secrecy`: what is marked secret must not be on this network at all.

Whole values of a secrecy field and whole lines stamped on page 1 are compared, never
words inside a subject: "bảo mật" is no secret. A field may say more before the mark
("Độ mật: Mật"), as long as it does not deny it.
"""

import re
from collections.abc import Iterable, Iterator

from hub.model.decisions import Disposition
from hub.model.faults import Fault, FaultCode
from hub.rules.case import Case
from hub.rules.choice import Choice
from hub.rules.letters import bare_words, run_together, without_marks

#: Between a label and its value. A hyphen inside a word (`bảo-mật`) is none.
_BREAKS = re.compile(r"[:;,/|()\[\]=\u2013\u2014]|\s-|-\s")
_DENIALS = frozenset({"khong", "chua", "bo", "het"})
#: With `mật` (or `mặt`, `mất`) after them: security, a level, declassified, present.
_OTHER_WORDS = frozenset({"bao", "do", "giai", "co", "vang", "be"})


def secrecy(case: Case) -> Choice | None:
    """Hold it for an operator, kept from consoles and queues."""
    place = next(_places(case), None)
    if place is None:
        return None
    return Choice(Disposition.HOLD, Fault(FaultCode.SECRET, place), secret=True)


def _places(case: Case) -> Iterator[str]:
    marks = case.policy.secrecy.marks
    envelope = case.examined.envelope
    # A field that exists only to say how secret a document is may be typed without
    # marks ("Toi mat"); a line of a page must say it as a stamp does.
    plain = [without_marks(mark) for mark in marks]
    fields = envelope.secrecy.splitlines() if envelope else []
    if any(_is_any(without_marks(field), plain) for field in fields) or any(
        _ends_with_any(field, marks) for field in fields
    ):
        yield "secrecy field"
    if any(_is_any(line, marks) for line in case.examined.stamp.splitlines()):
        yield "page 1"


def _is_any(text: str, marks: Iterable[str]) -> bool:
    letters = run_together(text)
    return bool(letters) and letters in {run_together(mark) for mark in marks}


def _ends_with_any(field: str, marks: Iterable[str]) -> bool:
    """Whether the last phrase ends with a mark: `A - Tuyệt mật`, `Văn bản Tối mật`."""
    parts = [words for part in _BREAKS.split(field) if (words := bare_words(part))]
    last = parts[-1].split() if parts else []
    if _DENIALS & set(last):
        return False
    return any(_ends_with(last, bare_words(mark).split()) for mark in marks)


def _ends_with(words: list[str], mark: list[str]) -> bool:
    rest = words[: -len(mark)]
    return words[len(rest) :] == mark and not (rest and rest[-1] in _OTHER_WORDS)
