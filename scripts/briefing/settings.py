"""Reads what a briefing takes from MkDocs' settings: its pages, its address, its names; the rest is MkDocs' affair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from briefing.problems import Problem
from briefing.strict import compose_yaml
from briefing.text import read_text, sign_faults

SETTINGS_FILE = "mkdocs.yml"
_ADDRESS = re.compile(r"https?://\w[\w-]*(?:\.\w[\w-]*)*(?::\d{1,5})?(?:/(?!\.\.?(?:/|$))[\w.~-]+)*/?", re.ASCII)
_TEXTS = {("site_name",), ("site_description",), ("extra", "author"), ("extra", "licence")}
_GLOSSARY = ("markdown_extensions", "abbr", "glossary")


def load_navigation(root: Path) -> tuple[Mapping[str, int], list[Problem]]:
    """The Markdown files that `nav` lists in `root`/mkdocs.yml, with their lines; and what is wrong with the file."""
    text, problems = read_text(root, SETTINGS_FILE)
    if text is None:
        return {}, problems
    top, faults = compose_yaml(text, SETTINGS_FILE)
    if faults:
        return {}, problems + faults
    pages: dict[str, int] = {}
    addresses = []
    keys = [key for key, _ in top.value]
    for number, key in enumerate(keys):
        if key.value in [earlier.value for earlier in keys[:number]]:
            what = f'"{key.value}" is given twice here; keep one of them'
            problems.append(Problem(SETTINGS_FILE, key.start_mark.line + 1, str(key.value), what))
    for path, node in _nodes(top):
        line, name = node.start_mark.line + 1, ", ".join(filter(None, path))
        if not isinstance(node.value, str):
            if path in _TEXTS or path[:-1] == _GLOSSARY:
                problems.append(Problem(SETTINGS_FILE, line, name, "write text here, not a list or fields"))
            continue
        if path[:1] == ("nav",) and path[-1:] != ("",):
            if node.value.endswith(".md"):
                pages.setdefault(node.value, line)
            else:
                what = f'"{node.value}" is no page; list Markdown files of docs/ here, and link to others from a page'
                problems.append(Problem(SETTINGS_FILE, line, name, what))
        if path == ("site_url",):
            addresses.append(node.value)
            if not _ADDRESS.fullmatch(node.value):
                what = f'"{node.value}" is not the address of a site; write it as https://host/path/'
                problems.append(Problem(SETTINGS_FILE, line, name, what))
        if (path in _TEXTS or path[:1] == ("nav",) or path[:-1] == _GLOSSARY) and not node.tag.endswith(":str"):
            what = f'"{node.value}" is not read as text; put it in quotation marks'
            problems.append(Problem(SETTINGS_FILE, line, name, what))
        if not any(sign_faults(text)):  # so what is found in a value was spelled with a backslash
            problems += (Problem(SETTINGS_FILE, line, name, fault) for _, fault in sign_faults(node.value))
    if not pages:
        problems.append(Problem(SETTINGS_FILE, 1, "nav", "the navigation is missing; list the pages under nav"))
    if not addresses:
        what = "the address of the site is missing; write site_url: https://… with a slash at its end"
        problems.append(Problem(SETTINGS_FILE, 1, "site_url", what))
    return pages, problems


def _nodes(top: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every node under a node of YAML by the names that lead to it; what is a name itself has an empty one at its end.

    A node that several places share, or that holds itself, is told once.
    """
    waiting: list[tuple[tuple[str, ...], Any]] = [((), top)]
    seen = set()
    while waiting:
        path, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield path, node
        if not isinstance(node.value, str):
            for child in reversed(node.value):
                if isinstance(child, tuple):
                    key, value = child
                    waiting += [((*path, str(key.value)), value), ((*path, ""), key)]
                else:
                    waiting.append((path, child))
