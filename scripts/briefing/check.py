"""Reads a whole briefing and holds it against its rules: the one way in for every command."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from briefing.briefing import Briefing
from briefing.changes import mistaken_corrections
from briefing.editions import load_editions
from briefing.maps import load_outlines, map_problems
from briefing.notes import make_markdown
from briefing.page_rules import addresses_last, figures_are_told, page_problems
from briefing.pages import Settings, files_of, load_pages, load_settings
from briefing.problems import BriefingError, Problem
from briefing.reading import read_page
from briefing.record_rules import record_problems
from briefing.records import load_records
from briefing.sources import load_sources, sources_are_cited
from briefing.strict import read_text

DICTIONARY_FILE = "data/README.md"


def read_briefing(root: Path) -> Briefing:
    """The whole briefing under `root`, with what is only told as its `advice`; BriefingError if anything is refused."""
    settings, problems = load_settings(root)
    records, of_records = load_records(root)
    sources, of_bib = load_sources(root)
    pages, of_pages = load_pages(root, settings)
    outlines, of_map = load_outlines(root)
    editions, of_editions = load_editions(root)
    dictionary, unclear = read_text(root, DICTIONARY_FILE) if (root / DICTIONARY_FILE).exists() else ("", [])
    markdown = make_markdown(settings.extensions, settings.lines.get(("markdown_extensions",), 1))
    readings = {page.uri: read_page(page.body, markdown) for page in pages}
    briefing = Briefing(records, sources, pages, readings, outlines, editions, dictionary or "")
    problems += [*of_records, *of_bib, *of_pages, *of_map, *of_editions, *unclear]
    problems += _problems(briefing, settings, files_of(root))
    if all(problem.told for problem in problems):  # these tell what is missing, which may only be unread
        problems += _problems_of_the_whole(briefing)
    if not all(problem.told for problem in problems):
        raise BriefingError(problems)
    return replace(briefing, advice=tuple(sorted(set(problems))))


def _problems(briefing: Briefing, settings: Settings, files: frozenset[str]) -> Iterator[Problem]:
    yield from record_problems(briefing)
    yield from map_problems(briefing.records, briefing.outlines)
    if settings.values:  # without them, no page is read as it will be
        yield from page_problems(briefing, settings, files)


def _problems_of_the_whole(briefing: Briefing) -> Iterator[Problem]:
    yield from figures_are_told(briefing)
    yield from addresses_last(briefing)
    cited = {key for keys in briefing.cited.values() for key in keys}
    cited |= {name for kind, name, _ in briefing.records.references() if kind == "a source"}
    yield from sources_are_cited(briefing.sources, cited)
    yield from mistaken_corrections(briefing.changes, briefing.records, len(briefing.editions))
