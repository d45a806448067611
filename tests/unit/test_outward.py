"""`outward:` of the settings: ways out, and what is said of wrong ones."""

from hub.model.ids import AgencyCode
from hub.outward import OutwardTable, Reach, problems, ways

G01 = AgencyCode("000.00.00.G01")
SNN = AgencyCode("000.00.12.H40")
AXIS = Reach(("*",), carrier=True)
REACH = {"truc": AXIS, "thu": Reach((SNN,), alone=True), "cong": Reach(carrier=True)}


def led(found, code):
    way = found.to(code)
    return way and (way.source, way.alone)


def test_without_a_word_the_only_carrier_brings_everything_out():
    assert led(ways((), REACH), G01) == ("truc", False)


def test_of_two_carriers_none_is_chosen_by_itself():
    assert ways((), REACH | {"truc-2": AXIS}).to(G01) is None


def test_a_table_that_names_others_leaves_the_carrier_out():
    table = OutwardTable(codes=("*",), by="thu")
    told = ways((table,), REACH)
    assert (led(told, G01), led(told, SNN)) == (None, ("thu", True))


def test_every_wrong_line_is_named():
    tables = [OutwardTable(codes=("*",), by=name) for name in ("truc", "lạ", "cong")]
    assert list(problems(tables, REACH)) == [
        "outward.1.by: no source lạ",
        "outward.2.by: cong brings nothing out of this hub",
    ]
