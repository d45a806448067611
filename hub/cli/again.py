"""`hub verify --again ID`: an old verdict, as of then and as of today. Reads only."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from hub.app import gatherer_of, judging_setup, trust_of
from hub.cli.say import FAILED, terminal
from hub.console.again import SAMENESS, difference, lines
from hub.console.words import say
from hub.judging.parent import ChildJudge
from hub.model.again import Again, Recorded, Sameness
from hub.model.arrivals import Arrival
from hub.model.manifests import Manifest
from hub.model.records import JUDGED, Entry
from hub.parts import Parts, built
from hub.pipeline.again import Archive, judged_again
from hub.pipeline.keeping import grounds_of, software
from hub.ports import Judge
from hub.settings import Settings

#: Exit status: as recorded and still so; today says otherwise; not as recorded.
SAME, TODAY_DIFFERS, NOT_REPRODUCED = 0, 6, 7


def again(wanted: str) -> Again | None:
    """What an id leads to, judged again; None where no verdict is recorded of it."""
    return terminal.run(_again(terminal.settings(), wanted))


def status(found: Again | None) -> int:
    """The exit status."""
    if found is None:
        return FAILED
    if not found.reproduced:
        return NOT_REPRODUCED
    return SAME if found.still_holds else TODAY_DIFFERS


def tell(found: Again | None) -> None:
    """For people."""
    if found is None:
        terminal.say(
            terminal.t(
                "Không có kết luận chữ ký nào được ghi cho mã này (không tìm thấy,"
                " không đọc được, văn bản mật, hoặc chứng cứ đã xóa).",
                "No verdict is recorded of this id (not found, not readable, secret,"
                " or its evidence is erased).",
            )
        )
        return
    terminal.say(f"{found.arrival} · SHA-256 {found.sha256}")
    for one in found.recorded:
        _tell_recorded(one)
    _tell_table(found)


def _tell_recorded(one: Recorded) -> None:
    number = f"#{one.number}" if one.number else "#…"
    why = f": {one.why}" if one.why else ""
    told = say(SAMENESS[one.sameness], terminal.language)
    terminal.say(f"{number} {one.tag} · {told}{why}")
    for item in one.differences:
        terminal.say(difference(item), indent=True)
    if one.sameness is Sameness.DIFFERENT:
        for item in one.software:
            terminal.say(difference(item), indent=True)


def _tell_table(found: Again) -> None:
    last = found.recorded[-1]
    table = terminal.table(
        ("", ""),
        ("", ""),
        ("Đã ghi", "Recorded"),
        ("Như lúc đó", "As of then"),
        ("Hôm nay", "Today"),
    )
    for line in lines((last.facts, last.then, found.today), terminal.language):
        mark = "≠" if line.differs else ""
        table.add_row(mark, line.label, *line.cells)
    terminal.show(table)


async def _again(settings: Settings, wanted: str) -> Again | None:
    async with built(settings) as parts:
        found = await _arrival(parts, wanted)
        if found is None:
            return None
        arrival, entries = found
        with tempfile.TemporaryDirectory(prefix="lt-") as folder:
            archive = _archive(parts, Path(folder))
            try:
                return await judged_again(arrival, entries, archive)
            except KeyError:  # the bytes were erased
                return None


async def _arrival(parts: Parts, wanted: str) -> tuple[Arrival, list[Entry]] | None:
    """The first arrival an id leads to of which a verdict is recorded."""
    queries = parts.store.queries
    for one in await queries.comings(await queries.find(wanted)):
        arrival = await queries.arrival(one)
        entries = await queries.entries_of(arrival=one)
        judged = [e for e in entries if e.tag in JUDGED]
        if arrival is not None and judged:
            return arrival, judged
    return None


def _archive(parts: Parts, spool: Path) -> Archive:
    setup = judging_setup(parts.settings)

    @asynccontextmanager
    async def judging(manifest: Manifest | None, edition: str) -> AsyncIterator[Judge]:
        by = setup
        if manifest is not None:
            grounds = await grounds_of(parts.evidence, manifest)
            by = replace(
                setup,
                limits=manifest.limits,
                verification=manifest.verification,
                secrecy=manifest.secrecy,
                policy_version=manifest.policy_version,
                policy_edition=edition,
                grounds=setup.grounds if grounds is None else grounds,
            )
        judge = ChildJudge(by, parts.evidence.path, spool)
        await judge.start()
        try:
            yield judge
        finally:
            await judge.close()

    return Archive(
        evidence=parts.evidence,
        judging=judging,
        recall=gatherer_of(parts).recall,
        trust=trust_of(parts),
        clock=parts.clock,
        software=software(),
    )
