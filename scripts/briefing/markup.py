"""Values as HTML, through templates alone: autoescaped, and a missing value is an error, not a gap."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from briefing.bridge import in_words, say
from briefing.editions import value_in_words
from briefing.maps import draw_map
from briefing.scales import counts, timeline
from briefing.wording import date_in_words, figure_in_words, number_in_words


def templates(folder: Path, cache: Path, **filters: Callable[[str], str]) -> Environment:
    """The templates of `folder`, with the functions and `filters` they may use; compiled ones wait in `cache`."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=compiled(cache),
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.filters |= {"words": number_in_words, "tex": _as_tex, **filters}
    functions = (date_in_words, figure_in_words, value_in_words, timeline, counts, draw_map, say)
    environment.globals |= {function.__name__: function for function in functions}
    environment.globals["in_words"] = in_words
    return environment


def compiled(cache: Path) -> FileSystemBytecodeCache:
    """Compiled templates, kept in the folder `cache` from one build to the next."""
    cache.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(cache))


def policy_hash(text: str) -> Markup:
    """How a Content-Security-Policy names an inline script or style (CSP 3, hash-source)."""
    return Markup("'sha256-{}'").format(base64.b64encode(hashlib.sha256(text.encode()).digest()).decode())


def write(environment: Environment, template: str, **values: Any) -> Markup:
    """`template` filled with `values`, which it escapes."""
    return Markup(environment.get_template(template).render(values))


def _as_tex(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", re.sub(r"[{}\\]", "", text))
