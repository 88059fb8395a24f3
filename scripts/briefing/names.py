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
_ET_AL = re.compile(r"(.+?)[,\s]+(?:et|and) al(?:ii|\.)?|(.+?)[,\s]+and others")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|[IV]+|\d(?:nd|rd|th)")
_ORGANISATION = re.compile(rf"\b(?:{'|'.join(TABLE['organisations'])})\b", re.IGNORECASE)


def names_in(text: str) -> tuple[list[Name], str]:
    """The names in a field, and what is wrong with them; as a whole where it is not certain what they are."""
    text = " ".join(text.split()).replace("&amp;", "&")
    parts = [re.sub(r"^[, ]+|[, ]+(?:and)?$", "", part) for part in split_name_list(text)]  # "Doe, Jane, and Roe, Ann"
    try:
        if parts[1:] and any(_ORGANISATION.search(re.sub(r"\{.*?\}", "", part)) for part in parts):
            raise _uncertain(text)  # "Ministry of Justice and Human Rights"
        return [name for part in parts for name in _names(part, text) if any(name.values())], ""
    except ValueError as error:
        return [{"literal": plain(text)}], str(error)


def listed(names: list[Name]) -> str:
    """Names in words, each in its natural order; of more than six, the first three."""
    shown = [_in_order(name) for name in names if name != OTHERS]
    if OTHERS in names or len(shown) > 6:
        return say("references.others", names=", ".join(shown[:3] if len(shown) > 6 else shown))
    return say("references.and", names=", ".join(shown[:-1]), last=shown[-1]) if shown[1:] else "".join(shown)


def bibtex_name(name: Name) -> str:
    """A name as BibTeX has it."""
    parts = {part: re.sub(r"([&%$#_{}])", r"\\\1", text) for part, text in name.items()}
    if "literal" in parts:
        return "others" if name == OTHERS else f"{{{parts['literal']}}}"
    return ", ".join(filter(None, map(parts.get, ("family", "suffix", "given"))))


def _in_order(name: Name) -> str:
    """A name as it is spoken: in Chinese, Japanese and Korean, the family's first."""
    if re.match("[\u3040-\u9fff\uac00-\ud7af]", name.get("family", "")):
        return name["family"] + name["given"]
    return " ".join(filter(None, map(name.get, ("given", "family", "suffix", "literal"))))


def _names(text: str, field: str) -> Iterator[Name]:
    """One part of a field that " and " divides, in which people join names in other ways."""
    if text.lower() == "others":
        yield OTHERS
    elif match := _ET_AL.fullmatch(text.strip("{}")):
        yield from _names(match[1] or match[2], field)
        yield OTHERS
    elif "family=" in text.replace(" ", ""):
        parts = {name.strip(): plain(part.strip('" ')) for name, _, part in (p.partition("=") for p in text.split(","))}
        first = parts.get("useprefix") != "false"  # of the family's name, or last of the given one
        given = f"{parts.get('given', '')} {'' if first else parts.get('prefix', '')}".strip()
        family = f"{parts.get('prefix', '') if first else ''} {parts.get('family', '')}".strip()
        yield _person(given, family, parts.get("suffix", ""))
    elif re.fullmatch(r"\{.*\}", text) and len(split_tex_string(text, r"[\s,]+")) == 1:
        yield {"literal": plain(text)}
    elif len(joined := split_tex_string(text, _JOINER)) > 1:
        if any(part.count(",") != 1 for part in joined) and not (";" in text and "," not in text):
            raise _uncertain(text)
        for part in joined:
            yield from _names(part, field)
    else:
        yield _name(text, field)


def _name(text: str, field: str) -> Name:
    parts = split_tex_string(text, ",\\s*")
    outside = re.sub(r"\{[^{}]*\}", "", text)
    if len(parts) == 1:
        words = plain(text).split()
        if _ORGANISATION.search(outside) or (len(words) > 2 and all(len(w) > 2 and w[0].isupper() for w in words)):
            return {"literal": " ".join(words)}
    elif len(parts) > 3 or _ORGANISATION.search(outside) or _may_be_two(parts, field):
        raise _uncertain(text)
    if len(parts) == 3:
        if _SUFFIX.fullmatch(parts[2]):
            parts[1:] = parts[:0:-1]
        if not _SUFFIX.fullmatch(parts[1]):
            raise _uncertain(text)
    person = Person(", ".join(parts))
    given, family = person.first_names + person.middle_names, person.prelast_names + person.last_names
    last, _, suffix = plain(" ".join(family)).rpartition(", ")  # {Doe, Jr.}
    names = (
        (last, suffix)
        if _SUFFIX.fullmatch(suffix) and last
        else (plain(" ".join(family)), " ".join(person.lineage_names))
    )
    return _person(plain(" ".join(given)), *names)


def _person(given: str, family: str, suffix: str) -> Name:
    """A name of one part is taken whole."""
    if not given or not family:
        return {"literal": " ".join(filter(None, (given, family, suffix)))}
    return {"family": family, "given": given, **({"suffix": suffix} if suffix else {})}


def _may_be_two(parts: list[str], field: str) -> bool:
    """Whether "Ann Other, Jane Doe" stands where the other names do not show that the family's comes first."""
    others = [name for name in split_name_list(field) if name != ", ".join(parts)]
    shown = others and all("," in name for name in others)
    if re.search(r"(?:^|\s)[A-Z]\.", parts[0]):  # "J. Smith, A. Doe"
        return True
    return not shown and all(len(re.findall(r"(?<![\w{'-])[^\W\d_a-z][^\W\d_.]+(?![\w}.-])", p)) > 1 for p in parts)


def _uncertain(text: str) -> ValueError:
    """Says what to write where a name may be several: people in pairs of names or whole, or organisations."""
    text = plain(text)
    parts = re.split(r",\s*(?:and\s+)?|\s+(?:&|and|et|und|/)\s+", text)
    whole = text if len(parts) != 2 or " " in parts[0] or "," not in text else f"{parts[1]} {parts[0]}"
    if _ORGANISATION.search(text):
        several = " and ".join(f"{{{part}}}" for part in parts)
        return ValueError(f'"{text}" may be one name or several; write {several} for several, {{{{{whole}}}}} for one')
    in_pairs = parts[2:] and len(parts) % 2 == 0 and not all(" " in part for part in parts)
    people = [", ".join(parts[n : n + 2]) for n in range(0, len(parts), 2)] if in_pairs else parts
    one = f"{{{parts[0]}}}, {parts[1]} for one" if len(parts) == 2 and "," in text else f"{{{{{text}}}}} for one"
    return ValueError(f'"{text}" may be one name or several; write {" and ".join(people)} for several, {one}')
