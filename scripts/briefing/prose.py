"""Tokens in a page: `{{ kind:event-id }}`, `{{ kind:event-id|form }}` and, for a whole block, `{{ name }}`.

A closed grammar, not a template language: whatever else stands in double braces is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from briefing.model import Dataset, Measure
from briefing.problems import did_you_mean
from briefing.wording import DATE_FORMS, Piece, date_in_words, figure_in_words

MEASURES: tuple[str, ...] = get_args(Measure)
KINDS = ("date", *MEASURES)
_TOKEN = re.compile(r"\{\{([^{}]*)\}\}")
_PARTS = re.compile(r"\s*([\w-]+)\s*:\s*([\w-]+)\s*(?:\|\s*([\w-]+)\s*)?")
_PARAGRAPH_ID = re.compile(r"(?<!\{)\{:?[^{}]*#([\w-]+)[^{}]*\}\s*\Z")
_NOTE = re.compile(r"\[\^([^\]\n]+)\]")
_NOTE_TEXT = re.compile(r"^\[\^([^\]\n]+)\]:(.*)$", re.MULTILINE)
_KEY = re.compile(r"(?<![\w\\])@([\w-]+)")


@dataclass(frozen=True)
class Token:
    """A token as it stands in a page: `start` and `end` are offsets into the page's body."""

    inner: str
    start: int
    end: int

    @property
    def is_block(self) -> bool:
        """Whether it stands for a whole block, such as the list of records."""
        return ":" not in self.inner and "|" not in self.inner

    @property
    def name(self) -> str:
        """What stands between the braces, without the spaces around it."""
        return self.inner.strip()


@dataclass(frozen=True)
class Value:
    """What a token draws from the records, ready for a template."""

    kind: str
    event_id: str
    pieces: tuple[Piece, ...]
    bound: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with a permanent id: the events it tells, and the sources of each of its notes."""

    uri: str
    id: str
    number: int
    events: tuple[str, ...]
    notes: Mapping[str, tuple[str, ...]]


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


def paragraphs(uri: str, body: str) -> Iterator[Paragraph]:
    """The paragraphs of a page that have an id, numbered as they stand."""
    cited = {label: tuple(_KEY.findall(text)) for label, text in _NOTE_TEXT.findall(body)}
    found = [(match[1], block) for block in re.split(r"\n[ \t]*\n", body) if (match := _PARAGRAPH_ID.search(block))]
    for number, (paragraph_id, block) in enumerate(found, 1):
        events = [match[2] for token in tokens(block) if (match := _PARTS.fullmatch(token.inner))]
        notes = {label: cited.get(label, ()) for label in _NOTE.findall(block)}
        yield Paragraph(uri, paragraph_id, number, tuple(dict.fromkeys(events)), notes)


def draw(body: str, write: Callable[[Token], str]) -> str:
    """The page's `body` with each token replaced by what `write` makes of it."""
    return _TOKEN.sub(lambda match: write(Token(match[1], match.start(), match.end())), body)


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
            raise TokenError(
                event_id, f'"{form}" is not a form of a date' + did_you_mean(form, filter(None, DATE_FORMS))
            )
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
