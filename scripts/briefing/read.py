"""Reads a whole briefing and checks it: the one way in for every command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from briefing.bibliography import load_bibliography
from briefing.checks import Briefing, check
from briefing.load import load_dataset, load_pages
from briefing.problems import BriefingError, Problem
from briefing.strict import read_text

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


def _load_outlines(root: Path) -> tuple[dict[str, Any] | None, list[Problem]]:
    """What the map is drawn from, None where the briefing has no map, and what is wrong with the file."""
    if not (root / OUTLINES_FILE).exists():
        return None, []
    text, problems = read_text(root, OUTLINES_FILE)
    advice = "put the file back as it was in the last edition"
    try:
        value = json.loads(text or "")
        parts = [
            (f["geometry"]["coordinates"], f["properties"]["kind"], f["properties"]["name"]) for f in value["features"]
        ]
        if not all(map(all, parts)):
            raise KeyError
    except json.JSONDecodeError as error:
        return None, problems or [Problem(OUTLINES_FILE, error.lineno, "", f"this is not JSON ({error.msg}); {advice}")]
    except (KeyError, TypeError):
        return None, [Problem(OUTLINES_FILE, 1, "", f"a feature lacks its kind, name or coordinates; {advice}")]
    return value, problems
