"""What judging again came to, seen from the verdict before; pure, over facts.

The verdict before is what its entry keeps: JSON values, perhaps of an older hub.
"""

from collections.abc import Mapping
from typing import Any

from hub.model.findings import Indication, SubIndication
from hub.model.records import Facts
from hub.model.rejudging import Turn


def turn(before: Facts, now: Facts) -> Turn:
    """What a verdict came to, by what matters: not by the age of a CRL.

    Compared are headline, `signed`, and of every signature its place, indication and
    reasons; the heaviest finding says for better or for worse.
    """
    if _weighty(before) == _weighty(now):
        return Turn.SAME
    old, new = _severities(before), _severities(now)
    if new == old:
        return Turn.OTHER
    return Turn.WORSE if new > old else Turn.BETTER


def _weighty(facts: Facts) -> tuple[Any, ...]:
    weights = sorted(
        (
            str(f.get("kind")),
            str(f.get("place")),
            str(f.get("indication")),
            tuple(sorted(str(r) for r in f.get("reasons", ()))),
        )
        for f in signatures(facts)
    )
    told = (facts.get("headline"), facts.get("signed"), facts.get("all_valid"))
    return (*told, tuple(weights))


def signatures(facts: Facts) -> list[Mapping[str, Any]]:
    """The findings of a verdict that are about a signature."""
    return [f for f in facts.get("findings", ()) if f.get("indication")]


def _severities(facts: Facts) -> list[int]:
    """One number a signature, the heaviest first."""
    return sorted((_severity(f) for f in signatures(facts)), reverse=True)


def _severity(finding: Mapping[str, Any]) -> int:
    if finding["indication"] == Indication.TOTAL_PASSED:
        return 0
    if finding["indication"] == Indication.TOTAL_FAILED:
        return 3
    only_later = set(finding.get("reasons", ())) == {SubIndication.TRY_LATER}
    return 1 if only_later else 2
