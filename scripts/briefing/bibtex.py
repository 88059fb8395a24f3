"""Reads BibTeX as reference managers write it: its entries, and LaTeX as plain letters."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import latexcodec  # noqa: F401  # teaches `codecs` to read LaTeX
from pybtex.database.input.bibtex import LowLevelParser, month_names
from pybtex.scanner import PybtexSyntaxError
from pybtex.utils import CaseInsensitiveDict

from briefing.problems import Problem
from briefing.strict import read_text, read_yaml

TABLE: Any = read_yaml(read_text(Path(__file__).parent, "biblatex.yml")[0] or "", "biblatex.yml")[0]
_PRINTED = {**TABLE["commands"], **dict.fromkeys(TABLE["silent"], ""), **dict.fromkeys(TABLE["spaces"], " ")}
_ACCENT = re.compile(r"\\a?([\"'`^~=.]|[Hbcdkruv](?![A-Za-z]))\s*(\{\s*)?\\?([^\W\d_])(?(2)\s*\})")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?\s*(?=(\{)?)")
_ADDRESS = re.compile(r"https?://[^\s/?#\"<>\\^`{|}@\[\]]+(?:[/?#][^\s\\]*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """An entry as written, its type and the names of its fields in small letters; the line in which it begins."""

    key: str
    type: str
    fields: Mapping[str, str]
    line: int = 1

    def inheriting(self, entries: Mapping[str, Entry]) -> dict[str, str]:
        """Its fields, with those of the entry that it names in crossref."""
        parent = entries.get(self.fields.get("crossref", ""), self)
        renamed = TABLE["inherited"] if parent.type != self.type else {}
        taken = {renamed.get(name, name): text for name, text in parent.fields.items() if name not in TABLE["own"]}
        return {**taken, **self.fields}


def read_bibtex(text: str, file: str) -> tuple[dict[str, Entry], list[Problem]]:
    """The entries of `text` by key, up to one that can't be read; and what is wrong with them."""
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    reader = LowLevelParser(text, macros=CaseInsensitiveDict({**month_names, "sept": "September"}))
    try:
        for kind, (key, pairs) in (found for found in reader if found[0].lower() not in ("string", "preamble")):
            names, line = [name.lower() for name, _ in pairs], _line(reader)
            for name in sorted({name for name in names if names.count(name) > 1}):
                problems.append(Problem(file, line, f"{key}, {name}", "the field is given twice; keep one"))
            for first in (entry.line for entry in entries.values() if entry.key.lower() == key.lower()):
                message = f"the key is given twice, here and in line {first}; each source has one of its own"
                problems.append(Problem(file, line, key, message))
            fields = {name: "".join(parts) for name, (_, parts) in zip(names, pairs, strict=True)}
            entries.setdefault(key, Entry(key, kind.lower(), fields, line))
    except PybtexSyntaxError as error:
        message = f"{error}; look for a brace, a quotation mark or a comma that is missing there, or before"
        problems.append(Problem(file, _line(reader), reader.current_entry_key or "", message))
    return entries, problems


@cache
def plain(text: str) -> str:
    """A field without the commands and braces of LaTeX; a command that we do not know stays, to be seen."""
    if re.search(r"[\\{}$~%]|--|''|``", text):  # others take long to read, for nothing
        text = re.sub(r"(?<!\\)%", r"\\%", text.replace("\\\\", " "))
        text = re.sub(r"\\(?:noopsort|href|textcolor)\s*\{[^{}]*\}", "", text)
        text = _ACCENT.sub(lambda match: _accented(match[3], match[1]), text)
        text = re.sub(r"(?<!\\)\$([^$]*)\$", lambda match: re.sub("[_^]", "{}", match[0]), text)
        text = codecs.decode(text, "ulatex")  # type: ignore[call-overload]  # a codec of latexcodec's
        text = _COMMAND.sub(lambda match: _PRINTED.get(match[1], "" if match[2] else match[0]), text)
        text = re.sub(r"\\(?:[-/!@]|(\W))|[{}$]", r"\1", text)
    return " ".join(text.split())


def address(text: str) -> str:
    """The web address in a field, without what exporters add for LaTeX; empty where it holds none."""
    text = re.sub(r"\\text(?:ascii)?tilde(?:\s*\{\})?|\$\\sim\$|\\~\{\}", "~", text.strip())
    text = re.sub(r"\\url\s*(?=\{)|\\(?=[\W_])|[{}]|^<|>$", "", text.replace("\\textunderscore", "_"))
    return text if _ADDRESS.fullmatch(text) else ""


def _line(reader: Any) -> int:
    """The line in which the entry begins that pybtex has just read, or tried to."""
    return 1 + int(reader.text.count("\n", 0, reader.command_start))


def _accented(letter: str, accent: str) -> str:
    return unicodedata.normalize("NFC", letter + unicodedata.lookup(f"COMBINING {TABLE['accents'][accent]}"))
