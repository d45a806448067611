"""Giao Thủy in 2019, its units: who signs, who does not, dossiers, official mail.

See docs/giao-thuy.md; one hub on 15/11/2019 serves the file.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio

from adapters.portal.media import content_type
from hub.app import judging_setup
from hub.judging.child import craft_of
from hub.judging.examine import Matter, examine
from hub.keepers import clock_keeper_of
from hub.model.decisions import Disposition, History
from hub.model.dossiers import DossierAct
from hub.model.faults import FaultCode
from hub.model.knowledge import Knowledge
from hub.model.records import DeskName
from hub.rehearsal import papers
from hub.rehearsal.cast import COMMUNES, DISTRICT, OFFICES, PROVINCE, Body
from hub.rehearsal.dossiers import Dossier, dossier
from hub.rehearsal.family_a import kit
from hub.rehearsal.mails import Letter, compose, proven, received
from hub.rehearsal.parcels import parcel_of
from hub.rehearsal.pki import Identity, Pki
from hub.rehearsal.samples import DEFAULT_AT, drawn
from hub.rehearsal.stage import PORTAL, SOURCE, code_to_queue
from hub.rehearsal.xmlsigning import sign_xml
from hub.rules.case import Case
from hub.rules.decide import decide
from hub.sources import sources_of
from tests.acceptance.district import (
    AUGUST,
    BEFORE_AUGUST,
    BEFORE_NOVEMBER,
    NOVEMBER,
    Became,
    District,
    a_few_at_once,
    district,
    morning,
)
from tests.acceptance.outsiders import hub as command
from tests.acceptance.papers_2019 import BROKEN, FROM, SIGNED, UNSIGNED, Sheets, T

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Nothing about dossiers changed on any of them.
DAYS = (
    *(pytest.param(d, marks=pytest.mark.full) for d in (BEFORE_AUGUST, AUGUST)),
    pytest.param(BEFORE_NOVEMBER, marks=pytest.mark.full),
    NOVEMBER,
)
UNITS = (*OFFICES, *COMMUNES)
QUEUES = code_to_queue()


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.make(DEFAULT_AT)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory, pki) -> AsyncIterator[District]:
    folder = tmp_path_factory.mktemp("thang-11")
    async with district(folder, pki, NOVEMBER) as one:
        yield one


def report(
    unit: Body,
    number: int,
    seal: Identity | None = None,
    *,
    day: date = NOVEMBER,
    to: Body = DISTRICT,
) -> bytes:
    """A unit's report, signed as a whole or not."""
    paper = replace(papers.report(day, unit.name), notation=f"{number}/BC-UBND")
    xml = kit(parcel_of(paper, unit, (to,), drawn(papers.report(NOVEMBER)).pdf))
    return sign_xml(xml, seal) if seal else xml


def fates(came: list[Became]) -> set[tuple[str, str, str, int | None]]:
    return {
        (b.decision.disposition, b.decision.rule, b.headline, b.paper) for b in came
    }


async def test_each_of_the_34_signs_with_its_own_certificate(hub, pki):
    assert len(UNITS) == 34
    came = await a_few_at_once(
        hub.by_unit(QUEUES[unit.code], report(unit, 300 + n, unit.seal(pki)))
        for n, unit in enumerate(UNITS)
    )
    assert fates(came) == {("deliver", "deliver", "passed", 0)}
    assert {queue for one in came for queue in one.queues} == {"ubnd-huyen"}


@pytest.mark.parametrize("day", DAYS, ids=str)
async def test_a_unit_signs_and_paper_goes_along_from_august_to_november(
    tmp_path, pki, day
):
    """To the district and out to the province, by its own exchange."""
    unit = OFFICES[1]
    at_home = report(unit, 321, unit.seal(pki), day=day)
    abroad = report(unit, 322, unit.seal(pki), day=day, to=PROVINCE)
    async with district(tmp_path, pki, day) as one:
        here = await one.by_unit(QUEUES[unit.code], at_home)
        out = await one.by_unit(QUEUES[unit.code], abroad)
    paper = 0 if day >= NOVEMBER else 1
    assert fates([here]) == {("deliver", "deliver", "passed", paper)}
    (way,) = out.decision.routing.outward
    assert (way.code, way.source, out.headline) == (PROVINCE.code, SOURCE, "passed")
    assert out.decision.paper is not None
    assert out.decision.paper.flag == paper


