"""Reads BibTeX as reference managers write it: its entries, and LaTeX as plain letters."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import lookup, normalize

import latexcodec  # noqa: F401  # teaches `codecs` to read LaTeX
from pybtex.database import BibliographyDataError
from pybtex.database.input.bibtex import Parser, month_names
from pybtex.errors import capture

from briefing.problems import Problem
from briefing.strict import read_text, read_yaml

TABLE: Any = read_yaml(read_text(Path(__file__).parent, "biblatex.yml")[0] or "", "biblatex.yml")[0]
_PRINTED = {**TABLE["commands"], **dict.fromkeys(TABLE["silent"], ""), **dict.fromkeys(TABLE["spaces"], " ")}
_ENTRY = re.compile(r"@\w+\s*[{(]\s*([^\s,}]+)")
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
    """The entries of `text` by key, and what is wrong with it; pybtex goes on behind what it can't read."""
    lines = {match[1]: 1 + text.count("\n", 0, match.start()) for match in _ENTRY.finditer(text)}
    with capture() as errors:
        read = Parser(macros={**month_names, "sept": "September"}, person_fields=()).parse_string(text).entries.values()
    problems = []
    for error in errors:
        key = next((word for word in str(error).split() if word in lines), "")
        advice = "look for a brace, a quotation mark or a comma that is missing there, or before"
        if isinstance(error, BibliographyDataError):
            advice = "remove or rename one of the two"
        problems.append(Problem(file, getattr(error, "lineno", lines.get(key, 1)), key, f"{error}; {advice}"))
    entries = [Entry(e.key, e.type, {n.lower(): t for n, t in e.fields.items()}, lines.get(e.key, 1)) for e in read]
    return {entry.key: entry for entry in entries}, problems


@cache
def plain(text: str) -> str:
    """A field without the commands and braces of LaTeX; a command that we do not know stays, to be seen."""
    if re.search(r"[\\{}$~%]|--|''|``", text):  # others take long to read, for nothing
        text = re.sub(r"(?<!\\)%", r"\\%", text.replace("\\\\", " "))
        text = re.sub(r"\\(?:noopsort|href|textcolor)\s*\{[^{}]*\}", "", text)
        text = _ACCENT.sub(lambda match: normalize("NFC", match[3] + lookup(TABLE["accents"][match[1]])), text)
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
