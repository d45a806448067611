import copy
from dataclasses import fields

import pytest
import yaml

from hub.errors import SettingsError
from hub.model.documents import PaperDuty
from hub.model.limits import Limits
from hub.model.policy import (
    DeliveryPolicy,
    Demand,
    PaperPolicy,
    Policy,
    Remedy,
    SecrecyPolicy,
    SignaturePolicy,
    VerificationPolicy,
)
from hub.rules.reading import read_policy
from tests.unit.rules.cases import POLICY, ROOT

SHIPPED = (ROOT / "config" / "policy.yaml").read_bytes()


def changed(path, value):
    plain = copy.deepcopy(yaml.safe_load(SHIPPED))
    *way, last = path.split(".")
    place = plain
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return yaml.safe_dump(plain, allow_unicode=True).encode()


def problems(data):
    with pytest.raises(SettingsError) as refused:
        read_policy(data)
    return refused.value.problems


def test_the_shipped_file_says_what_the_defaults_say():
    assert POLICY.limits == Limits()
    assert POLICY.delivery == DeliveryPolicy()
    assert POLICY.verification == VerificationPolicy()
    assert POLICY.secrecy == SecrecyPolicy()
    assert POLICY.signatures["default"] == SignaturePolicy()


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("paper", PaperPolicy),
        ("limits", Limits),
        ("verification", VerificationPolicy),
        ("secrecy", SecrecyPolicy),
        ("delivery", DeliveryPolicy),
    ],
)
def test_the_shipped_file_shows_every_threshold(section, kind):
    plain = yaml.safe_load(SHIPPED)
    assert set(plain[section]) == {field.name for field in fields(kind)}


def test_the_shipped_example_of_a_stricter_source_is_stricter_everywhere():
    order = [Remedy.DELIVER, Remedy.HOLD, Remedy.REFUSE]
    default, strict = (POLICY.signatures_of(n) for n in ("", "vi-du-nguon-chat"))
    assert (default.timestamp, strict.timestamp) == (
        Demand.NOT_ASKED,
        Demand.REQUIRED,
    )
    assert set(default.signed_fields) <= set(strict.signed_fields)
    remedies = [f for f in fields(SignaturePolicy) if f.type is Remedy]
    assert len(remedies) > 10
    for field in remedies:
        ours, theirs = getattr(default, field.name), getattr(strict, field.name)
        assert order.index(theirs) >= order.index(ours)


def test_the_version_is_of_the_bytes():
    assert len(POLICY.version) == 64
    assert read_policy(SHIPPED + b"# x\n").version != POLICY.version
    assert "version" in problems(SHIPPED + b"version: mine\n")[0]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("colour", "red", "colour"),
        ("limits.colour", 1, "limits.colour"),
        ("limits.parts", "many", "limits.parts"),
        ("limits.parts", 0, "limits.parts: must be more than nothing"),
        ("signatures", {"x": {}}, "`default` is missing"),
        ("signatures.default.failed", "shrug", "signatures.default.failed"),
        ("signatures.default.failed", "deliver", "never simply delivered"),
        ("signatures.default.signed_fields", ["type", "type"], "a field twice"),
        ("signatures.default.signed_fields", ["colour"], "signed_fields.0"),
        ("signatures.default.timestamp", "hold", "signatures.default.timestamp"),
        ("edition", " ", "edition: must name this version"),
        ("edition", "x" * 81, "edition: must name this version"),
        ("secrecy.marks", [], "secrecy.marks"),
        ("secrecy.marks", ["Mật", " - "], "secrecy.marks"),
        ("paper.future_days", -1, "paper.future_days"),
        ("paper.future_days", 10**9, "paper.future_days"),
        ("paper.paperless_types", ["khong-ro"], "a type nobody knows"),
        ("paper.parallel_types", ["bao-cao"], "paperless and in parallel"),
        ("paper.parallel_types", ["letter"], "paper.parallel_types.0"),
        ("paper.periods", [], "must have `first_day: null`"),
        ("paper.periods.0.first_day", "2019-01-01", "must have `first_day: null`"),
        ("paper.periods.2.first_day", None, "only the first period"),
        ("paper.periods.2.first_day", "2019-08-01", "in the order"),
        ("paper.periods.2.name", "from-2019-08-01", "names must differ"),
        ("paper.periods.2.cells.unnamed-type", {}, "the cell is missing"),
        ("paper.periods.2.cells.unnamed-type.signed", "hold", "cannot be stopped"),
        ("paper.periods.2.cells.paperless-type.unsigned", "paperless", "only what is"),
        ("verification.minimum_rsa_bits", 512, "verification.minimum_rsa_bits"),
        ("verification.clock_skew_seconds", -1, "verification.clock_skew_seconds"),
        ("delivery.backoff_seconds", [], "delivery.backoff_seconds"),
        ("delivery.jitter", 2, "delivery.jitter"),
        ("delivery.deadline_hours", 0, "delivery.deadline_hours"),
        ("delivery.inline_bytes", -1, "delivery: sizes"),
        ("delivery.queue_length", 0, "delivery.queue_length"),
        ("delivery.inbound_bytes", 0, "delivery.inbound_bytes"),
        ("delivery.lanes", {"urgent": [3]}, "delivery.lanes.urgent"),
        ("delivery.lanes", {"in": [3]}, "delivery.lanes.in"),
        ("delivery.lanes", {"a": [3], "b": [2, 3]}, "delivery.lanes: a priority"),
        ("delivery.lanes", {"Hỏa tốc": [3]}, "delivery.lanes"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(path, value, problem):
    assert any(problem in line for line in problems(changed(path, value)))


def test_all_problems_are_listed_at_once():
    bad = changed("delivery", {"jitter": 2, "deadline_hours": 0, "inline_bytes": -1})
    assert len(problems(bad)) == 3


def test_a_policy_without_its_paper_rule_is_refused():
    plain = yaml.safe_load(SHIPPED)
    del plain["paper"]
    assert problems(yaml.safe_dump(plain).encode())


def test_nothing_but_signed_is_without_paper_in_any_readable_policy():
    for period in POLICY.paper.periods:
        for row in period.cells.values():
            for column, duty in row.items():
                assert duty is not PaperDuty.PAPERLESS or column == "signed"


def test_a_source_without_an_entry_takes_the_default():
    assert POLICY.signatures_of("nobody") is POLICY.signatures["default"]
    assert {f.name for f in fields(Policy)} >= {"paper", "signatures", "version"}
