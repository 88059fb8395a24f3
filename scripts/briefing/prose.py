"""What else stands in a page: notes, citations, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from briefing.text import sign_faults
from briefing.tokens import TOKEN, tokens

_MARKER = re.compile(r"(?<!\\)\[\^([^\]\n]*)\](?!:)")
_NOTE = re.compile(r"^\[\^([^\]\n]*)\]:[ \t]*(.*(?:\n(?:[ \t]+\S.*))*)", re.MULTILINE)
_IN_BRACKETS = re.compile(r"\[[^\]]*@")  # which mkdocs-bibtex does not take here
_KEY = re.compile(r"(?<![\w\\])@([\w-]+)")
_LINK = re.compile(r"\[(?:[^\[\]]|\[\^[^\]\n]*\])*\]\([^)\n]*\)")
_ADDRESS = re.compile(r"(?:\]\(|^\[[^\]^\n]+\]:)[ \t]*<?([^\s)>]+)", re.MULTILINE)
_BLOCK = re.compile(r"(?:^[^\n]*\S[^\n]*(?:\n|\Z))+", re.MULTILINE)
_ID = re.compile(r"\{:?[ \t]*#([^\s}]+)[^}]*\}\s*\Z")
_HEADING = re.compile(r"^#.*$", re.MULTILINE)
_CODE = re.compile(
    r"^ {0,3}(?P<fence>```+|~~~+).*?^ {0,3}(?P=fence)[`~]*[ \t]*$"
    r"|(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_HTML = re.compile(r"(?<!\\)<(?!https?://[^\s<>]+>)(?:[a-z/!?][^\s<>]*)", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w+;")
_ATTRIBUTES = re.compile(r"(?<!\{)\{(?!\{):?([^{}\n]*)\}(?!\})")
_ATTRIBUTE = re.compile(r"""[^\s"'=]+=(?:"[^"]*"|'[^']*'|\S*)|\S+""")
_KNOWN_ATTRIBUTE = re.compile(r"[#.][^\s\"'=]+|former=\"[a-z0-9 -]+\"")
_IN_BRACES = re.compile(  # tokens, ids of headings, classes of links and words
    rf"{TOKEN.pattern}|(?<=[\])*_`])\{{:?[^{{}}\n]*\}}|^#.*\{{:?[^{{}}\n]*\}}[ \t]*$", re.MULTILINE
)
_BRACES = re.compile(r"\{+[^{}\n]*\}+|\[\[[^\]\n]*\]\]|\{+|\}+")
_NOT_PROSE = re.compile(  # notes, tokens, note markers, ids and classes, addresses of links
    rf"{_NOTE.pattern}|{TOKEN.pattern}|{_MARKER.pattern}|\{{:?[ \t]*[#.][^}}]*\}}|\]\([^)\s]*\)", re.MULTILINE
)


@dataclass(frozen=True)
class Note:
    """A note at the end of a page: its label, and the citation keys in its text."""

    label: str
    keys: tuple[str, ...]
    start: int
    has_brackets: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text; `id` is empty where the editor gave none."""

    id: str
    text: str
    start: int


@dataclass(frozen=True)
class Heading:
    """A heading; `id` is empty where the editor gave none."""

    id: str
    start: int


@dataclass(frozen=True)
class Passage:
    """A paragraph that can be linked to: the values it tells, and the sources of each of its notes."""

    uri: str
    id: str
    number: int
    values: tuple[str, ...]
    notes: Mapping[str, tuple[str, ...]]

    @property
    def events(self) -> set[str]:
        """The ids of the events that it tells."""
        return {value.rpartition("_")[0] for value in self.values}


def markers(body: str) -> dict[str, int]:
    """The labels of the notes that the text leads to, each with the offset of its first marker."""
    found: dict[str, int] = {}
    for match in _MARKER.finditer(_blanked(_CODE, body)):
        found.setdefault(match[1], match.start())
    return found


def notes(body: str) -> list[Note]:
    """The notes of a page, in order."""
    return [
        Note(m[1], tuple(_KEY.findall(m[2])), m.start(), bool(_IN_BRACKETS.search(m[2]))) for m in _NOTE.finditer(body)
    ]


def citations(body: str) -> Iterator[tuple[str, int]]:
    """Every citation key of a page, with its offset."""
    for match in _KEY.finditer(body):
        yield match[1], match.start()


def citations_in_text(body: str) -> Iterator[tuple[str, int]]:
    """The citation keys that stand outside notes, with their offsets."""
    return citations(_blanked(_NOTE, body))


def drawn_in_code(body: str) -> Iterator[int]:
    """The offsets of code that holds a token or a citation."""
    for match in _CODE.finditer(body):
        if TOKEN.search(match[0]) or _KEY.search(match[0]):
            yield match.start()


def addresses(body: str) -> Iterator[tuple[str, int]]:
    """Every address that a link leads to, with its offset."""
    for match in _ADDRESS.finditer(_blanked(_CODE, body)):
        yield match[1], match.start(1)


def links_around_links(body: str) -> Iterator[int]:
    """The offsets of links that hold a value or a note, both of which are links themselves."""
    for match in _LINK.finditer(body):
        if TOKEN.search(match[0]) or _MARKER.search(match[0]):
            yield match.start()


def paragraphs(body: str) -> Iterator[Paragraph]:
    """The paragraphs of running text: blocks that are no heading, note or block token."""
    for match in _BLOCK.finditer(body):
        text = _NOTE.sub("", match[0])
        if text.strip() and not text.startswith("#") and not TOKEN.fullmatch(text.strip()):
            name = _ID.search(text)
            yield Paragraph(name[1] if name else "", text, match.start())


def headings(body: str) -> Iterator[Heading]:
    """The headings of a page."""
    for match in _HEADING.finditer(_blanked(_CODE, body)):
        name = _ID.search(match[0])
        yield Heading(name[1] if name else "", match.start())


def passages(uri: str, body: str) -> Iterator[Passage]:
    """The paragraphs of a page that have an id, numbered as they stand."""
    cited = {note.label: note.keys for note in notes(body)}
    for number, paragraph in enumerate((p for p in paragraphs(body) if p.id), 1):
        told = [token.value_id for token in tokens(paragraph.text) if token.value_id]
        marked = {label: cited.get(label, ()) for label in markers(paragraph.text)}
        yield Passage(uri, paragraph.id, number, tuple(dict.fromkeys(told)), marked)


def html(body: str) -> Iterator[tuple[str, int]]:
    """The beginnings of tags, comments and instructions, and signs written as entities that can't be seen."""
    for match in _HTML.finditer(_blanked(_CODE, body)):
        yield match[0], match.start()
    for match in _ENTITY.finditer(body):
        if any(sign_faults(unescape(match[0]))):
            yield match[0], match.start()


def unknown_attributes(body: str) -> Iterator[tuple[str, int]]:
    """What stands in braces besides ids, classes and former ids, with its offset."""
    stray = {braces.start() for braces in stray_braces(body)}
    for braces in _ATTRIBUTES.finditer(_blanked(_CODE, body)):
        for attribute in _ATTRIBUTE.finditer(braces[1] if braces.start() not in stray else ""):
            if not _KNOWN_ATTRIBUTE.fullmatch(attribute[0]):
                yield attribute[0], braces.start(1) + attribute.start()


def stray_braces(body: str) -> Iterator[re.Match[str]]:
    """Braces that are part of no token, id or class, and what they hold; offsets are those of the body."""
    rest = _blanked(_IN_BRACES, _blanked(_CODE, body))
    rest = _BLOCK.sub(lambda block: _blanked(_ID, block[0]), rest)
    return _BRACES.finditer(rest)


def plain_text(body: str) -> str:
    """A page's running text alone: whatever else stands there is blanked, and offsets stay."""
    return _blanked(_NOT_PROSE, body)


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """`text` with spaces in the place of what fits `pattern`."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