async def test_whoever_signs_with_anothers_certificate_is_found_out(hub, pki):
    others = (*UNITS[1:], UNITS[0])
    came = await a_few_at_once(
        hub.by_unit(QUEUES[unit.code], report(unit, 400 + n, other.seal(pki)))
        for n, (unit, other) in enumerate(zip(UNITS, others, strict=True))
    )
    assert {one.decision.disposition for one in came} == {Disposition.HOLD}
    codes = {one.decision.reason.code for one in came if one.decision.reason}
    assert codes == {FaultCode.OTHER_SIGNER}


async def test_the_same_office_of_another_district_is_another_body(hub, pki):
    office = OFFICES[1]
    neighbour = pki.leaf(office.name, "UBND huyện Xuân Trường")
    came = await hub.by_unit(QUEUES[office.code], report(office, 501, neighbour))
    assert fates([came]) == {("hold", "signatures", "unsigned", None)}
    assert came.decision.reason.code is FaultCode.OTHER_SIGNER


async def test_a_unit_that_has_a_certificate_and_does_not_sign_is_on_a_list(hub, pki):
    lazy, diligent = (OFFICES[6], COMMUNES[4]), COMMUNES[5]
    for number, unit in enumerate((*lazy, lazy[0])):
        await hub.by_unit(QUEUES[unit.code], report(unit, 600 + number))
    await hub.by_unit(QUEUES[diligent.code], report(diligent, 610, diligent.seal(pki)))
    code, told = await command(hub.stage, "agencies", "unsigned", "--json")
    listed = {one["code"]: one for one in json.loads(told)}
    assert code == 0
    assert {unit.code for unit in lazy} <= listed.keys()
    assert diligent.code not in listed
    office = listed[lazy[0].code]
    assert (office["documents"], office["latest"]) == (2, "602/BC-UBND")


def filed(number: int, pdf: bytes, hub: District) -> Dossier:
    """A dossier whose files are all this one."""
    one = dossier(number, hub.portal.files_url, NOVEMBER)
    return replace(one, files=tuple(replace(f, data=pdf) for f in one.files))


@pytest.mark.parametrize("day", DAYS, ids=str)
async def test_dossiers_of_the_portal_are_judged_alike_and_need_no_paper(
    tmp_path, pki, day
):
    """What a citizen hands in has no type of the district's two lists.

    A body's signature on a paper in it is not the sender's on the dossier.
    """
    async with district(tmp_path, pki, day) as one:
        files = Sheets.of(pki, day).files
        became = {
            how: await one.by_portal(filed(2 * number, files[how], one))
            for number, how in enumerate((SIGNED, UNSIGNED, BROKEN), start=1)
        }
    found = {how: next(iter(fates([it]))) for how, it in became.items()}
    assert found == {
        SIGNED: ("deliver", "deliver", "unsigned", 0),
        UNSIGNED: ("deliver", "deliver", "unsigned", 0),
        BROKEN: ("refuse", "signatures", "failed", None),
    }


def written(sender: str, pdf: bytes, number: int, *above: str) -> Letter:
    """An official letter by mail."""
    return Letter(
        f"Thông báo số {number}/TB-UBND ngày {NOVEMBER:%d/%m/%Y} về việc họp giao ban",
        ((f"{number}_TB-UBND_{NOVEMBER:%d%m%Y}.pdf", pdf),),
        sender=sender,
        message_id=f"<{number}@thu.example>",
        at=morning(NOVEMBER),
        above=above,
    )


async def test_a_signed_document_by_official_mail_is_as_good_as_by_the_axis(hub, pki):
    sheets = Sheets.of(pki, NOVEMBER)
    by_axis = await hub.by_axis(sheets.envelope(T.NOTICE, SIGNED, 701))
    mail = proven(written(FROM, sheets.files[SIGNED], 702))
    by_mail = await hub.by_mail(mail, FROM)
    assert by_mail.queues == by_axis.queues == ["ubnd-huyen"]
    assert fates([by_mail]) == fates([by_axis]) == {("deliver", "deliver", "passed", 0)}


PUBLIC = "ubnd.tinh.namdinh@thu-mien-phi.example"


