"""What can be wrong with days of retention and of the paper desk."""

import pytest
import yaml

from hub.errors import SettingsError
from hub.resources import resource
from hub.rules.reading import read_policy


def problems(change) -> tuple[str, ...]:
    plain = yaml.safe_load(resource("config", "policy.yaml").read_bytes())
    change(plain)
    try:
        read_policy(yaml.safe_dump(plain, allow_unicode=True).encode())
    except SettingsError as error:
        return error.problems
    return ()


def first(**values):
    return lambda plain: plain["retention"]["classes"][0].update(values)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (first(particulars_days=3), "retention.classes.ho-so.particulars_days"),
        (first(bodies_days=10**9), "retention.classes.ho-so.bodies_days"),
        (first(name="van-ban"), "retention.classes: names must differ"),
        (first(name=""), "retention.classes: names must differ"),
        (first(matters=["khac"]), "matters"),
        (first(otherwise=1), "otherwise"),
        (
            lambda plain: plain["retention"].update(operators_days=0),
            "retention.operators_days",
        ),
        (
            lambda plain: plain["paper_desk"].update(send_working_days=-1),
            "paper_desk.send_working_days",
        ),
    ],
)
def test_days_that_cannot_be_meant_are_refused(change, told):
    assert any(told in problem for problem in problems(change))


def test_null_days_and_no_class_at_all_are_fine():
    assert problems(first(particulars_days=None, bodies_days=None)) == ()
    assert problems(lambda plain: plain.pop("retention")) == ()
