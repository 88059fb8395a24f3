"""All records of a briefing: reads data/events.yml and data/corrections.yml, keeps the good ones, tells the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from briefing import model
from briefing.fields import NOT_GIVEN, bound_meant
from briefing.problems import Path, Problem, did_you_mean, name_of
from briefing.strict import read_text, read_yaml

EVENTS_FILE, CORRECTIONS_FILE = "data/events.yml", "data/corrections.yml"
_CORRECTIONS = TypeAdapter(tuple[model.Correction, ...])
_KINDS: dict[str, type[model.Record]] = {  # the name of a list or field -> the records under it
    "places": model.Place,
    "events": model.Event,
    "corrections": model.Correction,
    "position": model.Position,
    "where": model.Where,
    "actors": model.Actor,
    "figures": model.Figure,
    "also_reported": model.Report,
    "after": model.Link,
    "in_retaliation_for": model.Link,
}
_NEW_NAMES = {"iso_3166_2": "code", "region": "within"}


@dataclass(frozen=True)
class Records:
    """All records that could be read; `lines` says where each stands, also of those that could not.

    `readable` is False where the file of events is no list of records at all, so that one mistake is not told twice.
    """

    measures: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, model.Place] = field(default_factory=dict)
    events: Mapping[str, model.Event] = field(default_factory=dict)
    corrections: tuple[model.Correction, ...] = ()
    lines: Mapping[Path, int] = field(default_factory=dict)
    readable: bool = True

    def problem(self, message: str, *path: str | int, told: bool = False) -> Problem:
        """A problem with the record or field at `path`, on its line or that of what is around it."""
        return _problem(message, path, self.lines, told)

    def declared(self, *groups: str) -> set[str]:
        """The ids of all records in `groups` ("events", "places"), or under any heading, readable or not."""
        ids = (path[1] for path in self.lines if len(path) == 2 and (not groups or path[0] in groups))
        return {name for name in ids if isinstance(name, str)}

    def renamed(self, event_id: str) -> str:
        """The end of a sentence about an id that an event had before; empty where none had it."""
        return f'; it is "{self._ids_now[event_id]}" now' if event_id in self._ids_now else ""

    def value_now(self, value_id: str) -> str:
        """The id of a value ("flood_killed") today, whatever its event was called before."""
        event_id, _, kind = value_id.rpartition("_")
        return f"{self._ids_now.get(event_id, event_id)}_{kind}"

    @cached_property
    def _ids_now(self) -> dict[str, str]:
        return {former: event_id for event_id, event in self.events.items() for former in event.former_ids}

    def figures(self) -> Iterator[tuple[str, str, model.Figure]]:
        """Every figure as (event id, measure, figure), in the order of the file."""
        for event_id, event in self.events.items():
            for measure, figure in event.figures.items():
                yield event_id, measure, figure

    def references(self) -> Iterator[tuple[str, str, Path]]:
        """All that records name, as (what it should be, its name, where it is named): "a place", "an event", "a source"."""
        for event_id, event in self.events.items():
            here = ("events", event_id)
            for place in event.where.places if event.where else ():
                yield "a place", place, (*here, "where")
            for name, links in event.links.items():
                for number, link in enumerate(links):
                    yield "an event", link.event, (*here, name, number, "event")
            for key in event.sources:
                yield "a source", key, (*here, "sources")
            for measure, figure in event.figures.items():
                for key in figure.sources or ():
                    yield "a source", key, (*here, "figures", measure, "sources")
                for number, report in enumerate(figure.also_reported):
                    yield "a source", report.source, (*here, "figures", measure, "also_reported", number)
        for place_id, place_within in self.places.items():
            if place_within.within:
                yield "a place", place_within.within, ("places", place_id, "within")
        for number, correction in enumerate(self.corrections):
            for key in correction.sources:
                yield "a source", key, ("corrections", number, "sources")

    def place_names(self, event: model.Event) -> tuple[str, ...]:
        """The names of the places of an event, or the briefing's words for its area; none where none is given."""
        if event.where and event.where.area:
            return (event.where.area,)
        return tuple(self.places[place].name for place in event.where.places) if event.where else ()

    def around(self, place_id: str) -> Iterator[tuple[str, model.Place]]:
        """The place, and all that it lies within, from near to far."""
        seen: set[str] = set()
        name: str | None = place_id
        while name and name in self.places and name not in seen:
            yield name, self.places[name]
            seen.add(name)
            name = self.places[name].within

    def region_of(self, place_id: str) -> model.Place | None:
        """The nearest place, at or around it, that is a region."""
        return next((place for _, place in self.around(place_id) if place.level == "region"), None)


