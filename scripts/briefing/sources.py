"""The sources: the entries of data/sources.bib, each as pages print it and as reference managers take it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pybtex.backends.html import Backend
from pybtex.database import Entry
from pybtex.database.input.bibtex import LowLevelParser, SkipEntry, UndefinedMacro, month_names
from pybtex.richtext import HRef, Tag, Text
from pybtex.scanner import PybtexSyntaxError
from pybtex.style import FormattedEntry
from pybtex.style.template import join, node
from pybtex.utils import CaseInsensitiveDict

from briefing import references as said
from briefing.dates import EventDate
from briefing.problems import Problem, did_you_mean
from briefing.references import TABLE, address, plain
from briefing.strict import read_text
from briefing.wording import words

SOURCES_FILE = "data/sources.bib"
_KEY = re.compile(r"\w(?:[\w:-]*\w)?")  # as mkdocs-bibtex reads `@key` in a text
_ENTRY = re.compile(r"^[ \t]*@\w+\s*[{(]", re.MULTILINE)
_SWALLOWED = re.compile(r"\n[ \t]*@\w+\s*\{[^,{}\s]+,")
_ON_A_DISK = re.compile(r"(?:^|[\s;:{])(?:/(?:Users|home|root|private|tmp|var|mnt|Volumes)/|~/|[A-Za-z]\\*:\\|file:)")
_TO_ONESELF = re.compile(r"<\w|https?:|^\W*\w[\w \\]{1,30}: ?\S|^[\W\d]*$|\\par\b|.{240}", re.DOTALL)
_SPECIAL = str.maketrans({sign: f"&#{ord(sign)};" for sign in "@~^|="})  # which Markdown's extensions would take

_DATES = {"issued": "date", "accessed": "urldate"}


@node  # type: ignore[untyped-decorator]  # pybtex has no types
def part(_: object, parts: Mapping[str, Any], name: str) -> Any:
    """One part of a reference, in the words that stand around it; empty where the entry has none."""
    before, _, after = words()["references"].get(name, "{it}").partition("{it}")
    return Text(before, parts[name], after) if parts.get(name) else Text()


_ORDER = (
    "who editor_alone editors_alone title translator editor container howpublished genre series numbered_series volume issue number"
    " page pages passage edition named_edition edition_said version published date accessed doi eprint addendum"
)
REFERENCE = join(sep=" ")[join(sep=", ")[[part(name) for name in _ORDER.split()]], part("note")]


@dataclass(frozen=True)
class Source:
    """An entry of the bibliography: `written` are its own fields, `given` these and what it takes over from others."""

    key: str
    type: str
    written: Mapping[str, str]
    given: Mapping[str, str]
    lines: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What is printed, in plain letters, by the names of biblatex.yml; empty where the entry does not say it."""
        plainly = {name: plain(text) for name, text in self.given.items()}
        found = {name: next(filter(None, map(plainly.get, names)), "") for name, names in TABLE["fields"].items()}
        for name in ("title", "container"):
            found[name] = ": ".join(filter(None, (found[name], found["sub" + name])))
        for name in ("container", "howpublished", "eprint"):
            found[name] = "" if address(found[name]) else found[name]
        for name in ("number", "page", "edition", "series"):
            form = said.form_of(name, found)
            found[form] = re.sub(r"(?<=\d)-(?=\d)", "–", found.pop(name))
        found["genre"] = words()["kinds_of_sources"].get(found["genre"] or self.type, found["genre"])
        found["note"] = "" if _TO_ONESELF.search(self.given.get("note", "")) else found["note"].strip("()")
        found["publisher"] = "" if found["publisher"] == said.listed(self.people) else found["publisher"]
        found["doi"] = (re.findall(r"10\.\d{4,9}/\S+", found["doi"]) or [""])[0]
        return defaultdict(str, found)

    @property
    def _behind(self) -> str:
        return next((name for name in TABLE["who"] if self.given.get(name)), "")

    @property
    def people(self) -> list[said.Name]:
        """Who stands behind it, as CSL has names; empty where nobody does."""
        return self.names(self._behind)

    def names(self, field: str) -> list[said.Name]:
        """The names in a field; an organisation's is taken whole."""
        text = self.given.get(field, "")
        return said.names_in(text)[0] if field in TABLE["people"] else [{"literal": plain(text)}] if text else []

    @property
    def who(self) -> str:
        """Who stands behind it, in words."""
        return said.listed(self.people)

    @property
    def title(self) -> str:
        """Its title and subtitle, with their own capitals."""
        return self.fields["title"]

    @property
    def note(self) -> str:
        """What its note tells readers; empty where it is one to oneself."""
        return self.fields["note"]

    @property
    def _eprint(self) -> tuple[str, str]:
        kind, name = self.fields["eprinttype"], self.fields["eprint"]
        start = TABLE["eprints"].get(kind.lower(), "")
        text = "" if name in self.fields["container"] else ":".join(filter(None, (kind, name)))
        return start + name if start and name else "", text

    @property
    def url(self) -> str:
        """Its address in the web, empty where it has none."""
        found = (address(self.given.get(name, "")) for name in ("url", "howpublished", "eprint", "note", "journal"))
        return next(filter(None, (*found, said.doi_link(self.fields["doi"]), self._eprint[0])), "")

    @property
    def date(self) -> str:
        """Its date as EDTF; empty where it has none, or one that is not certain."""
        date = said.date_in(self.given)[0]
        return str(date) if isinstance(date, EventDate) else ""

    @property
    def date_words(self) -> str:
        """Its date in words, empty where it has none."""
        return said.date_in_words(said.date_in(self.given)[0])

    @property
    def short(self) -> str:
        """The source in few words: its label, or who and when."""
        return self.fields["label"] or ", ".join(filter(None, (self.who or self.title, self.date_words)))

    @property
    def former_keys(self) -> list[str]:
        """The keys it had before; links to them still land on it."""
        return self.given.get("ids", "").replace(",", " ").split()

    @cached_property
    def reference(self) -> Any:
        """The source in words, as pybtex's rich text."""
        fields, doi = self.fields, self.fields["doi"]
        edited = "" if self._behind != "editor" else "editor_alone" if len(self.people) == 1 else "editors_alone"
        place = "" if fields["publisher"].startswith(fields["address"]) else fields["address"]
        undated = words()["references"]["undated"]
        parts = {
            **fields,
            edited or "who": self.who,
            "title": said.link(self.url, words()["references"]["quoted"].format(it=self.title) if self.title else ""),
            "translator": said.listed(self.names("translator")),
            "editor": "" if edited else said.listed(self.names("editor")),
            "container": Tag("em", fields["container"]) if fields["container"] else "",
            "published": ": ".join(filter(None, (place, fields["publisher"]))),
            "date": self.date_words or ("" if undated in " ".join(fields.values()).lower() else undated),
            "accessed": said.date_in_words(said.date_in(self.given, "urldate")[0]),
            "doi": said.link(said.doi_link(doi), doi and f"doi:{doi}"),
            "eprint": said.link(*self._eprint),
        }
        return REFERENCE.format_data(parts)

    @property
    def reference_html(self) -> str:
        """The reference as HTML, escaped."""
        html: str = self.reference.render(Backend())
        return html

    @property
    def csl(self) -> dict[str, Any]:
        """The entry as an item of CSL-JSON (schema 1.0.2)."""
        item: dict[str, Any] = {"id": self.key, "type": self._kind[0]} | self._table("csl")
        item |= {name: said.csl_date(said.date_in(self.given, field)[0]) for name, field in _DATES.items()}
        item |= {name: self.names(name) for name in ("editor", "translator")}
        item |= {} if self._behind == "editor" else {"author": self.people}
        return {name: value for name, value in item.items() if value}

    @property
    def ris(self) -> str:
        """The entry in RIS, a line each."""
        rows = [("TY", self._kind[1]), ("ID", self.key)]
        rows += [("ED" if self._behind == "editor" else "AU", said.inverted(name)) for name in self.people]
        rows += [*self._table("ris").items(), ("PY", self.date[:4]), ("ER", "")]
        return "".join(f"{tag}  - {text}\r\n" for tag, text in rows if text or tag == "ER")

    @property
    def bibtex(self) -> str:
        """The entry as BibTeX: its fields as written, names as they are understood, nothing private."""
        shared = {name: text for name, text in self.written.items() if name not in TABLE["private"]}
        for name in TABLE["people"] & shared.keys():
            if not said.names_in(shared[name])[1]:
                shared[name] = " and ".join(map(said.bibtex_name, self.names(name)))
        rows = [f"  {name} = {{{text}}}" for name, text in shared.items() if not _ON_A_DISK.search(text)]
        return ",\n".join([f"@{self.type}{{{self.key}", *rows]) + "\n}"

    @property
    def _kind(self) -> list[str]:
        kind: list[str] = TABLE["types"].get(self.type, TABLE["types"]["misc"])
        return kind

    def _table(self, form: str) -> dict[str, str]:
        fields = {**self.fields, "url": self.url}
        return {name: next(filter(None, map(fields.get, parts.split())), "") for name, parts in TABLE[form].items()}


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
        line = self[key].lines.get(field) if key in self else None
        record = ", ".join(filter(None, (key, field)))
        return Problem(SOURCES_FILE, line or self.lines.get(key, 1), record, message, told=told)


