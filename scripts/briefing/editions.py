"""Editions: each is a folder with a copy of what was published, which no later code can alter."""

import csv
import datetime
import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
_ALTERED = (
    "this file was changed, added or taken away, and an edition is never altered; "
    "bring its folder back as it was, with: git checkout data/editions"
)
_MISPLACED = "editions run 1, 2, 3, each in the folder of its number and none dated before the last; correct this one"
Rows = Mapping[str, Mapping[str, str]]  # the cells of each record by their columns, by the id of the record


@dataclass(frozen=True)
class KeptEdition:
    """An edition as it was published: its number, its day, the bytes of its files and their SHA-256 by their names."""

    number: int
    date: EventDate
    files: Mapping[str, bytes] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)

    @property
    def day(self) -> datetime.date:
        """The day it is dated."""
        return self.date.first or datetime.date.min

    @cached_property
    def rows(self) -> Rows:
        """Its records by the ids they had, which are their first cells; events first."""
        tables = (self.files[name].decode("utf-8-sig") for name in ("events.csv", "figures.csv"))
        rows = (row for table in tables for row in csv.DictReader(table.split("\r\n")))
        return {next(iter(row.values())): row for row in rows}

    @cached_property
    def paragraphs(self) -> Mapping[str, str]:
        """What it said, by the address of each paragraph."""
        return paragraphs_of(self.files[TEXT])

    @property
    def addresses(self) -> Mapping[str, str]:
        """What a link could lead to in its sections: paragraphs, with what they said, and notes."""
        notes = LexborHTMLParser(self.files[TEXT]).css('.section li[id^="fn:"]')
        return {**self.paragraphs, **{note.id or "": "" for note in notes}}


def load_editions(root: Path) -> tuple[tuple[KeptEdition, ...], list[Problem]]:
    """The editions below `root` that are as they were kept, in their order, and what is wrong with the others."""
    editions: list[KeptEdition] = []
    problems: list[Problem] = []
    folders = [path for path in (root / FOLDER).glob("[!.]*") if path.is_dir()]
    for number, folder in enumerate(sorted(folders, key=lambda path: path.name.rjust(9)), 1):
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
        lines = files.get(SUMS, b"").decode("utf-8", "replace").splitlines()
        sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        found = {name: _digest(data) for name, data in files.items() if name != SUMS}
        wrong = {name: _ALTERED for name, _ in sums.items() ^ found.items()} if sums else {SUMS: _ALTERED}
        if not wrong:
            about = read_yaml(files[ABOUT].decode("utf-8"), ABOUT)[0]
            edition = KeptEdition(int(about["number"]), parse_date(about["date"]), files, sums)
            if not str(number) == about["number"] == folder.name or (editions and edition.day < editions[-1].day):
                wrong = {ABOUT: _MISPLACED}
            editions.append(edition)
        problems += [Problem(f"{FOLDER}/{folder.name}/{name}", 1, "", what) for name, what in wrong.items()]
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

    `pages` are the addresses of the page for print and that of the records, `files` the downloads in `site`.
    """
    aside = root / FOLDER / f".{number}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    text, pictures = fragment_of((site / pages[0] / "index.html").read_text("utf-8"), *pages, address)
    (aside / TEXT).write_bytes(text.encode())
    (aside / ABOUT).write_bytes(f'number: {number}\ndate: "{date}"\n'.encode())
    for name, path in {**{Path(path).name: path for path in files}, **pictures}.items():
        shutil.copyfile(site / path, aside / name)
    sums = [f"{_digest(path.read_bytes())}  {path.name}\n" for path in sorted(aside.iterdir())]
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
    ids, pictures = {node.id for node in article.css("[id]")}, {}
    for node in article.css("[srcset]"):
        del node.attrs["srcset"]
    for node in article.css("a[href], [src]"):
        name = "href" if node.tag == "a" else "src"
        url = urljoin(site + page_url, node.attributes[name] or "")
        where, target = urldefrag(url)
        if where == site + records_url and f"record_{target}" in ids:  # a paragraph may have the id of an event
            target = f"record_{target}"
        if name == "src" and url.startswith(site):
            path = unquote(where.removeprefix(site).partition("?")[0])
            url = path.replace("/", "-")
            pictures[url] = path
        elif url.startswith(site) and target in ids:
            url = f"#{target}"
        node.attrs[name] = url
    return article.inner_html or "", pictures


def paragraphs_of(html: str | bytes) -> dict[str, str]:
    """The text of a page by the ids in it: each holds until the next. Drawings, records and marks are left out."""
    tree, texts = LexborHTMLParser(html), defaultdict[str, str](str)
    for node in tree.css(f"{_NOT_KEPT}, {_NOT_TEXT}"):
        node.decompose()
    for part in tree.css(".section") or tree.css("body"):  # where sections stand on one page, nothing else is text
        address = ""
        for node in part.traverse(include_text=True):
            if node.tag in _BLOCKS:
                address = node.id or address
                texts[address] += " "
            elif node.is_text_node:
                texts[address] += node.text_content or ""
    return {address: " ".join(text.split()) for address, text in texts.items() if address and text.strip()}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
