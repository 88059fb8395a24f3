"""Reads BibTeX as reference managers write it: entries, the names in them, and LaTeX as plain letters."""

import codecs
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unicodedata import lookup, normalize

import latexcodec  # noqa: F401  # teaches `codecs` to read LaTeX
from pybtex.bibtex.utils import scan_bibtex_string, split_tex_string
from pybtex.database import Person
from pybtex.database.input.bibtex import Parser, month_names
from pybtex.errors import capture

from briefing.problems import Problem
from briefing.strict import read_text, read_yaml

TABLE: Any = read_yaml(read_text(Path(__file__).parent, "biblatex.yml")[0] or "", "biblatex.yml")[0]
_PRINTED = {**TABLE["commands"], **dict.fromkeys(TABLE["silent"], ""), **dict.fromkeys(TABLE["spaces"], " ")}
_ENTRY = re.compile(r"@\w+\s*[{(]\s*([^\s,}]+)")
_FIELD = re.compile(r'\s*[\w-]+\s*=\s*[{"\d]')
_ACCENT = re.compile(r"\\a?([\"'`^~=.]|[Hbcdkruv](?![A-Za-z]))\s*(\{\s*)?\\?([^\W\d_])(?(2)\s*\})")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?\s*(?=(\{)?)")
_ADDRESS = re.compile(r"https?://[^\s/?#\"<>\\^`{|}@\[\]]+(?:[/?#][^\s\\]*)?", re.IGNORECASE)
_ET_AL = re.compile(
    r"\{([^{}]+?),? (?:et al\.?|and others)\}|,?(?: and)? (?:\{?\\\w+ ?)?\{?(?:et\.?|and) al(?:ii|\.)?\}?$"
)
_SUFFIX = r"(?:[JS]r\.?|I[IV]+|\d(?:nd|rd|th))"
_JOINER = r"\s(?:\\?&|/|et|und)\s"
_INITIALS = r"^[^,]*\s[A-Z]{1,2},|(?:^|\s)[A-Z]\.[^,]*,"  # in one: "Doe J, Roe A", "J. Doe, A. Roe"
_KNOWN = f"(?:{'|'.join(TABLE['known_organisations'])})"
_ACRONYMS = f"^{_KNOWN},|, ?{_KNOWN}$|^[A-Z]{{3,6}}, ?[A-Z]{{3,6}}$"  # in one: "UNHCR, Oxfam"
_SEVERAL = re.compile(rf"{_JOINER}|{_INITIALS}|{_ACRONYMS}|,(?!\s*{_SUFFIX},)[^,]*,")
_FULL = r"(?:[^,]* )?[^\W\d_a-z]\w+"
_FAMILY = f"[a-z]|(?i:{'|'.join(TABLE['words_before_families'])}) "
_IN_FULL = re.compile(rf"(?!{_FAMILY}){_FULL} {_FULL}, {_FULL} {_FULL}$")  # in one: "Ann Other, Jane Doe"
_WHOLE = re.compile(rf"(?:[^\W\d_a-z][^\s,]{{2,}}(?: |$)){{3,}}|[A-Z ]{{3,}}|[^,]+, {_SUFFIX}|{_KNOWN}")
_ROLES = "|".join(TABLE["roles"]).replace("é", r"\{?(?:é|\\'\{?e)\}*")
_ROLE = re.compile(  # behind a name, and not in its braces
    rf"\s*[([](?:(?:{_ROLES})\b\W*(?:(?:and|et|und)\b\W*)?)+[])](?![^{{]*\}})", re.IGNORECASE
)
_ORGANISATION = re.compile(rf"\b(?:{'|'.join(TABLE['words_of_organisations'])})\b", re.IGNORECASE)


def read_bibtex(text: str, file: str) -> tuple[dict[str, Any], dict[str, int], list[Problem]]:
    """The entries of `text` by key, as pybtex has them, the line of each, and what is wrong; it goes on behind that."""
    lines = {match[1]: 1 + text.count("\n", 0, match.start()) for match in _ENTRY.finditer(text)}
    with capture() as errors:
        entries = Parser(macros={**month_names, "sept": "September"}, person_fields=()).parse_string(text).entries
    problems = []
    for error in errors:
        key = next((word for word in str(error).split() if word in lines), "")  # of what is there twice
        advice = "look for a brace, a quotation mark or a comma that is missing there, or before"
        message = f"{error}; {'remove or rename one of the two' if key else advice}"
        problems.append(Problem(file, getattr(error, "lineno", lines.get(key, 1)), key, message))
    depth, has_braces = 0, not re.search(r"@\w+\s*\(", text)  # or round brackets, as in "@book(…)"
    for line, row in enumerate(text.split("\n"), 1):
        if has_braces and depth < 1 and _FIELD.match(row) and not problems:
            message = "no entry has what stands here; look for a brace too many before it"
            problems.append(Problem(file, line, "", message))
        depth += row.count("{") - row.count("}")
    return dict(entries), lines, problems


def fields_of(entry: Any, entries: Mapping[str, Any]) -> dict[str, str]:
    """The fields of an entry by the names of biblatex, with those of the entry that it names in crossref."""
    own = {TABLE["aliases"].get(name.lower(), name.lower()): text for name, text in entry.fields.items()}
    parent = entries.get(own.get("crossref", ""))
    taken = fields_of(parent, {}) if parent else {}
    renamed = TABLE["inherited"] if parent and parent.type != entry.type else {}
    return {renamed.get(name, name): taken[name] for name in taken if name not in TABLE["own"]} | own


def plain(text: str) -> str:
    """A field without the commands and braces of LaTeX; a command that we do not know stays, to be seen."""
    if re.search(r"[\\{}$~%]|--|''|``", text):  # others take long to read, for nothing
        text = re.sub(r"(?<!\\)%", r"\\%", text.replace("\\\\", " "))
        text = re.sub(r"\\(?:noopsort|href|textcolor)\s*\{[^{}]*\}", "", text)
        for _ in range(2):  # a letter may have two
            text = _ACCENT.sub(lambda match: normalize("NFC", match[3] + lookup(TABLE["accents"][match[1]])), text)
        text = re.sub(r"(?<!\\)\$([^$]*)\$", lambda match: re.sub("[_^]", "{}", match[0]), text)
        text = codecs.decode(text, "ulatex")  # type: ignore[call-overload]  # a codec of latexcodec's
        text = _COMMAND.sub(lambda match: _PRINTED.get(match[1], "" if match[2] else match[0]), text)
        text = re.sub(r"\\(?:[-/!@]|(\W))|[{}$]", r"\1", text)
    return " ".join(text.split())


def address(text: str) -> str:
    """The web address in a field, without what exporters add for LaTeX; empty where it holds none."""
    text = re.sub(r"\\text(?:ascii)?tilde(?:\s*\{\}| )?|\$\\sim\$|\\~\{\}", "~", text.strip())
    text = re.sub(r"\\url\s*(?=\{)|\\(?=[\W_])|[{}]|^<|>$", "", re.sub(r"\\textunderscore ?", "_", text))
    each = re.split(r"[,;]?\s+", text.replace("&amp;", "&"))
    return each[0] if all(map(_ADDRESS.fullmatch, each)) else ""


def names_in(text: str) -> tuple[list[str], str]:
    """The names in a field, each as BibTeX takes it, and what is wrong; the whole as one where that is not certain."""
    text = _ROLE.sub("", " ".join(text.split()).replace("&amp;", "&"))
    text = _ET_AL.sub(r"\1 and others", text)
    names: list[str] = []
    for part in split_tex_string(text, "(?i) and |;"):
        said = dict(re.findall(r'(\w+)\s*=\s*"?([^,"]*)', part))  # biblatex's "family=Doe, given=Jane, prefix=de"
        if "family" in said:
            family = f"{said.get('prefix', '')} {said['family']}".strip()
            part = ", ".join(filter(None, (f"{{{family}}}", said.get("suffix"), said.get("given"))))
        name = re.sub(rf"(, [^,]+), ({_SUFFIX})$", r", \2\1", part.strip(", "))
        pair = split_tex_string(name, _JOINER)
        names += pair if all(one.count(",") == 1 for one in pair) else [name]
    bare = ["".join(sign for sign, depth in scan_bibtex_string(name) if not depth) for name in names]
    commas = "".join(bare).count(",")
    # as in "Ministry of Justice and Human Rights"
    organisations = any(map(_ORGANISATION.search, bare)) and (commas or bare[1:])
    if organisations or any(map(_SEVERAL.search, bare)) or (commas == 1 and any(map(_IN_FULL.match, bare))):
        advice = 'write "and" between several, each as "{Doe}, Jane" or "{Guild of Tea}", or {{…}} around all of one'
        return [f"{{{text}}}"], f'"{plain(text)}" may be one name or several; {advice}'
    wholes = [_ORGANISATION.search(name) or _WHOLE.fullmatch(name) for name in bare]
    return [f"{{{name}}}" if whole else name for name, whole in zip(names, wholes, strict=True) if plain(name)], ""


def name_of(text: str) -> dict[str, str]:
    """One of the names of `names_in` as CSL has it; what has no given name is taken whole."""
    person = Person(text)
    given, suffix = plain(" ".join(person.bibtex_first_names)), plain(" ".join(person.lineage_names))
    family = plain(" ".join(person.prelast_names + person.last_names))
    if not given or re.match("[\u3040-\u9fff\uac00-\ud7af]", family):  # Chinese, Japanese, Korean: the family first
        return {"literal": family + given}
    return {"family": family, "given": given, **({"suffix": suffix} if suffix else {})}
