"""What messages about one dossier come to, in whatever order they arrive."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.dossiers import Dossier, DossierAct, first, joined, merged, same_case

NUMBER, OTHER = "000.00.37.H40-191115-00001", "H40.37-191115-77777"
EIGHT = datetime(2019, 11, 15, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NINE, TEN, ELEVEN = (EIGHT + n * HOUR for n in (1, 2, 3))
ADD = Dossier(DossierAct.ADD, NUMBER, channel=2, status="1", submitted_at=EIGHT)


def step(status: str, said_at: datetime | None, **changes) -> Dossier:
    told = Dossier(DossierAct.PROGRESS, NUMBER, status=status, said_at=said_at)
    return replace(told, **changes)


def after(*told: tuple[Dossier, datetime]):
    """The row after messages that arrived at these moments."""
    (begun, at), *others = told
    row = first("portal", begun, "0", at)
    for place, (message, came) in enumerate(others, start=1):
        row = merged(row, message, str(place), came)
    return row


def test_a_later_word_counts_and_what_it_leaves_out_stays():
    row = after((ADD, EIGHT), (step("4", TEN), TEN))
    assert (row.status, row.status_before, row.channel) == ("4", "1", 2)
    assert (row.arrival, row.first_at, row.status_at) == ("1", EIGHT, TEN)


def test_an_earlier_word_fills_gaps_only():
    older = step("2", NINE, other_number=OTHER, channel=1)
    row = after((ADD, EIGHT), (step("4", TEN), TEN), (older, ELEVEN))
    assert (row.status, row.other_number, row.channel) == ("4", OTHER, 2)
    assert row.arrival == "1"


def test_a_lot_that_was_long_under_way_hides_no_step_taken_meanwhile():
    # Handed in at eight, taken up at nine; the hub was away and heard of both at ten.
    row = after((ADD, TEN), (step("2", NINE), TEN))
    assert (row.status, row.status_at) == ("2", NINE)


def test_a_dossier_sent_again_as_new_is_not_new_again():
    row = after((ADD, EIGHT), (step("2", NINE), NINE), (ADD, ELEVEN))
    assert row.status == "2"


def test_an_update_without_a_moment_speaks_of_when_it_arrived():
    update = replace(ADD, act=DossierAct.UPDATE, status="5", due_at=ELEVEN)
    row = after((ADD, EIGHT), (step("4", NINE), NINE), (update, TEN))
    assert (row.status, row.due_at) == ("5", ELEVEN)


def test_steps_told_after_the_present_state_say_what_was_before_it():
    done = replace(ADD, status="9", finished_at=ELEVEN)
    row = after((done, ELEVEN), (step("2", EIGHT), ELEVEN), (step("5", NINE), ELEVEN))
    assert (row.status, row.status_before, row.doubted) == ("9", "5", True)


@pytest.mark.parametrize("status", ["5", "6", "8"])
def test_done_straight_after_waiting_or_stopping_is_doubted(status):
    told = (ADD, EIGHT), (step(status, NINE), NINE), (step("9", TEN), TEN)
    assert after(*told).doubted
    assert not after(*told[:2]).doubted
    assert not after(*told, (step("10", ELEVEN), ELEVEN)).doubted


def test_work_between_waiting_and_done_leaves_no_doubt():
    told = [(step(s, t), t) for s, t in (("5", NINE), ("4", TEN), ("9", ELEVEN))]
    assert not after((ADD, EIGHT), *told).doubted


def test_a_dossier_taken_up_again_has_not_ended():
    row = after((step("9", NINE, finished_at=NINE), NINE), (step("4", TEN), TEN))
    assert row.finished_at is None
    row = after((step("9", NINE, finished_at=NINE), NINE), (step("10", TEN), TEN))
    assert row.finished_at == NINE


def test_a_clock_that_runs_years_ahead_silences_nobody_for_longer_than_a_day():
    mad = step("2", EIGHT + timedelta(days=9_999))
    tomorrow = EIGHT + timedelta(days=1, minutes=1)
    assert after((ADD, EIGHT), (mad, NINE), (step("4", TEN), TEN)).status == "2"
    late = step("4", tomorrow + HOUR)
    assert after((ADD, EIGHT), (mad, NINE), (late, tomorrow + HOUR)).status == "4"


@pytest.mark.parametrize(
    ("number", "other"), [(OTHER, ""), (OTHER, NUMBER), (NUMBER, OTHER)]
)
def test_both_numbers_stay_whichever_a_message_calls_it_by(number, other):
    told = replace(step("2", NINE), number=number, other_number=other)
    row = after((ADD, EIGHT), (told, NINE))
    assert (row.number, row.other_number) == (NUMBER, OTHER)
    row = merged(row, step("4", TEN), "2", TEN)
    assert (row.number, row.other_number) == (NUMBER, OTHER)


def test_another_procedure_under_a_shared_number_is_another_case():
    row = after((replace(ADD, procedure="9.900001"), EIGHT))
    assert same_case(row, ADD)
    assert same_case(row, replace(ADD, procedure="9.900001"))
    assert not same_case(row, replace(ADD, procedure="9.900002"))


def test_two_rows_of_one_dossier_become_one_with_both_numbers():
    one = after((ADD, EIGHT))
    late = step("4", TEN, number=OTHER, due_at=ELEVEN)
    other = first("portal", late, "9", TEN)
    for row in (joined(one, other), joined(replace(one, due_at=NINE), other)):
        assert (row.key, row.number, row.other_number) == (one.key, NUMBER, OTHER)
        assert (row.status, row.due_at, row.channel) == ("4", ELEVEN, 2)
        assert (row.first_at, row.arrival) == (EIGHT, "9")


def test_progress_that_says_taken_up_says_when_the_statutory_days_begin():
    assert after((ADD, EIGHT), (step("2", NINE), TEN)).received_at == NINE
    told_first = after((step("2", NINE), TEN), (replace(ADD, status="4"), TEN))
    assert told_first.received_at == NINE
    named = step("2", NINE, received_at=EIGHT)
    assert after((ADD, EIGHT), (named, TEN)).received_at == EIGHT
    assert after((ADD, EIGHT), (step("2", None), TEN)).received_at is None


STEPS = st.lists(
    st.tuples(st.sampled_from("2345678"), st.integers(1, 500)),
    min_size=1,
    unique_by=lambda pair: pair[1],
)


@given(STEPS, st.randoms(use_true_random=False))
def test_the_order_of_coming_changes_no_status(steps, random):
    told = [(step(s, EIGHT + n * HOUR), EIGHT + 999 * HOUR) for s, n in steps]
    random.shuffle(told)
    last = max(steps, key=lambda pair: pair[1])
    assert after((ADD, EIGHT), *told).status == last[0]


def test_an_end_that_lies_ahead_is_a_plan():
    """Some portals write NgayTra before it is so: its clocks must not stop."""
    planned = EIGHT + timedelta(days=9)
    row = after(
        (replace(ADD, status="2", finished_at=planned), EIGHT),
        (step("4", NINE, finished_at=planned), NINE),
    )
    assert (row.status, row.finished_at) == ("4", None)


def test_an_end_is_an_end_where_the_status_says_so_too():
    row = after((ADD, EIGHT), (step("9", NINE, finished_at=EIGHT + 48 * HOUR), NINE))
    assert row.finished_at == EIGHT + 48 * HOUR


def test_a_year_mistyped_is_no_day_of_reception():
    """The statutory days would begin then, and nobody would ever be late."""
    ahead = EIGHT.replace(year=2091)
    row = after(
        (replace(ADD, submitted_at=ahead), EIGHT),
        (step("2", NINE, received_at=ahead), NINE),
    )
    assert (row.submitted_at, row.received_at) == (None, NINE)
