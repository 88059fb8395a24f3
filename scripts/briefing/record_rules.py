"""The rules of the records, one small generator each: a sentence for each mistake, and the path that leads to it."""

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import chain

from briefing.problems import Path, Problem, did_you_mean
from briefing.records import Records
from briefing.sources import Sources
from briefing.wording import numbers_in

_Found = Iterator[tuple[str, *Path]]
_DRAWN = re.compile(r"\{\{|\}\}|\{:? *#|(?<!\w)@([\w-]+(?::[\w-]+)*)")


def record_problems(records: Records, sources: Sources) -> list[Problem]:
    """Everything that is wrong with the records that could be read."""
    found = chain(
        ids_are_unique(records),
        references_resolve(records, sources),
        nothing_goes_in_a_circle(records),
        figures_are_declared(records),
        texts_are_only_words(records, sources),
    )
    return [records.problem(message, *path) for message, *path in found]


def ids_are_unique(records: Records) -> _Found:
    """No event has the id of a place, and none a former id that is another's, or that it has twice."""
    taken = {*records.events, *records.places}
    for event_id, event in records.events.items():
        if event_id in records.places:
            yield "a place has this id too; give one of them another", "events", event_id
        for former in event.former_ids:
            if former in taken:
                yield f'"{former}" is taken; an id is never used again', "events", event_id, "former_ids"
            taken.add(former)


def references_resolve(records: Records, sources: Sources) -> _Found:
    """Every place, event and source that a record names is listed."""
    listed = {"a place": records.declared("places"), "an event": records.declared("events")}
    for kind, name, path in records.references():
        if kind not in listed:
            if message := sources.unknown(name):
                yield message, *path
        elif name not in listed[kind]:
            other = did_you_mean(name, listed[kind] - {str(path[1])}, records.now)
            yield f'"{name}" is not {kind}{other}', *path


def nothing_goes_in_a_circle(records: Records) -> _Found:
    """No event follows itself, directly or through others, and no place lies within itself."""
    before = {name: [place.within] for name, place in records.places.items() if place.within}
    for event_id, event in records.events.items():
        before[event_id] = [link.event for link in event.after + event.in_retaliation_for]
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        first, *_ = circle = error.args[1]
        message = f"this goes in a circle: {' → '.join(circle)}; take one of the steps out"
        yield message, "events" if first in records.events else "places", first


def events_are_past(records: Records, last: str) -> Iterator[Problem]:
    """What is dated after the `last` edition, if there is one, is told: it may be a slip, or news for the next."""
    for event_id in records.dated_after(last) if last else ():
        message = f"the date is after the last edition ({last}); correct it, or date the next edition later"
        yield records.problem(message, "events", event_id, "date", told=True)


def figures_are_declared(records: Records) -> _Found:
    """Measures are declared with the word that is printed; where there were none at all, the event's remark says so."""
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


def texts_are_only_words(records: Records, sources: Sources) -> _Found:
    """A title repeats no figure of its event, as it would stay when that changes; and no text is drawn."""
    for event_id, event in records.events.items():
        counts = [count for figure in event.figures.values() for count in (figure.number, *(figure.between or ()))]
        for word, number in numbers_in(event.title):
            if number and number in counts:
                message = f'"{word[0]}" is a figure of this event, and would stay when it changes; leave it out'
                yield message, "events", event_id, "title"
    for path, text in records.texts.items():
        for found in _DRAWN.finditer(text):
            if not found[1] or not sources.unknown(found[1]):
                yield f'"{found[0]}" is not drawn in a record; write the words themselves', *path
