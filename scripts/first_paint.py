"""Makes pages paint at once: each carries the rules it needs, and a policy that names what it runs; one sheet has the rest."""

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import tinycss2
from selectolax.lexbor import LexborHTMLParser

RULES, POLICY, SHEET = "/* the rules of this page */", "the policy of this page", "the-sheet-of-all-pages"
MATERIAL, OURS = "@layer material", "@layer briefing"  # in this order: ours win, and an editor's own win over both
_POLICY = (
    "default-src 'none'; script-src 'self'{script}; worker-src 'self'; style-src 'self'{style}; img-src 'self' data:; "
    "font-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
# Until the reader does something: elements that nobody sees, selectors that match nothing, properties that nobody notices.
_UNSEEN = (
    ".md-search > *, .md-dialog, .md-overlay, .md-main:has(.md-nav--lifted) "
    ".md-sidebar--primary:not(:has(.md-nav__item--section, .md-nav__item--nested)) .md-nav"
)
_LATER = re.compile(r"^@|:(hover|focus|active|target|valid|disabled|indeterminate)|::-|::marker|scrollbar")
_LATER_PROPERTIES = re.compile(
    r"-\w|transition|animation|cursor|will-change|outline|pointer-events|touch|user-select|scroll|backface|page-break"
)
_CHOICE, _NOT = re.compile(r":(?:is|where)\(([^()]*)\)"), re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
_FUNCTION, _PSEUDO = re.compile(r":[\w-]+\([^()]*\)"), re.compile(r"::?[\w-]+")
_SET_BY_SCRIPT, _INEXACT = re.compile(r"(\[data-md-color-[^\]]*\])"), re.compile(r"[~|^$*]=[^\]]*|[\"']")
_SET_BY_PAGE = re.compile(r"\[(dir|data-md-color-\w+)=")
_BETWEEN, _NAME = re.compile(r"[\s>+~]+"), re.compile(r"[.#]?[\w-]+|\[[^\]]*\]")
_VARIABLE, _WORD = re.compile(r"var\(\s*(--[\w-]+)"), re.compile(r"[\w-]+")
_MINIFIED = 3  # letters; what is shorter in a script is what its maker calls things


class Rule(NamedTuple):
    """A style, or another rule that has only `text`, and the groups it stands in."""

    groups: list[str]
    selectors: list[str]
    declarations: list[list[str]]
    text: str = ""


def in_layers(folders: Iterable[str], ours: Iterable[Path]) -> str:
    """Material's stylesheets, from the first of the theme's `folders` that has each, and `ours`."""
    found = ""
    for name in ("main", "palette"):
        paths = (path for folder in folders for path in Path(folder).glob(f"assets/stylesheets/{name}.*.css"))
        found += next(paths).read_text("utf-8").removeprefix('@charset "UTF-8";')
    return f"{MATERIAL}{{{found}}}{OURS}{{{''.join(path.read_text('utf-8') for path in ours)}}}"


def paint(site: Path, css: str, others: str, scripts: Iterable[str], known: Path, is_served: bool) -> None:
    """Put into the pages of a built `site` their rules of `css` and their policies, and beside them the sheet.

    `others` are styles that read variables, `scripts` those that may name what they add to a page; `known` is a
    file that keeps how `css` was read.
    """
    rules = _read(css, known)
    words = {word for text in scripts for word in _WORD.findall(text)}
    read = set(_VARIABLE.findall(others))
    vocabulary = {
        name for rule in rules for text in rule.selectors for way in _ways(text) for name in _all(_needs(way))
    }
    rules_for = cache(lambda elements: _written(_without_unread(_at_once(rules, elements), read)))
    pages, seen = [], set[str]()
    for path in sorted(site.rglob("*.html")):
        html = path.read_text("utf-8")
        if RULES in html:
            tree = LexborHTMLParser(html)
            seen |= _all(_elements(tree, vocabulary))
            for node in tree.css(_UNSEEN):
                node.decompose()
            rules_here = rules_for(_elements(tree, vocabulary))
            path.write_text(_finished(html, tree, rules_here, is_served), "utf-8")
            pages.append(path)
    sheet = _written(_without_unread(_for_all(rules, seen, words), read | words)).encode()
    name = f"material.{hashlib.sha256(sheet).hexdigest()[:8]}.css"
    (site / "assets/stylesheets").mkdir(parents=True, exist_ok=True)
    (site / "assets/stylesheets" / name).write_bytes(sheet)
    for path in pages:
        path.write_bytes(path.read_bytes().replace(SHEET.encode(), name.encode()))


def _finished(html: str, tree: LexborHTMLParser, rules: str, is_served: bool) -> str:
    """A page with its rules, and in its policy the hash of each script and style that stands in it."""
    found = {"script": [], "style": []}
    for node in tree.css("style, script:not([src]):not([type*=json])"):
        digest = hashlib.sha256(node.text().replace(RULES, rules).encode()).digest()
        found[str(node.tag)].append(f" 'sha256-{base64.b64encode(digest).decode()}'")
    if is_served:  # MkDocs adds a script of its own, which reloads the page
        found["script"] = [" 'unsafe-inline'"]
    policy = _POLICY.format(**{kind: "".join(dict.fromkeys(sources)) for kind, sources in found.items()})
    return html.replace(RULES, rules, 1).replace(POLICY, policy, 1)


def _elements(tree: LexborHTMLParser, vocabulary: set[str]) -> frozenset[frozenset[str]]:
    """What stands on a page: for each kind of element its names, as selectors write them, of the `vocabulary`."""
    exact = {"class", *(name[1:].partition("=")[0] for name in vocabulary if "=" in name)}
    kinds = {
        (node.tag, *((name, value if name in exact else "") for name, value in node.attributes.items()))
        for node in tree.css("*")
    }
    return frozenset(frozenset(vocabulary.intersection(_names(tag or "", attributes))) for tag, *attributes in kinds)


def _names(tag: str, attributes: Iterable[Any]) -> Iterator[str]:
    yield tag
    for name, value in attributes:
        yield from (f"[{name}]", f"[{name}={value}]")
        if name == "class":
            yield from (f".{each}" for each in (value or "").split())


def _at_once(rules: Iterable[Rule], elements: frozenset[frozenset[str]]) -> Iterator[Rule]:
    """The rules for what is seen of `elements` before anything is touched."""

    @cache
    def is_there(names: frozenset[str]) -> bool:
        return any(names <= element for element in elements)

    for rule in rules:
        kept = [
            selector
            for selector in rule.selectors
            if any(not _LATER.search(way) and all(map(is_there, _needs(way))) for way in _ways(selector))
        ]
        if kept and "print" not in " ".join(rule.groups):
            now = [pair for pair in rule.declarations if not _LATER_PROPERTIES.match(pair[0])]
            yield Rule(rule.groups, kept, now)


def _for_all(rules: Iterable[Rule], seen: set[str], words: set[str]) -> Iterator[Rule]:
    """The rules for what is `seen` on some page or may be added by a script, which has it among its `words`."""

    def is_known(name: str) -> bool:
        value = name.strip(".[]").rpartition("=")[2]
        is_set_by_page = _SET_BY_PAGE.match(name)
        is_minified = name.startswith(".") and len(value) <= _MINIFIED
        return name in seen or (value in words and not is_set_by_page and not is_minified)

    for rule in rules:
        kept = [text for text in rule.selectors if any(all(map(is_known, _all(_needs(way)))) for way in _ways(text))]
        if kept or rule.text:
            yield rule._replace(selectors=kept or rule.selectors)


def _without_unread(rules: Iterable[Rule], read: set[str]) -> list[Rule]:
    """The rules without variables that neither they nor those who `read` some look at, and without unused movements."""
    rules, seen = list(rules), set(read)
    pairs = [pair for rule in rules for pair in (*rule.declarations, ["", rule.text])]

    def unseen() -> set[str]:
        values = (value for name, value in pairs if not name.startswith("--") or name in seen)
        return {variable for value in values for variable in _VARIABLE.findall(value)} - seen

    while more := unseen():  # what a variable reads is read if it is read itself
        seen |= more
    moving = " ".join(value for name, value in pairs if name.startswith("animation"))
    return [
        rule._replace(
            declarations=[pair for pair in rule.declarations if not pair[0].startswith("--") or pair[0] in seen]
        )
        for rule in rules
        if not rule.selectors[0].startswith("@keyframes") or rule.selectors[0].split()[-1] in moving
    ]


def _written(rules: Iterable[Rule]) -> str:
    """The rules as CSS; nothing where nothing is in one."""
    css, opened = "", list[str]()
    for rule in rules:
        if body := rule.text or ";".join(map(":".join, rule.declarations)):
            same = len(os.path.commonprefix([opened, rule.groups]))
            css += "}" * (len(opened) - same) + "".join(f"{group}{{" for group in rule.groups[same:])
            css += f"{','.join(rule.selectors)}{{{body}}}"
            opened = rule.groups
    return css + "}" * len(opened)


@cache
def _ways(selector: str) -> list[str]:
    """What a selector means, spelt out for each choice in its `:is(…)`; without what it excludes."""
    found = _CHOICE.search(plain := _NOT.sub("", selector))
    if not found:
        return [plain]
    choices = found[1].split(",")
    return [way for each in choices for way in _ways(plain[: found.start()] + each.strip() + plain[found.end() :])]


@cache
def _needs(way: str) -> list[frozenset[str]]:
    """For each element that a selector speaks of, the names it must have; what scripts set may stand elsewhere."""
    way, count = _INEXACT.sub("", way.replace(":checked", "[checked]")), 1
    while count:
        way, count = _FUNCTION.subn("", way)
    parts = _BETWEEN.split(_SET_BY_SCRIPT.sub(r" \1 ", _PSEUDO.sub("", way)))
    return [frozenset(_NAME.findall(part)) for part in parts if part]


def _all(sets: Iterable[Iterable[str]]) -> set[str]:
    return {name for names in sets for name in names}


@cache
def _read(css: str, known: Path) -> list[Rule]:
    """The rules of stylesheets, as `known` keeps them if it is of the same."""
    made_of = hashlib.sha256((css + Path(__file__).read_text("utf-8")).encode()).hexdigest()
    kept = json.loads(known.read_text("utf-8")) if known.is_file() else {}
    if kept.get("made_of") != made_of:
        nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        kept = {"made_of": made_of, "rules": list(_in_force(list(_parsed(nodes, []))))}
        known.parent.mkdir(exist_ok=True)
        known.write_text(json.dumps(kept), "utf-8")
    return [Rule(*values) for values in kept["rules"]]


def _in_force(rules: list[Rule]) -> Iterator[Rule]:
    """The rules without what Material sets the variables to that ours set for all of a page."""
    set_by_us = {
        pair[0] for rule in rules if rule.groups == [OURS] and "body" in rule.selectors for pair in rule.declarations
    }
    for rule in rules:
        others = [pair for pair in rule.declarations if pair[0] not in set_by_us or not pair[0].startswith("--")]
        yield rule if rule.groups[0] == OURS else rule._replace(declarations=others)


def _parsed(nodes: Iterable[Any], groups: list[str]) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "qualified-rule":
            parts = groupby(node.prelude, lambda each: each == ",")
            selectors = [tinycss2.serialize(list(part)).strip() for is_comma, part in parts if not is_comma]
            yield Rule(groups, selectors, [list(pair) for pair in _declarations(node.content)])
        elif node.type == "at-rule" and node.content is not None:
            head = f"@{node.at_keyword}{tinycss2.serialize(node.prelude).rstrip()}"
            if node.lower_at_keyword in ("media", "supports", "layer", "container"):
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield from _parsed(inner, [*groups, head])
            else:
                yield Rule(groups, [head], [], tinycss2.serialize(node.content).strip())


def _declarations(content: Any) -> Iterator[tuple[str, str]]:
    for found in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if found.type == "declaration":
            value = " ".join(tinycss2.serialize(found.value).split())
            yield found.name, value + ("!important" if found.important else "")
