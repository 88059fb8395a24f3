"""Makes Material's pages paint at once: the rules that a page needs stand in it, and its policy names what it runs.

A page is reduced to its outline, in which elements of the same names stand once and texts not at all. So pages
of the same make share one answer, and it is kept from build to build.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tinycss2
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

OURS = "@layer briefing"  # after Material's: so our rules win, and an editor's own win over both
SHEET = "assets/stylesheets/material.00000000.css"  # until it is known what is in it
RULES, POLICY = "/* the rules of this page */", "the policy of this page"
_POLICY = (
    "default-src 'none'; script-src 'self'{script}; worker-src 'self'; style-src 'self'{style}; img-src 'self' data:; "
    "font-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
_LATER = re.compile(
    r":(hover|focus|focus-within|active|target|valid|disabled|indeterminate)\b(?!\))|scrollbar|::-ms|details-marker"
)
_LATER_PROPERTIES = re.compile(
    r"transition|cursor|will-change|touch-action|scroll-|user-select|-webkit-tap|-webkit-user|-moz-user"
)
_UNSEEN = re.compile(
    r"::?(before|after|placeholder|marker)|:(first|last|only)-child|:nth-child\([^)]*\)|:not\(:[\w-]+\)|\.(no-)?js "
)
_SET_BY_SCRIPT = re.compile(r"(\[data-md-color-[\w-]+=[\w-]+\])")
_ATTRIBUTE = re.compile(r"\[([\w-]+)(?:[$^*~|]?=[\"']?([^\"'\]]+))?")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
_NAMES, _GIVEN = re.compile(r"[.=]([\w-]+)"), re.compile(r"\[(?:dir|data-md-color-\w+)=([\w-]+)")
_MINIFIED = 3  # letters; what is shorter in a script is what its maker calls things
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Rule:
    """A rule of a stylesheet: a style (with selectors), a group of rules, or what is kept as `text`."""

    head: str
    selectors: tuple[str, ...] = ()
    declarations: tuple[tuple[str, str], ...] = ()
    inner: tuple[Rule, ...] = ()
    text: str = ""

    @property
    def written(self) -> str:
        """The rule as CSS; nothing where nothing is in it."""
        if self.text:
            return f"{self.head}{{{self.text}}}"
        body = "".join(rule.written for rule in self.inner) or ";".join(f"{k}:{v}" for k, v in self.declarations)
        return f"{self.head or ','.join(self.selectors)}{{{body}}}" if body else ""


class FirstPaint:
    """What pages need of a stylesheet before anything is touched; `others` are the styles that read its variables."""

    def __init__(self, css: str, others: str, cache: Path) -> None:
        self.css, self.read, self.cache = css, frozenset(_VARIABLE.findall(others)), cache
        self.known: dict[str, str] = json.loads(cache.read_text("utf-8")) if cache.is_file() else {}
        self.used: dict[str, str] = {}
        self.names: set[str] = set()  # of classes and values of attributes, on all pages
        self.made_by = "\n".join([css, *sorted(self.read), Path(__file__).read_text("utf-8")])

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The stylesheet, parsed: only where an answer isn't known yet."""
        return tuple(_parsed(tinycss2.parse_stylesheet(self.css, skip_comments=True, skip_whitespace=True)))

    @cached_property
    def attributes(self) -> dict[str, set[str]]:
        """The attributes by which the stylesheet selects, and their values."""
        found: dict[str, set[str]] = {name: set() for name in ("class", "id", "checked")}
        for name, value in _ATTRIBUTE.findall(self.css):
            found.setdefault(name, set()).add(value)
        return found

    def finish(self, html: str, is_served: bool) -> str:
        """A page with its rules, and in its policy the hash of each script and style that stands in it."""
        tree = LexborHTMLParser(html)
        rules = self._kept(self._outline(tree.root))
        hashes: dict[str, dict[str, None]] = {"script": {}, "style": {}}
        for node in tree.css("style, script:not([src]):not([type*=json])"):
            digest = hashlib.sha256(node.text().replace(RULES, rules).encode()).digest()
            hashes[str(node.tag)][f" 'sha256-{base64.b64encode(digest).decode()}'"] = None
        sources = {kind: "".join(found) for kind, found in hashes.items()}
        if is_served:  # MkDocs adds a script of its own, which reloads the page
            sources["script"] = " 'unsafe-inline'"
        return html.replace(RULES, rules, 1).replace(POLICY, _POLICY.format(**sources), 1)

    def publish_sheet(self, site: Path, scripts: Iterable[str]) -> None:
        """Put the whole stylesheet into a built `site`, less the rules for what no page and none of `scripts` names."""
        known = frozenset(_WORD.findall(self.css))
        in_scripts = known.intersection(w for text in scripts for w in _WORD.findall(text) if len(w) > _MINIFIED)
        pages, named = known & self.names, known & self.names | in_scripts
        question = "\n".join([*sorted(pages), "", *sorted(named)])
        css = self._answer(question, lambda: _named(self.rules, pages, named)).encode()
        name = SHEET.replace("00000000", hashlib.sha256(css).hexdigest()[:8])
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(css)
        for page in site.rglob("*.html"):
            page.write_bytes(page.read_bytes().replace(SHEET.encode(), name.encode()))

    def save(self) -> None:
        """Keep the answers of this build for the next one."""
        if self.used != self.known:
            self.cache.parent.mkdir(parents=True, exist_ok=True)
            self.cache.write_text(json.dumps(self.used), "utf-8")

    def _kept(self, outline: str) -> str:
        return self._answer(outline, lambda: _matching(self.rules, outline, self.read))

    def _answer(self, question: str, find: Any) -> str:
        key = hashlib.sha256(f"{self.made_by}\n{question}".encode()).hexdigest()
        if key not in self.used:
            self.used[key] = self.known.get(key) or "".join(rule.written for rule in find())
        return self.used[key]

    def _outline(self, root: LexborNode | None) -> str:
        found: dict[str, Any] = {}
        if root:
            self._merge(root, found)
        return _written(found)

    def _merge(self, node: LexborNode, into: dict[str, Any]) -> None:
        given = [(name, value or "") for name, value in node.attributes.items() if name in self.attributes]
        shown = "".join(f' {name}="{self._value(name, value)}"' for name, value in sorted(given))
        self.names.update(*(value.split() for _, value in given))
        inner = into.setdefault(f"{node.tag}{shown}", {})
        if node.tag not in ("head", "svg", "template"):
            for child in node.iter():
                self._merge(child, inner)

    def _value(self, name: str, value: str) -> str:
        if name == "class" or value in self.attributes[name]:
            return value
        return next((v for v in sorted(self.attributes[name]) if v and (value.startswith(v) or value.endswith(v))), "")


