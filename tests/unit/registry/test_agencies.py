from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.agencies import Agency, AgencyKind
from hub.model.ids import AgencyCode, normal_code
from hub.ports import Registry
from hub.registry.agencies import AgencyBook, OwnCode

TODAY, END = date(2019, 11, 20), date(2019, 6, 30)
AFTER = END + timedelta(days=1)
HUB = OwnCode(AgencyCode("000.90.37.H40"), "Trục")


def commune(number, queue="", **more):
    codes = {"aliases", "successors"} & more.keys()
    more |= {key: tuple(AgencyCode(c) for c in more[key]) for key in codes}
    code = AgencyCode(f"000.{number}.37.H40")
    slug = queue or f"xa-{number}"
    return Agency(code, f"Xã {number}", AgencyKind.COMMUNE, slug, **more)


def book(*agencies, territory=(".37.H40", "H40.37.")):
    return AgencyBook(agencies=agencies, hub=HUB, territory=territory)


def found(registry: Registry, code: str, on: date = TODAY) -> str | None:
    agency = registry.find(AgencyCode(code), on)
    return agency.queue if agency else None


def test_an_agency_is_found_by_code_and_by_alias():
    shelf = book(commune(20, aliases=["H40.37.20"]), commune(21))
    assert found(shelf, "000.20.37.H40") == "xa-20"
    assert found(shelf, "H40.37.20") == "xa-20"
    assert found(shelf, "000.21.37.H40") == "xa-21"


@given(
    st.sampled_from(["000.20.37.H40", "H40.37.20"]),
    st.sampled_from([str.upper, str.lower]),
    st.lists(
        st.tuples(st.integers(0, 13), st.sampled_from(" \t\n\u00a0\u200b\ufeff")),
        max_size=4,
    ),
)
def test_case_and_blanks_and_invisible_letters_are_forgiven(code, casing, noise):
    written = casing(code)
    for place, blank in noise:
        written = written[:place] + blank + written[place:]
    assert found(book(commune(20, aliases=["H40.37.20"])), written) == "xa-20"
    assert normal_code(written) == code


def test_codes_are_never_turned_round_or_cut():
    shelf = book(commune(20))
    for other in ("H40.37.20.000", "20.37.H40", "000.20.37.H4", "", "null"):
        assert found(shelf, other) is None


def test_validity_counts_both_its_days():
    shelf = book(commune(20, valid_from=END, valid_until=END))
    days = [END - timedelta(days=1), END, AFTER]
    assert [found(shelf, "000.20.37.H40", day) for day in days] == [None, "xa-20", None]


def test_who_ended_is_followed_through_all_its_successors():
    shelf = book(
        commune(20, valid_until=END, successors=["000.21.37.H40"]),
        commune(21, valid_until=END, successors=["000.22.37.H40"]),
        commune(22),
    )
    assert found(shelf, "000.20.37.H40", END) == "xa-20"
    assert found(shelf, "000.20.37.H40", AFTER) == "xa-22"


def test_of_several_successors_the_only_one_that_is_valid_is_taken():
    shelf = book(
        commune(20, valid_until=END, successors=["000.21.37.H40", "000.22.37.H40"]),
        commune(21, valid_from=TODAY + timedelta(days=1)),
        commune(22),
    )
    assert found(shelf, "000.20.37.H40") == "xa-22"


def heirs(shelf: Registry, code: str, on: date = TODAY) -> list[str]:
    return [agency.queue for agency in shelf.heirs(AgencyCode(code), on)]


def test_who_was_split_has_several_heirs_and_none_of_them_is_taken():
    shelf = book(
        commune(20, valid_until=END, successors=["000.21.37.H40", "000.22.37.H40"]),
        commune(21),
        commune(22),
    )
    assert found(shelf, "000.20.37.H40") is None
    assert heirs(shelf, "000.20.37.H40") == ["xa-21", "xa-22"]
    assert heirs(shelf, "000.20.37.H40", END) == ["xa-20"]
    assert heirs(shelf, "000.77.37.H40") == []


def test_who_was_split_and_joined_again_has_one_heir():
    shelf = book(
        commune(20, valid_until=END, successors=["000.21.37.H40", "000.22.37.H40"]),
        commune(21, valid_until=END, successors=["000.23.37.H40"]),
        commune(22, valid_until=END, successors=["000.23.37.H40"]),
        commune(23),
    )
    assert heirs(shelf, "000.20.37.H40") == ["xa-23"]
    assert found(shelf, "000.20.37.H40") == "xa-23"


def test_a_loop_of_successors_ends_in_nobody():
    shelf = book(
        commune(20, valid_until=END, successors=["000.21.37.H40"]),
        commune(21, valid_until=END, successors=["000.20.37.H40"]),
    )
    assert found(shelf, "000.20.37.H40") is None


def test_who_has_not_begun_yet_is_not_replaced_by_its_successor():
    shelf = book(
        commune(20, valid_from=TODAY + timedelta(days=1), successors=["000.21.37.H40"]),
        commune(21),
    )
    assert found(shelf, "000.20.37.H40") is None


def test_a_renamed_commune_may_keep_its_code():
    shelf = book(
        commune(20, "xa-cu", valid_until=END), commune(20, "xa-moi", valid_from=AFTER)
    )
    assert shelf.problems() == ()
    assert found(shelf, "000.20.37.H40", END) == "xa-cu"
    assert found(shelf, "000.20.37.H40", AFTER) == "xa-moi"


def test_ours_is_who_is_in_the_book_valid_or_not_and_the_hub_itself():
    shelf = book(commune(20, aliases=["H40.37.20"], valid_until=END))
    for code in ("000.20.37.h40", "H40.37.20", HUB.code):
        assert shelf.is_ours(AgencyCode(code))
    for code in ("000.21.37.H40", "000.00.00.G22", ""):
        assert not shelf.is_ours(AgencyCode(code))


@pytest.mark.parametrize(
    "code", ["000.99.37.H40", "000.99.37.h40 ", "99.37.H40", "H40.37.99", "h40.37.9.1"]
)
def test_codes_of_the_territory_are_local_even_when_unknown(code):
    assert book(commune(20)).is_local(AgencyCode(code))


@pytest.mark.parametrize(
    "code",
    ["000.00.37.H41", "000.00.00.H40", "H40", "H40.3", "H40.371", "H37.DN.001", ""],
)
def test_codes_elsewhere_are_not_local(code):
    assert not book(commune(20)).is_local(AgencyCode(code))


def test_an_agency_outside_the_territory_is_local_when_it_is_attached():
    assert book(commune(20), territory=()).is_local(AgencyCode("000.20.37.H40"))


@given(st.text(max_size=20), st.dates())
def test_no_code_breaks_a_look_up(code, day):
    shelf = book(
        commune(20, valid_until=END, successors=["000.21.37.H40"]), commune(21)
    )
    agency = shelf.find(AgencyCode(code), day)
    assert agency is None or shelf.is_ours(AgencyCode(code))
