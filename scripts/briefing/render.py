"""The templates that pages and downloads are drawn with, and what they may use."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from briefing.maps import draw_map
from briefing.scales import counts, timeline
from briefing.wording import date_in_words, figure_in_words, in_words, say

_FUNCTIONS = (counts, date_in_words, draw_map, figure_in_words, in_words, say, timeline)


def templates(folders: Iterable[Path], cache: Path, **filters: Callable[..., Any]) -> Environment:
    """The templates of `folders`, with the functions and `filters` they may use; compiled ones wait in `cache`.

    They escape what they are given, and a value that is missing is an error, not a gap.
    """
    cache.mkdir(parents=True, exist_ok=True)
    environment = Environment(
        loader=FileSystemLoader([*folders]),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # each build has an environment of its own
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=FileSystemBytecodeCache(str(cache)),
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.filters |= {"csv": _as_csv, "json": _as_json, "tex": _as_tex, **filters}
    environment.globals |= {function.__name__: function for function in _FUNCTIONS}
    return environment


def _as_csv(rows: Iterable[Mapping[str, str]], columns: Mapping[str, list[str]], tagged: bool = False) -> Markup:
    """RFC 4180, with the byte order mark that spreadsheets ask for; where `tagged`, HXL's tags are below the names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([list(columns), [tag for _, tag in columns.values()]][: 1 + tagged])
    writer.writerows([row[name] for name in columns] for row in rows)
    return Markup("\ufeff" + text.getvalue())


def _as_json(value: Any, indent: int | None = None) -> Markup:
    """For files alone: in a page, `<` would have to be escaped. A missing value raises as it does elsewhere."""
    packed = (",", ":") if indent is None else None
    return Markup(json.dumps(value, ensure_ascii=False, indent=indent, separators=packed, default=str))


def _as_tex(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", re.sub(r"[{}\\]", "", text))
