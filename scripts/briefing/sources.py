"""The sources: the entries of data/sources.bib, each as pages print it and as reference managers take it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pybtex import database
from pybtex.backends.html import Backend
from pybtex.richtext import HRef, Text
from pybtex.style import FormattedEntry

from briefing import names
from briefing import references as said
from briefing.bibtex import TABLE, Entry, address, latex_faults, plain, read_bibtex
from briefing.dates import EventDate
from briefing.names import Name
from briefing.problems import Problem, did_you_mean
from briefing.strict import read_text

SOURCES_FILE = "data/sources.bib"
_KEY = re.compile(r"\w(?:[\w:-]*\w)?")  # as mkdocs-bibtex reads `@key` in a text
_ON_A_DISK = re.compile(r"(?:^|[\s;:{])(?:/(?:Users|home|root|private|tmp|var|mnt|Volumes)/|~/|[A-Za-z]\\*:\\|file:)")
_SPECIAL = str.maketrans({sign: f"&#{ord(sign)};" for sign in "@~^|="})  # which extensions of Markdown would take


@dataclass(frozen=True)
class Source:
    """An entry of the bibliography, in words and in the formats of others; what it does not say is empty."""

    entry: Entry
    given: Mapping[str, str]  # its fields as written, with those that it takes over from others
    people: list[Name]  # who stands behind it, as CSL has names
    who: str  # the same in words
    title: str
    date: str  # EDTF
    date_words: str
    url: str
    note: str
    short: str  # its label, or who and when
    former_keys: list[str]
    reference: Any  # pybtex's rich text
    reference_html: str
    csl: dict[str, Any]
    ris: str
    bibtex: str


class Sources(dict[str, Source]):
    """The sources by citation key, in the order of the file.

    `lines` is where each begins, also one that can't be read; `readable` is False where the file can't be, so
    that one mistake is not told twice.
    """

    def __init__(self, sources: Mapping[str, Source], lines: Mapping[str, int], readable: bool = True) -> None:
        super().__init__(sources)
        self.lines, self.readable = lines, readable

    def unknown(self, key: str) -> str:
        """A sentence about a citation key that the file does not have; empty where it has it, or can't tell."""
        if key in self.lines or not self.readable:
            return ""
        renamed = (f'; it is "{name}" now' for name, source in self.items() if key in source.former_keys)
        return f'"{key}" is not in {SOURCES_FILE}' + next(renamed, did_you_mean(key, self.lines))

    def problem(self, key: str, message: str, field: str = "", told: bool = False) -> Problem:
        """A problem with the source `key`, or one of its fields."""
        lines = self[key].entry.lines if key in self else None
        line = (lines or {}).get(field) or self.lines.get(key, 1)
        return Problem(SOURCES_FILE, line, ", ".join(filter(None, (key, field))), message, told=told)


@dataclass(frozen=True)
class ReferenceStyle:
    """What mkdocs-bibtex asks of a pybtex style: one entry in, its reference out.

    The key at its end leads to the source's own entry, on the page with this address. Where `sources` has the
    entry, that is taken rather than pybtex's reading of it.
    """

    page_uri: str
    sources: Mapping[str, Source] = field(default_factory=dict)

    def format_entry(self, label: str, entry: database.Entry, bib_data: object = None) -> FormattedEntry:
        """The reference of `entry`, with pybtex's `label` for it."""
        people = {role: " and ".join(map(str, persons)) for role, persons in entry.persons.items()}
        given = {name.lower(): text for name, text in {**entry.fields, **people}.items()}
        source = self.sources.get(entry.key) or _source_of(Entry(entry.key, entry.type.lower(), given), given)
        key = HRef(f"{self.page_uri}#{entry.key}", entry.key) if self.page_uri else entry.key
        return FormattedEntry(entry.key, _Markdown(source.reference, " (", key, ")"), label)


class _Markdown(Text):  # type: ignore[misc]  # pybtex has no types
    """Rich text in which no plugin and no extension of Markdown finds signs of its own."""

    def render(self, backend: Any) -> str:
        text: str = super().render(backend)
        return re.sub(r"^(\d+)\\([.)])", lambda match: f"{match[1]}&#{ord(match[2])};", text.translate(_SPECIAL))


def load_sources(root: Path) -> tuple[Sources, list[Problem]]:
    """The sources of `root`/data/sources.bib, and what is wrong with the file."""
    text, problems = read_text(root, SOURCES_FILE)
    if text is None:
        return Sources({}, {}, readable=False), problems
    entries: dict[str, Entry] = {}
    lines: dict[str, int] = {}
    for found in read_bibtex(text, SOURCES_FILE):
        key = found.key if isinstance(found, Entry) else found.record.split(",")[0]
        if isinstance(found, Problem):
            problems.append(found)
        elif twice := next((other for other in entries if other.lower() == key.lower()), ""):
            message = f"the key is given twice, here and in line {lines[twice]}; each source has one of its own"
            problems.append(Problem(SOURCES_FILE, found.line, key, message))
        else:
            entries[key] = found
        if key:
            lines.setdefault(key, found.line)
    sources = {key: _source_of(entry, entry.inheriting(entries)) for key, entry in entries.items()}
    return Sources(sources, lines), problems


