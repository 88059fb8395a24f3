"""Reads a whole briefing and holds it against its rules: the one way in for every command."""

from pathlib import Path

from briefing.briefing import Briefing
from briefing.changes import mistaken_corrections
from briefing.editions import load_editions
from briefing.maps import load_outlines, map_problems
from briefing.notes import make_markdown
from briefing.page_rules import addresses_last, figures_are_told, page_problems
from briefing.pages import files_of, load_pages, load_settings
from briefing.problems import BriefingError, Problem
from briefing.reading import read_page
from briefing.record_rules import events_are_past, record_problems
from briefing.records import load_records
from briefing.sources import load_sources, sources_are_cited
from briefing.strict import read_text

DICTIONARY_FILE = "data/README.md"


def read_briefing(root: Path) -> tuple[Briefing, list[Problem]]:
    """The whole briefing under `root`, and what is only told; BriefingError if anything is refused."""
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
    last = max((str(edition.date) for edition in editions), default="")
    problems += [*record_problems(records, sources), *events_are_past(records, last), *map_problems(records, outlines)]
    if settings.values:  # without them, no page is read as it will be
        problems += page_problems(briefing, settings, files_of(root))
    if all(problem.told for problem in problems):  # these tell what is missing, which may only be unread
        cited = {key for passage in briefing.passages for key in passage.cited}
        cited |= {name for kind, name, _ in records.references() if kind == "a source"}
        problems += [*figures_are_told(briefing), *addresses_last(briefing), *sources_are_cited(sources, cited)]
        problems += mistaken_corrections(briefing.changes, records, len(editions))
    if not all(problem.told for problem in problems):
        raise BriefingError(problems)
    return briefing, sorted(set(problems))
