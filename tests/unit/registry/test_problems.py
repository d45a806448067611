import pytest

from hub.model.ids import AgencyCode
from hub.registry.agencies import AgencyBook, OwnCode
from tests.unit.registry.test_agencies import AFTER, END, book, commune


def problems(*agencies, **more):
    return book(*agencies, **more).problems()


def test_a_sound_book_has_no_problems():
    assert problems(commune(20, aliases=["H40.37.20"]), commune(21)) == ()


@pytest.mark.parametrize(
    ("agencies", "problem"),
    [
        ((commune(20, "a"), commune(20, "b")), "code 000.20.37.H40 belongs to both"),
        (
            (commune(20, aliases=["H40.1"]), commune(21, aliases=["H40.1"])),
            "code H40.1 belongs to both",
        ),
        (
            (commune(20), commune(21, aliases=["000.20.37.H40"])),
            "code 000.20.37.H40 belongs to both",
        ),
        ((commune(20, "xa"), commune(21, "xa")), "queue xa belongs to both"),
        (
            (commune(20, mailboxes=("A@x",)), commune(21, mailboxes=("a@x",))),
            "mailbox a@x belongs to both",
        ),
        ((commune(20, mailboxes=("x",)),), "mailbox 'x' is not an address"),
        ((commune(20, "Xã An"),), "queue 'Xã An' is not a slug"),
        ((commune(20, "x" * 61),), "is not a slug"),
        ((commune(20, "xa-"),), "is not a slug"),
        ((commune(20, aliases=["h40.37"]),), "'h40.37' has none of the known forms"),
        ((commune(20, aliases=["null"]),), "'null' has none of the known forms"),
        ((commune("2"),), "'000.2.37.H40' has none of the known forms"),
        ((commune(90),), "hub.code 000.90.37.H40 is also the code of an agency"),
        (
            (commune(20, valid_until=END, successors=["H40.9"]),),
            "successor H40.9 is unknown",
        ),
        (
            (commune(20, successors=["000.21.37.H40"]), commune(21)),
            "has successors but no valid_until",
        ),
        ((commune(20, valid_from=AFTER, valid_until=END),), "lies before valid_from"),
        ((commune(20, parent=AgencyCode("H40.9")),), "parent H40.9 is unknown"),
        ((commune(20, parent=AgencyCode("000.20.37.H40")),), "is its own parent"),
        (
            (
                commune(20, valid_until=END, successors=["000.21.37.H40"]),
                commune(21, valid_until=END, successors=["000.20.37.H40"]),
            ),
            "000.20.37.H40: its successors lead back to itself",
        ),
    ],
)
def test_each_inconsistency_is_named(agencies, problem):
    assert any(problem in line for line in problems(*agencies))


def test_all_problems_are_listed_at_once():
    listed = problems(commune(20, "Xã"), commune(20, "xa", aliases=["null"]))
    assert len(listed) == 3


@pytest.mark.parametrize("part", ["", ".", "37.H40", ".37.H40."])
def test_a_territory_is_an_ending_or_a_beginning(part):
    assert any("territory" in line for line in problems(commune(20), territory=(part,)))


def test_the_hubs_own_code_must_have_a_known_form():
    shelf = AgencyBook((commune(20),), OwnCode(AgencyCode("hub"), "Trục"))
    assert shelf.problems() == ("hub.code 'hub' has none of the known forms",)