def keys_can_be_cited(sources: Sources) -> Iterator[Problem]:
    """mkdocs-bibtex finds each key, former ones too, in a text, and none stands for two sources."""
    for key, source in sources.items():
        for name, told_in in ((key, ""), *((former, "ids") for former in source.former_keys)):
            if not _KEY.fullmatch(name):
                better = re.sub(r"[^\w:-]+", "-", name).strip("-:")
                allowed = 'a key has letters, digits and "-", "_" or ":" in it'
                yield sources.problem(key, f'"{name}" can\'t be cited: {allowed}; write "{better}"', told_in)
            if told_in and name in sources:
                yield sources.problem(key, f'"{name}" is the key of another source; remove it here', told_in)


def sources_are_complete(sources: Sources) -> Iterator[Problem]:
    """Every source has what its reference needs (a title, somebody behind it), in a form that pages can print."""
    for key, source in sources.items():
        given, csl = source.given, source.csl
        if not source.title:
            message = "the title is missing; add title = {…}" + _near("title", given, "or correct the name of")
            yield sources.problem(key, message)
        if not source.people:
            found = source.title and (source.url or source.date_words or {"container-title", "publisher"} & csl.keys())
            message = "nobody stands behind it; add author = {Doe, Jane}, or {{…}} around an organisation"
            message += _near("author", given, "or correct the name of")
            yield sources.problem(key, message, told=bool(found))
        if (parent := given.get("crossref", "")) and (message := sources.unknown(parent)):
            yield sources.problem(key, message, "crossref")
    yield from _fields_can_be_printed(sources)


def names_are_certain(sources: Sources) -> Iterator[Problem]:
    """Every name is one that can be told apart."""
    for key, source in sources.items():
        for role in TABLE["people"]:
            if fault := names.names_in(source.given.get(role, ""))[1]:
                yield sources.problem(key, fault, role)


def sources_are_cited(sources: Sources, cited: Collection[str]) -> Iterator[Problem]:
    """A source that nothing cites is told: it may be left from a library, or be forgotten."""
    for key in sources:
        if key not in cited:
            yield sources.problem(key, "nothing cites this source; cite it, or remove it", told=True)


def _fields_can_be_printed(sources: Sources) -> Iterator[Problem]:
    """Addresses and dates are such, and what LaTeX would not print is told."""
    for key, source in sources.items():
        given, kind = source.given, source.entry.type
        if given.get("url") and not address(given["url"]):
            how = "without spaces" if " " in given["url"] else "as https://host/…"
            yield sources.problem(key, f'"{given["url"]}" is not an address of the web; write it {how}', "url")
        for name in ("date", "urldate"):
            if fault := said.date_in(given, name)[1]:
                yield sources.problem(key, fault, name, told=name == "urldate")
        if kind not in TABLE["types"]:
            message = f'"@{kind}" is no type of entry; it is printed like "@misc"'
            yield sources.problem(key, message + _near(kind, TABLE["types"], "to change that, write"), told=True)
        for name in sorted({*TABLE["printed"], *TABLE["people"]} & source.entry.fields.keys()):
            for message in latex_faults(source.entry.fields[name]):
                yield sources.problem(key, message, name, told=True)


def _near(word: str, known: Collection[str], question: str) -> str:
    near = difflib.get_close_matches(word, sorted({*known} - {word}), n=1, cutoff=0.8)
    return f'; {question} "{near[0]}"' if near else ""


def _source_of(entry: Entry, given: Mapping[str, str]) -> Source:
    fields = said.fields_in(given, entry.type)
    people = {role: names.names_in(given.get(role, ""))[0] for role in TABLE["people"]}
    people |= {role: [{"literal": plain(given[role])}] for role in set(TABLE["who"]) - people.keys() if given.get(role)}
    behind = next((role for role in TABLE["who"] if people.get(role)), "author")
    dates = {name: said.date_in(given, name)[0] for name in ("date", "urldate")}
    date, in_words = dates["date"], {name: said.date_in_words(date) for name, date in dates.items()}
    who = names.listed(people.get(behind, []))
    reference = said.reference_of(fields, people, in_words)
    return Source(
        entry=entry,
        given=given,
        people=people[behind],
        who=who,
        title=fields["title"],
        date=str(date) if isinstance(date, EventDate) else "",
        date_words=in_words["date"],
        url=fields["url"],
        note=fields["note"],
        short=fields["label"] or ", ".join(filter(None, (who or fields["title"], in_words["date"]))),
        former_keys=given.get("ids", "").replace(",", " ").split(),
        reference=reference,
        reference_html=reference.render(Backend()),
        csl=said.csl_of(entry, fields, {**people, "author" if behind != "editor" else behind: people[behind]}, dates),
        ris=said.ris_of(entry, fields, people[behind], dates["date"]),
        bibtex=_bibtex(entry),
    )


def _bibtex(entry: Entry) -> str:
    """The entry as BibTeX: its fields as written, names as they are understood, nothing private."""
    shared = {name: text for name, text in entry.fields.items() if name not in TABLE["private"]}
    for role in TABLE["people"]:
        people, fault = names.names_in(shared.get(role, ""))
        if people and not fault:
            shared[role] = " and ".join(map(names.bibtex_name, people))
    rows = [f"  {name} = {{{text}}}" for name, text in shared.items() if not _ON_A_DISK.search(text)]
    return ",\n".join([f"@{entry.type}{{{entry.key}", *rows]) + "\n}"
