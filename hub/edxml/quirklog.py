"""Collects quirks while one envelope is read."""

from collections import Counter

from hub.model.quirks import Quirk, QuirkCode

#: Of one code, so many are kept: a hostile envelope must not fill the journal.
_MOST_OF_ONE = 20
#: Letters of a detail: enough to know it by.
_DETAIL = 200


class QuirkLog:
    """The oddities of one reading, in the order they were met, each once."""

    def __init__(self) -> None:
        self._quirks: dict[Quirk, None] = {}
        self._counts: Counter[QuirkCode] = Counter()

    def add(self, code: QuirkCode | None, place: str = "", detail: str = "") -> None:
        """Note an oddity; None (nothing odd) is ignored."""
        if code is None or self._counts[code] >= _MOST_OF_ONE:
            return
        quirk = Quirk(code, place, detail[:_DETAIL])
        if quirk not in self._quirks:
            self._quirks[quirk] = None
            self._counts[code] += 1

    @property
    def quirks(self) -> tuple[Quirk, ...]:
        """What was noted so far."""
        return tuple(self._quirks)
