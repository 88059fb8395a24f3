"""Which rules a briefing is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from briefing import rules_of_pages as of_pages
from briefing import rules_of_records as of_records
from briefing import rules_of_sources as of_sources
from briefing.problems import Problem
from briefing.whole import Briefing

RULES: tuple[Callable[[Briefing], Iterator[Problem]], ...] = (
    of_records.ids_are_unique,
    of_records.references_resolve,
    of_records.no_event_follows_itself,
    of_records.dates_are_not_after_the_edition,
    of_records.editions_run,
    of_records.corrections_correct,
    of_records.titles_tell_no_number,
    of_records.records_hold_no_token,
    of_records.none_is_said,
    of_sources.keys_can_be_cited,
    of_sources.sources_are_complete,
    of_pages.pages_say_what_they_are,
    of_pages.tokens_draw,
    of_pages.braces_are_in_place,
    of_pages.pages_are_markdown,
    of_pages.tokens_are_in_place,
    of_pages.citations_are_in_place,
    of_pages.lines_are_what_they_look_like,
    of_pages.links_can_be_read,
    of_pages.notes_resolve,
    of_pages.addresses_are_free,
    of_pages.blocks_stand_once,
    of_pages.paragraphs_have_ids,
    of_pages.nothing_is_typed_by_hand,
)
RULES_OF_THE_WHOLE = (  # they tell what is missing, which may only be unread
    of_records.reasons_stay,
    of_sources.sources_are_cited,
    of_pages.figures_are_told,
    of_pages.notes_run_without_gap,
)


def check(briefing: Briefing, whole: bool = True) -> list[Problem]:
    """Every problem that any rule finds; what is missing, only where the `whole` briefing could be read."""
    found = [problem for rule in RULES for problem in rule(briefing)]
    return found or [problem for rule in RULES_OF_THE_WHOLE if whole for problem in rule(briefing)]
