"""Reads text and YAML strictly: every value stays the text that it is, and what would silently change is a problem."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path as FilePath
from typing import Any

import yaml

from briefing.problems import Path, Problem, name_of

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # knows no types: `no` is text, `010` too
_DEEPEST = 50  # as no file needs; some thousands would bring the parser down
_HIDDEN = re.compile(  # control, line-breaking, bidirectional, no-break and invisible characters
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u061c\u180e\u2007\u200b\u200e\u200f\u2028-\u202f"
    r"\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164"
    r"\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_CUT = re.compile(r" +#(?:\S| ?\d)[^\n]*")  # a comment that was hardly meant as one
_SYNTAX_SLIPS = (  # a line at which the parser stops -> what to write
    (r" *\t", "a tab stands here; indent with spaces"),
    (r"---\s*$", 'a second document begins here; remove the line "---"'),
    (r" *[\w-]+:[^\s/\d][^:]*$", 'a space is missing after the colon; write "field: value"'),
    (r" *-[^\s-]", 'a space is missing after "-"; write "- text"'),
    (r"(?:[^'\"]|'[^']*'|\"[^\"]*\")*? #\S", 'a "#" after a space cuts the line off; put the text in quotation marks'),
    (r'[^"]*(?:"[^"]*"[^"]*)*"[^"]*$', "a quotation mark on this line is not closed; close it, or remove it"),
    (r'.*: +"[^"]*\\', 'a backslash means something to YAML; write "\\\\" for it'),
    (
        r".*: +([\"']).*\1 *[^\s,#}\]]",
        "quotation marks stand inside the text; write “ ” for them, or ’ for an apostrophe",
    ),
    (r"[^][]*\[[^]]*$|[^{}]*\{[^}]*$", "a bracket or brace on this line is not closed; close it"),
    (r"[ -]*[\w-]+: .*: ", "a colon stands inside the text; put the whole text in quotation marks"),
    (r".*: [>|@`%&*!\[{-]", "the text begins with a sign that means something to YAML; put it in quotation marks"),
)


def read_text(root: FilePath, file: str) -> tuple[str | None, list[Problem]]:
    """The text of `root`/`file` with plain line ends (None where it has none), and what is wrong with it."""
    try:
        data = (root / file).read_bytes()
        text = data.decode("utf-8")
    except OSError as error:
        return None, [Problem(file, 1, "", f"the file can't be read ({error.strerror}); put it back")]
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, "", "this line is not UTF-8 text; save the file as UTF-8")]
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")  # as Windows writes them
    return text, [
        Problem(file, text.count("\n", 0, offset) + 1, "", message, offset - text.rfind("\n", 0, offset))
        for offset, message in sign_faults(text)
    ]


def sign_faults(text: str) -> Iterator[tuple[int, str]]:
    """The signs of `text` that can't be seen, or look the same as others: the offset and a sentence for each."""
    for match in _HIDDEN.finditer(text):
        what = f"U+{ord(match[0]):04X} ({unicodedata.name(match[0], 'a control character').lower()})"
        yield match.start(), f"{what} can't be seen; write a plain space or remove it"
    if not unicodedata.is_normalized("NFC", text):
        for row in re.finditer(r"[^\n]+", text):
            if not unicodedata.is_normalized("NFC", row[0]):
                what = "an accent stands apart from its letter; type the accented letter anew (Unicode NFC)"
                yield row.start(), what


def read_yaml(text: str, file: str, first_line: int = 1) -> tuple[Any, dict[Path, int], list[Problem]]:
    """The values of a YAML text, the line of each by its path, and what is wrong; None where nothing can be read."""
    reader = _Reader(text, file, first_line)
    brackets = accumulate(1 if sign in "[{" else -1 for sign in re.findall(r"[][{}]", text))
    if max(brackets, default=0) > _DEEPEST or re.search(rf"^[-? ]{{{4 * _DEEPEST}}}", text, re.MULTILINE):
        return None, {}, [Problem(file, first_line, "", "the file is nested too deep; write it flatter")]
    try:
        tree = yaml.compose(text, _Loader)
    except yaml.YAMLError as error:
        return None, {}, [_syntax_problem(error, text, file, first_line)]
    if tree is None:
        return None, {}, [Problem(file, first_line, "", "the file is empty; fill it")]
    return reader.value(tree, ()), reader.lines, reader.problems


