"""Makes Material's pages paint at once: the rules that a page needs stand in it, and its policy names what it runs.

A page is reduced to its outline, in which elements of the same names stand once and texts not at all. So pages
of the same make share one answer, and answers are kept from build to build.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

import stylesheets
from stylesheets import Rule, functions_of

SHEET = "assets/stylesheets/material.00000000.css"  # until it is known what is in it
RULES, POLICY = "/* the rules of this page */", "the policy of this page"
_POLICY = (
    "default-src 'none'; script-src 'self'{script}; worker-src 'self'; style-src 'self'{style}; img-src 'self' data:; "
    "font-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
_LATER = re.compile(r":(hover|focus|active|target|valid|disabled|indeterminate)|scrollbar|::-ms|details-marker")
_LATER_PROPERTIES = re.compile(
    r"transition|cursor|will-change|touch-action|scroll-|user-select|-webkit-tap|-webkit-user|-moz-user"
)
_UNSEEN = re.compile(r"::?(before|after|placeholder|marker)|:(first|last|only)-child|\.(no-)?js ")
_SET_BY_SCRIPT = re.compile(r"(\[data-md-color-[\w-]+=[\w-]+\])")
_ATTRIBUTE = re.compile(r"\[([\w-]+)(?:[$^*~|]?=[\"']?([^\"'\]]+))?")
_NAME, _SET_BY_PAGE = re.compile(r"[.=]([\w-]+)"), re.compile(r"\[(?:dir|data-md-color-\w+)=([\w-]+)")
_VARIABLE, _WORD = re.compile(r"var\(\s*(--[\w-]+)"), re.compile(r"[\w-]+")
_MINIFIED = 3  # letters; what is shorter in a script is what its maker calls things


class FirstPaint:
    """What pages need of the stylesheets `css` at once; `others` are styles that read its variables."""

    def __init__(self, css: str, others: str, cache: Path) -> None:
        self.css, self.read, self.cache = css, frozenset(_VARIABLE.findall(others)), cache
        self.known: dict[str, str] = json.loads(cache.read_text("utf-8")) if cache.is_file() else {}
        self.used: dict[str, str] = {}
        self.names: set[str] = set()  # classes and values of attributes, on all pages
        self.attributes: dict[str, set[str]] = {name: set() for name in ("class", "id", "checked")}
        for name, value in _ATTRIBUTE.findall(css):
            self.attributes.setdefault(name, set()).add(value)
        code = "".join(Path(file).read_text("utf-8") for file in (__file__, stylesheets.__file__))
        self.made_by = "\n".join([css, *sorted(self.read), code])

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The stylesheets, parsed: only where an answer isn't known yet."""
        return stylesheets.parsed(self.css)

    def finish(self, html: str, is_served: bool) -> str:
        """A page with its rules, and in its policy the hash of each script and style that stands in it."""
        tree = LexborHTMLParser(html)
        outline = self._outline(tree.root)
        rules = self._answer(outline, lambda: _matching(self.rules, outline, self.read))
        hashes: dict[str, dict[str, None]] = {"script": {}, "style": {}}
        for node in tree.css("style, script:not([src]):not([type*=json])"):
            digest = hashlib.sha256(node.text().replace(RULES, rules).encode()).digest()
            hashes[str(node.tag)][f" 'sha256-{base64.b64encode(digest).decode()}'"] = None
        sources = {kind: "".join(found) for kind, found in hashes.items()}
        if is_served:  # MkDocs adds a script of its own, which reloads the page
            sources["script"] = " 'unsafe-inline'"
        return html.replace(RULES, rules, 1).replace(POLICY, _POLICY.format(**sources), 1)

    def publish_sheet(self, site: Path, scripts: Iterable[str]) -> None:
        """Put the stylesheets into a built `site`, less the rules for what no page and none of `scripts` names."""
        known = frozenset(_WORD.findall(self.css))
        pages = known & self.names
        named = pages | known.intersection(w for text in scripts for w in _WORD.findall(text) if len(w) > _MINIFIED)
        question = "\n".join([*sorted(pages), "", *sorted(named)])
        css = self._answer(question, lambda: _needed(_named(self.rules, pages, named), self.read | named)).encode()
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

    def _answer(self, question: str, find: Callable[[], Iterator[Rule]]) -> str:
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
        shown = str(node.tag)
        for name, value in sorted(node.attributes.items()):
            if name in self.attributes:
                self.names.update((value or "").split())
                shown += f' {name}="{self._value(name, value or "")}"'
        inner = into.setdefault(shown, {})
        if node.tag not in ("head", "template"):
            for child in node.iter():
                self._merge(child, inner)

    def _value(self, name: str, value: str) -> str:
        known = self.attributes[name]
        if name == "class" or value in known:
            return value
        return next((v for v in sorted(known) if v and (value.startswith(v) or value.endswith(v))), "")


