"""Reads BibTeX as reference managers write it: entries with the lines of their fields, LaTeX as plain letters."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import latexcodec  # noqa: F401  # teaches `codecs` to read LaTeX
from pybtex.database.input.bibtex import LowLevelParser, SkipEntry, UndefinedMacro, month_names
from pybtex.scanner import PybtexSyntaxError
from pybtex.utils import CaseInsensitiveDict

from briefing.problems import Problem
from briefing.strict import read_text, read_yaml

TABLE: Any = read_yaml(read_text(Path(__file__).parent, "biblatex.yml")[0] or "", "biblatex.yml")[0]
_PRINTED = {**TABLE["commands"], **dict.fromkeys(TABLE["silent"], ""), **dict.fromkeys(TABLE["spaces"], " ")}
_ENTRY = re.compile(r"^[ \t]*@\w+\s*[{(]", re.MULTILINE)
_SWALLOWED = re.compile(r"\n[ \t]*@\w+\s*\{[^,{}\s]+,")
_ACCENT = re.compile(r"\\a?([\"'`^~=.]|[Hbcdkruv](?![A-Za-z]))\s*(\{\s*)?\\?([^\W\d_])(?(2)\s*\})")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?\s*(?=(\{)?)")
_ADDRESS = re.compile(r"https?://[^\s/?#\"<>\\^`{|}@\[\]]+(?:[/?#][^\s\\]*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """An entry as written, its type and the names of its fields in small letters; the line of it and of each field."""

    key: str
    type: str
    fields: Mapping[str, str]
    line: int = 1
    lines: Mapping[str, int] | None = None

    def inheriting(self, entries: Mapping[str, Entry], seen: tuple[str, ...] = ()) -> dict[str, str]:
        """Its fields, with those of the entries that it names in crossref and xdata."""
        fields = dict(self.fields)
        for name in ("crossref", "xdata"):
            parent = entries.get(fields.get(name, ""))
            if parent and parent.key not in (*seen, self.key):
                renamed = TABLE["inherited"] if name == "crossref" and parent.type != self.type else {}
                inherited = parent.inheriting(entries, (*seen, self.key)).items()
                given = {renamed.get(field, field): text for field, text in inherited if field not in TABLE["own"]}
                fields = given | fields
        return fields


def read_bibtex(text: str, file: str) -> Iterator[Entry | Problem]:
    """Each entry of `text`, and what is wrong with it; one that is broken does not hide those after it."""
    reader = _Reader(text, macros=CaseInsensitiveDict({**month_names, "sept": "September"}))
    while reader.skip_to([reader.AT]):
        start, line = reader.pos - 1, reader.lineno
        reader.lines, reader.line = {}, line
        try:
            kind, content = reader.parse_command()
            if kind.lower() not in ("string", "preamble"):
                yield from _checked(Entry(content[0], kind.lower(), {}, line, reader.lines), content[1], file)
        except SkipEntry:
            continue
        except PybtexSyntaxError as error:
            following = _ENTRY.search(text, start + 1)
            reader.pos = following.start() if following else len(text)
            if re.search(r"\w\Z", text[:start]):  # a mailbox between the entries
                reader.pos = start + 1
            else:
                yield _unreadable(reader, error, file)
            reader.lineno = 1 + text.count("\n", 0, reader.pos)


@cache
def plain(text: str) -> str:
    """A field without the commands and braces of LaTeX."""
    text = _COMMAND.sub(lambda match: _PRINTED.get(match[1], ""), _letters(text))
    text = re.sub(r"\\[-/!@]|[{}$\\]", "", text)
    return " ".join(re.sub("[\ue000-\ue07f]", lambda match: chr(ord(match[0]) - 0xE000), text).split())


def latex_faults(text: str) -> Iterator[str]:
    """What LaTeX in a field would not print."""
    for match in _COMMAND.finditer(_letters(text)):
        if not match[2] and match[1] not in _PRINTED:
            yield f'"\\{match[1]}" is a command that pages do not print; write the letters themselves'
    if re.search(r"(?<!\\)%", text):
        yield 'LaTeX leaves out what follows "%"; write "\\%"'


def address(text: str) -> str:
    """The web address in a field, without what exporters add for LaTeX; empty where it holds none."""
    text = re.sub(r"\\text(?:ascii)?tilde(?:\s*\{\})?|\$\\sim\$|\\~\{\}", "~", text.strip())
    text = re.sub(r"\\url\s*(?=\{)|\\(?=[\W_])|[{}]|^<|>$", "", text.replace("\\textunderscore", "_"))
    return text if _ADDRESS.fullmatch(text) else ""


class _Reader(LowLevelParser):  # type: ignore[misc]  # pybtex has no types
    """Keeps the line of each field, in `lines`, and of the last, in `line`."""

    def parse_field(self) -> None:
        self.eat_whitespace()
        self.line = self.lineno
        super().parse_field()
        self.lines.setdefault((self.current_field_name or "").lower(), self.line)


def _checked(entry: Entry, pairs: list[tuple[str, list[str]]], file: str) -> Iterator[Entry | Problem]:
    fields: dict[str, str] = {}
    for name, parts in pairs:
        where, line = f"{entry.key}, {name}", (entry.lines or {}).get(name.lower(), entry.line)
        if name.lower() in fields:
            yield Problem(file, line, where, "the field is given twice; keep one")
        if swallowed := _SWALLOWED.search("".join(parts)):
            what = f'"{swallowed[0].strip()}" stands inside this field; a brace before it is not closed'
            yield Problem(file, line, where, what)
        fields[name.lower()] = "".join(parts)
    yield Entry(entry.key, entry.type, fields, entry.line, entry.lines)


def _unreadable(reader: _Reader, error: PybtexSyntaxError, file: str) -> Problem:
    name, word = reader.current_field_name, error.args[0]
    what = f"this is not BibTeX ({word}); close a brace or a quotation mark, or add a comma, here or just above"
    if isinstance(error, UndefinedMacro):
        what = f'"{word}" stands without braces; write {name} = {{{word}}}'
    return Problem(file, reader.line, ", ".join(filter(None, (reader.current_entry_key, name))), what)


def _letters(text: str) -> str:
    """LaTeX with its accents and signs as letters; escaped signs are set aside (U+E000), commands are left."""
    if not re.search(r"[\\{}$~%^_]|--|''|``", text):  # which takes long to read
        return text
    text = re.sub(r"\\([{}$%&#_])|(%)", lambda match: chr(0xE000 + ord(match[1] or "%")), text.replace("\\\\", " "))
    text = re.sub(r"\\(?:noopsort|href|textcolor)\s*\{[^{}]*\}", "", text)
    text = _ACCENT.sub(lambda match: _accented(match[3], match[1]), text)
    text = re.sub(r"\$([^$]*)\$", lambda match: re.sub("[_^]", "{}", match[0]), text)
    decoded: Any = codecs.decode(text, "ulatex")  # type: ignore[call-overload]  # a codec of latexcodec's
    return str(decoded).replace("\\ ", " ")


def _accented(letter: str, accent: str) -> str:
    return unicodedata.normalize("NFC", letter + unicodedata.lookup(f"COMBINING {TABLE['accents'][accent]}"))
