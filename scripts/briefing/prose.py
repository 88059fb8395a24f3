"""What else stands in a page: notes, citations, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import chain

from briefing.text import sign_faults
from briefing.tokens import TOKEN, tokens

_MARKER = re.compile(r"(?<!\\)\[\^([^\]\n]*)\](?!:)")
_NOTE = re.compile(r"^\[\^([^\]\n]*)\]:[ \t]*(.*(?:\n(?:[ \t]+\S.*))*)", re.MULTILINE)
_KEY = re.compile(r"(?<![\w\\/])@([\w-]+(?::[\w-]+)*)")
_IN_BRACKETS = re.compile(r"\[[^\[\]]*@[^\[\]]*\]")  # a citation to mkdocs-bibtex, with what else stands there
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\](?:\([^)\n]*\))?)*\](?:\([^)]*\)|[ \n]?\[(?!\^)[^\[\]\n]*\])")
_TITLE = r"""[ \t]*(?:"[^"\n]*"|'[^'\n]*'|\([^)\n]*\))?[ \t]*$"""
_REFERENCE = re.compile(rf"^ {{0,3}}\[(?!\^)[^\[\]\n]*\]:[ \t]*\S+(?={_TITLE})", re.MULTILINE)
_DEFINITION = re.compile(rf"{_REFERENCE.pattern}.*$", re.MULTILINE)
_NO_VALUES = re.compile(rf"{_DEFINITION.pattern}|^ {{0,3}}\*\[[^\n]*$|<https?://[^>\n]*>", re.MULTILINE)
_ADDRESS = re.compile(r"(?:\]\(|^[ \t>]*\[(?!\^)[^\]\n]+\]:)\s*<?([^\s)>]+)", re.MULTILINE)
_BLOCK = re.compile(r"(?:^[^\n]*\S[^\n]*(?:\n|\Z))+", re.MULTILINE)
_BLOCK_OR_QUOTE = re.compile(rf"(?:^(?! {{0,3}}>)[^\n]*\S[^\n]*(?:\n|\Z))+|{_BLOCK.pattern}", re.MULTILINE)
_HEADING_ID = re.compile(r"\{:?[ \t]*#([^\s}]+)[^}]*\}\s*\Z")
_ID = re.compile(rf"^[ \t>]*{_HEADING_ID.pattern}", re.MULTILINE)
_FORMER = re.compile(r"\bformer=\"([^\"]*)\"")
_LOCATOR = re.compile(r"\b(?:pp?|paras?|secs?|chs?|vols?|nos?)\. ?\d+(?:[-–]\d+)?", re.IGNORECASE)
_ODD_LINES = {  # what Markdown takes for something else than it looks like; the last line of each is meant
    r"^[ \t>]*\d{3,}\.[ \t]": "Markdown would drop this number, as that of a list; put a word before it",
    r"^ {1,3}(?:[-*+]|\d+\.)[ \t]": "Markdown does not put this below the row above; indent it by four spaces",
    r"^[^\n]*\S\n {0,3}(?:=+|-+)[ \t]*$": (
        'this makes a heading of the line above; write "## " before a heading, or leave a line blank'
    ),
    r"^\[\^[^\]\n]*\]:[^\n]*\n[^\s\[]": (
        "this goes on with the note above; indent it, or leave the line above it blank"
    ),
    r"^(?![ \t]|#|\[\^|[-*+>][ \t]|\d+\.[ \t])[^\n]*\S[^\n]*\n(?:[-*+]|\d+\.)[ \t]": (
        "a list begins here; leave the line above it blank, or join the two"
    ),
}
_NO_TEXT = re.compile(r"[ \t]*(?:\||```|~~~| {4}|\t)|(?:.*\n)*[ \t]*(?:[-*_=][ \t]*){3,}(?:\n|\Z)")
_HEADING = re.compile(r"^#.*$", re.MULTILINE)
_CODE = re.compile(
    r"^ {0,3}(?P<fence>```+|~~~+).*?^ {0,3}(?P=fence)[`~]*[ \t]*$"
    r"|(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_HTML = re.compile(r"(?<!\\)(?<!\]\()<(?:/?[a-z][a-z0-9-]*(?=[\s/>])[^<>]*>|[!?][^<>]*>?)", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w+;")
