"""The bibliography: what reference managers write is taken, printed sensibly, and agrees in every format."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from lxml import etree
from markdown import markdown
from pybtex.database import parse_string
from pybtex.scanner import PybtexSyntaxError

from briefing.bibtex import TABLE, name_of, names_in
from briefing.sources import Sources, listed, load_sources, reference_in_markdown, sources_are_cited
from conftest import FICTIONAL, ROOT, run

SYNTAX = "look for a brace, a quotation mark or a comma that is missing there, or before"
EVERYONE = "author = {{Guild}}, title = {Tea}, date = {1901}"


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """`load(text)` gives the sources of a file with this text, and every problem as a line, advice marked so."""

    def load_text(text: str) -> tuple[Sources, list[str]]:
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data/sources.bib").write_text(text, encoding="utf-8")
        sources, problems = load_sources(tmp_path)
        lines = (f"{'told ' if p.told else ''}{p}".replace("data/sources.bib:", "") for p in sorted(problems))
        return sources, list(lines)

    return load_text


def in_words(source: Any) -> str:
    """The reference without links."""
    words: str = source.reference.render_as("text")
    return words


def in_page(sources: Sources, key: str, **options: Any) -> str:
    """The reference as mkdocs-bibtex and Python-Markdown make it."""
    return markdown(reference_in_markdown(sources[key], "/books.md"), **options)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            "@ARTICLE{a, AUTHOR = {Doe, Jane and Roe, Ann}, TITLE = {{{On Kettles}}}, JOURNAL = {Tea {\\&} Water}, YEAR = 1999,"
            " MONTH = sep, VOLUME = {12}, NUMBER = {3}, PAGES = {4--15}, DOI = {https://doi.org/10.1234/ket\\_tle}}",
            "Jane Doe and Ann Roe, “On Kettles”, in Tea & Water, vol. 12, no. 3, pp. 4–15, September 1999, doi:10.1234/ket_tle",
        ),
        (
            "@book{a, author = {family=Doe, given=Jane, prefix=de, useprefix=true}, title = {Cups}, subtitle = {A History},"
            " translator = {Roe, Ann}, series = {Small Books}, number = {7}, edition = {2}, location = {Ségou},"
            " publisher = {House {and} Home}, date = {1984/1986}, pagetotal = {90}}",
            "Jane de Doe, “Cups: A History”, translated by Ann Roe, Small Books, no. 7, edition 2, Ségou: House and Home,"
            " 1984 to 1986",
        ),
        (
            "@collection{a, editor = {Doe, Jane and Roe, Ann}, title = {Saucers}, year = {2001}}",
            "Jane Doe and Ann Roe (eds), “Saucers”, 2001",
        ),
        (
            "@report{a, title = {Spoons}, institution = {{Ministry of Tea}}, type = {White paper}, number = {W/5},"
            " date = {2020-03-09}, pages = {35}, urldate = {2020-07-08}, url = {https://tea.example/a\\_b\\%20c}}",
            "Ministry of Tea, “Spoons”, White paper, W/5, 9 March 2020, accessed 8 July 2020",
        ),
        (
            '@phdthesis{a, author = {D{\\"a}{\\ss}, Ji{\\v r}{\\\'\\i}}, title = {Na{\\"\\i}ve}, school = {Univ.}, year = 2007}',
            "Jiří Däß, “Naïve”, PhD thesis, Univ., 2007",
        ),
        (
            "@misc{a, author = {{Guild}}, title = {Map}, howpublished = {\\url{https://tea.example/~map}}, year = {2015}}",
            "Guild, “Map”, 2015",
        ),
        (
            "@online{a, author = {Doe, Jane and others}, title = {Leaves}, date = {2011-05-25~/2012}, eprint = {1412.4006},"
            " eprinttype = {arXiv}}",
            "Jane Doe et al., “Leaves”, about 25 May 2011 to some time in 2012, arXiv:1412.4006",
        ),
        (
            "@newspaper_article{a, author = {Jane Doe}, title = {Spill}, journal = {The Lagoon}, month = {3}, year = {2014},"
            " city = {Port}, pages = {Section B, Page 1}, note = {TI: XX_1_2_3}}",
            "Jane Doe, “Spill”, in The Lagoon, Section B, Page 1, Port, March 2014",
        ),
        ("@online{a, author = {{Guild}}, title = {No Day}}", "Guild, “No Day”, undated"),
        (
            "@online{a, author = {{Guild}}, title = {No Day}, note = {an undated page}}",
            "Guild, “No Day” (an undated page)",
        ),
        (
            "@misc{a, author = {{Guild}}, title = {H$_2$O at 18$^{\\circ}$C}, year = {--}}",
            "Guild, “H2O at 18°C”, undated",
        ),
        ("@misc{a, author = {{Guild}}, title = {T}, date = {unknown/2006}}", "Guild, “T”, not after 2006"),
        ("@misc{a, author = {{Guild}}, title = {T}, date = {2017-3-05}}", "Guild, “T”, 5 March 2017"),
        ("@misc{a, author = {{Guild}}, title = {T}, date = {May 11, 2017}}", "Guild, “T”, 11 May 2017"),
        ("@misc{a, author = {{Guild}}, title = {T}, year = 2017, month = {3}, day = {9}}", "Guild, “T”, 9 March 2017"),
        ("@misc{a, author = {{Guild}}, title = {T}, year = 2017, month = {May--June}}", "Guild, “T”, May–June 2017"),
        ("@misc{a, author = {{Guild}}, title = {T}, year = {2010/11}}", "Guild, “T”, 2010/11"),
        ("@misc{a, organization = {Guild (ed.)}, title = {T}, year = 2017}", "Guild (ed.), “T”, 2017"),
        (
            r"@misc{a, author = {{Guild}}, title = {Nguy{\~{\^e}}n and {\'\^a}}, year = 2017}",
            "Guild, “Nguyễn and ấ”, 2017",
        ),
        ("@misc{a, author = {{Guild}}, title = {T}, date = {11.2.2017}}", "Guild, “T”, 11.2.2017"),
        ("@misc{a, author = {{Guild}}, title = {T}, date = {-0333}}", "Guild, “T”, -0333"),
        ("@misc{a, author = {Doe, Jane and {}}, title = {T}, year = 2017}", "Jane Doe, “T”, 2017"),
        ("@misc{a, author = {{Guild}}, title = {100% \\foo{} b}, year = 2017}", "Guild, “100% b”, 2017"),
        ("@misc{a, author = {{Guild}}, title = {A \\foo b}, year = 2017}", "Guild, “A \\foo b”, 2017"),
        ("@misc{a, author = {{Guild}}, title = {T}, year = {in press}}", "Guild, “T”, in press"),
        ("@misc{a, author = {肖, 发民}, title = {T}, year = {2003}}", "肖发民, “T”, 2003"),
        (
            "@book{a, author = {UN. Guild of Tea}, title = {Cups :}, address = {Port :}, publisher = {UN,}, pages = {17 p.},"
            " edition = {2nd}, year = {2003}}",
            "UN. Guild of Tea, “Cups”, 2nd edition, Port: UN, 2003",
        ),
        (
            "@article{a, author = {{Guild}}, title = {T}, journal = {Tea}, type = {Journal Article}, pages = {pp. 3-4},"
            " note = {/home/jane/a.pdf}, addendum = {in French}, year = {2003}}",
            "Guild, “T”, in Tea, pp. 3–4, 2003 (in French)",
        ),
    ],
    ids=lambda value: value[:24] if value.startswith("@") else "",
)
def test_each_type_is_printed_by_the_one_template(load: Any, entry: str, words: str) -> None:
    sources, problems = load(entry)
    assert in_words(sources["a"]) == words
    assert problems == []


def test_an_entry_takes_over_what_it_lacks_from_the_one_that_it_names(load: Any) -> None:
    sources, problems = load(
        "@inproceedings{a, author = {Doe, Jane}, title = {Lids}, crossref = {b}, pages = {3-4}}\n"
        "@proceedings{b, editor = {Roe, Ann}, title = {All Pots}, year = 2011, url = {https://tea.example/all}}"
    )
    assert in_words(sources["a"]) == "Jane Doe, “Lids”, edited by Ann Roe, in All Pots, pp. 3–4, 2011"
    assert "URL" not in sources["a"].csl
    assert problems == []
    sources, problems = load(
        "@book{a, volume = {2}, crossref = {b}}\n@inbook{c, title = {Lids}, crossref = {b}}\n"
        "@book{b, author = {Doe, Jane}, title = {All Pots}, year = 2011}"
    )
    assert [in_words(sources[key]) for key in "ac"] == [
        "Jane Doe, “All Pots”, vol. 2, 2011", "Jane Doe, “Lids”, in All Pots, 2011",
    ]  # fmt: skip
    assert problems == []


@pytest.mark.parametrize(
    ("field", "url"),
    [
        (
            r"url = {https://tea.example/a\_b\%20c{\_}d\textunderscore e\textasciitilde f}",
            "https://tea.example/a_b%20c_d_e~f",
        ),
        (r"url = {https://tea.example/?a=1\&b=2&amp;c=3}", "https://tea.example/?a=1&b=2&c=3"),
        (r"url = {https://tea.example/a https://tea.example/b}", "https://tea.example/a"),
        (r"url = {https://tea.example/a, https://tea.example/b}", "https://tea.example/a"),
        (r"howpublished = {[Online]. Available: \url{https://tea.example/a_b}}", "https://tea.example/a_b"),
    ],
)
def test_an_address_is_read_as_exporters_write_it(load: Any, field: str, url: str) -> None:
    sources, problems = load(f"@misc{{a, {EVERYONE}, {field}}}")
    assert problems == []
    assert sources["a"].csl["URL"] == url


@pytest.mark.parametrize(
    ("written", "printed", "bibtex"),
    [
        ("{Human Rights Watch}", "Human Rights Watch", "{Human Rights Watch}"),
        ("Human Rights Watch", "Human Rights Watch", "{Human Rights Watch}"),
        ("Médecins Sans Frontières", "Médecins Sans Frontières", "{Médecins Sans Frontières}"),
        ("{UNICEF} and {Save \\& Learn}", "UNICEF and Save & Learn", "{UNICEF} and {Save \\& Learn}"),
        ("Doe, Jane; Roe, Ann", "Jane Doe and Ann Roe", "Doe, Jane and Roe, Ann"),
        ("Doe, J. \\& Roe, A.", "J. Doe and A. Roe", "Doe, J. and Roe, A."),
        ("Doe, Jane, and Roe, Ann", "Jane Doe and Ann Roe", "Doe, Jane and Roe, Ann"),
        ("{Diallo, A. et al.}", "A. Diallo et al.", "Diallo, A. and others"),
        ("Diallo, A. et al.", "A. Diallo et al.", "Diallo, A. and others"),
        ("{de Rook}, A. {\\relax Ne}. van", "A. Ne. van de Rook", "{de Rook}, A. {\\relax Ne}. van"),
        ("Doe, Jr., Jane", "Jane Doe Jr.", "Doe, Jr., Jane"),
        ("Jane Ann Doe, Jr.", "Jane Ann Doe, Jr.", "{Jane Ann Doe, Jr.}"),
        ("Doe, J. and {et al.}", "J. Doe et al.", "Doe, J. and others"),
        ("Doe, J. \\emph{et al.}", "J. Doe et al.", "Doe, J. and others"),
        ("Doe, J. et. al.", "J. Doe et al.", "Doe, J. and others"),
        ("Doe, J.; Roe, A.;", "J. Doe and A. Roe", "Doe, J. and Roe, A."),
        ("Ould Doe, Jane Ann", "Jane Ann Ould Doe", "Ould Doe, Jane Ann"),
        ("Sur, Jean", "Jean Sur", "Sur, Jean"),
        ("UN OCHA", "UN OCHA", "{UN OCHA}"),
        ("Doe, Jane, Jr.", "Jane Doe Jr.", "Doe, Jr., Jane"),
        ("{Doe, Jr.}, Jane", "Jane Doe, Jr.", "{Doe, Jr.}, Jane"),
        ("family=Doe, given=Jane, prefix=de", "Jane de Doe", "{de Doe}, Jane"),
        ('family="García Márquez", given="Gabriel José" and others', "Gabriel José García Márquez et al.", "{García Márquez}, Gabriel José and others"),
        ("Ministry of Tea", "Ministry of Tea", "{Ministry of Tea}"),
        ("Amnesty International", "Amnesty International", "{Amnesty International}"),
        ("Jane Doe and Roe", "Jane Doe and Roe", "Jane Doe and Roe"),
        ("Ortega y Gasset, José", "José Ortega y Gasset", "Ortega y Gasset, José"),
        ("García Márquez, Gabriel José and Roe, Ann", "Gabriel José García Márquez and Ann Roe", "García Márquez, Gabriel José and Roe, Ann"),
        ("Sow, Awa (dir.)", "Awa Sow", "Sow, Awa"),
        ("Sow, Awa (Hrsg.) and Ba, Ali ({\\'e}ds)", "Awa Sow and Ali Ba", "Sow, Awa and Ba, Ali"),
        ("Awa Sow (ed. and trans.)", "Awa Sow", "Awa Sow"),
        ("Sow (coord.), Awa", "Awa Sow", "Sow, Awa"),
        ("Sow, Awa [sous la dir.] and Ba, Ali (ed. & trans.)", "Awa Sow and Ali Ba", "Sow, Awa and Ba, Ali"),
        ("Groot, Jan (de) and Rook, Ann (la)", "Jan (de) Groot and Ann (la) Rook", "Groot, Jan (de) and Rook, Ann (la)"),
        ("{Guild of Tea} (ed.)", "Guild of Tea", "{Guild of Tea}"),
        ("Doe, William (Bill)", "William (Bill) Doe", "Doe, William (Bill)"),
        ("Mercy Corps and UNHCR", "Mercy Corps and UNHCR", "{Mercy Corps} and {UNHCR}"),
        ("DOE, Jane and O'BRIEN, T. and X, X and DOE, JA", "Jane DOE, T. O'BRIEN, X X and JA DOE", "DOE, Jane and O'BRIEN, T. and X, X and DOE, JA"),
        ("A, B and C, D and E, F and G, H and I, J and K, L and M, N", "B A, D C, F E et al.", "A, B and C, D and E, F and G, H and I, J and K, L and M, N"),
    ],
)  # fmt: skip
def test_names_are_the_same_everywhere(load: Any, written: str, printed: str, bibtex: str) -> None:
    sources, problems = load(f"@misc{{a, Author = {{{written}}}, title = {{T}}, year = 2000}}")
    source = sources["a"]
    assert problems == []
    assert source.who == printed
    assert in_words(source).startswith(f"{printed}, ")
    assert parse_string(source.bibtex, "bibtex").entries["a"].key == "a"
    assert f"author = {{{bibtex}}}" in source.bibtex
    assert names_in(bibtex)[0] == bibtex.split(" and ")
    assert [name_of(name) for name in names_in(bibtex)[0]] == source.csl["author"]


@pytest.mark.parametrize(
    ("name", "csl"),
    [
        ("Jane McDonald", {"family": "McDonald", "given": "Jane"}),
        ("Ludwig van Beethoven", {"family": "van Beethoven", "given": "Ludwig"}),
        ("{Doe Roe}, Jane, Jr.", {"family": "Doe Roe", "given": "Jane", "suffix": "Jr."}),
        ("Amnesty International", {"literal": "Amnesty International"}),
        ("Human Rights Watch", {"literal": "Human Rights Watch"}),
        ("肖, 发民", {"literal": "肖发民"}),
    ],
)
def test_a_name_is_that_of_a_person_or_of_an_organisation(name: str, csl: dict[str, str]) -> None:
    assert [name_of(each) for each in names_in(name)[0]] == [csl]


@pytest.mark.parametrize(
    "written",
    [
        "Ann Other, Jane Doe",
        "Doe, J., Roe, A.",
        "J. Doe, A. Roe",
        "Doe J, Roe AB",
        "Jane Doe et Ann de Roe",
        "Ann Other, Jane Doe and others",
        "Ann Other, Jane Doe and Bob Hill",
        "Jane Doe & Ann Roe",
        "Guild of Tea, Council of Cups",
        "Ministry of Tea and Cups",
        "Watch, Human Rights",
        "UNHCR, UNICEF",
        "Mercy Corps, Oxfam",
        "Oxfam, Mercy Corps and Doe, Jane",
        "GOT, COC",
    ],
)
def test_a_name_that_may_be_several_is_refused_with_what_to_write(load: Any, written: str) -> None:
    sources, problems = load(f"@misc{{a,\n title = {{T}},\n author = {{{written}}}}}")
    advice = 'write "and" between several, each as "{Doe}, Jane" or "{Guild of Tea}", or {{…}} around all of one'
    assert problems == [f'1: a, author: "{written}" may be one name or several; {advice}']
    assert in_words(sources["a"]).startswith(written)


def test_what_pages_do_not_print_is_kept_and_what_is_private_is_not(load: Any) -> None:
    sources, problems = load(
        f"@misc{{a, {EVERYONE}, abstract = {{Long}}, keywords = {{x}}, langid = {{english}}, file = {{/home/jane/a.pdf}},\n"
        "annotation = {call her}, owner = {jane}, pdfurl = {C\\:\\\\Users\\\\jane\\\\a.pdf}, issn = {~/x}, isbn = {1},"
        "titleaddon = {A file: lost}}"
    )
    assert problems == []
    assert in_words(sources["a"]) == "Guild, “Tea”, 1901"
    assert sources["a"].bibtex.split(",\n  ")[1:] == [
        "author = {{Guild}}", "title = {Tea}", "date = {1901}", "abstract = {Long}", "keywords = {x}",
        "langid = {english}", "isbn = {1}", "titleaddon = {A file: lost}\n}",
    ]  # fmt: skip
    assert "jane" not in json.dumps(sources["a"].csl)


@pytest.mark.parametrize(
    ("key", "better"),
    [
        ("Doe.2009", "Doe-2009"),
        ("doe/tea", "doe-tea"),
        ("tea--", "tea"),
        ("Tea_Cup-2017a", ""),
        ("doe:tea", ""),
        ("傅斯年1985", ""),
    ],
)  # fmt: skip
def test_a_key_is_one_that_can_be_cited(load: Any, key: str, better: str) -> None:
    advice = f'1: {key}, key: "{key}" can\'t be cited, only letters, digits, "-", "_" and ":" can; write "{better}"'
    assert load(f"@misc{{{key}, {EVERYONE}}}")[1] == ([advice] if better else [])


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (f"@misc{{a, {EVERYONE}}}\n@misc{{A, {EVERYONE}}}", ["2: A: repeated bibliography entry: A; remove or rename one of the two"]),
        (f"@misc{{a, title = {{T,\n date = {{1901}}\n}}\n@misc{{b, {EVERYONE}}}", [f"4: syntax error in line 4: '}}' expected; {SYNTAX}"]),
        (f"@misc{{a,\n author = {{Guild}},\n title = \"Tea,\n year = 1901}}\n@misc{{b, {EVERYONE}}}", [f"4: syntax error in line 4: unbalanced braces; {SYNTAX}"]),
        (f"@misc{{a, {EVERYONE}, publisher = cup}}", [f"1: undefined string in line 1: cup; {SYNTAX}"]),
        (f"mail jane@tea.example\n@misc{{a, {EVERYONE}}}", [f"2: syntax error in line 2: '(' or '{{' expected; {SYNTAX}"]),
        (f"@misc{{a, {EVERYONE}}}\n@misc{{b, {EVERYONE}, date = {{1902}}}}", ["2: b: entry with key b has a duplicate date field; remove or rename one of the two"]),
        ("@misc{a, author = {{Guild}}, titel = {Tea}, year = 1901}", ["1: a, title: the title is missing; add title = {…}"]),
        ("@misc{a, title = {Tea}}", ["told 1: a: nobody stands behind it; add author = {Doe, Jane}, or {{…}} around an organisation"]),
        ("@misc{a, author = {{Guild}}, title = {Tea}, date = {1902-04-31}}", ['1: a, date: "1902-04-31" is not in the calendar; write a month from 01 to 12 and a day that it has, or the month alone']),
        ("@misc{a, author = {{Guild}}, title = {Tea}, year = 1902, month = 13}", ['1: a, date: "1902-13" is not in the calendar; write a month from 01 to 12 and a day that it has, or the month alone']),
        ("@misc{a,\n author = {{Guild}},\n title = {Tea}},\n date = {1902},\n}\n", ["4: no entry has what stands here; look for a brace too many before it"]),
        ("@string(t = {Tea})\n@misc(a,\n author = {{Guild}},\n title = t)\n", []),
        (f"@misc{{a, {EVERYONE}, urldate = {{1905}}}}", []),
        (f"@misc{{a, {EVERYONE}, url = {{javascript:alert(1)}}}}", ['1: a, url: "javascript:alert(1)" is not an address of the web; write it as https://host/…, without spaces']),
        (f"@boook{{a, {EVERYONE}}}", []),
        (f"@misc{{a, {EVERYONE}, crossref = {{b}}}}", ['1: a, crossref: "b" is not in data/sources.bib; write a']),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line(load: Any, text: str, problems: list[str]) -> None:
    assert load(text)[1] == problems


def test_values_stay_text(load: Any) -> None:
    sign = "<b>@b [x](https://y) _u_ *e* `c` ~d~ ^s^ ==m=="
    sources, _ = load(
        f'@misc{{a, author = {{{{{sign}}}}}, title = {{T}}, url = {{https://x.example/(a)"<i>@b_c_?d&e=1}}}}'
    )
    page = in_page(sources, "a", extensions=["pymdownx.tilde", "pymdownx.caret", "pymdownx.mark"])
    assert "@" not in page
    paragraph = etree.fromstring(page)
    for html in (paragraph, etree.fromstring(f"<p>{sources['a'].reference_html}</p>")):
        words = sign.replace("~", " ").replace("  ", " ")
        assert "".join(html.itertext()).startswith(f"{words}, “T”, undated".replace(" d ^", " d ^"))
        assert next(link.get("href") for link in html.iter("a")) == ("https://x.example/%28a%29%22%3Ci%3E%40b_c_?d&e=1")
        assert not list(html.iter("b", "i", "em", "code", "del", "sup", "mark"))


def test_what_bibtex_would_refuse_is_built(fictional: Path) -> None:
    text = (
        "@misc{almanac, author = {Doe, Jane; Roe, Ann; Hill, Bob; Poe, Sue}, title = {Tea}, year = 1904, month = sept}"
    )
    with pytest.raises(PybtexSyntaxError):
        parse_string(text, "bibtex")
    bibliography = fictional / "data/sources.bib"
    rest = bibliography.read_text("utf-8").partition("@article")
    bibliography.write_text(text + "\n\n" + "".join(rest[1:]), "utf-8")
    result = run(fictional, "build")
    assert result.returncode == 0, result.stderr
    assert "Jane Doe, Ann Roe, Bob Hill and Sue Poe" in (fictional / "site/index.html").read_text("utf-8")


def test_the_archive_and_reference_managers_get_the_date_that_is_stated(fictional: Path) -> None:
    entries = "".join(
        f"@misc{{{key}, author = {{{{Guild}}}}, title = {{T}}, date = {{{date}}}, url = {{https://tea.example/}}}}\n"
        for key, date in {"a": "1904-09~", "b": "1905?", "c": "../1906", "d": "1907-01-02/1908", "e": "1909/.."}.items()
    )
    bibliography = fictional / "data/sources.bib"
    bibliography.write_text(bibliography.read_text("utf-8") + entries, "utf-8")
    assert run(fictional, "build").returncode == 0
    page = (fictional / "site/books/index.html").read_text("utf-8")
    asked = re.findall(r"web\.archive\.org/web/([^/]*)/https://tea\.example/", page)
    assert asked == ["190409", "1905", "*", "19070102", "1909"]
    [ris] = (fictional / "site").rglob("sources.ris")
    assert re.findall("PY  - (.*)", ris.read_text("utf-8"))[-5:] == ["1904", "1905", "1906", "1907", "1909"]


def test_only_the_web_is_linked(load: Any) -> None:
    sources, _ = load(f"@misc{{a, {EVERYONE}, url = {{javascript:alert(1)}}, howpublished = {{ftp://x.example}}}}")
    assert "href" not in sources["a"].reference_html
    assert "URL" not in sources["a"].csl


def test_a_key_may_begin_another_and_unknown_ones_are_told(load: Any) -> None:
    sources, problems = load(f"@misc{{hrw-2017, ids = {{old}}, {EVERYONE}}}\n@misc{{hrw-2017a, {EVERYONE}}}")
    assert problems == []
    assert sources.unknown("hrw-2017a") == ""
    assert sources.unknown("hrw-2017b").startswith('"hrw-2017b" is not in data/sources.bib; did you mean "hrw-2017')
    assert sources.unknown("old") == '"old" is not in data/sources.bib; it is "hrw-2017" now'
    [problem] = sources_are_cited(sources, {"hrw-2017"})
    assert (str(problem), problem.told) == (
        "data/sources.bib:2: hrw-2017a: nothing cites this source; cite it, or remove it", True,
    )  # fmt: skip


def test_a_file_that_is_gone_is_told_once(tmp_path: Path) -> None:
    sources, problems = load_sources(tmp_path)
    assert (len(sources), len(problems), sources.unknown("x")) == (0, 1, "")


@pytest.mark.parametrize("briefing", [ROOT, FICTIONAL], ids=["real", "fictional"])
def test_other_programs_read_our_sources_to_the_same_references(briefing: Path, load: Any) -> None:
    ours, problems = load_sources(briefing)
    assert problems == []
    theirs, _ = load("\n\n".join(source.bibtex for source in ours.values()))
    assert [source.reference_html for source in ours.values()] == [s.reference_html for s in theirs.values()]
    items = CiteProcJSON([source.csl for source in ours.values()])
    csl_style = CitationStylesStyle(str(ROOT / "tests/cases/reference.csl"), validate=False)
    cited = CitationStylesBibliography(csl_style, items, formatter.plain)
    for key in ours:
        cited.register(Citation([CitationItem(key)]))
    for key, found in zip(cited.keys, cited.bibliography(), strict=True):
        assert str(found) == in_words(ours[key])


def test_every_type_is_one_that_csl_knows() -> None:
    known = [
        "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter",
        "classic", "collection", "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia", "event",
        "figure", "graphic", "hearing", "interview", "legal_case", "legislation", "manuscript", "map",
        "motion_picture", "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical",
        "personal_communication", "post", "post-weblog", "regulation", "report", "review", "review-book", "software",
        "song", "speech", "standard", "thesis", "treaty", "webpage",
    ]  # fmt: skip
    assert {*TABLE["types"].values()} <= set(known)


def test_many_names_are_listed_by_the_first() -> None:
    assert listed([{"literal": letter} for letter in "ABCDEF"]) == "A, B, C, D, E and F"
    assert listed([{"literal": letter} for letter in "ABCDEFG"]) == "A, B, C et al."
