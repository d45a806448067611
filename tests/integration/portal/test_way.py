"""A lot's whole way but the broker: door, journal, files, judging, rules as shipped."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.portal.adapter import PACKAGE, TRANSLATOR
from adapters.portal.doors import DOSSIERS, PROGRESS
from adapters.portal.settings import PORTAL_PUSH
from hub.edxml.schemas import NAMES
from hub.evidence.folder import FolderEvidence
from hub.journal.rebuild import rebuild
from hub.journal.store import Store, open_journal
from hub.judging import examine
from hub.judging.child import craft_of
from hub.judging.protocol import Setup
from hub.model.decisions import Decision, Disposition, Earlier, History
from hub.model.examined import Examined
from hub.model.faults import FaultCode
from hub.model.frames import RemoteFile
from hub.model.ids import ArrivalId, digest_of
from hub.model.knowledge import Knowledge
from hub.model.limits import Limits
from hub.model.records import Tag
from hub.pipeline.intake import HubIntake
from hub.registry.reading import read_agencies
from hub.resources import resource
from hub.rules.case import Case
from hub.rules.decide import decide
from hub.rules.reading import read_policy
from tests.fakes.outsides import NOON, SteppingClock
from tests.fakes.portal_doors import PortalFront, portal_settings
from tests.unit.adapters.portal.dossiers import (
    OFFICE,
    PDF,
    PDF_URL,
    RESULT_URL,
    dossier,
    progress,
    raw,
)
from tests.unit.adapters.portal.test_doors import push

BOOK = read_agencies(resource("config", "agencies.yaml").read_bytes())
POLICY = read_policy(resource("config", "policy.yaml").read_bytes())
SETTINGS = portal_settings(offices={"Phòng Tư pháp": OFFICE})
FILES = {PDF_URL: RemoteFile(PDF), RESULT_URL: RemoteFile(PDF)}


@cache
def craft() -> examine.Craft:
    return craft_of(
        Setup(
            translators={str(d): where for d, where in PACKAGE.translators.items()},
            limits=Limits(),
            verification=POLICY.verification,
            secrecy=POLICY.secrecy,
            policy_version=POLICY.version,
            hub_code=BOOK.hub.code,
            schemas={n: resource("schemas", n).read_bytes() for n in NAMES},
            grounds={"cong-dvc": SETTINGS.ground(BOOK, {})},
        )
    )


@dataclass
class Way:
    """The hub behind the door."""

    store: Store
    evidence: FolderEvidence
    client: TestClient[web.Request, web.Application]
    before: dict[str, tuple[Examined, Decision]] = field(default_factory=dict)

    async def push(self, values: object, path: str = DOSSIERS) -> list[Decision]:
        told = await push(self.client, raw(values), path)
        return [await self.decide(row["arrival"]) for row in told["data"]]

    async def decide(self, arrival_id: str) -> Decision:
        arrival = await self.store.queries.arrival(ArrivalId(arrival_id))
        assert arrival is not None
        matter = examine.Matter(
            await self.evidence.read(arrival.digest),
            arrival.door,
            arrival.content_type,
            arrival.accepted_at,
            arrival.source,
        )
        wanted = {url: FILES[url] for url in examine.inspect(matter, craft()).files}
        whole = examine.Matter(
            matter.data,
            matter.door,
            matter.content_type,
            matter.at,
            matter.source,
            wanted,
        )
        examined = examine.examine(whole, craft(), Knowledge())
        case = Case(
            examined, self.history(examined), BOOK, POLICY, SETTINGS.sources()[0], NOON
        )
        decision = decide(case)
        if examined.identity:
            self.before[examined.identity.key] = (examined, decision)
        if decision.disposition is Disposition.DELIVER:
            pieces, _ = examine.write(whole, craft(), examine.Wording(1))
            assert b"".join(pieces)
        return decision

    def history(self, examined: Examined) -> History:
        identity = examined.identity
        if identity is None:
            return History()
        about = any(key in self.before for key in identity.about)
        if identity.key not in self.before:
            return History(about_known=about)
        earlier, decision = self.before[identity.key]
        assert earlier.identity is not None
        codes = tuple(r.code for r in decision.routing.receivers)
        known = Earlier(
            identity.key, earlier.identity.content, decision.disposition, codes
        )
        return History(1, known, about_known=about)


@pytest.fixture
async def way(tmp_path: Path):
    async with open_journal(f"sqlite:///{tmp_path}/journal.db", migrate=True) as store:
        evidence = FolderEvidence(tmp_path / "evidence")
        front = PortalFront(SETTINGS)
        front.intake = HubIntake(store.journal, SteppingClock())  # type: ignore[assignment] # the real one
        front.evidence = evidence  # type: ignore[assignment] # the real one
        async with TestClient(TestServer(front.app())) as client:
            yield Way(store, evidence, client)


async def test_a_lot_of_dossiers_goes_to_its_offices(way):
    values = [dossier(), dossier(MaHoSo="2", DonViXuLy="Phòng Tư pháp")]
    for decision in await way.push({"data": values}):
        assert decision.disposition is Disposition.DELIVER, decision.reason
        assert [r.code for r in decision.routing.receivers] == [OFFICE]


async def test_the_same_dossier_is_delivered_once_and_its_updates_follow(way):
    (added,) = await way.push([dossier()])
    # Other blanks are other bytes and the same document.
    told = await push(way.client, raw(dossier()).replace(b": ", b":"))
    assert not told["data"][0]["repeated"]
    again = await way.decide(told["data"][0]["arrival"])
    (updated,) = await way.push(
        {"isUpdating": "True", "data": [dossier(TrangThaiHoSo="9")]}
    )
    (progressed,) = await way.push([progress()], PROGRESS)
    assert [d.disposition for d in (added, again, updated, progressed)] == [
        Disposition.DELIVER,
        Disposition.DISCARD,
        Disposition.DELIVER,
        Disposition.DELIVER,
    ]
    assert updated.paper is not None
    assert updated.paper.cell == "no-new-duty/dossier"


async def test_an_add_with_other_content_waits_for_a_person(way):
    await way.push([dossier()])
    (other,) = await way.push([dossier(ChuHoSo="Người khác")])
    assert (other.disposition, other.rule) == (Disposition.HOLD, "other-content")


@pytest.mark.parametrize(
    ("changes", "disposition", "code", "place"),
    [
        ({"DonViXuLy": "?", "MaTTHC": ""}, "refuse", "unknown-office", "DonViXuLy"),
        ({"MaHoSo": ""}, "refuse", "no-dossier-number", "MaHoSo"),
        ({"NgayHenTra": "31/02/2020"}, "hold", "doubtful", "NgayHenTra"),
        (
            {"DanhSachGiayToKetQua": [{"DuongDanTepTinKetQua": RESULT_URL}]},
            "hold",
            "doubtful",
            "DanhSachGiayToKetQua[0].DuongDanTepTinKetQua",
        ),
        (
            {"TaiLieuNop": [{"DuongDanTaiTepTin": "file:///etc/passwd"}]},
            "hold",
            "address-not-allowed",
            "TaiLieuNop[0].DuongDanTaiTepTin",
        ),
    ],
)
async def test_trouble_ends_where_the_rules_say(way, changes, disposition, code, place):
    (decision,) = await way.push([dossier(**changes)])
    assert decision.disposition == disposition
    assert decision.reason is not None
    assert (decision.reason.code, decision.reason.place) == (FaultCode(code), place)


async def test_the_lot_stands_in_the_journal_and_survives_a_rebuild(way):
    first, second = raw([dossier()]), raw([dossier(MaHoSo="2"), dossier()])
    for body in (first, second):
        await push(way.client, body)
    arrival = (await push(way.client, raw(dossier())))["data"][0]["arrival"]
    entries = await way.store.queries.entries_of(arrival=arrival)
    assert [(e.tag, e.facts.get("lot")) for e in entries] == [
        (Tag.ARRIVAL_ACCEPTED, f"{digest_of(first)}#0"),
        (Tag.ARRIVAL_REPEATED, f"{digest_of(second)}#1"),
        (Tag.ARRIVAL_REPEATED, None),
    ]
    # What an entry names is not collected.
    assert {digest_of(first), digest_of(second)} <= await way.store.queries.digests()
    before = await way.store.queries.arrival(arrival)
    await rebuild(way.store)
    assert await way.store.queries.arrival(arrival) == before


def test_the_doors_share_one_translator():
    assert PACKAGE.translators[PORTAL_PUSH] == TRANSLATOR
