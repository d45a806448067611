"""Ways out of this hub: which source brings documents to which bodies elsewhere."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from hub.model.ids import AgencyCode, normal_code


@dataclass(frozen=True, slots=True)
class Way:
    """One source, and the codes it brings documents to."""

    source: str
    #: Whole codes, or patterns in which `*` stands for any letters: `000.00.12.*`,
    #: `*.H40`. Letters' size and blanks are forgiven, as in codes.
    codes: tuple[str, ...] = ("*",)
    #: The same of all it can reach, whatever it is asked to.
    within: tuple[str, ...] = ("*",)
    #: Each body gets a sending of its own.
    alone: bool = False

    def leads_to(self, code: AgencyCode) -> bool:
        """Whether a body is reached by it."""
        return _fits(code, self.codes) and _fits(code, self.within)


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways, in their order: the first that leads to a body is taken."""

    ways: tuple[Way, ...] = ()

    def to(self, code: AgencyCode) -> Way | None:
        """The way that leads to a body; None: none does."""
        return next((way for way in self.ways if way.leads_to(code)), None)


def _fits(code: AgencyCode, patterns: tuple[str, ...]) -> bool:
    normal = normal_code(code)
    return any(fnmatchcase(normal, _pattern(one)) for one in patterns)


def _pattern(text: str) -> str:
    """Only `*` is a sign: the others of fnmatch stand for themselves."""
    return normal_code(AgencyCode(text)).replace("[", "[[]").replace("?", "[?]")
