"""What a token prints, in words and as markup; what a date and a figure read."""

from __future__ import annotations

import datetime
import os
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown
from selectolax.lexbor import LexborHTMLParser

from briefing.dates import EventDate, Point, parse_date
from briefing.markup import templates
from briefing.model import Figure
from briefing.publication import Publication
from briefing.read import read_briefing
from briefing.render import Renderer
from briefing.tokens import KINDS, Token, TokenError, draw, hold, tokens, value_of
from briefing.wording import DATE_FORMS, date_in_words, figure_in_words
from conftest import FICTIONAL, ROOT
from markdown_notes import NotesExtension, PlainExtension

CASES = sorted((ROOT / "tests/cases/prose").glob("*.md"))
BRIEFING = read_briefing(FICTIONAL)


def text_of(pieces: object) -> str:
    """The words of some pieces."""
    return "".join(piece.text for piece in pieces)  # type: ignore[attr-defined]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_page_is_drawn_as_its_golden_file(case: Path, tmp_path: Path) -> None:
    publication = Publication(BRIEFING, "", "", {"more/records.md": "more/records/"})
    renderer = Renderer(publication, templates(ROOT / "scripts/theme", tmp_path), lambda a, b: f"../{a}")
    html = markdown(hold(case.read_text(encoding="utf-8")), extensions=[PlainExtension()])
    drawn = renderer.draw_values(html, "flood/") + "\n"
    golden = case.with_suffix(".html")
    if os.environ.get("UPDATE_CASES"):
        golden.write_text(drawn, encoding="utf-8")
    assert drawn == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("1999", "1999"),
        ("1999-12", "December 1999"),
        ("1999-12-31", "31 December 1999"),
        ("1999/2000", "1999 and 2000"),
        ("1999/2004", "1999 to 2004"),
        ("1999-11/1999-12", "November and December 1999"),
        ("1999-12/2000-01", "December 1999 and January 2000"),
        ("1999-03/1999-12", "March to December 1999"),
        ("1999-12-01/1999-12-31", "1 to 31 December 1999"),
        ("1999-11-01/1999-12-31", "1 November to 31 December 1999"),
        ("1999-12-31/2000-01-01", "31 December 1999 to 1 January 2000"),
        ("1999-12/2000-01-05", "December 1999 to 5 January 2000"),
        ("1999-12-31/", "not before 31 December 1999"),
        ("1999/", "not before 1999"),
    ],
)
def test_a_date_reads_naturally(edtf: str, words: str) -> None:
    date = parse_date(edtf)
    assert text_of(date_in_words(date)) == words
    assert str(date) == edtf


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ({"exactly": "0"}, "none"),
        ({"exactly": "9"}, "nine"),
        ({"exactly": "10"}, "10"),
        ({"at_least": "9000"}, "at least 9,000"),
        ({"at_most": "5"}, "at most five"),
        ({"about": "1234567"}, "about 1,234,567"),
        ({"between": ["9", "12"]}, "between nine and 12"),
    ],
)
def test_a_figure_never_loses_its_hedge(figure: dict[str, object], words: str) -> None:
    assert text_of(figure_in_words(Figure.model_validate({**figure, "who": "people"}))) == words


@given(st.dates(), st.sampled_from(["day", "month", "year"]))
def test_every_date_is_read_back_from_its_edtf(day: datetime.date, precision: str) -> None:
    point = Point(day.year, day.month if precision != "year" else None, day.day if precision == "day" else None)
    date = parse_date(str(point))
    assert date == EventDate(point, point)
    assert point.first <= day <= point.last
    assert str(day.year) in text_of(date_in_words(date))


@given(st.dates(), st.dates())
def test_an_interval_is_read_only_forwards(one: datetime.date, other: datetime.date) -> None:
    text = f"{one.isoformat()}/{other.isoformat()}"
    if one < other:
        assert str(parse_date(text)) == text
    else:
        with pytest.raises(ValueError, match="ends"):
            parse_date(text)


@given(st.text(alphabet="0123456789-/ .x٣", max_size=22))
def test_any_text_is_a_date_or_is_refused_in_words(text: str) -> None:
    try:
        assert str(parse_date(text)) == text
    except ValueError as error:
        assert any(part in str(error) for part in text.split("/"))


