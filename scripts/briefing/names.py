"""The names in a bibliography: told apart however they are joined, or refused where that is not certain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pybtex.bibtex.utils import split_name_list, split_tex_string
from pybtex.database import Person

from briefing.bibtex import TABLE, plain
from briefing.wording import say

OTHERS = {"literal": "others"}
Name = dict[str, str]  # as CSL has it: `family`, `given` and `suffix`, or `literal`

_JOINER = r"\s*;\s*|\s+(?:\\?&|/|et(?! al)|und)\s+"
_ET_AL = re.compile(r"\{([^{}]+?),? (?:et al\.?|and others)\}|,? (?:et|and) al(?:ii|\.)?$")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|[IV]+|\d(?:nd|rd|th)")
_ORGANISATION = re.compile(rf"\b(?:{'|'.join(TABLE['words_of_organisations'])})\b", re.IGNORECASE)


def names_in(text: str) -> tuple[list[Name], str]:
    """The names in a field, and what is wrong with them; as a whole where it is not certain what they are."""
    text = " ".join(text.split()).replace("&amp;", "&")
    parts = [part for part in _parts(_ET_AL.sub(r"\1 and others", text)) if plain(part)]
    if any(_is_doubtful(part, parts) for part in parts):
        advice = 'write "and" between several, each as "Doe, Jane" or {Guild of Tea}, or {{…}} around the whole of one'
        return [{"literal": plain(text)}], f'"{plain(text)}" may be one name or several; {advice}'
    return [_name(part) for part in parts], ""


def listed(names: list[Name]) -> str:
    """Names in words, each in its natural order; of more than six, the first three."""
    order = ("given", "family", "suffix", "literal")
    shown = [" ".join(filter(None, map(name.get, order))) for name in names if name != OTHERS]
    if OTHERS in names or len(shown) > 6:
        return say("references.others", names=", ".join(shown[:3] if len(shown) > 6 else shown))
    return say("references.and", names=", ".join(shown[:-1]), last=shown[-1]) if shown[1:] else "".join(shown)


def bibtex_name(name: Name) -> str:
    """A name as BibTeX has it."""
    parts = {part: re.sub(r"([&%$#_{}])", r"\\\1", text) for part, text in name.items()}
    if "literal" in parts:
        return "others" if name == OTHERS else f"{{{parts['literal']}}}"
    family, *others = filter(None, map(parts.get, ("family", "suffix", "given")))
    plainly = ", ".join([family, *others])
    return plainly if names_in(plainly) == ([name], "") else ", ".join([f"{{{family}}}", *others])


def _parts(text: str) -> Iterator[str]:
    """The names as written; what may be several, joined otherwise than by " and ", as one."""
    for part in split_name_list(text):
        said = dict(re.findall(r'(\w+)\s*=\s*"?([^,"]*)', part))  # biblatex's "family=Doe, given=Jane, prefix=de"
        if family := said.get("family"):
            family = f"{{{said.get('prefix', '')} {family}}}"
            part = ", ".join(filter(None, (family, said.get("suffix"), said.get("given"))))
        joined = split_tex_string(part.strip(", "), _JOINER)
        in_pairs = all(name.count(",") == 1 for name in joined)
        yield from joined if in_pairs or (";" in part and "," not in part) else [part.strip(", ")]


def _is_doubtful(part: str, parts: list[str]) -> bool:
    """Whether it is not certain that this one of the parts is one name, and where its family's begins."""
    pieces = split_tex_string(part, ",")
    if _is_organisation(part):  # "Ministry of Justice and Human Rights"
        return len(pieces) > 1 or len(parts) > 1
    if len(pieces) == 2:  # "J. Smith, A. Doe", "Ann Other, Jane Doe"
        in_full = all(len(re.findall(r"(?<![\w{'-])[^\W\d_a-z][^\W\d_.]+(?![\w}.-])", piece)) > 1 for piece in pieces)
        is_alone = sum("," in each for each in parts) == 1
        return (is_alone and in_full) or bool(re.search(r"(?:^|\s)[A-Z]\.", pieces[0]))
    if len(pieces) > 2:
        return len(pieces) > 3 or not any(_SUFFIX.fullmatch(piece) for piece in pieces[1:])
    return len(split_tex_string(part, _JOINER)) > 1


def _is_organisation(text: str) -> bool:
    return bool(_ORGANISATION.search(re.sub(r"\{.*\}", "", text)))


def _name(text: str) -> Name:
    """One name; what has no given name is taken whole."""
    if text.lower() == "others":
        return OTHERS
    words = plain(text).split()
    is_capital = len(words) > 2 and all(len(word) > 2 and word[0].isupper() for word in words)  # Human Rights Watch
    if _is_organisation(text) or (is_capital and "," not in text):
        return {"literal": plain(text)}
    pieces = split_tex_string(text, ",")
    if _SUFFIX.fullmatch(pieces[-1]):  # Doe, Jane, Jr.
        pieces[1:] = pieces[:0:-1]
    person = Person(", ".join(pieces))
    given = plain(" ".join(person.first_names + person.middle_names))
    family = plain(" ".join(person.prelast_names + person.last_names))
    if re.match("[\u3040-\u9fff\uac00-\ud7af]", family):  # Chinese, Japanese and Korean, the family's name first
        return {"literal": family + given}
    if not given:
        return {"literal": plain(text)}
    name = {"family": family, "given": given, "suffix": plain(" ".join(person.lineage_names))}
    return {part: found for part, found in name.items() if found}
