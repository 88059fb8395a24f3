"""Makes pages paint at once: each carries the rules that it needs, and a policy; one sheet has all the others."""

import base64
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from os.path import commonprefix
from pathlib import Path
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

RULES, POLICY, SHEET = "/* the rules of this page */", "the policy of this page", "the-sheet-of-all-pages"
MATERIAL, OURS = "@layer material", "@layer briefing"  # in this order: ours win, and an editor's own win over both
_POLICY = (
    "default-src 'none'; script-src 'self'{script}; worker-src 'self'; style-src 'self'{style}; img-src 'self' data:; "
    "font-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
# Before the reader does something: elements that are not shown, rules that do nothing, and what nobody would notice.
_UNSEEN = (
    ".md-search > *, .md-dialog, .md-overlay, .md-nav--secondary .md-nav__icon, .md-main:has(.md-nav--lifted) "
    ".md-sidebar--primary:not(:has(.md-nav__item--section, .md-nav__item--nested)) .md-nav"
)
_LATER = re.compile(r":(hover|focus|active|target|valid|disabled|indeterminate)|::-|::marker|scrollbar")
_LATER_GROUPS = re.compile(r"print|@page|@keyframes")
_LATER_PROPERTIES = re.compile(
    r"-\w|transition|animation|cursor|will-change|outline|pointer-events|touch|user-select|scroll|backface|page-break|color-adjust"
)
_ONLY_OF_PAGES = re.compile(r"\[(dir|data-md-color-\w+)=|\.(?!md-|focus-|js)")  # no script adds these

_COMMENT, _BLOCK = re.compile(r"(?s)/\*.*?\*/|@charset[^;]*;"), re.compile(r"""((?:"[^"]*"|'[^']*'|[^{}"'])*)([{}])""")
_DECLARATION = re.compile(r"""([\w-]+)\s*:\s*((?:"[^"]*"|'[^']*'|[^;"'])+)""")
_BETWEEN_SELECTORS = re.compile(r"\s*,\s*(?![^()]*(?:\([^()]*\)[^()]*)*\))")
_CHOICE, _NOT = re.compile(r":(?:is|where)\(([^()]*)\)"), re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
_NO_ELEMENT = re.compile(r"@|^(\d+%|from|to)$")
_FUNCTION, _PSEUDO = re.compile(r":[\w-]+\([^()]*\)"), re.compile(r"::?[\w-]+")
_SET_BY_SCRIPT, _INEXACT = re.compile(r"(\[data-md-color-[^\]]*\])"), re.compile(r"[~|^$*]=[^\]]*|[\"']")
_BETWEEN_ELEMENTS, _NAME = re.compile(r"[\s>+~]+"), re.compile(r"[.#]?[\w-]+|\[[^\]]*\]")
_VARIABLE, _WORD = re.compile(r"var\(\s*(--[\w-]+)"), re.compile(r"[\w-]+")


class Rule(NamedTuple):
    """A rule of a stylesheet, and the groups that it stands in, such as `@media print`."""

    groups: tuple[str, ...]
    selectors: list[str]
    declarations: list[tuple[str, str]]


def in_layers(material: Iterable[Path], ours: Iterable[Path]) -> str:
    """The stylesheets of both."""
    theirs, own = ("".join(path.read_text("utf-8") for path in paths) for paths in (material, ours))
    return f"{MATERIAL}{{{theirs}}}{OURS}{{{own}}}"


def paint(site: Path, css: str, others: str, scripts: str, is_served: bool, cached: Path) -> None:
    """Put into the pages of a built `site` their rules of `css` and their policies, and beside them the sheet.

    `others` are styles that read variables, `scripts` those that may name what they add to a page. What takes long
    to find is kept from build to build in the file `cached`, by all that it is made of.
    """
    made_of = _digest(Path(__file__).read_text("utf-8"), css, others, scripts)
    known = json.loads(cached.read_text("utf-8")) if cached.is_file() else {}
    known, used = known if known.get("made of") == made_of else {}, {"made of": made_of}
    read, words, pages, seen = set(_VARIABLE.findall(others)), set(_WORD.findall(scripts)), list[Path](), set[str]()

    @cache
    def rules() -> list[Rule]:
        return _in_force(css)

    def answer(question: str, find: Callable[[], Any]) -> Any:
        used[question] = used.get(question) or known.get(question) or find()
        return used[question]

    def rules_for(elements: frozenset[frozenset[str]]) -> Any:
        def find() -> str:
            return _written(_kept(_early(rules()), lambda names: any(names <= each for each in elements)), read)

        return answer(_digest(*sorted(" ".join(sorted(each)) for each in elements)), find)

    vocabulary = set(answer("vocabulary", lambda: sorted(_vocabulary(rules()))))
    for path in sorted(site.rglob("*.html")):
        html = path.read_text("utf-8")
        if RULES in html:
            tree, unseen = LexborHTMLParser(html), set[frozenset[str]]()
            for node in tree.css(_UNSEEN):
                unseen |= _elements(node, vocabulary)
                node.decompose()
            shown = _elements(tree, vocabulary)
            seen.update(*unseen, *shown)
            path.write_text(_finished(html, tree, rules_for(shown), is_served), "utf-8")
            pages.append(path)

    def sheet_of_all() -> str:
        return _written(_kept(rules(), lambda names: _may_come(names - seen, words)), read | words)

    sheet = answer(f"sheet of {_digest(*sorted(seen))}", sheet_of_all).encode()
    name = f"material.{hashlib.sha256(sheet).hexdigest()[:8]}.css"
    (site / "assets/stylesheets").mkdir(parents=True, exist_ok=True)
    (site / "assets/stylesheets" / name).write_bytes(sheet)
    for path in pages:
        path.write_bytes(path.read_bytes().replace(SHEET.encode(), name.encode()))
    cached.parent.mkdir(exist_ok=True)
    cached.write_text(json.dumps(used), "utf-8")


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _vocabulary(rules: Iterable[Rule]) -> set[str]:
    """The names that selectors speak of."""
    return {name for rule in rules for text in rule.selectors for way in _ways(text) for need in way for name in need}


def _finished(html: str, tree: LexborHTMLParser, rules: str, is_served: bool) -> str:
    """A page with its rules, and in its policy the hash of each script and style that stands in it."""
    found: dict[str, dict[str, None]] = {"script": {}, "style": {}}
    for node in tree.css("style, script:not([src]):not([type*=json])"):
        digest = hashlib.sha256(node.text().replace(RULES, rules).encode()).digest()
        found[str(node.tag)][f" 'sha256-{base64.b64encode(digest).decode()}'"] = None
    if is_served:  # MkDocs adds a script of its own, which reloads the page
        found["script"] = {" 'unsafe-inline'": None}
    policy = _POLICY.format(**{kind: "".join(sources) for kind, sources in found.items()})
    return html.replace(RULES, rules, 1).replace(POLICY, policy, 1)


def _elements(tree: LexborHTMLParser | LexborNode, vocabulary: set[str]) -> frozenset[frozenset[str]]:
    """What stands in a `tree`: for each kind of element its names, as selectors write them, of the `vocabulary`."""
    exact = {"class", *(name[1:].partition("=")[0] for name in vocabulary if "=" in name)}
    kinds = {
        (node.tag or "", tuple((name, (name in exact and value) or "") for name, value in node.attributes.items()))
        for node in tree.css("*")
    }
    return frozenset(frozenset(vocabulary.intersection(_names(*kind))) for kind in kinds)


def _names(tag: str, attributes: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield tag
    for name, value in attributes:
        yield from (f"[{name}]", f"[{name}={value}]", *(f".{each}" for each in value.split() if name == "class"))


def _early(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules for what is seen before anything is touched."""
    for rule in rules:
        if not _LATER_GROUPS.search(" ".join(rule.groups)):
            now = [text for text in rule.selectors if not _LATER.search(_NOT.sub("", text))]
            noticed = [pair for pair in rule.declarations if not _LATER_PROPERTIES.match(pair[0])]
            yield Rule(rule.groups, now, noticed)


def _kept(rules: Iterable[Rule], is_there: Callable[[frozenset[str]], bool]) -> Iterator[Rule]:
    """The rules for what `is_there`, by the names that it must have."""
    is_there = cache(is_there)
    for rule in rules:
        if kept := [text for text in rule.selectors if any(all(map(is_there, way)) for way in _ways(text))]:
            yield Rule(rule.groups, kept, rule.declarations)


def _may_come(names: frozenset[str], words: set[str]) -> bool:
    """Whether all of `names`, which no page has, may be added by scripts with these `words`."""
    asked = {name for name in names if not name.startswith("[") or "=" in name}  # such as [open], which readers set
    values = {name.strip(".[]").rpartition("=")[2] for name in asked}
    return values <= words and not any(map(_ONLY_OF_PAGES.match, asked))


def _written(rules: Iterable[Rule], read: set[str]) -> str:
    """The rules as CSS, without variables that neither they nor those who `read` some look at."""
    rules, seen = list(rules), set(read)
    pairs = [pair for rule in rules for pair in rule.declarations]

    def unseen() -> set[str]:
        values = (value for name, value in pairs if not name.startswith("--") or name in seen)
        return {variable for value in values for variable in _VARIABLE.findall(value)} - seen

    while more := unseen():  # what a variable reads is read if it is read itself
        seen |= more
    css, opened = "", tuple[str, ...]()
    for rule in rules:
        declared = [f"{name}:{value}" for name, value in rule.declarations if not name.startswith("--") or name in seen]
        if declared:
            same = len(commonprefix([opened, rule.groups]))  # noqa: RUF071  # they are no paths
            css += "}" * (len(opened) - same) + "".join(f"{group}{{" for group in rule.groups[same:])
            css += f"{','.join(rule.selectors)}{{{';'.join(declared)}}}"
            opened = rule.groups
    return css + "}" * len(opened)


@cache
def _ways(selector: str) -> list[list[frozenset[str]]]:
    """What a selector needs: for each choice in its `:is(…)`, of each element that it speaks of, the names.

    What a script sets on some element may stand on another.
    """
    plain = _NOT.sub("", selector)
    if found := _CHOICE.search(plain):
        ways = (plain[: found.start()] + each.strip() + plain[found.end() :] for each in found[1].split(","))
        return [way for choice in ways for way in _ways(choice)]
    plain, count = _INEXACT.sub("", plain.replace(":checked", "[checked]")), 1
    while count:
        plain, count = _FUNCTION.subn("", plain)
    parts = _BETWEEN_ELEMENTS.split(_SET_BY_SCRIPT.sub(r" \1 ", _PSEUDO.sub("", plain)))
    return [[frozenset(_NAME.findall(part)) for part in parts if part and not _NO_ELEMENT.search(selector)]]


def _in_force(css: str) -> list[Rule]:
    """The rules of stylesheets, without the values of Material's variables that ours set anew in the same place."""
    rules, anew = list(_parsed(css)), defaultdict[str, set[str]](set)
    for rule in rules:
        for name, _ in rule.declarations if rule.groups == (OURS,) else ():
            anew[name].update(rule.selectors)

    def counts(rule: Rule, name: str) -> bool:
        is_anew = "body" in anew[name] or anew[name].issuperset(rule.selectors)
        return not (name.startswith("--") and rule.groups[0] == MATERIAL and is_anew)

    return [rule._replace(declarations=[p for p in rule.declarations if counts(rule, p[0])]) for rule in rules]


def _parsed(css: str) -> Iterator[Rule]:
    heads: list[str] = []
    for text, sign in _BLOCK.findall(_COMMENT.sub("", css)):
        short = " ".join(text.split()).replace(", ", ",")
        if sign == "{":
            heads.append(short)
        else:
            head = heads.pop()
            if short:
                yield Rule(tuple(heads), _BETWEEN_SELECTORS.split(head), _DECLARATION.findall(short))