def _written(outline: dict[str, Any]) -> str:
    return "".join(f"<{name}>{_written(inner)}</{name.split()[0]}>" for name, inner in sorted(outline.items()))


def _named(rules: Iterable[Rule], pages: frozenset[str], named: frozenset[str]) -> Iterator[Rule]:
    """The rules for what is `named` on pages or in scripts; directions and colours are what `pages` say they are."""
    for rule in rules:
        bare = {selector: _without(selector, lambda name, inner: True) for selector in rule.selectors}
        kept = tuple(
            selector
            for selector, names in bare.items()
            if named.issuperset(_NAME.findall(names)) and pages.issuperset(_SET_BY_PAGE.findall(names))
        )
        if kept or not bare:
            yield Rule(rule.head, kept, rule.declarations, tuple(_named(rule.inner, pages, named)), rule.text)


def _matching(rules: Iterable[Rule], outline: str, read: frozenset[str]) -> Iterator[Rule]:
    """The rules that match in `outline` before anything is touched."""
    tree = LexborHTMLParser(outline)

    @cache
    def matches(selector: str) -> bool:
        try:
            return tree.css_first(selector) is not None
        except SelectolaxError:  # it is for one browser alone
            return False

    return _needed(_first(rules, matches), read)


def _needed(rules: Iterable[Rule], read: frozenset[str]) -> Iterator[Rule]:
    """The rules without variables that neither they nor those who `read` some look at, and without unused movements."""
    rules, seen = list(rules), set(read)
    pairs = [pair for rule in stylesheets.flat(rules) for pair in rule.declarations]

    def unread() -> set[str]:
        is_read = (value for name, value in pairs if not name.startswith("--") or name in seen)
        return {variable for value in is_read for variable in _VARIABLE.findall(value)} - seen

    while more := unread():  # what a variable reads that is read itself
        seen |= more
    return _less(rules, seen, " ".join(value for name, value in pairs if name.startswith("animation")))


def _first(rules: Iterable[Rule], matches: Callable[[str], bool], is_ours: bool = False) -> Iterator[Rule]:
    for rule in rules:
        kept = tuple(s for s in rule.selectors if (tests := _tests(s)) and all(map(matches, tests)))
        if kept or (not rule.selectors and (is_ours or "print" not in rule.head)):
            inner = tuple(_first(rule.inner, matches, is_ours or rule.head == stylesheets.OURS))
            now = tuple(pair for pair in rule.declarations if not _LATER_PROPERTIES.match(pair[0]))
            yield Rule(rule.head, kept, now, inner, rule.text)


@cache
def _tests(selector: str) -> tuple[str, ...]:
    """What is in an outline, which knows no siblings and no order, where `selector` may match; nothing if later."""
    plain = _without(selector, lambda name, inner: name != "not" or bool(re.search("[+~:]", inner)), ":not(_)")
    if _LATER.search(_without(selector, lambda name, inner: name in ("not", "has"))):
        return ()
    plain = _UNSEEN.sub("", plain.replace(":checked", "[checked]"))
    parts = [part.strip(" >") for part in re.split(r"[+~](?!=)", _SET_BY_SCRIPT.sub("", plain))]
    return ("*", *_SET_BY_SCRIPT.findall(plain), *filter(None, parts))


def _without(selector: str, is_left_out: Callable[[str, str], bool], instead: str = "") -> str:
    """A selector without those of its functions, such as `:not(…)`, that are left out."""
    for name, inner, text in functions_of(selector):
        if is_left_out(name, inner):
            selector = selector.replace(text, instead)
    return selector


def _less(rules: Iterable[Rule], read: set[str], moving: str) -> Iterator[Rule]:
    for rule in rules:
        if not rule.head.startswith("@keyframes") or rule.head.split()[-1] in moving:
            kept = tuple(
                (name, value) for name, value in rule.declarations if not name.startswith("--") or name in read
            )
            yield Rule(rule.head, rule.selectors, kept, tuple(_less(rule.inner, read, moving)), rule.text)