@dataclass(frozen=True)
class ReferenceStyle:
    """What mkdocs-bibtex asks of a pybtex style: one entry in, its reference out.

    The key at its end leads to the source's own entry, on the page with this address. Where `sources` has the
    entry, that is taken rather than pybtex's reading of it.
    """

    page_uri: str
    sources: Mapping[str, Source] = field(default_factory=dict)

    def format_entry(self, label: str, entry: Entry, bib_data: object = None) -> FormattedEntry:
        """The reference of `entry`, with pybtex's `label` for it."""
        people = {role: " and ".join(map(str, persons)) for role, persons in entry.persons.items()}
        given = {name.lower(): text for name, text in {**entry.fields, **people}.items()}
        source = self.sources.get(entry.key) or Source(entry.key, entry.type.lower(), given, given)
        key = HRef(f"{self.page_uri}#{entry.key}", entry.key) if self.page_uri else entry.key
        return FormattedEntry(entry.key, _Markdown(source.reference, " (", key, ")"), label)


class _Markdown(Text):  # type: ignore[misc]  # pybtex has no types
    """Rich text in which no plugin and no extension of Markdown finds signs of its own."""

    def render(self, backend: Any) -> str:
        text: str = super().render(backend)
        return text.translate(_SPECIAL)


class _Reader(LowLevelParser):  # type: ignore[misc]  # pybtex has no types
    """Reads BibTeX, and keeps the line of each field."""

    def parse_field(self) -> None:
        self.eat_whitespace()
        self.field_line = self.lineno
        super().parse_field()
        self.field_lines.setdefault((self.current_field_name or "").lower(), self.field_line)


