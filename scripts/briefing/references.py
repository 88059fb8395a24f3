"""What the fields of a bibliography entry say: LaTeX as plain letters, addresses, names and dates."""

from __future__ import annotations

import calendar
import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import latexcodec  # noqa: F401  # teaches `codecs` to read LaTeX
import yaml
from pybtex.bibtex.utils import split_name_list, split_tex_string
from pybtex.database import Person
from pybtex.richtext import HRef

from briefing.dates import EventDate, parse_date
from briefing.wording import in_words, say

TABLE = yaml.safe_load(Path(__file__).with_name("biblatex.yml").read_text(encoding="utf-8"))
OTHERS = {"literal": "others"}
Name = dict[str, str]  # as CSL has it: `family` and `given`, or `literal`

_ADDRESS = re.compile(r"https?://[^\s/?#\"<>\\^`{|}@\[\]]+(?:[/?#][^\s\"<>\\`]*)?", re.IGNORECASE)
_MARKS = {"\"": "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307"}
_MARKS |= {"H": "\u030b", "b": "\u0331", "c": "\u0327", "d": "\u0323", "k": "\u0328", "r": "\u030a", "u": "\u0306", "v": "\u030c"}
_ACCENT = re.compile(r"\\a?([\"'`^~=.]|[Hbcdkruv](?![A-Za-z]))\s*(\{\s*)?\\?([^\W\d_])(?(2)\s*\})")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?\s*(?=(\{)?)")
_JOINER = re.compile(r"\s*;\s*|\s+(?:\\?&|/|et(?! al)|und)\s+")
_ET_AL = re.compile(r"(.+?)[,\s]+(?:et|and) al(?:ii|\.)?|(.+?)[,\s]+and others")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|[IV]+|\d(?:nd|rd|th)")
_ORGANISATION = re.compile(
    r"\b(?:of|for|the|on|and|pour|sur|für|watch|international|nations|committee|commission|council|ministry|office"
    r"|organi[sz]ation|association|agency|university|institute|government|department|network|news|cent(?:re|er)"
    r"|foundation|federation|initiative|secretar\S+|programme|mission|minist\S+|comité|université|union)\b",
    re.IGNORECASE,
)


@cache
def plain(text: str) -> str:
    """A field without the commands and braces of LaTeX."""
    text = _COMMAND.sub(lambda match: TABLE["commands"].get(match[1], ""), _letters(text))
    text = re.sub(r"\\[-/!@]|[{}$\\]", "", text)
    return " ".join(re.sub("[\ue000-\ue07f]", lambda match: chr(ord(match[0]) - 0xE000), text).split())


def unknown_commands(text: str) -> list[str]:
    """The commands of LaTeX in a field that would print nothing."""
    bare = (match[1] for match in _COMMAND.finditer(_letters(text)) if not match[2])
    return [name for name in bare if name not in TABLE["commands"]]


def address(text: str) -> str:
    """The web address in a field, without what exporters add for LaTeX; empty where it holds none."""
    text = re.sub(r"\\text(?:ascii)?tilde(?:\s*\{\})?|\$\\sim\$|\\~\{\}", "~", text.strip())
    text = re.sub(r"\\url\s*(?=\{)|\\(?=[\W_])|[{}<>]", "", text.replace("\\textunderscore", "_"))
    return text if _ADDRESS.fullmatch(text) else ""


def names_in(text: str) -> tuple[list[Name], str]:
    """The names in a field, and what is wrong with them; as a whole where it is not certain what they are."""
    try:
        text = " ".join(text.split())
        return [name for part in split_name_list(text) for name in _names(part, text)], ""
    except ValueError as error:
        return [{"literal": plain(text)}], str(error)


def date_in(fields: Mapping[str, str], name: str = "date") -> tuple[EventDate | str, str]:
    """A date of an entry (as its own words where it is not certain what it is), and what is wrong with it."""
    text = re.sub(r"[{}]|\\textascii(?=tilde)", "", fields.get(name, "")).replace("tilde", "~") or (_year_and_month(fields) if name == "date" else "")
    if not re.search(r"\d|[a-z]{4}", text):  # "--", "n.d."
        return "", ""
    edtf = re.sub(r"T[\d:.]+(?:Z|[+-][\d:]+)?", "", text).replace("?~", "%").replace("~?", "%").replace("–", "/")
    ends = [re.sub(r"^(?:\.\.|unknown|open|\*)$", "", end) for end in edtf.split("/")]
    try:
        return parse_date("/".join(ends)), ""
    except ValueError as error:
        is_slip = re.fullmatch(r"[1-9]\d{3}-(?!2[1-4])\d\d(?:-\d\d)?", text)
        return text, str(error) if is_slip else ""


def _letters(text: str) -> str:
    """LaTeX with its accents and signs as letters; escaped signs are set aside (U+E000), commands are left."""
    if not re.search(r"[\\{}$~%^_]|--|''|``", text):  # which takes long to read
        return text
    text = re.sub(r"\\([{}$%&#_])|(%)", lambda match: chr(0xE000 + ord(match[1] or "%")), text.replace("\\\\", " "))
    text = re.sub(r"\\(?:noopsort|href|textcolor)\s*\{[^{}]*\}", "", text)
    text = _ACCENT.sub(lambda match: unicodedata.normalize("NFC", match[3] + _MARKS[match[1]]), text)
    text = re.sub(r"\$([^$]*)\$", lambda match: re.sub("[_^]", "{}", match[0]), text)
    return codecs.decode(text, "ulatex").replace("\\ ", " ")


def _names(text: str, field: str) -> Iterator[Name]:
    """One part of a field that " and " divides, in which people join names in other ways."""
    if text.lower() == "others":
        yield OTHERS
    elif match := _ET_AL.fullmatch(text.strip("{}")):
        yield from _names(match[1] or match[2], field)
        yield OTHERS
    elif "family=" in text.replace(" ", ""):
        parts = {name.strip(): plain(part.strip('" ')) for name, _, part in (p.partition("=") for p in text.split(","))}
        prefix = parts.get("prefix", "")
        family = [prefix, parts["family"]] if parts.get("useprefix") != "false" else [parts["family"]]
        given = [parts.get("given", ""), prefix] if parts.get("useprefix") == "false" else [parts.get("given", "")]
        yield _person(" ".join(given).strip(), " ".join(family).strip(), parts.get("suffix", ""))
    elif re.fullmatch(r"\{.*\}", text) and len(split_tex_string(text, r"[\s,]+")) == 1:
        yield {"literal": plain(text)}
    elif len(joined := split_tex_string(text, _JOINER.pattern)) > 1:
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
    return _person(plain(" ".join(given)), plain(" ".join(family)), plain(" ".join(person.lineage_names)))


def _person(given: str, family: str, suffix: str) -> Name:
    """A name of one part is taken whole."""
    if not given or not family:
        return {"literal": " ".join(filter(None, (given, family, suffix)))}
    return {"family": family, "given": given, **({"suffix": suffix} if suffix else {})}


def _may_be_two(parts: list[str], field: str) -> bool:
    """Whether "Ann Other, Jane Doe" stands where the other names do not show that the family's comes first."""
    others = [name for name in split_name_list(field) if name != ", ".join(parts)]
    shown = others and all("," in name for name in others)
    return not shown and all(len(re.findall(r"(?<![\w{'-])[^\W\d_a-z][^\W\d_.]+(?![\w}.-])", p)) > 1 for p in parts)


def _uncertain(text: str) -> ValueError:
    many = 'write " and " between people (Doe, Jane and Roe, Ann)'
    return ValueError(f'"{plain(text)}" may be one name or several; {many}, and {{{{…}}}} around an organisation')


def _year_and_month(fields: Mapping[str, str]) -> str:
    """The date that the fields `year`, `month` and `day` say, as EDTF where that is certain."""
    year, month, day = (plain(fields.get(name, "")) for name in ("year", "month", "day"))
    names = [name.lower() for name in calendar.month_abbr]
    index = int(month) if month.isdigit() else names.index(month[:3].lower()) if month[:3].lower() in names else 0
    if not 1 <= index <= 12 or not re.fullmatch(r"\w*\.?", month):
        return " ".join(filter(None, (day, month, year)))
    return f"{year}-{index:02}" + (f"-{int(day):02}" if day.isdigit() else "")


def date_in_words(date: EventDate | str) -> str:
    """A date in words; one that is not certain as the entry has it."""
    if not isinstance(date, str):
        return in_words(date)
    season = re.fullmatch(r"(\d{4})-(2[1-4])", date)
    return say(f"references.season_{season[2]}", year=season[1]) if season else date


def csl_date(date: EventDate | str) -> dict[str, Any]:
    """A date as CSL has it."""
    if not isinstance(date, EventDate) or not date.start:
        return {"literal": date_in_words(date)} if date else {}
    points = [[part for part in (point.year, point.month, point.day) if part] for point in date.points]
    rough = {"circa": True} if any(point.qualifier for point in date.points) else {}
    return {"date-parts": points, **rough}


def listed(names: list[Name]) -> str:
    """Names in words, each in its natural order; of more than six, the first three."""
    shown = [_in_order(name) for name in names if name != OTHERS]
    if OTHERS in names or len(shown) > 6:
        return say("references.others", names=", ".join(shown[:3] if len(shown) > 6 else shown))
    return say("references.and", names=", ".join(shown[:-1]), last=shown[-1]) if shown[1:] else "".join(shown)


def _in_order(name: Name) -> str:
    """A name as it is spoken: in Chinese, Japanese and Korean, the family's first."""
    if re.match("[\u3040-\u9fff\uac00-\ud7af]", name.get("family", "")):
        return name["family"] + name["given"]
    return " ".join(filter(None, map(name.get, ("given", "family", "suffix", "literal"))))


def inverted(name: Name) -> str:
    """A name with the family's first, as RIS has it."""
    return ", ".join(filter(None, map(name.get, ("family", "given", "suffix", "literal"))))


def bibtex_name(name: Name) -> str:
    """A name as BibTeX has it."""
    if name == OTHERS:
        return "others"
    parts = {part: re.sub(r"([&%$#_{}])", r"\\\1", text) for part, text in name.items()}
    whole = parts.get("literal", "")
    return f"{{{whole}}}" if whole else ", ".join(filter(None, map(parts.get, ("family", "suffix", "given"))))


def form_of(name: str, fields: Mapping[str, str]) -> str:
    """Which of the ways to say a part fits it: `issue` or `number`; `page`, `pages` or `passage`; an `edition`."""
    text = fields[name]
    if name == "number":
        return "issue" if fields["container"] or fields["series"] else "number"
    if name == "edition":
        return "edition" if text.isdigit() else "named_edition" if text.isalpha() else "edition_said"
    if name == "series":
        return "numbered_series" if text.isdigit() else "series"
    if re.search(r"[^\W\d_]{2}", text):
        return "passage"
    return "pages" if re.search(r"\d\W+\w*\d", text) else "page" if fields["container"] else "length"


def doi_link(doi: str) -> str:
    """The address that a DOI leads to."""
    return f"https://doi.org/{quote(doi, safe='/:;._-')}" if doi else ""


def link(url: str, text: str) -> Any:
    """A text that leads to an address, where there is one; the address is fit for HTML and for Markdown."""
    return HRef(quote(url, safe="%/:=?#&+,;!$~-._").replace("&", "&amp;"), text) if url and text else text


def latex_faults(text: str) -> Iterator[str]:
    """What is wrong with the LaTeX of a field."""
    for name in unknown_commands(text):
        yield f'"\\{name}" is a command that pages do not print; write the letters themselves'
    if re.search(r"(?<!\\)%", text):
        yield 'LaTeX leaves out what follows "%"; write "\\%"'
