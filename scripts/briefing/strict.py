"""Reads YAML strictly; refuses whatever YAML would silently turn into something else.

Every scalar stays text until the schema gives it a type: PyYAML alone would read `no` as False,
`010` as 8, and a second `killed:` would silently win.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from briefing.problems import Path, Problem, name_of
from briefing.text import sign_faults

MAX_DEPTH, MAX_NODES = 12, 2_000_000
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str, file: str, first_line: int = 1) -> tuple[Any, dict[Path, int], list[Problem]]:
    """YAML as plain text, lists and dicts, with the line of every entry by its path.

    Refused, each with line and column: duplicate keys, anchors, aliases, merge keys, tags, several
    documents, empty values, and more nodes or depth than any real file has. The value is None where
    there is nothing to be read at all.
    """
    reader = _Reader(text, file, first_line)
    try:
        reader.read(yaml.parse(text, _Loader))
    except yaml.YAMLError as error:
        return None, reader.lines, [*reader.problems, _syntax_problem(error, text, file, first_line)]
    except _TooMuchError:
        return None, reader.lines, reader.problems
    return reader.value, reader.lines, reader.problems


def compose_yaml(text: str, file: str) -> tuple[Any, list[Problem]]:
    """YAML as a tree of nodes, for a file that MkDocs reads as well; and what is wrong with it."""
    try:
        tree = yaml.compose(text, _Loader)
    except yaml.YAMLError as error:
        return None, [_syntax_problem(error, text, file, 1)]
    except RecursionError:
        return None, [Problem(file, 1, "", "the file is nested too deep; write it flatter")]
    if isinstance(tree, yaml.MappingNode):
        return tree, []
    return None, [Problem(file, 1, "", "there are no fields in it; put the file back")]


class _TooMuchError(Exception):
    """The file is deeper or larger than any real one; reading stops."""


class _Reader:
    """Builds plain values from YAML's events, noting where each stands and what is refused."""

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self.file, self.first_line = file, first_line
        self.has_plain_signs = not any(sign_faults(text))  # so what is found in a value was spelled with a backslash
        self.value: Any = None
        self.lines: dict[Path, int] = {}
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

    def node(self, event: Any, events: Iterator[Any], path: Path) -> Any:
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
            return self.mapping(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, path)
        if not event.value.strip():
            name = str(path[-1]) if path else ""
            message = "the value is empty; fill it, or remove the field"
            if name.isdigit() and isinstance(path[-1], str):
                message = "a comma ends the number; write thousands without it"
            elif " " in name:
                message = f'a comma parts "{name}" from what stands before it; put the whole text in quotation marks'
            self.refuse(event, path, message)
        for _, message in sign_faults(event.value) if self.has_plain_signs else ():
            self.refuse(event, path, message)
        return event.value.strip()

    def mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                self.refuse(key, path, "a field's name is plain text; put braces and brackets in quotation marks")
                self.node(key, events, (*path, "?"))
                self.node(next(events), events, (*path, "?"))
                continue
            name = self.node(key, events, path)
            entry = (*path, name)
            if name in result:
                self.refuse(key, entry, f'"{name}" is given twice here; keep one of them')
            if name == "<<":
                self.refuse(key, entry, '"<<" copies another entry; write the fields themselves')
            self.lines.setdefault(entry, self.line(key))
            result[name] = self.node(next(events), events, entry)
        return result

    def sequence(self, events: Iterator[Any], path: Path) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            entry = (*path, len(result))
            self.lines[entry] = self.line(event)
            result.append(self.node(event, events, entry))
        return result

    def refuse(self, event: Any, path: Path, message: str) -> None:
        column = event.start_mark.column + 1
        self.problems.append(Problem(self.file, self.line(event), name_of(path), message, column))

    def line(self, event: Any) -> int:
        number: int = event.start_mark.line + self.first_line
        return number


def _syntax_problem(error: yaml.YAMLError, text: str, file: str, first_line: int) -> Problem:
    """What the parser says, in an editor's words where a beginner's slip is the cause."""
    mark: Any = getattr(error, "problem_mark", None)
    opened: Any = getattr(error, "context_mark", None)
    line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 0)
    what = getattr(error, "problem", None) or "it can't be read"
    message = f"this is not YAML ({what}); check indentation, colons, quotation marks and brackets here"
    lines = text.split("\n")
    odd = [number for number, row in enumerate(lines[: line - first_line + 1]) if row.count('"') % 2]
    if opened and "quoted scalar" in (getattr(error, "context", None) or ""):
        odd.insert(0, opened.line)
    if mark and "".join(lines[mark.line : mark.line + 1]).lstrip(" ").startswith("\t"):
        message = "a tab stands here; indent with spaces"
    elif odd:
        line, column = odd[0] + first_line, 0
        message = "a quotation mark on this line is not closed; close it, or remove it"
    return Problem(file, line, "", message, column)
