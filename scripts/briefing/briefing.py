"""The whole briefing: all that is known and said, what is told and cited where, and what has changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import chain
from typing import Any, NamedTuple

from briefing.changes import Change, changes
from briefing.editions import KeptEdition, paragraphs_of
from briefing.maps import Outlines
from briefing.pages import Page
from briefing.reading import Reading
from briefing.records import Records
from briefing.signs import Held, draw
from briefing.sources import Sources
from briefing.tokens import value_id, value_of


class Passage(NamedTuple):
    """A paragraph, list, table or quote of a section.

    `address` is the fragment that leads nearest to it, `number` its place among those of its page,
    `values` the ids of what it tells, `notes` the keys that each of its notes cites, by label.
    """

    page: Page
    address: str
    number: int
    values: list[str]
    notes: Mapping[str, tuple[str, ...]]

    @property
    def events(self) -> list[str]:
        """The ids of the events that it tells anything of, each once."""
        return [*dict.fromkeys(value.partition("_")[0] for value in self.values)]

    @property
    def cited(self) -> list[str]:
        """The keys that its notes cite."""
        return [*chain.from_iterable(self.notes.values())]


@dataclass(frozen=True)
class Briefing:
    """All that was read; `dictionary` is the text of data/README.md."""

    records: Records
    sources: Sources
    pages: tuple[Page, ...]
    readings: Mapping[str, Reading]
    outlines: Outlines = field(default_factory=Outlines)
    editions: tuple[KeptEdition, ...] = ()
    dictionary: str = ""

    @cached_property
    def sections(self) -> tuple[Page, ...]:
        """The pages that are sections of the briefing, in their order."""
        return tuple(page for page in self.pages if page.is_section)

    @cached_property
    def page_of(self) -> dict[str, Page]:
        """The page of a Markdown file, with a token or block, such as "records", or with a template of its own."""
        found = [(str(page.meta["template"]), page) for page in self.pages if "template" in page.meta]
        found += [(held.token, page) for page in self.pages for held in self.readings[page.uri].held.values()]
        return dict(reversed(found)) | {page.uri: page for page in self.pages}

    @cached_property
    def note_numbers(self) -> dict[str, int]:
        """The number that is printed for each note, by its label: they run through all sections."""
        labels = (label for page in self.sections for label in self.readings[page.uri].note_labels)
        return {label: number for number, label in enumerate(dict.fromkeys(labels), 1)}

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage of the sections, in order."""
        return tuple(passage for page in self.sections for passage in _passages(page, self.readings[page.uri]))

    @cached_property
    def told(self) -> Mapping[str, list[Passage]]:
        """The passages that tell a value or anything of an event, by the id of either; and those of each page."""
        return _grouped((name, p) for p in self.passages for name in dict.fromkeys((p.page.uri, *p.values, *p.events)))

    @cached_property
    def _noted(self) -> Mapping[tuple[str, str], list[int]]:
        """The numbers of the notes to what tells a value or an event, by its id and the key that they cite."""
        told = ((name, passage) for name, passages in self.told.items() for passage in passages)
        notes = ((name, label, keys) for name, passage in told for label, keys in passage.notes.items())
        return _grouped(((name, key), self.note_numbers[label]) for name, label, keys in notes for key in keys)

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
        return tuple(changes(self.editions, self.records, self.said, self.records.now | self.sources.now))

    @cached_property
    def changed(self) -> Mapping[str, list[Change]]:
        """Every change of a value or of an event, by the id of either."""
        return _grouped((name, change) for change in self.changes for name in {change.id, change.event_id} if name)

    def resting_on(self, key: str) -> Iterator[tuple[str, str]]:
        """The events, and the figures with sources of their own, that have none but this: id and measure of each."""
        yield from ((event_id, "") for event_id, event in self.records.events.items() if event.sources == (key,))
        yield from ((event_id, name) for event_id, name, figure in self.records.figures() if figure.sources == (key,))


def _passages(page: Page, reading: Reading) -> Iterator[Passage]:
    cited = _grouped((label, reading.held[sign].key) for sign, label in reading.cited.items())
    blocks = (block for block in reading.blocks if not block.note and not block.tag[1:].isdigit())  # no heading
    for number, block in enumerate(blocks, 1):
        values = [*filter(None, (value_id(reading.held[sign].token) for sign in block.held))]
        yield Passage(page, block.address, number, values, {label: tuple(cited[label]) for label in block.notes})


def _grouped(found: Iterable[tuple[Any, Any]]) -> Mapping[Any, list[Any]]:
    lists: dict[Any, list[Any]] = defaultdict(list)
    for name, value in found:
        lists[name].append(value)
    return lists
