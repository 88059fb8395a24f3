"""The sources: the entries of data/sources.bib, each as pages print it and as reference managers take it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pybtex.backends.html import Backend as Html
from pybtex.backends.markdown import Backend as Markdown
from pybtex.richtext import HRef, Tag, Text

from briefing.bibtex import TABLE, address, fields_of, name_of, names_in, plain, read_bibtex
from briefing.dates import EventDate, dates_meant, parse_date
from briefing.problems import Problem, did_you_mean
from briefing.strict import read_text
from briefing.wording import in_words, say, words

SOURCES_FILE = "data/sources.bib"
_KEY = re.compile(r"\w(?:[\w:-]*\w)?")  # as mkdocs-bibtex reads `@key` in a text
_ON_A_DISK = re.compile(r"(?:^|[\s;:{])(?:/(?:Users|home|root|private|tmp|var|mnt|Volumes)/|~/|[A-Za-z]\\*:\\|file:/)")
_SPECIAL = str.maketrans({sign: f"&#{ord(sign)};" for sign in "@~^|="})  # which extensions of Markdown would take
_TO_ONESELF = re.compile(r"<\w|https?:|^\W*\w[\w \\]{1,30}: ?\S|^[\W\d]*$|\\par\b|.{240}", re.DOTALL)
_FORMS = {"number": r"\d+", "code": r"(?!.*[^\W\d_A-Z]{2}).+", "word": r"\w+", "": ".*"}  # of what is in words


@dataclass(frozen=True)
class Source:
    """An entry of the bibliography, in words and in the formats of others; what it does not say is empty."""

    entry: Any  # pybtex's
    line: int
    who: str
    short: str  # its label, or who and when
    date: EventDate | None  # as far as it is certain
    reference: Any  # pybtex's rich text
    reference_html: str
    csl: dict[str, Any]
    former_keys: list[str]
    faults: dict[str, str]  # what is wrong with its fields

    @property
    def bibtex(self) -> str:
        """The entry as BibTeX: its fields as written, names as they are understood, nothing private."""
        fields = {name.lower(): text for name, text in self.entry.fields.items() if not _ON_A_DISK.search(text)}
        for role in fields.keys() & TABLE["people"]:
            fields[role] = " and ".join(names_in(fields[role])[0])
        rows = [f"  {name} = {{{text}}}" for name, text in fields.items() if name not in TABLE["private"]]
        return ",\n".join([f"@{self.entry.type}{{{self.entry.key}", *rows]) + "\n}"

    def problem(self, message: str, field: str = "", told: bool = False) -> Problem:
        """A problem with it, or with one of its fields."""
        return Problem(SOURCES_FILE, self.line, f"{self.entry.key}, {field}".strip(", "), message, told=told)


class Sources(dict[str, Source]):
    """The sources by citation key, in the order of the file; `readable` is False where not all of it can be read."""

    readable = True

    @property
    def now(self) -> dict[str, str]:
        """The key of today for each that a source had before."""
        return {former: key for key, source in self.items() for former in source.former_keys}

    def unknown(self, key: str) -> str:
        """A sentence about a citation key that the file does not have; empty where it has it, or can't tell."""
        is_known = key in self or not self.readable
        return "" if is_known else f'"{key}" is not in {SOURCES_FILE}{did_you_mean(key, self, self.now)}'

    def write(self, folder: Path) -> str:
        """Write them where mkdocs-bibtex, which stops at what we understand, can read them; returns the file's name."""
        file, text = folder / "sources.bib", "\n\n".join(source.bibtex for source in self.values())
        folder.mkdir(exist_ok=True)
        if not file.is_file() or file.read_text("utf-8") != text:  # it is read again only if it is newer
            file.write_text(text, "utf-8")
        return str(file)


def load_sources(root: Path) -> tuple[Sources, list[Problem]]:
    """The sources of `root`/data/sources.bib, and what is wrong with the file and with each of them."""
    text, problems = read_text(root, SOURCES_FILE)
    entries, lines, unreadable = read_bibtex(text or "", SOURCES_FILE)
    read = ((key, _source_of(entry, lines.get(key, 1), fields_of(entry, entries))) for key, entry in entries.items())
    sources = Sources(read)
    sources.readable = text is not None and not unreadable
    for key, source in sources.items() if sources.readable else ():  # what seems to be missing may only be unread
        faults = {**source.faults, "crossref": sources.unknown(source.entry.fields.get("crossref", key))}
        if not _KEY.fullmatch(key):
            better = re.sub(r"[^\w:-]+", "-", key).strip("-:")
            faults["key"] = f'"{key}" can\'t be cited, only letters, digits, "-", "_" and ":" can; write "{better}"'
        problems += [source.problem(fault, field, field in ("", "urldate")) for field, fault in faults.items() if fault]
    return sources, problems + unreadable


