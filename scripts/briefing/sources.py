"""The sources: the entries of data/sources.bib, each as pages print it and as reference managers take it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybtex.backends.html import Backend as Html
from pybtex.backends.markdown import Backend as Markdown
from pybtex.richtext import HRef, Text

from briefing import names
from briefing import references as said
from briefing.bibtex import TABLE, Entry, address, read_bibtex
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
    who: str
    title: str
    date: str  # EDTF
    url: str
    note: str
    short: str  # its label, or who and when
    former_keys: list[str]
    reference: Any  # pybtex's rich text
    reference_html: str
    csl: dict[str, Any]
    bibtex: str
    faults: dict[str, str]  # what is wrong with its fields

    def problem(self, message: str, field: str = "", told: bool = False) -> Problem:
        """A problem with it, or with one of its fields."""
        record = ", ".join(filter(None, (self.entry.key, field)))
        return Problem(SOURCES_FILE, self.entry.line, record, message, told=told)


class Sources(dict[str, Source]):
    """The sources by citation key, in the order of the file; `readable` is False where not all of it can be read."""

    readable = True

    def unknown(self, key: str) -> str:
        """A sentence about a citation key that the file does not have; empty where it has it, or can't tell."""
        if key in self or not self.readable:
            return ""
        renamed = (f'; it is "{name}" now' for name, source in self.items() if key in source.former_keys)
        return f'"{key}" is not in {SOURCES_FILE}' + next(renamed, did_you_mean(key, self))


def load_sources(root: Path) -> tuple[Sources, list[Problem]]:
    """The sources of `root`/data/sources.bib, and what is wrong with the file."""
    text, problems = read_text(root, SOURCES_FILE)
    entries, faults = read_bibtex(text or "", SOURCES_FILE)
    sources = Sources({key: _source_of(entry, entry.inheriting(entries)) for key, entry in entries.items()})
    sources.readable = text is not None and not faults
    return sources, problems + faults


def sources_can_be_printed(sources: Sources) -> Iterator[Problem]:
    """Every source has keys that a text can cite, what its reference needs, and nothing in it can be misread."""
    for key, source in sources.items() if sources.readable else ():  # what seems to be missing may only be unread
        for name, field in ((key, ""), *((former, "ids") for former in source.former_keys)):
            if not _KEY.fullmatch(name):
                better = re.sub(r"[^\w:-]+", "-", name).strip("-:")
                allowed = 'a key has letters, digits and "-", "_" or ":" in it'
                yield source.problem(f'"{name}" can\'t be cited: {allowed}; write "{better}"', field)
            if field and name in sources:
                yield source.problem(f'"{name}" is the key of another source; remove it here', field)
        if not source.title:
            yield source.problem("the title is missing; add title = {…}")
        if not source.who:
            message = "nobody stands behind it; add author = {Doe, Jane}, or {{…}} around an organisation"
            found = {"URL", "issued", "container-title", "publisher"} & source.csl.keys()
            yield source.problem(message, told=bool(found))
        if (parent := source.entry.fields.get("crossref", "")) and (message := sources.unknown(parent)):
            yield source.problem(message, "crossref")
        for field, message in source.faults.items():
            yield source.problem(message, field, told=field == "urldate")


def sources_are_cited(sources: Sources, cited: Collection[str]) -> Iterator[Problem]:
    """A source that nothing cites is told: it may be left from a library, or be forgotten."""
    for key, source in sources.items():
        if key not in cited:
            yield source.problem("nothing cites this source; cite it, or remove it", told=True)


def reference_in_markdown(source: Source, page_uri: str) -> str:
    """A reference and its key, which leads to the source on the page with this address, if there is one.

    No plugin and no extension of Markdown finds signs of its own in it.
    """
    key = source.entry.key
    text = Text(source.reference, " (", HRef(f"{page_uri}#{key}", key) if page_uri else key, ")")
    return str(text.render(Markdown())).translate(_SPECIAL)


def _source_of(entry: Entry, given: Mapping[str, str]) -> Source:
    fields = said.fields_in(given, entry.type)
    date, accessed = said.date_in(given, "date"), said.date_in(given, "urldate")
    found = {role: names.names_in(given.get(role, "")) for role in TABLE["people"]}
    found |= {role: names.names_in(f"{{{given.get(role, '')}}}") for role in TABLE["organisations"]}
    people = {role: listed for role, (listed, _) in found.items()}
    faults = {**{role: fault for role, (_, fault) in found.items()}, "date": date.fault, "urldate": accessed.fault}
    if given.get("url") and not address(given["url"]):
        faults["url"] = f'"{given["url"]}" is not an address of the web; write it as https://host/…, without spaces'
    behind = next((role for role in TABLE["who"] if people[role]), "author")
    if behind != "editor":
        people["author"] = people[behind]
    who = names.listed(people[behind])
    reference = said.reference_of(fields, people, date, accessed)
    return Source(
        entry=entry,
        who=who,
        title=fields["title"],
        date=str(date.date or ""),
        url=fields["url"],
        note=fields["note"],
        short=fields["label"] or ", ".join(filter(None, (who or fields["title"], date.words))),
        former_keys=given.get("ids", "").replace(",", " ").split(),
        reference=reference,
        reference_html=reference.render(Html()),
        csl=said.csl_of(entry, fields, people, issued=date, accessed=accessed),
        bibtex=_bibtex(entry),
        faults={field: fault for field, fault in faults.items() if fault},
    )


def _bibtex(entry: Entry) -> str:
    """The entry as BibTeX: its fields as written, names as they are understood, nothing private."""
    shared = {name: text for name, text in entry.fields.items() if name not in TABLE["private"]}
    for role in shared.keys() & TABLE["people"]:
        people, fault = names.names_in(shared[role])
        shared[role] = shared[role] if fault else " and ".join(map(names.bibtex_name, people))
    rows = [f"  {name} = {{{text}}}" for name, text in shared.items() if not _ON_A_DISK.search(text)]
    return ",\n".join([f"@{entry.type}{{{entry.key}", *rows]) + "\n}"
