"""Editions: each is a folder with a copy of what was published, which no later code can alter."""

import csv
import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from selectolax.lexbor import LexborHTMLParser

from briefing.dates import EventDate, parse_date
from briefing.problems import Problem
from briefing.strict import read_yaml

FOLDER = "data/editions"
ABOUT, TEXT, SUMS = "edition.yml", "briefing.html", "SHA256SUMS"
_NOT_KEPT = "script, style, noscript, template, form, button, .headerlink, .here, .cite, .paper, .announced"
_NOT_TEXT = ".footnote, .footnote-ref, .record, .figure, .locator, .counts-told, svg"
_BLOCKS = {"p", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "figure", "pre"}
_ALTERED = (
    "this file, or an edition before it, was changed, added or taken away, and an edition is never altered; "
    "remove what was added, and bring the rest back with: git checkout data/editions"
)


class KeptEdition(NamedTuple):
    """An edition as it was published on the day `date`: the bytes of its `files` and their `sums` (SHA-256) by name.

    `rows` are the cells of its records by the ids they had, `said` is what stands at each address of its sections.
    """

    number: int
    date: EventDate
    files: Mapping[str, bytes] = {}
    sums: Mapping[str, str] = {}
    rows: Mapping[str, dict[str, str]] = {}
    said: Mapping[str, str] = {}


def load_editions(root: Path) -> tuple[tuple[KeptEdition, ...], list[Problem]]:
    """The editions below `root` that are as they were kept, in their order, and what is wrong with the others."""
    editions: list[KeptEdition] = []
    problems: list[Problem] = []
    folders = [path for path in (root / FOLDER).glob("[!.]*") if path.is_dir()]
    for number, folder in enumerate(sorted(folders, key=lambda path: path.name.rjust(9)), 1):
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("[!.]*")) if path.is_file()}
        lines = files.get(SUMS, b"").decode("utf-8", "replace").splitlines()
        sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        found = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != SUMS}
        altered = {name for name, _ in sums.items() ^ found.items()} if sums else {SUMS}
        if not altered:
            editions.append(edition := _edition(files, sums))
            altered = set() if folder.name == str(edition.number) == str(number) else {ABOUT}
        problems += [Problem(f"{FOLDER}/{folder.name}/{name}", 1, "", _ALTERED) for name in sorted(altered)]
    return tuple(editions), problems


def keep_edition(
    edition: KeptEdition, root: Path, site: Path, pages: tuple[str, str], files: Iterable[str], address: str
) -> None:
    """Keep what was built in the folder `site` as `edition`; its folder is there whole afterwards, or not at all.

    `pages` are the addresses of the page for print and that of the records, `files` the downloads in `site`.
    """
    aside = root / FOLDER / f".{edition.number}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    text, pictures = fragment_of((site / pages[0] / "index.html").read_text("utf-8"), *pages, address)
    (aside / TEXT).write_bytes(text.encode())
    (aside / ABOUT).write_bytes(f'number: {edition.number}\ndate: "{edition.date}"\n'.encode())
    for name, path in {**{Path(path).name: path for path in files}, **pictures}.items():
        shutil.copyfile(site / path, aside / name)
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(aside.iterdir())]
    (aside / SUMS).write_bytes("".join(sums).encode())
    aside.rename(root / FOLDER / str(edition.number))


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
    """The text of a page by the ids in it: each holds until the next. Drawings, records and marks are left out.

    An edition's notes are there too, for their addresses alone.
    """
    tree, texts = LexborHTMLParser(html), defaultdict[str, str](str)
    notes = {node.id or "": "" for node in tree.css('.section li[id^="fn:"]')}
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
    return {address: " ".join(text.split()) for address, text in texts.items() if address and text.strip()} | notes


def _edition(files: Mapping[str, bytes], sums: Mapping[str, str]) -> KeptEdition:
    about = read_yaml(files[ABOUT].decode("utf-8"), ABOUT)[0]
    tables = (files[name].decode("utf-8-sig") for name in ("events.csv", "figures.csv"))
    rows = (row for table in tables for row in csv.DictReader(table.split("\r\n")))
    by_id = {next(iter(row.values())): row for row in rows}
    return KeptEdition(int(about["number"]), parse_date(about["date"]), files, sums, by_id, paragraphs_of(files[TEXT]))
