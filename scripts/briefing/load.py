"""Reads the editor's files into records; refuses whatever YAML would silently turn into something else.

Every scalar is text until the schema gives it a type: PyYAML alone would read `no` as False, `010`
as 8, and a second `killed:` would silently win.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from briefing import model
from briefing.problems import Problem, did_you_mean

EVENTS_FILE = "data/events.yml"
SETTINGS_FILE = "mkdocs.yml"
PAGES_FOLDER = "docs"

MAX_BYTES, MAX_DEPTH, MAX_NODES = 32 * 2**20, 12, 1_000_000

_HIDDEN = re.compile(  # control, line-breaking, bidirectional, no-break and invisible characters
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u061c\u180e\u2007\u200b\u200e\u200f\u2028-\u202f"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)

_RECORDS: dict[str, type[model.Record]] = {  # the field of a place or event -> the records under it
    "position": model.Position,
    "where": model.Where,
    "actors": model.Actor,
    "figures": model.Figure,
    "after": model.Link,
    "in_retaliation_for": model.Link,
}

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Page:
    """A page as the editor wrote it: its `body` begins on line `first_line` of `file`."""

    uri: str
    file: str
    body: str
    first_line: int = 1
    meta: dict[str, Any] = field(default_factory=dict)
    lines: Mapping[model.Path, int] = field(default_factory=dict)

    @property
    def is_section(self) -> bool:
        """Whether it is a section of the briefing: its front matter says `template: section.html`."""
        return self.meta.get("template") == "section.html"


def load_dataset(root: Path) -> tuple[model.Dataset, list[Problem]]:
    """The records of data/events.yml that can be read, and what is wrong with the others."""
    text, problems = read_text(root, EVENTS_FILE)
    value, lines, more = parse_yaml(text, EVENTS_FILE) if text is not None else (None, {}, [])
    problems += more if not problems or value is not None else []
    if not isinstance(value, dict):
        told = problems or [Problem(EVENTS_FILE, 1, "", 'write "places:" and "events:" at the top of the file')]
        return model.Dataset(EVENTS_FILE, readable=False), told
    told_lines = {problem.line for problem in problems}
    groups: dict[str, dict[str, Any]] = {"places": {}, "events": {}}
    kinds: dict[str, type[model.Record]] = {"places": model.Place, "events": model.Event}
    for name in sorted(value.keys() - groups.keys()):
        problems.append(Problem(EVENTS_FILE, lines[name,], "", _not_a_field(name, groups)))
    for name, group in groups.items():
        entries = value.get(name, {})
        if not isinstance(entries, dict):
            problems.append(
                Problem(EVENTS_FILE, lines[name,], name, "write one record below the other, each under its id")
            )
            continue
        for record_id, entry in entries.items():
            try:
                model.check_id(record_id)
                group[record_id] = kinds[name].model_validate(entry)
            except ValueError as error:
                found = _problems_of(error, (name, record_id), lines)
                problems += [problem for problem in found if problem.line not in told_lines]
    declared = frozenset(path[1] for path in lines if len(path) == 2 and isinstance(path[1], str))
    dataset = model.Dataset(EVENTS_FILE, groups["places"], groups["events"], lines, declared)
    return dataset, problems


def load_pages(root: Path) -> tuple[tuple[Page, ...], list[Problem]]:
    """The pages that the navigation of mkdocs.yml names, in its order, and what is wrong with them."""
    pages, problems = [], []
    uris, more = load_navigation(root)
    problems += more
    for uri in uris:
        file = f"{PAGES_FOLDER}/{uri}"
        text, more = read_text(root, file)
        problems += more
        if text is not None:
            page, more = parse_page(text, uri)
            pages.append(page)
            problems += more
    return tuple(pages), problems


def load_navigation(root: Path) -> tuple[list[str], list[Problem]]:
    """The Markdown files that `nav` in mkdocs.yml lists, in its order."""
    text, problems = read_text(root, SETTINGS_FILE)
    if text is None:
        return [], problems
    try:
        top = yaml.compose(text, _Loader)
    except yaml.YAMLError as error:
        return [], [_syntax_problem(error, SETTINGS_FILE)]
    nav = next((v for k, v in top.value if k.value == "nav"), None) if isinstance(top, yaml.MappingNode) else None
    if nav is None:
        return [], [Problem(SETTINGS_FILE, 1, "nav", "the navigation is missing; list the pages under nav")]
    return list(_pages_under(nav)), problems


def parse_page(text: str, uri: str) -> tuple[Page, list[Problem]]:
    """Split a page's `text` into front matter and body."""
    file = f"{PAGES_FOLDER}/{uri}"
    match = _FRONT_MATTER.match(text)
    if not match:
        return Page(uri, file, text), []
    meta, lines, problems = parse_yaml(match[1], file, first_line=2)
    if not isinstance(meta, dict):
        problems = problems or [Problem(file, 1, "front matter", 'write fields, such as "title: …"')]
        meta = {}
    first_line = text.count("\n", 0, match.end()) + 1
    return Page(uri, file, text[match.end() :], first_line, meta, lines), problems


