"""Stylesheets as values: parsed into rules, and written again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tinycss2

OURS = "@layer briefing"  # after Material's: so our rules win, and an editor's own win over both
_QUOTED = re.compile(r"=[\"']([\w-]+)[\"']")


@dataclass(frozen=True)
class Rule:
    """A style (with selectors), a group of rules, or what is kept as `text`."""

    head: str
    selectors: tuple[str, ...] = ()
    declarations: tuple[tuple[str, str], ...] = ()
    inner: tuple[Rule, ...] = ()
    text: str = ""

    @property
    def written(self) -> str:
        """The rule as CSS; nothing where nothing is in it."""
        declared = ";".join(f"{name}:{value}" for name, value in self.declarations)
        body = self.text or declared or "".join(rule.written for rule in self.inner)
        return f"{self.head or ','.join(self.selectors)}{{{body}}}" if body else ""


def in_layers(folders: Iterable[str], ours: Iterable[Path]) -> str:
    """Material's stylesheets, from the first of the theme's `folders` that has each, and `ours`."""
    found = []
    for name in ("main", "palette"):
        paths = (path for folder in folders for path in sorted(Path(folder).glob(f"assets/stylesheets/{name}.*.css")))
        found += [path.read_text("utf-8").removeprefix('@charset "UTF-8";') for path in list(paths)[:1]]
    own = "".join(path.read_text("utf-8") for path in ours)
    return f"@layer material{{{''.join(found)}}}{OURS}{{{own}}}"


def parsed(css: str) -> tuple[Rule, ...]:
    """The rules of a stylesheet."""
    return tuple(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules, and those inside of them."""
    for rule in rules:
        yield rule
        yield from flat(rule.inner)


@cache
def functions_of(selector: str) -> tuple[tuple[str, str, str], ...]:
    """The functions in a selector, such as `:not(…)`: the name, what is in the brackets, and all of its text."""
    nodes: list[Any] = [n for n in tinycss2.parse_component_value_list(selector) if n.type == "function"]
    return tuple((node.lower_name, tinycss2.serialize(node.arguments), f":{node.serialize()}") for node in nodes)


def _rules(nodes: Iterable[Any]) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "qualified-rule":
            yield Rule("", tuple(_split(node.prelude)), tuple(_declarations(node.content)))
        elif node.type == "at-rule" and node.content is not None:
            head = f"@{node.at_keyword}{tinycss2.serialize(node.prelude).rstrip()}"
            if node.lower_at_keyword in ("media", "supports", "layer", "container"):
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield Rule(head, inner=tuple(_rules(inner)))
            else:
                yield Rule(head, text=tinycss2.serialize(node.content))


def _declarations(content: Any) -> Iterator[tuple[str, str]]:
    for found in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if found.type == "declaration":
            value = re.sub(r"\s+", " ", tinycss2.serialize(found.value).strip())
            yield found.name, value + ("!important" if found.important else "")


def _split(prelude: Iterable[Any]) -> Iterator[str]:
    """The selectors that commas part, but for commas in brackets."""
    part: list[Any] = []
    for node in (*prelude, None):
        if node and (node.type != "literal" or node.value != ","):
            part.append(node)
        else:
            yield _QUOTED.sub(r"=\1", tinycss2.serialize(part).strip())
            part = []
