"""Fields of a dossier by name, each knowing its place; tolerant of letter case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Never

from adapters.portal.strict_json import Value
from hub.edxml.xmltext import allowed
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.limits import Limits

_TRUE = frozenset({"true", "1"})


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object; its values may be personal data."""

    values: Mapping[str, Value] = field(repr=False)
    limits: Limits
    #: "" for the dossier itself, else "TaiLieuNop[2]".
    place: str = ""

    def at(self, name: str) -> str:
        """The place of a field."""
        return f"{self.place}.{name}" if self.place else name

    def text(self, name: str) -> str:
        """The text or number under a name, trimmed; "" where there is none.

        Raises MalformedEnvelope: NOT_JSON where a list or an object stands there,
        FIELD_TOO_LONG.
        """
        value = self._get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str):
            self._refuse(FaultCode.NOT_JSON, name, "a text is due")
        if len(value) > self.limits.field_characters:
            detail = f"limit {self.limits.field_characters}"
            self._refuse(FaultCode.FIELD_TOO_LONG, name, detail)
        text = allowed(value)
        return "" if text.lower() == "null" else text

    def is_set(self, name: str) -> bool:
        """Whether a flag says yes."""
        return self.text(name).lower() in _TRUE

    def rows(self, name: str) -> "tuple[Fields, ...]":
        """The objects of a list; a single object is a list of one.

        Raises MalformedEnvelope: NOT_JSON where something else stands there,
        TOO_MANY_PARTS.
        """
        return tuple(self._rows(name))

    def _rows(self, name: str) -> "Iterator[Fields]":
        value = self._get(name)
        if value is None or value == "":
            return
        rows = value if isinstance(value, list) else [value]
        if len(rows) > self.limits.parts:
            detail = f"limit {self.limits.parts}"
            self._refuse(FaultCode.TOO_MANY_PARTS, name, detail)
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                self._refuse(
                    FaultCode.NOT_JSON, f"{name}[{number}]", "an object is due"
                )
            yield Fields(row, self.limits, self.at(f"{name}[{number}]"))

    def _get(self, name: str) -> Value:
        """By its name in whatever letters' case; two spellings of it are told."""
        folded = name.casefold()
        found = [v for key, v in self.values.items() if key.casefold() == folded]
        if len(found) > 1:
            self._refuse(FaultCode.NOT_JSON, name, "key twice")
        return found[0] if found else None

    def _refuse(self, code: FaultCode, name: str, detail: str) -> Never:
        raise MalformedEnvelope(Fault(code, self.at(name), detail))