def load_records(root: FilePath) -> tuple[Records, list[Problem]]:
    """The records that can be read, and what is wrong with the others."""
    value, lines, problems = _load(root, EVENTS_FILE)
    if not isinstance(value, dict):
        problems = problems or [Problem(EVENTS_FILE, 1, "", 'write "measures:", "places:" and "events:", each with its records')]
        return Records(lines=lines, readable=False), problems
    events, found = _valid_part(value, lines)
    problems += found
    corrections: tuple[model.Correction, ...] = ()
    if (root / CORRECTIONS_FILE).exists() and (listed := _load(root, CORRECTIONS_FILE))[0] != "":
        lines |= {("corrections", *path): line for path, line in listed[1].items()}
        problems += listed[2]
        try:
            corrections = () if listed[2] else _CORRECTIONS.validate_python(listed[0])
        except ValidationError as error:
            problems += [_told(fault, ("corrections",), lines) for fault in error.errors(include_url=False)]
    refused = {(problem.file, problem.line) for problem in problems if not problem.told and problem.column}
    problems = [problem for problem in problems if problem.column or (problem.file, problem.line) not in refused]
    return Records(events.measures, events.places, events.events, corrections, lines), problems


def _load(root: FilePath, file: str) -> tuple[Any, dict[Path, int], list[Problem]]:
    """The values of a file of YAML, "" where it holds comments alone."""
    text, problems = read_text(root, file)
    if text is None:
        return None, {}, problems
    if file == CORRECTIONS_FILE and all(line.strip()[:1] in ("", "#") for line in text.splitlines()):
        return "", {}, problems
    value, lines, found = read_yaml(text, file)
    return value, lines, problems + ([] if value is None and problems else found)


def _valid_part(value: dict[str, Any], lines: Mapping[Path, int]) -> tuple[model.EventsFile, list[Problem]]:
    """The records that are good; takes the others out of `value` and tells them."""
    try:
        return model.EventsFile.model_validate(value), []
    except ValidationError as error:
        faults = error.errors(include_url=False)
    for fault in faults:
        group, *record = fault["loc"]
        if record and isinstance(value.get(group), dict):
            value[group].pop(record[0], None)
        else:
            value.pop(group, None)
    return model.EventsFile.model_validate({"events": {}, **value}), [_told(fault, (), lines) for fault in faults]


def _told(fault: Any, around: Path, lines: Mapping[Path, int]) -> Problem:
    """What pydantic or a validator of ours refused, as a problem."""
    path = (*around, *(part for part in fault["loc"] if part != "[key]"))
    if fault["type"] == "extra_forbidden":
        name = str(path[-1])
        now = f'; it is called "{_NEW_NAMES[name]}" now' if name in _NEW_NAMES else did_you_mean(name, _known(path))
        return replace(_problem(f'"{name}" is not a field{now}', path, lines), record=name_of(path[:-1]))
    return _problem(_sentence(fault, str(path[-1]) if path else ""), path, lines)


def _problem(message: str, path: Path, lines: Mapping[Path, int], told: bool = False) -> Problem:
    written: Path = ()
    for part in path:  # a single link or place may stand without a list
        written = written if isinstance(part, int) and (*written, part) not in lines else (*written, part)
    line = next((lines[written[:end]] for end in range(len(written), 0, -1) if written[:end] in lines), 1)
    file = CORRECTIONS_FILE if path[:1] == ("corrections",) else EVENTS_FILE
    return Problem(file, line, name_of(written), message, told=told)


def _known(path: Path) -> list[str]:
    """The names of the fields that the record around `path` may have."""
    names = [part for part in (path[0], *path[2:-1]) if part in _KINDS] if len(path) > 1 else []
    kind = _KINDS[str(names[-1])] if names else model.EventsFile
    return [known.alias or name for name, known in kind.model_fields.items()]


def _sentence(fault: Any, name: str) -> str:
    """What pydantic says of a value, for an editor."""
    given = fault["input"]
    match fault["type"]:
        case "value_error":
            return str(fault["ctx"]["error"])
        case "missing" if name in ("where", "actors", "date", "sources"):
            return f'the field is missing; add it, or write "{name}: {NOT_GIVEN}" where the briefing does not say'
        case "missing" if name == "level":
            return f"the field is missing; write level: and one of {', '.join(model.LEVELS)}"
        case "missing":
            return "the field is missing; add it"
        case "too_short":
            return "the list is empty; fill it, or remove the field"
        case "literal_error":
            return f'"{given}" is not known here; write {fault["ctx"]["expected"]}'.replace("'", '"')
        case "string_type" if isinstance(given, dict):
            return "a colon or braces make fields of this; put the whole text in quotation marks"
        case "string_type":
            return "brackets or hyphens make a list of this; write text, in quotation marks where it holds such signs"
        case "tuple_type" if isinstance(given, str):
            return f"write a list here: [{given}]"
        case "tuple_type":
            return 'write a list here; begin each entry with "- "'
        case "model_type" if isinstance(given, str) and "figures" in fault["loc"]:
            return f"write the bound, and who is counted: {{{bound_meant(given)}, who: people}}"
        case "dict_type":
            return "write one record below the other, each under its id"
        case "model_type":
            return "write fields here, such as {name: value}"
        case _:
            return f"{fault['msg'][:1].lower()}{fault['msg'][1:]}; correct the value"
