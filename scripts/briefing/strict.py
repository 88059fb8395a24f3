"""Reads text and YAML strictly: every value stays the text that it is, and what would silently change is a problem."""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from briefing.problems import Path, Problem, name_of

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # knows no types: `no` is text, `010` too
_TOO_DEEP = re.compile(r"(?:[\[{][^][{}]*){50}|^[-? ]{200}", re.MULTILINE)  # thousands would bring the parser down
_HIDDEN = re.compile(  # control, line-breaking, bidirectional, no-break and invisible characters
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u061c\u180e\u2007\u200b\u200e\u200f\u2028-\u202f"
    r"\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164"
    r"\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_CUT = re.compile(r" +#(?:\S| ?\d)[^\n]*")  # a comment that was hardly meant as one
_SLIPS = {  # a line at which the parser stops, or one before -> what to write
    r" *\t": "a tab stands here; indent with spaces",
    r"---\s*$": 'a second document begins here; remove the line "---"',
    r" *[\w-]+:[^\s/\d][^:]*$": 'a space is missing after the colon; write "field: value"',
    r" *-[^\s-]": 'a space is missing after "-"; write "- text"',
    r"[^'\"]* #\S": 'a "#" after a space cuts the line off; put the text in quotation marks',
    r'[^"]*(?:"[^"]*"[^"]*)*"[^"]*$': "a quotation mark on this line is not closed; close it, or remove it",
    r"[^][]*\[[^]]*$|[^{}]*\{[^}]*$": "a bracket or brace on this line is not closed; close it",
}


def read_text(root: FilePath, file: str) -> tuple[str | None, list[Problem]]:
    """The text of `root`/`file` with plain line ends (None where it has none), and what is wrong with it."""
    try:
        text = (root / file).read_text("utf-8-sig")
    except OSError as error:
        return None, [Problem(file, 1, "", f"the file can't be read ({error.strerror}); put it back")]
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, "", "this line is not UTF-8 text; save the file as UTF-8")]
    problems = []
    for number, row in enumerate(text.split("\n"), 1):
        for sign in _HIDDEN.finditer(row):
            what = f"U+{ord(sign[0]):04X} ({unicodedata.name(sign[0], 'a control character').lower()})"
            message = f"{what} can't be seen; write a plain space or remove it"
            problems.append(Problem(file, number, "", message, sign.start() + 1))
        if not unicodedata.is_normalized("NFC", row):
            message = "an accent stands apart from its letter; type the accented letter anew (Unicode NFC)"
            problems.append(Problem(file, number, "", message, 1))
    return text, problems


def read_yaml(text: str, file: str) -> tuple[Any, dict[Path, int], list[Problem]]:
    """The values of a YAML text, the line of each by its path, and what is wrong; None where nothing can be read."""
    if _TOO_DEEP.search(text):
        return None, {}, [Problem(file, 1, "", "the file is nested too deep; write it flatter")]
    try:
        tree = yaml.compose(text, _Loader)
    except yaml.YAMLError as error:
        return None, {}, [_syntax_problem(error, text, file)]
    reader = _Reader(text, file)
    return reader.value(tree, ()) if tree else None, reader.lines, reader.problems


@dataclass
class _Reader:
    """Makes plain values of YAML's nodes, noting where each stands and what is wrong with it."""

    text: str
    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def tell(self, node: Any, path: Path, message: str, told: bool = False) -> None:
        mark = node.start_mark
        self.problems.append(Problem(self.file, mark.line + 1, name_of(path), message, mark.column + 1, told))

    def value(self, node: Any, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        written = self.text[node.start_mark.index : node.end_mark.index]
        if sign := re.match(r"[&!]\S*", written):
            self.tell(node, path, f'"{sign[0]}" means something else to YAML; put the text in quotation marks')
            return None
        if isinstance(node, yaml.ScalarNode):
            self.check(node, path, written)
            return node.value.strip()
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, number)) for number, child in enumerate(node.value)]
        fields: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
                self.tell(key, path, "a field's name is plain text, no braces and no <<; write the fields themselves")
            elif (name := key.value.strip()) in fields:
                self.tell(key, (*path, name), f'"{name}" is given twice here; keep one of them')
            else:
                self.lines[*path, name] = key.start_mark.line + 1
                fields[name] = self.value(child, (*path, name))
        return fields

    def check(self, node: Any, path: Path, written: str) -> None:
        """Tell what YAML leaves out of a text, or makes of it."""
        value, is_plain = node.value.strip(), node.style in (None, "")
        if not value and path and re.search(r"[^\w-]|^\d", str(path[-1])):
            message = "a space is missing after a colon, or a comma cuts a text or number in two; mend it"
            self.tell(node, path, f'"{path[-1]}" has no value: {message}')
        elif not value or (is_plain and value in ("~", "null")):
            self.tell(node, path, "the value is empty; fill it, or remove the field")
        if node.style == '"' and (code := re.search(r'(?<!\\)(?:\\\\)*(\\[^"\\])', written)):
            self.tell(node, path, f'"{code[1]}" stands for another sign; write that sign, or "\\\\" for a backslash')
        if is_plain and (row := re.search(r"\n\s*(-\S*)", written)):
            self.tell(node, path, f'"{row[1]}" goes on with the text above; write a space after "-"')
        if is_plain and (cut := _CUT.match(self.text, node.end_mark.index)):
            whole = f'write "{value}{cut[0].rstrip()}", with the quotation marks'
            self.tell(node, path, f'a comment begins at "#", so only "{value}" is read; {whole}', told=True)


def _syntax_problem(error: Any, text: str, file: str) -> Problem:
    """What the parser says, in an editor's words where a beginner's slip is the cause."""
    mark = getattr(error, "problem_mark", None)
    rows = text.split("\n")[: mark.line + 1 if mark else 1]
    last = len(rows) - 1
    unclosed = [number for number, row in enumerate(rows) if row.count('"') % 2]
    for slip, message in _SLIPS.items():
        for number in (last, *unclosed[:1], max(last - 1, 0)):
            if re.match(slip, rows[number]):
                return Problem(file, number + 1, "", message)
    what = getattr(error, "problem", None) or "it can't be read"
    advice = 'mend a colon or indent, here or above; put the whole in quotation marks if it has : or ", with “ ” inside'
    return Problem(file, last + 1, "", f"this is not YAML ({what}); {advice}")