def load_sources(root: Path) -> tuple[Sources, list[Problem]]:
    """The sources of `root`/data/sources.bib, and what is wrong with the file."""
    text, problems = read_text(root, SOURCES_FILE)
    if text is None:
        return Sources({}, {}, readable=False), problems
    found: dict[str, tuple[str, dict[str, str], dict[str, int]]] = {}
    lines: dict[str, int] = {}
    for line, outcome in _entries(text):
        if isinstance(outcome, Problem):
            problems.append(outcome)
            if outcome.record:
                lines.setdefault(outcome.record.split(",")[0], line)
            continue
        kind, key, fields, field_lines = outcome
        if twice := next((other for other in lines if other.lower() == key.lower()), ""):
            message = f"the key is given twice, here and in line {lines[twice]}; each source has one of its own"
            problems.append(Problem(SOURCES_FILE, line, key, message))
            continue
        lines[key], found[key] = line, (kind, fields, field_lines)
    sources = {
        key: Source(key, kind, fields, _with_inherited(key, found), field_lines)
        for key, (kind, fields, field_lines) in found.items()
    }
    return Sources(sources, lines), problems


def _entries(text: str) -> Iterator[tuple[int, Any]]:
    """Each entry with the line it begins on: its type, key, fields and their lines, or a problem in its place."""
    reader = _Reader(text, macros=CaseInsensitiveDict({**month_names, "sept": "September"}))
    while reader.skip_to([reader.AT]):
        start, line = reader.pos - 1, reader.lineno
        reader.field_lines = {}
        try:
            kind, content = reader.parse_command()
        except SkipEntry:
            continue
        except PybtexSyntaxError as error:
            if re.match(r"@\w*[\s{(]", text[start:]):
                yield line, _unreadable(reader, error, line)
            following = _ENTRY.search(text, start + 1)
            reader.pos = following.start() if following else len(text)
            reader.lineno = 1 + text.count("\n", 0, reader.pos)
            continue
        if kind.lower() not in ("string", "preamble"):
            key, pairs = content
            fields: dict[str, str] = {}
            for name, parts in pairs:
                if name.lower() in fields:
                    yield line, Problem(SOURCES_FILE, line, f"{key}, {name}", "the field is given twice; keep one")
                if swallowed := _SWALLOWED.search("".join(parts)):
                    what = f'"{swallowed[0].strip()}" stands inside this field; a brace before it is not closed'
                    yield line, Problem(SOURCES_FILE, reader.field_lines[name.lower()], f"{key}, {name}", what)
                fields[name.lower()] = "".join(parts)
            yield line, (kind.lower(), key, fields, reader.field_lines)


