"""Which source brings documents to which bodies elsewhere."""

import pytest

from hub.model.ids import AgencyCode
from hub.model.ways import Way, Ways

OFFICE = AgencyCode("000.00.12.H40")


@pytest.mark.parametrize(
    ("pattern", "leads"),
    [
        ("*", True),
        ("*.H40", True),
        ("000.00.12.*", True),
        ("000.00.12.h40 ", True),
        ("000.00.1?.H40", False),
        ("000.00.1[2].H40", False),
        ("000.00.13.*", False),
        ("H40", False),
    ],
)
def test_only_the_star_of_a_pattern_stands_for_other_letters(pattern, leads):
    assert Way("axis", (pattern,)).leads_to(OFFICE) is leads


def test_the_first_way_that_leads_there_is_taken():
    ways = Ways((Way("mail", ("*.H40",)), Way("axis")))
    assert ways.to(OFFICE) == ways.ways[0]
    assert ways.to(AgencyCode("000.00.00.G01")) == ways.ways[1]


def test_a_source_is_not_taken_for_what_it_cannot_reach():
    ways = Ways((Way("mail", within=("000.00.00.G01",)), Way("axis", ("*.G01",))))
    assert ways.to(OFFICE) is None
    assert Ways().to(OFFICE) is None
