"""All records of a briefing: reads data/events.yml and data/corrections.yml, keeps the good ones, tells the others."""

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import getitem
from pathlib import Path as FilePath
from typing import Any, get_args

from pydantic import Field, ValidationError
from pydantic.json_schema import SkipJsonSchema

from briefing import model
from briefing.model import MAY_BE_NOT_GIVEN, NOT_GIVEN, Event, Figure, Id, Place
from briefing.problems import Path, Problem, did_you_mean, name_of
from briefing.strict import read_text, read_yaml

EVENTS_FILE, CORRECTIONS_FILE = "data/events.yml", "data/corrections.yml"
_GROUPS = {"measures", "places", "events"}
_NAMED = {"in": "a place", "near": "a place", "within": "a place", "event": "an event"}
_NAMED |= {"source": "a source", "sources": "a source"}
_SENTENCES = {  # the pattern, the value or the kind that pydantic names -> what an editor is told
    model.ID: '"{given}" is not an id; use small letters a to z, digits and single hyphens, such as dry-year',
    model.PARAGRAPH: 'a text is one paragraph; take out the blank line, and write ">-" in place of "|"',
    "value_error": "{error}",
    "'yes'": 'write "yes", or leave the field out',
    "literal_error": '"{given}" is not known here; write {expected}',
    "missing": "the field is missing; add it",
    "extra_forbidden": '"{name}" is not a field',
    "too_long": "write two counts, the lower first: [20, 25]",
    "string_type": "a colon, brackets or hyphens make fields or a list of this; put the text in quotation marks",
    "tuple_type": 'write a list here; put brackets around it, or "- " before each entry',
    "int_type": "write one count in digits, or between: [20, 25] for a range",
    "dict_type": "write one below the other, each under its id or measure; leave the field out where there is none",
    "Where": "write {{in: my-town}} here, or near or area in the place of in",
    "Figure": "write {{at_least: 20, who: people}} here, with the bound that the briefing gives",
    "Link": "write {{event: its-id, attribution: attributed}} here, or another attribution",
    "model_type": "write fields here, each with its name, a colon and its value",
}


class Records(model.Record):
    """The whole of data/events.yml: each measure with the word that is printed for it, places and events."""

    measures: dict[Id, model.Text] = Field(default={})
    places: dict[Id, Place] = Field(default={})
    events: dict[Id, Event]
    corrections: SkipJsonSchema[tuple[model.Correction, ...]] = Field(default=(), exclude=True)

    # What is written where, also in records that could not be read. There is nothing where the file is no list of
    # records at all, so that one mistake is not told twice.
    texts: SkipJsonSchema[Mapping[Path, str]] = Field(default={}, exclude=True)
    lines: SkipJsonSchema[Mapping[Path, int]] = Field(default={}, exclude=True)

    def problem(self, message: str, *path: str | int, told: bool = False) -> Problem:
        """A problem with the record or field at `path`, on its line or that of what is around it."""
        known = (path[:end] for end in range(len(path), 0, -1) if path[:end] in self.lines)
        file = CORRECTIONS_FILE if path[:1] == ("corrections",) else EVENTS_FILE
        return Problem(file, self.lines.get(next(known, ()), 1), name_of(path), message, told=told)

    def declared(self, group: str) -> set[str]:
        """The ids of all records in `group` ("events", "places"), readable or not."""
        return {str(path[1]) for path in self.lines if len(path) == 2 and path[0] == group}

    @property
    def now(self) -> dict[str, str]:
        """The id of today for each that an event had before."""
        return {former: event_id for event_id, event in self.events.items() for former in event.former_ids}

    def figures(self) -> Iterator[tuple[str, str, Figure]]:
        """Every figure as (event id, measure, figure), in the order of the file."""
        for event_id, event in self.events.items():
            for measure, figure in event.figures.items():
                yield event_id, measure, figure

    def dated_after(self, day: str) -> list[str]:
        """The ids of the events whose date, or the end of it, is after the `day`."""
        dates = ((event_id, event.date) for event_id, event in self.events.items() if event.date)
        return [event_id for event_id, date in dates if any(str(point.first) > day for point in date.points)]

    def references(self) -> Iterator[tuple[str, str, Path]]:
        """All that records name, as (what it should be: "a place", "an event" or "a source"; its name; where)."""
        for path, text in self.texts.items():
            field = path[-2] if isinstance(path[-1], int) else path[-1]
            if field in _NAMED and path[0] != "measures" and path[-1] != "sources":  # it is no list: told, or not-given
                yield _NAMED[str(field)], text, path if path[-1] == field else path[:-1]

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
    if not (isinstance(value, dict) and {"events"} <= value.keys() <= _GROUPS):
        what = 'write "measures:", "places:" and "events:" at the left, nothing else, and the records below each'
        unknown = (line for path, line in lines.items() if path and path[0] not in _GROUPS)
        return Records(events={}), problems or [Problem(EVENTS_FILE, next(unknown, 1), "", what)]
    if (root / CORRECTIONS_FILE).exists():
        listed, others, wrong = _load(root, CORRECTIONS_FILE)
        value["corrections"], problems = listed or [], problems + wrong
        lines |= {("corrections", *path): line for path, line in others.items()}
    written: dict[Path, Any] = {path: reduce(getitem, path, value) for path in lines}
    texts = {path: text for path, text in written.items() if isinstance(text, str)}
    faults: list[Any] = []
    try:
        read = Records.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        for group, *names in (fault["loc"] for fault in faults):
            if names and isinstance(value.get(group), dict):
                value[group].pop(names[0], None)
            else:
                value.pop(group, None)
        read = Records.model_validate({"events": {}} | value)
    records = read.model_copy(update={"texts": texts, "lines": lines})
    said = {(problem.file, problem.line) for problem in problems if not problem.told}
    found = [_told(records, fault) for fault in faults]
    return records, problems + [problem for problem in found if (problem.file, problem.line) not in said]


def _load(root: FilePath, file: str) -> tuple[Any, dict[Path, int], list[Problem]]:
    text, problems = read_text(root, file)
    value, lines, found = read_yaml(text or "", file)
    return value, lines, problems + found


def _told(records: Records, fault: Any) -> Problem:
    """What pydantic or a validator of ours refused, as a problem."""
    path: Path = tuple(part for part in fault["loc"] if part != "[key]")
    kind, name, context = fault["type"], str(path[-1]), fault.get("ctx", {})
    keys = (context.get("pattern"), context.get("expected"), context.get("class_name"), kind)
    sentence = next((_SENTENCES[key] for key in keys if key in _SENTENCES), "{msg}; correct the value")
    message = sentence.format(given=fault["input"], name=name, msg=fault["msg"], **context)
    if kind == "extra_forbidden":
        record: Any = Records
        for part in path[:-1:2]:  # between the names of fields stand ids and numbers
            inside = get_args(record.model_fields[part].annotation)
            record = next(each for each in inside if hasattr(each, "model_fields"))
        known = [field.alias or name for name, field in record.model_fields.items()]
        message += did_you_mean(name.replace("less", "fewer"), known)  # than "more_than", it is no nearer
    elif kind in ("missing", "tuple_type", "model_type") and name in MAY_BE_NOT_GIVEN:
        message += f', or write "{name}: {NOT_GIVEN}" where the briefing does not say'
    return records.problem(message, *path)
