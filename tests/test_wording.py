"""Dates are read as precisely as they are stated; they and figures are worded with their hedges."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from briefing.dates import parse_date
from briefing.model import Bound
from briefing.wording import date_in_words, in_words, numbers_in, say


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2017", "2017"), ("2017-02", "February 2017"), ("2017-02-11", "11 February 2017"),
        ("2017-06~", "about June 2017"), ("2017?", "2017 (date uncertain)"), ("2017-06%", "about June 2017 (date uncertain)"),
        ("2015/2016", "2015 and 2016"), ("2015/2017", "2015 to 2017"), ("2017-02/2017-03", "February and March 2017"),
        ("2017-02-11/2017-02-19", "11 to 19 February 2017"), ("2017-02-11/2017-03-01", "11 February to 1 March 2017"),
        ("2017-02-11/", "not before 11 February 2017"), ("/2017-03-18", "not after 18 March 2017"),
        ("2017-02-11/2017", "11 February 2017 to some time in 2017"), ("2016/2017-02-11", "some time in 2016 to 11 February 2017"),
        ("2017~/2018", "about 2017 and 2018"), ("2017-02-11~/2017-02-19", "about 11 February 2017 to 19 February 2017"),
    ],
)  # fmt: skip
def test_a_date_is_worded_as_precisely_as_it_is_stated(date: str, words: str) -> None:
    read = parse_date(date)
    assert str(read) == date
    assert in_words(read) == words


@pytest.mark.parametrize(
    ("date", "form", "words"),
    [
        ("2017-02-11", "year", "2017"), ("2017-02-11", "day-month", "11 February"), ("2017-02-11/2017-02-19", "month", "February"),
        ("2017-02-11/2017-02-19", "day-month", "11 to 19 February"), ("2017-02-11/2017-03-01", "day-month", "11 February to 1 March"),
        ("2017-02-11~/2017-02-19", "day-month", "about 11 February to 19 February"), ("2016/2017-02-11", "year", "2016 to 2017"),
    ],
)  # fmt: skip
def test_a_form_picks_what_is_said_of_a_date(date: str, form: str, words: str) -> None:
    assert "".join(piece.text for piece in date_in_words(parse_date(date), form)) == words


def test_a_date_that_is_not_given_has_words_and_no_form() -> None:
    assert in_words(None) == "an unstated date"
    with pytest.raises(ValueError, match="can't be said by its year alone"):
        date_in_words(None, "year")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *((text, 'write "1999", "1999-12", "1999-12-31"') for text in ("about 2017", "2017-02-11/..", "spring 1903", "2017-02-XX", "0000", "11-19 February 2017", "1999-2000", "11 May", "2017-11/12")),
        ("11.02.2017", 'write "2017-02-11" or "2017-11-02"'), ("11 February 2017", 'write "2017-02-11"'), ("Feb. 2017", 'write "2017-02"'), ("2017-2-1", 'write "2017-02-01"'), ("20.2.2017", 'write "2017-02-20"'),
        ("2017-13-01", "write a month from 01 to 12"), ("2017-00", "write a month from 01 to 12"), ("2017-02-30", "and a day that it has"), ("2017-02-00", "and a day that it has"),
        ("2016/2015", 'write "2015/2016"'),
    ],
)  # fmt: skip
def test_what_is_no_date_is_answered_with_what_it_means(text: str, answer: str) -> None:
    with pytest.raises(ValueError) as error:
        parse_date(text)
    assert answer in str(error.value)


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        ({"exactly": "9"}, "nine"), ({"exactly": "0"}, "none"), ({"at_least": "20"}, "at least 20"), ({"more_than": "20"}, "more than 20"),
        ({"at_most": "12"}, "at most 12"), ({"fewer_than": "5"}, "fewer than five"), ({"about": "1500"}, "about 1,500"), ({"nearly": "300"}, "nearly 300"),
        ({"between": ["20", "25"]}, "between 20 and 25"), ({"said": "dozens"}, "dozens"), ({"unknown": "yes"}, "an unknown number"),
    ],
)  # fmt: skip
def test_a_figure_is_worded_with_its_hedge(bound: dict[str, object], words: str) -> None:
    assert in_words(Bound.model_validate(bound)) == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One was killed; no one fled, and one another", ["One"]), ("twenty-five dead, 1,500 displaced", ["twenty-five", "1,500"]),
        ("It may be. In May 2017 they march", ["May", "2017"]), ("Theresa May met May Ayim and Jan Egeland", []), ("On 11 May", ["11", "May"]),
        ("In March Human Rights Watch wrote", ["March"]), ("MARCH", ["MARCH"]), ("an august house", []), ("dozens, scores and hundreds", ["dozens", "scores", "hundreds"]),
        ("G5, ½ and ٩", ["G5", "½", "٩"]), ("none of them", []), ("Half fled, a third stayed; scores came twice", ["Half", "third", "scores", "twice"]), ("the third time a third party came", []), ("february", ["february"]),
    ],
)  # fmt: skip
def test_numbers_and_months_are_found_and_what_only_looks_like_one_is_not(text: str, found: list[str]) -> None:
    assert [match[0] for match, _ in numbers_in(text)] == found


def test_a_word_tells_its_number() -> None:
    text = "Twenty-five, 1,500, ٩, dozens, G5, January"
    assert [number for _, number in numbers_in(text)] == [25, 1500, 9, 0, 0, 0]


def test_words_escape_what_stands_beside_markup() -> None:
    assert say("dates.from_to", start=Markup("<b>"), end="<i>") == "<b> to &lt;i&gt;"
    assert say("dates.about", date="<i>") == "about <i>"
