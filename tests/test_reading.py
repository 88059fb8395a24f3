"""A page is read as it is printed: what comes out where, on which line, and the same in `check` and in the build."""

from __future__ import annotations

import random
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from markdown import Markdown
from mkdocs_bibtex.plugin import BibTexPlugin
from mkdocs_bibtex.registry import SimpleRegistry
from selectolax.lexbor import LexborHTMLParser

from briefing.notes import NotesExtension, make_markdown
from briefing.page_rules import page_problems
from briefing.pages import Settings, files_of, load_pages, load_settings, parse_page
from briefing.problems import BriefingError
from briefing.reading import Block, Reading, read_page
from briefing.records import load_records
from briefing.signs import Held, after_bibtex, came_out, draw, for_bibtex, hold
from briefing.sources import load_sources
from conftest import FICTIONAL

NAMES = ("attr_list", "footnotes", "smarty", "admonition", "md_in_html", "pymdownx.blocks.caption")
MARKDOWN = make_markdown({name: {} for name in NAMES})


def read(body: str) -> Reading:
    return read_page(body, MARKDOWN)


def lines(body: str) -> list[tuple[str, int]]:
    """The first word of each block, and its line."""
    return [((block.text.split() or [block.tag])[0], block.line_at(0)) for block in read(body).blocks]


def plain(block: Block) -> str:
    return " ".join(block.text.split())


PAGE = """\
# Title

Some *words* that are
wrapped, and [a link](x.md)
[begins a line](y.md).

- one
- two
    - inner
      wrapped

!!! note "Called out"
    Said here.

> quoted

| a | b |
|---|---|
| c | d |

![alt](z.png)
/// caption
Shown
///

12. people died

<div class="x" markdown>
Inside
</div>

Last.[^n]

[^n]: A note.

    Its second paragraph.
"""


def test_every_word_keeps_its_line() -> None:
    words = PAGE.split("\n")
    for block in read(PAGE).blocks:
        for word in re.finditer(r"[A-Za-z]{4,}", block.text):
            assert word[0] in words[block.line_at(word.start()) - 1], word[0]
    assert [word for word, _ in lines(PAGE)] == [
        "Title", "Some", "one", "Called", "Said", "quoted", "a", "alt", "12.", "Inside", "Last.", "hr", "A",
    ]  # fmt: skip


def test_lines_count_from_the_top_of_the_file() -> None:
    page, _ = parse_page("---\ntitle: x\n---\n\na\n\nb", "x.md")
    assert page
    assert [block.line_at(0) for block in read(page.body).blocks] == [5, 7]


def test_held_things_know_where_they_came_out() -> None:
    body = "# H {{ a:b }} { #h }\n\nIn {{ c:d }} and `{{ e:f }}` [x {{ g:h }}](y.md).[^n]\n\n{{ block }}\n\n<!-- {{ i:j }} -->\n\n[^n]: @key"
    reading = read(body)
    found = {reading.held[sign].token or "@": place for sign, place in reading.printed.items()}
    assert {name: place.inside[-1] for name, place in found.items()} == {
        "a:b": "h1", "c:d": "p", "e:f": "code", "g:h": "a", "block": "p", "@": "p",
    }  # fmt: skip
    assert found["c:d"].block.address == "h"
    assert [reading.held[sign].key for sign in reading.cited] == ["key"]


def test_a_value_has_the_nearest_address_above() -> None:
    body = "# Title\n\n{{ a:a }} x\n{ #one }\n\n{{ a:b }} y\n\n- {{ a:c }}\n- z\n{ #list }\n\n## Next\n\n> {{ a:d }} q"
    reading = read(body)
    assert [place.block.address for place in reading.printed.values()] == ["one", "one", "list", "next"]


def test_tabs_are_no_addresses() -> None:
    reading = read_page(
        '# T\n\n=== "One"\n\n    {{ a:b }} x\n', make_markdown({"pymdownx.tabbed": {"alternate_style": True}})
    )
    assert [place.block.address for place in reading.printed.values()] == ["t"]


def test_a_note_may_hold_paragraphs_and_any_label() -> None:
    reading = read("x[^a-name] y[^a-name]\n\n[^a-name]: One, @key, p. 5.\n\n    Two, @other.\n")
    note = reading.blocks[-1]
    assert (note.note, note.address, plain(note)) == ("a-name", "fn:a-name", "One, \ufdd0, p. 5. Two, \ufdd0.")
    assert [reading.held[sign].key for sign in reading.cited] == ["key", "other"]
    assert reading.note_labels == ["a-name"]


def test_a_year_at_the_beginning_of_a_line_is_text() -> None:
    assert plain(read("It was signed in\n2012. More came.").blocks[0]) == "It was signed in 2012. More came."


def test_aligned_columns_are_not_styled_in_their_tags() -> None:
    assert '<td align="right">b</td>' in read("| a |\n|--:|\n| b |").html


class Bibtex(SimpleRegistry):  # type: ignore[misc]  # untyped
    def reference_text(self, citation: object) -> str:
        return f"<{citation.key}>".replace("<", "«").replace(">", "»")  # type: ignore[attr-defined]


