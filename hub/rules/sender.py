"""Rule `sender`: who says it sends, and may this source say so.

A carrier (the axis) speaks for everybody elsewhere and never for an agency attached
here: those have their own doors. Nor for a code of our territory nobody knows, however
it is spelled: clerks would take it for one of theirs. Every other source speaks for its
own codes only.
"""

import re
from collections.abc import Iterator

from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, normal_code
from hub.rules.case import Case
from hub.rules.choice import Choice, refuse

PLACE = "MessageHeader/From/OrganId"
#: What real senders write where they have no code (EDXML.md 2.3).
_NOBODY = frozenset({"", "NULL"})
_BETWEEN = re.compile(r"[^A-Z0-9]+")
#: A group of digits, and the group of a province or ministry (H40), O typed for 0.
_DIGITS = re.compile(r"[0-9O]+")
_ROOT = re.compile(r"[A-Z][0-9O]{2}")
#: QCVN 102:2016 has four levels; one more stands in no known code.
_LEVELS = 4


def sender(case: Case) -> Choice | None:
    """Refuse a missing sender, and one the source may not speak for."""
    code = case.envelope.sender.code
    if not names_somebody(code):
        return refuse(FaultCode.NO_SENDER, PLACE)
    if not _may_speak(case, code) or not _vouched(case, code):
        return refuse(FaultCode.SENDER_NOT_ALLOWED, PLACE, code)
    return None


def names_somebody(code: AgencyCode) -> bool:
    """Whether there is a code at all; the literal `null` is none."""
    return normal_code(code) not in _NOBODY


def _may_speak(case: Case, code: AgencyCode) -> bool:
    if case.source.carrier:
        # No known form has other letters: a Cyrillic Н would pass for an H of ours.
        return normal_code(code).isascii() and not any(
            case.registry.is_local(AgencyCode(form)) for form in _forms(code)
        )
    return any(_same(case, code, own) for own in case.source.codes)


def _vouched(case: Case, code: AgencyCode) -> bool:
    """Whether the transport proved one of a source's many senders, and this one."""
    vouched = case.examined.vouched
    return vouched is None or any(_same(case, code, own) for own in vouched)


def _same(case: Case, one: AgencyCode, other: AgencyCode) -> bool:
    """The same body, by the same code or by an alias or a successor of it."""
    if normal_code(one) == normal_code(other):
        return True
    agency = case.registry.find(one, case.today)
    return agency is not None and agency == case.registry.find(other, case.today)


def _forms(code: AgencyCode) -> Iterator[str]:
    """The code and every regular one it may be taken for (`OOO.5.37.H40`)."""
    yield code
    groups = [group for group in _BETWEEN.split(normal_code(code)) if group]
    if groups and _ROOT.fullmatch(groups[-1]):
        groups.reverse()
    if not groups or not _ROOT.fullmatch(groups[0]):
        return
    root = groups[0][0] + groups[0][1:].replace("O", "0")
    levels = [_number(group) for group in groups[1:]]
    while levels and levels[-1] == "0":
        levels.pop()
    yield ".".join((root, *levels))
    yield ".".join((root, *(level.zfill(2) for level in levels)))
    if len(levels) < _LEVELS:
        two, three, four = [*levels, "0", "0", "0"][:3]
        short = f"{three.zfill(2)}.{two.zfill(2)}.{root}"
        yield f"{four.zfill(3)}.{short}"
        if four == "0":
            yield short
        if four == three == "0":
            yield f"{two.zfill(2)}.{root}"


def _number(group: str) -> str:
    if not _DIGITS.fullmatch(group):
        return group
    return group.replace("O", "0").lstrip("0") or "0"
