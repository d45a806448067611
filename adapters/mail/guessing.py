"""Number, notation, date, type and subject of a document that came by plain mail.

Nobody wrote these as fields; each is a guess with its evidence. Weights say how sure
one place is by itself: 70 is what the rule `doubtful` lets pass by default, so a place
that is clear alone has more, one that needs another beside it has less.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from adapters.mail import file_names, readings
from adapters.mail import vietnamese_names as names
from adapters.mail.documents import File
from adapters.mail.readings import Reading
from adapters.mail.votes import CONFLICT, Vote, weigh
from hub.edxml import magic
from hub.model.frames import Guess

#: Place -> weight of a number with its symbol there, and of a bare number.
_FULL = {"subject": 80, "file-name": 75, "text": 60, "old-form": 85, "other-file": 75}
_BARE = {"subject": 65, "file-name": 60, "text": 50}
#: Weight of a date that stands behind the number.
_DAY = {"subject": 80, "file-name": 75, "text": 70, "old-form": 60}
_LOOSE_DAY = {"subject": 35, "file-name": 60}
_TYPE = {"subject": 72, "file-name": 65, "text": 55}
_TOKEN, _NO_TOKEN, _ODD_TOKEN = 85, 72, 40
_SAYS_LETTER = 40
#: Days between a document and its mail that surprise nobody.
_FRESH, _OLD = timedelta(days=90), timedelta(days=400)
_FRESH_BONUS, _OLD_LOSS = 10, 15
_DEFAULT_DAY = 30
#: In a mail signed by S/MIME the subject is not signed: alone it convinces nobody.
_UNSIGNED = 60
#: Mean this or that without their marks: HD is HĐ as well, CD is CĐ.
_UNCLEAR = frozenset({"HD", "DA", "CD", "TT", "ND", "NĐ", "QYD"})
_SPLIT = re.compile(r"[\s/&._-]+")
_GLUED = re.compile(r"(?:qd|ttr|nq|qyd)[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Clues:
    """Everything the guesses are made from."""

    #: Decoded, on one line.
    subject: str = field(repr=False)
    #: The sender's own words (`plain_text.own_words`).
    text: str = field(repr=False)
    files: tuple[File, ...] = ()
    #: The day of the Date header in Vietnam.
    sent: date | None = None
    #: S/MIME: the header is not covered.
    header_unsigned: bool = False


@dataclass(frozen=True, slots=True)
class Guesses:
    """The guesses and the file that is the document itself."""

    number: Guess
    notation: Guess
    promulgated: Guess
    type_name: Guess
    subject: Guess
    main: File | None

    @property
    def all(self) -> tuple[Guess, ...]:
        """In the order of the form a clerk fills in."""
        return (
            self.number,
            self.notation,
            self.promulgated,
            self.type_name,
            self.subject,
        )


def guess(clues: Clues) -> Guesses:
    """What the places of one mail say together."""
    subject = readings.subject(clues.subject)
    main = _main(clues.files, subject)
    places = [subject, readings.text(clues.text)]
    if main is not None:
        places.append(file_names.read(main.name))
    others = [
        replace(file_names.read(file.name), place="other-file")
        for file in clues.files
        if file is not main and file.media_type == magic.PDF
    ]
    number = _held(weigh("number", _numbers(places, others)), clues)
    notation = _held(
        weigh("notation", _notations(places), _same_notation, _marked), clues
    )
    return Guesses(
        number=number,
        notation=notation,
        promulgated=_held(_day(places, clues, number), clues),
        type_name=_held(_type(places, notation), clues),
        subject=_about(places, clues),
        main=main,
    )


def _main(files: Sequence[File], subject: Reading) -> File | None:
    """The first PDF, but rather the one that bears the number of the subject."""
    pdfs = [file for file in files if file.media_type == magic.PDF]
    wanted = subject.found.number
    named = (
        f for f in pdfs if wanted and file_names.read(f.name).found.number == wanted
    )
    return next(named, next(iter(pdfs), next(iter(files), None)))


def _held(found: Guess, clues: Clues) -> Guess:
    """A guess that stands on an unsigned subject alone passes no threshold."""
    only = found.evidence[:1] == ("subject",) and len(found.evidence) == 1
    if clues.header_unsigned and only:
        return replace(found, confidence=min(found.confidence, _UNSIGNED))
    return found


def _numbers(places: Sequence[Reading], others: Sequence[Reading]) -> Iterator[Vote]:
    for reading in places:
        table = _FULL if reading.found.notation else _BARE
        yield Vote(reading.found.number, table.get(reading.place, 0), reading.place)
    for reading in others:  # a second document in one mail
        if reading.found.notation and reading.found.number:
            yield Vote(reading.found.number, _FULL["other-file"], "other-file")


def _notations(places: Sequence[Reading]) -> Iterator[Vote]:
    for reading in places:
        text = reading.found.notation
        weight = _FULL[reading.place]
        yield Vote(re.sub(r"(?<![^/])QD(?=-)", "QĐ", text), weight, reading.place)


def _same_notation(one: str, other: str) -> bool:
    """Equal without marks and dashes; one may be the other cut short (SNN, SNN-TL)."""
    first, second = _tokens(one), _tokens(other)
    short = min(len(first), len(second))
    return first[:short] == second[:short]


def _tokens(notation: str) -> list[str]:
    words = [w for w in _SPLIT.split(names.without_marks(notation)) if w]
    return words[1:] if words and words[0].isdigit() else words


def _marked(notation: str) -> int:
    return 10 * len(_tokens(notation)) + sum(not c.isascii() for c in notation)


def _day(places: Sequence[Reading], clues: Clues, number: Guess) -> Guess:
    found = weigh("promulgated", _days(places, number))
    if not found.value:
        if clues.sent is None:
            return found
        day = clues.sent.isoformat()
        return Guess("promulgated", day, _DEFAULT_DAY, ("date-header",))
    change = _plausible(date.fromisoformat(found.value), places, clues)
    confidence = max(min(found.confidence + change, 99), 0)
    return replace(found, confidence=confidence)


def _days(places: Sequence[Reading], number: Guess) -> Iterator[Vote]:
    """Dates behind numbers; a loose one may be a meeting's and only supports."""
    own = [
        Vote(r.found.day.isoformat(), _DAY[r.place], r.place)
        for r in places
        if r.found.day and (not r.found.number or r.found.number == number.value)
    ]
    yield from own
    said = {vote.value for vote in own}
    for reading in places:
        if reading.loose and (not said or reading.loose.isoformat() in said):
            weight = _LOOSE_DAY.get(reading.place, 0)
            yield Vote(reading.loose.isoformat(), weight, reading.place)