def read_text(root: Path, file: str) -> tuple[str | None, list[Problem]]:
    """The text of `root`/`file` with plain line ends (None where it has none), and what is wrong with it."""
    try:
        data = (root / file).read_bytes()
    except OSError as error:
        return None, [Problem(file, 1, "", f"the file can't be read ({error.strerror}); put it back")]
    if len(data) > MAX_BYTES:
        return None, [Problem(file, 1, "", f"the file is larger than {MAX_BYTES // 2**20} MB; split or shorten it")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, "", "this line is not UTF-8 text; save the file as UTF-8")]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix("\ufeff"), list(_character_problems(text, file))


def parse_yaml(text: str, file: str, first_line: int = 1) -> tuple[Any, dict[model.Path, int], list[Problem]]:
    """YAML as plain text, lists and dicts, with the line of every entry by its path.

    Refused, each with line and column: duplicate keys, anchors, aliases, merge keys, tags, several
    documents, empty values, and more nodes or depth than any real file has.
    """
    reader = _Reader(file, first_line)
    try:
        reader.read(yaml.parse(text, _Loader))
    except yaml.YAMLError as error:
        return None, reader.lines, [*reader.problems, _syntax_problem(error, file, first_line)]
    except _TooMuchError:
        return None, reader.lines, reader.problems
    return reader.value, reader.lines, reader.problems


class _TooMuchError(Exception):
    """The file is deeper or larger than any real one; reading stops."""


class _Reader:
    """Builds plain values from YAML's events, noting where each stands and what is refused."""

    def __init__(self, file: str, first_line: int) -> None:
        self.file, self.first_line = file, first_line
        self.value: Any = None
        self.lines: dict[model.Path, int] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def read(self, events: Iterator[Any]) -> None:
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self.refuse(event, (), 'a second document begins here; remove the line "---"')
                value = self.node(next(events), events, ())
                self.value = value if documents == 1 else self.value
        if documents == 0:
            self.problems.append(Problem(self.file, self.first_line, "", "the file is empty; fill it"))

    def node(self, event: Any, events: Iterator[Any], path: model.Path) -> Any:
        self.nodes += 1
        if len(path) > MAX_DEPTH or self.nodes > MAX_NODES:
            what = f"nested more than {MAX_DEPTH} deep" if len(path) > MAX_DEPTH else "too large"
            self.refuse(event, path, f"the file is {what}; write it flatter or shorter")
            raise _TooMuchError
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event, path, f'"*{event.anchor}" repeats another entry; write the value itself')
            return ""
        if event.anchor:
            self.refuse(event, path, f'"&{event.anchor}" names an entry; remove it, or put the text in quotation marks')
        if event.tag and event.tag != "!":
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.refuse(event, path, f'"{tag}" gives a type; remove it, or put the text in quotation marks')
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(event, events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, path)
        if not event.value.strip():
            after_comma = str(path[-1:][0]).isdigit() if path else False
            why = (
                "a comma ends the number; write thousands without it"
                if after_comma
                else "the value is empty; fill it, or remove the field"
            )
            self.refuse(event, path, why)
        return event.value.strip()

    def mapping(self, start: Any, events: Iterator[Any], path: model.Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                self.refuse(key, path, "a field's name is plain text; put braces and brackets in quotation marks")
                self.node(key, events, path)
                self.node(next(events), events, path)
                continue
            name = self.node(key, events, path)
            entry = (*path, name)
            if name in result:
                self.refuse(key, entry, f'"{name}" is given twice here; keep one of them')
            if name == "<<":
                self.refuse(key, entry, '"<<" copies another entry; write the fields themselves')
            self.lines.setdefault(entry, self.line(key))
            result.setdefault(name, None)
            value = self.node(next(events), events, entry)
            result[name] = value
        return result

    def sequence(self, events: Iterator[Any], path: model.Path) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            entry = (*path, len(result))
            self.lines[entry] = self.line(event)
            result.append(self.node(event, events, entry))
        return result

    def refuse(self, event: Any, path: model.Path, message: str) -> None:
        column = event.start_mark.column + 1
        self.problems.append(Problem(self.file, self.line(event), _record(path), message, column))

    def line(self, event: Any) -> int:
        number: int = event.start_mark.line + self.first_line
        return number


def _character_problems(text: str, file: str) -> Iterator[Problem]:
    if text.startswith("\ufeff"):
        yield Problem(file, 1, "", "the file begins with an invisible mark (BOM); save it as UTF-8 without BOM", 1)
        text = text[1:]
    for match in _HIDDEN.finditer(text):
        line, column = (text.count("\n", 0, match.start()) + 1, match.start() - text.rfind("\n", 0, match.start()))
        name = unicodedata.name(match[0], "a control character").lower()
        yield Problem(
            file, line, "", f"U+{ord(match[0]):04X} ({name}) can't be seen; write a plain space or remove it", column
        )
    if not unicodedata.is_normalized("NFC", text):
        for number, row in enumerate(text.split("\n"), 1):
            if not unicodedata.is_normalized("NFC", row):
                yield Problem(
                    file,
                    number,
                    "",
                    "an accent stands apart from its letter; type the accented letter anew (Unicode NFC)",
                )


def _syntax_problem(error: yaml.YAMLError, file: str, first_line: int = 1) -> Problem:
    mark: Any = getattr(error, "problem_mark", None)
    line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 0)
    what = getattr(error, "problem", None) or "it can't be read"
    return Problem(
        file,
        line,
        "",
        f"this is not YAML ({what}); check indentation, colons, quotation marks and brackets here",
        column,
    )


