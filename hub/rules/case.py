"""What a rule is asked about: one examined arrival and everything known around it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from hub.model.arrivals import Source
from hub.model.decisions import History
from hub.model.envelopes import Envelope
from hub.model.examined import Examined
from hub.model.policy import Policy
from hub.model.ways import Ways
from hub.ports import Registry

#: Asia/Ho_Chi_Minh has been UTC+7 without change since 1975, and every document of the
#: edXML network is younger; a fixed offset needs no time zone database on disk.
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a decision depends on; the same case gives the same decision."""

    examined: Examined
    history: History
    registry: Registry
    policy: Policy
    #: The authenticated source of the arrival.
    source: Source
    #: When the arrival was taken; aware, UTC.
    accepted_at: datetime
    #: How documents of agencies attached here reach bodies elsewhere.
    ways: Ways = Ways()

    @property
    def envelope(self) -> Envelope:
        """The envelope, for rules that come after `readable`."""
        assert self.examined.envelope is not None, "the rule `readable` comes first"
        return self.examined.envelope

    @property
    def today(self) -> date:
        """The day it arrived, in Vietnam: the day agencies must exist on."""
        return self.accepted_at.astimezone(VIETNAM).date()
