"""The whole briefing: all that is known and said, what is told and cited where, and what has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from briefing.changes import Change, changes
from briefing.editions import paragraphs_of
from briefing.maps import Outlines
from briefing.signs import Held, draw
from briefing.tokens import value_id, value_of

if TYPE_CHECKING:
    from briefing.editions import KeptEdition
    from briefing.pages import Page
    from briefing.problems import Problem
    from briefing.reading import Reading
    from briefing.records import Records
    from briefing.sources import Sources


class Passage(NamedTuple):
    """A paragraph, list, table or quote of a section.

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
    def page_with(self) -> dict[str, Page]:
        """The page that carries a token or block, such as "records", or has a template of its own, as "print.html"."""
        there = [(page, held.token) for page in self.pages for held in self.readings[page.uri].held.values()]
        there += [(page, str(page.meta["template"])) for page in self.pages if "template" in page.meta]
        return {name: page for page, name in reversed(there)}

    @cached_property
    def note_numbers(self) -> dict[str, int]:
        """The number that is printed for each note, by its label: they run through all sections."""
        labels = (label for page in self.sections for label in self.readings[page.uri].note_labels)
        return {label: number for number, label in enumerate(dict.fromkeys(labels), 1)}

    @cached_property
    def passages_on(self) -> Mapping[str, list[Passage]]:
        """The passages of each section in order, by its Markdown file."""
        return {page.uri: [*_passages(page, self.readings[page.uri])] for page in self.sections}

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage of the sections, in order."""
        return tuple(chain.from_iterable(self.passages_on.values()))

    @cached_property
    def told(self) -> Mapping[str, list[Passage]]:
        """The passages that tell a value or anything of an event, by the id of either."""
        return _grouped((name, p) for p in self.passages for name in dict.fromkeys((*p.values, *p.events)))

    @cached_property
    def cited(self) -> Mapping[str, list[str]]:
        """The keys that the notes of each page cite, by its Markdown file."""
        return _grouped((p.page.uri, key) for p in self.passages for keys in p.notes.values() for key in keys)

    @cached_property
    def _noted(self) -> Mapping[tuple[str, str], list[int]]:
        """The numbers of the notes to what tells a value or an event, by its id and the key that they cite."""
        numbers, told = self.note_numbers, ((name, each) for name, passages in self.told.items() for each in passages)
        notes = ((name, label, keys) for name, passage in told for label, keys in passage.notes.items())
        return _grouped(((name, key), numbers[label]) for name, label, keys in notes for key in keys)

    def notes_of(self, name: str, keys: Iterable[str]) -> list[int]:
        """The numbers of the notes to what tells a value or an event, that cite any of `keys`."""
        return sorted({number for key in keys for number in self._noted[name, key]})

    @cached_property
    def said(self) -> dict[str, str]:
        """What the sections say today, by the address of each paragraph."""

        def words(held: Held) -> str:
            pieces = () if held.is_block else value_of(held.token, self.records).pieces
            return escape("".join(piece.text for piece in pieces))

        readings = (self.readings[page.uri] for page in self.sections)
        said = (paragraphs_of(draw(reading.html, reading.held, words)) for reading in readings)
        return {address: text for paragraphs in said for address, text in paragraphs.items()}

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All that differs from edition to edition, and from the last one to today."""
        now = {former: name for name, event in self.records.events.items() for former in event.former_ids}
        now |= {former: key for key, source in self.sources.items() for former in source.former_keys}
        return tuple(changes(self.editions, self.records, self.said, now))

    @cached_property
    def changed(self) -> Mapping[str, list[Change]]:
        """Every change of a value or of an event, by the id of either."""
        return _grouped((name, change) for change in self.changes for name in {change.id, change.event_id} if name)

    def resting_on(self, key: str) -> Iterator[tuple[str, str]]:
        """The events, and the figures with sources of their own, that have none but this: id and measure of each."""
        for event_id, event in self.records.events.items():
            resting = {"": event.sources, **{name: figure.sources for name, figure in event.figures.items()}}
            yield from ((event_id, measure) for measure, sources in resting.items() if sources == (key,))


def _passages(page: Page, reading: Reading) -> Iterator[Passage]:
    cited = _grouped((label, reading.held[sign].key) for sign, label in reading.cited.items())
    blocks = (block for block in reading.blocks if not block.note and not block.tag[1:].isdigit())  # no heading
    for number, block in enumerate(blocks, 1):
        values = (value_id(reading.held[sign].token) for sign in block.held)
        notes = {label: tuple(cited[label]) for label in block.notes}
        yield Passage(page, block.address, number, tuple(filter(None, values)), notes)


def _grouped(found: Iterable[tuple[Any, Any]]) -> Mapping[Any, list[Any]]:
    lists: dict[Any, list[Any]] = defaultdict(list)
    for name, value in found:
        lists[name].append(value)
    return lists
