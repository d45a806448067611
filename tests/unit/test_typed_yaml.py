from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import SettingsError
from hub.typed_yaml import load, shape, version_of


@dataclass(frozen=True, slots=True)
class Box:
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    size: int
    marks: tuple[str, ...] = ()


def problems(data):
    with pytest.raises(SettingsError) as refused:
        shape(load(data), Box)
    return refused.value.problems


def test_a_file_becomes_a_value():
    assert shape(load(b"size: 3\nmarks: [a, b]\n"), Box) == Box(3, ("a", "b"))


def test_a_byte_order_mark_is_forgiven():
    assert load(b"\xef\xbb\xbfsize: 3") == {"size": 3}


def test_every_problem_is_listed_with_its_place():
    listed = problems(b"size: many\nmarks: [1]\ncolour: red\n")
    assert {line.partition(":")[0] for line in listed} == {"size", "marks.0", "colour"}


def test_a_key_twice_is_a_problem_and_not_the_last_one_wins():
    assert "stands there twice" in problems(b"size: 3\nsize: 4\n")[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"- 1",
        b"just words",
        b"a: [",
        b"\xff\xfe",
        b"a: 2019-02-30",
        b"!!python/x 1",
        b"? [a]\n: 1",
        b"a: !!bool x",
        b"a: !!timestamp x",
        b"a: !!int ''",
        b"[" * 5000,
    ],
)
def test_what_is_no_mapping_of_keys_is_refused(data):
    with pytest.raises(SettingsError):
        load(data)


@given(
    st.binary(max_size=60)
    | st.text("{}[]:,-&*!|>#'\" \nab1", max_size=40).map(str.encode)
)
def test_no_bytes_raise_anything_else(data):
    # Any other exception fails the test.
    with suppress(SettingsError):
        assert isinstance(load(data), dict)


def test_the_version_is_short_and_of_the_bytes():
    assert version_of(b"a") != version_of(b"b")
    assert len(version_of(b"a")) == 64