def _plausible(day: date, places: Sequence[Reading], clues: Clues) -> int:
    years = {r.found.year for r in places if r.found.year}
    if years and day.year not in years:
        return -CONFLICT
    if clues.sent is None:
        return 0
    age = clues.sent - day
    if age < timedelta(days=-1):
        return -CONFLICT
    if age <= _FRESH:
        return _FRESH_BONUS
    return -_OLD_LOSS if age > _OLD else 0


def _type(places: Sequence[Reading], notation: Guess) -> Guess:
    votes = [*_type_votes(places), *_notation_type(notation)]
    specific = [v for v in votes if v.value and not names.is_generic(v.value)]
    if any(vote.weight >= _TYPE["text"] for vote in specific):
        votes = specific
    return weigh("type-name", votes)


def _type_votes(places: Sequence[Reading]) -> Iterator[Vote]:
    for reading in places:
        weight = _TYPE.get(reading.place, 0)
        yield Vote(reading.found.type_name, weight, reading.place)
        if reading.says_letter and not reading.found.type_name:
            yield Vote(names.LETTER, _SAYS_LETTER, reading.place)


def _notation_type(notation: Guess) -> Iterator[Vote]:
    """The first token; where it names no type, it is a Công văn by that."""
    words = [w for w in _SPLIT.split(notation.value) if w and not w.isdigit()]
    if not words:
        return
    first = words[0].upper()
    if type_name := names.type_of_token(words[0]):
        yield Vote(type_name, _ODD_TOKEN if first in _UNCLEAR else _TOKEN, "notation")
        return
    glued = any(_GLUED.fullmatch(names.without_marks(w)) for w in words)
    odd = glued or first in _UNCLEAR
    yield Vote(names.LETTER, _ODD_TOKEN if odd else _NO_TOKEN, "notation")


def _about(places: Sequence[Reading], clues: Clues) -> Guess:
    """The trích yếu: behind V/v in the subject, else in the text, else the subject."""
    for reading, weight in zip(places, (85, 72), strict=False):
        if reading.about:
            return Guess("subject", reading.about, weight, (reading.place,))
    bare = readings.without_reply(clues.subject).strip()
    if bare:
        return Guess("subject", bare[:500], 75, ("subject",))
    name = clues.files[0].name if clues.files else ""
    return Guess("subject", name, 30 if name else 0, ("file-name",))
