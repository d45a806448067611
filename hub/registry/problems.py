"""What can be wrong with a table of agencies, all of it at once."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import combinations

from hub.model.agencies import Agency, Correspondent
from hub.model.codes import is_well_formed
from hub.model.ids import AgencyCode, normal_code

#: Slugs stand in names of queues and in URLs.
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SLUG_LENGTH = 60


def problems_of(
    agencies: tuple[Agency, ...], hub: AgencyCode, territory: tuple[str, ...]
) -> tuple[str, ...]:
    """One sentence a problem, in the order of the table; empty when there is none."""
    known = {code for agency in agencies for code in codes_of(agency)}
    found = [*_hub(hub, known), *_territory(territory)]
    for agency in agencies:
        found += [*_forms(agency), *_life(agency), *_kin(agency, known)]
    found += _twice(agencies, "code", codes_of)
    found += _twice(agencies, "queue", lambda agency: {agency.queue})
    found += _twice(agencies, "mailbox", lambda a: {m.casefold() for m in a.mailboxes})
    found += _loops(agencies)
    return tuple(found)


def codes_of(body: Agency | Correspondent) -> set[str]:
    """All its codes, as they are looked up."""
    return {normal_code(code) for code in (body.code, *body.aliases)}


def _hub(hub: AgencyCode, known: set[str]) -> Iterator[str]:
    if not is_well_formed(hub):
        yield f"hub.code {hub!r} has none of the known forms"
    if normal_code(hub) in known:
        yield f"hub.code {hub} is also the code of an agency"


def _territory(territory: tuple[str, ...]) -> Iterator[str]:
    for part in territory:
        if part.startswith(".") == part.endswith(".") or not part.strip("."):
            yield f"territory {part!r} must be an ending (.37.H40) or a beginning"


def _forms(agency: Agency) -> Iterator[str]:
    for code in (agency.code, *agency.aliases):
        if not is_well_formed(code):
            yield f"{agency.code}: code {code!r} has none of the known forms"
    if not _SLUG.fullmatch(agency.queue) or len(agency.queue) > _SLUG_LENGTH:
        yield f"{agency.code}: queue {agency.queue!r} is not a slug (a-z, 0-9, hyphens)"
    if not agency.name.strip():
        yield f"{agency.code}: the name is empty"
    for mailbox in agency.mailboxes:
        if mailbox.count("@") != 1:
            yield f"{agency.code}: mailbox {mailbox!r} is not an address"


def _life(agency: Agency) -> Iterator[str]:
    since, until = _period(agency)
    if since > until:
        yield f"{agency.code}: valid_until lies before valid_from"
    if agency.successors and agency.valid_until is None:
        yield f"{agency.code}: has successors but no valid_until"


def _kin(agency: Agency, known: set[str]) -> Iterator[str]:
    own = codes_of(agency)
    for code in agency.successors:
        if normal_code(code) not in known:
            yield f"{agency.code}: successor {code} is unknown"
    if agency.parent and normal_code(agency.parent) not in known:
        yield f"{agency.code}: parent {agency.parent} is unknown"
    if normal_code(agency.parent) in own:
        yield f"{agency.code}: is its own parent"


def _twice(
    agencies: tuple[Agency, ...],
    what: str,
    names: Callable[[Agency], set[str]],
) -> Iterator[str]:
    for one, other in combinations(agencies, 2):
        if not _overlap(one, other):
            continue
        for name in sorted(names(one) & names(other)):
            yield f"{what} {name} belongs to both {one.name} and {other.name}"


def _overlap(one: Agency, other: Agency) -> bool:
    (since, until), (begin, end) = _period(one), _period(other)
    return since <= end and begin <= until


def _period(agency: Agency) -> tuple[date, date]:
    return agency.valid_from or date.min, agency.valid_until or date.max


def _loops(agencies: tuple[Agency, ...]) -> Iterator[str]:
    following = [(agency, _followers(agency, agencies)) for agency in agencies]
    for agency, heirs in following:
        if agency in heirs:
            yield f"{agency.code}: its successors lead back to itself"


def _followers(agency: Agency, agencies: Iterable[Agency]) -> set[Agency]:
    """Everybody who may come after it, however far."""
    table = tuple(agencies)
    met: set[Agency] = set()
    waiting = [agency]
    while waiting:
        wanted = {normal_code(code) for code in waiting.pop().successors}
        heirs = {a for a in table if codes_of(a) & wanted} - met
        met |= heirs
        waiting += heirs
    return met
