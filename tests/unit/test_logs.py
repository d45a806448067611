"""Lines for engineers: what is bound stands in every line inside, and nowhere else."""

import asyncio
import json
import logging
from io import StringIO

import pytest
from pydantic import SecretStr

from hub import logs
from hub.logs import bound


class Screen(StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before():
    """The root logger belongs to everybody."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def stream():
    stream = StringIO()
    logs.configure(stream=stream)
    return stream


def lines(stream: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


log = logging.getLogger("hub.somewhere")


def stumble() -> None:
    try:
        int("x")
    except ValueError:
        log.exception("buried")


def test_a_line_is_one_json_object_with_its_facts_in_fields(stream):
    log.info("document decided", extra={"rule": "deliver", "agency": "Giao Thủy\nx"})
    (line,) = lines(stream)
    assert line["message"] == "document decided"
    assert (line["level"], line["logger"]) == ("INFO", "hub.somewhere")
    assert (line["rule"], line["agency"]) == ("deliver", "Giao Thủy\nx")
    assert str(line["at"]).endswith("+00:00")
    assert "Thủy" in stream.getvalue()


def test_any_value_can_be_a_fact(stream):
    log.info("odd", extra={"code": {"a"}, "path": StringIO})
    assert lines(stream)[0]["code"] == "{'a'}"


def test_no_fact_stands_for_what_is_the_lines_own(stream):
    with bound(at="never", logger="forged"):
        log.info("line", extra={"level": "ERROR"})
    (line,) = lines(stream)
    assert (line["level"], line["logger"]) == ("INFO", "hub.somewhere")
    assert line["at"] != "never"


def test_a_secret_is_stars_in_json_and_on_a_terminal(stream):
    secret, screen = SecretStr("geheim-4711"), Screen()
    log.info("line", extra={"token": secret})
    logs.configure(stream=screen)
    log.info("line", extra={"token": secret})
    for shown in (stream, screen):
        assert "geheim" not in shown.getvalue()
        assert "token" in shown.getvalue()


def test_what_is_bound_stands_in_every_line_inside_and_is_restored(stream):
    with bound(arrival="a", source="truc"):
        log.info("one")
        with bound(arrival="b", step=1):
            log.info("two")
        log.info("three")
    log.info("four")
    told = [(x.get("arrival"), x.get("source"), x.get("step")) for x in lines(stream)]
    assert told == [
        ("a", "truc", None),
        ("b", "truc", 1),
        ("a", "truc", None),
        (None, None, None),
    ]


def test_what_is_bound_is_restored_after_an_error(stream):
    with pytest.raises(KeyError), bound(arrival="a"):
        raise KeyError
    log.info("after")
    assert "arrival" not in lines(stream)[0]


def test_a_facts_own_value_comes_before_what_is_bound(stream):
    with bound(arrival="bound"):
        log.info("line", extra={"arrival": "own"})
    assert lines(stream)[0]["arrival"] == "own"


async def test_each_task_has_its_own_bindings(stream):
    met = asyncio.Barrier(2)

    async def carry(name: str) -> None:
        with bound(arrival=name):
            await met.wait()
            log.info(name)
            await met.wait()

    with bound(worker=1):
        await asyncio.gather(carry("a"), carry("b"))
    log.info("end")
    told = {
        str(x["message"]): (x.get("arrival"), x.get("worker")) for x in lines(stream)
    }
    assert told == {"a": ("a", 1), "b": ("b", 1), "end": (None, None)}


async def test_a_task_started_inside_keeps_what_was_bound_there(stream):
    with bound(arrival="a"):
        task = asyncio.create_task(asyncio.to_thread(log.info, "later"))
    await task
    assert lines(stream)[0]["arrival"] == "a"


def test_an_exceptions_story_stays_in_its_line(stream):
    stumble()
    (line,) = lines(stream)
    assert "ValueError" in str(line["exception"])


def test_a_terminal_sees_columns():
    screen = Screen()
    logs.configure(stream=screen)
    with bound(arrival="a"):
        log.warning("source away", extra={"seconds": 5})
    line = screen.getvalue()
    assert line.startswith("WARNING hub.somewhere ")
    assert "source away" in line
    assert "arrival=a seconds=5" in line


def test_a_terminal_sees_the_story_under_its_line():
    screen = Screen()
    logs.configure(stream=screen)
    stumble()
    assert screen.getvalue().splitlines()[1].startswith("Traceback")


def test_what_others_wrote_cannot_forge_a_line_on_a_terminal():
    screen = Screen()
    logs.configure(stream=screen)
    log.info("key refused", extra={"key": "a\nERROR forged\x1b[31m\x9b"})
    assert len(screen.getvalue().splitlines()) == 1
    assert not {"\x1b", "\x9b"} & set(screen.getvalue())


@pytest.mark.parametrize("name", ["signxml", "pyhanko", "aiormq", "aio_pika"])
def test_libraries_that_print_whole_documents_are_quiet(stream, name):
    logging.getLogger(f"{name}.inner").info("a whole document")
    logging.getLogger(f"{name}.inner").warning("a warning")
    assert [line["message"] for line in lines(stream)] == ["a warning"]


def test_the_level_is_asked_for_and_configuring_twice_is_one_handler(stream):
    logs.configure(level="WARNING", stream=stream)
    log.info("unheard")
    log.warning("heard")
    assert [line["message"] for line in lines(stream)] == ["heard"]