def stylesheet(folders: Iterable[str], ours: Iterable[Path]) -> str:
    """Material's stylesheets, from the first of the theme's `folders` that has each, and `ours`, in layers."""
    found = []
    for name in ("main", "palette"):
        paths = (path for folder in folders for path in sorted(Path(folder).glob(f"assets/stylesheets/{name}.*.css")))
        found += [path.read_text("utf-8").removeprefix('@charset "UTF-8";') for path in list(paths)[:1]]
    own = "".join(path.read_text("utf-8") for path in ours)
    return f"@layer material{{{''.join(found)}}}{OURS}{{{own}}}"


def _written(outline: dict[str, Any]) -> str:
    return "".join(f"<{name}>{_written(inner)}</{name.split()[0]}>" for name, inner in sorted(outline.items()))


def _parsed(nodes: Iterable[Any]) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = tuple(part.strip() for part in tinycss2.serialize(node.prelude).split(","))
            yield Rule("", selectors, tuple(_declarations(node.content)))
        elif node.type == "at-rule" and node.content is not None:
            head = f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}"
            if node.lower_at_keyword in ("media", "supports", "layer", "container"):
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield Rule(head, inner=tuple(_parsed(inner)))
            else:
                yield Rule(head, text=tinycss2.serialize(node.content))


def _declarations(content: Any) -> Iterator[tuple[str, str]]:
    for found in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if found.type == "declaration":
            value = re.sub(r"\s+", " ", tinycss2.serialize(found.value).strip())
            yield found.name, value + ("!important" if found.important else "")


def _named(rules: Iterable[Rule], pages: frozenset[str], named: frozenset[str]) -> Iterator[Rule]:
    """The rules for what is `named` on pages or in scripts; directions and colours are what `pages` say they are."""
    for rule in rules:
        wanted = (
            s for s in rule.selectors if named.issuperset(_NAMES.findall(s)) and pages.issuperset(_GIVEN.findall(s))
        )
        if not rule.selectors:
            yield Rule(rule.head, inner=tuple(_named(rule.inner, pages, named)), text=rule.text)
        elif kept := tuple(wanted):
            yield Rule("", kept, rule.declarations)


def _matching(rules: Iterable[Rule], outline: str, read: frozenset[str]) -> Iterator[Rule]:
    """The rules that match in `outline` before anything is touched, without the variables that nothing reads."""
    tree, answers = LexborHTMLParser(outline), dict[str, bool]()

    def matches(selector: str) -> bool:
        if selector not in answers:
            try:
                answers[selector] = tree.css_first(selector) is not None
            except SelectolaxError:  # it is for one browser alone
                answers[selector] = False
        return answers[selector]

    kept = list(_first(rules, matches))
    seen: set[str] = set()
    while True:
        pairs = [pair for rule in _flat(kept) for pair in rule.declarations]
        found = read.union(
            *(_VARIABLE.findall(value) for name, value in pairs if not name.startswith("--") or name in seen)
        )
        if found <= seen:
            break
        seen |= found
    moving = " ".join(value for name, value in pairs if name.startswith("animation"))
    return _less(kept, seen, moving)


def _first(rules: Iterable[Rule], matches: Any, is_ours: bool = False) -> Iterator[Rule]:
    for rule in rules:
        if rule.selectors:
            kept = tuple(s for s in rule.selectors if not _LATER.search(s) and all(map(matches, _tests(s))))
            if kept:
                yield Rule("", kept, tuple(d for d in rule.declarations if not _LATER_PROPERTIES.match(d[0])))
        elif is_ours or "print" not in rule.head:
            yield Rule(
                rule.head, inner=tuple(_first(rule.inner, matches, is_ours or rule.head == OURS)), text=rule.text
            )


def _tests(selector: str) -> Iterator[str]:
    """What must be found in an outline, which knows no siblings and no order, where `selector` may match."""
    plain = _UNSEEN.sub("", selector.replace(":checked", "[checked]"))
    yield from _SET_BY_SCRIPT.findall(plain)
    for part in re.split(r"[+~](?!=)", _SET_BY_SCRIPT.sub("", plain)):
        if wanted := part.strip(" >"):
            yield wanted


def _flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        yield rule
        yield from _flat(rule.inner)


def _less(rules: Iterable[Rule], read: set[str], moving: str) -> Iterator[Rule]:
    for rule in rules:
        if rule.head.startswith("@keyframes") and rule.head.split()[-1] not in moving:
            continue
        kept = tuple((name, value) for name, value in rule.declarations if not name.startswith("--") or name in read)
        yield Rule(rule.head, rule.selectors, kept, tuple(_less(rule.inner, read, moving)), rule.text)