@pytest.mark.parametrize("proof", ["none", "its own provider's"])
async def test_what_comes_from_a_public_provider_is_no_official_mail(hub, pki, proof):
    """Not even signed: the address is nobody's, whatever its provider proves."""
    pdf = Sheets.of(pki, NOVEMBER).files[SIGNED]
    above = received(address=PUBLIC) if proof != "none" else ()
    number = 703 + len(above)
    mail = compose(written(PUBLIC, pdf, number, *above))
    became = await hub.by_mail(mail, PUBLIC)
    assert became.queues == []
    assert became.decision.reason.code is FaultCode.UNKNOWN_MAILBOX


async def test_an_official_address_that_a_public_provider_only_writes_is_held(hub, pki):
    pdf = Sheets.of(pki, NOVEMBER).files[SIGNED]
    became = await hub.by_mail(compose(written(FROM, pdf, 710)), PUBLIC)
    assert became.decision.disposition is Disposition.HOLD
    assert became.decision.reason.code is FaultCode.MAIL_UNPROVEN


async def test_a_dossier_of_any_procedure_reaches_the_office_that_owns_it(hub):
    """All 223 as the portal writes them, through translator and rules."""
    settings = hub.parts.settings
    craft, source = craft_of(judging_setup(settings)), sources_of(hub.parts.entries)
    reached = {}
    for number, procedure in enumerate(settings.procedures.procedures):
        asked = dossier(number, hub.portal.files_url, NOVEMBER).but(
            MaTTHC=procedure.code, DonViXuLy="", TaiLieuNop=[]
        )
        body = json.dumps(asked.row, ensure_ascii=False).encode()
        at = morning(NOVEMBER)
        matter = Matter(body, "portal-push", content_type(DossierAct.ADD), at, PORTAL)
        case = Case(
            examine(matter, craft, Knowledge()),
            History(),
            settings.registry,
            settings.policy,
            source[PORTAL],
            at,
        )
        reached[procedure.code] = [r.code for r in decide(case).routing.receivers]
    assert reached == {p.code: [p.office] for p in settings.procedures.procedures}
    assert len(reached) == 223


async def test_each_offices_dossier_enters_by_the_door_and_reaches_its_queue(hub):
    owned = {p.office: p for p in hub.parts.settings.procedures.procedures}
    for number, (office, procedure) in enumerate(owned.items(), start=20):
        one = dossier(number, hub.portal.files_url, NOVEMBER)
        came = await hub.by_portal(one.but(MaTTHC=procedure.code, DonViXuLy=""))
        assert came.queues == [QUEUES[office]]
    assert len(owned) == 12


async def test_the_share_of_level_3_is_counted_from_the_list_of_procedures(hub):
    code, told = await command(hub.stage, "dossiers", "procedures")
    assert code == 0
    assert "Mức độ 3: 87 trên 223 (39.0 %); chỉ tiêu 70 % là 157 thủ tục" in told


def waiting(number: int, hub: District) -> Dossier:
    """Handed in online, and no official has looked at it."""
    one = dossier(number, hub.portal.files_url, NOVEMBER)
    return one.but(KenhThucHien="2", TrangThaiHoSo="1", NgayTiepNhan="")


async def test_the_pick_up_clock_finds_dossiers_that_officials_left_untouched(
    tmp_path, pki
):
    async with district(tmp_path, pki, NOVEMBER) as hub:
        left, taken = waiting(10, hub), waiting(11, hub)
        for one in (left, taken):
            await hub.by_portal(one)
        cases = [hub.portal.ledger.cases[taken.number]]
        await hub.portal.push_progress(cases, 4)
        await hub.carried(await hub.newest())
        keeper, clock = clock_keeper_of(hub.parts), hub.parts.clock
        await keeper.look(clock.now())
        queries = hub.parts.store.queries
        assert await queries.desk(DeskName.PICK_UP) == []

        hub.set_clock(morning(NOVEMBER + timedelta(days=3)) + timedelta(hours=3))
        await keeper.look(clock.now())
        (item,) = await queries.desk(DeskName.PICK_UP)
        assert item.reason == left.number
        _, told = await command(hub.stage, "dossiers", "list", "--not-taken")
        assert left.number in told
        assert taken.number not in told

        await hub.portal.push_progress([hub.portal.ledger.cases[left.number]], 2)
        await hub.carried(await hub.newest())
        await keeper.look(clock.now())
        assert await queries.desk(DeskName.PICK_UP) == []
