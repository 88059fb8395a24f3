"""What a token in a page draws from the records: `{{ kind:event-id }}` or `{{ kind:event-id|form }}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from briefing.problems import did_you_mean
from briefing.wording import DATE_FORMS, Piece, date_in_words, figure_in_words

if TYPE_CHECKING:
    from briefing.records import Records

_PARTS = re.compile(r"\s*([\w-]+)\s*:\s*([\w-]+)\s*(?:\|\s*([\w-]+)\s*)?")


class Parts(NamedTuple):
    """What stands between a token's braces; `capital`: the kind is written with one, to begin a sentence."""

    kind: str
    event_id: str
    form: str | None
    capital: bool


@dataclass(frozen=True)
class Value:
    """What a token draws, ready for a template; `bound` is empty for a date."""

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
        self.record, self.message = record, message
        super().__init__(message)


def split_token(inner: str) -> Parts | None:
    """The parts of a token of a value; None where it is none, such as the name of a block."""
    if not (match := _PARTS.fullmatch(inner)):
        return None
    kind, event_id, form = match.groups()
    return Parts(kind[:1].lower() + kind[1:], event_id, form, kind[:1].isupper())


def value_id(token: str) -> str:
    """The permanent id of the value that a token names; empty where it names none."""
    parts = split_token(token)
    return f"{parts.event_id}_{parts.kind}" if parts else ""


def value_of(inner: str, records: Records) -> Value:
    """What the token with `inner` between its braces stands for; TokenError where it stands for nothing."""
    if not (parts := split_token(inner)):
        shown, forms = "{{" + inner + "}}", "{{ kind:event-id }} or {{ kind:event-id|form }}"
        raise TokenError("", f'"{shown}" is not a token; write {forms}')
    kind, event_id, form, capital = parts
    kinds = ["date", *records.measures]
    if kind not in kinds and not any(kind == measure for _, measure, _ in records.figures()):
        raise TokenError(event_id, f'"{kind}" is not a kind of value' + did_you_mean(kind, kinds))
    if not (event := records.events.get(event_id)):
        other = records.renamed(event_id) or did_you_mean(event_id, records.events)
        raise TokenError(event_id, f"there is no such event{other}")
    figure = event.figures.get(kind)
    if kind == "date" and form not in DATE_FORMS:
        forms = did_you_mean(form or "", filter(None, DATE_FORMS))
        raise TokenError(event_id, f'"{form}" is not a form of a date{forms}')
    if kind != "date" and form:
        raise TokenError(event_id, f'a count has no form "{form}"; write {{{{ {kind}:{event_id} }}}}')
    if kind != "date" and not figure:
        counted = did_you_mean(kind, event.figures.keys() & records.measures.keys())
        raise TokenError(event_id, f'the event has no figure "{kind}"{counted}')
    try:
        first, *rest = figure_in_words(figure) if figure else date_in_words(event.date, form)
    except ValueError as error:
        raise TokenError(event_id, f"{error}; write {{{{ date:{event_id} }}}}") from error
    first = first._replace(text=first.text[:1].upper() + first.text[1:]) if capital else first
    return Value(kind, event_id, (first, *rest), figure.bound if figure else "")
