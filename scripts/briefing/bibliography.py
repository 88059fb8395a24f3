"""The sources: citation keys from data/sources.bib, and a reference in words for each.

A reference keeps the title's own capitals, the number of a document, the full date as far as it
is known and the link, which pybtex's plain style loses or cuts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pybtex.backends.html import Backend as HtmlBackend
from pybtex.database import BibliographyData, Entry, parse_string
from pybtex.database.output.bibtex import Writer
from pybtex.exceptions import PybtexError
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry

from briefing.dates import parse_date
from briefing.fields import check_id
from briefing.problems import Problem, did_you_mean
from briefing.text import read_text
from briefing.wording import date_in_words

SOURCES_FILE = "data/sources.bib"
REQUIRED = {  # by type of entry (biblatex's names); all need an author or an organization besides
    "article": ("title", "date"),
    "book": ("title", "date"),
    "incollection": ("title", "booktitle", "date"),
    "online": ("title", "url"),
    "report": ("title", "date"),
}
_ENTRY = re.compile(r"^[ \t]*@(\w+)[ \t]*[{(][ \t]*([^,\s{}()]*)", re.MULTILINE)
_PRINTED = ("title", "booktitle", "organization", "howpublished", "number", "note")
_LATEX = re.compile(r"[\\{}$~%&#^_]|--|''|``")
_NOT_ENTRIES = {"comment", "string", "preamble"}
_ADDRESS = re.compile(r"https?://[^\s/?#\"<>\\^`{|}@]+(?:[/?#][^\s\"<>\\^`{|}]*)?")


@dataclass(frozen=True)
class Bibliography:
    """The entries by citation key, in the order of the file, and the line each begins on.

    `readable` is False where the file can't be read, so that one mistake is not told twice.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    readable: bool = True

    def has(self, key: str) -> bool:
        """Whether the file has the key, or can't tell."""
        return key in self.lines or not self.readable

    def problem(self, key: str, message: str, name: str = "") -> Problem:
        """A problem with the entry `key`, or its field `name`."""
        return Problem(SOURCES_FILE, self.lines.get(key, 1), ", ".join(filter(None, [key, name])), message)

    def field(self, key: str, name: str) -> str:
        """A field of a source, such as its `url` or its `date` as EDTF; empty where it has none."""
        return str(self.entries[key].fields.get(name, ""))

    def bibtex(self, key: str) -> str:
        """The entry of a source as BibTeX."""
        return str(Writer().to_string(BibliographyData({key: self.entries[key]}))).strip()

    def plain(self, key: str) -> dict[str, str]:
        """The fields of an entry without the commands and braces of LaTeX, empty where it has none."""
        fields = self.entries[key].fields.items()
        return defaultdict(str, {name: text if name == "url" else _plain(text) for name, text in fields})

    def authors(self, key: str) -> str:
        """Who stands behind a source, in words."""
        return _authors(self.entries[key])

    def people(self, key: str) -> list[dict[str, str]]:
        """Who stands behind a source, as CSL has it: a person's name in parts, any other whole."""
        found = []
        for p in self.entries[key].persons.get("author", ()):
            family, given = p.prelast_names + p.last_names + p.lineage_names, p.first_names + p.middle_names
            parts = {"family": _plain(" ".join(family)), "given": _plain(" ".join(given))}
            found.append({"literal": _plain(str(p))} if str(p).startswith("{") else parts)
        return found or [{"literal": _authors(self.entries[key])}]

    def short(self, key: str) -> str:
        """A source in few words: its authors and the date, as far as it has them."""
        return ", ".join(filter(None, [_authors(self.entries[key]), _date(self.entries[key])]))

    def reference_html(self, key: str) -> str:
        """The reference for `key` as HTML, escaped."""
        html: str = reference(self.entries[key]).render(HtmlBackend())
        return html


@dataclass(frozen=True)
class ReferenceStyle:
    """What mkdocs-bibtex asks of a pybtex style: one entry in, its reference out.

    The key at its end leads to the source's own entry, on the page with this address.
    """

    page: str
    done: dict[str, FormattedEntry] = field(default_factory=dict)

    def format_entry(self, label: str, entry: Entry, bib_data: object = None) -> FormattedEntry:
        """The reference of `entry`, with pybtex's `label` for it; made once, however often it is cited."""
        if entry.key not in self.done:
            key = HRef(f"{self.page}#{entry.key}", entry.key) if self.page else entry.key
            text = Text(reference(entry), " (", key, ")")
            self.done[entry.key] = FormattedEntry(entry.key, text, label)
        return self.done[entry.key]


