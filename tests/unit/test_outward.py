"""`outward:` of the settings: ways out, and what is said of wrong ones."""

from hub.model.ids import AgencyCode
from hub.outward import OutwardTable, problems, ways

G01 = AgencyCode("000.00.00.G01")
REACH = {"truc": ("*",), "thu": ("000.00.12.H40",), "cong": ()}


def test_without_a_word_the_only_carrier_brings_everything_out():
    assert ways((), REACH, ["truc", "cong"]).to(G01) == "truc"


def test_of_two_carriers_none_is_chosen_by_itself():
    assert ways((), REACH | {"truc-2": ("*",)}, ["truc", "truc-2"]).to(G01) == ""


def test_a_table_that_names_others_leaves_the_carrier_out():
    table = OutwardTable(codes=("*",), by="thu")
    told = ways((table,), REACH, ["truc"])
    assert (told.to(G01), told.to(AgencyCode("000.00.12.H40"))) == ("", "thu")


def test_every_wrong_line_is_named():
    tables = [OutwardTable(codes=("*",), by=name) for name in ("truc", "lạ", "cong")]
    assert list(problems(tables, REACH)) == [
        "outward.1.by: no source lạ",
        "outward.2.by: cong brings nothing out of this hub",
    ]
