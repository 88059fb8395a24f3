"""The sources: citation keys from data/sources.bib, and a reference in words for each.

A reference keeps the title's own capitals, the number of a document, the full date as far as it
is known and the link, which pybtex's plain style loses or cuts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pybtex.backends.html import Backend as HtmlBackend
from pybtex.database import BibliographyData, Entry, parse_string
from pybtex.exceptions import PybtexError
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry

from briefing.dates import parse_date
from briefing.load import read_text
from briefing.problems import Problem, did_you_mean
from briefing.wording import date_in_words

SOURCES_FILE = "data/sources.bib"
_ENTRY = re.compile(r"^[ \t]*@(\w+)[ \t]*[{(][ \t]*([^,\s{}()]*)", re.MULTILINE)
_NOT_ENTRIES = {"comment", "string", "preamble"}


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

    def url(self, key: str) -> str:
        """The address of a source, empty where it has none."""
        return str(self.entries[key].fields.get("url", ""))

    def date(self, key: str) -> str:
        """The date of a source as EDTF, empty where it has none."""
        return str(self.entries[key].fields.get("date", ""))

    def bibtex(self, key: str) -> str:
        """The entry of a source as BibTeX."""
        return str(self.entries[key].to_string("bibtex")).strip()

    def short(self, key: str) -> str:
        """A source in few words: its authors and the date, as far as it has them."""
        entry = self.entries[key]
        date = entry.fields.get("date")
        when = [piece.text for piece in date_in_words(parse_date(date))] if date else []
        return ", ".join(filter(None, [_authors(entry), "".join(when)]))

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

    def format_entry(self, label: str, entry: Entry, bib_data: object = None) -> FormattedEntry:
        """The reference of `entry`, with pybtex's `label` for it."""
        key = HRef(f"{self.page}#{entry.key}", entry.key) if self.page else entry.key
        return FormattedEntry(entry.key, Text(reference(entry), " (", key, ")"), label)


def load_bibliography(root: Path) -> tuple[Bibliography, list[Problem]]:
    """The sources of `root`/data/sources.bib, and what is wrong with the file."""
    text, problems = read_text(root, SOURCES_FILE)
    if text is None:
        return Bibliography(readable=False), problems
    lines: dict[str, int] = {}
    for key, line in _declared(text):
        if key in lines:
            problems.append(
                Problem(SOURCES_FILE, line, key, "the key is given twice; give each source a key of its own")
            )
        lines.setdefault(key, line)
    if problems:
        return Bibliography(lines=lines), problems
    try:
        data: BibliographyData = parse_string(text, "bibtex")
    except PybtexError as error:
        return Bibliography(lines=lines), [_syntax_problem(error, lines)]
    bibliography = Bibliography(dict(data.entries), lines)
    return bibliography, list(_field_problems(bibliography))


def reference(entry: Entry) -> Any:
    """Who, what, where it stands, when: an entry as pybtex rich text whose title is the link."""
    fields = entry.fields
    title = Text("“", fields["title"], "”")
    url = fields.get("url")
    parts: list[Any] = [_authors(entry)]
    parts.append(HRef(url, title) if url else title)
    if "booktitle" in fields:
        parts.append(Text("in ", Tag("em", fields["booktitle"])))
    parts += [fields.get(name, "") for name in ("howpublished", "number")]
    if "date" in fields:
        parts.append("".join(piece.text for piece in date_in_words(parse_date(fields["date"]))))
    text = Text(", ").join(_plain(part) for part in parts if part)
    return Text(text, " (", fields["note"], ")") if "note" in fields else text


def _authors(entry: Entry) -> str:
    people = " and ".join(str(person) for person in entry.persons.get("author", ()))
    return (people or str(entry.fields.get("organization", ""))).replace("{", "").replace("}", "")


def _plain(part: Any) -> Any:
    return part if isinstance(part, Text | HRef | Tag) else Text(str(part).replace("{", "").replace("}", ""))


def _declared(text: str) -> Iterator[tuple[str, int]]:
    """Each citation key with its line; pybtex does not keep lines."""
    for match in _ENTRY.finditer(text):
        if match[1].lower() not in _NOT_ENTRIES:
            yield match[2], text.count("\n", 0, match.start(2)) + 1


def _field_problems(bibliography: Bibliography) -> Iterator[Problem]:
    """What each entry must have for a reference to be made of it."""
    for key, entry in bibliography.entries.items():
        line, fields = bibliography.lines.get(key, 1), entry.fields
        if not fields.get("title"):
            yield Problem(SOURCES_FILE, line, key, "the title is missing; add title = {…}")
        if "date" in fields:
            try:
                parse_date(fields["date"])
            except ValueError as error:
                yield Problem(SOURCES_FILE, line, f"{key}, date", str(error))


def _syntax_problem(error: PybtexError, lines: dict[str, int]) -> Problem:
    line = getattr(error, "lineno", None) or 1
    return Problem(
        SOURCES_FILE, line, "", f"this is not BibTeX ({error}); check braces, commas and quotation marks here"
    )


def unknown_key(key: str, bibliography: Bibliography) -> str:
    """A sentence about a citation key that data/sources.bib does not have."""
    return f'"{key}" is not in {SOURCES_FILE}' + did_you_mean(key, bibliography.lines)
