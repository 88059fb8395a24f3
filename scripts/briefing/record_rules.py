"""The rules of the records, one small generator each: a sentence for each mistake, and the path that leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from briefing.problems import Path, Problem, did_you_mean
from briefing.wording import numbers_in

if TYPE_CHECKING:
    from briefing.briefing import Briefing

_Found = Iterator[tuple[str, *Path]]
_DRAWN = re.compile(r"\{\{|\}\}|\{:? *#|(?<!\w)@([\w-]+)")


def record_problems(briefing: Briefing) -> Iterator[Problem]:
    """Everything that is wrong with the records that could be read."""
    for rule in _RULES:
        for message, *path in rule(briefing):
            yield briefing.records.problem(message, *path)


def ids_are_unique(briefing: Briefing) -> _Found:
    """No event has the id of a place, and none the former id of another."""
    taken = {*briefing.records.events}
    for event_id, event in briefing.records.events.items():
        if event_id in briefing.records.places:
            yield "a place has this id too; give one of them another", "events", event_id
        for former in taken.intersection(event.former_ids):
            yield f'"{former}" is taken; an id is never used again', "events", event_id, "former_ids"
        taken.update(event.former_ids)


def references_resolve(briefing: Briefing) -> _Found:
    """Every place, event and source that a record names is listed."""
    records = briefing.records
    listed = {"a place": records.declared("places"), "an event": records.declared("events")}
    for kind, name, path in records.references():
        if kind not in listed:
            if message := briefing.sources.unknown(name):
                yield message, *path
        elif name not in listed[kind]:
            other = did_you_mean(name, listed[kind] - {str(path[1])}, records.now)
            yield f'"{name}" is not {kind}{other}', *path


def nothing_goes_in_a_circle(briefing: Briefing) -> _Found:
    """No event follows itself, directly or through others, and no place lies within itself."""
    records = briefing.records
    before = {name: [place.within] for name, place in records.places.items() if place.within}
    for event_id, event in records.events.items():
        before[event_id] = [link.event for link in event.after + event.in_retaliation_for]
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        first, *_ = circle = error.args[1]
        message = f"this goes in a circle: {' → '.join(circle)}; take one of the steps out"
        yield message, "events" if first in records.events else "places", first


def events_are_past(briefing: Briefing) -> _Found:
    """Nothing is told that happened after the day the last edition is dated."""
    last = max((edition.day for edition in briefing.editions), default=None)
    for event_id, event in briefing.records.events.items():
        if last and event.date and any(point.first > last for point in event.date.points):
            message = f"the date is after the last edition ({last}); correct it, or date a new edition"
            yield message, "events", event_id, "date"


def figures_are_declared(briefing: Briefing) -> _Found:
    """Measures are declared with the word that is printed; where there were none at all, the event's remark says so."""
    records = briefing.records
    if "date" in records.measures:
        yield '"date" is no measure, as every event has a date; rename it', "measures", "date"
    known = {*records.measures}
    for event_id, measure, figure in records.figures():
        path = ("events", event_id, "figures", measure)
        if measure not in known:
            word = measure.replace("-", " ").capitalize()
            yield f'"{measure}" is not declared; correct it, or write below measures: {measure}: {word}', *path
            known.add(measure)
        if figure.exactly == 0 and not records.events[event_id].remark:
            yield "none at all is a claim too; say in the event's remark that the briefing makes it", *path


def texts_are_only_words(briefing: Briefing) -> _Found:
    """A title repeats no figure of its event, as it would stay when that changes; and no text is drawn."""
    for event_id, event in briefing.records.events.items():
        counts = [count for figure in event.figures.values() for count in (figure.number, *(figure.between or ()))]
        for word, number in numbers_in(event.title):
            if number and number in counts:
                message = f'"{word[0]}" is a figure of this event, and would stay when it changes; leave it out'
                yield message, "events", event_id, "title"
    for path, text in briefing.records.texts.items():
        for found in _DRAWN.finditer(text):
            if not found[1] or not briefing.sources.unknown(found[1]):
                yield f'"{found[0]}" is not drawn in a record; write the words themselves', *path


_RULES = (
    ids_are_unique, references_resolve, nothing_goes_in_a_circle, events_are_past, figures_are_declared,
    texts_are_only_words,
)  # fmt: skip