def sources_are_cited(sources: Sources, cited: Collection[str]) -> Iterator[Problem]:
    """A source that nothing cites is told: it may be left from a library, or be forgotten."""
    for key, source in sources.items():
        if key not in cited:
            yield source.problem("nothing cites this source; cite it, or remove it", told=True)


def reference_in_markdown(source: Source, page_uri: str) -> str:
    """A reference with its key, a link to the page if there is one; no extension of Markdown finds signs of its own."""
    key = source.entry.key
    text = Text(source.reference, " (", HRef(f"{page_uri}#{key}", key) if page_uri else key, ")")
    return str(text.render(Markdown())).translate(_SPECIAL)


def listed(names: list[dict[str, str]]) -> str:
    """Names in words, each in its natural order; of more than six, the first three."""
    order = ("given", "family", "suffix", "literal")
    shown = [" ".join(filter(None, map(name.get, order))) for name in names]
    if shown[6:] or "others" in shown:
        return say("references.others", names=", ".join(name for name in shown[:3] if name != "others"))
    return say("references.and", names=", ".join(shown[:-1]), last=shown[-1]) if shown[1:] else "".join(shown)


def _source_of(entry: Any, line: int, given: Mapping[str, str]) -> Source:
    people, faults = {}, {}
    for role in TABLE["people"] + TABLE["organisations"]:
        text = given.get(role, "")
        names, faults[role] = names_in(f"{{{text}}}" if role in TABLE["organisations"] else text)
        people[role] = [name_of(name) for name in names]
    behind = next(filter(people.get, TABLE["who"]), "author")
    csl = {"id": entry.key, "type": TABLE["types"].get(entry.type, "document"), **_fields(given, entry.type)}
    issued, date, csl["issued"], faults["date"] = _date(given.get("date") or _year_and_month(given))
    accessed, _, csl["accessed"], faults["urldate"] = _date(given.get("urldate", ""))
    csl |= {"author": [], "editor": people["editor"], "translator": people["translator"]}
    csl["editor" if behind == "editor" else "author"] = people[behind]
    who, title = listed(people[behind]), csl["title"]
    faults["title"] = "" if title else "the title is missing; add title = {…}"
    faults[""] = "" if who else "nobody stands behind it; add author = {Doe, Jane}, or {{…}} around an organisation"
    if given.get("url") and not address(given["url"]):
        faults["url"] = f'"{given["url"]}" is not an address of the web; write it as https://host/…, without spaces'
    short = plain(given.get("label", "")) or ", ".join(filter(None, (who or title, issued)))
    former_keys = given.get("ids", "").replace(",", " ").split()
    reference, csl = _reference(csl, issued, accessed), {name: value for name, value in csl.items() if value}
    return Source(entry, line, who, short, date, reference, reference.render(Html()), csl, former_keys, faults)


def _fields(given: Mapping[str, str], kind: str) -> dict[str, str]:
    """What an entry says besides names and dates, in plain letters, by the names of CSL; empty what it does not say."""
    hidden = {name for name, text in given.items() if address(text) or _ON_A_DISK.search(text)} - {"title"}
    hidden |= {name for name in ("note", "addendum") if _TO_ONESELF.search(given.get(name, ""))}
    texts = {name: plain(text).rstrip(" ,:;/") for name, text in given.items() if name not in hidden}
    found = {}
    for name, options in TABLE["fields"].items():
        joined = (": ".join(filter(None, map(texts.get, option.split("+")))) for option in options)
        found[name] = next(filter(None, joined), "")
    found["number" if found["container-title"] or found["collection-title"] else "issue"] = ""
    is_length = re.fullmatch(r"(?:[ivxlc]+[+, ]+)?\d+(?: ?p\.?)?", found["page"]) and not found["container-title"]
    found["page"] = "" if is_length else re.sub(r"(?<=\d)-(?=\d)", "–", re.sub(r"^pp?\. ?", "", found["page"]))
    found["genre"] = words()["kinds_of_sources"].get(found["genre"] or kind, found["genre"])
    found["note"] = found["note"].strip("()")
    found["DOI"] = "".join(re.findall(r"10\.\d{4,9}/\S+", plain(given.get("doi", "")))[:1])
    eprint = found["archive_location"].replace(": ", ":", 1)
    found["archive_location"] = "" if eprint in found["container-title"] else eprint  # "arXiv:1234.5678 [stat]"
    links = [address(re.sub(r".*\\url\s*\{(.*)\}.*", r"\1", given.get(name, ""))) for name in TABLE["links"]]
    links += [_archived(f"doi:{found['DOI']}"), _archived(eprint)]
    return {**found, "URL": next(filter(None, links), "")}


