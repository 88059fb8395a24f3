"""Values as HTML, through templates alone: autoescaped, and a missing value is an error, not a gap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from briefing.drawings import counts, draw_map, timeline
from briefing.wording import date_in_words, figure_in_words, number_in_words


def templates(folder: Path) -> Environment:
    """The templates of `folder`, with the functions and filters they may use."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = number_in_words
    environment.globals.update(date_in_words=date_in_words, figure_in_words=figure_in_words)
    environment.globals.update(timeline=timeline, counts=counts, draw_map=draw_map)
    return environment


def write(environment: Environment, template: str, **values: Any) -> str:
    """`template` filled with `values`."""
    return environment.get_template(template).render(values)
