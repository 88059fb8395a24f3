"""Reads a whole briefing and checks it: the one way in for every command."""

from __future__ import annotations

import json
from pathlib import Path

from briefing.bibliography import load_bibliography
from briefing.checks import check
from briefing.dataset import Outlines
from briefing.load import load_dataset
from briefing.pages import load_pages
from briefing.problems import BriefingError, Problem
from briefing.text import read_text
from briefing.whole import Briefing

OUTLINES_FILE = "data/map.geojson"


def read_briefing(root: Path) -> Briefing:
    """The whole briefing under `root`; BriefingError with every problem where there is one."""
    dataset, problems = load_dataset(root)
    bibliography, more = load_bibliography(root)
    pages, others = load_pages(root)
    outlines, wrong = _load_outlines(root)
    briefing = Briefing(dataset, bibliography, pages, outlines)
    unread = [*problems, *more, *others, *wrong]
    if found := [*unread, *check(briefing, whole=not unread)]:
        raise BriefingError(found)
    return briefing


def _load_outlines(root: Path) -> tuple[Outlines, list[Problem]]:
    """What maps are drawn from, where the briefing has a map, and what is wrong with the file."""
    if not (root / OUTLINES_FILE).exists():
        return Outlines(), []
    text, problems = read_text(root, OUTLINES_FILE)
    advice = "put the file back as it was in the last edition"
    try:
        value = json.loads(text or "")
        for feature in value["features"]:
            if not all((feature["geometry"]["coordinates"], *map(feature["properties"].get, ("kind", "name")))):
                raise KeyError
        return Outlines(tuple(value["features"]), tuple(value.get("credits", ()))), problems
    except json.JSONDecodeError as error:
        problems = problems or [Problem(OUTLINES_FILE, error.lineno, "", f"this is not JSON ({error.msg}); {advice}")]
    except (AttributeError, KeyError, TypeError):
        problems = [Problem(OUTLINES_FILE, 1, "", f"a feature lacks its kind, name or coordinates; {advice}")]
    return Outlines(), problems
