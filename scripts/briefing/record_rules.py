"""The rules of the records, one small generator each; a rule only tells, it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from briefing.problems import Problem, did_you_mean
from briefing.records import Records
from briefing.wording import number_of, numbers_in

if TYPE_CHECKING:
    from briefing.briefing import Briefing

_DRAWN = re.compile(r"\{\{|\}\}|\{:? *#|(?<!\w)@([\w-]+)")


def ids_are_unique(briefing: Briefing) -> Iterator[Problem]:
    """No event has the id of a place, and none the former id of another."""
    records = briefing.records
    for name in records.events.keys() & records.places.keys():
        yield records.problem("a place has this id too; give one of them another", "events", name)
    taken = set(records.events)
    for event_id, event in records.events.items():
        for former in event.former_ids:
            if former in taken:
                message = f'"{former}" is taken; an id is never used again'
                yield records.problem(message, "events", event_id, "former_ids")
            taken.add(former)


def references_resolve(briefing: Briefing) -> Iterator[Problem]:
    """Every place, event and source that a record names is listed."""
    records = briefing.records
    listed = {"a place": records.declared("places"), "an event": records.declared("events")}
    for kind, name, path in records.references():
        if kind == "a source":
            if message := briefing.sources.unknown(name):
                yield records.problem(message, *path)
        elif name not in listed[kind]:
            other = records.renamed(name) or did_you_mean(name, listed[kind] - {str(path[1])})
            yield records.problem(f'"{name}" is not {kind}{other}', *path)


def nothing_goes_in_a_circle(briefing: Briefing) -> Iterator[Problem]:
    """No event follows itself, directly or through others, and no place lies within itself."""
    records = briefing.records
    for event_id, event in records.events.items():
        for name in ("after", "in_retaliation_for"):
            for number, link in enumerate(getattr(event, name)):
                if event_id in _before(link.event, records):
                    message = f'"{link.event}" itself follows this event; remove one of the two'
                    yield records.problem(message, "events", event_id, name, number, "event")
    for place_id, place in records.places.items():
        if place_id in records.around(place.within):
            message = f'"{place.within}" itself lies within this place; correct one of the two'
            yield records.problem(message, "places", place_id, "within")


def dates_are_not_after_the_edition(briefing: Briefing) -> Iterator[Problem]:
    """Nothing is told that happened after the day the last edition is dated."""
    last = max((edition.day for edition in briefing.editions), default=None)
    for event_id, event in briefing.records.events.items():
        if last and event.date and any(point.first > last for point in event.date.points):
            message = f"the date is after the last edition ({last}); correct it, or date a new edition"
            yield briefing.records.problem(message, "events", event_id, "date")


def measures_are_declared(briefing: Briefing) -> Iterator[Problem]:
    """What figures count is declared once, with the word that is printed; what nothing counts is told."""
    records = briefing.records
    if "date" in records.measures:
        yield records.problem('"date" is no measure, as every event has a date; rename it', "measures", "date")
    first = {measure: event_id for event_id, measure, _ in [*records.figures()][::-1]}
    for measure in first.keys() - records.measures.keys():
        near = did_you_mean(measure, records.measures)
        declare = f"; write below measures: {measure}: {measure.replace('-', ' ').capitalize()}"
        message = f'"{measure}" is not declared{near if "did you" in near else declare}'
        yield records.problem(message, "events", first[measure], "figures", measure)
    counted = {path[3] for path in records.lines if path[2:3] == ("figures",) and len(path) == 4}
    for measure in sorted(records.measures.keys() - counted - {"date"}):
        yield records.problem("no figure counts it; remove it, if none will", "measures", measure, told=True)


def corrections_are_of_editions(briefing: Briefing) -> Iterator[Problem]:
    """A correction is made in an edition that there is, or in the next one; the first corrects nothing."""
    following = max(len(briefing.editions) + 1, 2)
    for number, correction in enumerate(briefing.records.corrections):
        if not 2 <= correction.edition <= following:
            message = f"edition {correction.edition} can't correct anything; write a number from 2 to {following}"
            yield briefing.records.problem(message, "corrections", number, "edition")


def titles_repeat_no_figure(briefing: Briefing) -> Iterator[Problem]:
    """A title holds no figure of its event: it would stay when the record changes."""
    for event_id, event in briefing.records.events.items():
        figures = {n for figure in event.figures.values() for n in (figure.number, *(figure.between or ()))}
        for word in numbers_in(event.title):
            if (number_of(word[0]) or None) in figures - {None}:
                message = f'"{word[0]}" is a figure of this event, and would stay when it changes; leave it out'
                yield briefing.records.problem(message, "events", event_id, "title")


def records_hold_no_token(briefing: Briefing) -> Iterator[Problem]:
    """Nothing is drawn in the texts of records: what looks like a token or a citation would be printed as it stands."""
    records = briefing.records
    for path, text in records.texts.items():
        for found in _DRAWN.finditer(text):
            if not found[1] or not briefing.sources.unknown(found[1]):
                yield records.problem(f'"{found[0]}" is not drawn in a record; write the words themselves', *path)


def none_is_said(briefing: Briefing) -> Iterator[Problem]:
    """A figure of none at all is only given where the briefing says so, and the record tells that it does."""
    for event_id, measure, figure in briefing.records.figures():
        if figure.exactly == 0 and not briefing.records.events[event_id].remark:
            message = "none at all is a claim too; say in the event's remark that the briefing makes it"
            yield briefing.records.problem(message, "events", event_id, "figures", measure)


RULES = (
    ids_are_unique,
    references_resolve,
    nothing_goes_in_a_circle,
    dates_are_not_after_the_edition,
    measures_are_declared,
    corrections_are_of_editions,
    titles_repeat_no_figure,
    records_hold_no_token,
    none_is_said,
)


def _before(event_id: str, records: Records) -> set[str]:
    """The event and all that it followed, directly or through others."""
    found: set[str] = set()
    waiting = [event_id]
    while waiting:
        if (name := waiting.pop()) in records.events and name not in found:
            event = records.events[name]
            waiting += [link.event for link in event.after + event.in_retaliation_for]
        found.add(name)
    return found
