"""calendar.yaml: every problem of it at once."""

import pytest

from hub.errors import SettingsError
from hub.registry.calendar import read_calendar

SOUND = """
label: x
hours: [{begin: "08:00:00", end: "12:00:00"}, {begin: "13:00:00", end: "17:00:00"}]
weekend: [6, 7]
years: {2019: {certain: true, holidays: [2019-01-01], make_up: [2019-01-05]}}
"""


def test_a_sound_file_is_read():
    calendar = read_calendar(SOUND.encode())
    assert calendar.day_length.total_seconds() == 8 * 3600
    assert calendar.version


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('end: "12:00:00"', 'end: "08:00:00"', "is not before"),
        ('begin: "13:00:00"', 'begin: "11:00:00"', "lies within"),
        ("[6, 7]", "[1, 2, 3, 4, 5, 6, 7]", "weekend"),
        ("[6, 7]", "[0]", "weekend"),
        ("[2019-01-01]", "[2020-01-01]", "of another year"),
        ("make_up: [2019-01-05]", "make_up: [2019-01-04]", "no weekend day"),
        ("[2019-01-01]", "[2019-01-05]", "both a holiday and a make-up day"),
        ("label: x", "label: x\nodd: 1", "odd"),
    ],
)
def test_a_problem_is_told(old, new, told):
    with pytest.raises(SettingsError) as caught:
        read_calendar(SOUND.replace(old, new).encode())
    assert any(told in line for line in caught.value.problems)