@given(st.text(alphabet=string.ascii_lowercase + "{}:|- \n[]@", max_size=60))
def test_any_text_is_drawn_or_refused_and_nothing_around_a_token_changes(text: str) -> None:
    html = "".join(f"<p>{line}</p>" for line in hold(text).splitlines())
    kept = draw(html, lambda token: ("<p>{{%s}}</p>" if token.is_block else "{{%s}}") % token.inner)
    assert kept == "".join(f"<p>{line}</p>" for line in text.splitlines())
    for token in tokens(text):
        try:
            value_of(token, BRIEFING.dataset)
        except TokenError as error:
            assert error.message


@given(st.sampled_from(KINDS), st.sampled_from(sorted(BRIEFING.dataset.events)), st.sampled_from(list(DATE_FORMS)))
def test_a_token_prints_the_record_or_says_why_not(kind: str, event_id: str, form: str | None) -> None:
    token = Token(f" {kind}:{event_id}{'|' + form if form else ''} ", 0, 0)
    try:
        value = value_of(token, BRIEFING.dataset)
    except TokenError as error:
        assert error.record == event_id
    else:
        assert value.event_id == event_id
        assert all(piece.text for piece in value.pieces)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "<b\nonclick=alert(1)\n>x</b>", "<!-- x -->",
        "<?php x ?>", "<![CDATA[x]]>", "<!doctype x>", "- <div onclick=x>", "> <iframe src=x>", "# <title>", "</p><svg/onload=x>",
        "`a` <b onclick=x> `c`", "\\`<b onclick=x>\\`", "``a`<b onclick=x>``", "    <b>", "| a |\n|---|\n| <b onclick=x> |",
        " ```\n<b onclick=x>\n ```", "``` foo bar\n<b onclick=x>\n```", "- a ` b\n- <b onclick=x> ` c", "\\<hr onclick=x>", "<a@b.example>",
        '``` { .x onclick="a" #q style="b" }\ncode\n```', 'p\n{ #p onclick="a" style="b" hidden data-x="y" }', "*p*{ onclick=a }",
        "[<b onclick=x>](x)", "![<b onclick=x>](x)", "[a](x '<b onclick=x>')", "*<b onclick=x>*", "<b onclick=x\n\nx>", "&lt;b onclick=x>",
    ],
)  # fmt: skip
def test_html_in_markdown_is_text(text: str) -> None:
    drawn = LexborHTMLParser(
        f"<main>{markdown(text, extensions=['tables', 'attr_list', 'fenced_code', PlainExtension()])}</main>"
    )
    asked = "p, code, pre, ul, li, blockquote, h1, table, thead, tbody, tr, th, td, a, img, em"
    assert [node.html for node in drawn.css(f"main :not({asked})")] == []
    given = {name for node in drawn.css("main *") for name in node.attributes}
    assert given <= {"href", "src", "alt", "title", "id", "class"}


def test_former_ids_lead_to_whatever_has_them_and_columns_keep_their_sides() -> None:
    text = '## New { #new former="old older" }\n\n| a |\n|--:|\n| 1 |\n\n- a\n    - b\n{ #list former="row" }\n\n'
    text += "> a\n>\n> b\n{ #quote }\n\nEnd\n\n1. a\n2. b\n{ #numbers }"
    html = markdown(text, extensions=["tables", "attr_list", PlainExtension(), NotesExtension()])
    drawn = LexborHTMLParser(html)
    assert len(drawn.css("h2#new > #old, h2#new > #older, ul#list > li:first-child > #row")) == 3
    links = [(node.attributes["href"], node.attributes["aria-label"]) for node in drawn.css("a")]
    assert links == [
        ("#list", "Link to this list"),
        ("#quote", "Link to this quote"),
        ("#numbers", "Link to this list"),
    ]
    assert len(drawn.css("ul#list li li > a, blockquote#quote > p:last-child > a, ol#numbers > li:last-child > a")) == 3
    assert [node.attributes for node in drawn.css("td")] == [{"align": "right"}]
    assert "former" not in html
