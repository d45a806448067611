"""As much of JSON Schema 2020-12 as our own schemas use; anything else is an error."""

import re
from collections.abc import Mapping
from typing import Any

_TYPES: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}
_SAYS_NOTHING = {"description", "$comment", "title", "$schema", "$id", "$defs"}


def fits(value: object, schema: Any, root: Mapping[str, Any]) -> bool:
    """Whether a value is what the schema says; KeyError for a word not known here."""
    if isinstance(schema, bool):
        return schema
    return all(_WORDS[word](value, rule, root, schema) for word, rule in schema.items())


def _type(value, rule, _root, _schema):
    names = rule if isinstance(rule, list) else [rule]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    found = {n for n, kind in _TYPES.items() if isinstance(value, kind)}
    found |= {"number"} if number else set()
    found |= {"integer"} if number and isinstance(value, int) else set()
    return bool(found & set(names))


def _ref(value, rule, root, _schema):
    part: Any = root
    for name in rule.removeprefix("#/").split("/"):
        part = part[name]
    return fits(value, part, root)


def _properties(value, rule, root, _schema):
    if not isinstance(value, dict):
        return True
    return all(fits(value[k], one, root) for k, one in rule.items() if k in value)


def _closed(value, rule, _root, schema):
    assert rule is False
    return not isinstance(value, dict) or set(value) <= set(schema["properties"])


_WORDS: dict[str, Any] = {
    **dict.fromkeys(_SAYS_NOTHING, lambda *_: True),
    "type": _type,
    "$ref": _ref,
    "properties": _properties,
    "additionalProperties": _closed,
    "required": lambda v, r, *_: not isinstance(v, dict) or set(r) <= set(v),
    "anyOf": lambda v, r, root, _: any(fits(v, one, root) for one in r),
    "enum": lambda v, r, *_: v in r,
    "const": lambda v, r, *_: v == r,
    "pattern": lambda v, r, *_: not isinstance(v, str) or bool(re.search(r, v)),
    "minLength": lambda v, r, *_: not isinstance(v, str) or len(v) >= r,
    "maxLength": lambda v, r, *_: not isinstance(v, str) or len(v) <= r,
    "minItems": lambda v, r, *_: not isinstance(v, list) or len(v) >= r,
    "maxItems": lambda v, r, *_: not isinstance(v, list) or len(v) <= r,
    "minimum": lambda v, r, *_: not isinstance(v, int) or v >= r,
    "items": lambda v, r, root, _: (
        not isinstance(v, list) or all(fits(one, r, root) for one in v)
    ),
}
