"""`hub status list | show | send | seen`: what agencies say became of documents."""

import getpass
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from hub.cli.say import AsJson, terminal
from hub.console.timeline import VIETNAM, plain
from hub.console.words import DESKS, STATUS_CODES, reason_in_words, say
from hub.keepers import status_terms
from hub.model.ids import AgencyCode, DocumentKey
from hub.model.records import DeskItem, DeskName, DocumentRow
from hub.model.status_clocks import PROPOSED
from hub.model.statuses import Standing, StatusCode
from hub.parts import Parts, built
from hub.pipeline.statuses import say as speak
from hub.pipeline.statuses_said import SAYABLE, Word
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Trạng thái xử lý văn bản. / What agencies say."
)

#: Characters of an id that a person may stop after, as in `hub trace`.
_SHORTEST = 6
_Agency = Annotated[
    str, typer.Option(help="Chỉ của một cơ quan (mã). / One agency's only.")
]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One matter of a list with the document it is about."""

    item: DeskItem
    document: DocumentRow | None

    @property
    def proposed(self) -> tuple[StatusCode, ...]:
        """Codes to ask the agency for; () where it was refused."""
        return PROPOSED.get(self.item.desk, ())


@app.command(name="list")
def list_(agency: _Agency = "", *, as_json: AsJson = False) -> None:
    """Trạng thái còn thiếu hoặc bị từ chối. / Words that are missed, or were refused.

    Mỗi việc có mã đề nghị gửi. / Each proposes the code to send.
    """
    settings = terminal.settings()
    waiting = [
        one
        for one in terminal.run(_waiting(settings))
        if not agency or one.item.agency == agency
    ]
    if as_json:
        terminal.json([_values(one) for one in waiting])
        return
    table = terminal.table(
        ("Từ lúc", "Since"),
        ("Danh sách", "List"),
        ("Cơ quan", "Agency"),
        ("Văn bản", "Document"),
        ("Đề nghị gửi", "To be sent"),
        ("Lượt đến", "Arrival"),
    )
    names = {a.code: a.name for a in settings.registry.agencies}
    for one in waiting:
        table.add_row(*map(plain, _cells(one, names)))
    terminal.show(table)


@app.command()
def show(
    document: Annotated[
        str,
        typer.Argument(
            help="message_id, DocumentId, số/ký hiệu hoặc mã. / Any of its names."
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Các cơ quan đã báo gì về một văn bản. / What was said of one document."""
    settings = terminal.settings()
    found = terminal.run(_found(settings, document))
    if not found:
        _none()
    if as_json:
        terminal.json(found)
        return
    table = terminal.table(
        ("Cơ quan", "Agency"),
        ("Văn bản", "Document"),
        ("Đã chuyển", "Left"),
        ("Trạng thái", "Statuses"),
    )
    names = {a.code: a.name for a in settings.registry.agencies}
    for one in found:
        name = names.get(one.agency, one.agency)
        document_name = one.notation or one.document_id
        told = _codes(one)
        table.add_row(*map(plain, (name, document_name, _moment(one.had_at), told)))
    terminal.show(table)


@app.command()
def send(
    document: Annotated[
        str,
        typer.Argument(
            help="message_id, DocumentId, số/ký hiệu hoặc mã. / Any of its names."
        ),
    ],
    code: Annotated[
        str,
        typer.Option(help="01, 03-06, 15, 16; 02 chỉ cơ quan nói được. / Never 02."),
    ],
    reason: Annotated[
        str,
        typer.Option(help="Cơ quan đề nghị thế nào. / Why.", prompt="Lý do / reason"),
    ],
    agency: _Agency = "",
) -> None:
    """Báo thay một cơ quan, theo đề nghị của cơ quan đó. / Say a code for an agency.

    Ghi rõ người vận hành và lý do; nơi gửi đọc được là trục báo thay.
    """
    if code not in SAYABLE:
        terminal.fail(
            f"Mã {code} không gửi thay được.", f"{code} is not to be said for it."
        )
    settings = terminal.settings()
    told = terminal.run(_sent(settings, (document, agency), StatusCode(code), reason))
    if told is None:
        _none()
    terminal.say(
        terminal.t(
            f"Đã gửi {code} thay {told.agency} về {told.document_id}.",
            f"{code} was sent for {told.agency} on {told.document_id}.",
        )
    )


