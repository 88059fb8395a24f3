"""Tokens: what stands in a page for a value or a block that is drawn from the records.

A token is `{{ kind:event-id }}`, `{{ kind:event-id|form }}` or, for a whole block, `{{ name }}`: a closed
grammar, not a template language. Whatever else stands in double braces is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from briefing.dataset import Dataset
from briefing.model import Measure
from briefing.problems import did_you_mean
from briefing.wording import DATE_FORMS, Piece, date_in_words, figure_in_words

KINDS: tuple[str, ...] = ("date", *get_args(Measure))
DRAWINGS = ("timeline", "map", "locator", "counts", "when", "figures")
READ = ("records", "records-in-print", "sources", "corrections", "downloads", "dictionary")
BLOCKS = (*DRAWINGS, *READ)
TOKEN = re.compile(r"\{\{([^{}]*)\}\}")
HELD = ("\ufdd0", "\ufdd1")  # begin a value and a block: noncharacters of Unicode, which no file may hold
_END = "\ufdd2"
_HELD = re.compile(f"<p>{HELD[1]}([0-9a-f]+){_END}</p>|<[^>]*>|{HELD[0]}([0-9a-f]+){_END}")
_PARTS = re.compile(r"\s*([\w-]+)\s*:\s*([\w-]+)\s*(?:\|\s*([\w-]+)\s*)?")


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

    @property
    def value_id(self) -> str:
        """The permanent id of the value that it names; empty where it names none."""
        match = _PARTS.fullmatch(self.inner)
        return f"{match[2]}_{match[1]}" if match else ""


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


class TokenError(ValueError):
    """A token that draws nothing: the record it names, and a sentence for the editor."""

    def __init__(self, record: str, message: str) -> None:
        """Keep both for a Problem."""
        self.record, self.message = record, message
        super().__init__(message)


def tokens(body: str) -> Iterator[Token]:
    """The tokens of a page, in order."""
    for match in TOKEN.finditer(body):
        yield Token(match[1], match.start(), match.end())


def hold(body: str) -> str:
    """A page's Markdown with a word in the place of each token, which stays as it is wherever it stands."""
    return TOKEN.sub(lambda m: f"{HELD[Token(m[1]).is_block]}{m[1].encode().hex()}{_END}", body)


def draw(html: str, write: Callable[[Token], str]) -> str:
    """A page's `html` with what `write` makes of each token that was held; inside of a tag, none can be written."""

    def written(match: re.Match[str]) -> str:
        inner = match[1] or match[2]
        return write(Token(bytes.fromhex(inner).decode())) if inner else match[0]

    return _HELD.sub(written, html)


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
        other = dataset.renamed(event_id) or did_you_mean(event_id, dataset.events)
        raise TokenError(event_id, f"there is no such event{other}")
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