def _pages_under(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.ScalarNode) and node.value.endswith(".md"):
        yield node.value
    for child in node.value if not isinstance(node, yaml.ScalarNode) else ():
        yield from _pages_under(child[1] if isinstance(child, tuple) else child)


def _problems_of(error: ValueError, path: model.Path, lines: dict[model.Path, int]) -> Iterator[Problem]:
    """What pydantic or a validator of ours refused in the record at `path`, as problems."""
    if not isinstance(error, ValidationError):
        yield Problem(EVENTS_FILE, lines.get(path, 1), _record(path), str(error))
        return
    for fault in error.errors(include_url=False):
        where = path + tuple(part for part in fault["loc"] if part != "[key]")
        if fault["type"] == "extra_forbidden" or fault["loc"][-1:] == ("[key]",):
            message = _not_a_field(str(where[-1]), _fields_at(path, where))
        else:
            message = _sentence(fault)
        known = where
        while known not in lines and len(known) > len(path):
            known = known[:-1]
        yield Problem(
            EVENTS_FILE,
            lines.get(known, 1),
            _record(where if fault["type"] != "extra_forbidden" else where[:-1]),
            message,
        )


def _sentence(fault: Any) -> str:
    context = fault.get("ctx", {})
    match fault["type"]:
        case "value_error":
            return str(context["error"])
        case "missing" if isinstance(fault["loc"][-1], int):
            return "write two counts, the lower first, such as [20, 25]"
        case "missing":
            return "the field is missing; add it"
        case "literal_error":
            return f'"{fault["input"]}" is not known here; write {context["expected"]}'.replace("'", '"')
        case "string_type":
            return "write text here, not a list or fields"
        case "tuple_type" | "list_type":
            return "write a list here, such as [a, b]"
        case "dict_type" | "model_type":
            return "write fields here, such as {name: value}"
        case "too_short" | "too_long" if "between" in fault["loc"]:
            return "write two counts, the lower first, such as [20, 25]"
        case "too_short":
            return "the list is empty; fill it, or remove the field"
        case "string_pattern_mismatch":
            return f'"{fault["input"]}" is not of the form XX-1 or XX-ABC'
        case _:
            return f"{fault['msg'][:1].lower()}{fault['msg'][1:]}; correct the value"


def _fields_at(path: model.Path, where: model.Path) -> list[str]:
    """The names of the fields that the record around `where` may have."""
    inner = [part for part in where[len(path) : -1] if isinstance(part, str)]
    if not inner:
        return _names(model.Place if path[0] == "places" else model.Event)
    if inner == ["figures"]:
        return list(get_args(model.Measure))
    return _names(_RECORDS[inner[0]])


def _names(record: type[model.Record]) -> list[str]:
    return [field.alias or name for name, field in record.model_fields.items()]


def _not_a_field(name: str, known: Any) -> str:
    return f'"{name}" is not a field' + did_you_mean(name, known)


def _record(path: model.Path) -> str:
    """A path as an editor reads it: the record's id, then the field."""
    if path[:1] in (("events",), ("places",)):
        path = tuple(part for part in path[1:] if part != "figures")
    return ", ".join(f"number {part + 1}" if isinstance(part, int) else part for part in path)
