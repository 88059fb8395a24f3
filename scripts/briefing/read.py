"""Reads a whole briefing and checks it: the one way in for every command."""

from __future__ import annotations

from pathlib import Path

from briefing.bibliography import load_bibliography
from briefing.checks import check
from briefing.load import load_dataset
from briefing.outlines import load_outlines
from briefing.pages import load_pages
from briefing.problems import BriefingError
from briefing.text import read_text
from briefing.whole import DICTIONARY_FILE, Briefing


def read_briefing(root: Path) -> Briefing:
    """The whole briefing under `root`; BriefingError with every problem where there is one."""
    dataset, problems = load_dataset(root)
    bibliography, more = load_bibliography(root)
    pages, others = load_pages(root)
    outlines, wrong = load_outlines(root)
    dictionary, unclear = read_text(root, DICTIONARY_FILE) if (root / DICTIONARY_FILE).exists() else ("", [])
    briefing = Briefing(dataset, bibliography, pages, outlines, dictionary or "")
    unread = [*problems, *more, *others, *wrong, *unclear]
    if found := [*unread, *check(briefing, whole=not unread)]:
        raise BriefingError(found)
    return briefing
