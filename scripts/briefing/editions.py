"""Editions: each is a folder with a copy of what was published, which no later code can alter."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

from selectolax.lexbor import LexborHTMLParser

from briefing.dates import EventDate, parse_date
from briefing.problems import Problem
from briefing.strict import read_yaml

FOLDER = "data/editions"
ABOUT, TEXT, SUMS = "edition.yml", "briefing.html", "SHA256SUMS"
_NOT_KEPT = "script, style, noscript, template, form, button, .headerlink, .here, .cite, .paper, .announced"
_NOT_TEXT = ".footnote, .footnote-ref, .record, .figure, .locator, .counts-told, svg"
_BLOCKS = {"p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "figure", "pre"}
_UNDO = "an edition is never altered; bring its folder back as it was, with: git checkout data/editions"
Rows = Mapping[str, Mapping[str, str]]  # the cells of each record by their columns, by the id of the record


@dataclass(frozen=True)
class KeptEdition:
    """An edition as it was published: its number, its day, and the bytes of its files by their names."""

    number: int
    date: EventDate
    files: Mapping[str, bytes]

    @property
    def day(self) -> datetime.date:
        """The day it is dated."""
        return self.date.start.first if self.date.start else datetime.date.min

    @property
    def html(self) -> str:
        """The whole briefing as it was rendered; its links are `#id` or absolute."""
        return self.files[TEXT].decode("utf-8")

    @cached_property
    def sums(self) -> Mapping[str, str]:
        """The SHA-256 of each file by its name, as written down when the edition was kept."""
        lines = (line.partition("  ") for line in self.files[SUMS].decode("utf-8").splitlines())
        return {name: digest for digest, _, name in lines}

    @cached_property
    def rows(self) -> Rows:
        """Its records by the ids they had, events first."""
        return rows_of(*(self.files[name].decode("utf-8-sig") for name in ("events.csv", "figures.csv")))

    @cached_property
    def paragraphs(self) -> Mapping[str, str]:
        """What it said, by the address of each paragraph."""
        return paragraphs_of(self.html)

    @cached_property
    def addresses(self) -> Mapping[str, str]:
        """What a link could lead to in its sections: paragraphs, with what they said, and notes."""
        notes = LexborHTMLParser(self.html).css('.section li[id^="fn:"]')
        return {**self.paragraphs, **{note.attributes["id"] or "": "" for note in notes}}


def load_editions(root: Path) -> tuple[tuple[KeptEdition, ...], list[Problem]]:
    """The editions below `root` that are as they were kept, in their order, and what is wrong with the others."""
    editions: list[KeptEdition] = []
    problems: list[Problem] = []
    folders = [path for path in (root / FOLDER).glob("[!.]*") if path.is_dir()]
    for folder in sorted(folders, key=lambda path: path.name.rjust(9)):
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
        found = [*_altered(files)]
        if not found:
            about = read_yaml(files[ABOUT].decode("utf-8"), ABOUT)[0]
            editions.append(KeptEdition(int(about["number"]), parse_date(about["date"]), files))
            found = [*_misplaced(folder.name, editions)]
        problems += [Problem(f"{FOLDER}/{folder.name}/{name}", 1, "", what) for name, what in found]
    return tuple(editions), problems


def refusal(editions: Iterable[KeptEdition], date: datetime.date, today: datetime.date) -> str:
    """Why the next edition can't be dated `date`; empty where it can."""
    if date > today:
        return f"{date} is still to come; date the edition {today} or earlier."
    last = max((edition.day for edition in editions), default=date)
    return f"The last edition is dated {last}; choose that day or a later one." if date < last else ""


