"""Values as HTML, through templates alone: autoescaped, and a missing value is an error, not a gap."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from briefing.drawings import counts, draw_map, timeline
from briefing.wording import date_in_words, figure_in_words, number_in_words


def templates(folder: Path, cache: Path) -> Environment:
    """The templates of `folder`, with the functions and filters they may use; compiled ones wait in `cache`."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=compiled(cache),
    )
    environment.filters["words"] = number_in_words
    environment.globals.update(date_in_words=date_in_words, figure_in_words=figure_in_words)
    environment.globals.update(timeline=timeline, counts=counts, draw_map=draw_map)
    return environment


def compiled(cache: Path) -> FileSystemBytecodeCache:
    """Compiled templates, kept in the folder `cache` from one build to the next."""
    cache.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(cache))


def policy_hash(text: str) -> str:
    """How a Content-Security-Policy names an inline script or style (CSP 3, hash-source)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def write(environment: Environment, template: str, **values: Any) -> str:
    """`template` filled with `values`."""
    return environment.get_template(template).render(values)
