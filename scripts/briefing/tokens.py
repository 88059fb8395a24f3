"""What a token in a page draws from the records: `{{ kind:event-id }}` or `{{ kind:event-id|form }}`."""

import re
from typing import NamedTuple

from briefing.problems import did_you_mean
from briefing.records import Records
from briefing.wording import DATE_FORMS, Piece, date_in_words, figure_in_words

_PARTS = re.compile(r"([\w-]+)\s*:\s*([\w-]+)\s*(?:\|\s*([\w-]+))?")


class Value(NamedTuple):
    """What a token draws, ready for a template; `bound` is empty for a date."""

    id: str
    kind: str
    event_id: str
    pieces: tuple[Piece, ...]
    bound: str


def value_id(token: str) -> str:
    """The permanent id of the value that a token names; empty where it names none. No other id has an underscore."""
    match = _PARTS.fullmatch(token)
    return f"{match[2]}_{match[1][:1].lower()}{match[1][1:]}" if match else ""


def value_of(token: str, records: Records) -> Value:
    """What the text between a token's braces stands for; ValueError where it stands for nothing."""
    if not (match := _PARTS.fullmatch(token)):
        raise ValueError(f'"{{{{ {token} }}}}" is not a token; write {{{{ kind:event-id }}}}')
    kind, event_id, form = match[1][:1].lower() + match[1][1:], match[2], match[3]
    if not (event := records.events.get(event_id)):
        raise ValueError(f"there is no such event{did_you_mean(event_id, records.events, records.now)}")
    figure = event.figures.get(kind)
    if figure and form:
        raise ValueError(f'a count has no form "{form}"; leave it out')
    if not figure and kind != "date":
        known = did_you_mean(kind, {"date", *event.figures} & {"date", *records.measures})
        raise ValueError(f'the event has no figure "{kind}"{known}')
    if form and form not in DATE_FORMS:
        raise ValueError(f'"{form}" is not a form of a date{did_you_mean(form, DATE_FORMS)}')
    first, *rest = figure_in_words(figure) if figure else date_in_words(event.date, form)
    if token[0].isupper():
        first = first._replace(text=first.text[:1].upper() + first.text[1:])
    return Value(value_id(token), kind, event_id, (first, *rest), figure.bound if figure else "")
