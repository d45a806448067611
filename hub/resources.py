"""Finds schemas/ and config/ in a checkout, in an installed wheel, in the container."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a data file, e.g. resource("schemas", "edxml.xsd").

    Raises FileNotFoundError where neither the wheel nor the checkout has it.
    """
    for base in (_HERE / "data", _HERE.parent):
        path = base.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError("/".join(parts))