def _unreadable(reader: _Reader, error: PybtexSyntaxError, line: int) -> Problem:
    key, name = reader.current_entry_key or "", reader.current_field_name or ""
    if isinstance(error, UndefinedMacro):
        what = f'"{error.args[0]}" stands without braces and is declared by no @string; write {name} = {{{error.args[0]}}}'
    else:
        where = f'in or before the field "{name}"' if name else "in this entry"
        what = f"this is not BibTeX ({error.args[0]}); a brace, a quotation mark or a comma is missing {where}"
    return Problem(SOURCES_FILE, reader.field_line if name else line, ", ".join(filter(None, (key, name))), what)


def _with_inherited(key: str, found: Mapping[str, tuple[str, dict[str, str], dict[str, int]]], seen: tuple[str, ...] = ()) -> dict[str, str]:
    """The fields of an entry, with those of the entries that it names in crossref and xdata."""
    kind, fields, _ = found[key]
    given = dict(fields)
    for parent in re.split(r"[,\s]+", f"{fields.get('crossref', '')} {fields.get('xdata', '')}"):
        if parent in found and parent not in (*seen, key):
            inherited = _with_inherited(parent, found, (*seen, key))
            if parent in fields.get("crossref", "") and found[parent][0] != kind:
                inherited = {TABLE["inherited"].get(name, name): text for name, text in inherited.items()}
            given = {name: text for name, text in inherited.items() if name not in TABLE["not_inherited"]} | given
    return given


def keys_can_be_cited(sources: Sources) -> Iterator[Problem]:
    """mkdocs-bibtex finds each key, former ones too, in a text, and none stands for two sources."""
    for key, source in sources.items():
        for name, told_in in ((key, ""), *((former, "ids") for former in source.former_keys)):
            if not _KEY.fullmatch(name):
                better = re.sub(r"[^\w:-]+", "-", name).strip("-:")
                message = f'"{name}" can\'t be cited: a key has letters, digits and "-", "_" or ":" in it; write "{better}"'
                yield sources.problem(key, message, told_in)
            if told_in and name in sources:
                yield sources.problem(key, f'"{name}" is the key of another source; remove it here', told_in)


def sources_are_complete(sources: Sources) -> Iterator[Problem]:
    """Every source has what its reference needs, in a form that pages can print."""
    for key, source in sources.items():
        given = source.given
        if not source.title:
            yield sources.problem(key, "the title is missing; add title = {…}" + _misspelt("title", given))
        if not source.people:
            only = not any((source.url, source.date_words, source.fields["container"], source.fields["publisher"]))
            message = "nobody stands behind it; add author = {Doe, Jane}, or {{…}} around an organisation"
            yield sources.problem(key, message + _misspelt("author", given), told=bool(source.title and not only))
        if given.get("url") and not address(given["url"]):
            message = f'"{plain(given["url"])}" is not an address of the web; write it as https://host/…'
            yield sources.problem(key, message, "url")
        for name in ("date", "urldate"):
            if fault := said.date_in(given, name)[1]:
                yield sources.problem(key, fault, name, told=name == "urldate")
        if (parent := given.get("crossref", "")) and (message := sources.unknown(parent)):
            yield sources.problem(key, message, "crossref")
        if source.type not in TABLE["types"]:
            message = f'"@{source.type}" is no type of entry; it is printed like "@misc"'
            yield sources.problem(key, message + did_you_mean(source.type, TABLE["types"]), told=True)
        for name in {*TABLE["printed"], *TABLE["people"]} & source.written.keys():
            for message in said.latex_faults(source.written[name]):
                yield sources.problem(key, message, name, told=True)


def names_are_certain(sources: Sources) -> Iterator[Problem]:
    """Every name is one that can be told apart."""
    for key, source in sources.items():
        for role in TABLE["people"]:
            if fault := said.names_in(source.given.get(role, ""))[1]:
                yield sources.problem(key, fault, role)


def sources_are_cited(sources: Sources, cited: Collection[str]) -> Iterator[Problem]:
    """A source that nothing cites is told: it may be left from a library, or be forgotten."""
    for key in sources:
        if key not in cited:
            yield sources.problem(key, "nothing cites this source; cite it, or remove it", told=True)


def _misspelt(name: str, given: Mapping[str, str]) -> str:
    near = did_you_mean(name, given)
    return f'; is "{near.split(chr(34))[1]}" meant for it?' if "did you mean" in near else ""
