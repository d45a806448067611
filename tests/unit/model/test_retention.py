"""Which class a document falls into, and what goes when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.model.decisions import Disposition
from hub.model.documents import DocumentType
from hub.model.ids import ArrivalId, DocumentKey
from hub.model.retention import (
    Block,
    Kept,
    Matter,
    RetentionClass,
    RetentionPolicy,
    class_of,
    fate_of,
)
from hub.resources import resource
from hub.rules.reading import read_policy

LAST = datetime(2019, 11, 15, tzinfo=UTC)
DAY = timedelta(days=1)
KEPT = Kept(
    document=DocumentKey("d"),
    arrivals=(ArrivalId("a"),),
    matter=Matter.NEW,
    type="bao-cao",
    notation="1/BC",
    disposition=Disposition.DELIVER,
    sources=("axis",),
    last_at=LAST,
    particulars=2,
    bodies=1,
)
REST = RetentionClass("rest", 100, 200)
SHIPPED = read_policy(resource("config", "policy.yaml").read_bytes()).retention


def policy(*classes: RetentionClass) -> RetentionPolicy:
    return RetentionPolicy((*classes, REST))


@pytest.mark.parametrize(
    ("key", "fits", "other"),
    [
        ("matters", (Matter.NEW,), (Matter.DOSSIER,)),
        ("types", (DocumentType.REPORT,), (DocumentType.DECISION,)),
        ("dispositions", (Disposition.DELIVER,), (Disposition.REFUSE,)),
        ("sources", ("axis", "mail"), ("mail",)),
    ],
)
def test_a_class_fits_by_each_of_its_keys(key, fits, other):
    first = RetentionClass("first", 1, 1)
    assert class_of(policy(replace(first, **{key: fits})), KEPT) != REST
    assert class_of(policy(replace(first, **{key: other})), KEPT) == REST


def test_what_came_by_two_doors_fits_only_a_class_of_both():
    both = replace(KEPT, sources=("axis", "mail"))
    mail = RetentionClass("mail", 1, 1, sources=("mail",))
    assert class_of(policy(mail), both) == REST


def test_what_fits_no_class_is_kept_for_ever():
    fate = fate_of(RetentionPolicy(), KEPT, LAST + 10_000 * DAY)
    assert (fate.goes, fate.due_at, fate.retention_class) == (False, None, None)


@pytest.mark.parametrize(
    ("days", "particulars", "bodies", "due"),
    [
        (99, False, False, 100),
        (100, True, False, 200),
        (199, True, False, 200),
        (200, True, True, None),
    ],
)
def test_each_half_goes_on_its_own_day(days, particulars, bodies, due):
    fate = fate_of(policy(), KEPT, LAST + days * DAY)
    assert (fate.particulars, fate.bodies) == (particulars, bodies)
    assert fate.due_at == (LAST + due * DAY if due else None)


def test_what_is_gone_goes_no_more():
    gone = replace(KEPT, particulars=0, bodies=0)
    assert not fate_of(policy(), gone, LAST + 10_000 * DAY).goes


def test_null_days_keep_for_ever():
    ever = RetentionPolicy((RetentionClass("ever", None, None),))
    fate = fate_of(ever, KEPT, LAST + 10_000 * DAY)
    assert (fate.goes, fate.due_at) == (False, None)


@pytest.mark.parametrize("block", Block)
def test_whatever_is_open_stays_whole(block):
    fate = fate_of(policy(), replace(KEPT, blocks=(block,)), LAST + 10_000 * DAY)
    assert not fate.goes


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"matter": Matter.DOSSIER}, "ho-so"),
        (
            {"matter": Matter.UNREAD, "type": "", "disposition": None},
            "khong-phai-van-ban",
        ),
        ({"disposition": Disposition.REFUSE}, "tu-choi"),
        ({"matter": Matter.STATUS}, "trang-thai"),
        ({"type": "quyet-dinh"}, "quy-pham"),
        ({}, "van-ban"),
    ],
)
def test_the_shipped_policy_has_a_class_for_everything(changes, name):
    chosen = class_of(SHIPPED, replace(KEPT, **changes))
    assert chosen is not None
    assert chosen.name == name
