"""Reads a whole briefing and checks it: the one way in for every command."""

from __future__ import annotations

from pathlib import Path

from briefing.bibliography import load_bibliography
from briefing.checks import Briefing, check
from briefing.load import load_dataset, load_pages
from briefing.problems import BriefingError


def read_briefing(root: Path) -> Briefing:
    """The whole briefing under `root`; BriefingError with every problem where there is one."""
    dataset, problems = load_dataset(root)
    bibliography, more = load_bibliography(root)
    pages, others = load_pages(root)
    briefing = Briefing(dataset, bibliography, pages)
    unread = [*problems, *more, *others]
    if found := [*unread, *check(briefing, whole=not unread)]:
        raise BriefingError(found)
    return briefing
