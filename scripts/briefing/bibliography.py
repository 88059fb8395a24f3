"""The sources: citation keys from data/sources.bib, and a reference in words for each.

A reference keeps the title's own capitals, the number of a document, the full date as far as it
is known and the link, which pybtex's plain style loses or cuts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from html import escape
from pathlib import Path
from typing import Any

from pybtex.database import Entry
from pybtex.database.input.bibtex import Parser
from pybtex.exceptions import PybtexError
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry

from briefing.dates import parse_date
from briefing.problems import Problem, did_you_mean
from briefing.text import read_text
from briefing.wording import date_in_words

SOURCES_FILE = "data/sources.bib"
_ENTRY = re.compile(r"^[ \t]*@(\w+)\s*[{(]\s*([^,\s{}()]*)", re.MULTILINE)
_NOT_ENTRIES = {"comment", "string", "preamble"}
_PRINTED = ("title", "booktitle", "organization", "howpublished", "number", "note", "label")
_LATEX = re.compile(r"[\\{}$~%&#^_]|--|''|``")


@dataclass(frozen=True)
class Source:
    """An entry of the bibliography as pages print it."""

    entry: Entry

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """Its fields without the commands and braces of LaTeX, empty where it has none."""
        fields = self.entry.fields.items()
        return defaultdict(str, {name: text if name == "url" else _plain(text) for name, text in fields})

    @cached_property
    def authors(self) -> str:
        """Who stands behind it, in words, each name in its natural order."""
        people = [" ".join(filter(None, names)) for names in self._names()]
        return " and ".join(people) or _plain(self.entry.fields.get("organization", ""))

    @property
    def people(self) -> list[dict[str, str]]:
        """Who stands behind it, as CSL has it: a person's name in parts, any other whole."""
        names = list(self._names()) or [("", self.authors)]
        return [{"family": family, "given": given} if given else {"literal": family} for given, family in names]

    @cached_property
    def date(self) -> str:
        """Its date in words, empty where there is none; ValueError where it is none."""
        given = self.entry.fields.get("date", "")
        return "".join(piece.text for piece in date_in_words(parse_date(given))) if given else ""

    @property
    def short(self) -> str:
        """The source in few words: its label, or its authors and the date as far as it has them."""
        return self.fields["label"] or ", ".join(filter(None, [self.authors, self.date]))

    @cached_property
    def reference(self) -> Any:
        """Who, what, where it stands, when: as pybtex rich text whose title is the link, for Markdown."""
        return self._reference(self.fields["url"].replace("(", "%28").replace(")", "%29").replace("@", "%40"))

    @property
    def reference_html(self) -> str:
        """The reference as HTML, escaped, addresses too, which pybtex leaves as they are."""
        from pybtex.backends.html import Backend

        html: str = self._reference(escape(self.fields["url"])).render(Backend())
        return html

    def _reference(self, url: str) -> Any:
        fields = self.fields
        title = Text("“", fields["title"], "”")
        parts: list[Any] = [self.authors, HRef(url, title) if url else title]
        if fields["booktitle"]:
            parts.append(Text("in ", Tag("em", fields["booktitle"])))
        parts += [fields["howpublished"], fields["number"], self.date]
        text = Text(", ").join(Text(part) for part in parts if part)
        return Text(text, " (", fields["note"], ")") if fields["note"] else text

    @property
    def bibtex(self) -> str:
        """The entry as BibTeX, its fields as the editor wrote them: pybtex's own writer spoils addresses."""
        people = {role: " and ".join(map(str, persons)) for role, persons in self.entry.persons.items()}
        fields = [f"  {name} = {{{text}}}" for name, text in {**people, **self.entry.fields}.items()]
        return ",\n".join([f"@{self.entry.type}{{{self.entry.key}", *fields]) + "\n}"

    @property
    def former_keys(self) -> list[str]:
        """The keys it had before; links to them still land on it."""
        keys: str = self.entry.fields.get("ids", "")
        return keys.replace(",", " ").split()

    def _names(self) -> Iterator[tuple[str, str]]:
        """The given and the family name of each person; a name in double braces is taken whole, as a family's."""
        for p in self.entry.persons.get("author", ()):
            given, family = p.first_names + p.middle_names, p.prelast_names + p.last_names + p.lineage_names
            yield _plain(" ".join(given)), _plain(" ".join(family))

    def unprintable(self) -> Iterator[tuple[str, str]]:
        """The fields that pages can't print, and why."""
        people = [("author", str(person)) for person in self.entry.persons.get("author", ())]
        fields = self.entry.fields
        for name, text in [*people, *((name, fields[name]) for name in _PRINTED if name in fields)]:
            try:
                if "\\" in _plain(text):
                    yield name, f'"{_plain(text)}" keeps a command of LaTeX; write the letters themselves'
                if "@" in _plain(text):
                    yield name, 'a page would take "@" for a citation; write "at"'
                if re.search(r"(?<!\\)%", text):
                    yield name, 'BibTeX leaves out what follows "%"; write "\\%"'
            except (PybtexError, ValueError):  # the second from its reader of LaTeX
                yield name, f'"{text}" has a brace or a backslash too many; remove it'


@dataclass(frozen=True)
class Bibliography:
    """The sources by citation key, in the order of the file, and the line each begins on.

    `readable` is False where the file can't be read, so that one mistake is not told twice.
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    readable: bool = True

    def unknown(self, key: str) -> str:
        """A sentence about a citation key that the file does not have; empty where it has it, or can't tell."""
        if key in self.lines or not self.readable:
            return ""
        renamed = (f'; it is "{name}" now' for name, source in self.sources.items() if key in source.former_keys)
        return f'"{key}" is not in {SOURCES_FILE}' + next(renamed, did_you_mean(key, self.lines))

    def problem(self, key: str, message: str, name: str = "") -> Problem:
        """A problem with the source `key`, or its field `name`."""
        return Problem(SOURCES_FILE, self.lines.get(key, 1), ", ".join(filter(None, [key, name])), message)


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
            text = Text(Source(entry).reference, " (", key, ")")
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
                twice = "the key is given twice; each source has one of its own"
                problems.append(Problem(SOURCES_FILE, line, key, twice))
            lines.setdefault(key, line)
    try:
        entries = Parser().parse_string(text).entries
    except PybtexError as error:
        line = getattr(error, "lineno", None) or 1
        what = f"this is not BibTeX ({error}); check braces, commas and quotation marks here"
        return Bibliography(lines=lines), problems or [Problem(SOURCES_FILE, line, "", what)]
    lines = {key: lines.get(key, 1) for key in entries}  # a field may look like an entry
    return Bibliography({key: Source(entry) for key, entry in entries.items()}, lines), problems


@cache
def _plain(text: str) -> str:
    """A field without the commands and braces of LaTeX."""
    if not _LATEX.search(text):  # which takes long to read
        return text
    return str(Text.from_latex(text))