def load_bibliography(root: Path) -> tuple[Bibliography, list[Problem]]:
    """The sources of `root`/data/sources.bib, and what is wrong with the file."""
    text, problems = read_text(root, SOURCES_FILE)
    if text is None:
        return Bibliography(readable=False), problems
    lines: dict[str, int] = {}
    for match in _ENTRY.finditer(text):  # pybtex does not keep lines
        if match[1].lower() not in _NOT_ENTRIES:
            key, line = match[2], text.count("\n", 0, match.start(2)) + 1
            if key in lines:
                problems.append(
                    Problem(SOURCES_FILE, line, key, "the key is given twice; each source has one of its own")
                )
            lines.setdefault(key, line)
    try:
        data: BibliographyData = parse_string(text, "bibtex")
    except PybtexError as error:
        line = getattr(error, "lineno", None) or 1
        what = f"this is not BibTeX ({error}); check braces, commas and quotation marks here"
        return Bibliography(lines=lines), problems or [Problem(SOURCES_FILE, line, "", what)]
    return Bibliography(dict(data.entries), lines), problems


def entry_problems(bibliography: Bibliography) -> Iterator[Problem]:
    """What keeps an entry from being cited and printed."""
    for key, entry in bibliography.entries.items():
        fields, problem = entry.fields, bibliography.problem
        try:
            check_id(key)
        except ValueError as error:
            yield problem(key, str(error))
        if unprintable := list(_unprintable(entry)):
            yield from (problem(key, message, name) for name, message in unprintable)
            continue
        for longer in (other for other in bibliography.entries if other != key and other.startswith(key)):
            yield problem(key, f'"{longer}" begins with this key, and the two get mixed up; rename one of them')
        if entry.type not in REQUIRED:
            yield problem(key, f'"@{entry.type}" is not a type of source here' + did_you_mean(entry.type, REQUIRED))
        for name in REQUIRED.get(entry.type, ("title",)):
            if not fields.get(name, "").strip():
                yield problem(key, f"the {name} is missing; add {name} = {{…}}")
        if not _authors(entry).strip():
            yield problem(key, "nobody stands behind it; add author = {…} or organization = {…}")
        if "url" in fields and not _ADDRESS.fullmatch(fields["url"]):
            yield problem(key, f'"{fields["url"]}" is not an address of the web; begin with https:// or http://', "url")
        if "crossref" in fields:
            yield problem(key, "it borrows the fields of another entry; write them out here", "crossref")
        try:
            _date(entry)
        except ValueError as error:
            yield problem(key, str(error), "date")


def reference(entry: Entry) -> Any:
    """Who, what, where it stands, when: an entry as pybtex rich text whose title is the link."""
    fields = entry.fields
    title = Text("“", _plain(fields["title"]), "”")
    url = fields.get("url", "").replace("(", "%28").replace(")", "%29").replace("@", "%40")  # Markdown's own signs
    parts: list[Any] = [_authors(entry), HRef(url, title) if url else title]
    if "booktitle" in fields:
        parts.append(Text("in ", Tag("em", _plain(fields["booktitle"]))))
    parts += [_plain(fields.get(name, "")) for name in ("howpublished", "number")]
    text = Text(", ").join(Text(part) for part in [*parts, _date(entry)] if part)
    return Text(text, " (", _plain(fields["note"]), ")") if "note" in fields else text


def unknown_key(key: str, bibliography: Bibliography) -> str:
    """A sentence about a citation key that data/sources.bib does not have."""
    return f'"{key}" is not in {SOURCES_FILE}' + did_you_mean(key, bibliography.lines)


def _unprintable(entry: Entry) -> Iterator[tuple[str, str]]:
    """The fields that pages can't print, and why."""
    people = [("author", str(person)) for person in entry.persons.get("author", ())]
    for name, text in [*people, *((name, entry.fields[name]) for name in _PRINTED if name in entry.fields)]:
        try:
            if "@" in _plain(text):
                yield name, 'a page would take "@" for a citation; write "at"'
        except (PybtexError, ValueError):  # the second from its reader of LaTeX
            yield name, f'"{text}" has a brace or a backslash too many; remove it'


def _authors(entry: Entry) -> str:
    people = " and ".join(str(person) for person in entry.persons.get("author", ()))
    return _plain(people or entry.fields.get("organization", ""))


def _date(entry: Entry) -> str:
    """The date in words, empty where there is none; ValueError where it is none."""
    return "".join(p.text for p in date_in_words(parse_date(entry.fields["date"]))) if "date" in entry.fields else ""


@cache
def _plain(text: str) -> str:
    """A field without the commands and braces of LaTeX."""
    if not _LATEX.search(text):  # which takes long to read
        return text
    return str(Text.from_latex(text))