class _Reader:
    """Makes plain values of YAML's nodes, noting where each stands and what is wrong with it."""

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self.text, self.file, self.first_line = text, file, first_line
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: Any, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + self.first_line)
        written = self.text[node.start_mark.index : node.end_mark.index]
        if sign := re.match(r"[&!]\S*", written):
            self.tell(node, path, f'"{sign[0]}" means something else to YAML; put the text in quotation marks')
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, number)) for number, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            self.check_scalar(node, path, written)
            return node.value.strip()
        fields: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
                self.tell(key, path, "a field's name is plain text, no braces and no <<; write the fields themselves")
                continue
            name = key.value.strip()
            if name in fields:
                self.tell(key, (*path, name), f'"{name}" is given twice here; keep one of them')
            self.lines.setdefault((*path, name), key.start_mark.line + self.first_line)
            fields[name] = self.value(child, (*path, name))
        return fields

    def check_scalar(self, node: Any, path: Path, written: str) -> None:
        """Tell what YAML leaves out of a text, or makes of it."""
        name, value = str(path[-1]) if path else "", node.value.strip()
        is_plain = node.style in (None, "")
        if not value and ":" in name:
            self.tell(node, path, f'a space is missing after the colon; write "{name.replace(":", ": ", 1)}"')
        elif not value and (" " in name or (name.isdigit() and path[-1] == name)):
            message = f'a comma parts "{name}" from what stands before it; put the text in quotation marks, a number'
            self.tell(node, path, f"{message} without the comma")
        elif not value or (is_plain and value in ("~", "null")):
            self.tell(node, path, "the value is empty; fill it, or remove the field")
        if node.style == '"' and (code := re.search(r'\\[^"\\]', written)):
            self.tell(node, path, f'"{code[0]}" stands for another sign; write that sign, or "\\\\" for a backslash')
        if is_plain and (row := re.search(r"\n\s*(-\S*)", written)):
            self.tell(node, path, f'"{row[1]}" goes on with the text above; write a space after "-"')
        if is_plain and (cut := _CUT.match(self.text, node.end_mark.index)):
            whole = f'write "{value}{cut[0].rstrip()}", with the quotation marks'
            self.tell(node, path, f'a comment begins at "#", so only "{value}" is read; {whole}', told=True)

    def tell(self, node: Any, path: Path, message: str, told: bool = False) -> None:
        line, column = node.start_mark.line + self.first_line, node.start_mark.column + 1
        self.problems.append(Problem(self.file, line, name_of(path), message, column, told))


def _syntax_problem(error: Any, text: str, file: str, first_line: int) -> Problem:
    """What the parser says, in an editor's words where a beginner's slip is the cause."""
    marks = [mark.line for mark in (getattr(error, "problem_mark", None), getattr(error, "context_mark", None)) if mark]
    last, rows = marks[0] if marks else 0, text.split("\n")
    unclosed = [number for number, row in enumerate(rows[: last + 1]) if row.count('"') % 2]
    for slip, message in _SYNTAX_SLIPS:
        for number in (*marks, *unclosed[:1], max(last - 1, 0)):
            if re.match(slip, "".join(rows[number : number + 1])):
                return Problem(file, number + first_line, "", message)
    what = getattr(error, "problem", None) or "it can't be read"
    message = f"this is not YAML ({what}); check indentation, colons, quotation marks and brackets here"
    return Problem(file, last + first_line, "", message)
