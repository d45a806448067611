"""What the manifest lists and what the envelope carries, and which belongs to which."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hub.edxml.names import PAYLOAD, edxml_name, local_name
from hub.edxml.quirklog import QuirkLog
from hub.edxml.tree import Node
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Part
from hub.model.limits import Limits
from hub.model.quirks import QuirkCode

_CID = "cid:"


@dataclass(frozen=True, slots=True)
class Mention:
    """How one side names a file; `content_id` has lost its `cid:`."""

    content_id: str = ""
    had_cid: bool = False
    name: str = ""
    description: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """A file that is there, still in its wrappings."""

    mention: Mention
    #: base64 text of an XML payload, or the bytes of a MIME part.
    payload: bytes | memoryview = field(repr=False)
    is_part: bool = False
    #: The bytes behind a run, which was decoded when it was found.
    decoded: bytes | None = field(default=None, repr=False)


#: Token -> the run as it stood, and the bytes behind it.
Taken = Mapping[str, tuple[bytes | memoryview, bytes]]


@dataclass(frozen=True, slots=True)
class Pair:
    """One file of the envelope: listed, carried, or rightly both."""

    listed: Mention | None
    carried: Carried | None


def listed(manifest: Node | None, limits: Limits) -> list[Mention]:
    """The references of a manifest, in order; raises TOO_MANY_PARTS."""
    references = manifest.many("Reference") if manifest else []
    _check_count(len(references), limits)
    return [_mention(node, _href(node)) for node in references]


def carried(
    holders: Sequence[Node],
    parts: Sequence[Part],
    taken: Taken,
    limits: Limits,
) -> list[Carried]:
    """The encoded attachments in order, then the MIME parts; raises TOO_MANY_PARTS.

    `taken`: by token, the payloads that were taken out.
    """
    nodes = [node for holder in holders for node in holder.many("Attachment")]
    _check_count(len(nodes) + len(parts), limits)
    return [_from_node(node, taken) for node in nodes] + [_from_part(p) for p in parts]


def pair(
    listed: Sequence[Mention], carried: Sequence[Carried], log: QuirkLog
) -> list[Pair]:
    """Pair by id, then name, then place; what nobody listed comes last.

    By place only where neither side contradicts: a wrong file under a right name is
    worse than a missing one.
    """
    free = dict(enumerate(carried))
    found: dict[int, Carried] = {}
    for code, fits in _WAYS:
        for index, mention in enumerate(listed):
            if index in found:
                continue
            match = next((i for i, c in free.items() if fits(mention, c, index, i)), -1)
            if match >= 0:
                found[index] = free.pop(match)
                log.add(code, f"attachment {index + 1}")
    pairs = [Pair(m, found.get(i)) for i, m in enumerate(listed)]
    return pairs + [Pair(None, c) for c in free.values()]


_Fits = Callable[[Mention, Carried, int, int], bool]


def _by_id(mention: Mention, carried: Carried, _here: int, _there: int) -> bool:
    return bool(mention.content_id) and mention.content_id == carried.mention.content_id


def _by_name(mention: Mention, carried: Carried, _here: int, _there: int) -> bool:
    return bool(mention.name) and mention.name == carried.mention.name


def _by_place(mention: Mention, carried: Carried, here: int, there: int) -> bool:
    other = carried.mention
    names_differ = mention.name and other.name and mention.name != other.name
    ids_differ = mention.content_id and other.content_id
    return here == there and not (names_differ and ids_differ)


_WAYS: tuple[tuple[QuirkCode | None, _Fits], ...] = (
    (None, _by_id),
    (QuirkCode.PAIRED_BY_NAME, _by_name),
    (QuirkCode.PAIRED_BY_POSITION, _by_place),
)


def _check_count(count: int, limits: Limits) -> None:
    if count > limits.parts:
        place = f"attachment {limits.parts + 1}"
        raise MalformedEnvelope(
            Fault(FaultCode.TOO_MANY_PARTS, place, str(limits.parts))
        )


def _mention(node: Node, fallback_id: str = "") -> Mention:
    written = node.text("ContentId") or fallback_id
    had_cid = written[: len(_CID)].lower() == _CID
    return Mention(
        content_id=written[len(_CID) :].strip() if had_cid else written,
        had_cid=had_cid,
        name=node.text("AttachmentName"),
        description=node.text("Description"),
        content_type=node.text("ContentType"),
    )


def _href(node: Node) -> str:
    """The link of the .NET kit and of family B; the prefix is not looked at."""
    for name, value in node.element.attrib.items():
        if str(name).rpartition("}")[2].rpartition(":")[2] == "href":
            return str(value).strip()[: node.limits.field_characters]
    return ""


def _from_node(node: Node, taken: Taken) -> Carried:
    payload = next((c for c in node.element if edxml_name(c) == PAYLOAD), None)
    if payload is None:
        # A family C habit inside family A; not ours to guess at.
        return Carried(_mention(node), b"")
    text = payload.text or ""
    if text in taken and not len(payload):
        return Carried(_mention(node), taken[text][0], decoded=taken[text][1])
    data = text.encode()
    if len(payload):
        node.log.add(QuirkCode.ELEMENT_UNKNOWN, node.path, local_name(payload[0])[:60])
        data = b"?"  # elements inside a payload: damaged, never read as its text alone
    return Carried(_mention(node), data)


def _from_part(part: Part) -> Carried:
    mention = Mention(
        content_id=part.content_id,
        had_cid=True,
        name=part.name,
        content_type=part.content_type,
    )
    return Carried(mention, part.data, is_part=True)