def keep_edition(
    site: Path, root: Path, number: int, date: datetime.date, pages: tuple[str, str], files: Iterable[str], address: str
) -> Path:
    """Keep what was built in the folder `site` as an edition; its folder is there whole afterwards, or not at all.

    `pages` are the page for print and that of the records, `files` the downloads, where they lie in `site`.
    """
    aside = root / FOLDER / f".{number}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    page = site / pages[0] / "index.html" if pages[0].endswith("/") else site / pages[0]
    text, pictures = fragment_of(page.read_text("utf-8"), *pages, address)
    (aside / TEXT).write_bytes(text.encode())
    (aside / ABOUT).write_bytes(f'number: {number}\ndate: "{date}"\n'.encode())
    for name, path in {**{Path(path).name: path for path in files}, **pictures}.items():
        shutil.copyfile(site / path, aside / name)
    sums = (f"{_digest(path.read_bytes())}  {path.name}\n" for path in sorted(aside.iterdir()))
    (aside / SUMS).write_bytes("".join(sums).encode())
    return aside.rename(root / FOLDER / str(number))


def fragment_of(page: str, page_url: str, records_url: str, address: str) -> tuple[str, dict[str, str]]:
    """The article of a built page as plain HTML, and its pictures: where each lies in the site, by its new name.

    A link to what the page has itself leads there: to its own copy of a record, too.
    """
    tree, site = LexborHTMLParser(page), f"{address.rstrip('/')}/"
    article = tree.css_first(".md-content__inner") or tree.css("main, body")[-1]
    for node in article.css(_NOT_KEPT):
        node.decompose()
    ids, pictures = {node.attributes["id"] for node in article.css("[id]")}, {}
    for node in article.css("a[href]"):
        url = urljoin(site + page_url, node.attributes["href"] or "")
        page_at, target = urldefrag(url)
        if page_at == site + records_url and f"record_{target}" in ids:  # a paragraph may have the id of an event
            target = f"record_{target}"
        node.attrs["href"] = f"#{target}" if url.startswith(site) and target in ids else url
    for node in article.css("[srcset]"):
        del node.attrs["srcset"]
    for node in article.css("[src]"):
        url = urldefrag(urljoin(site + page_url, node.attributes["src"] or "")).url
        if url.startswith(site):
            path = unquote(url.removeprefix(site).partition("?")[0])
            url = path.replace("/", "-")
            pictures[url] = path
        node.attrs["src"] = url
    return article.inner_html or "", pictures


def paragraphs_of(html: str) -> dict[str, str]:
    """The text of a page by the ids in it: each holds until the next. Drawings, records and marks are left out."""
    tree, texts = LexborHTMLParser(html), defaultdict[str, str](str)
    for node in tree.css(f"{_NOT_KEPT}, {_NOT_TEXT}"):
        node.decompose()
    for part in tree.css(".section") or tree.css("body"):  # where sections stand on one page, nothing else is text
        address = ""
        for node in part.traverse(include_text=True):
            if node.tag in _BLOCKS:
                address = node.attributes.get("id") or address
                texts[address] += " "
            elif node.is_text_node:
                texts[address] += node.text_content or ""
    return {address: " ".join(text.split()) for address, text in texts.items() if address and text.strip()}


def rows_of(*tables: str) -> Rows:
    """The rows of tables in CSV by the first cell of each."""
    rows = (row for table in tables for row in csv.DictReader(io.StringIO(table, newline="")))
    return {next(iter(row.values())): row for row in rows}


def _altered(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The files of an edition that are not as they were kept, and what is wrong with each."""
    sums = KeptEdition(0, EventDate(None, None), files).sums if SUMS in files else {}
    for name in sorted({ABOUT, TEXT, SUMS, "events.csv", "figures.csv", *sums, *files}):
        if name not in files:
            yield name, f"the file is missing; {_UNDO}"
        elif name != SUMS and name not in sums:
            yield name, f"the file is not one that was published; {_UNDO}"
        elif name != SUMS and _digest(files[name]) != sums[name]:
            yield name, f"this is not what was published; {_UNDO}"


def _misplaced(folder: str, editions: list[KeptEdition]) -> Iterator[tuple[str, str]]:
    """What is wrong with the number and day of the last of `editions`."""
    edition, number = editions[-1], len(editions)
    if not folder == str(edition.number) == str(number):
        yield ABOUT, f"editions run 1, 2, 3 and on; this one is {number}, as is its folder"
    if number > 1 and edition.day < editions[-2].day:
        yield ABOUT, "it is dated before the edition before it; correct one"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