def _archived(text: str) -> str:
    """The address of "doi:10.1234/5" or of an eprint; empty where there is none."""
    archive, _, number = text.partition(":")
    begins = TABLE["archives"].get(archive.lower(), "") if " " not in number else ""
    return begins + quote(number, safe="/:;._-") if begins and number else ""


def _year_and_month(given: Mapping[str, str]) -> str:
    """The date that the fields `year`, `month` and `day` say, in the order in which it is certain."""
    parts = [*filter(None, (plain(given.get(name, "")) for name in ("day", "month", "year")))]
    is_number = given.get("month", "").isdigit()
    return "-".join(part.zfill(2) for part in reversed(parts)) if is_number else " ".join(parts)


def _date(text: str) -> tuple[str, EventDate | None, dict[str, Any], str]:
    """A date in words, as one of ours and as CSL has it, as far as it is certain; and what is wrong with it."""
    text = re.sub(r"[{}]", "", text)
    if not re.search(r"\d|[a-z]{4}", text):  # "--", "n.d."
        return "", None, {}, ""
    edtf = re.sub(r"(?<![^/])(?:\.\.|unknown|open|\*)(?![^/])|T[\d:.]+(?:Z|[+-][\d:]+)?", "", text)
    try:
        date = parse_date(edtf)
    except ValueError as error:
        is_slip = re.fullmatch(r"(?:/?[1-9]\d{3}(?:-(?!2[1-4])\d\d(?:-\d\d)?)?){1,2}", edtf)
        if not is_slip and "/" not in edtf and len(meant := dates_meant(edtf)) == 1:
            return _date(meant[0])
        return text, None, {"literal": text}, str(error) if is_slip else ""
    parts = [[int(part) for part in point.plain.split("-")] for point in date.points]
    is_about = {"circa": True} if any(point.qualifier for point in date.points) else {}
    csl = {"date-parts": parts, **is_about} if date.start and date.end else {"literal": in_words(date)}
    return in_words(date), date, csl, ""


def _reference(csl: Mapping[str, Any], issued: str, accessed: str) -> Any:
    """A reference as pybtex's rich text; its addresses are fit for HTML and for Markdown."""
    said = {**csl, **{role: listed(csl[role]) for role in ("author", "editor", "translator")}}
    who, undated = said["author"] or said["editor"], say("references.undated")
    if who and not said["author"]:
        alone = "references.editors_alone" if csl["editor"][1:] else "references.editor_alone"
        said |= {"author": say(alone, it=who), "editor": ""}
    said["publisher"] = "" if csl["publisher"] == who else csl["publisher"]
    if not said["publisher"].startswith(csl["publisher-place"]):
        said["publisher"] = ": ".join(filter(None, (csl["publisher-place"], said["publisher"])))
    said["issued"] = issued or ("" if undated in csl["note"] else undated)
    said |= {"accessed": accessed, "DOI": csl["DOI"] and f"doi:{csl['DOI']}"}
    pieces = []
    for name in filter(said.get, TABLE["order"]):
        wording = words()["references"].get(name, "{it}")
        if isinstance(wording, dict):
            form = next(form for form, pattern in _FORMS.items() if re.fullmatch(pattern, said[name]))
            wording = wording.get(form, "{it}")
        before, _, after = wording.partition("{it}")
        text = Text(before, Tag("em", said[name]) if name == "container-title" else said[name], after)
        url = quote(csl["URL"] if name == "title" else _archived(said[name]), safe="%/:=?#&+,;!$~-._")
        pieces.append(HRef(url.replace("&", "&amp;"), text) if url else text)
    note = [say("references.note", it=csl["note"])] if csl["note"] else []
    return Text(" ").join([Text(", ").join(pieces), *note])