def built(body: str) -> str:
    """What the build makes of a page: held, resolved by the plugin, given back, converted."""
    plugin = BibTexPlugin()
    plugin.load_config({"bib_file": "x", "bib_by_default": False})
    plugin.registry = Bibtex([str(FICTIONAL / "data/sources.bib")])
    reading = read(body)
    text = for_bibtex(reading.text, reading.held, reading.cited)
    return MARKDOWN.reset().convert(after_bibtex(plugin.on_page_markdown(text, None, None, None)))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("x[^n]\n\n[^n]: See @almanac: p. 5; @gazette-1902, p. 7.", "See «almanac»: p. 5; «gazette-1902», p. 7."),
        ("x[^n]\n\n[^n]: [@almanac, p. 5]", "[«almanac», p. 5]"),
        ("Write to [the office, a@b.example], `@almanac` or @almanac-fan.", "[the office, a@b.example], @almanac or @almanac-fan"),
        ("<https://x.example/@almanac> [@almanac's](https://y.example/?a=@almanac)", "@almanac’s"),
        (r"x[^n]" "\n\n" r"[^n]: \@almanac on a network", "@almanac on a network"),
    ],
)  # fmt: skip
def test_only_citations_in_notes_are_resolved(body: str, shown: str) -> None:
    html = draw(built(body), hold(body)[1], lambda held: held.token)
    text = LexborHTMLParser(html).body
    assert text is not None
    assert shown in text.text()
    assert html.count("«") == shown.count("«")


def test_a_colon_may_be_in_a_key_and_not_behind_it() -> None:
    keys = [held.key for held in hold("See @doe:tea: p. 5; @doe:tea:b, @almanac:")[1].values()]
    assert keys == ["doe:tea", "doe:tea:b", "almanac"]


def test_values_and_blocks_are_drawn_in_their_places() -> None:
    body = "{{ killed:a }}\n\n{{ records }}\n\nA {{ killed:b }}."

    def drawn(held: Held) -> str:
        return f"<section>{held.token}</section>" if held.is_block else f"<b>{held.token}</b>"

    html = draw(built(body), hold(body)[1], drawn)
    assert html == "<p><b>killed:a</b></p>\n<section>records</section>\n<p>A <b>killed:b</b>.</p>"


def test_notes_run_through_the_briefing() -> None:
    markdown = Markdown(extensions=["footnotes", "attr_list", NotesExtension({"b": 4, "a": 5})])
    html = markdown.convert("P[^b][^a][^b]\n{ #para }\n\n- x\n- y\n{ #rows }\n\n[^a]: A\n[^b]: B")
    page = LexborHTMLParser(html)
    assert [link.text() for link in page.css(".footnote-ref")] == ["4", "5", "4"]
    assert [note.attributes["id"] for note in page.css(".footnote li")] == ["fn:b", "fn:a"]
    assert [note.attributes["value"] for note in page.css(".footnote li")] == ["4", "5"]
    assert len({link.attributes["title"] for link in page.css(".footnote-backref")}) == 3
    assert [link.attributes["href"] for link in page.css(".headerlink")] == ["#para", "#rows"]


def test_settings_are_read_as_mkdocs_reads_them(tmp_path: Path) -> None:
    text = (FICTIONAL / "mkdocs.yml").read_text("utf-8")
    emoji = "  - pymdownx.emoji:\n      emoji_generator: !!python/name:pymdownx.emoji.to_svg\n  - smarty\n"
    (tmp_path / "mkdocs.yml").write_text(
        text.replace("  - smarty\n", emoji) + "extra: {key: !ENV [NAME, x]}\n", "utf-8"
    )
    settings, problems = load_settings(tmp_path)
    assert problems == []
    assert callable(settings.extensions["pymdownx.emoji"]["emoji_generator"])
    assert list(settings.nav)[:2] == ["index.md", "quarrel.md"]
    with pytest.raises(BriefingError, match="no_such"):
        make_markdown({"no_such": {}})


SIGNS = [
    "<script>alert(1)</script>", "{{", "}}", "{{ 7*7 }}", "@", "@almanac", "[^1]", "[^9]: @almanac", "[@almanac, p. 5]", "---\n", "&amp;",
    "\u202e", "\ufdd0\ufdd4", "\U000f0000", "\x02", "\x03", "x" * 3000, "`c`", "```\n", "<div", "<div markdown>\n", "</div>",
    "!!! note\n", "    ", "/// caption\n", "\n\n", "> ", "- ", "1. ", "| a | b |\n|---|---|\n", "[x]: y", "{ #a .b }", "<!--", "-->", "<b>",
    "<table>", "<svg><path/></svg>", "\\@", "a@b.c", "{{ killed:flood }}", "{{ sources }}", "*[GUT]: x", "[TOC]", "===\n", "20. ", "\t",
]  # fmt: skip


def test_spoilt_pages_are_read_alike_by_check_and_build() -> None:
    chance, settings = random.Random(17022017), load_settings(FICTIONAL)[0]
    pages, files = load_pages(FICTIONAL, settings)[0], files_of(FICTIONAL)
    records, sources = load_records(FICTIONAL)[0], load_sources(FICTIONAL)[0]
    texts = [((FICTIONAL / page.file).read_text("utf-8"), page.uri) for page in pages] + [
        (f"---\ntitle: x\n---\n{PAGE}", "x.md")
    ]
    compared = 0
    for number in range(1000):
        text, uri = chance.choice(texts)
        for _ in range(chance.choice((1, 1, 2, 4))):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice((*SIGNS, "")) + text[at + chance.choice((0, 0, 1, 20)) :]
        page, found = parse_page(text, uri)
        if not page:
            assert found
            continue
        reading = read(page.body)
        briefing = SimpleNamespace(
            pages=(page,),
            sections=(page,) if page.is_section else (),
            readings={uri: reading},
            records=records,
            sources=sources,
        )
        found += page_problems(briefing, Settings(**{**vars(settings), "blocks": frozenset(["sources"])}), files)  # type: ignore[arg-type]
        assert all(1 <= problem.line <= text.count("\n") + 1 for problem in found), (number, found)
        if not any(not problem.told for problem in found):
            tokens = {held for held in reading.printed if reading.held[held].token}
            assert came_out(built(page.body), reading.held) == tokens, (number, text)
            compared += 1
    assert compared > 100
