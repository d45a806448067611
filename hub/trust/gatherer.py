"""Implements the port Trust: what is installed, and answers gathered for a document."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from hub.errors import TemporaryFailure
from hub.model.ids import Digest, digest_of
from hub.model.knowledge import Knowledge, Needs, versioned
from hub.model.revocations import Remembered, RevocationKind
from hub.polling import Lease, Overtaken
from hub.ports import Clock, Evidence
from hub.trust.asking import Asking, Manner
from hub.trust.downloads import Downloads
from hub.trust.folder import Installed, TrustFolder
from hub.trust.memory import Memory
from hub.trust.wants import (
    Authorities,
    Places,
    Want,
    lists_of,
    place_of,
    want_again,
    wants_of,
)

log = logging.getLogger(__name__)

#: Answers one document may want: a path of three with two addresses each has twelve.
_MOST_WANTS = 48
#: Answers whose bytes are at hand, together.
_POCKET_BYTES = 64 * 1024 * 1024
#: Servers not asked that one document makes us tell of; each is told once.
_MOST_NOTED = 10
#: Lists that documents wanted within these days are kept warm; then it is forgotten.
_WANTED_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Outsides:
    """What gathering needs from outside."""

    memory: Memory
    evidence: Evidence
    clock: Clock
    #: A client that may ask these places (`scheme://host:port`) and no other.
    fetch: Callable[[frozenset[str]], Asking]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say."""

    #: False: nobody is asked; what is kept counts all the same.
    online: bool = True
    #: Servers that may be asked beside those that installed certificates name.
    allow: tuple[str, ...] = ()
    manner: Manner = Manner()


@dataclass(frozen=True, slots=True)
class _Standing:
    """What follows from what is installed."""

    installed: Installed
    authorities: Authorities
    places: Places


class TrustGatherer:
    """Implements the port Trust; one for the life of a process."""

    def __init__(
        self, folder: TrustFolder, outsides: Outsides, rules: Rules = Rules()
    ) -> None:
        self._folder = folder
        self._outsides = outsides
        self._rules = rules
        self._downloads = Downloads(
            outsides.memory, outsides.evidence, outsides.clock, rules.manner
        )
        self._last: _Standing | None = None
        self._clients: dict[frozenset[str], Asking] = {}
        self._pocket: dict[Digest, bytes] = {}
        self._noted: set[str] = set()

    async def gather(self, needs: Needs) -> Knowledge:
        """See the port: what is installed, and answers about these certificates."""
        standing = await self._standing()
        if not needs.certificates:
            return standing.installed.knowledge
        all_wants = wants_of(needs.certificates, standing.authorities)
        wants = standing.places.admitted(all_wants)[:_MOST_WANTS]
        self._note_others(all_wants, standing.places)
        if not wants:
            return standing.installed.knowledge
        if self._rules.online:
            rows = await self._downloads.bring(wants, self._client(standing.places))
        else:
            rows = await self._downloads.known(wants)
        return await self._with(standing.installed.knowledge, rows.values())

    async def refresh(self, *, early: bool = False) -> tuple[Remembered, ...]:
        """Ask for lists before they run out (`early`: all of them, now).

        What is known of them afterwards, by address.
        """
        if self._rules.online or early:
            wants = await self._lists()
            client = self._client((await self._standing()).places)
            await self._downloads.renew(wants, client, early=early)
        return await self.lists()

    async def lists(self) -> tuple[Remembered, ...]:
        """What is known of lists and of what is installed, by address; asks nobody."""
        rows = await self._downloads.known(await self._lists())
        return tuple(sorted(rows.values(), key=lambda row: row.wanted.url))

    async def state(self) -> str:
        """Another word whenever what lacked an answer might have one.

        What is installed, and which lists are in force: a list that follows another
        in force answers nobody who had no answer. Answers about single certificates
        are not looked at.
        """
        now, rows = self._outsides.clock.now(), await self.lists()
        kept = sorted(row.wanted.key for row in rows if row.in_force(now))
        version = (await self._standing()).installed.knowledge.version
        return digest_of(" ".join((version, *kept)).encode())

    async def keep_warm(self, lease: Lease, every: float = 60) -> None:
        """Refresh again and again, in one process of an installation."""
        memory, clock = self._outsides.memory, self._outsides.clock
        while True:
            try:
                await lease.hold()
                await self.refresh()
                await memory.tidy(clock.now() - _WANTED_LATELY)
            except Overtaken:
                lease.forget()
            except TemporaryFailure as error:
                log.warning("revocation not refreshed", extra={"why": str(error)})
            await asyncio.sleep(every)

    async def close(self) -> None:
        """Break off what is on its way."""
        await self._downloads.close()
        for client in self._clients.values():
            await client.close()

    async def _standing(self) -> _Standing:
        installed = await self._folder.installed()
        if self._last is None or self._last.installed is not installed:
            known = installed.knowledge
            ders = (*known.anchors, *known.intermediates)
            authorities = Authorities.of(ders, installed.entries)
            places = Places.of(authorities, self._rules.allow)
            self._last = _Standing(installed, authorities, places)
        return self._last

    async def _lists(self) -> tuple[Want, ...]:
        """Of everybody installed, and those that documents wanted lately."""
        standing = await self._standing()
        since = self._outsides.clock.now() - _WANTED_LATELY
        wanted = await self._outsides.memory.lists(since)
        again = [want_again(r.wanted, standing.authorities) for r in wanted.values()]
        found = {want.wanted.key: want for want in again if want}
        found |= {want.wanted.key: want for want in lists_of(standing.authorities)}
        return standing.places.admitted(found.values())

    def _note_others(self, wants: Iterable[Want], places: Places) -> None:
        """An administrator may want to allow them: known authorities name them."""
        named = {
            place_of(w.wanted.url) for w in wants if not places.admit(w.wanted.url)
        }
        for place in sorted(named - self._noted - {""})[:_MOST_NOTED]:
            log.warning("revocation server not on the list", extra={"server": place})
            self._noted.add(place)

    def _client(self, places: Places) -> Asking:
        if places.allowed not in self._clients:
            self._clients[places.allowed] = self._outsides.fetch(places.allowed)
        return self._clients[places.allowed]

    async def _with(self, base: Knowledge, rows: Iterable[Remembered]) -> Knowledge:
        crls, ocsps = dict.fromkeys(base.crls), dict.fromkeys(base.ocsps)
        for row in sorted(rows, key=lambda row: row.wanted.key):
            item = await self._bytes(row)
            if item is not None:
                is_list = row.wanted.kind is RevocationKind.CRL
                (crls if is_list else ocsps)[item] = None
        if (len(crls), len(ocsps)) == (len(base.crls), len(base.ocsps)):
            return base
        return versioned(replace(base, crls=tuple(crls), ocsps=tuple(ocsps)))

    async def _bytes(self, row: Remembered) -> bytes | None:
        """The bytes of an answer; always the same object, which is hashed only once."""
        if row.answer is None:
            return None
        digest = row.answer.digest
        if digest not in self._pocket:
            try:
                data = await self._outsides.evidence.read(digest)
            except KeyError:
                log.warning("revocation lost", extra={"sha256": digest})
                await self._outsides.memory.forget([row.wanted.key])
                return None
            self._make_room(len(data))
            self._pocket[digest] = data
        return self._pocket[digest]

    def _make_room(self, size: int) -> None:
        while self._pocket:
            if sum(map(len, self._pocket.values())) + size <= _POCKET_BYTES:
                return
            del self._pocket[next(iter(self._pocket))]
