"""The whole briefing: all that is known and said, what is told and cited where, and what has changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from briefing.changes import Change, changes
from briefing.editions import paragraphs_of
from briefing.maps import Outlines
from briefing.rows import event_rows, figure_rows
from briefing.signs import draw
from briefing.tokens import value_id, value_of

if TYPE_CHECKING:
    from briefing.editions import KeptEdition
    from briefing.pages import Page
    from briefing.problems import Problem
    from briefing.reading import Reading
    from briefing.records import Records
    from briefing.sources import Sources

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
        labels = (label for page in self.sections for label in self.readings[page.uri].note_labels)
        return {label: number for number, label in enumerate(dict.fromkeys(labels), 1)}

    @cached_property
    def _page_of(self) -> dict[str, Page]:
        return {
            held.token: page for page in reversed(self.pages) for held in self.readings[page.uri].held if held.token
        }

    def page_with(self, block: str) -> Page | None:
        """The page that carries a block, such as the one with the records."""
        return self._page_of.get(block)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage of the sections, in order."""
        return tuple(passage for page in self.sections for passage in _passages(page, self.readings[page.uri]))

    @cached_property
    def passages_on(self) -> Mapping[str, list[Passage]]:
        """The passages of each section, by its Markdown file."""
        return _grouped((passage.page.uri, passage) for passage in self.passages)

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
        """The events, and the figures with sources of their own, that have none but this: id and measure of each."""
        for event_id, event in self.records.events.items():
            if event.sources == (key,):
                yield event_id, ""
            for measure, figure in event.figures.items():
                if figure.sources == (key,):
                    yield event_id, measure


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
