"""The axis' catalogue on both databases: what an import changes, and look-ups."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from hub.journal.catalogue import Word
from hub.journal.catalogue_tables import (
    catalogue,
    catalogue_changes,
    catalogue_codes,
)
from hub.journal.tables import entries
from hub.model.catalogue import CatalogueRow, ChangeKind
from hub.model.ids import AgencyCode, digest_of
from hub.model.records import Tag
from hub.rehearsal.bulk_agencies import bulk_agencies
from tests.integration.journal.scenes import NOW

LATER = NOW + timedelta(days=1)
LAST = NOW + timedelta(days=2)


def row(code, old="", name="", **more):
    return CatalogueRow(AgencyCode(code), AgencyCode(old), name or code, **more)


UBND = row("H40.37", "000.00.37.H40", "UBND huyện Giao Thủy")
NOI_VU = row("H40.37.2", "000.02.37.H40", "Phòng Nội vụ")
XA = [row(f"H40.37.{n}", f"000.{n}.37.H40", f"UBND xã số {n}") for n in range(20, 28)]
ROWS = [UBND, NOI_VU, *XA]


async def imported(store, rows, at=NOW, **word):
    return await store.catalogue.import_rows("truc", rows, at, Word(**word))


def counts(change):
    return {
        name: getattr(change, name)
        for name in ("added", "changed", "gone", "back", "unchanged")
        if getattr(change, name)
    }


async def found(store, *codes):
    bodies = await store.catalogue.find([AgencyCode(code) for code in codes])
    return {code: body.row.name for code, body in bodies.items()}


async def table(store, which):
    def work(connection):
        return [dict(r) for r in connection.execute(select(which)).mappings()]

    return await store.database.read(work)


async def test_a_first_import_adds_all_and_tells_of_none_by_name(store):
    change = await imported(store, ROWS)
    assert (counts(change), change.applied) == ({"added": 10}, True)
    assert change.listed == ()
    assert await table(store, catalogue_changes) == []


async def test_the_same_file_again_changes_nothing_but_when_it_was_seen(store):
    await imported(store, ROWS)
    change = await imported(store, ROWS, LATER)
    assert counts(change) == {"unchanged": 10}
    (body,) = (await store.catalogue.find([UBND.code])).values()
    assert (body.first_seen, body.last_seen, body.gone_at) == (NOW, LATER, None)


async def test_rows_may_come_one_by_one(store):
    async def coming():
        for each in ROWS:
            yield each

    assert counts(await imported(store, coming())) == {"added": 10}


async def test_what_changed_is_told_field_by_field(store):
    await imported(store, ROWS)
    new = replace(
        UBND,
        name="UBND xã Giao Thủy",
        valid_until=date(2025, 6, 30),
        aliases=(AgencyCode("365"),),
    )
    change = await imported(store, [new, *ROWS[1:]], LATER)
    assert counts(change) == {"changed": 1, "unchanged": 9}
    told = [(c.field, c.old, c.new) for c in change.listed]
    assert told == [
        ("name", "UBND huyện Giao Thủy", "UBND xã Giao Thủy"),
        ("aliases", "", "365"),
        ("valid_until", "", "2025-06-30"),
    ]
    kept = await table(store, catalogue_changes)
    assert [(k["field"], k["old"], k["new"], k["moment"]) for k in kept] == [
        (*what, LATER) for what in told
    ]
    (body,) = (await store.catalogue.find([UBND.code])).values()
    assert body.row == new


async def test_who_is_no_longer_listed_is_marked_gone_and_may_come_back(store):
    await imported(store, ROWS)
    change = await imported(store, ROWS[1:], LATER)
    assert counts(change) == {"gone": 1, "unchanged": 9}
    assert [(c.kind, c.name) for c in change.listed] == [(ChangeKind.GONE, UBND.name)]
    (body,) = (await store.catalogue.find([UBND.code])).values()
    assert (body.gone_at, body.last_seen) == (LATER, NOW)

    again = await imported(store, ROWS[1:], LATER)
    assert counts(again) == {"unchanged": 9}

    renamed = replace(UBND, name="UBND xã Giao Thủy")
    change = await imported(store, [renamed, *ROWS[1:]], LAST)
    assert counts(change) == {"back": 1, "unchanged": 9}
    assert [c.kind for c in change.listed] == [ChangeKind.BACK, ChangeKind.CHANGED]
    (body,) = (await store.catalogue.find([UBND.code])).values()
    assert (body.gone_at, body.row, body.first_seen) == (None, renamed, NOW)


async def test_a_download_that_was_cut_off_empties_nothing(store):
    await imported(store, ROWS)
    before = await table(store, catalogue)
    change = await imported(store, ROWS[:6], LATER)
    assert (change.applied, change.gone, change.before) == (False, 4, 10)
    assert await table(store, catalogue) == before
    change = await imported(store, ROWS[:7], LATER)
    assert (change.applied, change.gone) == (True, 3)


async def test_a_catalogue_of_another_axis_of_the_same_size_is_not_taken(store):
    await imported(store, ROWS)
    others = [row(f"H41.{n}") for n in range(len(ROWS))]
    assert not (await imported(store, others, LATER)).applied


async def test_a_person_may_insist_but_never_on_an_empty_one(store):
    await imported(store, ROWS)
    assert (await imported(store, ROWS[:1], LATER, force=True)).applied
    assert not (await imported(store, [], LAST, force=True)).applied
    assert not (await store.catalogue.import_rows("other", [], LAST)).applied


async def test_every_import_and_every_refusal_is_an_entry(store):
    file = digest_of(b"file")
    await imported(store, ROWS, actor="van-thu", file=file)
    await imported(store, ROWS[:1], LATER)
    kept = await store.queries.log(None, 10)
    told = {e.tag: e for e in kept}
    entry = told[Tag.CATALOGUE_IMPORTED]
    assert (entry.actor, entry.facts["file"], entry.facts["added"]) == (
        "van-thu",
        file,
        10,
    )
    assert told[Tag.CATALOGUE_REFUSED].facts["gone"] == 9
    assert len(await table(store, entries)) == 2


async def test_a_body_is_found_by_new_and_old_code_and_alias_however_written(store):
    await imported(store, [replace(UBND, aliases=(AgencyCode("365"),)), *ROWS[1:]])
    asked = ["h40.37", " 000.00.37.h40", "365", "H40.37.2", "000.77.37.H40", "null"]
    assert await found(store, *asked) == {
        "h40.37": UBND.name,
        " 000.00.37.h40": UBND.name,
        "365": UBND.name,
        "H40.37.2": NOI_VU.name,
    }


async def test_a_code_is_never_turned_round_to_find_it(store):
    await imported(store, [row("H40.37.5", name="Chỉ có mã mới")])
    assert await found(store, "000.05.37.H40", "5.37.H40") == {}


async def test_an_own_code_comes_before_anothers_alias(store):
    await imported(store, [row("A", "B", "một"), row("B", "", "hai")])
    assert await found(store, "B") == {"B": "hai"}


async def test_who_is_listed_comes_before_who_is_gone(store):
    old, new = row("000.01.01.H40", "", "cũ"), row("H40.1.1", "000.01.01.H40", "mới")
    await imported(store, [old, *XA])
    await imported(store, [new, *XA], LATER)
    assert await found(store, "000.01.01.H40") == {"000.01.01.H40": "mới"}


async def test_a_code_that_names_two_bodies_names_nobody(store):
    await imported(store, [row("A", "X", "một"), row("B", "X", "hai"), row("C", "Y")])
    assert await found(store, "X", "Y") == {"Y": "C"}


async def test_an_alias_that_moved_leads_to_its_new_body(store):
    await imported(store, [row("A", "X"), row("B"), *XA])
    await imported(store, [row("A"), row("B", "X"), *XA], LATER)
    assert await found(store, "X") == {"X": "B"}
    assert len(await table(store, catalogue_codes)) == 1 + len(XA)


async def test_of_two_axes_the_fresher_one_is_believed(store):
    await store.catalogue.import_rows("one", [row("A", name="cũ")], NOW)
    await store.catalogue.import_rows("two", [row("A", name="mới")], LATER)
    assert await found(store, "A") == {"A": "mới"}


async def test_a_code_that_comes_twice_in_a_file_is_taken_once(store):
    change = await imported(store, [UBND, row("h40.37 ", name="khác")])
    assert (change.rows, change.repeated) == (1, 1)
    assert await found(store, "H40.37") == {"H40.37": UBND.name}


async def test_names_are_searched_without_marks_and_codes_by_their_beginning(store):
    await imported(store, ROWS)

    async def names(text):
        return [body.row.name for body in await store.catalogue.search(text)]

    assert await names("giao thuy") == [UBND.name]
    assert await names("PHÒNG nội") == [NOI_VU.name]
    assert await names("h40.37.2") == [NOI_VU.name, *(x.name for x in XA)]
    assert await names("100%") == []


async def test_two_imports_at_once_come_one_after_the_other(store, second):
    done = await asyncio.gather(
        imported(store, ROWS),
        second.catalogue.import_rows("truc", ROWS, NOW),
    )
    assert sorted(change.added for change in done) == [0, 10]


async def test_thousands_of_bodies_are_taken_and_told_apart(store):
    rows = list(bulk_agencies(12_000))
    assert (await imported(store, rows)).added == 12_000
    rows[7_000] = replace(rows[7_000], name="Tên mới")
    change = await imported(store, rows[10:], LATER)
    assert counts(change) == {"changed": 1, "gone": 10, "unchanged": 11_989}
    renamed = [replace(r, name=f"{r.name} mới") for r in rows[10:]]
    change = await imported(store, renamed, LAST)
    assert counts(change) == {"changed": 11_990}
    assert await found(store, rows[99].old_code) == {
        rows[99].old_code: f"{rows[99].name} mới"
    }


async def test_of_many_changes_the_first_are_told_and_all_are_kept(store):
    await imported(store, XA)
    many = [*XA, *bulk_agencies(500)]
    change = await imported(store, many, LATER)
    assert (change.added, len(change.listed)) == (500, 50)
    assert len(await table(store, catalogue_changes)) == 500
