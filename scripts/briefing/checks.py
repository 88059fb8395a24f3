"""The rules of a briefing, one small generator each; a rule only tells, it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from briefing import prose
from briefing.bibliography import Bibliography, entry_problems, unknown_key
from briefing.editions import correction_problems
from briefing.load import Page
from briefing.model import Dataset, Event, Link, Outlines, check_id
from briefing.problems import Problem, did_you_mean
from briefing.wording import is_number_word

DRAWINGS = ("timeline", "map", "locator", "counts")
READ = ("records", "records-in-print", "sources", "corrections", "downloads", "dictionary")
BLOCKS = (*DRAWINGS, *READ)


@dataclass(frozen=True)
class Briefing:
    """All that is known and said: what every rule looks at and every page is made of."""

    dataset: Dataset
    bibliography: Bibliography
    pages: tuple[Page, ...]
    outlines: Outlines = field(default_factory=Outlines)

    @cached_property
    def sections(self) -> tuple[Page, ...]:
        """The pages that are sections of the briefing, in their order."""
        return tuple(page for page in self.pages if page.is_section)

    @cached_property
    def page_at(self) -> dict[str, Page]:
        """Every page by its Markdown file."""
        return {page.uri: page for page in self.pages}

    @cached_property
    def _blocks(self) -> dict[str, Page]:
        return {t.name: page for page in reversed(self.pages) for t in prose.tokens(page.body) if t.is_block}

    def page_with(self, block: str) -> Page | None:
        """The page that carries a block, such as the one with the records."""
        return self._blocks.get(block)


def check(briefing: Briefing, whole: bool = True) -> list[Problem]:
    """Every problem that any rule finds; what is missing, only where the `whole` briefing could be read."""
    found = [problem for rule in RULES for problem in rule(briefing)]
    return found or [problem for rule in RULES_OF_THE_WHOLE if whole for problem in rule(briefing)]


def ids_are_unique(briefing: Briefing) -> Iterator[Problem]:
    """No event has the id of a place, and none the former id of another."""
    data = briefing.dataset
    for name in data.events.keys() & data.places.keys():
        yield data.problem("a place has this id too; give one of them another", "events", name)
    taken = set(data.events)
    for event_id, event in data.events.items():
        for former in event.former_ids:
            if former in taken:
                yield data.problem(f'"{former}" is taken; an id is never used again', "events", event_id, "former_ids")
            taken.add(former)


def places_resolve(briefing: Briefing) -> Iterator[Problem]:
    """A place that an event or a town names is listed, and towns lie in regions."""
    data = briefing.dataset
    for event_id, event in data.events.items():
        for place in event.where.places if event.where else ():
            if not data.declares("places", place):
                message = f'"{place}" is not a place' + did_you_mean(place, data.places)
                yield data.problem(message, "events", event_id, "where")
    regions = {key for key, place in data.places.items() if not place.is_town}
    for place_id, record in data.places.items():
        if record.region and record.region not in regions:
            message = f'"{record.region}" is not a region' + did_you_mean(record.region, regions)
            yield data.problem(message, "places", place_id, "region")


def links_resolve(briefing: Briefing) -> Iterator[Problem]:
    """The event that another followed or answered is listed, and no event follows itself through a chain."""
    data = briefing.dataset
    for event_id, event in data.events.items():
        for name, link in _links(event):
            path = ("events", event_id, name, "event")
            if not data.declares("events", link.event):
                message = f'"{link.event}" is not an event' + did_you_mean(link.event, data.events.keys() - {event_id})
                yield data.problem(message, *path)
            elif event_id in _before(link.event, data):
                yield data.problem(f'"{link.event}" itself follows this event; remove one of the two', *path)


def dates_are_not_after_the_edition(briefing: Briefing) -> Iterator[Problem]:
    """Nothing is told that happened after the day the last edition is dated."""
    data = briefing.dataset
    last = max((edition.date.first for edition in data.editions), default=None)
    for event_id, event in data.events.items():
        if last and event.date.first > last:
            message = f"the date is after the last edition ({last}); correct it, or date a new edition"
            yield data.problem(message, "events", event_id, "date")


def editions_run(briefing: Briefing) -> Iterator[Problem]:
    """Editions are numbered 1, 2, 3 and on, each dated by the day and not before the one before it."""
    data = briefing.dataset
    for number, edition in enumerate(data.editions):
        if edition.number != number + 1:
            yield data.problem(f"editions run 1, 2, 3 and on; this one is {number + 1}", "editions", number, "number")
        if str(edition.date) != str(edition.date.first):
            yield data.problem("an edition is dated by the day; write it in full", "editions", number, "date")
        if number and edition.date.first < data.editions[number - 1].date.first:
            yield data.problem("it is dated before the edition before it; correct one", "editions", number, "date")


def corrections_correct(briefing: Briefing) -> Iterator[Problem]:
    """A correction is of a value that changes, and its sources are in the bibliography."""
    data = briefing.dataset
    yield from correction_problems(data) if data.readable and data.editions else ()
    for number, correction in enumerate(data.corrections):
        for key in correction.sources:
            if not briefing.bibliography.has(key):
                message = unknown_key(key, briefing.bibliography)
                yield data.problem(message, "corrections", number, "sources")


def none_is_said(briefing: Briefing) -> Iterator[Problem]:
    """A figure of none at all is only given where the briefing says so, and the record tells that it does."""
    data = briefing.dataset
    for event_id, measure, figure in data.figures():
        if figure.exactly == 0 and not data.events[event_id].remark:
            message = "none at all is a claim too; say in the event's remark that the briefing makes it"
            yield data.problem(message, "events", event_id, "figures", measure)


def sources_resolve(briefing: Briefing) -> Iterator[Problem]:
    """A source that an event or a figure names is in the bibliography."""
    data, books = briefing.dataset, briefing.bibliography
    for event_id, event in data.events.items():
        named: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(("sources",), event.sources)]
        for measure, figure in event.figures.items():
            named.append((("figures", measure, "sources"), figure.sources or ()))
            named += [(("figures", measure, "also_reported"), (report.source,)) for report in figure.also_reported]
        for path, key in ((path, key) for path, keys in named for key in keys):
            if not books.has(key):
                yield data.problem(unknown_key(key, books), "events", event_id, *path)


def sources_are_complete(briefing: Briefing) -> Iterator[Problem]:
    """Every entry has what its reference needs, in a form that pages can print."""
    return entry_problems(briefing.bibliography)


def sources_are_cited(briefing: Briefing) -> Iterator[Problem]:
    """A source that nothing cites does not belong to the briefing."""
    cited = {key for page in briefing.pages for key, _ in prose.citations(page.body)}
    cited |= {key for event in briefing.dataset.events.values() for key in event.sources}
    for _, _, figure in briefing.dataset.figures():
        cited |= {*(figure.sources or ()), *(report.source for report in figure.also_reported)}
    cited |= {key for correction in briefing.dataset.corrections for key in correction.sources}
    for key in briefing.bibliography.entries.keys() - cited if briefing.dataset.readable else ():
        yield briefing.bibliography.problem(key, "nothing cites this source; cite it, or remove it")


def tokens_draw(briefing: Briefing) -> Iterator[Problem]:
    """Every token names a value or a block that there is, and braces stand nowhere else."""
    data = briefing.dataset
    for page in briefing.pages:
        for token in prose.tokens(page.body):
            if token.is_block and token.name not in BLOCKS:
                shown = f'"{{{{ {token.name} }}}}" is not a token; write {{{{ kind:event-id }}}}, or a block'
                yield page.problem(token.start, "", shown + did_you_mean(token.name, BLOCKS))
            if not token.is_block:
                try:
                    prose.value_of(token, data)
                except prose.TokenError as error:
                    unread = not data.readable or (error.record in data.declared and error.record not in data.events)
                    if not unread:
                        yield page.problem(token.start, error.record, error.message)
        for brace in re.finditer(r"\{\{|\}\}", prose.draw(page.body, lambda token: " " * (token.end - token.start))):
            message = f'"{brace[0]}" stands alone; write a token as {{{{ kind:event-id }}}}'
            yield page.problem(brace.start(), "", message)


def figures_are_told(briefing: Briefing) -> Iterator[Problem]:
    """Every figure stands somewhere in the text, or is marked as standing in the record alone."""
    told = {token.name.replace(" ", "") for page in briefing.sections for token in prose.tokens(page.body)}
    for event_id, measure, figure in briefing.dataset.figures() if briefing.sections else ():
        if f"{measure}:{event_id}" not in told and not figure.record_only:
            message = (
                f"no section tells this figure; draw it with {{{{ {measure}:{event_id} }}}}, or add record_only: yes"
            )
            yield briefing.dataset.problem(message, "events", event_id, "figures", measure)


def notes_resolve(briefing: Briefing) -> Iterator[Problem]:
    """Every marker has its note, once; every note its marker; and every note cites sources that there are."""
    for page in briefing.pages:
        markers, notes = prose.markers(page.body), prose.notes(page.body)
        texts = {note.label for note in notes}
        for label, offset in markers.items():
            if label not in texts:
                message = f'the note has no text; write "[^{label}]: @key" at the end of the page'
                yield page.problem(offset, f"note {label}", message)
        for number, note in enumerate(notes):
            if note.label in {earlier.label for earlier in notes[:number]}:
                yield page.problem(note.start, f"note {note.label}", "the note is given twice; keep one of them")
            if note.label not in markers:
                message = f'nothing in the text leads to this note; write "[^{note.label}]" where it belongs'
                yield page.problem(note.start, f"note {note.label}", message)
            if not note.keys:
                message = 'the note cites no source; write "@" and a key of data/sources.bib'
                yield page.problem(note.start, f"note {note.label}", message)
        for key, offset in prose.citations(page.body):
            if not briefing.bibliography.has(key):
                yield page.problem(offset, f"@{key}", unknown_key(key, briefing.bibliography))


def notes_run_without_gap(briefing: Briefing) -> Iterator[Problem]:
    """Notes are numbered 1, 2, 3 ... through the pages, in the order in which the text reaches them."""
    expected = 1
    for page in briefing.pages:
        for label, offset in prose.markers(page.body).items():
            if label != str(expected):
                message = f"the notes run 1, 2, 3 and on through the pages; this one is [^{expected}]"
                yield page.problem(offset, f"note {label}", message)
            expected += 1


def former_addresses_are_free(briefing: Briefing) -> Iterator[Problem]:
    """An address that a page had before is one of this site, and no page has it now."""
    taken = {page.uri.removesuffix(".md").removesuffix("index") for page in briefing.pages}
    for page in briefing.pages:
        for address in page.former:
            line = page.lines.get(("former",), 1)
            if not re.fullmatch(r"(?:[a-z0-9-]+/)+", address):
                yield Problem(page.file, line, "former", f'"{address}" is no address of a page; write it as old-name/')
            elif address.removesuffix("/") in taken:
                yield Problem(page.file, line, "former", f'a page has the address "{address}" now; remove it here')


def paragraphs_have_ids(briefing: Briefing) -> Iterator[Problem]:
    """Every paragraph of a section has a permanent id that no other has: they meet on the page for paper."""
    seen: set[str] = set()
    for page in briefing.sections:
        for paragraph in prose.paragraphs(page.body):
            if not paragraph.id:
                yield page.problem(paragraph.start, "", "the paragraph has no id; write { #its-name } under it")
                continue
            try:
                check_id(paragraph.id)
            except ValueError as error:
                yield page.problem(paragraph.start, f"#{paragraph.id}", str(error))
            if paragraph.id in seen:
                yield page.problem(paragraph.start, f"#{paragraph.id}", "another paragraph has this id; change one")
            seen.add(paragraph.id)


def nothing_is_typed_by_hand(briefing: Briefing) -> Iterator[Problem]:
    """On a section page every digit, month and number word is drawn from a record, or listed as plain.

    The promise that prose and data cannot drift apart.
    """
    for page in briefing.sections:
        text, allowed = prose.plain_text(page.body), page.meta.get("plain_numbers", [])
        for number, phrase in enumerate(allowed if isinstance(allowed, list) else [allowed]):
            pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, str(phrase).split())) + r"(?!\w)"
            text, count = re.subn(pattern, lambda match: re.sub(r"\S", " ", match[0]), text)
            if not count:
                line = page.lines.get(("plain_numbers", number), page.lines.get(("plain_numbers",), 1))
                message = f'"{phrase}" does not stand in the text any more; remove it from plain_numbers'
                yield Problem(page.file, line, "plain_numbers", message)
        for word in re.finditer(r"[^\W_]+", text):
            if is_number_word(word[0]):
                advice = "draw it with a token, or list its phrase under plain_numbers in the page's front matter"
                yield page.problem(word.start(), "", f'"{word[0]}" is typed by hand; {advice}')


RULES: tuple[Callable[[Briefing], Iterator[Problem]], ...] = (
    ids_are_unique,
    places_resolve,
    links_resolve,
    dates_are_not_after_the_edition,
    editions_run,
    corrections_correct,
    none_is_said,
    sources_resolve,
    sources_are_complete,
    tokens_draw,
    notes_resolve,
    notes_run_without_gap,
    former_addresses_are_free,
    paragraphs_have_ids,
    nothing_is_typed_by_hand,
)
RULES_OF_THE_WHOLE = (sources_are_cited, figures_are_told)


def _links(event: Event) -> Iterator[tuple[str, Link]]:
    for name in ("after", "in_retaliation_for"):
        if link := getattr(event, name):
            yield name, link


def _before(event_id: str, data: Dataset) -> set[str]:
    """The event and all that it followed, directly or through others."""
    found: set[str] = set()
    waiting = [event_id]
    while waiting:
        if (name := waiting.pop()) in data.events and name not in found:
            waiting += [link.event for _, link in _links(data.events[name])]
        found.add(name)
    return found
