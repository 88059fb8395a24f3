"""The rules of the records, one small generator each; a rule only tells, it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefing.dataset import Dataset
from briefing.editions import changes
from briefing.problems import Path, Problem, did_you_mean
from briefing.whole import Briefing
from briefing.wording import numbers_in

_DRAWN = re.compile(r"\{\{|\}\}|\{:? *#|(?<!\w)@([\w-]+)")


def ids_are_unique(briefing: Briefing) -> Iterator[Problem]:
    """No event has the id of a place, and none the former id of another."""
    data = briefing.dataset
    for name in data.events.keys() & data.places.keys():
        yield data.problem("a place has this id too; give one of them another", "events", name)
    taken = set(data.events)
    for event_id, event in data.events.items():
        for former in event.former_ids:
            if former in taken:
                yield data.problem(f'"{former}" is taken; an id is never used again', "events", event_id, "former_ids")
            taken.add(former)


def references_resolve(briefing: Briefing) -> Iterator[Problem]:
    """Every place, event and source that a record names is listed, and towns lie in regions."""
    data, books = briefing.dataset, briefing.bibliography
    listed = {
        "a place": data.declared("places"),
        "a region": {place_id for place_id, place in data.places.items() if not place.is_town},
        "an event": data.declared("events"),
    }
    for kind, name, path in references(data):
        if kind == "a source":
            if message := books.unknown(name):
                yield data.problem(message, *path)
        elif name not in listed[kind]:
            others = listed[kind] - {path[1]}
            yield data.problem(f'"{name}" is not {kind}' + (data.renamed(name) or did_you_mean(name, others)), *path)


def no_event_follows_itself(briefing: Briefing) -> Iterator[Problem]:
    """What an event followed or answered did not follow that event, directly or through others."""
    data = briefing.dataset
    for event_id, event in data.events.items():
        for name, link in event.links.items():
            if event_id in _before(link.event, data):
                message = f'"{link.event}" itself follows this event; remove one of the two'
                yield data.problem(message, "events", event_id, name, "event")


def dates_are_not_after_the_edition(briefing: Briefing) -> Iterator[Problem]:
    """Nothing is told that happened after the day the last edition is dated."""
    data = briefing.dataset
    last = max((edition.date.first for edition in data.editions), default=None)
    for event_id, event in data.events.items():
        if last and event.date.first > last:
            message = f"the date is after the last edition ({last}); correct it, or date a new edition"
            yield data.problem(message, "events", event_id, "date")


def editions_run(briefing: Briefing) -> Iterator[Problem]:
    """Editions are numbered 1, 2, 3 and on, each dated by the day and not before the one before it."""
    data = briefing.dataset
    for number, edition in enumerate(data.editions):
        if edition.number != number + 1:
            yield data.problem(f"editions run 1, 2, 3 and on; this one is {number + 1}", "editions", number, "number")
        if str(edition.date) != str(edition.date.first):
            yield data.problem("an edition is dated by the day; write it in full", "editions", number, "date")
        if number and edition.date.first < data.editions[number - 1].date.first:
            yield data.problem("it is dated before the edition before it; correct one", "editions", number, "date")


def corrections_correct(briefing: Briefing) -> Iterator[Problem]:
    """A correction is of a value that changes in its edition, and is given once."""
    data = briefing.dataset
    known = {(change.edition, change.id) for change in changes(data)} if data.editions else set()
    seen = set()
    for number, correction in enumerate(data.corrections if data.readable and data.editions else ()):
        key = correction.edition, data.value_now(correction.value)
        if key not in known:
            what = f"this value does not change in edition {correction.edition}; correct the two, or remove the entry"
            yield data.problem(what, "corrections", number, "value")
        if key in seen:
            yield data.problem("the same correction is given twice; keep one", "corrections", number, "value")
        seen.add(key)


def reasons_stay(briefing: Briefing) -> Iterator[Problem]:
    """What an edition corrected keeps the reason that was given for it."""
    data = briefing.dataset
    for change in changes(data):
        if change.edition <= data.editions[-1].number and not (change.is_new or change.correction):
            what = f"edition {change.edition} corrected {change.id}, and its reason is gone; put the entry back"
            yield data.problem(what, "corrections")


def titles_tell_no_number(briefing: Briefing) -> Iterator[Problem]:
    """A title holds no number and no month: it would stay when the record changes."""
    for event_id, event in briefing.dataset.events.items():
        for word in numbers_in(event.title):
            message = f'"{word[0]}" would stay in the title when the record changes; leave it out'
            yield briefing.dataset.problem(message, "events", event_id, "title")


def records_hold_no_token(briefing: Briefing) -> Iterator[Problem]:
    """Nothing is drawn in the texts of records: what looks like a token or a citation would be printed as it stands."""
    data, keys = briefing.dataset, briefing.bibliography.lines
    for text, path in _texts(data):
        for found in _DRAWN.finditer(text):
            if found[1] is None or found[1] in keys:
                yield data.problem(f'"{found[0]}" is not drawn in a record; write the words themselves', *path)


def none_is_said(briefing: Briefing) -> Iterator[Problem]:
    """A figure of none at all is only given where the briefing says so, and the record tells that it does."""
    data = briefing.dataset
    for event_id, measure, figure in data.figures():
        if figure.exactly == 0 and not data.events[event_id].remark:
            message = "none at all is a claim too; say in the event's remark that the briefing makes it"
            yield data.problem(message, "events", event_id, "figures", measure)


def references(data: Dataset) -> Iterator[tuple[str, str, Path]]:
    """All that records name: what it should be, its name, and where it is named."""
    for event_id, event in data.events.items():
        here = ("events", event_id)
        for place in event.where.places if event.where else ():
            yield "a place", place, (*here, "where")
        for name, link in event.links.items():
            yield "an event", link.event, (*here, name, "event")
        for key in event.sources:
            yield "a source", key, (*here, "sources")
        for measure, figure in event.figures.items():
            for key in figure.sources or ():
                yield "a source", key, (*here, "figures", measure, "sources")
            for report in figure.also_reported:
                yield "a source", report.source, (*here, "figures", measure, "also_reported")
    for place_id, record in data.places.items():
        if record.region:
            yield "a region", record.region, ("places", place_id, "region")
    for number, correction in enumerate(data.corrections):
        for key in correction.sources:
            yield "a source", key, ("corrections", number, "sources")


def _texts(data: Dataset) -> Iterator[tuple[str, Path]]:
    """The texts of records that pages print as they stand, and where each of them is."""
    for event_id, event in data.events.items():
        here = ("events", event_id)
        yield event.title, (*here, "title")
        yield event.remark or "", (*here, "remark")
        yield (event.where.area if event.where else None) or "", (*here, "where", "area")
        for number, actor in enumerate(event.actors):
            yield actor.name, (*here, "actors", number, "name")
        for measure, figure in event.figures.items():
            yield figure.who, (*here, "figures", measure, "who")
            for number, report in enumerate(figure.also_reported):
                yield report.wording, (*here, "figures", measure, "also_reported", number, "wording")
    for place_id, place in data.places.items():
        yield place.name, ("places", place_id, "name")
    for number, correction in enumerate(data.corrections):
        yield correction.reason, ("corrections", number, "reason")


def _before(event_id: str, data: Dataset) -> set[str]:
    """The event and all that it followed, directly or through others."""
    found: set[str] = set()
    waiting = [event_id]
    while waiting:
        if (name := waiting.pop()) in data.events and name not in found:
            waiting += [link.event for link in data.events[name].links.values()]
        found.add(name)
    return found
