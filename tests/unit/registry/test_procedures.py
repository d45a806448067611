"""procedures.yaml: the shipped list, and every problem of one at once."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from hub.errors import SettingsError
from hub.registry.procedures import ProcedureBook, read_procedures
from hub.registry.reading import read_agencies
from hub.resources import resource

AGENCIES = read_agencies(resource("config", "agencies.yaml").read_bytes())
SHIPPED = read_procedures(resource("config", "procedures.yaml").read_bytes(), AGENCIES)


def test_there_are_as_many_procedures_as_the_district_has():
    assert len(SHIPPED.procedures) == 223
    assert sum(p.level == 3 for p in SHIPPED.procedures) == 87


def test_every_office_owns_some_and_they_are_labelled_as_made_up():
    offices = [a.code for a in AGENCIES.agencies if a.kind == "office"]
    owned = Counter(p.office for p in SHIPPED.procedures)
    assert set(owned) == set(offices)
    assert len(offices) == 12
    assert "không phải danh mục công bố" in SHIPPED.label


def test_a_procedure_is_found_however_its_code_is_spelled():
    one = SHIPPED.procedures[0]
    assert SHIPPED.find(f" {one.code.lower()} ") == one
    assert SHIPPED.find("9.900001") == one
    assert SHIPPED.find("9.900001.000.00.00.H40") == one
    assert SHIPPED.find("1.000000") is None
    assert SHIPPED.find("") is None
    assert SHIPPED.offices()[one.code] == one.office


def test_every_problem_is_told_at_once():
    text = """
as_of: 2019-11-15
label: x
fields: {HT: Hộ tịch}
procedures:
  - {code: "1", name: a, field: HT, office: "000.03.37.H40", level: 3, days: 3}
  - {code: "1", name: a, field: XX, office: "000.99.37.H40", level: 5, days: 0}
"""
    with pytest.raises(SettingsError) as caught:
        read_procedures(text.encode(), AGENCIES)
    told = "\n".join(caught.value.problems)
    for part in (
        "code '1' stands there 2 times",
        "name 'a' stands there 2 times",
        "field 'XX'",
        "office 000.99.37.H40",
        "level 5",
        "0 days",
    ):
        assert part in told


def test_a_number_that_two_offices_have_alone_names_neither():
    one, other = SHIPPED.procedures[:2]
    other = replace(other, code="9.900001.000.03.37.H40")
    book = ProcedureBook((one, other))
    assert book.find("9.900001") is None
    assert book.find(other.code) == other


def test_codes_are_in_the_portals_shape_and_outside_its_real_range():
    shape = re.compile(r"9\.9[0-9]{5}\.000\.00\.37\.H40")
    assert all(shape.fullmatch(p.code) for p in SHIPPED.procedures)
    assert len({p.name.casefold() for p in SHIPPED.procedures}) == 223
