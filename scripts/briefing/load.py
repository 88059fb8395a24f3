"""Reads the editor's files into records; keeps the good ones and says what is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from briefing import model
from briefing.dataset import Dataset
from briefing.fields import check_id
from briefing.problems import Path as Where
from briefing.problems import Problem, did_you_mean, name_of
from briefing.strict import parse_yaml
from briefing.text import read_text

EVENTS_FILE = "data/events.yml"
_RECORDS: dict[str, type[model.Record]] = {  # the name of a list or field -> the records under it
    "places": model.Place,
    "events": model.Event,
    "editions": model.Edition,
    "corrections": model.Correction,
    "values": model.Reading,
    "position": model.Position,
    "where": model.Where,
    "actors": model.Actor,
    "figures": model.Figure,
    "also_reported": model.Report,
    "after": model.Link,
    "in_retaliation_for": model.Link,
}


def load_dataset(root: Path) -> tuple[Dataset, list[Problem]]:
    """The records of data/events.yml that can be read, and what is wrong with the others."""
    value, lines, problems = _load_yaml(root, EVENTS_FILE)
    if not isinstance(value, dict):
        told = problems or [Problem(EVENTS_FILE, 1, "", 'write "places:" and "events:" at the top of the file')]
        return Dataset(EVENTS_FILE, readable=False), told
    groups: dict[str, dict[str, Any]] = {"places": {}, "events": {}}
    found = [
        Problem(EVENTS_FILE, lines[name,], "", _not_a_field(name, groups)) for name in value.keys() - groups.keys()
    ]
    for name, group in groups.items():
        entries = value.get(name, {})
        if not isinstance(entries, dict):
            message = "write one record below the other, each under its id"
            found.append(Problem(EVENTS_FILE, lines[name,], name, message))
            continue
        for record_id, entry in entries.items():
            try:
                group[check_id(record_id)] = _RECORDS[name].model_validate(entry)
            except ValueError as error:
                found += _problems_of(error, (name, record_id), lines, EVENTS_FILE)
    told_lines = {problem.line for problem in problems}
    problems += [problem for problem in found if problem.line not in told_lines]
    editions = _load_list(root, "editions", lines, problems)
    corrections = _load_list(root, "corrections", lines, problems)
    return Dataset(
        EVENTS_FILE, groups["places"], groups["events"], lines, editions=editions, corrections=corrections
    ), problems


def _load_list(root: Path, name: str, lines: dict[Where, int], problems: list[Problem]) -> tuple[Any, ...]:
    """The records of data/`name`.yml, a list, none where one is wrong; adds their lines, and what is wrong with them.

    Rules count these records, so all of them have to be there.
    """
    file, records = f"data/{name}.yml", []
    if name == "corrections" and _says_nothing(root, file):
        return ()
    value, found, more = _load_yaml(root, file)
    lines |= {(name, *path): line for path, line in found.items()}
    told = {problem.line for problem in more}
    for number, entry in enumerate(value if isinstance(value, list) else ()):
        try:
            records.append(_RECORDS[name].model_validate(entry))
        except ValidationError as error:
            more += [p for p in _problems_of(error, (name, number), lines, file) if p.line not in told]
    if not records and not more:
        more.append(Problem(file, 1, "", f"list the {name}, each with its fields below one another"))
    problems += more
    return () if more else tuple(records)


def _says_nothing(root: Path, file: str) -> bool:
    """Whether there is no such file, or one that holds comments alone."""
    text = read_text(root, file)[0] if (root / file).exists() else ""
    return text is not None and all(line.strip()[:1] in ("", "#") for line in text.splitlines())


def _load_yaml(root: Path, file: str) -> tuple[Any, dict[Where, int], list[Problem]]:
    text, problems = read_text(root, file)
    if text is None:
        return None, {}, problems
    value, lines, more = parse_yaml(text, file)
    return value, lines, problems + (more if value is not None or not problems else [])


def _problems_of(error: ValueError, path: Where, lines: Mapping[Where, int], file: str) -> Iterator[Problem]:
    """What pydantic or a validator of ours refused in the record at `path`, as problems."""
    if not isinstance(error, ValidationError):
        yield Problem(file, lines.get(path, 1), name_of(path), str(error))
        return
    for fault in error.errors(include_url=False):
        where = path + tuple(part for part in fault["loc"] if part != "[key]")
        unknown = fault["type"] == "extra_forbidden"
        if unknown or fault["loc"][-1:] == ("[key]",):
            message = _not_a_field(str(where[-1]), _fields_at(path, where))
        else:
            message = _sentence(fault)
        written = where
        while written not in lines and len(written) > len(path):
            written = written[:-1]
        yield Problem(file, lines.get(written, 1), name_of(where[:-1] if unknown else where), message)


def _sentence(fault: Any) -> str:
    """What pydantic says of a value, for an editor."""
    context, location = fault.get("ctx", {}), fault["loc"]
    match fault["type"]:
        case "value_error":
            return str(context["error"])
        case "too_short" | "too_long" | "missing" if "between" in location:
            return "write two counts, the lower first, such as [20, 25]"
        case "missing":
            return "the field is missing; add it"
        case "too_short":
            return "the list is empty; fill it, or remove the field"
        case "literal_error":
            return f'"{fault["input"]}" is not known here; write {context["expected"]}'.replace("'", '"')
        case "string_type":
            return "write text here, not a list or fields"
        case "tuple_type":
            return "write a list here, such as [a, b]"
        case "dict_type" | "model_type":
            return "write fields here, such as {name: value}"
        case "string_pattern_mismatch":
            return f'"{fault["input"]}" is not of the form XX-1 or XX-ABC'
        case _:
            return f"{fault['msg'][:1].lower()}{fault['msg'][1:]}; correct the value"


def _fields_at(path: Where, where: Where) -> list[str]:
    """The names of the fields that the record around `where` may have."""
    around = [str(part) for part in (path[0], *where[len(path) : -1])]  # without the record's id, which may be any word
    if around[-1] == "figures":
        return list(get_args(model.Measure))
    record = _RECORDS[[part for part in around if part in _RECORDS][-1]]
    return [field.alias or name for name, field in record.model_fields.items()]


def _not_a_field(name: str, known: Any) -> str:
    return f'"{name}" is not a field' + did_you_mean(name, known)
