"""What stands in a page: tokens, notes, citations, paragraphs.

A token is `{{ kind:event-id }}`, `{{ kind:event-id|form }}` or, for a whole block, `{{ name }}`: a closed
grammar, not a template language. Whatever else stands in double braces is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from briefing.model import Dataset, Measure
from briefing.problems import did_you_mean
from briefing.wording import DATE_FORMS, Piece, date_in_words, figure_in_words

KINDS: tuple[str, ...] = ("date", *get_args(Measure))
DRAWINGS = ("timeline", "map", "locator", "counts")
READ = ("records", "records-in-print", "sources", "corrections", "downloads", "dictionary")
BLOCKS = (*DRAWINGS, *READ)
_TOKEN = re.compile(r"\{\{([^{}]*)\}\}")
_PARTS = re.compile(r"\s*([\w-]+)\s*:\s*([\w-]+)\s*(?:\|\s*([\w-]+)\s*)?")
_MARKER = re.compile(r"\[\^([^\]\n]*)\](?!:)")
_NOTE = re.compile(r"^\[\^([^\]\n]*)\]:[ \t]*(.*(?:\n(?:[ \t]+\S.*))*)", re.MULTILINE)
_KEY = re.compile(r"(?<![\w\\])@([\w-]+)")
_BLOCK = re.compile(r"(?:^[^\n]*\S[^\n]*(?:\n|\Z))+", re.MULTILINE)
_ID = re.compile(r"\{:?[ \t]*#([^\s}]+)[^}]*\}\s*\Z")
_NOT_PROSE = re.compile(  # notes, headings, tokens, note markers, ids and classes, addresses of links
    rf"{_NOTE.pattern}|^#.*$|{_TOKEN.pattern}|{_MARKER.pattern}|\{{:?[ \t]*[#.][^}}]*\}}|\]\([^)\s]*\)|<[^>]*>",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Token:
    """A token as it stands in a page: `start` and `end` are offsets into the page's body."""

    inner: str
    start: int = 0
    end: int = 0

    @property
    def is_block(self) -> bool:
        """Whether it stands for a whole block, such as the list of records."""
        return ":" not in self.inner and "|" not in self.inner

    @property
    def name(self) -> str:
        """What stands between the braces, without the spaces around it."""
        return self.inner.strip()


@dataclass(frozen=True)
class Note:
    """A note at the end of a page: its label, and the citation keys in its text."""

    label: str
    keys: tuple[str, ...]
    start: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text; `id` is empty where the editor gave none."""

    id: str
    text: str
    start: int


@dataclass(frozen=True)
class Value:
    """What a token draws from the records, ready for a template."""

    kind: str
    event_id: str
    pieces: tuple[Piece, ...]
    bound: str = ""

    @property
    def id(self) -> str:
        """The permanent id of the value: no other id has an underscore."""
        return f"{self.event_id}_{self.kind}"


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


class TokenError(ValueError):
    """A token that draws nothing: the record it names, and a sentence for the editor."""

    def __init__(self, record: str, message: str) -> None:
        """Keep both for a Problem."""
        self.record, self.message = record, message
        super().__init__(message)


def tokens(body: str) -> Iterator[Token]:
    """The tokens of a page, in order."""
    for match in _TOKEN.finditer(body):
        yield Token(match[1], match.start(), match.end())


def draw(body: str, write: Callable[[Token], str]) -> str:
    """The page's `body` with each token replaced by what `write` makes of it."""
    return _TOKEN.sub(lambda match: write(Token(match[1], match.start(), match.end())), body)


def markers(body: str) -> dict[str, int]:
    """The labels of the notes that the text leads to, each with the offset of its first marker."""
    found: dict[str, int] = {}
    for match in _MARKER.finditer(body):
        found.setdefault(match[1], match.start())
    return found


def notes(body: str) -> list[Note]:
    """The notes of a page, in order."""
    return [Note(m[1], tuple(_KEY.findall(m[2])), m.start()) for m in _NOTE.finditer(body)]


def citations(body: str) -> Iterator[tuple[str, int]]:
    """Every citation key of a page, with its offset."""
    for match in _KEY.finditer(body):
        yield match[1], match.start()


def paragraphs(body: str) -> Iterator[Paragraph]:
    """The paragraphs of running text: blocks that are no heading, note or block token."""
    for match in _BLOCK.finditer(body):
        text = _NOTE.sub("", match[0])
        if text.strip() and not text.startswith("#") and not _TOKEN.fullmatch(text.strip()):
            name = _ID.search(text)
            yield Paragraph(name[1] if name else "", text, match.start())


def passages(uri: str, body: str) -> Iterator[Passage]:
    """The paragraphs of a page that have an id, numbered as they stand."""
    cited = {note.label: note.keys for note in notes(body)}
    for number, paragraph in enumerate((p for p in paragraphs(body) if p.id), 1):
        told = [f"{m[2]}_{m[1]}" for token in tokens(paragraph.text) if (m := _PARTS.fullmatch(token.inner))]
        marked = {label: cited.get(label, ()) for label in markers(paragraph.text)}
        yield Passage(uri, paragraph.id, number, tuple(dict.fromkeys(told)), marked)


def plain_text(body: str) -> str:
    """A page's running text alone: whatever else stands there is blanked, and offsets stay."""
    return _NOT_PROSE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), body)


def value_of(token: Token, dataset: Dataset) -> Value:
    """What `token` stands for; TokenError where it stands for nothing."""
    match = _PARTS.fullmatch(token.inner)
    if not match:
        shown, forms = "{{" + token.inner + "}}", "{{ kind:event-id }} or {{ kind:event-id|form }}"
        raise TokenError("", f'"{shown}" is not a token; write {forms}')
    kind, event_id, form = match.groups()
    if kind not in KINDS:
        raise TokenError(event_id, f'"{kind}" is not a kind of value' + did_you_mean(kind, KINDS))
    event = dataset.events.get(event_id)
    if event is None:
        raise TokenError(event_id, "there is no such event" + did_you_mean(event_id, dataset.events))
    if kind == "date":
        if form not in DATE_FORMS:
            forms = did_you_mean(form, filter(None, DATE_FORMS))
            raise TokenError(event_id, f'"{form}" is not a form of a date{forms}')
        try:
            return Value(kind, event_id, date_in_words(event.date, form))
        except ValueError as error:
            raise TokenError(event_id, f"{error}; write {{{{ date:{event_id} }}}}") from error
    if form:
        raise TokenError(event_id, f'a count has no form "{form}"; write {{{{ {kind}:{event_id} }}}}')
    figures: dict[Any, Any] = event.figures
    if kind not in figures:
        raise TokenError(event_id, f'the event has no figure "{kind}"' + did_you_mean(kind, figures))
    return Value(kind, event_id, figure_in_words(figures[kind]), figures[kind].bound)
