"""What was odd about a dossier, as guesses: a doubt waits for a clerk, a note does not.

The rule `doubtful` holds what has little confidence; what has all of it is only kept.
"""

from dataclasses import dataclass, field
from datetime import datetime

from adapters.portal import dates
from adapters.portal.dates import DateForm
from adapters.portal.fields import Fields
from hub.model.frames import Guess

_CERTAIN, _DOUBTED = 100, 0
_PLAIN = frozenset({DateForm.COMPACT, DateForm.EMPTY})
#: Caps portals put on what is sent to them (EDXML.md 4.4); read, longer is kept.
CAPS = {
    "TrichYeuHoSo": 1000,
    "TenTepDinhKem": 4000,
    "TenGiayTo": 2000,
    "NguoiXuLy": 50,
}
#: Written where nobody knows the person's number (EDXML.md 4.4).
PLACEHOLDER = "000000001"


@dataclass(slots=True)
class Notes:
    """Gathers them in order; places are names of fields, never values."""

    guesses: list[Guess] = field(default_factory=list)

    def keep(self, place: str, *evidence: str) -> None:
        """Note something that changes nothing."""
        self.guesses.append(Guess(place, "", _CERTAIN, evidence))

    def doubt(self, place: str, value: str, *evidence: str) -> None:
        """Let a clerk look before it goes on."""
        self.guesses.append(Guess(place, value, _DOUBTED, evidence))

    def moment(self, dossier: Fields, name: str) -> datetime | None:
        """A moment, its form noted where it is not the usual one; UTC."""
        told = dates.read(dossier.text(name))
        if told.form is DateForm.IMPOSSIBLE:
            self.doubt(dossier.at(name), told.text, "date-impossible")
        elif told.form not in _PLAIN:
            self.keep(dossier.at(name), f"date-{told.form}")
        return told.moment

    def length(self, row: Fields, name: str) -> None:
        """Note a text over the cap it could be sent with."""
        if len(row.text(name)) > CAPS[name]:
            self.keep(row.at(name), f"over-{CAPS[name]}")

    def persons(self, dossier: Fields) -> None:
        """Note numbers that stand for "unknown"."""
        for row in dossier.rows("DinhDanhCHS"):
            if row.text("SoDinhDanh") == PLACEHOLDER:
                self.keep(row.at("SoDinhDanh"), "placeholder")
        if dossier.text("SoGiayToChuHoSo") == PLACEHOLDER:
            self.keep(dossier.at("SoGiayToChuHoSo"), "placeholder")
