"""What a poller must remember beyond its process: how far it came, what is in trouble.

One mark of the journal per source and kind of message, as JSON; frozen values here,
written by compare-and-set in `polling`.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from hub.polling import Marked

#: Waits between tries of one message, as integrators of these axes do; then the last.
WAITS = (60.0, 300.0, 1_800.0, 7_200.0, 21_600.0)
#: Messages in trouble at once: past this the axis is ill, not the messages.
MOST_TROUBLED = 1_000
#: Refused ones that are still listed for people; older ones stand in the log.
_MOST_REFUSED = 500


class Step(StrEnum):
    """What is due for a message in trouble."""

    FETCH = "fetch"
    #: It is stored here; the axis must still hear so.
    SAY_DONE = "say-done"
    #: It will never be stored; the axis must still hear so.
    SAY_FAIL = "say-fail"


@dataclass(frozen=True, slots=True)
class Troubled:
    """One message that did not go through, and when it is tried again."""

    step: Step
    tries: int
    due_at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class PullState(Marked):
    """How far the polling of one kind of message came."""

    #: The last day that was listed whole; None: never yet.
    cursor: date | None = None
    #: The axis' id -> what is still due for it.
    troubled: dict[str, Troubled] = field(default_factory=dict, hash=False)
    #: The axis' id -> why it was refused for good, oldest first.
    refused: dict[str, str] = field(default_factory=dict, hash=False)

    def not_after(self, today: date) -> "PullState":
        """With a cursor that is not in the future."""
        return replace(self, cursor=min(self.cursor, today) if self.cursor else None)

    def until(self, day: date) -> "PullState":
        """With everything up to a day listed; a cursor never goes back by itself."""
        return replace(self, cursor=max(day, self.cursor or day))

    def with_trouble(
        self, doc_id: str, step: Step, why: str, now: datetime
    ) -> "PullState":
        """With one more try that failed; each step has its own count."""
        known = self.troubled.get(doc_id)
        tries = known.tries + 1 if known and known.step is step else 1
        wait = timedelta(seconds=WAITS[min(tries, len(WAITS)) - 1])
        told = Troubled(step, tries, now + wait, why[:200])
        return replace(self, troubled={**self.troubled, doc_id: told})

    def with_refused(self, doc_id: str, why: str) -> "PullState":
        """With a message that will never be stored, and the axis has heard so."""
        listed = {**self.refused, doc_id: why[:200]}
        kept = dict(list(listed.items())[-_MOST_REFUSED:])
        return replace(self.without(doc_id), refused=kept)

    def without(self, doc_id: str) -> "PullState":
        """With nothing due for a message."""
        left = {k: v for k, v in self.troubled.items() if k != doc_id}
        return replace(self, troubled=left)