@app.command()
def seen(
    arrival: Annotated[str, typer.Argument(help="Mã lượt đến. / The arrival's id.")],
) -> None:
    """Đã xem một trạng thái bị từ chối. / A refused status was looked at."""
    if not terminal.run(_seen(terminal.settings(), arrival)):
        terminal.fail(
            "Không có, hoặc có nhiều lượt đến bị từ chối mang mã này.",
            "No refused arrival has this id, or several have.",
        )
    terminal.say(terminal.t("Đã ra khỏi danh sách.", "Off the list."))


async def _waiting(settings: Settings) -> list[Waiting]:
    async with built(settings) as parts:
        statuses, queries = parts.store.statuses, parts.store.queries
        items = [*await statuses.listed(), *await statuses.refused()]
        keys = {item.document for item in items if item.document}
        rows: dict[DocumentKey, DocumentRow | None] = {
            key: await queries.document(key) for key in sorted(keys)
        }
        return [
            Waiting(item, rows.get(item.document) if item.document else None)
            for item in items
        ]


async def _found(settings: Settings, text: str) -> list[Standing]:
    async with built(settings) as parts:
        return await parts.store.statuses.find(text)


async def _sent(
    settings: Settings, wanted: tuple[str, str], code: StatusCode, reason: str
) -> Standing | None:
    """The one delivery it was said of; None: there is none, or there are several."""
    text, agency = wanted
    async with built(settings) as parts:
        found = [
            one
            for one in await parts.store.statuses.find(text)
            if not agency or one.agency == AgencyCode(agency)
        ]
        if len(found) != 1:
            return None
        return found[0] if await _speak(parts, found[0], code, reason) else None


async def _speak(parts: Parts, one: Standing, code: StatusCode, reason: str) -> bool:
    statuses = parts.store.statuses
    about = await statuses.subject(one.document)
    if about is None:
        return False
    now = parts.clock.now()
    word = Word(one, about, code, now, now, operator=getpass.getuser(), reason=reason)
    ways = status_terms(parts).ways(word)
    if ways is None:
        return False
    return await speak(word, ways, parts.evidence, statuses.speak)


async def _seen(settings: Settings, start: str) -> int:
    """By the id's first characters, six at least, where only one begins so."""
    async with built(settings) as parts:
        statuses, now = parts.store.statuses, parts.clock.now()
        items = await statuses.refused() if len(start) >= _SHORTEST else ()
        found = {i.arrival for i in items if i.arrival and i.arrival.startswith(start)}
        if len(found) != 1:
            return 0
        return await statuses.seen(found.pop(), getpass.getuser(), now)


def _cells(one: Waiting, names: dict[AgencyCode, str]) -> tuple[str, ...]:
    item, language = one.item, terminal.language
    agency = item.agency or AgencyCode("")
    asked = ", ".join(_word(code) for code in one.proposed)
    if item.desk is DeskName.STATUS:
        asked = reason_in_words(item.reason, language)
    return (
        _moment(item.since),
        say(DESKS[item.desk], language),
        names.get(agency, agency),
        _name(one.document),
        asked,
        item.arrival or "",
    )


def _name(document: DocumentRow | None) -> str:
    return (document.notation or document.document_id) if document else ""


def _word(code: str) -> str:
    words = STATUS_CODES.get(code)
    return f"{code} {say(words, terminal.language)}" if words else code


def _codes(one: Standing) -> str:
    said = sorted(one.said.items(), key=lambda pair: pair[1])
    return "; ".join(f"{_word(code)} {_moment(at)}" for code, at in said) or "–"


def _values(one: Waiting) -> dict[str, Any]:
    return {
        **dict(msgspec.to_builtins(one.item)),
        "notation": one.document.notation if one.document else "",
        "document_id": one.document.document_id if one.document else "",
        "proposed": [str(code) for code in one.proposed],
    }


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if moment else ""


def _none() -> NoReturn:
    terminal.fail(
        "Không có văn bản nào như vậy, hoặc có nhiều: ghi thêm --agency.",
        "No such document, or several: name the agency.",
    )