_ATTRIBUTES = re.compile(r"(?<!\{)\{(?!\{):?([^{}\n]*)\}(?!\})")
_ATTRIBUTE = re.compile(r"""[^\s"'=]+=(?:"[^"]*"|'[^']*'|\S*)|\S+""")
_KNOWN_ATTRIBUTE = re.compile(r"[#.][^\s\"'=]+|former=\"[a-z0-9 -]+\"")
_IN_BRACES = re.compile(  # tokens, ids of headings, classes of links and words
    rf"{TOKEN.pattern}|(?<=[\])*_`])\{{:?[^{{}}\n]*\}}|^#.*\{{:?[^{{}}\n]*\}}[ \t]*$", re.MULTILINE
)
_BRACES = re.compile(r"\{+[^{}\n]*\}+|\[\[[^\]\n]*\]\]|\{+|\}+")
_NOT_PROSE = re.compile(  # tokens, markers and labels of notes, citations and places in them, attributes, addresses
    rf"{TOKEN.pattern}|{_MARKER.pattern}|^\[\^[^\]\n]*\]:|{_KEY.pattern}|{_LOCATOR.pattern}"
    rf"|\{{:?[ \t]*[#.][^}}]*\}}|\]\([^)\s]*|{_REFERENCE.pattern}|https?://[^\s>)]+|^[ \t>]*\d{{1,2}}\.(?=[ \t])",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Note:
    """A note at the end of a page: its label, and the citation keys in its text."""

    label: str
    keys: tuple[str, ...]
    start: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text; `id` is empty where the editor gave none, and where none can be given.

    `former` are the ids that it had before.
    """

    id: str
    text: str
    start: int
    former: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether it is text and can have an id: a table, code and a rule can't."""
        return not _NO_TEXT.match(self.text)


@dataclass(frozen=True)
class Heading:
    """A heading; `id` is empty where the editor gave none; `former` are the ids that it had before."""

    id: str
    text: str
    start: int
    former: tuple[str, ...] = ()


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
    return [Note(m[1], tuple(_KEY.findall(m[2])), m.start()) for m in _NOTE.finditer(body)]


def citations(body: str) -> Iterator[tuple[str, int]]:
    """Every citation key of a page, with its offset."""
    for match in _KEY.finditer(body):
        yield match[1], match.start()


def citations_in_text(body: str) -> Iterator[tuple[str, int]]:
    """The citation keys that stand outside notes, with their offsets."""
    return citations(_blanked(_NOTE, body))


def keys_in_addresses(body: str) -> Iterator[int]:
    """The offsets of signs in addresses that would be taken for the beginning of a citation."""
    for match in re.finditer(r"(?<=/)@(?=[\w-])", body):
        yield match.start()


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
    """The offsets of links that hold a value or a note, both of which are links themselves, and of what can't."""
    for match in chain(_LINK.finditer(body), _NO_VALUES.finditer(body)):
        if TOKEN.search(match[0]) or _MARKER.search(match[0]):
            yield match.start()


def paragraphs(body: str) -> Iterator[Paragraph]:
    """The paragraphs of running text: blocks that are no heading, note, definition or block token."""
    rest = _blanked(_HEADING, _blanked(_DEFINITION, _blanked(_NOTE, body)))
    for match in _BLOCK_OR_QUOTE.finditer(rest):
        if match[0].strip() and not TOKEN.fullmatch(match[0].strip()):
            name = _ID.search(match[0])
            yield Paragraph(name[1] if name else "", match[0], match.start(), _former(name))


def headings(body: str) -> Iterator[Heading]:
    """The headings of a page."""
    for match in _HEADING.finditer(_blanked(_CODE, body)):
        name = _HEADING_ID.search(match[0])
        yield Heading(name[1] if name else "", match[0], match.start(), _former(name))


def _former(name: re.Match[str] | None) -> tuple[str, ...]:
    return tuple(key for keys in _FORMER.findall(name[0] if name else "") for key in keys.split())


def odd_lines(body: str) -> Iterator[tuple[str, int]]:
    """The lines that Markdown takes for something else than they look like: what it makes of each, and the offset."""
    text = _blanked(_CODE, body)
    for pattern, what in _ODD_LINES.items():
        for match in re.finditer(pattern, text, re.MULTILINE):
            yield what, match.end() - 1


def citations_in_brackets(body: str) -> Iterator[tuple[str, int]]:
    """What stands in brackets together with an "@", with its offset."""
    for match in _IN_BRACKETS.finditer(body):
        yield match[0], match.start()


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
