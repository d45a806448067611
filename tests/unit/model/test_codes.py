import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.codes import (
    CodeForm,
    is_well_formed,
    look_alikes,
    names_somebody,
    parse,
)
from hub.model.ids import normal_code

roots = st.from_regex(r"\A[A-Z][1-9][0-9]\Z")
numbers = st.lists(st.integers(1, 99), max_size=3)


def old(root, levels):
    """QCVN 102:2016: level 4 has three digits."""
    two, three, four = [*levels, 0, 0, 0][:3]
    return f"{four:03}.{three:02}.{two:02}.{root}"


def new(root, levels):
    return ".".join((root, *map(str, levels)))


@pytest.mark.parametrize(
    ("code", "form", "levels"),
    [
        ("000.00.00.H40", CodeForm.OLD, ("H40",)),
        ("000.00.37.H40", CodeForm.OLD, ("H40", "37")),
        ("000.05.37.H40", CodeForm.OLD, ("H40", "37", "05")),
        (" 000.05.37.h40\u200b", CodeForm.OLD, ("H40", "37", "05")),
        ("28.22.H17", CodeForm.OLD_SHORT, ("H17", "22", "28")),
        ("01.02.G22", CodeForm.OLD_SHORT, ("G22", "02", "01")),
        ("H40", CodeForm.NEW, ("H40",)),
        ("H40.12.3", CodeForm.NEW, ("H40", "12", "3")),
        ("H37.DN.001", CodeForm.NEW, ("H37", "DN", "001")),
        ("000.00.01.W00", CodeForm.SYSTEM, ("W00", "01")),
        ("vxp.saas.03", CodeForm.OTHER, ()),
        ("H40." + "1." * 20 + "1", CodeForm.OTHER, ()),
        ("000.\u06605.37.H40", CodeForm.OTHER, ()),
        ("null", CodeForm.NONE, ()),
        (" ", CodeForm.NONE, ()),
    ],
)
def test_every_form_that_was_seen_is_told(code, form, levels):
    found = parse(code)
    assert (found.form, found.levels) == (form, levels)


@given(roots, numbers)
def test_both_forms_of_one_body_have_the_same_levels_but_for_zeros(root, levels):
    one, other = parse(old(root, levels)), parse(new(root, levels))
    assert (one.form, other.form) == (CodeForm.OLD, CodeForm.NEW)
    assert [lv.lstrip("0") for lv in one.levels] == [
        lv.lstrip("0") for lv in other.levels
    ]


@given(roots, numbers)
def test_a_code_in_either_form_may_be_taken_for_the_other(root, levels):
    assert old(root, levels) in set(look_alikes(new(root, levels)))
    assert new(root, levels) in set(look_alikes(old(root, levels)))


@given(st.text(max_size=60))
def test_any_text_whatsoever_has_a_form(text):
    found = parse(text)
    assert (found.form is CodeForm.NONE) != names_somebody(text)
    assert next(look_alikes(text)) == text
    assert bool(found.levels) == (found.form not in {CodeForm.OTHER, CodeForm.NONE})


@given(st.text(st.sampled_from("Hho0O12379.,-/ _\u200b\u00a0\uff28"), max_size=60))
def test_reading_a_code_again_changes_nothing(text):
    found = parse(text)
    assert parse(found.text) == found


def test_what_is_written_in_the_registry_must_be_written_strictly():
    assert is_well_formed("000.05.37.H40")
    assert not is_well_formed("000.05.37.h40")
    assert not is_well_formed(" 000.05.37.H40")


@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_plain_letters_are_made_normal_as_all_others_are(text):
    """Behind a letter that is not plain the long way is taken, to the same end."""
    assert normal_code("Đ" + text) == "Đ" + normal_code(text)
