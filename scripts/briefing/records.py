"""All records of a briefing: reads data/events.yml and data/corrections.yml, keeps the good ones, tells the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from briefing.fields import NOT_GIVEN, bound_meant
from briefing.model import LEVELS, Correction, Event, EventsFile, Figure, Place, Record
from briefing.problems import Path, Problem, did_you_mean, name_of
from briefing.strict import read_text, read_yaml

EVENTS_FILE, CORRECTIONS_FILE = "data/events.yml", "data/corrections.yml"
_CORRECTIONS = TypeAdapter(tuple[Correction, ...])
_NAMED = {
    **dict.fromkeys(("in_", "near", "within"), "a place"),
    **dict.fromkeys(("source", "sources"), "a source"),
    "event": "an event",
}
_NEW_NAMES = {"iso_3166_2": "code", "region": "within"}
_SENTENCES = {  # what pydantic calls a fault -> what an editor is told
    "missing": "the field is missing; add it",
    "too_short": "the list is empty; fill it, or remove the field",
    "string_type": "a colon, brackets or hyphens make fields or a list of this; put the text in quotation marks",
    "tuple_type": 'write a list here; begin each entry with "- "',
    "dict_type": "write one record below the other, each under its id",
    "model_type": "write fields here, such as {name: value}",
    "less_than_equal": "no number here is as large as that; correct it",
    "greater_than_equal": "no number here is as small as that; correct it",
    "greater_than": "write a number above zero",
}


@dataclass(frozen=True)
class Records:
    """All records that could be read; `lines` says where each stands, also of those that could not.

    `readable` is False where the file of events is no list of records at all, so that one mistake is not told twice.
    """

    measures: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    lines: Mapping[Path, int] = field(default_factory=dict)
    readable: bool = True

    def problem(self, message: str, *path: str | int, told: bool = False) -> Problem:
        """A problem with the record or field at `path`, on its line or that of what is around it."""
        written: Path = ()
        for part in path:  # a single link or place may stand without a list
            written = written if isinstance(part, int) and (*written, part) not in self.lines else (*written, part)
        known = [written[:end] for end in range(len(written), 0, -1) if written[:end] in self.lines]
        file = CORRECTIONS_FILE if path[:1] == ("corrections",) else EVENTS_FILE
        return Problem(file, self.lines[known[0]] if known else 1, name_of(written), message, told=told)

    def declared(self, group: str) -> set[str]:
        """The ids of all records in `group` ("events", "places"), readable or not."""
        return {str(path[1]) for path in self.lines if len(path) == 2 and path[0] == group}

    def renamed(self, name: str) -> str:
        """The end of a sentence about an id that an event had before; empty where none had it."""
        now = (event_id for event_id, event in self.events.items() if name in event.former_ids)
        return next((f'; it is "{event_id}" now' for event_id in now), "")

    def figures(self) -> Iterator[tuple[str, str, Figure]]:
        """Every figure as (event id, measure, figure), in the order of the file."""
        for event_id, event in self.events.items():
            for measure, figure in event.figures.items():
                yield event_id, measure, figure

    def texts(self) -> Iterator[tuple[str, Path]]:
        """Every text of a record, and where it is."""
        for group in ("places", "events", "corrections"):
            yield from _texts(getattr(self, group), (group,))

    def references(self) -> Iterator[tuple[str, str, Path]]:
        """All that records name, as (what it should be: "a place", "an event" or "a source"; its name; where)."""
        for text, path in self.texts():
            path = path[:-1] if isinstance(path[-1], int) else path
            if path[-1] in _NAMED:
                yield _NAMED[str(path[-1])], text, path

    def around(self, place_id: str | None) -> dict[str, Place]:
        """The place and all that it lies within, from near to far."""
        found: dict[str, Place] = {}
        while place_id and place_id in self.places and place_id not in found:
            found[place_id] = self.places[place_id]
            place_id = found[place_id].within
        return found

    def region_of(self, place_id: str) -> Place | None:
        """The nearest place, at or around it, that is a region."""
        return next((place for place in self.around(place_id).values() if place.level == "region"), None)


def load_records(root: FilePath) -> tuple[Records, list[Problem]]:
    """The records that can be read, and what is wrong with the others."""
    value, lines, problems = _load(root, EVENTS_FILE)
    if not isinstance(value, dict):
        what = 'write "measures:", "places:" and "events:", and the records below each'
        return Records(readable=False), problems or [Problem(EVENTS_FILE, 1, "", what)]
    listed, others, wrong = _load(root, CORRECTIONS_FILE) if (root / CORRECTIONS_FILE).exists() else ([], {}, [])
    lines |= {("corrections", *path): line for path, line in others.items()}
    faults: list[tuple[Path, Any]] = []
    corrections: tuple[Correction, ...] = ()
    try:
        corrections = _CORRECTIONS.validate_python([] if wrong else listed)
    except ValidationError as error:
        faults = [(("corrections", *fault["loc"]), fault) for fault in error.errors(include_url=False)]
    try:
        events = EventsFile.model_validate(value)
    except ValidationError as error:
        more = [(fault["loc"], fault) for fault in error.errors(include_url=False)]
        events, faults = EventsFile.model_validate(_without([path for path, _ in more], value)), faults + more
    records = Records(events.measures, events.places, events.events, corrections, lines)
    problems += wrong
    said = {(problem.file, problem.line) for problem in problems if not problem.told}
    found = [_told(records, path, fault) for path, fault in faults]
    return records, problems + [problem for problem in found if (problem.file, problem.line) not in said]


def _load(root: FilePath, file: str) -> tuple[Any, dict[Path, int], list[Problem]]:
    text, problems = read_text(root, file)
    if text is None:
        return None, {}, problems
    if file == CORRECTIONS_FILE and all(line.strip()[:1] in ("", "#") for line in text.split("\n")):
        return [], {}, problems
    value, lines, found = read_yaml(text, file)
    return value, lines, problems if value is None and problems else problems + found


def _without(faulty: list[Path], value: dict[str, Any]) -> dict[str, Any]:
    """The records of `value` less those that are `faulty`."""
    for path in faulty:
        group = value.get(str(path[0]))
        if len(path) > 1 and isinstance(group, dict):
            group.pop(path[1], None)
        else:
            value.pop(str(path[0]), None)
    return {"events": {}, **value}


def _told(records: Records, path: Path, fault: Any) -> Problem:
    """What pydantic or a validator of ours refused, as a problem."""
    path = tuple(part for part in path if part != "[key]")
    name, given, kind = str(path[-1]), fault["input"], fault["type"]
    if kind == "extra_forbidden":
        now = f'; it is called "{_NEW_NAMES[name]}" now' if name in _NEW_NAMES else did_you_mean(name, _known(path))
        problem = records.problem(f'"{name}" is not a field{now}', *path)
        return replace(problem, record=name_of(path[:-1]))
    message = _SENTENCES.get(kind) or f"{fault['msg'][:1].lower()}{fault['msg'][1:]}; correct the value"
    if kind == "value_error":
        message = str(fault["ctx"]["error"])
    elif kind == "literal_error":
        message = f'"{given}" is not known here; write {fault["ctx"]["expected"]}'.replace("'", '"')
    elif kind == "missing" and name in ("where", "actors", "date", "sources"):
        message += f', or write "{name}: {NOT_GIVEN}" where the briefing does not say'
    elif kind == "missing" and name == "level":
        message += f": one of {', '.join(LEVELS)}"
    elif kind == "model_type" and "figures" in path and isinstance(given, str):
        message = f"write the bound, and who is counted: {{{bound_meant(given)}, who: people}}"
    elif kind == "tuple_type" and isinstance(given, str):
        message = f"write a list here: [{given}]"
    return records.problem(message, *path)


def _known(path: Path) -> list[str]:
    """The names of the fields that the record around `path` may have."""
    kind: Any = Correction if path[0] == "corrections" else EventsFile
    for part in (*path[:1], *path[2:-1]):  # the second is an id, or a number
        known = {info.alias or name: info.annotation for name, info in kind.model_fields.items()}
        kind = next(_kinds(known[part]), kind) if part in known else kind
    return [info.alias or name for name, info in kind.model_fields.items()]


def _kinds(annotation: Any) -> Iterator[type[Record]]:
    """The kinds of records in a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for part in get_args(annotation):
        yield from _kinds(part)


def _texts(value: Any, path: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(value, str):
        yield value, path
    parts = value.items() if isinstance(value, dict) else value if isinstance(value, Record) else ()
    for name, part in enumerate(value) if isinstance(value, tuple) else parts:
        yield from _texts(part, (*path, name))
