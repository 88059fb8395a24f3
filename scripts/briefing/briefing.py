"""The whole briefing: all that is known and said, what is told and cited where, and the site that it becomes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any, NamedTuple

from briefing.changes import Change, changes
from briefing.editions import KeptEdition, paragraphs_of
from briefing.outlines import Outlines
from briefing.pages import Page
from briefing.problems import Problem
from briefing.reading import Reading
from briefing.records import Records
from briefing.rows import event_rows, figure_rows
from briefing.signs import draw
from briefing.sources import Sources
from briefing.tokens import split_token, value_of


_HEADING = re.compile("h[1-6]")


class Passage(NamedTuple):
    """A paragraph, list, table, quote or heading of a section.

    `address` is the fragment that leads nearest to it, `number` its place among those of its page,
    `values` the ids of what it tells, `notes` the keys that each of its notes cites, by label.
    """

    page: Page
    address: str
    number: int
    values: tuple[str, ...]
    notes: Mapping[str, tuple[str, ...]]

    @property
    def events(self) -> tuple[str, ...]:
        """The ids of the events that it tells anything of, each once."""
        return tuple(dict.fromkeys(value.partition("_")[0] for value in self.values))


@dataclass(frozen=True)
class Briefing:
    """All that was read; `dictionary` is the text of data/README.md, `advice` what is told and stops nothing."""

    records: Records
    sources: Sources
    pages: tuple[Page, ...]
    readings: Mapping[str, Reading]
    outlines: Outlines = field(default_factory=Outlines)
    editions: tuple[KeptEdition, ...] = ()
    dictionary: str = ""
    advice: tuple[Problem, ...] = ()

    @cached_property
    def sections(self) -> tuple[Page, ...]:
        """The pages that are sections of the briefing, in their order."""
        return tuple(page for page in self.pages if page.is_section)

    @cached_property
    def page_at(self) -> dict[str, Page]:
        """Every page by its Markdown file."""
        return {page.uri: page for page in self.pages}

    @cached_property
    def note_numbers(self) -> dict[str, int]:
        """The number that is printed for each note, by its label: they run through all sections."""
        labels = (label for page in self.sections for block in self.readings[page.uri].blocks for label, _ in block.notes)
        return {label: number for number, label in enumerate(dict.fromkeys(labels), 1)}

    @cached_property
    def _page_of(self) -> dict[str, Page]:
        return {held.token: page for page in reversed(self.pages) for held in self.readings[page.uri].held if held.token}

    def page_with(self, block: str) -> Page | None:
        """The page that carries a block, such as the one with the records."""
        return self._page_of.get(block)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage of the sections, in order."""
        return tuple(passage for page in self.sections for passage in _passages(page, self.readings[page.uri]))

    @cached_property
    def told(self) -> Mapping[str, list[Passage]]:
        """The passages that tell a value or anything of an event, by the id of either."""
        return _grouped((name, p) for p in self.passages for name in dict.fromkeys((*p.values, *p.events)))

    @cached_property
    def cited(self) -> Mapping[str, list[str]]:
        """The keys that the notes of each page cite, by its Markdown file."""
        return _grouped((p.page.uri, key) for p in self.passages for keys in p.notes.values() for key in keys)

    def notes_of(self, name: str, keys: Iterable[str]) -> list[str]:
        """The labels of the notes to what tells a value or an event, that cite any of `keys`."""
        notes = ((label, cited) for passage in self.told[name] for label, cited in passage.notes.items())
        return list(dict.fromkeys(label for label, cited in notes if {*cited} & {*keys}))

    @cached_property
    def said(self) -> dict[str, str]:
        """What the sections say today, by the address of each paragraph."""

        def words(token: str) -> str:
            return escape("".join(piece.text for piece in value_of(token, self.records).pieces))

        readings = (self.readings[page.uri] for page in self.sections)
        drawn = (draw(reading.html, reading.held, words, lambda _: "") for reading in readings)
        return {address: text for html in drawn for address, text in paragraphs_of(html).items()}

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All that differs from edition to edition, and from the last one to today."""
        events, sources = self.records.events.items(), self.sources.items()
        now = {former: name for name, event in events for former in event.former_ids}
        now |= {former: key for key, source in sources for former in source.former_keys}
        rows = event_rows(self.records) | figure_rows(self.records)
        return tuple(changes(self.editions, rows, self.said, self.records, now))

    @cached_property
    def changed(self) -> Mapping[str, list[Change]]:
        """Every change of a value or of an event, by the id of either."""
        return _grouped((name, change) for change in self.changes for name in {change.id, change.event_id} if name)

    def resting_on(self, key: str) -> Iterator[tuple[str, str]]:
        """The ids of events, and of figures with sources of their own, that have none but this one; with the measure."""
        for event_id, event in self.records.events.items():
            if event.sources == (key,):
                yield event_id, ""
            for measure, figure in event.figures.items():
                if figure.sources == (key,):
                    yield event_id, measure


class Publisher(NamedTuple):
    """Who publishes the briefing: `extra.publisher` in the settings."""

    name: str
    url: str = ""
    contact: str = ""
    statement: str = ""


@dataclass(frozen=True)
class Site:
    """A briefing at its permanent address; `urls` are those of its pages, by their Markdown files.

    `settings` are MkDocs' own; `making` is the edition that is being made, if one is.
    """

    briefing: Briefing
    settings: Mapping[str, Any]
    urls: Mapping[str, str]
    making: KeptEdition | None = None

    @property
    def name(self) -> str:
        """What the briefing is called."""
        return self._text("site_name")

    @property
    def address(self) -> str:
        """Where it is published, with a slash at the end."""
        return f"{self._text('site_url').rstrip('/')}/"

    @property
    def description(self) -> str:
        """What it is about, in a sentence."""
        return self._text("site_description")

    @property
    def image(self) -> str:
        """The picture that stands for a page which has none of its own; empty where there is none."""
        return str(self._extra.get("image") or "")

    @property
    def author(self) -> str:
        """Who wrote it, else who publishes it, as far as the settings say."""
        return self._text("site_author") or (self.publisher.name if self.publisher else "")

    @property
    def publisher(self) -> Publisher | None:
        """Who publishes it, where the settings say so."""
        given = self._extra.get("publisher")
        known = {name: str(given.get(name) or "") for name in Publisher._fields} if isinstance(given, dict) else {}
        return Publisher(**known) if known.get("name") else None

    @property
    def licence(self) -> str:
        """An SPDX id or an address, empty where the settings give no extra.licence."""
        return str(self._extra.get("licence") or "")

    @property
    def _extra(self) -> Mapping[str, Any]:
        return self.settings.get("extra") or {}

    def _text(self, name: str) -> str:
        return str(self.settings.get(name) or "")

    def url(self, page: str) -> str:
        """Where a page, given by its file or a block on it, stands on the site; empty where there is none."""
        found = self.briefing.page_with(page)
        return self.urls.get(found.uri if found else page, "").removeprefix("./")

    def link(self, page: str, fragment: str = "") -> str:
        """The permanent address of a page, given likewise, and of a place there."""
        return f"{self.address}{self.url(page)}" + (f"#{fragment}" if fragment else "")

    @property
    def edition(self) -> KeptEdition | None:
        """The last edition; None before the first one."""
        return self.making or next(reversed(self.briefing.editions), None)

    @cached_property
    def unpublished(self) -> tuple[Change, ...]:
        """What reads otherwise than in the last edition."""
        number = self.edition.number if self.edition else 0
        return tuple(change for change in self.briefing.changes if change.edition > number)

    @property
    def is_changed(self) -> bool:
        """Whether anything does."""
        return bool(self.unpublished)

    @cached_property
    def recent_changes(self) -> tuple[Change, ...]:
        """What pages announce: the changes of the last edition, and those made since."""
        number = self.edition.number if self.edition else 0
        return tuple(change for change in self.briefing.changes if change.edition >= number)


def value_id(token: str) -> str:
    """The permanent id of the value that a token names; empty where it names none."""
    parts = split_token(token)
    return f"{parts.event_id}_{parts.kind}" if parts else ""


def _passages(page: Page, reading: Reading) -> Iterator[Passage]:
    cited: dict[str, list[str]] = defaultdict(list)
    for number, note in reading.cited.items():
        cited[note.note].append(reading.held[number].key)
    passages = (block for block in reading.blocks if not block.note and not _HEADING.fullmatch(block.tag))
    for number, block in enumerate(passages, 1):
        values = (value_id(reading.held[place.number].token) for place in block.held)
        notes = {label: tuple(cited[label]) for label, _ in block.notes}
        yield Passage(page, block.address, number, tuple(filter(None, values)), notes)


def _grouped(found: Iterable[tuple[str, Any]]) -> Mapping[str, list[Any]]:
    lists: dict[str, list[Any]] = defaultdict(list)
    for name, value in found:
        lists[name].append(value)
    return lists
